"""The address bar, which is the page's only state: ``?meter=ID&range=30d&zoom=2026-01-05T00:00,2026-01-07T12:00&event=ID&res=hour``.

Whatever stands there gives a page: what is unknown, malformed or contradictory falls back to its default.
``assets/address.js`` writes the same parameters in the browser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qs, urlencode

from wattsup_core.types import ForecastConfig, ForecastMethod
from wattsup_core.view_models import FORECAST_METHODS, MOST_DAYS_AHEAD, PRESETS, SPANS, Resolution, ViewQuery

DEFAULT_PRESET = "30d"
LONGEST = 2_000
FIRST_YEAR, LAST_YEAR = 1970, 2200
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")

Clocks = tuple[datetime, datetime]
"""A span of local wall-clock time (naive), its end exclusive: of an hour that the clock shows twice both passes; see
:func:`wattsup_core.service.views.window.chosen_window`, which knows the zone."""


@dataclass(frozen=True)
class ViewState:
    """What a person looks at.

    Attributes
    ----------
    meter
        Id of the meter; `None` for the first there is.
    preset
        One of `PRESETS`; `None` when the range is given by days.
    first_day, last_day
        Local days of the range, inclusive; both or neither.
    zoom
        The part of the range the chart shows; `None` for all of it.
    event
        Id of the selected anomaly.
    resolution
        How the chart sums readings.
    span
        Of the Live page: one of `SPANS`; `None` for what suits the meter.
    ahead
        Of the Forecast page: how many days, and by which method.
    """

    meter: str | None = None
    preset: str | None = DEFAULT_PRESET
    first_day: date | None = None
    last_day: date | None = None
    zoom: Clocks | None = None
    event: str | None = None
    resolution: Resolution = Resolution.AUTO
    span: str | None = None
    ahead: ForecastConfig = ForecastConfig()

    def query(self, meter_id: str) -> ViewQuery:
        """What the services are asked, for the meter that was found."""
        return ViewQuery(meter_id, self.preset, self.first_day, self.last_day)


def parse(search: object) -> ViewState:
    """The state that the query part of an address describes; never raises."""
    fields = _fields(search)
    days = _days(fields.get("from"), fields.get("to"))
    preset = fields.get("range", DEFAULT_PRESET)
    return ViewState(
        meter=identifier(fields.get("meter")),
        preset=None if days else preset if preset in PRESETS else DEFAULT_PRESET,
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        zoom=window(fields.get("zoom", "").split(",")),
        event=identifier(fields.get("event")),
        resolution=resolution(fields.get("res")),
        span=fields["span"] if fields.get("span") in SPANS else None,
        ahead=_ahead(fields),
    )


def search(state: ViewState) -> str:
    """The query part of the address that describes `state`: ``parse(search(state)) == state``."""
    fields: dict[str, str | None] = {
        "meter": state.meter,
        "range": state.preset if state.preset != DEFAULT_PRESET else None,
        "from": state.first_day.isoformat() if state.first_day else None,
        "to": state.last_day.isoformat() if state.last_day else None,
        "zoom": ",".join(clock.isoformat(timespec="minutes") for clock in state.zoom) if state.zoom else None,
        "event": state.event,
        "res": state.resolution.value if state.resolution is not Resolution.AUTO else None,
        "span": state.span,
        "days": str(state.ahead.days) if state.ahead.days != ForecastConfig.days else None,
        "method": state.ahead.method.value if state.ahead.method is not ForecastMethod.AUTO else None,
    }
    return "?" + urlencode({name: value for name, value in fields.items() if value}, safe=",:")


ALL_METERS = "*"
"""What a choice of meters gives for all of them, which is the id of none."""


def identifier(value: object) -> str | None:
    """`value` when it can be the id of something, else `None`."""
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else None


def window(value: object) -> Clocks | None:
    """Two wall-clock times in ISO form as a window, to the minute; `None` when they are not two in order."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    start, end = (_clock(text) for text in value)
    return (start, end) if start and end and start < end else None


def resolution(value: object) -> Resolution:
    """The resolution of that name; automatic for any other value."""
    return Resolution(value) if value in {choice.value for choice in Resolution} else Resolution.AUTO


def _ahead(fields: dict[str, str]) -> ForecastConfig:
    days = next((each for each in range(1, MOST_DAYS_AHEAD + 1) if str(each) == fields.get("days")), ForecastConfig.days)
    method = next((each for each in FORECAST_METHODS if each.value == fields.get("method")), ForecastConfig.method)
    return ForecastConfig(days, method)


def _fields(search: object) -> dict[str, str]:
    """The first value of each parameter; none for what is not a query."""
    if not isinstance(search, str) or len(search) > LONGEST:
        return {}
    try:
        return {name: values[0] for name, values in parse_qs(search.removeprefix("?"), max_num_fields=20).items()}
    except ValueError:
        return {}


def _days(first: str | None, last: str | None) -> tuple[date, date] | None:
    try:
        days = date.fromisoformat(first or ""), date.fromisoformat(last or "")
    except ValueError:
        return None
    return days if days[0].year >= FIRST_YEAR and days[0] <= days[1] and days[1].year <= LAST_YEAR else None


def _clock(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        return None
    if moment.tzinfo is not None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.replace(second=0, microsecond=0)
