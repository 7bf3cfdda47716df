"""The store: the only code that knows SQL."""

from wattsup_core.store.records import ForecastRecord, MeterState, UploadRecord
from wattsup_core.store.store import Store, open_store

__all__ = ["ForecastRecord", "MeterState", "Store", "UploadRecord", "open_store"]
