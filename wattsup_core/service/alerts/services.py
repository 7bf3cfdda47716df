"""Services that Apprise knows: which of them WattsUp sends to, and how.

Only services of the net are let in: what Apprise can do on the machine itself (files, the desktop, a serial light) is not, nor what keeps a
line of its own open. Apprise reads templates from files where an address names one; here it does not.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from wattsup_core.service.alerts.mail import Envelope, MailServer, Security
from wattsup_core.service.alerts.undelivered import UndeliveredError, without_addresses

if TYPE_CHECKING:
    from wattsup_core.store import MessageContent

MAIL = frozenset({"mailto", "mailtos"})
SERVICES = frozenset((
    "46elks", "apprise", "apprises", "bark", "barks", "betterstack", "brevo", "bulksms", "chanify", "clicksend", "cliq", "dingtalk",
    "discord", "feishu", "flock", "form", "forms", "gchat", "goalert", "goalerts", "gotify", "gotifys", "guilded", "hassio",
    "hassios", "httpsms", "ifttt", "ilert", "incidentio", "join", "json", "jsons", "lametric", "lametrics", "lark", "line",
    "mailersend", "mailgun", "matrix", "matrixs", "mmost", "mmosts", "msgbird", "ncloud", "nclouds", "nctalk", "nctalks", "nexmo",
    "notica", "noticas", "notifiarr", "ntfy", "ntfys", "onesignal", "opsgenie", "opsimate", "opsimates", "pagerduty", "pagertree",
    "pbul", "plivo", "postmark", "pover", "prowl", "psafer", "psafers", "push", "pushdeer", "pushdeers", "pushed", "pushme",
    "pushplus", "pushy", "resend", "revolt", "rocket", "rockets", "ryver", "schan", "sendgrid", "seven", "signal", "signals",
    "signl4", "simplepush", "sinch", "slack", "smtp2go", "sns", "sparkpost", "spike", "splunk", "squadcast", "synology",
    "synologys", "telnyx", "tgram", "threema", "twilio", "twist", "victorops", "vonage", "webex", "wecombot", "whatsapp",
    "workflow", "workflows", "wxteams", "xml", "xmls", "zoom", "zulip",
))  # fmt: skip
"""Schemes of Apprise: push, chat, text messages, on-call, and plain JSON, XML or forms."""
NATIVE_HOSTS = frozenset({"discord.com", "discordapp.com", "hooks.slack.com", "chat.googleapis.com"})
"""Hosts whose own webhook addresses Apprise takes as they are."""


def open_service(address: str) -> Any:
    """The service at `address`; `None` when Apprise can make nothing of it."""
    import apprise

    logging.getLogger("apprise").propagate = False  # what it has to say is told by us
    asset = apprise.AppriseAsset(
        app_id="WattsUp", storage_mode=apprise.PersistentStoreMode.MEMORY, allow_templates=False, http_redirects=False, plugin_paths=[]
    )
    return apprise.Apprise.instantiate(address, asset=asset)


def post(address: str, content: MessageContent) -> None:
    """Hand a message over; returns when the service has accepted it.

    Raises
    ------
    UndeliveredError
        When it has not.
    """
    service = open_service(address)
    if service is None:
        raise UndeliveredError("This version of WattsUp can make nothing of the address: remove the channel and add it again.")
    with _heard() as said:
        is_accepted = service.notify(title=content.subject, body=content.text, notify_type="warning", body_format="text")
    if not is_accepted:
        told = f": {without_addresses(said[-1])}" if said else "."
        raise UndeliveredError(f"{service.service_name} did not take it{told}")


def envelope_of(address: str) -> Envelope | None:
    """The mail server, sender and receivers that a ``mailto://`` address names; `None` when Apprise can make nothing of it."""
    service = open_service(address)
    if service is None or not service.targets:
        return None
    server = MailServer(
        host=service.smtp_host,
        port=service.port,
        security=Security(service.secure_mode),
        user=service.user or "",
        password=service.password or "",
        checks_certificate=service.verify_certificate,
    )
    named = tuple(dict.fromkeys(each for _, each in service.targets))
    copies = sorted({*service.cc, *service.bcc} - {*named})
    return Envelope(server, service.from_addr[1], named, (*named, *copies))


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What Apprise warns of in this thread meanwhile: its only word on why a message was not taken."""
    said: list[str] = []
    here = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == here:
                said.append(record.getMessage())

    ear, logger = Ear(logging.WARNING), logging.getLogger("apprise")
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)
