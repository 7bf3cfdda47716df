"""Brings a database to the tables of this version, with Alembic, run by the program itself."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

from wattsup_core.errors import SettingsError
from wattsup_core.store.connection import Database

LOCK_SECONDS = 60.0


def migrate(database: Database, revision: str = "head") -> None:
    """Run the migrations that `database` lacks up to `revision`, in one transaction; other processes wait for it.

    Raises
    ------
    SettingsError
        When the database or its folder cannot be used.
    """
    with _alone(database.path):
        if database.path is not None:
            _use_write_ahead_log(database)
        _upgrade(database, revision)


def _alone(path: Path | None) -> AbstractContextManager[object]:
    """A lock that one process holds at a time, kept in a file beside the database."""
    if path is None:
        return nullcontext()
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{path}.migration-lock").acquire(timeout=LOCK_SECONDS)
    except Timeout:
        raise SettingsError("Another program has been preparing the database for a minute.", "Stop it, then start again.") from None
    except OSError:
        raise SettingsError(f"The folder {path.parent} cannot be written.", "Point DATABASE_URL to one that can.") from None


def _use_write_ahead_log(database: Database) -> None:
    """Let readers go on while one process writes. Kept in the file; cannot be set inside a transaction."""
    try:
        connection = database.engine.raw_connection()
    except sqlite3.DatabaseError:
        raise SettingsError(f"The file {database.path} cannot be opened as a database.", "Point DATABASE_URL to another file.") from None
    with closing(connection):
        connection.cursor().execute("PRAGMA journal_mode = WAL")


def _upgrade(database: Database, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
