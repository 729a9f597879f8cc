"""Which parameters of an address a view looks at: all others change nothing and name no page of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

from comparisons.core.weights import FIELD
from models_catalog.core.specs import LANES

LONGEST_QUERY = 600
# Parameters with few values; an address with any other one is kept in a small room of its own.
FEW_VALUES = {"lane": LANES, "page": tuple(map(str, range(1, 100)))}


class WatchedQuery:
    """A query that remembers what was asked of it; `names` is None once something looked at all of it."""

    def __init__(self, query: QueryDict):
        self._query = query
        self.names: set[str] | None = set()

    def _note(self, name: str) -> None:
        if self.names is not None:
            self.names.add(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The last value of a parameter."""
        self._note(name)
        return self._query.get(name, default)

    def getlist(self, name: str, default: Any = None) -> list:
        """All values of a parameter."""
        self._note(name)
        return self._query.getlist(name, default)

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return self._query[name]

    def __contains__(self, name: str) -> bool:
        self._note(name)
        return name in self._query

    def __iter__(self) -> Iterator[str]:
        self.names = None
        return iter(self._query)

    def __len__(self) -> int:
        self.names = None
        return len(self._query)

    def __getattr__(self, name: str) -> Any:
        self.names = None  # copies, items, encodings: whatever looks at the whole
        return getattr(self._query, name)


def canonical_query(query: str, names: frozenset[str] | None) -> str | None:
    """The part of a query that a page depends on, in one order; None where the address must not be kept.

    `names` are the parameters its view looks at, None for all.
    """
    if not query:
        return ""
    if len(query) > LONGEST_QUERY:
        return None
    pairs = parse_qsl(query, keep_blank_values=True)
    if any(name.startswith(FIELD) for name, _ in pairs):  # a form that is sent on to another address
        return None
    if names is None:
        return query
    return urlencode([(name, value) for name, value in sorted(pairs, key=lambda pair: pair[0]) if name in names])


def has_few_values(canonical: str) -> bool:
    """Whether an address is one of few: no parameters but those with a short list of values."""
    return not canonical or all(value in FEW_VALUES.get(name, ()) for name, value in parse_qsl(canonical))
