"""What a process keeps in memory between requests: values built from the store, bounded by their bytes.

The values are numpy arrays of a whole meter. They are kept in the process rather than in diskcache or Redis because
reading them back from anywhere else (tens of megabytes, unpickled) takes longer than the request may last, because arrays
shared between threads cost their memory once, and because nothing here can be lost: every value can be built again from the
store. Several web processes each build their own; the version in the key keeps them all correct.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """A value that knows how much memory it holds, now."""

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        ...


Value = TypeVar("Value", bound=Sized)


class _Slot(Generic[Value]):
    """The place of one key: its lock is held while the value is built, so that each version is built once."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.version: Hashable = None
        self.value: Value | None = None


class ByteBoundedCache(Generic[Value]):
    """The most recently used values, thread-safe, at most `max_bytes` of them together.

    One version of a key is kept: asking for another version replaces it. The value asked for last is kept even when it
    alone is larger than `max_bytes`, else a large meter would be built again by every request.

    Parameters
    ----------
    max_bytes : int
        The bound on the sum of the values' `nbytes`.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._slots: OrderedDict[Hashable, _Slot[Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, version: Hashable, build: Callable[[], Value]) -> Value:
        """The value of `key` in `version`, built by `build` when it is not there.

        Threads that ask for the same key wait for the one that builds it; other keys are not held up. When `build` raises,
        nothing is kept and the next caller tries again.
        """
        slot = self._slot(key)
        with slot.lock:
            value = slot.value
            if value is None or slot.version != version:
                slot.value = None  # the superseded value goes before the new one is built: never both in memory
                value = build()
                slot.value, slot.version = value, version
        self._evict(key)
        return value

    @property
    def nbytes(self) -> int:
        """Bytes held by all values, now."""
        with self._lock:
            return sum(_bytes_of(slot.value) for slot in self._slots.values())

    def __len__(self) -> int:
        return len(self._slots)

    def clear(self) -> None:
        """Forget every value."""
        with self._lock:
            self._slots.clear()

    def _slot(self, key: Hashable) -> _Slot[Value]:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            return slot

    def _evict(self, used: Hashable) -> None:
        """Drop the least recently used values but `used`; values may have grown since they were stored."""
        with self._lock:
            held = {key: _bytes_of(slot.value) for key, slot in self._slots.items()}
            excess = sum(held.values()) - self.max_bytes
            for key, nbytes in held.items():
                if excess <= 0:
                    return
                if key != used and nbytes:
                    del self._slots[key]
                    excess -= nbytes


def _bytes_of(value: Sized | None) -> int:
    return 0 if value is None else value.nbytes
