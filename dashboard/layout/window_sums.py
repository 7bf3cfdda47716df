"""The panel that sums up a window of the chart, beside the same window a week and a year before; and the same as text to paste."""

from __future__ import annotations

from dash import html

from dashboard import format as words
from dashboard import ids
from dashboard.layout.pieces import Child, aria, button, data, hidden, icon_button, quantity, unbroken
from wattsup_core.types import Channel
from wattsup_core.view_models import SummedWindow, WindowSumsView

HEADS = ("Window", "Energy", "Cost", "CO₂", "Mean power", "Highest power", "This window has")
HINT = "Drag over the chart to choose a window, or type its times."
SHARES = "A reading that the window cuts counts with its share. Mean power is of the time that was read; a year is 52 weeks."


def sums_holder() -> html.Div:
    """The button that opens the panel, and the panel, closed; ``assets/sums.js`` opens it and makes the two fields for times."""
    opener = button("Sum up a window", kind="link", id=ids.SUMS_BUTTON, **aria(expanded="false", controls=ids.SUMS_PANEL))
    return html.Div([opener, _panel()], className="sums-holder")


def _panel() -> html.Section:
    fields = html.Div(
        [
            html.Label(["From", html.Span(id=ids.SUMS_FROM)], className="sums-field"),
            html.Label(["To", html.Span(id=ids.SUMS_TO)], className="sums-field"),
            button("Sum up what is shown", **data(sums="shown")),
            icon_button("x-lg", "Close", **data(sums="close")),
        ],
        className="sums-tools",
    )
    head = html.Div([html.Div([html.H3("Sum of a window", className="why-subhead"), html.P(HINT, className="sums-note")]), fields])
    return html.Section(
        [html.Div(head.children, className="sums-head"), html.Div(id=ids.SUMS_RESULT, **aria(live="polite"))],
        id=ids.SUMS_PANEL,
        className="sums",
        hidden=True,
        **aria(label="Sum of a window"),
    )


def result(view: WindowSumsView) -> list[Child]:
    """The three windows as a table, what its figures rest on, and the button that copies them."""
    table = html.Table(
        [
            html.Caption(f"{view.meter_name}, {view.timezone} time", className="visually-hidden"),
            html.Thead(html.Tr([html.Th(head, scope="col") for head in HEADS])),
            html.Tbody([_row(view, window) for window in view.windows]),
        ],
        className="sums-table",
    )
    copy = button("Copy as text", **data(sums="copy", text=as_text(view)))
    said = html.Span(className="sums-copied", role="status")
    return unbroken([table, html.P(basis(view), className="sums-note"), html.Div([copy, said], className="sums-actions")])


def wrong_way_round() -> html.P:
    """What is said of a window that has no length."""
    return html.P("The window does not end after it begins. Choose an end after the start.", className="sums-note", role="alert")


def _row(view: WindowSumsView, window: SummedWindow) -> html.Tr:
    when = [html.Strong(window.name), html.Span(span(window, view.timezone), className="sums-when"), _missing_line(window)]
    if not window.readings:
        return html.Tr(
            [html.Th(when, scope="row"), html.Td("No readings yet." if window.to_come else "No readings then.", colSpan=len(HEADS) - 1)]
        )
    cells = zip(HEADS[1:], _figures(view, window), strict=True)
    return html.Tr([html.Th(when, scope="row"), *(html.Td(value, **data(label=head)) for head, value in cells)])


def _figures(view: WindowSumsView, window: SummedWindow) -> list[Child]:
    cost = none() if window.cost is None else quantity(words.money(window.cost, view.currency))
    co2 = none() if window.co2_kg is None else quantity(carbon(window.co2_kg))
    powers = [none() if kw is None else quantity(f"{words.kilowatts(kw)} kW") for kw in (window.mean_kw, window.peak_kw)]
    asked = window is view.windows[0]
    change: Child = None if asked else none() if window.change_pct is None else difference(window.change_pct)
    return [quantity(exact_kwh(window.kwh)), cost, co2, *powers, change]


def none() -> html.Span:
    """A dash, which is read out as what it means."""
    return html.Span([html.Span(words.NONE, **aria(hidden="true")), hidden("not known")])


def _missing_line(window: SummedWindow) -> Child:
    told = missing(window) if window.readings else ""
    return html.Span(told, className="sums-missing") if told else None


def missing(window: SummedWindow) -> str:
    """``"12 of 96 readings are missing"``, ``"48 of 96 readings are still to come"``, or both; "" when none is."""
    whole = words.count(window.readings + window.missing, "reading")
    if not window.readings:
        return "no readings yet" if window.to_come else "no readings"
    lost, to_come = window.missing - window.to_come, window.to_come
    told = [f"{lost:,} of {whole} {_are(lost)} missing"] if lost else []
    told += [f"{to_come:,}{'' if lost else f' of {whole}'} {_are(to_come)} still to come"] if to_come else []
    return ", ".join(told)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def span(window: SummedWindow, timezone: str) -> str:
    """``"Tue 27 Jan 2026, 02:00 – 04:00"``."""
    first, last = (words.local(moment, timezone) for moment in (window.start, window.end))
    begins, ends = (f"{clock:%a} {words.day(clock, with_year=True)}" for clock in (first, last))
    return f"{begins}, {first:%H:%M} {words.DASH} " + (f"{last:%H:%M}" if first.date() == last.date() else f"{ends}, {last:%H:%M}")


def exact_kwh(kwh: float) -> str:
    """Energy with more digits than a headline: ``"0.412 kWh"``, ``"12.34 kWh"``."""
    size = abs(kwh)
    return f"{words.number(kwh, 3 if size < 9.995 else 2 if size < 999.5 else 1)} kWh"


def carbon(co2_kg: float) -> str:
    """``"870 g"``, ``"12.3 kg"``."""
    return f"{words.number(co2_kg * 1000)} g" if abs(co2_kg) < 0.9995 else f"{words.number(co2_kg, 1 if co2_kg < 999.5 else 0)} kg"


def difference(change_pct: float) -> str:
    """How much more or less mean power: ``"12 % more"``; beyond ten times as much in times."""
    if round(abs(change_pct)) == 0:
        return "as much"
    if change_pct > 900:
        return f"{words.number(1 + change_pct / 100)} times as much"
    return f"{words.percent(abs(change_pct))} {'more' if change_pct > 0 else 'less'}"


def basis(view: WindowSumsView) -> str:
    """What cost and carbon dioxide rest on, and how edges and gaps are counted."""
    if view.channel is Channel.EXPORT:
        return f"{SHARES} Energy sent to the grid has no price and no CO₂ that WattsUp knows."
    cost = f"Cost at {words.price(view.price_per_kwh, view.currency)}."
    if view.factor is None:
        return f"{SHARES} {cost} CO₂ is left out: no figure is known for this meter's country (WATTSUP_CO2_G_PER_KWH sets one)."
    return f"{SHARES} {cost} CO₂ at {view.factor.g_per_kwh:g} g/kWh, {view.factor.source}."


def as_text(view: WindowSumsView) -> str:
    """The panel as lines of plain text."""
    lines = [f"{view.meter_name}, {view.timezone} time"]
    for window in view.windows:
        lines += [f"{window.name}: {span(window, view.timezone)}", f"  {'; '.join(_told(view, window))}"]
    return "\n".join([*lines, basis(view)])


def _told(view: WindowSumsView, window: SummedWindow) -> list[str]:
    if not window.readings:
        return [missing(window)]
    told = [
        exact_kwh(window.kwh),
        "" if window.cost is None else words.money(window.cost, view.currency),
        "" if window.co2_kg is None else f"{carbon(window.co2_kg)} CO₂",
        "" if window.mean_kw is None else f"mean {words.kilowatts(window.mean_kw)} kW",
        "" if window.peak_kw is None else f"highest {words.kilowatts(window.peak_kw)} kW",
        "" if window.change_pct is None else f"this window has {difference(window.change_pct)}",
        missing(window),
    ]
    return [each for each in told if each]
