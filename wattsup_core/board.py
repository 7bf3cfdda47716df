"""The board on which processes leave notes for each other: a job's progress, its sign of life, its result; who holds what.

A diskcache folder that only the app's user may enter, and only JSON text in it: diskcache would unpickle whatever else it finds.
Nothing on it is the only copy of anything, so a folder that is broken is moved aside and begun anew, by whichever process finds it so.
The others see that the file is another one and follow: what they would write to the old one nobody reads.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diskcache
from diskcache.core import DBNAME

from wattsup_core.folders import is_full, make_private

LOG = logging.getLogger(__name__)

KEEP_SECONDS = 3600.0
WAIT_SECONDS = 30.0
"""For others' writes, as long as the store waits; who holds the lock for longer was stopped over it, and the board begins anew."""
BROKEN = (sqlite3.Error, OSError, diskcache.Timeout)


@dataclass(frozen=True)
class _Opened:
    """A cache, and the file of its database by device and inode."""

    cache: diskcache.Cache
    file: tuple[int, int] | None


class Board:
    """JSON values by name in `folder`, for threads and processes; each vanishes after `KEEP_SECONDS`.

    A disk that is full breaks nothing: the call raises, and what others hold on the board stays theirs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._repair = threading.Lock()
        self._opened = self._open()

    def put(self, name: str, value: Any) -> None:
        """Pin `value` under `name`."""
        self._try(lambda cache: cache.set(name, json.dumps(value), expire=KEEP_SECONDS))

    def put_all(self, values: Mapping[str, Any]) -> None:
        """Pin many values by name, in one go."""

        def act(cache: diskcache.Cache) -> None:
            with cache.transact():
                for name, value in values.items():
                    cache.set(name, json.dumps(value), expire=KEEP_SECONDS)

        self._try(act)

    def get(self, name: str) -> Any:
        """The value under `name`; `None` when there is none."""
        return _value(self._try(lambda cache: cache.get(name)))

    def take(self, name: str) -> Any:
        """The value under `name`, taken off the board; `None` when there is none."""
        return _value(self._try(lambda cache: cache.pop(name)))

    def first(self, name: str, value: str) -> str:
        """What was pinned under `name` first, by whichever process; kept without an end."""
        self._try(lambda cache: cache.add(name, json.dumps(value)))
        return self.get(name) or value

    def claim(self, name: str, holder: str, seconds: float) -> bool:
        """Hold `name` for `seconds`; False while another holder does. Claiming again what one holds makes it last longer."""

        def act(cache: diskcache.Cache) -> bool:
            with cache.transact():
                if _value(cache.get(name)) not in (None, holder):
                    return False
                return bool(cache.set(name, json.dumps(holder), expire=seconds))

        return bool(self._try(act))

    def release(self, name: str, holder: str) -> None:
        """Let go of `name`, when `holder` still holds it."""

        def act(cache: diskcache.Cache) -> None:
            with cache.transact():
                if _value(cache.get(name)) == holder:
                    cache.delete(name)

        self._try(act)

    def _open(self) -> _Opened:
        """The board in the folder; begun anew when it is broken."""
        try:
            return self._connected()
        except BROKEN as error:
            if is_full(error):
                raise
            self._move_aside()
            return self._connected()

    def _connected(self) -> _Opened:
        cache = diskcache.Cache(str(make_private(self._folder)), timeout=WAIT_SECONDS)
        file = self._file()
        # Each thread connects at its first call from here on, to this file or a later one, and a later one is noticed. A connection of
        # now may be to an earlier one, which would not be.
        cache.close()
        return _Opened(cache, file)

    def _file(self) -> tuple[int, int] | None:
        try:
            found = (self._folder / DBNAME).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _try(self, act: Callable[[diskcache.Cache], Any]) -> Any:
        opened = self._current()
        try:
            return act(opened.cache)
        except BROKEN as error:
            if is_full(error):
                raise
            LOG.exception("The job board is broken and begins anew")
            return act(self._begin_anew(opened).cache)

    def _current(self) -> _Opened:
        """The board that stands in the folder now: another process may have begun it anew, or somebody deleted it."""
        opened, file = self._opened, self._file()
        return opened if file is not None and file == opened.file else self._reopened(opened)

    def _reopened(self, gone: _Opened) -> _Opened:
        with self._repair:
            if self._opened is gone:
                # The connections of the old cache are its threads' own, some in the middle of a call: each ends with the last call that
                # uses it. SQLite leaves the files beside a database alone when that was moved, so the new one's log is safe from them.
                self._opened = self._open()
            return self._opened

    def _begin_anew(self, broken: _Opened) -> _Opened:
        with self._repair:
            if self._opened is broken:
                is_there = self._file() == broken.file  # else another process was quicker, and what stands there is whole
                broken.cache.close()
                if is_there:
                    self._move_aside()
                self._opened = self._open()
            return self._opened

    def _move_aside(self) -> None:
        """Out of the way in one step, then deleted: no process reads a folder that is half gone."""
        aside = self._folder.with_name(f"{self._folder.name}-broken-{uuid.uuid4().hex[:8]}")
        with contextlib.suppress(FileNotFoundError):
            self._folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _value(text: object) -> Any:
    """What `text` holds as JSON; `None` for a value that came back short."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
