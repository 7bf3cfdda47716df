"""``detect``: the anomalies of a file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from wattsup_core.commands.arguments import add_file_arguments, file_of, number, options_of, tariff_of
from wattsup_core.commands.terminal import ProgressLine, tell_zone
from wattsup_core.types import DETECTORS, DetectorConfig


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("detect", help="find the anomalies of a meter's file")
    add_file_arguments(parser)
    parser.add_argument("--out", metavar="SCORES", type=Path, help="write one line for each row of the file, with its score")
    parser.add_argument("--events", metavar="EVENTS", type=Path, help="write one line for each anomaly")
    share = parser.add_mutually_exclusive_group()
    share.add_argument(
        "--alarms-per-month",
        metavar="N",
        type=number(float, 0),
        default=DetectorConfig.alarms_per_month,
        help="how many anomalies a month are worth telling (default: %(default)g)",
    )
    share.add_argument("--contamination", metavar="SHARE", type=number(float, 0, 0.5), help="the share of rows to flag instead, up to 0.5")
    parser.add_argument("--detector", choices=DETECTORS, default=DETECTORS[0], help="the model that scores the rows (default: %(default)s)")
    parser.add_argument("--tariff", metavar="PRICE", type=number(float, 0, including=True), help="price of a kWh (default: the setting's)")
    parser.add_argument("--country", metavar="XX", help="whose public holidays count, such as GB or FR (default: the time zone's)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Read, analyse, write what was asked for, and print what was found."""
    from wattsup_core.commands.findings import as_object, in_words
    from wattsup_core.countries import checked_country
    from wattsup_core.service.files import analyse_file
    from wattsup_core.service.result_csv import write_events_csv, write_scores_csv
    from wattsup_core.settings import Settings

    path, name = file_of(args)
    settings = Settings.from_env()
    tariff = tariff_of(args, settings)
    country = None if args.country is None else checked_country(args.country)
    config = DetectorConfig(alarms_per_month=args.alarms_per_month, contamination=args.contamination, detector=args.detector)
    with ProgressLine() as progress:
        found = analyse_file(path, name, options_of(args), tariff, config, progress, country)
        if args.out is not None:
            progress("writing", 1.0)
            write_scores_csv(found, args.out)
        if args.events is not None:
            write_events_csv(found, args.events)
    tell_zone(found.file)
    print(json.dumps(as_object(found, tariff), allow_nan=False) if args.json else in_words(found, name))
