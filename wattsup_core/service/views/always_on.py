"""The always-on load of a window, and how it differs from before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.load_profile import baseload_change, whole_hours
from wattsup_core.service.views.arrays import MeterArrays
from wattsup_core.service.views.window import Window, window_before
from wattsup_core.timegrid import MINUTES_PER_HOUR
from wattsup_core.types import AnomalyEvent, EventKind, Meter
from wattsup_core.view_models import AlwaysOnFigure

WATTS_PER_KW = 1000.0
SAME_STEP = timedelta(days=4)
SHORTEST = timedelta(days=7)
"""What is always on does not show in a day: a shorter window is judged by the week that ends with it."""


def always_on_figure(arrays: MeterArrays, meter: Meter, window: Window, events: Sequence[AnomalyEvent] = ()) -> AlwaysOnFigure:
    """The always-on load [W] of the window, or of the week that ends with it, and its last lasting step or the change to the period before.

    A step that is told as an event as well has the size and the day it is told with there.
    """
    judged = Window(min(window.start, window.end - SHORTEST), window.end, None)
    key = ("always-on load", judged.start, judged.end, meter.timezone, meter.interval_minutes)
    figure = arrays.derived(key, lambda: _figure(arrays, meter, judged))
    return next((told for event in events if (told := _as_told(figure, event, meter.timezone))), figure)


def _as_told(figure: AlwaysOnFigure, event: AnomalyEvent, timezone: str) -> AlwaysOnFigure | None:
    """The figure with the step as `event` tells it; `None` when that is another step, or none."""
    day = timegrid.to_wall(event.start, timezone).date()
    is_same = figure.since is not None and abs(figure.since - day) <= SAME_STEP
    if event.kind is not EventKind.BASELOAD_STEP or event.excess_kwh <= 0 or not is_same:
        return None
    hours = (event.end - event.start) / timedelta(hours=1)
    return replace(figure, change_watts=WATTS_PER_KW * event.excess_kwh / hours, since=day)


def _figure(arrays: MeterArrays, meter: Meter, window: Window) -> AlwaysOnFigure:
    before = window_before(window, meter.timezone)
    readings, interval_minutes = _judged_readings(arrays, meter)
    change = baseload_change(_within(readings, window), _within(readings, before), interval_minutes, meter.timezone)
    if change is None:
        return AlwaysOnFigure(None)
    change_watts = None if change.change_kw is None else change.change_kw * WATTS_PER_KW
    return AlwaysOnFigure(change.kw * WATTS_PER_KW, change_watts, change.since)


def _judged_readings(arrays: MeterArrays, meter: Meter) -> tuple[pd.DataFrame, float]:
    """What the load is judged by, and its interval [min]: whole hours, made once for the meter, where it reads more often."""
    if meter.interval_minutes >= MINUTES_PER_HOUR:
        return _readings(arrays), meter.interval_minutes
    return arrays.derived("whole hours", lambda: whole_hours(_readings(arrays), meter.interval_minutes)), MINUTES_PER_HOUR


def _readings(arrays: MeterArrays) -> pd.DataFrame:
    return pd.DataFrame({"kwh": arrays.kwh}, index=timegrid.from_epoch_seconds(arrays.seconds))


def _within(readings: pd.DataFrame, window: Window) -> pd.DataFrame:
    first, last = readings.index.searchsorted([pd.Timestamp(window.start), pd.Timestamp(window.end)])
    return readings.iloc[first:last]
