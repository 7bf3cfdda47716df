"""Files that are known for what they are and cannot be read: each is refused by one sentence that says what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.result import FileReadings
from wattsup_core.readers.unpacking import Payload
from wattsup_core.types import ReadOptions

HEAD_BYTES = 8_192
_SEND_TABLE = "Send a CSV, Excel, JSON or Green Button file of readings."
_EXPORT_CSV = "Choose CSV where the export offers it."
_ONE_ROW_EACH = "Export one row for each reading."


@dataclass(frozen=True)
class ForeignFormat:
    """A kind of file with the pattern its first bytes match, and the sentence that refuses it."""

    pattern: re.Pattern[bytes]
    message: str
    hint: str = _SEND_TABLE


def _format(pattern: str, message: str, hint: str = _SEND_TABLE) -> ForeignFormat:
    return ForeignFormat(re.compile(pattern.encode("latin-1"), re.DOTALL | re.IGNORECASE), message, hint)


_PICKLE = r"\x80[\x02-\x05]|c(os|posix|nt|builtins|__builtin__)\n"
_WEB_PAGE = r"\s*(<!--.{0,500}?-->\s*)?<(!doctype html|html|head|body|form|div)"
_NEM13 = r"\s*(\"?100\"?\s*,\s*\"?NEM13|250,[^\n,]*,[^\n,]*,[^\n,]*,[^\n,]*,)"

FORMATS = (
    _format(r"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|BM.{4}\x00\x00\x00\x00", "This is a picture, not a meter export."),
    _format(r"\x7fELF|MZ.{60,}This program|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe", "This is a program, not a meter export."),
    _format(r"SQLite format 3\x00", "This is a database file, not a meter export."),
    _format(r"%PDF", "This is a PDF, not a table of readings.", "Ask for the readings as CSV or Excel."),
    _format(_PICKLE, "This is a Python pickle, not a meter export; pickles are never opened."),
    _format(r"PAR1|ARROW1|\x89HDF", "This binary table format (Parquet, Arrow or HDF) is not read."),
    _format(r"BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd", "This kind of packed file is not read.", "Pack it as zip or gzip."),
    _format(r"\{\\rtf", "This is a word-processor file, not a table of readings."),
    _format(_WEB_PAGE, "This is a web page, not a meter export.", "Sign in at the supplier and download the file again."),
    _format(r"\s*<[?!a-z]", "This is an XML file, not a table of readings.", _EXPORT_CSV),
    _format(
        _NEM13, "NEM13 holds a reading every few weeks or months, too few to find anomalies in.", "Ask for the interval readings (NEM12)."
    ),
    _format(r"\s*(UNA:\+|UNB\+|UNH\+)", "EDIFACT messages (MSCONS) are not read yet.", _EXPORT_CSV),
    _format(r"\s*/[A-Z]{3}\d[^\n]*\n\s*\n?[01]-\d:", "DSMR telegrams are not read yet.", "Send the readings your logger kept, as CSV."),
    _format(r"\s*(\"?entity_id\"?,\"?type\"?,\"?unit\"?,)", "Tables with a column for each hour are not read yet.", _ONE_ROW_EACH),
)
_CLOCK_HEADER = re.compile(rb"\d{1,2}:\d{2}")
MANY_CLOCK_COLUMNS = 20


def sniff(head: bytes, name: str) -> float:  # noqa: ARG001
    """1 when the bytes are of a kind that is known and not read."""
    return 1.0 if _find(head) else 0.0


def read(payload: Payload, options: ReadOptions) -> FileReadings:  # noqa: ARG001
    """Refuse the file by its kind's sentence.

    Raises
    ------
    FileRefusedError
        Always.
    """
    found = _find(payload.data)
    raise FileRefusedError(*(found or ("This is not a meter export.", _SEND_TABLE)))


def _find(data: bytes) -> tuple[str, str] | None:
    head = data[:HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    for kind in FORMATS:
        if kind.pattern.match(head):
            return kind.message, kind.hint
    if any(len(_CLOCK_HEADER.findall(line)) >= MANY_CLOCK_COLUMNS for line in head.splitlines()[:15] if line[:1] not in b"{["):
        return "Tables with a column for each time of day are not read yet.", _ONE_ROW_EACH
    return None
