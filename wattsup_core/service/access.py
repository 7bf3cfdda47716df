"""Tokens for programs that send readings or ask for them: made, looked up, revoked. A secret is shown once and kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from wattsup_core.errors import ForbiddenError, UnknownTokenError
from wattsup_core.types import Scope

if TYPE_CHECKING:
    from wattsup_core.store import Store, TokenRecord

SECRET_BYTES = 32
PREFIX = "wu_"
LONGEST_SECRET = 200


def issue_token(store: Store, meter_id: str | None, scope: Scope) -> tuple[str, str]:
    """Make a token for one meter or, without `meter_id`, for all; its public id and its secret, which nobody can tell again.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    """
    token_id, secret = "t" + secrets.token_hex(6), PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    store.add_token(token_id, _digest(secret), scope, meter_id)
    return token_id, secret


def find_token(store: Store, authorization: str) -> TokenRecord:
    """The token that the value of an ``Authorization`` header carries.

    Raises
    ------
    UnknownTokenError
        When it carries none, or one that is unknown or revoked.
    """
    kind, _, secret = authorization.partition(" ")
    secret = secret.strip()
    if kind.lower() != "bearer" or not secret:
        raise UnknownTokenError("This needs a token.", "Send it in the header Authorization: Bearer TOKEN.")
    token = None if len(secret) > LONGEST_SECRET else store.token(_digest(secret))
    if token is None or token.revoked_at is not None:
        raise UnknownTokenError("This token is not valid.", "It may have been revoked: make a new one.")
    return token


def check_scope(token: TokenRecord, scope: Scope) -> None:
    """Whether the token may do this; one that may write may read.

    Raises
    ------
    ForbiddenError
        When it may not.
    """
    if scope is Scope.WRITE and token.scope is not Scope.WRITE:
        raise ForbiddenError("This token may only read.", "Use one with the scope write.")


def check_meter(token: TokenRecord, meter_id: str) -> None:
    """Whether the token is for this meter; said of any other meter, whether it is there or not.

    Raises
    ------
    ForbiddenError
        When it is not.
    """
    if token.meter_id not in {None, meter_id}:
        raise ForbiddenError("This token is for another meter.", f"It is good for the meter {token.meter_id}.")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
