"""What is wrong with how a page looks: what axe-core complains of and what leaves the screen, wide and narrow, in both themes.

axe-core is in ``axe/`` with its licence. A context whose pages are looked at goes round the page's policy (``bypass_csp``) and is given
`AXE` as an initial script: the policy would keep the tests' own code out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (1440, 360)
WIDE, NARROW = (1440, "light"), (360, "dark")
"""Two shapes of a window that hold all widths and themes, for what need not be seen in each look."""
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
AT_REST = """() => !document.querySelector('[data-dash-is-loading="true"]')
    && document.getAnimations().every((one) => one.effect.getComputedTiming().endTime === Infinity || one.playState === "finished")"""
"""Nothing fades or moves but what does so for ever: half faded, a text has too little contrast."""


def shape_name(shape: tuple[int, str]) -> str:
    """What a test in a window of that width and theme is called by."""
    return "-".join(map(str, shape))


def looks(page: Page) -> Iterator[str]:
    """Show the page in one look after another, by the system's theme and the window's size; its names, for what a test tells."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
            page.wait_for_function(AT_REST)
            yield f"{width} {theme}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.emulate_media(color_scheme="light")


def findings(page: Page) -> list[str]:
    """What axe complains of in each look: the look, the rule and the elements; and in which looks the page is wider than its window."""
    found: list[str] = []
    for look in looks(page):
        rules: list[dict[str, Any]] = page.evaluate(RUN)
        found += [f"{look}: {rule['id']}: {', '.join(str(node['target']) for node in rule['nodes'])}" for rule in rules]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{look}: the page is wider than its window")
    return found
