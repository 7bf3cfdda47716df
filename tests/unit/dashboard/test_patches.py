"""What is added to the Live page's chart as rows come in, and when it is drawn anew."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any

import numpy as np
import plotly.utils
import pytest

from dashboard import patches
from dashboard.figures import live as live_figure
from dashboard.figures.live import LiveShows
from tests.factories import START, make_meter, make_readings, make_upload
from wattsup_core.service.views import live
from wattsup_core.store import open_store
from wattsup_core.store.store import Store

SHOWS = LiveShows()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store() -> Store:
    store = open_store("sqlite://")
    store.migrate()
    kwh = 0.01 + 0.005 * np.sin(np.arange(200))
    meter = make_meter(interval_minutes=1)
    store.save_upload(make_upload(), [("m-home", make_readings(kwh, interval_minutes=1))], new_meters=[meter])
    return store


def append(store: Store, *kwh: float, at: int = 200) -> None:
    store.append_readings([("m-home", make_readings(list(kwh), interval_minutes=1, start=START + at * MINUTE))])


def drawn(store: Store, shows: LiveShows = SHOWS) -> tuple[dict[str, Any], patches.Drawn]:
    """A browser's figure, and what it says of it."""
    view = live(store, "m-home", "1h")
    held = patches.parse(json.loads(json.dumps(patches.hold(view, shows).to_json())))
    assert held is not None
    return json.loads(json.dumps(live_figure.draw(view, shows, "light"))), held


def grow(store: Store, held: patches.Drawn, shows: LiveShows = SHOWS) -> Any:
    view = live(store, "m-home", "1h", patches.since_of(held, "m-home"))
    return patches.grow(view, shows, "light", held)


def apply(figure: dict[str, Any], patch: Any) -> dict[str, Any]:
    """What the browser makes of the patch."""
    sent = json.loads(json.dumps(patch, cls=plotly.utils.PlotlyJSONEncoder))
    for step in sent["operations"]:
        *way, last = step["location"]
        place: Any = figure
        for key in way:
            place = place[key]
        if step["operation"] == "Extend":
            place[last].extend(step["params"]["value"])
        elif step["operation"] == "Delete":
            del place[last]
        else:
            assert step["operation"] == "Assign"
            place[last] = step["params"]["value"]
    return figure


@pytest.mark.parametrize("shows", [SHOWS, LiveShows(band=False), LiveShows(anomalies=False), LiveShows(False, False)])
def test_a_figure_that_has_grown_is_the_figure_drawn_anew(store: Store, shows: LiveShows) -> None:
    figure, held = drawn(store, shows)
    for number in range(5):
        append(store, 0.02 + 0.01 * number, at=200 + number)
        patch = grow(store, held, shows)
        assert patch is not None
        figure = apply(figure, patch)
        anew, held = drawn(store, shows)
        assert figure["data"] == anew["data"]
        assert figure["layout"] == anew["layout"]


def test_rows_after_a_gap_are_added_with_the_gap(store: Store) -> None:
    figure, held = drawn(store)
    append(store, 0.02, 0.02, at=205)
    figure = apply(figure, grow(store, held))
    assert figure["data"] == drawn(store)[0]["data"]
    assert None in next(trace for trace in figure["data"] if trace["name"] == "measured")["y"]


def test_a_corrected_and_a_late_row_draw_it_anew(store: Store) -> None:
    held = drawn(store)[1]
    append(store, 0.5, at=190)
    assert grow(store, held) is None
    store.append_readings([("m-home", make_readings([0.02], interval_minutes=1, start=START + 210 * MINUTE))])
    held = drawn(store)[1]
    append(store, 0.02, at=205)
    assert grow(store, held) is None


def test_another_view_draws_it_anew(store: Store) -> None:
    held = drawn(store)[1]
    append(store, 0.02)
    for change in ({"span": "6h"}, {"shows": LiveShows(band=False)}, {"digest": "0"}):
        assert grow(store, dataclasses.replace(held, **change)) is None
    assert patches.since_of(held, "m-other") is None
    assert grow(store, held) is not None


def test_an_hour_of_rows_at_once_draws_it_anew(store: Store) -> None:
    held = drawn(store)[1]
    append(store, *[0.02] * 70)
    assert grow(store, held) is None


def test_without_news_nothing_is_added(store: Store) -> None:
    figure, held = drawn(store)
    assert apply(json.loads(json.dumps(figure)), grow(store, held)) == figure


@pytest.mark.parametrize(
    "junk", [None, 5, "x", [], {}, {"meter": "m", "since": "a"}, {"shows": 5, "since": 1}, {"shows": {"anomalies": 1, "band": 1}}]
)
def test_junk_that_a_browser_holds_is_nothing(junk: Any) -> None:
    assert patches.parse(junk) is None


def test_a_chart_that_lies_about_its_window_is_drawn_anew(store: Store) -> None:
    held = drawn(store)[1]
    for since, last in ((-5, 10), (2**40, 2**41), (held.last + 5, held.last)):
        assert patches.since_of(dataclasses.replace(held, since=since, last=last), "m-home") is None
