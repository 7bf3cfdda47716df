"""``forecast``: the days after a file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattsup_core.commands.apart import run_apart
from wattsup_core.commands.arguments import add_file_arguments, file_of, number, options_of, tariff_of
from wattsup_core.commands.terminal import ProgressLine, tell_zone
from wattsup_core.progress import Progress, part_of
from wattsup_core.types import ForecastConfig, ForecastMethod, ReadOptions, Tariff

if TYPE_CHECKING:
    from wattsup_core.service.forecasting import FileForecast, MaskedFile

MASKED_AT = 0.6  # share of the whole work
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
    """Read, forecast, write what was asked for, and print what is to come.

    Anomalies are found in a process of their own, before pandas and Prophet are loaded here: together they would take half as much
    memory again.
    """
    from wattsup_core.settings import Settings

    path, name = file_of(args)
    tariff = tariff_of(args, Settings.from_env())
    country = args.country
    if country:
        from wattsup_core.countries import checked_country

        country = checked_country(country)
    config = ForecastConfig(days=int(args.days), method=ForecastMethod(args.method), country=country)
    with ProgressLine() as progress:
        masked = run_apart(_mask, path, name, options_of(args), tariff, country, progress=part_of(progress, 0.0, MASKED_AT))
        found = _forecast(masked, tariff, config, args.out, part_of(progress, MASKED_AT, 1.0))
    tell_zone(found.file)
    _print(found, name, args)


def _mask(path: Path, name: str, options: ReadOptions, tariff: Tariff, country: str | None, progress: Progress) -> MaskedFile:
    from wattsup_core.service.forecasting import mask_file

    return mask_file(path, name, options, tariff, country, progress)


def _forecast(masked: MaskedFile, tariff: Tariff, config: ForecastConfig, out: Path | None, progress: Progress) -> FileForecast:
    from wattsup_core.service.forecast_csv import write_forecast_csv
    from wattsup_core.service.forecasting import forecast_masked

    found = forecast_masked(masked, tariff, config, progress)
    if out is not None:
        progress("writing", 1.0)
        write_forecast_csv(found.forecasts, out)
    return found


def _print(found: FileForecast, name: str, args: argparse.Namespace) -> None:
    from wattsup_core.commands.outlook import as_object, in_words

    if args.json:
        print(json.dumps(as_object(found, with_backtest=args.backtest), allow_nan=False))
    else:
        print(in_words(found, name, with_backtest=args.backtest))
