"""Any bytes give READINGS or a clear refusal; what is written in any known form is read back as it was."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattsup_core.errors import FileRefusedError
from wattsup_core.frames import check_readings
from wattsup_core.readers import FileReadings, read_file
from wattsup_core.readers.rows.blocks import prove_balance
from wattsup_core.types import ReadOptions

PIECES = [
    "timestamp,kwh\n", "2024-01-08 00:00", "08/01/2024", "24:00", "12:30 PM", "1704672000", "45299.5", "+01:00", "Z", "BST", "2024-02-30",
    ",", ";", "\t", "|", "\n", "\r\n", "\r", '"', "0.25", "0,25", "1,234", "-9999", "1e400", "NaN", "?", "kWh", "Wh", "kW", "Total", "#",
    "meter_id", "temperature", " ", "\x00", "é", "{", "}", "[", "]", '"kwh":', "null", "sep=;\n", "<", "PK\x03\x04",
]  # fmt: skip
OPTIONS = st.builds(
    ReadOptions,
    timezone=st.sampled_from([None, "Europe/London", "America/New_York", "Australia/Lord_Howe"]),
    stamp=st.sampled_from([None, "start", "end"]),
    date_order=st.sampled_from([None, "DMY", "MDY"]),
    cumulative=st.none() | st.booleans(),
    register_digits=st.sampled_from([None, 5]),
    max_kwh_per_interval=st.sampled_from([None, 10.0]),
)


def read_bytes(data: bytes, options: ReadOptions = ReadOptions()) -> FileReadings:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "meter"
        path.write_bytes(data)
        return read_file(path, "meter.csv", options)


def check_law(found: FileReadings) -> None:
    """Every row has its account, and the readings keep their contract."""
    report = found.report
    assert report.read == report.stored + report.rejected == len(found.rows)
    assert report.stored == int(found.rows["stored"].sum())
    assert (found.rows.loc[~found.rows["stored"], "code"] != "").all()
    assert found.rows.loc[~found.rows["stored"], "kwh"].isna().all()
    assert found.rows["line"].is_monotonic_increasing
    assert len(report.rejected_rows) == min(report.rejected, 1_000)
    for meter in found.meters:
        check_readings(meter.readings)
        assert len(meter.readings)
        assert np.isfinite(meter.readings["kwh"]).all()


def read_or_refuse(data: bytes, options: ReadOptions) -> None:
    with suppress(FileRefusedError):  # its sentence is tested where files are known
        check_law(read_bytes(data, options))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), OPTIONS)
def test_any_bytes(data: bytes, options: ReadOptions) -> None:
    read_or_refuse(data, options)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), OPTIONS)
def test_any_pieces_of_meter_files(text: str, options: ReadOptions) -> None:
    read_or_refuse(text.encode(), options)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1600), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=6), OPTIONS)
def test_damaged_files(edits: list[tuple[int, bytes, int]], options: ReadOptions) -> None:
    start = datetime.fromisoformat("2024-03-30")
    data = b"timestamp,kwh,quality\n" + b"".join(
        f"{start + timedelta(minutes=30 * at):%d/%m/%Y %H:%M},{at % 7 / 10:.1f},A\n".encode() for at in range(60)
    )
    for place, put, drop in edits:
        data = data[:place] + put + data[place + drop :]
    read_or_refuse(data, options)


NEM12_REGISTERS = [
    ("E1", "kWh", 720), ("E2", "Wh", 720), ("E2", "kWh", 360), ("B1", "", 720), ("Q1", "kVArh", 720), ("E1", "kW", 720), ("E1", "kWh", 7)
]  # fmt: skip
NEM12_DAYS = ["1,2", "2,1", "1,x", ",3", "1,2,3,4"]
NEM12_PIECES = [
    "100,NEM12,202403011200,M,R\n", "900\n", "\n", "500,O,S01,20240109,1\n", "Total,1\n", "300,20240108,1,", "300,20240230,1,2,A\n",
    *(f"200,{nmi},,1,{suffix},N1,S,{unit},{minutes},\n" for nmi in "AB" for suffix, unit, minutes in NEM12_REGISTERS),
    *(f"300,202401{day},{cells},{flag}\n" for day in ("08", "09", "10") for flag in "ANVS" for cells in NEM12_DAYS),
    *(f"400,{first},{last},{flag},,\n" for first, last in ((1, 1), (1, 2), (2, 9)) for flag in ("A", "N", "F14")),
]  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(NEM12_PIECES), max_size=30).map("".join), OPTIONS)
def test_any_records_of_nem12(text: str, options: ReadOptions) -> None:
    read_or_refuse(b"100,NEM12,202403011200,M,R\n" + text.encode(), options)


@settings(max_examples=75, deadline=None)
@given(
    st.dictionaries(st.tuples(st.sampled_from("AB"), st.sampled_from(["E1", "E2", "B1", "B2"])), st.integers(1, 90), min_size=1),
    st.integers(1, 4),
    st.sampled_from([5, 15, 30]),
    st.sampled_from([("kWh", 1.0), ("Wh", 1_000.0), ("MWh", 1e-3)]),
)
def test_nem12_written_and_read_back(registers: dict[tuple[str, str], int], days: int, minutes: int, unit: tuple[str, float]) -> None:
    count = 1_440 // minutes
    text = "100,NEM12,202403011200,M,R\n"
    expected: dict[tuple[str, str], np.ndarray] = {}
    for (nmi, suffix), seed in registers.items():
        kwh = np.arange(days * count) * seed % 97 / 100
        expected[nmi, suffix[0]] = expected.get((nmi, suffix[0]), 0) + kwh
        cells = [f"{value * unit[1]:.6f}" for value in kwh]
        text += f"200,{nmi},,1,{suffix},N1,S,{unit[0]},{minutes},\n"
        text += "".join(f"300,2024032{day + 1},{','.join(cells[day * count : (day + 1) * count])},A,,,,\n" for day in range(days))
    found = read_bytes((text + "900\n").encode())
    check_law(found)
    read = {(meter.label, meter.channel.value): meter.readings["kwh"].to_numpy() for meter in found.meters}
    assert read.keys() == {(nmi, "IMPORT" if letter == "E" else "EXPORT") for nmi, letter in expected}
    for (nmi, letter), kwh in expected.items():
        assert read[nmi, "IMPORT" if letter == "E" else "EXPORT"] == pytest.approx(kwh, abs=1e-6)
    assert found.report.rejected == 0


energies = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(energies, st.permutations(range(3)), st.sampled_from([1, -1]), st.sampled_from([1.0, 0.01]))
def test_a_balance_is_never_proved_wrongly(energy: list[tuple[int, int]], order: list[int], sign: int, step: float) -> None:
    delivered, received = np.array(energy, dtype=float).T * step
    registers = [delivered, sign * received, delivered - received]
    found = prove_balance(np.array([registers[at] for at in order]))
    assert found is None or [order[at] for at in found] == [0, 1, 2]
    exchanged = np.minimum(delivered, received) > 10 * step
    if exchanged.sum() >= 2 and (delivered < received).any() and (delivered > received).any():
        assert found is not None


values = st.lists(st.integers(1, 5_000), min_size=30, max_size=120)


@settings(max_examples=75, deadline=None)
@given(
    values,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([".", ","]),
    st.sampled_from(
        ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d.%m.%Y %H:%M:%S", "%d %b %Y %H:%M", "%Y%m%d%H%M"]
    ),
    st.sampled_from([("kWh", 1), ("Wh", 1_000), ("MWh", 1e-3)]),
    st.sampled_from([5, 15, 30, 60]),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_written_and_read_back(
    watt_hours: list[int], delimiter: str, mark: str, form: str, unit: tuple[str, float], minutes: int, encoding: str
) -> None:
    start = datetime.fromisoformat("2024-01-17T11:00")
    name, factor = unit
    cells = [f"{value / 1000 * factor:.6f}".replace(".", mark) for value in watt_hours]
    quote = '"' if mark == delimiter else ""
    text = f"Zeit{delimiter}Energie ({name})\n" + "".join(
        f"{start + timedelta(minutes=minutes * at):{form}}{delimiter}{quote}{cell}{quote}\n" for at, cell in enumerate(cells)
    )
    found = read_bytes(text.encode(encoding))
    check_law(found)
    meter = found.meters[0]
    assert (found.report.rejected, meter.interval_minutes, found.unit) == (0, minutes, name)
    assert meter.readings["kwh"].to_numpy() == pytest.approx(np.array(watt_hours) / 1000, rel=1e-9, abs=1e-9)
    assert meter.readings.index[0] == start.replace(tzinfo=UTC)


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(["Europe/London", "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata"]),
    st.integers(2008, 2025),
    st.sampled_from([3, 4, 9, 10, 11]),
    st.sampled_from([15, 30]),
)
def test_months_with_clock_changes_lose_nothing(zone: str, year: int, month: int, minutes: int) -> None:
    local = ZoneInfo(zone)
    start = datetime(year, month, 1, tzinfo=local).astimezone(UTC)
    instants = [start + timedelta(minutes=minutes * at) for at in range(31 * 24 * 60 // minutes)]
    text = "timestamp,kwh\n" + "".join(
        f"{at.astimezone(local):%Y-%m-%d %H:%M},{place % 97 / 100 + 0.01:.2f}\n" for place, at in enumerate(instants)
    )
    found = read_bytes(text.encode(), ReadOptions(timezone=zone))
    assert found.report.rejected == 0
    assert (found.meters[0].readings.index == instants).all()


@settings(max_examples=30, deadline=None)
@given(values, st.integers(0, 99_000), st.sets(st.integers(1, 28), max_size=5))
def test_registers_keep_their_total(watt_hours: list[int], first: int, gaps: set[int]) -> None:
    readings = np.round(first + np.concatenate([[0], np.cumsum(watt_hours)]) / 1000, 3)
    start = datetime.fromisoformat("2024-01-17")
    text = "timestamp,meter_reading_kwh\n" + "".join(
        f"{start + timedelta(minutes=30 * at):%Y-%m-%d %H:%M},{reading:.3f}\n" for at, reading in enumerate(readings) if at not in gaps
    )
    found = read_bytes(text.encode(), ReadOptions(cumulative=True))
    check_law(found)
    assert found.report.rejected == 0
    assert found.meters[0].readings["kwh"].sum() == pytest.approx(readings[-1] - readings[0], abs=1e-6)
    assert (found.meters[0].readings["kwh"] >= 0).all()


@settings(max_examples=30, deadline=None)
@given(st.permutations(list(range(40))))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    start = datetime.fromisoformat("2024-01-17")
    rows = [f"{start + timedelta(minutes=30 * at):%Y-%m-%d %H:%M},{at / 100 + 0.1:.2f}\n" for at in range(40)]
    found = read_bytes(("timestamp,kwh\n" + "".join(rows[at] for at in order)).encode())
    assert found.meters[0].readings["kwh"].tolist() == [round(at / 100 + 0.1, 2) for at in range(40)]
