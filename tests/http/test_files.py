"""Files in and out: uploads by streamed POST, downloads as CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

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
