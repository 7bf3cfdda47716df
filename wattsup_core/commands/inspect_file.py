"""``inspect``: what a file was read as."""

from __future__ import annotations

import argparse
import json
from typing import Any

from wattsup_core.commands.arguments import add_file_arguments, file_of, options_of
from wattsup_core.commands.terminal import printable
from wattsup_core.errors import WattsUpError

SHOWN_REJECTS = 10


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("inspect", help="tell what a file was read as: format, rows, repairs, rejects, interval, unit, zone")
    add_file_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Read the file and print what was understood; a refusal too, when an object was asked for."""
    from wattsup_core.readers import read_file
    from wattsup_core.service.inspection import inspection, refusal

    try:
        path, name = file_of(args)
        told = inspection(read_file(path, name, options_of(args)))
    except WattsUpError as error:
        if args.json:
            print(json.dumps(refusal(error)))
        raise
    print(json.dumps(told, allow_nan=False) if args.json else in_words(told))


def in_words(told: dict[str, Any]) -> str:
    """The inspection for a terminal."""
    order = f", dates {told['date_order']}" if told["date_order"] else ""
    values = "register readings" if told["is_register"] else "values"
    lines = [
        f"Format    {told['format']}; {values} in {told['unit']}{order}",
        f"Rows      {told['rows_read']:,} read, {told['rows_stored']:,} stored, {told['rows_rejected']:,} rejected",
        f"Energy    {told['kwh_total']:,.3f} kWh, {told['first_ts_utc']} to {told['last_ts_utc']}",
        f"Interval  {told['interval_minutes']:g} minutes, a time marks its {told['stamp']}",
        f"Zone      {told['timezone']} ({told['timezone_source']})",
    ]
    if told["meters"] > 1:
        lines += [f"Meter     {each['label'] or 'unnamed'}, {each['channel']}: {each['rows']:,} readings" for each in told["channels"]]
    lines += [f"Warning   {issue['message']}" for issue in told["warnings"]]
    lines += [f"Note      {issue['message']}" for issue in told["notes"]]
    lines += [f"Rejected  line {row['line']}, {row['code']}: {row['text']}" for row in told["rejected_rows"][:SHOWN_REJECTS]]
    hidden = told["rows_rejected"] - SHOWN_REJECTS
    lines += [f"          and {hidden:,} more"] if hidden > 0 else []
    return "\n".join(printable(line) for line in lines)
