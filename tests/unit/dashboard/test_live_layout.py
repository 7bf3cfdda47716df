"""What the Live page says of a view: figures, table, callouts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard import format as words
from dashboard.figures import live as live_figure
from dashboard.figures.live import LiveShows
from dashboard.layout import live as layout
from dashboard.layout import live_events, why
from dashboard.pages import PATHS
from dashboard.theme import TOKENS
from tests.factories import START, make_event
from tests.unit.dashboard import scenes
from tests.unit.dashboard.test_layout import classed, said
from wattsup_core.types import Channel, Direction, EventKind
from wattsup_core.view_models import DemandFigure, LiveSeries, LiveView, Marker, PowerFigure, TodayFigure

END = START + timedelta(hours=14, minutes=40)
ON = make_event(
    "e-on", start=END - timedelta(minutes=18), hours=0.3, actual_kwh=1.02, expected_kwh=0.18, excess_kwh=0.84, cost=0.23, severity=88
)
OVER = make_event(
    "e-over", start=START + timedelta(hours=7, minutes=5), hours=0.1, actual_kwh=0.22, expected_kwh=0.11, excess_kwh=0.11, cost=0.03
)
MARK = Marker("e-on", "2026-01-05T14:22", 3.4, Direction.HIGH, 88, "Steady 2.8 kW above usual", "2026-01-05T14:22", "2026-01-05T14:40")
SERIES = LiveSeries(
    seconds=[int((END - timedelta(minutes=60 - at)).timestamp()) for at in range(60)],
    x=[f"2026-01-05T{(END - timedelta(minutes=60 - at)):%H:%M}" for at in range(60)],
    actual=[0.5] * 42 + [3.4] * 18,
    lower=[0.4] * 60,
    upper=[0.9] * 60,
    anomaly=[None] * 42 + [3.4] * 18,
    markers=(MARK,),
)
VIEW = LiveView(
    meter_id="m-home",
    meter_name="Home",
    is_sample=False,
    timezone="Europe/London",
    currency="GBP",
    interval_minutes=1,
    channel=Channel.IMPORT,
    span="1h",
    spans=("1h", "6h", "24h"),
    start=END - timedelta(hours=1),
    end=END,
    power=PowerFigure(3.42, 0.4, 0.9, True),
    today=TodayFigure(date(2026, 1, 5), 6.8, 1.87, 5.9),
    demand=DemandFigure(15, 3.1, 6, 4.2),
    events=(ON, OVER),
    series=SERIES,
    still_on=frozenset({"e-on"}),
)


def figures(view: LiveView, is_current: bool = True, is_today: bool = True) -> list[str]:
    return [said(one) for one in layout.figures_row(view, is_current, is_today)]


def test_the_figures_answer_four_questions() -> None:
    power, today, demand, anomalies = figures(VIEW)
    assert "3.42 kW" in power
    assert "usually 0.4 – 0.9 kW at this time" in power
    assert "6.8 kWh · £1.87" in today
    assert "usual by now: 5.9 kWh" in today
    assert "This quarter-hour" in demand
    assert "month's peak 4.20 kW · 6 min left" in demand
    assert "started 14:22, still on" in anomalies
    assert len(classed(layout.figures_row(VIEW), "figure-red")) == 1


def test_a_silent_meter_speaks_of_its_last_day() -> None:
    power, today, demand, anomalies = figures(VIEW, is_current=False, is_today=False)
    assert "Last reading" in power
    assert today.startswith("On 5 Jan")
    assert "usual by then: 5.9 kWh" in today
    assert demand == "Last quarter-hour 3.10 kW at that pace month's peak 4.20 kW"
    assert anomalies.startswith("Anomalies on 5 Jan")
    assert "started 14:22, on at the last reading" in anomalies


def test_a_replay_comes_in_now_and_names_its_day() -> None:
    power, today, _, anomalies = figures(VIEW, is_today=False)
    assert "Right now" in power
    assert today.startswith("On 5 Jan so far")
    assert "usual by now: 5.9 kWh" in today
    assert anomalies.startswith("Anomalies on 5 Jan")
    assert "still on" in anomalies


@pytest.mark.parametrize(("kw", "told"), [(3.4, "outside"), (0.1, "outside"), (0.6, "nothing out of character")])
def test_a_reading_outside_its_band_is_not_called_ordinary(kw: float, told: str) -> None:
    view = replace(VIEW, events=(), still_on=frozenset(), power=PowerFigure(kw, 0.4, 0.9, False))
    for part in (figures(view)[3], said(live_events.table(view))):
        assert told in part.lower()
        assert ("nothing" in part.lower()) == ("nothing" in told)
    assert "at the last reading" in live_events.nothing(replace(view, power=PowerFigure(3.4, 0.4, 0.9, False)), is_current=False)


def test_what_is_not_known_is_said() -> None:
    bare = replace(VIEW, power=None, today=replace(VIEW.today, usual_kwh=None), demand=DemandFigure(15, None, 3, None), events=())
    power, today, demand, anomalies = figures(bare)
    assert "no reading in this window" in power
    assert "not known yet" in today
    assert "no reading yet" in demand
    assert "nothing out of character" in anomalies
    assert "what is usual is not known yet" in figures(replace(VIEW, power=PowerFigure(1.0, None, None, False)))[0]


def test_a_coarse_meter_tells_its_last_interval_and_a_new_peak_is_one() -> None:
    assert "Last half-hour" in figures(replace(VIEW, demand=DemandFigure(30, 5.0, None, 4.2)))[2]
    assert "over the month's peak 4.20 kW" in figures(replace(VIEW, demand=DemandFigure(15, 5.0, 2, 4.2)))[2]
    assert "no peak this month yet" in figures(replace(VIEW, demand=DemandFigure(15, 5.0, 0.5, None)))[2]


def test_energy_that_is_sent_has_no_price() -> None:
    power, today, *_ = figures(replace(VIEW, channel=Channel.EXPORT, today=replace(VIEW.today, cost=None)))
    assert "Sent right now" in power
    assert "Sent today so far" in today
    assert "£" not in today


def test_the_table_tells_what_goes_on_and_what_is_over() -> None:
    rows = [said(row) for row in classed(live_events.table(VIEW), "live-row")]
    assert all(part in rows[0] for part in ("88", "14:22", "18 min, still on", "3.40 / 0.60 kW", "0.8 kWh · £0.23", "New"))
    assert all(part in rows[1] for part in ("07:05", "6 min", "2.20 / 1.10 kW", "0.1 kWh · £0.03", "Recovered"))
    assert "Nothing out of character." in said(live_events.table(replace(VIEW, events=(), power=None)))


def test_a_gap_has_no_power_and_no_price() -> None:
    gap = replace(OVER, kind=EventKind.GAP, cost=None)
    row = said(classed(live_events.table(replace(VIEW, events=(gap,))), "live-row")[0])
    assert "— / 1.10 kW" in row


def test_use_that_was_too_low_has_no_price() -> None:
    low = replace(OVER, direction=Direction.LOW, excess_kwh=-0.5, cost=-0.14)
    row = said(classed(live_events.table(replace(VIEW, events=(low,))), "live-row")[0])
    assert "−0.5 kWh" in row
    assert "£" not in row


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("shows", [LiveShows(), LiveShows(band=False), LiveShows(anomalies=False)])
def test_the_chart_is_one_that_plotly_takes(theme: str, shows: LiveShows) -> None:
    figure = live_figure.draw(VIEW, shows, theme)
    go.Figure(figure)
    lengths = {len(trace["x"]) for trace in figure["data"] if trace["name"] not in {"anomalies", "newest"}}
    assert lengths == {60}
    newest = figure["data"][-1]
    assert newest["marker"]["color"] == (TOKENS[theme].anomaly if shows.anomalies else TOKENS[theme].usage)
    assert [label["text"] for label in figure["layout"]["annotations"]] == (
        ["Steady 2.8 kW above usual · since 14:22"] if shows.anomalies else []
    )


def test_a_callout_opens_to_where_there_is_room() -> None:
    def side(x: str) -> Any:
        view = replace(VIEW, series=replace(SERIES, markers=(replace(MARK, x=x),)))
        return live_figure.draw(view, LiveShows(), "light")["layout"]["annotations"][0]["xanchor"]

    assert (side("2026-01-05T13:42"), side("2026-01-05T14:30")) == ("left", "right")


def test_the_band_lies_flat_where_nothing_is_expected() -> None:
    lower, upper = live_figure.edges(replace(SERIES, lower=[None, 0.4, None], upper=[0.5, 0.9, None]))
    assert (lower, upper) == ([0.0, 0.4, 0.4], [0.0, 0.9, 0.4])


def test_a_first_look_is_named_and_so_is_what_it_thought() -> None:
    view = scenes.event_view()
    assert "first look" not in said(why.why_panel(view, "light"))
    event = replace(view.event, is_provisional=True, first_severity=71, severity=64)
    told = said(why.why_panel(replace(view, event=event), "light"))
    assert "confidence · first look" in told
    assert "First shown with severity 71; now 64." in told


def test_powers_and_spans_in_words() -> None:
    assert [words.kilowatts(value) for value in (0.046, 3.416, 12.34, 1234.5)] == ["0.05", "3.42", "12.3", "1,234"]
    assert words.power_span(0.42, 0.91) == "0.4 – 0.9 kW"
    assert words.power_span(0.04, 0.24) == "0.04 – 0.24 kW"
    assert words.power_span(-0.1, 0.24) == "0.0 – 0.2 kW"
    assert (words.minutes_left(6), words.minutes_left(0.5)) == ("6 min left", "30 s left")


def test_the_paths_are_those_that_the_browser_knows() -> None:
    from dashboard.bundles import ASSETS

    script = (ASSETS / "address.js").read_text(encoding="utf-8")
    assert all(f'"{path}"' in script for path in PATHS)


def test_the_table_says_since_when_it_lists_where_the_window_begins_before_the_day() -> None:
    view = replace(VIEW, span="24h", start=END - timedelta(days=1))
    assert layout.listed_words(view) == "today"
    assert layout.listed_words(view, is_today=False) == f"on {words.this_day(view.today.day)}"
    evening = replace(OVER, event_id="e-evening", start=START - timedelta(hours=3), end=START - timedelta(hours=1))
    assert layout.listed_words(replace(view, events=(ON, OVER, evening))) == f"since {words.this_day(view.start)}"
    over_midnight = replace(evening, end=START + timedelta(hours=1))
    assert layout.listed_words(replace(view, events=(ON, OVER, over_midnight))) == "today"
