"""What a browser sends, made sound: a value that is not what it should be becomes its default."""

from __future__ import annotations

from typing import Any

from dashboard import ids
from dashboard.address import ALL_METERS, identifier
from dashboard.figures.timeline import Shows
from dashboard.layout.event_order import DEFAULT_SORT, SORT_KEYS, Listed
from dashboard.layout.upload_result import Typed
from dashboard.theme import TOKENS
from wattsup_core.alerting import NO_SEVERITY, AlertRule, AlertTopic
from wattsup_core.answered import Answer
from wattsup_core.errors import BadRequestError
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.types import CURRENCIES, UNITS, Scope

LONGEST_NEEDLE = 100
LAYER_SWITCHES = (ids.SWITCH_ANOMALIES, ids.SWITCH_BAND, ids.SWITCH_AVERAGE, ids.SWITCH_FORECAST)
MOST_PAGES = 100_000


def theme(value: Any) -> str:
    """The theme of that name; light for any other value."""
    return value if isinstance(value, str) and value in TOKENS else "light"


def shows(switches: Any, selected: str | None) -> Shows:
    """The chart's layers as the four switches stand, with the selected event."""
    anomalies, band, average, forecast = (value is True for value in switches)
    return Shows(anomalies=anomalies, band=band, moving_average=average, forecast=forecast, selected=selected or "")


def order(value: Any) -> dict[str, Any]:
    """How the table is sorted."""
    if isinstance(value, dict) and isinstance(value.get("column"), str) and value["column"] in SORT_KEYS:
        return {"column": value["column"], "descending": value.get("descending") is not False}
    return dict(DEFAULT_SORT)


def column(value: Any) -> str:
    """A column the table can be sorted by."""
    return value if isinstance(value, str) and value in SORT_KEYS else str(DEFAULT_SORT["column"])


def listed(words: Any, expected: Any) -> Listed:
    """Which events the table lists, by what was typed and how the switch stands; what was expected is hidden only when it was asked for."""
    return Listed(needle(words), expected is not False)


def answer(value: Any) -> tuple[str, Answer | None] | None:
    """The event and the answer of a press, the answer `None` when it is taken back; `None` for what is no press."""
    if not isinstance(value, dict) or identifier(value.get("event")) is None:
        return None
    said = value.get("answer")
    if said == "":
        return value["event"], None
    return (value["event"], Answer(said)) if isinstance(said, str) and said in list(Answer) else None


def rhythm(value: Any) -> ForecastRhythm | None:
    """How often a meter is to be forecast; `None` for any other value."""
    return ForecastRhythm(value) if isinstance(value, str) and value in list(ForecastRhythm) else None


def needle(value: Any) -> str:
    """The words that rows must hold."""
    return value[:LONGEST_NEEDLE] if isinstance(value, str) else ""


def typed(ticket: Any) -> Typed:
    """What was typed in the summary before the file of this ticket was read again."""
    said = ticket.get("typed") if isinstance(ticket, dict) else None
    said = said if isinstance(said, dict) else {}
    unit, currency = said.get("unit"), said.get("currency")
    return Typed(
        unit=unit if unit in UNITS else None,
        name=text(said.get("name")),
        price_per_kwh=price(said.get("price")),
        currency=currency if currency in CURRENCIES else None,
    )


def text(value: Any) -> str | None:
    """A text that was typed."""
    return value[:LONGEST_NEEDLE] if isinstance(value, str) else None


def price(value: Any) -> float | None:
    """A number that was typed."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def page(value: Any) -> int:
    """A page's number."""
    return min(max(value, 0), MOST_PAGES) if isinstance(value, int) else 0


def address(value: Any) -> str:
    """The address of a channel that was typed; nothing for what is no text."""
    return value if isinstance(value, str) else ""


def meter_or_all(value: Any) -> str | None:
    """The meter that was chosen, `None` for all of them.

    Raises
    ------
    BadRequestError
        When it is neither.
    """
    if value == ALL_METERS:
        return None
    meter_id = identifier(value)
    if meter_id is None:
        raise BadRequestError("This is no meter.", "Reload the page and choose one.")
    return meter_id


def channel(value: Any) -> str | None:
    """The channel that is to be tried; `None` for what is none."""
    return identifier(value.get("channel")) if isinstance(value, dict) else None


def alert_rule(topic: Any, severity: Any) -> AlertRule:
    """Which anomalies a channel is told of.

    Raises
    ------
    BadRequestError
        When the severity is none.
    """
    known = topic if isinstance(topic, str) and topic in list(AlertTopic) else AlertTopic.ALL
    if not isinstance(severity, int) or isinstance(severity, bool):
        raise BadRequestError(*NO_SEVERITY)
    return AlertRule(severity, AlertTopic(known))


def scope(value: Any) -> Scope:
    """What a token may do: read alone unless more was chosen."""
    return Scope.WRITE if value == Scope.WRITE.value else Scope.READ
