"""The charts of a report: as SVG in the page itself, or as figures that the reader's browser draws where the server has no Chrome."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from dashboard import charting
from dashboard.exporting import Exporter
from dashboard.figures import close_up
from dashboard.figures import forecast as days_ahead
from dashboard.figures.framing import HEIGHT, WIDTH
from dashboard.figures.timeline import Shows
from dashboard.report.subject import Subject
from wattsup_core.errors import NotFoundError
from wattsup_core.service import views
from wattsup_core.types import AnomalyEvent
from wattsup_core.view_models import Resolution

THEME = "light"
Size = tuple[int, int]
CHART_TITLE = "Usage and what was expected"
CHART_SIZE = (800, 400)
"""Small, so that its text can be read on a page as wide as a hand."""
AHEAD_SIZE = (800, 270)
CLOSE_UP_SIZE = (400, 190)


@dataclass(frozen=True)
class Sketch:
    """A chart that is still to be drawn: width and height [px], and its figure, which holds all that was read of the store."""

    size: Size
    figure: dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """A chart of `width` by `height` pixels: its image as an address, or without one, "", the figure itself."""

    width: int
    height: int
    address: str
    figure: dict[str, Any]

    @property
    def figure_json(self) -> str:
        """The figure as text."""
        return json.dumps(self.figure, allow_nan=False)


@dataclass(frozen=True)
class Pictures:
    """Draws what a report shows of its subject; without an exporter the reader's browser does."""

    subject: Subject
    exporter: Exporter | None

    def chart_figure(self, size: Size = (WIDTH, HEIGHT), title: str = "") -> dict[str, Any]:
        """The chart of the whole range, to be read on its own; width and height [px]; without a title it has the meter's name."""
        subject = self.subject
        window = charting.range_window(subject.view)
        return charting.draw_for_file(subject.store, subject.meter, window, Resolution.AUTO, Shows(forecast=False), THEME, size, title)

    def chart(self) -> Sketch:
        """The chart of the range; it is too narrow for words at its marks, and the report lists them."""
        figure = self.chart_figure(CHART_SIZE, CHART_TITLE)
        return Sketch(CHART_SIZE, figure | {"layout": figure["layout"] | {"annotations": []}})

    def ahead(self) -> Sketch:
        """The days ahead after the weeks before."""
        return Sketch(AHEAD_SIZE, days_ahead.draw(self.subject.ahead, THEME))

    def close_up(self, event: AnomalyEvent) -> Sketch | None:
        """An event among the hours around it; `None` when an analysis has taken it back since the subject was read."""
        try:
            view = views.event_view(self.subject.store, event.meter_id, event.event_id)
        except NotFoundError:
            return None
        return Sketch(CLOSE_UP_SIZE, close_up.draw(view, THEME))

    def draw(self, sketch: Sketch) -> Picture:
        """A chart as it goes into the page; the exporter takes its time, in which an analysis may change the store."""
        size, figure = sketch.size, sketch.figure
        return Picture(*size, _address(self.exporter.draw(figure, "svg", *size)) if self.exporter else "", figure)


def _address(svg: bytes) -> str:
    """An image within the page; as an image it neither runs nor loads anything, nor meets another's names."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
