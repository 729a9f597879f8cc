"""Pairs whose verdict somebody asked to hear about, beside those the change log watches anyway.

Who asks is not known here: an app that keeps such wishes says at its start how to find the pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

_sources: list[Callable[[], Iterable[str]]] = []


def register(source: Callable[[], Iterable[str]]) -> None:
    """Let `source` name followed pairs (as in their addresses, present slugs) whenever the log is written."""
    if source not in _sources:
        _sources.append(source)


def followed_pairs() -> set[str]:
    """Every pair that is followed."""
    return {pair for source in _sources for pair in source()}
