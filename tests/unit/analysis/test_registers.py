"""Running registers."""

from __future__ import annotations

import numpy as np
import pytest

from wattsup_core.analysis.registers import difference_register, is_register

HOUR = 3_600
RNG = np.random.default_rng(11)
USE = np.round(RNG.gamma(1.5, 0.4, 100), 3)


def register(start: float = 45_210.3, use: np.ndarray = USE) -> np.ndarray:
    return np.round(start + np.concatenate([[0], np.cumsum(use)]), 3)


def instants(readings: np.ndarray) -> np.ndarray:
    return np.arange(len(readings), dtype=np.int64) * HOUR


def test_energy_is_booked_on_the_interval_before_the_reading() -> None:
    readings = register()
    energy = difference_register(readings, instants(readings), HOUR)
    assert np.isnan(energy.kwh[0])
    assert energy.kwh[1:] == pytest.approx(USE, abs=2e-3)
    assert energy.start.tolist() == [at * HOUR - HOUR for at in range(len(readings))]


def test_gap_stands_as_one_row_at_its_end() -> None:
    readings = np.delete(register(), np.arange(40, 50))
    seconds = np.delete(instants(register()), np.arange(40, 50))
    energy = difference_register(readings, seconds, HOUR)
    assert energy.kwh[40] == pytest.approx(USE[39:50].sum(), abs=2e-3)
    assert energy.start[40] == 49 * HOUR
    assert np.nansum(energy.kwh) == pytest.approx(readings[-1] - readings[0])


@pytest.mark.parametrize("digits", [5, None])
def test_rollover_loses_nothing(digits: int | None) -> None:
    readings = register(99_990.0) % 100_000
    energy = difference_register(readings, instants(readings), HOUR, digits)
    assert (energy.rollovers, energy.backsteps, energy.is_reset.any()) == (1, 0, False)
    assert np.nansum(energy.kwh) == pytest.approx(USE.sum(), abs=0.05)
    assert np.nanmin(energy.kwh) >= 0


def test_replaced_meter_leaves_one_interval_unknown() -> None:
    readings = register()
    readings[50:] = readings[50:] - readings[50] + 3.0
    energy = difference_register(readings, instants(readings), HOUR)
    assert np.flatnonzero(energy.is_reset).tolist() == [50]
    assert np.flatnonzero(np.isnan(energy.kwh)).tolist() == [0, 50]
    assert np.nansum(energy.kwh) == pytest.approx(USE.sum() - USE[49], abs=0.05)


def test_small_step_back_keeps_the_total() -> None:
    readings = register()
    readings[50] = readings[49] - 0.1
    energy = difference_register(readings, instants(readings), HOUR)
    assert (energy.backsteps, energy.rollovers, energy.is_reset.any()) == (1, 0, False)
    assert energy.kwh[50] == 0
    assert np.nansum(energy.kwh) == pytest.approx(readings[-1] - readings[0])


def test_register_at_rest_has_no_energy() -> None:
    readings = np.full(30, 32.123)
    assert np.nansum(difference_register(readings, instants(readings), HOUR).kwh) == 0


class TestIsRegister:
    def test_rising_by_varying_amounts(self) -> None:
        readings = register(100.0)
        assert is_register(readings, instants(readings), named_register=False)

    def test_few_readings_that_are_absurd_as_energies(self) -> None:
        readings = register(6_199.529)[:7]
        assert is_register(readings, np.arange(7) * 900, named_register=False)
        assert not is_register(register(1.0)[:7], np.arange(7) * 900, named_register=False)

    @pytest.mark.parametrize(
        "values",
        [USE, 8 + 0.037 * np.arange(90), np.zeros(90), np.full(90, 5.0), np.sin(np.arange(90) / 4) + 2, np.array([1.0, 2.0])],
        ids=["energies", "ramp", "zeros", "constant", "waves", "two"],
    )
    def test_not_these(self, values: np.ndarray) -> None:
        assert not is_register(values, instants(values), named_register=False)

    def test_a_name_is_believed_unless_values_fall(self) -> None:
        assert is_register(np.full(7, 32.123), np.arange(7) * 900, named_register=True)
        assert not is_register(USE, instants(USE), named_register=True)

    def test_one_reset_is_still_a_register(self) -> None:
        readings = register()
        readings[50:] -= readings[50]
        assert is_register(readings, instants(readings), named_register=False)
