"""What `forecast` prints: the days ahead of a file, in words or as one JSON object."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wattsup_core.analysis.forecasting.trust import NAMES
from wattsup_core.commands.terminal import printable
from wattsup_core.service.forecast_csv import FORECAST_HEADER, forecast_lines
from wattsup_core.types import Backtest, DayForecast, Forecast, Meter, Range

if TYPE_CHECKING:
    from wattsup_core.service.forecasting import FileForecast

DECIMALS = 6


def in_words(found: FileForecast, name: str, *, with_backtest: bool) -> str:
    """What was read and what is to come, for a terminal: a line for each day."""
    file = found.file
    lines = [f"{name}: {file.format_name}, {file.unit}, {file.timezone}. {file.report.stored:,} of {file.report.read:,} rows stored."]
    lines += [f"  {issue.message}" for issue in file.report.warnings]
    for meter, forecast in found.forecasts:
        lines += _meter_lines(meter, forecast, with_backtest=with_backtest)
    lines += [f"{meter.name}: no forecast. {reason}" for meter, reason in found.refused]
    return "\n".join(printable(line) for line in lines)


def as_object(found: FileForecast, *, with_backtest: bool) -> dict[str, Any]:
    """What was read, as `inspect` tells it, and each meter's forecast: rows as in ``forecast.csv``, days, months, total and components."""
    from wattsup_core.service.inspection import inspection

    forecasts = [_forecast_object(meter, forecast, with_backtest=with_backtest) for meter, forecast in found.forecasts]
    refused = [{"meter": meter.name, "reason": reason} for meter, reason in found.refused]
    return inspection(found.file) | {"forecasts": forecasts, "refused": refused}


def _forecast_object(meter: Meter, forecast: Forecast, *, with_backtest: bool) -> dict[str, Any]:
    parts = {
        name: _plain(getattr(forecast, name)) for name in ("method", "chosen_method", "trust", "notes", "currency", "interval_minutes")
    }
    sums = {name: _plain(getattr(forecast, name)) for name in ("total", "cost", "days", "months", "components")}
    rows = [dict(zip(FORECAST_HEADER, line, strict=True)) for line in forecast_lines(forecast)]
    told = {"meter": meter.name} | parts | sums | {"rows": rows}
    return told | ({"backtest": _plain(forecast.backtest)} if with_backtest else {})


def _plain(value: Any) -> Any:
    """`value` in terms of JSON: no number that is not finite, six decimals, dates in ISO form."""
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return round(value, DECIMALS) if math.isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else value


def _meter_lines(meter: Meter, forecast: Forecast, *, with_backtest: bool) -> Iterator[str]:
    days = round(sum(day.share for day in forecast.days))
    cost = "" if forecast.cost is None else f", {_money(forecast.cost)} {forecast.currency}"
    yield f"{meter.name}: the next {days} days by {NAMES[forecast.method]}: {_energy(forecast.total)}{cost}."
    yield f"  {forecast.trust}"
    for note in forecast.notes:
        yield f"  {note}"
    if with_backtest:
        yield from _backtest_lines(forecast.backtest)
    for day in forecast.days:
        yield _day_line(day)


def _energy(total: Range) -> str:
    return f"{total.value:,.1f} kWh (80 % sure: {total.lower_80:,.1f} to {total.upper_80:,.1f})"


def _money(cost: Range) -> str:
    return f"{cost.value:,.2f} ({cost.lower_80:,.2f} to {cost.upper_80:,.2f})"


def _day_line(day: DayForecast) -> str:
    part = "" if day.share >= 1 else f"  {day.share:.0%} of the day"
    holiday = f"  {day.holiday}" if day.holiday else ""
    kwh = day.kwh
    return f"  {day.day:%a %Y-%m-%d}  {kwh.value:10.2f} kWh  {kwh.lower_80:10.2f} – {kwh.upper_80:.2f}{part}{holiday}"


def _backtest_lines(backtest: Backtest | None) -> Iterator[str]:
    if backtest is None:
        return
    yield f"  Backtest: {len(backtest.origins)} rounds of {backtest.days_each} days, {backtest.first_day} to {backtest.last_day}"
    for score in backtest.scores:
        against = f"{score.mase:.2f} of last week again, {score.mase_four_weeks:.2f} of the mean of four weeks"
        yield f"    {NAMES[score.method]}: off by {score.error_kwh:.2f} kWh a day ({score.error_pct:.1f} %), {against}"
    yield f"    The 80 % interval held {backtest.coverage_80_pct:.0f} % of the days, the 95 % interval {backtest.coverage_95_pct:.0f} %."
