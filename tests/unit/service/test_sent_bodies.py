"""A CSV that a program sends brings all that an upload of it does, and what it cannot bring is told."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import make_meter
from wattsup_core.service.access import issue_token
from wattsup_core.service.ingest import Sent, receive
from wattsup_core.store import Store, open_store
from wattsup_core.types import Channel, Scope

STAMPS = [f"2026-01-05 {hour:02d}:{minute:02d}" for hour in range(12) for minute in (0, 15, 30, 45)]


@pytest.fixture
def store() -> Store:
    opened = open_store("sqlite://")
    opened.migrate()
    opened.add_meter(make_meter("drawn", name="Home", interval_minutes=15.0))
    opened.add_meter(make_meter("sent", name="Roof", interval_minutes=15.0, channel=Channel.EXPORT))
    issue_token(opened, None, Scope.WRITE)
    return opened


def post(store: Store, meter_id: str, text: str, key: str = "") -> dict[str, object]:
    return receive(store, store.tokens()[0], meter_id, Sent(text.encode(), is_json=False, key=key))


def table(header: str, *columns: float) -> str:
    rows = [",".join([stamp, *(str(round(value + place / 100, 2)) for value in columns)]) for place, stamp in enumerate(STAMPS)]
    return "\n".join([header, *rows]) + "\n"


@pytest.mark.parametrize(
    ("meter_id", "told", "first"),
    [("drawn", "Energy sent to the grid is left out: “Home”", 0.5), ("sent", "Energy taken from the grid is left out: “Roof”", 0.1)],
)
def test_energy_of_the_other_direction_is_told(store: Store, meter_id: str, told: str, first: float) -> None:
    body = table("Date,Import (kWh),Export (kWh)", 0.5, 0.1)
    answer = post(store, meter_id, body, "k")
    (note,) = [note for note in answer["notes"] if note["code"] == "other_direction"]  # type: ignore[attr-defined]
    assert note["message"].startswith(told)
    assert note["count"] == len(STAMPS)
    assert (answer["stored"], answer["rejected"]) == (len(STAMPS), [])
    assert store.readings(meter_id)["kwh"].iloc[0] == pytest.approx(first)
    assert post(store, meter_id, body, "k") == answer


def test_all_that_stands_beside_the_energy_is_kept(store: Store) -> None:
    answer = post(store, "drawn", table("Date,kWh,Temperature (C),Heat pump (kWh)", 0.5, 4.0, 0.2))
    assert answer["rejected"] == []
    frame = store.readings("drawn")
    assert set(frame.columns) == {"kwh", "quality", "temperature_c", "Heat pump_kwh"}
    assert np.allclose(frame["temperature_c"], 4 + np.arange(len(STAMPS)) / 100)
    assert np.allclose(frame["Heat pump_kwh"], 0.2 + np.arange(len(STAMPS)) / 100)


def test_a_lone_row_keeps_what_stands_beside_it(store: Store) -> None:
    post(store, "drawn", "Date,kWh,Temperature (C),Heat pump (kWh)\n2026-01-05 00:00,0.5,4.0,0.2\n")
    assert store.readings("drawn")[["temperature_c", "Heat pump_kwh"]].to_numpy().tolist() == [[4.0, 0.2]]


def test_a_row_that_is_not_stored_is_named_by_its_place(store: Store) -> None:
    post(store, "drawn", table("Date,kWh", 0.5))
    rows = (("11:20", "0.5"), ("11:30", "x"), ("11:35", "0.5"), ("11:50", "0.5"), ("12:05", "0.5"), ("12:00", "0.5"))
    answer = post(store, "drawn", "Date,kWh\n" + "".join(f"2026-01-05 {clock},{kwh}\n" for clock, kwh in rows))
    told = [(each["index"], each["code"]) for each in answer["rejected"]]  # type: ignore[attr-defined]
    assert told == [(0, "off_interval"), (1, "missing_value"), (2, "off_interval"), (3, "off_interval"), (4, "off_interval")]
    assert answer["stored"] == 1


def test_doubts_of_the_reader_are_told(store: Store) -> None:
    answer = post(store, "drawn", "".join(f"{stamp},0.5\n" for stamp in STAMPS))
    assert "unit_suspect" in {note["code"] for note in answer["notes"]}  # type: ignore[attr-defined]
