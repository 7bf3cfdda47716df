"""The same file goes to the same meters; different readings stay apart."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.factories import make_file, make_meter, make_part
from wattsup_core.errors import BadRequestError
from wattsup_core.service.placement import MeterTerms, place, place_again
from wattsup_core.types import Channel

TERMS = MeterTerms(owner="ann", price_per_kwh=0.3, currency="EUR")


def only(placements):
    assert len(placements) == 1
    return placements[0].meter


def test_new_meter_has_the_file_s_name_zone_and_interval() -> None:
    meter = only(place(make_file(), "home.csv", (), TERMS))
    assert (meter.name, meter.timezone, meter.interval_minutes, meter.channel) == ("home", "Europe/London", 30, Channel.IMPORT)
    assert (meter.owner, meter.price_per_kwh, meter.currency) == ("ann", 0.3, "EUR")


def test_id_has_no_user_text_and_is_the_same_each_time() -> None:
    hostile = make_file(make_part('<script>"/../'))
    first, second = (only(place(hostile, "x.csv", (), TERMS)).meter_id for _ in range(2))
    assert first == second
    assert re.fullmatch(r"m[0-9a-f]{16}", first)


def test_same_name_goes_to_the_same_meter() -> None:
    known = make_meter(name="home", owner="ann")
    assert only(place(make_file(), "home.csv", [known], TERMS)) == known


def test_renamed_meter_is_still_found() -> None:
    first = only(place(make_file(), "home.csv", (), TERMS))
    renamed = replace(first, name="Cottage")
    assert only(place(make_file(), "home.csv", [renamed], TERMS)) == renamed


@pytest.mark.parametrize(
    "other",
    [
        make_meter(name="home", owner="bob"),
        make_meter(name="home", owner="ann", interval_minutes=60.0),
        make_meter(name="shop", owner="ann"),
    ],
)
def test_other_owner_interval_or_name_is_another_meter(other) -> None:
    assert only(place(make_file(), "home.csv", [other], TERMS)).meter_id != other.meter_id


def test_one_reading_alone_fits_any_interval() -> None:
    known = make_meter(name="home", owner="ann", interval_minutes=15.0)
    assert only(place(make_file(make_part(kwh=[1.0])), "home.csv", [known], TERMS)) == known


def test_each_meter_and_channel_of_a_file_is_a_meter() -> None:
    file = make_file(make_part("A"), make_part("A", channel=Channel.EXPORT), make_part("B"), make_part("B\u200b"))
    meters = [each.meter for each in place(file, "x.csv", (), TERMS)]
    assert [meter.name for meter in meters] == ["A", "A · export", "B", "B (2)"]
    assert len({meter.meter_id for meter in meters}) == 4
    assert meters[1].channel is Channel.EXPORT


def test_chosen_meter_takes_the_file_whatever_its_name() -> None:
    chosen = make_meter(name="Cottage", owner="bob")
    file = make_file(make_part("MAC1"), make_part("MAC1", channel=Channel.EXPORT))
    first, second = (each.meter for each in place(file, "x.csv", [chosen], TERMS, chosen))
    assert first == chosen
    assert (second.name, second.owner, second.channel) == ("Cottage · export", "bob", Channel.EXPORT)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (make_file(make_part("A"), make_part("B")), "holds 2 meters"),
        (make_file(make_part(interval_minutes=60)), "60-minute readings"),
        (make_file(make_part(channel=Channel.EXPORT)), "no energy taken from the grid"),
    ],
)
def test_file_that_does_not_fit_the_chosen_meter_is_refused(file, words: str) -> None:
    with pytest.raises(BadRequestError, match=words):
        place(file, "x.csv", (), TERMS, make_meter())


def test_name_of_the_terms_wins_over_the_file_s() -> None:
    assert only(place(make_file(), "home.csv", (), MeterTerms(name="Home · sample"))).name == "Home · sample"


def test_reading_again_corrects_a_meter_that_has_nothing_else() -> None:
    known = make_meter(name="Renamed", owner="ann", interval_minutes=60.0)
    file = make_file(timezone="Europe/Paris")
    meter = only(place_again(file, "home.csv", [known], [known], {known.meter_id}))
    assert meter == replace(known, timezone="Europe/Paris", interval_minutes=30, country="")


def test_a_new_meter_has_the_country_of_its_zone_unless_one_is_said() -> None:
    seoul = make_file(timezone="Asia/Seoul")
    assert only(place(seoul, "plant.csv", (), TERMS)).country == "KR"
    assert only(place(make_file(timezone="UTC"), "plant.csv", (), TERMS)).country == ""
    assert only(place(seoul, "plant.csv", (), replace(TERMS, country="JP"))).country == "JP"
    assert only(place(seoul, "plant.csv", (), replace(TERMS, country=""))).country == ""


@pytest.mark.parametrize(("before", "after"), [("GB", "FR"), ("IE", "IE")])
def test_a_corrected_zone_brings_its_country_but_keeps_one_that_was_said(before: str, after: str) -> None:
    known = make_meter(name="home", owner="ann", country=before)
    assert only(place_again(make_file(timezone="Europe/Paris"), "home.csv", [known], [known], {known.meter_id})).country == after


@pytest.mark.parametrize("country", ["GB", "IE"])
def test_the_other_channel_of_a_site_is_in_the_same_country(country: str) -> None:
    known = make_meter(country=country)
    both = make_file(make_part(), make_part(channel=Channel.EXPORT))
    assert [each.meter.country for each in place(both, "x.csv", (), TERMS, known)] == [country, country]


def test_reading_again_does_not_change_a_meter_with_other_readings() -> None:
    known = make_meter(name="Renamed", owner="ann")
    assert only(place_again(make_file(timezone="Europe/Paris"), "home.csv", [known], [known], ())) == known


def test_reading_again_with_another_interval_leaves_a_shared_meter() -> None:
    known = make_meter(name="home", owner="ann", price_per_kwh=0.4)
    meter = only(place_again(make_file(make_part(interval_minutes=60)), "home.csv", [known], [known], ()))
    assert meter.meter_id != known.meter_id
    assert (meter.name, meter.owner, meter.price_per_kwh) == ("home", "ann", 0.4)


def test_reading_again_finds_each_meter_by_its_label() -> None:
    known = [make_meter("m-b", name="B"), make_meter("m-a", name="A")]
    file = make_file(make_part("A"), make_part("B"))
    assert [each.meter.meter_id for each in place_again(file, "x.csv", known, known, ())] == ["m-a", "m-b"]
