"""Files to readings: what a file is, is found by its bytes; one module reads one family of formats.

A reader is a module with ``sniff(head, name) -> float``, how sure it is from the first bytes, and ``read(payload, options)``.
To read another family of formats, write such a module and add it to :data:`READERS`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from wattsup_core.analysis.quality import issue
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers import delimited, foreign, green_button, json_payloads, nem12, spreadsheet
from wattsup_core.readers.columns.vocabulary import other_supply
from wattsup_core.readers.result import FileReadings, MeterReadings
from wattsup_core.readers.unpacking import Payload, open_payload
from wattsup_core.types import ReadOptions

__all__ = ["READERS", "FileReadings", "FormatReader", "MeterReadings", "read_file"]

HEAD_BYTES = 2**16


class FormatReader(Protocol):
    """A module that reads one family of formats."""

    def sniff(self, head: bytes, name: str) -> float:
        """How sure the reader is that the file is its own, 0 to 1, from its first bytes and its untrusted name."""

    def read(self, payload: Payload, options: ReadOptions) -> FileReadings:
        """Read the file, or raise :class:`~wattsup_core.errors.FileRefusedError`."""


READERS: tuple[FormatReader, ...] = (green_button, foreign, nem12, spreadsheet, json_payloads, delimited)


def read_file(path: Path, name: str | None = None, options: ReadOptions = ReadOptions()) -> FileReadings:
    """Read the meter readings of a file.

    Parameters
    ----------
    path : Path
        Where the bytes are.
    name : str, optional
        The name the file came with. Untrusted: used for its suffix and for the supply it speaks of; the path's name when not given.
    options : ReadOptions
        What a person says about the file.

    Raises
    ------
    FileRefusedError
        When the file holds no readings that can be trusted; nothing of it may be stored.
    BadRequestError
        When an option makes no sense.
    """
    payload = open_payload(path, path.name if name is None else name)
    head = payload.data[:HEAD_BYTES]
    reader = max(READERS, key=lambda candidate: candidate.sniff(head, payload.name))
    if not reader.sniff(head, payload.name):
        raise FileRefusedError("This is not a meter export.", "Send a CSV, Excel, JSON or Green Button file of readings.")
    if payload.others and reader is not green_button:
        raise FileRefusedError(f"The zip holds {1 + len(payload.others)} XML files.", "Send the one with the meter's readings by itself.")
    return _with_doubt(reader.read(payload, options), payload.name)


def _with_doubt(found: FileReadings, name: str) -> FileReadings:
    """A file whose name speaks of another supply, though nothing in it does, is read as electricity, and that is told."""
    word = other_supply(name)
    if not word:
        return found
    message = f"The file's name speaks of “{word}”: its readings were taken for electricity, with electricity's price and CO₂."
    return replace(found, report=replace(found.report, issues=(*found.report.issues, issue("not_electricity", message, 1))))
