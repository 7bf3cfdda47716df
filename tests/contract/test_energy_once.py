"""Energy is counted once: no way into the store brings a row whose interval lies across a stored one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.factories import START, make_meter, make_readings, make_upload
from wattsup_core.errors import BadRequestError
from wattsup_core.service.access import issue_token
from wattsup_core.service.imports import import_file, reimport
from wattsup_core.service.ingest import Sent, receive
from wattsup_core.store import Delivery, SentRegister, Store, TokenRecord, open_store
from wattsup_core.timegrid import epoch_of, to_epoch_seconds
from wattsup_core.types import Meter, ReadOptions, Scope

T0 = epoch_of(START)
QUARTER_S, DAY_S = 900, 86_400
Row = tuple[int, float]


@pytest.fixture
def store() -> Store:
    opened = open_store("sqlite://")
    opened.migrate()
    opened.add_meter(make_meter("home", interval_minutes=15.0, timezone="UTC"))
    return opened


@pytest.fixture
def token(store: Store) -> TokenRecord:
    issue_token(store, None, Scope.WRITE)
    return store.tokens()[0]


def minutes(*starts: float, kwh: float = 0.25) -> list[Row]:
    return [(round(60 * start), kwh) for start in starts]


def csv_of(rows: Sequence[Row]) -> str:
    return "Date,Energy (kWh)\n" + "".join(f"{START + timedelta(seconds=at):%Y-%m-%d %H:%M:%S},{kwh}\n" for at, kwh in rows)


def post_csv(store: Store, token: TokenRecord, rows: Sequence[Row], meter_id: str = "home") -> list[tuple[int, str]]:
    answer = receive(store, token, meter_id, Sent(csv_of(rows).encode(), is_json=False))
    assert answer["stored"] + len(answer["rejected"]) == len(rows)
    return [(each["index"], each["code"]) for each in answer["rejected"]]


def post_json(store: Store, token: TokenRecord, rows: Sequence[Row], meter_id: str = "home") -> list[tuple[int, str]]:
    items = ",".join(f'{{"timestamp": {T0 + at}, "kwh": {kwh}}}' for at, kwh in rows)
    answer = receive(store, token, meter_id, Sent(f"[{items}]".encode(), is_json=True))
    assert answer["stored"] + len(answer["rejected"]) == len(rows)
    return [(each["index"], each["code"]) for each in answer["rejected"]]


def held(store: Store, meter_id: str = "home") -> dict[float, float]:
    frame = store.readings(meter_id)
    return {(ts.timestamp() - T0) / 60: round(kwh, 6) for ts, kwh in zip(frame.index, frame["kwh"], strict=True)}


def upload(store: Store, folder: Path, rows: Sequence[Row], meter_id: str | None = "home", name: str = "home.csv") -> str:
    path = folder / "body.csv"
    path.write_text(csv_of(rows))
    return import_file(store, path, name, ReadOptions(timezone="UTC"), meter_id=meter_id).upload_id


# bodies


def test_csv_of_a_row_a_minute_is_refused_as_json_is(store: Store, token: TokenRecord) -> None:
    refused = [code for minute in range(60) for _, code in post_csv(store, token, minutes(minute))]
    assert held(store) == dict.fromkeys((0, 15, 30, 45), 0.25)
    assert refused == ["off_interval"] * 56


@pytest.mark.parametrize("count", [1, 2, 3, 30])
def test_csv_of_another_phase_is_refused_row_by_row(store: Store, token: TokenRecord, count: int) -> None:
    assert post_csv(store, token, minutes(*(15 * place for place in range(count)))) == []
    refused = post_csv(store, token, minutes(*(15 * place + 5 for place in range(count)), kwh=9.0))
    assert refused == [(place, "off_interval") for place in range(count)]
    assert held(store) == {15 * place: 0.25 for place in range(count)}


def test_json_on_the_clock_is_refused_between_stored_rows(store: Store, token: TokenRecord) -> None:
    store.append_readings([("home", make_readings([0.1] * 8, interval_minutes=15, start=START + timedelta(minutes=7)))])
    assert post_json(store, token, minutes(0, 15, 30, 45)) == [(place, "off_interval") for place in range(4)]
    assert post_json(store, token, minutes(0)) == [(0, "off_interval")]
    assert list(held(store)) == [7 + 15 * place for place in range(8)]


def test_rows_of_one_body_do_not_lie_across_each_other(store: Store, token: TokenRecord) -> None:
    store.append_readings([("home", make_readings([0.1], interval_minutes=15, start=START + timedelta(minutes=7)))])
    assert post_json(store, token, minutes(22, 30, 37, 45)) == [(1, "off_interval"), (3, "off_interval")]
    assert list(held(store)) == [7, 22, 37]


def test_a_meter_that_was_replaced_goes_on_by_the_clock(store: Store, token: TokenRecord) -> None:
    store.append_readings([("home", make_readings([0.1] * 3, interval_minutes=15, start=START + timedelta(minutes=7)))])
    assert post_json(store, token, minutes(45, 60, 75)) == [(0, "off_interval")]
    assert post_json(store, token, minutes(90, 105)) == []
    assert list(held(store)) == [7, 22, 37, 60, 75, 90, 105]


def test_a_csv_with_a_rhythm_of_its_own_begins_where_it_does(store: Store, token: TokenRecord) -> None:
    assert post_csv(store, token, minutes(7, 22, 37)) == []
    assert post_csv(store, token, minutes(52, 67)) == []
    assert post_csv(store, token, minutes(37, 52, 67, 82, kwh=0.5)) == []
    assert held(store) == {7: 0.25, 22: 0.25, 37: 0.5, 52: 0.5, 67: 0.5, 82: 0.5}


def test_a_late_row_fills_its_gap_and_the_same_instant_is_corrected(store: Store, token: TokenRecord) -> None:
    for post in (post_csv, post_json):
        assert post(store, token, minutes(0, 15, 45, 60)) == []
        assert post(store, token, minutes(30)) == []
        assert post(store, token, minutes(15, kwh=0.75)) == []
        assert held(store) == {0: 0.25, 15: 0.75, 30: 0.25, 45: 0.25, 60: 0.25}


def test_csv_rows_that_a_clock_has_put_off_by_seconds_are_the_same_rows(store: Store, token: TokenRecord) -> None:
    post_csv(store, token, minutes(0, 15, 30))
    assert post_csv(store, token, [(3, 0.5), (QUARTER_S + 3, 0.5), (2 * QUARTER_S + 3, 0.5), (3 * QUARTER_S + 3, 0.5)]) == []
    assert list(held(store).values()) == [0.5] * 4


@pytest.mark.parametrize("days", [(0, 31, 59, 90, 120), (0, 30, 61, 89)])
def test_months_are_of_many_lengths_but_hold_no_second_reading(store: Store, token: TokenRecord, days: tuple[int, ...]) -> None:
    store.add_meter(make_meter("month", interval_minutes=44_640.0, timezone="Europe/London"))
    for day in days:
        assert post_json(store, token, [(day * DAY_S, 100.0)], "month") == []
    assert [post_json(store, token, [((day + 9) * DAY_S, 5.0)], "month") for day in days] == [[(0, "off_interval")]] * len(days)
    assert len(held(store, "month")) == len(days)


@pytest.mark.parametrize("interval_hours", [2, 6, 24])
@pytest.mark.parametrize("month", [3, 10])
@pytest.mark.parametrize("backwards", [False, True])
def test_the_clock_change_breaks_no_rhythm(store: Store, token: TokenRecord, interval_hours: int, month: int, backwards: bool) -> None:
    store.add_meter(make_meter("day", interval_minutes=60.0 * interval_hours, timezone="Europe/London"))
    hours = [
        datetime.fromisoformat(f"2026-{month:02d}-{day}T{hour:02d}:00") for day in range(23, 32) for hour in range(0, 24, interval_hours)
    ]
    stamps = [f'{{"timestamp": "{hour:%Y-%m-%dT%H:%M}", "kwh": 1}}' for hour in (reversed(hours) if backwards else hours)]
    for stamp in stamps:
        assert receive(store, token, "day", Sent(stamp.encode(), is_json=True))["rejected"] == [], stamp
    assert len(held(store, "day")) == len(hours)


# registers


def test_a_registers_energy_does_not_lie_across_stored_rows(store: Store) -> None:
    store.append_readings([("home", make_readings([0.1] * 3, interval_minutes=15, start=START + timedelta(minutes=7)))])
    registers = tuple(SentRegister(place, T0 + 900 * place, 100 + place / 4, "r") for place in range(8))
    (outcome,) = store.append([Delivery("home", (), registers)])
    assert [(each.index, each.code) for each in outcome.refused] == [(place, "register_overlaps") for place in (1, 2, 3, 4)]
    assert held(store) == {7: 0.1, 22: 0.1, 37: 0.1, 60: 0.25, 75: 0.25, 90: 0.25}


# files


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_a_file_of_another_phase_is_refused_as_a_whole(store: Store, tmp_path: Path, count: int) -> None:
    upload(store, tmp_path, minutes(*(15 * place for place in range(50))))
    with pytest.raises(BadRequestError, match="count energy twice") as refusal:
        upload(store, tmp_path, minutes(*(15 * place + 5 for place in range(count)), kwh=9.0))
    assert "“Home”" in refusal.value.message
    assert "another name" in refusal.value.hint
    assert set(held(store).values()) == {0.25}
    assert len(store.uploads("home")) == 1


def test_files_of_a_row_a_minute_are_refused(store: Store, tmp_path: Path) -> None:
    upload(store, tmp_path, minutes(0))
    for minute in range(1, 14):
        with pytest.raises(BadRequestError, match="twice"):
            upload(store, tmp_path, minutes(minute))
    upload(store, tmp_path, minutes(15))
    assert list(held(store)) == [0, 15]


def test_a_file_of_the_meter_that_replaced_it_may_begin_within_its_last_interval(store: Store, tmp_path: Path) -> None:
    upload(store, tmp_path, minutes(0, 15, 30))
    upload(store, tmp_path, minutes(40, 55, 70))
    with pytest.raises(BadRequestError, match="twice"):
        upload(store, tmp_path, minutes(75, 90, 105))
    assert list(held(store)) == [0, 15, 30, 40, 55, 70]


def test_a_file_that_changes_its_phase_or_interval_is_taken_again_and_goes_on(store: Store, tmp_path: Path) -> None:
    replaced = [*range(0, 150, 15), *range(155, 305, 15)]
    finer = [*range(1_000, 4_000, 15), *range(4_000, 4_050, 5)]
    for starts in (replaced, replaced, [*replaced, 305, 320], finer, finer, [*finer, 4_050, 4_055]):
        upload(store, tmp_path, minutes(*starts))
    assert list(held(store)) == [*replaced, 305, 320, *finer, 4_050, 4_055]


def test_files_of_a_clock_that_wanders_meet_row_by_row(store: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    rows = [(900 * place + int(rng.integers(0, 80)), 0.25) for place in range(60)]
    upload(store, tmp_path, rows[:40])
    upload(store, tmp_path, rows[20:])
    assert len(held(store)) == 60


def test_irregular_rows_of_two_files_meet(store: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    steps = np.where(rng.random(80) < 0.6, 900, rng.integers(700, 1_100, 80))
    rows = [(int(at), 0.25) for at in np.cumsum(steps)]
    upload(store, tmp_path, rows[:40])
    upload(store, tmp_path, rows[40:])
    upload(store, tmp_path, rows)
    assert len(held(store)) == 80


def daily(first: str, count: int) -> str:
    days = [datetime.fromisoformat(first) + timedelta(days=place) for place in range(count)]
    return "Date,Energy (kWh)\n" + "".join(f"{day:%Y-%m-%d},10\n" for day in days)


def test_days_and_months_of_two_files_meet(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    for first in ("2026-03-01", "2026-03-29", "2026-03-30", "2026-03-20", "2026-10-20", "2026-10-26"):
        path.write_text(daily(first, 12))
        import_file(store, path, "days.csv", ReadOptions(timezone="Europe/London"))
    for months in ((1, 2, 3, 4), (5, 6, 7, 8), (3, 4, 5, 6)):
        path.write_text("Month,Energy (kWh)\n" + "".join(f"2025-{month:02d}-01,100\n" for month in months))
        import_file(store, path, "months.csv", ReadOptions(timezone="UTC"))
    rows = {meter.name: len(store.readings(meter.meter_id)) for meter in store.meters()}
    assert rows == {"Home": 0, "days": 34 + 18, "months": 8}


def test_files_read_in_a_wrong_zone_can_be_put_right_one_by_one(store: Store, tmp_path: Path) -> None:
    meter = Meter("k", "Kolkata", "UTC", 60.0)
    store.add_meter(meter)
    paths = [tmp_path / f"{part}.csv" for part in "ab"]
    uploads = []
    for place, path in enumerate(paths):
        path.write_text(csv_of([(3_600 * (24 * place + hour), 1.0) for hour in range(24)]))
        uploads.append(import_file(store, path, path.name, ReadOptions(timezone="UTC"), meter_id="k"))
    second = reimport(store, uploads[1].upload_id, paths[1], ReadOptions(timezone="Asia/Kolkata"))
    assert [issue.count for issue in second.report.issues if issue.code == "overlapping_rows"] == [6]
    first = reimport(store, uploads[0].upload_id, paths[0], ReadOptions(timezone="Asia/Kolkata"))
    assert "overlapping_rows" not in {issue.code for issue in first.report.issues}
    assert list(held(store, "k")) == [60 * hour - 330 for hour in range(48)]


def test_a_stored_upload_is_not_checked_against_what_it_replaces(store: Store) -> None:
    rows = make_readings([0.1] * 8, interval_minutes=15)
    store.save_upload(make_upload("u-1"), [("home", rows)])
    moved = rows.set_axis(rows.index + timedelta(minutes=5))
    told = store.save_upload(make_upload("u-2"), [("home", moved)], replaces="u-1")
    assert told.report.issues == make_upload("u-2").report.issues
    assert list(held(store)) == [5 + 15 * place for place in range(8)]


@pytest.mark.parametrize(
    ("zone", "first"), [("Africa/Cairo", "2025-04-23"), ("Atlantic/Azores", "2025-03-28"), ("America/Santiago", "2025-09-05")]
)
def test_each_day_is_taken_by_its_date_where_a_midnight_is_skipped(store: Store, token: TokenRecord, zone: str, first: str) -> None:
    store.add_meter(make_meter("days", interval_minutes=1_440.0, timezone=zone))
    dates = [date.fromisoformat(first) + timedelta(days=day) for day in range(5)]
    for each in dates:
        body = f'{{"timestamp": "{each}", "kwh": 10}}'.encode()
        assert receive(store, token, "days", Sent(body, is_json=True))["stored"] == 1
    stored = store.readings("days").index
    assert stored.tz_convert(zone).date.tolist() == dates
    assert (np.diff(to_epoch_seconds(stored)) / 3_600).tolist() == [24, 24, 23, 24]
