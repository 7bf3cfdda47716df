"""What a terminal is given: progress while work goes on, and lines that only say what they show."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from wattsup_core.readers.result import FileReadings

WIDTH = 30


def printable(line: str) -> str:
    """`line` without what steers a terminal or breaks the line: text from a file may hold escape sequences."""
    return "".join(sign if sign.isprintable() else " " for sign in line)


def tell_zone(file: FileReadings) -> None:
    """Say on standard error which zone was taken where neither the file nor the person named one."""
    if file.timezone_source == "default":
        print(f"Times are taken as {file.timezone}; say --timezone to change that.", file=sys.stderr)


class ProgressLine:
    """One line on standard error that is written over while the work goes on, and gone after it; a file or a pipe gets none of it.

    Call it with a step and its share of the whole, 0 to 1.
    """

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()

    def __call__(self, step: str, share: float) -> None:
        if self._is_shown:
            sys.stderr.write(f"\r{f'{step} … {share:4.0%}':<{WIDTH}}")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._is_shown:
            sys.stderr.write("\r" + " " * WIDTH + "\r")
            sys.stderr.flush()
