"""The first look at rows that have just arrived: one Isolation Forest over all meters, and a closer look where it is startled."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wattsup_core.analysis.grid import DAY_MINUTES
from wattsup_core.analysis.live.forest import LEAST_ROWS, LiveForest
from wattsup_core.analysis.live.memory import MIN_DAYS, Sight
from wattsup_core.analysis.scoring import FAULT_LIFT, SCORE_UNIT
from wattsup_core.frames import BAND_COLUMNS
from wattsup_core.service.live.memories import Memories
from wattsup_core.store.looks import FreshMeter, Look
from wattsup_core.timegrid import datetime_from_epoch, epoch_of, from_epoch_seconds
from wattsup_core.types import AnomalyEvent, DetectorConfig, Tariff

if TYPE_CHECKING:
    from wattsup_core.store import Store

LOG = logging.getLogger(__name__)

MODEL_VERSION = "first-look-1"
STARTLING_EVIDENCE = 2.7
STARTLING_RUN_HOURS = 1.5
STARTLING_SURGE = 1.0
"""Evidence, as of the whole analysis: ten months without as high an hour. It tells from 1.6, so a closer look comes well before."""
MOST_ROWS_OF_A_METER = 2000
CLOSE_LOOKS_AT_ONCE = 4
METERS_AT_ONCE = 100
CLOSE_LOOK_BACK = timedelta(days=56)
HINDSIGHT = timedelta(days=1)
MOST_KNOWN = 20_000

Reading = tuple[int, float]
"""The start of an interval [s] and its energy [kWh]."""


class FirstLook:
    """Looks at fresh rows. Remembers meters and keeps the forest between calls; loses nothing when it is gone."""

    def __init__(self, store: Store, config: DetectorConfig = DetectorConfig()) -> None:
        self._store = store
        self._config = config
        self._memories = Memories(store)
        self._known: list[Sight] = []
        self._learned_from = 0
        self._forest: LiveForest | None = None
        self._alert: set[str] = set()

    def look(self, fresh: Sequence[FreshMeter]) -> list[Look]:
        """What is seen in the fresh rows of each meter; rows of a large back-fill are left to the whole analysis."""
        parts = (fresh[first : first + METERS_AT_ONCE] for first in range(0, len(fresh), METERS_AT_ONCE))
        seen = [(one, self._see(one, rows)) for part in parts for one, rows in self._prepared(part)]
        self._learn()
        every_sight = [sight for _, sights in seen for sight in sights]
        scores, evidence = self._judge(every_sight)
        scored = _scored(every_sight, scores, evidence)
        looks, place, close = [], 0, 0
        for one, sights in seen:
            span = slice(place, place + len(sights))
            place += len(sights)
            look = Look(one, scored.iloc[span], None, 0)
            if close < CLOSE_LOOKS_AT_ONCE and self._is_startled(one.meter.meter_id, sights, evidence[span]):
                look = self._closely(look)
                close += 1
            looks.append(look)
        return looks

    def forget(self, meter_id: str) -> None:
        """Drop what is remembered of a meter: its zone or its past has changed."""
        self._memories.forget(meter_id)
        self._alert.discard(meter_id)

    def _prepared(self, fresh: Sequence[FreshMeter]) -> list[tuple[FreshMeter, list[Reading]]]:
        """The meters with their rows to look at, and their pasts read."""
        found = [(one, _readings_of(one)) for one in fresh]
        self._memories.prepare([(one, rows[0][0]) for one, rows in found if rows])
        return found

    def _see(self, fresh: FreshMeter, rows: list[Reading]) -> list[Sight]:
        """The sights of a meter's fresh rows; none when it cannot be remembered, for one meter must not stop the others."""
        try:
            return self._sights(fresh, rows)
        except Exception:
            LOG.exception("The rows of meter %s cannot be looked at; its whole analysis follows", fresh.meter.meter_id)
            self.forget(fresh.meter.meter_id)
            return []

    def _sights(self, fresh: FreshMeter, rows: list[Reading]) -> list[Sight]:
        if not rows:
            return []
        memory, rehearsed = self._memories.recall(fresh, rows[0][0])
        self._known += [sight for sight in rehearsed if sight.surge < STARTLING_SURGE]  # else the next one ranks among its like
        if memory is None or not memory.is_ready:
            return []
        return [memory.see(ts, kwh) for ts, kwh in rows]

    def _learn(self) -> None:
        """Grow the forest anew when twice as much is known as it has learned from."""
        if len(self._known) < max(LEAST_ROWS, 2 * self._learned_from):
            return
        if len(self._known) > MOST_KNOWN:
            self._known = self._known[:: len(self._known) // MOST_KNOWN + 1]
        self._forest = LiveForest(self._known, self._config)
        self._learned_from = len(self._known)

    def _judge(self, sights: list[Sight]) -> tuple[np.ndarray, np.ndarray]:
        """The forest's scores of the sights, and their evidence, shapes (n,)."""
        if not sights:
            return np.zeros(0), np.zeros(0)
        scores, evidence = self._forest.look(sights) if self._forest else (np.zeros(len(sights)), np.zeros(len(sights)))
        impossible = np.array([sight.is_impossible for sight in sights])
        return scores, evidence + np.where(impossible, FAULT_LIFT, 0.0)

    def _is_startled(self, meter_id: str, sights: list[Sight], evidence: np.ndarray) -> bool:
        """Whether a closer look is worth its time: something stands out, or stood out in the look before."""
        stands_out = bool(len(sights)) and (float(evidence.max()) >= STARTLING_EVIDENCE or any(_is_startling(sight) for sight in sights))
        was_alert = meter_id in self._alert
        (self._alert.add if stands_out else self._alert.discard)(meter_id)
        return bool(len(sights)) and (stands_out or was_alert)

    def _closely(self, look: Look) -> Look:
        """The look with the events that the analysis of the last weeks finds; as it is when that fails."""
        try:
            return self._with_events(look)
        except Exception:
            LOG.exception("The last weeks of meter %s cannot be analysed; its whole analysis follows", look.fresh.meter.meter_id)
            return look

    def _with_events(self, look: Look) -> Look:
        """The look with the events in the fresh rows or up to them, for the row after one shows its end and what it was.

        Looks before have told of it with other edges or as another kind: what they told there is found anew or gone.
        """
        from wattsup_core.analysis.pipeline import analyse

        meter = look.fresh.meter
        first, end = datetime_from_epoch(int(look.fresh.ts[0])), datetime_from_epoch(int(look.fresh.ts[-1]) + 1)
        readings = self._store.readings(meter.meter_id, first - CLOSE_LOOK_BACK, end)
        analysis = analyse(readings, meter, Tariff(meter.price_per_kwh, meter.currency), self._config)
        held = [event for event in self._store.events(meter.meter_id, first - HINDSIGHT, end) if event.is_provisional]
        events, replaced = _of_now(analysis.events, held, first)
        anew = [one.start for one in replaced]
        begin = min([first, *anew, *(event.start for event in events)])
        scored = analysis.scored[analysis.scored.index >= begin]
        return Look(look.fresh, _keeping_the_higher(scored, look.scored), events, epoch_of(min([first, *anew])))


def _readings_of(fresh: FreshMeter) -> list[Reading]:
    """The rows to look at: the known ones, of a meter that has a past, unless they are a large back-fill."""
    known = np.isfinite(fresh.kwh)
    too_short = fresh.rows * fresh.meter.interval_minutes < MIN_DAYS * DAY_MINUTES
    if too_short or not known.any() or known.sum() > MOST_ROWS_OF_A_METER:
        return []
    return list(zip(fresh.ts[known].tolist(), fresh.kwh[known].tolist(), strict=True))


def _is_startling(sight: Sight) -> bool:
    """Whether a reading deserves a closer look whatever the forest has seen before."""
    return sight.is_unreached or sight.run_hours >= STARTLING_RUN_HOURS or sight.surge >= STARTLING_SURGE


def _of_now(
    found: Sequence[AnomalyEvent], held: Sequence[AnomalyEvent], first: datetime
) -> tuple[tuple[AnomalyEvent, ...], list[AnomalyEvent]]:
    """The events that reach the fresh rows, which begin with `first`, or end where they begin, and those held that they replace.

    One that ended there stays as it was told unless something is found in its place.
    """
    reaching = [event for event in found if event.end >= first]
    near = [one for one in held if one.end >= first or any(_meet(event, one) for event in reaching)]
    events = tuple(event for event in found if event.end >= first or any(_meet(event, one) for one in near))
    return events, [one for one in near if one.end > first or any(_meet(event, one) for event in events)]


def _meet(one: AnomalyEvent, other: AnomalyEvent) -> bool:
    return one.start < other.end and other.start < one.end


def _scored(sights: list[Sight], scores: np.ndarray, evidence: np.ndarray) -> pd.DataFrame:
    """SCORED of what was seen, of one meter after the other."""
    kwh, expected = (np.array([getattr(sight, name) for sight in sights], dtype=float) for name in ("kwh", "expected_kwh"))
    return pd.DataFrame(
        {
            "kwh": kwh,
            "expected_kwh": expected,
            **{name: np.array([getattr(sight, name) for sight in sights], dtype=float) for name in BAND_COLUMNS},
            "residual_kwh": kwh - expected,
            "score": 1.0 - 10.0 ** (-evidence / SCORE_UNIT),
            "forest_score": scores,
            "severity": np.zeros(len(sights)),
            "is_anomaly": np.zeros(len(sights), dtype=bool),
            "event_id": pd.array([""] * len(sights), dtype="str"),
            "model_version": MODEL_VERSION,
        },
        index=from_epoch_seconds(np.array([sight.ts for sight in sights], dtype=np.int64)),
    )


def _keeping_the_higher(close: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
    """The closer look's SCORED, with the first look's score where that is higher: a few weeks know less than the forest of all."""
    out = close.copy()
    seen = first["score"].reindex(out.index)
    out["score"] = np.fmax(out["score"].to_numpy(float), seen.to_numpy(float))
    out["model_version"] = MODEL_VERSION
    return out
