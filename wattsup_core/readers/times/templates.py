"""The shapes of written times: where in a text its year, month, day, hour and offset stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MONTHS = (
    ("jan", "ene", "gen", "jän"),
    ("feb", "fev"),
    ("mar", "mrt", "maa", "mae", "mrz"),
    ("apr", "abr", "avr"),
    ("may", "mai", "mei", "mag"),
    ("jun", "juin", "giu"),
    ("jul", "juil", "lug"),
    ("aug", "aou", "ago"),
    ("sep", "set"),
    ("oct", "okt", "ott", "out"),
    ("nov",),
    ("dec", "dez", "dic", "des"),
)

_DATES = (
    r"(?P<year>0000)(?P<sep>[-/.])(?P<month>00?)(?P=sep)(?P<day>00?)",
    r"(?P<x>00?)(?P<sep>[-/.])(?P<y>00?)(?P=sep)(?P<year>0000|00)",
    r"(?P<year>0000)(?P<month>00)(?P<day>00)",
    r"(?P<day>00?)(?:st|nd|rd|th)?[-/ .]{0,2}(?P<name>[A-Za-z]{3,10})\.?,?[-/ ]{0,2}(?P<year>0000|00)",
    r"(?P<name>[A-Za-z]{3,10})\.? (?P<day>00?)(?:st|nd|rd|th)?,? (?P<year>0000)",
)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]{0,7}\.?,? +)?"
_HALF = r"(?: ?(?P<half>[AaPp]\.?[Mm]\.?))?"
_COLON_CLOCK = r"(?P<hour>00?)[:h](?P<minute>00)(?::(?P<second>00)(?:[.,](?P<fraction>0+))?)?" + _HALF
_DOT_CLOCK = r"(?P<hour>00?)\.(?P<minute>00)(?:\.(?P<second>00))?"
_COMPACT_CLOCK = r"(?P<hour>00)(?P<minute>00)(?P<second>00)?"
_HOUR_ONLY = r"(?P<hour>00?) ?(?P<half>[AaPp]\.?[Mm]\.?)"
_ZONE = (
    r"(?: ?(?:(?P<zulu>[Zz])|(?P<word>[A-Za-z]{2,5})(?= ?[+-]|\[| |$)|)"
    r"(?: ?(?P<sign>[+-])(?P<off_hour>00?):?(?P<off_minute>00)?)?(?: ?\[(?P<region>[A-Za-z_/+-]+)\])?)"
)
_BETWEEN = r"(?:[Tt]| ?, ?| at | {1,3}| - )"
_COMPACT_DATE = _DATES[2]

_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(f"{_WEEKDAY}{date}{_BETWEEN}{_COLON_CLOCK}{_ZONE}" for date in _DATES),
        *(f"{_WEEKDAY}{date}" for date in _DATES),
        f"{_COMPACT_DATE}[Tt ]?{_COMPACT_CLOCK}{_ZONE}",
        f"{_COMPACT_DATE}(?P<hour>00)",
        *(f"{date}{_BETWEEN}{_HOUR_ONLY}{_ZONE}" for date in _DATES[:2]),
        *(f"{date} {{1,2}}{_DOT_CLOCK}" for date in _DATES[:2]),
        _COLON_CLOCK,
        _HOUR_ONLY,
        _COMPACT_CLOCK,
        _ZONE.replace("[A-Za-z]{2,5}", "UTC|GMT"),
    )
)
_WORD_FIELDS = frozenset({"name", "half", "word", "sign", "zulu", "region"})
_SPAN_MARKS = (" to ", " tot ", " bis ", " until ", " - ", "/", "-")


@dataclass(frozen=True)
class StampForm:
    """Places of the fields in texts of one template, as slices, and the words they share."""

    fields: dict[str, slice]
    words: dict[str, str] = field(default_factory=dict)

    @property
    def is_ambiguous(self) -> bool:
        """Whether day and month cannot be told apart by the form itself."""
        return "x" in self.fields

    @property
    def is_compact(self) -> bool:
        """Whether the date is eight digits without separators."""
        return "month" in self.fields and self.fields["month"].start == self.fields["year"].stop

    @property
    def has_date(self) -> bool:
        return "year" in self.fields

    @property
    def has_clock(self) -> bool:
        return "hour" in self.fields


def template_of(text: str) -> str:
    """`text` with each digit as ``0``."""
    return re.sub(r"\d", "0", text)


def find_form(template: str) -> StampForm | None:
    """The form of a template, of a span's first half where the text is ``start to end``; `None` when it is no time."""
    whole = _match_form(template)
    if whole is not None:
        return whole
    return span_form(template)


def span_form(template: str) -> StampForm | None:
    """The form of the first half of a span such as ``2026-01-05 00:00 to 2026-01-05 00:15`` or ``00:00-00:15``."""
    for mark in _SPAN_MARKS:
        start, _, stop = template.rpartition(mark) if mark == "-" else template.partition(mark)
        first, second = _match_form(start.rstrip()), _match_form(stop.strip())
        if first and second and first.has_clock and second.has_clock:
            return first
    return None


def month_number(name: str) -> int | None:
    """The number of a month by its English, German, French, Spanish, Italian, Dutch or Portuguese name."""
    short = name.lower()[:4]
    return next((number for number, names in enumerate(MONTHS, 1) if any(short.startswith(known) for known in names)), None)


def _match_form(template: str) -> StampForm | None:
    for pattern in _FORMS:
        match = pattern.fullmatch(template)
        if match and match[0]:
            found = {name: text for name, text in match.groupdict().items() if text is not None and name != "sep"}
            slices = {name: slice(*match.span(name)) for name in found}
            words = {name: text for name, text in found.items() if name in _WORD_FIELDS}
            if "name" in words and month_number(words["name"]) is None:
                continue
            return StampForm({name: place for name, place in slices.items() if name not in words}, words)
    return None
