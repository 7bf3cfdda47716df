"""Why a delivery has failed, in a sentence; never with what may be secret of its address."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl

import urllib3.exceptions as web

LONGEST_REASON = 200
TIMEOUTS = (TimeoutError, web.TimeoutError)
BROKEN = (smtplib.SMTPException, web.HTTPError, OSError, ValueError)
_ADDRESS = re.compile(r"\S*://\S*|\S*/\S{6,}")
"""What looks like a URL or its path."""


class UndeliveredError(Exception):
    """A message that the other side has not accepted, as far as we know."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        line = plain(reason)[:LONGEST_REASON]
        self.reason = line[:1].upper() + line[1:]


def plain(text: str) -> str:
    """`text` on one line, without control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def without_addresses(text: str) -> str:
    """`text` with what looks like an address, or its path, taken out: it may hold a secret."""
    return _ADDRESS.sub("…", plain(text))


def reason_of(error: Exception, host: str) -> str:
    """What has gone wrong on the way to `host`."""
    if isinstance(error, smtplib.SMTPException):
        return _reason_of_mail(error)
    cause = error.__cause__ or error.__context__
    if isinstance(error, ssl.SSLCertVerificationError) or isinstance(cause, ssl.SSLCertVerificationError):
        return f"The certificate of {host} is not valid."
    if isinstance(error, socket.gaierror | web.NameResolutionError):
        return f"There is no server with the name {host}."
    if isinstance(error, ConnectionRefusedError | web.NewConnectionError):
        return f"{host} takes no connections there."
    if isinstance(error, TIMEOUTS):
        return f"{host} did not answer in time."
    if isinstance(error, ssl.SSLError | web.SSLError):
        return f"No secure connection to {host} came about."
    if isinstance(error, ValueError):
        return "Nothing can be sent to an address that is written like this: remove the channel and add it with another."
    return f"The connection to {host} broke."


def _reason_of_mail(error: smtplib.SMTPException) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return "The mail server did not accept the user name and password."
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            return f"The mail server refused the address: {_answer(code, text)}"
        case smtplib.SMTPResponseException():
            return f"The mail server answered {_answer(error.smtp_code, error.smtp_error)}"
        case smtplib.SMTPServerDisconnected():
            return "The mail server ended the connection."
        case smtplib.SMTPNotSupportedError():
            return "The mail server offers no secure connection or no sign-in."
    return "The mail server cannot be used."


def _answer(code: int, text: bytes | str) -> str:
    said = without_addresses(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
    return f"{code} {said}".strip().rstrip(".") + "."
