from __future__ import annotations

import pandas as pd
import pytest

from wattsup_core.errors import FrameContractError
from wattsup_core.frames import check_forecast, check_readings, check_scored, covariate_columns


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


def forecast_frame(**columns: list[float]) -> pd.DataFrame:
    plain = {
        "kwh": [1.0, 2.0],
        "lower_80_kwh": [0.5, 1.0],
        "upper_80_kwh": [2.0, 3.0],
        "lower_95_kwh": [0.0, 0.5],
        "upper_95_kwh": [3.0, 4.0],
    }
    return pd.DataFrame(plain | columns, index=pd.date_range("2026-01-05", periods=2, freq="h", tz="UTC"))


def test_forecast_contract_is_kept() -> None:
    frame = forecast_frame()
    assert check_forecast(frame) is frame


@pytest.mark.parametrize(
    "columns",
    [
        {"lower_95_kwh": [-0.1, 0.5]},
        {"kwh": [float("nan"), 2.0]},
        {"upper_80_kwh": [0.9, 3.0]},
        {"lower_80_kwh": [0.5, 0.4]},
        {"upper_95_kwh": [3.0, float("inf")]},
    ],
)
def test_forecast_contract_is_held(columns: dict[str, list[float]]) -> None:
    with pytest.raises(FrameContractError):
        check_forecast(forecast_frame(**columns))


def test_forecast_needs_its_columns() -> None:
    with pytest.raises(FrameContractError):
        check_forecast(forecast_frame().drop(columns="upper_95_kwh"))
