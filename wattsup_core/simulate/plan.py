"""Which anomalies happen to a simulated building, and when: drawn by the seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import numpy as np

from wattsup_core.simulate.anomalies import Anomaly, BaseloadStep, Drop, Flatline, NightUse, Outage, Spike
from wattsup_core.simulate.randomness import Draws
from wattsup_core.timegrid import from_wall, to_wall

BLOCK_DAYS = 20
FIRST_DAY = 7
Span = Callable[[float, float], tuple[datetime, datetime]]
Author = Callable[[np.random.Generator, Span], Anomaly]


def random_plan(start: date, end: datetime, timezone: str, draws: Draws) -> tuple[Anomaly, ...]:
    """One anomaly in each 20 days, of all kinds in turn, none in the first week (a detector has to learn something first).

    All begin before `end`. A longer simulation has the same anomalies and more.
    """
    days = (to_wall(end, timezone).date() - start).days + 1
    drawn = (_of_block(block, start, timezone, draws) for block in range(-(-days // BLOCK_DAYS)))
    return tuple(anomaly for anomaly in drawn if anomaly.start < end)


def _of_block(block: int, start: date, timezone: str, draws: Draws) -> Anomaly:
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

    return author(generator, span)


def _spike(generator: np.random.Generator, span: Span) -> Anomaly:
    start, end = span(generator.uniform(10, 20.5), generator.uniform(0.75, 2.5))
    return Spike(start=start, end=end, added_kw=round(generator.uniform(3.2, 6.0), 1))


def _night_use(generator: np.random.Generator, span: Span) -> Anomaly:
    start, end = span(generator.uniform(0.5, 2.5), generator.uniform(1.25, 3.0))
    return NightUse(start=start, end=end, added_kw=round(generator.uniform(0.9, 3.4), 1))


def _drop(generator: np.random.Generator, span: Span) -> Anomaly:
    start, end = span(generator.uniform(7, 10), generator.uniform(9, 15))
    return Drop(start=start, end=end, kept_share=round(generator.uniform(0.12, 0.3), 2))


def _outage(generator: np.random.Generator, span: Span) -> Anomaly:
    start, end = span(generator.uniform(5, 20), generator.uniform(2, 9))
    return Outage(start=start, end=end)


def _flatline(generator: np.random.Generator, span: Span) -> Anomaly:
    """Held at a multiple of 60 W, a whole Wh a minute: then every interval repeats it exactly."""
    start, end = span(generator.uniform(0, 20), generator.uniform(8, 30))
    return Flatline(start=start, end=end, held_kw=0.06 * int(generator.integers(2, 8)))


def _baseload_step(generator: np.random.Generator, span: Span) -> Anomaly:
    start, end = span(generator.uniform(7, 22), 24 * generator.uniform(8, 18))
    return BaseloadStep(start=start, end=end, added_kw=round(generator.uniform(0.06, 0.16), 3))


AUTHORS: tuple[Author, ...] = (_spike, _night_use, _drop, _outage, _flatline, _baseload_step)
