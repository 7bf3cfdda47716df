"""How a command ends: an exit status, and of what went wrong one line on standard error, never a traceback."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable

from wattsup_core.commands.terminal import printable
from wattsup_core.errors import WattsUpError
from wattsup_core.folders import is_full

OK, BUG, BAD_INPUT = 0, 1, 2
INTERRUPTED, PIPE_CLOSED = 130, 141  # as a shell reports programs ended by these signals
FULL = "The disk is full. Make room on it, or point TMPDIR and DATABASE_URL to another."


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
    except WattsUpError as error:
        return _refused(f"{prefix}{error.sentence}")
    except BrokenPipeError:
        # Whoever read the output has left. Python would complain once more when it closes the stream at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # a person never sees a traceback
        if is_full(error):
            return _refused(f"{prefix}{FULL}")
        print(printable(f"{prefix}WattsUp made a mistake of its own. Please report it with {_kept(error)}."), file=sys.stderr)
        return BUG
    return OK


def _refused(line: str) -> int:
    print(printable(line), file=sys.stderr)
    return BAD_INPUT


def _kept(error: Exception) -> str:
    """Where the traceback was kept; where it cannot be, the error itself."""
    try:
        with tempfile.NamedTemporaryFile("w", prefix="wattsup-mistake-", suffix=".txt", delete=False) as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return f"these words: {type(error).__name__}: {error}"
    return f"the file {file.name}"
