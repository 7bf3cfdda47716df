"""What belongs to a forecast beside its rows, as one JSON text: days, sums, components, backtest."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import Any

from wattsup_core.types import (
    Backtest,
    BacktestDay,
    DayForecast,
    Forecast,
    ForecastComponent,
    ForecastMethod,
    MethodScore,
    MonthForecast,
    Range,
)

PARTS = ("days", "total", "cost", "months", "components", "backtest", "notes")


def parts_to_json(forecast: Forecast) -> str:
    """The parts of `forecast` as text; dates in ISO form, ranges as lists."""
    return json.dumps({name: _plain(getattr(forecast, name)) for name in PARTS}, ensure_ascii=False)


def parts_from_json(text: str) -> dict[str, Any]:
    """The parts again, by the names of the fields of :class:`~wattsup_core.types.Forecast`."""
    parts = json.loads(text)
    return {
        "days": tuple(DayForecast(_date(day), share, Range(*kwh), holiday) for day, share, kwh, holiday in parts["days"]),
        "total": Range(*parts["total"]),
        "cost": _range(parts["cost"]),
        "months": tuple(_month(each) for each in parts["months"]),
        "components": tuple(ForecastComponent(name, title, tuple(labels), tuple(kwh)) for name, title, labels, kwh in parts["components"]),
        "backtest": None if parts["backtest"] is None else _backtest(parts["backtest"]),
        "notes": tuple(parts["notes"]),
    }


def _plain(value: Any) -> Any:
    """Dataclasses as lists of their fields, so that a year of days stays short."""
    if dataclasses.is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _month(fields: list[Any]) -> MonthForecast:
    first_day, measured_kwh, kwh, cost, is_whole = fields
    return MonthForecast(_date(first_day), measured_kwh, Range(*kwh), _range(cost), is_whole)


def _backtest(fields: list[Any]) -> Backtest:
    origins, days_each, first_day, last_day, scores, coverage_80_pct, coverage_95_pct, days = fields
    return Backtest(
        origins=tuple(map(_date, origins)),
        days_each=days_each,
        first_day=_date(first_day),
        last_day=_date(last_day),
        scores=tuple(MethodScore(ForecastMethod(method), *figures) for method, *figures in scores),
        coverage_80_pct=coverage_80_pct,
        coverage_95_pct=coverage_95_pct,
        days=tuple(BacktestDay(_date(origin), _date(day), Range(*kwh), actual) for origin, day, kwh, actual in days),
    )


def _range(fields: list[float] | None) -> Range | None:
    return None if fields is None else Range(*fields)


def _date(text: str) -> date:
    return date.fromisoformat(text)
