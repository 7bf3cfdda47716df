"""Live readings: from the body of a request or a message to the store, and the answer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from wattsup_core.errors import BadRequestError
from wattsup_core.readers.devices import is_telegram, read_telegrams
from wattsup_core.service.refusals import reason_of
from wattsup_core.service.sent_bodies import csv_items, deliver_file, json_items
from wattsup_core.service.sent_readings import deliver, deliver_messages
from wattsup_core.store import Delivery, Receipt, Refusal
from wattsup_core.types import Meter

if TYPE_CHECKING:
    from wattsup_core.store import Store, TokenRecord

LONGEST_KEY = 200


@dataclass(frozen=True)
class Sent:
    """A request that brings readings.

    Attributes
    ----------
    body, is_json
        The bytes, and whether they are named as JSON; otherwise what they are is found out.
    key
        Its ``Idempotency-Key``, "" for none.
    counter
        The counter of a device that the meter shall follow, "" for the only one.
    """

    body: bytes
    is_json: bool
    key: str = ""
    counter: str = ""


def receive(store: Store, token: TokenRecord, meter_id: str, sent: Sent) -> dict[str, Any]:
    """Store the readings of a request for one meter; the answer, once they are on the disk.

    Raises
    ------
    NotFoundError
        When there is no such meter.
    BadRequestError
        When the body holds no readings.
    KeyReusedError, BusyError
        See :meth:`wattsup_core.store.Store.append`.
    """
    meter = store.meter(meter_id)
    (outcome,) = store.append([read_body(sent, meter, _now())], _receipt(token, meter_id, sent))
    answer = {"seq": outcome.seq, "stored": outcome.stored, "rejected": [_refusal(each) for each in outcome.refused]}
    return answer | ({"notes": [asdict(note) for note in outcome.notes]} if outcome.notes else {})


def receive_many(store: Store, token: TokenRecord, sent: Sent) -> dict[str, Any]:
    """Store the readings of a gateway, each of which names its ``meter``; the answer, with the version of each meter.

    A reading of a meter that is not there, or that the token is not for, is refused by itself.
    """
    is_json = sent.is_json or sent.body.lstrip()[:1] in (b"{", b"[")
    items = json_items(sent.body) if is_json else csv_items(sent.body)
    if items is None:
        raise BadRequestError("The body is neither JSON nor a CSV with the columns meter, timestamp and a value.", "See the documentation.")
    deliveries, strangers = _by_meter(store, token, items, sent.counter)
    outcomes = store.append(deliveries, _receipt(token, "", sent))
    refused = sorted([*strangers, *(each for outcome in outcomes for each in outcome.refused)], key=lambda each: each.index)
    return {
        "seq": {outcome.meter_id: outcome.seq for outcome in outcomes},
        "stored": sum(outcome.stored for outcome in outcomes),
        "rejected": [_refusal(each) for each in refused],
    }


def read_body(sent: Sent, meter: Meter, now: int) -> Delivery:
    """What a body brings for `meter`.

    Raises
    ------
    BadRequestError
        When it holds no readings.
    """
    if not sent.body.strip():
        raise BadRequestError("The body is empty.", "Send at least one reading.")
    if not sent.is_json and is_telegram(sent.body):
        return deliver_messages(list(read_telegrams(sent.body)), meter, now, sent.counter)
    if sent.is_json or sent.body.lstrip()[:1] in (b"{", b"["):
        return deliver(list(enumerate(json_items(sent.body))), meter, now, sent.counter)
    items = csv_items(sent.body)
    return deliver_file(sent.body, meter) if items is None else deliver(list(enumerate(items)), meter, now, sent.counter)


def group_by_meter(
    store: Store, items: Sequence[Any], may: Callable[[str], bool], counter: str, now: int
) -> tuple[list[Delivery], list[Refusal]]:
    """The objects of a gateway by the ``meter`` each of them names, and those that name none that is there and `may` be written."""
    by_meter: dict[str, list[tuple[int, Any]]] = {}
    strangers: list[Refusal] = []
    for index, item in enumerate(items):
        name = item.get("meter") if isinstance(item, dict) else None
        if isinstance(name, str) and name.isprintable() and may(name):
            by_meter.setdefault(name, []).append((index, item))
        else:
            strangers.append(Refusal(index, "unknown_meter" if isinstance(item, dict) else "not_an_object"))
    known = store.find_meters(by_meter)
    strangers += [Refusal(index, "unknown_meter") for name in by_meter.keys() - known.keys() for index, _ in by_meter[name]]
    return [deliver(rows, known[name], now, counter) for name, rows in by_meter.items() if name in known], strangers


def _by_meter(store: Store, token: TokenRecord, items: Sequence[Any], counter: str) -> tuple[list[Delivery], list[Refusal]]:
    return group_by_meter(store, items, lambda name: token.meter_id in {None, name}, counter, _now())


def _receipt(token: TokenRecord, meter_id: str, sent: Sent) -> Receipt | None:
    if not sent.key:
        return None
    if len(sent.key) > LONGEST_KEY or not sent.key.isprintable():
        raise BadRequestError(f"An Idempotency-Key has at most {LONGEST_KEY} printable characters.", "Send a UUID, for example.")
    asked = hashlib.sha256(b"\0".join([meter_id.encode(), sent.counter.encode(), sent.body])).hexdigest()
    return Receipt(token.token_key, sent.key, asked)


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {"index": refusal.index, "code": refusal.code, "reason": reason_of(refusal.code)}


def _now() -> int:
    return int(time.time())
