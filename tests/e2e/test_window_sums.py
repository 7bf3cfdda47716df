"""The sum of a window of the chart: dragged, typed, of what is shown, copied; zoom and pan go on."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Visit


def panel(visit: Visit) -> Locator:
    return visit.page.locator("#sums-panel")


def opened(visit: Visit) -> Locator:
    visit.page.get_by_role("button", name="Sum up a window", exact=True).click()
    expect(panel(visit).get_by_role("table")).to_be_visible()
    return panel(visit)


def fields(visit: Visit) -> list[str]:
    return [panel(visit).get_by_label(name, exact=True).input_value() for name in ("From", "To")]


def layout(visit: Visit, name: str) -> Any:
    return visit.page.evaluate(f"document.querySelector('#chart .js-plotly-plot').layout.{name}")


def test_what_is_shown_is_summed_up_and_a_drag_chooses_another_window(visit: Visit) -> None:
    visit.open("?zoom=2026-11-05T00:00,2026-11-08T00:00")
    shown = visit.window()
    table = opened(visit).get_by_role("table")
    assert fields(visit) == shown
    expect(table.get_by_role("row").nth(1)).to_contain_text("Thu 5 Nov 2026, 00:00 – Sun 8 Nov 2026, 00:00")
    visit.drag(0.25, 0.5)
    visit.wait_until(lambda: fields(visit) != shown)
    start, end = fields(visit)
    assert shown[0] < start < end < shown[1]
    assert visit.window() == shown
    expect(table.get_by_role("row").nth(1)).to_contain_text(f"{start[11:]} –")
    visit.wait_until(lambda: [[box["x0"], box["x1"]] for box in layout(visit, "selections")] == [[start, end]])
    visit.drag(0.3, 0.45)  # inside the window that is chosen
    visit.wait_until(lambda: fields(visit) != [start, end])
    assert len(layout(visit, "selections")) == 1


def test_buttons_and_wheel_zoom_as_ever_and_closing_gives_the_drag_back(visit: Visit) -> None:
    visit.open()
    opened(visit)
    shown, chosen = visit.window(), fields(visit)
    visit.wait_for_points(lambda: visit.page.locator("#zoom-in").click())
    assert (visit.window() != shown, fields(visit)) == (True, chosen)
    visit.wait_until(lambda: layout(visit, "dragmode") == "select")
    panel(visit).get_by_role("button", name="Sum up what is shown").click()
    visit.wait_until(lambda: f"zoom={','.join(fields(visit))}" in unquote(visit.search))  # whole minutes, as in the address
    panel(visit).get_by_role("button", name="Close").click()
    expect(panel(visit)).to_be_hidden()
    expect(visit.page.get_by_role("button", name="Sum up a window", exact=True)).to_be_focused()
    visit.wait_until(lambda: layout(visit, "dragmode") == "zoom" and not layout(visit, "selections"))
    before = visit.window()
    visit.wait_for_points(lambda: visit.drag(0.4, 0.6))
    assert visit.window() != before


def test_times_are_typed_and_the_sum_is_copied(visit: Visit) -> None:
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.open()
    opened(visit)
    panel(visit).get_by_label("From", exact=True).fill("2026-11-10T06:00")
    panel(visit).get_by_label("To", exact=True).fill("2026-11-10T08:00")
    expect(panel(visit).get_by_role("row").nth(2)).to_contain_text("Tue 3 Nov 2026, 06:00 – 08:00")
    panel(visit).get_by_role("button", name="Copy as text").click()
    expect(panel(visit).get_by_text("Copied.")).to_be_visible()
    lines = visit.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[0] == "Home · sample household, Europe/London time"
    assert lines[1] == "This window: Tue 10 Nov 2026, 06:00 – 08:00"
    assert "kWh; £" in lines[2]
    assert "CO₂; mean" in lines[2]
    panel(visit).get_by_label("To", exact=True).fill("2026-11-10T05:00")
    expect(panel(visit)).to_contain_text("The window does not end after it begins.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_nothing_leaves_the_screen(visit: Visit, theme: str) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 800})
    visit.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visit.open()
    opened(visit)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(panel(visit).get_by_role("button", name="Copy as text")).to_be_visible()


def test_a_page_drawn_anew_is_summed_anew_only_while_the_panel_is_open(visit: Visit) -> None:
    page = visit.open("?range=30d").page
    presets = page.locator("#range-preset")
    page.locator("#sums-button").click()
    expect(page.locator("#sums-result")).to_contain_text("This window")
    assert len(visit.callbacks("sums-result")) == 1
    presets.locator("label", has_text="90 d").click()
    visit.wait_until(lambda: len(visit.callbacks("sums-result")) == 2)
    visit.settle()
    page.locator("#sums-button").click()
    presets.locator("label", has_text="30 d").click()
    visit.wait_until(lambda: "range=30d" in visit.search)
    visit.settle()
    assert len(visit.callbacks("sums-result")) == 2
