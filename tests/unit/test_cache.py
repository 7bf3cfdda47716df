from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from wattsup_core.cache import ByteBoundedCache


@dataclass
class Held:
    name: str
    nbytes: int = 10


def test_each_version_is_built_once() -> None:
    cache: ByteBoundedCache[Held] = ByteBoundedCache(100)
    built: list[str] = []

    def build(name: str) -> Held:
        built.append(name)
        return Held(name)

    assert [cache.get("a", 1, lambda: build("a1")).name for _ in range(3)] == ["a1"] * 3
    assert cache.get("a", 2, lambda: build("a2")).name == "a2"
    assert built == ["a1", "a2"]
    assert cache.nbytes == 10


def test_a_superseded_value_is_gone_before_the_next_is_built() -> None:
    cache: ByteBoundedCache[Held] = ByteBoundedCache(100)
    cache.get("a", 1, lambda: Held("a1"))
    held_meanwhile: list[int] = []
    cache.get("a", 2, lambda: held_meanwhile.append(cache.nbytes) or Held("a2"))
    assert held_meanwhile == [0]


def test_the_least_recently_used_goes_first() -> None:
    cache: ByteBoundedCache[Held] = ByteBoundedCache(25)
    for key in ("a", "b"):
        cache.get(key, 1, lambda key=key: Held(key))
    cache.get("a", 1, lambda: pytest.fail("a is kept"))
    cache.get("c", 1, lambda: Held("c"))
    cache.get("a", 1, lambda: pytest.fail("a was used later than b"))
    assert len(cache) == 2
    assert cache.get("b", 1, lambda: Held("new b")).name == "new b"


def test_a_value_larger_than_the_bound_is_kept_alone() -> None:
    cache: ByteBoundedCache[Held] = ByteBoundedCache(25)
    cache.get("small", 1, lambda: Held("small"))
    cache.get("large", 1, lambda: Held("large", 1000))
    cache.get("large", 1, lambda: pytest.fail("the last value asked for is kept"))
    assert cache.nbytes == 1000


def test_a_value_that_grew_counts_as_it_is_now() -> None:
    cache: ByteBoundedCache[Held] = ByteBoundedCache(25)
    old = cache.get("old", 1, lambda: Held("old"))
    cache.get("new", 1, lambda: Held("new"))
    old.nbytes = 20
    cache.get("new", 1, lambda: pytest.fail("new is kept"))
    assert cache.nbytes == 10


def test_a_failed_build_leaves_nothing_and_is_tried_again() -> None:
    cache: ByteBoundedCache[Held] = ByteBoundedCache(25)

    def fail() -> Held:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        cache.get("a", 1, fail)
    assert cache.get("a", 1, lambda: Held("a")).name == "a"


def test_threads_that_ask_together_share_one_build_and_hold_up_no_other_key() -> None:
    cache: ByteBoundedCache[Held] = ByteBoundedCache(1000)
    began, finish = threading.Event(), threading.Event()
    built: list[str] = []
    got: list[Held] = []

    def slow() -> Held:
        built.append("slow")
        began.set()
        assert finish.wait(10)
        return Held("slow")

    threads = [threading.Thread(target=lambda: got.append(cache.get("slow", 1, slow))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert began.wait(10)
    assert cache.get("other", 1, lambda: Held("other")).name == "other"
    finish.set()
    for thread in threads:
        thread.join(10)
    assert built == ["slow"]
    assert len(got) == 8
    assert all(value is got[0] for value in got)
