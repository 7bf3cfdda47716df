"""Times of whole files: date order, time zones, clock changes, which side of the interval a stamp marks."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from tests.unit.readers.conftest import ReadText
from tests.unit.readers.samples import LATE, MONDAY, kwh_at, lines, plain, total_kwh
from wattsup_core.errors import BadRequestError, FileRefusedError
from wattsup_core.readers import FileReadings
from wattsup_core.types import IssueSeverity


def severities(found: FileReadings) -> dict[str, IssueSeverity]:
    return {issue.code: issue.severity for issue in found.report.issues}


def span(found: FileReadings) -> tuple[str, str]:
    index = found.meters[0].readings.index
    return f"{index[0]:%Y-%m-%dT%H:%M}", f"{index[-1]:%Y-%m-%dT%H:%M}"


def local_file(zone: str, first: str, hours: int, *, form: str = "%Y-%m-%d %H:%M", minutes: int = 30) -> str:
    """A file of every half-hour that the clock of `zone` shows, written without offsets."""
    start = datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
    walls = [(start + timedelta(minutes=minutes * at)).astimezone(ZoneInfo(zone)) for at in range(hours * 60 // minutes)]
    return "timestamp,kwh\n" + "".join(f"{wall:{form}},{kwh_at(at)}\n" for at, wall in enumerate(walls))


class TestDateOrder:
    def test_a_day_above_twelve_proves_it(self, read: ReadText) -> None:
        found = read("timestamp,kwh\n" + lines(lambda begin, _end, kwh: f"{begin:%m/%d/%Y %H:%M},{kwh}", 1000))
        assert found.date_order == "MDY"
        assert span(found)[0] == "2024-01-08T00:00"
        assert severities(found)["date_order_inferred"] is IssueSeverity.INFO

    @pytest.mark.parametrize(("form", "order"), [("%d/%m/%Y", "DMY"), ("%m/%d/%Y", "MDY")])
    def test_else_the_rhythm_of_the_rows_tells(self, read: ReadText, form: str, order: str) -> None:
        start = datetime.fromisoformat("2024-02-01")
        found = read("timestamp,kwh\n" + lines(lambda begin, _end, kwh: f"{begin:{form} %H:%M},{kwh}", 300, start=start))
        assert found.date_order == order
        assert span(found) == ("2024-02-01T00:00", "2024-02-07T05:30")
        assert severities(found)["date_order_inferred"] is IssueSeverity.WARNING

    def test_daily_dates_too(self, read: ReadText) -> None:
        start = datetime.fromisoformat("2024-02-01")
        found = read("date,kwh\n" + lines(lambda begin, _end, kwh: f"{begin:%d/%m/%Y},{kwh}", 12, 1440, start))
        assert (found.date_order, span(found)[1]) == ("DMY", "2024-02-12T00:00")

    def test_what_fits_both_ways_follows_the_zone_and_is_told(self, read: ReadText) -> None:
        text = "timestamp,kwh\n" + lines(
            lambda begin, _end, kwh: f"{begin:%d/%m/%Y %H:%M},{kwh}", 40, start=datetime.fromisoformat("2024-02-01")
        )
        assert read(text, timezone="Europe/London").date_order == "DMY"
        found = read(text, timezone="America/Chicago")
        assert found.date_order == "MDY"
        assert severities(found)["date_order_inferred"] is IssueSeverity.WARNING

    def test_a_person_has_the_last_word(self, read: ReadText) -> None:
        text = "timestamp,kwh\n" + lines(
            lambda begin, _end, kwh: f"{begin:%d/%m/%Y %H:%M},{kwh}", 40, start=datetime.fromisoformat("2024-02-01")
        )
        found = read(text, date_order="MDY")
        assert span(found)[0] == "2024-01-02T00:00"
        assert "date_order_inferred" not in severities(found)

    def test_one_order_for_the_whole_file(self, read: ReadText) -> None:
        found = read(
            "timestamp,kwh\n"
            + lines(lambda begin, _end, kwh: f"{begin:%d/%m/%Y %H:%M},{kwh}", 336, start=datetime.fromisoformat("2024-01-10"))
        )
        assert span(found) == ("2024-01-10T00:00", "2024-01-16T23:30")

    @pytest.mark.parametrize(("form", "order"), [("%d/%m/%y", "DMY"), ("%m/%d/%y", "MDY"), ("%y/%m/%d", "YMD")])
    def test_years_of_two_digits(self, read: ReadText, form: str, order: str) -> None:
        found = read("timestamp,kwh\n" + lines(lambda begin, _end, kwh: f"{begin:{form} %H:%M},{kwh}", 200, start=LATE))
        assert (found.date_order, span(found)[0]) == (order, "2024-01-20T00:00")


class TestZones:
    def test_setting_then_default(self, read: ReadText) -> None:
        found = read(plain(), timezone="America/New_York")
        assert (found.timezone, found.timezone_source) == ("America/New_York", "setting")
        assert span(found)[0] == "2024-01-08T05:00"
        found = read(plain())
        assert (found.timezone, found.timezone_source) == ("UTC", "default")
        assert severities(found)["timezone_assumed"] is IssueSeverity.INFO

    def test_fallback_when_neither_person_nor_file_names_one(self, read: ReadText) -> None:
        found = read(plain(), fallback_timezone="Europe/Paris")
        assert (found.timezone, found.timezone_source, span(found)[0]) == ("Europe/Paris", "default", "2024-01-07T23:00")
        assert read("# tz=Europe/London\n" + plain(), fallback_timezone="Europe/Paris").timezone == "Europe/London"

    def test_zone_named_in_the_file(self, read: ReadText) -> None:
        found = read(plain().replace("timestamp", "Time Bucket (America/New_York)"))
        assert (found.timezone, found.timezone_source) == ("America/New_York", "file")
        assert span(found)[0] == "2024-01-08T05:00"
        assert read("# tz=Europe/Paris\n" + plain()).timezone == "Europe/Paris"

    def test_a_column_of_utc_is_utc_whatever_the_setting(self, read: ReadText) -> None:
        found = read(plain().replace("timestamp", "Date/time UTC"), timezone="Europe/Amsterdam")
        assert span(found)[0] == "2024-01-08T00:00"
        assert found.timezone == "Europe/Amsterdam"

    def test_offsets_are_exact_and_name_the_zone_to_show(self, read: ReadText) -> None:
        zone = ZoneInfo("Europe/Amsterdam")
        start = datetime(2024, 10, 26, tzinfo=ZoneInfo("UTC"))
        moments = [(start + timedelta(minutes=30 * at)).astimezone(zone) for at in range(96)]
        found = read("timestamp,kwh\n" + "".join(f"{moment.isoformat()},{kwh_at(at)}\n" for at, moment in enumerate(moments)))
        assert span(found) == ("2024-10-26T00:00", "2024-10-27T23:30")
        assert (found.timezone, found.timezone_source, found.report.issues) == ("Europe/Amsterdam", "file", ())

    def test_abbreviations_of_the_meters_zone(self, read: ReadText) -> None:
        text = "timestamp,kwh\n" + lines(
            lambda begin, _end, kwh: f"{begin:%Y-%m-%d %H:%M} BST,{kwh}", start=datetime.fromisoformat("2024-07-01")
        )
        assert span(read(text, timezone="Europe/London"))[0] == "2024-06-30T23:00"
        with pytest.raises(FileRefusedError, match="BST"):
            read(text, timezone="Asia/Dhaka")

    def test_unknown_zone_is_the_callers_mistake(self, read: ReadText) -> None:
        with pytest.raises(BadRequestError, match="Europe/Atlantis"):
            read(plain(), timezone="Europe/Atlantis")

    def test_hint_when_the_clock_was_set_back(self, read: ReadText) -> None:
        text = local_file("Europe/Amsterdam", "2024-10-26", 73)
        assert severities(read(text))["timezone_suspect"] is IssueSeverity.WARNING
        for found in (read(text, timezone="Europe/Amsterdam"), read(text, fallback_timezone="Europe/Amsterdam")):
            assert found.report.rejected == 0
            assert "timezone_suspect" not in severities(found)


class TestClockChanges:
    def test_spring_day_of_23_hours_is_complete(self, read: ReadText) -> None:
        found = read(local_file("Europe/London", "2024-03-30", 71), timezone="Europe/London")
        assert (found.report.stored, found.report.issues) == (142, ())

    def test_autumn_day_of_25_hours_keeps_both(self, read: ReadText) -> None:
        found = read(local_file("Europe/London", "2024-10-26", 73), timezone="Europe/London")
        assert found.report.stored == 146
        assert (np.diff(found.meters[0].readings.index.asi8) == 1_800_000_000).all()
        assert found.meters[0].readings["kwh"].tolist() == [kwh_at(at) for at in range(146)]
        assert severities(found) == {"dst_ambiguous": IssueSeverity.INFO}

    def test_both_passes_written_side_by_side(self, read: ReadText) -> None:
        header, *rows = local_file("Europe/London", "2024-10-26", 73).strip().split("\n")
        found = read("\n".join([header, *sorted(rows, key=lambda row: row[:16])]), timezone="Europe/London")
        assert (found.report.stored, found.report.rejected) == (146, 0)
        assert set(severities(found)) == {"dst_ambiguous"}

    def test_newest_first(self, read: ReadText) -> None:
        header, *rows = local_file("Europe/London", "2024-10-26", 73).strip().split("\n")
        found = read("\n".join([header, *reversed(rows)]), timezone="Europe/London")
        assert found.meters[0].readings["kwh"].tolist() == [kwh_at(at) for at in range(146)]

    def test_repeated_hour_that_comes_once_is_told(self, read: ReadText) -> None:
        found = read(plain(144, start=datetime.fromisoformat("2024-10-26")), timezone="Europe/London")
        assert found.report.stored == 144
        assert severities(found)["dst_ambiguous"] is IssueSeverity.WARNING
        assert severities(found)["missing_intervals"] is IssueSeverity.WARNING

    def test_padding_of_the_skipped_hour_is_left_out(self, read: ReadText) -> None:
        text = plain(144, start=datetime.fromisoformat("2024-03-30"))
        for clock in ("01:00", "01:30"):
            at = text.index(f"2024-03-31 {clock}")
            text = text[: at + 17] + "0" + text[text.index("\n", at) :]
        found = read(text, timezone="Europe/London")
        assert (found.report.stored, found.report.rejected) == (142, 2)
        assert {row.code for row in found.report.rejected_rows} == {"dst_nonexistent"}

    def test_clock_that_keeps_standard_time_all_year(self, read: ReadText) -> None:
        found = read(plain(48 * 4, start=datetime.fromisoformat("2024-03-29")), timezone="Europe/Berlin")
        assert found.report.rejected == 0
        assert span(found) == ("2024-03-28T23:00", "2024-04-01T22:30")
        assert severities(found)["dst_nonexistent"] is IssueSeverity.WARNING

    @pytest.mark.parametrize(
        ("zone", "first", "leap"),
        [
            ("Africa/Cairo", "2025-04-01", "2025-04-24T22:00"),
            ("Atlantic/Azores", "2025-03-01", "2025-03-30T01:00"),
            ("America/Santiago", "2025-08-11", "2025-09-07T04:00"),
        ],
    )
    @pytest.mark.parametrize("side", ["start", "end"])
    def test_days_begin_where_the_clock_leaps_over_midnight(self, read: ReadText, zone: str, first: str, leap: str, side: str) -> None:
        start = datetime.fromisoformat(first) + timedelta(days=side == "end")
        found = read("date,kwh\n" + lines(lambda begin, _end, kwh: f"{begin:%Y-%m-%d},{kwh}", 60, 1440, start), timezone=zone, stamp=side)
        assert found.report.rejected == 0
        assert not severities(found).keys() & {"dst_nonexistent", "missing_intervals"}
        index = found.meters[0].readings.index
        assert f"{index[np.diff(index, append=index[-1:]) == timedelta(hours=23)][0]:%Y-%m-%dT%H:%M}" == leap
        days = index.tz_convert(zone)
        assert days.strftime("%Y-%m-%d").tolist() == [
            str((datetime.fromisoformat(first) + timedelta(days=day)).date()) for day in range(60)
        ]

    def test_a_day_whose_midnight_comes_twice_begins_with_the_first(self, read: ReadText) -> None:
        start = datetime.fromisoformat("2025-10-01")
        found = read("date,kwh\n" + lines(lambda begin, _end, kwh: f"{begin:%Y-%m-%d},{kwh}", 60, 1440, start), timezone="America/Havana")
        assert "dst_ambiguous" not in severities(found)
        index = found.meters[0].readings.index
        assert index[np.diff(index, append=index[-1:]) == timedelta(hours=25)].strftime("%m-%dT%H:%M").tolist() == ["11-02T04:00"]

    def test_hours_since_a_midnight_that_is_skipped_are_counted_from_where_the_clock_leaps(self, read: ReadText) -> None:
        hours = {23: 24, 24: 24, 25: 23, 26: 24}
        rows = [f"2025-04-{day},{hour},{kwh_at(hour)}" for day, count in hours.items() for hour in range(1, count + 1)]
        found = read("date,hour,kwh\n" + "\n".join(rows) + "\n", timezone="Africa/Cairo")
        assert (found.report.stored, span(found)) == (95, ("2025-04-22T22:00", "2025-04-26T20:00"))

    @pytest.mark.parametrize("convention", ["clock", "label"])
    def test_end_stamps_through_both_changes(self, read: ReadText, convention: str) -> None:
        """A writer may convert the end itself, or label the start and add the interval on the clock."""
        zone, count = ZoneInfo("Europe/Lisbon"), 48 * 4
        for first in (datetime.fromisoformat("2024-03-30"), datetime.fromisoformat("2024-10-26")):
            start = first.replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
            step = timedelta(minutes=30)
            begins = [(start + step * at).astimezone(zone).replace(tzinfo=None) for at in range(count)]
            ends = [(start + step * (at + 1)).astimezone(zone).replace(tzinfo=None) for at in range(count)]
            stamps = ends if convention == "clock" else [begin + step for begin in begins]
            text = "timestamp,kwh\n" + "".join(f"{stamp:%Y-%m-%d %H:%M},{kwh_at(at)}\n" for at, stamp in enumerate(stamps))
            found = read(text, timezone="Europe/Lisbon", stamp="end")
            assert found.report.stored == count
            assert found.meters[0].readings.index[0] == pd.Timestamp(start)
            assert found.meters[0].readings["kwh"].tolist() == [kwh_at(at) for at in range(count)]

    def test_hours_numbered_to_25(self, read: ReadText) -> None:
        text = "Fecha;Hora;Consumo_kWh\n" + "".join(
            f"{day}/10/2024;{hour};{hour / 10:.1f}".replace(".", ",") + "\n"
            for day in (26, 27, 28)
            for hour in range(1, 26 if day == 27 else 25)
        )
        found = read(text, timezone="Europe/Madrid")
        assert (found.report.stored, span(found)) == (73, ("2024-10-25T22:00", "2024-10-28T22:00"))


class TestSides:
    def test_told_by_a_person(self, read: ReadText) -> None:
        found = read("timestamp,kwh\n" + lines(lambda _begin, end, kwh: f"{end:%Y-%m-%d %H:%M},{kwh}"), stamp="end")
        assert (found.stamp, span(found)) == ("end", ("2024-01-08T00:00", "2024-01-09T23:30"))
        assert "end_stamps" not in severities(found)

    @pytest.mark.parametrize("header", ["End", "interval_end", "Period ending", "Bis"])
    def test_told_by_the_header(self, read: ReadText, header: str) -> None:
        found = read(f"{header},kwh\n" + lines(lambda _begin, end, kwh: f"{end:%Y-%m-%d %H:%M},{kwh}", 40))
        assert (found.stamp, span(found)[0]) == ("end", "2024-01-08T00:00")

    def test_start_is_read_where_both_are_given(self, read: ReadText) -> None:
        found = read("kWh,Start,End\n" + lines(lambda begin, end, kwh: f"{kwh},{begin:%Y-%m-%d %H:%M},{end:%Y-%m-%d %H:%M}"))
        assert (found.stamp, span(found)[0]) == ("start", "2024-01-08T00:00")

    def test_shown_by_24_00(self, read: ReadText) -> None:
        text = "timestamp,kwh\n" + lines(
            lambda begin, end, kwh: f"{begin:%Y-%m-%d} 24:00,{kwh}" if end.hour == end.minute == 0 else f"{end:%Y-%m-%d %H:%M},{kwh}", 100
        )
        found = read(text)
        assert (found.stamp, found.report.stored, span(found)[0]) == ("end", 100, "2024-01-08T00:00")

    def test_shown_by_days_that_run_from_a_quarter_past_to_midnight(self, read: ReadText) -> None:
        text = "timestamp,kwh\n" + lines(lambda _begin, end, kwh: f"{end:%Y-%m-%d %H:%M},{kwh}", 192, 15)
        found = read(text)
        assert (found.stamp, span(found)) == ("end", ("2024-01-08T00:00", "2024-01-09T23:45"))
        assert severities(found)["end_stamps"] is IssueSeverity.INFO

    def test_not_by_hours_that_an_offset_may_have_shifted(self, read: ReadText) -> None:
        text = "timestamp,kwh\n" + lines(lambda _begin, end, kwh: f"{end:%Y-%m-%d %H:%M},{kwh}", 96, 60)
        assert read(text).stamp == "start"

    def test_midnight_written_with_the_date_of_the_day_that_ends(self, read: ReadText) -> None:
        text = "date,kwh\n" + lines(lambda begin, end, kwh: f"{begin:%d/%m/%Y} {end:%H:%M},{kwh}", 96 * 14, 15)
        found = read(text)
        assert (found.stamp, found.report.stored, span(found)) == ("end", 96 * 14, ("2024-01-08T00:00", "2024-01-21T23:45"))
        assert severities(found)["midnight_of_day"] is IssueSeverity.INFO
        assert "out_of_order" not in severities(found)


def test_clock_that_wanders_by_seconds_is_put_on_its_grid(read: ReadText) -> None:
    shifts = [12, -3, -7, 20, -20, 5, 0, 9]
    text = "timestamp,kwh\n" + "".join(
        f"{MONDAY + timedelta(minutes=30 * at, seconds=shifts[at % 8] if at else 12):%Y-%m-%d %H:%M:%S},{kwh_at(at)}\n" for at in range(96)
    )
    found = read(text)
    assert (found.report.stored, span(found)) == (96, ("2024-01-08T00:00", "2024-01-09T23:30"))
    assert found.meters[0].readings["kwh"].sum() == pytest.approx(total_kwh(96))
    assert set(severities(found)) == {"irregular_times", "timezone_assumed"}


@pytest.mark.parametrize("stamp", ["1970-01-01 00:10", "2090-01-01 00:00", "9999-12-31 00:00", "2000-01-01 00:00", "2024-02-30 00:00"])
def test_unlikely_time_is_rejected(read: ReadText, stamp: str) -> None:
    found = read(plain(200) + f"{stamp},0.5\n")
    assert (found.report.stored, found.report.rejected) == (200, 1)
    assert found.report.rejected_rows[0].code in {"out_of_range_timestamp", "bad_timestamp"}
