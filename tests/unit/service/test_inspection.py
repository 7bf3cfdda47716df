"""The object that ``inspect --json`` prints."""

from __future__ import annotations

import json
from pathlib import Path

from wattsup_core.errors import FileRefusedError
from wattsup_core.readers import read_file
from wattsup_core.service.inspection import inspection, refusal

HEADER = "timestamp,consumption_kwh,returned_kwh\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "meter.csv"
    path.write_text(text)
    return path


def test_what_was_read(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-08T{hour:02d}:00:00Z,0.5,0.25\n" for hour in range(24))
    found = inspection(read_file(write(tmp_path, HEADER + rows)))
    assert found["status"] == "ok"
    assert (found["rows_read"], found["rows_stored"], found["rows_rejected"]) == (24, 24, 0)
    assert (found["kwh_total"], found["meters"]) == (12.0, 2)
    assert (found["first_ts_utc"], found["last_ts_utc"]) == ("2024-01-08T00:00:00Z", "2024-01-08T23:00:00Z")
    assert (found["warnings"], found["error"]) == ([], None)
    assert {note["code"] for note in found["notes"]} == {"extra_value_columns"}
    assert json.loads(json.dumps(found)) == found


def test_warnings_have_code_count_and_message(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-08T{hour:02d}:00:00Z,{'?' if hour == 7 else 0.5},0\n" for hour in range(24))
    found = inspection(read_file(write(tmp_path, HEADER + rows)))
    assert (found["status"], found["rows_rejected"], found["kwh_total"]) == ("ok_with_warnings", 1, 11.5)
    assert found["warnings"][0]["code"] == "missing_value"
    assert found["warnings"][0]["count"] == 1
    assert found["rejected_rows"] == [{"line": 9, "code": "missing_value", "text": "2024-01-08T07:00:00Z,?,0"}]


def test_refusal_stores_nothing() -> None:
    found = refusal(FileRefusedError("It is empty.", "Export it again."))
    assert (found["status"], found["rows_stored"], found["error"]) == ("reject", 0, "It is empty. Export it again.")
