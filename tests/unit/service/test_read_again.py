"""A file that was sent twice and then read again with corrections: what it has brought is corrected, and nothing counts twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_series_equal

from tests.factories import START, make_meter, make_readings, make_upload
from wattsup_core.errors import BadRequestError
from wattsup_core.readers import read_file
from wattsup_core.service.imports import import_file, reimport
from wattsup_core.store import Store, UploadRecord
from wattsup_core.types import ReadOptions

IN_UTC = ReadOptions(timezone="UTC")
IN_BERLIN = ReadOptions(timezone="Europe/Berlin")


def local_csv(path: Path, readings: pd.DataFrame) -> Path:
    """A file of local times without an offset."""
    stamps = pd.DatetimeIndex(readings.index).strftime("%Y-%m-%d %H:%M")
    path.write_text("\n".join(["timestamp,kwh", *(f"{at},{kwh}" for at, kwh in zip(stamps, readings["kwh"], strict=True)), ""]))
    return path


def codes(record: UploadRecord) -> set[str]:
    return {issue.code for issue in record.report.issues}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("odd_files/plain_daily.csv", "UTC", "Europe/Berlin"),
        ("odd_files/plain_halfhourly.csv", "Europe/Berlin", "Europe/Lisbon"),
        ("real_exports/eredes_pt/e-redes-sample.xlsx", "Europe/Lisbon", "Europe/Berlin"),
    ],
)
def test_a_known_file_read_again_in_another_zone_is_as_if_it_had_been_read_so_at_first(
    store: Store, corpus: Path, name: str, before: str, after: str
) -> None:
    path = corpus / name
    if not path.exists():
        pytest.skip(f"{name} is not in the corpus")
    import_file(store, path, path.name, ReadOptions(timezone=before))
    known = import_file(store, path, path.name)
    assert (known.new_rows, known.changed_rows) == (0, 0)
    right = reimport(store, known.upload_id, path, ReadOptions(timezone=after))
    (meter_id,) = right.meter_ids
    assert store.meter(meter_id).timezone == after
    (part,) = read_file(path, path.name, ReadOptions(timezone=after)).meters
    assert_series_equal(store.readings(meter_id)["kwh"], part.readings["kwh"])
    assert (right.new_rows, store.state(meter_id).rows) == (len(part.readings), len(part.readings))
    assert codes(right) & {"overlapping_rows", "zone_kept"} == set()
    assert [upload.replaced_by for upload in store.uploads(meter_id)] == [right.upload_id, right.upload_id, ""]
    assert not store.state(meter_id).is_pending


def test_every_upload_of_the_same_bytes_is_corrected_whichever_is_read_again(store: Store, tmp_path: Path) -> None:
    path = local_csv(tmp_path / "home.csv", make_readings(days=3))
    sent = [import_file(store, path, name, IN_UTC) for name in ("home.csv", "home.CSV", "folder/home.csv")]
    right = reimport(store, sent[1].upload_id, path, IN_BERLIN)
    (meter_id,) = right.meter_ids
    assert [store.upload(each.upload_id).replaced_by for each in sent] == [right.upload_id] * 3
    assert store.state(meter_id).rows == 144
    later = import_file(store, path, "home.csv")
    assert (later.timezone, later.new_rows) == ("Europe/Berlin", 0)
    again = reimport(store, later.upload_id, path, IN_UTC)
    assert (store.state(meter_id).rows, store.meter(meter_id).timezone) == (144, "UTC")
    assert store.readings(meter_id).index[0] == START
    assert store.upload(right.upload_id).replaced_by == again.upload_id


def test_rows_of_another_file_and_the_zone_stay_and_a_person_is_told(store: Store, tmp_path: Path) -> None:
    path = local_csv(tmp_path / "a.csv", make_readings([0.1] * 48))
    other = local_csv(tmp_path / "b.csv", make_readings([0.5] * 48, start=START + timedelta(days=30)))
    import_file(store, path, "home.csv", IN_UTC)
    import_file(store, other, "home.csv", IN_UTC)
    known = import_file(store, path, "home.csv", IN_UTC)
    right = reimport(store, known.upload_id, path, ReadOptions(timezone="Etc/GMT+2"))
    (meter_id,) = right.meter_ids
    stored = store.readings(meter_id)
    assert list(stored["kwh"]) == [0.1] * 48 + [0.5] * 48
    assert (stored.index[0], stored.index[48]) == (START + timedelta(hours=2), START + timedelta(days=30))
    assert store.meter(meter_id).timezone == "UTC"
    (told,) = [issue for issue in right.report.issues if issue.code == "zone_kept"]
    assert "“home” stays in the time zone UTC" in told.message


def test_what_another_file_has_corrected_between_comes_back(store: Store, tmp_path: Path) -> None:
    rows = make_readings([0.1] * 48)
    better = rows.assign(kwh=[0.7] * 4 + [0.1] * 44)
    path, other = local_csv(tmp_path / "a.csv", rows), local_csv(tmp_path / "b.csv", better.iloc[:4])
    import_file(store, path, "home.csv", IN_UTC)
    import_file(store, other, "home.csv", IN_UTC)
    known = import_file(store, path, "home.csv", IN_UTC)
    assert known.changed_rows == 4
    right = reimport(store, known.upload_id, path, ReadOptions(timezone="Etc/GMT+12"))
    (meter_id,) = right.meter_ids
    assert list(store.readings(meter_id)["kwh"]) == [0.7] * 4 + [0.1] * 48
    assert store.meter(meter_id).timezone == "UTC", "the other file's rows are of that zone"


def test_live_readings_and_the_zone_of_their_meter_stay(store: Store, tmp_path: Path) -> None:
    path = local_csv(tmp_path / "home.csv", make_readings([0.1] * 48))
    first = import_file(store, path, "home.csv", IN_UTC)
    (meter_id,) = first.meter_ids
    live = make_readings([0.9], start=datetime(2026, 6, 1, tzinfo=UTC))
    store.append_readings([(meter_id, live)])
    known = import_file(store, path, "home.csv", IN_UTC)
    right = reimport(store, known.upload_id, path, ReadOptions(timezone="Etc/GMT+2"))
    stored = store.readings(meter_id)
    assert list(stored["kwh"]) == [0.1] * 48 + [0.9]
    assert (store.meter(meter_id).timezone, "zone_kept" in codes(right)) == ("UTC", True)


def test_a_reading_that_comes_while_the_file_is_read_again_keeps_its_zone(store: Store, tmp_path: Path) -> None:
    path = local_csv(tmp_path / "home.csv", make_readings([0.1] * 48))
    first = import_file(store, path, "home.csv", IN_UTC)
    (meter_id,) = first.meter_ids

    def comes(step: str, _: float) -> None:
        if step == "cleaning":
            store.append_readings([(meter_id, make_readings([0.9], start=datetime(2026, 6, 1, tzinfo=UTC)))])

    with pytest.raises(BadRequestError, match="other readings"):
        reimport(store, first.upload_id, path, ReadOptions(timezone="Etc/GMT+2"), progress=comes)
    assert list(store.readings(meter_id)["kwh"]) == [0.1] * 48 + [0.9]
    again = reimport(store, first.upload_id, path, ReadOptions(timezone="Etc/GMT+2"))
    assert (store.meter(meter_id).timezone, "zone_kept" in codes(again)) == ("UTC", True)


def test_the_same_file_of_another_meter_is_left_alone(store: Store, tmp_path: Path) -> None:
    path = local_csv(tmp_path / "home.csv", make_readings(days=2))
    for meter_id in ("a", "b"):
        store.add_meter(make_meter(meter_id, name=meter_id.upper(), timezone="UTC"))
    uploads = {meter_id: import_file(store, path, "home.csv", IN_UTC, meter_id=meter_id) for meter_id in ("a", "b")}
    reimport(store, uploads["b"].upload_id, path, IN_BERLIN)
    assert [store.meter(meter_id).timezone for meter_id in ("a", "b")] == ["UTC", "Europe/Berlin"]
    assert store.upload(uploads["a"].upload_id).replaced_by == ""
    assert [store.readings(meter_id).index[0] for meter_id in ("a", "b")] == [START, START - timedelta(hours=1)]


def test_of_an_upload_that_shares_one_of_its_meters_only_that_is_corrected(store: Store) -> None:
    """The ledger goes on to name the upload: its other meter has its rows from it."""
    rows, moved = make_readings([0.1] * 4), make_readings([0.1] * 4, start=START + timedelta(hours=1))
    meters = [make_meter(meter_id, name=meter_id) for meter_id in ("a", "b", "x")]
    store.save_upload(_line("u-1", "a", "x"), [("a", rows), ("x", rows)], new_meters=meters)
    store.save_upload(_line("u-2", "b", "x"), [("b", rows), ("x", rows)])
    store.save_upload(_line("u-3", "b", "x"), [("b", moved), ("x", moved)], replaces="u-2")
    assert {each: len(store.readings(each)) for each in ("a", "b", "x")} == {"a": 4, "b": 4, "x": 4}
    assert [store.readings(each).index[0].hour - START.hour for each in ("a", "b", "x")] == [0, 1, 1]
    assert [store.upload(each).replaced_by for each in ("u-1", "u-2")] == ["", "u-3"]


def _line(upload_id: str, *meter_ids: str) -> UploadRecord:
    return make_upload(upload_id, meter_ids, digest="d" * 64)


def test_files_of_unknown_content_are_not_taken_for_one(store: Store) -> None:
    """As lines of the ledger are that were written before the content was kept."""
    rows = make_readings([0.1] * 4)
    for upload_id in ("u-1", "u-2"):
        store.save_upload(replace(_line(upload_id, "a"), digest=""), [("a", rows)], new_meters=[make_meter("a")])
    store.save_upload(_line("u-3", "a"), [("a", rows)], replaces="u-2")
    assert [store.upload(each).replaced_by for each in ("u-1", "u-2")] == ["", "u-3"]


def test_an_interval_that_cannot_be_corrected_is_told(store: Store, tmp_path: Path) -> None:
    """Days before months: the dates of twelve rows are months apart or days apart."""
    path = tmp_path / "a.csv"
    path.write_text("date,kwh\n" + "".join(f"01/{place:02d}/2025,8\n" for place in range(1, 13)))
    first = import_file(store, path, "home.csv", ReadOptions(timezone="UTC", date_order="MDY"))
    (meter_id,) = first.meter_ids
    other = tmp_path / "b.csv"
    other.write_text("date,kwh\n" + "".join(f"2025-03-{place:02d},8\n" for place in range(1, 29)))
    import_file(store, other, "home.csv", IN_UTC)
    right = reimport(store, first.upload_id, path, ReadOptions(timezone="UTC", date_order="DMY"))
    assert right.meter_ids != (meter_id,)
    (told,) = [issue for issue in right.report.issues if issue.code == "interval_kept"]
    assert "“home” stays a meter of 1440-minute readings" in told.message
