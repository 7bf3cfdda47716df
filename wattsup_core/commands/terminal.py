"""What a terminal shows while work goes on, on standard error; a file or a pipe gets none of it."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

WIDTH = 30


class ProgressLine:
    """One line that is written over while the work goes on, and gone after it. Call it with a step and its share, 0 to 1."""

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
