"""Rolling origins: each method foretells days that have been since, from what was known before them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from wattsup_core.analysis.forecasting.history import History, day_sums
from wattsup_core.analysis.forecasting.methods import PLAIN, foretell, possible_methods
from wattsup_core.types import ForecastMethod, MethodScore

MOST_ORIGINS = 8
STEP_DAYS = 15
SHORT_STEP_DAYS = 7
LEAST_PAST_DAYS = 14
LEAST_DAYS_EACH = 7
SHARE_OF_PAST = 6
JUDGED_SHARE = 0.9
LEAST_JUDGED_DAYS = 3
STEADY_MARGIN = 0.2
"""A lead on one past is mostly luck: over real meters, choosing only by it erred more than staying with `PREFERRED`."""
PREFERRED = (ForecastMethod.COMBINED, ForecastMethod.PROPHET, ForecastMethod.FOUR_WEEKS, ForecastMethod.SEASONAL_NAIVE)


@dataclass(frozen=True)
class Trial:
    """What was foretold and what came.

    Attributes
    ----------
    origins
        Days of the history at which the past ended, ascending, shape (origins,).
    foretold_kwh
        By method the energies foretold [kWh], shape (origins, days, slots).
    actual_kwh
        What came [kWh], NaN where nothing was read, shape (origins, days, slots).
    """

    origins: tuple[int, ...]
    foretold_kwh: dict[ForecastMethod, np.ndarray]
    actual_kwh: np.ndarray

    @property
    def days_each(self) -> int:
        """Days foretold from each origin."""
        return int(self.actual_kwh.shape[1])

    @property
    def actual_day_kwh(self) -> np.ndarray:
        """Energy of each day that came, as of 24 hours [kWh], shape (origins, days); NaN where a tenth of it or more is missing."""
        origins, days, slots = self.actual_kwh.shape
        return day_sums(self.actual_kwh.reshape(-1, slots), JUDGED_SHARE).reshape(origins, days)


def plan_origins(past_days: int, days: int) -> tuple[tuple[int, ...], int]:
    """Where the past is cut, and how many days are foretold from each cut; no cuts when the past is too short for a trial.

    At most eight cuts 15 days apart, the last one as many days before the end as are foretold; each leaves at least two weeks of past.
    """
    days_each = max(LEAST_DAYS_EACH, min(days, past_days // SHARE_OF_PAST))
    step = STEP_DAYS if days_each > LEAST_DAYS_EACH else SHORT_STEP_DAYS
    least = max(LEAST_PAST_DAYS, past_days // 3)
    origins = [past_days - days_each - step * number for number in range(MOST_ORIGINS)]
    return tuple(sorted(origin for origin in origins if origin >= least)), days_each


def run_trial(history: History, days: int, holidays: dict[date, str], told: Callable[[float], None] = lambda _share: None) -> Trial | None:
    """Try every method that the past before each origin is long enough for; None when the history is too short for a trial.

    An origin before which nothing was read, or after which hardly a day came, tells nothing and is left out.
    """
    planned, days_each = plan_origins(len(history), days)
    came = np.isfinite(day_sums(history.actual_kwh, JUDGED_SHARE))
    origins = tuple(
        origin
        for origin in planned
        if np.isfinite(history.kwh[:origin]).any() and came[origin : origin + days_each].sum() >= LEAST_JUDGED_DAYS
    )
    if not origins:
        return None
    methods = min((possible_methods(history.until(origin)) for origin in origins), key=len)
    tables: dict[ForecastMethod, list[np.ndarray]] = {method: [] for method in methods}
    for number, origin in enumerate(origins):
        told(number / len(origins))
        found = foretell(history.until(origin), days_each, methods, holidays)
        tables = {method: [*tables[method], table] for method, table in found.tables.items() if method in tables}
    actual = np.array([history.actual_kwh[origin : origin + days_each] for origin in origins])
    return Trial(origins, {method: np.array(stack) for method, stack in tables.items()}, actual)


def score_methods(trial: Trial) -> tuple[MethodScore, ...]:
    """The daily error of each method over all origins, the best first."""
    actual = trial.actual_day_kwh
    known = np.isfinite(actual)
    if not known.any():
        return ()
    usual_kwh = float(np.abs(actual[known]).mean())
    errors = {method: float(np.abs(table.sum(axis=2) - actual)[known].mean()) for method, table in trial.foretold_kwh.items()}
    last_week, four_weeks = (errors.get(method, float("nan")) for method in PLAIN)
    scores = [
        MethodScore(
            method=method,
            error_kwh=error,
            error_pct=100.0 * error / usual_kwh if usual_kwh > 0 else 0.0,
            mase=_ratio(error, last_week),
            mase_four_weeks=_ratio(error, four_weeks),
        )
        for method, error in errors.items()
    ]
    return tuple(sorted(scores, key=lambda score: score.error_kwh))


def choose_method(scores: Sequence[MethodScore], possible: Sequence[ForecastMethod]) -> ForecastMethod:
    """The method with the smallest error; of those within a fifth of it the one that errs least on other meters too."""
    tried = [score for score in scores if score.method in possible]
    if not tried:
        return next(method for method in (ForecastMethod.FOUR_WEEKS, ForecastMethod.SEASONAL_NAIVE) if method in possible)
    limit_kwh = tried[0].error_kwh * (1 + STEADY_MARGIN)
    close = {score.method for score in tried if score.error_kwh <= limit_kwh}
    return next(method for method in PREFERRED if method in close)


def _ratio(error: float, of: float) -> float:
    return error / of if of > 0 else 1.0 if error == of else float("inf")
