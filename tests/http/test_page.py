"""The page itself: what it is made of, where it is, and what it keeps out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs_version

from dashboard import ids
from tests.http.conftest import Browser
from wattsup_core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_names_itself_and_loads_from_here_alone(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "<title>WattsUp</title>" in page
    assert '<html lang="en-GB">' in page
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) > 10
    assert [address for address in loaded if not address.startswith("/")] == []


def test_the_theme_is_set_before_anything_is_painted(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.index("/assets/theme-boot.js") < page.index('rel="stylesheet"')
    assert page.count("theme-boot.js") == 1


def test_every_script_of_the_page_is_there_and_is_script(client: FlaskClient) -> None:
    for address in re.findall(r'src="([^"]+)"', client.get("/").text):
        response = client.get(address, buffered=True)
        assert (response.status_code, response.mimetype) == (200, "text/javascript"), address


def test_the_charts_come_from_the_basic_bundle_of_the_version_that_plotly_has(client: FlaskClient) -> None:
    address = next(found for found in re.findall(r'src="([^"]+)"', client.get("/").text) if "plotly" in found)
    assert address.startswith("/assets/plotly-basic.min.js?m=")
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}" in (ROOT / "assets" / "plotly-basic.min.js").read_text()[:100]


def test_no_script_is_loaded_that_nothing_uses(client: FlaskClient, app: Dash) -> None:
    whole, loaded = app._generate_scripts_html(), re.findall(r'<script src="([^"]+)"', client.get("/").text)
    for unused in ("/polyfill@", "/dash_table/"):
        assert unused in whole, "Dash loads it no more: there is nothing to leave out"
        assert not any(unused in address for address in loaded)
    kept = [address for address in re.findall(r'<script src="([^"]+)"', whole) if address in loaded]
    assert len(kept) == whole.count("<script src") - 2
    assert any(address.startswith("/assets/regenerator-runtime.js") for address in kept)


def test_the_browser_is_told_to_let_nothing_else_in(client: FlaskClient) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert re.search(r"script-src 'self'( 'sha256-[^']+')+;", policy)
    assert "unsafe-eval" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/healthz", "/assets/tokens.css", "/_dash-layout", "/nowhere", "/download/readings.csv"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/nowhere", "/wp-admin.php", "/_mcp", "/overview/x", "/assets/../app.py", "/assets/nothing.css"])
def test_an_address_without_a_page_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_address_without_a_page_leads_home(client: FlaskClient) -> None:
    answer = client.get("/nopage")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert '<a href="/">' in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_dash-update-component"),
        ("PUT", "/_dash-update-component"),
        ("POST", "/"),
        ("DELETE", "/"),
        ("POST", "/healthz"),
        ("GET", "/api/v1/uploads"),
        ("DELETE", "/api/v1/uploads"),
        ("POST", "/download/events.csv"),
    ],
)
def test_a_foreign_method_is_refused(client: FlaskClient, method: str, path: str) -> None:
    assert client.open(path, method=method).status_code in {404, 405}


def test_the_server_is_well(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "ok", "database": "ok"})


def test_a_server_without_its_database_says_so(empty_browser: Browser, tmp_path: Path) -> None:
    for path in tmp_path.glob("w.db*"):
        path.unlink()
    (tmp_path / "w.db").mkdir()
    response = empty_browser.client.get("/healthz")
    assert (response.status_code, response.json) == (503, {"status": "failing", "database": "failing"})


def test_versioned_files_are_kept_by_the_browser_and_others_asked_for_anew(client: FlaskClient) -> None:
    assert "immutable" in client.get("/assets/tokens.css?m=1", buffered=True).headers["Cache-Control"]
    assert client.get("/assets/tokens.css", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/nothing.css?m=1").headers["Cache-Control"] == "no-cache"
    assert client.get("/").headers["Cache-Control"] == "no-cache"


def test_what_can_be_compressed_is(client: FlaskClient) -> None:
    for encoding in ("zstd", "br", "gzip"):
        assert client.get("/_dash-layout", headers={"Accept-Encoding": encoding}).headers["Content-Encoding"] == encoding
    assert "Content-Encoding" not in client.get("/_dash-layout").headers


def test_every_component_of_a_callback_is_in_the_page_or_announced(app: Dash, client: FlaskClient) -> None:
    known = set(re.findall(r'"id": ?"([a-z-]+)"', client.get("/_dash-layout").text))
    known |= set(re.findall(r'"id":"([a-z-]+)"', client.get("/").text))
    asked = {
        spec["id"]
        for callback in app.callback_map.values()
        for spec in [*callback["inputs"], *callback["state"]]
        if not spec["id"].startswith("{")
    }
    assert ids.VIEW in asked
    assert asked - known == set()


def test_neither_tools_for_developers_nor_foreign_hosts_are_on(app: Dash, client: FlaskClient) -> None:
    assert not app._dev_tools.ui
    assert '"disable_version_check":true' in client.get("/").text
    assert "_mcp" not in {rule.rule.strip("/") for rule in app.server.url_map.iter_rules()}


CODE = """
import sys
from dashboard.factory import create_app
from tests.http.conftest import Browser, METER
from wattsup_core.settings import Settings

app = create_app(Settings(database_url=sys.argv[1], jobs_url=sys.argv[2]))
browser = Browser(app, app.server.test_client())
page = browser.draw(f"?meter={METER}")
home = page["home"]["data"]
for answer in (
    browser.send("why.children", selected="", home=home),
    browser.send("events.children", triggered="events-filter.value", home=home, url=f"?meter={METER}", events_filter="a"),
    browser.send("chart.figure@", chart_window=home["range"], home=home, url=f"?meter={METER}"),
    browser.client.get(f"/download/readings.csv?meter={METER}"),
    browser.client.get("/healthz"),
):
    assert answer.status_code == 200, answer.text
print(sorted({"sklearn", "prophet", "shap", "kaleido", "openpyxl", "scipy"} & set(sys.modules)))
"""


@pytest.mark.usefixtures("store")
def test_a_web_process_that_served_everything_has_loaded_nothing_heavy(settings: Settings) -> None:
    command = [sys.executable, "-c", CODE, settings.database_url, settings.jobs_url]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)
    assert done.stdout.strip() == "[]", done.stderr
