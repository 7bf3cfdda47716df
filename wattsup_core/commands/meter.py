"""``meter``: meters that are sent readings live, and how often a meter is forecast."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from wattsup_core.commands.arguments import number
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.types import CURRENCIES, Channel

if TYPE_CHECKING:
    from wattsup_core.settings import Settings
    from wattsup_core.store import Store

MOST_MINUTES = 31 * 1440
RHYTHMS = [rhythm.value for rhythm in ForecastRhythm]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("meter", help="add a meter that is sent readings live, or set how often a meter is forecast")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _add_action(actions.add_parser("add", help="add a meter and print its id"))
    _set_action(actions.add_parser("set", help="set how often a meter is forecast by itself"))


def _add_action(add: argparse.ArgumentParser) -> None:
    add.add_argument("--name", required=True, help="what people call it")
    add.add_argument("--timezone", metavar="TZ", required=True, help="IANA zone of its clock, such as Europe/London")
    add.add_argument("--interval", metavar="MINUTES", type=number(float, 0, MOST_MINUTES), required=True, help="minutes between readings")
    add.add_argument("--id", dest="meter_id", metavar="ID", help="its id in addresses: letters, digits, - and _ (default: a new one)")
    add.add_argument("--channel", choices=[channel.value.lower() for channel in Channel], default="import", help="energy it counts")
    add.add_argument("--price", type=number(float, 0, including=True), help="price of a kWh (default: the setting's)")
    add.add_argument("--currency", choices=CURRENCIES, help="currency of the price (default: the setting's)")
    add.add_argument(
        "--forecast", choices=RHYTHMS, default=ForecastRhythm.DAILY.value, help="how often it is forecast by itself (default: daily)"
    )
    add.set_defaults(run=run_add)


def _set_action(change: argparse.ArgumentParser) -> None:
    change.add_argument("meter_id", metavar="ID", help="its id")
    change.add_argument("--forecast", choices=RHYTHMS, required=True, help="how often it is forecast by itself")
    change.set_defaults(run=run_set)


def run_add(args: argparse.Namespace) -> None:
    """Add the meter and print its id."""
    from wattsup_core.service.live_meters import add_live_meter

    settings, store = _opened()
    meter = add_live_meter(
        store,
        args.name,
        args.timezone,
        args.interval,
        meter_id=args.meter_id,
        channel=Channel(args.channel.upper()),
        price_per_kwh=settings.price_per_kwh if args.price is None else args.price,
        currency=args.currency or settings.currency,
        forecast_rhythm=ForecastRhythm(args.forecast),
    )
    print(meter.meter_id)


def run_set(args: argparse.Namespace) -> None:
    """Set the rhythm and say so."""
    rhythm = ForecastRhythm(args.forecast)
    _opened()[1].set_forecast_rhythm(args.meter_id, rhythm)
    told = "only when asked" if rhythm is ForecastRhythm.OFF else rhythm.value
    print(f"{args.meter_id} is forecast {told}.")


def _opened() -> tuple[Settings, Store]:
    from wattsup_core.settings import Settings
    from wattsup_core.store import open_store

    settings = Settings.from_env()
    store = open_store(settings.database_url)
    store.migrate()
    return settings, store
