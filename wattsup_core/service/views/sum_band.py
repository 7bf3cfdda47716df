"""How wide the band of the usual is for energy summed over many intervals.

Adding up the half widths of the intervals would be right if all of them were off together, the root of the sum of their
squares if they were independent of each other. Real days lie between. So the root is scaled until the band holds as large a
share of the meter's usual sums as its intervals' bands hold of its usual intervals, and kept between the two bounds.
"""

from __future__ import annotations

import numpy as np

FEWEST_SUMS = 20
"""With fewer usual sums their share says nothing, and the wider bound is taken."""


def half_width_of_sums(width_kwh: np.ndarray, deviation_kwh: np.ndarray, span_of_row: np.ndarray, is_usual: np.ndarray) -> np.ndarray:
    """The half width of the band on one side of the expected sums.

    Parameters
    ----------
    width_kwh
        Half width of each interval's band on that side [kWh], shape (n,).
    deviation_kwh
        How far each interval lies from what was expected, towards that side [kWh], shape (n,).
    span_of_row
        The span each interval is summed in, shape (n,), 0 to m - 1, each at least once.
    is_usual
        Whether an interval lies outside all events, shape (n,).

    Returns
    -------
    numpy.ndarray
        Half widths [kWh], shape (m,); NaN for a span with an interval that has no expectation.
    """
    width = np.maximum(width_kwh, 0.0)
    together = np.bincount(span_of_row, weights=width)
    independent = np.sqrt(np.bincount(span_of_row, weights=width**2))
    deviation_of_sum = np.bincount(span_of_row, weights=deviation_kwh)
    is_usual_sum = (np.bincount(span_of_row, weights=~is_usual) == 0) & np.isfinite(deviation_of_sum) & (independent > 0)
    if is_usual_sum.sum() < FEWEST_SUMS:
        return together
    rows = is_usual & np.isfinite(deviation_kwh)
    share_held = float((deviation_kwh[rows] <= width[rows]).mean())
    scale = float(np.quantile(deviation_of_sum[is_usual_sum] / independent[is_usual_sum], share_held))
    return np.clip(scale * independent, independent, together)
