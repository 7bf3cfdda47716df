"""To the wall clock and back, in any zone and on the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wattsup_core import timegrid
from wattsup_core.service.views.window import DataSpan, chosen_window

ZONES = (
    "Europe/London",
    "Europe/Dublin",  # winter time is the one that is saved
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",  # midnight comes twice
    "America/Sao_Paulo",  # midnight was skipped
    "Africa/Cairo",  # the hour before midnight comes twice, and that after it was skipped
    "Atlantic/Azores",  # midnight was skipped, and comes twice
    "America/Santiago",
    "Asia/Beirut",
    "Antarctica/Troll",  # two hours
    "Africa/Casablanca",  # Ramadan
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # a whole day was skipped
    "Asia/Kolkata",
    "UTC",
)
YEARS = range(2010, 2031)


def _changes(zone: str) -> list[datetime]:
    """The hours of `YEARS` in which the clock of `zone` is set."""
    hours = [datetime(YEARS[0], 1, 1, tzinfo=UTC) + day * timedelta(days=1) for day in range(366 * len(YEARS))]
    offsets = [timegrid.to_wall(hour, zone) - hour.replace(tzinfo=None) for hour in hours]
    return [before for before, one, other in zip(hours, offsets, offsets[1:], strict=False) if one != other]


CHANGES = {zone: _changes(zone) for zone in ZONES}


@st.composite
def moments(draw: st.DrawFn, zone: str) -> datetime:
    """Mostly from the two days round a change of the clock."""
    far = st.datetimes(datetime(2010, 1, 1), datetime(2030, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
    if not CHANGES[zone]:
        return draw(far)
    near = st.builds(lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(CHANGES[zone]), st.integers(-720, 2160))
    return draw(st.one_of(near, near, far))


@settings(max_examples=500, deadline=None)
@given(st.data(), st.sampled_from(ZONES))
def test_to_the_wall_clock_and_back_is_the_same_instant(data: st.DataObject, zone: str) -> None:
    moment = data.draw(moments(zone))
    assert timegrid.from_wall(timegrid.to_wall(moment, zone), zone) == moment


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(ZONES))
def test_a_window_of_the_wall_clock_loses_nothing_that_it_shows(data: st.DataObject, zone: str) -> None:
    start = timegrid.to_wall(data.draw(moments(zone)), zone).replace(second=0, microsecond=0, fold=0)
    end = start + timedelta(minutes=data.draw(st.integers(1, 3000)))
    first, last = timegrid.window_of_wall(start, end, zone)
    shown = [first + timedelta(minutes=minutes) for minutes in range(-180, round((last - first) / timedelta(minutes=1)) + 180)]
    inside = [moment for moment in shown if start <= timegrid.to_wall(moment, zone) < end]
    assert all(first <= moment < last for moment in inside)
    assert not inside or (first, last) == (inside[0], inside[-1] + timedelta(minutes=1))


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(ZONES), st.integers(1, 20_000))
def test_the_whole_of_the_data_stays_the_whole_by_the_wall_clock(data: st.DataObject, zone: str, minutes: int) -> None:
    start = data.draw(moments(zone)).replace(second=0, microsecond=0)
    span = DataSpan(start, start + timedelta(minutes=minutes))
    clocks = [timegrid.to_wall(moment, zone).replace(fold=0) for moment in (span.start, span.end)]
    assert chosen_window(clocks[0], clocks[1], span, zone) == (span.start, span.end)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(ZONES), st.one_of(st.sampled_from([20, 30, 60, 120, 180, 240, 360, 720, 1_440]), st.integers(5, 1_440)))
def test_intervals_of_a_clock_that_is_set_leave_no_time_out(data: st.DataObject, zone: str, minutes: int) -> None:
    interval_s, around = minutes * 60, timegrid.epoch_of(data.draw(moments(zone)))
    instants = np.arange(around - 2 * interval_s, around + 3 * interval_s, 60 if minutes < 200 else 600)
    starts = timegrid.slot_starts(instants, interval_s, zone)
    assert (starts <= instants).all()
    assert (np.diff(starts) >= 0).all()
    assert timegrid.slot_starts(starts, interval_s, zone).tolist() == starts.tolist()
    assert [int(timegrid.slot_starts(instants[[at]], interval_s, zone)[0]) for at in (0, -1)] == [starts[0], starts[-1]]
    bounds = np.unique(starts)
    wall = timegrid.to_wall_seconds(bounds, zone)
    was_set = wall - timegrid.to_wall_seconds(bounds - 2 * interval_s, zone) != 2 * interval_s
    assert (wall[~was_set] % interval_s == 0).all()
    assert (np.diff(bounds) < interval_s).sum() <= 2  # the one that the clock leaps from, and the one it leaps into
