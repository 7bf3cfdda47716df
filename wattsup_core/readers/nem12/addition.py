"""The registers of a meter that count one direction, such as the general use and the controlled load, added up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattsup_core.analysis.cadence import DAY_S
from wattsup_core.analysis.quality import RowCode, Rows


@dataclass
class RegisterRows:
    """Readings of all registers, as arrays of shape (n,).

    Attributes
    ----------
    rows
        Their times, energies [kWh] and codes; `series` is the number of the register.
    channel
        Number of the meter and direction.
    midnight
        Start of the market's day [epoch s].
    length_s
        Length of the interval [s]; 0 for a record that cannot be read.
    quality
        How each came to be.
    """

    rows: Rows
    channel: np.ndarray
    midnight: np.ndarray
    length_s: np.ndarray
    quality: np.ndarray


def reject_replaced_days(readings: RegisterRows) -> None:
    """Leave out days of a register that come again with another interval: as everywhere, what stands last in the file wins."""
    rows = readings.rows
    kept = np.flatnonzero(rows.is_kept)
    days = readings.midnight[kept] // DAY_S
    _, day = np.unique(rows.series[kept] * (days.max(initial=0) + 1) + days, return_inverse=True)
    last = np.zeros(int(day.max(initial=-1)) + 1, dtype=np.int64)
    last[day] = np.arange(len(kept))
    rows.code[kept[readings.length_s[kept] != readings.length_s[kept][last[day]]]] = RowCode.CONFLICTING_DUPLICATES


def add_registers(readings: RegisterRows) -> np.ndarray:
    """Add up the registers of each channel in place: its first row at a time gets the sum.

    A register counts from its first day in the file to its last; where it has no value between, there is no sum. Where registers keep
    different intervals on a day, all are added up to the longest.

    Returns
    -------
    ndarray
        Rows that went into the sum of another one, shape (n,), bool.
    """
    rows = readings.rows
    merged = np.zeros(len(rows.code), dtype=bool)
    spans = _spans(readings)
    by_channel = Rows(readings.channel, rows.seconds, rows.value, rows.code).by_series(rows.is_kept)
    for channel, places in by_channel.items():
        if len(spans[channel]) > 1:
            _add_channel(readings, places, spans[channel], merged)
    return merged


def _spans(readings: RegisterRows) -> dict[int, list[tuple[int, int]]]:
    """For each channel its registers' first and last midnight [epoch s]."""
    read = np.flatnonzero(readings.length_s > 0)
    register, midnight = readings.rows.series[read], readings.midnight[read]
    numbers, first_place, place = np.unique(register, return_index=True, return_inverse=True)
    first, last = np.full(len(numbers), np.iinfo(np.int64).max), np.full(len(numbers), np.iinfo(np.int64).min)
    np.minimum.at(first, place, midnight)
    np.maximum.at(last, place, midnight)
    spans: dict[int, list[tuple[int, int]]] = {}
    for at, channel in enumerate(readings.channel[read][first_place].tolist()):
        spans.setdefault(channel, []).append((int(first[at]), int(last[at])))
    return spans


def _add_channel(readings: RegisterRows, places: np.ndarray, spans: list[tuple[int, int]], merged: np.ndarray) -> None:
    """Add up the rows at `places`, those of one channel."""
    rows, midnight, length_s = readings.rows, readings.midnight[places], readings.length_s[places]
    days, day = np.unique(midnight, return_inverse=True)
    longest = np.zeros(len(days), dtype=np.int64)
    np.maximum.at(longest, day, length_s)
    counting = np.sum([(days >= first) & (days <= last) for first, last in spans], axis=0)
    slots, head, slot = np.unique(
        midnight + (rows.seconds[places] - midnight) // longest[day] * longest[day], return_index=True, return_inverse=True
    )
    covered_s = np.bincount(slot, weights=length_s).astype(np.int64)
    is_whole = covered_s == (counting * longest)[day[head]]
    first = np.full(len(slots), len(rows.code))
    np.minimum.at(first, slot, places)
    quality = np.zeros(len(slots), dtype=readings.quality.dtype)
    np.maximum.at(quality, slot, readings.quality[places])
    total = np.bincount(slot, weights=rows.value[places])
    rows.code[places[~is_whole[slot]]] = RowCode.INCOMPLETE_SUM
    merged[places] = is_whole[slot]
    kept = first[is_whole]
    merged[kept] = False
    rows.value[kept], rows.seconds[kept], readings.quality[kept] = total[is_whole], slots[is_whole], quality[is_whole]
