"""The meter picker: all of few meters, a search among many."""

from __future__ import annotations

import pytest

from tests.factories import make_meter, make_readings, make_upload
from wattsup_core.service import views
from wattsup_core.service.access import issue_token
from wattsup_core.service.views.choices import MOST_FOUND, MOST_LISTED
from wattsup_core.store import Store, open_store
from wattsup_core.types import Scope
from wattsup_core.view_models import FoundMeter, MeterChoice, MeterChoices


def store_with(names: dict[str, str]) -> Store:
    store = open_store("sqlite://")
    store.migrate()
    for meter_id, name in names.items():
        store.add_meter(make_meter(meter_id, name=name))
    return store


@pytest.fixture
def village() -> Store:
    return store_with({f"m-{number}": f"Home {number}" for number in range(1, 131)})


def found(store: Store, typed: str) -> list[str]:
    return [meter.name for meter in views.find_meters(store, typed).meters]


def test_a_store_without_meters_has_none_to_choose() -> None:
    assert views.meters(store_with({})) is None
    assert views.find_meters(store_with({}), "a").meters == ()


def test_as_many_meters_as_a_list_takes_are_listed_and_one_more_is_not() -> None:
    names = {f"m-{number}": f"Home {number}" for number in range(MOST_LISTED)}
    few = views.meters(store_with(names), "m-3")
    assert few is not None
    assert [choice.name for choice in few.listed] == list(names.values())
    assert few.shown == MeterChoice("m-3", "Home 3")
    many = views.meters(store_with(names | {"m-last": "Last"}), "m-last")
    assert many == MeterChoices(MeterChoice("m-last", "Last"), (), MOST_LISTED + 1)


def test_the_first_of_many_meters_stands_in_for_one_that_is_not_here(village: Store) -> None:
    for asked in (None, "nobody"):
        known = views.meters(village, asked)
        assert known is not None
        assert known.shown == MeterChoice("m-1", "Home 1")


def test_a_meter_with_readings_stands_in_before_the_others(village: Store) -> None:
    village.save_upload(make_upload("u-1", ("m-77",)), [("m-77", make_readings(days=1))])
    known = views.meters(village)
    assert known is not None
    assert known.shown == MeterChoice("m-77", "Home 77")


def test_nothing_typed_finds_the_first_and_tells_how_many_more_there_are(village: Store) -> None:
    answer = views.find_meters(village, "  ")
    assert [meter.meter_id for meter in answer.meters] == [f"m-{number}" for number in range(1, MOST_FOUND + 1)]
    assert answer.more == 130 - MOST_FOUND


def test_the_name_that_was_typed_stands_before_those_that_begin_with_it_and_those_that_hold_it() -> None:
    store = store_with({"a": "Old home 7", "b": "Home 70", "c": "Home 7"})
    assert found(store, "home 7") == ["Home 7", "Home 70", "Old home 7"]


def test_words_are_found_in_any_order_whatever_their_case_in_name_or_id() -> None:
    store = store_with({"de-0815": "ÄUSSERE MÜHLE", "de-4711": "Innere Mühle"})
    assert found(store, "mühle äussere") == ["ÄUSSERE MÜHLE"]
    assert found(store, "DE-47") == ["Innere Mühle"]
    assert found(store, "%") == []
    assert found(store, "_") == []


def test_an_id_is_told_where_the_name_does_not_hold_what_was_typed_or_is_that_of_two() -> None:
    store = store_with({"a-1": "Barn", "a-2": "Barn", "b-1": "Mill"})
    assert [meter.tells_id for meter in views.find_meters(store, "").meters] == [True, True, False]
    assert views.find_meters(store, "b-1").meters == (FoundMeter("b-1", "Mill", tells_id=True),)


def test_settings_name_their_meters_and_offer_the_one_a_person_comes_from(village: Store) -> None:
    issue_token(village, "m-7", Scope.READ)
    issue_token(village, None, Scope.WRITE)
    view = views.settings(village, "m-100")
    assert [token.meter for token in view.tokens] == ["Home 7", ""]
    assert view.meters == MeterChoices(MeterChoice("m-100", "Home 100"), (), 130)
    assert views.settings(store_with({})).meters is None
