"""The sample household that an empty store starts with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wattsup_core.progress import Progress, no_progress
from wattsup_core.service.imports import import_on_terms
from wattsup_core.service.placement import MeterTerms
from wattsup_core.settings import ROOT
from wattsup_core.simulate.sample import NAME, READINGS_FILE, TIMEZONE
from wattsup_core.types import ReadOptions

if TYPE_CHECKING:
    from wattsup_core.settings import Settings
    from wattsup_core.store import Store

SAMPLE_FILE: Path = ROOT / "data" / READINGS_FILE


def load_sample(store: Store, settings: Settings, progress: Progress = no_progress) -> None:
    """Import the sample household, analysed, as a meter marked as sample; does nothing when the store has any meter.

    Parameters
    ----------
    settings
        Give the sample its tariff.
    """
    if store.meters():
        return
    terms = MeterTerms(price_per_kwh=settings.price_per_kwh, currency=settings.currency, name=NAME, is_sample=True)
    import_on_terms(store, SAMPLE_FILE, SAMPLE_FILE.name, ReadOptions(timezone=TIMEZONE), terms, None, progress)
