"""The Settings page in a browser: channels and tokens are added, tried and removed; on a phone, by keyboard, and for screen readers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.e2e.conftest import Profile, Server, Visit, free_port
from tests.e2e.looks import NARROW, WIDE, findings, shape_name
from tests.receivers import hook_server
from wattsup_core.store import open_store

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may send alerts to this machine."""
    server = Server(tmp_path_factory.mktemp("settings"), free_port(), extra={"WATTSUP_ALERTS_TO_PRIVATE": "1", "WATTSUP_SAMPLE": "0"})
    open_store(server.settings.database_url).migrate()
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=[WIDE, NARROW], ids=shape_name)
def page(request: pytest.FixtureRequest, lit_profile: Profile, home: Server) -> Iterator[Page]:
    visit = Visit(lit_profile.page(request.param, height=900), home.url)
    visit.page.goto(f"{home.url}/settings")
    yield visit.page
    visit.close()
    assert visit.complaints == []


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
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("No token yet")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No channel yet")).to_be_visible()


@pytest.mark.parametrize("page", [WIDE], indirect=True, ids=["page"])
def test_axe_finds_nothing_with_a_channel_and_a_new_token(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Address").fill("http://127.0.0.1:9/secret")
    page.get_by_role("button", name="Add channel").click()
    expect(page.get_by_role("button", name="Send a test to")).to_be_visible()
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_label("it is shown this once")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("No token yet")).to_be_visible()  # before that the tables are drawn anew under the pointer
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No channel yet")).to_be_visible()
    assert findings(page) == []


def test_it_is_reached_from_the_bar_and_left_again(page: Page) -> None:
    page.get_by_role("link", name="Live").click()
    expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_hidden()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_visible()
    expect(page).to_have_title("Settings · WattsUp")


@pytest.fixture
def calm(profile: Profile, home: Server) -> Iterator[Page]:
    """The page for tests that break its connection, of which a browser complains."""
    visit = Visit(profile.page(height=900), home.url)
    visit.page.goto(f"{home.url}/settings")
    visit.page.on("dialog", lambda dialog: dialog.accept())
    expect(visit.page.get_by_text("No token yet")).to_be_visible()
    yield visit.page
    store = open_store(home.settings.database_url)
    for channel in store.outbox.channels():
        store.outbox.remove_channel(channel.channel_id)
    for token in store.tokens():
        store.revoke_token(token.token_id)
    visit.close()


def set_off_by(request: Request, name: str) -> bool:
    return f'"changedPropIds":["{name}' in (request.post_data or "")


def slowly(page: Page, name: str, sent: list[str]) -> None:
    """Let the answers to what `name` sets off take half a second."""

    def hold(route: Route) -> None:
        if set_off_by(route.request, name):
            sent.append(name)
            answer = route.fetch()
            page.wait_for_timeout(500)
            route.fulfill(response=answer)
        else:
            route.continue_()

    page.route("**/_dash-update-component*", hold)


def valid_tokens(home: Server) -> list[str]:
    return [token.token_id for token in open_store(home.settings.database_url).tokens() if token.revoked_at is None]


def test_enter_twice_adds_one_channel_and_says_so(calm: Page, home: Server) -> None:
    sent: list[str] = []
    slowly(calm, "once-channel", sent)
    field = calm.get_by_label("Address")
    field.fill("https://example.com/hook")
    field.press("Enter")
    field.press("Enter")
    expect(calm.get_by_role("button", name="Add channel")).to_have_attribute("aria-disabled", "true")
    calm.get_by_role("button", name="Add channel").click(force=True)
    expect(calm.get_by_text("Alerts go to https://example.com")).to_be_visible()
    expect(calm.get_by_role("button", name="Add channel")).to_have_attribute("aria-disabled", "false")
    expect(calm.get_by_role("button", name="Send a test to https://example.com")).to_have_count(1)
    assert sent == ["once-channel"]
    assert len(open_store(home.settings.database_url).outbox.channels()) == 1
    calm.wait_for_timeout(100)
    field.fill("https://example.com/hook")  # later presses are presses again
    field.press("Enter")
    expect(calm.get_by_text("Alerts of this go to this address already.")).to_be_visible()


def test_a_double_click_makes_one_token_and_shows_its_secret(calm: Page, home: Server) -> None:
    sent: list[str] = []
    slowly(calm, "once-token", sent)
    button = calm.get_by_role("button", name="Make a token")
    button.dblclick()
    expect(calm.get_by_label("it is shown this once")).to_be_visible()
    expect(button).to_be_focused()
    assert sent == ["once-token"]
    assert len(valid_tokens(home)) == 1


def test_what_may_have_been_done_is_not_sent_again_and_is_told(calm: Page, home: Server) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        name = next((name for name in ("once-channel", "once-token") if set_off_by(route.request, name)), "")
        if name:
            lost.append(name)
            route.fetch()  # it is done
        if name == "once-channel":
            route.abort()  # and the connection breaks
        elif name:
            route.fulfill(status=502)  # or a gateway gives up
        else:
            route.continue_()

    calm.route("**/_dash-update-component*", lose)
    calm.get_by_role("button", name="Make a token").click()
    expect(calm.get_by_text("nobody knows its secret: revoke it, and make another.")).to_be_visible()
    expect(calm.get_by_role("button", name="Revoke")).to_have_count(1)  # the table is that of now
    calm.get_by_label("Address").fill("https://example.com/hook")
    calm.get_by_label("Address").press("Enter")
    expect(calm.get_by_text("Look whether the channel is in the table before you add it again.")).to_be_visible()
    expect(calm.get_by_role("button", name="Send a test to https://example.com")).to_have_count(1)
    expect(calm.get_by_role("button", name="Add channel")).to_have_attribute("aria-disabled", "false")
    calm.wait_for_timeout(1500)
    assert lost == ["once-token", "once-channel"]
    assert len(valid_tokens(home)) == 1


def test_a_secret_outlasts_another_removal_but_not_its_page(calm: Page) -> None:
    calm.get_by_label("Address").fill("https://example.com/hook")
    calm.get_by_label("Address").press("Enter")
    expect(calm.get_by_text("Alerts go to https://example.com")).to_be_visible()
    calm.get_by_role("button", name="Make a token").click()
    secret = calm.get_by_label("it is shown this once")
    expect(secret).to_be_visible()
    calm.get_by_role("button", name="Remove").click()
    expect(calm.get_by_text("No channel yet")).to_be_visible()
    expect(secret).to_be_visible()
    calm.get_by_role("link", name="Live").click()
    expect(calm.locator("#token-secret")).to_have_count(0)
    calm.get_by_role("link", name="Settings").click()
    expect(calm.get_by_role("button", name="Revoke")).to_be_visible()
    expect(calm.locator("#token-secret")).to_have_count(0)
