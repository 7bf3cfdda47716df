"""The scoring job over a real store and board: what it sees, what it leaves, and that only one of two has a say."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from filelock import BaseFileLock

from tests.factories import make_event, make_meter, make_readings, make_upload
from wattsup_core.analysis.pipeline import analyse
from wattsup_core.board import Board
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.processes import ProcessMark, new_holder
from wattsup_core.service import room
from wattsup_core.service.forecasting import forecast_meter
from wattsup_core.service.live import scorer as scorer_module
from wattsup_core.service.live.looking import MODEL_VERSION, FirstLook
from wattsup_core.service.live.memories import Memories
from wattsup_core.service.live.notices import (
    LEASE,
    LEASE_SECONDS,
    STARTING,
    MeterNotice,
    answers_mark,
    is_awake,
    notice_of,
    tell,
    tell_answered,
)
from wattsup_core.service.live.scorer import Clocks, Scorer
from wattsup_core.service.live.settling import QUIET_SECONDS
from wattsup_core.service.live.starting import ensure_scorer
from wattsup_core.service.scoring import score_meter
from wattsup_core.service.turns import turn
from wattsup_core.settings import Settings
from wattsup_core.store import Store
from wattsup_core.store.looks import FreshMeter, Look
from wattsup_core.types import EventKind, ForecastConfig, ForecastMethod, Meter, Tariff

DAYS = 60
LIVE_ROWS = 96
GONE = 4_000_000
"""A number of no process."""


class Clock:
    """Moves when it is told to, and by each sleep."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "board")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_scorer(store: Store, board: Board, clock: Clock, tmp_path: Path) -> Callable[[], Scorer]:
    return lambda: Scorer(store, board, tmp_path / "jobs", clocks=Clocks(clock, clock, clock.sleep))


@pytest.fixture
def rows() -> pd.DataFrame:
    """Two months of half-hours with a steady habit; the last two days arrive live."""
    readings = make_readings(days=DAYS)
    readings["kwh"] *= np.random.default_rng(5).lognormal(0, 0.15, len(readings))
    return readings


def with_history(store: Store, rows: pd.DataFrame, meter: Meter | None = None) -> None:
    meter = meter or make_meter()
    store.add_meter(meter)
    store.save_upload(make_upload(f"u-{meter.meter_id}", (meter.meter_id,)), [(meter.meter_id, rows.iloc[:-LIVE_ROWS])])
    score_meter(store, meter.meter_id)


def one_by_one(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    return (rows.iloc[place : place + 1] for place in range(len(rows) - LIVE_ROWS, len(rows)))


def test_each_row_is_scored_as_it_comes(store: Store, rows: pd.DataFrame, make_scorer: Callable[[], Scorer]) -> None:
    with_history(store, rows)
    scorer = make_scorer()
    for row in list(one_by_one(rows))[:5]:
        store.append_readings([("m-home", row)])
        assert scorer.look()
        scored = store.scored("m-home", row.index[0].to_pydatetime())
        assert scored["model_version"].tolist() == [MODEL_VERSION]
        assert np.isfinite(scored[["score", "expected_kwh", "lower_80_kwh", "upper_95_kwh"]].to_numpy()).all()
    assert not scorer.look()
    assert store.waiting() == ["m-home"]


def test_a_spike_becomes_an_event_in_the_look_that_sees_it(
    store: Store, board: Board, rows: pd.DataFrame, make_scorer: Callable[[], Scorer]
) -> None:
    with_history(store, rows)
    rows.iloc[-LIVE_ROWS + 10, 0] = 12 * rows["kwh"].max()
    scorer = make_scorer()
    live = list(one_by_one(rows))
    for row in live[:10]:
        store.append_readings([("m-home", row)])
        scorer.look()
    before = {event.event_id for event in store.events("m-home")}
    cursor = notice_of(board, "m-home")
    store.append_readings([("m-home", live[10])])
    scorer.look()
    (event,) = [event for event in store.events("m-home") if event.event_id not in before]
    assert event.kind in {EventKind.SPIKE, EventKind.UNIT_ERROR}
    assert event.start <= live[10].index[0] < event.end
    assert event.explanation.summary
    scored = store.scored("m-home", live[10].index[0].to_pydatetime())
    assert scored["event_id"].tolist() == [event.event_id]
    assert notice_of(board, "m-home") != cursor


def test_after_all_rows_live_is_as_one_import(store: Store, rows: pd.DataFrame, make_scorer: Callable[[], Scorer]) -> None:
    rows.iloc[-LIVE_ROWS + 10, 0] = 12 * rows["kwh"].max()
    with_history(store, rows)
    scorer = make_scorer()
    shuffled = list(one_by_one(rows))
    np.random.default_rng(3).shuffle(shuffled)
    for row in [*shuffled, *shuffled[:7]]:
        store.append_readings([("m-home", row)])
        scorer.look()
    scorer.settle("m-home")
    whole = analyse(store.readings("m-home"), make_meter(), Tariff(make_meter().price_per_kwh))
    assert store.readings("m-home")["kwh"].tolist() == rows["kwh"].tolist()
    pd.testing.assert_frame_equal(store.scored("m-home"), whole.scored, check_dtype=False)
    assert [event.event_id for event in store.events("m-home")] == [event.event_id for event in whole.events]
    assert not store.state("m-home").is_pending


def test_the_first_score_of_a_row_stays(store: Store, rows: pd.DataFrame, make_scorer: Callable[[], Scorer], tmp_path: Path) -> None:
    with_history(store, rows)
    scorer = make_scorer()
    row = next(one_by_one(rows))
    store.append_readings([("m-home", row)])
    scorer.look()
    first = store.scored("m-home", row.index[0].to_pydatetime())["score"].iloc[0]
    scorer.settle("m-home")
    with sqlite3.connect(tmp_path / "store.db") as connection:
        kept = connection.execute("SELECT first_score FROM scores ORDER BY ts DESC LIMIT 1").fetchone()[0]
    assert kept == pytest.approx(first)


def test_a_quiet_meter_is_analysed_whole(
    store: Store, board: Board, rows: pd.DataFrame, make_scorer: Callable[[], Scorer], clock: Clock
) -> None:
    with_history(store, rows)
    store.append_readings([("m-home", next(one_by_one(rows)))])
    scorer = make_scorer()
    scorer.step()
    assert store.waiting() == ["m-home"]
    clock.now += QUIET_SECONDS
    for _ in range(600):
        scorer.step()
        if not store.waiting():
            break
        time.sleep(0.05)  # the analysis goes on in a thread, by the real clock
    assert store.waiting() == []
    notice = notice_of(board, "m-home")
    assert notice is not None


def test_what_is_told_again_is_no_news(store: Store, rows: pd.DataFrame, board: Board, make_scorer: Callable[[], Scorer]) -> None:
    """A page is drawn anew for a cursor that it does not have: not for the same analysis told twice, whatever was answered before."""
    with_history(store, rows)
    tell_answered(board, "m-home")
    tell(board, "m-home", MeterNotice("999.look", None, 1.0, is_settled=False))  # of newer rows than the analysis has seen
    scorer = make_scorer()
    cursors = []
    for _ in range(3):
        scorer.tell_settled("m-home")
        notice = notice_of(board, "m-home")
        assert notice is not None
        cursors.append(notice.cursor)
    scored_seq = store.state("m-home").scored_seq
    assert cursors == [f"999.{scored_seq}~{answers_mark(board, 'm-home')}"] * 3


def test_a_look_that_another_has_overtaken_is_refused(store: Store, rows: pd.DataFrame) -> None:
    with_history(store, rows)
    live = list(one_by_one(rows))
    store.append_readings([("m-home", live[0])])
    slow, quick = FirstLook(store), FirstLook(store)
    stale = slow.look(store.fresh(1000))
    assert store.save_looks(quick.look(store.fresh(1000))) == ["m-home"]
    store.append_readings([("m-home", live[1])])
    assert store.save_looks(stale) == []
    assert [len(one.ts) for one in store.fresh(1000)] == [1]


def test_one_scorer_works_at_a_time(board: Board, make_scorer: Callable[[], Scorer], clock: Clock) -> None:
    another = new_holder()
    assert board.claim(LEASE, another, 60.0)
    began = clock.now
    make_scorer().run()
    assert clock.now - began < 2 * LEASE_SECONDS, "it stands by for as long as a lease lasts, and leaves"
    assert board.get(LEASE) == another
    board.release(LEASE, another)
    assert not is_awake(board)


def test_the_lease_of_a_dead_process_is_taken_at_once(store: Store, board: Board, tmp_path: Path, clock: Clock) -> None:
    assert board.claim(LEASE, str(replace(ProcessMark.of(os.getpid()), pid=GONE)), 60.0)
    assert not is_awake(board), "so a page asks for another one at once"
    Scorer(store, board, tmp_path / "jobs", stay_seconds=1.0, clocks=Clocks(clock, clock, clock.sleep)).run()
    assert board.get(LEASE) is None, "it worked, and let go"


def test_a_lease_that_was_left_is_not_renewed(store: Store, board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The renewal waits for the board while the scorer leaves."""
    monkeypatch.setattr(scorer_module, "RENEW_SECONDS", 0.01)
    claim = board.claim
    begins, has_left, renewed = threading.Event(), threading.Event(), threading.Event()

    def claim_late(name: str, holder: str, seconds: float) -> bool:
        if threading.current_thread() is threading.main_thread():
            return claim(name, holder, seconds)
        begins.set()
        has_left.wait(0.5)
        is_held = claim(name, holder, seconds)
        renewed.set()
        return is_held

    monkeypatch.setattr(board, "claim", claim_late)
    scorer = Scorer(store, board, tmp_path / "jobs", stay_seconds=float("inf"))
    monkeypatch.setattr(scorer, "_is_in_the_way", lambda: begins.wait(10))
    scorer.run()
    has_left.set()
    assert renewed.wait(10)
    assert board.get(LEASE) is None


def test_a_start_that_has_come_to_a_scorer_holds_no_other_up(store: Store, board: Board, tmp_path: Path, clock: Clock) -> None:
    assert board.claim(STARTING, "of this start", 60.0)
    Scorer(store, board, tmp_path / "jobs", stay_seconds=1.0, clocks=Clocks(clock, clock, clock.sleep)).run()
    assert board.get(STARTING) is None


def test_none_is_started_beside_one_that_has_just_begun(board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the lease and lets go of its start's note between another's look at the one and at the other."""
    started: list[list[str]] = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **_: started.append(command))
    claim = board.claim

    def claim_late(name: str, holder: str, seconds: float) -> bool:
        assert claim(LEASE, new_holder(), 60.0)
        return claim(name, holder, seconds)

    monkeypatch.setattr(board, "claim", claim_late)
    assert not ensure_scorer(Settings(jobs_url=f"diskcache://{tmp_path / 'jobs'}"), board)
    assert started == []
    assert board.get(STARTING) is None


def test_the_lease_of_a_process_in_another_container_is_left_to_run_out(
    store: Store, board: Board, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number says nothing here: there is no such process, or it is any other."""
    started: list[list[str]] = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **_: started.append(command))
    for elsewhere in ({"host": "other"}, {"space": "pid:[1]"}):
        holder = str(replace(ProcessMark.of(os.getpid()), pid=GONE, **elsewhere))
        assert board.claim(LEASE, holder, 60.0)
        Scorer(store, board, tmp_path / "jobs", stay_seconds=1.0, clocks=Clocks(clock, clock, clock.sleep)).run()
        assert not ensure_scorer(Settings(jobs_url=f"diskcache://{tmp_path / 'jobs'}"), board)
        assert is_awake(board)
        assert board.get(LEASE) == holder
        board.release(LEASE, holder)
    assert started == []


def test_a_scorer_leaves_when_nothing_comes(store: Store, board: Board, tmp_path: Path, clock: Clock) -> None:
    began = clock.now
    Scorer(store, board, tmp_path / "jobs", stay_seconds=30.0, clocks=Clocks(clock, clock, clock.sleep)).run()
    assert 30.0 <= clock.now - began < 40.0
    assert not is_awake(board)


@pytest.mark.parametrize(("makes_room", "stays"), [(True, False), (False, True)])
def test_a_scorer_makes_room_for_a_job_on_a_small_machine(
    store: Store, board: Board, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, makes_room: bool, stays: bool
) -> None:
    monkeypatch.setattr(room, "is_small", lambda: True)
    began = clock.now
    with turn(tmp_path / "jobs"):
        Scorer(store, board, tmp_path / "jobs", 30.0, Clocks(clock, clock, clock.sleep), makes_room=makes_room).run()
        assert (clock.now - began >= 30.0) is stays
        assert not ensure_scorer(Settings(jobs_url=f"diskcache://{tmp_path / 'jobs'}"), board), "none is started meanwhile"
    assert not is_awake(board)


@pytest.mark.parametrize("moment", ["acquire", "release"])
def test_a_scorer_is_not_in_the_way_of_its_own_analysis(
    store: Store, board: Board, tmp_path: Path, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Though it asks whether another needs the room in the very moment in which its analysis takes the turn, or lets go of it."""
    monkeypatch.setattr(room, "is_small", lambda: True)
    with_history(store, rows)
    scorer = Scorer(store, board, tmp_path / "jobs", makes_room=True)
    here, real = threading.current_thread(), getattr(BaseFileLock, moment)
    answers: list[bool] = []
    asking = threading.Thread(target=lambda: answers.append(scorer._is_in_the_way()))

    def slowly(lock: BaseFileLock, *args: object, **named: object) -> object:
        if threading.current_thread() is not here or asking.ident is not None:
            return real(lock, *args, **named)
        taken = real(lock, *args, **named) if moment == "acquire" else None
        asking.start()
        asking.join(1.0)  # it has answered by then, or waits for us
        return taken if moment == "acquire" else real(lock, *args, **named)

    monkeypatch.setattr(BaseFileLock, moment, slowly)
    scorer.settle("m-home")
    asking.join()
    assert answers == [False]


def test_a_scorer_that_cannot_renew_its_lease_leaves(
    store: Store, board: Board, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    claim = board.claim
    claimed: list[str] = []

    def claim_once(name: str, holder: str, seconds: float) -> bool:
        if claimed:
            raise sqlite3.OperationalError("database or disk is full")
        claimed.append(holder)
        return claim(name, holder, seconds)

    monkeypatch.setattr(board, "claim", claim_once)
    scorer = Scorer(store, board, tmp_path / "jobs", stay_seconds=float("inf"), clocks=Clocks(clock, clock, clock.sleep))
    working = threading.Thread(target=scorer.run, daemon=True)
    working.start()
    working.join(60.0)
    assert not working.is_alive(), "another one takes over meanwhile"


def test_many_meters_share_a_look(store: Store, rows: pd.DataFrame, make_scorer: Callable[[], Scorer]) -> None:
    names = [f"m-{number}" for number in range(12)]
    for number, name in enumerate(names):
        store.add_meter(make_meter(name))
        scaled = rows.assign(kwh=rows["kwh"] * 10.0 ** (number % 4))
        store.append_readings([(name, scaled.iloc[:-1])])
    scorer = make_scorer()
    while scorer.look():
        pass
    last = rows.iloc[-1:]
    store.append_readings([(name, last.assign(kwh=last["kwh"] * 10.0 ** (number % 4))) for number, name in enumerate(names)])
    assert len(store.fresh(100_000)) == len(names)
    scorer.look()
    for name in names:
        assert np.isfinite(store.scored(name, last.index[0].to_pydatetime())["score"].to_numpy()).all()


def test_a_long_back_fill_waits_for_the_whole_analysis(store: Store, make_scorer: Callable[[], Scorer]) -> None:
    store.add_meter(make_meter())
    store.append_readings([("m-home", make_readings(days=60))])
    scorer = make_scorer()
    scorer.look()
    assert store.scored("m-home")["score"].isna().all()
    scorer.settle("m-home")
    assert store.scored("m-home")["score"].notna().all()


def test_a_meter_that_has_just_begun_is_not_judged(store: Store, make_scorer: Callable[[], Scorer]) -> None:
    store.add_meter(make_meter())
    readings = make_readings(days=1)
    scorer = make_scorer()
    for place in range(6):
        store.append_readings([("m-home", readings.iloc[place : place + 1])])
        scorer.look()
    assert store.events("m-home") == []
    assert store.fresh(10) == []
    assert store.state("m-home").last_ts == readings.index[0] + timedelta(hours=2.5)


def test_an_idle_scorer_makes_the_daily_forecasts_that_are_due(
    store: Store, rows: pd.DataFrame, make_scorer: Callable[[], Scorer], clock: Clock
) -> None:
    with_history(store, rows)
    forecast_meter(store, "m-home", ForecastConfig(7, ForecastMethod.SEASONAL_NAIVE))
    store.append_readings([("m-home", rows.iloc[-LIVE_ROWS:])])
    scorer = make_scorer()
    clock.now = time.time()
    scorer.settle("m-home")
    _steps(scorer, 3.0)
    assert len(store.forecasts("m-home")) == 1, "the one of today stands"
    clock.now += 86_400
    _steps(scorer, 60.0, until=lambda: len(store.forecasts("m-home")) == 2)
    newest = store.newest_forecast("m-home")
    assert newest is not None
    assert newest.seq == store.state("m-home").last_seq
    clock.now += 86_400
    _steps(scorer, 3.0)
    assert len(store.forecasts("m-home")) == 2, "nothing has come since"


def test_an_idle_scorer_makes_a_weekly_forecast_after_a_week(
    store: Store, rows: pd.DataFrame, make_scorer: Callable[[], Scorer], clock: Clock
) -> None:
    with_history(store, rows)
    forecast_meter(store, "m-home", ForecastConfig(7, ForecastMethod.SEASONAL_NAIVE))
    store.append_readings([("m-home", rows.iloc[-LIVE_ROWS:])])
    store.set_forecast_rhythm("m-home", ForecastRhythm.WEEKLY)
    scorer = make_scorer()
    clock.now = time.time() + 5 * 86_400
    scorer.settle("m-home")
    _steps(scorer, 3.0)
    assert len(store.forecasts("m-home")) == 1
    clock.now += 3 * 86_400
    _steps(scorer, 60.0, until=lambda: len(store.forecasts("m-home")) == 2)


def _steps(scorer: Scorer, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Let it work for some seconds, or until something holds, which then it must."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not until():
        scorer.step()
        time.sleep(0.05)
    assert until() or seconds < 60


def test_one_meter_that_cannot_be_looked_at_does_not_stop_the_others(
    store: Store, rows: pd.DataFrame, make_scorer: Callable[[], Scorer], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("m-bad", "m-good"):
        with_history(store, rows, make_meter(name))
    recall = Memories.recall

    def broken(self: Memories, fresh: FreshMeter, first_ts: int) -> object:
        if fresh.meter.meter_id == "m-bad":
            raise ValueError("forced")
        return recall(self, fresh, first_ts)

    monkeypatch.setattr(Memories, "recall", broken)
    row = next(one_by_one(rows))
    store.append_readings([(name, row) for name in ("m-bad", "m-good")])
    scorer = make_scorer()
    assert scorer.look()
    assert store.scored("m-good", row.index[0].to_pydatetime())["score"].notna().all()
    assert store.fresh(10) == []
    assert store.waiting() == ["m-bad", "m-good"]


def test_a_busy_store_is_asked_again(store: Store, board: Board, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = Scorer(store, board, tmp_path / "jobs", stay_seconds=20.0, clocks=Clocks(clock, clock, clock.sleep))
    asked: list[int] = []

    def fresh(_: int) -> list[object]:
        asked.append(1)
        if len(asked) < 3:
            raise OSError("forced")
        return []

    monkeypatch.setattr(store, "fresh", fresh)
    scorer.run()
    assert len(asked) > 3
    assert not is_awake(board)


def test_what_the_whole_analysis_has_told_is_not_taken_back_by_a_look(store: Store, rows: pd.DataFrame) -> None:
    with_history(store, rows)
    settled = make_event("e-told", start=rows.index[-LIVE_ROWS - 4].to_pydatetime(), hours=2.0)
    whole = analyse(store.readings("m-home"), make_meter(), Tariff(0.3))
    state = store.state("m-home")
    assert store.save_analysis("m-home", state.last_seq, replace(whole, events=(settled,)))
    live = list(one_by_one(rows))
    for row, events in zip(live[:2], [(replace(settled, severity=90),), ()], strict=True):
        store.append_readings([("m-home", row)])
        (fresh,) = store.fresh(100)
        scored = FirstLook(store).look([fresh])[0].scored
        assert store.save_looks([Look(fresh, scored, events, int(fresh.ts[0]) - 86_400)]) == ["m-home"]
    (kept,) = store.events("m-home")
    assert (kept.event_id, kept.severity, kept.is_provisional) == ("e-told", 90, False)


def test_a_scorer_sends_alerts_and_stays_while_any_wait(store: Store, board: Board, tmp_path: Path) -> None:
    class Waiting:
        """Stands for a sender whose last message goes through after a quarter of an hour."""

        has_waiting = True
        was_stopped = False

        def run(self, stopped: threading.Event) -> None:
            self.was_stopped = stopped.wait(60)

    class Ageing(Clock):
        def sleep(self, seconds: float) -> None:
            super().sleep(10 * seconds)
            sender.has_waiting = self.now < 1900

    sender, clock = Waiting(), Ageing()
    clocks = Clocks(clock, clock, clock.sleep)
    Scorer(store, board, tmp_path / "jobs", stay_seconds=20, clocks=clocks, sender=sender).run()  # type: ignore[arg-type]
    assert 1900 < clock.now < 1950
    assert sender.was_stopped
