"""The ledger of uploads: what each file was taken for, what became of every row, kept for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection, RowMapping, insert, select

from wattsup_core.analysis.overlaps import Intervals
from wattsup_core.errors import NotFoundError
from wattsup_core.store.intervals import FilePlaces
from wattsup_core.store.meters import key_of
from wattsup_core.store.readings import Written, write_readings
from wattsup_core.store.records import UploadRecord
from wattsup_core.store.tables import meters, upload_issues, upload_meters, upload_rejects, uploads
from wattsup_core.timegrid import datetime_from_epoch, epoch_of
from wattsup_core.types import IssueSeverity, Meter, QualityIssue, QualityReport, RejectedRow

TEXT_LIMIT = 200  # of a rejected row's own text


def write_rows(
    connection: Connection, meter: Meter, frame: pd.DataFrame, undone: Mapping[int, int], is_correction: bool
) -> tuple[int, Written]:
    """Store a file's rows of `meter`, as the version of `undone` by meter key where there is one; the meter's key and what that did.

    Raises
    ------
    BadRequestError
        When rows lie across stored intervals, unless the file is read again as a correction.
    """
    key = key_of(connection, meter.meter_id)
    places = FilePlaces(meter.name, Intervals(max(1, round(meter.interval_minutes * 60)), meter.timezone), is_correction)
    return key, write_readings(connection, key, frame, undone.get(key), places=places)


def counted(upload: UploadRecord, written: Sequence[Written]) -> UploadRecord:
    """The `upload` with exact counts of what it has `written`."""
    return replace(
        upload,
        new_rows=sum(each.new_rows for each in written),
        changed_rows=sum(each.changed_rows for each in written),
        report=_with_overlaps(upload.report, sum(each.across_rows for each in written)),
    )


def _with_overlaps(report: QualityReport, count: int) -> QualityReport:
    """The report of a file that was read again, with a warning where `count` of its rows lie across intervals of other files."""
    if not count:
        return report
    rows = "1 reading begins" if count == 1 else f"{count:,} readings begin"
    message = f"{rows} in the middle of intervals of other files, so that energy counts twice there: correct those files too."
    return replace(report, issues=(*report.issues, QualityIssue("overlapping_rows", IssueSeverity.WARNING, count, message)))


def write_upload(connection: Connection, upload: UploadRecord, written: list[tuple[int, Written]]) -> None:
    """Enter `upload` with what it did to each of its meters, given by key in the file's order."""
    upload_key = connection.execute(insert(uploads).values(**_columns(upload)).returning(uploads.c.upload_key)).scalar_one()
    touched = [
        {
            "upload_key": upload_key,
            "position": position,
            "meter_key": meter_key,
            "seq": each.seq,
            "new_rows": each.new_rows,
            "changed_rows": each.changed_rows,
        }
        for position, (meter_key, each) in enumerate(written)
    ]
    issues = [
        {"upload_key": upload_key, "position": position} | _issue_columns(issue) for position, issue in enumerate(upload.report.issues)
    ]
    rejects = [
        {"upload_key": upload_key, "position": position, "line": row.line, "code": row.code, "text": row.text[:TEXT_LIMIT]}
        for position, row in enumerate(upload.report.rejected_rows)
    ]
    for table, rows in ((upload_meters, touched), (upload_issues, issues), (upload_rejects, rejects)):
        if rows:
            connection.execute(insert(table), rows)


def find_upload(connection: Connection, upload_id: str) -> UploadRecord:
    """The upload of this id."""
    row = connection.execute(select(uploads).where(uploads.c.upload_id == upload_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("This upload is not here.", "Send the file again.")
    return _record(connection, row)


def list_uploads(connection: Connection, meter_key: int) -> list[UploadRecord]:
    """The uploads that went to a meter, oldest first, those that were replaced since included."""
    went_there = select(upload_meters.c.upload_key).where(upload_meters.c.meter_key == meter_key)
    rows = connection.execute(select(uploads).where(uploads.c.upload_key.in_(went_there)).order_by(uploads.c.upload_key)).mappings()
    return [_record(connection, row) for row in rows.all()]


def _columns(upload: UploadRecord) -> dict[str, Any]:
    return {
        "upload_id": upload.upload_id,
        "file_name": upload.file_name,
        "received_at": epoch_of(upload.received_at),
        "format_name": upload.format_name,
        "unit": upload.unit,
        "timezone": upload.timezone,
        "timezone_source": upload.timezone_source,
        "date_order": upload.date_order,
        "stamp": upload.stamp,
        "is_register": upload.is_register,
        "read": upload.report.read,
        "stored": upload.report.stored,
        "rejected": upload.report.rejected,
        "new_rows": upload.new_rows,
        "changed_rows": upload.changed_rows,
        "kwh_total": upload.kwh_total,
        "first_ts": None if upload.first is None else epoch_of(upload.first),
        "last_ts": None if upload.last is None else epoch_of(upload.last),
        "interval_minutes": upload.interval_minutes,
        "replaced_by": upload.replaced_by,
        "digest": upload.digest,
    }


def _issue_columns(issue: QualityIssue) -> dict[str, Any]:
    return {
        "code": issue.code,
        "severity": issue.severity.value,
        "count": issue.count,
        "message": issue.message,
        "first_ts": None if issue.first is None else epoch_of(issue.first),
        "last_ts": None if issue.last is None else epoch_of(issue.last),
    }


def _record(connection: Connection, row: RowMapping) -> UploadRecord:
    return UploadRecord(
        upload_id=row["upload_id"],
        file_name=row["file_name"],
        received_at=datetime_from_epoch(row["received_at"]),
        format_name=row["format_name"],
        unit=row["unit"],
        timezone=row["timezone"],
        timezone_source=row["timezone_source"],
        date_order=row["date_order"],
        stamp=row["stamp"],
        is_register=row["is_register"],
        report=_report(connection, row),
        meter_ids=_meter_ids(connection, row["upload_key"]),
        new_rows=row["new_rows"],
        changed_rows=row["changed_rows"],
        kwh_total=row["kwh_total"],
        first=None if row["first_ts"] is None else datetime_from_epoch(row["first_ts"]),
        last=None if row["last_ts"] is None else datetime_from_epoch(row["last_ts"]),
        interval_minutes=row["interval_minutes"],
        replaced_by=row["replaced_by"],
        digest=row["digest"],
    )


def _meter_ids(connection: Connection, upload_key: int) -> tuple[str, ...]:
    joined = upload_meters.join(meters, meters.c.meter_key == upload_meters.c.meter_key)
    chosen = select(meters.c.meter_id).select_from(joined).where(upload_meters.c.upload_key == upload_key)
    return tuple(connection.scalars(chosen.order_by(upload_meters.c.position)))


def _report(connection: Connection, row: RowMapping) -> QualityReport:
    issues, rejects = (
        connection.execute(select(table).where(table.c.upload_key == row["upload_key"]).order_by(table.c.position)).mappings().all()
        for table in (upload_issues, upload_rejects)
    )
    return QualityReport(
        read=row["read"],
        stored=row["stored"],
        rejected=row["rejected"],
        issues=tuple(_issue(issue) for issue in issues),
        rejected_rows=tuple(RejectedRow(reject["line"], reject["code"], reject["text"]) for reject in rejects),
    )


def _issue(row: RowMapping) -> QualityIssue:
    return QualityIssue(
        code=row["code"],
        severity=IssueSeverity(row["severity"]),
        count=row["count"],
        message=row["message"],
        first=None if row["first_ts"] is None else datetime_from_epoch(row["first_ts"]),
        last=None if row["last_ts"] is None else datetime_from_epoch(row["last_ts"]),
    )
