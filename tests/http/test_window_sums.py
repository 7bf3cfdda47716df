"""The sum of a window, asked as the page asks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.conftest import METER, Browser
from wattsup_core.store import Store


def test_a_window_is_summed_up_exactly(browser: Browser, store: Store, home: dict[str, Any]) -> None:
    answer = browser.send("sums-result.children", sums_ask={"window": ["2023-03-10T06:00", "2023-03-10T09:00"]}, home=home)
    kwh = store.readings(METER).loc["2023-03-10T06:00Z":"2023-03-10T08:00Z", "kwh"].sum()
    assert f"{kwh:.3f} kWh" in answer.text
    assert "Fri 3 Mar 2023, 06:00" in answer.text


@pytest.mark.parametrize("window", [["2023-03-10T06:00", "2023-03-10T06:00"], ["x", "y"], None, 7])
def test_what_is_no_window_is_told(browser: Browser, home: dict[str, Any], window: Any) -> None:
    assert "The window does not end after it begins." in browser.send("sums-result.children", sums_ask={"window": window}, home=home).text


@pytest.mark.parametrize("ask", [None, "x", 7])
def test_a_closed_panel_asks_nothing(browser: Browser, home: dict[str, Any], ask: Any) -> None:
    assert browser.send("sums-result.children", sums_ask=ask, home=home).status_code == 204
