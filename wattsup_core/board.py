"""The board on which processes leave notes for each other: a job's progress, its sign of life, its result; who holds what.

A diskcache folder that only the app's user may enter, and only JSON text in it: diskcache would unpickle whatever else it finds.
Nothing on it is the only copy of anything, so a folder that is broken is moved aside and begun anew.
"""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import diskcache

from wattsup_core.folders import make_private

LOG = logging.getLogger(__name__)

KEEP_SECONDS = 3600.0
BROKEN = (sqlite3.Error, OSError, diskcache.Timeout)


class Board:
    """JSON values by name in `folder`, for threads and processes; each vanishes after `KEEP_SECONDS`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._repair = threading.Lock()
        try:
            self._cache = self._open()
        except BROKEN:
            self._move_aside()
            self._cache = self._open()

    def put(self, name: str, value: Any) -> None:
        """Pin `value` under `name`."""
        self._try(lambda cache: cache.set(name, json.dumps(value), expire=KEEP_SECONDS))

    def put_all(self, values: Mapping[str, Any]) -> None:
        """Pin many values by name, in one go."""

        def act(cache: diskcache.Cache) -> None:
            with cache.transact(retry=True):
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
            with cache.transact(retry=True):
                if _value(cache.get(name)) not in (None, holder):
                    return False
                return bool(cache.set(name, json.dumps(holder), expire=seconds))

        return bool(self._try(act))

    def release(self, name: str, holder: str) -> None:
        """Let go of `name`, when `holder` still holds it."""

        def act(cache: diskcache.Cache) -> None:
            with cache.transact(retry=True):
                if _value(cache.get(name)) == holder:
                    cache.delete(name)

        self._try(act)

    def _open(self) -> diskcache.Cache:
        return diskcache.Cache(str(make_private(self._folder)), timeout=10)

    def _try(self, act: Callable[[diskcache.Cache], Any]) -> Any:
        cache = self._cache
        try:
            return act(cache)
        except BROKEN:
            LOG.exception("The job board is broken and begins anew")
            return act(self._begin_anew(cache))

    def _begin_anew(self, broken: diskcache.Cache) -> diskcache.Cache:
        with self._repair:
            if self._cache is broken:
                broken.close()
                self._move_aside()
                self._cache = self._open()
            return self._cache

    def _move_aside(self) -> None:
        """Out of the way in one step, then deleted: no process reads a folder that is half gone."""
        aside = self._folder.with_name(f"{self._folder.name}-broken-{uuid.uuid4().hex[:8]}")
        self._folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _value(text: object) -> Any:
    """What `text` holds as JSON; `None` for a value that came back short."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
