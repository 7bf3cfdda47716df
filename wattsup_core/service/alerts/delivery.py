"""Hands a message over, by the transport of its address, behind the fence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from wattsup_core.service.alerts import mail, services, webhook
from wattsup_core.service.alerts.addresses import Transport, transport_of
from wattsup_core.service.alerts.fence import Fence, fenced
from wattsup_core.service.alerts.mail import Envelope, MailServer, Security
from wattsup_core.service.alerts.undelivered import BROKEN, UndeliveredError, reason_of
from wattsup_core.settings import SMTP_PORTS, Settings

if TYPE_CHECKING:
    from wattsup_core.store import MessageContent

LONGEST_SECONDS = 90.0


def deliver(settings: Settings, address: str, content: MessageContent, message_id: str, created_at: datetime) -> None:
    """Hand a message over; returns when the other side has accepted it.

    Raises
    ------
    UndeliveredError
        When it has not, as far as we know.
    """
    transport = transport_of(address)
    is_ours = transport is Transport.MAIL  # the operator's own mail server may be anywhere
    with fenced(allow_private=is_ours or settings.alerts_to_private, seconds=LONGEST_SECONDS) as fence:
        try:
            match transport:
                case Transport.WEBHOOK:
                    webhook.post(address, content, message_id)
                case Transport.SERVICE:
                    services.post(address, content)
                case _:
                    mail.post(_envelope(settings, address), content, message_id, created_at)
        except UndeliveredError as error:
            raise UndeliveredError(_stopped(fence) or error.reason) from error
        except BROKEN as error:
            raise UndeliveredError(_stopped(fence) or reason_of(error, _host_of(address))) from error


def _stopped(fence: Fence) -> str:
    """Why the fence has stopped a delivery; "" when it has not."""
    if fence.refused:
        return f"{fence.refused} is an address of a private network: alerts go there only where WATTSUP_ALERTS_TO_PRIVATE=1 is set."
    return f"It was not taken within {LONGEST_SECONDS:.0f} seconds." if fence.is_late else ""


def _envelope(settings: Settings, address: str) -> Envelope:
    if transport_of(address) is Transport.OWN_MAIL:
        envelope = services.envelope_of(address)
        if envelope is None:
            raise UndeliveredError("This version of WattsUp can make nothing of the address: remove the channel and add it again.")
        return envelope
    if not settings.smtp_url:
        raise UndeliveredError("WattsUp has no mail server to send e-mail through: set SMTP_URL.")
    return Envelope(_server_of(settings), settings.mail_from, (address,), (address,))


def _server_of(settings: Settings) -> MailServer:
    parts = urlsplit(settings.smtp_url)
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or SMTP_PORTS[parts.scheme],
        security=Security.TLS if parts.scheme == "smtps" else Security.OFFERED,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _host_of(address: str) -> str:
    """The name of the server that a delivery goes to, as far as it may be told."""
    match transport_of(address):
        case Transport.WEBHOOK:
            return urlsplit(address).hostname or ""
        case Transport.SERVICE:
            return "the service"
    return "the mail server"
