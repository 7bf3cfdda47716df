"""Messages on their way: what the other side is sent, when it counts as accepted, and what is said when it is not."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header

import pytest

from tests.receivers import BROKEN_GOODBYE, hook_server, mail_server
from wattsup_core.service.alerts.delivery import deliver
from wattsup_core.service.alerts.undelivered import UndeliveredError
from wattsup_core.settings import Settings
from wattsup_core.store import MessageContent

CONTENT = MessageContent(
    "Spike, Höme,\r\nBcc: all@example.com", "9.9 kWh in 2 h,\nwhere 0.6 kWh is usual.", {"type": "anomaly", "events": []}
)
MADE_AT = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
HERE = Settings(alerts_to_private=True)


def send(address: str, settings: Settings = HERE) -> None:
    deliver(settings, address, CONTENT, "0123abcd", MADE_AT)


def reason(address: str, settings: Settings = HERE) -> str:
    with pytest.raises(UndeliveredError) as caught:
        send(address, settings)
    return caught.value.reason


def mail_settings(port: int) -> Settings:
    return Settings(smtp_url=f"smtp://127.0.0.1:{port}", mail_from="alerts@example.com")


def test_a_letter_through_the_operators_mail_server() -> None:
    with mail_server() as box:
        send("jane@example.org", mail_settings(box.port))
    (letter,) = box.letters
    assert box.receivers == [["jane@example.org"]]
    assert (letter["To"], letter["From"]) == ("jane@example.org", "WattsUp <alerts@example.com>")
    assert (letter["Message-ID"], letter["Date"]) == ("<0123abcd@example.com>", "Tue, 03 Feb 2026 04:05:00 +0000")
    assert str(make_header(decode_header(letter["Subject"]))) == "Spike, Höme, Bcc: all@example.com"
    assert letter["Bcc"] is None
    assert letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().split() == CONTENT.text.split()


def test_a_letter_through_a_mail_server_of_ones_own_reaches_copies_too() -> None:
    with mail_server() as box:
        send(f"mailto://127.0.0.1:{box.port}/jane@example.org/?from=me@example.net&cc=joe@example.org&bcc=eve@example.org")
    assert box.receivers == [["jane@example.org", "eve@example.org", "joe@example.org"]]
    assert (box.letters[0]["To"], box.letters[0]["Message-ID"]) == ("jane@example.org", "<0123abcd@example.net>")


def test_what_was_accepted_counts_though_the_goodbye_breaks() -> None:
    with mail_server(lambda: BROKEN_GOODBYE) as box:
        send("jane@example.org", mail_settings(box.port))
    assert len(box.letters) == 1


@pytest.mark.parametrize(
    ("fate", "told"),
    [
        ("no greeting", "The mail server ended the connection."),
        ("busy", "The mail server answered 421 Busy."),
        ("sender refused", "The mail server answered 451 Later."),
        ("receiver refused", "The mail server refused the address: 550 No such user."),
        ("letter refused", "The mail server answered 554 No."),
        ("gone in the letter", "The mail server ended the connection."),
        ("gone before the answer", "The mail server ended the connection."),
    ],
)
def test_why_a_letter_was_not_accepted(fate: str, told: str) -> None:
    with mail_server(lambda: fate) as box:
        assert reason("jane@example.org", mail_settings(box.port)) in {told, "The connection to the mail server broke."}
    assert box.letters == []


def test_no_password_goes_to_a_server_without_tls() -> None:
    with mail_server() as box:
        settings = Settings(smtp_url=f"smtp://me:secret@127.0.0.1:{box.port}", mail_from="me@example.com")
        assert reason("jane@example.org", settings) == "The mail server offers no secure connection or no sign-in."


def test_without_a_mail_server_an_address_cannot_be_written_to() -> None:
    assert "SMTP_URL" in reason("jane@example.org", Settings())


def test_a_webhook_is_posted_the_payload_under_its_key() -> None:
    with hook_server() as hook:
        send(hook.address.replace("://", "://me:p%40ss@") + "?token=t")
    ((headers, body),) = hook.posted
    assert (headers["Idempotency-Key"], headers["Content-Type"]) == ("0123abcd", "application/json")
    assert headers["Authorization"] == "Basic bWU6cEBzcw=="
    assert body == {"id": "0123abcd", "type": "anomaly", "events": []}
    assert hook.paths == ["/hook?token=t"]


def test_a_webhook_s_password_and_path_may_hold_any_letters() -> None:
    with hook_server() as hook:
        send(hook.address.replace("://", "://u:p€@") + "/hök")
    assert hook.posted[0][0]["Authorization"] == "Basic " + base64.b64encode("u:p€".encode()).decode()
    assert hook.paths == ["/hook/h%C3%B6k"]


def test_a_mail_server_that_takes_plain_addresses_alone_is_said_to() -> None:
    with mail_server() as box:
        assert reason("jané@example.com", mail_settings(box.port)) == "The mail server takes no addresses with letters such as é."
        assert box.letters == []


def test_a_mail_server_that_takes_all_letters_gets_them() -> None:
    with mail_server(extensions=("SMTPUTF8", "8BITMIME")) as box:
        send("jané@example.com", mail_settings(box.port))
    assert box.receivers == [["jané@example.com"]]


def test_an_address_that_nothing_can_be_sent_to_is_not_taken_for_a_mistake_of_ours() -> None:
    for told in (reason("https://a..b/hook"), reason("jane@example.org", replace(mail_settings(9), mail_from="ä@b.cc"))):
        assert told.startswith("Nothing can be sent to an address that is written like this")


def test_a_webhook_that_does_not_say_2xx_has_not_accepted() -> None:
    with hook_server(lambda: 500) as hook:
        assert reason(hook.address) == "127.0.0.1 answered 500."


def test_nobody_is_redirected() -> None:
    with hook_server() as other, hook_server(lambda: 307, other.address) as hook:
        assert "names another address" in reason(hook.address)
        assert other.posted == []


@pytest.mark.parametrize("scheme", ["json", "form"])
def test_a_service_is_handed_over_by_apprise(scheme: str) -> None:
    with hook_server() as hook:
        address = hook.address.replace("http", scheme)
        if scheme == "json":
            send(address)
            assert hook.posted[0][1]["message"] == CONTENT.text
        else:
            assert reason(address).startswith("Form did not take it")  # it posts no JSON, which this hook cannot read


def test_a_service_that_refuses_says_why_without_its_secrets() -> None:
    with hook_server(lambda: 401) as hook:
        told = reason(hook.address.replace("http", "json") + "/very/secret/path")
    assert told.startswith("JSON did not take it: ")
    assert "secret" not in told


@pytest.mark.parametrize("scheme", ["http", "json", "ntfy"])
def test_what_lies_in_a_private_network_is_not_reached(scheme: str) -> None:
    with hook_server() as hook:
        for host in ("127.0.0.1", "localhost"):
            told = reason(hook.address.replace("http", scheme).replace("127.0.0.1", host), Settings())
            assert "is an address of a private network" in told
        assert hook.posted == []


def test_a_mail_server_that_a_person_names_is_held_to_that_too() -> None:
    with mail_server() as box:
        told = reason(f"mailto://127.0.0.1:{box.port}/jane@example.org/?from=me@example.net", Settings())
        assert "is an address of a private network" in told
    assert (box.letters, box.refused) == ([], 0)


def test_a_name_that_nobody_has_and_a_port_that_nobody_listens_at() -> None:
    assert reason("https://no-such-name.invalid/hook") == "There is no server with the name no-such-name.invalid."
    with mail_server() as box:
        port = box.port
    assert reason(f"http://127.0.0.1:{port}/hook") == "127.0.0.1 takes no connections there."
    assert reason("jane@example.org", mail_settings(port)) == "The mail server takes no connections there."
