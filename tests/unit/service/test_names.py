"""Names from files are fit to be shown."""

from __future__ import annotations

import pytest

from wattsup_core.service.names import FILE_NAME_LIMIT, METER_NAME_LIMIT, clean_file_name, clean_text, meter_name


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("home.csv", "home"),
        ("home.CSV.GZ", "home"),
        ("my.home.2026.xlsx", "my.home.2026"),
        ("../../../../tmp/wattsup_traversal.csv", "wattsup_traversal"),
        ("C:\\Users\\me\\meter.csv", "meter"),
        ("/etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: pwn=1.csv", "a Set-Cookie: pwn=1"),
        ("\u202egpj.vsc", "gpj.vsc"),
        ("=1+1.csv", "=1+1"),
        ("", "Meter"),
        (".csv", "Meter"),
        ("\x00\x07", "Meter"),
        ("wei\u0308rd\ud800.csv", "weïrd"),
        ("two \u00a0 spaces\t.csv", "two spaces"),
    ],
)
def test_file_name_becomes_a_meter_name(file_name: str, expected: str) -> None:
    assert meter_name("", file_name) == expected


def test_label_of_the_file_wins() -> None:
    assert meter_name("MAC000002", "export.csv") == "MAC000002"
    assert meter_name(" \u200b", "export.csv") == "export"


def test_names_have_a_length() -> None:
    assert len(meter_name("x" * 5000, "")) == METER_NAME_LIMIT
    long = clean_file_name("x" * 5000 + ".csv")
    assert len(long) == FILE_NAME_LIMIT
    assert long.endswith("x.csv")


def test_every_name_can_be_written_as_utf8() -> None:
    for code in range(0x110000):
        if code % 97 == 0 or 0xD800 <= code < 0xD810:
            clean_text("a" + chr(code)).encode("utf-8")
