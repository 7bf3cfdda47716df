"""Saying what an anomaly was, in the browser: by hand and by keyboard, seen in another browser, told when one like it comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Profile, Server, Visit
from tests.factories import make_event
from wattsup_core.answered import Answer
from wattsup_core.store import Store, open_store
from wattsup_core.store.events import add_provisional
from wattsup_core.timegrid import epoch_of

pytestmark = pytest.mark.e2e


def button(page: Page, name: str) -> Locator:
    return page.locator("#answers").get_by_role("button", name=name, exact=True)


def row(page: Page, event_id: str) -> Locator:
    return page.locator(f".event-row[id*='{event_id}']")


def pressed(page: Page, name: str, is_pressed: bool = True) -> None:
    expect(button(page, name)).to_have_attribute("aria-pressed", str(is_pressed).lower())


def household(server: Server) -> tuple[Store, str]:
    store = open_store(server.settings.database_url)
    return store, next(meter.meter_id for meter in store.meters() if meter.is_sample)


def test_an_answer_is_kept_used_seen_elsewhere_and_undone(visit: Visit, server: Server, profile: Profile) -> None:
    page = visit.open("?range=1y").page
    figure = page.locator("#figures .figure").nth(2)
    count = int(figure.locator(".figure-value").inner_text().split()[0])
    event_id = str(page.locator(".event-row.is-selected").get_attribute("id")).split('"event":"')[1].split('"')[0]
    expect(page.locator(".answer-effect")).to_contain_text("Your answer is kept and used")

    button(page, "That was expected").focus()
    page.keyboard.press("Enter")
    pressed(page, "That was expected")
    expect(figure).to_contain_text(f"{count - 1} + 1 expected")
    expect(button(page, "That was expected")).to_be_focused()
    assert f"event={event_id}" in visit.search  # the panel stays with it
    expect(row(page, event_id)).to_have_count(0)  # it is the last of more than a page
    expect(page.locator(".event-row").first).to_have_class("event-row")
    page.get_by_label("Show expected", exact=True).uncheck()
    expect(page.locator("#events-count")).to_have_text(f"{count - 1} of {count}")
    page.get_by_label("Find in the anomalies").fill("expected")
    expect(page.locator("#events-count")).not_to_have_text(f"{count - 1} of {count}")  # a table that shrinks moves what is clicked
    page.get_by_label("Show expected", exact=True).check()
    expect(row(page, event_id)).to_have_class("event-row is-expected is-selected")

    other = Visit(profile.page((360, "light"), height=780), server.url)
    other.open(f"?range=1y&event={event_id}")
    pressed(other.page, "That was expected")
    button(other.page, "It's a problem").click()
    pressed(other.page, "It's a problem")
    expect(row(other.page, event_id).get_by_text("Problem")).to_be_visible()
    assert other.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    visit.open(f"?range=1y&event={event_id}")
    pressed(page, "It's a problem")
    assert str(page.locator(".event-row").first.get_attribute("id")).count(event_id) == 1
    button(page, "Mended").click()
    pressed(page, "Mended")
    button(page, "Mended").click()
    pressed(page, "It's a problem")
    button(page, "It's a problem").click()
    pressed(page, "It's a problem", is_pressed=False)
    expect(figure).not_to_contain_text("expected")
    assert visit.complaints == []
    assert other.complaints == []
    other.close()


def test_a_like_one_is_told_on_every_page_until_it_is_answered(visit: Visit, server: Server) -> None:
    visit.open()
    store, meter_id = household(server)
    fault = next(event for event in store.events(meter_id) if event.kind == "OUTAGE")
    last = store.state(meter_id).last_ts
    assert last is not None
    store.answer_event(meter_id, fault.event_id, Answer.ALERT)
    again = make_event(
        "again", meter_id, start=last, hours=3, kind=fault.kind, event_class=fault.event_class, title="No consumption", cost=None
    )
    with store._database.writing() as connection:
        add_provisional(connection, 1, (again,), epoch_of(last), 0)
    try:
        visit.page.goto(f"{visit.url}/live?meter={meter_id}")
        note = visit.page.locator("#alert-note")
        expect(note).to_contain_text("you asked to be told of one like that of")
        note.get_by_role("button", name="See why").click()
        visit.settle()
        assert "event=again" in visit.search
        button(visit.page, "That was expected").click()
        expect(note).to_be_hidden()
    finally:
        for event_id in (fault.event_id, "again"):
            store.answer_event(meter_id, event_id, None)
        with store._database.writing() as connection:
            add_provisional(connection, 1, (), epoch_of(last), 0)
