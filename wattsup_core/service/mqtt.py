"""Readings from an MQTT broker: each message is acknowledged once what it holds is on the disk.

The network has a thread of its own; the caller's stores what has come meanwhile in one transaction, and acknowledges it. What could
not be stored is not acknowledged: the connection is closed, and the broker, which keeps the session, sends it again at the next one.
A message that makes no sense is logged and acknowledged, for it would never make any.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from wattsup_core.errors import BusyError, SettingsError, WattsUpError
from wattsup_core.readers.devices import read_scalar
from wattsup_core.service.ingest import Sent, group_by_meter, read_body
from wattsup_core.service.live.starting import Ensure, start_nothing
from wattsup_core.service.refusals import reason_of
from wattsup_core.service.sent_bodies import json_items
from wattsup_core.service.sent_readings import deliver_messages
from wattsup_core.settings import MQTT_PORTS, Settings

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage

    from wattsup_core.store import Delivery, Store

    Inbox = queue.SimpleQueue[tuple[MQTTMessage, int]]
    """Messages with the instant [epoch s] each has come at: the time of those whose device has no clock."""

LOG = logging.getLogger(__name__)

QOS = 1
MOST_AT_ONCE = 500
WAIT_S = 0.5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1, 60
KEEP_ALIVE_S = 60
ALL_METERS = "*"
COUNTER_MARK = "#"


@dataclass(frozen=True)
class Route:
    """Where the messages of a topic filter go: to a meter, by a `counter` of the device when it has several, or, with
    :data:`ALL_METERS`, to the meters that they name.
    """

    topic: str
    meter_id: str
    counter: str


def routes_of(settings: Settings) -> tuple[Route, ...]:
    """The routes of ``MQTT_TOPICS``; ``filter=meter#em1data:0`` names a counter.

    Raises
    ------
    SettingsError
        When there is no broker or no topic, or a filter is none.
    """
    if not settings.mqtt_url or not settings.mqtt_topics:
        raise SettingsError("There is no broker to listen to.", "Set MQTT_URL and MQTT_TOPICS.")
    routes = []
    for topic, goal in settings.mqtt_topics:
        if not _is_filter(topic):
            raise SettingsError(f"MQTT_TOPICS has {topic!r}, which is no topic filter.", "Write it like shellies/+/emeter/0/total.")
        meter_id, _, counter = goal.partition(COUNTER_MARK)
        routes.append(Route(topic, meter_id, counter))
    return tuple(routes)


def _is_filter(topic: str) -> bool:
    """Whether the wildcards stand where MQTT allows them: each alone in its level, # in the last."""
    levels = topic.split("/")
    return all("+" not in level or level == "+" for level in levels) and all(
        "#" not in level or (level == "#" and place == len(levels) - 1) for place, level in enumerate(levels)
    )


def listen(store: Store, settings: Settings, stopped: threading.Event, ensure_scorer: Ensure = start_nothing) -> None:
    """Store what the broker's messages hold until `stopped` is set; `ensure_scorer` is called after each write.

    Raises
    ------
    SettingsError
        When the settings name no broker or no topic, or a meter that is not there.
    """
    routes = routes_of(settings)
    named = {route.meter_id for route in routes} - {ALL_METERS}
    unknown = sorted(named - store.find_meters(named).keys())
    if unknown:
        raise SettingsError(f"MQTT_TOPICS names the meter {unknown[0]}, which is not here.", "Add it with: meter add --id ID.")
    pause = _Pause(stopped)
    while not stopped.is_set():
        _hold_session(store, settings, routes, stopped, ensure_scorer, pause)
        pause()


def _hold_session(
    store: Store,
    settings: Settings,
    routes: Sequence[Route],
    stopped: threading.Event,
    ensure_scorer: Ensure,
    pause: _Pause,
) -> None:
    """Store what comes until `stopped` is set or something could not be stored; leaving makes the broker send that again."""
    inbox: Inbox = queue.SimpleQueue()
    client = _client(settings, routes, inbox)
    client.loop_start()
    try:
        while not stopped.is_set():
            received = _take(inbox)
            if not received:
                continue
            if not _store(store, routes, received, ensure_scorer):
                return
            for message, _ in received:
                client.ack(message.mid, message.qos)
            pause.reset()
    finally:
        client.disconnect()
        client.loop_stop()


def deliveries_of(store: Store, routes: Sequence[Route], topic: str, payload: bytes, now: int) -> list[Delivery]:
    """What a message brings, by all routes of its topic; what makes no sense of it is logged, and keeps no other route from it.

    Raises
    ------
    BusyError
        When the store cannot be asked now what the message is for.
    """
    from paho.mqtt.client import topic_matches_sub

    found: list[Delivery] = []
    for route in routes:
        if not topic_matches_sub(route.topic, topic):
            continue
        try:
            found += _by_route(store, route, topic, payload, now)
        except BusyError:
            raise
        except WattsUpError as error:
            LOG.warning("%s: %s", topic, error.sentence)
    return found


def _by_route(store: Store, route: Route, topic: str, payload: bytes, now: int) -> list[Delivery]:
    if route.meter_id == ALL_METERS:
        deliveries, strangers = group_by_meter(store, json_items(payload), lambda _: True, route.counter, now)
        for stranger in strangers:
            LOG.warning("%s: reading %d is not stored. %s", topic, stranger.index, reason_of(stranger.code))
        return deliveries
    meter = store.meter(route.meter_id)
    scalar = read_scalar(topic, payload[:64].decode("utf-8", "replace"))
    if scalar is not None:
        return [deliver_messages([scalar], meter, now, route.counter)]
    return [read_body(Sent(payload, is_json=False, counter=route.counter), meter, now)]


def _client(settings: Settings, routes: Sequence[Route], inbox: Inbox) -> Client:
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

    url = urlsplit(settings.mqtt_url)
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=_client_id(settings),
        clean_session=False,
        protocol=MQTTProtocolVersion.MQTTv311,
        manual_ack=True,
    )
    if url.username is not None:
        client.username_pw_set(unquote(url.username), None if url.password is None else unquote(url.password))
    if url.scheme == "mqtts":
        client.tls_set()
    client.reconnect_delay_set(FIRST_PAUSE_S, LONGEST_PAUSE_S)
    client.on_connect = lambda client, _data, _flags, reason, _properties: _greet(client, routes, reason)
    client.on_disconnect = lambda _client, _data, _flags, reason, _properties: LOG.warning("The broker is gone: %s", reason)
    client.on_message = lambda _client, _data, message: inbox.put((message, int(time.time())))
    client.connect_async(str(url.hostname), url.port or MQTT_PORTS[url.scheme], KEEP_ALIVE_S)
    return client


def _client_id(settings: Settings) -> str:
    """Always the same for one database: the broker keeps what comes while we are away under it."""
    return "wattsup-" + hashlib.blake2b(settings.database_url.encode(), digest_size=6).hexdigest()


def _greet(client: Client, routes: Sequence[Route], reason: Any) -> None:
    if reason.is_failure:
        LOG.error("The broker refuses us: %s", reason)
        return
    client.subscribe([(topic, QOS) for topic in dict.fromkeys(route.topic for route in routes)])
    LOG.info("Listening to %d topics", len(routes))


def _take(inbox: Inbox) -> list[tuple[MQTTMessage, int]]:
    """What has come, waiting a moment for the first of it."""
    received: list[tuple[MQTTMessage, int]] = []
    try:
        received.append(inbox.get(timeout=WAIT_S))
        while len(received) < MOST_AT_ONCE:
            received.append(inbox.get_nowait())
    except queue.Empty:
        pass
    return received


def _store(store: Store, routes: Sequence[Route], received: Sequence[tuple[MQTTMessage, int]], ensure_scorer: Ensure) -> bool:
    """Whether all that makes sense of the messages is on the disk."""
    deliveries: list[tuple[str, Delivery]] = []
    try:
        for message, came_at in received:
            found = deliveries_of(store, routes, message.topic, bytes(message.payload), came_at)
            deliveries += [(message.topic, delivery) for delivery in found]
        outcomes = store.append([delivery for _, delivery in deliveries])
    except Exception:
        LOG.exception("The messages cannot be stored now; the broker keeps them")
        return False
    for (topic, _), outcome in zip(deliveries, outcomes, strict=True):
        for refusal in outcome.refused:
            LOG.warning("%s: reading %d of %s is not stored. %s", topic, refusal.index, outcome.meter_id, reason_of(refusal.code))
        for note in outcome.notes:
            LOG.info("%s, %s: %s", topic, outcome.meter_id, note.message)
    ensure_scorer({outcome.meter_id: outcome.seq for outcome in outcomes})
    return True


class _Pause:
    """Waits longer each time, up to :data:`LONGEST_PAUSE_S`."""

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped, self._seconds = stopped, float(FIRST_PAUSE_S)

    def __call__(self) -> None:
        self._stopped.wait(self._seconds)
        self._seconds = min(2 * self._seconds, float(LONGEST_PAUSE_S))

    def reset(self) -> None:
        self._seconds = float(FIRST_PAUSE_S)
