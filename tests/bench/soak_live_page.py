"""The Live page left open: ``python -m tests.bench.soak_live_page [MINUTES]``.

One browser shows the demo stream, another a meter whose device sends twelve readings a minute. Each minute the console, the page's memory
after a forced collection of garbage and its number of nodes are read; the second page must never have asked for the first one's meter.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.browser import find
from tests.e2e.conftest import FLAGS, Server, free_port
from tests.factories import make_meter, make_upload
from wattsup_core.board import Board
from wattsup_core.service.live.demo import METER_ID
from wattsup_core.service.live.senders import StoreSender
from wattsup_core.service.scoring import score_meter
from wattsup_core.simulate import simulate
from wattsup_core.store import Store, open_store
from wattsup_core.timegrid import to_epoch_seconds

MINUTES = 10
HOME, DAYS, EVERY_SECONDS = "m-home", 28, 5.0
DEMO_MS = 120_000


class Shown:
    """A browser context with a page, what it complained of and what it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url + (request.post_data or "")))
        self._tools: CDPSession = page.context.new_cdp_session(page)

    def weight(self) -> tuple[float, int, int]:
        """Script memory [MB], nodes of the page, and points of the chart's measured line."""
        self._tools.send("HeapProfiler.collectGarbage")
        heap = self._tools.send("Runtime.getHeapUsage")["usedSize"]
        nodes = self._tools.send("Memory.getDOMCounters")["nodes"]
        code = "document.querySelector('#live-chart .js-plotly-plot').data.find((one) => one.name === 'measured')?.x.length ?? 0"
        return heap / 1e6, nodes, self.page.evaluate(code)


def main(minutes: int = MINUTES) -> int:
    """Watch, print what was seen; 1 when a page complained or showed what is not its own."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), free_port())
        store = open_store(server.settings.database_url)
        store.migrate()
        rows = _fill(store)
        server.start()
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        is_over = threading.Event()
        sender = StoreSender(server.settings, store, Board(server.settings.board_folder), HOME)
        device = threading.Thread(target=_send, args=(sender, rows, is_over))
        try:
            demo, home = (Shown(browser.new_context(viewport={"width": 1440, "height": 900}).new_page()) for _ in range(2))
            demo.page.goto(f"{server.url}/live?meter={HOME}")
            demo.page.locator("#live-demo").click()
            demo.page.wait_for_url(f"**meter={METER_ID}**", timeout=DEMO_MS)
            home.page.goto(f"{server.url}/live?meter={HOME}&span=24h")
            device.start()
            weights = _watch(minutes, demo, home)
        finally:
            is_over.set()
            browser.close()
            server.stop()
        device.join()
    return _print(weights, demo, home)


def _watch(minutes: int, demo: Shown, home: Shown) -> list[tuple[int, tuple[float, int, int], tuple[float, int, int]]]:
    found = []
    for minute in range(minutes + 1):
        until = time.monotonic() + (60 if minute else 20)
        while time.monotonic() < until:
            for shown in (demo, home):
                shown.page.wait_for_timeout(1000)
        found.append((minute, demo.weight(), home.weight()))
    return found


def _fill(store: Store) -> list[tuple[int, float]]:
    """A household's history in the store; what it sends afterwards."""
    first = (datetime.now(UTC) - timedelta(days=DAYS + 10)).date()
    readings = simulate(DAYS + 9, 15, "household", 3, first, anomalies=False).readings[["kwh", "quality"]]
    history, later = readings.iloc[: DAYS * 96], readings.iloc[DAYS * 96 :]
    store.save_upload(make_upload(meter_ids=(HOME,)), [(HOME, history)], new_meters=[make_meter(HOME, interval_minutes=15)])
    score_meter(store, HOME)
    return list(zip(to_epoch_seconds(later.index).tolist(), later["kwh"].tolist(), strict=True))  # type: ignore[arg-type]


def _send(sender: StoreSender, rows: list[tuple[int, float]], is_over: threading.Event) -> None:
    for row in rows:
        sender.send([row])
        if is_over.wait(EVERY_SECONDS):
            return


def _print(weights: list[tuple[int, tuple[float, int, int], tuple[float, int, int]]], demo: Shown, home: Shown) -> int:
    print("| minute | demo: MB | nodes | points | other meter: MB | nodes | points |\n|--:|--:|--:|--:|--:|--:|--:|")
    for minute, *both in weights:
        print(f"| {minute} | " + " | ".join(f"{megabytes:.1f} | {nodes} | {points}" for megabytes, nodes, points in both) + " |")
    foreign = [text for text in home.asked if METER_ID in text]
    complaints = [*demo.complaints, *home.complaints]
    print(f"\nConsole: {len(complaints)} complaints. The other page asked for the demo's meter {len(foreign)} times.")
    print(*complaints[:10], *foreign[:3], sep="\n")
    return int(bool(complaints or foreign))


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
