"""What of a meter stays as it was when one of its files is read again, as the meter has other readings too: a person is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wattsup_core.readers.result import FileReadings
from wattsup_core.service.placement import Placement
from wattsup_core.types import IssueSeverity, Meter, QualityIssue


def tell_kept(file: FileReadings, placements: Sequence[Placement], shared: Sequence[Meter]) -> FileReadings:
    """The file with a warning for each of the meters it had `shared` with others that keeps another zone or interval than is found now."""
    placed = {placement.meter.meter_id for placement in placements}
    channels = {part.channel for part in file.meters}
    zones = [_zone_kept(meter, file) for meter in shared if meter.meter_id in placed and meter.timezone != file.timezone]
    intervals = [_interval_kept(meter, file) for meter in shared if meter.meter_id not in placed and meter.channel in channels]
    report = replace(file.report, issues=(*file.report.issues, *zones, *intervals))
    return replace(file, report=report) if zones or intervals else file


def _zone_kept(meter: Meter, file: FileReadings) -> QualityIssue:
    message = (
        f"“{meter.name}” stays in the time zone {meter.timezone}, as it has readings that are not of this file; "
        f"this file's times are read in {file.timezone}."
    )
    return QualityIssue("zone_kept", IssueSeverity.WARNING, 1, message)


def _interval_kept(meter: Meter, file: FileReadings) -> QualityIssue:
    found = next(part.interval_minutes for part in file.meters if part.channel is meter.channel)
    message = (
        f"“{meter.name}” stays a meter of {meter.interval_minutes:g}-minute readings, as it has some that are not of this file; "
        f"this file's {found:g}-minute readings are in another meter."
    )
    return QualityIssue("interval_kept", IssueSeverity.WARNING, 1, message)
