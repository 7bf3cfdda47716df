"""What came of an upload: the plain summary with its corrections, or a refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard import ids
from dashboard.layout.pieces import Children, button, data, file_chooser, hidden, icon, unbroken
from wattsup_core.types import CURRENCIES, UNITS, IssueSeverity, QualityIssue, RejectedRow
from wattsup_core.view_models import UploadView

MOST_REJECTED = 20
MOST_METERS_NAMED = 3
AS_FOUND = "found"
ZONE_SOURCES = {
    "setting": "as you said",
    "file": "found in the file",
    "meter": "that of the meter",
    "default": "taken as no zone is named in the file",
}
DATE_ORDERS = {"DMY": "day first (31/12)", "MDY": "month first (12/31)", "YMD": "year first"}
REGIONS = frozenset({"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})


@dataclass(frozen=True)
class Typed:
    """What a person chose in the summary before the file was read again; `None` where nothing."""

    unit: str | None = None
    name: str | None = None
    price_per_kwh: float | None = None
    currency: str | None = None


def summary(upload: UploadView, typed: Typed = Typed()) -> Children:
    """Rows read, stored, repaired, rejected and why; what was found in the file, each correctable; the meter's name and price.

    Parameters
    ----------
    upload : UploadView
        What came of the upload.
    typed : Typed
        What the fields hold instead of what was found and stored.
    """
    return [
        html.P(_headline(upload), className="result-headline"),
        _counts(upload),
        html.P(_extent(upload), className="result-extent"),
        _issues(upload.issues),
        _rejected(upload.rejected_rows, upload.rejected),
        _found(upload, typed),
        _meter(upload, typed),
        _actions(upload, typed),
    ]


def _actions(upload: UploadView, typed: Typed) -> html.Div:
    """What to do next. Once a choice differs from how the file was read, ``assets/upload.js`` makes reading again the thing to do."""
    again = button([icon("arrow-repeat"), html.Span("Read again", id=ids.UPLOAD_AGAIN_WORDS)], id=ids.UPLOAD_AGAIN)
    show = button("Show my data", kind="primary", id=ids.UPLOAD_SHOW)
    as_read = json.dumps([upload.timezone, upload.stamp, _date_choice(upload), upload.is_register, typed.unit or AS_FOUND])
    return html.Div([again, show], id=ids.UPLOAD_ACTIONS, className="dialog-actions", **data(**{"as-read": as_read}))


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
    parts += [words.kwh(upload.kwh_total), _anomalies(upload), _news(upload)]
    return " · ".join(part for part in parts if part)


def _anomalies(upload: UploadView) -> str:
    """How many anomalies were found, meter by meter as the page shows them where there are a few meters."""
    if not 1 < len(upload.event_counts) <= MOST_METERS_NAMED:
        return words.count(upload.events, "anomaly", "anomalies") + " found"
    each = zip(upload.event_counts, upload.meter_names, strict=True)
    return ", ".join(f"{words.count(count, 'anomaly', 'anomalies')} in {name}" for count, name in each)


def _news(upload: UploadView) -> str:
    """What of the file was new, unless all was. The first reading of a register only opens it."""
    openings = len(upload.meter_ids) if upload.is_register else 0
    if upload.new_rows > upload.stored:
        return f"{upload.new_rows:,} readings, as a row holds two: taken from the grid and sent to it"
    if upload.new_rows in (upload.stored, upload.stored - openings):
        return ""
    return f"{upload.new_rows:,} readings are new, {upload.changed_rows:,} changed, the rest was known"


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
        [mark, hidden("Please check: " if is_warning else "Note: "), html.Span(unbroken(issue.message))],
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


def _found(upload: UploadView, typed: Typed) -> html.Fieldset:
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
                    _field("Unit", _unit_select(upload, typed)),
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


def _field(label: str, control: Component, hint: str = "", problem_id: str | None = None) -> html.Label:
    """A named control, with a hint or a place for what is wrong with its value."""
    note = html.Span(hint, className="field-hint") if hint else None
    problem = html.Span(id=problem_id, className="field-problem", role="alert") if problem_id else None
    return html.Label([html.Span(label, className="field-label"), control, note, problem], className="field")


@cache
def zone_names() -> tuple[str, ...]:
    """The zones people live in, by name, and UTC."""
    return ("UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in REGIONS))


def _zone_select(upload: UploadView) -> dbc.Select:
    names = zone_names() if upload.timezone in zone_names() else (upload.timezone, *zone_names())
    return dbc.Select(id=ids.UPLOAD_ZONE, options=[{"label": name, "value": name} for name in names], value=upload.timezone)


def _date_select(upload: UploadView) -> dbc.Select:
    """Day or month first; fixed where the dates leave no doubt."""
    chosen = _date_choice(upload)
    if chosen == AS_FOUND:
        only = DATE_ORDERS.get(upload.date_order or "", "not in doubt")
        return dbc.Select(id=ids.UPLOAD_DATE_ORDER, options=[{"label": only, "value": chosen}], value=chosen, disabled=True)
    return dbc.Select(id=ids.UPLOAD_DATE_ORDER, options=[{"label": DATE_ORDERS[one], "value": one} for one in ("DMY", "MDY")], value=chosen)


def _date_choice(upload: UploadView) -> str:
    return upload.date_order if upload.date_order in ("DMY", "MDY") else AS_FOUND


def _stamp_select(upload: UploadView) -> dbc.Select:
    return dbc.Select(id=ids.UPLOAD_STAMP, options=[{"label": side, "value": side} for side in ("start", "end")], value=upload.stamp)


def _unit_select(upload: UploadView, typed: Typed) -> dbc.Select:
    options = [{"label": f"as found ({upload.unit})", "value": AS_FOUND}, *({"label": unit, "value": unit} for unit in UNITS)]
    return dbc.Select(id=ids.UPLOAD_UNIT, options=options, value=typed.unit or AS_FOUND)


def _meter(upload: UploadView, typed: Typed) -> html.Fieldset:
    """Name, price and currency; a file of several meters keeps their names. What is no price is refused when it is sent."""
    several = len(upload.meter_ids) > 1
    named = upload.meter_names[0] if typed.name is None else typed.name
    price_per_kwh = upload.price_per_kwh if typed.price_per_kwh is None else typed.price_per_kwh
    name = dbc.Input(id=ids.UPLOAD_NAME, type="text", value=named, maxlength=80, required=True, autocomplete="off")
    price = dbc.Input(id=ids.UPLOAD_PRICE, type="number", value=price_per_kwh, step="any", inputmode="decimal")
    name_field = html.Div(_field("Name", name, problem_id=ids.UPLOAD_NAME_PROBLEM), hidden=several, className="field-holder")
    return html.Fieldset(
        [
            html.Legend("Your meters" if several else "Your meter", className="why-subhead"),
            html.P(", ".join(upload.meter_names), className="result-extent") if several else None,
            html.Div(
                [
                    name_field,
                    _field("Price per kWh", price, problem_id=ids.UPLOAD_PRICE_PROBLEM),
                    _field("Currency", _currency_select(upload, typed)),
                ],
                className="fields",
            ),
        ],
        className="found",
    )


def _currency_select(upload: UploadView, typed: Typed) -> dbc.Select:
    codes = CURRENCIES if upload.currency in CURRENCIES else (upload.currency, *CURRENCIES)
    options = [{"label": code, "value": code} for code in codes]
    return dbc.Select(id=ids.UPLOAD_CURRENCY, options=options, value=typed.currency or upload.currency)


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
