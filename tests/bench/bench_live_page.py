"""The Live page: from a reading that is sent to its red dot in a browser, and what asking for news costs.

Fifty quarter-hourly households with two months of history each; a scorer is awake. Each is sent some hours of usual use and then one spike
of 2.4 to 4.4 kWh (what came back every few days would be a habit), by the interface for devices; the clock runs from before the POST until
the red line of the chart ends there and the table has a row with its cause.
News are asked for over HTTP as the page asks, while nothing has changed. Browser, server, scorer and this program share the machine.
"""

from __future__ import annotations

import http.client
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.browser import find
from tests.e2e.conftest import FLAGS, Server, free_port
from tests.factories import make_meter, make_upload
from wattsup_core.service.access import issue_token
from wattsup_core.service.live.senders import HttpSender
from wattsup_core.service.scoring import score_meter
from wattsup_core.simulate import simulate
from wattsup_core.store import Store, open_store
from wattsup_core.timegrid import to_epoch_seconds
from wattsup_core.types import Scope

METERS, DAYS = 50, 60
ROWS_A_DAY = 96
NEWS = 300
PATIENCE_SECONDS = 10.0
REST_MS = 2500


def main() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), free_port())
        store = open_store(server.settings.database_url)
        store.migrate()
        households = [_fill(store, number) for number in range(METERS)]
        server.start()
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            _, token = issue_token(store, None, Scope.WRITE)
            took = [_spike(server, token, page, number, rows) for number, rows in enumerate(households)]
            print("| from | to | times | p50 | p95 |\n|---|---|--:|--:|--:|")
            _print("a spike is posted", f"its red dot and its row ({took.count(float('inf'))} never came)", took, "s", 2)
            _print("asking for news", "none", _news(server.port), "ms", 1)
        finally:
            browser.close()
            server.stop()


def _fill(store: Store, number: int) -> list[tuple[int, float]]:
    """A household's history in the store; the readings it will send."""
    first = (datetime.now(UTC) - timedelta(days=DAYS + 2)).date()
    readings = simulate(DAYS + 1, 15, "household", number, first, anomalies=False).readings[["kwh", "quality"]]
    meter_id = f"m-{number}"
    meter = make_meter(meter_id, name=f"Home {number}", interval_minutes=15)
    history = readings.iloc[: DAYS * ROWS_A_DAY]
    store.save_upload(make_upload(f"u-{number}", meter_ids=(meter_id,)), [(meter_id, history)], new_meters=[meter])
    score_meter(store, meter_id)
    later = readings.iloc[DAYS * ROWS_A_DAY :]
    return list(zip(to_epoch_seconds(later.index).tolist(), later["kwh"].tolist(), strict=True))  # type: ignore[arg-type]


def _spike(server: Server, token: str, page: Page, number: int, rows: list[tuple[int, float]]) -> float:
    """How long the spike of one household took to be red [s]; infinite when it never was."""
    sender = HttpSender(server.url, token, f"m-{number}")
    page.goto(f"{server.url}/live?meter=m-{number}&span=24h")
    page.locator("#live-chart .scatterlayer .trace").first.wait_for(state="attached")
    place, kwh = 40 + number, 2.4 + 0.5 * (number % 5)
    sender.send(rows[:place])
    _wait(page, "measured", round(rows[place - 1][1] * 4, 3))
    page.wait_for_timeout(REST_MS)  # the whole analysis has seen them, and the page is at rest
    began = time.perf_counter()
    sender.send([(rows[place][0], kwh)])
    return time.perf_counter() - began if _wait(page, "anomaly", 4 * kwh) else float("inf")


def _wait(page: Page, trace: str, value: float) -> bool:
    """Look every few milliseconds until the last point of a trace has that value, an anomaly's in the table too; whether it came."""
    code = """(name) => {
        const is_told = name === "measured" || document.querySelector("#live-table .cause .cell-more")?.textContent;
        return is_told ? document.querySelector("#live-chart .js-plotly-plot").data.find((one) => one.name === name)?.y.at(-1) : null;
    }"""
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < deadline:
        shown = page.evaluate(code, trace)
        if shown is not None and abs(shown - value) < 0.006:
            return True
        page.wait_for_timeout(15)
    return False


def _news(port: int) -> list[float]:
    """How long an answer without news takes [ms]."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/live/news?meter=m-0")
    cursor = connection.getresponse().read().decode().split('"cursor":"')[1].split('"')[0]
    took = []
    for _ in range(NEWS):
        began = time.perf_counter()
        connection.request("GET", f"/live/news?meter=m-0&cursor={cursor.replace('|', '%7C')}")
        answer = connection.getresponse()
        answer.read()
        took.append(1000 * (time.perf_counter() - began))
        assert answer.status in {200, 204}
    return took


def _print(begin: str, end: str, took: list[float], unit: str, digits: int) -> None:
    p50, p95 = np.quantile(took, [0.5, 0.95], method="higher")
    print(f"| {begin} | {end} | {len(took)} | {p50:.{digits}f} {unit} | {p95:.{digits}f} {unit} |", flush=True)


if __name__ == "__main__":
    main()
