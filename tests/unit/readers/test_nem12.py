from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest

from tests.unit.readers.conftest import ReadText
from wattsup_core.errors import BadRequestError, FileRefusedError
from wattsup_core.readers import FileReadings, MeterReadings
from wattsup_core.types import Channel

HEADER = "100,NEM12,202403011200,MDP1,RETAILER1\n"
END = "900\n"
NMI = "6123456789"


def register(suffix: str = "E1", unit: str = "kWh", minutes: int = 30, nmi: str = NMI) -> str:
    return f"200,{nmi},E1B1Q1,1,{suffix},N1,SERIAL1,{unit},{minutes},20240401\n"


def values(count: int = 48, first: int = 1) -> list[str]:
    """As many different energies: 0.001, 0.002, …"""
    return [f"{(first + place) / 1000:.3f}" for place in range(count)]


def day(date: str = "20240108", energies: Sequence[str] | None = None, quality: str = "A") -> str:
    return f"300,{date},{','.join(values() if energies is None else energies)},{quality},,,20240109010203,20240109020304\n"


def codes(found: FileReadings) -> list[str]:
    return [issue.code for issue in found.report.warnings]


def notes(found: FileReadings) -> str:
    return " ".join(issue.message for issue in found.report.issues)


def of(found: FileReadings, channel: Channel) -> MeterReadings:
    return next(meter for meter in found.meters if meter.channel is channel)


def test_a_day_begins_at_the_markets_midnight(read: ReadText) -> None:
    found = read(HEADER + register() + day() + END)
    meter = found.meters[0]
    assert (meter.label, meter.channel, meter.interval_minutes, len(meter.readings)) == (NMI, Channel.IMPORT, 30, 48)
    assert str(meter.readings.index[0]) == "2024-01-07 14:00:00+00:00"  # 00:00 at UTC+10, in the middle of the southern summer
    assert str(meter.readings.index[-1]) == "2024-01-08 13:30:00+00:00"
    assert meter.readings["kwh"].iloc[[0, 47]].tolist() == [0.001, 0.048]
    assert (found.format_name, found.unit, found.stamp, found.is_register) == ("NEM12", "kWh", "start", False)
    assert (found.report.read, found.report.stored, found.report.warnings) == (48, 48, ())


@pytest.mark.parametrize(("minutes", "count"), [(5, 288), (15, 96), (30, 48), (60, 24)])
def test_lengths_of_intervals(read: ReadText, minutes: int, count: int) -> None:
    meter = read(HEADER + register(minutes=minutes) + day(energies=values(count)) + END).meters[0]
    assert (meter.interval_minutes, len(meter.readings)) == (minutes, count)


@pytest.mark.parametrize(
    ("options", "zone", "source"),
    [
        ({}, "Australia/Brisbane", "default"),
        ({"fallback_timezone": "Europe/London"}, "Australia/Brisbane", "default"),
        ({"fallback_timezone": "Australia/Sydney"}, "Australia/Sydney", "default"),
        ({"timezone": "Australia/Adelaide"}, "Australia/Adelaide", "setting"),
    ],
)
def test_the_zone_is_for_showing_only(read: ReadText, options: dict[str, str], zone: str, source: str) -> None:
    found = read(HEADER + register() + day() + END, **options)
    assert (found.timezone, found.timezone_source) == (zone, source)
    assert str(found.meters[0].readings.index[0]) == "2024-01-07 14:00:00+00:00"
    assert "UTC+10 all year" in notes(found)
    assert (zone in notes(found)) == (source == "default")


@pytest.mark.parametrize(("unit", "kwh"), [("kWh", 1.176), ("KWH", 1.176), ("Wh", 0.001176), ("MWh", 1176)])
def test_units(read: ReadText, unit: str, kwh: float) -> None:
    assert read(HEADER + register(unit=unit) + day() + END).meters[0].readings["kwh"].sum() == pytest.approx(kwh)


def test_a_register_without_a_unit_is_told(read: ReadText) -> None:
    found = read(HEADER + register(unit="") + day() + END)
    assert (found.unit, codes(found)) == ("kWh", ["unit_suspect"])
    assert read(HEADER + register(unit="") + day() + END, unit="Wh").meters[0].readings["kwh"].sum() == pytest.approx(0.001176)


def test_what_a_person_says_of_the_unit_holds(read: ReadText) -> None:
    found = read(HEADER + register() + day(energies=["2"] * 48) + END, unit="kW")
    assert (found.unit, found.meters[0].readings["kwh"].tolist()) == ("kW", [1.0] * 48)
    with pytest.raises(BadRequestError, match="not a unit"):
        read(HEADER + register() + day() + END, unit="BTU")


def test_energy_sent_has_the_label_of_its_meter(read: ReadText) -> None:
    found = read(HEADER + register() + day() + register("B1") + day(energies=["0.5"] * 48) + END)
    assert {(meter.label, meter.channel): meter.readings["kwh"].sum() for meter in found.meters} == pytest.approx(
        {(NMI, Channel.IMPORT): 1.176, (NMI, Channel.EXPORT): 24}
    )
    assert "“B1” became a meter of energy sent to the grid" in notes(found)
    assert (found.report.read, found.report.stored) == (96, 96)


def test_reactive_energy_and_powers_are_left_out_and_told(read: ReadText) -> None:
    others = register("Q1", "kVArh") + day() + register("K1", "kVArh") + day() + register("E9", "kW") + day()
    found = read(HEADER + register() + day() + others + END)
    assert [len(meter.readings) for meter in found.meters] == [48]
    assert "Left out: “Q1”, “K1”, “E9”" in notes(found)
    assert (found.report.read, found.report.warnings) == (48, ())


def test_several_meters(read: ReadText) -> None:
    found = read(HEADER + register() + day() + register(nmi="NCDE001111") + day(energies=values(first=100)) + END)
    assert [(meter.label, float(meter.readings["kwh"].iloc[0])) for meter in found.meters] == [(NMI, 0.001), ("NCDE001111", 0.1)]


def test_registers_of_one_direction_are_added_up(read: ReadText) -> None:
    found = read(HEADER + register() + day() + register("E2") + day(energies=["1"] * 48, quality="S14") + END)
    readings = found.meters[0].readings
    assert readings["kwh"].sum() == pytest.approx(49.176)
    assert set(readings["quality"]) == {"estimated"}
    assert (found.report.read, found.report.stored) == (48, 48)
    assert "the sum of the registers “E1”, “E2”" in notes(found)


def test_there_is_no_sum_where_a_register_has_no_value(read: ReadText) -> None:
    blank = [*["1"] * 10, "", *["1"] * 37]
    found = read(HEADER + register() + day() + register("E2") + day(energies=blank) + END)
    assert len(found.meters[0].readings) == 47
    assert sorted(row.code for row in found.report.rejected_rows) == ["incomplete_sum", "missing_value"]
    assert found.report.read == found.report.stored + found.report.rejected == 49


def test_a_register_counts_from_its_first_day_to_its_last(read: ReadText) -> None:
    three = "".join(day(date) for date in ("20240108", "20240109", "20240110"))
    later = register("E2") + day("20240109", ["1"] * 48) + day("20240110", ["1"] * 48)
    sums = read(HEADER + register() + three + later + END).meters[0].readings["kwh"].to_numpy().reshape(3, 48).sum(axis=1)
    assert sums == pytest.approx([1.176, 49.176, 49.176])
    gap = register("E2") + day("20240108", ["1"] * 48) + day("20240110", ["1"] * 48)
    found = read(HEADER + register() + three + gap + END)
    assert (len(found.meters[0].readings), {row.code for row in found.report.rejected_rows}) == (96, {"incomplete_sum"})


def test_registers_of_different_intervals_are_added_up_to_the_longer(read: ReadText) -> None:
    found = read(HEADER + register(minutes=5) + day(energies=["0.1"] * 288) + register("E2") + day(energies=["1"] * 48) + END)
    meter = found.meters[0]
    assert meter.interval_minutes == 30
    assert meter.readings["kwh"].tolist() == pytest.approx([1.6] * 48)


def test_flags_of_quality(read: ReadText) -> None:
    days = [("20240108", "A"), ("20240109", "S14"), ("20240110", "F52"), ("20240111", "E64"), ("20240112", "N")]
    found = read(HEADER + register() + "".join(day(date, quality=flag) for date, flag in days) + END)
    assert [found.meters[0].readings["quality"].iloc[48 * at] for at in range(4)] == ["actual", "estimated", "estimated", "estimated"]
    assert len(found.meters[0].readings) == 4 * 48  # a null is missing, whatever number stands there
    assert {row.code for row in found.report.rejected_rows} == {"missing_value"}


def test_a_day_of_mixed_quality(read: ReadText) -> None:
    events = "400,1,20,F14,76,\n400,21,24,A,,\n400,25,30,N,,\n400,31,40,A,79,Outage\n"
    found = read(HEADER + register() + day(quality="V") + events + "500,O,S01,20240109,1\n" + END)
    readings = found.meters[0].readings
    assert readings["quality"].tolist() == ["estimated"] * 20 + ["actual"] * 14 + ["suspect"] * 8
    assert found.report.rejected_rows[0].text == "20240108, interval 25: 0.025"
    assert "unsettled_quality" in codes(found)


@pytest.mark.parametrize("event", ["400,0,5,A,,\n", "400,40,49,A,,\n", "400,9,3,A,,\n", "400,1,48,V,,\n", "400,a,b,A\n", "400\n"])
def test_a_record_of_quality_that_does_not_fit_is_told(read: ReadText, event: str) -> None:
    found = read(HEADER + register() + day() + event + END)
    assert (codes(found), set(found.meters[0].readings["quality"])) == (["unread_records"], {"actual"})


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (day(energies=values(47)), "bad_row_shape"),
        (day(energies=values(49)), "bad_row_shape"),
        (day(energies=values(96)), "bad_row_shape"),
        ("300,20240108,V,,,20240109,\n", "bad_row_shape"),
        ("300\n", "bad_timestamp"),
        (day("20240230"), "bad_timestamp"),
        (day("8/1/2024"), "bad_timestamp"),
        (day("19700101"), "out_of_range_timestamp"),
    ],
)
def test_a_record_that_cannot_be_read_is_rejected_alone(read: ReadText, record: str, code: str) -> None:
    found = read(HEADER + register() + record + "400,1,48,S14,,\n" + day("20240109") + END)
    assert (len(found.meters[0].readings), set(found.meters[0].readings["quality"])) == (48, {"actual"})
    assert {(row.line, row.code) for row in found.report.rejected_rows} == {(3, code)}
    assert found.report.read == found.report.stored + found.report.rejected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("abc", "bad_number"),
        ("1e", "bad_number"),
        ("0.2kWh", "bad_number"),
        ("", "missing_value"),
        ("null", "missing_value"),
        ("-9999", "implausible_value"),
        ("1e9", "implausible_value"),
        ("inf", "implausible_value"),
    ],
)
def test_a_value_that_is_no_energy(read: ReadText, cell: str, code: str) -> None:
    found = read(HEADER + register() + day(energies=[*values(47), cell]) + END)
    assert [(row.line, row.code, row.text) for row in found.report.rejected_rows] == [(3, code, f"20240108, interval 48: {cell}")]


def test_a_limit_that_a_person_sets(read: ReadText) -> None:
    assert read(HEADER + register() + day() + END, max_kwh_per_interval=0.04).report.rejected == 8


def test_a_day_before_its_register(read: ReadText) -> None:
    found = read(HEADER + day("20240107") + register() + day() + END)
    assert [(row.line, row.code) for row in found.report.rejected_rows] == [(2, "unnamed_meter")]
    assert [meter.label for meter in found.meters] == [NMI]


def test_a_block_begins_anew_with_its_header(read: ReadText) -> None:
    found = read(HEADER + register() + day() + END + "\n" + HEADER + day("20240109") + END)
    assert [row.code for row in found.report.rejected_rows] == ["unnamed_meter"]


def test_a_day_that_comes_again_wins(read: ReadText) -> None:
    found = read(HEADER + register() + day() + END + HEADER + register() + day(energies=["1", *values()[1:]]) + END)
    assert found.meters[0].readings["kwh"].iloc[0] == 1
    assert {row.code for row in found.report.rejected_rows} == {"duplicate_rows", "conflicting_duplicates"}
    assert found.report.read == found.report.stored + found.report.rejected == 96


def test_a_day_that_comes_again_with_another_interval_wins_as_a_whole(read: ReadText) -> None:
    found = read(HEADER + register() + day() + register(minutes=15) + day(energies=["0.1"] * 96) + END)
    assert found.meters[0].readings["kwh"].sum() == pytest.approx(9.6)
    assert (len(found.meters[0].readings), found.report.rejected) == (96, 48)


def test_a_file_that_is_cut_off(read: ReadText) -> None:
    text = HEADER + register() + day() + day("20240109")
    found = read(text[: text.rindex(",0.048") + 3])
    assert codes(found) == ["bad_row_shape", "cut_off"]
    assert len(found.meters[0].readings) == 48


def test_the_abridged_file_that_customers_get(read: ReadText) -> None:
    found = read("\n" + register(minutes=5).replace(",5,", ",05,") + day(energies=values(288)))
    assert (found.report.stored, found.report.warnings) == (288, ())


def test_line_ends_spaces_quotes_and_a_mark_at_the_beginning(read: ReadText) -> None:
    text = HEADER + register().replace(",", ", ") + day().replace(",0.001", ' , "0.001" ') + END
    found = read("\ufeff" + text.replace("\n", "\r\n"))
    assert (found.report.stored, found.report.warnings) == (48, ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(read: ReadText, encoding: str) -> None:
    assert read((HEADER + register() + day() + END).encode(encoding)).report.stored == 48


def test_trailing_fields_may_be_missing_or_more(read: ReadText) -> None:
    bare = f"200,{NMI},E1,1,E1,N1,S,kWh,30\n300,20240108,{','.join(values())},A\n900,,,,\n"
    assert read(HEADER + bare).report.stored == 48


def test_lines_of_another_kind_are_told(read: ReadText) -> None:
    found = read(HEADER + register() + day() + "Total,1.176\n" + END)
    assert (codes(found), found.report.stored) == (["unread_records"], 48)


def test_zipped(read: ReadText) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("NEM12#1#MDP1#RETAILER1.csv", HEADER + register() + day() + END)
    assert read(packed.getvalue(), "nem12.zip").report.stored == 48


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEADER + END, "it is empty"),
        (HEADER + register("Q1", "kVArh") + day() + END, "no energy drawn or sent.*“Q1”"),
        (HEADER + register(minutes=15) + day() + END, "No day in this NEM12 file has as many values"),
        (HEADER + register(minutes=7) + day() + END, "No day in this NEM12 file has as many values"),
        (HEADER + register() + day(quality="N") + END, "no usable reading.*48 rows"),
        (HEADER + day() + END, "no usable reading.*before the record which names their meter"),
        ("100,NEM13,200401101030,MDA1,Ret1\n250,V,11,1,11,11,M,E,1,20031005093055\n900\n", "NEM13"),
    ],
)
def test_what_is_refused(read: ReadText, text: str, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says):
        read(text)


def test_it_is_no_register(read: ReadText) -> None:
    with pytest.raises(FileRefusedError, match="not readings of a register"):
        read(HEADER + register() + day() + END, cumulative=True)


def test_the_account_of_each_reading(read: ReadText) -> None:
    rows = read(HEADER + register() + day(energies=["", *values(47)]) + day("2024", values()) + END).rows
    assert rows["line"].tolist() == [3] * 48 + [4]
    assert rows["stored"].tolist() == [False] + [True] * 47 + [False]
    assert rows["code"].tolist() == ["missing_value"] + [""] * 47 + ["bad_timestamp"]
    assert rows["kwh"].isna().tolist() == [True] + [False] * 47 + [True]
