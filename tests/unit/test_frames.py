from __future__ import annotations

import pandas as pd
import pytest

from wattsup_core.errors import FrameContractError
from wattsup_core.frames import check_readings, check_scored, covariate_columns


def _readings() -> pd.DataFrame:
    index = pd.date_range("2026-01-01", periods=3, freq="h", tz="UTC", name="ts")
    return pd.DataFrame({"kwh": [0.1, None, 0.3], "quality": "actual", "temperature_c": 4.0}, index=index)


def test_readings_that_keep_the_contract_pass_through() -> None:
    frame = _readings()
    assert check_readings(frame) is frame
    assert covariate_columns(frame) == ["temperature_c"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda frame: frame.drop(columns="quality"), "quality"),
        (lambda frame: frame.iloc[::-1], "increasing"),
        (lambda frame: frame.iloc[[0, 0, 1]], "increasing"),
        (lambda frame: frame.tz_localize(None), "UTC"),
        (lambda frame: frame.tz_convert("Europe/Paris"), "UTC"),
        (lambda frame: frame.assign(kwh=float("inf")), "finite"),
    ],
)
def test_readings_that_break_the_contract_are_named(spoil, says: str) -> None:
    with pytest.raises(FrameContractError, match=says):
        check_readings(spoil(_readings()))


def test_a_scored_frame_needs_its_columns() -> None:
    with pytest.raises(FrameContractError, match="expected_kwh"):
        check_scored(_readings())
