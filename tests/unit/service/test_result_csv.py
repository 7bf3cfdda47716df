"""``scores.csv`` and ``events.csv``: one line a row, in the file's order, in columns that other programs depend on."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.factories import START, make_event, make_file, make_meter, make_part, make_readings, make_scored
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.errors import BadRequestError
from wattsup_core.readers.result import FileReadings
from wattsup_core.service.files import AnalysedMeter, FileAnalysis
from wattsup_core.service.result_csv import write_events_csv, write_scores_csv
from wattsup_core.types import AnomalyEvent, Channel, Meter

COLUMNS = ["timestamp", "kwh", "expected_kwh", "lower_kwh", "upper_kwh", "score", "severity", "is_anomaly", "event_id"]


def found_in(file: FileReadings, *meters: Meter, events: tuple[AnomalyEvent, ...] = (), **scored) -> FileAnalysis:
    """The analysis of `file`: every row scored 0.25, rows inside an event named by it."""
    analysed = []
    for part, meter in zip(file.meters, meters or (make_meter(),), strict=True):
        frame = make_scored(part.readings, score=0.25)
        own = tuple(event for event in events if event.meter_id == meter.meter_id)
        for event in own:
            inside = (frame.index >= event.start) & (frame.index < event.end)
            frame.loc[inside, "event_id"] = event.event_id
            frame.loc[inside, "is_anomaly"] = True
        analysed.append(AnalysedMeter(meter, part, Analysis(frame, own, "test-1", ())))
    return FileAnalysis(file, tuple(analysed))


def scores(found: FileAnalysis, folder: Path) -> list[dict[str, str]]:
    write_scores_csv(found, folder / "scores.csv")
    with (folder / "scores.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def events(found: FileAnalysis, folder: Path) -> list[dict[str, str]]:
    write_events_csv(found, folder / "events.csv")
    with (folder / "events.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def rows_of(*rows: tuple[object, float, bool, str], label: str = "") -> pd.DataFrame:
    """A file's rows: time, kWh, whether stored, and the reason when not."""
    ts, kwh, stored, code = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "line": range(2, len(rows) + 2),
            "meter": pd.Categorical([label] * len(rows)),
            "ts": pd.DatetimeIndex(ts, tz="UTC"),
            "kwh": np.array(kwh, float),
            "stored": np.array(stored, bool),
            "code": pd.Categorical(code),
        }
    )


def test_line_of_a_row_has_every_column(tmp_path: Path) -> None:
    file = make_file(make_part(kwh=[0.5, 1 / 3] * 48))
    lines = scores(found_in(file, events=(make_event("e-7", hours=0.5),)), tmp_path)
    assert list(lines[0]) == COLUMNS
    assert list(lines[0].values()) == ["2026-01-05T00:00:00+00:00", "0.5", "0.45", "0.25", "0.75", "0.25", "25", "1", "e-7"]
    assert list(lines[1].values()) == [
        "2026-01-05T00:30:00+00:00",
        "0.3333333333333333",
        "0.3",
        "0.166667",
        "0.5",
        "0.25",
        "25",
        "0",
        "",
    ]


def test_what_is_usual_is_left_empty_of_a_file_without_days_to_compare(tmp_path: Path) -> None:
    line = scores(found_in(make_file(make_part(kwh=[0.5] * 95))), tmp_path)[0]
    assert [line[name] for name in COLUMNS[1:7]] == ["0.5", "", "", "", "0.25", "25"]


def test_rows_keep_the_file_s_order_and_rejected_ones_their_line(tmp_path: Path) -> None:
    part = make_part(kwh=[1.0, 2.0])
    later, half_hour = START + timedelta(minutes=30), timedelta(minutes=30)
    rows = rows_of(
        (later, 2.0, True, ""),
        (None, np.nan, False, "bad_time"),
        (later, 9.0, False, "duplicate"),
        (START, 1.0, True, ""),
        (START - half_hour, np.nan, True, "register_opening"),
        (START + 2 * half_hour, np.nan, False, "bad_number"),
    )
    lines = scores(found_in(make_file(part, rows=rows)), tmp_path)
    assert [line["kwh"] for line in lines] == ["2.0", "", "9.0", "1.0", "", ""]
    assert [line["score"] for line in lines] == ["0.25", "", "", "0.25", "", ""]
    assert [line["timestamp"][11:16] for line in lines] == ["00:30", "", "00:30", "00:00", "23:30", "01:00"]
    assert {line["is_anomaly"] for line in lines} == {"0"}


def test_times_are_local_with_their_offset(tmp_path: Path) -> None:
    autumn = make_part(readings=make_readings(np.ones(4), interval_minutes=60, start=pd.Timestamp("2026-10-24T23:00Z").to_pydatetime()))
    event = make_event(start=pd.Timestamp("2026-10-25T00:00Z").to_pydatetime(), hours=2)
    found = found_in(make_file(autumn), events=(event,))
    assert [line["timestamp"] for line in scores(found, tmp_path)] == [
        "2026-10-25T00:00:00+01:00",
        "2026-10-25T01:00:00+01:00",
        "2026-10-25T01:00:00+00:00",
        "2026-10-25T02:00:00+00:00",
    ]
    (line,) = events(found, tmp_path)
    assert (line["start"], line["end"]) == ("2026-10-25T01:00:00+01:00", "2026-10-25T02:00:00+00:00")


def test_anomaly_is_flagged_exactly_when_an_event_is_named(tmp_path: Path) -> None:
    file = make_file(make_part(days=1))
    lines = scores(found_in(file, events=(make_event("a", hours=3), make_event("b", start=START + timedelta(hours=9)))), tmp_path)
    assert all((line["is_anomaly"] == "1") == (line["event_id"] != "") for line in lines)
    assert sum(line["is_anomaly"] == "1" for line in lines) == 10


def test_several_meters_have_a_last_column(tmp_path: Path) -> None:
    file = make_file(make_part("A", kwh=[1.0]), make_part("B", kwh=[2.0]))
    meters = make_meter("m-a", name="=A"), make_meter("m-b", name="B")
    found = found_in(file, *meters, events=(make_event("e", "m-b", hours=0.5),))
    lines = scores(found, tmp_path)
    assert list(lines[0]) == [*COLUMNS, "meter"]
    assert [(line["kwh"], line["meter"], line["event_id"]) for line in lines] == [("1.0", "'=A", ""), ("2.0", "B", "e")]
    assert [(line["event_id"], line["meter"]) for line in events(found, tmp_path)] == [("e", "B")]


def test_row_of_energy_sent_to_the_grid_gets_its_own_score(tmp_path: Path) -> None:
    home, grid = make_part("A", kwh=[1.0, 0.0]), make_part("A", kwh=[0.5, 3.0], channel=Channel.EXPORT)
    later = START + timedelta(minutes=30)
    rows = rows_of((START, 1.0, True, ""), (START, 0.5, True, ""), (later, 3.0, True, ""), (later, 0.0, True, ""), label="A")
    found = found_in(make_file(home, grid, rows=rows), make_meter("m-a", name="A"), make_meter("m-x", name="A · export"))
    found.meters[1].analysis.scored["score"] = 0.75
    assert [(line["kwh"], line["score"], line["meter"]) for line in scores(found, tmp_path)] == [
        ("1.0", "0.25", "A"),
        ("0.5", "0.75", "A · export"),
        ("3.0", "0.75", "A · export"),
        ("0.0", "0.25", "A"),
    ]


def test_event_has_every_column(tmp_path: Path) -> None:
    file = make_file(make_part(days=1))
    given = (make_event("a", cause='=HYPERLINK("http://x")'), make_event("b", start=START + timedelta(hours=5), cost=None))
    first, second = events(found_in(file, events=given), tmp_path)
    assert first == {
        "event_id": "a",
        "start": "2026-01-05T00:00:00+00:00",
        "end": "2026-01-05T02:00:00+00:00",
        "kind": "SUSTAINED_HIGH",
        "class": "waste",
        "direction": "high",
        "severity": "71",
        "actual_kwh": "5.0",
        "expected_kwh": "2.0",
        "excess_kwh": "3.0",
        "cost": "0.84",
        "cause": '\'=HYPERLINK("http://x")',
    }
    assert second["cost"] == ""


def test_file_without_events_has_a_header_only(tmp_path: Path) -> None:
    write_events_csv(found_in(make_file()), tmp_path / "events.csv")
    assert (tmp_path / "events.csv").read_text().count("\n") == 1


@pytest.mark.parametrize("write", [write_scores_csv, write_events_csv])
def test_folder_that_is_not_there_is_told(write, tmp_path: Path) -> None:
    with pytest.raises(BadRequestError, match="Cannot write"):
        write(found_in(make_file()), tmp_path / "missing" / "out.csv")
