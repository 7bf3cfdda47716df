"""What each page shows, as one frozen dataclass a page. Instants are UTC and aware; figures and layout only draw these."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from wattsup_core.types import (
    AnomalyEvent,
    Channel,
    Direction,
    ForecastMethod,
    QualityIssue,
    Range,
    RejectedRow,
)
from wattsup_core.view_models.choices import FoundMeter, FoundMeters, MeterChoice, MeterChoices
from wattsup_core.view_models.forecast import ForecastView, PastForecast
from wattsup_core.view_models.window_sums import SummedWindow, WindowSumsView

__all__ = ["ForecastView", "FoundMeter", "FoundMeters", "MeterChoice", "MeterChoices", "PastForecast", "SummedWindow", "WindowSumsView"]


class Resolution(StrEnum):
    """How the readings are summed before they are drawn. `RAW` is the meter's own interval."""

    AUTO = "auto"
    RAW = "raw"
    HOUR = "hour"
    DAY = "day"


PRESETS = ("24h", "7d", "30d", "90d", "1y", "all")
SPANS = ("1h", "6h", "24h")
"""How much of the newest readings the Live page shows."""

DAYS_AHEAD = (7, 14, 30, 60, 90)
MOST_DAYS_AHEAD = 90
"""How far ahead a person can have a forecast made: one of the usual numbers of days, or any other up to the most."""
FORECAST_METHODS = (ForecastMethod.AUTO, ForecastMethod.PROPHET, ForecastMethod.SEASONAL_NAIVE, ForecastMethod.FOUR_WEEKS)
"""How a person can have it made."""


@dataclass(frozen=True)
class ViewQuery:
    """What a person looks at: a meter and a range, by preset (ending at the last reading) or by two local dates, inclusive."""

    meter_id: str
    preset: str | None = "30d"
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class EnergyFigure:
    """Energy of the range and its change against the period of the same length before (`None` when that has too few data)."""

    kwh: float
    change_pct: float | None
    days: float


@dataclass(frozen=True)
class CostFigure:
    """Cost of the range."""

    cost: float
    cost_per_day: float
    tariff_name: str
    price_per_kwh: float


@dataclass(frozen=True)
class AnomalyFigure:
    """Anomalies that touch the range; excess and cost are of events above the expectation that are not data faults.

    Those that a person `expected` are in none of the other figures. `has_overlaps` where the cost is below the sum of what each event cost
    in the range, as what lies in two of them counts once.
    """

    count: int
    excess_kwh: float
    cost: float
    expected: int = 0
    has_overlaps: bool = False


@dataclass(frozen=True)
class AlwaysOnFigure:
    """Power the site hardly ever falls below [W]; its change against the period before, and since which day it holds."""

    watts: float | None
    change_watts: float | None = None
    since: date | None = None


@dataclass(frozen=True)
class RiskDay:
    """One local day of the risk lane: the highest severity of an event that touches it (0 none), how many do, and the worst one's id.

    Events that a person expected are not among them.
    """

    day: date
    severity: int
    events: int
    event_id: str = ""


@dataclass(frozen=True)
class AheadFigure:
    """The days ahead in one figure: so many, energy [kWh], cost (`None` for energy sent to the grid), and the instant they reach to."""

    days: int
    kwh: Range
    cost: Range | None
    end: datetime


@dataclass(frozen=True)
class OverviewView:
    """Everything of the Overview but the chart's points (:class:`SeriesView`). `still_on` are the ids of the events that go on."""

    meter_id: str
    meter_name: str
    is_sample: bool
    timezone: str
    currency: str
    interval_minutes: float
    data_start: datetime
    data_end: datetime
    start: datetime
    end: datetime
    preset: str | None
    completeness_pct: float
    energy: EnergyFigure
    cost: CostFigure
    anomalies: AnomalyFigure
    always_on: AlwaysOnFigure
    events: tuple[AnomalyEvent, ...]
    risk: tuple[RiskDay, ...]
    is_pending: bool = False
    notices: tuple[str, ...] = ()
    channel: Channel = Channel.IMPORT
    ahead: AheadFigure | None = None
    still_on: frozenset[str] = frozenset()

    def is_on(self, event: AnomalyEvent) -> bool:
        """Whether an event is going on."""
        return event.event_id in self.still_on


@dataclass(frozen=True)
class Marker:
    """One anomaly on the chart, at its most extreme point: local wall-clock time and the drawn value.

    One that `is_long` stands where it begins, which may lie before the window, and is not among the series' anomalous points; nor is one
    that a person expected (`is_expected`).
    `start_x` and `end_x` are the event's first and (exclusive) last local wall-clock time, `start_seconds` and `end_seconds` the same as
    epoch seconds; `actual_kwh` is named beside the title of the worst ones, `None` where the event has no energy worth naming.
    """

    event_id: str
    x: str
    y: float
    direction: Direction
    severity: int
    title: str
    start_x: str = ""
    end_x: str = ""
    actual_kwh: float | None = None
    is_long: bool = False
    is_expected: bool = False
    start_seconds: int = 0
    end_seconds: int = 0


@dataclass(frozen=True)
class AheadSeries:
    """The forecast's points of one window, as a series has its own: local times and epoch seconds, the forecast and its 80 % interval."""

    x: list[str]
    seconds: list[int]
    value: list[float]
    lower: list[float]
    upper: list[float]


@dataclass(frozen=True)
class SeriesView:
    """The chart's points for one window, already downsampled; lists of equal length.

    `x` are local wall-clock times (ISO, no offset) and `seconds` the same instants as epoch seconds, which tell the two passes of a
    repeated hour apart; `actual`, `lower`, `upper`, `expected`, `moving_average` in `unit` ("kW" or "kWh per day"), `None` where missing;
    the average is empty unless it was asked for. `in_event` are the readings inside events that are not long; `anomaly_x`/`anomaly_y` are
    these alone, with `None` between runs; `shown` points stand for `total` readings. The line is broken (`None`) at gaps, and between the
    two passes of the hour that the clock repeats in autumn. `ahead` is the forecast after the last reading. `markers` are in time order;
    `markers_left_out` milder events have none.
    """

    start: datetime
    end: datetime
    timezone: str
    resolution: Resolution
    unit: str
    x: list[str]
    seconds: list[int]
    in_event: list[bool]
    actual: list[float | None]
    expected: list[float | None]
    lower: list[float | None]
    upper: list[float | None]
    moving_average: list[float | None]
    anomaly_x: list[str | None]
    anomaly_y: list[float | None]
    markers: tuple[Marker, ...]
    shown: int
    total: int
    y_max: float = 0.0
    y_min: float = 0.0
    markers_left_out: int = 0
    ahead: AheadSeries | None = None


@dataclass(frozen=True)
class EventView:
    """The panel "Why was this flagged?": an event and its close-up."""

    event: AnomalyEvent
    timezone: str
    currency: str
    close_up: SeriesView


@dataclass(frozen=True)
class UploadView:
    """The plain summary of an upload. `meter_ids` are the meters it went to, in the file's order.

    `read`, `stored` and `rejected` count rows of the file; `new_rows` and `changed_rows` count readings, of which a row may hold two:
    energy taken from the grid and energy sent to it. `event_counts` has the events of each meter, `events` their sum.
    `repaired` counts stored rows whose value or time the reader had to change; `None` where that is not counted.
    """

    upload_id: str
    file_name: str
    meter_ids: tuple[str, ...]
    meter_names: tuple[str, ...]
    format_name: str
    read: int
    stored: int
    rejected: int
    new_rows: int
    changed_rows: int
    interval_minutes: float
    unit: str
    timezone: str
    timezone_source: str
    date_order: str | None
    stamp: str
    first: datetime | None
    last: datetime | None
    kwh_total: float
    events: int
    issues: tuple[QualityIssue, ...] = ()
    rejected_rows: tuple[RejectedRow, ...] = field(default_factory=tuple)
    is_register: bool = False
    price_per_kwh: float = 0.28
    currency: str = "GBP"
    repaired: int | None = None
    event_counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class PowerFigure:
    """The power of the newest reading [kW], and what is usual at its time; `None` where that is not known."""

    kw: float
    lower_kw: float | None
    upper_kw: float | None
    is_anomaly: bool

    @property
    def is_outside(self) -> bool:
        """Whether the power lies outside what is usual, where that is known."""
        return self.lower_kw is not None and self.upper_kw is not None and not self.lower_kw <= self.kw <= self.upper_kw


@dataclass(frozen=True)
class TodayFigure:
    """Energy of the local day so far; cost is `None` for energy sent to the grid, `usual_kwh` what is usual by now, where known."""

    day: date
    kwh: float
    cost: float | None
    usual_kwh: float | None


@dataclass(frozen=True)
class DemandFigure:
    """The peak watch: mean power over a quarter of an hour, or over the meter's interval where whole ones do not fill that.

    `kw` is what the running one comes to if the newest power goes on; where the interval is the block it is that of the last whole one,
    with `minutes_left` `None`. `peak_kw` is the highest of the local month before it.
    """

    block_minutes: float
    kw: float | None
    minutes_left: float | None
    peak_kw: float | None


@dataclass(frozen=True)
class LiveSeries:
    """The points of the Live page's chart, one for each reading and one without values in each gap; lists of equal length.

    `seconds` are UTC instants [s], `x` local wall-clock times, `actual`, `lower`, `upper` mean powers [kW], `anomaly` the power where a
    reading lies inside an event, else `None`. `is_whole` is False when there were more readings than are drawn.
    """

    seconds: list[int]
    x: list[str]
    actual: list[float | None]
    lower: list[float | None]
    upper: list[float | None]
    anomaly: list[float | None]
    markers: tuple[Marker, ...]
    is_whole: bool = True


@dataclass(frozen=True)
class LiveView:
    """Everything of the Live page: the newest readings of a meter, up to the end of its last one.

    `span` is one of `SPANS`, "" for a meter that reads too seldom for any of them; `spans` are those that hold a few readings. `start` and
    `end` bound the window; `events` touch it or its last local day, the newest first; `still_on` are the ids of those that go on.
    """

    meter_id: str
    meter_name: str
    is_sample: bool
    timezone: str
    currency: str
    interval_minutes: float
    channel: Channel
    span: str
    spans: tuple[str, ...]
    start: datetime
    end: datetime
    power: PowerFigure | None
    today: TodayFigure
    demand: DemandFigure
    events: tuple[AnomalyEvent, ...]
    series: LiveSeries
    still_on: frozenset[str] = frozenset()
    is_pending: bool = False

    def is_on(self, event: AnomalyEvent) -> bool:
        """Whether an event is going on."""
        return event.event_id in self.still_on

    @property
    def events_today(self) -> tuple[AnomalyEvent, ...]:
        """The events of the last local day."""
        midnight = self.today_start
        return tuple(event for event in self.events if event.end > midnight)

    @property
    def today_start(self) -> datetime:
        """The midnight with which the last local day began."""
        return datetime.combine(self.today.day, time(), ZoneInfo(self.timezone))
