"""Scores for meters whose readings have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wattsup_core.progress import Progress, no_progress, part_of
from wattsup_core.types import DetectorConfig, Tariff

if TYPE_CHECKING:
    from wattsup_core.store import Store

SAVING_FROM = 0.9  # of the whole: what saving the scores takes beside finding them


def score_meter(
    store: Store,
    meter_id: str,
    progress: Progress = no_progress,
    config: DetectorConfig = DetectorConfig(),
) -> bool:
    """Analyse a meter's whole history and save what was found.

    Parameters
    ----------
    progress
        Told the step and its share of the work, 0 to 1; may raise to stop it, then nothing is saved.

    Returns
    -------
    bool
        False when another process has saved an analysis of later readings meanwhile: its scores stand.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    """
    from wattsup_core.analysis.pipeline import analyse

    meter = store.meter(meter_id)
    # The version is read before the rows: rows that come between are scored now and once more, never left out.
    seq = store.state(meter_id).last_seq
    tariff = Tariff(meter.price_per_kwh, meter.currency)
    analysis = analyse(store.readings(meter_id), meter, tariff, config, part_of(progress, 0.0, SAVING_FROM))
    progress("saving", SAVING_FROM)
    return store.save_analysis(meter_id, seq, analysis)
