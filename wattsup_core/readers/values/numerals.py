"""Cell texts as numbers: one decimal mark for a column, thousands marks, units in cells; a blank is no number, hex is none either."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wattsup_core.readers.columns.vocabulary import words_of
from wattsup_core.readers.table.cells import tidy
from wattsup_core.readers.values.units import Unit, unit_named

MISSING_WORDS = {"", "no data", "no ct", "no reading", "not available"} | words_of(
    "? - -- --- ---- – — * . .. ... … x n/a na n.a. n.a nan null none nil nd missing unavailable unknown undefined nodata "
    "est estimated leer offline #n/a #na #value! #ref! #div/0! #num! #name? #null!"
)
_PLAIN = frozenset(b"0123456789.+-eE\x00")
_NUMBER = re.compile(r"([+\-−]?)\s*(\d[\d.,' ]*|[.,]\d+)([eE][+\-]?\d+)?\s*([A-Za-zµ³²°/]*)", re.ASCII)
_FIRM_SAMPLE = 20_000
_ENOUGH_OPEN = 5


@dataclass(frozen=True)
class Numbers:
    """Texts as numbers, arrays of shape (k,): `values` float64 (NaN for no number), `missing` and `bad` masks.

    `units` holds the unit written in a cell, or `None`, as objects; it is `None` when no cell has one.
    """

    values: np.ndarray
    missing: np.ndarray
    bad: np.ndarray
    units: np.ndarray | None = None


def read_numbers(texts: np.ndarray, decimal_mark: str | None) -> Numbers:
    """Read the distinct texts of a column.

    Parameters
    ----------
    texts : np.ndarray
        Cell texts, shape (k,), object.
    decimal_mark : str or None
        "." or ","; `None` when the column leaves open which: cells such as ``1,234`` are then bad.
    """
    values = np.full(len(texts), np.nan)
    plain = _plain_mask(texts)
    if decimal_mark == ".":
        values[plain] = pd.to_numeric(texts[plain], errors="coerce")
    rest = np.flatnonzero(np.isnan(values))
    missing, bad = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool)
    units: np.ndarray | None = None
    for at in rest:
        value, unit, is_missing = read_number(texts[at], decimal_mark)
        missing[at], bad[at] = is_missing, value is None and not is_missing
        values[at] = np.nan if value is None else value
        if unit is not None:
            units = np.full(len(texts), None, dtype=object) if units is None else units
            units[at] = unit
    return Numbers(values, missing, bad, units)


def read_number(text: str, decimal_mark: str | None) -> tuple[float | None, Unit | None, bool]:
    """One cell as number and unit; `None` for no number, with whether the cell says "missing" rather than something else."""
    bare = tidy(text)
    if bare.lower() in MISSING_WORDS:
        return None, None, True
    if bare.lower().lstrip("+-") in {"inf", "infinity", "∞"}:
        return float("inf"), None, False
    match = _NUMBER.fullmatch(bare)
    if not match:
        return None, None, False
    sign, digits, exponent, suffix = match.groups()
    unit = unit_named(suffix) if suffix else None
    number = _plain_digits(digits.strip(), decimal_mark)
    if number is None or (suffix and unit is None):
        return None, None, False
    value = float(number + (exponent or ""))
    return (-value if sign in {"-", "−"} else value), unit, False


def _plain_digits(digits: str, decimal_mark: str | None) -> str | None:
    """Digits with a decimal point and no thousands marks, or `None` when they do not make a number."""
    if digits.isdigit():
        return digits
    if decimal_mark is None:
        return digits if re.fullmatch(r"\d*\.\d+", digits) and not re.fullmatch(r"\d{1,3}\.\d{3}", digits) else None
    group = "," if decimal_mark == "." else "."
    whole, mark, fraction = digits.partition(decimal_mark)
    if mark and fraction and not fraction.isdigit():
        return None
    for separator in (group, " ", "'"):
        if separator in whole:
            if not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(separator)}\d{{3}})+", whole):
                return None
            whole = whole.replace(separator, "")
    return f"{whole or '0'}.{fraction or '0'}" if not whole or whole.isdigit() else None


def decimal_mark(texts: np.ndarray, *, comma_separated: bool, typed: bool = False) -> str | None:
    """The decimal mark of a column, by what its cells can only mean; `None` when they leave it open.

    Cells such as ``0,12``, ``1.234,5`` or ``12,3456`` can only have a decimal comma, ``1,234.5`` or ``1,234,567`` only commas for
    thousands. Where cells say no more than ``1,234``, whole numbers of three digits beside them show that the mark is one for thousands.
    Without those, a table separated by semicolons is taken to have decimal commas, one separated by commas leaves it open, and
    points are decimal marks.

    Parameters
    ----------
    texts : np.ndarray
        Cell texts, shape (k,), object.
    comma_separated : bool
        Whether commas separate the cells.
    typed : bool
        Whether the file has numbers as such (Excel, JSON), whose points are always decimal marks.
    """
    count = Counter(_meaning(tidy(text).lstrip("+-−")) for text in texts[:_FIRM_SAMPLE])
    if count[","] or count["."]:
        return "," if count[","] > count["."] else "."
    has_wholes = count["whole"] > 0
    if count["?,"]:
        if has_wholes and count["?,"] >= _ENOUGH_OPEN:
            return "."
        return None if comma_separated else ","
    return "," if count["?."] >= _ENOUGH_OPEN and has_wholes and not typed else "."


def _meaning(number: str) -> str:
    """What a number shows of the decimal mark.

    ``","`` or ``"."`` when it can only have that one, ``"?,"`` and ``"?."`` for one like ``1,234`` and ``1.234``, ``"whole"`` for
    three digits, "" when it says nothing.
    """
    body = re.sub(r"[^\d.,].*$", "", number.replace(" ", "").replace("'", ""))
    if "," in body and "." in body:
        return "," if body.rfind(",") > body.rfind(".") else "."
    mark = "," if "," in body else "."
    head, *tail = body.split(mark)
    if len(tail) > 1:
        return "." if mark == "," else ","
    if not tail:
        return "whole" if len(head) == 3 and head[0] != "0" else ""
    is_open = len(tail[0]) == 3 and 1 <= len(head) <= 3 and not head.startswith("0")
    return f"?{mark}" if is_open else mark


def _plain_mask(texts: np.ndarray) -> np.ndarray:
    """Texts of digits, points, signs and exponents only, which can be read at once."""
    mask = np.zeros(len(texts), dtype=bool)
    if not len(texts):
        return mask
    short = np.fromiter((0 < len(text) <= 40 and text.isascii() for text in texts), dtype=bool, count=len(texts))
    if not short.any():
        return mask
    raw = texts[short].astype("S")
    letters = raw.view(np.uint8).reshape(len(raw), -1)
    allowed = np.zeros(256, dtype=bool)
    allowed[list(_PLAIN)] = True
    mask[short] = allowed[letters].all(axis=1)
    return mask
