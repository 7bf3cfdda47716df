"""What the store tells beside frames and domain types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wattsup_core.types import QualityReport


@dataclass(frozen=True)
class MeterState:
    """How far a meter is: its rows, and how many of its writes the scores (`scored_seq`) or a first look (`looked_seq`) have seen.

    `first_ts` and `last_ts` are interval starts, `None` without rows; `notes` is what the last analysis tells people.
    """

    meter_id: str
    last_seq: int
    scored_seq: int
    rows: int
    first_ts: datetime | None
    last_ts: datetime | None
    model_version: str
    notes: tuple[str, ...] = ()
    looked_seq: int = 0

    @property
    def is_pending(self) -> bool:
        """Whether rows wait for their scores."""
        return self.scored_seq < self.last_seq


@dataclass(frozen=True)
class UploadRecord:
    """One line of the ledger, kept for ever: what a file was taken for and what became of its rows.

    `received_at` is kept in whole seconds. `new_rows` and `changed_rows` are counted while storing; `first` and `last` are
    interval starts. `replaced_by` names the upload that read the same file again and took this one's rows out, "" without one.
    """

    upload_id: str
    file_name: str
    received_at: datetime
    format_name: str
    unit: str
    timezone: str
    timezone_source: str
    date_order: str | None
    stamp: str
    is_register: bool
    report: QualityReport
    meter_ids: tuple[str, ...]
    new_rows: int
    changed_rows: int
    kwh_total: float
    first: datetime | None
    last: datetime | None
    interval_minutes: float
    replaced_by: str = ""
