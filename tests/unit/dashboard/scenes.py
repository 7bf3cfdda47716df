"""Made-up view models of a household, for tests of figures and layout."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from wattsup_core.types import (
    AnomalyEvent,
    Direction,
    Driver,
    EventClass,
    EventKind,
    Explanation,
    IssueSeverity,
    QualityIssue,
    RejectedRow,
)
from wattsup_core.view_models import (
    AlwaysOnFigure,
    AnomalyFigure,
    CostFigure,
    EnergyFigure,
    EventView,
    Marker,
    OverviewView,
    Resolution,
    RiskDay,
    SeriesView,
    UploadView,
)

ZONE = "Europe/London"
START = datetime(2026, 1, 3, tzinfo=UTC)
END = datetime(2026, 2, 2, tzinfo=UTC)


def event(name: str, start: datetime, hours: float, severity: int, title: str, cause: str, **changes: object) -> AnomalyEvent:
    """A night spike unless told otherwise."""
    usual = AnomalyEvent(
        event_id=name,
        meter_id="home",
        start=start,
        end=start + timedelta(hours=hours),
        kind=EventKind.NIGHT_USE,
        event_class=EventClass.WASTE,
        direction=Direction.HIGH,
        severity=severity,
        actual_kwh=9.9,
        expected_kwh=0.6,
        excess_kwh=9.3,
        cost=2.56,
        title=title,
        cause=cause,
        explanation=explanation(),
    )
    return replace(usual, **changes)


def explanation() -> Explanation:
    return Explanation(
        summary="9.9 kWh in 2 h 45 min, where 0.6 kWh is usual.",
        detail="About 3.4 kW ran steadily, the size of an immersion heater or a car charger.",
        comparison="The four Tuesdays before used 0.5 to 0.7 kWh at this time.",
        drivers=(
            Driver("against same hour", 46.0),
            Driver("against last week", 30.0),
            Driver("jump from the hour before", 16.0),
            Driver("outdoor 4 °C", 8.0),
        ),
        check_first=(
            "Is the immersion heater's timer on?",
            "Was a car plugged in overnight?",
            "Did a heater stay on in a room no one uses?",
        ),
        confidence="high",
    )


def events() -> tuple[AnomalyEvent, ...]:
    """Six events of the kinds the table has to tell apart."""
    low = {"kind": EventKind.OUTAGE, "event_class": EventClass.METER_FAULT, "direction": Direction.FLAT, "cost": None}
    step = {"kind": EventKind.BASELOAD_STEP, "excess_kwh": 12.8, "actual_kwh": 46.2, "expected_kwh": 33.4, "cost": 3.52}
    gap = {"kind": EventKind.GAP, "event_class": EventClass.DATA_GAP, "direction": Direction.FLAT, "actual_kwh": 0.0, "cost": None}
    dip = {"kind": EventKind.DROP, "event_class": EventClass.BEHAVIOUR, "direction": Direction.LOW, "cost": -0.31}
    peak = {"kind": EventKind.SPIKE, "actual_kwh": 7.1, "expected_kwh": 2.2, "excess_kwh": 4.9, "cost": 1.34}
    return (
        event(
            "e1",
            datetime(2026, 1, 27, 2, 15, tzinfo=UTC),
            2.75,
            97,
            "Spike at night",
            "16× a usual Tuesday 02:15; nothing like it in 90 days",
        ),
        event(
            "e2",
            datetime(2026, 1, 19, tzinfo=UTC),
            312,
            91,
            "Always-on load stepped up",
            "107 → 148 W; fridge, heater or standby left on?",
            **step,
        ),
        event("e3", datetime(2026, 1, 10, 18, 30, tzinfo=UTC), 1.25, 74, "Evening peak", "highest Saturday evening of the winter", **peak),
        event(
            "e4",
            datetime(2026, 1, 16, 9, tzinfo=UTC),
            6.5,
            66,
            "No consumption",
            "meter read exactly 0; power cut or lost link",
            **low,
            actual_kwh=0.0,
            expected_kwh=2.4,
        ),
        event(
            "e5", datetime(2026, 1, 22, 7, tzinfo=UTC), 3, 52, "Missing readings", "no readings arrived for 3 h", **gap, expected_kwh=1.1
        ),
        event(
            "e6",
            datetime(2026, 1, 30, 17, tzinfo=UTC),
            2,
            41,
            "Quiet evening",
            "lower than 19 of 20 Friday evenings",
            **dip,
            actual_kwh=0.4,
            expected_kwh=1.5,
            excess_kwh=-1.1,
        ),
    )


def many_events(count: int = 34) -> tuple[AnomalyEvent, ...]:
    """Enough for several pages of the table."""
    pattern = events()
    made = []
    for number in range(count):
        base = pattern[number % len(pattern)]
        start = START + timedelta(hours=20 * number + 1)
        made.append(replace(base, event_id=f"m{number}", start=start, end=start + (base.end - base.start), severity=99 - 2 * number))
    return tuple(made)


def usual_kw(moment: datetime) -> float:
    """A household's usual power: always-on, morning and evening."""
    hour = moment.hour + moment.minute / 60
    return 0.16 + 0.7 * math.exp(-((hour - 7.5) ** 2) / 2) + 1.3 * math.exp(-((hour - 19) ** 2) / 5)


def series(
    start: datetime = START, end: datetime = END, minutes: int = 15, seed: int = 7, happened: tuple[AnomalyEvent, ...] | None = None
) -> SeriesView:
    """A window of readings with the events drawn into it; a gap has no points."""
    happened = events() if happened is None else happened
    draw = random.Random(seed)
    moments = [start + timedelta(minutes=minutes) * step for step in range(int((end - start) / timedelta(minutes=minutes)))]
    actual = [_reading(moment, draw, happened) for moment in moments]
    known = [None if value is None else usual_kw(moment) for moment, value in zip(moments, actual, strict=True)]
    x = [moment.replace(tzinfo=None).isoformat() for moment in moments]
    inside = [next((one for one in happened if one.start <= moment < one.end and one.event_id != "e2"), None) for moment in moments]
    return SeriesView(
        start=start,
        end=end,
        timezone=ZONE,
        resolution=Resolution.RAW,
        unit="kW",
        x=x,
        seconds=[int(moment.timestamp()) for moment in moments],
        in_event=[one is not None for one in inside],
        actual=actual,
        expected=[None if value is None else round(value, 3) for value in known],
        lower=[None if value is None else round(0.35 * value, 3) for value in known],
        upper=[None if value is None else round(1.7 * value + 0.12, 3) for value in known],
        moving_average=_rolling(actual, 24 * 60 // minutes),
        anomaly_x=[at if one else None for at, one in zip(x, inside, strict=True)],
        anomaly_y=[value if one else None for value, one in zip(actual, inside, strict=True)],
        markers=tuple(marker for one in happened if (marker := _marker(one, moments, actual))),
        shown=len(x),
        total=len(x),
        y_max=max((value for value in actual if value is not None), default=0.0),
    )


def _reading(moment: datetime, draw: random.Random, happened: tuple[AnomalyEvent, ...]) -> float | None:
    noise = min(draw.lognormvariate(0, 0.45), 2.2)
    for one in happened:
        if one.start <= moment < one.end:
            if one.kind is EventKind.GAP:
                return None
            if one.kind is EventKind.OUTAGE:
                return 0.0
            if one.kind in (EventKind.NIGHT_USE, EventKind.SPIKE):
                return round(one.actual_kwh / ((one.end - one.start).total_seconds() / 3600) + 0.05 * noise, 3)
    return round(usual_kw(moment) * noise * 0.85, 3)


def _rolling(values: list[float | None], width: int) -> list[float | None]:
    averages: list[float | None] = []
    for at, value in enumerate(values):
        near = [one for one in values[max(0, at - width // 2) : at + width // 2] if one is not None]
        averages.append(None if value is None or not near else round(sum(near) / len(near), 3))
    return averages


def _marker(one: AnomalyEvent, moments: list[datetime], actual: list[float | None]) -> Marker | None:
    points = [(value, moment) for moment, value in zip(moments, actual, strict=True) if one.start <= moment < one.end and value is not None]
    if not points:
        return None
    value, moment = max(points) if one.direction is Direction.HIGH else min(points)
    if one.kind is EventKind.BASELOAD_STEP:
        value, moment = points[0]
    return Marker(
        event_id=one.event_id,
        x=moment.replace(tzinfo=None).isoformat(),
        y=value,
        direction=one.direction,
        severity=one.severity,
        title=one.title,
        start_x=one.start.replace(tzinfo=None).isoformat(),
        end_x=one.end.replace(tzinfo=None).isoformat(),
        actual_kwh=one.actual_kwh,
        is_long=one.kind is EventKind.BASELOAD_STEP,
        start_seconds=int(one.start.timestamp()),
        end_seconds=int(one.end.timestamp()),
    )


def risk(happened: tuple[AnomalyEvent, ...], start: datetime = START, end: datetime = END) -> tuple[RiskDay, ...]:
    """Each day of the range with the highest severity of what began on it."""
    days: list[RiskDay] = []
    for number in range((end - start).days):
        day: date = (start + timedelta(days=number)).date()
        begun = [one.severity for one in happened if one.start.date() == day]
        days.append(RiskDay(day, max(begun, default=0), len(begun)))
    return tuple(days)


def overview(**changes: object) -> OverviewView:
    """January 2026 of the sample household."""
    happened = events()
    view = OverviewView(
        meter_id="home",
        meter_name="Home · main meter",
        is_sample=True,
        timezone=ZONE,
        currency="GBP",
        interval_minutes=15,
        data_start=datetime(2025, 2, 2, tzinfo=UTC),
        data_end=END,
        start=START,
        end=END,
        preset="30d",
        completeness_pct=99.6,
        energy=EnergyFigure(kwh=412.6, change_pct=9.2, days=30.0),
        cost=CostFigure(cost=113.40, cost_per_day=3.78, tariff_name="Flat tariff", price_per_kwh=0.275),
        anomalies=AnomalyFigure(count=6, excess_kwh=31.8, cost=8.75),
        still_on=frozenset({"e2"}),
        always_on=AlwaysOnFigure(watts=148.0, change_watts=41.0, since=date(2026, 1, 19)),
        events=happened,
        risk=risk(happened),
    )
    return replace(view, **changes)


def event_view() -> EventView:
    """The night spike with the day and a half around it."""
    one = events()[0]
    window = series(datetime(2026, 1, 26, 12, tzinfo=UTC), datetime(2026, 1, 28, tzinfo=UTC), minutes=30)
    return EventView(event=one, timezone=ZONE, currency="GBP", close_up=window)


def upload(**changes: object) -> UploadView:
    """A file with repairs and a few rejected rows."""
    view = UploadView(
        upload_id="u1",
        file_name="home-2025.csv",
        meter_ids=("home",),
        meter_names=("Home",),
        format_name="CSV, semicolon, decimal comma",
        read=35_040,
        stored=35_012,
        rejected=28,
        new_rows=35_012,
        changed_rows=0,
        interval_minutes=15,
        unit="kWh",
        timezone="Europe/Berlin",
        timezone_source="default",
        date_order="DMY",
        stamp="start",
        first=datetime(2025, 1, 1, tzinfo=UTC),
        last=datetime(2025, 12, 31, 23, 45, tzinfo=UTC),
        kwh_total=4120.3,
        events=23,
        issues=(
            QualityIssue("unit_assumed", IssueSeverity.WARNING, 35_012, "No unit is named in the file; the values were taken as kWh."),
            QualityIssue("bad_value", IssueSeverity.WARNING, 3, "3 rows hold no number where the reading should be and were left out."),
            QualityIssue("duplicate", IssueSeverity.INFO, 25, "25 rows repeat a time already read; the first of each was kept."),
        ),
        rejected_rows=(
            RejectedRow(17, "bad_value", "01.01.2025 04:00;n/a;A"),
            RejectedRow(2881, "duplicate", "30.01.2025 23:45;0,113;A"),
            RejectedRow(9004, "bad_timestamp", "31.04.2025 12:00;0,244;A"),
        ),
        repaired=14,
    )
    return replace(view, **changes)
