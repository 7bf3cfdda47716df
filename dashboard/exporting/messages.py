"""How the server and the exporter talk: a line of JSON that tells the size of the bytes after it."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

LONGEST_LINE = 16 * 1024 * 1024
PIECE_BYTES = 64 * 1024


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


def receive(wire: socket.socket, deadline: float) -> tuple[dict[str, Any], bytes]:
    """The next message: its header and its bytes.

    Raises
    ------
    OSError
        When the other side is gone or `deadline`, on the monotonic clock [s], has passed.
    ValueError
        When it is none of our messages.
    """
    held = bytearray()
    while (end := held.find(b"\n")) < 0:
        if len(held) > LONGEST_LINE:
            raise ValueError("The line does not end.")
        held += _piece(wire, deadline)
    header = json.loads(held[:end])
    body = held[end + 1 :]
    while len(body) < header["size"]:
        body += _piece(wire, deadline)
    return header, bytes(body)


def _piece(wire: socket.socket, deadline: float) -> bytes:
    wire.settimeout(_left(deadline))
    piece = wire.recv(PIECE_BYTES)
    if not piece:
        raise ConnectionError("The other side has hung up.")
    return piece


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("The time is up.")
    return left
