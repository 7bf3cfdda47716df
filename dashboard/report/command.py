"""``report FILE --out NAME``: the chart or the report of a file. What is made is told by the name."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from wattsup_core.commands.arguments import add_file_arguments, file_of, number, options_of
from wattsup_core.errors import BadRequestError
from wattsup_core.settings import Settings
from wattsup_core.view_models import PRESETS, ViewQuery

FORMS = (".png", ".svg", ".pdf", ".html")


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("report", help="the chart or the report of a meter's file")
    add_file_arguments(parser)
    parser.add_argument(
        "--out",
        metavar="OUT",
        type=_out,
        required=True,
        help="chart.png, chart.svg, chart.pdf, chart.html, report.html or report.pdf; an HTML or PDF whose name says chart is one",
    )
    parser.add_argument("--range", choices=PRESETS, default="all", help="how much, back from the last reading (default: %(default)s)")
    parser.add_argument("--meter", metavar="NAME", help="which meter of a file of several (default: its first)")
    parser.add_argument("--tariff", metavar="PRICE", type=number(float, 0, including=True), help="price of a kWh (default: the setting's)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Read the file, find its anomalies, and write what was asked for.

    Raises
    ------
    WattsUpError
        When the file holds no readings, there is no Chrome where one is needed, or the outcome cannot be written.
    """
    from dashboard.exporting import Exporter
    from dashboard.report.making import is_chart, make
    from dashboard.report.source import foretell, read_source
    from dashboard.report.subject import NOT_MADE, subject_of

    path, name = file_of(args)
    settings = Settings.from_env()
    if args.tariff is not None:
        settings = dataclasses.replace(settings, price_per_kwh=args.tariff)
    with read_source(path, name, options_of(args), settings, args.meter) as source:
        reason = "" if is_chart(args.out) else foretell(source)
        subject = subject_of(source.store, ViewQuery(source.meter.meter_id, args.range), reason or NOT_MADE)
        exporter = Exporter(source.settings)
        try:
            made = make(subject, exporter, args.out)
        finally:
            exporter.close()
    try:
        args.out.write_bytes(made)
    except OSError as problem:
        raise BadRequestError(
            f"Cannot write {args.out}: {problem.strerror}.", "Choose a folder that exists and can be written."
        ) from problem


def _out(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in FORMS:
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .png, .svg, .pdf or .html")
    return path
