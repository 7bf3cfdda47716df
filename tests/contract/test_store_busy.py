"""A database that others write to for too long: every write says so in one sentence, and none of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from tests.factories import make_event, make_meter, make_readings, make_upload
from wattsup_core.answered import Answer
from wattsup_core.errors import BusyError
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.store import Store, connection, open_store
from wattsup_core.store.events import add_provisional
from wattsup_core.types import Scope

METER = "m-home"
ROWS = make_readings(days=7)
WRITES: dict[str, Callable[[Store], object]] = {
    "an answer": lambda store: store.answer_event(METER, "a", Answer.PROBLEM),
    "a rhythm": lambda store: store.set_forecast_rhythm(METER, ForecastRhythm.OFF),
    "a name": lambda store: store.update_meter(make_meter(name="Renamed")),
    "a meter": lambda store: store.add_meter(make_meter("m-other")),
    "an upload": lambda store: store.save_upload(make_upload("u-2", (METER,)), [(METER, ROWS)]),
    "readings": lambda store: store.append_readings([(METER, ROWS)]),
    "a token": lambda store: store.add_token("t-1", "digest", Scope.READ, None),
}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(connection, "PRAGMAS", ("PRAGMA busy_timeout = 50", *connection.PRAGMAS[1:]))
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    store.migrate()
    store.save_upload(make_upload("u-1", (METER,)), [(METER, ROWS)], new_meters=[make_meter()])
    with store._database.writing() as open_connection:
        add_provisional(open_connection, 1, (make_event("a"),), 0, 0)
    return store


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_that_would_wait_too_long_is_told_so(store: Store, write: Callable[[Store], object]) -> None:
    with store._database.writing(), pytest.raises(BusyError, match="The database is busy") as told:
        write(store)
    assert told.value.hint == "Nothing was changed: try again in a few seconds."
    assert store.meter(METER) == make_meter()
    assert store.count_meters() == 1
    assert [upload.upload_id for upload in store.uploads(METER)] == ["u-1"]
    assert store.event(METER, "a").answer is None
    write(store)  # nobody else writes any more


def test_a_store_that_is_written_to_can_be_read(store: Store) -> None:
    with store._database.writing():
        assert len(store.readings(METER)) == len(ROWS)


def test_another_error_of_the_database_is_not_taken_for_that(store: Store) -> None:
    with pytest.raises(OperationalError, match="no such table"), store._database.writing() as open_connection:
        open_connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")
