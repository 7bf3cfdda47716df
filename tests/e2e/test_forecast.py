"""The Forecast page in a browser: it draws, has a forecast made, waits for one across a reload, cancels; axe finds nothing on it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Profile, Server, Visit
from tests.e2e.looks import findings
from tests.e2e.test_upload import held_back, jobs_of

pytestmark = pytest.mark.e2e
MADE_MS = 60_000


def go(page: Page, url: str, search: str = "") -> None:
    page.goto(f"{url}/forecast{search}")


def made(page: Page) -> None:
    """The forecast is drawn and nothing is being made."""
    expect(page.locator("#forecast-chart .scatterlayer .trace").first).to_be_attached(timeout=MADE_MS)
    expect(page.locator("#forecast-work")).to_be_hidden(timeout=MADE_MS)


def test_a_forecast_is_made_drawn_and_told_on_the_overview(visit: Visit, server: Server) -> None:
    page = visit.open().page
    page.get_by_role("link", name="Make a forecast").click()
    made(page)
    expect(page).to_have_title(re.compile("^Forecast · "))
    assert {"measured", "forecast", "upper 80 %", "lower 95 %"} <= {str(name) for name in page.evaluate(NAMES)}
    expect(page.locator(".forecast-part .js-plotly-plot").first).to_be_visible()
    expect(page.locator("#forecast-trust")).to_contain_text("repeating last week")
    page.locator("label", has_text="Four weeks").click()
    expect(page.locator("#forecast-figures")).to_contain_text("Mean of four weeks", timeout=MADE_MS)
    assert "method=four-weeks" in visit.search
    page.get_by_role("link", name="Overview").click()
    expect(page.locator("#figures")).to_contain_text("80 % sure")
    visit.wait_until(lambda: "forecast" in visit.layers())
    assert visit.complaints == []


def test_a_reload_waits_for_the_forecast_that_is_being_made(visit: Visit, server: Server) -> None:
    page = visit.page
    go(page, visit.url)
    made(page)
    with held_back(server):
        page.get_by_role("button", name="Make it anew").click()
        expect(page.locator("#forecast-work")).to_contain_text("Waiting for other work")
        page.reload()
        expect(page.locator("#forecast-work")).to_contain_text("Waiting for other work")
        expect(page.locator("#forecast-body")).to_be_visible()
    made(page)
    page.reload()
    made(page)
    assert visit.complaints == []


def test_how_often_it_is_made_is_chosen_beside_when(visit: Visit, server: Server) -> None:
    page = visit.page
    go(page, visit.url)
    made(page)
    choice, words = page.get_by_label("Made anew"), page.locator("#forecast-made")
    expect(choice).to_have_value("daily")
    choice.select_option("every week")
    expect(words).to_contain_text(re.compile(r"next after 03:00 on \d+ \w+ if readings have come"))
    page.reload()
    made(page)
    expect(choice).to_have_value("weekly")
    choice.select_option("only when asked")
    expect(words).not_to_contain_text("next")
    choice.select_option("every day")
    expect(words).to_contain_text(re.compile("next after 03:00 (today|tomorrow) if readings have come"))
    expect(page.locator("#forecast-work")).to_be_hidden()
    assert visit.complaints == []


def test_a_forecast_is_cancelled(visit: Visit, server: Server) -> None:
    page = visit.page
    with held_back(server):
        go(page, visit.url, "?days=90&method=seasonal-naive")
        expect(page.locator("#forecast-work")).to_contain_text("There is no forecast of 90 days by this method yet")
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#forecast-state")).to_contain_text("was cancelled")
        expect(page.locator("#forecast-work")).to_be_hidden()
        visit.wait_until(lambda: not jobs_of(server))
    page.get_by_role("button", name="Make it anew").click()
    made(page)
    expect(page.locator("#forecast-figures")).to_contain_text("Next 90 days")


def test_the_overview_moves_into_the_forecast_and_back(visit: Visit, server: Server) -> None:
    go(visit.page, visit.url)
    made(visit.page)
    visit.page.goto(f"{visit.url}/?range=30d")
    visit.settle()
    visit.wait_until(lambda: "forecast" in visit.layers())
    first, last = visit.window()
    now = visit.trace("measured")["x"][-1][:16]
    assert first < now < last, "the range is shown with some of the days ahead"
    visit.wait_for_points(lambda: visit.drag(0.85, 0.98))
    zoomed = visit.window()
    assert now < zoomed[0] < zoomed[1] <= last, "nothing but days ahead"
    drawn = {name: visit.trace(name) for name in ("forecast", "forecast lower", "forecast upper")}
    seen = [
        place for place, at in enumerate(drawn["forecast"]["x"]) if at is not None and zoomed[0] <= at.replace(" ", "T")[:16] <= zoomed[1]
    ]
    assert len(seen) > 24
    assert all(trace["visible"] is not False for trace in drawn.values())
    assert all(
        drawn["forecast lower"]["y"][place] <= drawn["forecast"]["y"][place] <= drawn["forecast upper"]["y"][place] for place in seen
    )
    visit.wait_for_points(lambda: visit.page.get_by_role("button", name="Later").click())
    panned = visit.window()
    assert panned[0] > zoomed[0]
    assert max(at for at in visit.trace("forecast")["x"] if at is not None).replace(" ", "T")[:10] >= panned[1][:10]
    visit.wait_for_points(lambda: visit.page.get_by_role("button", name="Reset zoom").click())
    assert visit.window() == [first, last]
    assert visit.complaints == []


def test_axe_finds_nothing_and_nothing_scrolls_sideways(lit_profile: Profile, server: Server) -> None:
    page = lit_profile.page()
    go(page, server.url)
    made(page)
    page.get_by_text("Show as table").last.click()
    assert findings(page) == []
    page.close()


NAMES = "document.querySelector('#forecast-chart .js-plotly-plot').data.map((one) => one.name)"
