"""What the pages show: each function reads the store and gives one view model, whole."""

from wattsup_core.service.views.ahead import ahead_series
from wattsup_core.service.views.choices import find_meters, meters
from wattsup_core.service.views.event import event_view
from wattsup_core.service.views.forecast import forecast
from wattsup_core.service.views.live import live
from wattsup_core.service.views.opening import opening_preset
from wattsup_core.service.views.overview import overview
from wattsup_core.service.views.series import series
from wattsup_core.service.views.settings import settings
from wattsup_core.service.views.upload import upload_view
from wattsup_core.service.views.window_sums import window_sums

__all__ = [
    "ahead_series",
    "event_view",
    "find_meters",
    "forecast",
    "live",
    "meters",
    "opening_preset",
    "overview",
    "series",
    "settings",
    "upload_view",
    "window_sums",
]
