"""The news of a meter over plain HTTP, for pages that look once a second; and the demo stream.

``GET /live/news?meter=ID&cursor=…`` reads what was pinned to the board, and the mark of the last answer to an anomaly; it asks the database
only while rows wait. 204 while the cursor holds. ``GET /live/alert?meter=ID``, asked now and then when there were news, tells of the
anomaly that a person has asked to be told of.
"""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from dashboard import format as words
from dashboard.address import identifier
from dashboard.api import errors
from dashboard.layout.answers import alert_sentence
from wattsup_core.board import Board
from wattsup_core.errors import NotFoundError
from wattsup_core.service.live import demo
from wattsup_core.service.live.notices import MeterNotice, answers_mark, is_awake, notice_of, quiet_after
from wattsup_core.service.live.standing import is_waiting
from wattsup_core.service.live.starting import ensure_scorer
from wattsup_core.settings import Settings
from wattsup_core.store import Store

KIND_WORDS = {"SPIKE": "spike", "NIGHT_USE": "night use", "DROP": "drop", "OUTAGE": "outage"}


def blueprint(settings: Settings, store: Store, board: Board) -> Blueprint:
    """The routes, over the board of this installation; its store is asked for alerts, and while rows wait."""
    live = Blueprint("live_news", __name__)
    errors.handle(live)

    @live.get("/live/news")
    def news() -> tuple[Response | str, int] | Response:
        meter_id = identifier(request.args.get("meter"))
        waits = meter_id is not None and is_waiting(store, board, meter_id)
        notice = notice_of(board, meter_id) if meter_id else None
        awake = is_awake(board)
        if waits or (notice and not notice.is_settled and not awake):
            ensure_scorer(settings, board)
        mark = answers_mark(board, meter_id) if meter_id else ""
        told = _news(notice, awake, waits, demo.status_of(board), mark)
        if told["cursor"] == request.args.get("cursor"):
            return "", 204
        response = jsonify(told)
        response.headers["Cache-Control"] = "no-store"
        return response

    @live.get("/live/alert")
    def alert() -> Response:
        response = jsonify(alert=_alert(store, identifier(request.args.get("meter"))))
        response.headers["Cache-Control"] = "no-store"
        return response

    @live.post("/live/demo")
    def switch_demo() -> Response:
        action = request.args.get("action")
        if action == "start":
            demo.start(settings, board)
        elif action == "stop":
            demo.stop(board)
        else:
            abort(400, "Say action=start or action=stop.")
        return jsonify(_demo(demo.status_of(board)))

    return live


def _alert(store: Store, meter_id: str | None) -> dict[str, str] | None:
    """The newest event that a person has asked to be told of, in a sentence."""
    try:
        alerts = store.alerts(meter_id) if meter_id else []
    except NotFoundError:
        return None
    if not alerts:
        return None
    event, timezone = alerts[-1], store.meter(alerts[-1].meter_id).timezone
    return {"event": event.event_id, "text": alert_sentence(event, timezone, len(alerts) - 1)}


def _news(notice: MeterNotice | None, awake: bool, waits: bool, status: demo.Status, answers: str) -> dict[str, Any]:
    state = notice.cursor if notice else ""
    return {
        "cursor": f"{state}|{int(awake)}{int(waits)}|{status.mark}|{answers}",
        "state": state,
        "last_ts": notice.last_ts if notice else None,
        "is_settled": notice.is_settled if notice else None,
        "told_at": notice.told_at if notice else None,
        "awake": awake,
        "is_waiting": waits,
        "looked_ago": max(time.time() - notice.looked_at, 0.0) if notice and notice.looked_at else None,
        "quiet_after": quiet_after(notice),
        "lag": notice.lag_seconds if notice else None,
        "rate": notice.rows_per_second if notice else None,
        "demo": _demo(status),
    }


def _demo(status: demo.Status) -> dict[str, str]:
    return {"phase": status.phase, "meter": demo.METER_ID, "note": _demo_note(status)}


def _demo_note(status: demo.Status) -> str:
    """How far the demo is; while it plays, what is odd about it on purpose."""
    if status.phase == demo.PREPARING:
        return f"Preparing the demo household: {status.step or 'starting'} …"
    if status.phase != demo.ON:
        return ""
    told = f"Demo stream: a simulated household, {status.speed:g} times faster than life."
    return f"{told} Put in: {_put_in(status.label)}." if status.label else f"{told} Anomalies are put in now and then."


def _put_in(label: dict[str, str]) -> str:
    kind = KIND_WORDS.get(label["kind"], label["kind"].lower())
    return f"{kind} {label['detail']}, {label['start']}{words.DASH}{label['end']}"
