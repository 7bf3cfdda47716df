from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.factories import make_meter
from wattsup_core.errors import BadRequestError, ForbiddenError, NotFoundError, UnknownTokenError
from wattsup_core.service.access import check_meter, check_scope, find_token, issue_token
from wattsup_core.service.live_meters import add_live_meter
from wattsup_core.store import Store, open_store
from wattsup_core.types import Scope


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 's.db'}")
    opened.migrate()
    opened.add_meter(make_meter())
    return opened


def test_a_token_lets_in_until_it_is_revoked(store: Store) -> None:
    token_id, secret = issue_token(store, "m-home", Scope.WRITE)
    token = find_token(store, f"Bearer {secret}")
    assert (token.token_id, token.meter_id, token.scope) == (token_id, "m-home", Scope.WRITE)
    store.revoke_token(token_id)
    store.revoke_token(token_id)
    with pytest.raises(UnknownTokenError):
        find_token(store, f"Bearer {secret}")
    with pytest.raises(NotFoundError):
        store.revoke_token("t-nobody")


def test_a_secret_has_256_bits_and_is_not_kept(store: Store, tmp_path: Path) -> None:
    secrets = {issue_token(store, None, Scope.READ)[1] for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) >= 3 + 43 for secret in secrets)
    with sqlite3.connect(tmp_path / "s.db") as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert not any(secret in dump or secret.removeprefix("wu_") in dump for secret in secrets)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer nobody", "Bearer " + "x" * 5000, "Bearer \udcff"])
def test_other_headers_do_not(store: Store, header: str) -> None:
    with pytest.raises(UnknownTokenError):
        find_token(store, header)


def test_a_token_is_good_for_its_scope_and_meter_alone(store: Store) -> None:
    read = find_token(store, "Bearer " + issue_token(store, None, Scope.READ)[1])
    write = find_token(store, "Bearer " + issue_token(store, "m-home", Scope.WRITE)[1])
    check_scope(read, Scope.READ)
    check_scope(write, Scope.READ)
    check_scope(write, Scope.WRITE)
    check_meter(read, "any")
    check_meter(write, "m-home")
    with pytest.raises(ForbiddenError):
        check_scope(read, Scope.WRITE)
    with pytest.raises(ForbiddenError):
        check_meter(write, "any")


def test_a_meter_that_is_added_first(store: Store) -> None:
    meter = add_live_meter(store, " Cottage\n", "Europe/Paris", 15, meter_id="cottage-1")
    assert store.meter("cottage-1") == meter
    assert (meter.name, meter.timezone, meter.interval_minutes) == ("Cottage", "Europe/Paris", 15)
    assert meter.country == "FR"
    assert add_live_meter(store, "Other", "UTC", 60).meter_id != meter.meter_id


@pytest.mark.parametrize(
    ("name", "zone", "minutes", "meter_id"),
    [
        ("", "UTC", 15, None), ("\x00", "UTC", 15, None), ("A", "Mars/Base", 15, None), ("A", "UTC", 0.001, None),
        ("A", "UTC", 15.005, None), ("A", "UTC", 15, "a/b"), ("A", "UTC", 15, ""), ("A", "UTC", 15, "m-home"),
    ],
)  # fmt: skip
def test_a_meter_that_cannot_be(store: Store, name: str, zone: str, minutes: float, meter_id: str | None) -> None:
    with pytest.raises(BadRequestError):
        add_live_meter(store, name, zone, minutes, meter_id=meter_id)
