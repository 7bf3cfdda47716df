"""Memory of everything the dashboard starts, in a control group of 512 MB: server, scorer, jobs and, for pictures, Chrome.

Each row adds to what came before it. The peak is the group's own count, which holds the page cache too as far as it was not taken back;
what the programs hold themselves is looked at twenty times a second.
Needs Linux and the right to make a control group for memory (root, or a container with its groups writable).
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
from playwright.sync_api import Page, expect, sync_playwright

from tests.bench.cage import Cage, cage
from tests.browser import find
from tests.e2e.conftest import FLAGS, Server, free_port
from wattsup_core.service.access import issue_token
from wattsup_core.service.live.senders import HttpSender
from wattsup_core.simulate import simulate
from wattsup_core.store import open_store
from wattsup_core.timegrid import to_epoch_seconds
from wattsup_core.types import Scope

LIMIT_MB = 512
JOB_MS = 180_000
LIVE_ROWS, LIVE_SECONDS = 60, 0.5
SENT_DAYS = 3
LOOK_SECONDS = 0.05


class Scale:
    """Weighs what the programs of a control group hold, again and again."""

    def __init__(self, group: Cage) -> None:
        self._group = group
        self.most_mb = 0.0
        threading.Thread(target=self._weigh, daemon=True).start()

    def _weigh(self) -> None:
        with contextlib.suppress(OSError):  # until the group is removed
            while True:
                self.most_mb = max(self.most_mb, self._group.held_mb())
                time.sleep(LOOK_SECONDS)


def main() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as name, cage(LIMIT_MB) as group, sync_playwright() as playwright:
        server = Server(Path(name), free_port(), prefix=group.prefix)
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        steps: dict[str, Callable[[], None]] = {
            "server, sample household imported and analysed, page drawn": lambda: _open(server, page),
            f"scorer, {LIVE_ROWS} readings one by one, Live page beside it": lambda: _live(server, page),
            "a year of half-hours uploaded and analysed": lambda: _upload(page, Path(name)),
            "forecast made": lambda: _forecast(server, page),
            "PNG and PDF made by Chrome": lambda: _pictures(page),
        }
        scale = Scale(group)
        print("| what | seconds | peak MB so far | without page cache | killed |\n|---|--:|--:|--:|--:|", flush=True)
        try:
            for words, step in steps.items():
                began = time.monotonic()
                step()
                took = time.monotonic() - began
                print(f"| {words} | {took:.0f} | {group.peak_mb:.0f} | {scale.most_mb:.0f} | {group.kills()} |", flush=True)
        finally:
            browser.close()
            server.stop(at_once=True)


def _open(server: Server, page: Page) -> None:
    server.start()
    page.goto(server.url)
    expect(page.locator("#chart .scatterlayer .trace").first).to_be_attached(timeout=JOB_MS)


def _live(server: Server, page: Page) -> None:
    store = open_store(server.settings.database_url)
    state = store.states()[0]
    assert state.last_ts is not None
    page.goto(f"{server.url}/live")
    later = simulate(SENT_DAYS, 30, "household", 3, state.last_ts.date() + timedelta(days=1), anomalies=False).readings["kwh"]
    _, token = issue_token(store, state.meter_id, Scope.WRITE)
    sender = HttpSender(server.url, token, state.meter_id)  # the server starts the scorer: so it is in the group
    for ts, kwh in list(zip(to_epoch_seconds(pd.DatetimeIndex(later.index)).tolist(), later.tolist(), strict=True))[:LIVE_ROWS]:
        sender.send([(ts, kwh)])
        time.sleep(LIVE_SECONDS)
    while store.waiting():
        page.wait_for_timeout(200)


def _upload(page: Page, folder: Path) -> None:
    first = (datetime.now(UTC) - timedelta(days=366)).date()
    readings = simulate(365, 30, "household", 4, first, anomalies=True).readings["kwh"].dropna()
    path = folder / "year.csv"
    path.write_text("timestamp,kwh\n" + "".join(f"{ts:%Y-%m-%dT%H:%M:%SZ},{kwh:.3f}\n" for ts, kwh in readings.items()))
    page.goto(page.url.split("/live")[0])
    page.get_by_role("button", name="Upload a file of meter readings").click()
    with page.expect_file_chooser() as chooser:
        page.locator(".phase-choose").get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)
    expect(page.get_by_role("dialog")).to_contain_text("was read completely", timeout=JOB_MS)
    page.get_by_role("button", name="Show my data").click()
    expect(page.locator("#chart .scatterlayer .trace").first).to_be_attached(timeout=JOB_MS)


def _forecast(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/forecast?{page.url.partition('?')[2]}")
    expect(page.locator("#forecast-chart .scatterlayer .trace").first).to_be_attached(timeout=JOB_MS)
    expect(page.locator("#forecast-work")).to_be_hidden(timeout=JOB_MS)


def _pictures(page: Page) -> None:
    page.goto(page.url.replace("/forecast", "/"))
    expect(page.locator("#chart .scatterlayer .trace").first).to_be_attached(timeout=JOB_MS)
    for form in ("PNG", "PDF"):
        page.locator("#download-menu button.dropdown-toggle").click()
        with page.expect_download(timeout=60_000):
            page.locator("#download-menu .dropdown-item", has_text=form).first.click()


if __name__ == "__main__":
    main()
