"""The answer buttons, the words of the table, and what of the chart is grey."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard import ids
from dashboard.figures import callouts, close_up, timeline
from dashboard.figures.timeline import Shows
from dashboard.layout import events as table
from dashboard.layout import live, live_events, overview, why
from dashboard.layout.answers import ASK, alert_sentence, answer_bar, answer_reason, effect
from dashboard.layout.event_order import DEFAULT_SORT, Listed, arrange, worst
from dashboard.theme import TOKENS
from tests.unit.dashboard import scenes
from tests.unit.dashboard.test_layout import classed, said, walk
from tests.unit.dashboard.test_live_layout import VIEW as LIVE_VIEW
from wattsup_core.answered import Answer, EventAnswer
from wattsup_core.types import AnomalyEvent, EventKind
from wattsup_core.view_models import AnomalyFigure

MAY = datetime(2026, 5, 3, 18, tzinfo=UTC)
EVENTS = scenes.events()


def answered(event: AnomalyEvent, answer: Answer, **changes: Any) -> AnomalyEvent:
    return replace(event, answer=EventAnswer(answer, given_at=MAY, start=changes.pop("start", event.start), **changes))


def with_answer(event_id: str, answer: Answer, **changes: Any) -> tuple[AnomalyEvent, ...]:
    return tuple(answered(event, answer, **changes) if event.event_id == event_id else event for event in EVENTS)


def buttons(event: AnomalyEvent) -> dict[str, str]:
    found = [one for one in walk(answer_bar(event, "Europe/London")) if isinstance(getattr(one, "id", None), dict)]
    assert all(one.id["type"] == ids.ANSWER_BUTTON and one.id["event"] == event.event_id for one in found)
    return {one.id["answer"]: getattr(one, "aria-pressed") for one in found}


def listed(events: tuple[AnomalyEvent, ...], shown: Listed = Listed(), **sort: Any) -> list[str]:
    return [event.event_id for event in arrange(events, DEFAULT_SORT | sort, shown, 0, scenes.ZONE).events]


def test_the_buttons_are_pressed_as_was_answered() -> None:
    assert buttons(EVENTS[0]) == {"problem": "false", "expected": "false", "alert": "false"}
    assert buttons(answered(EVENTS[0], Answer.EXPECTED)) == {"problem": "false", "expected": "true", "alert": "false"}
    assert buttons(answered(EVENTS[0], Answer.PROBLEM)) == {"problem": "true", "mended": "false", "expected": "false", "alert": "false"}
    assert buttons(answered(EVENTS[0], Answer.MENDED)) == {"problem": "false", "mended": "true", "expected": "false", "alert": "false"}
    assert set(buttons(answered(EVENTS[0], Answer.EXPECTED, is_own=False)).values()) == {"false"}  # nobody has pressed there


@pytest.mark.parametrize("answer", Answer)
def test_each_answer_says_what_follows(answer: Answer) -> None:
    assert effect(EVENTS[0], "Europe/London") == ASK
    assert effect(answered(EVENTS[0], answer), "Europe/London") not in {"", ASK}


def test_what_was_not_said_here_says_where_it_was() -> None:
    like = answered(EVENTS[0], Answer.EXPECTED, is_own=False, start=MAY)
    assert "as you said of 3 May" in effect(like, "Europe/London")
    assert answer_reason(like, "Europe/London") == "as you said of 3 May"
    assert "told of one like that of 3 May" in effect(answered(EVENTS[0], Answer.ALERT, is_own=False, start=MAY), "Europe/London")
    assert "grown larger" in effect(answered(EVENTS[0], Answer.EXPECTED, holds=False), "Europe/London")
    assert "Later ones like it" in effect(answered(EVENTS[0], Answer.EXPECTED), "Europe/London")
    assert "Later ones" not in effect(answered(replace(EVENTS[0], kind=EventKind.GAP), Answer.EXPECTED), "Europe/London")


def test_an_alert_names_the_anomaly_and_how_many_more_there_are() -> None:
    event = answered(EVENTS[0], Answer.ALERT, is_own=False, start=MAY)
    told = alert_sentence(event, scenes.ZONE, 0)
    assert told == "Spike at night, Tue 27 Jan, 02:15: you asked to be told of one like that of 3 May."
    assert alert_sentence(event, scenes.ZONE, 2).endswith(" 2 more are waiting for your answer.")


def test_problems_are_listed_first_and_what_was_expected_last() -> None:
    events = with_answer("e6", Answer.PROBLEM)
    events = tuple(answered(event, Answer.EXPECTED) if event.event_id == "e1" else event for event in events)
    assert listed(events) == ["e6", "e2", "e3", "e4", "e5", "e1"]
    assert listed(events, descending=False) == ["e6", "e5", "e4", "e3", "e2", "e1"]
    assert listed(events, column="when")[:2] == ["e6", "e1"]  # another order is a person's own
    assert "e1" in listed(events, column="cost")[-3:]  # it has no price
    assert listed(events, Listed(expected=False)) == ["e6", "e2", "e3", "e4", "e5"]
    assert listed(events, Listed("expected")) == ["e1"]
    first = worst(events)
    assert first is not None
    assert first.event_id == "e6"
    assert worst(()) is None


def test_the_row_says_the_answer_and_names_no_price() -> None:
    view = scenes.overview(events=with_answer("e1", Answer.EXPECTED, is_own=False, start=MAY))
    drawn = table.anomaly_table(view, DEFAULT_SORT, Listed(), 0, None)
    (row,) = classed(drawn, "is-expected")
    assert row.id["event"] == "e1"
    assert "Expected" in said(row)
    assert "as you said of 3 May" in said(row)
    assert "£" not in said(row)
    assert "expected, not counted" in said(row)
    assert table.events_count(view) == "6 in range"
    assert table.events_count(view, Listed(expected=False)) == "5 of 6"


def test_a_range_of_what_was_expected_says_so() -> None:
    view = scenes.overview(events=with_answer("e1", Answer.EXPECTED)[:1])
    assert "Every anomaly in this range was expected" in said(table.anomaly_table(view, DEFAULT_SORT, Listed(expected=False), 0, None))


def test_the_panel_names_no_cost_of_what_was_expected() -> None:
    view = scenes.event_view()
    assert "That cost" in said(why.why_panel(view, "light"))
    expected = replace(view, event=answered(view.event, Answer.EXPECTED))
    assert "That cost" not in said(why.why_panel(expected, "light"))
    assert close_up.draw(expected, "light")["layout"]["shapes"][0]["fillcolor"] == TOKENS["light"].band


def test_the_head_counts_them_apart() -> None:
    def figure(figure: AnomalyFigure) -> str:
        return next(said(card) for card in overview.figures_row(scenes.overview(anomalies=figure)) if "Anomalies" in said(card))

    assert "5 + 1 expected" in figure(AnomalyFigure(5, 20.0, 6.0, expected=1))
    assert "expected" not in figure(AnomalyFigure(5, 20.0, 6.0))
    assert "0 + 2 expected nothing that you did not expect" in figure(AnomalyFigure(0, 0.0, 0.0, expected=2))


def test_on_the_chart_expected_ones_are_grey_and_hollow() -> None:
    tokens = TOKENS["light"]
    series = scenes.series(scenes.START, scenes.END)
    some = replace(series, markers=tuple(replace(marker, is_expected=True) for marker in series.markers))
    figure = timeline.draw(some, Shows(selected="e1"), "light")
    go.Figure(figure)
    traces = {trace["name"]: trace for trace in figure["data"]}
    assert set(traces["expected"]["marker"]["line"]["color"]) == {tokens.mute}
    assert set(traces["expected"]["marker"]["color"]) == {tokens.card}
    assert traces["anomalies"]["x"] == []
    assert [traces[name]["line"]["color"] for name in ("long expected", "long anomaly")] == [tokens.mute, tokens.anomaly]
    assert callouts.place(some, (0.0, 3.0), tokens) == []
    assert callouts.place(series, (0.0, 3.0), tokens) != []
    assert [shape["fillcolor"] for shape in figure["layout"]["shapes"] if shape["type"] == "rect"] == [tokens.band]


def test_the_live_page_counts_and_prices_none_of_them() -> None:
    view = replace(LIVE_VIEW, events=tuple(answered(event, Answer.EXPECTED) for event in LIVE_VIEW.events))
    drawn = live_events.table(view)
    assert len(classed(drawn, "is-expected")) == len(view.events)
    assert "£" not in said(drawn)
    assert any("Anomalies today 0" in said(card) for card in live.figures_row(view))
    assert "0 anomalies" in live.summary(view)


def test_the_day_of_an_answer_is_the_meters_own() -> None:
    late = answered(EVENTS[0], Answer.EXPECTED, is_own=False, start=datetime(2020, 5, 3, 23, 30, tzinfo=UTC))
    assert answer_reason(late, "Europe/London") == "as you said of 4 May 2020"
    assert answer_reason(late, "UTC") == "as you said of 3 May 2020"
