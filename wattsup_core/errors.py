"""What a caller can get wrong, as exceptions that carry a stable code, a plain sentence and a hint."""

from __future__ import annotations


class WattsUpError(Exception):
    """A caller's mistake, in words a person can act on.

    Parameters
    ----------
    message : str
        One plain sentence that says what is wrong.
    hint : str, optional
        What to do next.
    """

    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def sentence(self) -> str:
        """The message and its hint as one line."""
        return f"{self.message} {self.hint}".strip()


class FileRefusedError(WattsUpError):
    """A file that holds no meter readings WattsUp can read; nothing of it was stored."""

    code = "file_refused"


class FrameContractError(WattsUpError):
    """A frame that breaks its column contract (see :mod:`wattsup_core.frames`)."""

    code = "frame_contract"


class SettingsError(WattsUpError):
    """A setting that is unknown or has a bad value; stops the start."""

    code = "bad_setting"


class NotFoundError(WattsUpError):
    """A meter, upload or event that is not there."""

    code = "not_found"


class BadRequestError(WattsUpError):
    """A request whose parameters make no sense."""

    code = "bad_request"


class UnknownTokenError(WattsUpError):
    """A request without a token, or with one that is not valid."""

    code = "unknown_token"


class ForbiddenError(WattsUpError):
    """A token that is valid, but not for this."""

    code = "forbidden"


class KeyReusedError(WattsUpError):
    """An idempotency key that came before with another body."""

    code = "key_reused"


class BusyError(WattsUpError):
    """The database is written to by somebody else for longer than we wait; nothing was changed."""

    code = "busy"


class UndeliveredTestError(WattsUpError):
    """A test of an alert channel that the other side has not accepted; the sentence says why."""

    code = "undelivered"


class DiskFullError(WattsUpError):
    """What was asked for needs room on a disk that is full; nothing of it was stored."""

    code = "disk_full"


class CancelledError(WattsUpError):
    """A job the person cancelled; nothing of it was stored."""

    code = "cancelled"
