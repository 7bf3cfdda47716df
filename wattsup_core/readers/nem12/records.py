"""The records of a NEM12 file, line by line: registers, their days, and what the days' records of quality add."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wattsup_core.analysis.quality import RowCode
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.lines import LineIndex, index_lines, parse_record
from wattsup_core.readers.nem12.days import DAY_MINUTES, Day, is_flag, read_day, set_quality
from wattsup_core.readers.table.cells import tidy

MAX_READINGS = 10_000_000
DELIMITER = ","
_SILENT = {"", "500", "550"}
"""Blank lines, and what businesses tell each other."""


@dataclass(frozen=True)
class Register:
    """A register as a 200 record names it: the meter (NMI), what it counts (suffix), its unit, and its interval [min], 0 if unreadable."""

    nmi: str
    suffix: str
    unit: str
    minutes: int

    @property
    def is_energy(self) -> bool:
        """Whether it counts energy drawn (E) or sent (B); the market looks from its own side and calls them export and import."""
        return self.suffix[:1] in {"E", "B"}

    @property
    def is_sent(self) -> bool:
        return self.suffix[:1] == "B"


@dataclass(frozen=True)
class BadRecord:
    """A 300 record that cannot be read: its line, its register (`None` before the first), the start of its day, and the reason."""

    line: int
    register: Register | None
    midnight: int
    code: RowCode


@dataclass
class Records:
    """What a file holds: `days` of its registers of energy, records that cannot be read, and what else a person should know.

    `other_registers` are those of reactive energy, voltage and the like, whose days are not read.
    """

    index: LineIndex
    days: list[tuple[Register, Day]] = field(default_factory=list)
    bad: list[BadRecord] = field(default_factory=list)
    other_registers: dict[Register, None] = field(default_factory=dict)
    bad_qualities: int = 0
    unknown: int = 0
    is_cut_off: bool = False

    def cells(self, line: int) -> list[str]:
        """The fields of a line; the first line is 1."""
        return _cells(self.index, line - 1)


def read_records(data: bytes) -> Records:
    """Read the records of a file's UTF-8 bytes.

    Raises
    ------
    FileRefusedError
        When there are more readings than one file may have.
    """
    reader = _Reader(Records(index_lines(data, DELIMITER)))
    for line in range(1, len(reader.found.index) + 1):
        reader.take(line)
    return reader.found


def _cells(index: LineIndex, place: int) -> list[str]:
    text = index.text(place)
    if text.isascii() and '"' not in text and "'" not in text:
        return [cell.strip() for cell in text.split(DELIMITER)]
    return [tidy(cell) for cell in parse_record(text, DELIMITER)]


class _Reader:
    """Reads one line after the other, and remembers to which register and day the next ones belong."""

    def __init__(self, found: Records) -> None:
        self.found = found
        self._register: Register | None = None
        self._day: Day | None = None
        self._readings = 0
        self._take_record: dict[str, Callable[[int, Sequence[str]], None]] = {
            "100": self._begin, "200": self._take_register, "300": self._take_day, "400": self._take_quality, "900": self._end
        }  # fmt: skip

    def take(self, line: int) -> None:
        cells = self.found.cells(line)
        kind = cells[0] if cells else ""
        take = self._take_record.get(kind)
        if take is not None:
            take(line, cells)
        elif kind not in _SILENT:
            self.found.unknown += 1

    def _begin(self, line: int, cells: Sequence[str]) -> None:  # noqa: ARG002
        self._register = self._day = None
        self.found.is_cut_off = True

    def _end(self, line: int, cells: Sequence[str]) -> None:  # noqa: ARG002
        self._register = self._day = None
        self.found.is_cut_off = False

    def _take_register(self, line: int, cells: Sequence[str]) -> None:  # noqa: ARG002
        nmi, suffix, unit, minutes = (cells[at] if at < len(cells) else "" for at in (1, 4, 7, 8))
        self._register = Register(nmi, suffix.upper(), unit, _interval(minutes))
        self._day = None
        if not self._register.is_energy:
            self.found.other_registers[self._register] = None

    def _take_day(self, line: int, cells: Sequence[str]) -> None:
        self._day = None
        register = self._register
        if register is not None and not register.is_energy:
            return
        day = read_day(line, cells, register.minutes if register else 0)
        if register is None or not isinstance(day, Day):
            midnight, code = (day.midnight, RowCode.UNNAMED_METER) if isinstance(day, Day) else day
            code = RowCode.UNNAMED_METER if register is None else code
            self.found.bad.append(BadRecord(line, register, midnight, code))
            return
        self._day = day
        self._readings += len(day.values)
        if self._readings > MAX_READINGS:
            raise FileRefusedError(f"The file has more than {MAX_READINGS // 10**6} million readings.", "Split it.")
        self.found.days.append((register, day))

    def _take_quality(self, line: int, cells: Sequence[str]) -> None:  # noqa: ARG002
        if self._day is None:
            return
        first, last, flag = (cells[at] if at < len(cells) else "" for at in (1, 2, 3))
        is_known = first.isdecimal() and last.isdecimal() and is_flag(flag) and not flag.startswith("V")
        if not is_known or not set_quality(self._day, int(first), int(last), flag):
            self.found.bad_qualities += 1


def _interval(text: str) -> int:
    """An interval [min] that divides the day; 0 for any other text."""
    minutes = int(text) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else 0
    return minutes if minutes and DAY_MINUTES % minutes == 0 else 0
