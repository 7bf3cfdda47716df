"""``token``: tokens for programs that send readings or ask for them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from wattsup_core.types import Scope

if TYPE_CHECKING:
    from wattsup_core.store import Store, TokenRecord


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("token", help="make, list and revoke tokens for programs")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="make a token and print it: it is shown this once")
    whose = add.add_mutually_exclusive_group(required=True)
    whose.add_argument("--meter", metavar="ID", help="the meter it is for")
    whose.add_argument("--all", action="store_true", help="it is for all meters, also for those to come")
    scopes = [scope.value for scope in Scope]
    add.add_argument("--scope", choices=scopes, default=Scope.WRITE.value, help="write sends and reads, read only reads (default: write)")
    add.set_defaults(run=run_add)
    actions.add_parser("list", help="list the tokens, without their secrets").set_defaults(run=run_list)
    revoke = actions.add_parser("revoke", help="let a token in no more")
    revoke.add_argument("token_id", metavar="ID", help="its id from the list")
    revoke.set_defaults(run=run_revoke)


def run_add(args: argparse.Namespace) -> None:
    """Make a token; its secret alone goes to standard output."""
    from wattsup_core.service.access import issue_token

    token_id, secret = issue_token(_store(), None if args.all else args.meter, Scope(args.scope))
    print(secret)
    print(f"This token is shown once. Its id is {token_id}.", file=sys.stderr)


def run_list(args: argparse.Namespace) -> None:  # noqa: ARG001  # every subcommand runs alike
    """Print a line for each token."""
    for token in _store().tokens():
        print(_line(token))


def run_revoke(args: argparse.Namespace) -> None:
    """Revoke a token and say so."""
    _store().revoke_token(args.token_id)
    print(f"{args.token_id} is revoked.")


def _line(token: TokenRecord) -> str:
    state = "valid" if token.revoked_at is None else f"revoked {token.revoked_at:%Y-%m-%d}"
    return f"{token.token_id}  {token.scope.value:5}  {token.meter_id or 'all meters'}  made {token.created_at:%Y-%m-%d}  {state}"


def _store() -> Store:
    from wattsup_core.settings import Settings
    from wattsup_core.store import open_store

    store = open_store(Settings.from_env().database_url)
    store.migrate()
    return store
