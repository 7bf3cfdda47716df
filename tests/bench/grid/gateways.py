"""The gateways: each posts a reading of each of its meters every minute, over a connection of its own."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field

import numpy as np

from tests.bench.grid.fleet import HOUSEHOLDS, Fleet, factor_of

MINUTE_SECONDS = 60.0


@dataclass
class Posted:
    """What the gateways saw: wall clock of each post [s], how long its answer took [s], and the version it gave each meter."""

    posts: list[tuple[float, float, dict[str, int]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cpu_seconds: float = 0.0


def post_all(port: int, token: str, fleet: Fleet, gateways: int, minutes: int, begin: float) -> Posted:
    """Let all gateways post from the wall clock `begin` on, spread over the minute."""
    seconds, kwh = fleet.sent()
    posted = Posted()
    threads = [
        threading.Thread(target=_run, args=(posted, port, token, range(one, fleet.meters, gateways), seconds, kwh, minutes, at))
        for one, at in ((one, begin + MINUTE_SECONDS * one / gateways) for one in range(gateways))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    posted.cpu_seconds = time.process_time()
    return posted


def _run(posted: Posted, port: int, token: str, meters: range, seconds: np.ndarray, kwh: np.ndarray, minutes: int, first_at: float) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for minute in range(minutes):
        time.sleep(max(0.0, first_at + minute * MINUTE_SECONDS - time.time()))
        body = json.dumps(
            [
                {
                    "meter": f"m-{number}",
                    "timestamp": int(seconds[minute]),
                    "kwh": round(float(kwh[number % HOUSEHOLDS, minute]) * factor_of(number), 3),
                }
                for number in meters
            ]
        )
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        headers["Idempotency-Key"] = f"{meters.start}-{minute}"
        sent_at = time.time()
        try:
            connection.request("POST", "/api/v1/readings", body, headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            posted.wrong.append(repr(error))
            continue
        finally:
            connection.close()
        if answer.status != 202 or told["stored"] != len(meters):
            posted.wrong.append(f"{answer.status} {str(told)[:200]}")
        posted.posts.append((sent_at, time.time() - sent_at, told.get("seq", {})))
