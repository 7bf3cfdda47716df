"""Files with one register after the other, each in blocks under a header line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations

import numpy as np
import pytest

from tests.unit.readers.conftest import ReadText
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers import FileReadings
from wattsup_core.readers.rows.blocks import prove_balance
from wattsup_core.types import Channel

DELIVERED = [0.97, 1.5, 1.25, 0.63, 0.04, 0.0, 0.2, 0.59, 0.0, 0.0, 1.8, 2.1]
RECEIVED = [0.0, 0.0, 0.01, 0.04, 0.42, 0.98, 1.38, 1.51, 5.46, 3.81, 0.33, 0.0]
NET = [round(drawn - sent, 2) for drawn, sent in zip(DELIVERED, RECEIVED, strict=True)]
PREAMBLE = (
    'Energy Usage Information\n"For location: 1 Main St"\n\nMeter Reading Information\n"Type of readings: Electricity"\n\nDetailed Usage\n'
)
USAGE = "(Real energy in kilowatt-hours)"


def block(header: str, values: Sequence[float], day: str = "2026-03-01", quote: str = '"') -> str:
    """A block of hours, with the remark and the header that stand above it."""
    start = datetime.fromisoformat(day)
    rows = "".join(
        f"{quote}{start + timedelta(hours=at):%Y-%m-%d %H:%M:%S}\u00a0to {start + timedelta(hours=at + 1):%Y-%m-%d %H:%M:%S}{quote},"
        f"{quote}{value:.3f}{quote},\n"
        for at, value in enumerate(values)
    )
    return f'"Data for period starting: {day} 00:00:00\u00a0for 24 hours"\n{header},Reading quality\n{rows}\n'


def named(direction: str, values: Sequence[float], day: str = "2026-03-01") -> str:
    """A block as the net-metering export of Southern California Edison writes it."""
    return block(f"Energy  {direction} time period,Usage {direction}{USAGE}{USAGE}", values, day)


def unnamed(values: Sequence[float], day: str = "2026-03-01") -> str:
    return block(f"Energy consumption time period,Usage{USAGE}", values, day)


def energies(found: FileReadings) -> dict[Channel, list[float]]:
    return {meter.channel: meter.readings["kwh"].round(9).tolist() for meter in found.meters}


def notes(found: FileReadings) -> str:
    return " ".join(issue.message for issue in found.report.issues)


def test_headers_name_the_direction(read: ReadText) -> None:
    days = ("2026-03-01", "2026-03-02")
    found = read(PREAMBLE + "".join(named("Delivered", DELIVERED, day) + named("Received", RECEIVED, day) for day in days))
    assert energies(found) == {Channel.IMPORT: DELIVERED * 2, Channel.EXPORT: RECEIVED * 2}
    assert (found.unit, found.report.read, found.report.stored) == ("kWh", 48, 48)
    assert [issue.code for issue in found.report.warnings] == ["missing_intervals"]  # the day's other half
    assert "the utility received became a meter of energy sent" in notes(found)


def test_saved_by_a_spreadsheet(read: ReadText) -> None:
    text = PREAMBLE + named("Delivered", DELIVERED) + named("Received", RECEIVED)
    padded = "".join(line.replace('"', "") + "," * (2 - line.count(",")) + "\n" for line in text.splitlines())
    found = read(padded)
    assert energies(found) == {Channel.IMPORT: DELIVERED, Channel.EXPORT: RECEIVED}
    assert (found.report.read, found.report.rejected) == (24, 0)


def test_received_may_come_first(read: ReadText) -> None:
    found = read(PREAMBLE + named("Received", RECEIVED) + named("Delivered", DELIVERED))
    assert energies(found) == {Channel.IMPORT: DELIVERED, Channel.EXPORT: RECEIVED}


def test_a_header_that_comes_again_names_no_direction(read: ReadText) -> None:
    header = "time received,kWh\n"
    found = read(header + "".join(f"{header}2026-03-01 {hour:02}:00,0.5\n" for hour in range(24)))
    assert energies(found) == {Channel.IMPORT: [0.5] * 24}
    assert "direction" not in notes(found)


@pytest.mark.parametrize(("drawn", "sent"), [("Import kWh", "Export kWh"), ("Bezug kWh", "Einspeisung kWh")])
def test_other_words_for_the_direction(read: ReadText, drawn: str, sent: str) -> None:
    found = read(block(f"Time,{drawn}", DELIVERED) + block(f"Time,{sent}", RECEIVED))
    assert energies(found) == {Channel.IMPORT: DELIVERED, Channel.EXPORT: RECEIVED}


def test_named_net_says_nothing_new(read: ReadText) -> None:
    found = read(PREAMBLE + named("Delivered", DELIVERED) + named("Received", RECEIVED) + named("Net", NET))
    assert energies(found) == {Channel.IMPORT: DELIVERED, Channel.EXPORT: RECEIVED}
    assert "net energy, which follows from these, were left out" in notes(found)


def test_received_written_as_negative_is_energy_sent(read: ReadText) -> None:
    found = read(PREAMBLE + named("Delivered", DELIVERED) + named("Received", [-value for value in RECEIVED]))
    assert energies(found)[Channel.EXPORT] == RECEIVED


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_unnamed_blocks_are_told_by_their_balance(read: ReadText, order: tuple[int, int, int]) -> None:
    registers = [DELIVERED, [-value for value in RECEIVED], NET]
    found = read(PREAMBLE + "".join(unnamed(registers[at]) for at in order))
    assert energies(found) == {Channel.IMPORT: DELIVERED, Channel.EXPORT: RECEIVED}
    words = [("first", "second", "third")[order.index(register)] for register in range(3)]
    assert f"the {words[2]} equals the {words[0]} less the {words[1]}" in notes(found)
    assert (found.report.read, found.report.stored) == (24, 24)
    assert "blocks_told_apart" in {issue.code for issue in found.report.warnings}


def test_unnamed_blocks_day_by_day(read: ReadText) -> None:
    days = ("2026-03-01", "2026-03-02")
    found = read(PREAMBLE + "".join(unnamed(DELIVERED, day) + unnamed(RECEIVED, day) + unnamed(NET, day) for day in days))
    assert energies(found) == {Channel.IMPORT: DELIVERED * 2, Channel.EXPORT: RECEIVED * 2}


def test_blocks_of_power_are_left_out(read: ReadText) -> None:
    power = block("Energy consumption time period,Usage(Real energy in kilowatts)", [10.672] * 12)
    found = read(PREAMBLE + unnamed(DELIVERED) + unnamed(NET) + unnamed(RECEIVED) + power)
    assert energies(found) == {Channel.IMPORT: DELIVERED, Channel.EXPORT: RECEIVED}
    assert "12 rows of blocks in another unit" in notes(found)
    assert energies(read(PREAMBLE + unnamed(DELIVERED) + power)) == {Channel.IMPORT: DELIVERED}


def test_blocks_of_one_register_are_one(read: ReadText) -> None:
    found = read(PREAMBLE + unnamed(DELIVERED) + unnamed(RECEIVED, "2026-03-02"))
    assert energies(found) == {Channel.IMPORT: DELIVERED + RECEIVED}


def test_a_block_that_comes_again_is_a_duplicate(read: ReadText) -> None:
    found = read(PREAMBLE + unnamed(DELIVERED) + unnamed(DELIVERED))
    assert energies(found) == {Channel.IMPORT: DELIVERED}
    assert {row.code for row in found.report.rejected_rows} == {"duplicate_rows"}


def test_a_correction_wins(read: ReadText) -> None:
    corrected = [9.99, *DELIVERED[1:]]
    found = read(PREAMBLE + unnamed(DELIVERED) + unnamed(corrected))
    assert energies(found) == {Channel.IMPORT: corrected}


@pytest.mark.parametrize(
    "registers",
    [
        [DELIVERED, RECEIVED],
        [DELIVERED, RECEIVED, [value + 0.5 for value in NET]],
        [DELIVERED, RECEIVED, NET, NET],
        [[value + 6 for value in DELIVERED], RECEIVED, [value + 6 for value in NET]],  # the net could as well be what was received
    ],
    ids=["two", "no balance", "four", "two balances"],
)
def test_what_cannot_be_told_apart_is_refused(read: ReadText, registers: list[list[float]]) -> None:
    with pytest.raises(FileRefusedError, match=f"{len(registers)} blocks over the same times") as refusal:
        read(PREAMBLE + "".join(unnamed(values) for values in registers))
    assert "Keep the block of energy delivered" in refusal.value.hint


@pytest.mark.parametrize(
    ("delivered", "received", "net"),
    [
        ([1, 2, 3], [0, 0, 0], [1, 2, 3]),
        ([1, 2, 3], [5, 0, 0], [-4, 2, 3]),
        ([5, 6, 3], [4, -3, 2], [1, 3, 1]),
        ([5.01, 6, 3], [4, 9, 2], [1.01, -3, 1.02]),
        ([5, 6, 3, 4], [0.1, 0.1, 0.1, 0], [4.9, 5.9, 2.9, 4]),
        ([5, 6, 0], [3, 4, 1], [2, 2, -1]),
    ],
    ids=["nothing sent", "one row tells", "sent with two signs", "off in one row", "hardly anything sent", "few last places"],
)
def test_a_balance_must_be_proved(delivered: list[float], received: list[float], net: list[float]) -> None:
    assert prove_balance(np.array([delivered, received, net], dtype=float)) is None


def test_rounding_is_allowed_for() -> None:
    assert prove_balance(np.array([[5.12, 6.34, 3.01, np.nan], [4.01, 9.0, 2.5, 1], [1.1, -2.67, 0.52, 1]])) == (0, 1, 2)
