"""Numbers as short as a screen needs them: fewer characters to send, and no noise under the cursor."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FIGURES = 4
MOST_DECIMALS = 5


def round_for_screen(value: float) -> float:
    """`value` to four figures, whole numbers and five decimals kept at most: 0.3421, 12.35, 12346."""
    return float(_round(np.array([value], dtype=float))[0])


def round_or_none(values: npt.ArrayLike) -> list[float | None]:
    """Each value rounded, `None` for one that is missing (NaN); `values` has shape (n,)."""
    rounded: list[float] = _round(np.asarray(values, dtype=float)).tolist()
    return [None if value != value else value for value in rounded]  # NaN alone differs from itself


def _round(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    size = np.abs(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        decimals = FIGURES - 1 - np.floor(np.log10(size))
    scale = 10.0 ** np.clip(np.where(np.isfinite(decimals), decimals, 0), 0, MOST_DECIMALS)
    return np.rint(values * scale) / scale
