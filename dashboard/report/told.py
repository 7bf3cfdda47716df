"""What a report says in words beside its anomalies: the figures, the days ahead, what the data lack, and how all of it was found."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import format as words
from dashboard.layout.answers import LABELS, answer_reason
from dashboard.layout.forecast_figures import METHOD_NAMES, better_words, energy_range, money_range
from dashboard.report.subject import Subject
from wattsup_core.types import AnomalyEvent, Backtest, Channel, Forecast, ForecastMethod, IssueSeverity, MethodScore
from wattsup_core.view_models import OverviewView, UploadView

MOST_REJECTED = 5
THE_COUNTRY = {"GB": "the UK", "US": "the US", "NL": "the Netherlands"}
DETECTORS = {
    "isolation-forest": "an Isolation Forest of {n_estimators} trees, each of {max_samples} readings at most",
    "lof": "the local outlier factor",
    "one-class-svm": "a one-class support vector machine",
}


@dataclass(frozen=True)
class Ahead:
    """The days ahead: a heading, the sentence that stands out, and those under the chart."""

    heading: str
    total: str
    lines: tuple[str, ...]


def figures(view: OverviewView) -> list[tuple[str, str, str]]:
    """Name, value and a line of each headline figure."""
    is_sent = view.channel is Channel.EXPORT
    days = words.count(max(1, round(view.energy.days)), "day")
    excess = view.anomalies.excess_kwh
    more = f"{words.kwh(excess)} more than usual" if excess > 0 else "no extra energy used"
    expected = f"; {view.anomalies.expected:,} expected, not counted" if view.anomalies.expected else ""
    found = [
        ("Energy sent to the grid" if is_sent else "Energy used", words.kwh(view.energy.kwh), f"in {days}"),
        ("Anomalies", f"{view.anomalies.count:,}", more + expected),
    ]
    if is_sent:
        return found
    cost = view.cost
    once = "of what exceeded the usual" + (", overlaps counted once" if view.anomalies.has_overlaps else "")
    price = f"{cost.tariff_name} {words.price(cost.price_per_kwh, view.currency)}"
    found.insert(1, ("Cost", words.money(cost.cost, view.currency), price))
    found.append(("Cost of the anomalies", words.money(view.anomalies.cost, view.currency), once))
    if view.always_on.watts is not None:
        found.append(("Always-on load", words.watts(view.always_on.watts), "power that is always drawn"))
    return found


def answered(event: AnomalyEvent, timezone: str) -> str:
    """What a person has said of an anomaly, or of one like it, and what follows from that; "" where nobody has said anything."""
    answer = event.answer
    if answer is None:
        return ""
    if event.is_alert:
        return f"To be looked at: {answer_reason(event, timezone)}."
    said = f"Your answer: “{LABELS[answer.answer]}”" if answer.is_own else f"Expected, {answer_reason(event, timezone)}"
    if not answer.holds:
        return f"{said}; it has grown larger since, so it counts again."
    return f"{said}; it counts for nothing." if event.is_expected else f"{said}."


def ahead(subject: Subject) -> Ahead:
    """The days ahead with how far to trust them; why there is no forecast where there is none."""
    made = subject.ahead.forecast
    if made is None:
        return Ahead("The days ahead", "", (subject.no_forecast,))
    days = words.count(subject.ahead.config.days, "day")
    cost = "" if made.cost is None else f", {words.money(made.cost.value, made.currency)} ({money_range(made.cost, made.currency)})"
    total = f"{words.kwh(made.total.value)} ({energy_range(made.total)}){cost}; 80 % sure."
    return Ahead(f"The next {days}", total, tuple(filter(None, _trust(made))))


def _trust(made: Forecast) -> list[str]:
    method = f"{METHOD_NAMES[made.method]}, from the readings until {words.when(made.start, made.timezone)}."
    trial = made.backtest
    tested = [] if trial is None else [_coverage(trial), _against_last_week(made.method, trial.score(made.method)), better_words(made)]
    return [f"Made by: {method}", made.trust, *tested, *made.notes]


def _coverage(trial: Backtest) -> str:
    days = words.count(len(trial.days), "tested day")
    narrow, wide = (words.percent(pct) for pct in (trial.coverage_80_pct, trial.coverage_95_pct))
    return f"Of the {days}, {narrow} came within the 80 % interval and {wide} within the 95 % interval."


def _against_last_week(method: ForecastMethod, score: MethodScore | None) -> str:
    """The MASE in words."""
    if score is None or method is ForecastMethod.SEASONAL_NAIVE:
        return ""
    differs_pct = 100.0 * (1.0 - score.mase)
    if round(abs(differs_pct)) == 0:
        return "Its error was as large as that of repeating last week (MASE 1.00)."
    word = "smaller" if differs_pct > 0 else "larger"
    return f"Its error was {words.percent(abs(differs_pct))} {word} than that of repeating last week (MASE {score.mase:.2f})."


def settings(subject: Subject) -> list[str]:
    """How the detector is set, and how the files were taken."""
    detector, meter = subject.detector, subject.meter
    model = DETECTORS[detector.detector].format(n_estimators=detector.n_estimators, max_samples=detector.max_samples)
    held = (
        f"Its public holidays are those of {THE_COUNTRY.get(meter.country, meter.country)}."
        if meter.country
        else "No country is known for it, so no public holidays."
    )
    if detector.contamination is None:
        budget = f"It is set to about {detector.alarms_per_month:g} false alarms a month; the model's own contamination follows from that."
    else:
        budget = f"Its contamination is set to {detector.contamination:g}: that share of the readings is flagged, whatever they are."
    return [
        f"Detector: {model}, over what is usual for this meter at such a time; statistics over windows; rules for faults of the data.",
        f"{budget} Severity, 0 to 100, means the same for all meters.",
        f"The meter is read in {meter.timezone} time. {held}",
        "Cost is the energy above the usual at the meter's price. Faults of the meter and gaps in the data are not priced.",
        *dict.fromkeys(_taken(upload) for upload in subject.uploads),
    ]


def _taken(upload: UploadView) -> str:
    taken = f"taken as {upload.format_name}, values in {upload.unit}, times in {upload.timezone}"
    return f"The file {upload.file_name} was {taken}; a time marks the {upload.stamp} of its interval."


def lacks(subject: Subject) -> list[str]:
    """What a reader must know of the data before trusting the rest."""
    view, uploads = subject.view, subject.uploads
    found = [f"{words.completeness(view.completeness_pct)}: {_readings(view)}."]
    found += [_rows(upload) for upload in uploads]
    issues = [(issue, _scope(upload, view)) for upload in uploads for issue in upload.issues]
    found += [f"{scope}{issue.message}" for issue, scope in sorted(issues, key=lambda one: one[0].severity is not IssueSeverity.WARNING)]
    rejected = [row for upload in uploads for row in upload.rejected_rows][:MOST_REJECTED]
    found += [f"Line {row.line:,} was rejected: {row.code.replace('_', ' ')}." for row in rejected]
    return list(dict.fromkeys([*found, *view.notices]))


def _readings(view: OverviewView) -> str:
    """How many readings of the range are missing."""
    whole = round((view.end - view.start).total_seconds() / 60 / view.interval_minutes)
    missing = round(whole * (1 - view.completeness_pct / 100))
    return (
        f"{missing:,} of {words.count(whole, 'reading')} {'is' if missing == 1 else 'are'} missing" if missing else "no reading is missing"
    )


def _scope(upload: UploadView, view: OverviewView) -> str:
    """Before what is said of a file that reaches beyond the range: that it is not of the range alone."""
    is_inside = upload.first is not None and upload.last is not None and view.start <= upload.first and upload.last < view.end
    return "" if is_inside else "In the whole file: "


def _rows(upload: UploadView) -> str:
    return f"{upload.file_name}: {upload.read:,} rows read, {upload.stored:,} stored, {upload.rejected:,} rejected."
