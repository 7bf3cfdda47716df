"""Whether anybody still waits for the answer to a request: a person who cancels hangs up, and so does a closed tab."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Any

SOCKET = "gunicorn.socket"
IsGone = Callable[[], bool]


def never_gone() -> bool:
    """Of an order that nobody can give up."""
    return False


def hung_up(environ: Mapping[str, Any]) -> IsGone:
    """Tells whether the other side of a request has hung up, by its WSGI environment; never, where the server hands out no socket."""
    wire = environ.get(SOCKET)
    peek = getattr(socket, "MSG_PEEK", 0) | getattr(socket, "MSG_DONTWAIT", 0)
    if not isinstance(wire, socket.socket) or not hasattr(socket, "MSG_DONTWAIT"):
        return never_gone

    def is_gone() -> bool:
        try:
            return wire.recv(1, peek) == b""
        except BlockingIOError:
            return False  # nothing to read: it waits
        except ValueError:
            return False  # encrypted by this server itself: it cannot be looked into
        except OSError:
            return True

    return is_gone
