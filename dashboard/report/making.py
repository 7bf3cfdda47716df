"""A file of readings to the bytes of its chart or report."""

from __future__ import annotations

from pathlib import Path

from dashboard.exporting import Exporter
from dashboard.exporting.studio import PLOTLY
from dashboard.figures.framing import HEIGHT, WIDTH
from dashboard.report import document
from dashboard.report.pictures import Pictures
from dashboard.report.source import Source
from wattsup_core.service import views
from wattsup_core.view_models import ViewQuery

SCALES = {".png": 2.0, ".svg": 1.0, ".pdf": 1.0}
"""How many pixels of a chart's file make one of its figure, by suffix."""


def make(source: Source, preset: str, out: Path) -> bytes:
    """What the name `out` asks for, of the range `preset`; a Chrome that is needed for it is ended before this returns.

    Raises
    ------
    NoBrowserError, ExportFailedError
        When there is no Chrome, or it does not make it.
    """
    exporter = Exporter(source.settings)
    try:
        return _make(source, exporter, preset, out)
    finally:
        exporter.close()


def _make(source: Source, exporter: Exporter, preset: str, out: Path) -> bytes:
    view = views.overview(source.store, ViewQuery(source.meter.meter_id, preset))
    pictures, form = Pictures(source, view, exporter), out.suffix.lower()
    if form == ".html" and is_chart(out):
        return document.standalone_chart(pictures.chart_figure(), PLOTLY.read_text(encoding="utf-8"), view.meter_name).encode()
    if is_chart(out):
        return exporter.draw(pictures.chart_figure(), form.removeprefix("."), WIDTH, HEIGHT, SCALES[form])
    page = document.write(pictures)
    return page.encode() if form == ".html" else exporter.print_page(page)


def is_chart(out: Path) -> bool:
    """Whether a name asks for the chart alone: an image always does, HTML and PDF when they say so."""
    return out.suffix.lower() in (".png", ".svg") or "chart" in out.stem.lower()
