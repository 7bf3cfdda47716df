"""The title of an event in two to four words, and its cause in one sentence."""

from __future__ import annotations

from collections.abc import Callable

from wattsup_core.analysis import phrases
from wattsup_core.analysis.accounts import account_of, weather_words
from wattsup_core.analysis.findings import Pattern
from wattsup_core.analysis.portrait import Portrait
from wattsup_core.types import EventKind

SHORT_MINUTES = 24 * 60
DAY_MINUTES = 1440.0
RARE_DAYS = 14.0
TELLING_RATIO = 1.3

_SPIKE_TITLES = {
    "night": "Spike at night",
    "morning": "Morning spike",
    "midday": "Midday spike",
    "afternoon": "Afternoon spike",
    "evening": "Evening peak",
}

_LONG_TITLES = ("High use for days", "Low use for days")
_SHORT_TITLES = ("High use for hours", "Low use for hours")
_DAILY_TITLES = ("Unusually high use", "Unusually low use")
_PATTERN_TITLES = {Pattern.ROUGH: "Unsteady use", Pattern.MOVED: "Daily rhythm moved"}
_PATTERN_CAUSES = {
    Pattern.ROUGH: "use jumps up and down far more than in the weeks around",
    Pattern.MOVED: "the day's highs and lows came hours earlier or later than in the weeks around",
}


def title_of(portrait: Portrait) -> str:
    """Two to four words."""
    return phrases.of_sent(_title(portrait)) if portrait.is_sent else _title(portrait)


def _title(portrait: Portrait) -> str:
    if portrait.kind is EventKind.SPIKE and not portrait.is_daily:
        return _SPIKE_TITLES[phrases.part_of_day(portrait.peak.hour)]
    if portrait.kind is EventKind.BASELOAD_STEP:
        return "Always-on load stepped up" if portrait.excess_kwh >= 0 else "Always-on load fell"
    if portrait.pattern in _PATTERN_TITLES:
        return _PATTERN_TITLES[portrait.pattern]
    if portrait.kind is EventKind.UNIT_ERROR:
        return "Readings too large" if portrait.excess_kwh >= 0 else "Readings too small"
    high, low = _LONG_TITLES if portrait.minutes > 1.5 * DAY_MINUTES else _DAILY_TITLES if portrait.is_daily else _SHORT_TITLES
    titles = {
        EventKind.SPIKE: high,
        EventKind.NIGHT_USE: high if portrait.is_daily else "Use through the night",
        EventKind.SUSTAINED_HIGH: high,
        EventKind.SUSTAINED_LOW: low,
        EventKind.DROP: "Unusually low use",
        EventKind.DRIFT: "Use creeping up" if portrait.excess_kwh >= 0 else "Use creeping down",
        EventKind.FLATLINE: "Meter stuck",
        EventKind.OUTAGE: "No consumption",
        EventKind.GAP: "No data",
        EventKind.CATCH_UP: "Readings caught up",
        EventKind.NEGATIVE: "Negative readings",
    }
    return titles[portrait.kind]


def cause_of(portrait: Portrait) -> str:
    """One sentence for the table, without a full stop."""
    cause = _CAUSES.get(portrait.kind, _usage_cause)(portrait)
    return phrases.of_sent(cause) if portrait.is_sent else cause


def rarity(portrait: Portrait) -> str:
    """How rare a stretch like this is, "" when it is not rare or too little is known."""
    length = phrases.duration(portrait.minutes)
    side = "highest" if portrait.excess_kwh >= 0 else "lowest"
    if portrait.days_before < RARE_DAYS:
        return ""
    if portrait.days_since_similar is None:
        return f"the {side} {length} of the {portrait.days_before:,.0f} days before"
    if portrait.days_since_similar >= RARE_DAYS:
        return f"the {side} {length} in {portrait.days_since_similar:,.0f} days"
    return ""


def usual_time(portrait: Portrait) -> str:
    """What the event is compared with: ``Tuesday 02:15``, or ``stretch of 4 days``."""
    if portrait.minutes <= SHORT_MINUTES and not portrait.is_daily:
        return phrases.weekday_and_time(portrait.start)
    return "day" if portrait.minutes <= DAY_MINUTES else f"{phrases.duration(portrait.minutes)} at this time of year"


def _usage_cause(portrait: Portrait) -> str:
    if portrait.pattern in _PATTERN_CAUSES:
        return _PATTERN_CAUSES[portrait.pattern]
    parts = [_against_usual(portrait), account_of(portrait), weather_words(portrait), _holiday(portrait) or rarity(portrait)]
    return "; ".join(part for part in parts if part)


def _holiday(portrait: Portrait) -> str:
    """The public holiday that an event lies on, which tells more than its rarity."""
    if not portrait.holidays:
        return ""
    return f"{portrait.holidays[0][1]}, a public holiday" if len(portrait.holidays) == 1 else "public holidays"


def _against_usual(portrait: Portrait) -> str:
    ratio, when = portrait.ratio, usual_time(portrait)
    if portrait.actual_kwh == 0:
        return f"nothing used, where {phrases.energy(portrait.expected_kwh)} is usual"
    if ratio is None or portrait.expected_kwh <= 0:
        return f"{phrases.energy(portrait.actual_kwh)}, where next to nothing is usual"
    if ratio >= TELLING_RATIO:
        return f"{phrases.times(ratio)} a usual {when}"
    if 0 <= ratio < 1:
        return f"{100 * ratio:.0f} % of a usual {when}"
    more = "more" if portrait.excess_kwh >= 0 else "less"
    return f"{phrases.energy(abs(portrait.excess_kwh))} {more} than a usual {when}"


def _step_cause(portrait: Portrait) -> str:
    if portrait.step_kw is None:
        return _usage_cause(portrait)
    levels = f"{phrases.power(portrait.floor_before_kw or 0.0)} → {phrases.power(portrait.floor_kw or 0.0)}"
    account = account_of(portrait)
    if portrait.has_fallen_back:
        return f"{levels} until {phrases.day(portrait.end)}{account and f'; {account}'}"
    return f"{levels}; {account or 'something left on?'}"


def _creep_cause(portrait: Portrait) -> str:
    if portrait.creep is None:
        return _usage_cause(portrait)
    levels = phrases.energy_change(portrait.creep.before_kwh, portrait.creep.now_kwh)
    since = f"since {phrases.day(portrait.start)}"
    when = since if portrait.is_ongoing else f"from {phrases.day(portrait.start)} to {phrases.day(portrait.last_day)}"
    return f"{levels} a day {when}"


def _catch_up_cause(portrait: Portrait) -> str:
    return f"nothing for {phrases.duration(portrait.silent_minutes)}, then {phrases.energy(portrait.value_kwh)} in one reading"


def _unit_cause(portrait: Portrait) -> str:
    ratio = portrait.ratio
    if ratio is None or ratio <= 0:
        return "readings far off this meter's range; a wrong unit?"
    if ratio >= 1:
        return f"readings {phrases.times(ratio)} the usual size; a wrong unit?"
    return f"readings {phrases.times(1.0 / ratio)} smaller than usual; a wrong unit?"


def _stuck_cause(portrait: Portrait) -> str:
    return f"the same value {portrait.readings:,} times in a row; stuck register or lost link?"


def _outage_cause(portrait: Portrait) -> str:
    return f"meter read exactly 0 for {phrases.duration(portrait.minutes)}; power cut or lost link?"


def _negative_cause(portrait: Portrait) -> str:
    return f"readings below zero, down to {phrases.energy(portrait.lowest_kwh)}, on a meter that only counts up"


def _gap_cause(portrait: Portrait) -> str:
    return f"nothing was recorded for {phrases.duration(portrait.minutes)}"


_CAUSES: dict[EventKind, Callable[[Portrait], str]] = {
    EventKind.BASELOAD_STEP: _step_cause,
    EventKind.DRIFT: _creep_cause,
    EventKind.CATCH_UP: _catch_up_cause,
    EventKind.UNIT_ERROR: _unit_cause,
    EventKind.FLATLINE: _stuck_cause,
    EventKind.OUTAGE: _outage_cause,
    EventKind.NEGATIVE: _negative_cause,
    EventKind.GAP: _gap_cause,
}
