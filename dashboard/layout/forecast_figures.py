"""The Forecast page's figures, and its words: when it was made, why it is made anew, what came of an earlier one."""

from __future__ import annotations

from datetime import datetime

from dash import html

from dashboard import format as words
from dashboard.layout.pieces import Children, quantity, unbroken
from wattsup_core.analysis.forecasting.trial import STEADY_MARGIN
from wattsup_core.analysis.forecasting.trust import MOST_PCT, NAMES
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.types import Channel, Forecast, ForecastMethod, MethodScore, Range
from wattsup_core.view_models import ForecastView

METHOD_NAMES = {
    ForecastMethod.PROPHET: "Prophet",
    ForecastMethod.SEASONAL_NAIVE: "Last week again",
    ForecastMethod.FOUR_WEEKS: "Mean of four weeks",
    ForecastMethod.COMBINED: "Prophet + four weeks",
}
PERIODS = {ForecastRhythm.DAILY: "a day", ForecastRhythm.WEEKLY: "a week"}
COUNTRIES = {"GB": "UK", "US": "US"}


def figures_row(view: ForecastView, made: Forecast) -> list[html.Div]:
    """Energy and cost of the days ahead, how far to trust them, and the method."""
    return unbroken([_energy(view, made), _cost(view, made), _trust(made), _method(view, made)])


def _figure(label: str, value: Children, line: Children, extra: str = "") -> html.Div:
    cells = [html.Dt(label, className="figure-label"), html.Dd(value, className="figure-value"), html.Dd(line, className="figure-line")]
    return html.Div(cells, className=f"card figure {extra}".strip())


def _energy(view: ForecastView, made: Forecast) -> html.Div:
    sent = ", sent to the grid" if view.channel is Channel.EXPORT else ""
    return _figure(
        f"Next {words.count(view.config.days, 'day')}{sent}",
        quantity(*words.energy_parts(made.total.value)),
        f"80 % sure: {energy_range(made.total)}",
    )


def _cost(view: ForecastView, made: Forecast) -> html.Div:
    if made.cost is None:
        return _figure("Cost", quantity(words.NONE), "energy sent to the grid is not priced")
    return _figure("Cost", quantity(words.money(made.cost.value, view.currency)), f"80 % sure: {money_range(made.cost, view.currency)}")


def _trust(made: Forecast) -> html.Div:
    mine = made.backtest.score(made.method) if made.backtest else None
    if made.backtest is None or mine is None:
        return _figure("How far to trust it", quantity(words.NONE), "too few readings to test it on")
    span = (made.backtest.last_day - made.backtest.first_day).days + 1
    told = f"on your last {span // 7} weeks" if span >= 14 else f"on your last {words.count(span, 'day')}"
    naive = made.backtest.score(ForecastMethod.SEASONAL_NAIVE)
    beside = f"; last week again: {error(naive)}" if naive and made.method is not ForecastMethod.SEASONAL_NAIVE else ""
    number, unit = error(mine).rsplit(" ", 1)
    return _figure("How far to trust it", quantity(number, f"{unit} off a day"), told + beside)


def _method(view: ForecastView, made: Forecast) -> html.Div:
    names = {part.name for part in made.components}
    if made.method in (ForecastMethod.PROPHET, ForecastMethod.COMBINED):
        known = [f"{COUNTRIES.get(view.country, view.country)} holidays".strip()] if "holidays" in names else []
        known += ["outdoor temperature"] if "temperature" in names else []
        line = f"with {' and '.join(known)}" if known else "trend, weekdays and hours"
    elif made.method is ForecastMethod.SEASONAL_NAIVE:
        line = "the week before, repeated"
    else:
        line = "the same weekdays of four weeks"
    return _figure("Method", html.Span(METHOD_NAMES[made.method], className="figure-words"), line)


def error(score: MethodScore) -> str:
    """How far off a method was: ``"6.1 %"``; in kWh where that is more than the use itself."""
    if score.error_pct > MOST_PCT:
        return words.kwh(score.error_kwh)
    return words.percent(score.error_pct, 1 if score.error_pct < 9.95 else 0)


def energy_range(each: Range) -> str:
    """The 80 % interval: ``"366 – 410 kWh"``."""
    unit = words.energy_parts(each.upper_80)[1]
    size = 1000 if unit == "MWh" else 1
    return f"{words.span(each.lower_80 / size, each.upper_80 / size)} {unit}"


def money_range(each: Range, currency: str) -> str:
    """The 80 % interval of a cost: ``"£100.00 – £112.00"``."""
    return f"{words.money(each.lower_80, currency)} {words.DASH} {words.money(each.upper_80, currency)}"


def made_words(view: ForecastView, now: datetime) -> str:
    """When it was made and is made next, on the meter's clock: ``"Made today 01:55, next after 03:00 tomorrow if readings have come"``."""
    if view.made_at is None:
        return ""
    made = words.local(view.made_at, view.timezone)
    told = [f"Made {_near_day(made, now, view.timezone)} {made:%H:%M}", _upcoming(view, now)]
    return f"{', '.join(filter(None, told))} ({view.timezone} time)"


def _upcoming(view: ForecastView, now: datetime) -> str:
    """When it is made next by itself; where its run is over without readings, the next ones are waited for."""
    if view.rhythm is ForecastRhythm.OFF:
        return ""
    if view.next_run is None:
        return f"next when somebody looks after {PERIODS[view.rhythm]} of readings"
    if view.next_run <= now:
        return "next when readings have come"
    run = words.local(view.next_run, view.timezone)
    return f"next after {run:%H:%M} {_near_day(run, now, view.timezone)} if readings have come"


def _near_day(day: datetime, now: datetime, timezone: str) -> str:
    days_from_now = (day.date() - words.local(now, timezone).date()).days
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days_from_now, f"on {words.this_day(day)}")


def why_words(view: ForecastView) -> str:
    """Why a forecast is made without anybody's asking."""
    if view.forecast is None:
        return f"There is no forecast of {words.count(view.config.days, 'day')} by this method yet, so one is being made."
    return f"Readings of {PERIODS[view.rhythm]} or more have come since this forecast was made, so it is made anew."


def better_words(made: Forecast) -> str:
    """That another method did better on this meter, and what that is worth; "" when none did by more than its figure shows."""
    mine = made.backtest.score(made.method) if made.backtest else None
    if made.backtest is None or mine is None:
        return ""
    best = min(made.backtest.scores, key=lambda score: score.error_kwh)
    if best.error_kwh >= mine.error_kwh or error(best) == error(mine):
        return ""
    name = NAMES[best.method]
    is_luck = mine.error_kwh <= (1 + STEADY_MARGIN) * best.error_kwh
    worth = "; so small a lead on one meter's past is mostly luck" if is_luck else ""
    return f"{name[0].upper()}{name[1:]} did better on this meter: off by {error(best)} a day, this one by {error(mine)}{worth}."


def came_words(view: ForecastView) -> str:
    """What came of an earlier forecast."""
    past = view.past
    if past is None:
        return ""
    made = words.local(past.made_at, view.timezone)
    off = "" if past.error_pct is None else f", off by {words.percent(past.error_pct)} a day"
    came = f"{words.kwh(past.foretold_kwh)} were foretold, {words.kwh(past.actual_kwh)} came{off}"
    return unbroken(f"The forecast of {words.this_day(made)} on the {words.count(len(past.days), 'day')} that have come since: {came}.")


def summary(view: ForecastView, made: Forecast) -> str:
    """The chart in words, for those who do not see it."""
    if not view.days:
        return f"{view.meter_name}: no whole day ahead."
    first, last = view.days[0], view.days[-1]
    highest = max(view.days, key=lambda each: each.kwh.value)
    named = [f"{each.holiday}, {words.this_day(each.day)}" for each in view.days if each.holiday]
    told = [
        f"{view.meter_name}, {words.this_day(first.day)} to {words.this_day(last.day)}: {words.kwh(made.total.value)} foretold.",
        f"The most on {words.this_day(highest.day)}, {words.kwh(highest.kwh.value)}.",
        f"Public holidays: {'; '.join(named)}." if named else "",
    ]
    return " ".join(filter(None, told))
