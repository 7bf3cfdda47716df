"""Whether 03/04 is the third of April or the fourth of March: one answer for a whole file, by evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.cadence import in_order
from wattsup_core.readers.times.stamps import StampFields
from wattsup_core.timegrid import NO_TIME

MONTH_FIRST_ZONES = ("America/", "US/", "Pacific/Honolulu")
_WORDS = {"DMY": "day first (DD/MM)", "MDY": "month first (MM/DD)", "YMD": "year first (YY/MM/DD)"}


@dataclass(frozen=True)
class DateOrder:
    """The order of a file's dates and how it was found.

    `order` is `None` when no date is written; `is_told` when a person said it or no other order is possible; `sentence` says
    what was inferred, "" when there was nothing to infer.
    """

    order: str | None
    is_told: bool
    sentence: str = ""

    @property
    def reading(self) -> str:
        """The order to read open dates in."""
        return self.order or "DMY"


def find_order(fields: StampFields, wall: Callable[[str], np.ndarray], told: str | None, timezone: str | None) -> DateOrder:
    """The order of the dates in `fields`.

    A number above 12 proves it, and so do points (31.12.2026 is never month first); years of two digits leave it open longer.
    Otherwise the rhythm of the rows decides: in the wrong order days become months and the steps scatter. A file that fits both ways
    is read in the order of `timezone`.

    Parameters
    ----------
    fields : StampFields
        The distinct dates.
    wall : callable
        Gives the wall-clock seconds of all rows in file order when dates are read in the order it is given.
    told : str, optional
        "DMY" or "MDY" as a person said.
    timezone : str, optional
        The meter's zone.
    """
    if not fields.has_date.any():
        return DateOrder(None, is_told=True)
    open_dates = fields.has_date & fields.day_first_open
    if not open_dates.any():
        return DateOrder("YMD", is_told=True)
    if told:
        return DateOrder(told, is_told=True)
    proven = _proven(fields, open_dates)
    if proven:
        return DateOrder(proven, is_told=True, sentence=f"The dates were read {_WORDS[proven]}; no other order fits them.")
    short_years = bool(fields.two_digit_year[open_dates].all())
    breaks = {order: _breaks(wall(order)) for order in ("DMY", "MDY", *(("YMD",) if short_years else ()))}
    best = min(breaks, key=lambda order: breaks[order])
    if sum(count == breaks[best] for count in breaks.values()) == 1:
        return DateOrder(
            best, is_told=False, sentence=f"The dates were read {_WORDS[best]}, as only then they follow one another regularly."
        )
    if (fields.x == fields.y)[open_dates].all():
        return DateOrder("DMY", is_told=True)
    local = "MDY" if (timezone or "").startswith(MONTH_FIRST_ZONES) else "DMY"
    return DateOrder(
        local, is_told=False, sentence=f"The dates fit either order and were read {_WORDS[local]}: choose the date order to be sure."
    )


def _proven(fields: StampFields, open_dates: np.ndarray) -> str | None:
    first, second, year = fields.x[open_dates], fields.y[open_dates], fields.year[open_dates]
    day_first, month_first = int((first > 12).sum()), int((second > 12).sum())
    if fields.two_digit_year[open_dates].all():
        is_year_last = bool((year > 31).any())
        if (first > 31).any():
            return "YMD"
        if not is_year_last and not month_first:
            return None
    if day_first or month_first:
        return "DMY" if day_first >= month_first else "MDY"
    return "DMY" if fields.dotted[open_dates].all() and not fields.two_digit_year[open_dates].any() else None


def _breaks(wall: np.ndarray) -> int:
    """How often the rhythm of the rows breaks: unreadable times, and steps other than the commonest, sorted and as they stand."""
    known = wall[wall != NO_TIME]
    unreadable = len(wall) - len(known)
    return unreadable + _off_beat(in_order(known)) + _off_beat(known)


def _off_beat(seconds: np.ndarray) -> int:
    steps, counts = np.unique(np.diff(seconds), return_counts=True)
    return int(counts.sum() - counts.max()) if len(steps) else 0
