from __future__ import annotations

import dataclasses
from datetime import timedelta

import numpy as np
import pytest

from tests.unit.service.stored_meter import LONDON, START, event_of, readings_of, send, store_of
from wattsup_core.errors import NotFoundError
from wattsup_core.service import views
from wattsup_core.types import IssueSeverity, QualityIssue, QualityReport, RejectedRow
from wattsup_core.view_models import Resolution

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_the_close_up_of_a_short_event_shows_a_day_on_both_sides() -> None:
    event = event_of(START + 10 * DAY, 2)
    store = store_of(readings_of(np.ones(30 * 48)), [event])
    view = views.event_view(store, "home", "e1")
    assert (view.event, view.timezone, view.currency) == (event, "Europe/London", "GBP")
    assert (view.close_up.start, view.close_up.end) == (event.start - DAY, event.end + DAY)
    assert (view.close_up.resolution, view.close_up.total) == (Resolution.RAW, 100)
    assert [marker.event_id for marker in view.close_up.markers] == ["e1"]


def test_the_close_up_of_a_long_event_shows_its_own_length_on_both_sides_where_there_are_data() -> None:
    event = event_of(START + 50 * DAY, 20 * 24)
    store = store_of(readings_of(np.ones(80 * 48)), [event])
    close_up = views.event_view(store, "home", "e1").close_up
    assert (close_up.start, close_up.end) == (START + 30 * DAY, START + 80 * DAY)
    assert close_up.resolution is Resolution.HOUR


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(NotFoundError):
        views.event_view(store_of(readings_of([1.0])), "home", "gone")


def test_the_summary_of_an_upload() -> None:
    events = [event_of(START + 2 * HOUR, 1, "inside"), event_of(START + 40 * HOUR, 1, "after")]
    store = store_of(readings_of(np.ones(96)), events)
    issue = QualityIssue("dst_ambiguous", IssueSeverity.INFO, 2, "Two rows lie in the repeated hour.")
    report = QualityReport(12, 10, 2, (issue,), (RejectedRow(7, "bad_value", "7;n/a"),))
    changed = readings_of(np.r_[np.ones(8), 2.0, 2.0])
    send(store, changed, upload_id="u2", report=report, file_name="häuschen.csv", unit="Wh", is_register=True, kwh_total=12.0)
    view = views.upload_view(store, "u2")
    assert (view.upload_id, view.file_name, view.format_name, view.unit) == ("u2", "häuschen.csv", "CSV", "Wh")
    assert (view.read, view.stored, view.rejected, view.new_rows, view.changed_rows) == (12, 10, 2, 0, 2)
    assert (view.meter_ids, view.meter_names, view.price_per_kwh, view.currency) == (("home",), ("Home",), 0.25, "GBP")
    assert (view.first, view.last, view.kwh_total, view.is_register) == (START, START + 4.5 * HOUR, 12.0, True)
    assert (view.timezone, view.timezone_source, view.date_order, view.stamp) == ("Europe/London", "setting", "YMD", "start")
    assert view.issues == (issue,)
    assert view.rejected_rows == (RejectedRow(7, "bad_value", "7;n/a"),)
    assert view.events == 1


def test_repairs_are_counted_unless_the_count_is_of_something_else_too() -> None:
    store = store_of(readings_of([1.0]))

    def repaired(upload_id: str, *codes: str) -> int | None:
        issues = tuple(QualityIssue(code, IssueSeverity.WARNING, count, "") for count, code in enumerate(codes, start=1))
        send(store, readings_of([1.0]), upload_id=upload_id, report=QualityReport(1, 1, 0, issues))
        return views.upload_view(store, upload_id).repaired

    assert repaired("plain") == 0
    assert repaired("register", "register_rollover", "missing_intervals", "register_reset") == 4
    assert repaired("wandering", "register_rollover", "irregular_times") is None


def test_the_summary_counts_the_events_of_every_meter_of_the_file() -> None:
    store = store_of(readings_of(np.ones(96)), [event_of(START, 1)])
    store.add_meter(dataclasses.replace(LONDON, meter_id="shed", name="Shed"))
    record = dataclasses.replace(store.upload("u1"), upload_id="u3", meter_ids=("shed", "home"))
    store.save_upload(record, [("shed", readings_of(np.ones(4))), ("home", readings_of(np.ones(4)))])
    view = views.upload_view(store, "u3")
    assert (view.meter_names, view.new_rows, view.events) == (("Shed", "Home"), 4, 1)


def test_an_unknown_upload_is_refused() -> None:
    with pytest.raises(NotFoundError):
        views.upload_view(store_of(readings_of([1.0])), "gone")
