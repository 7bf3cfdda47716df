"""Serves the dashboard on this machine, with the server that production uses.

gunicorn rather than Flask's own: one worker of eight threads is the set-up of the Procfile too, slow clients do not hold it up, and
Ctrl-C lets answers go out. Where it does not run (Windows), Flask's threaded server stands in for it.
"""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wattsup_core.errors import SettingsError
from wattsup_core.settings import Settings, job_environment

if TYPE_CHECKING:
    from flask import Flask

THREADS = 8
SWITCH_SECONDS = 0.0005
"""An answer makes a hundred short calls of SQLite; after each, a thread that computes keeps it waiting so long. Python's 5 ms add up."""
OPTIONS: dict[str, Any] = {
    "workers": 1,
    "threads": THREADS,
    "worker_class": "gthread",
    "control_socket_disable": True,
    "loglevel": "warning",
    "graceful_timeout": 5,
    "timeout": 60,
}


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Prepare the store, tell the address, and answer until interrupted.

    Raises
    ------
    SettingsError
        When the address is taken or not ours, or the store cannot be prepared.
    """
    listener = _listen(settings)
    prepare_apart()
    host, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  # compared, not bound to
    tell(f"WattsUp is on http://{f'[{shown}]' if ':' in shown else shown}:{port} (Ctrl-C stops it)")
    if os.name == "nt":
        _serve_with_flask(settings, listener)
    else:
        _serve_with_gunicorn(settings, listener)


def web_app(settings: Settings) -> Flask:
    """What a web process answers with."""
    # In the worker: the process that forks it stays small.
    from dashboard.factory import create_app
    from wattsup_core.service.live.starting import Starter, watch_store
    from wattsup_core.store import open_store

    sys.setswitchinterval(SWITCH_SECONDS)
    server: Flask = create_app(settings, Starter(settings)).server
    watch_store(settings, open_store(settings.database_url))
    return server


def prepare_apart() -> None:
    """Migrate the store and fill an empty one with the sample, in a process of its own: its libraries do not stay in ours.

    Raises
    ------
    SettingsError
        When that process has failed; it has said why.
    """
    done = subprocess.run([sys.executable, "-P", "-m", "dashboard", "prepare"], env=job_environment(), check=False)
    if done.returncode != 0:
        raise SettingsError("The store could not be prepared.", "The lines above say why.")


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {settings.port} is taken by another program."
            raise SettingsError(message, f"Choose another: PORT={settings.port + 1} python app.py") from error
        message = f"WattsUp cannot listen on {settings.host}:{settings.port}."
        raise SettingsError(message, "Set HOST and PORT to an address of this machine.") from error


def _serve_with_gunicorn(settings: Settings, listener: socket.socket) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in OPTIONS.items():
                self.cfg.set(name, value)
            self.cfg.set("bind", f"fd://{listener.fileno()}")

        def load(self) -> Any:
            return web_app(settings)

    Server().run()


def _serve_with_flask(settings: Settings, listener: socket.socket) -> None:
    from werkzeug.serving import run_simple

    host, port = listener.getsockname()[:2]
    listener.close()
    run_simple(host, port, web_app(settings), threaded=True)
