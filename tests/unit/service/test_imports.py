"""A file becomes readings, scores and events; sent again it changes nothing; stopped or refused it leaves nothing half done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal

from tests.factories import START, daily_curve, make_meter, make_readings
from tests.unit.service.conftest import WriteCsv
from wattsup_core.errors import BadRequestError, CancelledError, FileRefusedError, NotFoundError
from wattsup_core.service.imports import import_file, reimport
from wattsup_core.service.scoring import score_meter
from wattsup_core.store import Store, open_store
from wattsup_core.types import ReadOptions


def three_weeks(start=START) -> pd.DataFrame:
    """Three weeks of half-hours with some noise and one evening of 8 kW too much."""
    kwh = daily_curve(21, 30) * np.random.default_rng(1).normal(1, 0.05, 21 * 48)
    kwh[10 * 48 + 38 : 10 * 48 + 42] += 4.0
    return make_readings(kwh.round(4), start=start)


def test_file_is_stored_scored_and_entered(store: Store, write_csv: WriteCsv) -> None:
    sent = three_weeks()
    record = import_file(store, write_csv(sent), "home.csv", price_per_kwh=0.5, currency="EUR")
    (meter,) = store.meters()
    assert record.meter_ids == (meter.meter_id,)
    assert (record.new_rows, record.changed_rows, record.file_name) == (1008, 0, "home.csv")
    assert (record.first, record.last) == (START, START + timedelta(days=21) - timedelta(minutes=30))
    assert record.kwh_total == pytest.approx(sent["kwh"].sum())
    assert store.upload(record.upload_id) == record
    assert (meter.name, meter.interval_minutes, meter.currency, meter.price_per_kwh) == ("home", 30, "EUR", 0.5)
    assert_series_equal(store.readings(meter.meter_id)["kwh"], sent["kwh"])
    assert not store.state(meter.meter_id).is_pending
    events = store.events(meter.meter_id, START + timedelta(days=10), START + timedelta(days=11))
    assert any(event.start <= START + timedelta(days=10, hours=19) < event.end for event in events)
    assert store.scored(meter.meter_id)["score"].notna().all()


def test_same_file_again_adds_nothing(store: Store, write_csv: WriteCsv) -> None:
    path = write_csv(three_weeks())
    first = import_file(store, path, "home.csv")
    before = store.state(first.meter_ids[0]), store.events(first.meter_ids[0])
    again = import_file(store, path, "somewhere/else/home.CSV")
    assert again.meter_ids == first.meter_ids
    assert again.upload_id != first.upload_id
    assert (again.new_rows, again.changed_rows) == (0, 0)
    assert (store.state(first.meter_ids[0]), store.events(first.meter_ids[0])) == before
    assert len(store.uploads(first.meter_ids[0])) == 2


def test_who_waits_for_the_scores_of_a_meter_is_told_once_they_are_saved(store: Store, tmp_path: Path) -> None:
    path, told = local_csv(tmp_path / "home.csv", three_weeks()), list[tuple[str, bool]]()

    def scored(meter_id: str) -> None:
        told.append((meter_id, store.state(meter_id).is_pending))

    first = import_file(store, path, "home.csv", ReadOptions(timezone="UTC"), scored=scored)
    assert told == [(first.meter_ids[0], False)]
    import_file(store, path, "home.csv", ReadOptions(timezone="UTC"), scored=scored)
    assert len(told) == 1, "the same rows again change nothing"
    reimport(store, first.upload_id, path, ReadOptions(timezone="America/New_York"), scored=scored)
    assert told == 2 * [(first.meter_ids[0], False)]


def test_longer_file_of_the_same_name_extends_the_meter(store: Store, write_csv: WriteCsv) -> None:
    sent = three_weeks()
    import_file(store, write_csv(sent.iloc[:500]), "home.csv")
    record = import_file(store, write_csv(sent), "home.csv")
    assert (record.new_rows, record.changed_rows) == (508, 0)
    assert store.state(record.meter_ids[0]).rows == 1008
    assert not store.state(record.meter_ids[0]).is_pending


def test_file_goes_to_the_chosen_meter(store: Store, write_csv: WriteCsv) -> None:
    store.add_meter(make_meter("m-cottage", name="Cottage"))
    record = import_file(store, write_csv(three_weeks()), "home.csv", meter_id="m-cottage")
    assert record.meter_ids == ("m-cottage",)
    assert [meter.name for meter in store.meters()] == ["Cottage"]


def test_unknown_chosen_meter_is_refused_before_reading(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        import_file(store, tmp_path / "missing.csv", "home.csv", meter_id="nobody")


def test_refused_file_stores_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "page.csv"
    path.write_text("<!doctype html><html><body>Please sign in</body></html>")
    with pytest.raises(FileRefusedError):
        import_file(store, path, "page.csv")
    assert store.meters() == []


def test_hostile_name_is_cleaned(store: Store, write_csv: WriteCsv) -> None:
    record = import_file(store, write_csv(three_weeks()), "../../etc/\u202ea\r\nSet-Cookie: pwn=1.csv")
    assert record.file_name == "a Set-Cookie: pwn=1.csv"
    assert store.meters()[0].name == "a Set-Cookie: pwn=1"


def test_steps_are_told_in_order(store: Store, write_csv: WriteCsv) -> None:
    told: list[tuple[str, float]] = []
    import_file(store, write_csv(three_weeks()), "home.csv", progress=lambda step, share: told.append((step, share)))
    steps = list(dict.fromkeys(step for step, _ in told))
    assert steps == ["reading", "cleaning", "learning", "scoring", "saving"]
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[0] >= 0
    assert shares[-1] <= 1


def cancel_at(step_to_stop: str):
    def progress(step: str, share: float) -> None:
        if step == step_to_stop:
            raise CancelledError("Cancelled.")

    return progress


@pytest.mark.parametrize("step", ["reading", "cleaning"])
def test_cancelled_before_storing_leaves_nothing(store: Store, write_csv: WriteCsv, step: str) -> None:
    with pytest.raises(CancelledError, match="Cancelled"):
        import_file(store, write_csv(three_weeks()), "home.csv", progress=cancel_at(step))
    assert store.meters() == []


@pytest.mark.parametrize("step", ["learning", "scoring", "saving"])
def test_cancelled_after_storing_says_so_and_can_be_finished(store: Store, write_csv: WriteCsv, step: str) -> None:
    with pytest.raises(CancelledError, match="are stored, but not scored"):
        import_file(store, write_csv(three_weeks()), "home.csv", progress=cancel_at(step))
    (meter,) = store.meters()
    state = store.state(meter.meter_id)
    assert (state.rows, state.is_pending) == (1008, True)
    assert store.events(meter.meter_id) == []
    assert store.waiting() == [meter.meter_id]
    assert score_meter(store, meter.meter_id)
    assert store.events(meter.meter_id)
    assert store.waiting() == []


def local_csv(path: Path, readings: pd.DataFrame) -> Path:
    """The file as many portals write it: local times without an offset."""
    stamps = pd.DatetimeIndex(readings.index).strftime("%Y-%m-%d %H:%M")
    path.write_text("\n".join(["timestamp,kwh", *(f"{at},{kwh}" for at, kwh in zip(stamps, readings["kwh"], strict=True)), ""]))
    return path


def test_reading_again_in_another_zone_replaces_the_rows(store: Store, tmp_path: Path) -> None:
    path = local_csv(tmp_path / "home.csv", three_weeks())
    wrong = import_file(store, path, "home.csv", ReadOptions(timezone="UTC"))
    right = reimport(store, wrong.upload_id, path, ReadOptions(timezone="America/New_York"))
    (meter,) = store.meters()
    assert right.meter_ids == wrong.meter_ids == (meter.meter_id,)
    assert meter.timezone == "America/New_York"
    assert right.new_rows == 1008
    state = store.state(meter.meter_id)
    assert (state.rows, state.first_ts, state.is_pending) == (1008, START + timedelta(hours=5), False)
    assert store.upload(wrong.upload_id).replaced_by == right.upload_id
    assert store.scored(meter.meter_id)["score"].notna().all()


def test_reading_again_leaves_other_uploads_and_the_meter_s_zone(store: Store, tmp_path: Path) -> None:
    january, february = three_weeks(), three_weeks(START + timedelta(days=30))
    import_file(store, local_csv(tmp_path / "a.csv", january), "home.csv", ReadOptions(timezone="UTC"))
    path = local_csv(tmp_path / "b.csv", february)
    wrong = import_file(store, path, "home.csv", ReadOptions(timezone="UTC"))
    reimport(store, wrong.upload_id, path, ReadOptions(timezone="Etc/GMT+2"))
    (meter,) = store.meters()
    assert meter.timezone == "UTC"
    stored = store.readings(meter.meter_id)
    assert_series_equal(stored["kwh"].iloc[:1008], january["kwh"])
    assert stored.index[1008] == february.index[0] + timedelta(hours=2)
    assert len(stored) == 2016


def test_refused_reading_again_leaves_the_earlier_rows(store: Store, write_csv: WriteCsv, tmp_path: Path) -> None:
    first = import_file(store, write_csv(three_weeks()), "home.csv")
    broken = tmp_path / "broken.csv"
    broken.write_text("no readings here")
    with pytest.raises(FileRefusedError):
        reimport(store, first.upload_id, broken, ReadOptions())
    assert store.upload(first.upload_id) == first
    assert store.state(first.meter_ids[0]).rows == 1008


def test_upload_can_be_read_again_once(store: Store, write_csv: WriteCsv) -> None:
    path = write_csv(three_weeks())
    first = import_file(store, path, "home.csv")
    second = reimport(store, first.upload_id, path, ReadOptions())
    with pytest.raises(BadRequestError):
        reimport(store, first.upload_id, path, ReadOptions())
    assert store.state(second.meter_ids[0]).rows == 1008


# sequences of uploads of the corpus, all to one meter


def send_all(store: Store, folder: Path, names: list[str]) -> str:
    """Import the files one after the other; the first names the meter, the others go to it."""
    options = ReadOptions(timezone="Europe/London", stamp="start")
    first = import_file(store, folder / names[0], names[0], options)
    for name in names[1:]:
        import_file(store, folder / name, name, options, meter_id=first.meter_ids[0])
    return first.meter_ids[0]


@pytest.mark.parametrize(
    ("names", "rows", "kwh"),
    [
        (["plain_halfhourly.csv", "plain_halfhourly.csv"], 336, 79.724),
        (["plain_halfhourly.csv", "seq_week2_overlap.csv"], 624, 148.274),
        (["plain_halfhourly.csv", "seq_correction.csv"], 336, 80.204),
    ],
)
def test_uploads_of_the_corpus_one_after_the_other(store: Store, corpus: Path, names: list[str], rows: int, kwh: float) -> None:
    meter_id = send_all(store, corpus / "odd_files", names)
    assert store.state(meter_id).rows == rows
    assert store.readings(meter_id)["kwh"].sum() == pytest.approx(kwh)


def test_refused_file_of_the_corpus_leaves_nothing_behind(store: Store, corpus: Path) -> None:
    with pytest.raises(FileRefusedError):
        import_file(store, corpus / "odd_files" / "bad_random_bytes.csv", "bad_random_bytes.csv")
    assert store.meters() == []
    meter_id = send_all(store, corpus / "odd_files", ["plain_halfhourly.csv"])
    assert store.state(meter_id).rows == 336


def test_ten_uploads_at_once_are_one_meter(tmp_path: Path, write_csv: WriteCsv) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    store.migrate()
    path = write_csv(three_weeks())
    with ThreadPoolExecutor(10) as pool:
        records = list(pool.map(lambda _: import_file(store, path, "home.csv"), range(10)))
    (meter,) = store.meters()
    assert {record.meter_ids for record in records} == {(meter.meter_id,)}
    assert sorted(record.new_rows for record in records) == [0] * 9 + [1008]
    state = store.state(meter.meter_id)
    assert (state.rows, state.last_seq, state.is_pending) == (1008, 1, False)
    assert len(store.uploads(meter.meter_id)) == 10


def test_the_zone_of_a_known_meter_comes_before_the_browser_s(store: Store, tmp_path: Path) -> None:
    path = local_csv(tmp_path / "home.csv", three_weeks())
    browser = ReadOptions(fallback_timezone="Europe/Paris")
    wrong = import_file(store, path, "home.csv", browser)
    right = reimport(store, wrong.upload_id, path, ReadOptions(timezone="America/New_York"))
    again = import_file(store, path, "home.csv", browser)
    assert (again.timezone, again.timezone_source) == ("America/New_York", "meter")
    assert (again.new_rows, again.changed_rows) == (0, 0)
    assert (again.meter_ids, store.state(right.meter_ids[0]).rows) == (right.meter_ids, 1008)
    assert store.meter(right.meter_ids[0]).timezone == "America/New_York"
    said = import_file(store, path, "home.csv", ReadOptions(timezone="Europe/Paris"))
    assert (said.timezone, said.timezone_source) == ("Europe/Paris", "setting")
