"""A zone tells its country, where it is one country's own."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from wattsup_core.countries import checked_country, country_of_zone
from wattsup_core.errors import BadRequestError


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/London", "GB"),
        ("Europe/Oslo", "NO"),  # kept in step with Berlin, and a country of its own
        ("Asia/Seoul", "KR"),
        ("America/Argentina/Buenos_Aires", "AR"),
        ("Asia/Calcutta", "IN"),  # old names
        ("Europe/Kiev", "UA"),
        ("US/Pacific", "US"),
    ],
)
def test_a_zone_has_the_country_it_lies_in(zone: str, country: str) -> None:
    assert country_of_zone(zone) == country


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Etc/GMT+3", "CET", "EET", "Atlantic/Jan_Mayen", "Iceland", "Europe/Nowhere", ""])
def test_a_zone_of_no_country_or_of_several_has_none(zone: str) -> None:
    assert country_of_zone(zone) == ""


def test_holidays_are_known_for_the_country_of_every_zone() -> None:
    found = {country_of_zone(zone) for zone in available_timezones()} - {""}
    assert len(found) > 200
    assert {checked_country(country) for country in found} == found


def test_a_country_may_be_written_in_small_letters() -> None:
    assert checked_country(" fr ") == "FR"


@pytest.mark.parametrize("code", ["XX", "", "GBR", "England", "U.K."])
def test_what_is_no_country_is_refused_in_one_sentence(code: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        checked_country(code)
    assert refused.value.message == f"“{code}” is no country whose public holidays are known."
    assert refused.value.hint == "Give its two letters, such as GB, FR or KR."
