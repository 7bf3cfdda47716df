"""Tokens: one truth in Python and CSS, legible in both themes, exchangeable in place."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from dashboard.theme import TOKENS, recolour_map, severity_tier

ASSETS = Path(__file__).resolve().parents[3] / "assets"
THEMES = ("light", "dark")
TEXT_ON = [
    ("ink", "card"),
    ("ink", "background"),
    ("mute", "card"),
    ("mute", "background"),
    ("anomaly-text", "card"),
    ("anomaly-text", "background"),
    ("good-text", "card"),
    ("on-ink", "ink"),
    ("badge-high-text", "badge-high"),
    ("badge-middle-text", "badge-middle"),
    ("badge-low-text", "badge-low"),
]
SHAPE_ON = [("usage", "card"), ("anomaly", "card"), ("average", "card"), ("control-line", "card"), ("anomaly", "background")]


def css_tokens(theme: str) -> dict[str, str]:
    """The colours of one theme as ``assets/tokens.css`` has them, without blanks."""
    sheet = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    start = sheet.index(':root[data-theme="dark"] {' if theme == "dark" else ":root {")
    block = sheet[start : sheet.index("}", start)]
    return {name: value.replace(" ", "") for name, value in re.findall(r"--([a-z-]+): ([^;]+);", block)}


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_has_the_same_tokens(theme: str) -> None:
    sheet = css_tokens(theme)
    for name, colour in asdict(TOKENS[theme]).items():
        assert sheet[name.replace("_", "-")] == colour, name


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_has_aa_contrast(theme: str, text: str, ground: str) -> None:
    colours = css_tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_ON)
def test_shapes_have_aa_contrast(theme: str, shape: str, ground: str) -> None:
    colours = css_tokens(theme)
    assert contrast(colours[shape], colours[ground]) >= 3.0


def test_colours_turn_to_the_other_theme_and_back() -> None:
    there, back = recolour_map()["dark"], recolour_map()["light"]
    assert len(there) == len(back), "two tokens share a string in one theme and differ in the other"
    for colour, twin in there.items():
        assert back[twin] == colour


def test_both_themes_name_every_page_colour() -> None:
    assert css_tokens("light").keys() == css_tokens("dark").keys()


def test_every_variable_that_a_sheet_uses_is_defined() -> None:
    own = [sheet for sheet in ASSETS.glob("*.css") if sheet.name != "bootstrap.min.css"]
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in own)
    used = {name for name in re.findall(r"var\(--([a-zA-Z-]+)\)", text) if not name.startswith("bs-")}
    defined = set(re.findall(r"--([a-zA-Z-]+):", text))
    assert used <= defined


def test_no_sheet_loads_from_another_host() -> None:
    for sheet in ASSETS.glob("*.css"):
        assert re.findall(r"url\(\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")) == []
        assert "@import" not in sheet.read_text(encoding="utf-8")


def test_icons_are_all_used_and_all_there() -> None:
    sheet = (ASSETS / "icons.css").read_text(encoding="utf-8")
    files = {path.name for path in (ASSETS / "icons").glob("*.svg")}
    assert set(re.findall(r'url\("icons/([^"]+)"\)', sheet)) == files
    sources = [*(ASSETS.parent / "dashboard" / "layout").glob("*.py"), ASSETS.parent / "dashboard" / "pages.py", ASSETS / "live.js"]
    layout = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    for name in files - {"moon-stars.svg", "sun.svg"}:
        assert f'"{name.removesuffix(".svg")}"' in layout, name


@pytest.mark.parametrize(
    ("severity", "tier"), [(100, "high"), (80, "high"), (79, "middle"), (60, "middle"), (59, "low"), (1, "low"), (0, "none")]
)
def test_severity_has_three_tiers_and_none(severity: int, tier: str) -> None:
    assert severity_tier(severity) == tier
