"""Zooms of the chart, the anomaly table and the panel beside it."""

from __future__ import annotations

import errno
import json
from typing import Any

import pytest

from dashboard import format as words
from dashboard import ids
from tests.http.conftest import METER, SWITCHES, Browser
from wattsup_core.store import Store

WINDOW = ["2023-03-10T00:00", "2023-03-12T00:00"]


def zoom(browser: Browser, home: Any, window: Any = WINDOW, search: str = f"?meter={METER}", **values: Any) -> dict[str, Any]:
    response = browser.send("chart.figure@", chart_window=window, home=home, url=search, **(SWITCHES | {"theme": "light"} | values))
    assert response.status_code == 200, response.text
    return dict(json.loads(response.text)["response"])


def changes(answer: dict[str, Any]) -> dict[str, Any]:
    """What a patch of the figure assigns, by path."""
    patch = answer[ids.CHART]["figure"]
    assert patch["__dash_patch_update"] == "__dash_patch_update"
    return {".".join(map(str, step["location"])): step["params"]["value"] for step in patch["operations"]}


def test_a_zoom_gets_the_readings_of_its_window_with_a_margin(browser: Browser, home: dict[str, Any]) -> None:
    measured = next(trace for trace in changes(zoom(browser, home))["data"] if trace["name"] == "measured")
    assert (measured["x"][0][:16], measured["x"][-1][:16]) == ("2023-03-09T00:00", "2023-03-12T23:00")
    assert len(measured["x"]) == 4 * 24


def test_a_zoom_leaves_the_axis_of_time_to_the_browser(browser: Browser, home: dict[str, Any]) -> None:
    assert [path for path in changes(zoom(browser, home)) if path.startswith("layout.xaxis")] == []


def test_a_zoom_fits_the_axis_of_values_to_what_is_seen(browser: Browser, home: dict[str, Any]) -> None:
    calm = changes(zoom(browser, home, ["2023-03-10T01:00", "2023-03-10T05:00"]))["layout.yaxis.range"]
    whole = changes(zoom(browser, home, home["range"]))["layout.yaxis.range"]
    assert calm[1] < whole[1]


def test_a_zoom_is_told_in_words(browser: Browser, home: dict[str, Any]) -> None:
    assert "10" in zoom(browser, home)[ids.CHART_SUMMARY]["children"]


@pytest.mark.parametrize(("asked", "unit"), [("", "kW"), ("&res=day", "kWh a day"), ("&res=nonsense", "kW")])
def test_the_resolution_of_the_address_is_drawn(browser: Browser, home: dict[str, Any], asked: str, unit: str) -> None:
    title = changes(zoom(browser, home, search=f"?meter={METER}{asked}"))["layout.yaxis.title"]
    assert title["text"] == unit


def test_a_layer_that_is_switched_off_is_not_sent(browser: Browser, home: dict[str, Any]) -> None:
    def layers(**switches: bool) -> set[str]:
        return {trace["name"] for trace in changes(zoom(browser, home, **switches))["data"]}

    band, marks = {"lower", "upper"}, {"long anomaly", "anomaly", "anomalies"}
    assert layers() == {"measured"} | band | marks
    assert layers(switch_band=False, switch_average=True) == {"measured", "moving average"} | marks
    assert layers(switch_anomalies=False) == {"measured"} | band


@pytest.mark.parametrize(
    ("window", "home_data"),
    [
        (None, {"meter": METER}),
        ([], {"meter": METER}),
        ("2023", {"meter": METER}),
        (["2023-03-12T00:00", "2023-03-10T00:00"], {"meter": METER}),
        ([1, 2], {"meter": METER}),
        (WINDOW, None),
        (WINDOW, {}),
        (WINDOW, {"meter": "../x"}),
        (WINDOW, {"meter": ["m-home"]}),
        (WINDOW, "m-home"),
    ],
)
def test_a_window_that_makes_no_sense_changes_nothing(browser: Browser, window: Any, home_data: Any) -> None:
    response = browser.send("chart.figure@", chart_window=window, home=home_data, url="?", **SWITCHES)
    assert (response.status_code, response.data) == (204, b"")


def test_a_window_of_a_meter_that_is_gone_is_told(browser: Browser) -> None:
    response = browser.send("chart.figure@", chart_window=WINDOW, home={"meter": "gone"}, url="?", **SWITCHES)
    assert response.status_code == 200
    assert set(response.json["sideUpdate"]) == {ids.TOASTS}


def test_a_full_disk_is_told_in_words(browser: Browser, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("dashboard.charting.draw", full)
    response = browser.send("chart.figure@", chart_window=WINDOW, home=home, url="?", **SWITCHES)
    assert "The disk is full." in json.dumps(response.json["sideUpdate"][ids.TOASTS])


def test_a_bug_is_told_by_its_id_alone(
    browser: Browser, home: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr("dashboard.charting.draw", broken)
    response = browser.send("chart.figure@", chart_window=WINDOW, home=home, url="?", **SWITCHES)
    incident = caplog.records[-1].getMessage().removeprefix("Incident ")
    assert response.status_code == 200
    assert f"(id {incident})" in json.dumps(response.json["sideUpdate"][ids.TOASTS])
    assert "no such luck" not in response.text
    assert "ZeroDivisionError" in caplog.text


def table(browser: Browser, home: Any, triggered: str = "events-press.data", **values: Any) -> dict[str, Any]:
    given = {"home": home, "url": f"?meter={METER}&range=all", "events_filter": "", "events_page": 0} | values
    response = browser.send("events.children", triggered=triggered, **given)
    assert response.status_code == 200, response.text
    return dict(json.loads(response.text)["response"])


def press(kind: str, **rest: Any) -> dict[str, Any]:
    return {"button": {"type": kind, **rest}, "n": 1}


def test_a_press_on_a_header_sorts(browser: Browser, home: dict[str, Any]) -> None:
    sort = {"column": "severity", "descending": True}
    when = table(browser, home, events_sort=sort, events_press=press(ids.EVENT_SORT_BUTTON, column="when"))
    assert when[ids.EVENTS_SORT]["data"] == {"column": "when", "descending": True}
    turned = table(browser, home, events_sort=when[ids.EVENTS_SORT]["data"], events_press=press(ids.EVENT_SORT_BUTTON, column="when"))
    assert turned[ids.EVENTS_SORT]["data"] == {"column": "when", "descending": False}
    assert rows(turned) == rows(when)[::-1]


def rows(answer: dict[str, Any]) -> list[str]:
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("id"), dict) and part["id"].get("type") == ids.EVENT_ROW:
                found.append(part["id"]["event"])
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(answer[ids.EVENTS]["children"])
    return found


def test_words_filter_the_rows(browser: Browser, home: dict[str, Any], store: Store) -> None:
    title = store.events(METER)[0].title
    found = rows(table(browser, home, "events-filter.value", events_filter=title))
    assert store.events(METER)[0].event_id in found
    assert len(found) < len(home["events"])
    assert rows(table(browser, home, "events-filter.value", events_filter="no such words")) == []


@pytest.mark.parametrize(
    "pressed",
    [None, 5, "x", {}, {"button": 5}, press("event-page-button", step=1), press("event-page-button", step=-1), press("x", column=[])],
)
@pytest.mark.parametrize("page", [None, -5, 10**12, "x", 0.5])
def test_junk_in_the_tables_state_gives_a_table(browser: Browser, home: dict[str, Any], pressed: Any, page: Any) -> None:
    answer = table(browser, home, events_press=pressed, events_page=page, events_sort={"column": "nonsense"})
    assert rows(answer)
    assert answer[ids.EVENTS_SORT]["data"]["column"] == "severity"


def panel(browser: Browser, selected: Any, home: Any) -> str:
    response = browser.send("why.children", selected=selected, home=home, theme="dark")
    assert response.status_code == 200, response.text
    return json.dumps(response.json["response"][ids.WHY]["children"])


def test_the_panel_explains_the_selected_event(browser: Browser, home: dict[str, Any], store: Store) -> None:
    for event in store.events(METER):
        shown = panel(browser, event.event_id, home)
        assert json.dumps(words.unbroken(event.explanation.summary)) in shown
        assert "#6ea0ff" in shown


@pytest.mark.parametrize("selected", ["", None, "nothing", 5, ["a"], "../x"])
def test_without_a_selection_the_worst_event_is_explained(browser: Browser, home: Any, store: Store, selected: Any) -> None:
    worst = max(store.events(METER), key=lambda event: (event.severity, event.start))
    shown = panel(browser, selected, home)
    assert json.dumps(words.unbroken(worst.explanation.summary)) in shown
    assert ("That finding is no longer there" in shown) == (selected == "nothing")  # not silently another one


def test_without_events_there_is_nothing_to_explain(browser: Browser) -> None:
    home = browser.draw("?meter=m-flat")[ids.HOME]["data"]
    assert home["top"] == ""
    assert "No anomaly to explain here" in panel(browser, "", home)
    assert "That finding is no longer there" in panel(browser, "e-gone", home)


@pytest.mark.parametrize("home_data", [None, {}, 5, {"meter": None}])
def test_no_panel_before_there_is_a_page(browser: Browser, home_data: Any) -> None:
    assert browser.send("why.children", selected="", home=home_data).status_code == 204


def twin(browser: Browser, home: Any, ask: Any, search: str = f"?meter={METER}") -> Any:
    response = browser.send("chart-table.children", chart_table_ask=ask, home=home, url=search)
    assert response.status_code == 200, response.text
    return response.json["response"][ids.CHART_TABLE]["children"]


def test_the_chart_is_told_as_a_table(browser: Browser, home: dict[str, Any]) -> None:
    told = json.dumps(twin(browser, home, {"window": WINDOW, "page": 1}))
    assert "Sat 11 Mar 2023, 00:00" in told
    assert "Fri 10 Mar 2023, 23:00" not in told
    assert ids.DAY_BUTTON in told


@pytest.mark.parametrize("ask", [None, {}, 5, {"window": [1, 2]}, {"window": [""]}, {"page": 2}])
def test_a_closed_table_is_empty(browser: Browser, home: dict[str, Any], ask: Any) -> None:
    assert twin(browser, home, ask) is None


@pytest.mark.parametrize("page", [None, -1, 10**12, "x", 0.5])
def test_junk_for_a_page_gives_a_page(browser: Browser, home: dict[str, Any], page: Any) -> None:
    assert "Mar 2023" in json.dumps(twin(browser, home, {"window": WINDOW, "page": page}))


def test_no_table_before_there_is_a_page(browser: Browser) -> None:
    assert browser.send("chart-table.children", chart_table_ask={"window": WINDOW}, home=None, url="?").status_code == 204
