"""The words of the domain as frozen dataclasses and enums. A name that holds a quantity ends in its unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """Direction of the energy that a register counts."""

    IMPORT = "IMPORT"
    EXPORT = "EXPORT"


class Quality(StrEnum):
    """How a reading came to be."""

    ACTUAL = "actual"
    ESTIMATED = "estimated"
    MISSING = "missing"
    SUSPECT = "suspect"


UNITS = ("Wh", "kWh", "MWh", "W", "kW")
"""Units that a person can say a file is in."""
CURRENCIES = (
    "GBP", "EUR", "USD", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "HUF", "INR", "ISK", "JPY", "KRW", "MXN", "NOK", "NZD", "PLN",
    "RON", "SEK", "SGD", "TRY", "ZAR",
)  # fmt: skip
"""Currencies to choose from, by their ISO codes."""


class EventKind(StrEnum):
    """What an anomaly looks like."""

    SPIKE = "SPIKE"
    DROP = "DROP"
    SUSTAINED_HIGH = "SUSTAINED_HIGH"
    SUSTAINED_LOW = "SUSTAINED_LOW"
    NIGHT_USE = "NIGHT_USE"
    BASELOAD_STEP = "BASELOAD_STEP"
    DRIFT = "DRIFT"
    FLATLINE = "FLATLINE"
    OUTAGE = "OUTAGE"
    GAP = "GAP"
    CATCH_UP = "CATCH_UP"
    NEGATIVE = "NEGATIVE"
    UNIT_ERROR = "UNIT_ERROR"


class EventClass(StrEnum):
    """How a person treats an anomaly. Faults and gaps are never priced as waste."""

    WASTE = "waste"
    WEATHER = "weather"
    BEHAVIOUR = "behaviour"
    METER_FAULT = "meter fault"
    DATA_GAP = "data gap"


class Direction(StrEnum):
    """Which side of the usual an event is on; its marker is a triangle up, a triangle down or a square."""

    HIGH = "high"
    LOW = "low"
    FLAT = "flat"


class EventStatus(StrEnum):
    """What has become of an event."""

    NEW = "new"
    SEEN = "seen"


class IssueSeverity(StrEnum):
    """`WARNING` when a person should know, `INFO` for a safe inference."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True)
class Meter:
    """One register of one device."""

    meter_id: str
    name: str
    timezone: str
    interval_minutes: float
    channel: Channel = Channel.IMPORT
    currency: str = "GBP"
    price_per_kwh: float = 0.28
    owner: str = ""
    is_sample: bool = False


@dataclass(frozen=True)
class ReadOptions:
    """What a person says about a file; `None` where the reader shall find out by itself.

    `timezone` is the IANA zone of stamps that carry no offset, `stamp` "start" or "end" of the interval,
    `date_order` "DMY" or "MDY". `fallback_timezone` is the zone when neither the person nor the file names one and the
    meter is not known, such as the browser's; UTC without it. `unit` is one of `UNITS` for values whose cells name none.
    """

    timezone: str | None = None
    stamp: str | None = None
    date_order: str | None = None
    cumulative: bool = False
    register_digits: int | None = None
    max_kwh_per_interval: float | None = None
    fallback_timezone: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class QualityIssue:
    """A repair, doubt or loss while reading, with its count and a sentence for people."""

    code: str
    severity: IssueSeverity
    count: int
    message: str
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not stored: its line in the file (1 is the first line), the code of the reason, its text cut to 200."""

    line: int
    code: str
    text: str


@dataclass(frozen=True)
class QualityReport:
    """What became of each row: always ``read == stored + rejected``."""

    read: int
    stored: int
    rejected: int
    issues: tuple[QualityIssue, ...] = ()
    rejected_rows: tuple[RejectedRow, ...] = ()

    @property
    def warnings(self) -> tuple[QualityIssue, ...]:
        return tuple(issue for issue in self.issues if issue.severity is IssueSeverity.WARNING)

    @property
    def notes(self) -> tuple[QualityIssue, ...]:
        return tuple(issue for issue in self.issues if issue.severity is IssueSeverity.INFO)


@dataclass(frozen=True)
class Tariff:
    """A flat tariff: one price for each kWh."""

    price_per_kwh: float
    currency: str = "GBP"
    name: str = "Flat tariff"


@dataclass(frozen=True)
class DetectorConfig:
    """How the detector is set. `contamination` (share of rows) wins over `alarms_per_month` when given."""

    alarms_per_month: float = 2.0
    contamination: float | None = None
    n_estimators: int = 100
    max_samples: int = 512
    seed: int = 7


@dataclass(frozen=True)
class Driver:
    """One thing that made an event stand out, and its share of the evidence."""

    label: str
    share_pct: float


@dataclass(frozen=True)
class Explanation:
    """Why an event was flagged, in words a neighbour understands.

    `summary` names size and time and stands in bold; `detail` follows it; `comparison` is a like-for-like one.
    """

    summary: str
    detail: str = ""
    comparison: str = ""
    drivers: tuple[Driver, ...] = ()
    check_first: tuple[str, ...] = ()
    confidence: str = "medium"


@dataclass(frozen=True)
class AnomalyEvent:
    """A run of intervals worth telling a person about. `end` is exclusive.

    `title` is the cause in two to four words, `cause` one sentence. `cost` is money in the meter's currency,
    `None` for data faults, which are never priced. `is_provisional` when only a first look has seen it; `first_severity` is the one it was
    first shown with. Both are what the store knows of it, not part of the finding.
    """

    event_id: str
    meter_id: str
    start: datetime
    end: datetime
    kind: EventKind
    event_class: EventClass
    direction: Direction
    severity: int
    actual_kwh: float
    expected_kwh: float
    excess_kwh: float
    cost: float | None
    title: str
    cause: str
    explanation: Explanation = field(default_factory=lambda: Explanation(""))
    status: EventStatus = EventStatus.NEW
    ongoing: bool = False
    is_provisional: bool = field(default=False, compare=False)
    first_severity: int | None = field(default=None, compare=False)
