"""The charts of a report, as SVG in the page itself."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from dashboard import charting
from dashboard.exporting import Exporter
from dashboard.figures import close_up
from dashboard.figures.framing import HEIGHT, WIDTH
from dashboard.figures.timeline import Shows
from dashboard.report.source import Source
from wattsup_core.service import views
from wattsup_core.types import AnomalyEvent
from wattsup_core.view_models import OverviewView, Resolution

THEME = "light"
CHART_SIZE = (1040, 500)
"""Small, so that its text can be read on a page as wide as a hand."""
CLOSE_UP_SIZE = (400, 190)


@dataclass(frozen=True)
class Pictures:
    """Draws what a report shows of a meter.

    Attributes
    ----------
    source
        The meter.
    view
        The range that is told of.
    exporter
        Draws.
    """

    source: Source
    view: OverviewView
    exporter: Exporter

    def chart_figure(self, size: tuple[int, int] = (WIDTH, HEIGHT)) -> dict[str, Any]:
        """The chart of the whole range, to be read on its own; width and height [px]."""
        window = charting.range_window(self.view)
        return charting.draw_for_file(self.source.store, self.source.meter, window, Resolution.AUTO, Shows(), THEME, size)

    def chart(self) -> str:
        """The chart as the address of an image."""
        return _address(self.exporter.draw(self.chart_figure(CHART_SIZE), "svg", *CHART_SIZE))

    def close_up(self, event: AnomalyEvent) -> str:
        """An event among the hours around it, as the address of an image."""
        view = views.event_view(self.source.store, self.view.meter_id, event.event_id)
        return _address(self.exporter.draw(close_up.draw(view, THEME), "svg", *CLOSE_UP_SIZE))


def _address(svg: bytes) -> str:
    """An image within the page; as an image it neither runs nor loads anything, nor meets another's names."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
