"""Which anomalies happen to a simulated building, and when: drawn by the seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from wattsup_core.simulate.anomalies import (
    Anomaly,
    BaseloadStep,
    CatchUp,
    Drift,
    Drop,
    Flatline,
    Gap,
    Negative,
    NightUse,
    Outage,
    Spike,
    SustainedHigh,
    SustainedLow,
    UnitError,
)
from wattsup_core.simulate.randomness import Draws
from wattsup_core.timegrid import from_wall, to_wall

BLOCK_DAYS = 20
FIRST_DAY = 7
UNIT_FACTORS = (1000.0, 10.0, 0.001)


@dataclass(frozen=True)
class Sizes:
    """How large anomalies are in a kind of building: the least and the most of each [kW]. The defaults are a household's.

    The power of a stuck meter is drawn in multiples of 60 W, a whole Wh a minute: then every interval repeats it exactly.
    """

    spike_kw: tuple[float, float] = (3.2, 6.0)
    night_use_kw: tuple[float, float] = (0.9, 3.4)
    baseload_step_kw: tuple[float, float] = (0.06, 0.16)
    drift_kw: tuple[float, float] = (0.2, 0.5)
    held_kw: tuple[float, float] = (0.12, 0.42)


HOUSEHOLD_SIZES = Sizes()
Span = Callable[[float, float], tuple[datetime, datetime]]
Author = Callable[[np.random.Generator, Span, Sizes], Anomaly]


def random_plan(start: date, end: datetime, timezone: str, draws: Draws, sizes: Sizes = HOUSEHOLD_SIZES) -> tuple[Anomaly, ...]:
    """One anomaly in each 20 days, of all kinds in turn, none in the first week (a detector has to learn something first).

    All begin before `end`. A longer simulation has the same anomalies and more.
    """
    days = (to_wall(end, timezone).date() - start).days + 1
    drawn = (_of_block(block, start, timezone, draws, sizes) for block in range(-(-days // BLOCK_DAYS)))
    return tuple(anomaly for anomaly in drawn if anomaly.start < end)


def _of_block(block: int, start: date, timezone: str, draws: Draws, sizes: Sizes) -> Anomaly:
    turn, place = divmod(block, len(AUTHORS))
    author = AUTHORS[int(draws.generator(f"turn {turn}").permutation(len(AUTHORS))[place])]
    generator = draws.generator(f"block {block}")
    first = FIRST_DAY if block == 0 else 1
    day = start + timedelta(days=block * BLOCK_DAYS + int(generator.integers(first, BLOCK_DAYS)))

    def span(hour: float, length_hours: float) -> tuple[datetime, datetime]:
        """From a quarter of an hour on the day's wall clock, for a whole number of quarters."""
        quarters = round(hour * 4)
        begin = from_wall(datetime.combine(day, time()) + timedelta(minutes=15 * quarters), timezone)
        return begin, begin + timedelta(minutes=15 * round(length_hours * 4))

    return author(generator, span, sizes)


def _spike(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:
    start, end = span(generator.uniform(10, 20.5), generator.uniform(0.75, 2.5))
    return Spike(start=start, end=end, added_kw=round(generator.uniform(*sizes.spike_kw), 1))


def _night_use(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:
    start, end = span(generator.uniform(0.5, 2.5), generator.uniform(1.25, 3.0))
    return NightUse(start=start, end=end, added_kw=round(generator.uniform(*sizes.night_use_kw), 1))


def _drop(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:  # noqa: ARG001
    """Into the evening: by day a roof with solar panels may cover all there is."""
    start, end = span(generator.uniform(7.5, 10.5), generator.uniform(11.5, 15))
    return Drop(start=start, end=end, kept_share=round(generator.uniform(0.12, 0.3), 2))


def _sustained_high(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:  # noqa: ARG001
    start, end = span(generator.uniform(6, 12), 24 * generator.uniform(2, 6))
    return SustainedHigh(start=start, end=end, factor=round(generator.uniform(1.6, 2.4), 1))


def _sustained_low(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:  # noqa: ARG001
    start, end = span(generator.uniform(6, 12), 24 * generator.uniform(2, 6))
    return SustainedLow(start=start, end=end, kept_share=round(generator.uniform(0.3, 0.55), 2))


def _baseload_step(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:
    start, end = span(generator.uniform(7, 22), 24 * generator.uniform(8, 18))
    return BaseloadStep(start=start, end=end, added_kw=round(generator.uniform(*sizes.baseload_step_kw), 3))


def _drift(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:
    start, end = span(generator.uniform(0, 23), 24 * generator.uniform(18, 32))
    return Drift(start=start, end=end, final_kw=round(generator.uniform(*sizes.drift_kw), 2))


def _outage(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:  # noqa: ARG001
    start, end = span(generator.uniform(5, 20), generator.uniform(2, 9))
    return Outage(start=start, end=end)


def _flatline(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:
    start, end = span(generator.uniform(0, 20), generator.uniform(8, 30))
    least, most = (round(kw / 0.06) for kw in sizes.held_kw)
    return Flatline(start=start, end=end, held_kw=0.06 * int(generator.integers(least, most + 1)))


def _gap(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:  # noqa: ARG001
    start, end = span(generator.uniform(0, 22), generator.uniform(3, 60))
    return Gap(start=start, end=end)


def _catch_up(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:  # noqa: ARG001
    """Longer than any day, so that even daily readings show it."""
    start, end = span(generator.uniform(0, 22), generator.uniform(26, 80))
    return CatchUp(start=start, end=end, rows_missing=bool(generator.random() < 0.5))


def _negative(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:  # noqa: ARG001
    """In the evening, when a roof with solar panels covers nothing."""
    start, end = span(generator.uniform(17, 19.5), generator.uniform(2.5, 5))
    return Negative(start=start, end=end)


def _unit_error(generator: np.random.Generator, span: Span, sizes: Sizes) -> Anomaly:  # noqa: ARG001
    start, end = span(generator.uniform(0, 20), generator.uniform(4, 24))
    return UnitError(start=start, end=end, factor=UNIT_FACTORS[int(generator.integers(len(UNIT_FACTORS)))])


AUTHORS: tuple[Author, ...] = (
    _spike,
    _night_use,
    _drop,
    _sustained_high,
    _sustained_low,
    _baseload_step,
    _drift,
    _outage,
    _flatline,
    _gap,
    _catch_up,
    _negative,
    _unit_error,
)
