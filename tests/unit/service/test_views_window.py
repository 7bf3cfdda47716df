from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from wattsup_core.errors import BadRequestError
from wattsup_core.service.views.window import DataSpan, Window, days_of, find_window, split, window_before
from wattsup_core.view_models import ViewQuery

LONDON = "Europe/London"
# From midnight of 1 January to midnight of 1 May in London, which is 23:00 UTC of the day before.
SPRING = DataSpan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 30, 23, tzinfo=UTC))


def by_days(first: date | None, last: date | None) -> ViewQuery:
    return ViewQuery("home", None, first, last)


@pytest.mark.parametrize(
    ("preset", "start"),
    [
        ("24h", datetime(2026, 4, 29, 23, tzinfo=UTC)),
        ("7d", datetime(2026, 4, 23, 23, tzinfo=UTC)),
        ("30d", datetime(2026, 3, 31, 23, tzinfo=UTC)),
        ("90d", datetime(2026, 1, 31, 0, tzinfo=UTC)),  # by the wall clock, over the change of clocks
        ("1y", SPRING.start),
        ("all", SPRING.start),
    ],
)
def test_a_preset_ends_with_the_data_and_goes_back_by_the_wall_clock(preset: str, start: datetime) -> None:
    assert find_window(ViewQuery("home", preset), SPRING, LONDON) == Window(start, SPRING.end, preset)


@pytest.mark.parametrize(
    ("end", "start"),
    [
        (datetime(2026, 3, 30, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),  # half past one was skipped: from the leap on
        (datetime(2026, 10, 26, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # it came twice: from the first on
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 24, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_preset_that_begins_in_a_change_of_clocks_loses_nothing(end: datetime, start: datetime) -> None:
    span = DataSpan(datetime(2026, 1, 1, tzinfo=UTC), end)
    assert find_window(ViewQuery("home", "24h"), span, LONDON) == Window(start, end, "24h")


def test_days_are_local_inclusive_and_win_over_the_preset() -> None:
    window = find_window(ViewQuery("home", "30d", date(2026, 3, 29), date(2026, 3, 30)), SPRING, LONDON)
    assert window == Window(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, 23, tzinfo=UTC), None)
    assert window.end - window.start == timedelta(hours=47)
    assert days_of(window, LONDON) == 2


def test_days_are_clamped_to_the_data() -> None:
    late = find_window(by_days(date(2026, 4, 30), date(2199, 1, 1)), SPRING, LONDON)
    assert (late.start, late.end) == (datetime(2026, 4, 29, 23, tzinfo=UTC), SPRING.end)
    early = find_window(by_days(date.min, date(2026, 1, 1)), SPRING, LONDON)
    assert (early.start, early.end) == (SPRING.start, datetime(2026, 1, 2, tzinfo=UTC))
    assert find_window(by_days(date.min, date.max), SPRING, LONDON) == Window(SPRING.start, SPRING.end, None)


def test_a_first_day_in_the_middle_of_the_data_keeps_the_time_the_data_begin() -> None:
    noon = DataSpan(datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 3, 9, tzinfo=UTC))
    assert find_window(by_days(date(2026, 1, 1), date(2026, 1, 3)), noon, LONDON) == Window(noon.start, noon.end, None)


def test_one_day_leaves_the_other_side_open() -> None:
    assert find_window(by_days(date(2026, 4, 1), None), SPRING, LONDON).end == SPRING.end
    assert find_window(by_days(None, date(2026, 4, 1)), SPRING, LONDON).start == SPRING.start


@pytest.mark.parametrize("days", [(date(2025, 1, 1), date(2025, 2, 1)), (date(2026, 5, 1), None), (None, date(2025, 12, 31))])
def test_days_without_data_show_the_default_range_and_say_so(days: tuple[date | None, date | None]) -> None:
    window = find_window(by_days(*days), SPRING, LONDON)
    assert (window.preset, window.end) == ("30d", SPRING.end)
    assert window.notice == (
        "There are no readings in the days you chose: they run from 1 January 2026 to 30 April 2026. The last 30 days are shown."
    )


def test_ranges_that_make_no_sense_are_refused_in_words() -> None:
    with pytest.raises(BadRequestError, match="The last day of the range comes before its first"):
        find_window(by_days(date(2026, 2, 2), date(2026, 2, 1)), SPRING, LONDON)
    with pytest.raises(BadRequestError, match="There is no range called '5d'") as refused:
        find_window(ViewQuery("home", "5d"), SPRING, LONDON)
    assert refused.value.hint == "Choose one of 24h, 7d, 30d, 90d, 1y, all."


def test_the_window_before_is_as_long_by_the_wall_clock() -> None:
    april = Window(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, 23, tzinfo=UTC), None)
    assert window_before(april, LONDON) == Window(datetime(2026, 3, 27, tzinfo=UTC), april.start, None)


def test_pieces_cover_the_span_without_overlap() -> None:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, 12, tzinfo=UTC)
    pieces = list(split(start, end, timedelta(days=1)))
    assert [piece[0] for piece in pieces] == [start, start + timedelta(days=1), start + timedelta(days=2)]
    assert [piece[1] for piece in pieces] == [start + timedelta(days=1), start + timedelta(days=2), end]
    assert list(split(end, start, timedelta(days=1))) == []
    assert list(split(start, end, timedelta.max)) == [(start, end)]
