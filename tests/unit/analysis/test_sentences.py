"""Titles, causes and sentences say what the numbers say, and nothing they do not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

import pytest

from wattsup_core.analysis import phrases
from wattsup_core.analysis.appliances import like_appliance
from wattsup_core.analysis.cause import cause_of, title_of
from wattsup_core.analysis.explain import explain
from wattsup_core.analysis.findings import Pattern
from wattsup_core.analysis.portrait import Creep, Portrait
from wattsup_core.analysis.sentences import checks_of, comparison_of, confidence_of, detail_of, summary_of
from wattsup_core.types import Driver, EventKind

NIGHT_SPIKE = Portrait(
    kind=EventKind.SPIKE,
    start=datetime(2026, 1, 27, 2, 15),  # noqa: DTZ001 - a wall clock
    peak=datetime(2026, 1, 27, 3, 0),  # noqa: DTZ001
    minutes=165,
    interval_minutes=15,
    actual_kwh=9.9,
    expected_kwh=0.61,
    peak_kw=3.6,
    usual_peak_kw=0.2,
    steady_kw=3.4,
    floor_before_kw=None,
    floor_kw=None,
    past_kwh=(0.6, 0.5, 0.7, 0.62),
    days_since_similar=90.0,
    days_before=200.0,
    readings=11,
    value_kwh=0.9,
    lowest_kwh=0.8,
    negative_readings=0,
    silent_minutes=0.0,
    silent_kwh=0.0,
    pattern=Pattern.LEVEL,
    is_ongoing=False,
    evidence=4.0,
)


def test_a_spike_at_night_reads_as_drawn() -> None:
    assert title_of(NIGHT_SPIKE) == "Spike at night"
    assert cause_of(NIGHT_SPIKE) == "16× a usual Tuesday 02:15; the highest 2 h 45 min in 90 days"
    assert summary_of(NIGHT_SPIKE) == "9.9 kWh in 2 h 45 min, where 0.61 kWh is usual."
    assert detail_of(NIGHT_SPIKE) == "About 3.4 kW ran steadily on top of the usual, the size of an immersion heater or a car charger."
    assert comparison_of(NIGHT_SPIKE) == "The same hours of 4 Tuesdays before used 0.50 to 0.70 kWh."
    assert confidence_of(NIGHT_SPIKE) == "high"


MAY_DAY = (date(2026, 5, 2), "Labour Day")
CHUSEOK = tuple((date(2018, 9, day), name) for day, name in ((24, "Chuseok"), (25, "Second day"), (26, "Second day")))


def test_a_public_holiday_is_named() -> None:
    event = replace(NIGHT_SPIKE, holidays=(MAY_DAY,))
    assert comparison_of(event).endswith("used 0.50 to 0.70 kWh. 2 May was a public holiday: Labour Day.")
    assert comparison_of(replace(event, past_kwh=())) == "2 May was a public holiday: Labour Day."
    assert cause_of(event) == "16× a usual Tuesday 02:15; Labour Day, a public holiday"


def test_public_holidays_in_a_row_are_named_together() -> None:
    event = replace(NIGHT_SPIKE, past_kwh=(), holidays=CHUSEOK)
    assert comparison_of(event) == "24 September, 25 September and 26 September were public holidays: Chuseok and Second day."
    assert cause_of(event) == "16× a usual Tuesday 02:15; public holidays"


@pytest.mark.parametrize("kind", [EventKind.OUTAGE, EventKind.GAP, EventKind.FLATLINE])
def test_no_holiday_is_named_where_the_data_is_wrong(kind: EventKind) -> None:
    assert "holiday" not in comparison_of(replace(NIGHT_SPIKE, kind=kind, holidays=(MAY_DAY,)))
    assert "holiday" not in cause_of(replace(NIGHT_SPIKE, kind=kind, holidays=(MAY_DAY,)))


def test_nothing_rare_is_claimed_of_what_happened_last_week() -> None:
    assert cause_of(replace(NIGHT_SPIKE, days_since_similar=7.0)) == "16× a usual Tuesday 02:15"
    assert cause_of(replace(NIGHT_SPIKE, days_since_similar=None, days_before=10.0)) == "16× a usual Tuesday 02:15"
    assert "of the 200 days before" in cause_of(replace(NIGHT_SPIKE, days_since_similar=None))


def test_no_device_is_named_for_a_factory_or_an_unsteady_use() -> None:
    factory = replace(NIGHT_SPIKE, steady_kw=3.4, peak_kw=420.0, usual_peak_kw=300.0)
    assert detail_of(factory) == "About 3.4 kW ran steadily on top of the usual."
    assert detail_of(replace(NIGHT_SPIKE, steady_kw=None)) == "Furthest above the usual it drew 3.6 kW, where 200 W is usual."


def test_no_comparison_from_a_single_week() -> None:
    assert comparison_of(replace(NIGHT_SPIKE, past_kwh=(0.6,))) == ""


def test_a_drop_is_told_as_a_share() -> None:
    drop = replace(NIGHT_SPIKE, kind=EventKind.DROP, actual_kwh=0.2, expected_kwh=2.0, peak_kw=0.05, usual_peak_kw=0.8, steady_kw=None)
    assert title_of(drop) == "Unusually low use"
    assert cause_of(drop).startswith("10 % of a usual Tuesday 02:15; the lowest")
    assert detail_of(drop) == "Furthest below the usual it drew 50 W, where 800 W is usual."
    assert cause_of(replace(drop, actual_kwh=0.0)).startswith("nothing used, where 2.0 kWh is usual")


def test_an_always_on_step_names_both_levels() -> None:
    step = replace(NIGHT_SPIKE, kind=EventKind.BASELOAD_STEP, minutes=13 * 1440, floor_before_kw=0.107, floor_kw=0.148)
    assert title_of(step) == "Always-on load stepped up"
    assert cause_of(step) == "107 W → 148 W; something left on?"
    assert "→" not in cause_of(replace(step, floor_kw=0.100))


STEP = replace(NIGHT_SPIKE, kind=EventKind.BASELOAD_STEP, minutes=13 * 1440, floor_before_kw=0.107, floor_kw=0.148)


def test_only_a_step_that_is_still_on_is_told_for_a_year() -> None:
    assert detail_of(replace(STEP, is_ongoing=True)) == "If it stays, that is 359 kWh a year."
    ended = replace(STEP, floor_after_kw=0.110)
    assert detail_of(ended) == "It ended on 9 February 2026."
    assert cause_of(ended) == "107 W → 148 W until 9 February 2026"
    assert checks_of(ended)[0] == "What was switched off on 9 February 2026?"
    assert detail_of(replace(STEP, floor_after_kw=0.150)) == "The level stayed, so from then on it counts as usual."
    assert detail_of(STEP) == ""
    assert not any("since then" in check for check in checks_of(STEP))


def test_what_to_check_is_of_the_size_of_the_site() -> None:
    factory = replace(STEP, floor_before_kw=18.1, floor_kw=78.2)
    assert any("fridge" in check for check in checks_of(STEP))
    assert any("compressor" in check and "fridge" not in check for check in checks_of(factory))
    furnace = replace(NIGHT_SPIKE, peak_kw=324.0, usual_peak_kw=15.3)
    assert any("an oven" in check for check in checks_of(NIGHT_SPIKE))
    assert any("machines" in check and "an oven" not in check for check in checks_of(furnace))


def test_a_gap_has_no_readings_to_doubt() -> None:
    assert detail_of(replace(NIGHT_SPIKE, kind=EventKind.GAP)) == "Nothing was recorded, so no cost is given."


DAY = replace(NIGHT_SPIKE, minutes=1440, interval_minutes=1440, peak=NIGHT_SPIKE.start.replace(hour=0, minute=0), steady_kw=None)
DAYS = replace(DAY, kind=EventKind.SUSTAINED_LOW, minutes=5 * 1440, actual_kwh=30.0, expected_kwh=60.0, peak_kw=0.1, usual_peak_kw=0.5)


@pytest.mark.parametrize("kind", [EventKind.SPIKE, EventKind.NIGHT_USE, EventKind.SUSTAINED_HIGH, EventKind.SUSTAINED_LOW, EventKind.DROP])
def test_daily_readings_know_no_hours(kind: EventKind) -> None:
    low = {"actual_kwh": 0.2, "expected_kwh": 2.0} if kind in {EventKind.SUSTAINED_LOW, EventKind.DROP} else {}
    for portrait in (replace(DAY, kind=kind, **low), replace(DAYS, kind=kind, **low), replace(DAYS, kind=kind, steady_kw=0.1)):
        told = explain(portrait, ())
        sentences = " ".join([title_of(portrait), cause_of(portrait), told.detail, told.comparison, *told.check_first])
        assert not re.search(r"hour|night|:\d\d| [kM]?W\b", sentences), sentences


def test_days_are_told_by_their_energy() -> None:
    assert title_of(DAYS) == "Low use for days"
    assert detail_of(DAYS) == "Its lowest day used 2.4 kWh, where 12.0 kWh is usual."
    assert detail_of(replace(DAYS, steady_kw=0.1)) == "About 2.4 kWh a day came on top of the usual."
    assert comparison_of(DAY) == "The 4 Tuesdays before used 0.50 to 0.70 kWh."


@pytest.mark.parametrize("kind", list(EventKind))
def test_energy_sent_to_the_grid_is_not_told_as_use(kind: EventKind) -> None:
    portrait = replace(NIGHT_SPIKE, kind=kind, is_sent=True)
    told = explain(portrait, ())
    sentences = " ".join([title_of(portrait), cause_of(portrait), told.summary, told.detail, told.comparison])
    assert not any("heat" in check for check in told.check_first)
    assert not re.search(r"\b(use|used|drew|consumption|heater)\b", sentences, re.IGNORECASE), sentences


@pytest.mark.parametrize(
    ("kind", "title", "cause"),
    [
        (EventKind.OUTAGE, "No consumption", "meter read exactly 0 for 2 h 45 min; power cut or lost link?"),
        (EventKind.FLATLINE, "Meter stuck", "the same value 11 times in a row; stuck register or lost link?"),
        (EventKind.GAP, "No data", "nothing was recorded for 2 h 45 min"),
        (EventKind.CATCH_UP, "Readings caught up", "nothing for 5 h, then 0.90 kWh in one reading"),
        (EventKind.NEGATIVE, "Negative readings", "readings below zero, down to −0.35 kWh, on a meter that only counts up"),
        (EventKind.UNIT_ERROR, "Readings too large", "readings 16× the usual size; a wrong unit?"),
    ],
)
def test_faults_doubt_the_readings(kind: EventKind, title: str, cause: str) -> None:
    fault = replace(NIGHT_SPIKE, kind=kind, silent_minutes=300.0, lowest_kwh=-0.35, negative_readings=3)
    assert (title_of(fault), cause_of(fault)) == (title, cause)
    assert "waste" not in summary_of(fault)
    assert detail_of(fault)


@pytest.mark.parametrize("kind", list(EventKind))
@pytest.mark.parametrize("expected_kwh", [0.0, 0.61, 30.0])
def test_every_kind_has_words(kind: EventKind, expected_kwh: float) -> None:
    portrait = replace(NIGHT_SPIKE, kind=kind, expected_kwh=expected_kwh)
    drivers = (Driver("jump from the hour before", 60.0),)
    told = explain(portrait, drivers)
    assert 2 <= len(title_of(portrait).split()) <= 4
    assert cause_of(portrait)
    assert told.summary.endswith(".")
    assert told.drivers == drivers
    assert all(check.endswith(("?", ".")) for check in told.check_first)
    assert told.check_first


def test_numbers_keep_their_telling_digits() -> None:
    assert [phrases.energy(kwh) for kwh in (0.0, 0.004, 0.61, 9.94, 59.8, 1240.0, 15_200.0)] == [
        "0 kWh",
        "0.004 kWh",
        "0.61 kWh",
        "9.9 kWh",
        "59.8 kWh",
        "1,240 kWh",
        "15.2 MWh",
    ]
    assert [phrases.power(kw) for kw in (0.148, 3.4, 1700.0)] == ["148 W", "3.4 kW", "1.7 MW"]
    assert [phrases.energy(kwh) for kwh in (-5.0, -1240.0, -15_200.0, -0.0004)] == ["−5.0 kWh", "−1,240 kWh", "−15.2 MWh", "0.00 kWh"]
    assert [phrases.power(kw) for kw in (-0.148, -3.4, -0.0001)] == ["−148 W", "−3.4 kW", "0 W"]
    assert [phrases.duration(minutes) for minutes in (15, 165, 120, 1800, 18_720)] == ["15 min", "2 h 45 min", "2 h", "30 h", "13 days"]
    assert phrases.energy_span(0.4, 0.7) == "0.40 to 0.70 kWh"
    assert phrases.energy_span(9000.0, 12_000.0) == "9,000 kWh to 12.0 MWh"


def test_sizes_of_devices_rise_and_end_with_a_household() -> None:
    assert like_appliance(0.01) == ""
    assert like_appliance(3.0) == "an immersion heater or a car charger"
    assert like_appliance(50.0) == ""


CREEPING = replace(
    NIGHT_SPIKE,
    kind=EventKind.DRIFT,
    minutes=40 * 1440.0,
    actual_kwh=560.0,
    expected_kwh=480.0,
    creep=Creep(before_kwh=12.1, now_kwh=15.3, after_kwh=None, floor_before_kw=0.12, floor_now_kw=0.24),
    is_ongoing=True,
)


def test_a_drift_is_told_by_its_levels_since_when_and_what_a_year_of_it_is() -> None:
    assert title_of(CREEPING) == "Use creeping up"
    assert cause_of(CREEPING) == "12.1 → 15.3 kWh a day since 27 January 2026"
    assert summary_of(CREEPING) == "Within 40 days what a day used crept up from 12.1 kWh to 15.3 kWh."
    assert detail_of(CREEPING) == (
        "The power that never goes off rose with it, from 120 W to 240 W. If it stays so, that is 1,168 kWh more a year."
    )
    assert "wear out" in checks_of(CREEPING)[0]


def test_a_drift_that_is_over_says_until_when() -> None:
    over = replace(CREEPING, is_ongoing=False, creep=Creep(before_kwh=12.1, now_kwh=15.3, after_kwh=12.4))
    assert cause_of(over) == "12.1 → 15.3 kWh a day from 27 January 2026 to 8 March 2026"
    assert detail_of(over) == "It went back after 8 March 2026."
    down = replace(over, actual_kwh=400.0, creep=Creep(before_kwh=15.3, now_kwh=12.1, after_kwh=12.4))
    assert title_of(down) == "Use creeping down"
    assert detail_of(down) == "If it stays so, that is 1,168 kWh less a year."
    assert cause_of(replace(over, creep=None)).startswith("80.0 kWh more than a usual 40 days")


def test_a_step_is_compared_by_all_that_its_days_used() -> None:
    step = replace(NIGHT_SPIKE, kind=EventKind.BASELOAD_STEP, minutes=12 * 1440.0, actual_kwh=180.0, floor_before_kw=0.28, floor_kw=0.53)
    assert comparison_of(step).startswith("180 kWh were used altogether; the same days of 4 weeks before used ")
