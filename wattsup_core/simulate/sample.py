"""The sample household that a first start shows: a year with anomalies put where they tell a story.

``python -m wattsup_core.simulate.sample FOLDER`` writes it. See ``data/README.md``.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

from wattsup_core.simulate.anomalies import Anomaly, BaseloadStep, Drop, Flatline, NightUse, Outage, Spike
from wattsup_core.simulate.export import write_labels_csv, write_readings_csv
from wattsup_core.simulate.simulation import Simulation, simulate
from wattsup_core.timegrid import from_wall

NAME = "Home · sample household"
TIMEZONE = "Europe/London"
FIRST_DAY = date(2025, 11, 23)
DAYS = 365
INTERVAL_MINUTES = 15
SEED = 20
READINGS_FILE = "sample_household.csv.gz"
LABELS_FILE = "sample_household_labels.csv"


def _at(clock: str) -> datetime:
    return from_wall(datetime.fromisoformat(clock), TIMEZONE)


PLAN: tuple[Anomaly, ...] = (
    NightUse(start=_at("2025-12-09T01:00"), end=_at("2025-12-09T03:30"), added_kw=1.8),
    Spike(start=_at("2025-12-20T19:00"), end=_at("2025-12-20T20:30"), added_kw=3.9),
    Outage(start=_at("2026-01-08T04:15"), end=_at("2026-01-08T09:45")),
    BaseloadStep(start=_at("2026-01-21T14:00"), end=_at("2026-02-04T18:30"), added_kw=0.085),
    Flatline(start=_at("2026-02-17T22:00"), end=_at("2026-02-18T16:00"), held_kw=0.36),
    Drop(start=_at("2026-03-05T07:30"), end=_at("2026-03-05T19:00"), kept_share=0.2),
    Spike(start=_at("2026-03-28T13:00"), end=_at("2026-03-28T14:30"), added_kw=5.2),
    NightUse(start=_at("2026-04-22T02:00"), end=_at("2026-04-22T04:00"), added_kw=2.4),
    Outage(start=_at("2026-05-14T13:00"), end=_at("2026-05-14T16:30")),
    BaseloadStep(start=_at("2026-06-02T09:30"), end=_at("2026-06-12T17:00"), added_kw=0.11),
    Spike(start=_at("2026-06-27T15:30"), end=_at("2026-06-27T17:30"), added_kw=3.3),
    Flatline(start=_at("2026-07-09T06:00"), end=_at("2026-07-10T03:00"), held_kw=0.18),
    NightUse(start=_at("2026-08-25T00:45"), end=_at("2026-08-25T03:15"), added_kw=1.1),
    Drop(start=_at("2026-09-15T08:00"), end=_at("2026-09-15T20:00"), kept_share=0.15),
    Outage(start=_at("2026-10-09T17:30"), end=_at("2026-10-09T20:00")),
    NightUse(start=_at("2026-10-28T01:30"), end=_at("2026-10-28T03:00"), added_kw=1.2),
    Spike(start=_at("2026-10-31T18:30"), end=_at("2026-10-31T20:15"), added_kw=6.9),
    Outage(start=_at("2026-11-06T09:00"), end=_at("2026-11-06T15:30")),
    BaseloadStep(start=_at("2026-11-09T00:00"), end=_at("2026-11-23T00:00"), added_kw=0.062),
    NightUse(start=_at("2026-11-17T02:15"), end=_at("2026-11-17T05:00"), added_kw=3.4),
)
"""The last five are in the sample's last 30 days, which the Overview opens with."""


def sample_household() -> Simulation:
    """The sample's readings and labels."""
    return simulate(DAYS, INTERVAL_MINUTES, "household", SEED, FIRST_DAY, TIMEZONE, PLAN)


def write_sample(folder: Path) -> None:
    """Write the sample's readings and labels into `folder`.

    Raises
    ------
    BadRequestError
        When a file cannot be written.
    """
    sample = sample_household()
    write_readings_csv(sample, folder / READINGS_FILE)
    write_labels_csv(sample, folder / LABELS_FILE)


if __name__ == "__main__":
    write_sample(Path(sys.argv[1] if len(sys.argv) > 1 else "data"))
