from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import address
from dashboard.address import ViewState, parse, search
from wattsup_core.view_models import PRESETS, Resolution, ViewQuery

wall = datetime.fromisoformat
DAYS = st.dates(date(1971, 1, 1), date(2199, 1, 1))
CLOCK = st.datetimes(wall("1971-01-01"), wall("2199-01-01")).map(lambda moment: moment.replace(second=0, microsecond=0, fold=0))
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,40}", fullmatch=True)


@st.composite
def states(draw: st.DrawFn) -> ViewState:
    days = draw(st.none() | st.tuples(DAYS, DAYS).map(sorted))
    zoom = draw(st.none() | st.tuples(CLOCK, CLOCK).map(sorted).filter(lambda pair: pair[0] < pair[1]))
    return ViewState(
        meter=draw(st.none() | IDS),
        preset=None if days else draw(st.sampled_from(PRESETS)),
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        zoom=tuple(zoom) if zoom else None,
        event=draw(st.none() | IDS),
        resolution=draw(st.sampled_from(Resolution)),
    )


@given(states())
def test_an_address_gives_back_the_state_it_was_written_from(state: ViewState) -> None:
    assert parse(search(state)) == state


@given(st.text(max_size=300) | st.none() | st.integers() | st.lists(st.text()))
def test_any_address_gives_a_state(text: object) -> None:
    state = parse(text)
    assert (state.preset is None) == (state.first_day is not None) == (state.last_day is not None)
    assert state.preset is None or state.preset in PRESETS


def test_a_whole_address_is_read() -> None:
    state = parse("?meter=home-1&from=2026-01-03&to=2026-02-01&zoom=2026-01-05T00:00,2026-01-07T12:00&event=ab12&res=hour")
    assert state == ViewState(
        meter="home-1",
        preset=None,
        first_day=date(2026, 1, 3),
        last_day=date(2026, 2, 1),
        zoom=(wall("2026-01-05"), wall("2026-01-07T12:00")),
        event="ab12",
        resolution=Resolution.HOUR,
    )
    assert state.query("home-1") == ViewQuery("home-1", None, date(2026, 1, 3), date(2026, 2, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "?range=5w",
        "?from=2026-02-01&to=2026-01-01",
        "?from=2026-02-30&to=2026-03-01",
        "?from=2026-01-01",
        "?from=0001-01-01&to=9999-12-31",
        "?meter=../../etc/passwd",
        "?meter=%00",
        "?event=<script>",
        "?zoom=1,2",
        "?zoom=2026-01-07T00:00,2026-01-05T00:00",
        "?zoom=2026-01-05T00:00Z,2026-01-07T00:00Z",
        "?zoom=2026-01-05T00:00:10,2026-01-05T00:00:40",
        "?res=minute",
        "?" + "x=1&" * 500,
        "?meter=" + "a" * 101,
    ],
)
def test_what_makes_no_sense_falls_back_to_the_default(text: str) -> None:
    assert parse(text) == ViewState()


def test_the_default_needs_no_words() -> None:
    assert search(ViewState()) == "?"
    zoomed = ViewState(meter="a", zoom=(wall("2026-01-05"), wall("2026-01-07")))
    assert search(zoomed) == "?meter=a&zoom=2026-01-05T00:00,2026-01-07T00:00"


def test_a_window_needs_two_times() -> None:
    assert address.window(["2026-01-05T00:00"]) is None
    assert address.window([None, 5]) is None
    assert address.window("2026-01-05T00:00") is None
