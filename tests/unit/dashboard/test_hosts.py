from __future__ import annotations

import pytest

from dashboard.hosts import Names, name_of
from wattsup_core.settings import Settings

LOOPBACK, ALL, LAN = "127.0.0.1", "0.0.0.0", "192.168.1.5"  # noqa: S104
OWN = ["localhost", "LOCALHOST:8050", "localhost.:8050", "wattsup.localhost:8050", "127.0.0.1:8050", "[::1]:8050", "192.168.1.5:8050"]
FOREIGN = [
    "evil.example",
    "evil.example:8050",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil_x.example",
    "",
    ":8050",
]


@pytest.mark.parametrize("host", OWN)
@pytest.mark.parametrize("listens_on", [LOOPBACK, "::1", "localhost", ALL, LAN])
def test_this_machine_and_addresses_in_figures_are_let_in(host: str, listens_on: str) -> None:
    assert Names.of(Settings()).let_in(host, listens_on)
    assert Names.of(Settings(hosts=("wattsup.example.com",))).let_in(host, listens_on)


@pytest.mark.parametrize("host", FOREIGN)
def test_a_server_of_this_machine_alone_takes_no_other_name(host: str) -> None:
    names = Names.of(Settings())
    assert not any(names.let_in(host, listens_on) for listens_on in (LOOPBACK, "127.0.1.1", "::1", "localhost"))


@pytest.mark.parametrize("listens_on", [ALL, "::", LAN, "fe80::1", "wattsup.example.com"])
def test_where_other_machines_reach_it_any_name_is_let_in_until_names_are_told(listens_on: str) -> None:
    assert Names.of(Settings()).let_in("raspberrypi.local:8050", listens_on)
    assert Names.of(Settings(public_url="https://wattsup.example.com")).let_in("raspberrypi.local:8050", listens_on)
    assert not Names.of(Settings(hosts=("wattsup.example.com",))).let_in("raspberrypi.local:8050", listens_on)


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        (Settings(hosts=("box.local", "wattsup.example.com")), "WattsUp.example.com:443"),
        (Settings(hosts=("box.local.",)), "box.local"),
        (Settings(hosts=("zähler.example",)), "xn--zhler-gra.example"),
        (Settings(public_url="https://wattsup.example.com:8443/power"), "wattsup.example.com"),
        (Settings(host="box.local"), "box.local:8050"),
    ],
)
def test_names_that_settings_tell_are_let_in(settings: Settings, host: str) -> None:
    assert Names.of(settings).let_in(host, LOOPBACK)


def test_a_name_is_read_without_its_port() -> None:
    names = [name_of(host) for host in ("A.b:1", "[::1]:8050", "[::1]", "a.b.", "")]
    assert names == ["a.b", "::1", "::1", "a.b", ""]
