"""Carbon dioxide of a kWh from the grid: what an installation says of its supply, else a country's average as it was published."""

from __future__ import annotations

from dataclasses import dataclass

EMBER = "average of the country's grid in 2023, by Ember"
UK = "average of the UK's grid, by the UK government's conversion factors for 2024"


@dataclass(frozen=True)
class EmissionFactor:
    """Grams of CO₂ equivalents for each kWh drawn, and who says so, as words that follow the number."""

    g_per_kwh: float
    source: str


AVERAGES = {"GB": EmissionFactor(207.0, UK)} | {
    country: EmissionFactor(grams, EMBER)
    for country, grams in {
        "AT": 111.0, "AU": 549.0, "BE": 138.0, "BG": 335.0, "BR": 98.0, "CA": 170.0, "CY": 534.0, "CZ": 450.0, "DE": 381.0, "DK": 152.0,
        "EE": 417.0, "FI": 79.0, "FR": 56.0, "GR": 337.0, "HR": 205.0, "HU": 204.0, "IE": 291.0, "IN": 713.0, "NO": 30.0, "PL": 662.0,
        "SE": 41.0,
    }.items()
}  # fmt: skip
"""By ISO 3166 alpha-2 code. Ember's are over the whole life of the plants; the UK's are of generation, as companies there report it."""


def emission_factor(country: str, own_g_per_kwh: float | None = None) -> EmissionFactor | None:
    """The factor of an installation [g/kWh] where it names one, else that of `country`; `None` where neither is known."""
    if own_g_per_kwh is not None:
        return EmissionFactor(own_g_per_kwh, "as set for this installation")
    return AVERAGES.get(country)
