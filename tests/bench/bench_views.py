"""The Overview of a meter with 2,000,000 readings: server time and size of each zoom.

One meter that reads each minute for four years, in a SQLite file. Times are those of one process that has shown the meter before;
the first line is what it costs to show it for the first time. Sizes are those of compact JSON after gzip at level 6.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from dashboard import charting
from dashboard.figures.timeline import Shows
from tests.unit.service.stored_meter import event_of, readings_of, store_of
from wattsup_core.service import views
from wattsup_core.service.views.arrays import forget_arrays
from wattsup_core.store import Store
from wattsup_core.types import AnomalyEvent, Meter
from wattsup_core.view_models import PRESETS, Resolution, SeriesView, ViewQuery

ROWS = 2_000_000
ROUNDS = 30
METER = Meter("home", "Home", "Europe/London", 1.0)
START = datetime(2022, 1, 1, tzinfo=UTC)
END = START + timedelta(minutes=ROWS)
ZOOMS = (
    ("6 hours", 0.25, Resolution.AUTO),
    ("1 day", 1, Resolution.AUTO),
    ("1 week", 7, Resolution.AUTO),
    ("30 days", 30, Resolution.AUTO),
    ("90 days", 90, Resolution.AUTO),
    ("1 year", 365, Resolution.AUTO),
    ("everything", ROWS / 1440, Resolution.AUTO),
    ("everything, by hour", ROWS / 1440, Resolution.HOUR),
    ("everything, raw", ROWS / 1440, Resolution.RAW),
)


def main() -> None:
    """Print one table of zooms and one of pages."""
    random = np.random.default_rng(7)
    with tempfile.TemporaryDirectory() as folder:
        store = _store(random, Path(folder))
        forget_arrays()
        first_ms = _times(lambda: views.overview(store, ViewQuery("home")), 1)[0]
        print(f"First page of a new process: {first_ms / 1000:.1f} s.\n")
        print("| zoom | drawn by | points | median ms | p95 ms | points gz kB | figure gz kB |")
        print("|---|---|--:|--:|--:|--:|--:|")
        for name, days, resolution in ZOOMS:
            print(_zoom_line(store, random, name, days, resolution))
        print("\n| page | median ms | p95 ms |\n|---|--:|--:|")
        for preset in PRESETS:
            query = ViewQuery("home", preset)
            views.overview(store, query)
            print(f"| overview {preset} | {_percentiles(_times(lambda query=query: views.overview(store, query), ROUNDS))} |")
        event_id = store.events("home")[0].event_id
        print(f"| one event | {_percentiles(_times(lambda: views.event_view(store, 'home', event_id), ROUNDS))} |")
    forget_arrays()


def _store(random: np.random.Generator, folder: Path) -> Store:
    """A household-like load with an evening peak, noise, four gaps and two events a month."""
    hour = (np.arange(ROWS) % 1440) / 60
    expected_kwh = (0.2 + 0.6 * np.exp(-((hour - 19) ** 2) / 5)) / 60
    kwh = expected_kwh * random.lognormal(0, 0.3, ROWS)
    events = [_event(random, number) for number in range(90)]
    for event in events:
        first = int((event.start - START) / timedelta(minutes=1))
        kwh[first : first + 150] += 2.5 / 60
    readings = readings_of(kwh, START, 1)
    is_there = np.ones(ROWS, bool)
    for first in random.integers(0, ROWS, 4):
        is_there[first : first + 3_000] = False
    url = f"sqlite:///{folder / 'wattsup.db'}"
    return store_of(readings[is_there], events, METER, expected_kwh=expected_kwh[is_there], url=url)


def _event(random: np.random.Generator, number: int) -> AnomalyEvent:
    start = START + timedelta(minutes=int(number * ROWS / 90 + random.integers(0, 10_000)))
    return event_of(start, 2.5, f"event{number:03}", severity=int(random.integers(40, 99)))


def _zoom_line(store: Store, random: np.random.Generator, name: str, days: float, resolution: Resolution) -> str:
    span = timedelta(days=days)
    starts = [START + (END - START - span) * share for share in random.random(ROUNDS)]
    views.series(store, "home", starts[0], starts[0] + span, resolution)
    windows = iter(starts)
    drawn: list[SeriesView] = []

    def ask() -> None:
        start = next(windows)
        drawn.append(views.series(store, "home", start, start + span, resolution))

    times_ms = _times(ask, ROUNDS)
    points_kb = max(_kilobytes(json.dumps(dataclasses.asdict(view), default=str, separators=(",", ":"))) for view in drawn)
    figure = charting.draw(store, METER, (starts[0], starts[0] + span), resolution, Shows(), "light", "bench").figure
    figure_kb = _kilobytes(json.dumps(figure, separators=(",", ":")))
    most = max(view.shown for view in drawn)
    by = drawn[0].resolution.value
    return f"| {name} | {by} | {most:,} | {_percentiles(times_ms)} | {points_kb:.0f} | {figure_kb:.0f} |"


def _times(work: Callable[[], object], rounds: int) -> list[float]:
    times_ms = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times_ms.append(1000 * (time.perf_counter() - began))
    return times_ms


def _percentiles(times_ms: list[float]) -> str:
    return f"{np.median(times_ms):.0f} | {np.percentile(times_ms, 95):.0f}"


def _kilobytes(text: str) -> float:
    return len(gzip.compress(text.encode(), 6)) / 1000
