"""Asks a running server what the page asks it: the same callbacks, with bodies made from what the server says of them."""

from __future__ import annotations

import gzip
import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any

SWITCHES = {
    "live-anomalies": True,
    "live-band": True,
    "switch-anomalies": True,
    "switch-band": True,
    "switch-average": False,
    "switch-forecast": True,
    "theme": "light",
}
MODERN = "gzip, deflate, br, zstd"
"""What browsers unpack over HTTPS, and from this machine."""
PLAIN = "gzip, deflate"
"""What they unpack over unencrypted HTTP from elsewhere."""


@dataclass(frozen=True)
class Answer:
    """A response: how long it took [ms], its size on the wire [kB], and its text, unless it is packed otherwise than by gzip."""

    took_ms: float
    size_kb: float
    body: bytes


@dataclass
class PageClient:
    """One connection to a server on this machine."""

    port: int
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        if not self.callbacks:
            self.connection.request("GET", "/_dash-dependencies")
            self.callbacks = json.loads(self.connection.getresponse().read())

    def page(self, search: str, encoding: str = MODERN) -> Answer:
        """Draw the whole page for an address."""
        return self._ask("page-state.children", encoding, {"view": search, "url": search})

    def window(self, home: dict[str, Any], window: list[str], search: str, encoding: str = MODERN) -> Answer:
        """Draw another window of the chart of the page that `home` describes."""
        return self._ask("chart.figure@", encoding, {"chart-window": window, "home": home, "url": search})

    def live(self, meter_id: str, drawn: Any) -> Answer:
        """What is new on the Live page of a meter, for a browser that holds what is `drawn`; all of it for one that holds nothing."""
        values = {"live-view": {"meter": meter_id}, "live-drawn": drawn, "url": f"?meter={meter_id}", "path": "/live"}
        return self._ask("live-drawn.data", PLAIN, values, changed="live-news.data" if drawn else None)

    def home(self, search: str) -> dict[str, Any]:
        """What the page remembers of the view of an address."""
        return dict(json.loads(self.page(search, "identity").body)["response"]["home"]["data"])

    def _ask(self, output: str, encoding: str, values: dict[str, Any], changed: str | None = None) -> Answer:
        body = json.dumps(self._body(output, SWITCHES | values, changed))
        headers = {"Content-Type": "application/json", "Accept-Encoding": encoding}
        began = time.perf_counter()
        self.connection.request("POST", "/_dash-update-component", body, headers)
        response = self.connection.getresponse()
        answer = response.read()
        took_ms = 1000 * (time.perf_counter() - began)
        assert response.status == 200, answer
        is_packed = response.headers.get("Content-Encoding") == "gzip"
        return Answer(took_ms, len(answer) / 1000, gzip.decompress(answer) if is_packed else answer)

    def _body(self, output: str, values: dict[str, Any], changed: str | None) -> dict[str, Any]:
        callback = next(one for one in self.callbacks if output in one["output"].split("...")[0] and not one["clientside_function"])
        names = [name.rpartition(".") for name in callback["output"].strip(".").split("...")]
        outputs = [{"id": name, "property": prop} for name, _, prop in names]
        given = {kind: [one | {"value": _value(one, values)} for one in callback[kind]] for kind in ("inputs", "state")}
        first = f"{callback['inputs'][0]['id']}.{callback['inputs'][0]['property']}"
        return {"output": callback["output"], "outputs": outputs, **given, "changedPropIds": [changed or first]}


def _value(spec: dict[str, str], values: dict[str, Any]) -> Any:
    return values.get("path", "/") if spec["property"] == "pathname" else values.get(spec["id"])
