"""Numbers as short as a screen needs them: fewer characters to send, and no noise under the cursor."""

from __future__ import annotations

import math

FIGURES = 4
MOST_DECIMALS = 5


def round_for_screen(value: float) -> float:
    """`value` to four figures, whole numbers and five decimals kept at most: 0.3421, 12.35, 12346."""
    value = float(value)
    if value == 0 or not math.isfinite(value):
        return value
    decimals = FIGURES - 1 - math.floor(math.log10(abs(value)))
    return round(value, min(max(decimals, 0), MOST_DECIMALS))


def round_or_none(values: list[float]) -> list[float | None]:
    """Each value rounded, `None` for one that is missing (NaN)."""
    return [None if math.isnan(value) else round_for_screen(value) for value in values]
