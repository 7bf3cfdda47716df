"""Nothing is usual for a meter that is younger than two days, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from tests.unit.service.stored_meter import START, readings_of, store_of
from wattsup_core.service.views.api import page_of_readings
from wattsup_core.service.views.usual import is_usual_known
from wattsup_core.service.views.window import DataSpan


@pytest.mark.parametrize(("hours", "is_known"), [(47.5, False), (48, True)])
def test_two_days_make_a_usual(hours: float, is_known: bool) -> None:
    assert is_usual_known(DataSpan(START, START + timedelta(hours=hours))) == is_known


@pytest.mark.parametrize(("readings", "is_known"), [(8, False), (96, True)])
def test_programs_are_told_of_the_usual_once_it_is_known_and_of_scores_always(readings: int, is_known: bool) -> None:
    store = store_of(readings_of(np.full(readings, 0.7)), expected_kwh=0.7)
    first = page_of_readings(store, "home")["readings"][0]
    assert [first[name] is not None for name in ("expected_kwh", "lower_kwh", "upper_kwh")] == [is_known] * 3
    assert (first["kwh"], first["score"], first["severity"]) == (0.7, 0.125, 7.0)
