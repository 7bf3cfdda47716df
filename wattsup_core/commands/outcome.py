"""How a command ends: an exit status, and of what went wrong one line on standard error, never a traceback."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable

from wattsup_core.commands.terminal import printable
from wattsup_core.folders import in_words

OK, BUG, BAD_INPUT = 0, 1, 2
INTERRUPTED, PIPE_CLOSED = 130, 141  # as a shell reports programs ended by these signals


def outcome(run: Callable[[], object], prefix: str = "") -> int:
    """The exit status of a command.

    Parameters
    ----------
    run
        Does the work.
    prefix
        What the line on standard error begins with.
    """
    try:
        run()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has left. Python would complain once more when it closes the stream at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # a person never sees a traceback
        refusal = in_words(error)
        if refusal is not None:
            print(printable(f"{prefix}{refusal.sentence}"), file=sys.stderr)
            return BAD_INPUT
        print(printable(f"{prefix}WattsUp made a mistake of its own. Please report it with {_kept(error)}."), file=sys.stderr)
        return BUG
    return OK


def _kept(error: Exception) -> str:
    """Where the traceback was kept; where it cannot be, the error itself."""
    try:
        with tempfile.NamedTemporaryFile("w", prefix="wattsup-mistake-", suffix=".txt", delete=False) as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return f"these words: {type(error).__name__}: {error}"
    return f"the file {file.name}"
