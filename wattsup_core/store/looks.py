"""First looks: which rows have just arrived, and what was seen in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from wattsup_core.store.analyses import write_scores
from wattsup_core.store.bulk import read_rows
from wattsup_core.store.events import add_provisional
from wattsup_core.store.meters import list_waiting, mark_looked
from wattsup_core.types import AnomalyEvent, Meter

FRESH = """
    SELECT m.meter_key, r.ts, r.kwh FROM meters AS m
    JOIN readings AS r ON r.meter_key = m.meter_key AND r.ts >= m.fresh_ts AND r.seq > m.looked_seq
    WHERE m.last_seq > m.looked_seq AND m.fresh_ts IS NOT NULL ORDER BY m.meter_key, r.ts LIMIT ?
"""


@dataclass(frozen=True)
class FreshMeter:
    """A meter with rows that wait for a first look: those of the writes after `looked_seq`, up to `last_seq`.

    `rows` counts all readings of the meter; `ts` [s] ascending, `kwh` [kWh], shapes (n,).
    """

    meter_key: int
    meter: Meter
    looked_seq: int
    last_seq: int
    rows: int
    ts: np.ndarray
    kwh: np.ndarray


@dataclass(frozen=True)
class Look:
    """What a first look has found in a meter's fresh rows.

    Attributes
    ----------
    fresh
        The rows that were looked at.
    scored
        SCORED of those rows, and of earlier ones that an event among them reaches back to.
    events
        Provisional events that reach beyond `events_from_ts` [s]; `None` when nobody looked for events.
    """

    fresh: FreshMeter
    scored: pd.DataFrame
    events: tuple[AnomalyEvent, ...] | None
    events_from_ts: int


def read_fresh(connection: Connection, most_rows: int) -> list[FreshMeter]:
    """The meters with fresh rows, whole meters up to about `most_rows` rows together, at least one."""
    rows = read_rows(connection, FRESH, (most_rows,), (("meter_key", "i8"), ("ts", "i8"), ("kwh", "f8")))
    keys, first, counts = np.unique(rows["meter_key"], return_index=True, return_counts=True)
    spans = {int(key): slice(int(start), int(start + count)) for key, start, count in zip(keys, first, counts, strict=True)}
    is_cut = len(rows) == most_rows
    if is_cut and len(spans) > 1:
        spans.popitem()  # perhaps cut short: its turn is the next
    found = []
    for key, meter, looked_seq, last_seq, count in list_waiting(connection):
        if is_cut and key not in spans:
            continue
        span = spans.get(key, slice(0, 0))
        found.append(FreshMeter(key, meter, looked_seq, last_seq, count, rows["ts"][span], rows["kwh"][span]))
    return found


def save_looks(connection: Connection, looks: Sequence[Look], shown_at: int) -> list[str]:
    """Save looks in one transaction; the ids of the meters whose look was saved.

    The look at a meter that somebody else has looked at meanwhile is left out, whole.
    """
    saved = [look for look in looks if mark_looked(connection, look.fresh.meter_key, look.fresh.looked_seq, look.fresh.last_seq)]
    write_scores(connection, [(look.fresh.meter_key, look.scored) for look in saved if len(look.scored)], shown_at)
    for look in saved:
        if look.events is not None:
            add_provisional(connection, look.fresh.meter_key, look.events, look.events_from_ts, shown_at)
    return [look.fresh.meter.meter_id for look in saved]
