"""The Live page's view: the window that ends with the newest reading, its figures, and points that can be added to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.factories import START, daily_curve, make_event, make_meter, make_readings, make_upload
from wattsup_core.service.scoring import score_meter
from wattsup_core.service.views import live
from wattsup_core.service.views.live import spans_of
from wattsup_core.service.views.live_series import MOST_POINTS
from wattsup_core.service.views.overview import overview
from wattsup_core.store import open_store
from wattsup_core.store.store import Store
from wattsup_core.types import Channel, EventKind
from wattsup_core.view_models import ViewQuery

MINUTE = timedelta(minutes=1)


def stored(interval_minutes: float = 1, days: float = 1.5, kwh: np.ndarray | None = None, **meter: object) -> Store:
    """A meter with readings and nothing else."""
    store = open_store("sqlite://")
    store.migrate()
    values = daily_curve(days, interval_minutes) if kwh is None else kwh
    readings = make_readings(values, interval_minutes=interval_minutes)
    added = make_meter(interval_minutes=interval_minutes, **meter)
    store.save_upload(make_upload(), [("m-home", readings)], new_meters=[added])
    return store


def with_event(store: Store, monkeypatch: pytest.MonkeyPatch, *events: object) -> Store:
    monkeypatch.setattr(store, "events", lambda *_: list(events))
    return store


def test_the_window_ends_with_the_newest_reading() -> None:
    view = live(stored(), "m-home")
    assert view.end == START + timedelta(days=1.5)
    assert (view.start, view.span) == (view.end - timedelta(hours=1), "1h")
    assert len(view.series.x) == 60
    assert view.series.x[0] == "2026-01-06T11:00"
    assert view.power is not None
    assert view.power.kw == pytest.approx(0.2, abs=0.01)
    assert (view.power.lower_kw, view.power.is_anomaly) == (None, False)


@pytest.mark.parametrize(("days", "is_known"), [(1, False), (3, True)])
def test_what_is_usual_is_not_known_of_a_meter_without_days_to_compare(days: int, is_known: bool) -> None:
    store = stored(30, days=days)
    score_meter(store, "m-home")
    assert store.scored("m-home")["lower_95_kwh"].notna().all()
    view = live(store, "m-home")
    assert view.power is not None
    assert (view.power.lower_kw is not None, view.today.usual_kwh is not None) == (is_known, is_known)
    assert any(value is not None for value in view.series.lower) == is_known


@pytest.mark.parametrize(
    ("interval_minutes", "spans", "suiting"), [(1, ("1h", "6h", "24h"), "1h"), (15, ("1h", "6h", "24h"), "6h"), (60, ("6h", "24h"), "24h")]
)
def test_a_span_holds_a_few_readings(interval_minutes: float, spans: tuple[str, ...], suiting: str) -> None:
    assert spans_of(interval_minutes) == spans
    view = live(stored(interval_minutes, days=3), "m-home", "nonsense")
    assert (view.spans, view.span) == (spans, suiting)


def test_a_meter_that_reads_daily_shows_its_last_readings() -> None:
    view = live(stored(1440, kwh=np.full(40, 9.0)), "m-home")
    assert (view.span, view.spans) == ("", ())
    assert view.end - view.start == timedelta(days=24)
    assert view.demand.block_minutes == 1440
    assert view.demand.kw == pytest.approx(9 / 24)


def test_today_counts_from_the_local_midnight() -> None:
    view = live(stored(days=1.25), "m-home")
    assert view.today.day.isoformat() == "2026-01-06"
    assert view.today.kwh == pytest.approx(daily_curve(0.25, 1).sum())
    assert view.today.cost == pytest.approx(view.today.kwh * 0.28)
    assert view.today.usual_kwh is None
    assert live(stored(days=1.25, channel=Channel.EXPORT), "m-home").today.cost is None


def test_the_running_quarter_of_an_hour_is_projected() -> None:
    kwh = np.full(100, 1 / 60)  # 1 kW; the last ten minutes lie in a quarter of an hour that has five to go
    kwh[-3:] = 3 / 60
    view = live(stored(kwh=kwh), "m-home")
    assert view.demand.minutes_left == 5
    assert view.demand.kw == pytest.approx((7 * 1 + 3 * 3 + 5 * 3) / 15)
    assert view.demand.peak_kw == pytest.approx(1.0)


def test_a_filled_quarter_of_an_hour_is_over_and_counts_as_a_peak() -> None:
    kwh = np.full(45, 1 / 60)
    kwh[15:30] = 4 / 60
    view = live(stored(kwh=kwh), "m-home")
    assert (view.demand.minutes_left, view.demand.peak_kw) == (15, pytest.approx(4.0))
    assert view.demand.kw == pytest.approx(1.0)


def test_a_quarter_hourly_meter_tells_its_last_interval() -> None:
    kwh = np.array([0.25, 1.0, 0.5])
    view = live(stored(15, kwh=kwh), "m-home")
    assert view.demand.minutes_left is None
    assert (view.demand.kw, view.demand.peak_kw) == (pytest.approx(2.0), pytest.approx(4.0))


@pytest.mark.parametrize("minutes", [2, 4, 6, 7, 10, 12, 13, 20])
def test_a_meter_whose_intervals_do_not_fill_a_quarter_of_an_hour_tells_its_last_one(minutes: int) -> None:
    kwh = np.full(300, minutes / 60)  # 1 kW
    kwh[100:130] = 3 * minutes / 60
    demand = live(stored(minutes, kwh=kwh), "m-home").demand
    assert (demand.block_minutes, demand.minutes_left) == (minutes, None)
    assert (demand.kw, demand.peak_kw) == (pytest.approx(1.0), pytest.approx(3.0))


@pytest.mark.parametrize("minutes", [1, 3, 5])
def test_whole_quarters_of_an_hour_make_the_peak(minutes: int) -> None:
    kwh = np.full(300, minutes / 60)
    kwh[45 : 45 + 15 // minutes] = 3 * minutes / 60
    demand = live(stored(minutes, kwh=kwh), "m-home").demand
    assert (demand.block_minutes, demand.peak_kw) == (15, pytest.approx(3.0))


def test_a_month_whose_first_midnight_comes_twice_begins_with_the_first() -> None:
    start = datetime(2026, 11, 1, 4, tzinfo=UTC)  # Havana, where an hour later it is midnight again
    readings = make_readings(np.array([1.0, *[0.25] * 5]), start=start, interval_minutes=15)
    store = open_store("sqlite://")
    store.migrate()
    store.save_upload(make_upload(), [("m-home", readings)], new_meters=[make_meter(interval_minutes=15, timezone="America/Havana")])
    assert live(store, "m-home").demand.peak_kw == pytest.approx(4.0)


def test_a_gap_breaks_the_line_by_a_row_of_nothing() -> None:
    store = stored(days=0.05)
    store.append_readings([("m-home", make_readings([0.1], interval_minutes=1, start=START + timedelta(minutes=80)))])
    series = live(store, "m-home").series
    at = series.actual.index(None)
    assert series.x[at] == "2026-01-05T01:12"
    assert (series.lower[at], series.anomaly[at], series.actual[at + 1]) == (None, None, 6.0)


def test_the_readings_of_an_event_are_painted_from_where_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = START + timedelta(days=1.5) - 20 * MINUTE
    event = make_event(start=begin, hours=1 / 3)
    view = live(with_event(stored(), monkeypatch, event), "m-home")
    painted = [value is not None for value in view.series.anomaly]
    assert (painted.index(True), sum(painted)) == (40, 20)
    assert [(marker.event_id, marker.x) for marker in view.series.markers] == [("e-1", "2026-01-06T11:40")]
    assert view.power is not None
    assert view.power.is_anomaly


def test_an_event_goes_on_while_it_reaches_the_newest_reading_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    store = stored(days=1)
    from wattsup_core.service.scoring import score_meter

    score_meter(store, "m-home")
    end = START + timedelta(days=1)
    on = make_event("on", start=end - 30 * MINUTE, hours=0.5)
    over = make_event("over", start=end - 50 * MINUTE, hours=0.25)
    lasting = make_event("lasting", start=START, hours=2, kind=EventKind.BASELOAD_STEP, ongoing=True)
    view = live(with_event(store, monkeypatch, on, over, lasting), "m-home")
    assert view.still_on == {"on", "lasting"}
    assert [event.event_id for event in view.events] == ["on", "over", "lasting"]
    assert overview(store, ViewQuery("m-home", "all")).still_on == view.still_on


def test_the_overview_does_not_call_on_what_newer_readings_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    from wattsup_core.service.scoring import score_meter

    store = stored(days=1)
    score_meter(store, "m-home")
    stale = make_event("stale", start=START + timedelta(hours=12), hours=1, ongoing=True)
    with_event(store, monkeypatch, stale)
    assert overview(store, ViewQuery("m-home", "all")).still_on == frozenset()
    assert live(store, "m-home").still_on == frozenset()


def test_a_window_of_very_many_readings_is_thinned_without_losing_an_extreme() -> None:
    kwh = np.full(8640, 0.001)
    kwh[5000] = 0.05
    view = live(stored(1 / 6, kwh=kwh), "m-home", "24h")
    assert not view.series.is_whole
    assert len(view.series.x) <= MOST_POINTS + 10
    assert max(value for value in view.series.actual if value is not None) == pytest.approx(0.05 * 360)
    assert None not in view.series.actual


def test_points_of_a_window_before_are_given_when_a_browser_shows_them() -> None:
    store = stored()
    view = live(store, "m-home", since=START + timedelta(days=1.5) - 75 * MINUTE)
    assert view.end - view.start == timedelta(hours=1)
    assert len(view.series.x) == 75


def test_a_reading_that_waits_for_its_first_look_is_held_back_a_moment() -> None:
    from wattsup_core.service.scoring import score_meter

    store, end = stored(15, days=5), START + timedelta(days=5)
    score_meter(store, "m-home")
    store.append_readings([("m-home", make_readings([0.1, 0.1], interval_minutes=15, start=end))])
    assert live(store, "m-home").end == end
    store.append_readings([("m-home", make_readings([0.1] * 8, interval_minutes=15, start=end + timedelta(minutes=30)))])
    assert live(store, "m-home").end == end + timedelta(minutes=150)
