"""``python -m tests.screenshots URL FOLDER [SEARCH [NAME]]``: the page at three widths, in both themes, as docs/ shows it."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import find

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WIDTHS = {"desktop": (1440, 1000), "tablet": (800, 1000), "phone": (360, 780)}
THEMES = ("light", "dark")


def main(url: str, folder: Path, search: str = "", name: str = "overview") -> None:
    """Take every picture, each in a browser profile of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        for width in WIDTHS:
            for theme in THEMES:
                suffix = "" if width == "desktop" else f"-{width}"
                _take(browser, url + search, folder / f"{name}{suffix}-{theme}.png", width, theme)
        browser.close()


def _take(browser: Browser, url: str, path: Path, width: str, theme: str) -> None:
    across, down = WIDTHS[width]
    context = browser.new_context(viewport={"width": across, "height": down}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    for graph in ("chart", "close-up"):
        page.locator(f"#{graph} .scatterlayer .trace").first.wait_for(state="attached", timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)
    page.set_viewport_size({"width": across, "height": page.evaluate("document.documentElement.scrollHeight")})
    page.wait_for_timeout(300)
    page.screenshot(path=path)  # not ``full_page``: a phone's bar would be drawn where the first screen ends
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    print(f"{path.name}: {'wider than the screen by ' + str(wider) + ' px' if wider > 0 else 'fits'}")
    context.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
