"""What runs beside the web process: jobs, each a function of JSON arguments in a fresh process of its own.

``python -m dashboard.jobs`` reads one order on standard input, does it and leaves the outcome on the board. A fresh interpreter
is what a forked child of a threaded server cannot be: free of locks that another thread held. It knows no Dash and no page.

An outcome is one of ``{"value": …}``, ``{"refused": {"message", "hint"}}`` (a person's mistake, or a busy database),
``{"incident": id}`` (our mistake, in the log under that id), ``{"stopped": True}`` (the process is gone and said nothing) and
``{"cancelled": True}``. All but the first carry ``"stored"``: whether the readings of an upload had been stored by then, `None` when that
is not known; a refusal without it came before.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from dashboard.spool import Spool
from wattsup_core.board import Board
from wattsup_core.errors import CancelledError
from wattsup_core.folders import in_words
from wattsup_core.service.turns import LONGEST_SECONDS, turn
from wattsup_core.settings import Settings
from wattsup_core.types import UNITS, ForecastConfig, ForecastMethod, ReadOptions
from wattsup_core.view_models import FORECAST_METHODS, MOST_DAYS_AHEAD

LOG = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
SILENCE_SECONDS = 20.0
REPORT_SECONDS = 0.2
LONGEST_TEXT = 60
STORED_BY = {"waiting": False, "reading": False, "learning": True, "scoring": True, "saving": True}
"""Whether an upload's readings are stored while a step goes on. They are stored during "cleaning"."""

METHODS = frozenset(method.value for method in FORECAST_METHODS)
Report = Callable[[str, float], None]
"""Takes the step and its share of the whole job, 0 to 1."""


def import_upload(settings: Settings, report: Report, ticket: dict[str, Any]) -> dict[str, Any]:
    """Read an uploaded file into the store and score it; the id of its line in the ledger and the meters it went to.

    With ``ticket["replaces"]``, the id of an earlier line, the same file is read again in that one's place.
    """
    path, name = Spool(settings.uploads_folder).find(ticket.get("upload"))
    from wattsup_core.service.imports import import_file, reimport
    from wattsup_core.service.live.standing import teller
    from wattsup_core.store import open_store

    store, options = open_store(settings.database_url), read_options(ticket.get("options"))
    scored = teller(store, Board(settings.board_folder))
    if ticket.get("replaces"):
        record = reimport(store, str(ticket["replaces"]), path, options, progress=report, scored=scored)
    else:
        price, currency = settings.price_per_kwh, settings.currency
        record = import_file(store, path, name, options, price_per_kwh=price, currency=currency, progress=report, scored=scored)
    return {"upload": record.upload_id, "meters": list(record.meter_ids)}


def catch_up(settings: Settings, report: Report, task: dict[str, Any]) -> dict[str, Any]:
    """Do what a page waits for: score the rows of ``task["meters"]``, or without meters fill an empty store with the sample.

    Rows that another page's job has scored meanwhile are left as they are, unless ``task["again"]`` asks for new scores.
    """
    from wattsup_core.progress import part_of
    from wattsup_core.service.live.standing import teller
    from wattsup_core.service.scoring import score_meter
    from wattsup_core.store import open_store

    meters = [str(meter_id) for meter_id in task["meters"]]
    if not meters:
        prepare(settings, report)
    store = open_store(settings.database_url)
    scored = teller(store, Board(settings.board_folder))
    for number, meter_id in enumerate(meters):
        if task.get("again") is True or store.state(meter_id).is_pending:
            score_meter(store, meter_id, part_of(report, number / len(meters), (number + 1) / len(meters)))
            scored(meter_id)
    return {"meters": meters}


def forecast(settings: Settings, report: Report, task: dict[str, Any]) -> dict[str, Any]:
    """Forecast the meter of ``task["meter"]``, ``task["days"]`` ahead by ``task["method"]``, and keep it.

    What another page's job has made meanwhile is not made again; with ``task["since"]`` only when it was made from that instant [s] on.
    """
    from wattsup_core.service.forecast_needs import is_due
    from wattsup_core.service.forecasting import forecast_meter
    from wattsup_core.store import open_store

    store, meter_id, config = open_store(settings.database_url), str(task["meter"]), forecast_config(task)
    since = task.get("since")
    if is_due(store, meter_id, config, since if isinstance(since, int) else None):
        forecast_meter(store, meter_id, config, report)
    return {"meter": meter_id}


def prepare(settings: Settings, report: Report) -> None:
    """Bring the store to this version, with the sample household and its forecast when it is empty and one is wanted."""
    from wattsup_core.service.forecasting import forecast_meter
    from wattsup_core.service.sample import load_sample
    from wattsup_core.store import open_store

    store = open_store(settings.database_url)
    store.migrate()
    if not settings.sample or store.meter_names():
        return
    load_sample(store, settings, report)
    try:
        forecast_meter(store, store.meter_names()[0][0])
    except Exception:
        LOG.exception("The sample household was not forecast; the Forecast page tries again")


JOBS: dict[str, Callable[..., dict[str, Any]]] = {job.__name__: job for job in (import_upload, catch_up, forecast)}


def forecast_config(given: Any) -> ForecastConfig:
    """The days and the method asked of a forecast, from untrusted JSON; the usual ones for what makes no sense."""
    said = given if isinstance(given, dict) else {}
    usual = ForecastConfig()
    days, method = said.get("days"), said.get("method")
    return ForecastConfig(
        days=days if isinstance(days, int) and 1 <= days <= MOST_DAYS_AHEAD else usual.days,
        method=ForecastMethod(method) if method in METHODS else usual.method,
    )


def read_options(given: Any) -> ReadOptions:
    """What a person said about a file, and the browser's zone, from untrusted JSON."""
    said = given if isinstance(given, dict) else {}

    def text(name: str) -> str | None:
        value = said.get(name)
        return value[:LONGEST_TEXT] if isinstance(value, str) and value else None

    def choice(name: str, *choices: str) -> str | None:
        return text(name) if text(name) in choices else None

    return ReadOptions(
        timezone=text("timezone"),
        stamp=choice("stamp", "start", "end"),
        date_order=choice("date_order", "DMY", "MDY"),
        cumulative=said["cumulative"] if isinstance(said.get("cumulative"), bool) else None,
        unit=choice("unit", *UNITS),
        fallback_timezone=text("browser_timezone"),
    )


class Herald:
    """Pins progress to the board, not more often than a page asks for it, and brings word when the job was cancelled."""

    def __init__(self, board: Board, key: str) -> None:
        self._board, self._key, self._told_at = board, key, 0.0
        self.step = ""

    def __call__(self, step: str, share: float) -> None:
        is_new = step != self.step
        self.step = step
        if is_new:
            self._board.put(f"{self._key}-step", step)
        if is_new or time.monotonic() - self._told_at > REPORT_SECONDS:
            self._told_at = time.monotonic()
            self._board.put(f"{self._key}-progress", [step, round(share, 3)])
            if self._board.get(f"{self._key}-cancel"):
                raise CancelledError("Cancelled.")


def perform(settings: Settings, herald: Herald, name: str, arguments: list[Any]) -> dict[str, Any]:
    """Do a job, one at a time on this machine, and tell its outcome."""
    try:
        with turn(settings.jobs_folder, herald):
            return {"value": JOBS[name](settings, herald, *arguments)}
    except CancelledError:
        return {"cancelled": True, "stored": STORED_BY.get(herald.step, False)}
    except Exception as error:
        stored, refusal = STORED_BY.get(herald.step, False), in_words(error)
        if refusal is not None:
            return {"refused": {"message": refusal.message, "hint": refusal.hint}} | ({} if stored is False else {"stored": stored})
        incident = uuid.uuid4().hex[:8]
        LOG.exception("Incident %s: the job %s failed", incident, name)
        return {"incident": incident, "stored": stored}


def _keep_beating(board: Board, key: str, parent: int) -> None:
    """Give signs of life; end the process when nobody waits for it any more or its time is up.

    The clock is the machine's monotonic one, which all processes share and which stands still while a laptop sleeps. Ending it loses
    nothing: the store writes in transactions, and rows without scores are found as such by the next page.
    """
    started = time.monotonic()
    while os.getppid() == parent and time.monotonic() - started < LONGEST_SECONDS:
        try:
            board.put(f"{key}-beat", time.monotonic())
        except Exception:
            LOG.exception("A sign of life could not be given")  # the next may be, before the job is taken for dead
        time.sleep(BEAT_SECONDS)
    os._exit(1)


def main() -> None:
    """Do the order on standard input."""
    logging.basicConfig(level=logging.WARNING)
    order = json.load(sys.stdin)
    settings, key = Settings(**order["settings"]), order["key"]
    board = Board(settings.board_folder)
    threading.Thread(target=_keep_beating, args=(board, key, os.getppid()), daemon=True).start()
    board.put(key, perform(settings, Herald(board, key), order["job"], order["arguments"]))


if __name__ == "__main__":
    main()
