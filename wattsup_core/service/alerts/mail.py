"""A message as an e-mail. It counts as accepted when the mail server has said 250 to the whole of it, whatever comes after.

The same message has the same Message-ID in every try, so that a mailbox can drop one that came twice.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from enum import StrEnum
from typing import TYPE_CHECKING

from wattsup_core.service.alerts.undelivered import UndeliveredError, plain

if TYPE_CHECKING:
    from wattsup_core.store import MessageContent

STEP_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""A mail server may look for spam before it says 250; whoever hangs up meanwhile sends twice."""
SENDER_NAME = "WattsUp"


class Security(StrEnum):
    """How a connection to a mail server is made secure. `OFFERED` takes TLS where it is offered, and signs in over TLS alone."""

    TLS = "ssl"
    STARTTLS = "starttls"
    OFFERED = "offered"
    NONE = "insecure"


@dataclass(frozen=True)
class MailServer:
    """A mail server, and how to sign in; without `user` nobody does."""

    host: str
    port: int
    security: Security
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    checks_certificate: bool = True


@dataclass(frozen=True)
class Envelope:
    """Through which server a message goes, from whom, to whom it says it is, and whom it reaches."""

    server: MailServer
    sender: str
    named: tuple[str, ...]
    receivers: tuple[str, ...]


def post(envelope: Envelope, content: MessageContent, message_id: str, created_at: datetime) -> None:
    """Hand a message over; returns when the server has accepted it for at least one of the receivers.

    Raises
    ------
    UndeliveredError, SMTPException, OSError
        When it has not been accepted.
    """
    letter = _letter(envelope, content, message_id, created_at)
    with _connected(envelope.server) as smtp:
        if not "".join((envelope.sender, *envelope.receivers)).isascii() and not smtp.has_extn("smtputf8"):
            raise UndeliveredError("The mail server takes no addresses with letters such as é.")
        smtp.send_message(letter, envelope.sender, envelope.receivers)


def _letter(envelope: Envelope, content: MessageContent, message_id: str, created_at: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = plain(content.subject)
    letter["From"] = formataddr((SENDER_NAME, envelope.sender))
    letter["To"] = ", ".join(envelope.named)
    letter["Date"] = format_datetime(created_at)
    letter["Message-ID"] = f"<{message_id}@{envelope.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(content.text)
    return letter


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that is signed in. How it ends says nothing: what was accepted by then is accepted."""
    context = ssl.create_default_context()
    if not server.checks_certificate:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    name = socket.gethostname()
    if server.security is Security.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=STEP_SECONDS, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=STEP_SECONDS)
    try:
        _sign_in(smtp, server, context)
        if smtp.sock is not None:
            smtp.sock.settimeout(ANSWER_SECONDS)
        yield smtp
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if smtp.sock is not None:
                smtp.sock.settimeout(STEP_SECONDS)
            smtp.quit()
        smtp.close()


def _sign_in(smtp: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    smtp.ehlo_or_helo_if_needed()
    is_secure = server.security is Security.TLS
    if server.security is Security.STARTTLS or (server.security is Security.OFFERED and smtp.has_extn("starttls")):
        smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        is_secure = True
    if server.user:
        if server.security is Security.OFFERED and not is_secure:
            raise smtplib.SMTPNotSupportedError("A password is not sent in the clear.")
        smtp.login(server.user, server.password)
