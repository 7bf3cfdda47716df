"""``meter``: meters that are sent readings live."""

from __future__ import annotations

import argparse
from typing import Any

from wattsup_core.commands.arguments import number
from wattsup_core.types import CURRENCIES, Channel

MOST_MINUTES = 31 * 1440


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("meter", help="add a meter that is sent readings live")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add a meter and print its id")
    add.add_argument("--name", required=True, help="what people call it")
    add.add_argument("--timezone", metavar="TZ", required=True, help="IANA zone of its clock, such as Europe/London")
    add.add_argument("--interval", metavar="MINUTES", type=number(float, 0, MOST_MINUTES), required=True, help="minutes between readings")
    add.add_argument("--id", dest="meter_id", metavar="ID", help="its id in addresses: letters, digits, - and _ (default: a new one)")
    add.add_argument("--channel", choices=[channel.value.lower() for channel in Channel], default="import", help="energy it counts")
    add.add_argument("--price", type=number(float, 0, including=True), help="price of a kWh (default: the setting's)")
    add.add_argument("--currency", choices=CURRENCIES, help="currency of the price (default: the setting's)")
    add.set_defaults(run=run_add)


def run_add(args: argparse.Namespace) -> None:
    """Add the meter and print its id."""
    from wattsup_core.service.live_meters import add_live_meter
    from wattsup_core.settings import Settings
    from wattsup_core.store import open_store

    settings = Settings.from_env()
    store = open_store(settings.database_url)
    store.migrate()
    meter = add_live_meter(
        store,
        args.name,
        args.timezone,
        args.interval,
        meter_id=args.meter_id,
        channel=Channel(args.channel.upper()),
        price_per_kwh=settings.price_per_kwh if args.price is None else args.price,
        currency=args.currency or settings.currency,
    )
    print(meter.meter_id)
