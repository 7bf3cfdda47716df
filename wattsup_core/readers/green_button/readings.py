"""All readings of one or several documents as arrays, each with its source, in kWh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wattsup_core.readers.green_button.document import NO_QUALITY, Document
from wattsup_core.readers.green_button.links import LinkedDocument, Source
from wattsup_core.readers.green_button.meanings import Use, is_estimated, is_questionable
from wattsup_core.readers.green_button.series import SourceRows, in_said_unit
from wattsup_core.readers.rows.frames import ACTUAL, ESTIMATED, SUSPECT
from wattsup_core.timegrid import NO_TIME
from wattsup_core.types import ReadOptions


@dataclass(frozen=True)
class Readings:
    """The readings of the files one after the other, arrays of shape (n,).

    `seconds` are starts of intervals [epoch s], ``NO_TIME`` where unknown, `duration` their lengths [s], 0 where unknown, `kwh` energies or
    register readings, `quality` ESPI's codes; `source` is each reading's place in `sources`. `written` are the numbers as they stand in the
    file, `blank` marks readings without one, and `odd` are texts that are none, by place.
    """

    seconds: np.ndarray
    duration: np.ndarray
    kwh: np.ndarray
    quality: np.ndarray
    source: np.ndarray
    sources: tuple[Source, ...]
    written: np.ndarray
    blank: np.ndarray
    odd: dict[int, str]

    @property
    def is_power(self) -> np.ndarray:
        """Which readings are powers, shape (n,), bool."""
        powers: np.ndarray = np.array([each.meaning.use is Use.POWER for each in self.sources])[self.source]
        return powers

    def by_source(self) -> list[SourceRows]:
        """The readings of each source."""
        order = np.argsort(self.source, kind="stable")
        bounds = np.searchsorted(self.source[order], np.arange(len(self.sources) + 1))
        found = []
        for source, first, last in zip(self.sources, bounds, bounds[1:], strict=False):
            places = order[first:last]
            start = self.seconds[places]
            end = np.where(start == NO_TIME, NO_TIME, start + self.duration[places])
            found += [SourceRows(source, places, start, end)] if places.size else []
        return found

    def qualities(self, places: np.ndarray) -> np.ndarray:
        """How readings came to be, as :mod:`~wattsup_core.readers.rows.frames` has it, shape (n,), int8."""
        codes, at = np.unique(self.quality[places], return_inverse=True)
        kinds = [ESTIMATED if is_estimated(code) else SUSPECT if is_questionable(code) else ACTUAL for code in codes.tolist()]
        found: np.ndarray = np.array(kinds, dtype=np.int8)[at]
        return found

    def text(self, place: int) -> str:
        """A reading as text, for messages."""
        start = self.seconds[place] if self.seconds[place] != NO_TIME else "unknown"
        value = "none" if self.blank[place] else self.odd.get(place, f"{self.written[place]:.15g}")
        return f"start {start}, duration {self.duration[place]}, value {value}"


def gather(documents: Sequence[Document], options: ReadOptions) -> Readings:
    """All readings of `documents`, with what each counts."""
    sources: dict[Source, int] = {}
    codes, starts = [], []
    for document in documents:
        linked = LinkedDocument(document)
        code, start = np.zeros(len(document.start), dtype=np.int64), document.start.copy()
        for block in document.blocks:
            found = linked.source_of(block)
            found = replace(found, meaning=in_said_unit(found.meaning, options.unit))
            code[block.first : block.last] = sources.setdefault(found, len(sources))
            _place_untimed(start[block.first : block.last], block.start, found.meaning.length_s)
        codes.append(code)
        starts.append(start)
    source, seconds = np.concatenate(codes), np.concatenate(starts)
    meanings = [each.meaning for each in sources]
    duration = np.concatenate([document.duration for document in documents])
    duration = np.where(duration > 0, duration, np.array([each.length_s for each in meanings])[source])
    written = np.concatenate([document.value for document in documents])
    blank = np.concatenate([document.blank for document in documents])
    kwh = _kwh(written, np.array([each.exponent for each in meanings])[source])
    is_power = np.array([each.use is Use.POWER for each in meanings])[source]
    quality = np.concatenate([document.quality for document in documents])
    quality = np.where(quality == NO_QUALITY, np.array([each.quality for each in meanings])[source], quality)
    if options.stamp == "end":
        seconds = np.where(seconds == NO_TIME, NO_TIME, seconds - duration)
    kwh = np.where(is_power, kwh * duration / 3_600, kwh)
    return Readings(seconds, duration, kwh, quality, source, tuple(sources), written, blank, _odd(documents))


def _place_untimed(start: np.ndarray, block_start: int, length_s: int) -> None:
    """Place the readings of a block without any times one after the other from its start, as the standard has it, in place."""
    if block_start != NO_TIME and length_s and (start == NO_TIME).all():
        start[:] = block_start + length_s * np.arange(len(start))


def _kwh(value: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    """Values in Wh or W times a power of ten as kWh or kW; divided by whole numbers, since binary knows no thousandth."""
    power = exponent - 3
    scaled: np.ndarray = np.where(power < 0, value / 10.0 ** np.maximum(-power, 0), value * 10.0 ** np.maximum(power, 0))
    return scaled


def _odd(documents: Sequence[Document]) -> dict[int, str]:
    first, found = 0, {}
    for document in documents:
        found.update({first + place: text for place, text in document.odd.items()})
        first += len(document.start)
    return found
