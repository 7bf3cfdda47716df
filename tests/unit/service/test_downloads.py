from __future__ import annotations

import csv
import dataclasses
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.unit.service.stored_meter import LONDON, START, event_of, readings_of, send, store_of
from wattsup_core.answered import Answer
from wattsup_core.errors import NotFoundError
from wattsup_core.readers import read_file
from wattsup_core.service import views
from wattsup_core.service.downloads import INTERVALS_PER_PIECE, events_csv, file_name, guard_formula, readings_csv
from wattsup_core.service.shown_table import events_table
from wattsup_core.types import Direction
from wattsup_core.view_models import ViewQuery

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rows_of(pieces: list[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(pieces))))


def test_readings_with_their_scores() -> None:
    store = store_of(readings_of([0.1, 1 / 3] * 48), [event_of(START + HOUR / 2, 0.5)], expected_kwh=1 / 3)
    header, lines = readings_csv(store, "home")
    assert header == "timestamp,kwh,expected_kwh,lower_kwh,upper_kwh,score,severity,is_anomaly,event_id\r\n"
    assert lines.splitlines()[:2] == [
        "2026-01-05T00:00:00+00:00,0.1,0.333333,0.166667,0.666667,0.125,7,0,",
        "2026-01-05T00:30:00+00:00,0.3333333333333333,0.333333,0.166667,0.666667,0.125,7,1,e1",
    ]


def test_what_is_usual_is_left_empty_of_a_meter_without_days_to_compare() -> None:
    _, lines = readings_csv(store_of(readings_of([0.1] * 95), expected_kwh=0.1), "home")
    assert lines.splitlines()[0] == "2026-01-05T00:00:00+00:00,0.1,,,,0.125,7,0,"


def test_the_repeated_hour_of_autumn_is_told_apart_by_its_offset() -> None:
    store = store_of(
        readings_of([1.0, 2.0], datetime(2026, 10, 25, tzinfo=UTC), 60), meter=dataclasses.replace(LONDON, interval_minutes=60.0)
    )
    assert [row["timestamp"] for row in rows_of(list(readings_csv(store, "home")))] == [
        "2026-10-25T01:00:00+01:00",
        "2026-10-25T01:00:00+00:00",
    ]


def test_readings_that_wait_for_their_score_have_empty_cells() -> None:
    store = store_of(readings_of([1.0]))
    send(store, readings_of([2.0], START + HOUR), upload_id="u2")
    last = rows_of(list(readings_csv(store, "home")))[-1]
    assert (last["kwh"], last["expected_kwh"], last["score"], last["severity"], last["is_anomaly"]) == ("2.0", "", "", "", "0")


def test_a_long_history_comes_in_pieces_and_whole() -> None:
    kwh = np.random.default_rng(1).random(2 * INTERVALS_PER_PIECE + 500)
    kwh[100] = 0.1 + 0.2
    pieces = list(readings_csv(store_of(readings_of(kwh)), "home"))
    assert len(pieces) == 4
    rows = rows_of(pieces)
    assert [float(row["kwh"]) for row in rows] == kwh.tolist()
    assert len({row["timestamp"] for row in rows}) == len(kwh)


def test_a_window_is_half_open_and_clamped_to_the_data() -> None:
    store = store_of(readings_of(np.arange(96.0)))
    window = rows_of(list(readings_csv(store, "home", START + HOUR, START + 2 * HOUR)))
    assert [row["kwh"] for row in window] == ["2.0", "3.0"]
    assert len(rows_of(list(readings_csv(store, "home", START - 9999 * DAY, START + 9999 * DAY)))) == 96
    assert rows_of(list(readings_csv(store, "home", START + 30 * DAY, START + 31 * DAY))) == []


def test_nothing_is_read_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(readings_of(np.ones(3 * INTERVALS_PER_PIECE)))
    read: list[object] = []
    scored = store.scored
    monkeypatch.setattr(store, "scored", lambda *window: read.append(window) or scored(*window))
    pieces = readings_csv(store, "home")
    next(pieces)
    assert read == []
    next(pieces)
    assert len(read) == 1


def test_an_unknown_meter_is_refused_before_the_first_piece() -> None:
    store = store_of(readings_of([1.0]))
    with pytest.raises(NotFoundError):
        readings_csv(store, "elsewhere")
    with pytest.raises(NotFoundError):
        events_csv(store, "elsewhere")


def test_a_meter_without_readings_has_a_header_only() -> None:
    store = store_of(readings_of([1.0]))
    store.add_meter(dataclasses.replace(LONDON, meter_id="empty"))
    assert len(list(readings_csv(store, "empty"))) == 1
    assert len(list(events_csv(store, "empty"))) == 1


def test_events_with_units_in_the_header() -> None:
    fault = event_of(START + 3 * HOUR, 1, "e2", cost=None, excess_kwh=-1 / 3)
    store = store_of(readings_of(np.ones(96)), [event_of(START, 2.5), fault], meter=dataclasses.replace(LONDON, currency="EUR"))
    pieces = list(events_csv(store, "home"))
    assert pieces[0] == (
        "event_id,start,end,kind,class,direction,severity,actual_kwh,expected_kwh,excess_kwh,cost_eur,title,cause,status,cost_note\r\n"
    )
    first, second = rows_of(pieces)
    assert (first["start"], first["end"]) == ("2026-01-05T00:00:00+00:00", "2026-01-05T02:30:00+00:00")
    assert (first["kind"], first["class"], first["direction"], first["status"]) == ("SPIKE", "waste", "high", "new")
    assert (first["severity"], first["actual_kwh"], first["excess_kwh"], first["cost_eur"]) == ("80", "3.0", "2.0", "0.5")
    assert (second["excess_kwh"], second["cost_eur"]) == ("-0.333333", "")
    assert [row["cost_note"] for row in (first, second)] == ["", "not priced"]
    assert [row["event_id"] for row in rows_of(list(events_csv(store, "home", START + 3 * HOUR, START + DAY)))] == ["e2"]


def test_the_costs_of_a_file_are_those_of_the_page() -> None:
    """What was expected, and what was less than usual, adds nothing to the sum of the column, and says so."""
    drop = event_of(START + 9 * HOUR, 2, "drop", cost=-0.4, direction=Direction.LOW)
    events = [event_of(START, 2, "seen"), event_of(START + 3 * HOUR, 2, "guests"), drop]
    store = store_of(readings_of(np.ones(96)), events)
    store.answer_event("home", "guests", Answer.EXPECTED)
    rows = {row["event_id"]: (row["cost_gbp"], row["status"], row["cost_note"]) for row in rows_of(list(events_csv(store, "home")))}
    assert rows == {
        "seen": ("0.5", "new", ""),
        "guests": ("", "expected", "expected, not counted"),
        "drop": ("", "new", "no extra cost"),
    }
    table = events_table(store.meter("home"), store.events("home"), ())
    shown = {row[-1]: (row[table.header.index("Cost (GBP)")], row[-2]) for row in table.rows}
    assert shown == {"seen": (0.5, ""), "guests": (None, "expected, not counted"), "drop": (None, "no extra cost")}
    assert views.overview(store, ViewQuery("home", "all")).anomalies.cost == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    store = store_of(readings_of(np.ones(96)), [event_of(START, 1, title=text, cause=text)])
    (row,) = csv.DictReader(io.StringIO("".join(events_csv(store, "home")), newline=""))
    assert row["title"] == row["cause"] == f"'{text}"
    assert guard_formula("Evening = peak") == "Evening = peak"


@pytest.mark.parametrize("start", [START, datetime(2026, 3, 25, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)])
def test_a_download_is_read_back_as_the_same_readings(start: datetime, tmp_path: Path) -> None:
    kwh = np.random.default_rng(2).lognormal(-1, 0.5, 20 * 48)
    readings = readings_of(kwh, start).drop(index=readings_of(kwh, start).index[100:110])
    store = store_of(readings, [event_of(start + 3 * DAY, 3)])
    path = tmp_path / "download.csv"
    path.write_text("".join(readings_csv(store, "home")), newline="")
    read = read_file(path)
    (meter,) = read.meters
    assert (read.unit, meter.interval_minutes, read.report.rejected) == ("kWh", 30, 0)
    pd.testing.assert_frame_equal(meter.readings[["kwh"]], store.readings("home")[["kwh"]], check_exact=True, check_freq=False)


def test_a_file_name_says_what_is_in_the_file() -> None:
    end = datetime(2026, 7, 1, 23, tzinfo=UTC)  # midnight of 2 July in London
    assert file_name(LONDON, "readings", START, end) == "wattsup-home-readings-2026-01-05-to-2026-07-01.csv"
    odd = dataclasses.replace(LONDON, name='../Zähler "A"\r\n№1')
    assert file_name(odd, "events", START, end) == "wattsup-zahler-a-no1-events-2026-01-05-to-2026-07-01.csv"
    assert file_name(dataclasses.replace(LONDON, name="電気"), "events", START, end).startswith("wattsup-meter-events-")
