"""Folders that only the app's own user may enter, and what is told when a disk has no room for what goes there."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from wattsup_core.errors import DiskFullError, SettingsError, WattsUpError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
PRIMARY_CODE = 0xFF
"""The part of SQLite's result codes that says what is wrong; the rest says where."""


def make_private(folder: Path) -> Path:
    """Make `folder`, closed to everybody else, unless it is there; close it in any case.

    Raises
    ------
    SettingsError
        When it cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise SettingsError(f"The folder {folder} cannot be written.", "Point JOBS_URL to one that can.") from error
    return folder


def is_full(error: BaseException) -> bool:
    """Whether an error came about by a full disk, also where that of a library, or of the rollback, stands before it."""
    return any(
        getattr(one, "sqlite_errorcode", 0) & PRIMARY_CODE == sqlite3.SQLITE_FULL or getattr(one, "errno", None) in NO_ROOM
        for one in _chain(error)
    )


def in_words(error: BaseException) -> WattsUpError | None:
    """An error as a person is told of it; `None` for one that is our own mistake."""
    if isinstance(error, WattsUpError):
        return error
    if is_full(error):
        return DiskFullError("The disk is full.", "Make room on it, or point DATABASE_URL, JOBS_URL and TMPDIR to another.")
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
