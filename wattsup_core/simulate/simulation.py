"""A building's meter readings made bottom-up from its appliances, with labelled anomalies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from wattsup_core.errors import BadRequestError
from wattsup_core.frames import CovariateRole, covariate_column
from wattsup_core.simulate.anomalies import Anomaly, Stage
from wattsup_core.simulate.axis import Axis
from wattsup_core.simulate.buildings import Building, building, generated_watts, scene_of
from wattsup_core.simulate.clock import MINUTES_PER_DAY, Clock
from wattsup_core.simulate.injection import change, in_order, label_frame, with_energies
from wattsup_core.simulate.parts import Loads, metered_loads, with_causes
from wattsup_core.simulate.plan import random_plan
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.register import decimals, interval_kwh, interval_means, reading_edges
from wattsup_core.simulate.scene import Scene
from wattsup_core.timegrid import datetime_from_epoch, kw_to_kwh
from wattsup_core.types import Quality

DEFAULT_START = date(2023, 2, 1)
FIRST_YEAR, LAST_YEAR = 1971, 2100
MAX_DAYS = 3653
DEFAULT_TIMEZONE = "Europe/London"


@dataclass(frozen=True)
class Simulation:
    """Simulated readings and what is wrong with them.

    Attributes
    ----------
    readings : READINGS
        With the outdoor temperature as `temperature_c`, and `export_kwh` [kWh], what is sent to the grid, where power is made
        behind the meter. With sub-meters also what each of them counts (`heat_pump_kwh`), how many people are in
        (`occupants_people`) and what is made (`solar_produced_kwh`). Readings that are lost have no `kwh` and the quality `missing`.
    labels
        One row an anomaly: `start`, `end` (exclusive, UTC), `kind` (an :class:`~wattsup_core.types.EventKind`), `detail`.
    timezone
        The zone whose wall clock the people live by.
    interval_minutes
        The length of a reading's interval [min]; 1440 stands for local days of 23 to 25 hours.
    """

    readings: pd.DataFrame
    labels: pd.DataFrame
    timezone: str
    interval_minutes: int


def simulate(
    days: int = 365,
    interval_minutes: float = 15,
    kind: str = "household",
    seed: int = 7,
    start: date = DEFAULT_START,
    timezone: str = DEFAULT_TIMEZONE,
    anomalies: bool | Sequence[Anomaly] = True,
    submeters: bool = False,
) -> Simulation:
    """Simulate a building's meter.

    Every minute of every appliance is simulated, whatever the interval asked for, so the readings of a coarser interval
    are the sums of the finer ones of the same seed (up to the resolution of the meter's register), but for anomalies of
    the readings themselves, such as a gap, which are of whole readings.

    Parameters
    ----------
    days
        How many local days, from 1 to 3653.
    interval_minutes
        The interval of the readings: whole minutes that divide a day, from 1 to 1440.
    kind
        The kind of building, one of :data:`wattsup_core.simulate.KINDS`.
    seed
        Same seed, same readings. A longer simulation begins with the days of a shorter one.
    start
        The first local day.
    timezone
        The IANA zone whose wall clock the people live by.
    anomalies
        True for one anomaly in each 20 days drawn by the seed, False for none, or the ones to put in.
    submeters
        Whether some appliances have a meter of their own, people are counted and what is made is measured. The readings stay the
        same; a load that is drawn on top of the others is one appliance's.

    Raises
    ------
    BadRequestError
        When a parameter makes no sense.
    """
    place = building(kind)
    interval = _checked_interval(interval_minutes)
    _check(days, seed, start, timezone)
    clock = Clock.of(start, days, timezone)
    draws = Draws(seed)
    scene = scene_of(place, clock, draws)
    loads = metered_loads(place, scene, draws, submeters)
    made_kwh = kw_to_kwh(generated_watts(place, scene, draws) / 1000, 1.0)
    axis = Axis(int(clock.day_starts[0]), reading_edges(clock, interval), interval)
    if isinstance(anomalies, bool):
        end = datetime_from_epoch(axis.first + 60 * int(axis.edges[-1]))
        anomalies = random_plan(start, end, timezone, draws.child("anomalies"), place.sizes) if anomalies else ()
        anomalies = with_causes(anomalies, loads.parts, draws.child("causes"))
    places = decimals(interval)
    net_kwh = _at_stage(Stage.LOAD, loads.total_kwh, anomalies, axis) - made_kwh
    net_kwh = _at_stage(Stage.METER, net_kwh, anomalies, axis)
    sent = {} if place.generation is None else {"export_kwh": interval_kwh(np.maximum(-net_kwh, 0.0), axis.edges, places)}
    readings = pd.DataFrame(
        {
            "kwh": interval_kwh(np.maximum(net_kwh, 0.0), axis.edges, places),
            "quality": np.full(len(axis.edges) - 1, str(Quality.ACTUAL)),
            **sent,
            **(_beside(loads, scene, made_kwh, place, anomalies, axis) if submeters else {}),
            "temperature_c": np.round(interval_means(scene.temperature_c, axis.edges), 1),
        },
        index=axis.instants[:-1],
    ).astype({"quality": "str"})
    arrived_kwh = _transferred(readings["kwh"].to_numpy(), anomalies, axis, places)
    return Simulation(with_energies(readings, arrived_kwh), _labels(anomalies, axis), timezone, interval)


def _beside(
    loads: Loads, scene: Scene, made_kwh: FloatArray, place: Building, anomalies: Sequence[Anomaly], axis: Axis
) -> dict[str, FloatArray]:
    """What the sub-meters count, who is in, and what is made, in each interval."""
    places = decimals(axis.interval_minutes)
    columns = {}
    for name, kwh in loads.parts.items():
        own = [anomaly for anomaly in anomalies if anomaly.concerns(name)]
        counted_kwh = interval_kwh(_at_stage(Stage.LOAD, kwh, own, axis), axis.edges, places)
        columns[covariate_column(name.replace(" ", "_"), CovariateRole.PART)] = counted_kwh
    people = np.round(interval_means(scene.presence.home.astype(np.float64), axis.edges), 1)
    columns[covariate_column("occupants", CovariateRole.PEOPLE)] = people
    if place.generation is not None:
        columns[covariate_column("solar", CovariateRole.PRODUCED)] = interval_kwh(made_kwh, axis.edges, places)
    return columns


def _at_stage(stage: Stage, minute_kwh: FloatArray, anomalies: Sequence[Anomaly], axis: Axis) -> FloatArray:
    """Energies of minutes [kWh] with the anomalies of one stage."""
    for anomaly in in_order(anomalies):
        if anomaly.stage is stage:
            minute_kwh = change(minute_kwh, anomaly, axis.minutes_of(anomaly))
    return minute_kwh


def _transferred(kwh: FloatArray, anomalies: Sequence[Anomaly], axis: Axis, places: int) -> FloatArray:
    """Energies of readings [kWh] with what happens to them on their way."""
    for anomaly in in_order(anomalies):
        if anomaly.stage is Stage.READING:
            kwh = change(kwh, anomaly, axis.readings_of(anomaly), places)
    return kwh


def _labels(anomalies: Sequence[Anomaly], axis: Axis) -> pd.DataFrame:
    """The labels of anomalies: the readings that each touches."""
    rows = [(axis.readings_of(anomaly).rows, anomaly) for anomaly in in_order(anomalies)]
    return label_frame((axis.instants[touched.start], axis.instants[touched.stop], anomaly) for touched, anomaly in rows)


def _checked_interval(interval_minutes: float) -> int:
    whole = int(interval_minutes) if 1 <= interval_minutes <= MINUTES_PER_DAY else 0
    if whole == 0 or whole != interval_minutes or MINUTES_PER_DAY % whole:
        raise BadRequestError(
            f"An interval of {interval_minutes:g} minutes does not divide a day.", "Choose whole minutes such as 1, 5, 15, 30, 60 or 1440."
        )
    return whole


def _check(days: int, seed: int, start: date, timezone: str) -> None:
    if not 1 <= days <= MAX_DAYS:
        raise BadRequestError(f"{days} days cannot be simulated.", f"Choose from 1 to {MAX_DAYS} days.")
    if seed < 0:
        raise BadRequestError("The seed must not be negative.", "Choose a whole number from 0 on.")
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise BadRequestError(f"Days from {start} on cannot be simulated.", f"Choose a start from {FIRST_YEAR} to {LAST_YEAR}.")
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise BadRequestError(f"There is no time zone {timezone!r}.", "Use a name such as Europe/London.") from None
