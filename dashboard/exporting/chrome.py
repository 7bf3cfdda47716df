"""Which Chrome makes the files, and how it is started: small, without a network, and gone when its exporter is."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dashboard.exporting.refusals import NoBrowserError

NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
"""The headless shell first: it needs two thirds of the memory of a whole Chrome."""
UNWANTED = frozenset(
    {
        "--allow-file-access-from-files",
        "--disable-web-security",
        "--enable-unsafe-swiftshader",
        "--enable-logging=stderr",
    }
)
"""What Kaleido would have and we need not: pages that read files and other sites, a second renderer of pixels, a log."""
MISSING_FEATURES = ("Translate", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")
FLAGS = (
    "--single-process",
    "--no-zygote",
    "--disable-software-rasterizer",
    "--disable-background-networking",
    "--disable-default-apps",
    "--mute-audio",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--js-flags=--optimize-for-size",
    f"--disable-features={','.join(MISSING_FEATURES)}",
)
"""One process, without a network: it shows nothing but our own figures, so no page is to be kept from another."""
NO_BROWSER = "This server has no Chrome, which image and PDF files are made with."


def find(named: str) -> str | None:
    """The browser to drive: the one that is `named`, else one on the PATH; `None` to let Kaleido look where it installs its own.

    Raises
    ------
    NoBrowserError
        When one is named and not there.
    """
    if named:
        if not Path(named).is_file():
            raise NoBrowserError(NO_BROWSER, "BROWSER_PATH names a file that is not there.")
        return named
    return next(filter(None, map(shutil.which, NAMES)), None)


def launcher(python: str, command: Sequence[str]) -> list[str]:
    """The command line that starts Chrome by way of :mod:`dashboard.exporting.launch`, instead of Kaleido's own wrapper.

    Parameters
    ----------
    python
        The interpreter.
    command
        Kaleido's command line: interpreter, wrapper, browser and its options.
    """
    browser, options = command[2], [option for option in command[3:] if option not in UNWANTED]
    extra = [*FLAGS, *(["--no-startup-window"] if "headless-shell" not in Path(browser).name else [])]
    return [python, "-I", "-S", str(Path(__file__).with_name("launch.py")), browser, *options, *extra]


def in_our_group(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Kaleido's arguments for starting Chrome, so that it stays in the exporter's process group and is killed with it."""
    return {**arguments, "start_new_session": False}
