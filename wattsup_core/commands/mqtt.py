"""``mqtt``: listens to a broker and stores what devices send, until it is stopped."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from typing import Any


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("mqtt", help="store what the devices of MQTT_TOPICS send to the broker of MQTT_URL")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:  # noqa: ARG001  # every subcommand runs alike
    """Listen until interrupted or terminated; what is stored by then is acknowledged."""
    from wattsup_core.service.live.starting import Starter
    from wattsup_core.service.mqtt import listen
    from wattsup_core.settings import Settings
    from wattsup_core.store import open_store

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = Settings.from_env()
    store = open_store(settings.database_url)
    store.migrate()
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    listen(store, settings, stopped, Starter(settings))
