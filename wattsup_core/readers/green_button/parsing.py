"""Bytes of an ESPI document through expat, once and without a tree, so that a reading costs some tens of bytes.

A document type declaration is refused where it begins, before any entity of it exists.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

import numpy as np

from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.encoding import to_utf8
from wattsup_core.readers.green_button.document import MAX_ODD_TEXTS, NO_QUALITY, Block, Document, Entry
from wattsup_core.timegrid import NO_TIME

RESOURCES = ("UsagePoint", "MeterReading", "ReadingType", "LocalTimeParameters")
READING_FIELDS = frozenset({"start", "duration", "value", "quality"})
MAX_DEPTH = 64
MAX_TEXT = 400
MAX_PARTS = 600_000
"""Entries, links, blocks and resources: each is kept, and a few hundred bytes."""
MAX_NAMES = 2_000
MAX_READINGS = 10_000_000
MAX_TOKEN_BYTES = 2**20
CHUNK_BYTES = 2**16
_WHOLE = re.compile(r"[+-]?\d{1,11}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,15}\.?\d{0,15}|\.\d{1,15})([eE][+-]?\d{1,2})?", re.ASCII)
_DOWNLOAD_AGAIN = "Download it again."
_CUT_OFF = frozenset(
    expat.errors.codes[message]
    for message in (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN, expat.errors.XML_ERROR_PARTIAL_CHAR,
                    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION)
)  # fmt: skip


def parse_document(data: bytes) -> Document:
    """Read an ESPI document.

    Raises
    ------
    FileRefusedError
        When the XML is cut off, damaged, or declares a document type.
    """
    text = to_utf8(data)
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    parser.StartElementHandler = builder.begin
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.write
    body = memoryview(text.data.strip())
    try:
        for at in range(0, len(body), CHUNK_BYTES):
            parser.Parse(body[at : at + CHUNK_BYTES], False)
            if at - parser.CurrentByteIndex > MAX_TOKEN_BYTES:
                raise FileRefusedError("A single tag or comment of this XML file is longer than a megabyte: this is not a meter export.")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _damaged(error, builder.count) from error
    found = builder.document()
    found.issues = text.issues
    return found


def _refuse_declarations(*_: Any) -> None:
    raise FileRefusedError("The XML file declares a document type or entities, which no meter export does: it is not read.")


def _damaged(error: expat.ExpatError, readings: int) -> FileRefusedError:
    if error.code in _CUT_OFF:
        return FileRefusedError(f"The Green Button file is cut off in line {error.lineno:,}, after {readings:,} readings.", _DOWNLOAD_AGAIN)
    return FileRefusedError(f"The Green Button file is damaged: line {error.lineno:,} is no valid XML.", _DOWNLOAD_AGAIN)


class _Builder:
    """Takes what the parser finds, tag by tag; names count without their prefix."""

    def __init__(self) -> None:
        self._found = Document()
        self._start, self._duration, self._value, self._quality, self._blank = array("q"), array("q"), array("d"), array("h"), array("b")
        self._names: dict[str, str] = {}
        self._parts = 0
        self._path: list[str] = []
        self._text = ""
        self._entry: Entry | None = None
        self._block: Block | None = None
        self._reading: dict[str, str] | None = None
        self._open: list[tuple[int, dict[str, str]]] = []
        self._begins: dict[str, Callable[[dict[str, str]], object]] = {
            "entry": self._begin_entry, "link": self._link, "IntervalBlock": self._begin_block, "IntervalReading": self._begin_reading,
        }  # fmt: skip

    @property
    def count(self) -> int:
        """How many readings were found."""
        return len(self._start)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        local = self._names.get(name) or self._new_name(name)
        self._path.append(local)
        self._text = ""
        if len(self._path) > MAX_DEPTH:
            raise FileRefusedError(f"The XML file is nested more than {MAX_DEPTH} deep: this is not a meter export.")
        if local in self._begins:
            self._begins[local](attributes)
        elif local in RESOURCES:
            self._count_part()
            self._open.append((len(self._path), {}))
            self._in_entry().resources.append((local, self._open[-1][1]))

    def write(self, text: str) -> None:
        """Text within a tag."""
        if len(self._text) < MAX_TEXT:
            self._text += text

    def end(self, _name: str) -> None:
        """A tag closes."""
        depth, local = len(self._path), self._path.pop()
        text, self._text = self._text.strip()[:MAX_TEXT], ""
        if self._reading is not None:
            self._end_in_reading(self._reading, local, text)
        elif self._block is not None and local != "entry":
            self._end_in_block(self._block, local, text)
        elif self._open:
            if self._open[-1][0] == depth:
                self._open.pop()
            elif text:
                self._open[-1][1].setdefault(local, text)
        elif local == "title" and self._path[-1:] == ["entry"]:
            self._in_entry().title = text
        elif local == "title" and len(self._path) == 1:
            self._found.title = text
        elif local == "entry":
            self._entry = self._block = None

    def document(self) -> Document:
        """What was found."""
        found = self._found
        found.start, found.duration = np.array(self._start, dtype=np.int64), np.array(self._duration, dtype=np.int64)
        found.value, found.quality = np.array(self._value, dtype=np.float64), np.array(self._quality, dtype=np.int16)
        found.blank = np.array(self._blank, dtype=np.bool_)
        return found

    def _new_name(self, name: str) -> str:
        if len(self._names) >= MAX_NAMES:
            raise FileRefusedError(f"The XML file has more than {MAX_NAMES:,} kinds of tags: this is not a meter export.")
        self._names[name] = local = name[:MAX_TEXT].rpartition(":")[2] or "?"
        return local

    def _count_part(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise FileRefusedError(f"The file has more than {MAX_PARTS:,} entries, links and blocks.", "Export a shorter time.")

    def _in_entry(self) -> Entry:
        """The open entry; a file without a feed is one."""
        return self._begin_entry({}) if self._entry is None else self._entry

    def _begin_entry(self, _attributes: dict[str, str]) -> Entry:
        self._entry = entry = Entry()
        self._found.entries.append(entry)
        self._count_part()
        return entry

    def _link(self, attributes: dict[str, str]) -> None:
        if self._entry is not None and "href" in attributes:
            self._count_part()
            self._entry.links.setdefault(attributes.get("rel", "").lower(), []).append(attributes["href"][:MAX_TEXT])

    def _begin_block(self, _attributes: dict[str, str]) -> None:
        self._block = Block(self._in_entry(), NO_TIME, self.count, self.count)
        self._found.blocks.append(self._block)
        self._count_part()

    def _begin_reading(self, attributes: dict[str, str]) -> None:
        if self._block is None:
            self._begin_block(attributes)
        self._reading = {}
        if self.count >= MAX_READINGS:
            raise FileRefusedError(f"The file has more than {MAX_READINGS // 10**6} million readings.", "Export a shorter time.")

    def _end_in_reading(self, reading: dict[str, str], local: str, text: str) -> None:
        if local == "IntervalReading":
            self._keep(reading)
            self._reading = None
            if self._block is not None:
                self._block.last = self.count
        elif local in READING_FIELDS:
            reading.setdefault(local, text)
        elif local == "cost":
            self._found.costs += text not in {"", "0"}
        elif local == "powerOfTenMultiplier":
            self._found.own_powers += text not in {"", "0"}

    def _end_in_block(self, block: Block, local: str, text: str) -> None:
        if local == "IntervalBlock":
            self._block = None
        elif local == "start" and block.start == NO_TIME:
            block.start = _whole(text, NO_TIME)

    def _keep(self, reading: dict[str, str]) -> None:
        written = reading.get("value", "")
        value = float(written) if _DECIMAL.fullmatch(written) else np.nan
        if written and value != value and len(self._found.odd) < MAX_ODD_TEXTS:
            self._found.odd[self.count] = written
        self._start.append(_whole(reading.get("start", ""), NO_TIME))
        self._duration.append(max(_whole(reading.get("duration", ""), 0), 0))
        self._value.append(value)
        self._blank.append(not written)
        quality = _whole(reading.get("quality", ""), NO_QUALITY)
        self._quality.append(quality if 0 <= quality < 1_000 else NO_QUALITY)


def _whole(text: str, other: int) -> int:
    return int(text) if _WHOLE.fullmatch(text) else other
