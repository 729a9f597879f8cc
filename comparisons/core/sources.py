"""How many sources stand behind some benchmarks: boards of one vote, and editions of one test, are one.

Benchmarks of one test family agree more than different tests do, so thirteen boards of one vote are no thirteen
witnesses. Whoever counts shared benchmarks asks here whether they are few, and how to say so.
"""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.core.method import METHOD
from models_catalog.core.specs import BenchmarkSpec

_NUMBERS = {1: "one test", 2: "two tests"}


def count_sources(benchmarks: Iterable[BenchmarkSpec]) -> int:
    """The number of test families among some benchmarks; one without a family stands for itself."""
    return len({benchmark.family or benchmark.slug for benchmark in benchmarks})


def few(sources: int) -> bool:
    """Whether so many sources are too few to carry a leader without a word about it."""
    return sources < METHOD.shared_benchmarks


def boards(benchmarks: int, sources: int) -> str:
    """What stands behind a count of benchmarks with few sources: “ (boards of one test)”; else nothing."""
    if not few(sources) or sources >= benchmarks or not sources:
        return ""
    return f" (boards of {_NUMBERS.get(sources) or f'{sources} tests'})"
