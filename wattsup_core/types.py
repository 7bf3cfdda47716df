"""The words of the domain as frozen dataclasses and enums. A name that holds a quantity ends in its unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from wattsup_core.answered import Answered, EventAnswer
from wattsup_core.forecast_rhythm import ForecastRhythm

if TYPE_CHECKING:
    import pandas as pd


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


class Scope(StrEnum):
    """What a token may do: `WRITE` sends readings and reads, `READ` only reads."""

    WRITE = "write"
    READ = "read"


class IssueSeverity(StrEnum):
    """`WARNING` when a person should know, `INFO` for a safe inference."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True)
class Meter:
    """One register of one device. `country` is an ISO 3166 alpha-2 code, "" when unknown: its public holidays are the meter's."""

    meter_id: str
    name: str
    timezone: str
    interval_minutes: float
    channel: Channel = Channel.IMPORT
    currency: str = "GBP"
    price_per_kwh: float = 0.28
    owner: str = ""
    is_sample: bool = False
    country: str = ""
    forecast_rhythm: ForecastRhythm = ForecastRhythm.DAILY


@dataclass(frozen=True)
class ReadOptions:
    """What a person says about a file; `None` where the reader shall find out by itself.

    `timezone` is the IANA zone of stamps that carry no offset, `stamp` "start" or "end" of the interval,
    `date_order` "DMY" or "MDY". `fallback_timezone` is the zone when neither the person nor the file names one and the
    meter is not known, such as the browser's; UTC without it. `unit` is one of `UNITS` for values whose cells name none.
    `cumulative` is whether the values are readings of a running register.
    """

    timezone: str | None = None
    stamp: str | None = None
    date_order: str | None = None
    cumulative: bool | None = None
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


DETECTORS = ("isolation-forest", "lof", "one-class-svm")
"""Models that can score the rows: the first is the default."""


@dataclass(frozen=True)
class DetectorConfig:
    """How the detector is set. `contamination` (share of rows) wins over `alarms_per_month` when given.

    `detector` is one of `DETECTORS`; `n_estimators` and `max_samples` are the forest's.
    """

    alarms_per_month: float = 2.0
    contamination: float | None = None
    n_estimators: int = 100
    max_samples: int = 512
    seed: int = 7
    detector: str = DETECTORS[0]


@dataclass(frozen=True)
class Driver:
    """One thing that made an event stand out, and its share of the evidence."""

    label: str
    share_pct: float


@dataclass(frozen=True)
class Explanation:
    """Why an event was flagged, for a neighbour: `summary` (size and time) in bold, then `detail`; `comparison` is a like-for-like one."""

    summary: str
    detail: str = ""
    comparison: str = ""
    drivers: tuple[Driver, ...] = ()
    check_first: tuple[str, ...] = ()
    confidence: str = "medium"


@dataclass(frozen=True)
class AnomalyEvent(Answered):
    """A run of intervals worth telling a person about. `end` is exclusive.

    `title` is the cause in two to four words, `cause` one sentence. `cost` is money in the meter's currency, `None` for data faults.
    The store alone knows `is_provisional` (only a first look has seen it), `first_severity` (as first shown) and `answer` (a person's).
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
    answer: EventAnswer | None = field(default=None, compare=False)


class ForecastMethod(StrEnum):
    """How the days ahead are foretold. `AUTO` is the one that did best on the meter's own past."""

    AUTO = "auto"
    PROPHET = "prophet"
    SEASONAL_NAIVE = "seasonal-naive"
    FOUR_WEEKS = "four-weeks"
    COMBINED = "combined"


@dataclass(frozen=True)
class ForecastConfig:
    """What is asked: days ahead (1 to 90), the method, and whose public holidays count (``"GB"``, "" none's, `None` the meter's own)."""

    days: int = 30
    method: ForecastMethod = ForecastMethod.AUTO
    country: str | None = None


@dataclass(frozen=True)
class Range:
    """A quantity with its 80 % and 95 % intervals, in energy [kWh] or in money as its field says."""

    value: float
    lower_80: float
    upper_80: float
    lower_95: float
    upper_95: float


@dataclass(frozen=True)
class DayForecast:
    """The energy of a local day [kWh]; `share` of the day is forecast, less than 1 where readings or the horizon cut it."""

    day: date
    share: float
    kwh: Range
    holiday: str = ""


@dataclass(frozen=True)
class MonthForecast:
    """What a calendar month comes to.

    `measured_kwh` was read before the forecast begins, `kwh` holds that and the days forecast, `cost` prices it (`None` for energy
    sent to the grid). `is_whole` is false where readings or the horizon leave a part of the month out.
    """

    first_day: date
    measured_kwh: float
    kwh: Range
    cost: Range | None
    is_whole: bool


@dataclass(frozen=True)
class ForecastComponent:
    """What one influence adds to a typical day [kWh]: `kwh` beside `labels`, equally long.

    `name` is trend, weekly, daily (kWh of an hour), yearly, holidays or temperature.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    kwh: tuple[float, ...]


@dataclass(frozen=True)
class MethodScore:
    """How a method did on a meter's past: its error of a day [kWh], as a share of a day's use [%], and against last week again.

    `mase` is the mean absolute error of daily energy over that of repeating last week's hours; `mase_four_weeks` over that of the mean
    of the last four same weekdays.
    """

    method: ForecastMethod
    error_kwh: float
    error_pct: float
    mase: float
    mase_four_weeks: float


@dataclass(frozen=True)
class BacktestDay:
    """A day of the past as it would have been forecast from `origin`, and as it was [kWh]."""

    origin: date
    day: date
    kwh: Range
    actual_kwh: float


@dataclass(frozen=True)
class Backtest:
    """Forecasts of days that have been since, each made from the readings before its origin alone.

    The bands of `days` are learned without the origin they belong to; the coverages [%] are of those.
    """

    origins: tuple[date, ...]
    days_each: int
    first_day: date
    last_day: date
    scores: tuple[MethodScore, ...]
    coverage_80_pct: float
    coverage_95_pct: float
    days: tuple[BacktestDay, ...]

    def score(self, method: ForecastMethod) -> MethodScore | None:
        """The score of `method`, `None` when it was not tried."""
        return next((each for each in self.scores if each.method is method), None)


@dataclass(frozen=True)
class Forecast:
    """The days ahead of a meter, and how far to trust them.

    Attributes
    ----------
    rows
        FORECAST (see :mod:`wattsup_core.frames`), hourly or at the meter's interval when that is longer.
    start, end
        The span forecast; `end` is exclusive.
    method, chosen_method
        What the rows were made by, and what did best on the past: the same unless a person chose.
    trust
        One or two sentences: how far off it was before, beside repeating last week.
    """

    meter_id: str
    start: datetime
    end: datetime
    timezone: str
    interval_minutes: float
    method: ForecastMethod
    chosen_method: ForecastMethod
    rows: pd.DataFrame
    days: tuple[DayForecast, ...]
    total: Range
    cost: Range | None
    currency: str
    months: tuple[MonthForecast, ...]
    components: tuple[ForecastComponent, ...]
    backtest: Backtest | None
    trust: str
    notes: tuple[str, ...]
