"""What a delivery may reach, and for how long: held where connections are opened, whoever opens them.

An address that a person types could name a machine of the operator's own network, at once, by a redirect, or by a name that resolves to
something else the next time. So nothing is checked by name: Python tells an audit hook of each connection with the address it is about to
open, and within a fence the hook lets only public ones pass. A proxy would connect where no hook sees it: what may reach public addresses
alone goes without one. When a fence's time is up, its connections are cut, so that a server that answers a letter a second holds nothing
up.
"""

from __future__ import annotations

import contextlib
import functools
import ipaddress
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wattsup_core.settings import go_round_proxies

CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
CUT_EVERY_SECONDS = 1.0
UNICAST = ipaddress.ip_network("2000::/3")
"""All that is handed out of IPv6; what lies elsewhere is local, or IPv4 in one of the forms that go by a gateway of this network."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HERE = threading.local()

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class FencedOffError(OSError):
    """A connection that a fence does not allow."""


class Fence:
    """What one delivery has opened, and why it was stopped: `refused` holds the address that it may not reach."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private
        self.refused = ""
        self.is_late = False
        self._lock = threading.Lock()
        self._opened: list[socket.socket] = []
        self._done = threading.Event()

    def check(self, connection: socket.socket, address: object) -> None:
        """Let a connection to `address` be opened, or raise."""
        if self.is_late:
            raise FencedOffError("The time is up.")
        if connection.family not in {socket.AF_INET, socket.AF_INET6} or not isinstance(address, tuple):
            raise FencedOffError("Only internet addresses can be reached.")
        if not self.allow_private and not is_public(str(address[0])):
            self.refused = str(address[0])
            raise FencedOffError("This address is not public.")
        with self._lock:
            # A second handle on the same connection: TLS takes the first one over.
            self._opened.append(socket.socket(fileno=os.dup(connection.fileno())))

    def watch(self, seconds: float) -> None:
        """Wait for the end; from `seconds` on end every connection, so that whoever waits for an answer is told that it is closed."""
        self.is_late = not self._done.wait(seconds)
        while not self._done.is_set():
            with self._lock:
                for each in self._opened:
                    with contextlib.suppress(OSError):  # not connected yet: the next round has it
                        each.shutdown(socket.SHUT_RDWR)
            self._done.wait(CUT_EVERY_SECONDS)

    def close(self) -> None:
        """Give the handles back."""
        self._done.set()
        with self._lock:
            for each in self._opened:
                each.close()
            self._opened.clear()


@contextmanager
def fenced(*, allow_private: bool, seconds: float) -> Iterator[Fence]:
    """Within it, this thread reaches public addresses only, or all with `allow_private`, and no connection lasts longer than `seconds`."""
    _install()
    if not allow_private:
        go_round_proxies()  # behind one the fence would see its address alone
    fence = Fence(allow_private=allow_private)
    threading.Thread(target=fence.watch, args=(seconds,), daemon=True).start()
    _HERE.fence = fence
    try:
        yield fence
    finally:
        _HERE.fence = None
        fence.close()


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet, also by any address that is wrapped in it; a name is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return _is_global(address)
    if address.ipv4_mapped is not None:
        return _is_global(address.ipv4_mapped)
    if address in NAT64:
        return _is_global(ipaddress.IPv4Address(address.packed[-4:]))
    wrapped = filter(None, (address.sixtofour, *(address.teredo or ())))
    return address in UNICAST and all(_is_global(each) for each in (address, *wrapped))


def _is_global(address: IPAddress) -> bool:
    return address.is_global and not address.is_multicast


@functools.cache
def _install() -> None:
    """Have Python ask us of each connection; once, for a hook cannot be taken out again."""
    sys.addaudithook(_watch)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in CONNECTING:
        fence: Fence | None = getattr(_HERE, "fence", None)
        if fence is not None:
            fence.check(args[0], args[1])
