"""The summary of an upload."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from wattsup_core.types import QualityReport
from wattsup_core.view_models import UploadView

if TYPE_CHECKING:
    from wattsup_core.store import Store, UploadRecord

REPAIR_CODES = frozenset({"register_rollover", "register_reset", "sign_turned"})
"""Issues whose count is of rows that were stored with another value than the file's plain arithmetic gives."""
UNCOUNTED_CODE = "irregular_times"
"""Told of rows that were moved in time, and of rows that were left where they are: its count is not one of repairs."""


def upload_view(store: Store, upload_id: str) -> UploadView:
    """What an upload was taken for, what became of its rows, and how many events its meters have in its time.

    Raises
    ------
    NotFoundError
        When there is no such upload.
    """
    upload = store.upload(upload_id)
    meters = [store.meter(meter_id) for meter_id in upload.meter_ids]
    event_counts = _count_events(store, upload)
    return UploadView(
        upload_id=upload.upload_id,
        file_name=upload.file_name,
        meter_ids=upload.meter_ids,
        meter_names=tuple(meter.name for meter in meters),
        format_name=upload.format_name,
        read=upload.report.read,
        stored=upload.report.stored,
        rejected=upload.report.rejected,
        new_rows=upload.new_rows,
        changed_rows=upload.changed_rows,
        interval_minutes=upload.interval_minutes,
        unit=upload.unit,
        timezone=upload.timezone,
        timezone_source=upload.timezone_source,
        date_order=upload.date_order,
        stamp=upload.stamp,
        first=upload.first,
        last=upload.last,
        kwh_total=upload.kwh_total,
        events=sum(event_counts),
        issues=upload.report.issues,
        rejected_rows=upload.report.rejected_rows,
        is_register=upload.is_register,
        price_per_kwh=meters[0].price_per_kwh,
        currency=meters[0].currency,
        repaired=_count_repairs(upload.report),
        event_counts=event_counts,
    )


def _count_repairs(report: QualityReport) -> int | None:
    if any(issue.code == UNCOUNTED_CODE for issue in report.issues):
        return None
    return sum(issue.count for issue in report.issues if issue.code in REPAIR_CODES)


def _count_events(store: Store, upload: UploadRecord) -> tuple[int, ...]:
    """The events of each meter in the time of the file."""
    if upload.first is None or upload.last is None:
        return tuple(0 for _ in upload.meter_ids)
    end = upload.last + timedelta(minutes=upload.interval_minutes)
    return tuple(len(store.events(meter_id, upload.first, end)) for meter_id in upload.meter_ids)
