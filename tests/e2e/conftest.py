"""A server as in production and a real browser. Without a Chromium these tests are skipped; ``BROWSER_PATH`` names one."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, expect, sync_playwright

from dashboard.exporting.chrome import MISSING_FEATURES
from tests.browser import find
from tests.e2e.looks import AXE
from wattsup_core.board import Board
from wattsup_core.service.live.notices import holding_process
from wattsup_core.service.sample import load_sample
from wattsup_core.settings import Settings
from wattsup_core.store import open_store

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
"""For a browser as a person has it, without what it does for its maker."""
SPARING = ["--disable-site-isolation-trials", "--renderer-process-limit=1"]  # pages of a profile use what the first has compiled
UNUSED = [*MISSING_FEATURES, "SpareRendererForSitePerProcess", "PreloadTopChromeWebUI"]
"""What a browser prepares with each page for a person to use; it costs as much as a good part of a page of ours."""
UNUSED += ["PaintHolding", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "OptimizationHints", "LensOverlay"]
SPARING += [f"--disable-features={','.join(UNUSED)}"]  # instead of Playwright's own list, whose part it holds
BOOT_SECONDS = 60.0
PATIENCE_MS = 20_000
LARGEST_UPLOAD_MB = 3


@dataclass
class Server:
    """gunicorn over a folder of its own, in the set-up of the Procfile; `prefix` is a command that runs another, `extra` is set beside."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    prefix: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        return Settings(database_url=f"sqlite:///{self.folder}/wattsup.db", jobs_url=f"diskcache://{self.folder}/jobs")

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WATTSUP_")}
        environment |= {"DATABASE_URL": self.settings.database_url, "JOBS_URL": self.settings.jobs_url}
        environment |= {"WATTSUP_MAX_UPLOAD_MB": str(LARGEST_UPLOAD_MB)} | self.extra
        command = ["gunicorn", "app:server", "--workers", "1", "--threads", "8", "--no-control-socket", "--bind", f"127.0.0.1:{self.port}"]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().read() and self.process is not None and self.process.poll() is None:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            finally:
                connection.close()
        raise AssertionError((self.folder / "server.log").read_text())

    def stop(self, *, at_once: bool = False) -> None:
        assert self.process is not None
        if at_once:
            family = psutil.Process(self.process.pid)
            for process in [family, *family.children(recursive=True)]:
                process.kill()
        else:
            self.process.terminate()
        self.process.wait(timeout=20)
        self.kill_scorer()  # it would stay for minutes

    def kill_scorer(self) -> bool:
        """Kill the scorer, which is a process of its own; whether there was one."""
        number = holding_process(Board(self.settings.board_folder))
        with contextlib.suppress(ProcessLookupError):
            if number is not None:
                os.kill(number, signal.SIGKILL)
                return True
        return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that most tests share; it starts with the sample household, whichever test comes first."""
    server = Server(tmp_path_factory.mktemp("server"), free_port())
    store = open_store(server.settings.database_url)
    store.migrate()
    load_sample(store, server.settings, lambda step, share: None)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.skip("no Chromium was found: python -m tests.browser installs one, BROWSER_PATH names one")
    browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *SPARING])
    yield browser
    browser.close()


IMPATIENT = "AbortSignal.timeout = ((timeout) => (ms) => timeout(ms / 20))(AbortSignal.timeout.bind(AbortSignal))"
"""A script that makes a page wait a twentieth of its time for an answer."""


@dataclass
class Visit:
    """A page of the dashboard, with everything it asked for and complained of."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request))
        self.page.set_default_timeout(PATIENCE_MS)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def close(self) -> None:
        """Leave the page as if nobody had been there."""
        self.page.evaluate("localStorage.clear()")
        self.page.close()

    def open(self, search: str = "") -> Visit:
        """Go to an address and wait until everything is drawn."""
        self.page.goto(self.url + "/" + search)
        return self.settle()

    def settle(self) -> Visit:
        """Wait until the page is drawn and asks for nothing more."""
        for graph in ("chart", "close-up"):  # an `expect` that has to wait makes a picture of the page for its message, which costs
            self.page.locator(f"#{graph} .scatterlayer .trace").first.wait_for(state="attached", timeout=2 * PATIENCE_MS)
        self.page.wait_for_load_state("networkidle")
        return self

    def callbacks(self, output: str = "") -> list[Any]:
        """Bodies of the requests to the callback that sets `output` first; to all of them without one."""
        bodies = [request.post_data_json for request in self.asked if "_dash-update-component" in request.url]
        return [body for body in bodies if body["output"].strip(".").startswith(output)]

    @property
    def search(self) -> str:
        """The query part of the address."""
        return str(self.page.evaluate("window.location.search"))

    def window(self) -> list[str]:
        """The window that the chart shows, to the minute."""
        shown = self.page.evaluate("document.querySelector('#chart .js-plotly-plot').layout.xaxis.range")
        return [f"{text.replace(' ', 'T')}T00:00"[:16] for text in shown]

    def trace(self, name: str = "measured", graph: str = "chart") -> dict[str, Any]:
        """A trace as Plotly holds it."""
        code = (
            "([graph, name]) => { const trace = document.querySelector(`#${graph} .js-plotly-plot`).data.find((one) => one.name === name);"
        )
        code += " return {x: trace.x, y: trace.y, visible: trace.visible, colour: (trace.line || trace.marker).color}; }"
        return dict(self.page.evaluate(code, [graph, name]))

    def layers(self) -> set[str]:
        """The names of the traces that the chart has."""
        return set(self.page.evaluate("document.querySelector('#chart .js-plotly-plot').data.map((one) => one.name)"))

    def drag(self, start: float, end: float) -> None:
        """Drag over the chart between two shares of its width."""
        box = self.page.locator("#chart .nsewdrag").bounding_box()
        assert box is not None
        across, height = (lambda share: box["x"] + share * box["width"]), box["y"] + box["height"] / 2
        self.page.mouse.move(across(start), height)
        self.page.mouse.down()
        self.page.mouse.move(across((start + end) / 2), height, steps=3)
        self.page.mouse.move(across(end), height, steps=3)
        self.page.mouse.up()

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Look until `holds` is true. Playwright's own waiting evaluates text as code, which the page's policy forbids."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not holds():
            assert time.monotonic() < deadline
            self.page.wait_for_timeout(50)

    def wait_for_points(self, change: Callable[[], object]) -> None:
        """Do something and wait until its points are drawn."""
        with self.page.expect_response(lambda answer: "chart.figure@" in (answer.request.post_data or "")[:60]):
            change()
        self.page.wait_for_timeout(150)


Shape = tuple[int, str]
"""Width [px] and theme of a window."""


class Profile:
    """A browser profile that visits share, so that what never changes is loaded and compiled once; one page of it stays open for that."""

    def __init__(self, chromium: Browser, **options: Any) -> None:
        self.context = chromium.new_context(timezone_id="Europe/Paris", **options)
        self._kept = self.context.new_page()

    def page(self, shape: Shape = (1440, "light"), height: int = 1100) -> Page:
        """A page of that width and height [px], in the theme that the system has then."""
        width, theme = shape
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        return page


@pytest.fixture(scope="session")
def profile(chromium: Browser) -> Iterator[Profile]:
    """Where most tests open their pages."""
    profile = Profile(chromium)
    yield profile
    profile.context.close()


@pytest.fixture(scope="session")
def lit_profile(chromium: Browser) -> Iterator[Profile]:
    """Where pages are looked at by axe (see `tests.e2e.looks`)."""
    profile = Profile(chromium, bypass_csp=True)
    profile.context.add_init_script(AXE)
    yield profile
    profile.context.close()


@pytest.fixture
def visit(profile: Profile, server: Server) -> Iterator[Visit]:
    """A visit to the shared server that must not complain of anything."""
    visit = Visit(profile.page(), server.url)
    yield visit
    visit.close()
    assert visit.complaints == []
    assert [request.url for request in visit.asked if not request.url.startswith((server.url, "data:", "blob:"))] == []
