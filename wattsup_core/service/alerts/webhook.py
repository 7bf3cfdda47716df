"""A message as JSON, posted to an address of the web. Accepted is what is answered with 2xx; nobody is redirected.

The same message has the same ``Idempotency-Key`` and body in every try, so that a program can drop one that came twice.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import urllib3

from wattsup_core.service.alerts.undelivered import UndeliveredError

if TYPE_CHECKING:
    from wattsup_core.store import MessageContent

STEP_SECONDS = 10.0


def post(address: str, content: MessageContent, message_id: str) -> None:
    """Post a message; returns when the other side has accepted it.

    Raises
    ------
    UndeliveredError, HTTPError
        When it has not.
    """
    parts = urlsplit(address)
    headers = {"Content-Type": "application/json", "Idempotency-Key": message_id, "User-Agent": "WattsUp"}
    if parts.username is not None:
        given = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(given.encode()).decode()}"
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()
    body = json.dumps({"id": message_id, **content.payload}, ensure_ascii=False).encode()
    with urllib3.PoolManager(timeout=urllib3.Timeout(connect=STEP_SECONDS, read=STEP_SECONDS)) as pool:
        answer = pool.request("POST", bare, body=body, headers=headers, redirect=False, retries=False, preload_content=False)
        status = answer.status
        answer.close()
    if 300 <= status < 400:
        raise UndeliveredError(f"{parts.hostname} answered {status}, which names another address: add the channel with that one.")
    if not 200 <= status < 300:
        raise UndeliveredError(f"{parts.hostname} answered {status}.")
