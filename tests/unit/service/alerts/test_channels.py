"""Channels that are added at once: each address once, and no more than there may be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.factories import make_meter
from wattsup_core.alerting import AlertRule
from wattsup_core.errors import BadRequestError
from wattsup_core.service.alerts import channels
from wattsup_core.service.alerts.channels import add_channel
from wattsup_core.settings import Settings
from wattsup_core.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    opened.migrate()
    opened.add_meter(make_meter())
    return opened


def at_once(store: Store, monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Add channels in a thread each, all of which have read their address when the first goes on; the refusals."""
    ready, read = threading.Barrier(len(addresses)), channels.read_address
    refusals: list[str] = []

    def read_together(text: str, settings: Settings) -> object:
        found = read(text, settings)
        ready.wait(30)
        return found

    def add(address: str) -> None:
        try:
            add_channel(store, Settings(), address, None, AlertRule())
        except BadRequestError as error:
            refusals.append(error.sentence)

    monkeypatch.setattr(channels, "read_address", read_together)
    with ThreadPoolExecutor(len(addresses)) as pool:
        list(pool.map(add, addresses))
    return refusals


def test_the_same_address_at_once_is_one_channel(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        with monkeypatch.context() as patched:
            refusals = at_once(store, patched, *[f"https://example.com/{number}"] * 2)
        assert [each.partition(".")[0] for each in refusals] == ["Alerts of this go to this address already"]
        assert len(store.outbox.channels()) == number + 1


def test_no_more_are_added_at_once_than_there_may_be(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        with monkeypatch.context() as patched:
            patched.setattr(channels, "MOST_CHANNELS", number + 1)
            refusals = at_once(store, patched, f"https://example.com/{number}/a", f"https://example.com/{number}/b")
        assert [each.partition(".")[0] for each in refusals] == [f"There are {number + 1} channels already"]
        assert len(store.outbox.channels()) == number + 1


def test_an_address_may_have_a_channel_of_each_meter_and_of_all(store: Store) -> None:
    store.add_meter(make_meter("m-other"))
    for meter_id in (None, "m-home", "m-other"):
        add_channel(store, Settings(), "https://example.com/hook", meter_id, AlertRule())
        with pytest.raises(BadRequestError, match="already"):
            add_channel(store, Settings(), "https://example.com/hook", meter_id, AlertRule(60))
    assert [channel.meter_id for channel in store.outbox.channels()] == [None, "m-home", "m-other"]
