from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.unit.service.stored_meter import readings_of
from wattsup_core.service.views.arrays import MeterArrays
from wattsup_core.service.views.sum_band import half_width_of_sums
from wattsup_core.service.views.sums import day_sums, hour_sums
from wattsup_core.timegrid import to_epoch_seconds, to_wall_seconds, wall_clock_text

LONDON = "Europe/London"


def arrays(start: datetime, kwh: np.ndarray, interval_minutes: float, is_anomaly: np.ndarray | None = None) -> MeterArrays:
    values = np.asarray(kwh, np.float32)
    flags = np.zeros(len(values), bool) if is_anomaly is None else is_anomaly
    seconds = to_epoch_seconds(readings_of(kwh, start, interval_minutes).index)
    return MeterArrays(seconds, values, values * 0 + 1, values * 0 + 0.5, values * 0 + 2, flags)


@pytest.mark.parametrize(("start", "hours"), [("2026-03-28T00", [24, 23, 24]), ("2026-10-23T23", [24, 25, 24])])
def test_days_have_the_hours_of_the_local_calendar(start: str, hours: list[int]) -> None:
    sums = day_sums(arrays(datetime.fromisoformat(start + ":00Z"), np.ones(2 * sum(hours)), 30), LONDON, 30)
    assert sums.kwh.tolist() == [2 * of_day for of_day in hours]
    assert sums.expected_kwh.tolist() == [2 * of_day for of_day in hours]
    assert ((sums.ends - sums.starts) / 3600).tolist() == hours
    assert sums.hours.tolist() == hours


def test_the_hour_that_the_autumn_clock_repeats_is_two_hours() -> None:
    sums = hour_sums(arrays(datetime(2026, 10, 24, 23, tzinfo=UTC), np.arange(8.0), 30), LONDON, 30)
    assert wall_clock_text(to_wall_seconds(sums.starts, LONDON)) == [f"2026-10-25T{hour}:00" for hour in ("00", "01", "01", "02")]
    assert sums.kwh.tolist() == [1, 5, 9, 13]


def test_hours_are_those_of_the_local_clock_where_the_zone_is_off_by_half_an_hour() -> None:
    sums = hour_sums(arrays(datetime(2026, 1, 5, 0, 30, tzinfo=UTC), np.ones(4), 30), "Asia/Kolkata", 30)
    assert wall_clock_text(to_wall_seconds(sums.starts, "Asia/Kolkata")) == ["2026-01-05T06:00", "2026-01-05T07:00"]
    assert sums.kwh.tolist() == [2, 2]


def test_missing_readings_are_neither_energy_nor_time_nor_expected() -> None:
    kwh = np.ones(96)
    kwh[[3, 50, 51]] = np.nan
    sums = day_sums(arrays(datetime(2026, 1, 5, tzinfo=UTC), kwh, 30), LONDON, 30)
    assert sums.kwh.tolist() == [47, 46]
    assert sums.expected_kwh.tolist() == [47, 46]
    assert sums.hours.tolist() == [23.5, 23]


def test_days_without_readings_are_left_out() -> None:
    whole = arrays(datetime(2026, 1, 5, tzinfo=UTC), np.ones(4 * 48), 30)
    keep = np.r_[0:48, 96:192]
    names = ("seconds", "kwh", "expected_kwh", "lower_kwh", "upper_kwh")
    sums = day_sums(MeterArrays(*(getattr(whole, name)[keep] for name in names), np.zeros(len(keep), bool)), LONDON, 30)
    assert len(sums.kwh) == 3


def test_no_readings_give_no_sums() -> None:
    empty = MeterArrays(np.empty(0, np.int64), *(np.empty(0, np.float32) for _ in range(4)), np.empty(0, bool))
    assert len(day_sums(empty, LONDON, 30).kwh) == 0
    assert len(hour_sums(empty, LONDON, 30).kwh) == 0


def test_a_reading_that_waits_for_its_score_leaves_its_day_without_a_band() -> None:
    waiting = arrays(datetime(2026, 1, 5, tzinfo=UTC), np.ones(96), 30)
    waiting.expected_kwh[60] = np.nan
    sums = day_sums(waiting, LONDON, 30)
    assert np.isfinite(sums.kwh).all()
    for values in (sums.expected_kwh, sums.lower_kwh, sums.upper_kwh):
        assert np.isnan(values).tolist() == [False, True]


def spans(days: int, per_day: int = 24) -> np.ndarray:
    return np.repeat(np.arange(days), per_day)


def test_the_band_of_sums_of_independent_readings_is_near_the_root_of_the_squares() -> None:
    deviation = np.random.default_rng(1).normal(0, 1, 400 * 24)
    width = half_width_of_sums(np.full(len(deviation), 1.96), deviation, spans(400), np.ones(len(deviation), bool))
    assert width == pytest.approx(np.full(400, 1.96 * np.sqrt(24)), rel=0.25)


def test_the_band_of_sums_of_readings_that_move_together_holds_as_many_of_them() -> None:
    of_day = np.random.default_rng(2).normal(0, 1, 400)
    deviation = np.repeat(of_day, 24)
    width = half_width_of_sums(np.full(len(deviation), 1.96), deviation, spans(400), np.ones(len(deviation), bool))
    assert (24 * of_day <= width).mean() == pytest.approx((deviation <= 1.96).mean(), abs=0.01)
    assert width == pytest.approx(np.full(400, 1.96 * 24), rel=0.25)


def test_anomalies_do_not_widen_the_band_of_sums() -> None:
    deviation = np.random.default_rng(3).normal(0, 1, 100 * 24)
    is_usual = np.ones(len(deviation), bool)
    calm = half_width_of_sums(np.full(len(deviation), 1.96), deviation, spans(100), is_usual)
    deviation[:480], is_usual[:480] = 1000.0, False
    shaken = half_width_of_sums(np.full(len(deviation), 1.96), deviation, spans(100), is_usual)
    assert shaken == pytest.approx(calm, rel=0.15)


def test_with_few_sums_the_wider_bound_is_taken() -> None:
    width = half_width_of_sums(np.full(48, 2.0), np.zeros(48), spans(2), np.ones(48, bool))
    assert width.tolist() == [48.0, 48.0]


def test_sums_begin_and_end_where_a_whole_history_does() -> None:
    start = datetime(2026, 1, 5, 10, tzinfo=UTC)
    sums = day_sums(arrays(start, np.ones(40), 30), LONDON, 30)
    assert sums.starts[0] == (start - timedelta(hours=10)).timestamp()
    assert sums.kwh.tolist() == [28, 12]
