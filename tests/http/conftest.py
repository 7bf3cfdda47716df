"""The dashboard over a small store, asked through Flask's client as a browser would."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard import ids
from dashboard.factory import create_app
from tests.factories import make_meter, make_readings, make_upload
from wattsup_core.service.scoring import score_meter
from wattsup_core.settings import Settings
from wattsup_core.simulate import simulate
from wattsup_core.store import Store, open_store

METER, OTHER = "m-home", "m-flat"
FIRST_DAY, LAST_DAY = "2023-02-01", "2023-05-31"


def fill(store: Store) -> None:
    """Two meters, both scored: four months of a household with its anomalies, and a fortnight of a flat without any."""
    store.migrate()
    household = simulate(days=120, interval_minutes=60).readings
    batches = [(METER, household), (OTHER, make_readings(days=14))]
    meters = [make_meter(METER, interval_minutes=60), make_meter(OTHER, name="Flat")]
    store.save_upload(make_upload(meter_ids=(METER, OTHER)), batches, new_meters=meters)
    for meter_id in (METER, OTHER):
        score_meter(store, meter_id)


@dataclass(frozen=True)
class Browser:
    """Sends what the page would send."""

    app: Dash
    client: FlaskClient

    def send(self, output: str, triggered: str = "", query: str = "", **values: Any) -> TestResponse:
        """Call the callback whose first output is `output`, or else contains it; `values` are by component id with dashes as underscores.

        What is not given stands as in the page before anything was loaded.
        """
        given = {name.replace("_", "-"): value for name, value in values.items()}
        return self.post(self.body(output, given, triggered), query)

    def body(self, output: str, given: dict[str, Any], triggered: str = "") -> dict[str, Any]:
        """The body of a callback request."""
        callbacks = self.app.callback_map
        first = {key: key.strip(".").split("...")[0] for key in callbacks if "callback" in callbacks[key]}
        found = [key for key in first if first[key] == output] or [key for key in first if output in first[key]]
        assert len(found) == 1, f"{output} names {len(found)} callbacks"
        callback = self.app.callback_map[found[0]]
        outputs = callback["output"]
        many = [{"id": each.component_id, "property": each.component_property} for each in _listed(outputs)]
        inputs = [spec | {"value": _value(spec, given)} for spec in callback["inputs"]]
        return {
            "output": found[0],
            "outputs": many if isinstance(outputs, list | tuple) else many[0],
            "inputs": inputs,
            "state": [spec | {"value": _value(spec, given)} for spec in callback["state"]],
            "changedPropIds": [triggered or f"{inputs[0]['id']}.{inputs[0]['property']}"],
        }

    def post(self, body: Any, query: str = "") -> TestResponse:
        """Send a body to the callbacks' address."""
        return self.client.post(f"/_dash-update-component{query}", json=body)

    def draw(self, search: str = "", **values: Any) -> dict[str, Any]:
        """Draw the page for an address; the properties it sets, by component id."""
        response = self.send("page-state.children", **({"view": search, "url": search, "theme": "light"} | SWITCHES | values))
        assert response.status_code == 200, response.text
        return dict(json.loads(response.text)["response"])


def _value(spec: dict[str, str], given: dict[str, Any]) -> Any:
    """The value of a property: that of its component; of the address `url` is the query part and `path` the path."""
    return given.get("path", "/") if spec["property"] == "pathname" else given.get(spec["id"])


SWITCHES = {"switch_anomalies": True, "switch_band": True, "switch_average": False, "switch_forecast": True}


def _listed(outputs: Any) -> list[Any]:
    return list(outputs) if isinstance(outputs, list | tuple) else [outputs]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("dashboard")
    return Settings(
        database_url=f"sqlite:///{folder}/w.db", jobs_url=f"diskcache://{folder}/jobs", max_upload_mb=1, sample=False, price_per_kwh=0.3
    )


@pytest.fixture(scope="session")
def store(settings: Settings) -> Store:
    store = open_store(settings.database_url)
    fill(store)
    return store


@pytest.fixture(scope="session")
def app(settings: Settings, store: Store) -> Dash:
    return create_app(settings)


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    client: FlaskClient = app.server.test_client()
    return client


@pytest.fixture
def browser(app: Dash, client: FlaskClient) -> Browser:
    return Browser(app, client)


@pytest.fixture
def event_id(store: Store) -> str:
    """The worst anomaly of the first meter."""
    return max(store.events(METER), key=lambda event: event.severity).event_id


@pytest.fixture
def home(browser: Browser) -> dict[str, Any]:
    """What the page remembers of the first meter's view."""
    return dict(browser.draw(f"?meter={METER}&range=all")[ids.HOME]["data"])


@pytest.fixture
def empty_browser(tmp_path: Path) -> Browser:
    """The dashboard over an empty store that wants the sample."""
    settings = Settings(database_url=f"sqlite:///{tmp_path}/w.db", jobs_url=f"diskcache://{tmp_path}/jobs")
    app = create_app(settings)
    return Browser(app, app.server.test_client())
