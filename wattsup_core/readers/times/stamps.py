"""Texts as calendar fields: every distinct text is read once, and texts of one template all together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wattsup_core.readers.table.cells import plain_words
from wattsup_core.readers.times.templates import StampForm, find_form, month_number, span_form, template_of
from wattsup_core.timegrid import NO_TIME, civil_seconds

MAX_TEMPLATES = 400
MAX_LENGTH = 64
NO_OFFSET = NO_TIME
MANY_OFFSETS = 4
MAX_OFFSET_MINUTES = 15 * 60
COMPACT_YEARS = (1900, 2100)
"""Years of dates without separators: other eight or ten digits are no dates but numbers."""


@dataclass
class StampFields:
    """Calendar fields of texts, arrays of shape (k,).

    `x` and `y` are month and day where `day_first_open` is False; where it is True they are the first and second number, and
    only the whole file tells which is the day. `clock` holds seconds of the day, `offset` seconds ahead of UTC
    (``NO_OFFSET`` where none is written), `zone` a place in `zone_words` (-1 for none).
    """

    year: np.ndarray
    x: np.ndarray
    y: np.ndarray
    day_first_open: np.ndarray
    two_digit_year: np.ndarray
    dotted: np.ndarray
    clock: np.ndarray
    has_date: np.ndarray
    has_clock: np.ndarray
    at_24: np.ndarray
    offset: np.ndarray
    zone: np.ndarray
    zone_words: list[str]

    @classmethod
    def blank(cls, count: int) -> StampFields:
        """Fields of `count` texts of which none is read yet."""
        year, x, y, clock = np.zeros((4, count), dtype=np.int64)
        day_first_open, two_digit_year, dotted, has_date, has_clock, at_24 = np.zeros((6, count), dtype=bool)
        offset, zone = np.full(count, NO_OFFSET, dtype=np.int64), np.full(count, -1, dtype=np.int16)
        return cls(year, x, y, day_first_open, two_digit_year, dotted, clock, has_date, has_clock, at_24, offset, zone, [])

    def day_seconds(self, order: str) -> np.ndarray:
        """Wall-clock seconds at which each date begins, with open dates read in `order` ("DMY", "MDY", "YMD"); ``NO_TIME`` for none."""
        year, month, day = self.year, self.x, self.y
        if order == "YMD":
            swap = self.day_first_open & self.two_digit_year
            year, month, day = np.where(swap, self.x, year), np.where(swap, self.y, month), np.where(swap, self.year, day)
        elif order == "DMY":
            month, day = np.where(self.day_first_open, self.y, self.x), np.where(self.day_first_open, self.x, self.y)
        year = np.where(self.two_digit_year, year + 2000, year)
        seconds = civil_seconds(year, month, day, np.zeros(len(year), np.int64))
        return np.where(self.has_date, seconds, NO_TIME)


def read_stamps(texts: np.ndarray) -> StampFields:
    """Read the calendar fields of texts, shape (k,), object."""
    fields = StampFields.blank(len(texts))
    places, letters = _letters(texts)
    for group, template in _templates(letters):
        form = find_form(template)
        if form is not None:
            _fill(fields, places[group], letters[group], form)
    offsets = np.unique(fields.offset[fields.offset != NO_OFFSET])
    if len(offsets) > MANY_OFFSETS:
        return _read_spans(texts, fields)
    return fields


def _read_spans(texts: np.ndarray, fields: StampFields) -> StampFields:
    """Read ``2026-01-05 01:00-02:00`` as a span: more offsets than a zone has are ends of intervals."""
    places, letters = _letters(texts)
    for group, template in _templates(letters):
        form = span_form(template)
        if form is not None:
            fields.offset[places[group]] = NO_OFFSET
            _fill(fields, places[group], letters[group], form)
    return fields


def _letters(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of the texts that may be times, and their characters as bytes, shape (places, width), NUL-padded."""
    candidates = np.fromiter((0 < len(text) <= MAX_LENGTH for text in texts), dtype=bool, count=len(texts))
    places = np.flatnonzero(candidates)
    try:
        raw = texts[places].astype("S")
    except UnicodeEncodeError:
        raw = np.array([_ascii(text) for text in texts[places]], dtype="S")
    width = max(raw.dtype.itemsize, 1)
    letters = raw.astype(f"S{width}").view(np.uint8).reshape(len(raw), width) if len(raw) else np.zeros((0, 1), np.uint8)
    return places, _left_aligned(letters)


def _ascii(text: str) -> str:
    return plain_words(re.sub("[‐-―−]", "-", text)) if not text.isascii() else text


def _left_aligned(letters: np.ndarray) -> np.ndarray:
    """Rows without leading spaces."""
    while len(letters) and (lead := letters[:, 0] == ord(" ")).any():
        letters = letters.copy()
        letters[lead, :-1] = letters[lead, 1:]
        letters[lead, -1] = 0
    return letters


def _templates(letters: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    """Groups of rows with the same template, with the template's text."""
    blanked = np.where((letters >= 48) & (letters <= 57), np.uint8(48), letters)
    left = np.arange(len(letters))
    for _ in range(MAX_TEMPLATES):
        if not len(left):
            return
        first = blanked[left[0]]
        same = (blanked[left] == first).all(axis=1)
        yield left[same], first.tobytes().rstrip(b"\x00").decode("ascii", "replace").rstrip()
        left = left[~same]


def _fill(fields: StampFields, places: np.ndarray, letters: np.ndarray, form: StampForm) -> None:
    """Write the fields of texts of one form."""
    numbers = {name: _digits(letters[:, place]) for name, place in form.fields.items()}
    fraction_round = _rounds_up(letters, form)
    if form.has_date:
        fields.has_date[places] = np.array(not form.is_compact) | (
            (numbers["year"] >= COMPACT_YEARS[0]) & (numbers["year"] < COMPACT_YEARS[1])
        )
        fields.year[places] = numbers["year"]
        fields.two_digit_year[places] = form.fields["year"].stop - form.fields["year"].start == 2
        fields.day_first_open[places] = form.is_ambiguous
        fields.x[places] = numbers["x"] if form.is_ambiguous else numbers.get("month", month_number(form.words.get("name", "")) or 0)
        fields.y[places] = numbers["y"] if form.is_ambiguous else numbers["day"]
        fields.dotted[places] = form.is_ambiguous and bool((letters[:, form.fields["x"].stop] == ord(".")).all())
    if form.has_clock:
        _fill_clock(fields, places, numbers, form.words.get("half", "").lower()[:1], fraction_round)
    _fill_zone(fields, places, numbers, form)


def _fill_clock(fields: StampFields, places: np.ndarray, numbers: dict[str, np.ndarray], half: str, round_up: np.ndarray) -> None:
    hour, minute = numbers["hour"], numbers.get("minute", np.zeros(len(places), np.int64))
    second = numbers.get("second", np.zeros(len(places), np.int64))
    valid = (minute < 60) & (second < 60)
    if half:
        valid &= (hour >= 1) & (hour <= 12)
        hour = hour % 12 + (12 if half == "p" else 0)
    is_24 = (hour == 24) & (minute == 0) & (second == 0)
    valid &= (hour < 24) | is_24
    fields.clock[places] = hour * 3_600 + minute * 60 + second + round_up
    fields.has_clock[places] = valid
    fields.has_date[places] &= valid
    fields.at_24[places] = is_24 & valid


def _fill_zone(fields: StampFields, places: np.ndarray, numbers: dict[str, np.ndarray], form: StampForm) -> None:
    if "off_hour" in numbers:
        minutes = numbers["off_hour"] * 60 + numbers.get("off_minute", np.zeros(len(places), np.int64))
        fields.offset[places] = minutes * (-60 if form.words.get("sign") == "-" else 60)
        fields.has_date[places] &= minutes <= MAX_OFFSET_MINUTES
    elif "zulu" in form.words or form.words.get("word", "").upper() in {"UTC", "GMT"}:
        fields.offset[places] = 0
    elif "word" in form.words:
        word = form.words["word"].upper()
        if word not in fields.zone_words:
            fields.zone_words.append(word)
        fields.zone[places] = fields.zone_words.index(word)


def _rounds_up(letters: np.ndarray, form: StampForm) -> np.ndarray:
    """1 where a fraction of a second is a half or more: instants are kept to the second."""
    place = form.fields.get("fraction")
    if place is None:
        return np.zeros(len(letters), np.int64)
    return np.where(letters[:, place.start] >= ord("5"), 1, 0)


def _digits(letters: np.ndarray) -> np.ndarray:
    """Rows of digit characters as numbers."""
    number: np.ndarray = np.zeros(len(letters), dtype=np.int64)
    for place in range(letters.shape[1]):
        number = number * 10 + (letters[:, place] - np.uint8(48))
    return number


def looks_like_stamp(text: str) -> bool:
    """Whether one text is a date, with or without a time of day."""
    if not 6 <= len(text) <= MAX_LENGTH or sum(map(str.isdigit, text)) < 4:
        return False
    form = find_form(template_of(plain_words(text)))
    if form is None or not form.has_date:
        return False
    fields = read_stamps(np.array([text], dtype=object))
    return bool((fields.day_seconds("DMY") != NO_TIME)[0] or (fields.day_seconds("MDY") != NO_TIME)[0])
