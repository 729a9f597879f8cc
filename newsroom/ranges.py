"""The unit and range of a benchmark in a few words, for forms."""

from __future__ import annotations

from models_catalog.models import Benchmark


def score_range(benchmark: Benchmark) -> str:
    """The benchmark's unit and range: “percent, 0 to 100”."""
    ends = [0.0, *(end for end in (benchmark.floor, benchmark.best) if end is not None)]
    low, high = min(ends), benchmark.maximum
    if high is None and benchmark.kind == Benchmark.Kind.PERCENT:
        high = max(ends)
    unit = benchmark.get_unit_display()
    return f"{unit}, {low:g} or more" if high is None else f"{unit}, {low:g} to {high:g}"
