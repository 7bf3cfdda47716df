"""The Settings page in a browser: channels and tokens are added, tried and removed; on a phone, by keyboard, and for screen readers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server, Visit, free_port
from tests.e2e.test_accessible import AXE, findings
from tests.receivers import hook_server
from wattsup_core.store import open_store

pytestmark = pytest.mark.e2e

SHAPES = [(1440, "light"), (1440, "dark"), (800, "light"), (360, "light"), (360, "dark")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may send alerts to this machine."""
    server = Server(tmp_path_factory.mktemp("settings"), free_port(), extra={"WATTSUP_ALERTS_TO_PRIVATE": "1", "WATTSUP_SAMPLE": "0"})
    open_store(server.settings.database_url).migrate()
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=SHAPES, ids=lambda shape: f"{shape[0]}-{shape[1]}")
def page(request: pytest.FixtureRequest, chromium: Browser, home: Server) -> Iterator[Page]:
    width, theme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True)
    context.add_init_script(AXE)
    visit = Visit(context.new_page(), home.url)
    visit.page.goto(f"{home.url}/settings")
    yield visit.page
    assert visit.complaints == []
    context.close()


def test_a_channel_and_a_token_from_their_making_to_their_end(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    expect(page.get_by_text("No channel yet")).to_be_visible()
    page.get_by_label("Address").fill("file:///etc/passwd")
    page.get_by_role("button", name="Add channel").click()
    expect(page.get_by_text("WattsUp sends no alerts to file:// addresses.")).to_be_visible()
    with hook_server() as hook:
        page.get_by_label("Address").fill(f"{hook.address}/secret")
        page.get_by_label("Address").press("Enter")
        expect(page.get_by_role("button", name="Send a test to http://127.0.0.1")).to_be_visible()
        expect(page.get_by_label("Address")).to_have_value("")
        assert "secret" not in page.content()
        page.get_by_role("button", name="Send a test to").click()
        expect(page.get_by_text("The test was sent and accepted.")).to_be_visible()
        assert [body["type"] for _, body in hook.posted] == ["test"]
    page.get_by_role("button", name="Send a test to").click()
    expect(page.get_by_text("The test was not sent: 127.0.0.1 takes no connections there.")).to_be_visible()
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_label("it is shown this once")).to_be_visible()
    assert page.get_by_label("it is shown this once").input_value().startswith("wu_")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("No token yet")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No channel yet")).to_be_visible()
    assert findings(page) == []


def test_it_is_reached_from_the_bar_and_left_again(page: Page) -> None:
    page.get_by_role("link", name="Live").click()
    expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_hidden()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_visible()
    expect(page).to_have_title("Settings · WattsUp")
