"""Packed files, encodings, and files that are no exports."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile

import pytest

from tests.unit.readers.conftest import ReadText
from tests.unit.readers.samples import plain, total_kwh
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers import unpacking

PLAIN = plain().encode()


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(PLAIN),
        gzip.compress(PLAIN[:500]) + gzip.compress(PLAIN[500:]) + b"\x00" * 9,
        zipped(("a.csv", PLAIN)),
        zipped(("folder/", b""), ("folder/a.csv", PLAIN), ("__MACOSX/._a.csv", b"x"), ("folder/.hidden", b"x")),
    ],
)
def test_packed_files_are_read(read: ReadText, data: bytes) -> None:
    found = read(data)
    assert found.meters[0].readings["kwh"].sum() == pytest.approx(total_kwh(96))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (gzip.compress(PLAIN)[:-30], "cut off"),
        (gzip.compress(PLAIN)[:20] + b"\xff" * 50, "damaged"),
        (zipped(("a.csv", PLAIN))[:200], "damaged"),
        (zipped(("a.csv", PLAIN), ("b.csv", PLAIN)), "holds 2 files"),
        (zipped(("a.zip", zipped(("a.csv", PLAIN)))), "another zip inside"),
        (zipped(("a.csv.gz", gzip.compress(PLAIN))), "another zip inside"),
        (zipped(), "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
    ],
    ids=["gzip cut off", "gzip damaged", "zip damaged", "two files", "zip in zip", "gzip in zip", "empty zip", "empty gzip"],
)
def test_what_cannot_be_unpacked_is_refused(read: ReadText, data: bytes, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says):
        read(data)


@pytest.mark.parametrize(
    "pack", [gzip.compress, lambda data: zipped(("a.csv", data)), lambda data: zipped(("[Content_Types].xml", b""), ("s.xml", data))]
)
def test_bombs_are_refused_without_holding_them(read: ReadText, pack: object) -> None:
    bomb = pack(b"\n" * 100_000_000)  # type: ignore[operator]
    tracemalloc.start()
    try:
        with pytest.raises(FileRefusedError, match="too large"):
            read(bomb)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_the_xml_files_of_a_zip_are_held_to_one_limit(read: ReadText, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 3_000)
    half = b"<a>" + b"x" * 2_000 + b"</a>"
    with pytest.raises(FileRefusedError, match="too large"):
        read(zipped(("a.xml", half), ("b.xml", half)))
    with pytest.raises(FileRefusedError, match="holds 101 files"):
        read(zipped(*((f"{number}.xml", b"<a/>") for number in range(101))))


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        b"\xef\xbb\xbf" + PLAIN,
        plain().encode("utf-16"),
        b"\xfe\xff" + plain().encode("utf-16-be"),
        plain().encode("utf-16-le"),
        plain().encode("utf-32"),
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"\n", b"\r"),
        PLAIN + b"\x00" * 5000,
        PLAIN + b"\x1a",
        PLAIN.rstrip(b"\n"),
        plain().replace(",", "\u00a0,\u00a0").encode(),
    ],
)
def test_encodings(read: ReadText, data: bytes) -> None:
    found = read(data, timezone="UTC")
    assert (found.report.stored, found.report.issues) == (96, ())
    assert found.meters[0].readings["kwh"].sum() == pytest.approx(total_kwh(96))


def test_windows_text_keeps_names(read: ReadText) -> None:
    text = "meter_id," + plain().replace("\n2024", "\nBob’s flat – €,2024")
    assert read(text.encode("cp1252")).meters[0].label == "Bob’s flat – €"


def test_broken_bytes_in_utf8_are_told(read: ReadText) -> None:
    text = ("meter_id," + plain().replace("\n2024", "\nCafé Zoë,2024")).encode() + b"Caf\xe9,2024-02-01 00:00,0.5\n"
    found = read(text)
    assert "encoding_repaired" in {issue.code for issue in found.report.warnings}
    assert found.meters[0].label == "Café Zoë"


def test_nul_within_a_row_rejects_the_row(read: ReadText) -> None:
    found = read(PLAIN.replace(b"2024-01-08 05:00", b"2024-01-\x0008 05:00"))
    assert (found.report.read, found.report.stored) == (96, 95)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "picture"),
        (b"\x7fELF" + b"\x00" * 100, "program"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "database"),
        (b"%PDF-1.7 x", "PDF"),
        (b"cos\nsystem\n(S'echo'\ntR.", "pickle"),
        (b"\x80\x04\x95x", "pickle"),
        (b"PAR1xxxx", "Parquet"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "XML"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi">', "Green Button"),
        (b"100,NEM13,200405011135,MDA1,Ret1\n", "NEM13"),
        (b"250,VABC005890,11,1,11,11,METSER123,E,006342.8,20031005093055,A,,,", "NEM13"),
        (b"UNA:+.? '\nUNB+UNOC:3+", "EDIFACT"),
        (b"/ISk5\\2MT382-1000\n\n1-3:0.2.8(50)\n", "DSMR"),
        (b"Giorno;" + b";".join(b"%02d:00-%02d:00" % (hour, hour + 1) for hour in range(24)) + b"\n", "each time of day"),
        (bytes(range(256)) * 40, "binary"),
        (b"timestamp,kwh," + b"x" * 2_000_000, "longer than a megabyte"),
        (b"", "empty"),
    ],
)
def test_what_is_no_export_is_named(read: ReadText, data: bytes, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says):
        read(data)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\r\nb: c.csv", "", "x" * 5000, "\u202egpj.vsc", "meter.png"])
def test_the_name_is_never_a_path_and_never_decides(read: ReadText, name: str) -> None:
    assert read(PLAIN, name).report.stored == 96
