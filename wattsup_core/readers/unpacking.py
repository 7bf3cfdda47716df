"""Files as bytes: gzip and zip are unpacked within bounds, whatever sizes they claim."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from wattsup_core.errors import FileRefusedError

MAX_UNPACKED_BYTES = 512 * 2**20
FREE_UNPACKED_BYTES = 16 * 2**20
"""Up to here any ratio is fine; beyond, a file that shrinks to less than a sixtieth is no meter export."""
MAX_RATIO = 60
MAX_XML_MEMBERS = 100
CHUNK_BYTES = 2**18
DAMAGED_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    RuntimeError,
    OSError,
    ValueError,
)
"""What :mod:`zipfile` raises for archives that are damaged, encrypted or packed in a way it does not know."""
ZIP_MAGIC, GZIP_MAGIC = b"PK\x03\x04", b"\x1f\x8b"


@dataclass(frozen=True)
class Payload:
    """The bytes of one file, unpacked, and the name it came with (untrusted: for its suffix and for display only).

    `others` are the other XML files of its zip: an export may be made of several.
    """

    data: bytes
    name: str
    others: tuple[bytes, ...] = ()

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name.replace("\\", "/")).suffix.lower()


def open_payload(path: Path, name: str) -> Payload:
    """Read a file and take it out of its gzip or zip.

    Raises
    ------
    FileRefusedError
        When it is empty, unpacks to more than the limits, is damaged, or a zip holds several files of which none or too many are XML.
    """
    data = path.read_bytes()
    if not data:
        raise FileRefusedError("The file is empty.", "Export it again.")
    if data.startswith(GZIP_MAGIC):
        return _checked(Payload(_gunzip(data), name.removesuffix(".gz")))
    if data.startswith((ZIP_MAGIC, b"PK\x05\x06")) and not is_workbook(data):
        return _checked(_unzip(data))
    return Payload(data, name)


def is_workbook(data: bytes) -> bool:
    """Whether a zip is an Excel or OpenDocument workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except DAMAGED_ZIP:
        return False
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def _unpacked(parts: Callable[[], Iterator[bytes]], packed: int, before: int = 0) -> bytes:
    """All parts joined, after a first pass that only counts them: what grows beyond the limits is never held in memory.

    `packed` and `before` are the size of what is unpacked, and that of what was unpacked of the same file before.

    Raises
    ------
    FileRefusedError
        When it does.
    """
    total = 0
    for part in parts():
        total += len(part)
        if before + total > MAX_UNPACKED_BYTES or (total > FREE_UNPACKED_BYTES and total > MAX_RATIO * packed):
            raise FileRefusedError("The packed file grows too large when it is unpacked; no meter export does that.", "Send it unpacked.")
    return b"".join(parts())


def _gunzip(data: bytes) -> bytes:
    try:
        return _unpacked(lambda: _gzip_parts(data), len(data))
    except zlib.error as error:
        raise FileRefusedError("The gzip file is damaged and cannot be unpacked.", "Download it again.") from error


def _gzip_parts(data: bytes) -> Iterator[bytes]:
    """A gzip file's content piece by piece; it may be several files joined, and padded with zeros."""
    unpacker = zlib.decompressobj(wbits=31)
    rest = data
    while rest:
        yield unpacker.decompress(rest, CHUNK_BYTES)
        rest = unpacker.unconsumed_tail
        if unpacker.eof:
            rest = unpacker.unused_data.lstrip(b"\x00")
            unpacker = zlib.decompressobj(wbits=31) if rest else unpacker
    if not unpacker.eof:
        raise FileRefusedError("The gzip file is cut off.", "Download it again.")


def _zip_parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while part := stream.read(CHUNK_BYTES):
            yield part


def _unzip(data: bytes) -> Payload:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [member for member in archive.infolist() if _is_content(member)]
    except DAMAGED_ZIP as error:
        raise FileRefusedError("The zip is damaged and cannot be unpacked.", "Download it again.") from error
    if not members:
        raise FileRefusedError("The zip is empty.", "Put the meter's file into it.")
    if len(members) > 1:
        xml = [member for member in members if member.filename.lower().endswith(".xml")]
        if not xml or len(xml) > MAX_XML_MEMBERS:
            raise FileRefusedError(f"The zip holds {len(members)} files.", "Send the one with the meter's readings by itself.")
        members = xml
    try:
        with archive:
            inner = _members(archive, members)
    except DAMAGED_ZIP as error:
        message = "The zip is damaged or encrypted and cannot be unpacked."
        raise FileRefusedError(message, "Unpack it yourself and send the file.") from error
    return Payload(inner[0], members[0].filename, inner[1:])


def _members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> tuple[bytes, ...]:
    """The content of members of a zip, all of them together within the limits."""
    found: list[bytes] = []
    for member in members:
        found.append(_unpacked(partial(_zip_parts, archive, member), member.compress_size, sum(map(len, found))))
    return tuple(found)


def _is_content(member: zipfile.ZipInfo) -> bool:
    if not member.filename:
        return False
    name = PurePosixPath(member.filename)
    return not member.is_dir() and not name.name.startswith(".") and "__MACOSX" not in name.parts


def _checked(payload: Payload) -> Payload:
    """Refuse a packed file in a packed file."""
    data = payload.data
    if data.startswith(GZIP_MAGIC) or (data.startswith(ZIP_MAGIC) and not is_workbook(data)):
        raise FileRefusedError("There is another zip inside this zip.", "Unpack it and send the file with the readings.")
    if not data:
        raise FileRefusedError("The file inside is empty.", "Export it again.")
    return payload
