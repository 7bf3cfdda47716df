"""The command line: ``python -m wattsup_core detect | forecast | inspect | simulate | demo | scorer | migrate | meter | token | …``.

A problem of the input ends with exit status 2 and one line on standard error. What is not the person's fault ends with 1, one line and
the name of a file that holds the details.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from io import TextIOWrapper

from wattsup_core.commands import alert, demo, detect, forecast, inspect_file, meter, migrate, mqtt, scorer, simulate, token
from wattsup_core.commands.arguments import Parser
from wattsup_core.commands.terminal import printable
from wattsup_core.errors import WattsUpError

OK, BUG, BAD_INPUT = 0, 1, 2
INTERRUPTED, PIPE_CLOSED = 130, 141  # as a shell reports programs ended by these signals


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
    try:
        args = build_parser().parse_args(argv)
        args.run(args)
        sys.stdout.flush()
    except WattsUpError as error:
        print(printable(f"error: {error.sentence}"), file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # Whoever read the output has left. Python would complain once more when it closes the stream at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # noqa: BLE001  # a person never sees a traceback
        print(f"error: WattsUp made a mistake of its own. Please report it with the file {_keep_traceback()}.", file=sys.stderr)
        return BUG
    return OK


def _keep_traceback() -> str:
    with tempfile.NamedTemporaryFile("w", prefix="wattsup-mistake-", suffix=".txt", delete=False) as file:
        traceback.print_exc(file=file)
    return file.name


if __name__ == "__main__":
    sys.exit(main())
