"""Running registers: whether values are one, and the energy between its readings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ENOUGH_READINGS = 24
ABSURD_MEAN_KW = 1_000.0
MAX_FALLING_SHARE = 0.05


@dataclass(frozen=True)
class RegisterEnergy:
    """Energy between successive readings of a register.

    Attributes
    ----------
    kwh
        Energy that each reading added [kWh], shape (n,); NaN for the opening reading and across a reset.
    start
        Start of the interval it is booked on [epoch s], shape (n,): one interval before the reading, so the energy of a gap
        stands as one row at the gap's end.
    is_reset
        Readings at which the register fell for good: the energy up to them is unknown, shape (n,).
    rollovers, backsteps
        How often the register wrapped, and how often it stepped back a little and recovered (counted as no energy).
    """

    kwh: np.ndarray
    start: np.ndarray
    is_reset: np.ndarray
    rollovers: int
    backsteps: int


def falls_too_often(readings: np.ndarray) -> bool:
    """Whether values fall too often to be readings of a register."""
    falls = int(np.count_nonzero(np.diff(readings) < 0))
    return falls > max(2.0, MAX_FALLING_SHARE * len(readings))


def is_register(readings: np.ndarray, seconds: np.ndarray, named_register: bool) -> bool:
    """Whether values in time order are readings of a running register rather than energies of intervals.

    A column that is named a register is one unless its values fall often. Any other must hardly ever fall, rise by varying
    amounts (a ramp of equal steps is no meter), and go on for a day's worth of rows or be absurd as energies.

    Parameters
    ----------
    readings : np.ndarray
        Values [kWh], shape (n,), finite.
    seconds : np.ndarray
        Their instants [epoch s], sorted, unique.
    named_register : bool
        Whether the column's name says so.
    """
    steps = np.diff(readings)
    rises, falls = steps[steps > 0], steps[steps < 0]
    if len(readings) < 2 or falls_too_often(readings):
        return False
    if named_register:
        return True
    if len(readings) < 3 or len(falls) > max(1.0, 0.005 * len(readings)) or len(rises) < max(2.0, 0.05 * len(readings)):
        return False
    if rises.std() <= 0.05 * rises.mean() or np.median(readings) < 5 * np.median(rises):
        return False
    mean_kw = float(np.median(readings)) * 3_600 / float(np.median(np.diff(seconds)))
    return len(readings) >= ENOUGH_READINGS or mean_kw > ABSURD_MEAN_KW


def difference_register(readings: np.ndarray, seconds: np.ndarray, interval_s: int, digits: int | None = None) -> RegisterEnergy:
    """Energy between successive readings of one register; never negative.

    A fall is a rollover when the wrapped energy is of the size the meter uses, a small step back when the register hardly
    moved, and a reset (a replaced meter, whose interval stays unknown) otherwise.

    Parameters
    ----------
    readings : np.ndarray
        Register readings [kWh] in time order, shape (n,), finite.
    seconds : np.ndarray
        Their instants [epoch s], sorted, unique.
    interval_s : int
        The meter's interval [s].
    digits : int, optional
        Digits before the decimal mark; found from the highest reading when not given.
    """
    level, resets, rollovers, backsteps = _unwrap(readings, seconds, digits)
    kwh = np.diff(level, prepend=np.nan)
    kwh[resets] = np.nan
    previous = np.concatenate([seconds[:1], seconds[:-1]])
    start = np.maximum(previous, seconds - interval_s)
    start[:1] = seconds[:1] - interval_s
    is_reset = np.zeros(len(readings), dtype=bool)
    is_reset[resets] = True
    return RegisterEnergy(kwh, start, is_reset, rollovers, backsteps)


def _unwrap(readings: np.ndarray, seconds: np.ndarray, digits: int | None) -> tuple[np.ndarray, list[int], int, int]:
    """The register without wraps and small steps back, the places of its resets, and how many wraps and steps back there were."""
    level = readings.astype(np.float64).copy()
    steps, spans = np.diff(level), np.diff(seconds)
    rises = steps[steps > 0]
    usual_kwh = float(np.median(rises)) if rises.size else 0.0
    most_kwh_per_s = float(np.max(rises / spans[steps > 0])) if rises.size else 0.0
    resets: list[int] = []
    rollovers = backsteps = 0
    for at in np.flatnonzero(steps < 0) + 1:
        before, after = float(readings[at - 1]), float(readings[at])
        modulus = 10.0**digits if digits is not None else _modulus(before)
        wrapped_kwh = after + modulus - before
        if 0 <= wrapped_kwh <= max(10 * usual_kwh, 2 * most_kwh_per_s * float(spans[at - 1])):
            level[at:] += modulus
            rollovers += 1
        elif before - after <= max(20 * usual_kwh, 0.01) and after > 0.5 * before:
            backsteps += 1
        else:
            resets.append(int(at))
    for first, last in zip([0, *resets], [*resets, len(level)], strict=True):
        level[first:last] = np.maximum.accumulate(level[first:last])
    return level, resets, rollovers, backsteps


def _modulus(reading: float) -> float:
    """The power of ten at which a register that shows `reading` would wrap."""
    return 10.0 ** max(1, int(np.ceil(np.log10(max(reading, 1.0) + 1e-9))))
