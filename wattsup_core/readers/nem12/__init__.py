"""NEM12, the file of interval readings that Australia's electricity market keeps: records of 200 (register), 300 (day), 400 (quality).

The rules are those of AEMO's "Meter Data File Format Specification NEM12 & NEM13".
"""

from __future__ import annotations

import re

from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.encoding import to_utf8
from wattsup_core.readers.nem12.assembly import assemble
from wattsup_core.readers.nem12.records import read_records
from wattsup_core.readers.result import FileReadings
from wattsup_core.readers.unpacking import Payload
from wattsup_core.types import ReadOptions

__all__ = ["read", "sniff"]

_BEGINNING = re.compile(rb'\s*"?(?:100"?\s*,\s*"?NEM12\b|200"?\s*,[^\n]*,[^\n]*\n\s*"?300"?\s*,\s*"?\d{8}"?\s*,)', re.IGNORECASE)


def sniff(head: bytes, name: str) -> float:  # noqa: ARG001
    """High for a file that begins with NEM12's header or, as customers get it, with a register and its first day."""
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return 0.95 if _BEGINNING.match(text) else 0.0


def read(payload: Payload, options: ReadOptions) -> FileReadings:
    """Read a NEM12 file.

    Raises
    ------
    FileRefusedError
        When it holds no energy that can be trusted.
    BadRequestError
        When an option makes no sense.
    """
    if options.cumulative:
        raise FileRefusedError("NEM12 holds the energy of intervals, not readings of a register.", "Leave “cumulative” off.")
    text = to_utf8(payload.data)
    return assemble(read_records(text.data), options, text.issues)
