"""The chart and the risk lane as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from dash import html

from dashboard import ids
from dashboard.layout import twin
from tests.unit.dashboard import scenes
from tests.unit.dashboard.test_layout import said
from wattsup_core.view_models import Resolution, RiskDay

NIGHT = scenes.series(datetime(2026, 1, 27, tzinfo=UTC), datetime(2026, 1, 27, 6, tzinfo=UTC))


def rows(page: int = 0, series: object = NIGHT) -> list[list[str]]:
    table = twin.tables(series, (), page)[0].children[0].children
    return [[said(cell) for cell in row.children] for row in table.children[2].children]


def test_each_point_tells_when_how_much_what_is_usual_and_which_anomaly() -> None:
    first, spike = rows()[0], rows()[9]
    assert first == ["Tue 27 Jan 2026, 00:00", "0.1", "0.06–0.4", "Always-on load stepped up"]
    assert spike[0] == "Tue 27 Jan 2026, 02:15"
    assert spike[3] == "Spike at night; Always-on load stepped up"


def test_a_point_without_a_reading_or_a_band_says_so() -> None:
    bare = replace(NIGHT, actual=[None] * 24, lower=[None] * 24, upper=[None] * 24, markers=())
    assert rows(series=bare)[0][1:] == ["no reading", "—", "— none"]


@pytest.mark.parametrize(("page", "first"), [(0, "00:00"), (1, "06:00"), (10**6, "18:00"), (-3, "00:00")])
def test_pages_follow_each_other_and_none_lies_beside(page: int, first: str) -> None:
    day = scenes.series(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))
    assert rows(page, day)[0][0].endswith(first)
    assert len(rows(page, day)) == twin.PAGE_SIZE


def test_a_day_is_named_without_a_clock_and_has_the_anomalies_that_touch_it() -> None:
    markers = scenes.series(minutes=90).markers
    days = replace(scenes.series(minutes=1440), resolution=Resolution.DAY, unit="kWh per day", markers=markers)
    named = {row[0]: row[3] for page in (0, 1) for row in rows(page, days)}
    assert named["Tue 27 Jan 2026"] == "Spike at night; Always-on load stepped up"
    assert named["Sun 4 Jan 2026"] == "— none"


def test_the_caption_tells_that_not_every_reading_is_listed() -> None:
    many = twin.tables(replace(NIGHT, total=360), (), 0)[0]
    assert "the 24 of 360 readings that the chart shows" in said(many)
    assert "no readings." in said(twin.tables(replace(NIGHT, x=[], shown=0), (), 0)[0])


def test_days_with_anomalies_are_buttons_the_worst_first() -> None:
    section = twin.tables(NIGHT, scenes.overview().risk, 0)[1]
    listed = section.children[2].children
    assert listed[0].children.id == {"type": ids.DAY_BUTTON, "day": "2026-01-27"}
    assert isinstance(listed[0].children, html.Button)
    assert said(listed[0]) == "Tue 27 Jan 2026 · 1 anomaly · severity 97"
    assert "6 days of 30 with an anomaly." in said(section)


def test_many_days_are_cut_to_the_worst_and_told() -> None:
    risk = [RiskDay(date(2025, 1, 1) + timedelta(days=number), number % 90 + 1, 1) for number in range(200)]
    section = twin.tables(NIGHT, risk, 0)[1]
    assert len(section.children[2].children) == twin.MOST_DAYS
    assert "200 days of 200 with an anomaly; the worst 31 are listed." in said(section)
