"""The axes that charts of a meter share: local time below, power or energy at the left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dashboard import format as words
from wattsup_core.view_models import Resolution, SeriesView

SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS, WEEK_MS = 1000, 60_000, 3_600_000, 86_400_000, 604_800_000
DATE = len("2026-01-05")

TICK_FORMATS: list[dict[str, Any]] = [
    {"dtickrange": [None, MINUTE_MS], "value": "%H:%M:%S\n%a %-d %b"},
    {"dtickrange": [MINUTE_MS, DAY_MS], "value": "%H:%M\n%a %-d %b"},
    {"dtickrange": [DAY_MS, "M1"], "value": "%-d %b\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%b\n%Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]
"""British day-month order at every zoom; the second line stands once, where it changes."""


def local_iso(moment: datetime, timezone: str) -> str:
    """An instant as the wall-clock text that the x axis takes."""
    return words.local(moment, timezone).replace(tzinfo=None).isoformat(timespec="seconds")


def window(series: SeriesView) -> tuple[str, str]:
    """First and (exclusive) last wall-clock text of the window; a series may hold points beside it."""
    return local_iso(series.start, series.timezone), local_iso(series.end, series.timezone)


def seen(series: SeriesView) -> list[bool]:
    """Which points lie in the window, in the order of `series.x`; an hour or a day that the window cuts does."""
    first, last = window(series)
    if series.resolution is Resolution.DAY:
        return [first[:DATE] <= at[:DATE] and to_second(at) < last for at in series.x]
    if series.resolution is Resolution.HOUR:
        first = (datetime.fromisoformat(first) - timedelta(seconds=3599)).isoformat()
    return [first <= to_second(at) < last for at in series.x]


def to_second(at: str) -> str:
    """A wall-clock text of a point to the second, as those of a window are, so that both can be compared as text."""
    return at + "T00:00:00"[len(at) - DATE :]


def time_axis(series: SeriesView, title: bool = True) -> dict[str, Any]:
    """The x axis over the window of `series`, in local time; its title names the zone."""
    return {
        "type": "date",
        "tickangle": 0,
        "range": list(window(series)),
        "tickformatstops": TICK_FORMATS,
        "hoverformat": "%a %-d %b %Y" if series.resolution is Resolution.DAY else "%a %-d %b %H:%M",
        "title": {"text": f"Local time, {series.timezone}"} if title else None,
    }


def value_axis(lowest: float, highest: float, title: str, headroom: float = 0.06) -> dict[str, Any]:
    """The y axis from zero (or below, when values are) to a little over the highest; zoom is along time only."""
    top = max(highest, 0.0)
    bottom = min(lowest, 0.0)
    height = (top - bottom) or 1.0
    floor = bottom - (0.04 * height if bottom < 0 else 0.02 * height)
    return {
        "title": {"text": title},
        "range": [floor, top + headroom * height],
        "fixedrange": True,
        "nticks": 7,
        "tickformat": "~s" if height >= 10_000 else "",
    }
