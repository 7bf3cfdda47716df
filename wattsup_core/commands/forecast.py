"""``forecast``: the days after a file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from wattsup_core.commands.arguments import add_file_arguments, file_of, number, options_of, tariff_of
from wattsup_core.commands.terminal import ProgressLine, tell_zone
from wattsup_core.types import ForecastConfig, ForecastMethod

DAYS, MOST_DAYS = 30, 90


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("forecast", help="forecast the days after a meter's file, and tell how far to trust it")
    add_file_arguments(parser)
    parser.add_argument("--days", metavar="N", type=number(int, 0, MOST_DAYS), default=DAYS, help="how many days (default: %(default)s)")
    parser.add_argument(
        "--out", metavar="FORECAST", type=Path, help="write one line for each hour ahead, with its 80 %% and 95 %% intervals"
    )
    parser.add_argument("--backtest", action="store_true", help="tell how each method did on days that have been since")
    parser.add_argument(
        "--method",
        choices=[method.value for method in ForecastMethod],
        default=ForecastMethod.AUTO.value,
        help="how to forecast (default: what did best on this meter's past)",
    )
    parser.add_argument(
        "--country", metavar="CODE", help='whose public holidays count, such as GB or "" for none (default: by the time zone)'
    )
    parser.add_argument("--tariff", metavar="PRICE", type=number(float, 0, including=True), help="price of a kWh (default: the setting's)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Read, forecast, write what was asked for, and print what is to come."""
    from wattsup_core.commands.outlook import as_object, in_words
    from wattsup_core.countries import checked_country
    from wattsup_core.service.forecast_csv import write_forecast_csv
    from wattsup_core.service.forecasting import forecast_file
    from wattsup_core.settings import Settings

    path, name = file_of(args)
    settings = Settings.from_env()
    tariff = tariff_of(args, settings)
    country = checked_country(args.country) if args.country else args.country
    config = ForecastConfig(days=int(args.days), method=ForecastMethod(args.method), country=country)
    with ProgressLine() as progress:
        found = forecast_file(path, name, options_of(args), tariff, config, progress)
        if args.out is not None:
            progress("writing", 1.0)
            write_forecast_csv(found.forecasts, args.out)
    tell_zone(found.file)
    told = as_object(found, with_backtest=args.backtest) if args.json else None
    print(in_words(found, name, with_backtest=args.backtest) if told is None else json.dumps(told, allow_nan=False))
