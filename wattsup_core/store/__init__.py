"""The store: the only code that knows SQL."""

from wattsup_core.store.records import (
    Delivery,
    EventChange,
    EventChanges,
    ForecastRecord,
    MeterState,
    Outcome,
    Overtaken,
    Receipt,
    Refusal,
    SentReading,
    SentRegister,
    TokenRecord,
    UploadRecord,
)
from wattsup_core.store.store import Store, open_store

__all__ = [
    "Delivery",
    "EventChange",
    "EventChanges",
    "ForecastRecord",
    "MeterState",
    "Outcome",
    "Overtaken",
    "Receipt",
    "Refusal",
    "SentReading",
    "SentRegister",
    "Store",
    "TokenRecord",
    "UploadRecord",
    "open_store",
]
