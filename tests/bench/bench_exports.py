"""Files with pictures by a Chrome that nothing is done to: seconds of each kind over HTTP, and what Chrome takes with other options.

The first table is of the sample household over HTTP, ranges from a day to a year, the first order apart. The others are of Chrome alone,
driven as the exporter drives it, with the same figures: what it takes (proportional, PSS) with more options, and how it fares in control
groups for memory that hold no more than so much, its program included as far as it is in memory. The last needs Linux and root.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import tempfile
import threading
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from dashboard import charting
from dashboard.exporting import chrome
from dashboard.exporting.studio import Studio
from dashboard.figures.timeline import Shows
from tests.bench.cage import cage
from tests.e2e.conftest import Server, free_port
from wattsup_core.service import views
from wattsup_core.service.sample import load_sample
from wattsup_core.store import Store, open_store
from wattsup_core.view_models import Resolution, ViewQuery

FILES = 60
FIGURES = 24
FORMS = ("png", "svg", "pdf")
RANGES = ("24h", "7d", "30d", "90d", "1y", "all")
DROP_CACHES = Path("/proc/sys/vm/drop_caches")
ROOMS_MB = (512, 320)
OPTIONS: dict[str, tuple[str, ...]] = {
    "ours": (),
    "small heap": ("--js-flags=--max-old-space-size=96 --max-semi-space-size=2",),
    "few threads": ("--num-raster-threads=1", "--disable-gpu-compositing"),
}


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        server = Server(Path(name), free_port())
        store = open_store(server.settings.database_url)
        store.migrate()
        load_sample(store, server.settings, lambda step, share: None)
        meter_id = store.meters()[0].meter_id
        server.start()
        _over_http(server, meter_id)
        server.stop()
        _by_options(store, meter_id)
        _by_room(store, meter_id, Path(name))


def _over_http(server: Server, meter_id: str) -> None:
    kinds = list(islice(cycle([(form, span) for span in RANGES for form in FORMS]), FILES))
    first = _ask(server, f"chart.png?meter={meter_id}")
    taken: dict[str, list[float]] = {form: [] for form in FORMS}
    for form, span in kinds:
        taken[form].append(_ask(server, f"chart.{form}?meter={meter_id}&range={span}"))
    report = [_ask(server, f"report.pdf?meter={meter_id}&range=1y") for _ in range(5)]
    everything = [seconds for each in taken.values() for seconds in each]
    print("| first s | " + " | ".join(f"{form.upper()} s" for form in FORMS) + " | p95 of them s | slowest s | report PDF s |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    medians = [float(np.median(seconds)) for seconds in taken.values()]
    row = [first, *medians, float(np.percentile(everything, 95)), max(everything), float(np.median(report))]
    print("| " + " | ".join(f"{seconds:.2f}" for seconds in row) + " |\n")


def _ask(server: Server, what: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    began = time.perf_counter()
    connection.request("GET", f"/download/{what}")
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body[:200]
    return time.perf_counter() - began


def _by_options(store: Store, meter_id: str) -> None:
    figures, browser = _figures(store, meter_id), chrome.find("")
    assert browser is not None
    print("| options beside ours | start s | median of a file s | p95 s | Chrome's peak MB |\n|---|--:|--:|--:|--:|")
    plain = chrome.FLAGS
    for name, more in OPTIONS.items():
        chrome.FLAGS = (*plain, *more)
        with _weighed() as peak:
            start, seconds = asyncio.run(_draw(browser, figures))
        print(f"| {name} | {start:.1f} | {np.median(seconds):.2f} | {np.percentile(seconds, 95):.2f} | {peak[0]:.0f} |")
    chrome.FLAGS = plain


def _by_room(store: Store, meter_id: str, folder: Path) -> None:
    figures, caged = _figures(store, meter_id), folder / "chrome"
    print("\n| room MB | start s | median of a file s | slowest s | killed |\n|--:|--:|--:|--:|--:|")
    for limit_mb in ROOMS_MB:
        with cage(limit_mb) as group:
            caged.write_text(f'#!/bin/sh\necho $$ > {group.folder}/cgroup.procs\nexec {chrome.find("")} "$@"\n')
            caged.chmod(0o700)
            DROP_CACHES.write_text("3")  # what another group has read into the cache would not count
            start, seconds = asyncio.run(_draw(str(caged), figures))
            print(f"| {limit_mb} | {start:.1f} | {np.median(seconds):.2f} | {max(seconds):.2f} | {group.kills()} |")


def _figures(store: Store, meter_id: str) -> list[dict[str, Any]]:
    meter = store.meter(meter_id)
    shown = [charting.range_window(views.overview(store, ViewQuery(meter_id, span))) for span in RANGES]
    return [charting.draw_for_file(store, meter, window, Resolution.AUTO, Shows(), "light") for window in shown]


async def _draw(browser: str, figures: list[dict[str, Any]]) -> tuple[float, list[float]]:
    """Seconds of the start and of each figure."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        studio = await Studio.open(browser, Path(folder))
        start, seconds = time.perf_counter() - began, []
        for figure, form in islice(zip(cycle(figures), cycle(FORMS), strict=False), FIGURES):
            began = time.perf_counter()
            await studio.make({"figure": figure, "format": form, "width": 1200, "height": 600, "scale": 2.0 if form == "png" else 1.0})
            seconds.append(time.perf_counter() - began)
        await studio._kaleido.close()
        return start, seconds


@contextlib.contextmanager
def _weighed() -> Any:
    """A list whose first number is, afterwards, the peak of what the children of this process took [MB]."""
    peak, is_over = [0.0], threading.Event()

    def weigh() -> None:
        while not is_over.wait(0.1):
            with contextlib.suppress(psutil.Error):
                family = psutil.Process().children(recursive=True)
                peak[0] = max(peak[0], sum(process.memory_full_info().pss / 1e6 for process in family))

    watcher = threading.Thread(target=weigh, daemon=True)
    watcher.start()
    yield peak
    is_over.set()
    watcher.join()


if __name__ == "__main__":
    main()
