"""Green Button files that cannot be read, and hostile XML: one sentence that says why, and no more memory than the file has."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.unit.readers.conftest import ReadText
from tests.unit.readers.espi import WATT_HOURS, Meter, Names, feed, readings
from wattsup_core.errors import FileRefusedError
from wattsup_core.readers.green_button import parsing

NAMES = Names()
LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))
TEXT = feed(Meter(readings()))


def with_declaration(declared: str, text: str = TEXT) -> str:
    head, body = text.split("\n", 1)
    return f"{head}\n<!DOCTYPE feed [{declared}]>\n{body}"


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        (feed(), "only usage points", "usage data"),
        (feed(points={}, prefix="espi"), "only data of the account", "usage data"),
        (feed(Meter([])), "only usage points and the list of meters and kinds of readings", "usage data"),
        (feed(Meter(readings(), None)), "without a ReadingType", "whole export"),
        (feed(Meter(readings(), {**WATT_HOURS, "uom": ""})), "without a unit", "whole export"),
        (feed(Meter(readings(), {**WATT_HOURS, "powerOfTenMultiplier": "99"})), "unlikely power of ten", "whole export"),
        (feed(Meter(readings(), {**WATT_HOURS, "uom": "29"})), "no energy, only voltage", "interval data"),
        (feed(Meter([{**each, "value": "?"} for each in readings()])), "no usable number", "IntervalReading"),
        (feed(Meter([{**each, "start": "?"} for each in readings()])), "times cannot be read", "IntervalReading"),
        (feed(Meter(readings(1), {**WATT_HOURS, "accumulationBehaviour": "1"})), "One reading of a register", "IntervalReading"),
    ],
)
def test_what_has_no_readings_of_energy(read: ReadText, text: str, says: str, hint: str) -> None:
    with pytest.raises(FileRefusedError, match=says) as refused:
        read(text, "usage.xml")
    assert hint in refused.value.hint


def test_readings_that_nothing_explains_are_told_beside_others(read: ReadText) -> None:
    found = read(feed(Meter(readings()), Meter(readings(), {**WATT_HOURS, "uom": "0"})))
    (told,) = [issue for issue in found.report.warnings if issue.code == "unit_suspect"]
    assert (told.count, found.report.read) == (96, 96)


@pytest.mark.parametrize("at", [0.3, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("shift", range(12))
def test_a_file_that_is_cut_off_says_so(read: ReadText, at: float, shift: int) -> None:
    with pytest.raises(FileRefusedError, match="cut off in line") as refused:
        read(TEXT[: int(len(TEXT) * at) + shift])
    assert refused.value.hint == "Download it again."


@pytest.mark.parametrize(
    ("good", "bad"), [("</entry>", "</entri>"), ("<title>Home", "<title>Home & garden"), ("</feed>", "</feed><feed/>")]
)
def test_damaged_xml_names_its_line(read: ReadText, good: str, bad: str) -> None:
    with pytest.raises(FileRefusedError, match=r"line \d+ is no valid XML"):
        read(TEXT.replace(good, bad, 1))


@pytest.mark.parametrize(
    "declared",
    [LAUGHS, '<!ENTITY x SYSTEM "file:///etc/passwd">', '<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;', ""],
    ids=["laughs", "file", "address", "nothing"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declarations_are_refused(read: ReadText, declared: str, encoding: str) -> None:
    text = with_declaration(declared).replace("<title>Home", "<title>&e9;&x;")
    with pytest.raises(FileRefusedError, match="declares a document type"):
        read(text.encode(encoding))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("<a>" * 100, "nested more than"),
        ("".join(f"<a{n}/>" for n in range(3_000)), "kinds of tags"),
        ("<!--" + "x" * 3_000_000, "longer than a megabyte"),
        (f'<a b="{"x" * 3_000_000}"/>', "longer than a megabyte"),
    ],
    ids=["deep", "names", "comment", "attribute"],
)
def test_xml_that_no_meter_writes(read: ReadText, more: str, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says):
        read(feed(Meter(readings()), more=more))


def test_limits_of_parts_and_readings(read: ReadText, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_READINGS", 95)
    with pytest.raises(FileRefusedError, match="readings"):
        read(TEXT)
    monkeypatch.setattr(parsing, "MAX_PARTS", 50)
    for more in ("<entry/>" * 60, "<entry>" + '<link href="x"/>' * 60 + "</entry>", "<ReadingType/>" * 60, "<IntervalBlock/>" * 60):
        with pytest.raises(FileRefusedError, match="more than 50 entries"):
            read(feed(more=more))


def test_long_texts_are_cut(read: ReadText) -> None:
    found = read(feed(Meter(readings(), title="x" * 100_000), points={"1": "y" * 100_000}, prefix="espi"))
    assert found.meters[0].label == "y" * 80


def test_names_lose_what_cannot_be_shown(read: ReadText) -> None:
    found = read(feed(Meter(readings()), points={"1": "Home\u202e &lt;b&gt;\n garden"}))
    assert found.meters[0].label == "Home <b> garden"


def test_memory_stays_within_some_hundred_bytes_a_reading(read: ReadText) -> None:
    text = feed(Meter(readings(20_000)))
    tracemalloc.start()
    try:
        assert read(text).report.stored == 20_000
        assert tracemalloc.get_traced_memory()[1] < len(text) + 600 * 20_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        "<?xml version='1.0'?><meters><meter/></meters>",
        "<rss><channel/></rss>",
        "<?xml version='1.0'?>\n<usage xmlns='http://example.com'/>",
    ],
)
def test_other_xml_stays_refused(read: ReadText, text: str) -> None:
    with pytest.raises(FileRefusedError, match="This is an XML file, not a table"):
        read(text)


def test_a_web_page_about_the_format_is_a_web_page(read: ReadText) -> None:
    with pytest.raises(FileRefusedError, match="web page"):
        read("<!DOCTYPE html><html><body>See http://naesb.org/espi for &lt;IntervalBlock></body></html>")
