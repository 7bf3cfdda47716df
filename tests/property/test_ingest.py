"""Whatever is sent, it is stored or refused with a sentence: no body is a mistake of ours."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.factory import create_app
from tests.factories import make_meter
from wattsup_core.service.access import issue_token
from wattsup_core.settings import Settings
from wattsup_core.store import Delivery, SentReading, SentRegister, open_store
from wattsup_core.timegrid import to_epoch_seconds
from wattsup_core.types import Scope

Send = Any
T0 = 1_767_614_400
KEYS = (
    "timestamp", "kwh", "kw", "wh", "register_kwh", "temperature_c", "quality", "meter", "readings", "Time", "ENERGY", "Total", "aenergy",
    "total", "id", "params", "method", "ts", "em1data:0", "total_act_energy", "emeters", "meters", "energy", "power", "last_seen",
)  # fmt: skip
stamps = st.one_of(st.datetimes().map(lambda moment: moment.isoformat()), st.integers(1_700_000_000, 1_800_000_000))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), stamps, st.just("home"))
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=4)), inner)),
    max_leaves=12,
)
readings = st.fixed_dictionaries(
    {"timestamp": stamps}, optional={name: st.floats(0, 100) for name in ("kwh", "kw", "register_kwh", "temperature_c")}
)


@pytest.fixture(scope="module")
def send(tmp_path_factory: pytest.TempPathFactory) -> Send:
    folder = tmp_path_factory.mktemp("ingest")
    chosen = Settings(database_url=f"sqlite:///{folder}/w.db", jobs_url=f"diskcache://{folder}/jobs", sample=False)
    client: FlaskClient = create_app(chosen).server.test_client()
    store = open_store(chosen.database_url)
    store.add_meter(make_meter("home", interval_minutes=15.0))
    headers = {"Authorization": "Bearer " + issue_token(store, None, Scope.WRITE)[1]}

    def post(path: str, body: bytes | str, kind: str) -> Any:
        response = client.post(f"/api/v1/{path}", data=body, content_type=kind, headers=headers)
        assert response.status_code in {202, 400, 422}, (response.status_code, body)
        return response

    return post


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=anything, path=st.sampled_from(["meters/home/readings", "readings"]))
def test_any_json_is_stored_or_refused(send: Send, body: Any, path: str) -> None:
    send(path, json.dumps(body), "application/json")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.one_of(readings, anything), max_size=12))
def test_every_reading_is_stored_or_told(send: Send, rows: list[Any]) -> None:
    response = send("meters/home/readings", json.dumps(rows), "application/json")
    assert response.json["stored"] + len(response.json["rejected"]) == len(rows)
    assert len({each["index"] for each in response.json["rejected"]}) == len(response.json["rejected"])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.binary(max_size=200), st.text(alphabet='timestampkwh,;\n\r"/!():*0123456789-T.Z', max_size=200)))
def test_any_text_is_stored_or_refused(send: Send, body: bytes | str) -> None:
    send("meters/home/readings", body, "text/csv")


ways = st.sampled_from(["json", "csv", "register"])
series = st.tuples(ways, st.integers(0, 240), st.sampled_from([0, 0, 5, 7, 8]), st.integers(1, 6))


@settings(deadline=None, max_examples=40)
@given(sent=st.lists(series, max_size=12))
def test_no_quarter_of_an_hour_is_counted_twice_however_readings_come(sent: list[tuple[str, int, int, int]]) -> None:
    store = open_store("sqlite://")
    store.migrate()
    store.add_meter(make_meter("home", interval_minutes=15.0))
    for way, first, phase, count in sent:
        minutes = [first // 15 * 15 + phase + 15 * place for place in range(count)]
        readings = tuple(SentReading(place, T0 + 60 * minute, 0.25) for place, minute in enumerate(minutes))
        registers = tuple(SentRegister(place, T0 + 60 * minute, 100 + minute / 60, "r") for place, minute in enumerate(minutes))
        delivery = Delivery("home", (), registers) if way == "register" else Delivery("home", readings, is_series=way == "csv")
        (outcome,) = store.append([delivery])
        assert outcome.stored + len(outcome.refused) == count
    seconds = to_epoch_seconds(store.readings("home").index)  # type: ignore[arg-type]
    assert (np.diff(seconds) >= 900 - 90).all(), "further than a clock may wander"
