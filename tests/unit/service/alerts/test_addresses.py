"""Addresses that a person types: which are let in, how they are refused, and what is shown of them."""

from __future__ import annotations

import pytest

from wattsup_core.errors import BadRequestError
from wattsup_core.service.alerts.addresses import Transport, read_address, transport_of
from wattsup_core.settings import Settings

WITH_MAIL = Settings(smtp_url="smtp://mail.example.com", mail_from="alerts@example.com")


@pytest.mark.parametrize(
    ("text", "transport", "label"),
    [
        (" jane@example.com\n", Transport.MAIL, "jane@example.com"),
        ("mailtos://me:hush@example.com/jane@example.org", Transport.OWN_MAIL, "jane@example.org by example.com"),
        ("https://example.com/hush?key=hush", Transport.WEBHOOK, "https://example.com/… ("),
        ("https://me:hush@example.com", Transport.WEBHOOK, "https://example.com/… ("),
        ("https://example.com:8443", Transport.WEBHOOK, "https://example.com:8443"),
        ("ntfys://ntfy.sh/hush", Transport.SERVICE, "ntfy ("),
        ("https://discord.com/api/webhooks/1234/hush", Transport.SERVICE, "Discord ("),
        ("tgram://123456789:abcdefg_hush/12315544/", Transport.SERVICE, "Telegram ("),
    ],
)
def test_what_is_let_in_and_how_it_is_shown(text: str, transport: Transport, label: str) -> None:
    address = read_address(text, WITH_MAIL)
    assert (address.transport, address.text) == (transport, text.strip())
    assert address.label.startswith(label)
    assert "hush" not in address.label + repr(address)
    assert transport_of(address.text) is transport


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "  ",
            "jane",
            "jane@",
            "jane@example",
            "jane@example.com,joe@example.com",
            "jane@example.com\r\nBcc: x@y.zz",
            "https://",
        ],
        *["https://exa mple.com", "https://example.com:0/", "https://[::1", "https://" + "x" * 2000, "\x00", "javascript:alert(1)"],
        *[
            "file:///etc/passwd",
            "dbus://",
            "syslog://",
            "macosx://",
            "windows://",
            "gnome://",
            "blink1://",
            "smpp://a:b@c",
            "mqtt://host/topic",
        ],
        *["mailtos://mé:pass@example.com/jane@example.org", "mailtos://me:p%E2%82%AC@example.com/jane@example.org?from=me@example.com"],
        *[
            "exec:///bin/sh",
            "mailto://a..b:25/jane@example.org?from=me@example.net",
            "discord://1",
            "mailto://",
            "mailtos://example.com",
            "gotify://host",
        ],
        "tgram://123456789:abcdefg_hijklmnop/12315544/777",
    ],
)
def test_what_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        read_address(text, WITH_MAIL)
    assert caught.value.hint
    assert "passwd" not in caught.value.sentence


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.7", "[::1]", "[::ffff:10.0.0.7]", "169.254.169.254"])
def test_a_private_address_only_where_the_operator_lets_it(host: str) -> None:
    with pytest.raises(BadRequestError, match="private network"):
        read_address(f"http://{host}/hook", Settings())
    assert read_address(f"http://{host}/hook", Settings(alerts_to_private=True)).transport is Transport.WEBHOOK


def test_an_e_mail_address_may_be_written_as_a_link() -> None:
    found = read_address("mailto:jane@example.org", Settings(smtp_url="smtp://mail.example.org", mail_from="me@example.org"))
    assert (found.transport, found.text) == (Transport.MAIL, "jane@example.org")


def test_an_e_mail_address_needs_a_mail_server() -> None:
    with pytest.raises(BadRequestError, match="no mail server") as caught:
        read_address("jane@example.com", Settings())
    assert "SMTP_URL" in caught.value.hint
