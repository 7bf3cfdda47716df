"""View models in, component trees out. `page_shell` holds every fixed id; the other modules fill its holders."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layout import forecast, live, settings, states
from dashboard.layout.answers import alert_note
from dashboard.layout.bar import top_bar
from dashboard.layout.chart import chart_card
from dashboard.layout.event_order import DEFAULT_SORT
from dashboard.layout.events import events_card
from dashboard.layout.files import file_note
from dashboard.layout.overview import range_row
from dashboard.layout.pieces import aria, button, icon
from dashboard.layout.state import pending_holder, stores
from dashboard.layout.upload import drop_hint, upload_dialog
from dashboard.layout.why import why_card
from dashboard.pages import FORECAST, LIVE, OVERVIEW, SETTINGS, Page
from dashboard.theme import recolour_map

__all__ = ["page_shell"]


def page_shell() -> html.Div:
    """The whole page before anything is known: fixed controls, and holders with skeletons."""
    return html.Div(
        [
            html.A("Skip to the content", href=f"#{ids.PAGE}", className="skip-link"),
            *_stores(),
            top_bar(),
            html.Main(
                [
                    alert_note(),
                    html.Div(id=ids.PAGE_STATE),
                    _section(OVERVIEW, _overview()),
                    _section(LIVE, live.content()),
                    _section(FORECAST, forecast.content()),
                    _section(SETTINGS, settings.content()),
                ],
                id=ids.PAGE,
                tabIndex=-1,
            ),
            upload_dialog(),
            drop_hint(),
            html.Div(id=ids.UPLOAD_FILE, hidden=True),
            file_note(),
            html.Div(id=ids.TOASTS, className="toasts", role="status", **aria(live="polite")),
        ],
        className="app",
    )


def _stores() -> list[Component]:
    return [
        dcc.Location(id=ids.URL, refresh=False),
        dcc.Store(id=ids.THEME),
        dcc.Store(id=ids.TOKENS, data=recolour_map()),
        dcc.Store(id=ids.METERS_MANY),
        dcc.Store(id=ids.CHART_WINDOW),
        dcc.Store(id=ids.TABLE_ASK),
        dcc.Store(id=ids.SUMS_ASK),
        dcc.Store(id=ids.EVENTS_SORT, data=DEFAULT_SORT),
        dcc.Store(id=ids.EVENTS_PAGE, data=0),
        dcc.Store(id=ids.UPLOAD_TICKET),
        dcc.Store(id=ids.PENDING),
        dcc.Interval(id=ids.LIVE_TICK, interval=1000),
        *stores(),
    ]


def _section(page: Page, content: list[Component]) -> html.Div:
    """The content of one page; those not on show are hidden by the browser, which knows the path."""
    section_id = {"type": ids.SECTION, "path": page.path}
    return html.Div(content, id=section_id, className=f"content page-{page.name.lower()}", hidden=page is not OVERVIEW)


def _news_note() -> html.Div:
    """Says on the Overview that readings have come in since it was drawn; it is not drawn anew under a person who looks at it."""
    show = button("Show them", kind="link", id=ids.NEWS_BUTTON)
    return html.Div([icon("activity"), html.Span("New readings have come."), show], id=ids.NEWS_NOTE, className="banner", hidden=True)


def _overview() -> list[Component]:
    return [
        html.H1(OVERVIEW.name, className="visually-hidden"),
        range_row(),
        html.Div(id=ids.BANNER),
        _news_note(),
        pending_holder(),
        html.Dl(states.figures_skeleton(5), id=ids.FIGURES, className="figures"),
        chart_card(),
        html.Div([events_card(), why_card()], className="lower"),
    ]
