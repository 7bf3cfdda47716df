"""A subject to the bytes of its chart or report."""

from __future__ import annotations

from pathlib import Path

from dashboard.bundles import PLOTLY
from dashboard.exporting import Exporter, ExporterBusyError, ExportFailedError, NoBrowserError
from dashboard.figures.framing import HEIGHT, WIDTH
from dashboard.report import document
from dashboard.report.pictures import Pictures
from dashboard.report.subject import Subject

SCALES = {".png": 2.0, ".svg": 1.0, ".pdf": 1.0}
"""How many pixels of a chart's file make one of its figure, by suffix."""


def make(subject: Subject, exporter: Exporter, out: Path) -> bytes:
    """What the name `out` asks for.

    Raises
    ------
    NoBrowserError, ExportFailedError, ExporterBusyError
        When there is no Chrome for an image or a PDF file, or it does not make it.
    """
    form = out.suffix.lower()
    if is_chart(out):
        figure = Pictures(subject, exporter).chart_figure()
        if form == ".html":
            return document.standalone_chart(figure, PLOTLY.read_text(encoding="utf-8"), subject.view.meter_name).encode()
        return exporter.draw(figure, form.removeprefix("."), WIDTH, HEIGHT, SCALES[form])
    return report_html(subject, exporter) if form == ".html" else report_pdf(subject, exporter)


def report_pdf(subject: Subject, exporter: Exporter) -> bytes:
    """The report as PDF; raises as :func:`make`."""
    return exporter.print_page(document.write(Pictures(subject, exporter)))


def report_html(subject: Subject, exporter: Exporter) -> bytes:
    """The report as one HTML file, with its charts as images; where no Chrome makes them, the reader's browser does."""
    try:
        return document.write(Pictures(subject, exporter)).encode()
    except (NoBrowserError, ExportFailedError, ExporterBusyError):
        return document.write(Pictures(subject, None)).encode()


def is_chart(out: Path) -> bool:
    """Whether a name asks for the chart alone: an image always does, HTML and PDF when they say so."""
    return out.suffix.lower() in (".png", ".svg") or "chart" in out.stem.lower()
