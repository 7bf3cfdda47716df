"""The Live page in a browser: pages, a demo stream, points that come without a reload, red dots, two meters at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import IMPATIENT, ROOT, Profile, Server, Visit, free_port
from tests.e2e.looks import findings
from tests.factories import make_meter, make_readings, make_upload
from wattsup_core.board import Board
from wattsup_core.service.live import demo
from wattsup_core.service.live.senders import StoreSender
from wattsup_core.service.scoring import score_meter
from wattsup_core.simulate import simulate
from wattsup_core.store import Store, open_store
from wattsup_core.timegrid import epoch_of

pytestmark = pytest.mark.e2e

SPIKE_KWH = 2.4
HOME, FLAT = "m-live-home", "m-live-flat"
STEP = timedelta(minutes=15)


class Device:
    """A quarter-hourly meter that sends on."""

    def __init__(self, server: Server, store: Store, meter_id: str) -> None:
        self.meter_id, self._store = meter_id, store
        self._sender = StoreSender(server.settings, store, Board(server.settings.board_folder), meter_id)

    def send(self, *kwh: float) -> None:
        last = self._store.state(self.meter_id).last_ts
        assert last is not None
        self._sender.send([(epoch_of(last + (number + 1) * STEP), value) for number, value in enumerate(kwh)])


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of these tests alone: what is sent here would draw the pages of the others anew."""
    server = Server(tmp_path_factory.mktemp("live"), free_port())
    store = open_store(server.settings.database_url)
    store.migrate()
    first = (datetime.now(UTC) - timedelta(days=30)).date()
    household = simulate(28, 15, "household", 5, first, anomalies=False).readings
    flat = make_readings([0.05 + 0.01 * (number % 3) for number in range(28 * 96)], interval_minutes=15, start=_start(household))
    meters = [make_meter(HOME, interval_minutes=15), make_meter(FLAT, name="Flat", interval_minutes=15)]
    batches = [(HOME, household[["kwh", "quality"]]), (FLAT, flat)]
    store.save_upload(make_upload(meter_ids=(HOME, FLAT)), batches, new_meters=meters)
    for meter_id in (HOME, FLAT):
        score_meter(store, meter_id)
    server.start()
    yield server
    server.stop()


def _start(readings: pd.DataFrame) -> datetime:
    start: datetime = readings.index[0].to_pydatetime()
    return start


@pytest.fixture
def store(live_server: Server) -> Store:
    return open_store(live_server.settings.database_url)


@pytest.fixture
def live(profile: Profile, live_server: Server) -> Iterator[Visit]:
    visit = Visit(profile.page(height=1000), live_server.url)
    yield visit
    visit.close()
    assert visit.complaints == []


def open_live(visit: Visit, search: str) -> Page:
    visit.page.goto(f"{visit.url}/live{search}")
    expect(visit.page.locator("#live-chart .scatterlayer .trace").first).to_be_attached(timeout=40_000)
    return visit.page


def open_overview(visit: Visit, search: str) -> None:
    visit.page.goto(f"{visit.url}/{search}")
    expect(visit.page.locator("#chart .scatterlayer .trace").first).to_be_attached(timeout=40_000)
    visit.page.wait_for_load_state("networkidle")


def points(page: Page, name: str = "measured") -> list[Any]:
    code = "(name) => document.querySelector('#live-chart .js-plotly-plot').data.find((one) => one.name === name).y"
    return list(page.evaluate(code, name))


def test_pages_are_a_click_away_and_keep_their_meter(live: Visit) -> None:
    open_overview(live, f"?meter={HOME}&range=7d")
    live.page.get_by_role("link", name="Live", exact=True).click()
    expect(live.page.locator("#live-chart .scatterlayer .trace").first).to_be_attached()
    assert live.page.url.endswith(f"/live?meter={HOME}")
    expect(live.page).to_have_title("Live · Home · WattsUp")
    expect(live.page.get_by_role("link", name="Live", exact=True)).to_have_attribute("aria-current", "page")
    live.page.locator("#live-span label", has_text="24 h").click()
    expect(live.page.get_by_role("heading", name="Last 24 hours")).to_be_visible()
    live.page.reload()
    expect(live.page.get_by_role("heading", name="Last 24 hours")).to_be_visible()
    live.page.go_back()
    live.page.go_back()
    expect(live.page.locator("#figures")).to_be_visible()
    assert live.search == f"?meter={HOME}&range=7d"
    expect(live.page).to_have_title("Home · WattsUp")


def test_a_page_that_is_not_on_show_is_not_drawn(live: Visit) -> None:
    open_live(live, f"?meter={HOME}")
    live.page.wait_for_load_state("networkidle")
    assert [body for body in live.callbacks() if body["output"].strip(".").startswith("page-state")] == []
    assert live.page.evaluate("document.querySelector('#chart .js-plotly-plot')?.data?.length || 0") == 0


def test_a_spike_is_red_on_the_chart_and_in_the_table_without_a_reload(live: Visit, live_server: Server, store: Store) -> None:
    page = open_live(live, f"?meter={HOME}&span=24h")
    before = points(page)
    device = Device(live_server, store, HOME)
    device.send(0.1)
    live.wait_until(lambda: points(page)[-1] == 0.4)
    assert len(points(page)) == len(before)
    expect(page.locator("#live-status")).to_contain_text("Receiving")
    expect(page.locator("#live-pill")).to_contain_text("Live")
    device.send(SPIKE_KWH)
    live.wait_until(lambda: points(page, "anomaly")[-1] == 4 * SPIKE_KWH)
    row = page.locator("#live-table .live-row").first
    expect(row).to_contain_text("still on")
    expect(row).to_contain_text("Spike")
    cause = row.locator(".cause")
    size = page.viewport_size
    page.set_viewport_size({"width": 800, "height": 900})
    assert page.evaluate("document.querySelector('#live-table td.col-cause').clientWidth") >= 170  # words for a person, not a word a line
    page.set_viewport_size(size)
    cause.focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    expect(page.locator("#live-figures .figure-red .figure-value")).to_contain_text(f"{4 * SPIKE_KWH:.2f}")
    device.send(0.1)
    expect(row).to_contain_text("Recovered")
    cause.click()
    expect(page.locator("#why")).to_contain_text("Why was this flagged?")
    assert "event=" in live.search
    expect(page.locator("#figures")).to_be_visible()


def test_two_browsers_on_two_meters_do_not_see_each_others_rows(live: Visit, chromium: Browser, live_server: Server, store: Store) -> None:
    context = chromium.new_context(viewport={"width": 800, "height": 1000})
    other = Visit(context.new_page(), live_server.url)
    page, second = open_live(live, f"?meter={HOME}"), open_live(other, f"?meter={FLAT}")
    Device(live_server, store, HOME).send(0.123)
    Device(live_server, store, FLAT).send(0.045)
    live.wait_until(lambda: points(page)[-1] == 0.492)
    other.wait_until(lambda: points(second)[-1] == 0.18)
    assert 0.18 not in points(page)
    assert 0.492 not in points(second)
    context.close()
    assert other.complaints == []


def test_the_overview_says_that_readings_have_come(live: Visit, live_server: Server, store: Store) -> None:
    open_overview(live, f"?meter={FLAT}&range=24h")
    end = live.window()[1]
    Device(live_server, store, FLAT).send(0.05)
    note = live.page.locator("#news-note")
    expect(note).to_be_visible()
    assert live.window()[1] == end
    note.get_by_role("button").click()
    live.wait_until(lambda: live.window()[1] != end)
    expect(note).to_be_hidden()


COUNTED = """() => {
  const { live } = window.wattsup;
  const { tick } = live;
  window.ticks = 0;
  live.tick = () => { window.ticks += 1; tick(); };
}"""


def test_a_page_that_hears_nothing_slows_down_until_there_is_news(live: Visit, live_server: Server, store: Store) -> None:
    page = live.page
    page.clock.install()
    open_live(live, f"?meter={FLAT}")
    page.evaluate(COUNTED)

    def ticks_of(seconds: list[int]) -> list[int]:
        """How often the page's interval ticked while each of so many seconds went by."""
        ticked = []
        for each in seconds:
            before = page.evaluate("window.ticks")
            page.clock.run_for(1000 * each)
            page.wait_for_timeout(200)
            ticked.append(page.evaluate("window.ticks") - before)
        return ticked

    def is_calm() -> bool:
        page.clock.fast_forward(61_000)
        ticks_of([2])  # the one that finds it calm
        return sum(ticks_of([1] * 10)) <= 3

    assert min(ticks_of([2, 2])) >= 1
    live.wait_until(is_calm)  # a scorer that comes to its end is news as well
    Device(live_server, store, FLAT).send(0.09)
    ticks_of([6])
    live.wait_until(lambda: points(page)[-1] == 0.36)
    assert min(ticks_of([2, 2, 2])) >= 1


def test_pause_holds_the_chart(live: Visit, live_server: Server, store: Store) -> None:
    page = open_live(live, f"?meter={FLAT}")
    page.get_by_role("button", name="Pause").click()
    before = points(page)
    Device(live_server, store, FLAT).send(0.07)
    expect(page.locator("#live-status")).to_contain_text("Paused")
    page.wait_for_timeout(2500)
    assert points(page) == before
    page.get_by_role("button", name="Resume").click()
    live.wait_until(lambda: points(page)[-1] == 0.28)


def test_a_server_that_never_answers_is_asked_again(live: Visit, live_server: Server, store: Store) -> None:
    live.page.add_init_script(IMPATIENT)
    held: list[Route] = []
    live.page.route("**/live/news*", lambda route: held.append(route) if not held else route.continue_())
    page = open_live(live, f"?meter={FLAT}")
    live.wait_until(lambda: len(held) == 1)
    Device(live_server, store, FLAT).send(0.06)
    live.wait_until(lambda: points(page)[-1] == 0.24)


def test_an_alert_stays_while_the_server_cannot_say_more(profile: Profile, live_server: Server, store: Store) -> None:
    visit = Visit(profile.page(height=1000), live_server.url)
    asked: list[int] = []

    def answer(route: Route) -> None:
        asked.append(len(asked))
        if len(asked) == 2:
            route.fulfill(status=502)
        else:
            route.fulfill(json={"alert": {"event": "e1", "text": "Standby doubled"}})

    visit.page.route("**/live/alert*", answer)
    page = open_live(visit, f"?meter={FLAT}")
    note = page.locator("#alert-note")
    expect(note).to_contain_text("Standby doubled")
    Device(live_server, store, FLAT).send(0.05)
    visit.wait_until(lambda: len(asked) == 2)
    page.wait_for_timeout(500)
    assert note.is_visible()
    visit.wait_until(lambda: len(asked) > 2)
    assert note.is_visible()
    visit.close()


def test_the_demo_stream_starts_from_the_button_and_stops(live: Visit) -> None:
    page = open_live(live, f"?meter={FLAT}")
    page.get_by_role("button", name="Demo stream").click()
    expect(page.get_by_role("button", name="Stop demo stream")).to_be_visible()
    expect(page).to_have_title("Live · Demo · live household · WattsUp", timeout=120_000)
    expect(page.locator("#live-demo-note")).to_contain_text("Demo stream: a simulated household")
    last = points(page)
    live.wait_until(lambda: points(page) != last)
    expect(page.locator("#live-status")).to_contain_text("Receiving")
    page.get_by_role("button", name="Stop demo stream").click()
    expect(page.locator("#live-status")).to_contain_text("Demo stopped")
    expect(page.locator("#live-figures")).to_contain_text("Last reading")
    expect(page.get_by_role("button", name="Demo stream", exact=True)).to_be_visible()


def test_a_demo_that_was_stopped_meanwhile_is_not_waited_for(live: Visit, live_server: Server) -> None:
    board = Board(live_server.settings.board_folder)

    def start(route: Route) -> None:
        assert board.claim(demo.STARTING, "test", 60.0)
        route.fulfill(json={"phase": demo.PREPARING})

    live.page.route("**/live/demo*", start)
    page = open_live(live, f"?meter={FLAT}")
    button, stop = page.get_by_role("button", name="Demo stream", exact=True), page.get_by_role("button", name="Stop demo stream")
    button.click()
    expect(stop).to_be_visible()
    board.take(demo.STARTING)
    expect(button).to_be_visible()
    board.put(demo.STATUS, {"phase": demo.ON, "step": "", "speed": 60.0, "label": None})
    board.claim(demo.LEASE, "of somebody else", 60.0)
    expect(stop).to_be_visible()
    page.wait_for_timeout(1500)
    board.take(demo.LEASE)
    assert live.search == f"?meter={FLAT}"


def test_axe_finds_nothing_on_the_live_page(lit_profile: Profile, live_server: Server) -> None:
    visit = Visit(lit_profile.page(), live_server.url)
    page = open_live(visit, f"?meter={HOME}")
    assert findings(page) == []
    visit.close()
    assert visit.complaints == []


def test_the_command_line_refuses_what_it_cannot_send(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "wattsup_core", "simulate", "--live"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (2, "error: There is no meter to send for. Name it with --meter ID.")
