"""What every store keeps to, on a SQLite file and in memory."""

from __future__ import annotations

import contextlib
import pickle
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import Connection

from tests.factories import START, make_event, make_forecast_of, make_meter, make_readings, make_scored, make_upload
from wattsup_core.analysis.model_version import MODEL_VERSION
from wattsup_core.analysis.pipeline import Analysis
from wattsup_core.errors import BadRequestError, FrameContractError, NotFoundError, SettingsError
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.frames import BAND_COLUMNS
from wattsup_core.store import Overtaken, Store, open_store
from wattsup_core.store.migrations import migrate
from wattsup_core.types import EventStatus, ForecastMethod, IssueSeverity, QualityIssue, QualityReport, RejectedRow

HALF_HOUR = timedelta(minutes=30)


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}" if request.param == "file" else "sqlite://")
    opened.migrate()
    opened.add_meter(make_meter())
    return opened


def send(store: Store, frame: pd.DataFrame, upload_id: str = "u-1", meter_id: str = "m-home", **options: object):
    return store.save_upload(make_upload(upload_id, (meter_id,)), [(meter_id, frame)], **options)  # type: ignore[arg-type]


def analysis_of(readings: pd.DataFrame, *events: object, score: float = 0.1, version: str = MODEL_VERSION) -> Analysis:
    scored = make_scored(readings, score=score, model_version=version)
    return Analysis(scored=scored, events=tuple(events), model_version=version, notes=("Seen.",))  # type: ignore[arg-type]


# meters


def test_meter_is_kept_as_given(store: Store) -> None:
    assert store.meter("m-home") == make_meter()
    assert store.meters() == [make_meter()]
    abroad = make_meter("m-plant", name="Plant", timezone="Asia/Seoul", country="KR")
    store.add_meter(abroad)
    assert store.meters() == [make_meter(), abroad]


def test_meter_takes_new_attributes_and_keeps_its_readings(store: Store) -> None:
    send(store, make_readings())
    renamed = make_meter(name="Cottage", timezone="Europe/Paris", price_per_kwh=0.31, currency="EUR", country="FR")
    store.update_meter(renamed)
    assert store.meter("m-home") == renamed
    assert store.state("m-home").rows == 48


@pytest.mark.parametrize("rhythm", list(ForecastRhythm))
def test_rhythm_of_forecasts_is_kept_and_no_file_changes_it(store: Store, rhythm: ForecastRhythm) -> None:
    assert store.meter("m-home").forecast_rhythm is ForecastRhythm.DAILY
    store.add_meter(make_meter("m-shop", forecast_rhythm=rhythm))
    assert store.meter("m-shop").forecast_rhythm is rhythm
    store.set_forecast_rhythm("m-home", rhythm)
    store.update_meter(make_meter(name="Cottage"))
    assert store.meter("m-home") == make_meter(name="Cottage", forecast_rhythm=rhythm)


def test_second_meter_of_one_id_is_refused(store: Store) -> None:
    with pytest.raises(BadRequestError):
        store.add_meter(make_meter(name="Other"))
    assert store.meter("m-home").name == "Home"


@pytest.mark.parametrize("ask", ["meter", "state", "uploads", "readings", "scored", "events", "newest_forecast", "forecasts"])
def test_unknown_meter_is_not_found(store: Store, ask: str) -> None:
    with pytest.raises(NotFoundError):
        getattr(store, ask)("nobody")


def test_unknown_ids_are_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.upload("nothing")
    with pytest.raises(NotFoundError):
        store.event("m-home", "nothing")
    with pytest.raises(NotFoundError):
        store.update_meter(make_meter("nobody"))
    with pytest.raises(NotFoundError):
        store.set_forecast_rhythm("nobody", ForecastRhythm.WEEKLY)
    with pytest.raises(NotFoundError):
        store.save_upload(make_upload("u-1", ("nobody",)), [("nobody", make_readings())])


def test_new_meter_state_is_empty(store: Store) -> None:
    state = store.state("m-home")
    assert (state.rows, state.last_seq, state.scored_seq, state.first_ts, state.last_ts) == (0, 0, 0, None, None)
    assert not state.is_pending
    assert store.readings("m-home").empty
    assert store.scored("m-home").empty


# readings


def test_readings_come_back_as_they_were(store: Store) -> None:
    sent = make_readings(days=2, temperature_c=np.linspace(-3, 12, 96), oven_kwh=np.r_[np.nan, np.arange(95) / 10])
    sent.loc[sent.index[5], "quality"] = "estimated"
    sent.loc[sent.index[6], "kwh"] = np.nan
    record = send(store, sent)
    assert (record.new_rows, record.changed_rows) == (96, 0)
    assert_frame_equal(store.readings("m-home"), sent)


def test_state_counts_rows_and_versions(store: Store) -> None:
    send(store, make_readings())
    state = store.state("m-home")
    assert (state.rows, state.last_seq, state.scored_seq) == (48, 1, 0)
    assert (state.first_ts, state.last_ts) == (START, START + timedelta(hours=23.5))
    assert state.is_pending


def test_same_rows_again_change_nothing(store: Store) -> None:
    sent = make_readings(temperature_c=np.arange(48.0))
    sent.iloc[5, 0] = np.nan
    send(store, sent)
    again = send(store, sent, "u-2")
    assert (again.new_rows, again.changed_rows) == (0, 0)
    assert store.state("m-home").last_seq == 1
    assert_frame_equal(store.readings("m-home"), sent)


def test_counts_of_new_and_changed_rows_are_exact(store: Store) -> None:
    send(store, make_readings())
    longer = make_readings(days=1.5)
    longer.iloc[[3, 4], 0] += 1
    longer.iloc[10, 1] = "suspect"
    record = send(store, longer, "u-2")
    assert (record.new_rows, record.changed_rows) == (24, 3)
    assert store.state("m-home").rows == 72
    assert store.state("m-home").last_seq == 2
    assert_frame_equal(store.readings("m-home"), longer)


def test_changed_covariate_is_a_changed_row(store: Store) -> None:
    sent = make_readings(temperature_c=np.arange(48.0))
    send(store, sent)
    sent.iloc[7, 2] = 30.0
    record = send(store, sent, "u-2")
    assert (record.new_rows, record.changed_rows) == (0, 1)
    assert store.state("m-home").last_seq == 2
    assert_frame_equal(store.readings("m-home"), sent)


def test_file_without_a_covariate_leaves_it(store: Store) -> None:
    send(store, make_readings(temperature_c=np.arange(48.0)))
    send(store, make_readings(days=1.5), "u-2")
    temperature = store.readings("m-home")["temperature_c"]
    assert temperature.notna().sum() == 48
    assert temperature.iloc[47] == 47.0


@pytest.mark.parametrize(
    ("start", "end", "first", "count"),
    [
        (START, START + HALF_HOUR, 0, 1),
        (START + timedelta(seconds=1), START + 2 * HALF_HOUR, 1, 1),
        (START + timedelta(microseconds=1), START + HALF_HOUR + timedelta(microseconds=1), 1, 1),
        (None, START + 3 * HALF_HOUR, 0, 3),
        (START + 46 * HALF_HOUR, None, 46, 2),
        (START.astimezone(timezone(timedelta(hours=5))), START + HALF_HOUR, 0, 1),
        (START + timedelta(days=9), None, 0, 0),
    ],
)
def test_window_is_half_open(store: Store, start: datetime | None, end: datetime | None, first: int, count: int) -> None:
    sent = make_readings(temperature_c=np.arange(48.0))
    send(store, sent)
    assert_frame_equal(store.readings("m-home", start, end), sent.iloc[first : first + count])
    assert len(store.scored("m-home", start, end)) == count


def test_window_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="aware"):
        store.readings("m-home", datetime(2026, 1, 5))  # noqa: DTZ001


def test_unknown_quality_and_two_rows_a_second_are_refused(store: Store) -> None:
    odd = make_readings()
    odd.loc[odd.index[0], "quality"] = "dubious"
    with pytest.raises(FrameContractError, match="quality"):
        send(store, odd)
    close = make_readings([1.0, 2.0], interval_minutes=1 / 240)
    with pytest.raises(FrameContractError, match="second"):
        send(store, close)
    assert store.state("m-home").rows == 0


def test_instants_before_1970_are_kept(store: Store) -> None:
    sent = make_readings(start=datetime(1969, 12, 31, 12, tzinfo=UTC))
    send(store, sent)
    assert_frame_equal(store.readings("m-home"), sent)


def test_meters_do_not_mix(store: Store) -> None:
    store.add_meter(make_meter("m-shop", name="Shop"))
    home, shop = make_readings(), make_readings(np.full(48, 9.0), temperature_c=np.ones(48))
    record = store.save_upload(make_upload("u-1", ("m-home", "m-shop")), [("m-home", home), ("m-shop", shop)])
    assert record.meter_ids == ("m-home", "m-shop")
    assert record.new_rows == 96
    assert_frame_equal(store.readings("m-home"), home)
    assert_frame_equal(store.readings("m-shop"), shop)


# uploads


def test_ledger_keeps_everything_of_an_upload(store: Store) -> None:
    issue = QualityIssue("gap", IssueSeverity.WARNING, 3, "Three half-hours are missing.", START, START + HALF_HOUR)
    plain = QualityIssue("unit_default", IssueSeverity.INFO, 1, "Taken as kWh.")
    report = QualityReport(50, 48, 2, (issue, plain), (RejectedRow(7, "bad_number", "x" * 500), RejectedRow(9, "blank", "")))
    sent = make_upload(report=report, date_order="DMY", first=None, last=None, is_register=True)
    store.save_upload(sent, [("m-home", make_readings())])
    kept = RejectedRow(7, "bad_number", "x" * 200)
    expected = replace(sent, new_rows=48, report=replace(report, rejected_rows=(kept, report.rejected_rows[1])))
    assert store.upload("u-1") == expected
    assert store.uploads("m-home") == [expected]


def test_upload_may_bring_its_meters(store: Store) -> None:
    shop = make_meter("m-shop", name="Shop")
    store.save_upload(make_upload("u-1", ("m-shop",)), [("m-shop", make_readings())], new_meters=[shop, make_meter(name="Ignored")])
    assert store.meter("m-shop") == shop
    assert store.meter("m-home").name == "Home"


def test_upload_of_no_rows_is_kept_in_the_ledger(store: Store) -> None:
    store.save_upload(make_upload(meter_ids=()), [])
    assert store.upload("u-1").meter_ids == ()
    assert store.state("m-home").last_seq == 0


def test_failed_upload_leaves_nothing(store: Store) -> None:
    bad = make_readings()
    bad.loc[bad.index[0], "quality"] = "dubious"
    with pytest.raises(FrameContractError):
        store.save_upload(
            make_upload("u-1", ("m-home", "m-shop")),
            [("m-home", make_readings()), ("m-shop", bad)],
            new_meters=[make_meter("m-shop")],
        )
    assert [meter.meter_id for meter in store.meters()] == ["m-home"]
    assert store.state("m-home").rows == 0
    with pytest.raises(NotFoundError):
        store.upload("u-1")


# reading a file again with other options


def test_replaced_upload_takes_its_rows_out(store: Store) -> None:
    before = make_readings(np.full(48, 0.5))
    send(store, before)
    wrong = make_readings(np.arange(48.0), start=START + timedelta(hours=12), temperature_c=np.arange(48.0))
    send(store, wrong, "u-2")
    right = make_readings(np.arange(48.0), start=START + timedelta(hours=24), temperature_c=np.arange(48.0))
    record = send(store, right, "u-3", replaces="u-2")
    assert record.new_rows == 48
    assert_frame_equal(store.readings("m-home"), pd.concat([before, right]))
    assert store.state("m-home").rows == 96
    assert store.state("m-home").last_seq == 3
    assert [upload.replaced_by for upload in store.uploads("m-home")] == ["", "u-3", ""]


def test_replacing_twice_is_refused_and_changes_nothing(store: Store) -> None:
    send(store, make_readings())
    send(store, make_readings(start=START + timedelta(days=1)), "u-2", replaces="u-1")
    with pytest.raises(BadRequestError, match="replaced already"):
        send(store, make_readings(start=START + timedelta(days=2)), "u-3", replaces="u-1")
    assert store.state("m-home").first_ts == START + timedelta(days=1)
    assert store.state("m-home").rows == 48


def test_undoing_out_of_order_brings_the_first_values_back(store: Store) -> None:
    first, second, third = (make_readings(np.full(4, value), temperature_c=np.full(4, value)) for value in (1.0, 2.0, 3.0))
    elsewhere = START + timedelta(days=5)
    for upload_id, frame in (("u-1", first), ("u-2", second), ("u-3", third)):
        send(store, frame, upload_id)
    send(store, make_readings([7.0], start=elsewhere), "u-4", replaces="u-2")
    assert_frame_equal(store.readings("m-home", end=elsewhere), third)
    send(store, make_readings([8.0], start=elsewhere), "u-5", replaces="u-3")
    assert_frame_equal(store.readings("m-home", end=elsewhere), first)
    send(store, make_readings([9.0], start=elsewhere), "u-6", replaces="u-1")
    assert store.readings("m-home", end=elsewhere).empty
    assert store.state("m-home").rows == 1


def test_reading_again_with_the_same_options_keeps_first_scores(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    store.save_analysis("m-home", 1, analysis_of(sent, score=0.2))
    send(store, sent, "u-2", replaces="u-1")
    assert_frame_equal(store.readings("m-home"), sent)
    assert store.scored("m-home")["score"].eq(0.2).all()
    assert store.state("m-home").is_pending


def test_scores_of_rows_taken_out_are_gone(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    store.save_analysis("m-home", 1, analysis_of(sent))
    send(store, make_readings(start=START + timedelta(days=1)), "u-2", replaces="u-1")
    assert store.scored("m-home")["score"].isna().all()
    send(store, sent, "u-3")
    assert store.scored("m-home")["score"].isna().all()


# analyses


def test_scores_come_back_as_they_were(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    event = make_event()
    analysis = analysis_of(sent, event)
    inside = analysis.scored.index[:4]
    analysis.scored.loc[inside, "event_id"] = event.event_id
    analysis.scored.loc[inside, "is_anomaly"] = True
    analysis.scored.loc[analysis.scored.index[9], "score"] = np.nan
    assert store.save_analysis("m-home", 1, analysis)
    assert_frame_equal(store.scored("m-home"), analysis.scored)
    assert store.events("m-home") == [event]
    assert store.event("m-home", event.event_id) == event
    state = store.state("m-home")
    assert (state.scored_seq, state.model_version, state.notes, state.is_pending) == (1, MODEL_VERSION, ("Seen.",), False)


def test_rows_that_wait_for_a_score_are_no_anomaly(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    store.save_analysis("m-home", 1, analysis_of(sent))
    longer = make_readings(days=1.5)
    send(store, longer, "u-2")
    scored = store.scored("m-home")
    waiting = scored.iloc[48:]
    assert_frame_equal(scored[["kwh"]], longer[["kwh"]])
    assert waiting[["expected_kwh", "score", "residual_kwh"]].isna().all(axis=None)
    assert not waiting["is_anomaly"].any()
    assert set(waiting["event_id"]) == {""}
    assert set(waiting["model_version"]) == {""}


def test_analysis_of_an_older_write_is_refused(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    changed = sent.assign(kwh=sent["kwh"] + 1)
    send(store, changed, "u-2")
    assert store.save_analysis("m-home", 2, analysis_of(changed, make_event("new"), score=0.7, version="new"))
    assert not store.save_analysis("m-home", 1, analysis_of(sent, make_event("old"), score=0.3, version="old"))
    assert store.scored("m-home")["score"].eq(0.7).all()
    assert [event.event_id for event in store.events("m-home")] == ["new"]
    assert (store.state("m-home").scored_seq, store.state("m-home").model_version) == (2, "new")


def test_analysis_that_lags_behind_leaves_the_meter_pending(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    send(store, make_readings(start=START + timedelta(days=1)), "u-2", replaces="u-1")
    assert store.save_analysis("m-home", 1, analysis_of(sent))
    assert store.state("m-home").is_pending
    send(store, sent, "u-3")
    assert store.scored("m-home")["score"].isna().all(), "the score of a row that was gone has come back"


def test_scores_of_another_model_wait_to_be_renewed(store: Store) -> None:
    sent = make_readings()
    assert not store.state("m-home").is_outdated
    send(store, sent)
    assert not store.state("m-home").is_outdated
    store.save_analysis("m-home", 1, analysis_of(sent, version="earlier"))
    assert (store.state("m-home").is_pending, store.state("m-home").is_outdated) == (True, True)
    store.save_analysis("m-home", 1, analysis_of(sent))
    assert (store.state("m-home").is_pending, store.state("m-home").is_outdated) == (False, False)


def test_same_version_may_be_scored_again(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    store.save_analysis("m-home", 1, analysis_of(sent, score=0.2, version="a"))
    assert store.save_analysis("m-home", 1, analysis_of(sent, score=0.4, version="b"))
    scored = store.scored("m-home")
    assert scored["score"].eq(0.4).all()
    assert set(scored["model_version"]) == {"b"}


def test_events_are_updated_added_and_removed(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    store.save_analysis("m-home", 1, analysis_of(sent, make_event("a"), make_event("b", start=START + timedelta(hours=5))))
    grown = make_event("a", hours=4, severity=90, cost=None, title="Grew", ongoing=True)
    added = make_event("c", start=START + timedelta(hours=9))
    store.save_analysis("m-home", 1, analysis_of(sent, grown, added))
    assert store.events("m-home") == [grown, added]
    with pytest.raises(NotFoundError):
        store.event("m-home", "b")
    store.save_analysis("m-home", 1, analysis_of(sent))
    assert store.events("m-home") == []


def test_event_keeps_its_status(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    store.save_analysis("m-home", 1, analysis_of(sent, make_event(status=EventStatus.SEEN)))
    store.save_analysis("m-home", 1, analysis_of(sent, make_event(status=EventStatus.NEW, severity=12)))
    event = store.event("m-home", "e-1")
    assert (event.status, event.severity) == (EventStatus.SEEN, 12)


def test_events_that_touch_a_window(store: Store) -> None:
    sent = make_readings()
    send(store, sent)
    event = make_event(start=START + timedelta(hours=10), hours=2)
    store.save_analysis("m-home", 1, analysis_of(sent, event))
    touching = [(9, 10.5), (11, 11.5), (11.5, 20), (0, 24)]
    beside = [(9, 10), (12, 13)]
    assert all(store.events("m-home", START + timedelta(hours=a), START + timedelta(hours=b)) == [event] for a, b in touching)
    assert all(store.events("m-home", START + timedelta(hours=a), START + timedelta(hours=b)) == [] for a, b in beside)


# processes and threads


def test_first_score_and_first_showing_stay(tmp_path: Path) -> None:
    clock = iter([START, START + timedelta(days=1)])
    store = Store(f"sqlite:///{tmp_path / 'store.db'}", now=lambda: next(clock))
    store.migrate()
    store.add_meter(make_meter())
    sent = make_readings()
    send(store, sent)
    store.save_analysis("m-home", 1, analysis_of(sent, make_event("a"), score=0.2))
    store.save_analysis("m-home", 1, analysis_of(sent, make_event("a", severity=5), make_event("b"), score=0.9))
    first, second = (int(moment.timestamp()) for moment in (START, START + timedelta(days=1)))
    assert rows(store, "SELECT DISTINCT score, first_score, first_shown_at FROM scores") == [(0.9, 0.2, first)]
    assert rows(store, "SELECT event_id, first_shown_at FROM events ORDER BY event_id") == [("a", first), ("b", second)]


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    with store._database.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_each_changed_row_carries_its_version(store: Store) -> None:
    send(store, make_readings(np.ones(4), temperature_c=np.zeros(4)))
    second = make_readings(np.ones(5), temperature_c=[0, 5, 0, 0, 0])
    second.iloc[2, 0] = 2.0
    send(store, second, "u-2")
    assert rows(store, "SELECT seq, source_seq FROM readings ORDER BY ts") == [(1, 1), (2, 1), (2, 2), (1, 1), (2, 2)]


def test_migrating_again_and_at_once_does_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deep' / 'er' / 'store.db'}"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: open_store(url).migrate(), range(4)))
    store = open_store(url)
    store.migrate()
    assert store.meters() == []


def insert_meter_of_before(connection: Connection, key: int, meter_id: str, zone: str) -> None:
    """A scored meter as the first version of the tables held it."""
    connection.exec_driver_sql(
        "INSERT INTO meters (meter_key, meter_id, owner, name, timezone, interval_minutes, channel, currency, price_per_kwh, "
        "is_sample, last_seq, scored_seq, row_count, model_version, notes_json) "
        "VALUES (?, ?, '', 'Home', ?, 30, 'IMPORT', 'EUR', 0.3, 0, 1, 1, 1, 'earlier', '[]')",
        (key, meter_id, zone),
    )


def test_meters_from_before_countries_get_their_zone_s_and_are_scored_again(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(store._database, "0001")
    with store._database.writing() as connection:
        for key, (meter_id, zone) in enumerate((("london", "Europe/London"), ("nowhere", "UTC")), 1):
            insert_meter_of_before(connection, key, meter_id, zone)
    store.migrate()
    assert [(meter.meter_id, meter.country) for meter in store.meters()] == [("london", "GB"), ("nowhere", "")]
    assert [store.state(meter_id).scored_seq for meter_id in ("london", "nowhere")] == [0, 1]


def test_meters_from_before_rhythms_are_forecast_daily_as_before(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(store._database, "0001")
    with store._database.writing() as connection:
        insert_meter_of_before(connection, 1, "m-home", "UTC")
    migrate(store._database, "0008")
    store.migrate()
    assert store.meter("m-home").forecast_rhythm is ForecastRhythm.DAILY
    store.set_forecast_rhythm("m-home", ForecastRhythm.OFF)
    store.migrate()
    assert store.meter("m-home").forecast_rhythm is ForecastRhythm.OFF


# forecasts


def assert_same_forecast(found: object, expected: object) -> None:
    assert_frame_equal(found.rows, expected.rows)  # type: ignore[attr-defined]
    assert replace(found, rows=None) == replace(expected, rows=None)  # type: ignore[type-var]


@pytest.mark.parametrize("changes", [{}, {"backtest": None, "cost": None, "notes": (), "components": ()}])
def test_forecast_is_kept_as_it_was_made(store: Store, changes: dict[str, object]) -> None:
    forecast = make_forecast_of(**changes)
    saved = store.save_forecast("m-home", 3, forecast)
    for found in (store.newest_forecast("m-home"), store.forecast("m-home", saved.forecast_id)):
        assert found is not None
        assert (found.forecast_id, found.made_at, found.seq) == (saved.forecast_id, saved.made_at, 3)
        assert_same_forecast(found.forecast, forecast)


def test_newest_forecast_is_the_one_made_last(store: Store) -> None:
    assert store.newest_forecast("m-home") is None
    ids = [store.save_forecast("m-home", seq, make_forecast_of(start=START + timedelta(days=seq))).forecast_id for seq in range(3)]
    newest = store.newest_forecast("m-home")
    assert newest is not None
    assert (newest.forecast_id, newest.seq) == (ids[-1], 2)
    assert [forecast_id for forecast_id, _ in store.forecasts("m-home")] == ids
    assert [each for each, _ in store.forecasts("m-home", START + timedelta(days=3))] == ids[2:]
    assert [each for each, _ in store.forecasts("m-home", None, START + timedelta(days=1))] == ids[:1]


def test_meters_written_to_since_their_usual_forecast_are_told_but_not_those_forecast_when_asked(store: Store) -> None:
    for meter_id, rhythm in (("m-shop", ForecastRhythm.WEEKLY), ("m-plant", ForecastRhythm.OFF), ("m-new", ForecastRhythm.DAILY)):
        store.add_meter(make_meter(meter_id, forecast_rhythm=rhythm))
    rows = make_readings()
    for number, meter_id in enumerate(("m-home", "m-shop", "m-plant", "m-new")):
        send(store, rows, f"u-{number}", meter_id)
    usual = store.save_forecast("m-home", 0, make_forecast_of(days=30, chosen_method=ForecastMethod.COMBINED))
    store.save_forecast("m-home", 1, make_forecast_of(days=7))
    only = store.save_forecast("m-shop", 0, make_forecast_of("m-shop", days=7))
    store.save_forecast("m-plant", 0, make_forecast_of("m-plant", days=7))
    assert store.overtaken_forecasts() == [
        Overtaken("m-home", "Europe/London", ForecastRhythm.DAILY, usual.made_at),
        Overtaken("m-shop", "Europe/London", ForecastRhythm.WEEKLY, only.made_at),
    ]
    store.save_forecast("m-home", 1, make_forecast_of(days=30, chosen_method=ForecastMethod.COMBINED))
    store.save_forecast("m-shop", 1, make_forecast_of("m-shop", days=14))
    assert store.overtaken_forecasts() == []


def test_oldest_forecasts_make_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wattsup_core.store.forecasts.KEPT_FORECASTS", 2)
    store.add_meter(make_meter("m-shop"))
    other = store.save_forecast("m-shop", 0, make_forecast_of("m-shop"))
    ids = [store.save_forecast("m-home", seq, make_forecast_of()).forecast_id for seq in range(4)]
    assert [forecast_id for forecast_id, _ in store.forecasts("m-home")] == ids[2:]
    with store._database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT DISTINCT forecast_key FROM forecast_rows ORDER BY 1").scalars().all()
    assert kept == sorted([other.forecast_id, *ids[2:]])


def test_forecast_of_another_meter_is_not_found(store: Store) -> None:
    store.add_meter(make_meter("m-shop"))
    saved = store.save_forecast("m-shop", 0, make_forecast_of("m-shop"))
    with pytest.raises(NotFoundError):
        store.forecast("m-home", saved.forecast_id)
    with pytest.raises(NotFoundError):
        store.save_forecast("nobody", 0, make_forecast_of())


def test_forecast_that_breaks_its_contract_is_not_kept(store: Store) -> None:
    broken = make_forecast_of()
    with pytest.raises(FrameContractError):
        store.save_forecast("m-home", 0, replace(broken, rows=broken.rows.assign(kwh=-1.0)))
    assert store.newest_forecast("m-home") is None


def test_migrations_make_the_tables_of_the_program(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from wattsup_core.store.tables import metadata

    with store._database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_one_band_of_before_is_not_taken_for_one_of_the_two(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(store._database, "0001")
    with store._database.writing() as connection:
        insert_meter_of_before(connection, 1, "m-home", "UTC")
        connection.exec_driver_sql("INSERT INTO model_versions VALUES (1, 'earlier')")
        connection.exec_driver_sql("INSERT INTO readings (meter_key, ts, kwh, quality, seq, source_seq) VALUES (1, 0, 0.5, 0, 1, 1)")
        connection.exec_driver_sql(
            "INSERT INTO scores (meter_key, ts, expected_kwh, lower_kwh, upper_kwh, score, forest_score, severity, model_key, first_score, "
            "first_shown_at) VALUES (1, 0, 0.4, 0.3, 0.6, 0.2, 0.5, 7, 1, 0.2, 0)"
        )
    store.migrate()
    scored = store.scored("m-home")
    assert scored[["kwh", "expected_kwh", "score"]].to_numpy().tolist() == [[0.5, 0.4, 0.2]]
    assert scored[list(BAND_COLUMNS)].isna().all(axis=None)
    assert store.state("m-home").is_pending


def test_connections_keep_what_was_acknowledged(store: Store) -> None:
    with store._database.reading() as connection:
        settings = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "foreign_keys", "busy_timeout")}
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    assert settings == {"synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
    assert journal == ("memory" if store.url == "sqlite://" else "wal")


def test_threads_write_and_read_together(store: Store) -> None:
    def work(number: int) -> None:
        for day in range(4):
            start = START + timedelta(days=10 * number + day)
            send(store, make_readings(start=start), f"u-{number}-{day}")
            assert len(store.readings("m-home", start, start + timedelta(days=1))) == 48

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    state = store.state("m-home")
    assert (state.rows, state.last_seq) == (16 * 48, 16)


def test_store_travels_to_another_process_as_its_url(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    store.migrate()
    store.add_meter(make_meter())
    assert pickle.loads(pickle.dumps(store)).meters() == [make_meter()]  # noqa: S301
    with pytest.raises(TypeError, match="memory"):
        pickle.dumps(open_store("sqlite://"))


@pytest.mark.parametrize("url", ["postgresql://host/name", "not a url", ""])
def test_other_databases_are_refused_in_words(url: str) -> None:
    with pytest.raises(SettingsError):
        open_store(url)


def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot be written"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'store.db'}").migrate()


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(SettingsError, match="cannot be opened"):
        open_store(f"sqlite:///{path}").migrate()


def test_a_database_that_was_put_in_the_place_of_another_is_the_one_that_is_read(tmp_path: Path) -> None:
    store, other = (open_store(f"sqlite:///{tmp_path / name}") for name in ("w.db", "copy.db"))
    for one, name in ((store, "Old"), (other, "New")):
        one.migrate()
        one.add_meter(make_meter(name=name))
    assert store.meters()[0].name == "Old"
    for leftover in tmp_path.glob("w.db*"):
        leftover.unlink()
    (tmp_path / "w.db").write_bytes(serialised(tmp_path / "copy.db"))
    assert store.meters()[0].name == "New"


def serialised(path: Path) -> bytes:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.serialize()
