"""Figures as canonical JSON: what is drawn changes on purpose or not at all.

To renew the files after a change that is meant, run ``RENEW_GOLDEN=1 python -m pytest tests/golden`` and read the difference.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.figures import callouts, close_up, risk_lane, timeline
from dashboard.theme import TOKENS, recolour_map
from tests.unit.dashboard import scenes
from wattsup_core.view_models import Resolution, SeriesView

FOLDER = Path(__file__).parent / "figures"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|rgba?\([^)]*\)")
GAP_WINDOW = (datetime(2026, 1, 21, 12, tzinfo=UTC), datetime(2026, 1, 23, tzinfo=UTC))
SPIKE_WINDOW = (datetime(2026, 1, 26, 12, tzinfo=UTC), datetime(2026, 1, 28, tzinfo=UTC))
MONTH = scenes.series(minutes=90)


def days() -> SeriesView:
    """Daily energy."""
    window = scenes.series(minutes=1440, happened=())
    return dataclasses.replace(window, resolution=Resolution.DAY, unit="kWh per day")


def nothing() -> SeriesView:
    """A window without any reading."""
    none: dict[str, Any] = {
        name: []
        for name in ("x", "seconds", "in_event", "actual", "expected", "lower", "upper", "moving_average", "anomaly_x", "anomaly_y")
    }
    return dataclasses.replace(scenes.series(*GAP_WINDOW), **none, markers=(), shown=0, total=0, y_max=0.0)


DRAWN: dict[str, Callable[[str], dict[str, Any]]] = {
    "timeline_month": lambda theme: timeline.draw(MONTH, timeline.Shows(), theme),
    "timeline_selected": lambda theme: timeline.draw(
        scenes.series(*SPIKE_WINDOW), timeline.Shows(moving_average=True, selected="e1"), theme
    ),
    "timeline_gap": lambda theme: timeline.draw(scenes.series(*GAP_WINDOW, minutes=30), timeline.Shows(), theme),
    "timeline_days": lambda theme: timeline.draw(days(), timeline.Shows(), theme),
    "timeline_plain": lambda theme: timeline.draw(MONTH, timeline.Shows(anomalies=False, band=False), theme),
    "timeline_nothing": lambda theme: timeline.draw(nothing(), timeline.Shows(), theme),
    "risk_lane": lambda theme: risk_lane.draw(scenes.overview(), theme),
    "close_up": lambda theme: close_up.draw(scenes.event_view(), theme),
}


def checked(drawn: dict[str, Any]) -> go.Figure:
    """The figure as Plotly's classes take it: they refuse what Plotly would not draw."""
    return go.Figure(drawn)


def canonical(drawn: dict[str, Any]) -> str:
    return json.dumps(json.loads(checked(drawn).to_json()), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", DRAWN)
def test_the_figure_is_as_kept(name: str) -> None:
    path = FOLDER / f"{name}.json"
    drawn = canonical(DRAWN[name]("light"))
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DRAWN)
def test_recolouring_in_place_gives_the_figure_of_the_other_theme(name: str) -> None:
    light, dark = canonical(DRAWN[name]("light")), canonical(DRAWN[name]("dark"))
    there, back = recolour_map()["dark"], recolour_map()["light"]
    assert set(COLOUR.findall(light)) <= there.keys()
    assert COLOUR.sub(lambda found: there.get(found[0], found[0]), light) == dark
    assert COLOUR.sub(lambda found: back.get(found[0], found[0]), dark) == light


@pytest.mark.parametrize("name", DRAWN)
def test_points_travel_as_plain_lists(name: str) -> None:
    """Encoded arrays cannot be extended or patched."""
    for trace in DRAWN[name]("light")["data"]:
        assert all(type(trace[key]) is list for key in ("x", "y"))


@pytest.mark.parametrize("config", [timeline.CONFIG, risk_lane.CONFIG, close_up.CONFIG])
def test_no_chart_offers_to_send_itself_to_a_cloud(config: dict[str, Any]) -> None:
    assert config["displayModeBar"] is False


def test_the_axis_names_unit_and_zone() -> None:
    axis = checked(timeline.draw(MONTH, timeline.Shows(), "light")).layout
    assert (axis.yaxis.title.text, axis.xaxis.title.text) == ("kW", "Local time, Europe/London")
    assert checked(timeline.draw(days(), timeline.Shows(), "light")).layout.yaxis.title.text == "kWh a day"


def test_hover_names_value_unit_and_what_is_usual() -> None:
    lower, upper, measured = checked(timeline.draw(MONTH, timeline.Shows(), "light")).data[:3]
    assert measured.hovertemplate == "<b>%{y:.3~r} kW</b><extra></extra>"
    assert upper.hovertemplate == "usual %{customdata:.2~r}–%{y:.2~r} kW<extra></extra>"
    assert upper.customdata == lower.y
    assert lower.hoverinfo == "skip"


def test_an_unscored_reading_claims_nothing_usual() -> None:
    unscored = dataclasses.replace(MONTH, expected=[None] * len(MONTH.x), lower=[None] * len(MONTH.x), upper=[None] * len(MONTH.x))
    figure = checked(timeline.draw(unscored, timeline.Shows(), "light"))
    assert figure.data[0].x == figure.data[1].x == ()


def test_the_band_has_no_height_over_a_gap() -> None:
    figure = checked(timeline.draw(scenes.series(*GAP_WINDOW, minutes=30), timeline.Shows(), "light"))
    lower, upper = figure.data[0], figure.data[1]
    before, after = upper.x.index("2026-01-22T06:30:00"), upper.x.index("2026-01-22T10:00:00")
    assert None not in upper.y
    assert after == before + 2, "each side of the gap stands twice: at the band's edge and closed"
    assert upper.y[before + 1] == lower.y[before + 1]
    assert upper.y[after] == lower.y[after]
    assert upper.y[before] > lower.y[before]


def test_the_measured_line_breaks_at_a_gap() -> None:
    figure = checked(timeline.draw(scenes.series(*GAP_WINDOW, minutes=30), timeline.Shows(), "light"))
    measured = next(trace for trace in figure.data if trace.name == "measured")
    assert measured.connectgaps is False
    assert measured.y[measured.x.index("2026-01-22T08:00:00")] is None


def test_marks_tell_direction_by_shape_and_carry_their_event() -> None:
    marks = checked(timeline.draw(MONTH, timeline.Shows(selected="e1"), "light")).data[-1]
    shapes = dict(zip(marks.customdata, marks.marker.symbol, strict=True))
    assert shapes["e1"] == "triangle-up"
    assert shapes["e4"] == "square"
    assert shapes["e6"] == "triangle-down"
    sizes = dict(zip(marks.customdata, marks.marker.size, strict=True))
    assert sizes["e1"] > sizes["e3"]


def test_a_long_event_is_a_bar_at_the_foot_that_the_pointer_finds_everywhere() -> None:
    figure = checked(timeline.draw(MONTH, timeline.Shows(), "light"))
    bar = next(trace for trace in figure.data if trace.name == "long anomaly")
    assert set(bar.customdata) == {"e2"}
    assert (bar.x[0], bar.x[-2:]) == ("2026-01-19T00:00", ("2026-02-01T00:00", None))
    floor, top = figure.layout.yaxis.range
    assert all(level is None or floor < level < floor + 0.02 * (top - floor) for level in bar.y)
    seconds = [datetime.fromisoformat(at).timestamp() for at in bar.x[:-1]]
    assert max(later - earlier for earlier, later in pairwise(seconds)) <= 30 * 86_400 / 60


def test_a_bar_ends_where_the_drawing_ends() -> None:
    within = scenes.series(datetime(2026, 1, 22, tzinfo=UTC), datetime(2026, 1, 24, tzinfo=UTC))
    bar = next(trace for trace in checked(timeline.draw(within, timeline.Shows(), "light")).data if trace.name == "long anomaly")
    assert (bar.x[0], bar.x[-2]) == ("2026-01-22T00:00", "2026-01-23T23:45")


def test_labels_name_the_worst_three_and_stay_apart() -> None:
    figure = checked(timeline.draw(MONTH, timeline.Shows(), "light"))
    assert [label.text for label in figure.layout.annotations] == [
        "Spike at night · 9.9 kWh",
        "Always-on load stepped up",
        "Evening peak · 7.1 kWh",
    ]


def test_a_label_that_would_cover_a_worse_one_is_left_out() -> None:
    near = dataclasses.replace(MONTH.markers[0], event_id="near", severity=96, x="2026-01-27T08:00:00")
    crowded = dataclasses.replace(MONTH, markers=(*MONTH.markers, near))
    named = [label["name"] for label in callouts.place(crowded, (0.0, 6.0), TOKENS["light"])]
    assert named == ["e1", "e2", "e3"]


@pytest.mark.parametrize("at_night_kw", [1.0, 5.5])
def test_a_label_lies_over_the_readings_on_both_sides_of_its_marker(at_night_kw: float) -> None:
    low = dataclasses.replace(MONTH.markers[0], y=0.1, x="2026-01-18T00:00:00")
    actual = [at_night_kw if at.startswith("2026-01-17") else 0.1 for at in MONTH.x]
    (label,) = callouts.place(dataclasses.replace(MONTH, markers=(low,), actual=actual), (0.0, 6.0), TOKENS["light"])
    assert label["ayref"] == "y"
    assert at_night_kw < label["ay"] < min(at_night_kw + 1.0, 6.0)


def test_labels_open_towards_the_middle() -> None:
    """So that they stay inside a chart of a phone's width."""
    held = {label.text: label.xanchor for label in checked(timeline.draw(MONTH, timeline.Shows(), "light")).layout.annotations}
    assert held["Spike at night · 9.9 kWh"] == "right"
    assert held["Evening peak · 7.1 kWh"] == "left"


def test_lane_and_chart_share_axis_and_margins() -> None:
    chart = checked(timeline.draw(scenes.series(minutes=120), timeline.Shows(), "light")).layout
    lane = checked(risk_lane.draw(scenes.overview(), "light")).layout
    assert lane.xaxis.range == chart.xaxis.range
    assert (lane.margin.l, lane.margin.r) == (chart.margin.l, chart.margin.r)


@pytest.mark.parametrize(
    ("severity", "token"), [(0, "risk_none"), (1, "risk_low"), (59, "risk_low"), (60, "risk_middle"), (80, "risk_high")]
)
def test_a_days_colour_follows_its_severity(severity: int, token: str) -> None:
    assert risk_lane.colour(severity, TOKENS["dark"]) == getattr(TOKENS["dark"], token)
