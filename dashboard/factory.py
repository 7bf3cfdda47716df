"""Puts the dashboard together: store, jobs, page, callbacks, plain HTTP, and the guard around all of it."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import Dash, dcc, html
from dash.development.base_component import Component

from dashboard import guard, ids
from dashboard import live as live_news
from dashboard.api import choices, errors, files, live
from dashboard.background import JobRunner
from dashboard.bundles import ASSETS
from dashboard.callbacks import answers, events, explore, overview, pending, rhythm, settings, shell, twin, upload, window_sums
from dashboard.callbacks import forecast as forecast_page
from dashboard.callbacks import live as live_page
from dashboard.callbacks.refusals import tell
from dashboard.callbacks.services import Services
from dashboard.document import BOOT_SCRIPT, DESCRIPTION, INDEX, Document
from dashboard.exporting import Exporter
from dashboard.jobs import catch_up, forecast, import_upload
from dashboard.layout import page_shell
from dashboard.spool import Spool
from wattsup_core.board import Board
from wattsup_core.service.live.starting import Ensure, start_nothing
from wattsup_core.settings import Settings
from wattsup_core.store import open_store


def create_app(settings: Settings, ensure_scorer: Ensure = start_nothing) -> Dash:
    """The dashboard over the store and the folders that `settings` name; migrates the store.

    It starts no process and loads no sample: a page that finds the store empty asks for the sample as a job.

    Parameters
    ----------
    ensure_scorer
        Called after each durable write of live readings: sees to it that something scores them.

    Raises
    ------
    SettingsError
        When a folder cannot be written or the database is not one we can use.
    """
    store = open_store(settings.database_url)
    store.migrate()
    pictures = {import_upload.__name__: upload.picture, catch_up.__name__: pending.picture, forecast.__name__: forecast_page.picture}
    runner = JobRunner(settings, pictures)
    Spool(settings.uploads_folder).sweep()
    app = _dash(settings, runner)
    app.layout = page_shell()
    app.validation_layout = html.Div([page_shell(), *_come_and_go()])  # type: ignore[assignment]  # Dash declares it as None
    board = Board(settings.board_folder)
    _register(app, Services(settings, store, board))
    app.server.config["MAX_CONTENT_LENGTH"] = settings.max_upload_mb * 1024 * 1024
    app.server.register_blueprint(files.blueprint(settings, store, Exporter(settings)))
    app.server.register_blueprint(live.blueprint(store, board, ensure_scorer))
    app.server.register_blueprint(choices.blueprint(store))
    app.server.register_blueprint(live_news.blueprint(settings, store, board))
    errors.handle_unknown_routes(app.server)
    guard.protect(app, settings)
    _warm_up(app)
    return app


def _dash(settings: Settings, runner: JobRunner) -> Dash:
    app = Document(
        "wattsup",
        assets_folder=str(ASSETS),
        assets_ignore=BOOT_SCRIPT.replace(".", r"\."),
        title="WattsUp",
        update_title="",
        index_string=INDEX,
        meta_tags=[
            {"name": "description", "content": DESCRIPTION},
            {"name": "color-scheme", "content": "light dark"},
            {"name": "wattsup-max-upload-mb", "content": str(settings.max_upload_mb)},
        ],
        serve_locally=True,
        compress=True,
        background_callback_manager=runner,
        on_error=tell,
        enable_mcp=False,
        add_log_handler=False,
    )
    app.enable_dev_tools(debug=False, dev_tools_disable_version_check=True)
    return app


def _register(app: Dash, services: Services) -> None:
    shell.register(app)
    overview.register(app, services)
    live_page.register(app, services)
    forecast_page.register(app, services)
    rhythm.register(app, services)
    explore.register(app, services)
    twin.register(app, services)
    window_sums.register(app, services)
    events.register(app, services)
    answers.register(app, services)
    upload.register(app, services)
    pending.register(app)
    settings.register(app, services)


def _come_and_go() -> list[Component]:
    """What callbacks name but the page holds only at times; told to Dash, which reports any other unknown name as an error."""
    read = (ids.UPLOAD_ZONE, ids.UPLOAD_STAMP, ids.UPLOAD_DATE_ORDER, ids.UPLOAD_REGISTER, ids.UPLOAD_UNIT)
    fields = (*read, ids.UPLOAD_NAME, ids.UPLOAD_PRICE, ids.UPLOAD_CURRENCY)
    problems = (ids.UPLOAD_NAME_PROBLEM, ids.UPLOAD_PRICE_PROBLEM)
    buttons = (ids.UPLOAD_AGAIN, ids.UPLOAD_SHOW)
    return [
        *(dbc.Input(id=name) for name in fields),
        *(html.Span(id=name) for name in problems),
        *(html.Button(id=name) for name in buttons),
        html.Span(id=ids.UPLOAD_AGAIN_WORDS),
        html.Div(id=ids.UPLOAD_ACTIONS),
        dcc.Graph(id=ids.CLOSE_UP),
        html.Div(id=ids.ANSWERS),
    ]


def _warm_up(app: Dash) -> None:
    """Ask for the page once: Dash finishes its set-up in the first request, and a second thread's would meet it half done."""
    client = app.server.test_client()
    for path in ("/", "/_dash-layout", "/_dash-dependencies"):
        client.get(path)
