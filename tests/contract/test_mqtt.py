"""Against a real broker: what it has delivered is on the disk, and what was not stored comes again."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.factories import make_meter
from wattsup_core.errors import BusyError, SettingsError
from wattsup_core.service import mqtt
from wattsup_core.service.mqtt import deliveries_of, listen, routes_of
from wattsup_core.settings import Settings
from wattsup_core.store import Store, open_store
from wattsup_core.types import Meter

ROOT = Path(__file__).resolve().parents[2]
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
needs_broker = pytest.mark.skipif(MOSQUITTO is None, reason="there is no mosquitto on this machine (apt-get install mosquitto)")
STAMP = "2026-01-05T12:{:02d}:00Z"


class Broker:
    """mosquitto on a free port, with its sessions kept in a folder."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        config = folder / "mosquitto.conf"
        user = f"user {os.environ.get('USER', 'root')}\n"
        config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n{user}")
        self._command = [str(MOSQUITTO), "-c", str(config)]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self._answers)

    def _answers(self) -> bool:
        socket.create_connection(("127.0.0.1", self.port)).close()
        return True

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def publish(self, topic: str, *payloads: object) -> None:
        client = Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        for payload in payloads:
            text = payload if isinstance(payload, str) else json.dumps(payload)
            client.publish(topic, text, qos=1).wait_for_publish(30)
        client.disconnect()
        client.loop_stop()


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    for _ in range(int(seconds / 0.05)):
        with contextlib.suppress(OSError):
            if holds():
                return
        time.sleep(0.05)
    raise AssertionError("it did not come to pass")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    yield broker
    broker.stop()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'w.db'}")
    opened.migrate()
    for name in ("home", "flat"):
        opened.add_meter(make_meter(name, interval_minutes=15.0))
    return opened


def settings_of(store: Store, port: int, *topics: tuple[str, str]) -> Settings:
    return Settings(database_url=store.url, mqtt_url=f"mqtt://127.0.0.1:{port}", mqtt_topics=topics)


@contextlib.contextmanager
def listening(store: Store, settings: Settings) -> Iterator[None]:
    stopped = threading.Event()
    thread = threading.Thread(target=listen, args=(store, settings, stopped))
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def kwh(store: Store, meter_id: str) -> list[float]:
    return [round(value, 6) for value in store.readings(meter_id)["kwh"]]


@needs_broker
def test_messages_are_stored_and_nonsense_is_left(store: Store, broker: Broker) -> None:
    settings = settings_of(store, broker.port, ("tele/plug/SENSOR", "home"), ("gateway/#", "*"))
    with listening(store, settings):
        until(lambda: not _is_unknown(broker, store, "tele/plug/SENSOR"))
        for place, total in enumerate((100.0, 100.5, 101.25)):
            broker.publish("tele/plug/SENSOR", "nonsense", {"Time": f"2026-01-05T12:{place * 15:02d}:00", "ENERGY": {"Total": total}})
        broker.publish("gateway/1", [{"meter": "flat", "timestamp": STAMP.format(0), "kwh": 0.25}, {"meter": "nobody"}, 5])
        until(lambda: kwh(store, "flat") == [0.25] and len(kwh(store, "home")) == 3)
    assert kwh(store, "home") == [10.0, 0.5, 0.75]


def _is_unknown(broker: Broker, store: Store, topic: str) -> bool:
    """Whether nobody listens yet: a message without effect is sent until somebody has taken one."""
    broker.publish(topic, {"Time": "2026-01-05T11:00:00", "ENERGY": {"Total": 90.0}})
    time.sleep(0.2)
    with store._database.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM register_readings").scalar_one() == 0


@needs_broker
def test_what_comes_while_nobody_listens_is_not_lost(store: Store, broker: Broker) -> None:
    settings = settings_of(store, broker.port, ("meters", "home"))
    with listening(store, settings):
        until(lambda: (broker.publish("meters", {"timestamp": STAMP.format(0), "kwh": 1.0}), time.sleep(0.2), bool(kwh(store, "home")))[-1])
    broker.publish("meters", {"timestamp": STAMP.format(15), "kwh": 2.0}, {"timestamp": STAMP.format(30), "kwh": 3.0})
    assert kwh(store, "home") == [1.0]
    with listening(store, settings):
        until(lambda: kwh(store, "home") == [1.0, 2.0, 3.0])


@needs_broker
def test_what_cannot_be_stored_comes_again(store: Store, broker: Broker) -> None:
    class Failing(Store):
        """Refuses its first write, as a database that is busy."""

        failures = 0

        def append(self, deliveries, receipt=None):  # type: ignore[no-untyped-def]
            if self.failures == 0 and deliveries:
                self.failures += 1
                raise BusyError("Busy.")
            return super().append(deliveries, receipt)

    failing = Failing(store.url)
    settings = settings_of(store, broker.port, ("meters", "home"))
    with listening(failing, settings):
        until(lambda: (broker.publish("meters", {"timestamp": STAMP.format(0), "kwh": 1.0}), time.sleep(0.2), failing.failures)[-1] == 1)
        until(lambda: kwh(store, "home") == [1.0])


@needs_broker
def test_a_broker_that_comes_back_is_found_again(store: Store, broker: Broker) -> None:
    settings = settings_of(store, broker.port, ("meters", "home"))
    with listening(store, settings):
        until(lambda: (broker.publish("meters", {"timestamp": STAMP.format(0), "kwh": 1.0}), time.sleep(0.2), bool(kwh(store, "home")))[-1])
        broker.stop()
        broker.start()
        until(
            lambda: (
                (broker.publish("meters", {"timestamp": STAMP.format(15), "kwh": 2.0}), time.sleep(0.2), len(kwh(store, "home")))[-1] == 2
            )
        )


@needs_broker
def test_a_killed_listener_loses_nothing(store: Store, broker: Broker) -> None:
    env = os.environ | {"DATABASE_URL": store.url, "MQTT_URL": f"mqtt://127.0.0.1:{broker.port}", "MQTT_TOPICS": "meters=home"}

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "wattsup_core", "mqtt"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)

    process = start()
    rows = [{"timestamp": 1_780_000_200 + 900 * place, "kwh": float(place)} for place in range(200)]
    try:
        until(lambda: (broker.publish("meters", rows[0]), time.sleep(0.2), bool(kwh(store, "home")))[-1])
        sender = threading.Thread(target=broker.publish, args=("meters", *rows[1:]))
        sender.start()
        until(lambda: len(kwh(store, "home")) > 20)
        process.send_signal(signal.SIGKILL)
        process.wait()
        sender.join()
        process = start()
        until(lambda: len(kwh(store, "home")) == len(rows))
    finally:
        process.terminate()
        assert process.wait() == 0
    assert kwh(store, "home") == [row["kwh"] for row in rows]


@needs_broker
def test_of_a_backlog_without_times_the_last_reading_of_each_second_counts(store: Store, broker: Broker) -> None:
    settings = settings_of(store, broker.port, ("shellies/em/emeter/0/total", "home"))

    def shown_kwh() -> list[float]:
        with store._database.reading() as connection:
            return list(connection.exec_driver_sql("SELECT kwh FROM register_readings ORDER BY ts").scalars())

    with listening(store, settings):
        until(lambda: (broker.publish("shellies/em/emeter/0/total", "99000"), time.sleep(0.2), bool(shown_kwh()))[-1])
    broker.publish("shellies/em/emeter/0/total", *(str(100_000 + 10 * place) for place in range(480)))
    with listening(store, settings):
        until(lambda: shown_kwh()[-1] == 104.79, seconds=15)
    assert shown_kwh() == sorted(shown_kwh())


def test_a_message_without_a_time_has_that_of_its_arrival(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(store, 1883, ("shellies/em/emeter/0/total", "home"))
    inbox: queue.SimpleQueue[tuple[MQTTMessage, int]] = queue.SimpleQueue()
    on_message = mqtt._client(settings, routes_of(settings), inbox).on_message
    assert on_message is not None
    for second, total in ((1_780_000_200, 100_000), (1_780_001_100, 100_250), (1_780_002_000, 100_600)):
        monkeypatch.setattr(mqtt.time, "time", lambda came_at=second: came_at + 0.9)
        message = MQTTMessage(topic=b"shellies/em/emeter/0/total")
        message.payload = str(total).encode()
        on_message(None, None, message)  # type: ignore[arg-type]
    assert mqtt._store(store, routes_of(settings), mqtt._take(inbox), lambda _seqs: None)
    assert kwh(store, "home") == [0.25, 0.35]


def test_a_message_goes_where_its_topic_says(store: Store) -> None:
    settings = settings_of(store, 1883, ("shellies/+/emeter/0/total", "home"), ("p1", "flat"), ("plug", "flat#switch:1"))
    routes = routes_of(settings)
    (scalar,) = deliveries_of(store, routes, "shellies/em/emeter/0/total", b"5300.5", 1_780_000_200)
    assert [(each.seconds, each.kwh) for each in scalar.registers] == [(1_780_000_200, 5.3005)]
    status = {"switch:0": {"aenergy": {"total": 1000}}, "switch:1": {"aenergy": {"total": 2000}}}
    (plug,) = deliveries_of(store, routes, "plug", json.dumps(status).encode(), 1_780_000_200)
    assert (plug.meter_id, plug.registers[0].kwh, plug.registers[0].counter) == ("flat", 2.0, "=switch:1")
    assert deliveries_of(store, routes, "other", b"{}", 1_780_000_200) == []


@pytest.mark.parametrize("topics", [(("t/x", "*"), ("t/#", "home")), (("t/#", "home"), ("t/x", "*"))])
def test_a_route_that_makes_no_sense_of_a_message_keeps_no_other_from_it(store: Store, topics: tuple[tuple[str, str], ...]) -> None:
    routes = routes_of(settings_of(store, 1, *topics))
    (found,) = deliveries_of(store, routes, "t/x", b"timestamp,kwh\n2026-01-05T12:00:00Z,0.25\n", 1_780_000_200)
    assert (found.meter_id, [each.kwh for each in found.readings]) == ("home", [0.25])


def test_a_message_whose_meter_cannot_be_looked_up_now_is_not_acknowledged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    message = MQTTMessage(topic=b"t/x")
    message.payload = b'{"timestamp": "2026-01-05T12:00:00Z", "kwh": 0.25}'
    routes = routes_of(settings_of(store, 1, ("t/x", "home")))

    def is_busy(_: str) -> Meter:
        raise BusyError("The database is busy.")

    with monkeypatch.context() as busy:
        busy.setattr(store, "meter", is_busy)
        assert not mqtt._store(store, routes, [(message, 1_780_000_200)], lambda _seqs: None)
    assert mqtt._store(store, routes, [(message, 1_780_000_200)], lambda _seqs: None)
    assert kwh(store, "home") == [0.25]


@pytest.mark.parametrize("topics", [(), (("a/#/b", "home"),), (("meters", "nobody"),)])
def test_topics_that_lead_nowhere_stop_the_start(store: Store, topics: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(SettingsError, match=r"MQTT|broker"):
        listen(store, settings_of(store, 1, *topics), threading.Event())
