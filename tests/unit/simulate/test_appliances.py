from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from wattsup_core.simulate.appliances import cold, cooking, electronics, heat_pump, housework, laundry, lighting
from wattsup_core.simulate.buildings import HOUSEHOLD, Building, appliance_watts, scene_of
from wattsup_core.simulate.clock import Clock
from wattsup_core.simulate.loads import cycling, pulses
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene

DRAWS = Draws(7)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return scene_of(HOUSEHOLD, Clock.of(date(2025, 1, 1), 365, "Europe/London"), DRAWS)


def power_watts(place: Building, scene: Scene) -> FloatArray:
    return np.sum([watts for _, watts in appliance_watts(place, scene, DRAWS)], axis=0)


def yearly_kwh(power: FloatArray) -> float:
    return float(power.sum()) / 60_000


def test_pulses_add_up_and_end_with_the_simulation() -> None:
    power = pulses(6, np.array([0, 1, 4, 9]), np.array([2.0, 2.0, 5.0, 1.0]), np.array([10.0, 5.0, 7.0, 3.0]))
    assert power.tolist() == [10, 15, 5, 0, 7, 7]
    nothing = pulses(6, np.array([], dtype=np.int64), np.array([]), 10.0)
    assert (nothing.dtype, nothing.tolist()) == (np.float64, [0.0] * 6)


def test_cycling_keeps_its_pace_and_its_duty() -> None:
    running = cycling(np.full(6000, 1 / 30), 0.4)
    assert running.mean() == pytest.approx(0.4, abs=0.01)
    assert (np.diff(running) > 0).sum() == pytest.approx(200, abs=1)


@pytest.mark.parametrize(("appliance", "low", "high"), [(cold.fridge, 130, 260), (cold.freezer, 180, 320), (electronics.standby, 450, 560)])
def test_what_is_never_off_uses_its_usual_energy(scene: Scene, appliance: object, low: float, high: float) -> None:
    assert low < yearly_kwh(appliance(scene, DRAWS)) < high  # type: ignore[operator]


def test_a_fridge_cycles_day_and_night_and_works_more_in_summer(scene: Scene) -> None:
    running = cold.fridge(scene, DRAWS) > 0
    starts_a_day = (np.diff(running.astype(int)) > 0).sum() / 365
    assert 25 < starts_a_day < 55
    assert running[181 * 1440 : 212 * 1440].mean() > 1.1 * running[: 31 * 1440].mean()


def test_heating_follows_the_weather_and_rests_at_night(scene: Scene) -> None:
    power = heat_pump.space_heating(scene, DRAWS)
    assert 900 < yearly_kwh(power) < 2200
    assert power[scene.temperature_c > 18].max() == 0
    cold_days = scene.temperature_c < 5
    night = (scene.clock.wall_hour >= 22.5) | (scene.clock.wall_hour < 4)
    assert power[cold_days & night].mean() < 0.35 * power[cold_days & ~night].mean()
    winter_days = power[: 59 * 1440].reshape(59, 1440).mean(axis=1)
    assert np.corrcoef(scene.day_mean_temperature_c[:59], winter_days)[0, 1] < -0.6


def test_the_valve_lets_the_heat_pump_do_one_thing_at_a_time(scene: Scene) -> None:
    together = heat_pump.heat_pump(scene, DRAWS)
    cylinder = heat_pump.hot_water(scene, DRAWS.child("hot water"))
    np.testing.assert_array_equal(together[cylinder > 0], cylinder[cylinder > 0])
    assert together.max() < 2500


def test_performance_falls_with_the_temperature() -> None:
    cop = heat_pump.performance(np.array([-5.0, 2.0, 7.0, 15.0]), heat_pump.ROOM_FLOW_C)
    assert (np.diff(cop) > 0).all()
    assert 3.0 < cop[2] < 3.8


def test_no_hot_water_and_little_else_while_away(scene: Scene) -> None:
    away = scene.presence.is_away.copy()
    edges = np.flatnonzero(np.diff(away.astype(int)) == 1)
    for edge in edges:  # what runs when the family leaves runs to its end
        away[edge : edge + 180] = False
    assert power_watts(HOUSEHOLD, scene)[away & (scene.temperature_c > 12)].mean() < 130
    assert heat_pump.hot_water(scene, DRAWS)[away].max() == 0


@pytest.mark.parametrize(
    "appliance", [cooking.hob, cooking.oven, cooking.kettle, cooking.toaster, housework.vacuum_cleaner, housework.iron]
)
def test_nobody_cooks_or_cleans_at_night(scene: Scene, appliance: object) -> None:
    power = appliance(scene, DRAWS)  # type: ignore[operator]
    deep = (scene.clock.wall_hour >= 1) & (scene.clock.wall_hour < 5)
    assert power.max() > 0
    assert power[deep].max() == 0


def test_a_dryer_follows_a_wash_and_rests_in_summer(scene: Scene) -> None:
    washes, dries = laundry.washing_machine(scene, DRAWS.child("wash")), laundry.tumble_dryer(scene, DRAWS.child("dry"))
    dry_starts = np.flatnonzero(np.diff((dries > 0).astype(int)) > 0)
    assert len(dry_starts) > 30
    for start in dry_starts:
        assert washes[start - laundry.WASH_MINUTES - 15 : start].max() >= 2000
    days = dry_starts // 1440
    assert ((days < 90) | (days > 300)).mean() > 0.55


def test_lamps_are_lit_in_the_dark_where_people_are(scene: Scene) -> None:
    power = lighting.lighting(scene, DRAWS)
    assert power[scene.presence.awake == 0].max() == 0
    assert power[scene.darkness == 0].max() == 0
    assert 120 < yearly_kwh(power) < 350


def test_the_television_goes_off_with_the_people(scene: Scene) -> None:
    power = electronics.television(scene, DRAWS)
    assert power[scene.presence.awake == 0].max() == 0
    assert 60 < yearly_kwh(power) < 200


def test_one_more_appliance_leaves_all_others_as_they_were(scene: Scene) -> None:
    def aquarium(scene: Scene, draws: Draws) -> FloatArray:
        return 40.0 + draws.uniform("pump", scene.clock.minutes)

    more = replace(HOUSEHOLD, appliances={"aquarium": aquarium, **HOUSEHOLD.appliances})
    added = power_watts(more, scene) - power_watts(HOUSEHOLD, scene)
    np.testing.assert_allclose(added, aquarium(scene, DRAWS.child("aquarium")), atol=1e-6)
