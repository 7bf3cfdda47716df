"""Requests that no page of ours would send."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.factory import create_app
from dashboard.guard import CALLBACKS, MOST_BODY_BYTES
from tests.http.conftest import METER, Browser
from wattsup_core.settings import Settings
from wattsup_core.store import Store

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"null", b"[]", b"5", b'"text"', b"\xff\xfe", b'{"output": 5}', b'{"output": "nobody.children"}', DEEP.encode()],
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_junk_to_the_callbacks_is_a_bad_request(client: FlaskClient, data: bytes, kind: str) -> None:
    response = client.post(CALLBACKS, data=data, content_type=kind)
    assert response.status_code == 400
    assert "Traceback" not in response.text


def test_a_sound_body_with_a_foreign_content_type_is_refused(browser: Browser) -> None:
    body = browser.body("why.children", {})
    response = browser.client.post(CALLBACKS, json=body, headers={"Content-Type": "text/plain"})
    assert response.status_code == 415


def test_every_callback_refuses_a_body_that_is_cut(browser: Browser, app: Dash) -> None:
    outputs = [key for key, callback in app.callback_map.items() if "callback" in callback]
    assert len(outputs) >= 9
    for output in outputs:
        for body in ({"output": output}, {"output": output, "inputs": [], "outputs": []}, {"output": output, "inputs": None}):
            assert browser.post(body).status_code == 400, output


def test_a_callback_of_the_browser_is_none_of_the_server(browser: Browser, app: Dash) -> None:
    own = [key for key, callback in app.callback_map.items() if "callback" not in callback]
    assert own
    for output in own:
        assert browser.post({"output": output, "inputs": [], "outputs": []}).status_code == 400


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert client.post(CALLBACKS, data=b" " * (MOST_BODY_BYTES + 1), content_type="application/json").status_code == 413


@pytest.mark.parametrize("path", [CALLBACKS, "/api/v1/uploads"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://localhost:81", "junk", "http://["]
)
def test_another_site_may_not_write_here(client: FlaskClient, path: str, origin: str) -> None:
    assert client.post(path, data=b"{}", headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize("origin", [None, "http://localhost", "https://localhost"])
def test_our_own_page_may(browser: Browser, origin: str | None) -> None:
    headers: dict[str, Any] = {"Origin": origin} if origin else {}
    body = browser.body("why.children", {})
    assert browser.client.post(CALLBACKS, json=body, headers=headers).status_code == 204


def test_another_site_may_link_to_us(client: FlaskClient) -> None:
    assert client.get("/", headers={"Origin": "https://evil.example"}).status_code == 200


READS = [
    "/",
    "/_dash-layout",
    "/live/news",
    f"/live/alert?meter={METER}",
    "/meters/find",
    "/assets/address.js",
    f"/download/readings.csv?meter={METER}",
]


@pytest.mark.parametrize("path", READS)
def test_a_page_that_has_pointed_its_own_name_here_reads_nothing(client: FlaskClient, path: str) -> None:
    rebound = {"Host": "evil.example:8050"}
    answer = client.get(path, headers=rebound)
    assert answer.status_code == 403
    assert "WATTSUP_HOSTS=evil.example." in answer.text
    assert "Home" not in answer.text


def test_nor_does_it_write_anything(browser: Browser) -> None:
    rebound = {"Host": "evil.example:8050", "Origin": "http://evil.example:8050"}
    body = browser.body("why.children", {})
    assert browser.client.post(CALLBACKS, json=body, headers=rebound).status_code == 403
    answer = browser.client.post("/api/v1/uploads?name=x.csv", data=b"a", headers=rebound)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "unknown_host")


def test_what_asks_with_a_token_and_a_health_check_may_use_any_name(client: FlaskClient) -> None:
    rebound = {"Host": "box.local:8050"}
    assert client.get("/api/v1/meters", headers=rebound).status_code == 403
    assert client.get("/api/v1/meters", headers=rebound | {"Authorization": "Bearer wu_x"}).status_code == 401
    assert client.get("/healthz", headers=rebound).status_code == 200


def test_a_name_is_shown_as_text(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "<script>alert(1)</script>"})
    assert answer.status_code == 403
    assert "<script>" not in answer.text


@pytest.mark.parametrize("listens_on", ["0.0.0.0", "::", "192.168.1.5"])  # noqa: S104
def test_where_other_machines_reach_it_it_goes_by_any_name(client: FlaskClient, listens_on: str) -> None:
    answer = client.get("/", headers={"Host": "wattsup.onrender.com"}, environ_overrides={"SERVER_NAME": listens_on})
    assert answer.status_code == 200


def test_a_name_that_settings_tell_is_let_in(settings: Settings, store: Store) -> None:
    named = create_app(
        dataclasses.replace(settings, hosts=("wattsup.example.com",), public_url="https://meter.example.com")
    ).server.test_client()
    told = [
        named.get("/", headers={"Host": host}).status_code for host in ("wattsup.example.com", "meter.example.com:443", "other.example.com")
    ]
    assert told == [200, 200, 403]
