"""Text tables: delimiters, layouts, and rows that are not like the others."""

from __future__ import annotations

import pytest

from tests.unit.readers.conftest import ReadText
from tests.unit.readers.samples import LATE, lines, plain, total_kwh
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers import FileReadings


def codes(found: FileReadings) -> dict[str, int]:
    return {issue.code: issue.count for issue in found.report.issues}


def kwh(found: FileReadings) -> float:
    return round(sum(meter.readings["kwh"].sum() for meter in found.meters), 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter(read: ReadText, delimiter: str) -> None:
    found = read(plain().replace(",", delimiter), timezone="UTC")
    assert (found.report.read, kwh(found)) == (96, total_kwh(96))
    assert found.report.issues == ()


def test_columns_by_spaces(read: ReadText) -> None:
    found = read(plain().replace(",", " ").replace("timestamp", "date time"), timezone="UTC")
    assert (found.report.stored, kwh(found)) == (96, total_kwh(96))


def test_hint_of_excel_wins(read: ReadText) -> None:
    found = read("sep=;\n" + plain().replace(",", ";"))
    assert found.format_name == "CSV, semicolon"
    assert kwh(found) == total_kwh(96)


def test_preamble_and_trailing_delimiters_and_blank_lines(read: ReadText) -> None:
    text = plain().replace("\n", ",\n")
    found = read(f"Account,12345\nStart Date,2024-01-08\nEnd Date,2024-01-10\n\n{text}\n \n,,\n")
    assert (found.report.read, found.report.rejected, kwh(found)) == (96, 0, total_kwh(96))
    assert found.rows["line"].iloc[0] == 6


def test_first_row_without_header_is_data(read: ReadText) -> None:
    found = read(plain().split("\n", 1)[1])
    assert (found.report.read, kwh(found)) == (96, total_kwh(96))
    assert "unit_suspect" in codes(found)


def test_units_in_a_second_header_line(read: ReadText) -> None:
    body = lines(lambda begin, _end, value: f"{begin:%Y-%m-%d %H:%M},{value * 1000:.0f}")
    found = read("timestamp,consumption\n[UTC],[Wh]\n" + body)
    assert (found.unit, kwh(found)) == ("Wh", total_kwh(96))


def test_groups_in_a_line_above_the_header(read: ReadText) -> None:
    body = lines(lambda begin, _end, value: f"{begin:%Y-%m-%d %H:%M},{value},7", start=LATE)
    found = read(",Stroom [kWh],Gas [m3]\nDatum,Verbruik,Verbruik\n" + body)
    assert kwh(found) == total_kwh(96)
    assert codes(found)["not_electricity"] == 1


@pytest.mark.parametrize("footer", ["Total,48.2", "Sum:,48.2", "\nEnd of report. Values are provisional.", "====="])
def test_footer_is_never_energy(read: ReadText, footer: str) -> None:
    found = read(plain() + footer + "\n")
    assert (found.report.read, kwh(found)) == (96, total_kwh(96))
    assert codes(found)["footer_skipped"] == 1


def test_repeated_header_is_skipped(read: ReadText) -> None:
    found = read(plain(48) + plain(48, start=LATE))
    assert (found.report.read, found.report.stored) == (96, 96)
    assert codes(found)["repeated_header"] == 1


def test_comments_are_no_rows(read: ReadText) -> None:
    first, rest = plain().split("\n", 1)
    found = read(f"# logger v2\n{first}\n# a remark\n{rest}")
    assert (found.report.read, kwh(found)) == (96, total_kwh(96))
    assert found.rows["line"].iloc[0] == 4


def test_row_with_too_many_fields_is_rejected_with_its_line(read: ReadText) -> None:
    text = plain().replace("2024-01-08 05:00,", "2024-01-08 05:00,0,")
    found = read(text)
    assert [(row.line, row.code) for row in found.report.rejected_rows] == [(12, "bad_row_shape")]
    assert found.report.rejected_rows[0].text.startswith("2024-01-08 05:00,0,")
    assert found.rows.loc[found.rows["line"] == 12, "code"].tolist() == ["bad_row_shape"]


def test_unquoted_decimal_commas_are_refused_rather_than_read_as_zero(read: ReadText) -> None:
    with pytest.raises(FileRefusedError, match="decimal commas"):
        read("timestamp,kwh\n" + lines(lambda begin, _end, value: f"{begin:%Y-%m-%d %H:%M},{value:.3f}".replace(".", ",")))


def test_cut_off_last_row_is_rejected(read: ReadText) -> None:
    found = read(plain()[:-12])
    assert (found.report.read, found.report.stored) == (96, 95)
    assert found.report.rejected_rows[0].code in {"bad_row_shape", "bad_timestamp"}


def test_quoted_line_breaks_stay_in_their_row(read: ReadText) -> None:
    text = "timestamp,kwh,note\n" + lines(lambda begin, _end, value: f'{begin:%Y-%m-%d %H:%M},{value},"two\nlines"')
    found = read(text)
    assert (found.report.read, kwh(found)) == (96, total_kwh(96))
    assert found.rows["line"].iloc[1] == 4


def test_stray_quotation_mark_does_not_swallow_rows(read: ReadText) -> None:
    found = read(plain().replace("2024-01-08 05:00,", '2024-01-08 05:00,"'))
    assert (found.report.read, found.report.stored) == (96, 95)


def test_duplicate_column_names_are_refused(read: ReadText) -> None:
    text = "timestamp,kwh,kwh\n" + lines(lambda begin, _end, value: f"{begin:%Y-%m-%d %H:%M},{value},{value * 2}")
    with pytest.raises(FileRefusedError, match="More than one column is named “kwh”"):
        read(text)


def test_of_two_columns_of_one_name_the_full_one_is_read(read: ReadText) -> None:
    text = "timestamp,Usage,Units,Usage,Units\n" + lines(
        lambda begin, _end, value: f"{begin:%Y-%m-%d %H:%M},{'9.9,kwh' if begin.minute == 0 and begin.hour % 4 == 0 else '-,-'},{value},kwh"
    )
    found = read(text)
    assert kwh(found) == total_kwh(96)
    assert codes(found)["extra_value_columns"] == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("timestamp,temperature\n2024-01-08 00:00,5\n", "energy"),
        ("reading,kwh\nr1,0.1\nr2,0.2\n", "dates and times"),
        ("timestamp,kwh\ntbd,0.1\ntbd,0.2\n", "No time"),
        ("timestamp,kwh\n2024-01-08 00:00,high\n2024-01-08 00:30,high\n", "usable number"),
        ("timestamp,kwh\n", "column|rows"),
        ("some words that are no table at all\nand more of them\n", "not a table"),
        ("timestamp,kwh\n2024-01-08 00:00,0.1\n".replace("kwh", ",".join(f"c{at}" for at in range(1500))), "columns"),
    ],
)
def test_refusals_say_why(read: ReadText, text: str, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says):
        read(text)


def test_rows_that_contradict_each_other_are_refused(read: ReadText) -> None:
    with pytest.raises(FileRefusedError, match="several meters"):
        read(plain() + plain().split("\n", 1)[1].replace(",0.", ",1."))


def test_account_of_rows_is_in_the_order_of_the_file(read: ReadText) -> None:
    header, *rows = plain(6).strip().split("\n")
    found = read("\n".join([header, *reversed(rows)]))
    assert found.rows["line"].tolist() == [2, 3, 4, 5, 6, 7]
    assert found.rows["ts"].is_monotonic_decreasing
    assert found.meters[0].readings.index.is_monotonic_increasing
    assert codes(found)["out_of_order"] == 5
    assert not [issue for issue in found.report.warnings if issue.code == "out_of_order"]
