"""The report from the page, with a Chrome on the server and without one; and an order that is given up."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Profile, Server, Visit, free_port
from tests.e2e.test_files import choose, note, saved


@pytest.fixture(scope="module")
def bare_server(chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that finds no Chrome; the tests' own is open already."""
    server = Server(tmp_path_factory.mktemp("bare"), free_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BROWSER_PATH", "/nowhere/chrome")
        server.start()
    yield server
    server.stop()


@pytest.fixture
def bare_visit(profile: Profile, bare_server: Server) -> Iterator[Visit]:
    visit = Visit(profile.page(), bare_server.url)
    yield visit
    visit.close()
    assert [text for text in visit.complaints if "503" not in text] == []  # the browser reports the answer; the page has told it


def test_the_report_of_the_range_is_saved(visit: Visit, tmp_path: Path) -> None:
    visit.open("?range=90d")
    pdf = saved(visit, "download-menu", "Report (PDF)", tmp_path)
    assert pdf.name.startswith("wattsup-home-sample-household-report-")
    assert pdf.read_bytes().startswith(b"%PDF-")
    page = saved(visit, "download-menu", "Report (HTML)", tmp_path).read_text(encoding="utf-8")
    titles = [text.strip() for text in visit.page.locator("#events .cause .cell-strong").all_text_contents()]
    assert titles
    assert all(title in page for title in titles)
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
        plain = text.replace("\u00a0", " ")
        assert all(title.replace("\u00a0", " ") in plain for title in titles)
        assert "Page 1 of" in text
        assert "Europe/London time" in text


def test_without_chrome_the_page_says_so_and_the_report_comes_as_html(bare_visit: Visit, tmp_path: Path) -> None:
    bare_visit.open("?range=90d")
    choose(bare_visit, "download-menu", "Report (PDF)")
    expect(note(bare_visit)).to_contain_text("This server has no Chrome, which image and PDF files are made with.")
    expect(note(bare_visit).get_by_role("button", name="Make a picture")).to_be_hidden()
    with bare_visit.page.expect_download() as coming:
        note(bare_visit).get_by_role("button", name="Save the report as HTML").click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    reader = bare_visit.page.context.new_page()
    reader.goto(path.as_uri())
    pictures = "[...document.images].map((one) => one.naturalWidth)"
    reader.wait_for_timeout(500)
    bare_visit.wait_until(lambda: all(width > 100 for width in reader.evaluate(pictures)))
    assert len(reader.evaluate(pictures)) > 1
    reader.close()


def test_without_chrome_the_browser_makes_the_picture(bare_visit: Visit) -> None:
    bare_visit.open("?range=7d")
    choose(bare_visit, "download-menu", "PNG")
    expect(note(bare_visit)).to_contain_text("This server has no Chrome")
    with bare_visit.page.expect_download() as coming:
        note(bare_visit).get_by_role("button", name="Make a picture in this browser").click()
    assert coming.value.suggested_filename.endswith(".png")


def test_a_file_that_is_given_up_does_not_hold_the_next(visit: Visit, tmp_path: Path) -> None:
    visit.open("?range=30d")
    choose(visit, "download-menu", "Report (PDF)")
    expect(note(visit)).to_contain_text("Preparing your file: the report as PDF")
    visit.page.wait_for_timeout(700)
    note(visit).get_by_role("button", name="Cancel").click()
    assert saved(visit, "download-menu", "SVG", tmp_path).read_bytes().startswith(b"<svg")
