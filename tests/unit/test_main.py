"""The command line: what it writes, what it prints, and how it refuses."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.factories import make_event, make_meter
from wattsup_core import __main__ as command_line
from wattsup_core.__main__ import main
from wattsup_core.commands.findings import _event_cells
from wattsup_core.commands.terminal import ProgressLine
from wattsup_core.forecast_rhythm import ForecastRhythm
from wattsup_core.store import open_store

ROOT = Path(__file__).resolve().parents[2]
ROWS = 90 * 24 - 1  # the days of the simulation hold the hour that spring skips
SCORES = ["timestamp", "kwh", "expected_kwh", "lower_kwh", "upper_kwh", "score", "severity", "is_anomaly", "event_id"]
EVENTS = [
    *["event_id", "start", "end", "kind", "class", "direction", "severity"],
    *["actual_kwh", "expected_kwh", "excess_kwh", "cost", "cause"],
]


@pytest.fixture(scope="module")
def meter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety simulated days of hours, with anomalies of the load and the meter: a row for each hour."""
    path = tmp_path_factory.mktemp("meter") / "meter.csv"
    options = ["--days", "90", "--interval", "60", "--seed", "47"]
    assert main(["simulate", *options, "--out", str(path), "--labels", str(path.with_name("labels.csv"))]) == 0
    return path


def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wattsup_core", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=120, **options)  # type: ignore[call-overload, no-any-return]


def read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(newline="") as file:
        rows = csv.DictReader(file)
        return list(rows.fieldnames or []), list(rows)


# simulate


def test_simulate_writes_readings_and_labels(meter: Path) -> None:
    header, rows = read(meter)
    assert header == ["timestamp", "kwh", "temperature_c"]
    assert len(rows) == ROWS
    header, labels = read(meter.with_name("labels.csv"))
    assert header == ["start", "end", "kind", "detail"]
    assert len(labels) >= 2


def test_simulate_repeats_itself_by_its_seed(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one.csv.gz", "same.csv.gz", "other.csv.gz"))
    for path, seed in ((one, 3), (same, 3), (other, 4)):
        assert main(["simulate", "--days", "2", "--seed", str(seed), "--out", str(path)]) == 0
    assert one.read_bytes() == same.read_bytes()
    assert gzip.decompress(one.read_bytes()) != gzip.decompress(other.read_bytes())


@pytest.mark.parametrize("kind", ["office", "solar"])
def test_other_buildings_are_simulated_read_and_judged(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, events = tmp_path / "meter.csv", tmp_path / "events.csv"
    assert main(["simulate", "--kind", kind, "--days", "60", "--interval", "15", "--out", str(path)]) == 0
    _, rows = read(path)
    capsys.readouterr()
    assert main(["inspect", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows_read"], told["rows_stored"], told["meters"]) == (len(rows), len(rows), 1 + (kind == "solar"))
    assert main(["detect", str(path), "--events", str(events)]) == 0
    _, found = read(events)
    assert {"GAP", "CATCH_UP", "NEGATIVE"} <= {event["kind"] for event in found}


# detect


def test_detect_writes_a_line_for_each_row_and_each_event(meter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scores, events = tmp_path / "scores.csv", tmp_path / "events.csv"
    assert main(["detect", str(meter), "--out", str(scores), "--events", str(events)]) == 0
    header, rows = read(scores)
    assert header == SCORES
    _, given = read(meter)
    assert [row["timestamp"] for row in rows] == [row["timestamp"] for row in given]
    assert [float(row["kwh"]) for row in rows] == [float(row["kwh"]) for row in given]
    assert all(0 <= float(row["score"]) <= 1 for row in rows)
    header, found = read(events)
    assert header == EVENTS
    assert len(found) >= 1
    assert {row["event_id"] for row in rows} - {""} <= {event["event_id"] for event in found}
    assert all((row["is_anomaly"] == "1") == (row["event_id"] != "") for row in rows)
    assert "anomal" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["detect", "forecast"])
def test_it_is_said_once_that_no_zone_is_known(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bare.csv"
    path.write_text(
        "timestamp,kwh\n" + "".join(f"2026-01-{day:02d} {hour:02d}:00,0.{hour % 7}\n" for day in range(1, 22) for hour in range(24))
    )
    said = "Times are taken as UTC; say --timezone to change that.\n"
    for options, told in (((), said), (("--json",), said), (("--timezone", "Europe/Paris"), "")):
        assert main([command, str(path), *options]) == 0
        assert capsys.readouterr().err == told


def test_detect_prints_no_cost_of_use_that_was_too_low() -> None:
    meter = make_meter()
    low, high = (make_event(excess_kwh=kwh, cost=0.28 * kwh) for kwh in (-5.0, 5.0))
    assert _event_cells(low, meter)[3].strip() == ""
    assert _event_cells(high, meter)[3].strip() == "1.40 GBP"


def countries(found: str) -> list[str]:
    return [each["country"] for each in json.loads(found)["analyses"]]


def test_detect_takes_the_country_of_the_zone_or_the_one_that_is_named(meter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {}
    for options in ((), ("--country", "ie")):
        assert main(["detect", str(meter), "--json", *options]) == 0
        told[options] = countries(capsys.readouterr().out)
    assert list(told.values()) == [["GB"], ["IE"]]  # the simulation names London


def test_detect_refuses_what_is_no_country_before_it_reads(meter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", str(meter), "--country", "Britain"]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.strip().count("\n") == 0
    assert "“Britain” is no country whose public holidays are known. Give its two letters, such as GB, FR or KR." in found.err


def test_detect_prices_by_the_tariff(meter: Path, tmp_path: Path) -> None:
    costs = []
    for price in ("0.2", "0.4"):
        path = tmp_path / f"{price}.csv"
        assert main(["detect", str(meter), "--events", str(path), "--tariff", price]) == 0
        costs.append(sum(float(event["cost"] or 0) for event in read(path)[1]))
    assert costs[1] == pytest.approx(2 * costs[0], abs=0.01)
    assert costs[0] != 0


def test_detect_takes_a_share_of_rows(meter: Path, tmp_path: Path) -> None:
    flagged = []
    for share in ("0.005", "0.1"):
        path = tmp_path / f"{share}.csv"
        assert main(["detect", str(meter), "--out", str(path), "--contamination", share]) == 0
        flagged.append(sum(row["is_anomaly"] == "1" for row in read(path)[1]))
    assert flagged[0] < flagged[1]


def test_detect_prints_json(meter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", str(meter), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows_read"] == told["rows_stored"] + told["rows_rejected"] == ROWS
    assert told["events"]
    assert set(EVENTS) < set(told["events"][0])


# inspect


def test_inspect_prints_json(meter: Path) -> None:
    done = run("inspect", meter, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["status"] == "ok"
    assert (told["rows_read"], told["rows_stored"], told["rows_rejected"], told["meters"]) == (ROWS, ROWS, 0, 1)
    assert told["first_ts_utc"] == "2023-02-01T00:00:00Z"


def test_inspect_tells_a_person(meter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(meter)]) == 0
    told = capsys.readouterr().out
    assert f"{ROWS:,} read" in told
    assert "kWh" in told


def test_inspect_refuses_in_json_too(tmp_path: Path) -> None:
    path = tmp_path / "page.csv"
    path.write_text("<html><body>Sign in</body></html>")
    done = run("inspect", path, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"], told["rows_stored"]) == (2, "reject", 0)
    assert told["error"]
    assert len(done.stderr.splitlines()) == 1


def test_flags_reach_the_reader(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "upload"
    path.write_text("date,reading kWh\n" + "".join(f"03/04/2026 {hour:02d}:00,{1000.5 + hour}\n" for hour in range(24)))
    flags = ["--name", "x.csv", "--timezone", "Europe/Paris", "--date-order", "MDY", "--cumulative"]
    assert main(["inspect", str(path), "--json", *flags]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["first_ts_utc"] == "2026-03-03T23:00:00Z"
    assert float(told["kwh_total"]) == pytest.approx(23)


# migrate


def test_migrate_makes_the_database(tmp_path: Path) -> None:
    path = tmp_path / "var" / "wattsup.db"
    for _ in range(2):
        done = run("migrate", env={**os.environ, "DATABASE_URL": f"sqlite:///{path}"})
        assert (done.returncode, done.stderr) == (0, "")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM meters").fetchone() == (0,)
    connection.close()


def test_migrate_names_a_bad_setting() -> None:
    done = run("migrate", env={**os.environ, "DATABASE_URL": "mongodb://host/name"})
    assert done.returncode == 2
    assert "DATABASE_URL" in done.stderr


# refusals


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["detect", "missing.csv"], "There is no file missing.csv"),
        (["inspect", "missing.csv"], "There is no file missing.csv"),
        (["detect", "."], "is a folder"),
        ([], "COMMAND"),
        (["dance"], "dance"),
        (["detect"], "FILE"),
        (["detect", "x.csv", "--contamination", "0.6"], "contamination"),
        (["detect", "x.csv", "--contamination", "0"], "contamination"),
        (["detect", "x.csv", "--contamination", "nan"], "contamination"),
        (["detect", "x.csv", "--alarms-per-month", "-1"], "alarms-per-month"),
        (["detect", "x.csv", "--alarms-per-month", "inf"], "alarms-per-month"),
        (["detect", "x.csv", "--alarms-per-month", "2", "--contamination", "0.1"], "not allowed with"),
        (["detect", "x.csv", "--tariff", "dear"], "tariff"),
        (["detect", "x.csv", "--stamp", "middle"], "stamp"),
        (["inspect", "x.csv", "--register-digits", "1.5"], "register-digits"),
        (["simulate", "--out", "missing/folder/x.csv"], "Cannot write"),
        (["simulate", "--kind", "castle", "--out", "x.csv"], "castle"),
        (["simulate", "--interval", "7", "--out", "x.csv"], "7 minutes"),
        (["simulate"], "--out"),
    ],
)
def test_bad_input_is_refused_in_one_line(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert words in told.err
    assert list(tmp_path.iterdir()) == []


# forecast

FORECAST = ["timestamp", "kwh", "lower_80_kwh", "upper_80_kwh", "lower_95_kwh", "upper_95_kwh"]


def test_forecast_writes_the_hours_ahead(meter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "forecast.csv"
    options = ["--days", "7", "--timezone", "Europe/London", "--country", "GB", "--backtest", "--json"]
    assert main(["forecast", str(meter), *options, "--out", str(out)]) == 0
    header, rows = read(out)
    assert header == FORECAST
    assert len(rows) == 7 * 24
    for row in rows:
        low_95, low_80, kwh, high_80, high_95 = (float(row[name]) for name in (FORECAST[4], FORECAST[2], "kwh", FORECAST[3], FORECAST[5]))
        assert 0 <= low_95 <= low_80 <= kwh <= high_80 <= high_95
    told = json.loads(capsys.readouterr().out)
    (forecast,) = told["forecasts"]
    assert told["refused"] == []
    assert [row["timestamp"] for row in forecast["rows"]] == [row["timestamp"] for row in rows]
    assert forecast["total"]["value"] == pytest.approx(sum(float(row["kwh"]) for row in rows), abs=1e-3)
    assert {score["method"] for score in forecast["backtest"]["scores"]} >= {"seasonal-naive", "four-weeks"}
    _, given = read(meter)
    assert forecast["rows"][0]["timestamp"] > given[-1]["timestamp"]


def test_forecast_tells_the_days_ahead_and_how_far_to_trust_them(meter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", str(meter), "--days", "5", "--method", "seasonal-naive", "--backtest", "--tariff", "1"]) == 0
    told = capsys.readouterr().out
    assert "the next 5 days by last week again" in told
    assert "it was off by" in told
    assert "rounds of" in told
    assert sum("kWh  " in line for line in told.splitlines()) == 5


def test_forecast_of_a_file_with_a_meter_too_short_tells_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.csv"
    stamps = [f"2026-01-{day:02d}T{hour:02d}:00:00Z" for day in range(5, 15) for hour in range(24)]
    lines = [f"long,{stamp},{1 + place % 24 / 10}" for place, stamp in enumerate(stamps)] + [f"short,{stamp},0.5" for stamp in stamps[:6]]
    path.write_text("\n".join(["meter_id,timestamp,kwh", *lines, ""]))
    assert main(["forecast", str(path), "--days", "2"]) == 0
    told = capsys.readouterr().out
    assert "long: the next 2 days" in told
    assert "short: no forecast. There is less than one whole day" in told


@pytest.mark.parametrize("options", [["--days", "0"], ["--days", "91"], ["--days", "many"], ["--method", "magic"]])
def test_forecast_refuses_what_makes_no_sense(options: list[str], meter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", str(meter), *options]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_forecast_of_too_little_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "short.csv"
    path.write_text("timestamp,kwh\n2026-01-05T00:00Z,0.1\n2026-01-05T01:00Z,0.2\n")
    assert main(["forecast", str(path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: There is less than one whole day of readings")
    assert len(told.err.splitlines()) == 1


def test_unknown_zone_is_refused(meter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", str(meter), "--timezone", "Mars/Olympus"]) == 2
    assert "Mars/Olympus" in capsys.readouterr().err


def test_unwritable_results_are_refused_in_one_line(meter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", str(meter), "--out", str(tmp_path / "missing" / "scores.csv")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_refusal_of_a_process_has_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    done = run("detect", tmp_path / "empty.csv")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_mistake_of_the_program_is_kept_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(args: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(command_line.migrate, "run", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    (kept,) = tmp_path.iterdir()
    assert str(kept) in told
    assert "ZeroDivisionError: a bug" in kept.read_text()


def test_mistake_of_the_program_that_cannot_be_kept_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(args: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(command_line.migrate, "run", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert told == "error: WattsUp made a mistake of its own. Please report it with these words: ZeroDivisionError: a bug.\n"


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def fill(args: object) -> None:
        store = open_store(f"sqlite:///{tmp_path}/w.db")
        store.migrate()
        with store._database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
        store.add_meter(make_meter(name="A" * 1_000_000))

    monkeypatch.setattr(command_line.migrate, "run", fill)
    assert main(["migrate"]) == 2
    assert capsys.readouterr().err.startswith("error: The disk is full. Make room on it")


def test_reader_that_leaves_is_no_error(meter: Path) -> None:
    reading_end, writing_end = os.pipe()
    os.close(reading_end)
    command = [sys.executable, "-m", "wattsup_core", "detect", str(meter), "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=writing_end, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(writing_end)
    assert (done.returncode, done.stderr) == (141, "")


def test_progress_is_for_terminals_only(meter: Path) -> None:
    assert run("detect", meter).stderr == ""


def test_progress_is_shown_on_a_terminal_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with ProgressLine() as progress:
        progress("learning", 0.42)
    assert "learning …  42%" in screen.getvalue()
    assert screen.getvalue().split("\r")[-2].strip() == ""


def test_text_of_a_file_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b[2J\x1b]0;gotcha\x07\u202emeter"
    path = tmp_path / "meter.csv"
    path.write_text("meter_id,timestamp,kwh\n" + "".join(f"\u202emeter\u2028,2026-01-05T{hour:02d}:00Z,0.{hour}\n" for hour in range(24)))
    assert main(["detect", str(path), "--name", f"{hostile}.csv"]) == 0
    assert main(["inspect", str(path)]) == 0
    assert main(["inspect", str(tmp_path / f"{hostile}\n.csv")]) == 2
    told = capsys.readouterr()
    assert all(sign.isprintable() or sign == "\n" for sign in told.out + told.err)
    assert len(told.err.splitlines()) == 1


def test_terminal_without_the_signs_is_no_error(meter: Path) -> None:
    done = run("detect", meter, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")


def test_starting_is_light() -> None:
    heavy = "pandas", "sklearn", "sqlalchemy", "prophet", "alembic"
    code = f"import sys; import wattsup_core.__main__; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["", "detect", "forecast", "inspect", "simulate", "migrate"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command.split(), "--help"])
    assert left.value.code == 0
    assert "usage: python -m wattsup_core" in capsys.readouterr().out


# meter and token


def test_a_meter_and_its_token_are_made_listed_and_revoked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'w.db'}")
    assert main(["meter", "add", "--name", "Home", "--timezone", "Europe/London", "--interval", "15"]) == 0
    meter_id = capsys.readouterr().out.strip()
    assert main(["token", "add", "--meter", meter_id, "--scope", "read"]) == 0
    told = capsys.readouterr()
    secret, token_id = told.out.strip(), told.err.split()[-1].rstrip(".")
    assert secret.startswith("wu_")
    assert main(["token", "list"]) == 0
    listed = capsys.readouterr().out
    assert (token_id in listed, meter_id in listed, "valid" in listed, secret in listed) == (True, True, True, False)
    assert main(["token", "revoke", token_id]) == 0
    assert main(["token", "list"]) == 0
    assert "revoked 20" in capsys.readouterr().out


def test_how_often_a_meter_is_forecast_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'w.db'}")
    store = open_store(f"sqlite:///{tmp_path / 'w.db'}")
    added = ["meter", "add", "--name", "Home", "--timezone", "Europe/London", "--interval", "15"]
    assert main([*added, "--id", "home"]) == 0
    assert main([*added, "--id", "shop", "--forecast", "weekly"]) == 0
    assert [meter.forecast_rhythm for meter in store.meters()] == [ForecastRhythm.DAILY, ForecastRhythm.WEEKLY]
    capsys.readouterr()
    for rhythm, told in (("off", "only when asked"), ("weekly", "weekly")):
        assert main(["meter", "set", "home", "--forecast", rhythm]) == 0
        assert capsys.readouterr().out == f"home is forecast {told}.\n"
        assert store.meter("home").forecast_rhythm.value == rhythm


@pytest.mark.parametrize(
    "arguments",
    [
        ["meter", "set", "home"],
        ["meter", "set", "nobody", "--forecast", "weekly"],
        ["meter", "set", "nobody", "--forecast", "hourly"],
        ["meter", "add", "--name", "Home", "--timezone", "Mars/Base", "--interval", "15"],
        ["meter", "add", "--name", "Home", "--timezone", "UTC", "--interval", "0"],
        ["meter", "add", "--name", "Home", "--timezone", "UTC", "--interval", "15", "--id", "a/b"],
        ["meter"],
        ["token", "add"],
        ["token", "add", "--meter", "nobody"],
        ["token", "revoke", "nobody"],
        ["mqtt"],
    ],
)
def test_a_bad_meter_or_token_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'w.db'}")
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1
