"""Cleaning rows: each is kept, or left out for one reason."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import START
from wattsup_core.analysis.quality import (
    RowCode,
    Rows,
    power_to_energy,
    registers_to_energy,
    reject_beyond,
    reject_duplicates,
    reject_sentinels,
    reject_unlikely_times,
    row_issues,
    settle_clock,
)
from wattsup_core.analysis.series_checks import check_order, check_series, unit_doubt
from wattsup_core.timegrid import NO_TIME, epoch_of
from wattsup_core.types import IssueSeverity

BEGIN = epoch_of(START)
HOUR = 3_600


def rows(values: list[float] | np.ndarray, *, step: int = HOUR, series: list[int] | None = None) -> Rows:
    """Rows on a regular grid from the factories' Monday."""
    count = len(values)
    return Rows(
        series=np.array(series if series is not None else [0] * count, dtype=np.int32),
        seconds=BEGIN + np.arange(count, dtype=np.int64) * step,
        value=np.array(values, dtype=float),
        code=np.zeros(count, dtype=np.int8),
    )


def left_out(found: Rows) -> dict[int, str]:
    return {int(place): RowCode(found.code[place]).label for place in np.flatnonzero(found.code)}


def test_first_reason_stays() -> None:
    some = rows([1, 2])
    some.leave_out(np.array([True, False]), RowCode.BAD_TIMESTAMP)
    some.leave_out(np.array([True, True]), RowCode.MISSING_VALUE)
    assert left_out(some) == {0: "bad_timestamp", 1: "missing_value"}


@pytest.mark.parametrize("years", [-56, 65, -26])
def test_unlikely_times(years: int) -> None:
    some = rows(np.ones(300))
    some.seconds[7] += years * 31_557_600
    reject_unlikely_times(some)
    assert left_out(some) == {7: "out_of_range_timestamp"}


def test_two_long_stretches_years_apart_are_both_kept() -> None:
    some = rows(np.ones(300))
    some.seconds[150:] -= 5 * 31_557_600
    reject_unlikely_times(some)
    assert left_out(some) == {}


def test_sentinels_far_from_the_rest_only() -> None:
    some = rows([*np.linspace(0.1, 0.9, 50), -9999, np.inf, -1.5])
    reject_sentinels(some)
    assert left_out(some) == {50: "implausible_value", 51: "implausible_value"}
    near = rows([-9000.0, -9999.0, -9500.0, 8000.0])
    reject_sentinels(near)
    assert left_out(near) == {}


def test_limit_is_a_million_unless_told() -> None:
    some = rows([999_999, 1_000_001, 60])
    reject_beyond(some, None)
    assert left_out(some) == {1: "implausible_value"}
    reject_beyond(some, 50)
    assert left_out(some) == {0: "implausible_value", 1: "implausible_value", 2: "implausible_value"}


def test_duplicates_leave_rejected_rows_alone() -> None:
    some = rows([1, 2, 3, 4])
    some.seconds[:] = BEGIN
    some.leave_out(np.array([False, False, False, True]), RowCode.IMPLAUSIBLE_VALUE)
    reject_duplicates(some)
    assert left_out(some) == {0: "conflicting_duplicates", 1: "conflicting_duplicates", 3: "implausible_value"}


def test_power_becomes_energy_over_its_own_interval() -> None:
    some = rows([2.0] * 20)
    some.seconds[10:] = some.seconds[10] + np.arange(10) * 900
    power_to_energy(some)
    assert some.value.tolist() == [2.0] * 10 + [0.5] * 10


def test_power_alone_has_no_energy() -> None:
    some = rows([2.0, 3.0, 3.0], series=[0, 1, 1])
    power_to_energy(some)
    assert left_out(some) == {0: "unknown_interval"}


def test_registers_become_energy_for_each_meter() -> None:
    some = rows([10, 50, 11, 52, 13, 55], series=[0, 1, 0, 1, 0, 1])
    some.seconds[1::2] = some.seconds[::2]
    assert registers_to_energy(some, None) == (0, 0)
    assert left_out(some) == {0: "register_opening", 1: "register_opening"}
    assert some.value[2:].tolist() == [1, 2, 2, 3]
    assert some.is_stored.all()


def test_settled_clock_counts_what_moved() -> None:
    some = rows(np.ones(8))
    some.seconds += np.array([12, -3, 0, 20, -20, 5, 0, 9])
    assert settle_clock(some) == 6
    assert (some.seconds == BEGIN + np.arange(8) * HOUR).all()


def test_issues_have_counts_and_times() -> None:
    some = rows([1, 2, 3, 4])
    some.leave_out(np.array([False, True, False, True]), RowCode.MISSING_VALUE)
    some.leave_out(np.array([True, False, False, False]), RowCode.BAD_TIMESTAMP)
    some.seconds[0] = NO_TIME
    bad_time, missing = row_issues(some)
    assert (bad_time.code, bad_time.count, bad_time.first) == ("bad_timestamp", 1, None)
    assert bad_time.message == "Left out 1 row with a time that cannot be read."
    assert (missing.code, missing.count) == ("missing_value", 2)
    assert missing.first is not None
    assert missing.last is not None
    assert (epoch_of(missing.first), epoch_of(missing.last)) == (BEGIN + HOUR, BEGIN + 3 * HOUR)


def codes(some: Rows, *, may_be_negative: bool = False) -> dict[str, int]:
    return {issue.code: issue.count for issue in check_series(some, may_be_negative=may_be_negative)}


class TestSeries:
    def test_a_clean_series_has_none(self) -> None:
        assert codes(rows(np.ones(48))) == {}

    def test_row_without_a_number_is_no_gap(self) -> None:
        some = rows(np.ones(48))
        some.leave_out(np.arange(48) == 20, RowCode.MISSING_VALUE)
        assert codes(some) == {}
        some.leave_out(np.arange(48) == 30, RowCode.BAD_TIMESTAMP)
        assert codes(some) == {"missing_intervals": 1}

    def test_negatives_unless_they_may_be(self) -> None:
        some = rows(np.where(np.arange(48) == 9, -0.5, 1.0))
        assert codes(some) == {"negative_values": 1}
        assert codes(some, may_be_negative=True) == {}

    def test_too_few_rows(self) -> None:
        assert codes(rows(np.ones(23))) == {"too_few_rows": 1}

    def test_instants_off_the_grid(self) -> None:
        some = rows(np.ones(48))
        some.seconds[20] += 600
        assert codes(some) == {"irregular_times": 1}

    def test_changed_interval(self) -> None:
        some = rows(np.ones(48))
        some.seconds[24:] = some.seconds[24] + np.arange(24) * 900
        assert codes(some) == {"mixed_intervals": 1}


def test_order() -> None:
    seconds = np.arange(10) * HOUR
    one = np.zeros(10, dtype=int)
    assert check_order(one, seconds) is None
    assert check_order(np.array([0] * 5 + [1] * 5), np.tile(seconds[:5], 2)) is None
    newest_first = check_order(one, seconds[::-1])
    assert newest_first is not None
    assert newest_first.severity is IssueSeverity.INFO
    shuffled = check_order(one, seconds[[0, 2, 1, 4, 3, 5, 6, 7, 9, 8]])
    assert shuffled is not None
    assert (shuffled.severity, shuffled.count) == (IssueSeverity.WARNING, 3)


@pytest.mark.parametrize(
    ("kwh", "step", "from_power", "doubt"),
    [
        (np.linspace(0.1, 0.9, 50), HOUR, False, None),
        (np.linspace(1200.1, 1201.9, 50), HOUR, False, None),
        (np.arange(100.0, 150.0), HOUR, False, "may be Wh"),
        (np.full(50, 6_000.5), HOUR, False, "6,000 kW"),
        (np.full(50, 0.0000123), HOUR, False, "only"),
        (np.full(50, 20_000.5), 86_400, True, "833 kW"),
        (np.full(50, 20_000.5), 86_400, False, None),
        (np.zeros(50), HOUR, False, None),
    ],
)
def test_doubts_about_the_unit(kwh: np.ndarray, step: int, from_power: bool, doubt: str | None) -> None:
    found = unit_doubt(kwh, np.full(len(kwh), step), from_power=from_power)
    assert (found is None) if doubt is None else (found is not None and doubt in found)
