"""The meter picker of a village: found by typing, chosen by keyboard or pointer, usable on a phone, told to screen readers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Profile, Server, Visit, free_port
from tests.e2e.looks import NARROW, WIDE, findings, looks, shape_name
from tests.factories import make_meter, make_readings, make_upload
from wattsup_core.service.scoring import score_meter
from wattsup_core.store import open_store

pytestmark = pytest.mark.e2e

WITH_READINGS = ("m-0001", "m-0120")


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with 200 meters, two of which have readings."""
    server = Server(tmp_path_factory.mktemp("village"), free_port())
    store = open_store(server.settings.database_url)
    store.migrate()
    for number in range(1, 201):
        store.add_meter(make_meter(f"m-{number:04}", name=f"Home {number}"))
    spike = make_readings(days=60)
    spike.iloc[-100, 0] = 9.0
    for meter_id in WITH_READINGS:
        store.save_upload(make_upload(f"u-{meter_id}", (meter_id,)), [(meter_id, spike)])
        score_meter(store, meter_id)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=[WIDE], ids=shape_name)
def visit(request: pytest.FixtureRequest, lit_profile: Profile, village: Server) -> Iterator[Visit]:
    visit = Visit(lit_profile.page(request.param, height=800), village.url)
    visit.open()
    yield visit
    visit.close()
    assert visit.complaints == []


def field(visit: Visit) -> Locator:
    return visit.page.get_by_role("combobox", name="Meter", exact=True)


def options(visit: Visit) -> Locator:
    return visit.page.get_by_role("listbox", name="Meters").get_by_role("option")


def active(visit: Visit) -> str:
    """The text of the option that the focus is said to be at."""
    name = field(visit).get_attribute("aria-activedescendant")
    return visit.page.locator(f"#{name}").inner_text() if name else ""


def test_a_meter_is_found_by_typing_and_chosen_by_keyboard(visit: Visit) -> None:
    expect(field(visit)).to_have_value("Home 1")
    field(visit).click()
    expect(options(visit)).to_have_count(50)
    expect(visit.page.get_by_text("… and 150 more. Type to narrow.")).to_be_visible()
    assert (field(visit).get_attribute("aria-expanded"), active(visit)) == ("true", "Home 1")
    field(visit).press_sequentially("home 12")
    expect(options(visit)).to_have_count(12)
    expect(visit.page.get_by_text("12 meters")).to_be_visible()
    assert active(visit) == "Home 12"
    field(visit).press("ArrowDown")
    assert active(visit) == "Home 120"
    field(visit).press("ArrowUp")
    field(visit).press("ArrowUp")
    assert active(visit) == "Home 112", "before the first comes the last"
    for _ in range(2):
        field(visit).press("ArrowDown")
    field(visit).press("Enter")
    expect(visit.page).to_have_title("Home 120 · WattsUp")
    assert "meter=m-0120" in visit.search
    expect(field(visit)).to_have_value("Home 120")
    expect(field(visit)).to_be_focused()
    expect(visit.page.get_by_role("listbox", name="Meters")).to_be_hidden()


def test_enter_right_after_the_last_letter_means_what_was_typed(visit: Visit) -> None:
    field(visit).click()
    expect(options(visit)).to_have_count(50)
    field(visit).press_sequentially("m-0120")
    field(visit).press("Enter")
    expect(visit.page).to_have_title("Home 120 · WattsUp")


@pytest.mark.parametrize("visit", [WIDE, NARROW], indirect=True, ids=shape_name)
def test_a_meter_is_chosen_by_pointer_and_the_way_back_shows_the_one_before(visit: Visit) -> None:
    field(visit).click()
    field(visit).fill("120")
    options(visit).filter(has_text="Home 120").click()
    expect(visit.page).to_have_title("Home 120 · WattsUp")
    visit.settle()
    visit.page.go_back()
    expect(visit.page).to_have_title("Home 1 · WattsUp")
    expect(field(visit)).to_have_value("Home 1")


def test_the_picker_names_the_meter_of_a_page_that_comes_back(visit: Visit) -> None:
    field(visit).click()
    field(visit).fill("120")
    options(visit).filter(has_text="Home 120").click()
    expect(visit.page).to_have_title("Home 120 · WattsUp")
    visit.settle()
    visit.page.get_by_role("link", name="Live").click()
    expect(visit.page).to_have_title("Live · Home 120 · WattsUp")
    visit.page.evaluate("history.go(-2)")
    expect(visit.page).to_have_title("Home 1 · WattsUp")
    expect(field(visit)).to_have_value("Home 1")
    visit.settle()
    visit.page.evaluate("history.go(2)")
    expect(visit.page).to_have_title("Live · Home 120 · WattsUp")
    expect(field(visit)).to_have_value("Home 120")


def test_a_page_without_readings_comes_back_as_it_was(visit: Visit) -> None:
    words = visit.page.get_by_text("Home 7 has no readings yet.")
    visit.page.goto(f"{visit.url}/?meter=m-0007")
    expect(words.first).to_be_visible()
    visit.page.get_by_role("link", name="Live").click()
    expect(visit.page).to_have_title("Live · Home 7 · WattsUp")
    field(visit).fill("120")
    options(visit).filter(has_text="Home 120").click()
    expect(visit.page).to_have_title("Live · Home 120 · WattsUp")
    visit.page.evaluate("history.go(-2)")
    expect(field(visit)).to_have_value("Home 7")
    expect(words.first).to_be_visible()
    expect(visit.page.locator(".bone:visible")).to_have_count(0)
    visit.page.evaluate("history.go(2)")
    expect(visit.page).to_have_title("Live · Home 120 · WattsUp")
    expect(words).to_have_count(0)


def test_escape_and_leaving_keep_the_meter(visit: Visit) -> None:
    for leave in ("Escape", "Tab"):
        field(visit).click()
        field(visit).fill("nowhere at all")
        expect(visit.page.get_by_text("No meter has that in its name or id.")).to_be_visible()
        field(visit).press(leave)
        expect(field(visit)).to_have_value("Home 1")
        expect(visit.page.get_by_text("No meter has that in its name or id.")).to_be_hidden()
    assert "Home 1 ·" in visit.page.title()


def test_the_open_list_is_told_and_stays_on_the_screen(visit: Visit) -> None:
    field(visit).click()
    field(visit).fill("m-00")
    expect(options(visit)).to_have_count(50)
    expect(options(visit).first).to_have_text(re.compile("Home 1.*m-0001"))
    assert findings(visit.page) == []
    for look in looks(visit.page):
        box = visit.page.locator(".finder-popup").bounding_box()
        assert box is not None, look
        assert box["x"] >= 0, look
        assert box["x"] + box["width"] <= int(look.split("-")[0]), look


def test_a_server_that_does_not_answer_is_told(visit: Visit) -> None:
    visit.page.route("**/meters/find?*", lambda route: route.abort())
    field(visit).click()
    expect(visit.page.get_by_text("The meters could not be asked for. Type again.")).to_be_visible()
    visit.page.unroute("**/meters/find?*")
    field(visit).press_sequentially("12")
    expect(options(visit).first).to_have_text("Home 12")
    visit.complaints = [text for text in visit.complaints if "ERR_FAILED" not in text]  # the browser reports it; the list has told it


@pytest.mark.parametrize("visit", [NARROW], indirect=True, ids=shape_name)
def test_the_live_page_has_it_too(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}/live?meter=m-0120")
    expect(field(visit)).to_have_value("Home 120")
    field(visit).click()
    field(visit).press_sequentially("home 1")
    field(visit).press("Enter")
    expect(visit.page).to_have_title("Live · Home 1 · WattsUp")


def test_a_summed_window_is_not_kept_for_another_meter_under_a_closed_panel(visit: Visit) -> None:
    page = visit.page
    switch, panel = page.get_by_role("button", name="Sum up a window", exact=True), page.locator("#sums-panel")
    switch.click()
    panel.get_by_label("From", exact=True).fill("2026-02-10T06:00")
    panel.get_by_label("To", exact=True).fill("2026-02-11T06:00")
    expect(panel.get_by_role("table")).to_contain_text("Tue 10 Feb 2026, 06:00")
    switch.click()
    switch.click()
    assert panel.get_by_label("From", exact=True).input_value() == "2026-02-10T06:00", "of the same meter it is kept"
    switch.click()
    asked = len(visit.callbacks("sums-result"))
    field(visit).fill("home 120")
    field(visit).press("Enter")
    expect(page).to_have_title("Home 120 · WattsUp")
    visit.settle()
    assert len(visit.callbacks("sums-result")) == asked, "nothing is asked for a closed panel"
    expect(page.locator("#sums-result")).to_be_empty()
    switch.click()
    visit.wait_until(lambda: len(visit.callbacks("sums-result")) == asked + 1)
    assert visit.callbacks("sums-result")[-1]["inputs"][0]["value"]["window"] == visit.window()
    assert visit.callbacks("sums-result")[-1]["state"][0]["value"]["meter"] == "m-0120"
