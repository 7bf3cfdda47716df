"""The command line: ``python -m wattsup_core detect | forecast | inspect | simulate | demo | scorer | migrate | meter | token | …``.

A problem of the input ends with exit status 2 and one line on standard error. What is not the person's fault ends with 1, one line and
the name of a file that holds the details.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper

from wattsup_core.commands import alert, demo, detect, forecast, inspect_file, meter, migrate, mqtt, scorer, simulate, token
from wattsup_core.commands.arguments import Parser
from wattsup_core.commands.outcome import outcome


def build_parser() -> Parser:
    """The parser of every subcommand."""
    parser = Parser(prog="python -m wattsup_core", description="Finds the intervals of a smart meter that are out of character.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (detect, forecast, inspect_file, simulate, demo, scorer, migrate, meter, token, alert, mqtt):
        command.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a sign is no reason to stop
    return outcome(lambda: _run(argv), "error: ")


def _run(argv: Sequence[str] | None) -> None:
    args = build_parser().parse_args(argv)
    args.run(args)


if __name__ == "__main__":
    sys.exit(main())
