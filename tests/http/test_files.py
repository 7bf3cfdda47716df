"""Files in and out: uploads by streamed POST, downloads as CSV."""

from __future__ import annotations

import csv
import errno
import io
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.api.files import MOST_AT_ONCE
from dashboard.spool import Spool
from tests.http.conftest import METER, OTHER
from wattsup_core.settings import Settings
from wattsup_core.store import Store

UPLOADS = "/api/v1/uploads"


def test_an_upload_waits_as_a_file_for_its_import(client: FlaskClient, settings: Settings) -> None:
    content = bytes(range(256)) * 2000
    response = client.post(f"{UPLOADS}?name=..%2F..%2Fmeter+1.csv", data=content)
    assert response.status_code == 201
    path, name = Spool(settings.uploads_folder).find(response.json["upload"])
    assert (path.read_bytes(), name) == (content, "meter 1.csv")
    assert path.parent == settings.uploads_folder


@pytest.mark.parametrize("name", ["", "?name=", "?name=%00%0d%0a", "?name=" + "x" * 5000])
def test_any_name_will_do(client: FlaskClient, name: str) -> None:
    assert client.post(UPLOADS + name, data=b"a").status_code == 201


def test_an_upload_that_is_too_large_is_refused_in_one_sentence(client: FlaskClient, settings: Settings) -> None:
    before = set(settings.uploads_folder.iterdir())
    response = client.post(UPLOADS, data=b"x" * (1024 * 1024 + 1))
    assert response.status_code == 413
    assert response.json["error"]["message"] == "This file is larger than 1 MB."
    assert set(settings.uploads_folder.iterdir()) == before


def test_an_upload_that_does_not_say_its_size_is_cut_off_too(client: FlaskClient, settings: Settings) -> None:
    before = set(settings.uploads_folder.iterdir())
    stream = io.BytesIO(b"x" * (2 * 1024 * 1024))
    environ = {"wsgi.input": stream, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    response = client.post(UPLOADS, environ_overrides=environ)
    assert response.status_code == 413
    assert set(settings.uploads_folder.iterdir()) == before


def test_an_upload_that_breaks_off_leaves_nothing(client: FlaskClient, settings: Settings) -> None:
    before = set(settings.uploads_folder.iterdir())
    environ = {"wsgi.input": io.BytesIO(b"x" * 1000), "CONTENT_LENGTH": "5000"}
    assert client.post(UPLOADS, environ_overrides=environ).status_code == 400
    assert set(settings.uploads_folder.iterdir()) == before


class Tide:
    """A body that is asked for while others have begun too."""

    def __init__(self, client: FlaskClient, more: int) -> None:
        self._client, self._more, self.answers = client, more, []

    def read(self, _size: int = -1) -> bytes:
        if self._more:
            more, self._more = self._more, 0
            inner = Tide(self._client, more - 1)
            response = self._client.post(UPLOADS, environ_overrides={"wsgi.input": inner, "CONTENT_LENGTH": "1"})
            self.answers = [(response.status_code, response.json), *inner.answers]
            return b"x"
        return b"x"


def test_few_files_arrive_at_once_and_the_next_is_asked_to_wait(client: FlaskClient) -> None:
    tide = Tide(client, MOST_AT_ONCE)
    assert client.post(UPLOADS, environ_overrides={"wsgi.input": tide, "CONTENT_LENGTH": "1"}).status_code == 201
    statuses = [status for status, _ in tide.answers]
    assert statuses == [201] * (MOST_AT_ONCE - 1) + [503]
    assert tide.answers[-1][1]["error"]["message"] == "Other files are arriving just now."
    assert client.post(UPLOADS, data=b"a").status_code == 201


def test_a_full_disk_is_told(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Spool, "receive", full)
    response = client.post(UPLOADS, data=b"a")
    assert (response.status_code, response.json["error"]["code"]) == (507, "disk_full")
    assert response.json["error"]["message"] == "The disk is full."


def test_a_bug_is_an_incident_in_json(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr(Spool, "receive", broken)
    response = client.post(UPLOADS, data=b"a")
    incident = caplog.records[-1].getMessage().removeprefix("Incident ")
    assert response.status_code == 500
    assert response.json["error"]["message"] == f"Something went wrong (id {incident})."


def test_the_largest_upload_is_taken(client: FlaskClient) -> None:
    assert client.post(UPLOADS, data=b"x" * (1024 * 1024)).status_code == 201


def test_readings_leave_as_csv(client: FlaskClient, store: Store) -> None:
    response = client.get(f"/download/readings.csv?meter={METER}&from=2023-03-10&to=2023-03-11")
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    disposition = response.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="wattsup-home-readings-2023-03-10-to-2023-03-11.csv"'
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 48
    assert rows[0]["timestamp"].startswith("2023-03-10T00:00")
    assert float(rows[0]["kwh"]) == store.readings(METER).loc["2023-03-10T00:00Z", "kwh"]


def test_anomalies_leave_as_csv(client: FlaskClient, store: Store) -> None:
    response = client.get(f"/download/events.csv?meter={METER}&range=all")
    assert response.status_code == 200
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["event_id"] for row in rows] == [event.event_id for event in store.events(METER)]


def test_a_range_without_events_is_a_header(client: FlaskClient) -> None:
    lines = client.get(f"/download/events.csv?meter={OTHER}").text.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("event_id,")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/download/readings.csv", 400),
        ("/download/readings.csv?meter=../x", 400),
        ("/download/readings.csv?meter=nobody", 404),
        ("/download/secrets.csv?meter=m-home", 404),
        ("/download/readings.csv?meter=%ff%fe", 400),
    ],
)
def test_a_download_of_nothing_is_refused_in_words(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert "Traceback" not in response.text


def test_an_error_is_json_with_a_sentence(client: FlaskClient) -> None:
    error = client.get("/download/readings.csv?meter=nobody").json["error"]
    assert set(error) == {"code", "message", "hint"}
    assert error["code"] == "not_found"


def test_the_folder_of_uploads_is_its_owners_alone(settings: Settings, client: FlaskClient) -> None:
    upload_id = client.post(UPLOADS, data=b"a").json["upload"]
    folder: Path = settings.uploads_folder
    assert folder.stat().st_mode & 0o077 == 0
    assert json.loads((folder / f"{upload_id}.json").read_text()) == {"name": "upload"}
