"""gunicorn reads this by itself: ``gunicorn app:server`` needs no option. It listens on 0.0.0.0:$PORT where PORT is set."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from dashboard.serving import OPTIONS
from wattsup_core.settings import job_environment

workers = OPTIONS["workers"]  # jobs, caches and the embedded store are one machine's: threads, not workers, serve more people
threads = OPTIONS["threads"]
worker_class = OPTIONS["worker_class"]
timeout = OPTIONS["timeout"]
control_socket_disable = OPTIONS["control_socket_disable"]


def when_ready(_server: Any) -> None:
    """Fill an empty store with the sample household beside the server, which answers meanwhile."""
    subprocess.Popen([sys.executable, "-P", "-m", "dashboard", "prepare"], env=job_environment())
