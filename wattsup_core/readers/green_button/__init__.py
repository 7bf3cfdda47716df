"""Green Button files: Atom feeds of ESPI resources (NAESB REQ.21), as utilities of North America give them to their customers."""

from __future__ import annotations

import re

from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.green_button.assembly import assemble_documents
from wattsup_core.readers.green_button.document import Document
from wattsup_core.readers.green_button.parsing import parse_document
from wattsup_core.readers.result import FileReadings
from wattsup_core.readers.unpacking import Payload
from wattsup_core.types import ReadOptions

_XML = re.compile(rb"\s*<[?!a-z]", re.IGNORECASE)
_WEB_PAGE = re.compile(rb"<(!doctype\s+)?html\b", re.IGNORECASE)
_ESPI = re.compile(rb"naesb\.org/espi|<(\w+:)?(IntervalBlock|IntervalReading|UsagePoint|ReadingType|LocalTimeParameters)\b")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTENTS = {
    "UsagePoint": "usage points", "MeterReading": "the list of meters", "ReadingType": "kinds of readings",
    "LocalTimeParameters": "the time zone",
}  # fmt: skip


def sniff(head: bytes, name: str) -> float:  # noqa: ARG001
    """1 for XML that speaks of ESPI in its first bytes; what refuses any XML comes later."""
    text = head.replace(b"\x00", b"")
    for mark in _MARKS:
        text = text.removeprefix(mark)
    return 1.0 if _XML.match(text) and _ESPI.search(text) and not _WEB_PAGE.search(text) else 0.0


def read(payload: Payload, options: ReadOptions) -> FileReadings:
    """Read a Green Button file, or all XML files of its zip.

    Raises
    ------
    FileRefusedError
        When the XML is damaged or hostile, holds no readings of electricity, or does not say what they count.
    """
    documents = [parse_document(data) for data in (payload.data, *payload.others)]
    if not any(len(document.start) for document in documents):
        raise FileRefusedError(
            f"This Green Button file holds no readings{_contents(documents)}.", "Export the usage data of the meter, not the account's."
        )
    return assemble_documents(documents, options)


def _contents(documents: list[Document]) -> str:
    names = {name for document in documents for entry in document.entries for name, _ in entry.resources}
    told = [words for name, words in _CONTENTS.items() if name in names]
    return f", only {' and '.join(told)}" if told else ", only data of the account"
