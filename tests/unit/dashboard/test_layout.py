"""Component trees: every fixed id once, named controls, and what the parts say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import plotly
import pytest
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layout import chart, events, overview, page_shell, states, upload, upload_result, why
from dashboard.layout.event_order import DEFAULT_SORT, Listed
from tests.factories import make_meter
from tests.unit.dashboard import scenes
from wattsup_core.service.shown_table import events_table
from wattsup_core.types import Channel, Driver, Range
from wattsup_core.view_models import AheadFigure, AlwaysOnFigure, AnomalyFigure, EnergyFigure, OverviewView, Resolution, UploadView

PATTERN_IDS = {ids.TABLE_PAGE_BUTTON, ids.DAY_BUTTON, ids.EVENT_ROW, ids.EVENT_CAUSE, ids.EVENT_SORT_BUTTON, ids.EVENT_PAGE_BUTTON}
PATTERN_IDS |= {ids.ANSWER_BUTTON, ids.SECTION, ids.PAGE_LINK, ids.LIVE_CAUSE, ids.FORECAST_PART}
PATTERN_IDS |= {ids.CHANNEL_TEST, ids.SETTINGS_REMOVE}
OF_PANEL = {ids.CLOSE_UP, ids.ANSWERS}
OF_SETTINGS = {ids.TOKEN_SECRET}
LATER_IDS = OF_PANEL | {
    ids.UPLOAD_AGAIN,
    ids.UPLOAD_AGAIN_WORDS,
    ids.UPLOAD_SHOW,
    ids.UPLOAD_ACTIONS,
    ids.UPLOAD_ZONE,
    ids.UPLOAD_STAMP,
    ids.UPLOAD_DATE_ORDER,
    ids.UPLOAD_REGISTER,
    ids.UPLOAD_UNIT,
    ids.UPLOAD_NAME,
    ids.UPLOAD_NAME_PROBLEM,
    ids.UPLOAD_PRICE,
    ids.UPLOAD_PRICE_PROBLEM,
    ids.UPLOAD_CURRENCY,
}
VIEW = scenes.overview()


def walk(part: Any) -> Iterator[Component]:
    """Every component of a tree, in order."""
    if isinstance(part, list | tuple):
        for one in part:
            yield from walk(one)
    elif isinstance(part, Component):
        yield part
        for name in ("children", "label"):
            yield from walk(getattr(part, name, None))


def text(part: Any) -> str:
    """What a tree says, screen readers' words included."""
    if isinstance(part, list | tuple):
        return " ".join(text(one) for one in part if one is not None)
    if isinstance(part, Component):
        return " ".join(text(getattr(part, name, None)) for name in ("children", "label")).strip()
    return "" if part is None else str(part)


def said(part: Any) -> str:
    return " ".join(text(part).split())


def found(part: Any, name: object) -> Component:
    return next(one for one in walk(part) if getattr(one, "id", None) == name)


def classed(part: Any, name: str) -> list[Component]:
    return [one for one in walk(part) if name in (getattr(one, "className", None) or getattr(one, "class_name", None) or "").split()]


def table(
    view: OverviewView = VIEW, sort: dict[str, Any] = DEFAULT_SORT, needle: str = "", page: int = 0, selected: str | None = None
) -> Any:
    return events.anomaly_table(view, sort, Listed(needle), page, selected)


def rows(part: Any) -> list[str]:
    return [one.id["event"] for one in classed(part, "event-row")]


def test_the_shell_holds_every_fixed_id_once() -> None:
    shown = [one.id for one in walk(page_shell()) if isinstance(getattr(one, "id", None), str)]
    assert len(shown) == len(set(shown))
    fixed = {value for name, value in vars(ids).items() if name.isupper() and value not in PATTERN_IDS | LATER_IDS | OF_SETTINGS}
    assert fixed <= set(shown)


def test_the_ids_that_come_later_do_come() -> None:
    parts = [why.why_panel(scenes.event_view(), "light"), upload_result.summary(scenes.upload()), upload_result.summary(several())]
    for part in parts[1:]:
        assert {one.id for one in walk(part) if isinstance(getattr(one, "id", None), str)} >= LATER_IDS - OF_PANEL
    assert all(found(parts[0], name) is not None for name in OF_PANEL)


@pytest.mark.parametrize(
    "part",
    [
        page_shell(),
        table(),
        table(replace(VIEW, events=scenes.many_events()), page=1),
        why.why_panel(scenes.event_view(), "dark"),
        upload_result.summary(scenes.upload()),
        upload_result.refusal("No dates.", "Export it again."),
    ],
    ids=["shell", "table", "pages", "why", "summary", "refusal"],
)
def test_every_button_has_a_name_and_the_tree_can_be_sent(part: Any) -> None:
    for one in walk(part):
        if isinstance(one, html.Button):
            assert said(one) or getattr(one, "aria-label", ""), one
    assert json.dumps(part, cls=plotly.utils.PlotlyJSONEncoder)


def test_the_shell_has_landmarks_and_a_way_past_the_bar() -> None:
    shell = page_shell()
    kinds = {type(one) for one in walk(shell)}
    assert {html.Header, html.Main, html.H1} <= kinds
    skip = classed(shell, "skip-link")[0]
    assert skip.href == f"#{ids.PAGE}"
    assert found(shell, ids.PAGE) is not None


def test_facts_name_interval_zone_and_completeness() -> None:
    assert overview.facts(VIEW) == "15-minute readings · Europe/London · 99.6\u00a0% complete"


def test_figures_answer_how_much_cost_abnormal_and_always_on() -> None:
    energy, cost, anomalies, always_on, ahead = (said(figure) for figure in overview.figures_row(VIEW))
    assert energy == "Energy used 412.6 kWh ▲ up 9 % on the 30 days before"
    assert cost == "Cost £113.40 Flat tariff £0.275/kWh · £3.78 a day"
    assert anomalies == "Anomalies 6 cost you 31.8 kWh · £8.75"
    assert always_on == "Always-on load 148 W ▲ up 41 W since 19 Jan"
    assert ahead == "Next 30 days — Not forecast yet Make a forecast"


def test_the_days_ahead_are_told_with_their_range_and_lead_to_their_page() -> None:
    kwh, cost = Range(388.2, 366.0, 410.4, 350.0, 430.0), Range(106.0, 100.0, 112.0, 95.0, 118.0)
    view = replace(VIEW, ahead=AheadFigure(30, kwh, cost, VIEW.end + timedelta(days=30)))
    figure = overview.figures_row(view)[-1]
    assert said(figure) == "Next 30 days 388.2 kWh · £106.00 80 % sure: 366 – 410 kWh See the forecast"
    assert [one.href for one in walk(figure) if isinstance(one, html.A)] == ["/forecast?meter=home"]
    sent = replace(view, channel=Channel.EXPORT, ahead=AheadFigure(30, kwh, None, VIEW.end + timedelta(days=30)))
    assert said(overview.figures_row(sent)[-1]).startswith("Next 30 days 388.2 kWh 80 % sure")


def test_figures_without_a_period_before_claim_no_change() -> None:
    view = replace(
        VIEW,
        energy=EnergyFigure(kwh=3.0, change_pct=None, days=0.5),
        anomalies=AnomalyFigure(count=0, excess_kwh=0.0, cost=0.0),
        always_on=AlwaysOnFigure(watts=None),
    )
    energy, _, anomalies, always_on, _ = (said(figure) for figure in overview.figures_row(view))
    assert energy == "Energy used 3.0 kWh 12 hours of readings"
    assert anomalies == "Anomalies 0 nothing out of character"
    assert always_on == "Always-on load — needs a few days of readings"
    assert not classed(overview.figures_row(view), "figure-alert")


def test_less_use_is_an_improvement_and_next_to_none_is_no_change() -> None:
    less = overview.figures_row(replace(VIEW, energy=EnergyFigure(kwh=400.0, change_pct=-12.0, days=30.0)))[0]
    same = overview.figures_row(replace(VIEW, energy=EnergyFigure(kwh=400.0, change_pct=0.3, days=30.0)))[0]
    assert said(classed(less, "better")) == "▼ down 12 %"
    assert said(same) == "Energy used 400.0 kWh no change on the 30 days before"


def test_energy_sent_to_the_grid_is_neither_use_nor_cost() -> None:
    energy, cost, anomalies, _ = (said(figure) for figure in overview.figures_row(replace(VIEW, channel=Channel.EXPORT)))
    assert energy == "Energy sent to the grid 412.6 kWh ▲ up 9 % on the 30 days before"
    assert cost == "Cost — not priced"
    assert anomalies == "Anomalies 6 in what was sent"
    assert classed(overview.figures_row(replace(VIEW, channel=Channel.EXPORT))[0], "better")


def test_daily_readings_show_no_always_on_load_however_many() -> None:
    daily = replace(VIEW, interval_minutes=1440.0, always_on=AlwaysOnFigure(watts=None))
    assert said(overview.figures_row(daily)[3]) == "Always-on load — needs a reading every hour at least"


def test_own_dates_are_compared_with_as_many_days_before() -> None:
    figure = overview.figures_row(replace(VIEW, preset=None, energy=EnergyFigure(kwh=40.0, change_pct=5.0, days=3.0)))[0]
    assert said(figure).endswith("on the 3 days before")


def test_only_the_sample_says_so() -> None:
    assert said(overview.banner(VIEW)) == "Sample data. Upload your own"
    assert overview.banner(replace(VIEW, is_sample=False)) == []
    assert said(overview.banner(replace(VIEW, is_sample=False, notices=("12 days of data: comparing hours only.",)))).startswith("12 days")


@pytest.mark.parametrize(
    ("minutes", "labels"),
    [(1, ["Auto", "1 min", "Hour", "Day"]), (15, ["Auto", "15 min", "Hour", "Day"]), (60, ["Auto", "1 h", "Day"]), (1440, ["Auto", "1 d"])],
)
def test_resolutions_are_never_finer_than_the_meter(minutes: float, labels: list[str]) -> None:
    assert [option["label"] for option in chart.resolution_options(minutes)] == labels


def test_the_chart_in_words_counts_what_is_in_the_window_only() -> None:
    wide = scenes.series(minutes=90)
    narrow = replace(wide, start=scenes.events()[0].start, end=scenes.events()[0].end)
    assert chart.summary("Home", wide) == (
        "Home, 3 Jan – 1 Feb 2026, Europe/London time. Between 0.0 and 5.7 kW, 0.4 kW on average. "
        "5 anomalies, the worst: Spike at night, Tue 27 Jan 02:15, severity 97; Always-on load stepped up, Mon 19 Jan 00:00, severity 91; "
        "Evening peak, Sat 10 Jan 18:30, severity 74."
    )
    assert chart.summary("Home", narrow).endswith(
        "2 anomalies: Spike at night, Tue 27 Jan 02:15, severity 97; Always-on load stepped up, Mon 19 Jan 00:00, severity 91."
    )
    assert chart.summary("Home", replace(wide, x=[], actual=[])).endswith("no readings.")


def test_the_chart_in_words_counts_the_reading_with_which_the_window_begins() -> None:
    start = datetime(2026, 1, 5, 16, 30, tzinfo=UTC)
    short = replace(
        scenes.series(),
        start=start,
        end=start + timedelta(hours=1),
        x=["2026-01-05T16:00", "2026-01-05T16:30", "2026-01-05T17:00", "2026-01-05T17:30"],
        actual=[9.0, 1.4, -4.0, 8.0],
        markers=(),
    )
    assert "Between −4.0 and 1.4 kW, −1.3 kW on average." in chart.summary("Home", short)


@pytest.mark.parametrize(
    ("resolution", "x"),
    [
        (Resolution.HOUR, ["2026-01-05T06:00", "2026-01-05T07:00", "2026-01-05T08:00", "2026-01-06T08:00"]),
        (Resolution.DAY, ["2026-01-04T00:00", "2026-01-05T00:00", "2026-01-06T00:00", "2026-01-07T00:00"]),
    ],
)
def test_the_chart_in_words_counts_the_hour_and_the_day_that_the_window_cuts(resolution: Resolution, x: list[str]) -> None:
    start = datetime(2026, 1, 5, 7, 15, tzinfo=UTC)
    cut = replace(
        scenes.series(), start=start, end=start + timedelta(days=1), x=x, actual=[9.0, 1.0, 2.0, 8.0], resolution=resolution, markers=()
    )
    assert "Between 1.0 and 2.0 kW, 1.5 kW on average." in chart.summary("Home", cut)


def test_the_table_lists_the_worst_first_and_says_how_it_is_sorted() -> None:
    part = table(selected="e2")
    assert rows(part) == ["e1", "e2", "e3", "e4", "e5", "e6"]
    orders = {said(one): getattr(one, "aria-sort") for one in walk(part) if isinstance(one, html.Th)}
    assert orders == {"Severity": "descending", "When": "none", "Actual / expected": "none", "Cause": "none", "Cost": "none"}
    pressed = [one.id["event"] for one in classed(part, "cause") if getattr(one, "aria-pressed") == "true"]
    assert pressed == ["e2"]


def test_a_row_says_all_of_its_event() -> None:
    row = classed(table(), "event-row")[0]
    assert said(row) == (
        "Severity 97 Tue 27 Jan, 02:15 2 h 45 min 9.9 / 0.6 kWh Spike at night 16× a usual Tuesday 02:15; nothing like it in 90 days £2.56"
    )


def test_rows_of_other_kinds_say_what_fits_them() -> None:
    told = {row.id["event"]: said(row) for row in classed(table(), "event-row")}
    assert "13 days, still on +41 W base" in told["e2"]
    assert told["e4"].endswith("— not priced"), "a fault is never priced"
    assert "— / 1.1 kWh" in told["e5"], "a gap has no actual energy"
    assert told["e6"].endswith("— no extra cost"), "use that was too low wastes no money"


def test_an_event_of_another_year_names_it() -> None:
    old = replace(VIEW, events=(replace(scenes.events()[0], start=scenes.events()[0].start.replace(year=2025)),))
    assert "Mon 27 Jan 2025, 02:15" in said(table(old))
    panel = replace(scenes.event_view(), event=old.events[0])
    assert "Mon 27 Jan 2025, 02:15" in said(why.why_panel(panel, "light"))


@pytest.mark.parametrize(("event_id", "told"), [("e1", "still on"), ("e4", "not yet over"), ("e5", "not yet over"), ("e6", "not yet over")])
def test_what_is_no_use_is_not_on(event_id: str, told: str) -> None:
    going_on = replace(VIEW, still_on=frozenset(event.event_id for event in VIEW.events))
    assert f", {told}" in next(said(row) for row in classed(table(going_on), "event-row") if row.id["event"] == event_id)


def test_the_count_says_how_many_are_left_by_a_filter() -> None:
    assert (events.events_count(VIEW), events.events_count(VIEW, Listed(" ")), events.events_count(VIEW, Listed("spike"))) == (
        "6 in range",
        "6 in range",
        "1 of 6",
    )


def test_pages_hold_ten_and_stop_at_the_ends() -> None:
    many = replace(VIEW, events=scenes.many_events(34))
    first, last, beyond = (table(many, page=page) for page in (0, 3, 99))
    assert len(rows(first)) == 10
    assert rows(last) == rows(beyond) == ["m30", "m31", "m32", "m33"]
    assert said(classed(first, "pager-text")) == "1–10 of 34"
    assert [one.disabled for one in classed(first, "pager")[0].children[1:]] == [True, False]
    assert [one.disabled for one in classed(last, "pager")[0].children[1:]] == [False, True]
    assert classed(table(), "pager") == []


def test_the_table_says_why_it_is_empty() -> None:
    none = replace(VIEW, events=())
    assert said(table(none)) == "Nothing out of character in this range."
    assert said(table(needle="kettle")) == "No anomaly in this range mentions “kettle”."
    assert "Still learning" in said(table(replace(none, is_pending=True)))


def test_each_cause_has_its_tooltip() -> None:
    part = table()
    targets = [one.target["event"] for one in walk(part) if type(one).__name__ == "Tooltip"]
    assert targets == rows(part)


def test_the_panel_tells_a_neighbour() -> None:
    told = said(why.why_panel(scenes.event_view(), "light"))
    for part in (
        "Why was this flagged? Tue 27 Jan, 02:15",
        "9.9 kWh in 2 h 45 min, where 0.6 kWh is usual.",
        "against same hour 46 %",
        "That cost £2.56.",
        "The four Tuesdays before used 0.5 to 0.7 kWh at this time.",
        "What to check first Is the immersion heater's timer on?",
        "High confidence",
    ):
        assert part in told


def _bars(shares_pct: tuple[float, ...]) -> list[tuple[str, str]]:
    view = scenes.event_view()
    drivers = tuple(Driver(f"reason {at}", share) for at, share in enumerate(shares_pct))
    panel = why.why_panel(replace(view, event=replace(view.event, explanation=replace(view.event.explanation, drivers=drivers))), "light")
    widths = [bar.style["width"] for bar in classed(panel, "driver-fill")]
    return list(zip(widths, [said(label) for label in classed(panel, "driver-label")], strict=True))


def test_a_bar_is_as_long_as_its_share_and_the_rest_is_told() -> None:
    assert _bars((18.0, 9.5)) == [("18.0%", "reason 0"), ("9.5%", "reason 1"), ("72.5%", "everything else")]
    assert _bars((70.0, 29.8)) == [("70.0%", "reason 0"), ("29.8%", "reason 1")]


def test_a_bare_explanation_leaves_no_empty_headings() -> None:
    view = scenes.event_view()
    bare = replace(
        view, event=replace(view.event, explanation=replace(view.event.explanation, drivers=(), check_first=(), comparison="", detail=""))
    )
    told = said(why.why_panel(bare, "light"))
    assert "What to check first" not in told
    assert not classed(why.why_panel(bare, "light"), "drivers")


def test_steps_tell_what_is_done_and_what_goes_on() -> None:
    part = upload.steps("learning", 0.4)
    marks = [one.className.split()[-1] for one in classed(part, "step")]
    assert marks == ["is-done", "is-done", "is-done", "is-now", "is-next"]
    current = [one for one in classed(part, "step") if getattr(one, "aria-current", None)]
    assert said(current) == "Learning what is usual , going on"
    assert said([one for one in walk(part) if getattr(one, "role", None) == "status"]) == "Learning what is usual, 40 %"
    assert [one.className for one in classed(upload.steps("saving", 0.9), "is-now")] == ["step is-now"]


def test_the_summary_counts_rows_and_gives_reasons() -> None:
    told = said(upload_result.summary(scenes.upload()))
    for part in (
        "home-2025.csv was read, except for 28 rows .",
        "Rows read 35,040 Stored 35,012 Repaired 14 Rejected 28",
        "1 Jan 2025 – 1 Jan 2026 · 4,120 kWh · 23 anomalies found",
        "Please check: No unit is named in the file",
        "First 3 of 28 rejected rows",
        "17 bad value 01.01.2025 04:00;n/a;A",
        "CSV, semicolon, decimal comma · 15-minute readings in kWh",
        "taken as no zone is named in the file",
    ):
        assert part in told


def test_a_clean_file_has_a_short_summary() -> None:
    clean = scenes.upload(rejected=0, stored=35_040, new_rows=35_040, repaired=None, issues=(), rejected_rows=())
    told = said(upload_result.summary(clean))
    assert "home-2025.csv was read completely." in told
    assert "Repaired" not in told
    assert "What was noticed" not in told


def test_rows_known_before_are_told() -> None:
    told = said(upload_result.summary(scenes.upload(new_rows=100, changed_rows=12)))
    assert "100 readings are new, 12 changed, the rest was known" in told


def test_a_row_of_two_directions_is_told_as_two_readings() -> None:
    both = scenes.upload(new_rows=70_024, meter_ids=("a", "b"), meter_names=("Home", "Home · export"), event_counts=(11, 1), events=12)
    told = said(upload_result.summary(both))
    assert "70,024 readings, as a row holds two: taken from the grid and sent to it" in told
    assert "11 anomalies in Home, 1 anomaly in Home · export" in told


def test_the_opening_reading_of_a_register_was_not_known_before() -> None:
    assert "was known" not in said(upload_result.summary(scenes.upload(is_register=True, new_rows=35_011)))


def test_what_was_found_can_be_corrected() -> None:
    part = upload_result.summary(scenes.upload())
    assert found(part, ids.UPLOAD_ZONE).value == "Europe/Berlin"
    assert found(part, ids.UPLOAD_STAMP).value == "start"
    assert found(part, ids.UPLOAD_DATE_ORDER).value == "DMY"
    assert found(part, ids.UPLOAD_REGISTER).value is False
    assert (found(part, ids.UPLOAD_NAME).value, found(part, ids.UPLOAD_PRICE).value) == ("Home", 0.28)
    assert (found(part, ids.UPLOAD_UNIT).value, found(part, ids.UPLOAD_CURRENCY).value) == ("found", "GBP")
    odd = found(upload_result.summary(scenes.upload(currency="THB")), ids.UPLOAD_CURRENCY)
    assert (odd.value, odd.options[0]["value"]) == ("THB", "THB")


@pytest.mark.parametrize("upload_view", [scenes.upload(), scenes.upload(date_order="YMD", is_register=True, timezone="Etc/GMT-1")])
@pytest.mark.parametrize("unit", [None, "Wh"])
def test_the_summary_knows_how_the_file_was_read(upload_view: UploadView, unit: str | None) -> None:
    """Else a choice that nobody has made would look like one, and one that was made would not."""
    part = upload_result.summary(upload_view, upload_result.Typed(unit=unit))
    choices = (ids.UPLOAD_ZONE, ids.UPLOAD_STAMP, ids.UPLOAD_DATE_ORDER, ids.UPLOAD_REGISTER, ids.UPLOAD_UNIT)
    as_read = json.loads(found(part, ids.UPLOAD_ACTIONS).to_plotly_json()["props"]["data-as-read"])
    assert as_read == [found(part, name).value for name in choices]


def test_a_date_order_without_doubt_cannot_be_changed() -> None:
    choice = found(upload_result.summary(scenes.upload(date_order="YMD")), ids.UPLOAD_DATE_ORDER)
    assert choice.disabled is True
    assert choice.value == choice.options[0]["value"]
    assert choice.value  # an empty value would show as an empty field


def test_a_zone_off_the_list_is_kept() -> None:
    choice = found(upload_result.summary(scenes.upload(timezone="Etc/GMT-1")), ids.UPLOAD_ZONE)
    assert choice.options[0] == {"label": "Etc/GMT-1", "value": "Etc/GMT-1"}
    assert {"label": "Europe/London", "value": "Europe/London"} in choice.options


def several() -> Any:
    return scenes.upload(meter_ids=("a", "b"), meter_names=("Import", "Export"))


def test_several_meters_keep_their_names() -> None:
    part = upload_result.summary(several())
    assert "Your meters Import, Export" in said(part)
    assert classed(part, "field-holder")[0].hidden is True


def test_a_refusal_says_what_to_do() -> None:
    part = upload_result.refusal("This file holds no dates.", "Export it with times.")
    assert said(part) == "This file holds no dates. Export it with times. Nothing was stored. Choose another file"
    assert part.role == "alert"


def test_states_say_what_to_do_next() -> None:
    assert "Choose a file" in said(states.empty())
    assert "readings for 2 Feb 2025 – 1 Feb 2026" in said(states.no_data_in_range(VIEW))
    assert "Reload the page" in said(states.failed("The readings could not be loaded."))
    assert states.toast("Gone.", "Pick another.").header == "Gone."


def test_no_line_ends_between_a_number_and_its_unit_while_a_search_and_a_file_have_plain_spaces() -> None:
    told = scenes.event("e9", scenes.START, 1.75, 60, "Steady 2.8 kW above usual", "Cost CHF 3.10: the highest 1 h 45 min of 13 days.")
    view = replace(VIEW, events=(told,))
    for needle in ("", "1 h 45 min of 13 days", "2.8 kW"):
        table = text(events.anomaly_table(view, DEFAULT_SORT, Listed(needle), 0, None)).replace("\u00a0", "~")
        assert "Steady 2.8~kW above usual" in table
        assert "Cost CHF~3.10: the highest 1~h~45~min of 13~days." in table
    panel = text(why.why_panel(scenes.event_view(), "light")).replace("\u00a0", "~")
    assert "9.9~kWh in 2~h~45~min, where 0.6~kWh is usual." in panel
    assert "0.5 to 0.7~kWh at this time" in panel
    assert (told.cause, told.title) == ("Cost CHF 3.10: the highest 1 h 45 min of 13 days.", "Steady 2.8 kW above usual")
    row = events_table(make_meter(), [told], []).rows[0]
    assert {told.cause, told.title} <= set(row)
