"""``python app.py`` and ``python -m dashboard``: what they say, serve and refuse."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.serving import OPTIONS
from wattsup_core.store import open_store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATTSUP_")}
    urls = {"DATABASE_URL": f"sqlite:///{tmp_path}/w.db", "JOBS_URL": f"diskcache://{tmp_path}/jobs"}
    return kept | urls | {"PORT": "0", "HOST": "127.0.0.1", "WATTSUP_SAMPLE": "0"}


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)


def test_the_program_tells_its_address_serves_and_ends_on_an_interrupt(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "app.py"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as app:
        assert app.stdout is not None
        assert app.stderr is not None
        line = app.stdout.readline()
        found = re.fullmatch(r"WattsUp is on http://127\.0\.0\.1:(\d+) \(Ctrl-C stops it\)\n", line)
        assert found is not None, line + app.stderr.read()
        assert _health(int(found[1])) == 200
        assert [_status(int(found[1]), host) for host in (f"localhost:{found[1]}", f"evil.example:{found[1]}")] == [200, 403]
        app.send_signal(signal.SIGINT)
        assert app.wait(timeout=30) in {0, 130}
        assert "Traceback" not in app.stderr.read()


def _health(port: int) -> int:
    deadline = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        finally:
            connection.close()


def _status(port: int, host: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/", headers={"Host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_a_taken_port_is_told_in_one_line(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run(environment | {"PORT": str(port)}, "app.py")
    assert done.returncode == 2
    assert done.stderr == f"Port {port} is taken by another program. Choose another: PORT={port + 1} python app.py\n"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"WATTSUP_NOPE": "1"}, "Unknown setting WATTSUP_NOPE."),
        ({"PORT": "many"}, "PORT must be a number"),
        ({"HOST": "256.1.1.1"}, "WattsUp cannot listen on 256.1.1.1:0."),
        ({"JOBS_URL": "diskcache:///proc/nowhere"}, "cannot be written"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/w.db"}, "cannot be written"),
    ],
)
def test_a_bad_setting_is_told_in_a_sentence(environment: dict[str, str], changes: dict[str, str], said: str) -> None:
    done = run(environment | changes, "app.py")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_store_is_prepared_with_the_sample_once(environment: dict[str, str], tmp_path: Path) -> None:
    with_sample = environment | {"WATTSUP_SAMPLE": "1"}
    first, second = (run(with_sample, "-m", "dashboard", "prepare") for _ in range(2))
    assert (first.returncode, first.stdout) == (0, "Preparing the sample household (once) …\n"), first.stderr
    assert (second.returncode, second.stdout) == (0, ""), second.stderr
    [meter] = open_store(environment["DATABASE_URL"]).meters()
    assert meter.is_sample
    assert open_store(environment["DATABASE_URL"]).events(meter.meter_id)
    assert open_store(environment["DATABASE_URL"]).newest_forecast(meter.meter_id)


def test_importing_the_app_starts_no_process(environment: dict[str, str]) -> None:
    code = "import psutil, app; print(app.server.name, len(psutil.Process().children()))"
    assert run(environment, "-c", code).stdout == "wattsup 0\n"


def test_the_ways_to_host_it_say_the_same() -> None:
    expected = f"gunicorn app:server --workers {OPTIONS['workers']} --threads {OPTIONS['threads']} --worker-class {OPTIONS['worker_class']}"
    expected += " --no-control-socket --bind 0.0.0.0:$PORT"
    assert (ROOT / "Procfile").read_text() == f"web: {expected}\n"
    assert f'"exec {expected}"]\n' in (ROOT / "Dockerfile").read_text()  # Render builds it too
    assert "runtime: docker\n" in (ROOT / "render.yaml").read_text()
