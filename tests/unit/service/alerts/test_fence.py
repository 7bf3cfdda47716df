"""The fence: what a delivery may reach, by whatever way it gets there, and for how long."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest
import requests

from tests.receivers import hook_server
from wattsup_core.service.alerts import fence as fence_module
from wattsup_core.service.alerts.fence import FencedOffError, fenced, is_public

PRIVATE = [
    *["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "255.255.255.255", "224.0.0.1"],
    *[
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
        "::8.8.8.8",
        "::10.0.0.1",
        "::127.0.0.1",
        "64:ff9b:1::7f00:1",
        "64:ff9b:1::808:808",
        "::ffff:0:127.0.0.1",
        "fec0::1",
        "5f00::1",
        "2001:db8::1",
        "2001:0:a00:1::",
    ],
]


@pytest.mark.parametrize("address", [*PRIVATE, "localhost", "example.com", ""])
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is_public(address: str) -> None:
    assert is_public(address)


def test_no_library_gets_through_by_a_name_or_a_number() -> None:
    with hook_server() as hook, fenced(allow_private=False, seconds=10) as fence:
        for address in (hook.address, hook.address.replace("127.0.0.1", "localhost")):
            with pytest.raises(requests.ConnectionError):
                requests.post(address, json={}, timeout=5)
            assert fence.refused in {"127.0.0.1", "::1"}
        assert hook.posted == []


@pytest.mark.parametrize("allow_private", [False, True])
def test_a_proxy_is_gone_through_where_all_may_be_reached_alone(monkeypatch: pytest.MonkeyPatch, allow_private: bool) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(fence_module, "is_public", lambda address: True)  # the proxy is out on the net
    with hook_server() as proxy, fenced(allow_private=allow_private, seconds=10):
        monkeypatch.setenv("HTTP_PROXY", proxy.address.removesuffix("/hook"))
        with contextlib.nullcontext() if allow_private else pytest.raises(requests.ConnectionError):
            requests.post("http://router.invalid/", json={}, timeout=5)
    assert proxy.paths == (["http://router.invalid/"] if allow_private else [])


def test_the_operator_may_let_private_addresses_in() -> None:
    with hook_server() as hook, fenced(allow_private=True, seconds=10):
        assert requests.post(hook.address, json={"a": 1}, timeout=5).status_code == 204
        assert hook.posted[0][1] == {"a": 1}


def test_a_name_given_to_the_socket_itself_and_a_socket_of_the_machine_are_refused() -> None:
    with fenced(allow_private=False, seconds=10):
        with socket.socket() as plain, pytest.raises(FencedOffError):
            plain.connect(("localhost", 9))
        with socket.socket(socket.AF_UNIX) as local, pytest.raises(FencedOffError):
            local.connect("/tmp/somebody.sock")
        with socket.socket(type=socket.SOCK_DGRAM) as datagram, pytest.raises(FencedOffError):
            datagram.sendto(b"", ("127.0.0.1", 9))


def test_it_ends_with_its_block_and_concerns_its_thread_alone() -> None:
    with hook_server() as hook:
        statuses: list[int] = []
        with fenced(allow_private=False, seconds=10):
            other = threading.Thread(target=lambda: statuses.append(requests.post(hook.address, json={}, timeout=5).status_code))
            other.start()
            other.join()
        statuses.append(requests.post(hook.address, json={}, timeout=5).status_code)
        assert statuses == [204, 204]


def test_a_server_that_answers_a_letter_now_and_then_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stopped = threading.Event()

        def trickle() -> None:
            connection = server.accept()[0]
            with connection, contextlib.suppress(OSError):
                while not stopped.wait(0.05):
                    connection.sendall(b"x")

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        began = time.monotonic()
        with fenced(allow_private=True, seconds=0.5) as fence, socket.create_connection(server.getsockname(), timeout=30) as connection:
            received = b""
            with contextlib.suppress(OSError):
                while more := connection.recv(100):
                    received += more
        stopped.set()
        thread.join(5)
    assert fence.is_late
    assert received
    assert time.monotonic() - began < 30  # it would trickle for ever
