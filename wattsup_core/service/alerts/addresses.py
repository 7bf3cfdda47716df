"""What a person may type as the address of a channel, and what people are shown of it afterwards."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from wattsup_core.errors import BadRequestError
from wattsup_core.service.alerts.fence import is_public
from wattsup_core.service.alerts.services import MAIL, NATIVE_HOSTS, SERVICES, envelope_of, open_service
from wattsup_core.settings import Settings

LONGEST = 2000
PLAIN_MAIL = "mailto:"
"""How the links of web pages write an e-mail address."""
LOCAL_NAMES = ("localhost", "localhost.localdomain")
EXAMPLES = "Type an e-mail address, https://… for a webhook, or an address of Apprise such as ntfys://ntfy.sh/topic."
_MAIL_ADDRESS = re.compile(r"[^@\s<>,;\"():/\\]+@[^@\s<>,;\"():/\\]+\.[^@\s<>,;\"():/\\.]{2,}")
_IP_ADDRESS = re.compile(r"[0-9.]+|.*:.*")


class Transport(StrEnum):
    """How a message gets to its address."""

    MAIL = "mail"
    OWN_MAIL = "own mail"
    WEBHOOK = "webhook"
    SERVICE = "service"


@dataclass(frozen=True)
class Address:
    """An address that WattsUp can send to; `label` is what people are shown of it."""

    transport: Transport
    text: str = field(repr=False)
    label: str


def transport_of(address: str) -> Transport:
    """How a message gets to an address that was let in."""
    scheme = address.partition("://")[0].lower() if "://" in address else ""
    if not scheme:
        return Transport.MAIL
    if scheme in MAIL:
        return Transport.OWN_MAIL
    return Transport.WEBHOOK if scheme in {"http", "https"} and not _is_native(address) else Transport.SERVICE


def read_address(text: str, settings: Settings) -> Address:
    """The address that a person typed.

    Raises
    ------
    BadRequestError
        When WattsUp cannot or may not send there.
    """
    text = text.strip()
    if text.lower().startswith(PLAIN_MAIL) and "://" not in text:
        text = text[len(PLAIN_MAIL) :]
    if not text or len(text) > LONGEST or not text.isprintable() or " " in text:
        raise BadRequestError("This is no address.", EXAMPLES)
    scheme = text.partition("://")[0].lower() if "://" in text else ""
    if not scheme:
        return _mail_address(text, settings)
    if scheme in MAIL:
        return _own_mail(text)
    if scheme not in SERVICES and scheme not in {"http", "https"}:
        raise BadRequestError(f"WattsUp sends no alerts to {scheme[:20]}:// addresses.", EXAMPLES)
    return _webhook(text, settings) if transport_of(text) is Transport.WEBHOOK else _service(text)


def _mail_address(text: str, settings: Settings) -> Address:
    if not _MAIL_ADDRESS.fullmatch(text):
        raise BadRequestError("This is neither an e-mail address nor a URL.", EXAMPLES)
    if not settings.smtp_url:
        raise BadRequestError(
            "WattsUp has no mail server to send e-mail through.",
            "Set SMTP_URL, or give the server with the address: mailtos://user:password@host/jane@example.com.",
        )
    return Address(Transport.MAIL, text, text)


def _own_mail(text: str) -> Address:
    envelope = envelope_of(text)
    if envelope is None or not envelope.server.host:
        raise BadRequestError(
            "This names no mail server and address to send to.", "Write it like mailtos://user:password@host/jane@example.com."
        )
    if not "".join((envelope.sender, envelope.server.user, envelope.server.password)).isascii():
        raise BadRequestError(
            "The user name, password or sender of this address holds letters such as é, which mail servers do not take.",
            "Give the sender as ?from=alerts@example.com.",
        )
    return Address(Transport.OWN_MAIL, text, f"{', '.join(envelope.named)} by {envelope.server.host}")


def _webhook(text: str, settings: Settings) -> Address:
    parts = _split(text)
    host = (parts.hostname or "").rstrip(".") if parts else ""
    if not parts or not host:
        raise BadRequestError("This web address is not complete.", "Write it like https://example.com/hook.")
    is_private = host in LOCAL_NAMES or (bool(_IP_ADDRESS.fullmatch(host)) and not is_public(host))
    if is_private and not settings.alerts_to_private:
        raise BadRequestError(
            f"{host} is an address of a private network.", "Alerts go there only where WATTSUP_ALERTS_TO_PRIVATE=1 is set."
        )
    is_whole = parts.path in {"", "/"} and not parts.query and parts.username is None
    return Address(
        Transport.WEBHOOK, text, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{'' if is_whole else '/…'}{_mark(text, is_whole)}"
    )


def _service(text: str) -> Address:
    service = open_service(text)
    if service is None:
        scheme = text.partition("://")[0]
        raise BadRequestError(
            f"This is not how a {scheme[:20]}:// address is written.", "Look its form up at https://appriseit.com/services/."
        )
    if len(service) != 1:
        raise BadRequestError("This address names several receivers.", "Add a channel for each, so that none is told twice.")
    return Address(Transport.SERVICE, text, f"{service.service_name}{_mark(text, is_whole=False)}")


def _mark(text: str, is_whole: bool) -> str:
    """A few letters that tell two addresses apart of which the same is shown."""
    return "" if is_whole else f" ({hashlib.sha256(text.encode()).hexdigest()[:4]})"


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _is_native(text: str) -> bool:
    parts = _split(text)
    return parts is not None and (parts.hostname or "") in NATIVE_HOSTS
