"""Tokens: kept as digests, so that a copy of the database lets nobody in."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, insert, select, update

from wattsup_core.errors import NotFoundError
from wattsup_core.store.meters import key_of
from wattsup_core.store.records import TokenRecord
from wattsup_core.store.tables import meters, tokens
from wattsup_core.timegrid import datetime_from_epoch
from wattsup_core.types import Scope

_WITH_METERS = select(tokens, meters.c.meter_id).select_from(tokens.outerjoin(meters, meters.c.meter_key == tokens.c.meter_key))


def add_token(connection: Connection, token_id: str, digest: str, scope: Scope, meter_id: str | None, now: int) -> None:
    """Keep a token by its digest, for one meter or, without `meter_id`, for all."""
    meter_key = None if meter_id is None else key_of(connection, meter_id)
    row = {"token_id": token_id, "digest": digest, "scope": scope.value, "meter_key": meter_key, "created_at": now}
    connection.execute(insert(tokens).values(**row))


def find_token(connection: Connection, digest: str) -> TokenRecord | None:
    """The token of this digest, revoked or not."""
    row = connection.execute(_WITH_METERS.where(tokens.c.digest == digest)).mappings().one_or_none()
    return None if row is None else _record(row)


def list_tokens(connection: Connection) -> list[TokenRecord]:
    """All tokens, in the order they were made."""
    return [_record(row) for row in connection.execute(_WITH_METERS.order_by(tokens.c.token_key)).mappings()]


def revoke_token(connection: Connection, token_id: str, now: int) -> None:
    """Let a token in no more; one that is revoked stays so.

    Raises
    ------
    NotFoundError
        When there is no such token.
    """
    chosen = tokens.c.token_id == token_id
    if connection.scalar(select(tokens.c.token_key).where(chosen)) is None:
        raise NotFoundError(f"There is no token {token_id}.", "Ask for the list of tokens.")
    connection.execute(update(tokens).where(chosen, tokens.c.revoked_at.is_(None)).values(revoked_at=now))


def _record(row: RowMapping) -> TokenRecord:
    return TokenRecord(
        token_key=row["token_key"],
        token_id=row["token_id"],
        scope=Scope(row["scope"]),
        meter_id=row["meter_id"],
        created_at=datetime_from_epoch(row["created_at"]),
        revoked_at=None if row["revoked_at"] is None else datetime_from_epoch(row["revoked_at"]),
    )
