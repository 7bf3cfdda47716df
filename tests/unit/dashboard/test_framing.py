"""Charts made ready for a file."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import pytest

from dashboard.figures import timeline
from dashboard.figures.framing import HEIGHT, LONGEST_TITLE, WIDTH, Caption, framed
from dashboard.figures.timeline import Shows
from dashboard.theme import TOKENS
from tests.unit.dashboard import scenes


@pytest.mark.parametrize("theme", TOKENS)
def test_a_file_says_what_it_shows(theme: str) -> None:
    figure = framed(timeline.draw(scenes.series(), Shows(moving_average=True), theme), Caption("Home", "January, Europe/London"), theme)
    layout = go.Figure(figure).layout
    assert (layout.width, layout.height) == (WIDTH, HEIGHT)
    assert (layout.title.text, layout.title.subtitle.text) == ("<b>Home</b>", "January, Europe/London")
    assert layout.paper_bgcolor is None
    assert layout.template.layout.paper_bgcolor == TOKENS[theme].card
    named = [trace["name"] for trace in figure["data"] if trace["showlegend"]]
    assert {"Measured", "Usual range", "Moving average", "Anomaly"} <= set(named)
    assert len(named) == len(set(named))


@pytest.mark.parametrize("theme", TOKENS)
def test_the_key_tells_what_was_expected_from_what_was_not(theme: str) -> None:
    """The grey and hollow marks have a name of their own, and the red ones keep theirs, whichever comes first."""
    tokens, series = TOKENS[theme], scenes.series(scenes.START, scenes.END)
    first, *rest = series.markers
    some = replace(series, markers=(replace(first, is_expected=True), *rest))
    figure = framed(timeline.draw(some, Shows(), theme), Caption("Home", ""), theme)
    go.Figure(figure)
    marks = {trace["name"]: trace["marker"] for trace in figure["data"] if trace.get("mode") == "markers" and trace["showlegend"]}
    assert set(marks) == {"Expected, not counted", "Anomaly"}
    assert marks["Expected, not counted"]["line"]["color"] == [tokens.mute]
    assert marks["Anomaly"]["color"] == tokens.anomaly
    everything = framed(timeline.draw(replace(some, markers=(some.markers[0],)), Shows(), theme), Caption("Home", ""), theme)
    assert "Anomaly" not in [trace["name"] for trace in everything["data"] if trace["showlegend"]]


def test_a_long_anomaly_that_was_expected_is_in_the_key_once() -> None:
    series = scenes.series(scenes.START, scenes.END)
    some = replace(series, markers=tuple(replace(marker, is_expected=True, is_long=True) for marker in series.markers))
    figure = framed(timeline.draw(some, Shows(), "light"), Caption("Home", ""), "light")
    named = [trace["name"] for trace in figure["data"] if trace["showlegend"]]
    assert "Long, expected" in named
    assert len(named) == len(set(named))


def test_what_is_not_drawn_is_not_in_the_key() -> None:
    figure = framed(timeline.draw(scenes.series(), Shows(anomalies=False, band=False), "light"), Caption("Home", ""), "light")
    assert [trace["name"] for trace in figure["data"] if trace["showlegend"]] == ["Measured"]


def test_a_range_that_is_not_known_is_not_in_the_key() -> None:
    wide = scenes.series()
    unknown = replace(wide, lower=[None] * len(wide.x), upper=[None] * len(wide.x))
    figure = framed(timeline.draw(unknown, Shows(anomalies=False), "light"), Caption("Home", ""), "light")
    assert [trace["name"] for trace in figure["data"] if trace["showlegend"]] == ["Measured"]


def test_a_name_is_text_whatever_it_looks_like() -> None:
    name = '<a href="https://example.org">Flat & <b>Co</b></a>\n2'
    figure = framed(timeline.draw(scenes.series(), Shows(), "light"), Caption(name, name), "light")
    assert figure["layout"]["title"]["text"] == '<b>&lt;a href="https://example.org"&gt;Flat &amp; &lt;b&gt;Co&lt;/b&gt;&lt;/a&gt; 2</b>'
    assert "<" not in figure["layout"]["title"]["subtitle"]["text"]


def test_a_long_name_is_shortened() -> None:
    figure = framed(timeline.draw(scenes.series(), Shows(), "light"), Caption("x" * 500, ""), "light")
    assert len(figure["layout"]["title"]["text"]) == LONGEST_TITLE + len("<b></b>")
