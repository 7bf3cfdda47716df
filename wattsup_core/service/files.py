"""A file analysed on its own, without a store that outlives it: what the command line does.

It takes the same steps as an import, by the same functions: `read_file`, `place`, `analyse`. Only the store between them is left out.
With one in memory the result is the same, row for row (a test holds that), but 2,000,000 readings would wait for 9 more seconds:
1.3 s to write them, 1.2 s to read them, 3.7 s to write their scores and 3.5 s to read those, beside 3 s for the analysis itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from wattsup_core.progress import Progress, no_progress, part_of
from wattsup_core.readers import read_file
from wattsup_core.service.placement import MeterTerms, Placement, place
from wattsup_core.types import AnomalyEvent, DetectorConfig, Meter, ReadOptions, Tariff

if TYPE_CHECKING:
    from wattsup_core.analysis.pipeline import Analysis
    from wattsup_core.readers.result import FileReadings, MeterReadings

READ_AT = 0.4  # share of the whole work


@dataclass(frozen=True)
class AnalysedMeter:
    """One meter of a file: what it is, its part of the file, and what was found."""

    meter: Meter
    part: MeterReadings
    analysis: Analysis

    @property
    def readings(self) -> pd.DataFrame:
        return self.part.readings


@dataclass(frozen=True)
class FileAnalysis:
    """A file as it was read, and each of its meters analysed, in the file's order."""

    file: FileReadings
    meters: tuple[AnalysedMeter, ...]

    @property
    def events(self) -> tuple[tuple[Meter, AnomalyEvent], ...]:
        """Every event with its meter: meters in the file's order, events by start."""
        return tuple((each.meter, event) for each in self.meters for event in each.analysis.events)


def analyse_file(
    path: Path,
    name: str,
    options: ReadOptions = ReadOptions(),
    tariff: Tariff = Tariff(Meter.price_per_kwh),
    config: DetectorConfig = DetectorConfig(),
    progress: Progress = no_progress,
    country: str | None = None,
) -> FileAnalysis:
    """Read a file and find the anomalies of each of its meters.

    Parameters
    ----------
    path
        Where the bytes are.
    name
        The file's name: untrusted text, for display and for naming the meter.
    options
        What is known about the file.
    tariff
        Prices the events.
    config
        How the detector is set.
    progress
        Told the step and its share of the whole, 0 to 1; may raise to stop.
    country
        Where the meters are, as ISO 3166 alpha-2; `None` for the country of the file's time zone.

    Raises
    ------
    FileRefusedError
        When the file holds no readings.
    """
    progress("reading", 0.0)
    file = read_file(path, name, options)
    placements = place(file, name, (), MeterTerms(price_per_kwh=tariff.price_per_kwh, currency=tariff.currency, country=country))
    return FileAnalysis(file, tuple(_analyse_all(placements, tariff, config, progress)))


def _analyse_all(placements: Sequence[Placement], tariff: Tariff, config: DetectorConfig, progress: Progress) -> list[AnalysedMeter]:
    from wattsup_core.analysis.pipeline import analyse

    each = (1 - READ_AT) / len(placements)
    found = []
    for number, placement in enumerate(placements):
        told = part_of(progress, READ_AT + number * each, READ_AT + (number + 1) * each)
        analysis = analyse(placement.readings.readings, placement.meter, tariff, config, told)
        found.append(AnalysedMeter(placement.meter, placement.readings, analysis))
    return found
