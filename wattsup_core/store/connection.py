"""Connections to the database: lent for one transaction at a time, never shared by threads or processes."""

from __future__ import annotations

import functools
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool, StaticPool

from wattsup_core.errors import BusyError, SettingsError
from wattsup_core.folders import PRIMARY_CODE

KEPT = 8
"""So many connections stay open for the next use: opening costs more than most calls, and closing the last writes back the whole log."""
CACHE_KB = 4000
PRAGMAS = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # a commit is on the disk before it is acknowledged, power cuts included
    f"PRAGMA cache_size = -{CACHE_KB}",
    "PRAGMA journal_size_limit = 67108864",  # a large import does not leave a large write-ahead log behind
    "PRAGMA temp_store = MEMORY",
)
OPENED = "file"


class Database:
    """Opens transactions on a SQLite file, or on the one connection of a database in memory.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` or ``sqlite://`` (in memory, gone with this object).

    Raises
    ------
    SettingsError
        When the URL is not one of SQLite.
    """

    def __init__(self, url: str) -> None:
        self.path = _path_of(url)
        self.engine = _engine(url, in_memory=self.path is None)
        weakref.finalize(self, self.engine.dispose)
        # A database in memory has one connection, so its transactions take turns.
        self._turn: AbstractContextManager[object] = threading.RLock() if self.path is None else nullcontext()

    def close(self) -> None:
        """Let go of the connections that are not in use; a database in memory is gone with its only one."""
        self.engine.dispose()

    # Whoever asks for a transaction is told in words when others hold the lock for longer than it waits.

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with self._turn, _busy_in_words(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first statement; rolled back when an exception leaves it."""
        options = {"begin": "BEGIN IMMEDIATE"}
        with self._turn, _busy_in_words(), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection


@contextmanager
def _busy_in_words() -> Iterator[None]:
    """A lock that others held for too long, as a sentence; any other error of the database as it is."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        code = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlite_errorcode", 0)
        if code & PRIMARY_CODE != sqlite3.SQLITE_BUSY:
            raise
        raise BusyError("The database is busy.", "Nothing was changed: try again in a few seconds.") from error


def _path_of(url: str) -> Path | None:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("DATABASE_URL is not a database address.", "Use sqlite:///path/to/wattsup.db.") from None
    if parsed.get_backend_name() != "sqlite":
        raise SettingsError(f"WattsUp cannot keep its data in {parsed.get_backend_name()}.", "Use sqlite:///path/to/wattsup.db.")
    return None if parsed.database in {None, "", ":memory:"} else Path(str(parsed.database))


def _engine(url: str, *, in_memory: bool) -> Engine:
    if in_memory:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(url, poolclass=QueuePool, pool_size=KEPT, max_overflow=-1, pool_use_lifo=True)
        event.listen(engine, "checkout", functools.partial(_check_file, _path_of(url)))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: object, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # the driver opens no transaction of its own
    for pragma in PRAGMAS:
        connection.execute(pragma)  # type: ignore[attr-defined]


def _check_file(path: Path | None, _connection: object, entry: ConnectionPoolEntry, _proxy: object) -> None:
    """Let go of a connection whose file was deleted or replaced since it was opened: what it would write there is lost."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        found = None
    file = (found.st_dev, found.st_ino) if found else None
    if entry.info.setdefault(OPENED, file) != file:
        raise DisconnectionError("The database's file is another one now.")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
