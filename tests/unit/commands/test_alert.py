"""The channels of alerts on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.factories import make_meter
from tests.receivers import hook_server, mail_server
from wattsup_core.__main__ import main
from wattsup_core.store import open_store


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    store = open_store(url)
    store.migrate()
    store.add_meter(make_meter())
    return url


def test_a_channel_is_added_listed_tried_and_removed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("WATTSUP_ALERTS_TO_PRIVATE", "1")
    with hook_server() as hook:
        address = f"{hook.address}/hush"
        assert main(["alert", "add", "--meter", "m-home", "--severity", "60", "--about", "use", address]) == 0
        told = capsys.readouterr()
        channel_id = told.out.strip()
        assert channel_id in told.err
        assert main(["alert", "list"]) == 0
        (line,) = capsys.readouterr().out.splitlines()
        assert line.startswith(f"{channel_id}  m-home  unusual use from severity 60  http://127.0.0.1:")
        assert "hush" not in line + told.err
        assert main(["alert", "test", channel_id]) == 0
        assert capsys.readouterr().out.startswith("The test was sent and accepted.")
        assert [body["type"] for _, body in hook.posted] == ["test"]
    assert main(["alert", "test", channel_id]) == 2
    assert capsys.readouterr().err == "error: The test was not sent: 127.0.0.1 takes no connections there.\n"
    assert main(["alert", "remove", channel_id]) == 0
    assert main(["alert", "list"]) == 0
    assert capsys.readouterr().out == f"{channel_id} is removed.\n"


def test_an_address_from_standard_input_for_all_meters(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with mail_server() as box:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{box.port}")
        monkeypatch.setenv("MAIL_FROM", "alerts@example.com")
        monkeypatch.setattr("sys.stdin", io.StringIO("jane@example.com\n"))
        assert main(["alert", "add", "--all", "-"]) == 0
        channel_id = capsys.readouterr().out.strip()
        assert main(["alert", "test", channel_id]) == 0
        assert box.receivers == [["jane@example.com"]]
    monkeypatch.setattr("sys.stdin", io.StringIO("jane@example.com\n"))
    assert main(["alert", "add", "--all", "-"]) == 2
    assert "go to this address already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "jane@example.com"], "required"),
        (["add", "--all"], "required"),
        (["add", "--all", "jane@example.com"], "SMTP_URL"),
        (["add", "--meter", "nobody", "https://example.com/hook"], "This meter is not here."),
        (["add", "--all", "http://127.0.0.1/hook"], "WATTSUP_ALERTS_TO_PRIVATE=1"),
        (["add", "--all", "file:///etc/passwd"], "sends no alerts to file://"),
        (["add", "--all", "--severity", "101", "https://example.com/hook"], "at most 100"),
        (["add", "--all", "--about", "weather", "https://example.com/hook"], "weather"),
        (["test", "nobody"], "There is no alert channel nobody."),
        (["remove", "nobody"], "There is no alert channel nobody."),
        ([], "ACTION"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alert", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
