"""A file read into a store of its own, which the report asks as the page asks its own, and which is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from wattsup_core.errors import BadRequestError, NotFoundError
from wattsup_core.settings import Settings
from wattsup_core.store import Store
from wattsup_core.types import Meter, ReadOptions


@dataclass(frozen=True)
class Source:
    """A meter of a file that was read: its store, and settings that point there."""

    store: Store
    settings: Settings
    meter: Meter


@contextmanager
def read_source(path: Path, name: str, options: ReadOptions, settings: Settings, meter_name: str | None = None) -> Iterator[Source]:
    """Read and score a file; of several meters the first, or the one that is named.

    Raises
    ------
    FileRefusedError
        When the file holds no readings.
    NotFoundError
        When it holds no meter of that name.
    """
    from wattsup_core.service.imports import import_file
    from wattsup_core.store import open_store

    with tempfile.TemporaryDirectory(prefix="wattsup-report-") as folder:
        own = replace(settings, database_url=f"sqlite:///{folder}/report.db", jobs_url=f"diskcache://{folder}/jobs")
        with closing(open_store(own.database_url)) as store:  # a file that is open cannot be deleted everywhere
            store.migrate()
            record = import_file(store, path, name, options, price_per_kwh=own.price_per_kwh, currency=own.currency)
            yield Source(store, own, _meter(store, record.meter_ids, meter_name))


def foretell(source: Source) -> str:
    """Forecast the days ahead of the meter, to be kept in its store; why that cannot be, "" where it can."""
    from wattsup_core.service.forecasting import forecast_meter

    try:
        forecast_meter(source.store, source.meter.meter_id)
    except BadRequestError as problem:
        return problem.sentence
    return ""


def _meter(store: Store, meter_ids: tuple[str, ...], name: str | None) -> Meter:
    meters = [store.meter(meter_id) for meter_id in meter_ids]
    for meter in meters:
        if name in (None, meter.name):
            return meter
    raise NotFoundError(f"The file has no meter named {name}.", f"It has {', '.join(meter.name for meter in meters)}.")
