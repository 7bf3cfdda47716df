"""What the store tells beside frames and domain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.types import AnomalyEvent, Forecast, Quality, QualityReport, Scope


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
        """Whether rows wait for their scores, or for those of this version's model."""
        return self.scored_seq < self.last_seq or self.is_outdated

    @property
    def is_outdated(self) -> bool:
        """Whether the scores are those of another version's model."""
        return self.scored_seq > 0 and self.model_version != MODEL_VERSION


@dataclass(frozen=True)
class UploadRecord:
    """One line of the ledger, kept for ever: what a file was taken for and what became of its rows.

    `received_at` is kept in whole seconds. `new_rows` and `changed_rows` are counted while storing; `first` and `last` are
    interval starts. `replaced_by` names the upload that read the same file again and took this one's rows out, "" without one.
    `digest` is the SHA-256 of the file's bytes, "" where it is not known: files of one digest are the same file.
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
    digest: str = ""


@dataclass(frozen=True)
class SentReading:
    """One reading of a request, at its `index` in it: energy [kWh] of the interval that starts at `seconds` [epoch s].

    `covariates` are what is known beside it, by their columns of READINGS; `index` is -1 where no single row of a request brings it.
    """

    index: int
    seconds: int
    kwh: float
    quality: Quality = Quality.ACTUAL
    covariates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class SentRegister:
    """One register reading of a request, at its `index` in it: the `counter` of a device showed `kwh` at `seconds` [epoch s].

    `is_clockless` where the device told no time and `seconds` is when its message came: of several within a second the last counts.
    """

    index: int
    seconds: int
    kwh: float
    counter: str
    is_clockless: bool = False


@dataclass(frozen=True)
class Refusal:
    """A reading of a request that is not stored: its index and the code of the reason."""

    index: int
    code: str


@dataclass(frozen=True)
class Note:
    """What a person should know of a request as a whole: a stable code, how many readings it concerns, and a sentence."""

    code: str
    count: int
    message: str


@dataclass(frozen=True)
class Delivery:
    """What a request brings for one meter; `refused` are the readings that made no sense by themselves.

    `is_series` where the readings are rows of a file, by time, whose rhythm may begin elsewhere than on the clock.
    """

    meter_id: str
    readings: tuple[SentReading, ...] = ()
    registers: tuple[SentRegister, ...] = ()
    refused: tuple[Refusal, ...] = ()
    notes: tuple[Note, ...] = ()
    is_series: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery: the meter's version after it, how many readings are kept, those that are not, and its notes."""

    meter_id: str
    seq: int
    stored: int
    refused: tuple[Refusal, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """Names a request that may come again: the token that sent it, its key, and a digest of what it asks for."""

    token_key: int
    idempotency_key: str
    digest: str


@dataclass(frozen=True)
class TokenRecord:
    """A token as it is kept: nobody can read the secret out of it. `meter_id` is `None` for one that is good for all meters."""

    token_key: int
    token_id: str
    scope: Scope
    meter_id: str | None
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class EventChange:
    """An event with the instants it was first shown and last changed at."""

    event: AnomalyEvent
    first_shown_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class EventChanges:
    """What has changed since a cursor or an instant: events as they are now, ids of those that are gone, and the next cursor."""

    changed: tuple[EventChange, ...]
    withdrawn: tuple[tuple[str, datetime], ...]
    cursor: int


@dataclass(frozen=True)
class ForecastRecord:
    """A forecast as it is kept: when it was made, in whole seconds, and from which of the meter's versions."""

    forecast_id: int
    made_at: datetime
    seq: int
    forecast: Forecast


@dataclass(frozen=True)
class Overtaken:
    """A meter that is forecast in a rhythm and was written to since its forecast of `made_at`."""

    meter_id: str
    timezone: str
    rhythm: ForecastRhythm
    made_at: datetime
