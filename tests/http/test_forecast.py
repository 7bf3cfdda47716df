"""The Forecast page as a browser asks for it: drawn, made by a job, waited for across a reload, cancelled, as a file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from dashboard import format as words
from dashboard import ids
from dashboard.layout.forecast_figures import made_words
from tests.factories import make_meter, make_readings
from tests.http.conftest import METER, OTHER, Browser
from tests.http.test_jobs import finish, held_back, start, visit
from tests.unit.service.stored_meter import send
from wattsup_core.board import Board
from wattsup_core.errors import BusyError
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.service import views
from wattsup_core.service.forecasting import forecast_meter
from wattsup_core.service.schedule import next_run
from wattsup_core.settings import Settings
from wattsup_core.store import Store
from wattsup_core.types import ForecastConfig, ForecastMethod

DAILY, WEEKLY, OFF = ForecastRhythm.DAILY, ForecastRhythm.WEEKLY, ForecastRhythm.OFF
RESULT = f"{ids.FORECAST_RESULT}.data"
NAIVE = ForecastConfig(7, ForecastMethod.SEASONAL_NAIVE)
SEARCH = f"?meter={OTHER}&days=7&method=seasonal-naive"
NOTE = f"forecast-{OTHER}-7-seasonal-naive"
TASK = {"meter": OTHER, "days": 7, "method": "seasonal-naive", "since": None}


def draw(browser: Browser, search: str = SEARCH, **values: Any) -> dict[str, Any]:
    switches = {"forecast_narrow_band": True, "forecast_wide_band": True, "forecast_earlier": False}
    given = {"forecast_view": search, "url": search, "path": "/forecast", "theme": "light"} | switches | values
    response = browser.send(f"{ids.FORECAST_DRAWN}.data", **given)
    assert response.status_code == 200, response.text
    return dict(json.loads(response.text)["response"])


def told(browser: Browser, outcome: dict[str, Any]) -> str:
    """What stands on a page without a forecast after a job of that outcome."""
    values = {"forecast_result": outcome, "forecast_task": TASK, "forecast_drawn": TASK | {"has": False}}
    return json.dumps(browser.send(f"{ids.FORECAST_STATE}.children@", **values).json["response"][ids.FORECAST_STATE])


@pytest.fixture
def kept(store: Store) -> Iterator[Store]:
    forecast_meter(store, OTHER, NAIVE)
    return store


def test_a_page_without_a_forecast_asks_for_one_and_a_job_makes_it(browser: Browser, store: Store) -> None:
    search, config = f"?meter={OTHER}&days=14&method=four-weeks", ForecastConfig(14, ForecastMethod.FOUR_WEEKS)
    page = draw(browser, search)
    assert page[ids.FORECAST_TASK]["data"] == {"meter": OTHER, "days": 14, "method": "four-weeks", "since": None}
    assert "There is no forecast of 14 days" in page[ids.FORECAST_WHY]["children"]
    assert page[ids.FORECAST_BODY]["hidden"] is True
    token = visit(browser)
    outcome, shown = finish(browser, token, start(browser, token, RESULT, forecast_task=page[ids.FORECAST_TASK]["data"]), RESULT)
    assert outcome == {"value": {"meter": OTHER}}
    assert {f"{ids.FORECAST_STEP}.children", f"{ids.FORECAST_PROGRESS}.value"} == set(shown[0])
    assert store.newest_forecast(OTHER, config) is not None
    page = draw(browser, search)
    assert ids.FORECAST_TASK not in page, "what was made is not made again"
    assert page[ids.FORECAST_BODY]["hidden"] is False
    assert {"measured", "forecast", "upper 80 %", "lower 95 %"} <= {trace["name"] for trace in page[ids.FORECAST_CHART]["figure"]["data"]}
    assert "take it as a rough guide" in json.dumps(page[ids.FORECAST_TRUST])


@pytest.mark.parametrize(
    ("rhythm", "hours_since", "told"),
    [
        (DAILY, 0, "Made today 23:30, next after 03:00 tomorrow if readings have come (Europe/London time)"),
        (DAILY, 2, "Made yesterday 23:30, next after 03:00 today if readings have come (Europe/London time)"),
        (DAILY, 40, "Made on 1 Jul 23:30, next when readings have come (Europe/London time)"),
        (WEEKLY, 40, "Made on 1 Jul 23:30, next after 03:00 on 8 Jul if readings have come (Europe/London time)"),
        (WEEKLY, 7 * 24, "Made on 1 Jul 23:30, next when readings have come (Europe/London time)"),
        (OFF, 2, "Made yesterday 23:30 (Europe/London time)"),
    ],
)
def test_when_it_was_made_and_is_made_next_is_told_on_the_meters_clock(
    kept: Store, rhythm: ForecastRhythm, hours_since: int, told: str
) -> None:
    made = datetime(words.current_year(), 7, 1, 22, 30, tzinfo=UTC)  # half past eleven in summer
    page = views.forecast(kept, OTHER, NAIVE)
    page = replace(page, made_at=made, rhythm=rhythm, next_run=next_run(made, page.timezone, rhythm))
    assert made_words(page, made + timedelta(hours=hours_since)) == told


@pytest.fixture
def daily(kept: Store) -> Iterator[Store]:
    """A meter whose rhythm a test may change; afterwards it is daily again."""
    yield kept
    kept.set_forecast_rhythm(OTHER, DAILY)


def choose(browser: Browser, page: dict[str, Any], value: Any) -> TestResponse:
    """Choose a rhythm on a page that was drawn."""
    return browser.send(f"{ids.FORECAST_KEPT}.data", forecast_rhythm=value, forecast_drawn=page[ids.FORECAST_DRAWN]["data"])


def test_a_chosen_rhythm_is_kept_and_the_words_follow_it(browser: Browser, daily: Store) -> None:
    page = draw(browser)
    assert (page[ids.FORECAST_RHYTHM]["value"], page[ids.FORECAST_MADE_LINE]["hidden"]) == ("daily", False)
    assert choose(browser, page, "daily").status_code == 204, "what the page shows itself is no choice"
    for rhythm, told in (("weekly", r"next after 03:00 on \d+ \w+ if readings have come \("), ("off", r"Made today \d\d:\d\d \(Eur")):
        assert choose(browser, page, rhythm).json["response"][ids.FORECAST_KEPT]["data"]["value"] > 0
        assert daily.meter(OTHER).forecast_rhythm.value == rhythm
        page = draw(browser)
        assert page[ids.FORECAST_RHYTHM]["value"] == page[ids.FORECAST_DRAWN]["data"]["rhythm"] == rhythm
        assert re.search(told, page[ids.FORECAST_MADE]["children"])


def test_a_busy_database_keeps_the_rhythm_and_says_so(browser: Browser, daily: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    page = draw(browser)

    def refuse(*_: object) -> None:
        raise BusyError("The database is busy.", "Try again.")

    monkeypatch.setattr(Store, "set_forecast_rhythm", refuse)
    told = choose(browser, page, "weekly").json
    assert "The database is busy." in json.dumps(told["sideUpdate"][ids.TOASTS])
    assert told["response"][ids.FORECAST_KEPT]["data"]["value"] > 0, "the page is drawn anew, with the rhythm there is"
    assert daily.meter(OTHER).forecast_rhythm is DAILY


def test_an_old_pages_choice_that_it_showed_itself_changes_nothing(browser: Browser, daily: Store) -> None:
    old = draw(browser)
    daily.set_forecast_rhythm(OTHER, WEEKLY)
    assert choose(browser, old, "daily").status_code == 204
    assert daily.meter(OTHER).forecast_rhythm is WEEKLY


@pytest.mark.parametrize("junk", [None, 5, "hourly", ["daily"], {}])
def test_what_is_no_rhythm_changes_nothing(browser: Browser, daily: Store, junk: Any) -> None:
    page = draw(browser)
    assert choose(browser, page, junk).status_code == 204
    assert browser.send(f"{ids.FORECAST_KEPT}.data", forecast_rhythm="off", forecast_drawn=junk).status_code == 204
    assert daily.meter(OTHER).forecast_rhythm is DAILY


def test_only_the_forecast_that_is_made_by_itself_says_when(browser: Browser, daily: Store) -> None:
    """With the usual forecast kept, one of other days or method is made when somebody looks."""
    meter = make_meter("m-two", name="Two")
    send(daily, make_readings(days=14), meter, "u-two")
    forecast_meter(daily, "m-two", NAIVE)
    search = "?meter=m-two&days=7&method=seasonal-naive"
    assert "next after 03:00" in draw(browser, search)[ids.FORECAST_MADE]["children"]
    forecast_meter(daily, "m-two")
    assert "next when somebody looks after a day of readings" in draw(browser, search)[ids.FORECAST_MADE]["children"]
    assert "next after 03:00" in draw(browser, "?meter=m-two")[ids.FORECAST_MADE]["children"]
    daily.set_forecast_rhythm("m-two", WEEKLY)
    assert "next when somebody looks after a week of readings" in draw(browser, search)[ids.FORECAST_MADE]["children"]


def test_the_page_tells_when_it_is_made_next(browser: Browser, kept: Store) -> None:
    made = draw(browser)[ids.FORECAST_MADE]["children"]
    assert re.fullmatch(r"Made today \d\d:\d\d, next after 03:00 (today|tomorrow) if readings have come \(Europe/London time\)", made)


def test_an_earlier_forecast_is_told_beside_what_came(browser: Browser, store: Store) -> None:
    """Readings of three days come after a forecast; the page tells them beside it, and draws its days."""
    meter = make_meter("m-later", name="Later")
    readings = make_readings(days=17)
    came = readings.iloc[14 * 48 :].assign(kwh=lambda rows: rows["kwh"] * 2)
    send(store, readings.iloc[: 14 * 48], meter, "u-early")
    earlier = forecast_meter(store, "m-later", NAIVE).forecast
    search = "?meter=m-later&days=7&method=seasonal-naive"
    assert not draw(browser, search)[ids.FORECAST_CAME]["children"]
    send(store, came, meter, "u-late")
    forecast_meter(store, "m-later", NAIVE)
    page = draw(browser, search, forecast_earlier=True)
    told = page[ids.FORECAST_CAME]["children"]
    foretold_kwh = sum(day.kwh.value for day in earlier.days[:3])
    assert words.unbroken("on the 3 days that have come since") in told
    assert words.unbroken(f"{words.kwh(foretold_kwh)} were foretold, {words.kwh(came['kwh'].sum())} came, off by 50 % a day") in told
    drawn = {trace["name"]: trace for trace in page[ids.FORECAST_CHART]["figure"]["data"]}
    assert drawn["earlier forecast"]["y"] == [pytest.approx(day.kwh.value, abs=0.01) for day in earlier.days[:3]]
    measured = dict(zip(drawn["measured"]["x"], drawn["measured"]["y"], strict=True))
    assert [measured[day] for day in drawn["earlier forecast"]["x"]] == [pytest.approx(came["kwh"].sum() / 3, rel=1e-3)] * 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_only_lines_and_bars_are_drawn(browser: Browser, kept: Store, theme: str) -> None:
    page = draw(browser, theme=theme)
    text = json.dumps([page[ids.FORECAST_PARTS], page[ids.FORECAST_CHART], page[ids.FORECAST_TRIAL]])
    assert "heatmap" not in text
    drawn = page[ids.FORECAST_CHART]["figure"]["data"] + page[ids.FORECAST_TRIAL]["figure"]["data"]
    assert {trace["type"] for trace in drawn} == {"scatter"}


def test_a_forecast_asked_for_anew_is_waited_for_after_a_reload(browser: Browser, kept: Store, settings: Settings) -> None:
    answer = browser.send(f"{ids.FORECAST_TASK}.data@", forecast_again=1, forecast_drawn=TASK | {"has": True})
    task = answer.json["response"][ids.FORECAST_TASK]["data"]
    since, board = task["since"], Board(settings.board_folder)
    assert board.get(NOTE) == since > 0
    board.put(NOTE, since + 1)  # a second later than the one that is kept
    assert draw(browser)[ids.FORECAST_TASK]["data"] == task | {"since": since + 1}
    before, token = len(kept.forecasts(OTHER)), visit(browser)
    outcome, _ = finish(browser, token, start(browser, token, RESULT, forecast_task=task | {"since": since + 1}), RESULT)
    assert outcome == {"value": {"meter": OTHER}}
    assert len(kept.forecasts(OTHER)) == before + 1
    assert ids.FORECAST_TASK not in draw(browser)


def test_a_cancelled_forecast_is_told_and_nothing_is_kept(browser: Browser, store: Store, settings: Settings) -> None:
    token = visit(browser)
    with held_back(settings):
        job = start(browser, token, RESULT, forecast_task=TASK | {"days": 60})
        cancelled = browser.send(f"{ids.FORECAST_CANCEL}.id", query=f"?endId={token}&cancelJob={job['job']}", forecast_cancel=1)
        assert cancelled.status_code in {200, 204}
        outcome, _ = finish(browser, token, job, RESULT)
    assert outcome["cancelled"] is True
    assert "was cancelled" in told(browser, outcome)
    assert store.newest_forecast(OTHER, replace(NAIVE, days=60)) is None


def test_a_refusal_stands_in_place_of_the_forecast(browser: Browser, settings: Settings) -> None:
    refused = {"refused": {"message": "These readings are too little.", "hint": "Add more readings."}}
    Board(settings.board_folder).put(NOTE, 5)
    assert "too little" in told(browser, refused)
    assert Board(settings.board_folder).get(NOTE) is None, "nobody waits for it any more"


@pytest.mark.parametrize("junk", [5, "text", [], {"days": "7", "method": ["x"]}, {"meter": OTHER, "days": 8, "method": "combined"}])
def test_junk_in_the_address_and_the_stores_breaks_nothing(browser: Browser, junk: Any) -> None:
    assert browser.send(f"{ids.FORECAST_TASK}.data@", forecast_again=1, forecast_drawn=junk).status_code in {200, 204}
    page = draw(browser, f"?meter={OTHER}&days=91&method=magic")
    task = page[ids.FORECAST_TASK]["data"]
    assert (task["meter"], task["days"], task["method"]) == (OTHER, 30, "auto")


@pytest.mark.parametrize(("days", "usual", "other"), [(1, None, 1), (8, None, 8), (60, 60, None), (90, 90, None)])
def test_any_number_of_days_up_to_ninety_may_be_asked(browser: Browser, days: int, usual: int | None, other: int | None) -> None:
    page = draw(browser, f"?meter={OTHER}&days={days}")
    assert page[ids.FORECAST_TASK]["data"]["days"] == days
    assert (page[ids.FORECAST_DAYS]["value"], page[ids.FORECAST_OTHER_DAYS]["value"]) == (usual, other)


def test_the_forecast_leaves_as_a_file(browser: Browser, kept: Store) -> None:
    response = browser.client.get(f"/download/forecast.csv{SEARCH}")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 7 * 24
    assert list(rows[0]) == ["timestamp", "kwh", "lower_80_kwh", "upper_80_kwh", "lower_95_kwh", "upper_95_kwh"]
    assert "attachment" in response.headers["Content-Disposition"]
    missing = browser.client.get(f"/download/forecast.csv?meter={METER}")
    assert missing.status_code == 404
    assert "There is no such forecast yet" in missing.text


@pytest.mark.parametrize(("resolution", "unit", "length"), [("raw", "kW", 24), ("day", "kWh a day", 1)])
def test_the_chart_leaves_with_the_forecast_that_it_shows(browser: Browser, kept: Store, resolution: str, unit: str, length: int) -> None:
    made = kept.newest_forecast(OTHER).forecast  # type: ignore[union-attr]
    zoom = f"{made.start - timedelta(days=2):%Y-%m-%dT%H:%M},{made.start + timedelta(days=3):%Y-%m-%dT%H:%M}"
    asked = f"/download/chart.csv?meter={OTHER}&range=7d&zoom={zoom}&res={resolution}"
    notes, rows = table_of(browser.client.get(f"{asked}&layers=band,forecast").text)
    assert notes["# Layers"] == "usual range, forecast with its 80 % interval"
    assert "80 of 100 are expected between its two bounds" in notes["# Forecast"]
    assert notes["# Time zone"] == f"{made.timezone}, local time"
    columns = [f"Forecast ({unit})", f"80 % sure from ({unit})", f"80 % sure to ({unit})"]
    ahead = [row for row in rows if row[columns[0]]]
    assert len(ahead) == 3 * length
    assert rows[-len(ahead) :] == ahead
    assert not any(row[f"Measured ({unit})"] for row in ahead)
    assert all(row[f"Measured ({unit})"] for row in rows[: -len(ahead)])
    if length == 1:
        wanted = [[each.kwh.value, each.kwh.lower_80, each.kwh.upper_80] for each in made.days[:3]]
    else:
        wanted = made.rows[["kwh", "lower_80_kwh", "upper_80_kwh"]].iloc[:72].to_numpy().tolist()
    assert [[float(row[name]) for name in columns] for row in ahead] == [pytest.approx(row, rel=1e-3) for row in wanted]
    assert ahead[0][f"Local time ({made.timezone})"] == f"{made.start:%Y-%m-%d %H:%M}"
    notes, rows = table_of(browser.client.get(f"{asked}&layers=band").text)
    assert "# Forecast" not in notes
    assert columns[0] not in rows[0]


def table_of(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The notes and the rows of a table that was downloaded."""
    lines = list(csv.reader(io.StringIO(text)))
    head = next(number for number, line in enumerate(lines) if not line[0].startswith("#"))
    return {line[0]: line[1] for line in lines[1:head]}, [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]


def test_a_chart_of_the_whole_range_leaves_with_the_days_ahead_of_it(browser: Browser, kept: Store) -> None:
    home = browser.draw(f"?meter={OTHER}&range=7d")[ids.HOME]["data"]
    notes, rows = table_of(browser.client.get(f"/download/chart.csv?meter={OTHER}&range=7d&layers=forecast").text)
    assert notes["# Range"] == " to ".join(clock[:16].replace("T", " ") for clock in home["drawn"])
    assert rows[-1]["Forecast (kW)"]


def test_the_overview_goes_on_after_the_readings(browser: Browser, kept: Store) -> None:
    page = browser.draw(f"?meter={OTHER}&range=7d")
    home = page[ids.HOME]["data"]
    assert home["ahead"] > home["range"][1] == home["limits"][1]
    assert home["drawn"] == [home["range"][0], home["ahead"]]
    traces = {trace["name"]: trace for trace in page[ids.CHART]["figure"]["data"]}
    assert traces["forecast"]["x"][0] >= traces["measured"]["x"][-2]
    assert browser.draw(f"?meter={OTHER}&range=7d", switch_forecast=False)[ids.HOME]["data"]["drawn"] == home["range"]
    assert browser.draw(f"?meter={OTHER}&from=2026-01-06&to=2026-01-08")[ids.HOME]["data"]["ahead"] == ""
    assert words.unbroken("80 % sure") in json.dumps(page[ids.FIGURES], ensure_ascii=False)
