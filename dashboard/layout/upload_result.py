"""What came of an upload: the plain summary with its corrections, or a refusal."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard import ids
from dashboard.layout.pieces import Children, button, file_chooser, hidden, icon
from wattsup_core.types import IssueSeverity, QualityIssue, RejectedRow
from wattsup_core.view_models import UploadView

MOST_REJECTED = 20
ZONE_SOURCES = {"setting": "as you said", "file": "found in the file", "default": "taken as no zone is named in the file"}
DATE_ORDERS = {"DMY": "day first (31/12)", "MDY": "month first (12/31)", "YMD": "year first"}
REGIONS = frozenset({"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})


def summary(upload: UploadView) -> Children:
    """Rows read, stored, repaired, rejected and why; what was found in the file, each correctable; the meter's name and price."""
    return [
        html.P(_headline(upload), className="result-headline"),
        _counts(upload),
        html.P(_extent(upload), className="result-extent"),
        _issues(upload.issues),
        _rejected(upload.rejected_rows, upload.rejected),
        _found(upload),
        _meter(upload),
        html.Div(
            [button([icon("arrow-repeat"), "Read again"], id=ids.UPLOAD_AGAIN), button("Show my data", kind="primary", id=ids.UPLOAD_SHOW)],
            className="dialog-actions",
        ),
    ]


def _headline(upload: UploadView) -> Children:
    name = html.Strong(upload.file_name)
    if upload.rejected:
        return [name, " was read, except for ", words.count(upload.rejected, "row"), "."]
    return [name, " was read completely."]


def _counts(upload: UploadView) -> html.Dl:
    counts = [("Rows read", upload.read), ("Stored", upload.stored), ("Repaired", upload.repaired), ("Rejected", upload.rejected)]
    return html.Dl(
        [
            html.Div([html.Dt(label, className="figure-label"), html.Dd(f"{rows:,}", className="count")])
            for label, rows in counts
            if rows is not None
        ],
        className="result-counts",
    )


def _extent(upload: UploadView) -> str:
    parts = []
    if upload.first and upload.last:
        parts.append(words.date_range(upload.first, upload.last + timedelta(minutes=upload.interval_minutes), upload.timezone))
    parts += [words.kwh(upload.kwh_total), words.count(upload.events, "anomaly", "anomalies") + " found"]
    if upload.new_rows != upload.stored:
        parts.append(f"{upload.new_rows:,} new, {upload.changed_rows:,} changed, the rest was known")
    return " · ".join(parts)


def _issues(issues: tuple[QualityIssue, ...]) -> Children:
    if not issues:
        return None
    ordered = sorted(issues, key=lambda issue: issue.severity is not IssueSeverity.WARNING)
    return html.Section(
        [html.H3("What was noticed", className="why-subhead"), html.Ul([_issue(issue) for issue in ordered], className="issues")]
    )


def _issue(issue: QualityIssue) -> html.Li:
    is_warning = issue.severity is IssueSeverity.WARNING
    mark = icon("exclamation-triangle" if is_warning else "info-circle")
    return html.Li(
        [mark, hidden("Please check: " if is_warning else "Note: "), html.Span(issue.message)],
        className="issue-warning" if is_warning else "issue-note",
    )


def _rejected(rows: tuple[RejectedRow, ...], total: int) -> Children:
    """The first rejected lines with their reasons, folded away."""
    if not rows:
        return None
    shown = rows[:MOST_REJECTED]
    title = f"Rejected rows ({total:,})" if len(shown) == total else f"First {len(shown)} of {total:,} rejected rows"
    head = html.Tr([html.Th("Line", scope="col"), html.Th("Why", scope="col"), html.Th("Text", scope="col")])
    body = [html.Tr([html.Td(f"{row.line:,}"), html.Td(reason(row.code)), html.Td(html.Code(row.text))]) for row in shown]
    return html.Details(
        [html.Summary(title), html.Div(html.Table([html.Thead(head), html.Tbody(body)], className="rejected"), className="rejected-scroll")]
    )


def reason(code: str) -> str:
    """Why a row was rejected: its code in plain words."""
    return code.replace("_", " ")


def _found(upload: UploadView) -> html.Fieldset:
    """How the file was taken, with what a person can correct before it is read again."""
    taken = f"{upload.format_name} · {words.interval(upload.interval_minutes).lower()} in {upload.unit}"
    return html.Fieldset(
        [
            html.Legend("How the file was taken", className="why-subhead"),
            html.P(taken, className="result-extent"),
            html.Div(
                [
                    _field("Time zone", _zone_select(upload), ZONE_SOURCES[upload.timezone_source]),
                    _field("Date order", _date_select(upload)),
                    _field("A time marks its interval's", _stamp_select(upload)),
                    dbc.Switch(
                        id=ids.UPLOAD_REGISTER,
                        label="Values are a meter's running total",
                        value=upload.is_register,
                        class_name="layer-switch",
                    ),
                ],
                className="fields",
            ),
        ],
        className="found",
    )


def _field(label: str, control: Component, hint: str = "") -> html.Label:
    note = html.Span(hint, className="field-hint") if hint else None
    return html.Label([html.Span(label, className="field-label"), control, note], className="field")


@cache
def zone_names() -> tuple[str, ...]:
    """The zones people live in, by name, and UTC."""
    return ("UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in REGIONS))


def _zone_select(upload: UploadView) -> dbc.Select:
    names = zone_names() if upload.timezone in zone_names() else (upload.timezone, *zone_names())
    return dbc.Select(id=ids.UPLOAD_ZONE, options=[{"label": name, "value": name} for name in names], value=upload.timezone)


def _date_select(upload: UploadView) -> dbc.Select:
    """Day or month first; fixed where the dates leave no doubt."""
    order = upload.date_order
    if order not in ("DMY", "MDY"):
        only = DATE_ORDERS.get(order or "", "not in doubt")
        return dbc.Select(id=ids.UPLOAD_DATE_ORDER, options=[{"label": only, "value": "found"}], value="found", disabled=True)
    return dbc.Select(id=ids.UPLOAD_DATE_ORDER, options=[{"label": DATE_ORDERS[one], "value": one} for one in ("DMY", "MDY")], value=order)


def _stamp_select(upload: UploadView) -> dbc.Select:
    return dbc.Select(id=ids.UPLOAD_STAMP, options=[{"label": side, "value": side} for side in ("start", "end")], value=upload.stamp)


def _meter(upload: UploadView) -> html.Fieldset:
    """Name and price; a file of several meters keeps their names."""
    several = len(upload.meter_ids) > 1
    name = dbc.Input(id=ids.UPLOAD_NAME, type="text", value=upload.meter_names[0], maxlength=80, required=True, autocomplete="off")
    price = dbc.Input(id=ids.UPLOAD_PRICE, type="number", value=upload.price_per_kwh, min=0, step="any", inputmode="decimal")
    named = html.Div(_field("Name", name), hidden=several, className="field-holder")
    return html.Fieldset(
        [
            html.Legend("Your meters" if several else "Your meter", className="why-subhead"),
            html.P(", ".join(upload.meter_names), className="result-extent") if several else None,
            html.Div([named, _field(f"Price per kWh in {upload.currency}", price)], className="fields"),
        ],
        className="found",
    )


def refusal(message: str, hint: str = "") -> Children:
    """Why nothing was stored, in one sentence, and what to do."""
    return html.Div(
        [
            icon("exclamation-triangle", "notice-icon"),
            html.P(message, className="notice-title"),
            html.P(hint, className="notice-text") if hint else None,
            html.P("Nothing was stored.", className="notice-text"),
            file_chooser("Choose another file"),
        ],
        className="notice",
        role="alert",
    )


def ended_early(title: str, stored: bool | None) -> Children:
    """An import that did not come to its end, and what that means for the readings."""
    if stored:
        text = "The readings are stored. Their anomalies are found when the meter is opened."
    elif stored is None:
        text = "Choose the file once more: readings that are stored already are not stored twice."
    else:
        text = "Nothing was stored."
    return html.Div(
        [html.P(title, className="notice-title"), html.P(text, className="notice-text"), file_chooser("Choose a file")],
        className="notice",
        role="alert",
    )
