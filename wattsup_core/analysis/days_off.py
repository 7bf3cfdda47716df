"""Public holidays that a meter lives as Sundays, and the days between them that it takes off too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MIN_HOLIDAYS = 3
FAR_BETTER = 0.6
FAR_OFF = 2.0
BRIDGE_DAYS = 3


@dataclass(frozen=True)
class Misfits:
    """How far each day is from what is usual for its day type, and from what is usual on Sundays, shapes (days,); NaN where unknown."""

    usual: np.ndarray
    sunday: np.ndarray

    def until(self, day: int) -> Misfits:
        """Those of the days before `day`."""
        return Misfits(self.usual[:day], self.sunday[:day])


def holidays_off(holiday: np.ndarray, sunday: np.ndarray, misfits: Misfits, is_trailing: bool) -> np.ndarray:
    """Holidays to expect as Sundays, shape (days,).

    They are when most of this meter's holidays were more like a Sunday than like such a day; where fewer than three are known, when its
    Sundays are unlike its working days at all. The day itself may show better: one that was worked as ever is none, and one that was
    lived as a Sunday is one whatever the others were.

    Parameters
    ----------
    holiday, sunday : np.ndarray
        Public holidays and Sundays, shapes (days,).
    misfits : Misfits
        For a Sunday, `usual` is the distance from the working days.
    is_trailing : bool
        True decides for each day by the days before it, and never by the day itself.
    """
    chosen = holiday & ~sunday
    off = np.zeros(len(holiday), dtype=bool)
    if is_trailing:
        for day in np.flatnonzero(chosen).tolist():
            off[day] = _are_off(chosen[:day], sunday[:day], misfits.until(day))
    elif chosen.any():
        off = chosen & (~_was_worked(misfits) if _are_off(chosen, sunday, misfits) else _was_free(misfits))
    return off


def with_bridges(off: np.ndarray, as_weekend: np.ndarray, weekend: np.ndarray) -> np.ndarray:
    """Days off and the working days within three of them that were lived as weekend days, shape (days,): Christmas week is one stretch."""
    near = off.copy()
    for days in range(1, min(BRIDGE_DAYS + 1, len(off))):
        near[days:] |= off[:-days]
        near[:-days] |= off[days:]
    return np.asarray(off | (near & as_weekend & ~weekend))


def _was_worked(misfits: Misfits) -> np.ndarray:
    return np.asarray(misfits.usual < FAR_BETTER * misfits.sunday)


def _was_free(misfits: Misfits) -> np.ndarray:
    known = misfits.usual[np.isfinite(misfits.usual)]
    far_off = FAR_OFF * float(np.median(known)) if len(known) else np.inf
    return np.asarray((misfits.sunday < FAR_BETTER * misfits.usual) & (misfits.usual > far_off))


def _are_off(chosen: np.ndarray, sunday: np.ndarray, misfits: Misfits) -> bool:
    known = np.isfinite(misfits.usual) & np.isfinite(misfits.sunday)
    past = chosen & known
    if past.sum() >= MIN_HOLIDAYS:
        return bool(np.median(misfits.usual[past] - misfits.sunday[past]) > 0)
    rests = sunday & known
    return bool(rests.any() and misfits.sunday[rests].mean() < FAR_BETTER * misfits.usual[rests].mean())
