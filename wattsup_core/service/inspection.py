"""What was read from a file, as the object that ``inspect --json`` prints."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from wattsup_core.errors import WattsUpError
from wattsup_core.readers.result import FileReadings
from wattsup_core.types import Channel, QualityIssue


def inspection(found: FileReadings) -> dict[str, Any]:
    """The result of a file that was read.

    ``kwh_total``, ``first_ts_utc`` and ``last_ts_utc`` are of the energy drawn; of the energy sent where a file has nothing else.
    """
    drawn = [meter for meter in found.meters if meter.channel is Channel.IMPORT]
    counted = drawn or list(found.meters)
    report = found.report
    return {
        "status": "ok_with_warnings" if report.warnings else "ok",
        "format": found.format_name,
        "unit": found.unit,
        "timezone": found.timezone,
        "timezone_source": found.timezone_source,
        "date_order": found.date_order,
        "stamp": found.stamp,
        "is_register": found.is_register,
        "rows_read": report.read,
        "rows_stored": report.stored,
        "rows_rejected": report.rejected,
        "kwh_total": round(math.fsum(value for meter in counted for value in meter.readings["kwh"]), 6),
        "first_ts_utc": _stamp(min(meter.readings.index[0] for meter in counted)),
        "last_ts_utc": _stamp(max(meter.readings.index[-1] for meter in counted)),
        "meters": len(found.meters),
        "interval_minutes": counted[0].interval_minutes,
        "channels": [
            {"label": meter.label, "channel": meter.channel.value, "rows": len(meter.readings), "interval_minutes": meter.interval_minutes}
            for meter in found.meters
        ],
        "warnings": _told(report.warnings),
        "notes": _told(report.notes),
        "rejected_rows": [{"line": row.line, "code": row.code, "text": row.text} for row in report.rejected_rows],
        "error": None,
    }


def refusal(error: WattsUpError) -> dict[str, Any]:
    """The result of a file that was refused: nothing of it is stored."""
    return {
        "status": "reject",
        "rows_read": 0,
        "rows_stored": 0,
        "rows_rejected": 0,
        "kwh_total": 0.0,
        "first_ts_utc": None,
        "last_ts_utc": None,
        "meters": 0,
        "warnings": [],
        "notes": [],
        "error": error.sentence,
    }


def _stamp(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _told(issues: Iterable[QualityIssue]) -> list[dict[str, Any]]:
    return [{"code": issue.code, "count": issue.count, "message": issue.message} for issue in issues]
