"""What is wrong with how a page looks: what axe-core complains of and what leaves the screen, wide and narrow, in both themes.

axe-core is in ``axe/`` with its licence. Pages that are looked at come from the fixture
``lit_profile``, which goes round the page's policy (that would keep the tests' own code out) and loads `AXE` with each.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
Shapes = tuple[tuple[int, str], ...]
"""Widths [px] of a window and themes."""
WIDE, NARROW = (1440, "light"), (360, "dark")
"""Two shapes that hold all widths and themes."""
ALL: Shapes = (WIDE, (1440, "dark"), (360, "light"), NARROW)
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
AT_REST = """() => !document.querySelector('[data-dash-is-loading="true"]')
    && document.getAnimations().every((one) => one.effect.getComputedTiming().endTime === Infinity || one.playState === "finished")"""
"""Nothing fades or moves but what does so for ever: half faded, a text has too little contrast."""


def shape_name(shape: tuple[int, str]) -> str:
    """What a test in a window of that width and theme is called by."""
    return "-".join(map(str, shape))


def looks(page: Page, shapes: Shapes = (WIDE, NARROW)) -> Iterator[str]:
    """Show the page in one shape after another, by the system's theme and the window's size; their names, for what a test tells."""
    for width, theme in shapes:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
        page.wait_for_function(AT_REST)
        yield shape_name((width, theme))
    page.set_viewport_size({"width": WIDE[0], "height": 900})
    page.emulate_media(color_scheme="light")


def findings(page: Page, shapes: Shapes = (WIDE, NARROW)) -> list[str]:
    """What axe complains of in each look: the look, the rule and the elements; and in which looks the page is wider than its window."""
    found: list[str] = []
    for look in looks(page, shapes):
        rules: list[dict[str, Any]] = page.evaluate(RUN)
        found += [f"{look}: {rule['id']}: {', '.join(str(node['target']) for node in rule['nodes'])}" for rule in rules]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{look}: the page is wider than its window")
    return found
