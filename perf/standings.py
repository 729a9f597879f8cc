"""Time the arithmetic from result rows to ranked standings against its budget.

    python -m perf.standings

Prints the best of a few runs for two sizes of catalogue, and exits with 1 when a size takes
longer than its budget. Database and rendering are no part of it.
"""

from __future__ import annotations

import sys
import time
from decimal import Decimal

import numpy as np

from comparisons.core.scoring import standings
from models_catalog.core.specs import VERIFIED, BenchmarkSpec, CategorySpec, ResultRow

RUNS = 5
CATEGORIES = 8
# models, benchmarks, results, seconds
SIZES = ((300, 100, 3_000, 0.1), (1_000, 200, 20_000, 0.5))


def make_catalogue(models: int, benchmarks: int, results: int, seed: int = 1):
    """Make up categories, benchmarks and rows: one row per filled cell, about half self-reported."""
    random = np.random.default_rng(seed)
    categories = [CategorySpec(f"category-{n}", f"Category {n}", n, 8 + n) for n in range(CATEGORIES)]
    tests = [
        BenchmarkSpec(
            slug=f"benchmark-{n:03}",
            name=f"Benchmark {n}",
            category=f"category-{n % CATEGORIES}",
            family=f"family-{n // 2}",
            unit="percent",
            direction="higher",
            kind="percent",
            floor=0.0,
            best=100.0,
            anchor=None,
            maximum=100.0,
            weight=1.0,
        )
        for n in range(benchmarks)
    ]
    cells = random.choice(models * benchmarks, results, replace=False)
    ability, difficulty = random.normal(0, 15, models), random.normal(0, 12, benchmarks)
    model, benchmark = np.divmod(cells, benchmarks)
    scores = np.clip(50 + ability[model] - difficulty[benchmark] + random.normal(0, 8, results), 0, 100)
    tiers = random.integers(0, 6, results)
    rows = [
        ResultRow(
            id=number,
            uid=str(number),
            model=f"model-{m:04}",
            benchmark=tests[b].slug,
            score=Decimal(f"{score:.1f}"),
            source_tier=tier,
            source_url="https://example.org/",
        )
        for number, (m, b, score, tier) in enumerate(
            zip(model.tolist(), benchmark.tolist(), scores.tolist(), tiers.tolist(), strict=True)
        )
    ]
    return categories, tests, rows


def seconds_needed(models: int, benchmarks: int, results: int) -> float:
    """Return the fastest of `RUNS` full computations, in seconds."""
    catalogue = make_catalogue(models, benchmarks, results)
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        standings(*catalogue, VERIFIED)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Print a line per size and return the exit status."""
    over = False
    for models, benchmarks, results, budget in SIZES:
        needed = seconds_needed(models, benchmarks, results)
        over = over or needed > budget
        print(
            f"standings {models} x {benchmarks}, {results} results: {needed:.3f} s "
            f"(budget {budget:.1f} s) {'OVER BUDGET' if needed > budget else 'ok'}"
        )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
