"""JSON: a list of objects, an object that holds one, one object a line, or pairs of time and value."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from wattsup_core.analysis.quality import issue
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.encoding import to_utf8
from wattsup_core.readers.result import FileReadings
from wattsup_core.readers.rows.assembly import assemble
from wattsup_core.readers.table.cells import RowShape, table_of_rows
from wattsup_core.readers.unpacking import Payload
from wattsup_core.types import IssueSeverity, QualityIssue, ReadOptions

MAX_BYTES = 64 * 2**20
MAX_KEYS = 500
MAX_DEPTH = 6
LEARN_ROWS = 500
_LIST_HINT = 'Send a list of objects such as [{"timestamp": "2026-01-31T14:30:00Z", "kwh": 0.25}].'


@dataclass(frozen=True)
class Records:
    """The list of records found in a JSON text, and the unit that stands beside it."""

    items: list[Any]
    format_name: str
    unit: str = ""


class _Duplicates:
    """Counts objects that hold a key twice while they are parsed; the last value wins, as JSON parsers do."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        self.count += len(result) != len(pairs)
        return result


def sniff(head: bytes, name: str) -> float:  # noqa: ARG001
    """High for text that begins like JSON."""
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()
    if text.startswith((b"{", b"[")):
        return 0.9
    return 0.8 if re.fullmatch(rb"(null|true|false|-?\d+(\.\d+)?|\"[^\"\n]*\")\s*", text) else 0.0


def read(payload: Payload, options: ReadOptions) -> FileReadings:
    """Read a JSON text.

    Raises
    ------
    FileRefusedError
        When it is no valid JSON or holds no list of readings.
    """
    if len(payload.data) > MAX_BYTES:
        raise FileRefusedError(f"JSON files up to {MAX_BYTES // 2**20} MB are read.", "Send it as CSV.")
    text = to_utf8(payload.data)
    duplicates = _Duplicates()
    records = find_records(text.data.decode("utf-8", "replace"), duplicates)
    notes = [*text.issues, *_told(duplicates.count)]
    rows, shapes = [], []
    names = _names(records.items)
    for item in records.items:
        cells = _cells(item, names)
        rows.append(cells)
        shapes.append(RowShape.WHOLE if isinstance(item, dict | list) and cells else RowShape.NOT_A_ROW)
    table = table_of_rows(rows, range(1, len(rows) + 1), _header(records.items, names), shapes)
    return assemble(
        replace(table, format_name=records.format_name, default_unit=records.unit, is_typed=True, keeps_text_rows=True), options, notes
    )


def find_records(text: str, duplicates: _Duplicates | None = None) -> Records:
    """The list of records in a JSON text; numbers stay as they are written.

    Raises
    ------
    FileRefusedError
        When there is none.
    """
    try:
        parsed = _parse(text, duplicates)
    except RecursionError as error:
        raise FileRefusedError("This JSON is nested too deeply to be a list of readings.", _LIST_HINT) from error
    except ValueError as error:
        lines = _parse_lines(text, duplicates)
        if lines is None:
            raise FileRefusedError("This is not valid JSON; it may be cut off.", "Export it again.") from error
        return Records(lines, "JSON lines")
    if isinstance(parsed, list):
        return _checked(Records(parsed, "JSON list"))
    if isinstance(parsed, dict):
        return _checked(_search(parsed))
    raise FileRefusedError("This JSON is a single value, not a list of readings.", _LIST_HINT)


def _parse(text: str, duplicates: _Duplicates | None) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=duplicates)


def _parse_lines(text: str, duplicates: _Duplicates | None) -> list[Any] | None:
    """One JSON object a line, or `None` when the first two lines are not."""
    items: list[Any] = []
    for number, line in enumerate(text.splitlines()):
        if not line.strip():
            continue
        try:
            items.append(_parse(line, duplicates))
        except (ValueError, RecursionError):
            if number < 2:
                return None
            items.append(line)
    return items if len(items) > 1 and isinstance(items[0], dict) else None


def _search(parsed: dict[str, Any]) -> Records:
    """The longest list of objects or pairs within an object, breadth first, with the unit named beside it or above."""
    queue: deque[tuple[dict[str, Any], str, int]] = deque([(parsed, "", 0)])
    best = Records([], "JSON object")
    while queue:
        node, unit, depth = queue.popleft()
        unit = next((str(node[key]) for key in ("unit", "units", "uom") if isinstance(node.get(key), str)), unit)
        for value in node.values():
            if isinstance(value, list) and len(value) > len(best.items) and isinstance(value[0], dict | list):
                best = Records(value, "JSON object", unit)
            elif isinstance(value, dict) and depth < MAX_DEPTH:
                queue.append((value, unit, depth + 1))
    return best


def _checked(records: Records) -> Records:
    if not any(isinstance(item, dict | list) for item in records.items):
        raise FileRefusedError("This JSON holds no list of readings: there are no objects with a time and a value in it.", _LIST_HINT)
    return records


def _names(items: Sequence[Any]) -> tuple[str, ...]:
    """Every key of the first objects and some of the others, with those of inner objects after a point."""
    picked = [*items[:LEARN_ROWS], *items[LEARN_ROWS :: max(1, len(items) // LEARN_ROWS)]]
    names: dict[str, None] = {}
    for item in picked:
        if isinstance(item, dict):
            names.update(dict.fromkeys(_flat(item)))
        if len(names) > MAX_KEYS:
            raise FileRefusedError(f"The objects have more than {MAX_KEYS} different keys: this is not a list of readings.", _LIST_HINT)
    return tuple(names)


def _header(items: Sequence[Any], names: tuple[str, ...]) -> tuple[str, ...]:
    """The keys, or blanks for lists of pairs."""
    if names:
        return names
    width = max((len(item) for item in items if isinstance(item, list)), default=0)
    return ("",) * min(width, MAX_KEYS)


def _cells(item: Any, names: tuple[str, ...]) -> list[str]:
    if isinstance(item, dict):
        flat = _flat(item)
        return [_text(flat.get(name)) for name in names]
    if isinstance(item, list) and not names:
        return [_text(value) for value in item[:MAX_KEYS]]
    return [_text(item)] if not isinstance(item, list) else []


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    """An object's values, those of inner objects under ``outer.inner``."""
    flat: dict[str, Any] = {}
    for key, value in item.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{inner}": deep for inner, deep in value.items()})
        else:
            flat[str(key)] = value
    return flat


def _text(value: Any) -> str:
    """A value as the text of a cell: nothing for null; true, false and lists as JSON, which are no numbers."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)[:200]


def _told(duplicates: int) -> list[QualityIssue]:
    if not duplicates:
        return []
    message = f"{duplicates} object{'' if duplicates == 1 else 's'} hold a key twice; the last value was read."
    return [issue("duplicate_keys", message, duplicates, severity=IssueSeverity.WARNING)]
