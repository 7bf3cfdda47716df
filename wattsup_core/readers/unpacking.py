"""Files as bytes: gzip and zip are unpacked within bounds, whatever sizes they claim."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from wattsup_core.errors import FileRefusedError

MAX_UNPACKED_BYTES = 512 * 2**20
FREE_UNPACKED_BYTES = 16 * 2**20
"""Up to here any ratio is fine; beyond, a file that shrinks to less than a hundredth is no meter export."""
MAX_RATIO = 100
CHUNK_BYTES = 2**18
ZIP_MAGIC, GZIP_MAGIC = b"PK\x03\x04", b"\x1f\x8b"


@dataclass(frozen=True)
class Payload:
    """The bytes of one file, unpacked, and the name it came with (untrusted: for its suffix and for display only)."""

    data: bytes
    name: str

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name.replace("\\", "/")).suffix.lower()


def open_payload(path: Path, name: str) -> Payload:
    """Read a file and take it out of its gzip or zip.

    Raises
    ------
    FileRefusedError
        When it is empty, unpacks to more than the limits, is damaged, or a zip does not hold just one readable file.
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
    except (zipfile.BadZipFile, ValueError):
        return False
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def bounded_zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a zip's member, read piece by piece and never beyond the limits."""
    parts = []
    total = 0
    try:
        with archive.open(member) as stream:
            while part := stream.read(CHUNK_BYTES):
                parts.append(part)
                total += len(part)
                _check_size(total, member.compress_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise FileRefusedError("The zip is damaged or encrypted and cannot be unpacked.", "Unpack it yourself and send the file.") from error
    return b"".join(parts)


def _gunzip(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    total, rest = 0, data
    try:
        while rest:
            part = unpacker.decompress(rest, CHUNK_BYTES)
            rest = unpacker.unconsumed_tail
            parts.append(part)
            total += len(part)
            _check_size(total, len(data))
            if unpacker.eof:
                rest = unpacker.unused_data.lstrip(b"\x00")
                unpacker = zlib.decompressobj(wbits=31)
            elif not part and not rest:
                raise FileRefusedError("The gzip file is cut off.", "Download it again.")
    except zlib.error as error:
        raise FileRefusedError("The gzip file is damaged and cannot be unpacked.", "Download it again.") from error
    return b"".join(parts)


def _unzip(data: bytes) -> Payload:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [member for member in archive.infolist() if _is_content(member)]
    except (zipfile.BadZipFile, ValueError) as error:
        raise FileRefusedError("The zip is damaged and cannot be unpacked.", "Download it again.") from error
    if not members:
        raise FileRefusedError("The zip is empty.", "Put the meter's file into it.")
    if len(members) > 1:
        xml = [member for member in members if member.filename.lower().endswith(".xml")]
        if len(xml) != 1:
            raise FileRefusedError(f"The zip holds {len(members)} files.", "Send the one with the meter's readings by itself.")
        members = xml
    with archive:
        inner = bounded_zip_member(archive, members[0])
    return Payload(inner, members[0].filename)


def _is_content(member: zipfile.ZipInfo) -> bool:
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


def _check_size(unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > FREE_UNPACKED_BYTES and unpacked > MAX_RATIO * max(packed, 1)):
        raise FileRefusedError("The packed file grows too large when it is unpacked; no meter export does that.", "Send it unpacked.")
