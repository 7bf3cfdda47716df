"""``python -m dashboard serve``: the dashboard on this machine; ``prepare``: the store, with the sample when it is empty."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from wattsup_core.errors import WattsUpError
from wattsup_core.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 2 with one line on standard error when a setting or the store is at fault."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_argument("command", choices=("serve", "prepare"))
    command = parser.parse_args(arguments).command
    try:
        settings = Settings.from_env()
        if command == "serve":
            _serve(settings)
        else:
            _prepare(settings)
    except WattsUpError as error:
        print(error.sentence, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _serve(settings: Settings) -> None:
    from dashboard.serving import serve

    serve(settings, lambda line: print(line, flush=True))


def _prepare(settings: Settings) -> None:
    from dashboard import jobs
    from wattsup_core.service.turns import turn

    told: list[str] = []

    def tell(step: str, share: float) -> None:  # noqa: ARG001  # the steps are not shown here, only that there are any
        if not told:
            told.append(step)
            print("Preparing the sample household (once) …", flush=True)

    with turn(settings.jobs_folder, tell):
        jobs.prepare(settings, tell)


if __name__ == "__main__":
    sys.exit(main())
