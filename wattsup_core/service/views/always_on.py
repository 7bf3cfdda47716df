"""The always-on load of a window, and how it differs from before."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from wattsup_core import timegrid
from wattsup_core.analysis.load_profile import baseload_change
from wattsup_core.service.views.arrays import MeterArrays
from wattsup_core.service.views.window import Window, window_before
from wattsup_core.types import Meter
from wattsup_core.view_models import AlwaysOnFigure

WATTS_PER_KW = 1000.0
SHORTEST = timedelta(days=7)
"""What is always on does not show in a day: a shorter window is judged by the week that ends with it."""


def always_on_figure(arrays: MeterArrays, meter: Meter, window: Window) -> AlwaysOnFigure:
    """The always-on load [W] of the window, or of the week that ends with it, against the period before."""
    judged = Window(min(window.start, window.end - SHORTEST), window.end, None)
    key = ("always-on load", judged.start, judged.end, meter.timezone, meter.interval_minutes)
    return arrays.derived(key, lambda: _figure(arrays, meter, judged))


def _figure(arrays: MeterArrays, meter: Meter, window: Window) -> AlwaysOnFigure:
    before = window_before(window, meter.timezone)
    change = baseload_change(_readings(arrays, window), _readings(arrays, before), meter.interval_minutes, meter.timezone)
    if change is None:
        return AlwaysOnFigure(None)
    change_watts = None if change.change_kw is None else change.change_kw * WATTS_PER_KW
    return AlwaysOnFigure(change.kw * WATTS_PER_KW, change_watts, change.since)


def _readings(arrays: MeterArrays, window: Window) -> pd.DataFrame:
    rows = arrays.rows(window.start, window.end)
    return pd.DataFrame({"kwh": arrays.kwh[rows]}, index=timegrid.from_epoch_seconds(arrays.seconds[rows]))
