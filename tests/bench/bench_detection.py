"""Detection: anomalies put into real meters, found by the default settings, beside a plain Isolation Forest in the same run.

Reads ``METER_CORPUS/meters``: ``injected/NAME.csv.gz`` with ``injected_labels/NAME.csv.gz``, and ``plain/NAME.csv.gz``, into which
:mod:`tests.bench.trials` puts other anomalies of the same kinds (seeds `SEEDS`). The plain forest sees value, hour and weekday.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest

from tests.bench.corpus import meters_folder
from tests.bench.judging import FAULT_TYPES, Verdict, judge
from tests.bench.trials import put_anomalies
from wattsup_core.analysis.pipeline import analyse
from wattsup_core.readers import read_file
from wattsup_core.service.placement import MeterTerms, place
from wattsup_core.types import Tariff

SEEDS = (1, 2)
TARIFF = Tariff(0.28)
COUNTRIES = {
    "ameren-us": "US", "dsmr-nl": "NL", "engie-nl-0-elek": "NL", "engie-nl-0-gas": "NL", "engie-nl-1-elek": "NL", "enphase-us": "US",
    "eredes-pt": "PT", "hackdays-ch": "CH", "p1mon-nl": "NL", "pjm-duq": "US", "slimmemeter-nl": "NL", "uci-steel": "KR",
    "zonneplan-nl": "NL",
}  # fmt: skip
"""Where the meters are, as far as it is known. Their files name no zone, so without this no holiday is known."""
Task = tuple[Path, str, str]
Measured = TypeVar("Measured")


def main() -> None:
    """Print one table of sets, one of kinds and one of meters."""
    results = [(kind, name, *each) for kind, name, each in _over_meters(_measure)]
    if not results:
        return
    _print_sets(results)
    _print_kinds([verdict for _, _, verdict, _, _ in results])
    _print_meters([(kind, name, verdict, naive) for kind, name, verdict, naive, _ in results])


def with_holidays() -> None:
    """Print one table of sets, without and with the public holidays of the meters' countries."""
    results = [(kind, country, verdict) for kind, _, pair in _over_meters(_measure_both, COUNTRIES) for country, verdict in pair]
    if not results:
        return
    print("| set, mean over meters | holidays | AP | AUC | right alarms | found | false a month |\n|---|---|--:|--:|--:|--:|--:|")
    for kind, is_known in dict.fromkeys((kind, is_known) for kind, is_known, _ in results):
        verdicts = [verdict for *case, verdict in results if case == [kind, is_known]]
        ap, auc, *means = (
            np.nanmean([getattr(v, name) for v in verdicts]) for name in ("ap", "auc", "precision", "recall", "false_per_month")
        )
        print(
            f"| {kind} | {'known' if is_known else 'not known'} | {ap:.3f} | {auc:.3f} | "
            + " | ".join(f"{mean:.3f}" for mean in means)
            + " |"
        )


def _over_meters(measure: Callable[[Task], Measured], chosen: dict[str, str] | None = None) -> list[tuple[str, str, Measured]]:
    """What `measure` tells of each set and meter; nothing without a folder of meters."""
    folder = meters_folder()
    if folder is None:
        return []
    names = sorted(path.name.removesuffix(".csv.gz") for path in (folder / "plain").glob("*.csv.gz"))
    kinds = ("injected", *(f"trial {seed}" for seed in SEEDS))
    tasks = [(folder, kind, name) for kind in kinds for name in names if chosen is None or name in chosen]
    with ProcessPoolExecutor(2) as pool:
        done = list(pool.map(measure, tasks))
    return [(kind, name, each) for (_, kind, name), each in zip(tasks, done, strict=True)]


def _measure_both(task: Task) -> tuple[tuple[bool, Verdict], ...]:
    return tuple((bool(country), _measure(task, country)[0]) for country in ("", COUNTRIES[task[2]]))


def _measure(task: Task, country: str = "") -> tuple[Verdict, float, float]:
    """The verdict on a meter, and the plain forest's average precision and ROC-AUC."""
    folder, kind, name = task
    frame, labels = _load(folder, kind, name)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / f"{name}.csv"
        frame.to_csv(path, index=False)
        file = read_file(path, path.name)
    (placement,) = place(file, f"{name}.csv", (), MeterTerms())
    analysis = analyse(placement.readings.readings, replace(placement.meter, country=country), TARIFF)
    scored = analysis.scored[["score", "event_id"]].reindex(pd.DatetimeIndex(file.rows["ts"])).fillna({"event_id": ""})
    verdict = judge(scored, analysis.events, frame["timestamp"], labels)
    plain = judge(scored.assign(score=_plain_scores(frame), event_id=""), (), frame["timestamp"], labels.assign(event_id=0))
    return verdict, plain.ap, plain.auc


def _load(folder: Path, kind: str, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    if kind == "injected":
        frame = pd.read_csv(folder / "injected" / f"{name}.csv.gz", parse_dates=["timestamp"])
        return frame, pd.read_csv(folder / "injected_labels" / f"{name}.csv.gz", keep_default_na=False)
    frame = pd.read_csv(folder / "plain" / f"{name}.csv.gz", parse_dates=["timestamp"])
    frame = frame.drop_duplicates("timestamp").sort_values("timestamp").dropna(subset=["value"])
    return put_anomalies(frame, int(kind.split()[1]) * 1000 + sum(map(ord, name)))


def _plain_scores(frame: pd.DataFrame) -> np.ndarray:
    when = frame["timestamp"]
    features = np.column_stack([frame["value"].fillna(frame["value"].median()), when.dt.hour, when.dt.day_of_week])
    return np.asarray(-IsolationForest(contamination=0.01, random_state=42).fit(features).score_samples(features))


def _print_sets(results: list[tuple[str, str, Verdict, float, float]]) -> None:
    print("| set, mean over meters | AP | plain forest | AUC | plain forest | right alarms | found | false a month | kind right |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for kind in dict.fromkeys(result[0] for result in results):
        mine = [result for result in results if result[0] == kind]
        verdicts = [verdict for _, _, verdict, _, _ in mine]
        naive_ap, naive_auc = np.mean([result[3] for result in mine]), np.mean([result[4] for result in mine])
        means = [np.nanmean([getattr(v, name) for v in verdicts]) for name in ("precision", "recall", "false_per_month", "kind")]
        ap, auc = np.mean([v.ap for v in verdicts]), np.mean([v.auc for v in verdicts])
        print(f"| {kind} | {ap:.3f} | {naive_ap:.3f} | {auc:.3f} | {naive_auc:.3f} | " + " | ".join(f"{mean:.2f}" for mean in means) + " |")


def _print_kinds(verdicts: list[Verdict]) -> None:
    totals: dict[str, list[int]] = {}
    for verdict in verdicts:
        for kind, (there, found) in verdict.found.items():
            total = totals.setdefault(kind, [0, 0])
            total[0] += there
            total[1] += found
    faults = [sum(totals[kind][place] for kind in FAULT_TYPES if kind in totals) for place in (1, 0)]
    print(f"\nFaults of the data found: {faults[0]} of {faults[1]}.\n\n| anomaly | found | of |\n|---|--:|--:|")
    for kind, (there, found) in sorted(totals.items()):
        print(f"| {kind} | {found} | {there} |")


def _print_meters(results: list[tuple[str, str, Verdict, float]]) -> None:
    print("\n| meter | AP | plain forest | worst set |\n|---|--:|--:|---|")
    for name in dict.fromkeys(result[1] for result in results):
        mine = [result for result in results if result[1] == name]
        worst = min(mine, key=lambda result: result[2].ap - result[3])
        ap, naive = np.mean([result[2].ap for result in mine]), np.mean([result[3] for result in mine])
        print(f"| {name} | {ap:.3f} | {naive:.3f} | {worst[0]}: {worst[2].ap:.3f} against {worst[3]:.3f} |")
