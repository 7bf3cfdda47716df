"""How far to trust a forecast, in words."""

from __future__ import annotations

from wattsup_core.analysis.phrases import duration
from wattsup_core.types import Backtest, ForecastMethod

NAMES = {
    ForecastMethod.PROPHET: "Prophet",
    ForecastMethod.SEASONAL_NAIVE: "last week again",
    ForecastMethod.FOUR_WEEKS: "the mean of the last four weeks",
    ForecastMethod.COMBINED: "Prophet with the mean of the last four weeks",
}
MOST_PCT = 100.0


def trust_in_words(backtest: Backtest | None, method: ForecastMethod) -> str:
    """One sentence: how far off `method` was on days that have been since, beside repeating last week."""
    mine = backtest.score(method) if backtest else None
    if backtest is None or mine is None:
        return "The readings do not reach back far enough to test this forecast on days that have been: take it as a rough guide."
    span = _span((backtest.last_day - backtest.first_day).days + 1)
    last_week = backtest.score(ForecastMethod.SEASONAL_NAIVE)
    told = f"On your last {span} it was off by {_error(mine.error_pct, mine.error_kwh)} a day"
    if method is ForecastMethod.SEASONAL_NAIVE or last_week is None:
        return f"{told}."
    return f"{told}; repeating last week would have been off by {_error(last_week.error_pct, last_week.error_kwh)}."


def _span(days: int) -> str:
    return f"{days // 7} weeks" if days >= 14 else "week" if days == 7 else duration(days * 1440.0)


def _error(pct: float, kwh: float) -> str:
    if pct > MOST_PCT:
        return f"{kwh:.1f} kWh"
    return f"{pct:.1f} %" if 0 < pct < 1 else f"{pct:.0f} %"
