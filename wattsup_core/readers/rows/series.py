"""Which meter and channel each row belongs to."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.columns.vocabulary import Flow, flow_of_kind
from wattsup_core.readers.table.cells import TextColumn, tidy
from wattsup_core.types import Channel

MAX_METERS = 1_000
MAX_LABEL = 80


@dataclass(frozen=True)
class RowSeries:
    """`codes` of shape (n,) give the place in `labels` and `channels` of each row's series; `foreign` marks rows of no electricity."""

    codes: np.ndarray
    labels: tuple[str, ...]
    channels: tuple[Channel, ...]
    foreign: np.ndarray

    def take(self, rows: np.ndarray) -> RowSeries:
        """The series of some rows, by mask."""
        return RowSeries(self.codes[rows], self.labels, self.channels, self.foreign[rows])


def name_series(count: int, meter: TextColumn | None, kind: TextColumn | None, main: Channel) -> RowSeries:
    """The series of `count` rows by the cells that name the meter and the kind of energy.

    Names are told apart as they are written; their labels lose what cannot be shown, and are numbered where that makes two alike.

    Raises
    ------
    FileRefusedError
        When there are more meters than one file may have.
    """
    meters, meter_codes = _meters(count, meter)
    channels, channel_codes, foreign = _kinds(count, kind, main)
    pairs, codes = np.unique(meter_codes.astype(np.int64) * len(channels) + channel_codes, return_inverse=True)
    if len(pairs) > MAX_METERS:
        raise FileRefusedError(f"The file has {len(pairs):,} meters; at most {MAX_METERS:,} are read at once.", "Split it.")
    labels = distinct_labels(
        [shown_label(meters[pair // len(channels)]) for pair in pairs.tolist()], [pair % len(channels) for pair in pairs.tolist()]
    )
    return RowSeries(codes.astype(np.int32), labels, tuple(channels[pair % len(channels)] for pair in pairs.tolist()), foreign)


def _meters(count: int, meter: TextColumn | None) -> tuple[list[str], np.ndarray]:
    """Distinct names as written, and each row's; a column that names nearly every row differently names no meters."""
    if meter is None:
        return [""], np.zeros(count, dtype=np.int64)
    names = [str(text) for text in meter.texts]
    distinct, places = np.unique(np.array(names, dtype=object).astype(str), return_inverse=True)
    used = np.unique(places[meter.codes])
    if len(used) > 20 and len(used) > 0.5 * count:
        return [""], np.zeros(count, dtype=np.int64)
    return distinct.tolist(), places[meter.codes]


def _kinds(count: int, kind: TextColumn | None, main: Channel) -> tuple[tuple[Channel, ...], np.ndarray, np.ndarray]:
    """Channels, each row's place among them, and rows of gas, water, heat, reactive energy or batteries."""
    if kind is None:
        return (main,), np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool)
    flows = [flow_of_kind(str(text)) for text in kind.texts]
    is_sent = np.array([flow in {Flow.EXPORT, Flow.PRODUCTION} for flow in flows], dtype=np.int64)
    is_foreign = np.array([flow in {Flow.NOT_ELECTRICITY, Flow.NOT_ENERGY, Flow.OTHER_ENERGY} for flow in flows], dtype=bool)
    return (Channel.IMPORT, Channel.EXPORT), kind.spread(is_sent), kind.spread(is_foreign)


def shown_label(name: str) -> str:
    """A meter's name without control characters and direction marks, at most 80 characters."""
    visible = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in name)
    return " ".join(tidy(visible).split())[:MAX_LABEL]


def distinct_labels(labels: list[str], channels: list[int]) -> tuple[str, ...]:
    """Labels with a number added where two of one channel are alike."""
    seen: dict[tuple[str, int], int] = {}
    result = []
    for label, channel in zip(labels, channels, strict=True):
        seen[label, channel] = number = seen.get((label, channel), 0) + 1
        result.append(label if number == 1 else f"{label} ({number})".strip())
    return tuple(result)
