"""The Settings page over HTTP: what its callbacks do once and may be asked for twice, and how long a new token's secret is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from dashboard import ids
from dashboard.factory import create_app
from dashboard.layout.settings import OTHER_METERS
from tests.factories import make_meter
from tests.http.conftest import Browser
from wattsup_core.service.views.choices import MOST_LISTED
from wattsup_core.settings import Settings
from wattsup_core.store import Store, open_store

CHANNEL = {ids.CHANNEL_ADDRESS: "https://example.com/hook", ids.CHANNEL_METER: "*", ids.CHANNEL_TOPIC: "all", ids.CHANNEL_SEVERITY: 0}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path}/w.db")
    store.migrate()
    store.add_meter(make_meter())
    return store


@pytest.fixture
def browser(store: Store, tmp_path: Path) -> Browser:
    app = create_app(Settings(database_url=store.url, jobs_url=f"diskcache://{tmp_path}/jobs", sample=False))
    return Browser(app, app.server.test_client())


def ask(browser: Browser, name: str, given: dict[str, Any]) -> TestResponse:
    """Send the request of the callback whose first input is `name`."""
    callbacks = browser.app.callback_map
    [found] = [key for key, callback in callbacks.items() if "callback" in callback and callback["inputs"][0]["id"] == name]
    return browser.post(browser.body(found.strip(".").split("...")[0], given, f"{name}.data"))


def answered(browser: Browser, name: str, given: dict[str, Any]) -> dict[str, Any]:
    response = ask(browser, name, given)
    assert response.status_code == 200, response.text
    told = json.loads(response.text)
    return dict(told["response"]) | dict(told.get("sideUpdate", {}))


def make(browser: Browser) -> dict[str, Any]:
    return answered(browser, ids.TOKEN_ONCE, {ids.TOKEN_ONCE: {"n": 1}, ids.TOKEN_METER: "*", ids.TOKEN_SCOPE: "write"})


def add(browser: Browser) -> dict[str, Any]:
    return answered(browser, ids.CHANNEL_ONCE, {ids.CHANNEL_ONCE: {"n": 1}} | CHANNEL)


def draw(browser: Browser, shown: str | None, opened: int | None = 1) -> dict[str, Any]:
    return answered(browser, ids.SETTINGS_VIEW, {ids.SETTINGS_VIEW: opened, ids.URL: "", ids.TOKEN_SHOWN: shown})


def remove(browser: Browser, what: str, key: str) -> dict[str, Any]:
    return answered(browser, ids.SETTINGS_CONFIRM, {ids.SETTINGS_CONFIRM: 1, ids.SETTINGS_ASKED: {"what": what, "id": key}})


def test_the_secret_stays_until_its_own_token_is_revoked(browser: Browser, store: Store) -> None:
    add(browser)
    made = make(browser)
    token_id = made[ids.TOKEN_SHOWN]["data"]
    assert [token.token_id for token in store.tokens()] == [token_id]
    other = make(browser)[ids.TOKEN_SHOWN]["data"]
    for what, key in (("channel", store.outbox.channels()[0].channel_id), ("token", other)):
        assert ids.TOKEN_MADE not in remove(browser, what, key)
        assert ids.TOKEN_MADE not in draw(browser, token_id)
    remove(browser, "token", token_id)
    drawn = draw(browser, token_id)
    assert (drawn[ids.TOKEN_MADE]["children"], drawn[ids.TOKEN_SHOWN]["data"]) == (None, None)


def test_the_secret_goes_when_the_page_is_left(browser: Browser) -> None:
    token_id = make(browser)[ids.TOKEN_SHOWN]["data"]
    assert draw(browser, token_id, opened=None)[ids.TOKEN_MADE]["children"] is None
    assert ids.TOKEN_MADE not in draw(browser, token_id)


def test_what_was_removed_may_be_removed_again(browser: Browser, store: Store) -> None:
    add(browser)
    channel_id = store.outbox.channels()[0].channel_id
    token_id = make(browser)[ids.TOKEN_SHOWN]["data"]
    for _ in range(2):
        for what, key in (("channel", channel_id), ("token", token_id)):
            assert ids.SETTINGS_CHANGED in remove(browser, what, key)
    assert store.outbox.channels() == []
    assert [token.revoked_at is None for token in store.tokens()] == [False]


def test_of_many_meters_it_is_said_how_to_choose_another(browser: Browser, store: Store) -> None:
    def entries() -> list[tuple[str, bool]]:
        options = draw(browser, None)[ids.CHANNEL_METER]["options"]
        return [(option["label"], bool(option.get("disabled"))) for option in options]

    name = make_meter().name
    assert entries() == [("All meters", False), (name, False)]
    for number in range(MOST_LISTED):
        store.add_meter(make_meter(f"m-{number}", name=f"Home {number}"))
    assert entries() == [("All meters", False), (name, False), (OTHER_METERS["label"], True)]


@pytest.mark.parametrize("junk", [None, 5, "x", [], {}, {"channel": 5}, {"channel": "../x\n"}])
def test_a_test_of_no_channel_does_nothing(browser: Browser, junk: Any) -> None:
    assert ask(browser, ids.TEST_ONCE, {ids.TEST_ONCE: junk}).status_code == 204


def test_nothing_that_must_not_be_done_twice_is_asked_for_by_another_name(browser: Browser) -> None:
    """What a press sets off on this page goes through a store whose request the browser sends once, or may be done twice."""
    twice = {ids.SETTINGS_CONFIRM, ids.SETTINGS_VIEW, ids.SETTINGS_CHANGED, ids.SETTINGS_TICK}
    asking = [
        {spec["id"] for spec in callback["inputs"]}
        for name, callback in browser.app.callback_map.items()
        if "callback" in callback and any(output in name for output in (ids.CHANNEL_SAID, ids.TOKEN_MADE, ids.MESSAGES))
    ]
    assert len(asking) == 6
    assert all(names <= twice or all(name.startswith("once-") for name in names) for names in asking)
    script = (Path(__file__).parents[2] / "assets" / "once.js").read_text(encoding="utf-8")
    assert all(f'"{name}": ["{holder}"' in script for name, holder in LOST.items())


LOST = {ids.CHANNEL_ONCE: ids.CHANNEL_SAID, ids.TEST_ONCE: ids.CHANNEL_SAID, ids.TOKEN_ONCE: ids.TOKEN_MADE}
