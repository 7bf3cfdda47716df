"""Numbers, instants and spans in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard import format as words

ZONE = "Europe/London"
START = datetime(2026, 1, 27, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("energy_kwh", "said"),
    [
        (3.42, "3.4 kWh"),
        (0.04, "0.04 kWh"),
        (0.0, "0.0 kWh"),
        (-0.001, "0.00 kWh"),
        (-1.5, "−1.5 kWh"),
        (412.6, "412.6 kWh"),
        (999.97, "1,000 kWh"),
        (12_345.6, "12,346 kWh"),
        (123_456.0, "123.5 MWh"),
    ],
)
def test_energy_keeps_about_three_figures(energy_kwh: float, said: str) -> None:
    assert words.kwh(energy_kwh) == said


@pytest.mark.parametrize(
    ("first_kwh", "second_kwh", "said"),
    [(9.86, 0.6, "9.9 / 0.6 kWh"), (86_982.0, 161_800.0, "87.0 / 161.8 MWh"), (161_800.0, 0.0, "161.8 / 0.0 MWh")],
)
def test_two_energies_have_one_unit(first_kwh: float, second_kwh: float, said: str) -> None:
    assert words.energy_pair(first_kwh, second_kwh) == said


@pytest.mark.parametrize(
    ("power_watts", "said"),
    [(148.4, "148 W"), (-41.0, "−41 W"), (999.4, "999 W"), (1_079.0, "1.1 kW"), (-12_340.0, "−12.3 kW"), (2.4e6, "2.4 MW")],
)
def test_power_turns_to_kilowatts_when_large(power_watts: float, said: str) -> None:
    assert words.watts(power_watts) == said


@pytest.mark.parametrize(
    ("sum_of_money", "currency", "said"),
    [
        (1.2, "GBP", "£1.20"),
        (-0.4, "EUR", "−€0.40"),
        (-0.001, "GBP", "£0.00"),
        (1234.5, "USD", "$1,234.50"),
        (12_345.6, "GBP", "£12,346"),
        (118.4, "JPY", "¥118"),
        (2.5, "CHF", "CHF 2.50"),
    ],
)
def test_money_has_its_sign_before_its_symbol(sum_of_money: float, currency: str, said: str) -> None:
    assert words.money(sum_of_money, currency) == said


@pytest.mark.parametrize(("price", "said"), [(0.28, "£0.28/kWh"), (0.275, "£0.275/kWh"), (0.27654, "£0.2765/kWh"), (1.0, "£1.00/kWh")])
def test_a_price_keeps_its_fractions_of_a_penny(price: float, said: str) -> None:
    assert words.price(price, "GBP") == said


@pytest.mark.parametrize(("share", "said"), [(100.0, "100 % complete"), (99.97, "99.9 % complete"), (99.6, "99.6 % complete")])
def test_only_a_whole_range_is_called_complete(share: float, said: str) -> None:
    assert words.completeness(share) == said


def test_an_instant_is_told_on_the_meters_wall_clock() -> None:
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert words.when(summer, ZONE) == "Thu 2 Jul, 00:30"
    assert words.when(summer.replace(year=2025), ZONE) == "Wed 2 Jul 2025, 00:30"
    assert (words.this_day(summer), words.this_day(summer.replace(year=2025))) == ("1 Jul", "1 Jul 2025")


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0.01, "36 s"), (0.25, "15 min"), (1, "1 h"), (2.75, "2 h 45 min"), (29, "29 h"), (51, "2 days"), (312, "13 days")],
)
def test_a_duration_is_told_as_the_sentences_tell_it(hours: float, said: str) -> None:
    assert words.duration(START, START + timedelta(hours=hours)) == said


def test_a_range_ends_on_its_last_whole_day() -> None:
    midnight = datetime(2026, 2, 2, tzinfo=UTC)
    assert words.date_range(datetime(2026, 1, 3, tzinfo=UTC), midnight, ZONE) == "3 Jan – 1 Feb 2026"
    assert words.date_range(datetime(2025, 12, 3, tzinfo=UTC), midnight, ZONE) == "3 Dec 2025 – 1 Feb 2026"
    assert words.date_range(midnight - timedelta(days=1), midnight, ZONE) == "1 Feb 2026"


@pytest.mark.parametrize(
    ("minutes", "said", "label"),
    [
        (15, "15-minute readings", "15 min"),
        (30.0, "30-minute readings", "30 min"),
        (60, "Hourly readings", "1 h"),
        (120, "2-hour readings", "2 h"),
        (1440, "Daily readings", "1 d"),
        (10 / 60, "10-second readings", "10 s"),
    ],
)
def test_an_interval_is_named(minutes: float, said: str, label: str) -> None:
    assert (words.interval(minutes), words.interval_label(minutes)) == (said, label)


def test_counts_agree_with_their_noun() -> None:
    assert words.count(1, "anomaly", "anomalies") == "1 anomaly"
    assert words.count(1234, "row") == "1,234 rows"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The longest of 1 h 45 min, at 3.4 kW.", "The longest of 1~h~45~min, at 3.4~kW."),
        ("9.9 kWh in 13 days, where 0.4 to 0.6 kWh is usual", "9.9~kWh in 13~days, where 0.4 to 0.6~kWh is usual"),
        ("99.6 % complete, CHF 1.20, at 4 °C", "99.6~% complete, CHF~1.20, at 4~°C"),
        ("On 3 February 2 readings, 4 hints and 5 Watts", "On 3 February 2 readings, 4 hints and 5 Watts"),
        ("", ""),
    ],
)
def test_no_line_ends_between_a_number_and_its_unit(text: str, shown: str) -> None:
    assert words.unbroken(text) == shown.replace("~", words.NO_BREAK)
    assert words.unbroken(words.unbroken(text)) == words.unbroken(text)
