from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from tests.unit.service.stored_meter import LONDON, START, event_of, readings_of, send, store_of
from wattsup_core.errors import NotFoundError
from wattsup_core.service import views
from wattsup_core.types import Channel, Direction, EventClass, EventKind, EventStatus, Meter
from wattsup_core.view_models import AlwaysOnFigure, MeterChoice, MeterChoices, ViewQuery

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIXTY_DAYS = np.repeat([1.0, 1.5], 30 * 48)


def test_energy_and_cost_of_the_range_against_the_period_before() -> None:
    view = views.overview(store_of(readings_of(SIXTY_DAYS)), ViewQuery("home", "30d"))
    assert (view.start, view.end) == (START + 30 * DAY, START + 60 * DAY)
    assert view.energy.kwh == pytest.approx(30 * 48 * 1.5)
    assert view.energy.change_pct == pytest.approx(50.0)
    assert view.energy.days == 30
    assert view.cost.cost == pytest.approx(30 * 48 * 1.5 * 0.25)
    assert view.cost.cost_per_day == pytest.approx(18.0)
    assert (view.cost.price_per_kwh, view.cost.tariff_name) == (0.25, "Flat tariff")


def test_the_head_of_the_page() -> None:
    view = views.overview(store_of(readings_of(SIXTY_DAYS)), ViewQuery("home", "7d"))
    assert (view.meter_id, view.meter_name, view.timezone, view.currency) == ("home", "Home", "Europe/London", "GBP")
    assert (view.interval_minutes, view.preset, view.completeness_pct) == (30.0, "7d", 100.0)
    assert (view.data_start, view.data_end) == (START, START + 60 * DAY)
    assert (view.is_pending, view.notices, view.is_sample) == (False, (), False)


def test_a_period_before_with_too_few_readings_is_not_compared() -> None:
    readings = readings_of(SIXTY_DAYS)
    for kept_days, is_compared in ((25, True), (23, False)):
        store = store_of(readings.drop(index=readings.index[: (30 - kept_days) * 48]))
        assert (views.overview(store, ViewQuery("home", "30d")).energy.change_pct is not None) is is_compared
    assert views.overview(store_of(readings), ViewQuery("home", "all")).energy.change_pct is None


def test_missing_readings_are_no_saving() -> None:
    readings = readings_of(SIXTY_DAYS)
    missing = readings.drop(index=readings.index[40 * 48 : 45 * 48])
    view = views.overview(store_of(missing), ViewQuery("home", "30d"))
    assert view.energy.kwh == pytest.approx(25 * 48 * 1.5)
    assert view.energy.change_pct == pytest.approx(50.0)
    assert view.completeness_pct == pytest.approx(100 * 25 / 30)
    assert view.notices == ("17 % of the readings of this range are missing. Energy and cost count only what was recorded.",)


def test_the_range_by_days_is_local() -> None:
    summer = datetime(2026, 6, 30, 23, tzinfo=UTC)  # midnight of 1 July in London
    store = store_of(readings_of(np.repeat([1.0, 2.0, 3.0], 48), summer))
    view = views.overview(store, ViewQuery("home", None, date(2026, 7, 2), date(2026, 7, 2)))
    assert (view.energy.kwh, view.energy.days, view.preset) == (96.0, 1.0, None)
    assert view.energy.change_pct == pytest.approx(100.0)
    assert [risk.day for risk in view.risk] == [date(2026, 7, 2)]


def test_days_without_data_are_answered_with_a_range_that_has_some() -> None:
    view = views.overview(store_of(readings_of(SIXTY_DAYS)), ViewQuery("home", None, date(2020, 1, 1), date(2020, 1, 2)))
    assert view.preset == "30d"
    assert view.notices[0].startswith("There are no readings in the days you chose: they run from 5 January 2026 to 5 March 2026.")


def test_events_are_sorted_by_severity_and_counted_with_their_cost() -> None:
    events = [
        event_of(START + 40 * DAY, 1, "mild", severity=30, status=EventStatus.SEEN),
        event_of(START + 45 * DAY, 1, "late", severity=90),
        event_of(START + 41 * DAY, 1, "early", severity=90),
        event_of(START + 42 * DAY, 1, "low", direction=Direction.LOW, kind=EventKind.DROP, excess_kwh=-5.0, cost=-1.25, severity=20),
        event_of(START + 43 * DAY, 1, "unit", kind=EventKind.UNIT_ERROR, event_class=EventClass.METER_FAULT, cost=None, severity=10),
        event_of(START + 44 * DAY, 1, "late fill", kind=EventKind.CATCH_UP, event_class=EventClass.DATA_GAP, cost=None, severity=5),
        event_of(START + 5 * DAY, 1, "before the range", severity=99),
    ]
    view = views.overview(store_of(readings_of(SIXTY_DAYS), events), ViewQuery("home", "30d"))
    assert [event.event_id for event in view.events] == ["early", "late", "mild", "low", "unit", "late fill"]
    assert view.anomalies.count == 6
    assert view.anomalies.excess_kwh == pytest.approx(6.0)
    assert view.anomalies.cost == pytest.approx(1.5)


def test_an_event_counts_with_the_part_that_lies_in_the_range() -> None:
    kwh = np.full(60 * 48, 0.5)
    kwh[29 * 48 : 30 * 48] += 0.3  # three quarters of the excess on the day before the range
    kwh[30 * 48 : 31 * 48] += 0.1
    high = event_of(START + 29 * DAY, 48, kind=EventKind.SUSTAINED_HIGH, excess_kwh=19.2, cost=4.8)
    store = store_of(readings_of(kwh), [high])
    inside, outside = (
        views.overview(store, ViewQuery("home", None, first, last)).anomalies
        for first, last in ((date(2026, 2, 4), date(2026, 3, 5)), (date(2026, 1, 5), date(2026, 2, 3)))
    )
    assert (inside.excess_kwh, inside.cost) == (pytest.approx(4.8, rel=1e-4), pytest.approx(1.2, rel=1e-4))
    assert not inside.has_overlaps
    assert inside.excess_kwh + outside.excess_kwh == pytest.approx(19.2)


def test_the_risk_of_a_day_is_that_of_its_worst_event() -> None:
    events = [
        event_of(START + 1 * DAY + 22 * HOUR, 4, "over midnight", severity=70),
        event_of(START + 2 * DAY + 20 * HOUR, 1, "evening", severity=95),
        event_of(START + 4 * DAY + 20 * HOUR, 4, "until midnight", severity=40),
    ]
    view = views.overview(store_of(readings_of(np.ones(6 * 48)), events), ViewQuery("home", "all"))
    assert [(risk.day.day, risk.severity, risk.events) for risk in view.risk] == [
        (5, 0, 0),
        (6, 70, 1),
        (7, 95, 2),
        (8, 0, 0),
        (9, 40, 1),
        (10, 0, 0),
    ]
    assert [risk.event_id for risk in view.risk] == ["", "over midnight", "evening", "", "until midnight", ""]


def test_an_event_that_began_before_the_range_counts_from_its_first_day() -> None:
    long = event_of(START + DAY, 6 * 24, "long", severity=50)
    store = store_of(readings_of(np.ones(9 * 48)), [long])
    view = views.overview(store, ViewQuery("home", None, date(2026, 1, 9), date(2026, 1, 13)))
    assert [risk.severity for risk in view.risk] == [50, 50, 50, 0, 0]


@pytest.mark.parametrize(("start", "hours"), [("2026-03-28T00:00Z", 71), ("2026-10-23T23:00Z", 73)])
def test_days_of_23_and_25_hours_are_one_cell_each(start: str, hours: int) -> None:
    midnight = datetime.fromisoformat(start)
    last_hour = event_of(midnight + (hours - 1) * HOUR, 1, severity=60)
    view = views.overview(store_of(readings_of(np.ones(2 * hours), midnight), [last_hour]), ViewQuery("home", "all"))
    assert [risk.severity for risk in view.risk] == [0, 0, 60]
    assert view.completeness_pct == 100.0
    assert view.energy.days == 3


def test_a_meter_that_waits_for_its_scores_says_so() -> None:
    store = store_of(readings_of(SIXTY_DAYS), is_scored=False)
    view = views.overview(store, ViewQuery("home"))
    assert view.is_pending
    assert view.notices == ("These readings are being checked for anomalies; what is found appears here by itself.",)


def test_new_readings_that_wait_for_their_scores_say_so() -> None:
    store = store_of(readings_of(SIXTY_DAYS), notes=("12 days of data: comparing hours only.",))
    send(store, readings_of([1.0], START + 60 * DAY), upload_id="u2")
    view = views.overview(store, ViewQuery("home"))
    assert view.is_pending
    assert view.notices == (
        "New readings are being checked for anomalies; until then the newest ones have no expected band.",
        "12 days of data: comparing hours only.",
    )


def test_scores_of_an_earlier_version_are_shown_and_renewed() -> None:
    store = store_of(readings_of(SIXTY_DAYS), model_version="earlier")
    view = views.overview(store, ViewQuery("home"))
    assert view.is_pending
    assert view.notices == ("This version of WattsUp checks these readings anew; until then you see what an earlier version found.",)


def test_the_always_on_load_and_its_change() -> None:
    day = np.r_[np.full(24, 0.05), np.full(24, 0.4)]
    kwh = np.concatenate([np.tile(day, 30), np.tile(day + 0.02, 30)])
    view = views.overview(store_of(readings_of(kwh)), ViewQuery("home", "30d"))
    assert view.always_on.watts == pytest.approx(140, rel=1e-3)
    assert view.always_on.change_watts == pytest.approx(40, rel=1e-3)


def test_a_step_that_is_told_as_an_event_is_the_same_on_the_card() -> None:
    day = np.r_[np.full(24, 0.05), np.full(24, 0.4)]
    kwh = np.concatenate([np.tile(day, 45), np.tile(day + 0.02, 15)])
    told = event_of(START + 46 * DAY, 14 * 24, kind=EventKind.BASELOAD_STEP, excess_kwh=12.6)
    other = event_of(START + 34 * DAY, 14 * 24, "other", kind=EventKind.BASELOAD_STEP, excess_kwh=50.0, severity=99)
    by_itself = views.overview(store_of(readings_of(kwh)), ViewQuery("home", "30d")).always_on
    as_told = views.overview(store_of(readings_of(kwh), [told, other]), ViewQuery("home", "30d")).always_on
    assert (by_itself.change_watts, by_itself.since) == (pytest.approx(40, rel=1e-3), date(2026, 2, 19))
    assert (as_told.change_watts, as_told.since) == (pytest.approx(37.5), date(2026, 2, 20))
    assert as_told.watts == by_itself.watts


def test_the_always_on_load_of_a_day_is_judged_by_its_week() -> None:
    store = store_of(readings_of(np.tile(np.r_[np.full(24, 0.05), np.full(24, 0.4)], 30)))
    assert views.overview(store, ViewQuery("home", "24h")).always_on == views.overview(store, ViewQuery("home", "7d")).always_on
    assert views.overview(store, ViewQuery("home", "24h")).always_on.watts == pytest.approx(100, rel=1e-3)


def test_two_readings_make_a_page() -> None:
    view = views.overview(store_of(readings_of([1.0, 2.0])), ViewQuery("home"))
    assert (view.energy.kwh, view.energy.change_pct, view.always_on) == (3.0, None, AlwaysOnFigure(None))
    assert view.completeness_pct == 100.0
    assert len(view.risk) == 1


def test_a_meter_of_zeros_makes_a_page() -> None:
    view = views.overview(store_of(readings_of(np.zeros(60 * 48))), ViewQuery("home"))
    assert (view.energy.kwh, view.energy.change_pct, view.cost.cost) == (0.0, None, 0.0)


def test_the_meters_to_choose_from_end_with_the_sample() -> None:
    store = store_of(readings_of([1.0]), meter=dataclasses.replace(LONDON, meter_id="sample", name="Sample", is_sample=True))
    store.add_meter(Meter("b", "Shed", "Europe/London", 30))
    store.add_meter(Meter("a", "House", "Europe/London", 30))
    expected = (MeterChoice("b", "Shed"), MeterChoice("a", "House"), MeterChoice("sample", "Sample", is_sample=True))
    assert views.meters(store) == MeterChoices(expected[2], expected, 3)  # the one with readings
    assert views.meters(store, "sample") == MeterChoices(expected[2], expected, 3)
    assert views.meters(store, "b") == MeterChoices(expected[0], expected, 3)
    assert views.meters(store, "nobody") == MeterChoices(expected[2], expected, 3)


def test_an_unknown_meter_is_refused() -> None:
    with pytest.raises(NotFoundError):
        views.overview(store_of(readings_of([1.0])), ViewQuery("elsewhere"))


def test_an_interval_counts_once_with_the_most_severe_event_that_covers_it() -> None:
    kwh = np.full(60 * 48, 0.5)
    kwh[40 * 48 : 41 * 48] += 0.5  # a day of 24 kWh too much, the last two hours of which are told by themselves as well
    day = event_of(START + 40 * DAY, 24, "day", severity=60, excess_kwh=24.0, cost=6.0)
    hours = event_of(START + 41 * DAY - 2 * HOUR, 2, "hours", severity=90, excess_kwh=2.0, cost=0.5)
    view = views.overview(store_of(readings_of(kwh), [day, hours]), ViewQuery("home", "30d"))
    assert (view.anomalies.excess_kwh, view.anomalies.cost) == (pytest.approx(24.0), pytest.approx(6.0))
    assert view.anomalies.has_overlaps, "the events' own costs come to 6.50"
    alone = views.overview(store_of(readings_of(kwh), [day]), ViewQuery("home", "30d"))
    assert (alone.anomalies.cost, alone.anomalies.has_overlaps) == (pytest.approx(6.0), False)


def test_a_step_of_the_always_on_load_gives_a_spike_no_more_than_its_own_height() -> None:
    kwh = np.full(60 * 48, 0.5)
    kwh[40 * 48 : 50 * 48] += 0.03
    kwh[41 * 48 : 41 * 48 + 4] += 3.0
    step = event_of(START + 40 * DAY, 240, "step", severity=60, kind=EventKind.BASELOAD_STEP, excess_kwh=14.4, cost=3.6)
    spike = event_of(START + 41 * DAY, 2, "spike", severity=90, excess_kwh=12.12, cost=3.03)
    view = views.overview(store_of(readings_of(kwh), [step, spike]), ViewQuery("home", "30d"))
    assert view.anomalies.excess_kwh == pytest.approx(12.12 + 14.4 * 238 / 240)
    assert view.anomalies.cost == pytest.approx(3.03 + 3.6 * 238 / 240)


def test_the_view_says_which_way_the_energy_goes() -> None:
    sent = dataclasses.replace(LONDON, channel=Channel.EXPORT)
    assert views.overview(store_of(readings_of([1.0]), meter=sent), ViewQuery("home")).channel is Channel.EXPORT
