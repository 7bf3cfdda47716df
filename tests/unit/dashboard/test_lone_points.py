"""A reading between two gaps has no line through it: it is drawn as a dot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.figures import timeline
from dashboard.figures.framing import Caption, framed
from dashboard.figures.timeline import Shows
from dashboard.figures.traces import lone_places
from dashboard.theme import TOKENS
from tests.unit.dashboard import scenes


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([1.0, None, -4.0, None, 2.0, 3.0], [0, 2]),
        ([None, 0.0, None], [1]),
        ([5.0], [0]),
        ([1.0, 2.0, None, 3.0, 4.0], []),
        ([], []),
    ],
)
def test_a_value_between_missing_ones_stands_alone(values: list[float | None], places: list[int]) -> None:
    assert lone_places(values) == places


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_reading_between_gaps_is_a_dot_of_the_measured_lines_colour(theme: str) -> None:
    wide = scenes.series()
    actual = [None if at in (99, 101) else value for at, value in enumerate(wide.actual)]
    figure = framed(timeline.draw(replace(wide, actual=actual), Shows(), theme), Caption("Home", ""), theme)
    dots, line = ([trace for trace in figure["data"] if trace["name"] == name] for name in ("alone", "Measured"))
    assert [(dot["x"], dot["y"], dot["showlegend"]) for dot in dots] == [([wide.x[100]], [wide.actual[100]], False)]
    assert dots[0]["marker"]["color"] == line[0]["line"]["color"] == TOKENS[theme].usage


def test_a_line_without_lone_readings_is_drawn_as_ever() -> None:
    assert "alone" not in [trace["name"] for trace in timeline.draw(scenes.series(), Shows(), "light")["data"]]
