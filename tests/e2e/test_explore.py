"""Looking around: the sample, zooms, the table, the address, the themes, the keyboard, a phone."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import Profile, Server, Visit

pytestmark = pytest.mark.e2e

WHEEL = """(place, [turns, deltaY, share]) => {
    const box = place.getBoundingClientRect();
    const at = { clientX: box.x + share * box.width, clientY: box.y + box.height / 2 };
    for (let turn = 0; turn < turns; turn++)
        place.dispatchEvent(new WheelEvent("wheel", { deltaY, bubbles: true, cancelable: true, ...at }));
}"""
"""Turns of the wheel as fast as a hand makes them; a slow test machine's own would be several gestures."""


def minutes(window: list[str], visit: Visit) -> float:
    """Length of a window [min]."""
    return float(visit.page.evaluate("([a, b]) => (Date.parse(b + 'Z') - Date.parse(a + 'Z')) / 60000", window))


def is_same(one: list[str], other: list[str], visit: Visit) -> bool:
    """Whether two windows are the same: the address tells a window to the minute."""
    return all(abs(minutes([left, right], visit)) <= 1 for left, right in zip(one, other, strict=True))


def test_the_first_start_shows_the_sample_household_analysed(visit: Visit) -> None:
    page = visit.open().page
    expect(page.locator("#banner")).to_contain_text("Sample data")
    expect(page).to_have_title(re.compile("WattsUp"))
    expect(page.locator("#figures")).to_contain_text("kWh")
    expect(page.locator("#facts")).to_contain_text("complete")
    expect(page.locator(".event-row")).not_to_have_count(0)
    expect(page.locator("#why")).to_contain_text("Why was this flagged?")
    assert "meter=" in visit.search


def test_a_page_is_drawn_once(visit: Visit) -> None:
    visit.open("?range=7d")
    asked = [body["output"].strip(".").split("...")[0] for body in visit.callbacks()]
    assert sorted(asked) == ["page-state.children", "why.children"]


def test_a_drag_zooms_and_the_server_answers_with_the_readings(visit: Visit) -> None:
    visit.open("?range=90d")
    before = visit.trace()
    visit.wait_for_points(lambda: visit.drag(0.4, 0.5))
    after, window = visit.trace(), visit.window()
    steps = {minutes([one[:16], other[:16]], visit) for one, other in list(pairwise(after["x"]))[:10]}
    assert steps == {15.0}
    assert after["x"] != before["x"]
    assert after["x"][0] < window[0] < window[1] < after["x"][-1]
    assert len(visit.callbacks("chart.figure@")) == 1
    assert f"zoom={window[0][:10]}" in visit.search


def test_a_wheel_is_answered_once_and_is_one_step_back(visit: Visit) -> None:
    page = visit.open().page
    whole, steps = visit.window(), page.evaluate("history.length")
    visit.wait_for_points(lambda: page.locator("#chart .nsewdrag").evaluate(WHEEL, [24, -40, 0.5]))
    assert minutes(visit.window(), visit) < minutes(whole, visit) / 1.5
    visit.page.wait_for_load_state("networkidle")
    assert len(visit.callbacks("chart.figure@")) <= 2
    assert page.evaluate("history.length") == steps + 1
    visit.wait_for_points(page.go_back)
    assert visit.window() == whole


def test_buttons_and_double_click_move_the_chart(visit: Visit) -> None:
    page = visit.open().page
    whole = visit.window()
    visit.wait_for_points(lambda: page.get_by_role("button", name="Zoom in").click())
    inner = visit.window()
    assert minutes(inner, visit) == pytest.approx(minutes(whole, visit) / 2, abs=2)
    visit.wait_for_points(lambda: page.get_by_role("button", name="Earlier").click())
    assert visit.window()[0] < inner[0]
    visit.wait_for_points(lambda: page.get_by_role("button", name="Later").click())
    visit.wait_for_points(lambda: page.get_by_role("button", name="Zoom out").click())
    assert minutes(visit.window(), visit) == pytest.approx(minutes(whole, visit), abs=3)
    visit.wait_for_points(lambda: visit.drag(0.2, 0.3))
    visit.wait_for_points(lambda: page.locator("#chart .nsewdrag").dblclick())
    assert visit.window() == whole
    visit.wait_for_points(lambda: visit.drag(0.2, 0.3))
    visit.wait_for_points(lambda: page.get_by_role("button", name="Reset zoom").click())
    assert visit.window() == whole
    assert "zoom=" not in visit.search


def test_a_late_answer_does_not_replace_a_newer_one(visit: Visit) -> None:
    page = visit.open("?range=90d").page
    late: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if "chart.figure@" in (route.request.post_data or "")[:60] and not late:
            late.append(route)
        else:
            route.continue_()

    page.route("**/_dash-update-component*", hold_the_first)
    page.get_by_role("button", name="Zoom in").click()
    visit.wait_until(lambda: bool(late))
    visit.wait_for_points(lambda: page.get_by_role("button", name="Zoom in").click())
    newer = visit.trace()["x"]
    with page.expect_response(lambda answer: answer.request == late[0].request):
        late[0].continue_()
    page.wait_for_timeout(300)
    assert visit.trace()["x"] == newer


def test_switches_act_at_once_and_outlive_a_zoom(visit: Visit) -> None:
    page = visit.open().page
    asked = len(visit.callbacks())
    page.get_by_role("checkbox", name="Expected band").uncheck()
    visit.wait_until(lambda: visit.trace("upper")["visible"] is False)
    page.get_by_role("checkbox", name="Expected band").check()
    visit.wait_until(lambda: visit.trace("upper")["visible"] is True)
    page.get_by_role("checkbox", name="Expected band").uncheck()
    assert len(visit.callbacks()) == asked
    visit.wait_for_points(lambda: page.get_by_role("checkbox", name="Moving average").check())
    assert visit.layers() == {"measured", "moving average", "long anomaly", "anomaly", "anomalies"}
    visit.wait_for_points(lambda: visit.drag(0.2, 0.3))
    assert "upper" not in visit.layers()
    visit.wait_for_points(lambda: page.get_by_role("checkbox", name="Expected band").check())
    assert visit.layers() >= {"lower", "upper", "moving average"}


def test_the_resolution_is_in_the_address(visit: Visit) -> None:
    page = visit.open().page
    visit.wait_for_points(lambda: page.locator("#resolution").get_by_text("Hour").click())
    assert "res=hour" in visit.search
    assert visit.trace()["x"][0].endswith(":00")
    visit.page.reload()
    visit.settle()
    expect(page.locator("#resolution").get_by_label("Hour")).to_be_checked()


def test_a_row_zooms_to_its_event_and_explains_it(visit: Visit) -> None:
    page = visit.open("?range=all").page
    row = page.locator(".event-row").nth(1)
    cause = row.locator(".cell-strong").inner_text()
    visit.wait_for_points(row.click)
    expect(page.locator(".event-row.is-selected .cell-strong")).to_have_text(cause)
    expect(row.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    assert "event=" in visit.search
    start, end = visit.window()
    marks = [mark for mark in visit.trace("anomalies")["x"] if start <= mark <= end]
    assert marks
    clock = row.locator(".col-when .cell-main").inner_text().split(",")[0]
    expect(page.locator("#why .pill")).to_contain_text(clock)
    visit.wait_for_points(page.go_back)
    assert "event=" not in visit.search
    expect(page.locator(".event-row").first).to_have_class(re.compile("is-selected"))


def test_a_cell_of_the_risk_lane_zooms_to_its_day(visit: Visit) -> None:
    page = visit.open("?range=7d").page
    box = page.locator("#risk-lane .nsewdrag").bounding_box()
    assert box is not None
    visit.wait_for_points(lambda: page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2))
    start, end = visit.window()
    assert start.endswith("T00:00")
    assert end.endswith("T00:00")
    assert minutes([start, end], visit) == 24 * 60
    assert f"zoom={start},{end}" in visit.search
    visit.wait_for_points(page.go_back)
    assert minutes(visit.window(), visit) == 7 * 24 * 60


def test_the_chart_is_a_table_too_and_its_days_lead_where_the_lane_does(visit: Visit) -> None:
    page = visit.open().page
    opener = page.get_by_role("button", name="Show as table")
    opener.focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("region", name="Readings shown in the chart")
    first = table.locator("tbody tr").first
    expect(first.locator("th")).to_contain_text(", 00:00")
    before = first.inner_text()
    page.get_by_role("button", name="Later readings").press("Enter")
    expect(first).not_to_have_text(before)
    day = page.locator(".twin-days button").first
    named = day.inner_text().split(" · ")[0]
    visit.wait_for_points(lambda: day.press("Enter"))
    start, end = visit.window()
    assert (start[11:], minutes([start, end], visit)) == ("00:00", 24 * 60)
    expect(first.locator("th")).to_have_text(f"{named}, 00:00")
    asked = len(visit.callbacks("chart-table.children"))
    page.get_by_role("button", name="Hide the table").click()
    expect(table).to_have_count(0)
    visit.wait_for_points(page.go_back)
    assert len(visit.callbacks("chart-table.children")) == asked + 1


def test_a_cell_of_the_risk_lane_explains_the_worst_of_its_day(visit: Visit, server: Server) -> None:
    page = visit.open("?range=all").page
    worst = page.evaluate("document.querySelector('#why .pill').innerText")
    cells = page.locator("#risk-lane .points path")
    severity = page.evaluate("document.querySelector('#risk-lane .js-plotly-plot').data[0].text").copy()
    day = next(at for at, text in enumerate(severity) if "anomal" in text and worst[4:10].strip() not in text)
    box = cells.nth(day).bounding_box()
    assert box is not None
    visit.wait_for_points(lambda: page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    assert "event=" in visit.search
    expect(page.locator("#why .pill")).not_to_have_text(worst)


def test_an_address_of_no_meter_says_so(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}/?meter=nope")
    expect(page.locator("#toasts").get_by_text("names a meter that is not here")).to_be_visible(timeout=40_000)
    visit.settle()
    assert "meter=nope" not in visit.search


def test_an_address_of_an_anomaly_that_is_gone_says_so(visit: Visit) -> None:
    page = visit.open("?event=gone").page
    expect(page.locator("#why").get_by_text("That finding is no longer there")).to_be_visible()
    expect(page.locator("#why .driver-fill").first).to_be_visible()


def test_a_wheel_does_not_leave_the_data(visit: Visit) -> None:
    page = visit.open("?range=all").page
    whole = visit.window()
    page.locator("#chart .nsewdrag").evaluate(WHEEL, [6, 120, 0.8])
    page.wait_for_timeout(400)
    visit.wait_until(lambda: is_same(visit.window(), whole, visit))


def test_reload_back_forward_and_a_shared_link_keep_the_view(visit: Visit, profile: Profile) -> None:
    page = visit.open("?range=90d").page
    whole = visit.window()
    visit.wait_for_points(lambda: visit.drag(0.3, 0.5))
    zoomed, address = visit.window(), page.url
    page.reload()
    visit.settle()
    assert is_same(visit.window(), zoomed, visit)
    assert page.url == address
    visit.wait_for_points(page.go_back)
    assert visit.window() == whole
    visit.wait_for_points(page.go_forward)
    assert is_same(visit.window(), zoomed, visit)
    other = Visit(profile.page(), visit.url)
    other.page.goto(address)
    assert is_same(other.settle().window(), zoomed, visit)
    other.page.close()


def test_presets_and_days_draw_another_range(visit: Visit) -> None:
    page = visit.open().page
    page.locator("#range-preset").get_by_text("7 d").click()
    expect(page.locator("#figures")).to_contain_text("7 days before")
    visit.settle()
    assert "range=7d" in visit.search
    assert minutes(visit.window(), visit) == 7 * 24 * 60
    page.go_back()
    expect(page.locator("#figures")).to_contain_text("30 days before")
    visit.settle()
    expect(page.locator("#range-preset").get_by_label("30 d")).to_be_checked()


def test_days_are_typed_and_limited_to_the_data(visit: Visit) -> None:
    page = visit.open("?range=7d").page
    last = page.get_by_label("to", exact=True)
    first_day = page.get_by_label("From", exact=True)
    until = last.input_value()
    first_day.fill(until)
    with page.expect_response(lambda answer: "page-state" in (answer.request.post_data or "")[:40]):
        first_day.press("Enter")
    visit.settle()
    assert minutes(visit.window(), visit) == 24 * 60
    assert re.search(r"from=(\d{4}-\d\d-\d\d)&to=\1", visit.search)
    expect(page.locator("#range-preset input:checked")).to_have_count(0)


def test_an_address_of_nonsense_shows_the_page(visit: Visit) -> None:
    page = visit.open("?meter=nobody&range=5w&zoom=x,y&event=%00&res=?&from=1&to=2").page
    expect(page.locator("#toasts")).to_contain_text("not here")
    expect(page.locator("#range-preset").get_by_label("30 d")).to_be_checked()


def test_the_theme_changes_in_place_and_is_remembered(visit: Visit) -> None:
    page = visit.open().page
    visit.wait_for_points(lambda: visit.drag(0.3, 0.5))
    window, asked = visit.window(), len(visit.callbacks())
    page.get_by_role("button", name="Switch between light and dark").click()
    visit.wait_until(lambda: visit.trace()["colour"] == "#6ea0ff")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert visit.trace(graph="close-up")["colour"] == "#6ea0ff"
    assert visit.window() == window
    assert len(visit.callbacks()) == asked
    visit.wait_for_points(lambda: visit.drag(0.3, 0.5))
    assert visit.trace()["colour"] == "#6ea0ff"
    window = visit.window()
    page.reload()
    visit.settle()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert visit.trace()["colour"] == "#6ea0ff"
    assert is_same(visit.window(), window, visit)


def test_the_first_visit_follows_the_system(profile: Profile, server: Server) -> None:
    visit = Visit(profile.page((1440, "dark")), server.url).open()
    page, look = visit.page, "document.documentElement.dataset.theme"
    assert page.evaluate(look) == "dark"
    assert visit.trace()["colour"] == "#6ea0ff"
    page.emulate_media(color_scheme="light")
    visit.wait_until(lambda: visit.trace()["colour"] == "#2f6fed")
    assert page.evaluate(look) == "light"
    page.get_by_role("button", name="Switch between light and dark").click()
    visit.wait_until(lambda: visit.trace()["colour"] == "#6ea0ff")
    page.emulate_media(color_scheme="dark")
    page.emulate_media(color_scheme="light")
    page.wait_for_timeout(400)
    assert page.evaluate(look) == "dark", "what a person chose stays"
    visit.close()


def test_the_table_sorts_filters_and_turns_pages(visit: Visit) -> None:
    page = visit.open("?range=all").page
    causes = page.locator(".event-row .cell-strong")
    expect(causes.first).to_be_visible()
    page.locator(".sort", has_text="Cause").click()
    expect(page.locator("th.col-cause")).to_have_attribute("aria-sort", "ascending")
    sorted_causes = causes.all_inner_texts()
    assert sorted_causes == sorted(sorted_causes, key=str.lower)
    page.locator("#events-filter").fill(sorted_causes[0])
    expect(page.locator(".event-row").first).to_contain_text(sorted_causes[0])
    page.locator("#events-filter").fill("no such words")
    expect(page.locator("#events")).to_contain_text("No anomaly in this range mentions")


def test_a_download_is_offered_for_the_range(visit: Visit) -> None:
    page = visit.open("?range=7d").page
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_text("Anomalies (CSV)").click()
    assert re.fullmatch(r"wattsup-[a-z0-9-]+-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)


def test_the_keyboard_reaches_what_the_mouse_does(visit: Visit) -> None:
    page = visit.open("?range=all").page
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "page"
    page.locator(".cause").nth(1).focus()
    visit.wait_for_points(lambda: page.keyboard.press("Enter"))
    expect(page.locator(".event-row").nth(1)).to_have_class(re.compile("is-selected"))
    page.get_by_role("button", name="Zoom out").focus()
    visit.wait_for_points(lambda: page.keyboard.press("Space"))
    page.get_by_role("checkbox", name="Anomalies").focus()
    page.keyboard.press("Space")
    visit.wait_until(lambda: visit.trace("anomalies")["visible"] is False)
    page.get_by_role("button", name="Upload a file of meter readings").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (800, "dark")])
def test_nothing_scrolls_sideways(profile: Profile, server: Server, width: int, theme: str) -> None:
    visit = Visit(profile.page((width, theme), height=740), server.url).open("?range=all")
    page = visit.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Upload a file of meter readings").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.complaints == []
    visit.close()
