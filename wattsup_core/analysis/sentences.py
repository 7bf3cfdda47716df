"""The panel's sentences: size and time, what ran, a like-for-like comparison, what to check first."""

from __future__ import annotations

from wattsup_core.analysis import phrases
from wattsup_core.analysis.accounts import accounting_parts, is_supported, named_appliance
from wattsup_core.analysis.appliances import HOUSEHOLD_KW, like_appliance
from wattsup_core.analysis.findings import FAULT_KINDS, Pattern
from wattsup_core.analysis.portrait import Creep, Portrait
from wattsup_core.analysis.steps import LEAST_STEP_KW, LEAST_STEP_SHARE
from wattsup_core.types import EventKind

DAY_MINUTES = 1440.0
HOURS_A_DAY, HOURS_A_YEAR, DAYS_A_YEAR = 24.0, 8760.0, 365.0
HIGH_EVIDENCE, MEDIUM_EVIDENCE = 3.2, 1.6
MIN_PAST = 2


def summary_of(portrait: Portrait) -> str:
    """Size and time in one sentence: "9.9 kWh in 2 h 45 min, where 0.61 kWh is usual."."""
    length = phrases.duration(portrait.minutes)
    usual = phrases.energy(portrait.expected_kwh)
    match portrait.kind:
        case EventKind.GAP:
            return f"No readings for {length}, where {usual} is usual."
        case EventKind.OUTAGE:
            return f"The meter read exactly 0 for {length}, where {usual} is usual."
        case EventKind.FLATLINE:
            return f"The meter gave {phrases.energy(portrait.value_kwh)} {portrait.readings:,} times in a row, over {length}."
        case EventKind.CATCH_UP:
            silence = phrases.duration(portrait.silent_minutes)
            return f"{phrases.energy(portrait.value_kwh)} in one reading after {silence} of nothing."
        case EventKind.NEGATIVE:
            lowest = phrases.energy(portrait.lowest_kwh)
            return f"{phrases.count(portrait.negative_readings, 'reading')} below zero, down to {lowest}, on a meter that only counts up."
    if portrait.step_kw is not None:
        added = f"{phrases.energy(portrait.excess_kwh)} in {length}"
        return f"The power that never goes off rose by {phrases.power(portrait.step_kw)}: {added}."
    if portrait.creep is not None:
        way = "up" if portrait.creep.rise_kwh > 0 else "down"
        levels = f"from {phrases.energy(portrait.creep.before_kwh)} to {phrases.energy(portrait.creep.now_kwh)}"
        return f"Within {length} what a day used crept {way} {levels}."
    if portrait.pattern is Pattern.ROUGH:
        return f"For {length} use jumped up and down far more than in the weeks around."
    if portrait.pattern is Pattern.MOVED:
        return f"For {length} the day's highs and lows came hours earlier or later than in the weeks around."
    return f"{phrases.energy(portrait.actual_kwh)} in {length}, where {usual} is usual."


def detail_of(portrait: Portrait) -> str:
    """What ran, as far as the numbers say; "" where they say nothing more."""
    match portrait.kind:
        case EventKind.CATCH_UP:
            return f"Those hours usually use {phrases.energy(portrait.silent_kwh)}, so the energy arrived late and nothing was wasted."
        case EventKind.GAP:
            return "Nothing was recorded, so no cost is given."
        case EventKind.FLATLINE | EventKind.OUTAGE | EventKind.NEGATIVE | EventKind.UNIT_ERROR:
            return "The readings are in doubt, not the use, so no cost is given."
    if portrait.step_kw is not None:
        return _standing(portrait.step_kw, portrait)
    if portrait.creep is not None:
        return _creeping(portrait.creep, portrait)
    if portrait.pattern is not Pattern.LEVEL:
        return f"It used {phrases.energy(portrait.actual_kwh)} in all, where {phrases.energy(portrait.expected_kwh)} is usual."
    if portrait.steady_kw is not None:
        return _steady(portrait.steady_kw, portrait)
    if portrait.is_daily:
        return _extreme_day("highest" if portrait.excess_kwh >= 0 else "lowest", portrait)
    beyond = "above" if portrait.excess_kwh >= 0 else "below"
    return f"Furthest {beyond} the usual it drew {phrases.power(portrait.peak_kw)}, where {phrases.power(portrait.usual_peak_kw)} is usual."


def comparison_of(portrait: Portrait) -> str:
    """The same hours of the weeks before, where two at least were read, and the public holidays that an event lies on."""
    return " ".join(part for part in (_weeks_before(portrait), _holidays(portrait)) if part)


def _weeks_before(portrait: Portrait) -> str:
    if len(portrait.past_kwh) < MIN_PAST:
        return ""
    weeks = len(portrait.past_kwh)
    span = phrases.energy_span(min(portrait.past_kwh), max(portrait.past_kwh))
    if portrait.minutes <= DAY_MINUTES:
        day = phrases.WEEKDAYS[portrait.start.weekday()]
        if portrait.is_daily:
            return f"The {weeks} {day}s before used {span}."
        return f"The same hours of {weeks} {day}s before used {span}."
    if portrait.step_kw is not None:
        return f"{phrases.energy(portrait.actual_kwh)} were used altogether; the same days of {weeks} weeks before used {span}."
    return f"The same days of {weeks} weeks before used {span}."


def _holidays(portrait: Portrait) -> str:
    """Of the use only: what is wrong with the data has nothing to do with holidays."""
    if not portrait.holidays or portrait.kind in FAULT_KINDS:
        return ""
    dates = phrases.listed([f"{day.day} {day:%B}" for day, _ in portrait.holidays])
    names = phrases.listed([name for _, name in portrait.holidays])
    return f"{dates} was a public holiday: {names}." if len(portrait.holidays) == 1 else f"{dates} were public holidays: {names}."


def checks_of(portrait: Portrait) -> tuple[str, ...]:
    """What to look at first, the likeliest first."""
    match portrait.kind:
        case EventKind.OUTAGE:
            return ("Was there a power cut, or was the main switch off?", "Does the meter's display count on while it reports 0?")
        case EventKind.FLATLINE:
            return ("Does the meter's display change while the reported value does not?", "Has the reader or gateway lost its connection?")
        case EventKind.GAP | EventKind.CATCH_UP:
            return ("Was the gateway or the internet connection down?", "Does your supplier have the missing intervals?")
        case EventKind.NEGATIVE:
            return (
                "Is this an export or a net meter? Then set its channel.",
                "Are import and export wired or labelled the wrong way round?",
            )
        case EventKind.UNIT_ERROR:
            return ("Did the source change between Wh and kWh, or a factor such as a transformer ratio?",)
    return _usage_checks(portrait)


def confidence_of(portrait: Portrait) -> str:
    """``high``, ``medium`` or ``low``, from how rarely this meter shows as much by chance; one more where a sub-meter says the same."""
    limits = (MEDIUM_EVIDENCE, HIGH_EVIDENCE)
    steps = sum(portrait.evidence >= limit for limit in limits) + is_supported(portrait)
    return ("low", "medium", "high")[min(steps, len(limits))]


def _standing(kw: float, portrait: Portrait) -> str:
    """What a step of the always-on load comes to if it stays; of one that is over, what became of it."""
    if portrait.is_ongoing:
        return f"If it stays, that is {phrases.energy(kw * HOURS_A_YEAR)} a year."
    if portrait.has_fallen_back:
        return f"It ended on {phrases.day(portrait.end)}."
    return "The level stayed, so from then on it counts as usual." if portrait.floor_after_kw is not None else ""


def _creeping(creep: Creep, portrait: Portrait) -> str:
    """Whether the floor rose too, and what a year at the new level comes to."""
    parts = []
    before, now = creep.floor_before_kw, creep.floor_now_kw
    if before is not None and now is not None and now - before >= max(LEAST_STEP_KW, LEAST_STEP_SHARE * now) and creep.rise_kwh > 0:
        parts.append(f"The power that never goes off rose with it, from {phrases.power(before)} to {phrases.power(now)}.")
    if not portrait.is_ongoing and creep.has_gone_back:
        parts.append(f"It went back after {phrases.day(portrait.last_day)}.")
    else:
        more = "more" if creep.rise_kwh > 0 else "less"
        parts.append(f"If it stays so, that is {phrases.energy(abs(creep.rise_kwh) * DAYS_A_YEAR)} {more} a year.")
    return " ".join(parts)


def _extreme_day(side: str, portrait: Portrait) -> str:
    """The most or least of the days of an event; "" for a single day, of which all is said."""
    if portrait.minutes <= DAY_MINUTES:
        return ""
    day_kwh, usual_kwh = HOURS_A_DAY * portrait.peak_kw, HOURS_A_DAY * portrait.usual_peak_kw
    return f"Its {side} day used {phrases.energy(day_kwh)}, where {phrases.energy(usual_kwh)} is usual."


def _steady(kw: float, portrait: Portrait) -> str:
    if portrait.is_daily:
        return f"About {phrases.energy(HOURS_A_DAY * kw)} a day came on top of the usual."
    is_household = not portrait.is_sent and portrait.peak_kw <= 2 * HOUSEHOLD_KW and portrait.usual_peak_kw <= HOUSEHOLD_KW
    like = like_appliance(kw) if is_household and not accounting_parts(portrait) else ""
    size = f", the size of {like}" if like else ""
    return f"About {phrases.power(kw)} ran steadily on top of the usual{size}."


def _usage_checks(portrait: Portrait) -> tuple[str, ...]:
    if portrait.pattern is Pattern.MOVED:
        return ("Is the meter's clock or the time zone of the data right?", "Were people up, or machines set, at other hours?")
    if portrait.is_sent:
        return _sent_checks(portrait)
    appliance = named_appliance(portrait)
    if appliance:
        return _appliance_checks(appliance, portrait)
    if portrait.creep is not None and portrait.creep.rise_kwh > 0:
        return (
            "Does something wear out: a fridge's seal, a clogged filter, a pump that runs ever longer?",
            "Does the meter run fast? Compare its display with the readings, or have it tested.",
        )
    if portrait.excess_kwh < 0:
        return ("Was the building empty, or a large device off?", "Does the meter count everything? Compare its display with the readings.")
    if portrait.step_kw is not None:
        return _step_checks(portrait)
    when = phrases.part_of_day(portrait.peak.hour)
    checks = []
    if when == "night" and portrait.minutes <= DAY_MINUTES and not portrait.is_daily:
        checks.append("Which device runs on a timer or charges at night?")
    checks.append(f"Was something large in use then: {_large_things(portrait.peak_kw - portrait.usual_peak_kw)}?")
    if portrait.minutes > DAY_MINUTES:
        checks.append("Was it colder or hotter than usual, or were there guests?")
    return tuple(checks)


def _appliance_checks(appliance: str, portrait: Portrait) -> tuple[str, ...]:
    if portrait.excess_kwh < 0:
        return (f"Was the {appliance} switched off, or has it failed?", "Was the building empty?")
    return (f"Was the {appliance} left on, or set to run then?", f"Does the {appliance} switch off by itself when it should?")


def _large_things(extra_kw: float) -> str:
    """What may draw so much more than usual [kW]: at home, or where no home would draw it."""
    return "machines, ventilation, heating or cooling" if extra_kw > HOUSEHOLD_KW else "heating, cooling, an oven, a charger"


def _step_checks(portrait: Portrait) -> tuple[str, ...]:
    is_large = portrait.step_kw is not None and portrait.step_kw > HOUSEHOLD_KW
    thing = "a machine, a compressor, a pump or ventilation" if is_large else "a fridge, freezer, pump or heater"
    if portrait.has_fallen_back:
        return (f"What was switched off on {phrases.day(portrait.end)}?", f"Did {thing} run without a break until then?")
    if portrait.is_ongoing:
        return ("What has been switched on since then and never off?", f"Is {thing} running without a break?")
    return ("What was switched on then and left on?", f"Did {thing} begin to run without a break?")


def _sent_checks(portrait: Portrait) -> tuple[str, ...]:
    if portrait.excess_kwh < 0:
        return ("Is a panel shaded, dirty or switched off?", "Did the inverter stop, or was more used in the building?")
    return ("Was the sun stronger than usual, or less used in the building?", "Did a battery stop charging?")
