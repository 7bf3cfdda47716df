"""What axe-core finds on the page: nothing, with the dialog and the tables open too; and what the keyboard shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Profile, Server, Visit
from tests.e2e.looks import ALL, NARROW, WIDE, findings, shape_name

pytestmark = pytest.mark.e2e


@pytest.fixture(params=[WIDE, NARROW], ids=shape_name)
def page(request: pytest.FixtureRequest, lit_profile: Profile, server: Server) -> Iterator[Page]:
    visit = Visit(lit_profile.page(request.param, height=900), server.url).open()
    yield visit.page
    visit.close()
    assert visit.complaints == []


@pytest.mark.parametrize("page", [WIDE], indirect=True, ids=["page"])
def test_axe_finds_nothing(page: Page) -> None:
    page.get_by_role("button", name="Sum up a window").click()
    expect(page.locator(".sums-table tbody tr").first).to_be_visible()
    page.get_by_role("button", name="Show as table").click()
    expect(page.locator(".twin-table tbody tr").first).to_be_visible()
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_text("Anomalies (CSV)")).to_be_visible()
    assert findings(page, ALL) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save the table").click()
    expect(page.get_by_text("Excel (XLSX)")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Upload a file of meter readings").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert findings(page) == []


def test_every_stop_of_the_tab_key_is_seen(page: Page) -> None:
    """Each element that takes the focus shows it: by an outline, a shadow or a border of its own or of what holds it."""
    page.mouse.click(2, 400)
    unseen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(SHOWN)
        if stop is None:
            break
        if not stop["seen"]:
            unseen.append(stop["name"])
    assert unseen == []


SHOWN = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const drawn = (one) => {
    const style = getComputedStyle(one);
    return style.boxShadow !== "none" || (style.outlineStyle !== "none" && style.outlineWidth !== "0px");
  };
  const label = element.id ? document.querySelector(`label[for="${CSS.escape(element.id)}"]`) : null;
  const around = [element, label, element.parentElement, element.closest(".dates"), element.nextElementSibling];
  const seen = around.filter(Boolean).some(drawn) || element.classList.contains("skip-link");
  return { seen, name: `${element.tagName}#${element.id}.${element.className}` };
}"""


def test_a_cause_is_told_on_hover_and_on_focus(page: Page) -> None:
    cause = page.locator(".cause").nth(1)
    cause.focus()
    tip = page.get_by_role("tooltip")
    expect(tip).to_be_visible()
    assert cause.get_attribute("aria-describedby") == tip.get_attribute("id")
    focused = tip.inner_text()
    cause.blur()
    expect(tip).to_have_count(0)
    cause.hover()
    expect(page.get_by_role("tooltip")).to_have_text(re.compile(re.escape(focused[:20])))
