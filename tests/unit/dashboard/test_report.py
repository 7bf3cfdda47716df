"""The report and the chart of a file, with an exporter that only says what it was asked for."""

from __future__ import annotations

import dataclasses
import errno
import html
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.pool import QueuePool

from dashboard import charting
from dashboard import format as words
from dashboard.__main__ import main
from dashboard.exporting import Exporter, ExporterBusyError, ExportFailedError, NoBrowserError
from dashboard.report import document, told
from dashboard.report.making import is_chart, report_html
from dashboard.report.pictures import Pictures, Sketch
from dashboard.report.source import Source, read_source
from dashboard.report.subject import MOST_FILES, Subject, subject_of
from tests.browser import find
from tests.factories import make_event, make_forecast_of
from wattsup_core.answered import Answer, EventAnswer
from wattsup_core.errors import NotFoundError
from wattsup_core.service.views import event_view, upload_view
from wattsup_core.settings import ROOT, Settings
from wattsup_core.store import Store
from wattsup_core.types import AnomalyEvent, DetectorConfig, IssueSeverity, QualityIssue, ReadOptions
from wattsup_core.view_models import ViewQuery

SAMPLE = ROOT / "data" / "sample_household.csv.gz"


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    with read_source(SAMPLE, '<b>"My" meter<b>.csv.gz', ReadOptions(timezone="Europe/London"), Settings()) as source:
        yield source


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    asked: list[tuple[Any, ...]] = []

    def draw(_: Exporter, *order: Any) -> bytes:
        asked.append(order)
        return b"<svg/>"

    monkeypatch.setattr(Exporter, "draw", draw)
    monkeypatch.setattr(Exporter, "print_page", lambda _, page: f"%PDF-{len(page)}".encode())
    return asked


def subject(source: Source, preset: str = "all", **changes: Any) -> Subject:
    found = subject_of(source.store, ViewQuery(source.meter.meter_id, preset))
    view = dataclasses.replace(found.view, **{name: changes.pop(name) for name in ("events",) if name in changes})
    return dataclasses.replace(found, view=view, **changes)


def written(source: Source, preset: str = "all", **changes: Any) -> str:
    """The report's page, with plain spaces, to find words in."""
    return with_no_breaks(source, preset, **changes).replace(words.NO_BREAK, " ")


def with_no_breaks(source: Source, preset: str = "all", **changes: Any) -> str:
    return document.write(Pictures(subject(source, preset, **changes), Exporter(source.settings)))


def test_no_line_ends_between_a_number_and_its_unit(source: Source, orders: list[Any]) -> None:
    page = with_no_breaks(source).split("</style>")[1]
    assert not re.search(r"\d (?:kWh|kW|W|h|min|days|%)\b", re.sub(r'alt="[^"]*"|The tints[^<]*|Measured as[^<]*', "", page))
    assert re.search(rf"\d{words.NO_BREAK}kWh\b", page)


def test_a_report_tells_meter_range_anomalies_and_doubts(source: Source, orders: list[Any]) -> None:
    view = subject(source).view
    page = written(source)
    worst = max(view.events, key=lambda event: event.severity)
    assert "Europe/London time" in page
    assert worst.title in page
    assert f"{len(view.events):,}" in page
    assert "35,040 rows read, 35,040 stored, 0 rejected" in page
    assert "Isolation Forest" in page
    assert page.count("<article") == document.MOST_TOLD
    assert page.count("<tr><td>") == len(view.events) - document.MOST_TOLD
    assert len(orders) == 1 + document.MOST_TOLD


@pytest.mark.parametrize(
    ("said", "cause", "more"),
    [
        ("The meter read exactly 0 for 6 h.", "meter read exactly 0 for 6 h", ""),
        ("6 kWh in 2 h, where 1 kWh is usual.", "6 times a usual Tuesday 02:15", "6 times a usual Tuesday 02:15."),
        ("6 kWh in 2 h.", "was it the oven?", "Was it the oven?"),
    ],
)
def test_a_cause_is_told_once(said: str, cause: str, more: str) -> None:
    assert document._beyond(said, cause) == more


def test_a_report_is_whole_in_itself_and_a_name_in_it_is_text(source: Source, orders: list[Any]) -> None:
    page = written(source, "30d")
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert "<b>&#34;My" not in page
    assert "&lt;b&gt;" in page
    footer = re.search(r'@bottom-left \{ content: "([^\n]*)"; font', page)
    assert footer is not None
    assert not set('"<>') & set(footer[1])


def test_very_many_anomalies_are_cut_and_said(source: Source, orders: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    many = tuple(make_event(f"e-{number}", severity=1 + number % 90) for number in range(100))
    monkeypatch.setattr(Pictures, "close_up", lambda _, event: Sketch((400, 190), {}))
    page = written(source, events=many)
    left = 100 - document.MOST_TOLD - document.MOST_LISTED
    assert (page.count("<article"), page.count("<tr><td>")) == (document.MOST_TOLD, document.MOST_LISTED)
    assert f"{left} milder anomalies are not listed." in page


def test_an_anomaly_that_was_taken_back_meanwhile_has_no_close_up(source: Source, orders: list[Any]) -> None:
    gone = make_event("e-gone", source.meter.meter_id, title="A night like no other", severity=100)
    page = written(source, events=(gone, subject(source).view.events[0]))
    assert "A night like no other" in page
    assert (page.count("<article"), page.count("<img ")) == (2, 2)
    assert len(orders) == 2


def test_all_is_read_before_the_first_chart_is_drawn(source: Source, orders: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    drawn_by_then: list[int] = []

    def noted(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given, **named: drawn_by_then.append(len(orders)) or function(*given, **named)

    monkeypatch.setattr("dashboard.report.pictures.views.event_view", noted(event_view))
    monkeypatch.setattr("dashboard.report.pictures.charting.draw_for_file", noted(charting.draw_for_file))
    written(source)
    assert drawn_by_then == [0] * (1 + document.MOST_TOLD)
    assert len(orders) == 1 + document.MOST_TOLD


def test_only_the_files_that_are_told_of_are_looked_at(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    (upload,) = source.store.uploads(source.meter.meter_id)
    many = [dataclasses.replace(upload, received_at=upload.received_at + timedelta(days=day)) for day in range(2 * MOST_FILES)]
    asked: list[str] = []
    monkeypatch.setattr(Store, "uploads", lambda *_: many)
    monkeypatch.setattr("dashboard.report.subject.views.upload_view", lambda store, name: asked.append(name) or upload_view(store, name))
    assert len(subject(source).uploads) == MOST_FILES
    assert len(asked) == MOST_FILES


def test_a_file_that_came_twice_is_told_once_of_how_it_was_taken(source: Source) -> None:
    once = subject(source)
    twice = dataclasses.replace(once, uploads=once.uploads * 2)
    assert told.settings(twice) == told.settings(once)
    assert len(set(told.settings(once))) == len(told.settings(once))


@pytest.mark.parametrize(("preset", "begins"), [("all", ""), ("30d", "In the whole file: ")])
def test_what_is_missing_from_a_file_is_told_apart_from_the_range(source: Source, preset: str, begins: str) -> None:
    message = "31 intervals are missing from the file; nothing was filled in."
    found = subject(source, preset)
    issue = QualityIssue("missing_intervals", IssueSeverity.WARNING, 31, message)
    uploads = tuple(dataclasses.replace(upload, issues=(issue,)) for upload in found.uploads)
    assert f"{begins}{message}" in told.lacks(dataclasses.replace(found, uploads=uploads))


def test_the_store_of_a_file_is_closed_before_its_folder_is_deleted() -> None:
    with read_source(SAMPLE, "a.csv.gz", ReadOptions(), Settings()) as source:
        pool = source.store._database.engine.pool
        assert isinstance(pool, QueuePool)
        assert pool.checkedin() > 0
    assert pool.checkedin() == 0


def test_a_range_without_anomalies_says_so(source: Source, orders: list[Any]) -> None:
    assert "Nothing out of character in this range." in written(source, events=())


def test_the_answer_to_an_anomaly_stands_beside_it(source: Source, orders: list[Any]) -> None:
    first, *others, last = sorted(subject(source).view.events, key=lambda event: (event.severity, event.start))
    events = (with_answer(first, Answer.PROBLEM), *others, with_answer(last, Answer.EXPECTED))
    page = html.unescape(written(source, events=events)).split("</style>")[1]
    worst, listed = page.split("<h2>The others</h2>")
    answer = worst.index('<p class="answer">Your answer: “It\'s a problem”.</p>')
    assert worst.index(first.explanation.summary) < answer < worst.index(others[-1].explanation.summary)
    assert listed.rindex("<tr>") < listed.index('<span class="answer">Your answer: “That was expected”; it counts for nothing.</span>')
    assert listed.rindex(f"<td>{words.NONE}</td>") > listed.rindex(last.cause)
    alone = written(source, events=(with_answer(last, Answer.EXPECTED),))
    assert '<span class="severity is-expected"' in alone
    assert "not counted</span>" in alone
    assert "answer" not in written(source).split("</style>")[1]


def with_answer(event: AnomalyEvent, answer: Answer, **changes: Any) -> AnomalyEvent:
    given = EventAnswer(answer, given_at=event.end, start=datetime(2026, 5, 3, 18, tzinfo=UTC), **changes)
    return dataclasses.replace(event, answer=given)


@pytest.mark.parametrize(
    ("answer", "changes", "sentence"),
    [
        (Answer.MENDED, {}, "Your answer: “Mended”."),
        (Answer.EXPECTED, {"holds": False}, "Your answer: “That was expected”; it has grown larger since, so it counts again."),
        (Answer.EXPECTED, {"is_own": False}, "Expected, as you said of 3 May; it counts for nothing."),
        (Answer.ALERT, {"is_own": False}, "To be looked at: you asked to be told of one like that of 3 May."),
    ],
)
def test_each_answer_is_a_sentence(answer: Answer, changes: dict[str, bool], sentence: str) -> None:
    assert told.answered(with_answer(make_event(), answer, **changes), "Europe/London") == sentence
    assert told.answered(make_event(), "Europe/London") == ""


def test_what_was_expected_is_counted_apart(source: Source) -> None:
    view = subject(source).view
    line = {name: line for name, _, line in told.figures(view)}["Anomalies"]
    counted = dataclasses.replace(view, anomalies=dataclasses.replace(view.anomalies, expected=2))
    assert {name: line for name, _, line in told.figures(counted)}["Anomalies"] == f"{line}; 2 expected, not counted"


def test_the_forecast_is_told_with_its_trust(source: Source, orders: list[Any]) -> None:
    found = subject(source)
    made = make_forecast_of(found.meter.meter_id)
    page = written(source, ahead=dataclasses.replace(found.ahead, forecast=made))
    assert made.backtest is not None
    score = made.backtest.score(made.method)
    assert score is not None
    assert made.trust in html.unescape(page)
    assert f"{made.backtest.coverage_80_pct:.0f} % came within the 80 % interval" in page
    assert f"(MASE {score.mase:.2f})" in page
    assert all(note in html.unescape(page) for note in made.notes)


def test_why_there_is_no_forecast_is_said(source: Source, orders: list[Any]) -> None:
    assert "Too few readings." in written(source, no_forecast="Too few readings.")
    assert "the Forecast page makes one" in written(source)


def test_the_detector_is_told_as_it_is_set(source: Source, orders: list[Any]) -> None:
    assert "public holidays are those of the UK." in written(source)
    assert "about 2 false alarms a month" in written(source)
    assert "contamination is set to 0.02" in written(source, detector=DetectorConfig(contamination=0.02, detector="lof"))
    assert "local outlier factor" in written(source, detector=DetectorConfig(detector="lof"))


@pytest.mark.parametrize("refusal", [NoBrowserError, ExportFailedError, ExporterBusyError])
def test_without_chrome_the_readers_browser_draws(source: Source, monkeypatch: pytest.MonkeyPatch, refusal: type[Exception]) -> None:
    def refuse(*_: Any) -> bytes:
        raise refusal("No.")

    monkeypatch.setattr(Exporter, "draw", refuse)
    page = report_html(subject(source, "7d"), Exporter(source.settings)).decode()
    figures = [json.loads(html.unescape(found)) for found in re.findall(r'data-figure="([^"]*)"', page)]
    assert len(figures) == page.count("<img ") == 1 + page.count("<article")
    assert all(figure["data"] for figure in figures)
    assert "Plotly.toImage" in page
    assert not re.search(r'(?:src|href)="(?!data:)', page.split("<noscript>")[0])


def test_a_chart_that_moves_is_one_file(source: Source) -> None:
    title = {"text": "</script><script>alert(1)", "subtitle": {"text": "1 &lt; 2 · hourly readings"}}
    page = document.standalone_chart({"data": [], "layout": {"title": title}}, "var Plotly;", "<b>")
    assert "</script><script>alert" not in page
    assert "<title>&lt;b&gt;</title>" in page
    assert re.search(r"<h1>&lt;b&gt;</h1>\s*<p>1 &lt; 2 · hourly readings</p>", page)  # as text it wraps where a screen is narrow


@pytest.mark.parametrize(
    ("name", "expected"),
    [("chart.pdf", True), ("my-chart.html", True), ("report.pdf", False), ("x.html", False), ("x.PNG", True), ("x.svg", True)],
)
def test_the_name_tells_what_is_made(name: str, expected: bool) -> None:
    assert is_chart(Path(name)) is expected


@pytest.mark.parametrize("name", ["chart.png", "chart.svg", "chart.pdf", "chart.html", "report.html", "report.pdf"])
def test_each_outcome_of_the_contract_is_written(orders: list[Any], tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.report.source.foretell", lambda _: "Not today.")
    assert main(["report", str(SAMPLE), "--timezone", "Europe/London", "--range", "7d", "--out", str(tmp_path / name)]) == 0
    begins = {"report.pdf": b"%PDF-", "chart.html": b"<!DOCTYPE html>", "report.html": b"<!DOCTYPE html>"}.get(name, b"<svg/>")
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-file.csv", "--out", "chart.png"], "There is no file no-such-file.csv."),
        ([str(SAMPLE), "--out", "chart.docx"], "does not end in .png, .svg, .pdf or .html"),
        ([str(SAMPLE)], "--out"),
        ([str(SAMPLE), "--range", "7d", "--out", "/no/such/folder/chart.svg"], "Cannot write /no/such/folder/chart.svg"),
        ([str(SAMPLE), "--meter", "Other", "--out", "chart.svg"], "The file has no meter named Other."),
    ],
)
def test_what_is_wrong_is_one_line(orders: list[Any], capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert main(["report", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_mistake_of_our_own_is_one_line_and_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("dashboard.report.command.file_of", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["report", str(SAMPLE), "--out", "chart.svg"]) == 1
    (kept,) = tmp_path.iterdir()
    assert capsys.readouterr().err == f"WattsUp made a mistake of its own. Please report it with the file {kept}.\n"
    assert "ZeroDivisionError: a bug" in kept.read_text()


def test_a_disk_without_room_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", fail)
    assert main(["report", str(SAMPLE), "--out", "chart.svg"]) == 2
    assert capsys.readouterr().err.startswith("The disk is full. Make room on it")


def test_without_chrome_a_picture_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere")
    assert main(["report", str(SAMPLE), "--range", "7d", "--out", str(tmp_path / "chart.png")]) == 2
    assert "BROWSER_PATH names a file that is not there." in capsys.readouterr().err
    assert not (tmp_path / "chart.png").exists()


def test_a_meter_that_is_not_in_the_file_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="no meter named X"), read_source(SAMPLE, "a.csv.gz", ReadOptions(), Settings(), "X"):
        pass


def test_a_report_is_printed_by_a_real_chrome(tmp_path: Path) -> None:
    if find() is None:
        pytest.skip("no Chrome was found: python -m tests.browser installs one, BROWSER_PATH names one")
    out = tmp_path / "report.pdf"
    assert main(["report", str(SAMPLE), "--timezone", "Europe/London", "--range", "7d", "--out", str(out)]) == 0
    made = out.read_bytes()
    assert made.startswith(b"%PDF-")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", made)) <= 6
