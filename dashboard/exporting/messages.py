"""How the server and the exporter talk: a line of JSON that tells the size of the bytes after it."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

from dashboard.exporting.refusals import GivenUpError
from dashboard.exporting.waiting import IsGone, never_gone

LONGEST_LINE = 16 * 1024 * 1024
PIECE_BYTES = 64 * 1024
LOOK_SECONDS = 0.2


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """A message as it goes over the wire."""
    return json.dumps({**header, "size": len(body)}, allow_nan=False).encode() + b"\n" + body


def send(wire: socket.socket, message: bytes, deadline: float) -> None:
    """Send all of `message`.

    Raises
    ------
    OSError
        When the other side is gone or `deadline`, on the monotonic clock [s], has passed.
    """
    wire.settimeout(_left(deadline))
    wire.sendall(message)


def receive(wire: socket.socket, deadline: float, is_gone: IsGone = never_gone) -> tuple[dict[str, Any], bytes]:
    """The next message: its header and its bytes; `is_gone` is asked some times a second whether anybody still wants it.

    Raises
    ------
    OSError
        When the other side is gone or `deadline`, on the monotonic clock [s], has passed.
    ValueError
        When it is none of our messages.
    GivenUpError
        When nobody wants it any more.
    """
    held = bytearray()
    while (end := held.find(b"\n")) < 0:
        if len(held) > LONGEST_LINE:
            raise ValueError("The line does not end.")
        held += _piece(wire, deadline, is_gone)
    header = json.loads(held[:end])
    body = held[end + 1 :]
    while len(body) < header["size"]:
        body += _piece(wire, deadline, is_gone)
    return header, bytes(body)


def _piece(wire: socket.socket, deadline: float, is_gone: IsGone) -> bytes:
    while True:
        wire.settimeout(min(_left(deadline), LOOK_SECONDS))
        try:
            piece = wire.recv(PIECE_BYTES)
        except TimeoutError:
            if is_gone():
                raise GivenUpError("Nobody waits for this file any more.") from None
            continue
        if not piece:
            raise ConnectionError("The other side has hung up.")
        return piece


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("The time is up.")
    return left
