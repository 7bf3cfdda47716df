"""What a report is about: a stored meter and a range of it, with everything that is told of them."""

from __future__ import annotations

from dataclasses import dataclass

from wattsup_core.service import views
from wattsup_core.store import Store
from wattsup_core.types import DetectorConfig, ForecastConfig, Meter
from wattsup_core.view_models import ForecastView, OverviewView, UploadView, ViewQuery

MOST_FILES = 5
"""Files of a range that are told of; a meter that is sent a file a day has hundreds."""
NOT_MADE = "None has been made of the next 30 days yet: the Forecast page makes one."


@dataclass(frozen=True)
class Subject:
    """A meter and a range.

    Attributes
    ----------
    view, ahead
        The range, and the usual days ahead as they are kept.
    uploads
        The newest files that brought readings of the range and still stand, the newest first.
    detector
        How the detector is set.
    no_forecast
        Why there is no forecast, where `ahead` has none.
    """

    store: Store
    meter: Meter
    view: OverviewView
    ahead: ForecastView
    uploads: tuple[UploadView, ...]
    detector: DetectorConfig = DetectorConfig()
    no_forecast: str = NOT_MADE


def subject_of(store: Store, query: ViewQuery, no_forecast: str = NOT_MADE) -> Subject:
    """The subject of a query.

    Parameters
    ----------
    no_forecast
        Why there is no forecast, where none is kept.

    Raises
    ------
    NotFoundError
        When there is no such meter, or it has no readings.
    """
    meter = store.meter(query.meter_id)
    view = views.overview(store, query)
    ahead = views.forecast(store, meter.meter_id, ForecastConfig())
    return Subject(store, meter, view, ahead, _uploads(store, view), no_forecast=no_forecast)


def _uploads(store: Store, view: OverviewView) -> tuple[UploadView, ...]:
    standing = [upload for upload in store.uploads(view.meter_id) if not upload.replaced_by and upload.first and upload.last]
    inside = [each for each in standing if each.first and each.last and each.first < view.end and each.last >= view.start]
    newest_first = sorted(inside, key=lambda each: each.received_at, reverse=True)
    return tuple(views.upload_view(store, each.upload_id) for each in newest_first[:MOST_FILES])
