"""What waits in the store has a scorer started, once it is no import that does it itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from tests.factories import make_meter, make_readings, make_upload
from wattsup_core.service.live.starting import Watch
from wattsup_core.service.scoring import score_meter
from wattsup_core.store import Store, open_store

METER = "m-home"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'w.db'}")
    opened.migrate()
    opened.save_upload(make_upload("u-1", (METER,)), [(METER, make_readings(days=21))], new_meters=[make_meter(METER)])
    return opened


@pytest.fixture
def calls() -> list[Mapping[str, int]]:
    return []


def test_a_meter_that_waits_twice_wakes_a_scorer(store: Store, calls: list[Mapping[str, int]]) -> None:
    watch = Watch(store, calls.append)
    watch.look()
    assert calls == []  # its import may still be at it
    watch.look()
    assert calls == [{}]
    score_meter(store, METER)
    watch.look()
    watch.look()
    assert calls == [{}]


@pytest.mark.parametrize(("minutes", "count"), [(-1, 1), (1, 0)])
def test_an_alert_that_is_due_wakes_one(
    store: Store, calls: list[Mapping[str, int]], minutes: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(type(store.outbox), "next_due", lambda _: due)
    Watch(store, calls.append).look()
    assert len(calls) == count


def test_a_store_that_cannot_be_read_is_looked_at_again(
    store: Store, calls: list[Mapping[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(store, calls.append)
    watch.look()
    with monkeypatch.context() as broken:
        broken.setattr(type(store), "waiting", lambda _: (_ for _ in ()).throw(OperationalError("", {}, OSError("full"))))
        watch.look()
    assert calls == []
    watch.look()
    assert calls == [{}]
