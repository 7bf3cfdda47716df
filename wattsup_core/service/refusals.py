"""Why a reading that was sent is not stored, in words; files use the same for their rows."""

from __future__ import annotations

from wattsup_core.analysis.quality import SENTENCES, RowCode

_REASONS = {
    "not_an_object": "A reading is an object with a timestamp and one value.",
    "no_timestamp": "The timestamp is missing.",
    "bad_timestamp": "The timestamp cannot be read: write it like 2026-01-31T14:30:00Z.",
    "out_of_range_timestamp": "The timestamp lies before 1990.",
    "future_timestamp": "The timestamp lies more than a day ahead.",
    "dst_nonexistent": "The clock skips this time where summer time begins: send it with its offset.",
    "off_interval": (
        "No interval of the meter that is free begins at this time: send the energy of whole intervals, or register_kwh at any time."
    ),
    "no_value": "There is no value: send one of kwh, kw, wh, register_kwh.",
    "several_values": "There are several values: send one of kwh, kw, wh, register_kwh.",
    "bad_number": "The value is not a number.",
    "implausible_value": "The value is beyond what a meter counts.",
    "bad_temperature": "temperature_c is no outdoor temperature in degrees Celsius.",
    "bad_quality": "quality is one of actual and estimated.",
    "conflicting_duplicates": "The same time comes again later with another value, which was kept.",
    "register_conflict": "Another register reading is stored for this time.",
    "register_out_of_order": "The register reading does not fit between the ones before and after it.",
    "register_too_late": "The register reading is too old: more than a week, and more than 8 intervals, before the newest one.",
    "register_reset": "The register fell, as when a meter is replaced: it counts on from here, the energy up to here is unknown.",
    "register_overlaps": "The register counts on, but the energy up to here is not stored: stored intervals hold a part of it already.",
    "other_counter": "The meter follows another counter of this or another device: name the right one with ?counter=NAME.",
    "no_counter": "The device's message has no energy counter; its power alone is no energy.",
    "no_such_counter": "The device's message has no counter of that name.",
    "several_counters": "The device has several counters: name one with ?counter=NAME.",
    "telegram_damaged": "The telegram is cut off, or its checksum is wrong.",
    "other_meter": "The reading names another meter: send it to that one's address, or to the address for many meters.",
    "unknown_meter": "There is no such meter, or the token is not for it.",
}


def reason_of(code: str) -> str:
    """The sentence for the code of a refusal."""
    if code in _REASONS:
        return _REASONS[code]
    return SENTENCES[RowCode[code.upper()]].format(rows="1 row")
