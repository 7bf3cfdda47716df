"""Numbers as people and programs write them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wattsup_core.readers.values.numerals import decimal_mark, read_number, read_numbers
from wattsup_core.readers.values.units import KWH, WH


def cells(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("0.135", ".", 0.135),
        (" 0.135 ", ".", 0.135),
        ("1.350E-1", ".", 0.135),
        ("0,135", ",", 0.135),
        ("-0,5", ",", -0.5),
        ("−0.5", ".", -0.5),
        ("1,234.5", ".", 1234.5),
        ("1.234,5", ",", 1234.5),
        ("1 234,567", ",", 1234.567),
        ("1\u202f234,567", ",", 1234.567),
        ("1'234.5", ".", 1234.5),
        ("1,234,567", ".", 1234567.0),
        (".5", ".", 0.5),
        ("5.", ".", 5.0),
        ('="0.5"', ".", 0.5),
        ("0.1350000000000000000000000000", ".", 0.135),
    ],
)
def test_number(text: str, mark: str, value: float) -> None:
    assert read_number(text, mark) == (value, None, False)


@pytest.mark.parametrize("text", ["0x1F", "1_0", "high", "1,23,4", "12,34.5", "1.2.3", "--5", "5 apples", "true", "[0.1]", "1e", "２"])
def test_no_number(text: str) -> None:
    assert read_number(text, ".") == (None, None, False)


@pytest.mark.parametrize("text", ["", " ", "?", "-", "NaN", "null", "N/A", "...", "Est", "unavailable", "#N/A", "\u00a0"])
def test_missing(text: str) -> None:
    assert read_number(text, ".") == (None, None, True)


def test_infinity_is_a_number_to_be_judged_later() -> None:
    value, _, is_missing = read_number("-inf", ".")
    assert value is not None
    assert math.isinf(value)
    assert not is_missing


def test_unit_in_a_cell() -> None:
    assert read_number("135 Wh", ".") == (135.0, WH, False)
    assert read_number("0,135kWh", ",") == (0.135, KWH, False)


@pytest.mark.parametrize(
    ("texts", "comma_separated", "mark"),
    [
        (("0.5", "1.25"), True, "."),
        (("0,5", "1,25"), False, ","),
        (("0,123", "0,456"), True, ","),
        (("1,234.5", "987.1"), True, "."),
        (("1.234,5", "987,1"), False, ","),
        (("1,234,567",), True, "."),
        (("1,234", "2,345"), False, ","),
        (("1,234", "2,345"), True, None),
        (("1,234", "2,345", "3,456", "4,567", "5,678", "987"), True, "."),
        (("1.234", "2.345"), False, "."),
        (("1.234", "2.345", "3.456", "4.567", "5.678", "987"), False, ","),
        (("5", "6"), True, "."),
    ],
)
def test_decimal_mark_by_what_cells_can_only_mean(texts: tuple[str, ...], comma_separated: bool, mark: str | None) -> None:
    assert decimal_mark(cells(*texts), comma_separated=comma_separated) == mark


def test_points_of_typed_numbers_are_decimal_marks() -> None:
    texts = cells("1.234", "2.345", "3.456", "4.567", "5.678", "987")
    assert decimal_mark(texts, comma_separated=False, typed=True) == "."


def test_open_mark_makes_a_cell_bad_rather_than_wrong() -> None:
    numbers = read_numbers(cells("1,234", "5"), None)
    assert numbers.bad.tolist() == [True, False]
    assert numbers.values[1] == 5.0


def test_column_of_all_kinds() -> None:
    numbers = read_numbers(cells("0.25", "?", "0x1F", "250 Wh", "1e400"), ".")
    assert numbers.missing.tolist() == [False, True, False, False, False]
    assert numbers.bad.tolist() == [False, False, True, False, False]
    assert numbers.values[[0, 3]].tolist() == [0.25, 250.0]
    assert np.isinf(numbers.values[4])
    assert numbers.units is not None
    assert numbers.units[3] is WH
