"""Bytes of text files as UTF-8, their lines ended by line feeds."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from wattsup_core.analysis.quality import issue
from wattsup_core.errors import FileRefusedError
from wattsup_core.types import IssueSeverity, QualityIssue

PROBE_BYTES = 2**16
DECODE_BYTES = 2**22
MAX_CONTROL_SHARE = 0.005
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0c\x1a\x1b")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip


@dataclass(frozen=True)
class TextBytes:
    """A text file's bytes in UTF-8, and what had to be repaired."""

    data: bytes
    issues: tuple[QualityIssue, ...] = ()


def to_utf8(data: bytes) -> TextBytes:
    """Bytes of a text file in UTF-8, without byte-order mark, NULs and the DOS end-of-file mark at the end, lines ended by line feeds.

    UTF-16 and UTF-32 are known by their mark, UTF-16 also by its zeros. What is not valid UTF-8 is Windows-1252, except for a
    few broken bytes in text that is otherwise UTF-8.

    Raises
    ------
    FileRefusedError
        When the bytes are no text.
    """
    text, issues = _decoded(data)
    if text[-1:] in {b"\x00", b"\x1a"}:
        text = text.rstrip(b"\x00\x1a")
    if not text.endswith(b"\n"):
        text += b"\n"
    _refuse_binary(text[:PROBE_BYTES])
    if b"\r" in text and b"\n" not in text[:-1]:
        text = text.replace(b"\r", b"\n")
    return TextBytes(text, issues)


def _decoded(data: bytes) -> tuple[bytes, tuple[QualityIssue, ...]]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _from(data[len(mark) :], name)
    wide = _wide_without_mark(data[:4096])
    if wide:
        return _from(data, wide)
    return (data, ()) if data.isascii() or _is_utf8(data) else _from(data, "utf-8")


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are valid UTF-8, without keeping the text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), DECODE_BYTES):
            decoder.decode(data[at : at + DECODE_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _from(data: bytes, name: str) -> tuple[bytes, tuple[QualityIssue, ...]]:
    """Bytes in UTF-8 from an encoding, with an issue when characters had to be replaced."""
    try:
        text = data.decode(name)
        return (data if name == "utf-8" else text.encode()), ()
    except UnicodeDecodeError:
        if name != "utf-8":
            return _repaired(data.decode(name, "replace"))
    _refuse_binary(data[:PROBE_BYTES])
    guess = data.decode("utf-8", "replace")
    broken = guess.count("\ufffd")
    if sum(ord(letter) > 127 for letter in guess[:200_000]) > 2 * broken > 0:
        return _repaired(guess)
    text = data.decode("cp1252", "replace")
    note = issue("windows_1252", "The file was read as Windows-1252 text.", 1, severity=IssueSeverity.INFO)
    return text.encode(), (note,)


def _repaired(text: str) -> tuple[bytes, tuple[QualityIssue, ...]]:
    broken = text.count("\ufffd")
    message = f"{broken:,} broken character{'' if broken == 1 else 's'} could not be read and were replaced."
    return text.encode(), (issue("encoding_repaired", message, broken),)


def _wide_without_mark(probe: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin text is zero."""
    if len(probe) < 4:
        return None
    even, odd = probe[0::2].count(0) / len(probe[0::2]), probe[1::2].count(0) / len(probe[1::2])
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else None


def _refuse_binary(probe: bytes) -> None:
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in probe)
    if controls > 2 and controls > MAX_CONTROL_SHARE * len(probe):
        raise FileRefusedError("This is a binary file, not a meter export.", "Send a CSV, Excel, JSON or Green Button file of readings.")
