"""What a person should know of how an export was read."""

from __future__ import annotations

from collections.abc import Sequence

from wattsup_core.analysis.quality import issue
from wattsup_core.readers.green_button.document import Document
from wattsup_core.readers.green_button.links import LinkedDocument
from wattsup_core.readers.green_button.readings import Readings
from wattsup_core.readers.green_button.series import Series
from wattsup_core.types import Channel, IssueSeverity, QualityIssue


def note_files(documents: Sequence[Document]) -> list[QualityIssue]:
    """What was repaired, doubted or not used in the files themselves."""
    notes = [each for document in documents for each in document.issues]
    powers, costs = sum(each.own_powers for each in documents), sum(each.costs for each in documents)
    if any(LinkedDocument(each).types_differ for each in documents):
        message = "Two ReadingTypes of the file have the same address and say different things: the first was taken."
        notes.append(issue("reading_type_doubt", message, 1))
    if powers:
        message = f"Not used: the powers of ten that {_count(powers)}; the standard keeps them in the ReadingType. Check the unit."
        notes.append(issue("unit_suspect", message, powers))
    if costs:
        message = f"Not used: the costs that {_count(costs)}; prices are those of the meter's tariff."
        notes.append(issue("extra_value_columns", message, costs, severity=IssueSeverity.INFO))
    return notes


def note_doubted_register() -> QualityIssue:
    """That values are no readings of the register that the file calls them."""
    message = "The file calls its values readings of a register, but they fall too often: they were read as energy of intervals."
    return issue("register_detected", message, 1)


def turn_sent(readings: Readings, chosen: Sequence[Series]) -> list[QualityIssue]:
    """Turn energy sent that is written below zero throughout, in place: its direction is told twice."""
    turned = 0
    for each in chosen:
        kwh = readings.kwh[each.places]
        if each.meaning.channel is Channel.EXPORT and (kwh < 0).any() and not (kwh > 0).any():
            readings.kwh[each.places] = -kwh
            turned += int((kwh < 0).sum())
    if not turned:
        return []
    message = f"Energy sent to the grid is written as negative in {turned:,} reading{'' if turned == 1 else 's'}; it was counted as sent."
    return [issue("sign_turned", message, turned)]


def _count(count: int) -> str:
    return f"{count:,} reading{' has' if count == 1 else 's have'}"
