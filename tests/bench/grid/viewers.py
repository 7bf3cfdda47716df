"""The viewers: each asks once a second for the news of a meter as the Live page does, a few times sooner while readings wait for their
first look, and for the rows when there are any."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.bench.page_client import PageClient

EVERY_SECONDS = 1.0
SOON_SECONDS, MOST_SOON = 0.2, 6
ARRIVING_SECONDS = 60.0


@dataclass
class Watched:
    """What the viewers saw: wall clock of each question [s since 1970], and how long its answer took [ms]."""

    news_ms: list[tuple[float, float]] = field(default_factory=list)
    rows_ms: list[tuple[float, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cpu_seconds: float = 0.0


def watch_all(port: int, meters: list[str], begin: float, until: float) -> Watched:
    """Let a viewer of each of `meters` watch, who come one after the other in the minute after `begin` and stay `until` [s since 1970]."""
    watched = Watched()
    callbacks = PageClient(port).callbacks
    threads = [
        threading.Thread(target=_run, args=(watched, port, callbacks, meter_id, begin + ARRIVING_SECONDS * place / len(meters), until))
        for place, meter_id in enumerate(meters)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    watched.cpu_seconds = time.process_time()
    return watched


def _run(watched: Watched, port: int, callbacks: list[dict[str, Any]], meter_id: str, at: float, until: float) -> None:
    page = PageClient(port, callbacks)
    cursor, state, drawn, is_waiting, soon = "", None, None, False, 0
    while at < until:
        is_soon = is_waiting and soon < MOST_SOON
        time.sleep(SOON_SECONDS if is_soon else max(0.0, at - time.time()))
        soon += is_soon
        at = at if is_soon else max(at + EVERY_SECONDS, time.time())
        try:
            told = _news(watched, page.connection, meter_id, cursor)
            if told is None:
                continue
            cursor, is_waiting = told["cursor"], told["is_waiting"]
            if told["state"] != state:
                state, soon = told["state"], 0
                answer = page.live(meter_id, drawn)
                watched.rows_ms.append((time.time(), answer.took_ms))
                drawn = json.loads(answer.body)["response"]["live-drawn"]["data"]
        except (OSError, http.client.HTTPException, ValueError, KeyError, AssertionError) as error:
            watched.wrong.append(repr(error)[:200])
            page.connection.close()


def _news(watched: Watched, connection: http.client.HTTPConnection, meter_id: str, cursor: str) -> dict[str, Any] | None:
    """The news of a meter; `None` when there are none. A connection that the server has let go of is made again, as browsers do."""
    asked_at, began = time.time(), time.perf_counter()
    try:
        connection.request("GET", f"/live/news?meter={meter_id}&cursor={quote(cursor)}")
        answer = connection.getresponse()
    except (ConnectionError, http.client.RemoteDisconnected):
        connection.close()
        connection.request("GET", f"/live/news?meter={meter_id}&cursor={quote(cursor)}")
        answer = connection.getresponse()
    body = answer.read()
    watched.news_ms.append((asked_at, 1000 * (time.perf_counter() - began)))
    if answer.status not in {200, 204}:
        watched.wrong.append(f"{answer.status} {body[:100]!r}")
    return dict(json.loads(body)) if answer.status == 200 else None
