"""The turn of heavy work, and whose it is."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from filelock import Timeout

from wattsup_core.service import turns
from wattsup_core.service.turns import OwnTurns, turn


def never() -> bool:
    raise AssertionError("nobody is to be asked while the turn is ours")


def test_what_others_need_is_asked_unless_the_turn_is_ours(tmp_path: Path) -> None:
    own = OwnTurns(tmp_path)
    assert own.unless_ours(lambda: True)
    with own.turn():
        assert not own.unless_ours(never)
    assert own.unless_ours(lambda: True)
    assert not own.unless_ours(lambda: False)


def test_a_turn_that_another_has_is_waited_for(tmp_path: Path) -> None:
    own, order = OwnTurns(tmp_path), list[str]()

    def work() -> None:
        with own.turn():
            order.append("ours")

    waiting = threading.Thread(target=work)
    with turn(tmp_path):
        waiting.start()
        waiting.join(0.3)
        assert own.unless_ours(lambda: True), "it waits, and does not have it"
        order.append("another's")
    waiting.join()
    assert order == ["another's", "ours"]


def test_a_turn_that_does_not_come_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_SECONDS", -1.0)
    with turn(tmp_path / "jobs"), pytest.raises(Timeout), OwnTurns(tmp_path / "jobs").turn():
        never()


def test_a_turn_ends_with_the_work_that_fails(tmp_path: Path) -> None:
    own = OwnTurns(tmp_path)
    with pytest.raises(KeyError), own.turn():
        raise KeyError
    with turn(tmp_path):
        assert own.unless_ours(lambda: True)
