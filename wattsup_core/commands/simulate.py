"""``simulate``: a meter with labelled anomalies, as a file; or with ``--live`` a household that sends readings as a device does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from wattsup_core.commands.arguments import number
from wattsup_core.errors import BadRequestError


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("simulate", help="write the readings of a simulated meter with anomalies in it, or send them live")
    parser.add_argument("--days", type=number(int, 0), default=365, help="how many days (default: %(default)s)")
    parser.add_argument("--interval", metavar="MINUTES", type=number(float, 0), default=15, help="minutes between readings (default: 15)")
    parser.add_argument("--kind", default="household", help="kind of building: household, office or solar (default: %(default)s)")
    parser.add_argument("--seed", type=number(int, 0, including=True), default=7, help="another seed, another year (default: %(default)s)")
    parser.add_argument("--submeters", action="store_true", help="also single appliances, people, and what a roof makes")
    parser.add_argument("--out", metavar="FILE", type=Path, help="where the readings go; compressed when it ends in .gz")
    parser.add_argument("--labels", metavar="FILE", type=Path, help="where the anomalies go: start, end (exclusive), kind, detail")
    live = parser.add_argument_group("live", "a household sends its readings over HTTP, going on where the meter's readings end")
    live.add_argument("--live", action="store_true", help="send instead of writing a file")
    live.add_argument("--meter", metavar="ID", help="the meter whose household it is")
    live.add_argument("--speed", metavar="N", type=number(float, 0), default=1.0, help="how many times faster than life (default: 1)")
    live.add_argument("--url", default="http://127.0.0.1:8050", help="the server (default: %(default)s)")
    live.add_argument("--token", default="", help="a token that may write for the meter")
    live.add_argument("--readings", metavar="COUNT", type=number(int, 0), help="stop after so many (default: go on until interrupted)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Simulate, then write the files and say what is in them, or send."""
    if args.live:
        _send(args)
        return
    if args.out is None:
        raise BadRequestError("There is no file to write to.", "Name one with --out, or send with --live.")
    from wattsup_core.simulate import simulate, write_labels_csv, write_readings_csv

    simulation = simulate(days=args.days, interval_minutes=args.interval, kind=args.kind, seed=args.seed, submeters=args.submeters)
    write_readings_csv(simulation, args.out)
    if args.labels is not None:
        write_labels_csv(simulation, args.labels)
    print(f"{args.out}: {simulation.readings['kwh'].count():,} readings, {len(simulation.labels)} anomalies.")


def _send(args: argparse.Namespace) -> None:
    """Play a household against the interface for programs."""
    from wattsup_core.service.live.playing import household_of, play
    from wattsup_core.service.live.senders import HttpSender

    if not args.meter:
        raise BadRequestError("There is no meter to send for.", "Name it with --meter ID.")
    sender = HttpSender(args.url, args.token, args.meter)
    meter, last = sender.meter()
    household, after = household_of(meter, last, args.seed)
    left = [args.readings if args.readings is not None else float("inf")]

    def goes_on(batch: Any) -> bool:
        left[0] -= len(batch)
        return bool(left[0] >= 0)

    print(f"{meter.name}: sending to {args.url}, {args.speed:g} times faster than life. Ctrl-C stops it.", flush=True)
    sent = play(household.readings_after(after), sender, meter.interval_minutes, args.speed, goes_on)
    print(f"{sent:,} readings sent.")
