"""Green Button XML: what its readings count, of which meter, when, and what is told of it."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from tests.unit.readers.conftest import ReadText
from tests.unit.readers.espi import CHICAGO, START, WATT_HOURS, Meter, Names, feed, readings, wh_at
from wattsup_core.errors import BadRequestError, FileRefusedError
from wattsup_core.readers import FileReadings
from wattsup_core.timegrid import datetime_from_epoch, to_epoch_seconds
from wattsup_core.types import Channel

KWH = sum(wh_at(place) for place in range(96)) / 1_000


def codes(found: FileReadings) -> list[str]:
    return [issue.code for issue in found.report.issues]


def message(found: FileReadings, code: str) -> str:
    return next(issue.message for issue in found.report.issues if issue.code == code)


def kind(**changed: str) -> dict[str, str]:
    return {**WATT_HOURS, **changed}


def energies(found: FileReadings) -> dict[tuple[str, Channel], float]:
    assert found.report.read == found.report.stored + found.report.rejected == len(found.rows)
    return {(meter.label, meter.channel): round(float(meter.readings["kwh"].sum()), 6) for meter in found.meters}


def zipped(*files: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return buffer.getvalue()


class TestForms:
    @pytest.mark.parametrize("prefix", ["", "espi", "ns0"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_prefixes_and_encodings(self, read: ReadText, prefix: str, encoding: str) -> None:
        found = read(feed(Meter(readings()), prefix=prefix, clock=CHICAGO).encode(encoding), "usage.xml")
        assert energies(found) == {("Home", Channel.IMPORT): pytest.approx(KWH)}
        assert (found.format_name, found.unit, found.stamp, found.is_register) == ("Green Button XML", "Wh", "start", False)
        assert (found.timezone, found.timezone_source) == ("America/Chicago", "file")
        assert codes(found) == ["timezone_found"]
        (meter,) = found.meters
        assert (meter.interval_minutes, meter.readings.index[0]) == (15, datetime_from_epoch(START))
        assert meter.readings["kwh"].iloc[1] == wh_at(1) / 1_000
        assert found.rows["line"].tolist() == list(range(1, 97))

    def test_a_file_without_a_feed(self, read: ReadText) -> None:
        names = Names("espi")
        both = names.tag("ReadingType", names.fields(WATT_HOURS)) + names.block(readings(24))
        found = read(f'<espi:all xmlns:espi="http://naesb.org/espi">{both}</espi:all>')
        assert [(label, channel) for label, channel in energies(found)] == [("", Channel.IMPORT)]

    def test_links_with_and_without_the_host(self, read: ReadText) -> None:
        text = feed(Meter(readings(24)), Meter(readings(24), kind(flowDirection="19")))
        mixed = text.replace('rel="up" href="/espi/', 'rel="up" href="https://utility.example//espi/')
        assert energies(read(mixed)) == energies(read(text))
        assert len(read(mixed).meters) == 2

    def test_reading_type_that_names_its_meter(self, read: ReadText) -> None:
        text = feed(Meter(readings(24)), Meter(readings(24), kind(flowDirection="19")))
        for number in ("1", "2"):
            own = f'<link rel="self" href="/espi/ReadingType/{number}"/>'
            text = text.replace(f'<link rel="related" href="/espi/ReadingType/{number}"/>', "")
            text = text.replace(own, f'{own}<link rel="up" href="/espi/UsagePoint/1/MeterReading/{number}"/>')
        assert {meter.channel for meter in read(text).meters} == {Channel.IMPORT, Channel.EXPORT}

    def test_readings_without_times_follow_their_block(self, read: ReadText) -> None:
        names = Names()
        block = names.block([{"value": wh_at(at)} for at in range(48)], START)
        text = feed(Meter([], WATT_HOURS), more=names.entry({"up": "UsagePoint/1/MeterReading/1/IntervalBlock"}, block))
        (meter,) = read(text).meters
        assert to_epoch_seconds(meter.readings.index).tolist() == [START + 900 * at for at in range(48)]

    def test_several_files_of_a_zip_are_one_export(self, read: ReadText) -> None:
        first, second = feed(Meter(readings(48))), feed(Meter(readings(48, start=START + 48 * 900)))
        found = read(zipped(("a.xml", first), ("b.xml", second), ("read me.html", "<html>")), "usage.zip")
        assert [len(meter.readings) for meter in found.meters] == [96]
        gas = feed(Meter(readings(48), kind(commodity="7", uom="169")), service="1")
        found = read(zipped(("electric.xml", first), ("gas.xml", gas)), "usage.zip")
        assert (len(found.meters), found.report.read, found.report.stored) == (1, 96, 48)

    def test_other_xml_files_of_a_zip_are_not_joined(self, read: ReadText) -> None:
        with pytest.raises(FileRefusedError, match="2 XML files"):
            read(zipped(("a.xml", "<a/>"), ("b.xml", "<b/>")), "usage.zip")


class TestUnits:
    @pytest.mark.parametrize(
        ("power", "unit", "scale"), [("0", "Wh", 1e-3), ("3", "kWh", 1.0), ("-3", "mWh", 1e-6), ("1", "10^1 Wh", 1e-2)]
    )
    def test_powers_of_ten(self, read: ReadText, power: str, unit: str, scale: float) -> None:
        found = read(feed(Meter(readings(96), kind(powerOfTenMultiplier=power))))
        assert found.unit == unit
        assert found.meters[0].readings["kwh"].to_numpy() == pytest.approx([wh_at(at) * scale for at in range(96)])

    def test_power_times_its_duration(self, read: ReadText) -> None:
        found = read(feed(Meter(readings(96), kind(uom="38", powerOfTenMultiplier="0"))))
        assert (found.unit, energies(found)) == ("W", {("Home", Channel.IMPORT): pytest.approx(KWH / 4)})

    def test_power_that_does_not_say_how_long_it_lasts(self, read: ReadText) -> None:
        some = readings(96)
        del some[5]["duration"]
        found = read(feed(Meter(some, kind(uom="38", intervalLength="0"))))
        assert [(row.line, row.code) for row in found.report.rejected_rows] == [(6, "bad_row_shape")]

    def test_register(self, read: ReadText) -> None:
        total = np.cumsum([0, *(wh_at(at) for at in range(96))]) + 5_000_000
        values = [{"start": START + 900 * at, "duration": 0, "value": int(level)} for at, level in enumerate(total)]
        found = read(feed(Meter(values, kind(accumulationBehaviour="1"))))
        assert (found.is_register, energies(found)) == (True, {("Home", Channel.IMPORT): pytest.approx(KWH)})
        assert (found.report.read, found.report.stored) == (97, 97)
        assert "register_detected" in codes(found)

    def test_a_short_register_is_one(self, read: ReadText) -> None:
        values = [{"start": START + 900 * at, "duration": 0, "value": 5_000_000 + 400 * at} for at in range(3)]
        assert energies(read(feed(Meter(values, kind(accumulationBehaviour="1"))))) == {("Home", Channel.IMPORT): pytest.approx(0.8)}

    def test_energies_and_a_register_of_different_points(self, read: ReadText) -> None:
        level = [{"start": START + 900 * at, "duration": 0, "value": 5_000_000 + 400 * at} for at in range(49)]
        meters = [Meter(readings()), Meter(level, kind(accumulationBehaviour="1"), "2")]
        found = read(feed(*meters, points={"1": "Home", "2": "Barn"}))
        assert energies(found) == {("Home", Channel.IMPORT): pytest.approx(KWH), ("Barn", Channel.IMPORT): pytest.approx(48 * 0.4)}
        assert energies(read(feed(*meters, points={"1": "Home", "2": "Barn"}), cumulative=True)) == energies(found)
        found = read(feed(meters[0], Meter(level, kind(accumulationBehaviour="1"))))
        assert energies(found) == {("Home", Channel.IMPORT): pytest.approx(KWH)}
        assert "readings of a register" in message(found, "extra_value_columns")

    def test_energies_that_are_called_a_register(self, read: ReadText) -> None:
        found = read(feed(Meter(readings(), kind(accumulationBehaviour="3"))))
        assert (found.is_register, energies(found)) == (False, {("Home", Channel.IMPORT): pytest.approx(KWH)})
        assert "fall too often" in message(found, "register_detected")

    def test_energies_that_only_rise_are_no_register(self, read: ReadText) -> None:
        rising = [{**each, "value": 100_000 + 7 * at * at} for at, each in enumerate(readings(96))]
        assert not read(feed(Meter(rising))).is_register
        assert read(feed(Meter(rising)), cumulative=True).is_register

    def test_a_person_says_the_unit(self, read: ReadText) -> None:
        bare = feed(Meter(readings(), None))
        assert energies(read(bare, unit="Wh")) == {("Home", Channel.IMPORT): pytest.approx(KWH)}
        assert energies(read(bare, unit="W")) == {("Home", Channel.IMPORT): pytest.approx(KWH / 4)}
        assert energies(read(feed(Meter(readings())), unit="kWh")) == {("Home", Channel.IMPORT): pytest.approx(KWH * 1_000)}
        with pytest.raises(BadRequestError, match="not a unit"):
            read(bare, unit="joule")

    def test_powers_of_ten_of_readings_are_told_and_not_used(self, read: ReadText) -> None:
        found = read(feed(Meter(readings(powerOfTenMultiplier=3))))
        assert energies(found) == {("Home", Channel.IMPORT): pytest.approx(KWH)}
        assert "96 readings have; the standard" in message(found, "unit_suspect")

    def test_costs_are_told_and_not_used(self, read: ReadText) -> None:
        found = read(feed(Meter(readings(cost=819))))
        assert "costs that 96 readings have" in message(found, "extra_value_columns")
        assert found.report.warnings == ()


class TestMeters:
    def test_both_directions_have_one_label(self, read: ReadText) -> None:
        found = read(feed(Meter(readings()), Meter(readings(48), kind(flowDirection="19"))))
        sent = sum(wh_at(at) for at in range(48)) / 1_000
        assert energies(found) == {("Home", Channel.IMPORT): pytest.approx(KWH), ("Home", Channel.EXPORT): pytest.approx(sent)}
        assert (found.report.read, found.report.stored) == (144, 144)

    def test_energy_sent_that_is_written_as_negative(self, read: ReadText) -> None:
        below = [{**each, "value": -wh_at(at)} for at, each in enumerate(readings())]
        found = read(feed(Meter(readings()), Meter(below, kind(flowDirection="19"))))
        assert energies(found)["Home", Channel.EXPORT] == pytest.approx(KWH)
        assert "96 readings" in message(found, "sign_turned")
        assert "negative_values" not in codes(found)

    def test_negative_use_is_told_beside_energy_sent(self, read: ReadText) -> None:
        some = readings()
        some[3]["value"] = -5
        found = read(feed(Meter(some), Meter(readings(), kind(flowDirection="19"))))
        assert "1 row " in message(found, "negative_values")
        assert codes(read(feed(Meter(some)))).count("negative_values") == 1
        assert "negative_values" not in codes(read(feed(Meter(some, kind(flowDirection="4")))))

    def test_the_balance_and_power_stand_back(self, read: ReadText) -> None:
        meters = [Meter(readings(), title="Drawn"), Meter(readings(), kind(flowDirection="4"), title="Balance")]
        found = read(feed(*meters, Meter(readings(), kind(uom="38"), title="Peak")))
        assert energies(found) == {("Home", Channel.IMPORT): pytest.approx(KWH)}
        told = message(found, "extra_value_columns")
        assert "“Balance (net energy)”" in told
        assert "“Peak (power)”" in told
        assert "Drawn" not in told

    def test_what_is_no_energy_is_not_used(self, read: ReadText) -> None:
        found = read(feed(Meter(readings()), Meter(readings(), kind(uom="29")), Meter(readings(), kind(dataQualifier="8"))))
        assert energies(found) == {("Home", Channel.IMPORT): pytest.approx(KWH)}
        assert "“the highest power or energy”, “voltage”" in message(found, "extra_value_columns")

    def test_usage_points_are_meters(self, read: ReadText) -> None:
        found = read(feed(Meter(readings()), Meter(readings(48), point="2"), points={"1": "Home", "2": "Barn"}))
        assert [(meter.label, len(meter.readings)) for meter in found.meters] == [("Home", 96), ("Barn", 48)]
        found = read(feed(Meter(readings()), Meter(readings(48), point="2"), points={"1": "", "2": ""}))
        assert [meter.label for meter in found.meters] == ["1", "2"]

    def test_intervals_of_two_lengths_are_two_meters(self, read: ReadText) -> None:
        daily = Meter(readings(30, 86_400), kind(intervalLength="86400"))
        found = read(feed(Meter(readings()), daily))
        assert [(meter.label, meter.interval_minutes) for meter in found.meters] == [("Home, 15 min", 15), ("Home, 1440 min", 1_440)]

    def test_meters_that_only_their_titles_tell_apart(self, read: ReadText) -> None:
        found = read(feed(Meter(readings(), title="House"), Meter(readings(), title="Car"), Meter(readings(), title="Car")))
        assert [meter.label for meter in found.meters] == [
            "Home, 15 min, House", "Home, 15 min, Car", "Home, 15 min, Car (2)",
        ]  # fmt: skip

    def test_a_point_that_is_named_as_its_feed_has_another_name(self, read: ReadText) -> None:
        named = "<ServiceDeliveryPoint><name>Barn</name></ServiceDeliveryPoint></UsagePoint>"
        text = feed(Meter(readings()), points={"1": "Usage"}).replace("</UsagePoint>", named)
        assert read(text).meters[0].label == "Barn"

    def test_one_after_the_other_is_one_meter(self, read: ReadText) -> None:
        found = read(feed(Meter(readings(48)), Meter(readings(48, start=START + 48 * 900))))
        assert [(meter.label, len(meter.readings)) for meter in found.meters] == [("Home", 96)]

    def test_one_reading_has_the_interval_it_names(self, read: ReadText) -> None:
        assert read(feed(Meter(readings(1, 86_400)))).meters[0].interval_minutes == 1_440

    @pytest.mark.parametrize(("commodity", "unit", "service"), [("7", "169", "1"), ("9", "128", "2"), ("", "72", "1"), ("1", "73", "0")])
    def test_other_supplies(self, read: ReadText, commodity: str, unit: str, service: str) -> None:
        other = kind(commodity=commodity, uom=unit)
        with pytest.raises(FileRefusedError, match="no electricity"):
            read(feed(Meter(readings(), other), service=service))
        found = read(feed(Meter(readings(48)), Meter(readings(), {**other, "commodity": commodity or "7"})))
        assert (found.report.read, found.report.stored, len(found.meters)) == (144, 48, 1)
        assert {row.code for row in found.report.rejected_rows} == {"not_electricity"}

    def test_reading_types_that_contradict_each_other(self, read: ReadText) -> None:
        names = Names()
        again = names.entry({"self": "ReadingType/1"}, names.tag("ReadingType", names.fields(kind(uom="38"))))
        found = read(feed(Meter(readings()), more=again))
        assert energies(found) == {("Home", Channel.IMPORT): pytest.approx(KWH)}
        assert "same address" in message(found, "reading_type_doubt")


class TestRows:
    def test_qualities(self, read: ReadText) -> None:
        given = readings()
        for place, code in enumerate([0, 7, 8, 9, 10, 11, 12, 13, 14, 17, 18, 19]):
            given[place]["quality"] = code
        found = read(feed(Meter(given)))
        qualities = found.meters[0].readings["quality"]
        assert np.flatnonzero(qualities == "estimated").tolist() == [2, 3, 5, 6]
        assert np.flatnonzero(qualities == "suspect").tolist() == [4]
        assert "4 rows" in message(found, "estimated_reads")
        found = read(feed(Meter(readings(), kind(defaultQuality="8"))))
        assert set(found.meters[0].readings["quality"]) == {"estimated"}

    def test_each_bad_row_has_its_reason(self, read: ReadText) -> None:
        given: list[dict[str, object]] = readings(96)
        del given[3]["value"]
        given[4]["value"] = "12 Wh"
        given[5]["start"] = "yesterday"
        given[6]["start"] = 5
        given[7]["value"] = "1e300"
        given[8] = dict(given[9])
        given[11]["start"], given[11]["value"] = given[10]["start"], 7
        found = read(feed(Meter(given)))
        assert [(row.line, row.code) for row in found.report.rejected_rows] == [
            (4, "missing_value"), (5, "bad_number"), (6, "bad_timestamp"), (7, "out_of_range_timestamp"), (8, "bad_number"),
            (10, "duplicate_rows"), (11, "conflicting_duplicates"),
        ]  # fmt: skip
        assert found.report.rejected_rows[1].text == f"start {given[4]['start']}, duration 900, value 12 Wh"
        assert found.report.rejected_rows[0].text.endswith("value none")
        assert "missing_intervals" in codes(found)

    def test_days_and_hours_in_one_reading(self, read: ReadText) -> None:
        hours = readings(24 * 20, 3_600)
        days = readings(20, 86_400, START + 20 * 86_400)
        found = read(feed(Meter([*hours, *days])))
        assert (found.report.stored, found.meters[0].interval_minutes) == (500, 60)
        assert "mixed_intervals" in codes(found)

    def test_newest_first_is_put_in_order(self, read: ReadText) -> None:
        found = read(feed(Meter(readings()[::-1])))
        assert found.meters[0].readings.index.is_monotonic_increasing
        assert "out_of_order" in codes(found)

    def test_zeros_are_readings(self, read: ReadText) -> None:
        found = read(feed(Meter([{**each, "value": 0} for each in readings()])))
        assert (found.report.stored, energies(found)) == (96, {("Home", Channel.IMPORT): 0.0})

    def test_limit_of_a_person(self, read: ReadText) -> None:
        given = readings()
        given[9]["value"] = 900_000
        found = read(feed(Meter(given)), max_kwh_per_interval=10.0)
        assert [(row.line, row.code) for row in found.report.rejected_rows] == [(10, "implausible_value")]


class TestTimes:
    def test_a_persons_zone_comes_first(self, read: ReadText) -> None:
        found = read(feed(Meter(readings()), clock=CHICAGO), timezone="Europe/Paris")
        assert (found.timezone, found.timezone_source, found.meters[0].readings.index[0]) == (
            "Europe/Paris", "setting", datetime_from_epoch(START),
        )  # fmt: skip
        with pytest.raises(BadRequestError, match="not a time zone"):
            read(feed(Meter(readings())), timezone="Nowhere")

    @pytest.mark.parametrize(
        ("changed", "zone"),
        [
            ({"tzOffset": "-18000"}, "America/New_York"),
            ({"tzOffset": "-28800"}, "America/Los_Angeles"),
            ({"tzOffset": "0", "dstStartRule": "3E0E1000", "dstEndRule": "AE0E2000"}, "Europe/London"),
            ({"tzOffset": "3600", "dstStartRule": "3E0E2000", "dstEndRule": "AE0E3000"}, "Europe/Amsterdam"),
            ({"tzOffset": "-10800"}, None),
            ({"dstOffset": "0"}, None),
            ({"dstStartRule": "360E"}, None),
            ({"dstStartRule": "060E2000"}, None),
            ({"dstEndRule": "B60E2000"}, None),
            ({"tzOffset": "west"}, None),
        ],
    )
    def test_zone_by_offsets_and_rules(self, read: ReadText, changed: dict[str, str], zone: str | None) -> None:
        found = read(feed(Meter(readings()), clock={**CHICAGO, **changed}), fallback_timezone="America/Denver")
        assert (found.timezone, found.timezone_source) == ((zone, "file") if zone else ("America/Denver", "default"))
        assert ("timezone_found" if zone else "timezone_assumed") in codes(found)
        assert found.meters[0].readings.index[0] == datetime_from_epoch(START)

    def test_ends_of_intervals(self, read: ReadText) -> None:
        found = read(feed(Meter(readings())), stamp="end")
        assert (found.stamp, found.meters[0].readings.index[0]) == ("end", datetime_from_epoch(START - 900))

    def test_days_at_midnight_utc_are_doubted(self, read: ReadText) -> None:
        days = readings(30, 86_400, START - 6 * 3_600)
        found = read(feed(Meter(days, kind(intervalLength="86400")), clock=CHICAGO))
        assert "-6 hours off UTC" in message(found, "timezone_suspect")
        assert found.meters[0].readings.index[0] == datetime_from_epoch(START - 6 * 3_600)
        at_home = readings(30, 86_400)
        assert "timezone_suspect" not in codes(read(feed(Meter(at_home, kind(intervalLength="86400")), clock=CHICAGO)))

    def test_the_repeated_hour_as_local_time_is_doubted(self, read: ReadText) -> None:
        wall = 1_730_592_000  # midnight of 3 November 2024, when Chicago's clock is set back at two
        hours = [{"start": wall + 3_600 * at, "duration": 3_600, "value": wh_at(at)} for at in (*range(2), *range(1, 24))]
        found = read(feed(Meter(hours, kind(intervalLength="3600")), clock=CHICAGO))
        assert "set back" in message(found, "timezone_suspect")
