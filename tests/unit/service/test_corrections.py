from __future__ import annotations

import math

import pytest

from tests.factories import make_meter
from wattsup_core.errors import BadRequestError, NotFoundError
from wattsup_core.service.corrections import HIGHEST_PRICE, LONGEST_NAME, correct_meter, name_problem, price_problem
from wattsup_core.store import Store, open_store


@pytest.fixture
def store() -> Store:
    store = open_store("sqlite://")
    store.migrate()
    store.add_meter(make_meter(name="Home", price_per_kwh=0.28))
    return store


def test_a_name_is_kept_in_one_line(store: Store) -> None:
    assert correct_meter(store, "m-home", name="  My\n house ") is False
    assert store.meter("m-home").name == "My house"
    correct_meter(store, "m-home", name="x" * 500)
    assert len(store.meter("m-home").name) == LONGEST_NAME


@pytest.mark.parametrize("name", [None, "", "  \n"])
def test_no_name_leaves_the_one_there_is(store: Store, name: str | None) -> None:
    correct_meter(store, "m-home", name=name, price_per_kwh=0.3)
    assert (store.meter("m-home").name, store.meter("m-home").price_per_kwh) == ("Home", 0.3)


def test_another_price_asks_for_new_costs(store: Store) -> None:
    assert correct_meter(store, "m-home", price_per_kwh=0.28) is False
    assert correct_meter(store, "m-home", price_per_kwh=0.0) is True
    assert store.meter("m-home").price_per_kwh == 0.0


@pytest.mark.parametrize("price", [-0.01, math.nan, math.inf, HIGHEST_PRICE + 1])
def test_what_is_no_price_is_refused(store: Store, price: float) -> None:
    with pytest.raises(BadRequestError, match="not a price"):
        correct_meter(store, "m-home", name="Other", price_per_kwh=price)
    assert store.meter("m-home") == make_meter(name="Home", price_per_kwh=0.28)


def test_another_currency_needs_no_new_scores(store: Store) -> None:
    assert correct_meter(store, "m-home", currency="CHF") is False
    assert store.meter("m-home").currency == "CHF"
    with pytest.raises(BadRequestError, match="not a currency"):
        correct_meter(store, "m-home", currency="gold")


def test_problems_are_told_in_words() -> None:
    assert (name_problem(" \n"), name_problem("Home")) == ("Give the meter a name.", "")
    told = [price_problem(price) for price in (None, -3.0, math.nan, 0.0, 0.28)]
    assert told == ["Give a price from 0 to 1,000."] * 3 + ["", ""]


def test_a_meter_that_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(NotFoundError):
        correct_meter(store, "nobody", name="Other")
