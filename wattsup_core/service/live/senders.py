"""How a simulated device hands over its readings: over HTTP as a real one does, or straight to the store of its own installation."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urljoin, urlsplit

import numpy as np
import pandas as pd

from wattsup_core.board import Board
from wattsup_core.errors import BadRequestError
from wattsup_core.service.live.arrivals import note_arrival
from wattsup_core.service.live.starting import ensure_scorer
from wattsup_core.settings import Settings
from wattsup_core.timegrid import datetime_from_epoch, from_epoch_seconds
from wattsup_core.types import Channel, Meter, Quality

if TYPE_CHECKING:
    from wattsup_core.store import Store

Reading = tuple[int, float]
"""The start of an interval [s since 1970] and its energy [kWh]."""

PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 16.0)
TIMEOUT_SECONDS = 30.0
BUSY = frozenset({429, 500, 502, 503, 504, 507})
REDIRECTS = range(300, 400)
EXAMPLE = "Write it like http://127.0.0.1:8050."


class Sender(Protocol):
    """Takes the readings of one meter; when it returns they are on the disk."""

    def send(self, readings: Sequence[Reading]) -> None: ...


class StoreSender:
    """Writes to the store, tells the board that rows have arrived, and sees to it that something scores them."""

    def __init__(self, settings: Settings, store: Store, board: Board, meter_id: str) -> None:
        self._settings, self._store, self._board, self._meter_id = settings, store, board, meter_id

    def send(self, readings: Sequence[Reading]) -> None:
        """Append the readings."""
        (written,) = self._store.append_readings([(self._meter_id, _frame(readings))])
        if written.seq is not None:
            note_arrival(self._board, self._meter_id, written.seq)
        ensure_scorer(self._settings, self._board)


class HttpSender:
    """Posts to the interface for programs of a running server, with a token; tries again while the server is busy or away.

    Parameters
    ----------
    url
        The server, such as ``http://127.0.0.1:8050``.
    token
        One that may write for the meter.
    """

    def __init__(self, url: str, token: str, meter_id: str, sleep: Callable[[float], None] = time.sleep) -> None:
        _check_address(url)
        if not token.isascii() or not token.isprintable():
            raise BadRequestError("This is no token.", "Give it as it was shown when it was made.")
        self._base, self._token, self._meter_id, self._sleep = url.rstrip("/"), token, meter_id, sleep
        self._opener = _opener()

    def send(self, readings: Sequence[Reading]) -> None:
        """Post the readings.

        Raises
        ------
        BadRequestError
            When the server refuses them, sends us on to another address, or does not answer for a while.
        """
        rows = [{"timestamp": datetime_from_epoch(ts).isoformat(), "kwh": kwh} for ts, kwh in readings]
        self._ask(f"/api/v1/meters/{quote(self._meter_id, safe='')}/readings", {"readings": rows})

    def meter(self) -> tuple[Meter, datetime | None]:
        """The meter as the server knows it, and the start of its newest interval."""
        for found in self._ask("/api/v1/meters").get("meters", []):
            if found["meter_id"] == self._meter_id:
                names = ("meter_id", "name", "timezone", "interval_minutes", "currency")
                last = found.get("last")
                meter = Meter(channel=Channel(found["channel"]), **{name: found[name] for name in names})
                return meter, None if last is None else datetime.fromisoformat(last)
        raise BadRequestError(f"The server has no meter {self._meter_id} for this token.", "Look at the meters it lists.")

    def _ask(self, path: str, body: Any = None) -> dict[str, Any]:
        for pause in (*PAUSES_SECONDS, None):
            try:
                return self._once(path, body)
            except urllib.error.HTTPError as answer:
                if answer.code in REDIRECTS:
                    raise BadRequestError(
                        f"{self._base} sends us on to {_goal(answer, path)}.", "Give the address that answers itself."
                    ) from answer
                if answer.code not in BUSY or pause is None:
                    raise BadRequestError(_refusal(answer), "Look at the meter's id and the token.") from answer
            except (OSError, HTTPException) as problem:
                if pause is None:
                    raise BadRequestError(f"{self._base} does not answer.", "Start it with python app.py.") from problem
            self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _once(self, path: str, body: Any) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._token}"} if self._token else {})
        request = urllib.request.Request(self._base + path, data, headers)  # noqa: S310  # http or https, see __init__
        with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            told = answer.read()
        try:
            return dict(json.loads(told))
        except (ValueError, TypeError, RecursionError):
            raise BadRequestError(f"What answers at {self._base} is not WattsUp.", EXAMPLE) from None


def _opener() -> urllib.request.OpenerDirector:
    """Follows no redirect: a redirected POST becomes a GET that bears no readings, and takes the token to another host."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna")
        is_server = parts.scheme in {"http", "https"} and bool(host) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        is_server = False
    if not is_server or re.search(r"\s", url) or not parts.path.isascii() or parts.query or parts.fragment:
        raise BadRequestError(f"{url} is not the address of a server.", EXAMPLE)


def _frame(readings: Sequence[Reading]) -> pd.DataFrame:
    seconds = np.array([ts for ts, _ in readings], dtype=np.int64)
    columns = {
        "kwh": np.array([kwh for _, kwh in readings], dtype=float),
        "quality": pd.array([str(Quality.ACTUAL)] * len(readings), dtype="str"),
    }
    return pd.DataFrame(columns, index=from_epoch_seconds(seconds))


def _goal(answer: urllib.error.HTTPError, path: str) -> str:
    """The server that an answer sends us on to; where it is the same one, with the page there."""
    try:
        return urljoin(answer.url, answer.headers.get("Location", "")).partition("?")[0].removesuffix(path)
    except ValueError:
        return "nowhere"


def _refusal(answer: urllib.error.HTTPError) -> str:
    """What the server says of a refusal, in one sentence."""
    try:
        return str(json.load(answer)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"The server refuses the readings (status {answer.code})."
