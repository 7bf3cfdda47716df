from __future__ import annotations

from typing import Any

import pytest
from dash import ALL, Input, Output, State

from dashboard.guard import fits

ROWS = {"type": "row", "event": ALL}


def spec(dependency: Any) -> dict[str, Any]:
    return dependency.to_dict()


CALLBACKS: dict[str, Any] = {
    "table.children": {
        "callback": print,
        "inputs": [spec(Input("sort", "data")), spec(Input(ROWS, "n_clicks"))],
        "state": [spec(State("page", "data"))],
        "output": Output("table", "children"),
        "no_output": False,
    },
    "..a.children...b.data@1f..": {
        "callback": print,
        "inputs": [spec(Input("sort", "data"))],
        "state": [],
        "output": [Output("a", "children"), Output("b", "data", allow_duplicate=True)],
        "no_output": False,
    },
    "in-the-browser": {"inputs": [], "state": [], "output": [], "no_output": True},
}


def body(**changes: Any) -> dict[str, Any]:
    return {
        "output": "table.children",
        "outputs": {"id": "table", "property": "children"},
        "inputs": [
            {"id": "sort", "property": "data", "value": 1},
            [{"id": {"event": "e1", "type": "row"}, "property": "n_clicks", "value": 0}],
        ],
        "state": [{"id": "page", "property": "data"}],
        "changedPropIds": ["sort.data"],
    } | changes


def test_what_the_page_sends_fits() -> None:
    assert fits(body(), CALLBACKS)
    assert fits(body(inputs=[{"id": "sort", "property": "data"}, []]), CALLBACKS)
    several = {
        "output": "..a.children...b.data@1f..",
        "outputs": [{"id": "a", "property": "children"}, {"id": "b", "property": "data@1f"}],
        "inputs": [{"id": "sort", "property": "data", "value": None}],
        "changedPropIds": [],
    }
    assert fits(several, CALLBACKS)


@pytest.mark.parametrize(
    "junk",
    [
        None,
        5,
        "text",
        [],
        [{"output": "table.children"}],
        {},
        {"output": None},
        {"output": ["table.children"]},
        {"output": "nobody.children"},
        {"output": "in-the-browser"},
        body(inputs=None),
        body(inputs=[]),
        body(inputs=[{"id": "sort", "property": "data"}]),
        body(inputs=[{"id": "page", "property": "data"}, []]),
        body(inputs=[{"id": "sort", "property": "value"}, []]),
        body(inputs=[{"id": "sort"}, []]),
        body(inputs=["sort.data", []]),
        body(inputs=[[{"id": "sort", "property": "data"}], []]),
        body(inputs=[{"id": "sort", "property": "data"}, {"id": {"event": "e", "type": "row"}, "property": "n_clicks"}]),
        body(inputs=[{"id": "sort", "property": "data"}, [{"id": {"event": "e", "type": "cell"}, "property": "n_clicks"}]]),
        body(inputs=[{"id": "sort", "property": "data"}, [{"id": {"event": {}, "type": "row"}, "property": "n_clicks"}]]),
        body(inputs=[{"id": "sort", "property": "data"}, [{"id": "row", "property": "n_clicks"}]]),
        body(state=[]),
        body(state="page"),
        body(outputs=None),
        body(outputs=[{"id": "table", "property": "children"}]),
        body(outputs={"id": "chart", "property": "children"}),
        body(changedPropIds="sort.data"),
        body(changedPropIds=[5]),
    ],
)
def test_anything_else_does_not(junk: Any) -> None:
    assert not fits(junk, CALLBACKS)
