"""The whole analysis on households with known things wrong, and on what is too little or too plain to judge."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.factories import make_meter, make_readings
from tests.unit.analysis.households import home_meter, noisy_home, position, set_kwh
from wattsup_core import timegrid
from wattsup_core.analysis.pipeline import Analysis, analyse
from wattsup_core.errors import CancelledError, FrameContractError
from wattsup_core.frames import SCORED_COLUMNS
from wattsup_core.types import AnomalyEvent, DetectorConfig, Direction, EventClass, EventKind, Tariff

TARIFF = Tariff(0.30)


def analysis_of(readings: pd.DataFrame, interval_minutes: float = 30.0, **config: float) -> Analysis:
    return analyse(readings, home_meter(interval_minutes), TARIFF, DetectorConfig(**config))  # type: ignore[arg-type]


def event_at(found: Analysis, readings: pd.DataFrame, row: int) -> AnomalyEvent:
    moment = readings.index[row]
    return next(event for event in found.events if event.start <= moment < event.end)


@pytest.fixture(scope="module")
def spoilt() -> pd.DataFrame:
    readings = noisy_home(120)
    set_kwh(readings, 60, 2, 2.5, 1.8)
    set_kwh(readings, 80, 9, 6.5, 0.0)
    set_kwh(readings, 100, 9, 14, 0.382)
    return readings


@pytest.fixture(scope="module")
def found(spoilt: pd.DataFrame) -> Analysis:
    return analysis_of(spoilt)


def test_each_thing_wrong_is_one_event_with_its_kind(found: Analysis, spoilt: pd.DataFrame) -> None:
    kinds = [event_at(found, spoilt, position(day, hour)).kind for day, hour in ((60, 3), (80, 12), (100, 12))]
    assert kinds == [EventKind.SPIKE, EventKind.OUTAGE, EventKind.FLATLINE]
    assert len(found.events) <= 5


def test_a_spike_is_priced_at_the_tariff(found: Analysis, spoilt: pd.DataFrame) -> None:
    spike = event_at(found, spoilt, position(60, 3))
    assert spike.actual_kwh == pytest.approx(9.0)
    assert spike.excess_kwh == pytest.approx(spike.actual_kwh - spike.expected_kwh)
    assert spike.cost == pytest.approx(0.30 * spike.excess_kwh)
    assert (spike.direction, spike.event_class) == (Direction.HIGH, EventClass.WASTE)
    assert spike.explanation.drivers
    assert not spike.ongoing


def test_faults_are_never_priced(found: Analysis) -> None:
    faults = [event for event in found.events if event.event_class in (EventClass.METER_FAULT, EventClass.DATA_GAP)]
    assert len(faults) >= 2
    assert all(event.cost is None for event in faults)


def test_rows_of_events_score_far_above_the_rest(found: Analysis) -> None:
    inside = found.scored["is_anomaly"]
    assert found.scored.loc[inside, "score"].median() > 0.9
    assert found.scored.loc[~inside, "score"].median() < 0.4


def test_scored_has_one_row_for_each_reading_and_names_its_event(found: Analysis, spoilt: pd.DataFrame) -> None:
    scored = found.scored
    assert scored.index.equals(spoilt.index)
    assert tuple(scored.columns) == SCORED_COLUMNS
    assert str(scored["event_id"].dtype) == "str"
    assert ((scored["event_id"] != "") == scored["is_anomaly"]).all()
    assert scored["score"].between(0, 1).all()
    assert scored["severity"].between(0, 99).all()
    assert (scored["residual_kwh"] == scored["kwh"] - scored["expected_kwh"]).all()
    for event in found.events:
        rows = scored[scored["event_id"] == event.event_id]
        assert len(rows) == len(scored.loc[event.start : event.end - timedelta(seconds=1)])
        assert rows["kwh"].sum() == pytest.approx(event.actual_kwh)
        assert rows["expected_kwh"].sum() == pytest.approx(event.expected_kwh)


def test_the_same_readings_give_the_same_analysis(found: Analysis, spoilt: pd.DataFrame) -> None:
    again = analysis_of(spoilt)
    pd.testing.assert_frame_equal(again.scored, found.scored)
    assert again.events == found.events


def test_a_clean_home_raises_hardly_an_alarm() -> None:
    months, accepted_by_chance = 6 * 4, 0.1 * DetectorConfig().alarms_per_month
    assert sum(len(analysis_of(noisy_home(120, seed=seed)).events) for seed in range(6)) <= 1.25 * accepted_by_chance * months


def test_fewer_alarms_are_accepted_fewer_are_told() -> None:
    readings = noisy_home(120, seed=21)
    for day, size in ((40, 0.9), (55, 1.1), (70, 1.4), (85, 2.0), (100, 3.0)):
        set_kwh(readings, day, 2, 1, size)
    counts = [len(analysis_of(readings, alarms_per_month=alarms).events) for alarms in (0.02, 2.0, 30.0)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_contamination_flags_its_share_of_rows(spoilt: pd.DataFrame) -> None:
    flagged = analysis_of(spoilt, contamination=0.02).scored["is_anomaly"].mean()
    assert flagged == pytest.approx(0.02, abs=0.001)


def test_missing_readings_score_nothing_and_belong_to_no_event() -> None:
    readings = noisy_home(60)
    readings.iloc[position(30, 0) : position(31, 12), 0] = np.nan
    found = analysis_of(readings)
    lost = found.scored[readings["kwh"].isna()]
    assert (lost["score"] == 0).all()
    assert not lost["is_anomaly"].any()
    (gap,) = [event for event in found.events if event.kind is EventKind.GAP]
    assert gap.end - gap.start == timedelta(hours=36)
    assert gap.actual_kwh == 0
    assert gap.expected_kwh > 0


def test_an_event_that_still_runs_says_so() -> None:
    readings = noisy_home(100)
    readings.iloc[position(88, 0) :, 0] += 0.05
    (step,) = [event for event in analysis_of(readings).events if event.kind is EventKind.BASELOAD_STEP]
    assert step.ongoing
    assert step.start == readings.index[position(88, 0)]
    assert step.end == readings.index[-1] + timedelta(minutes=30)
    assert step.excess_kwh == pytest.approx(0.05 * 48 * 12, rel=0.2)


@pytest.mark.parametrize("rows", [0, 1, 2, 20])
def test_too_few_rows_give_no_events_and_a_note(rows: int) -> None:
    found = analysis_of(noisy_home(2).iloc[:rows])
    assert len(found.scored) == rows
    assert found.events == ()
    assert (found.scored["score"] == 0).all()
    assert len(found.notes) == 1


@pytest.mark.parametrize("value", [0.0, 0.4, np.nan])
def test_a_constant_meter_gives_no_events_and_a_note(value: float) -> None:
    found = analysis_of(make_readings(np.full(1000, value)))
    assert found.events == ()
    assert len(found.notes) == 1


@pytest.mark.parametrize(
    ("days", "interval_minutes"), [(1, 30), (7, 15), (400, 1440), (60, 60), (40, 10), (3, 1), (700, 10_080), (60, 7), (300, 360)]
)
def test_any_interval_and_length_works(days: int, interval_minutes: float) -> None:
    rng = np.random.default_rng(3)
    kwh = rng.lognormal(-1, 0.3, max(2, round(days * 1440 / interval_minutes)))
    found = analysis_of(make_readings(kwh, interval_minutes=interval_minutes), interval_minutes)
    assert np.isfinite(found.scored.drop(columns=["event_id", "model_version"]).to_numpy(float)).all()


def test_a_net_meter_with_a_roof_is_not_all_faults() -> None:
    readings = noisy_home(120)
    hour = readings.index.hour.to_numpy()
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None) * np.random.default_rng(4).uniform(0.2, 1, len(hour))
    readings["kwh"] -= np.where((hour >= 6) & (hour < 18), sun, 0.0)
    found = analysis_of(readings)
    assert EventKind.NEGATIVE not in {event.kind for event in found.events}
    assert found.scored["lower_95_kwh"].min() < 0


def test_one_minute_readings_keep_a_short_spike() -> None:
    readings = noisy_home(30, interval_minutes=1)
    set_kwh(readings, 20, 3, 0.25, 0.1, interval_minutes=1)
    found = analysis_of(readings, 1)
    spike = event_at(found, readings, position(20, 3.1, 1))
    assert spike.actual_kwh == pytest.approx(1.5, rel=0.2)
    assert spike.end - spike.start <= timedelta(hours=1)


def test_local_clock_times_stand_in_the_sentences() -> None:
    readings = noisy_home(120)
    set_kwh(readings, 60, 2, 2.5, 1.8)
    told = analyse(readings, make_meter(timezone="Asia/Kathmandu", interval_minutes=30), TARIFF)
    spike = event_at(told, readings, position(60, 3))
    assert "07:45" in spike.cause


def test_progress_is_told_and_may_stop_the_work(spoilt: pd.DataFrame) -> None:
    steps: list[tuple[str, float]] = []
    analyse(spoilt, home_meter(), TARIFF, progress=lambda step, share: steps.append((step, share)))
    assert {step for step, _ in steps} == {"learning", "scoring"}
    assert [share for _, share in steps] == sorted(share for _, share in steps)

    def stop(step: str, share: float) -> None:
        raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        analyse(spoilt, home_meter(), TARIFF, progress=stop)


def test_readings_that_break_their_contract_are_refused() -> None:
    with pytest.raises(FrameContractError):
        analysis_of(noisy_home(3).drop(columns="quality"))


def test_the_iberian_blackout_is_found_in_a_real_meter(corpus: Path) -> None:
    frame = pd.read_csv(corpus / "meters" / "plain" / "eredes-pt.csv.gz", parse_dates=["timestamp"]).drop_duplicates("timestamp")
    index = timegrid.from_epoch_seconds(timegrid.to_epoch_seconds(pd.DatetimeIndex(frame["timestamp"])))
    readings = pd.DataFrame({"kwh": frame["value"].to_numpy(float), "quality": "actual"}, index=index)
    found = analysis_of(readings, 15)
    outages = [event for event in found.events if event.kind is EventKind.OUTAGE]
    assert [f"{event.start:%Y-%m-%d}" for event in outages] == ["2025-04-28"]
    assert len(found.events) <= 12
