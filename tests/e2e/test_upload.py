"""A file becomes a meter: by the button and by a drop, with its mistakes, cancelled, killed, and with the server gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from filelock import FileLock
from playwright.sync_api import expect

from tests.e2e.conftest import LARGEST_UPLOAD_MB, Profile, Server, Visit
from tests.factories import make_meter, make_upload
from wattsup_core.simulate import simulate
from wattsup_core.store import open_store

pytestmark = pytest.mark.e2e


def write_meter(path: Path, days: int = 50, seed: int = 11) -> Path:
    """A plain CSV of half-hours, as a supplier's site gives it."""
    readings = simulate(days=days, interval_minutes=30, seed=seed, anomalies=True).readings
    lines = [f"{ts:%Y-%m-%dT%H:%M:%SZ},{kwh:.3f}" for ts, kwh in readings["kwh"].dropna().items()]
    path.write_text("\n".join(["timestamp,kwh", *lines]) + "\n")
    return path


def choose(visit: Visit, path: Path) -> None:
    """Pick a file through the dialog."""
    visit.page.get_by_role("button", name="Upload a file of meter readings").click()
    with visit.page.expect_file_chooser() as chooser:
        visit.page.locator(".phase-choose").get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)


@contextmanager
def held_back(server: Server) -> Iterator[None]:
    """Jobs wait for their turn."""
    with FileLock(server.settings.jobs_folder / "turn.lock"):
        yield


def jobs_of(server: Server) -> list[psutil.Process]:
    assert server.process is not None
    family = psutil.Process(server.process.pid).children(recursive=True)
    return [process for process in family if "dashboard.jobs" in process.cmdline()]


def test_an_upload_is_summed_up_then_shown(visit: Visit, tmp_path: Path) -> None:
    page = visit.open().page
    choose(visit, write_meter(tmp_path / "my house.csv"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("was read completely", timeout=40_000)
    expect(dialog).to_contain_text("2,400")
    expect(dialog).to_contain_text("kWh")
    page.locator("#upload-name").fill("My house")
    page.get_by_role("button", name="Show my data").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#meter-picker option:checked")).to_have_text("My house")
    visit.settle()
    expect(page.locator("#banner")).not_to_contain_text("Sample data")
    expect(page.locator("#facts")).to_contain_text("30-minute readings")
    assert re.search(r"meter=[^&]+", visit.search)
    page.reload()
    visit.settle()
    expect(page.locator("#meter-picker option:checked")).to_have_text("My house")


def test_a_file_is_read_again_with_a_correction(visit: Visit, tmp_path: Path) -> None:
    page = visit.open().page
    choose(visit, write_meter(tmp_path / "again.csv", seed=12))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("was read completely", timeout=40_000)
    page.locator("#upload-stamp").select_option("end")
    page.locator("#upload-name").fill("Typed")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator(".phase-work")).to_be_visible()
    expect(page.locator("#upload-name")).to_be_visible(timeout=40_000)
    expect(page.locator("#upload-stamp")).to_have_value("end")
    expect(page.locator("#upload-name")).to_have_value("Typed")
    expect(dialog).to_contain_text("was read completely")
    page.locator("#upload-price").fill("-3")
    page.get_by_role("button", name="Show my data").click()
    expect(page.locator("#upload-price-problem")).to_have_text("Give a price from 0 to 1,000.")


def test_a_choice_makes_reading_again_the_thing_to_do(visit: Visit, tmp_path: Path) -> None:
    page = visit.open().page
    path = write_meter(tmp_path / "choice.csv", days=30, seed=19)
    path.write_text(path.read_text().replace("Z,", ","))
    choose(visit, path)
    primary, other = page.locator("#upload-actions .button-primary"), page.locator("#upload-actions .button-plain")
    expect(primary).to_have_text("Show my data", timeout=40_000)
    expect(other).to_have_text("Read again")
    as_read = page.locator("#upload-zone").input_value()
    for name, choice, back in (("zone", "Asia/Kolkata", as_read), ("stamp", "end", "start"), ("unit", "Wh", "found")):
        page.locator(f"#upload-{name}").select_option(choice)
        expect(primary).to_have_text("Read again with these settings")
        expect(other).to_have_text("Show as it was read")
        page.locator(f"#upload-{name}").select_option(back)
        expect(primary).to_have_text("Show my data")
    page.locator("#upload-price").fill("0.5")
    expect(primary).to_have_text("Show my data")
    page.locator("#upload-zone").select_option("Asia/Kolkata")
    primary.click()
    expect(page.locator(".phase-work")).to_be_visible()
    expect(primary).to_have_text("Show my data", timeout=40_000)
    expect(page.locator("#upload-zone")).to_have_value("Asia/Kolkata")
    primary.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    visit.settle()
    expect(page.locator("#facts")).to_contain_text("Asia/Kolkata")


DROP = """
([name, text]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name, { type: "text/csv" }));
    const send = (kind) => document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: files }));
    send("dragenter");
    const hinted = getComputedStyle(document.getElementById("drop-hint")).display !== "none";
    send("dragover");
    send("drop");
    return hinted;
}
"""


def test_a_file_may_be_dropped_anywhere(visit: Visit, tmp_path: Path) -> None:
    page = visit.open().page
    path = write_meter(tmp_path / "dropped.csv", days=30, seed=13)
    assert page.evaluate(DROP, [path.name, path.read_text()])
    expect(page.locator("#drop-hint")).to_be_hidden()
    expect(page.get_by_role("dialog")).to_contain_text("dropped.csv was read completely", timeout=40_000)


def test_files_without_readings_are_refused_in_words(visit: Visit, tmp_path: Path) -> None:
    page = visit.open().page
    meters = page.locator("#meter-picker option").count()
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Upload a file of meter readings").click()
    for name, content in (
        ("letter.csv", b"Dear customer,\nyour bill is due.\n"),
        ("empty.csv", b""),
        ("noise.csv", bytes(range(256)) * 50),
    ):
        with page.expect_file_chooser() as chooser:
            dialog.get_by_role("button", name=re.compile("Choose a(nother)? file")).locator("visible=true").click()
        chooser.value.set_files({"name": name, "mimeType": "text/csv", "buffer": content})
        expect(dialog.locator(".phase-work")).to_be_visible()
        alert = dialog.get_by_role("alert")
        expect(alert).to_contain_text("Nothing was stored.", timeout=40_000)
        assert not re.search(r"Traceback|Error\b|[{}]", alert.inner_text())
    assert page.locator("#meter-picker option").count() == meters


def test_a_file_that_is_too_large_is_not_even_sent(visit: Visit, tmp_path: Path) -> None:
    page = visit.open().page
    path = tmp_path / "large.csv"
    path.write_bytes(b"x" * (LARGEST_UPLOAD_MB * 1024 * 1024 + 1))
    choose(visit, path)
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(f"larger than {LARGEST_UPLOAD_MB} MB")
    assert [request.url for request in visit.asked if "/api/v1/uploads" in request.url] == []


def test_a_cancelled_import_stores_nothing(visit: Visit, server: Server, tmp_path: Path) -> None:
    page = visit.open().page
    meters = page.locator("#meter-picker option").count()
    with held_back(server):
        choose(visit, write_meter(tmp_path / "cancelled.csv", seed=14))
        expect(page.get_by_role("dialog")).to_contain_text("cancelled.csv")
        expect(page.locator(".step.is-now")).to_contain_text("Reading")
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("dialog")).to_contain_text("Nothing was stored.")
        visit.wait_until(lambda: not jobs_of(server))  # the word comes first, so that the page does not hear of the kill
    page.reload()
    visit.settle()
    assert page.locator("#meter-picker option").count() == meters


def test_a_file_cancelled_while_it_is_sent_makes_room_for_another(visit: Visit, tmp_path: Path) -> None:
    page = visit.open().page
    page.route("**/api/v1/uploads*", lambda route: None)  # what is sent arrives nowhere
    choose(visit, write_meter(tmp_path / "slow.csv", days=30, seed=17))
    dialog = page.get_by_role("dialog")
    expect(page.locator(".step.is-now")).to_contain_text("Sending")
    page.get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_role("alert")).to_contain_text("CancelledNothing was stored.")
    page.unroute("**/api/v1/uploads*")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Choose a file").locator("visible=true").click()
    chooser.value.set_files(write_meter(tmp_path / "next.csv", days=30, seed=18))
    expect(dialog).to_contain_text("next.csv was read completely", timeout=40_000)


def test_an_import_that_is_killed_is_told(visit: Visit, server: Server, tmp_path: Path) -> None:
    page = visit.open().page
    with held_back(server):
        choose(visit, write_meter(tmp_path / "killed.csv", seed=15))
        expect(page.locator(".step.is-now")).to_contain_text("Reading")
        for process in jobs_of(server):
            process.kill()
        expect(page.get_by_role("dialog")).to_contain_text("stopped before its end")


def test_a_closed_dialog_lets_the_work_go_on_and_tells_its_end(visit: Visit, server: Server, tmp_path: Path) -> None:
    page = visit.open().page
    with held_back(server):
        choose(visit, write_meter(tmp_path / "closed.csv", days=30, seed=16))
        expect(page.locator(".step.is-now")).to_contain_text("Reading")
        page.get_by_role("button", name="Close").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("button", name="Upload a file of meter readings").click()
        expect(page.get_by_role("dialog")).to_contain_text("closed.csv")
        page.get_by_role("button", name="Close").click()
    expect(page.locator("#toasts")).to_contain_text("closed.csv: read", timeout=40_000)
    page.get_by_role("button", name="Upload a file of meter readings").click()
    expect(page.get_by_role("dialog")).to_contain_text("closed.csv was read completely")


def test_rows_left_without_scores_are_scored_while_one_looks_on(visit: Visit, server: Server) -> None:
    store = open_store(server.settings.database_url)
    readings = simulate(days=90, interval_minutes=60, seed=7).readings
    upload = make_upload("u-crashed", ("m-crashed",))
    store.save_upload(upload, [("m-crashed", readings)], new_meters=[make_meter("m-crashed", name="Crashed", interval_minutes=60.0)])
    page = visit.page
    page.goto(f"{visit.url}/?meter=m-crashed&range=all")
    expect(page.locator("#pending-note")).not_to_be_empty()
    expect(page.locator(".event-row").first).to_be_visible(timeout=40_000)
    expect(page.locator("#pending-note")).to_be_empty()
    assert not store.state("m-crashed").is_pending


def test_a_server_that_restarts_is_waited_for(server: Server, profile: Profile) -> None:
    store = open_store(server.settings.database_url)
    sample = next(meter.meter_id for meter in store.meters() if meter.is_sample)
    visit = Visit(profile.page(), server.url).open(f"?meter={sample}&range=30d")
    window, page = visit.window(), visit.page
    server.stop(at_once=True)
    page.get_by_role("button", name="Zoom in").click()
    expect(page.locator("#toasts")).to_contain_text("The server does not answer")
    server.start()
    first = visit.trace()["x"][0]
    visit.wait_until(lambda: visit.trace()["x"][0] != first)
    assert visit.window() != window
    page.close()
