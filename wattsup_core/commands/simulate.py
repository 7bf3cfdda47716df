"""``simulate``: a meter with labelled anomalies, as a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from wattsup_core.commands.arguments import number


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("simulate", help="write the readings of a simulated meter with anomalies in it")
    parser.add_argument("--days", type=number(int, 0), default=365, help="how many days (default: %(default)s)")
    parser.add_argument("--interval", metavar="MINUTES", type=number(float, 0), default=15, help="minutes between readings (default: 15)")
    parser.add_argument("--kind", default="household", help="kind of building: household, office or solar (default: %(default)s)")
    parser.add_argument("--seed", type=number(int, 0, including=True), default=7, help="another seed, another year (default: %(default)s)")
    parser.add_argument("--submeters", action="store_true", help="also single appliances, people, and what a roof makes")
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="where the readings go; compressed when it ends in .gz")
    parser.add_argument("--labels", metavar="FILE", type=Path, help="where the anomalies go: start, end (exclusive), kind, detail")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Simulate, write the files and say what is in them."""
    from wattsup_core.simulate import simulate, write_labels_csv, write_readings_csv

    simulation = simulate(days=args.days, interval_minutes=args.interval, kind=args.kind, seed=args.seed, submeters=args.submeters)
    write_readings_csv(simulation, args.out)
    if args.labels is not None:
        write_labels_csv(simulation, args.labels)
    print(f"{args.out}: {simulation.readings['kwh'].count():,} readings, {len(simulation.labels)} anomalies.")
