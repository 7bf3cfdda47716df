"""Servers, desks and printers of an office."""

from __future__ import annotations

import numpy as np

from wattsup_core.simulate.loads import habit, pulses
from wattsup_core.simulate.randomness import Draws, FloatArray
from wattsup_core.simulate.scene import Scene

DESKS = 80


def server_room(scene: Scene, draws: Draws) -> FloatArray:
    """Servers of some 2.6 kW that never stop, busier while people work and during the nightly backup, with their cooling [W]."""
    clock = scene.clock
    hours = clock.minutes // 60 + 2
    wander = np.interp(np.arange(clock.minutes) / 60, np.arange(hours), draws.autoregressive("wander", hours, 0.95, 60.0))
    backup = clock.positions(np.arange(clock.days), np.full(clock.days, 60.0))
    backup_watts = pulses(clock.minutes, backup, draws.uniform("backup", clock.days, 70, 150), 260.0)
    servers = 2500.0 + wander + 4.5 * scene.presence.awake + backup_watts + 12 * draws.normal("flicker", clock.minutes)
    cooling_share = np.clip(0.22 + 0.012 * (scene.temperature_c - 10), 0.15, 0.5)
    return servers * (1 + cooling_share)


def desks(scene: Scene, draws: Draws) -> FloatArray:
    """A computer and two screens for each who is in, and what desks draw on standby [W]."""
    blocks = scene.clock.minutes // 15 + 1
    busy = np.repeat(draws.normal("busy", blocks, mean=1.0, spread=0.05), 15)[: scene.clock.minutes]
    left_on = np.repeat(draws.uniform("left on", blocks // 96 + 1, 1, 6), 96 * 15)[: scene.clock.minutes]
    return 92.0 * scene.presence.awake * busy + 60.0 * left_on + 7.0 * DESKS


def printers(scene: Scene, draws: Draws) -> FloatArray:
    """Three printers of 900 W that heat up for a job, and wait for the next at 30 W each [W]."""
    jobs = np.flatnonzero(draws.uniform("jobs", scene.clock.minutes) < 0.0022 * np.minimum(scene.presence.awake, 60))
    length = draws.uniform("length", scene.clock.minutes, 1, 4)[jobs]
    return np.minimum(pulses(scene.clock.minutes, jobs, length, 900.0), 2700.0) + 90.0


def meeting_rooms(scene: Scene, draws: Draws) -> FloatArray:
    """Screens and conference sets in six rooms, booked by the hour on working days [W]."""
    clock = scene.clock
    watts = np.zeros(clock.minutes)
    for room in range(6):
        for hour in (9.5, 10.5, 11.5, 13.5, 14.5, 15.5):
            booked = habit(scene, draws.child(f"room {room} at {hour}"), np.where(scene.presence.is_free_day, 0.0, 0.45), hour, 3)
            watts += pulses(clock.minutes, booked.starts, 50.0, 320.0)
    return watts
