"""What is about as large as a steady power: a size to think of, never a claim."""

from __future__ import annotations

HOUSEHOLD_KW = 15.0

_SIZES: tuple[tuple[float, str], ...] = (
    (0.03, ""),
    (0.08, "a few devices on standby"),
    (0.25, "a fridge, a pump or lights left on"),
    (0.6, "a freezer, a dehumidifier or a computer"),
    (1.3, "a small heater or a heat pump running gently"),
    (2.6, "an electric heater or an oven"),
    (4.5, "an immersion heater or a car charger"),
    (8.0, "a car charger or an electric shower"),
    (HOUSEHOLD_KW, "a fast car charger or electric heating"),
)


def like_appliance(kw: float) -> str:
    """Household devices of about this power, "" when none is or the power is beyond a household's."""
    for upper_kw, words in _SIZES:
        if kw < upper_kw:
            return words
    return ""
