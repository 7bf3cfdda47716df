"""From when on anything is told of what is usual for a meter."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from wattsup_core.frames import BAND_COLUMNS
from wattsup_core.service.views.window import DataSpan

USUAL_AFTER = timedelta(days=2)
"""A younger meter has no day to compare with: its band would be drawn round its only readings."""
USUAL_COLUMNS = ("expected_kwh", *BAND_COLUMNS)


def is_usual_known(span: DataSpan) -> bool:
    """Whether a meter's data reach far enough for what is usual to be told."""
    return span.end - span.start >= USUAL_AFTER


def told(scored: pd.DataFrame, span: DataSpan) -> pd.DataFrame:
    """SCORED rows of a meter whose data cover `span` as they are told: without what is usual where that is not known; scores stay."""
    return scored if is_usual_known(span) else scored.assign(**dict.fromkeys(USUAL_COLUMNS, np.nan))
