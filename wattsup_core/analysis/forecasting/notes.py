"""What a person should know of how a forecast was made."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wattsup_core.analysis.forecasting.climate import WINDOW_DAYS, YEAR_DAYS
from wattsup_core.analysis.forecasting.history import History
from wattsup_core.analysis.forecasting.horizon import dates_of
from wattsup_core.analysis.forecasting.methods import WEEK, Foretold
from wattsup_core.analysis.forecasting.prophet_days import LEAST_DAYS, can_fit
from wattsup_core.analysis.forecasting.trial import Trial
from wattsup_core.types import ForecastMethod

LEAST_DAYS_TOLD = 7
USES_PROPHET = (ForecastMethod.PROPHET, ForecastMethod.COMBINED)


def notes_for(history: History, trial: Trial | None, foretold: Foretold, method: ForecastMethod) -> tuple[str, ...]:
    """The notes of a forecast by `method`, each a plain sentence."""
    return tuple(_notes(history, trial, foretold, method))


def _notes(history: History, trial: Trial | None, foretold: Foretold, method: ForecastMethod) -> Iterator[str]:
    if history.is_signed:
        yield "Readings below zero are energy sent to the grid: the forecast is of the energy drawn alone."
    yield from _still_or_missing(history)
    if foretold.model is None:
        yield _why_no_prophet(history)
    elif method in USES_PROPHET:
        if "yearly" not in foretold.model.effects:
            yield "The readings span less than ten months: the seasons of the year are not known yet."
        if "temperature" in foretold.model.effects:
            source = "usual at the time of year in its own readings" if len(history) >= YEAR_DAYS - WINDOW_DAYS else "of its last two weeks"
            yield f"Temperature is part of the forecast; ahead it is taken as the one {source}."
    if foretold.model is not None and trial is not None and ForecastMethod.PROPHET not in trial.foretold_kwh:
        yield "Prophet cannot be tested on this meter's past yet: that takes about two months of readings."
    if trial is None:
        yield "Too short to be tested on its own past: the intervals are rough."


def _still_or_missing(history: History) -> Iterator[str]:
    """That the meter has stood still until now, and the longest stretch without readings when it is long."""
    known = np.flatnonzero(np.isfinite(history.actual_kwh).any(axis=1))
    counts = np.nansum(history.actual_kwh[known], axis=1) > 0
    still_days = len(history) - 1 - int(known[counts][-1]) if counts.any() else len(history)
    if not counts.any():
        yield "The meter has counted nothing in all its days, and nothing is foretold."
    elif still_days >= LEAST_DAYS_TOLD:
        yield f"The meter has counted nothing since {_date(history, len(history) - still_days)}, for {still_days} days."
    missing = np.diff(known) - 1
    if len(missing) and missing.max() >= LEAST_DAYS_TOLD:
        first = int(known[missing.argmax()]) + 1
        last = first + int(missing.max()) - 1
        span = f"{_date(history, first)} to {_date(history, last)}"
        yield f"No sound readings are there from {span}, {missing.max()} days: the forecast passes over them."


def _date(history: History, place: int) -> str:
    (day,) = dates_of(history.first_day + place, 1)
    return f"{day.day} {day:%B %Y}"


def _why_no_prophet(history: History) -> str:
    known = int(np.isfinite(history.day_kwh).sum())
    if known < LEAST_DAYS:
        days = "is one day" if known == 1 else f"are {known} days"
        repeated = "the weeks before are" if known > WEEK else "the week before is" if known == WEEK else "what there is is"
        return f"There {days} of whole readings; Prophet needs {LEAST_DAYS}. Until then {repeated} repeated."
    if can_fit(history):
        return "Prophet found no fit for these readings, so the weeks before are repeated."
    return "The days hardly differ: there is nothing for Prophet to learn, so the weeks before are repeated."
