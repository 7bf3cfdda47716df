from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.spool import LONGEST_NAME, Spool, plain_name
from wattsup_core.errors import NotFoundError


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "uploads")


def test_what_arrives_is_found_by_its_id(spool: Spool, tmp_path: Path) -> None:
    upload_id = spool.receive(iter([b"ab", b"c"]), "C:\\data\\meter.csv")
    path, name = spool.find(upload_id)
    assert (path.read_bytes(), name) == (b"abc", "meter.csv")
    assert path.parent == tmp_path / "uploads"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_each_upload_has_an_id_of_its_own(spool: Spool) -> None:
    assert len({spool.receive([b"a"], "a.csv") for _ in range(20)}) == 20


def test_a_file_that_breaks_off_leaves_nothing_behind(spool: Spool, tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"abc"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        spool.receive(chunks(), "a.csv")
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize("upload_id", [None, 5, "", "../../etc/passwd", "0" * 31, "0" * 32, "g" * 32, ["a"]])
def test_what_is_no_upload_is_not_found(spool: Spool, upload_id: object) -> None:
    with pytest.raises(NotFoundError, match="no longer here"):
        spool.find(upload_id)


def test_old_files_are_swept_and_young_ones_stay(spool: Spool, tmp_path: Path) -> None:
    old, young = spool.receive([b"old"], "old.csv"), spool.receive([b"young"], "young.csv")
    yesterday = time.time() - 2 * 86_400
    for path in (tmp_path / "uploads").glob(f"{old}*"):
        os.utime(path, (yesterday, yesterday))
    assert spool.sweep() == 2
    assert spool.find(young)[1] == "young.csv"
    with pytest.raises(NotFoundError):
        spool.find(old)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("meter.csv", "meter.csv"),
        ("/tmp/a/meter.csv", "meter.csv"),
        ("..\\..\\meter.csv", "meter.csv"),
        ("a\r\nSet-Cookie: x\x00.csv", "aSet-Cookie: x.csv"),
        ("\u202egnp.csv", "gnp.csv"),
        ("Zähler März.csv", "Zähler März.csv"),
        ("", "upload"),
        ("///", "upload"),
    ],
)
def test_a_name_is_one_line_of_its_last_part(given: str, plain: str) -> None:
    assert plain_name(given) == plain


def test_a_long_name_keeps_its_suffix() -> None:
    name = plain_name("x" * 5000 + ".xlsx")
    assert len(name) == LONGEST_NAME
    assert name.endswith("….xlsx")
