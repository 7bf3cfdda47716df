"""The Chromium of the browser tests: finds one, or installs it.

``python -m tests.browser`` is what ``make test`` calls. Debian's package is taken where apt is there and permitted, elsewhere Playwright's
own build. ``BROWSER_PATH`` names another.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """The browser to drive: ``BROWSER_PATH``, one on the PATH, or Playwright's own; `None` when there is none."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named if Path(named).is_file() else None
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return _playwright_browser()


def _playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def _apt_command() -> list[str] | None:
    """The start of an apt-get command line that may install, or `None`."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    may = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n", "apt-get"] if may else None


def _has_package(name: str) -> bool:
    shown = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True, check=False)
    return "Candidate:" in shown.stdout and "Candidate: (none)" not in shown.stdout


def _install_with_apt(apt: list[str]) -> None:
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run([*apt, "update", "-qq"], check=False, **quiet)
    if _has_package("chromium"):
        subprocess.run([*apt, "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"], check=False, **quiet)


def main() -> int:
    """Make sure there is a browser; 1 with one sentence when none can be had."""
    if find():
        return 0
    if os.environ.get("BROWSER_PATH"):
        sys.stderr.write("BROWSER_PATH names a file that is not there.\n")
        return 1
    apt = _apt_command()
    sys.stderr.write("Installing Chromium for the browser tests (once) ...\n")
    if apt:
        _install_with_apt(apt)
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if find():
        return 0
    sys.stderr.write("No Chromium could be installed. Install one and name it in BROWSER_PATH, then run the tests again.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
