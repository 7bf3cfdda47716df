"""``python -m dashboard serve``: the dashboard on this machine; ``prepare``: the store, with the sample when it is empty; ``report``: a
file's chart or report.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from dashboard.report import command as report
from wattsup_core.commands.arguments import Parser
from wattsup_core.commands.outcome import outcome
from wattsup_core.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status, see :mod:`wattsup_core.commands.outcome`."""
    return outcome(lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> None:
    args = _parser().parse_args(arguments)
    args.run(args)


def _parser() -> Parser:
    parser = Parser(prog="python -m dashboard", description="The dashboard, and files made of what it shows.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, run, words in (("serve", _serve, "open the dashboard"), ("prepare", _prepare, "bring the store up to date")):
        commands.add_parser(name, help=words).set_defaults(run=run)
    report.add_parser(commands)
    return parser


def _serve(_args: Any) -> None:
    from dashboard.serving import serve

    serve(Settings.from_env(), lambda line: print(line, flush=True))


def _prepare(_args: Any) -> None:
    from dashboard import jobs
    from wattsup_core.service.turns import turn

    settings = Settings.from_env()
    told: list[str] = []

    def tell(step: str, share: float) -> None:  # noqa: ARG001  # the steps are not shown here, only that there are any
        if not told:
            told.append(step)
            print("Preparing the sample household (once) …", flush=True)

    with turn(settings.jobs_folder, tell):
        jobs.prepare(settings, tell)


if __name__ == "__main__":
    sys.exit(main())
