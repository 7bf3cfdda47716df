"""Scores follow the readings, and never go back to older ones."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import daily_curve, make_meter, make_readings, make_upload
from wattsup_core.errors import NotFoundError
from wattsup_core.service.scoring import score_meter
from wattsup_core.store import Store
from wattsup_core.types import DetectorConfig


def send(store: Store, seed: int, upload_id: str, meter_id: str = "m-home") -> None:
    kwh = daily_curve(14, 30) * np.random.default_rng(seed).normal(1, 0.1, 14 * 48)
    store.save_upload(make_upload(upload_id, (meter_id,)), [(meter_id, make_readings(kwh))])


@pytest.fixture
def meter(store: Store) -> str:
    store.add_meter(make_meter())
    send(store, 1, "u-1")
    return "m-home"


def test_every_row_gets_a_score(store: Store, meter: str) -> None:
    assert score_meter(store, meter)
    assert store.scored(meter)["score"].between(0, 1).all()
    assert store.state(meter).scored_seq == 1


def test_unknown_meter_is_refused(store: Store) -> None:
    with pytest.raises(NotFoundError):
        score_meter(store, "nobody")


def test_rows_that_come_meanwhile_leave_the_meter_pending(store: Store, meter: str) -> None:
    def progress(step: str, share: float) -> None:
        if step == "saving":
            send(store, 2, "u-2")

    assert score_meter(store, meter, progress)
    assert store.state(meter).is_pending
    assert score_meter(store, meter)
    assert not store.state(meter).is_pending


def test_slower_scorer_does_not_take_newer_scores_back(store: Store, meter: str) -> None:
    raced: list[bool] = []

    def progress(step: str, share: float) -> None:
        if step == "saving" and not raced:
            send(store, 2, "u-2")
            raced.append(score_meter(store, meter, lambda step, share: None))

    assert not score_meter(store, meter, progress)
    assert raced == [True]
    newest = store.scored(meter)["score"].copy()
    assert score_meter(store, meter)
    assert np.array_equal(store.scored(meter)["score"], newest)


def test_only_meters_with_unscored_rows_wait(store: Store, meter: str) -> None:
    store.add_meter(make_meter("m-shop"))
    store.add_meter(make_meter("m-empty"))
    send(store, 3, "u-3", "m-shop")
    score_meter(store, meter)
    assert store.waiting() == ["m-shop"]


def test_budget_is_used(store: Store, meter: str) -> None:
    score_meter(store, meter, config=DetectorConfig(contamination=0.2))
    many = store.scored(meter)["is_anomaly"].sum()
    score_meter(store, meter, config=DetectorConfig(contamination=0.01))
    assert store.scored(meter)["is_anomaly"].sum() < many
