"""The store: the only code that knows SQL."""

from wattsup_core.store.alert_records import AlertChannel, AlertMessage, ClaimedMessage, MessageContent, ToldEvent
from wattsup_core.store.records import (
    Delivery,
    EventChange,
    EventChanges,
    ForecastRecord,
    MeterState,
    Note,
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
    "AlertChannel",
    "AlertMessage",
    "ClaimedMessage",
    "Delivery",
    "EventChange",
    "EventChanges",
    "ForecastRecord",
    "MessageContent",
    "MeterState",
    "Note",
    "Outcome",
    "Overtaken",
    "Receipt",
    "Refusal",
    "SentReading",
    "SentRegister",
    "Store",
    "TokenRecord",
    "ToldEvent",
    "UploadRecord",
    "open_store",
]
