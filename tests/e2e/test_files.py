"""Files of what is seen, from the page: made by the server, given up, refused, and made by the browser instead."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, Route, expect

from tests.e2e.conftest import IMPATIENT, Visit

REFUSED = '{"error": {"code": "no_browser", "message": "This server has no Chrome.", "hint": "Install one."}}'


def choose(visit: Visit, menu: str, item: str) -> None:
    visit.page.locator(f"#{menu} button.dropdown-toggle").click()
    visit.page.locator(f"#{menu} .dropdown-item", has_text=item).first.click()


def note(visit: Visit) -> Locator:
    return visit.page.locator("#file-note")


def saved(visit: Visit, menu: str, item: str, folder: Path) -> Path:
    with visit.page.expect_download(timeout=60_000) as coming:
        choose(visit, menu, item)
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    expect(note(visit)).to_contain_text(f"Saved as {path.name}")
    return path


def test_the_chart_is_saved_as_it_is_seen(visit: Visit, tmp_path: Path) -> None:
    visit.open("?zoom=2026-11-05T00:00,2026-11-08T00:00")
    visit.page.get_by_role("checkbox", name="Expected band").uncheck()
    first, last = (text[:10] for text in visit.window())
    svg = saved(visit, "download-menu", "SVG", tmp_path)
    assert svg.name.startswith("wattsup-home-sample-household-chart-")
    drawn = svg.read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert "Usual range" not in drawn
    csv = saved(visit, "download-menu", "Points shown", tmp_path).read_text(encoding="utf-8")
    assert first in csv
    assert "# Layers,anomalies\n" in csv
    assert last > first


def test_the_table_is_saved_as_it_is_filtered(visit: Visit, tmp_path: Path) -> None:
    visit.open("?range=all")
    visit.page.get_by_placeholder("Find").fill("spike")
    expect(visit.page.locator("#events-count")).to_contain_text(" of ")
    shown = int((visit.page.locator("#events-count").text_content() or "").split()[0])
    sheet = load_workbook(saved(visit, "events-menu", "Excel", tmp_path))["Anomalies"]
    assert sheet.max_row - 1 == shown
    assert all("spike" in " ".join(str(cell.value) for cell in row).lower() for row in sheet.iter_rows(min_row=2))


def test_what_takes_long_can_be_given_up(visit: Visit) -> None:
    visit.open()
    held: list[Route] = []
    visit.page.route("**/download/chart.png*", lambda route: held.append(route))
    choose(visit, "download-menu", "PNG")
    expect(note(visit)).to_contain_text("Preparing your file: the chart as PNG")
    note(visit).get_by_role("button", name="Cancel").click()
    expect(note(visit)).to_be_hidden()
    visit.page.unroute("**/download/chart.png*")


def test_a_file_that_never_comes_is_told(visit: Visit) -> None:
    visit.page.add_init_script(IMPATIENT)
    visit.open()
    held: list[Route] = []
    visit.page.route("**/download/chart.png*", lambda route: held.append(route))
    choose(visit, "download-menu", "PNG")
    expect(note(visit)).to_contain_text("The file could not be prepared.")
    assert len(held) == 1
    visit.page.unroute("**/download/chart.png*")


def test_a_refusal_is_told_and_the_browser_makes_the_picture(visit: Visit, tmp_path: Path) -> None:
    visit.open()
    visit.page.route("**/download/chart.*", lambda route: route.fulfill(status=503, content_type="application/json", body=REFUSED))
    for item, suffix in (("PNG", ".png"), ("SVG", ".svg")):
        choose(visit, "download-menu", item)
        expect(note(visit)).to_contain_text("This server has no Chrome.")
        with visit.page.expect_download() as coming:
            note(visit).get_by_role("button", name="Make a picture in this browser").click()
        assert coming.value.suggested_filename.endswith(suffix)
        coming.value.save_as(tmp_path / f"picture{suffix}")
        assert (tmp_path / f"picture{suffix}").stat().st_size > 5_000
    visit.complaints = [text for text in visit.complaints if "503" not in text]  # the browser reports the answer; the page has told it


def test_a_table_that_is_refused_offers_no_picture(visit: Visit) -> None:
    visit.open()
    visit.page.route("**/download/anomalies.*", lambda route: route.abort())
    choose(visit, "events-menu", "CSV")
    expect(note(visit)).to_contain_text("The file could not be prepared.")
    expect(note(visit).get_by_role("button", name="Make a picture")).to_be_hidden()
    note(visit).get_by_role("button", name="Close").click()
    expect(note(visit)).to_be_hidden()
    visit.complaints = [text for text in visit.complaints if "ERR_FAILED" not in text]
