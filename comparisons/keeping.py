"""Keeping what was worked out: a bounded memory of values by key, for one process.

Only for what never changes under its key: parts of a snapshot are named by the snapshot's id.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """At most `most` values; when they are too many all are forgotten, and made anew as they are asked for."""

    def __init__(self, most: int):
        self._most = most
        self._values: dict[Hashable, Value] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value under a key, made the first time."""
        try:
            return self._values[key]
        except KeyError:
            pass
        value = make()
        if len(self._values) >= self._most:
            self._values = {}
        self._values[key] = value
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._values = {}
