"""How well an analysis finds labelled anomalies: by rows, and by events as a person is told of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from wattsup_core.types import AnomalyEvent

RIGHT_SHARE = 0.2
FAULT_TYPES = ("stuck", "zero_outage", "negative", "gap_catchup", "unit_error")
_HIGH = {"SPIKE", "SUSTAINED_HIGH", "NIGHT_USE", "BASELOAD_STEP", "DRIFT"}
_LOW = {"DROP", "SUSTAINED_LOW", "OUTAGE", "BASELOAD_STEP"}
RIGHT_KINDS: dict[str, set[str]] = {
    "spike": {"SPIKE"},
    "dip": {"DROP", "SUSTAINED_LOW"},
    "zero_outage": {"OUTAGE"},
    "stuck": {"FLATLINE"},
    "gap_catchup": {"CATCH_UP", "OUTAGE"},
    "unit_error": {"UNIT_ERROR"},
    "negative": {"NEGATIVE"},
    "night_on": {"NIGHT_USE", "SUSTAINED_HIGH", "BASELOAD_STEP"},
    "level_shift": {"SUSTAINED_HIGH", "SUSTAINED_LOW", "BASELOAD_STEP"},
    "baseload_leak": {"BASELOAD_STEP", "SUSTAINED_HIGH", "NIGHT_USE"},
    "phase_loss": {"SUSTAINED_LOW", "DROP"},
    "daytime_theft": {"SUSTAINED_LOW", "DROP"},
    "drift": {"DRIFT", "SUSTAINED_HIGH", "BASELOAD_STEP"},
    "noise_burst": _HIGH | _LOW,
    "time_shift": _HIGH | _LOW,
}


@dataclass
class Verdict:
    """The figures of one meter: average precision and ROC-AUC of the rows' scores; precision, recall and kinds of the events."""

    ap: float
    auc: float
    precision: float
    recall: float
    false_per_month: float
    kind: float
    found: dict[str, list[int]] = field(default_factory=dict)
    false: list[tuple[str, str, int]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)


def judge(scored: pd.DataFrame, events: tuple[AnomalyEvent, ...], when: pd.Series, labels: pd.DataFrame) -> Verdict:
    """Hold what was found against the labels, row by row in the same order.

    Parameters
    ----------
    scored : pd.DataFrame
        `score` and `event_id` of each row.
    events : tuple of AnomalyEvent
        What was told.
    when : pd.Series
        Local time of each row.
    labels : pd.DataFrame
        `label` (1 inside an anomaly, -1 for what does not count), `event_id` (0 outside) and `type`.
    """
    truth, ident = labels["label"].to_numpy(int), labels["event_id"].to_numpy(int)
    kept = truth >= 0
    score = np.nan_to_num(scored["score"].to_numpy(float))
    names = scored["event_id"].to_numpy(object)
    rows_of = {name: np.flatnonzero(names == name) for name in set(names) - {""}}
    counted = [name for name, rows in rows_of.items() if not (truth[rows] == -1).all()]
    right = {name for name in counted if (truth[rows_of[name]] == 1).mean() >= RIGHT_SHARE}
    kind_of = {event.event_id: event.kind.value for event in events}
    severity_of = {event.event_id: event.severity for event in events}
    months = (when.iloc[-1] - when.iloc[0]).days / 30.0
    found: dict[str, list[int]] = {}
    kinds, missed = [], []
    for number in sorted(set(ident) - {0}):
        rows = np.flatnonzero(ident == number)
        kind = str(labels["type"].iloc[rows[0]])
        hits = set(names[rows]) & right
        count = found.setdefault(kind, [0, 0])
        count[0] += 1
        count[1] += bool(hits)
        if hits and kind in RIGHT_KINDS:
            kinds.append(bool({kind_of.get(name) for name in hits} & RIGHT_KINDS[kind]))
        elif not hits:
            missed.append((kind, str(when.iloc[rows[0]])))
    total = sum(n for n, _ in found.values())
    return Verdict(
        ap=float(average_precision_score(truth[kept] == 1, score[kept])),
        auc=float(roc_auc_score(truth[kept] == 1, score[kept])),
        precision=len(right) / len(counted) if counted else 0.0,
        recall=sum(hit for _, hit in found.values()) / max(total, 1),
        false_per_month=(len(counted) - len(right)) / months,
        kind=float(np.mean(kinds)) if kinds else float("nan"),
        found=found,
        false=sorted((kind_of[n], str(when.iloc[rows_of[n][0]]), severity_of[n]) for n in counted if n not in right),
        missed=missed,
    )
