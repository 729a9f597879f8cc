"""Generated catalogues for the laws of scoring: small, seeded, with holes and ties.

A world has four categories, benchmarks of one kind (two to a family where `paired`), and at
most one result per model and benchmark unless a test adds more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from hypothesis import strategies as st

from comparisons.core.scoring import LaneStandings, standings
from models_catalog.core.specs import (
    TIER_INDEPENDENT,
    TIER_MAKER,
    VERIFIED,
    BenchmarkSpec,
    CategorySpec,
    ResultRow,
)

CATEGORIES = tuple(
    CategorySpec(slug, slug.title(), place, weight)
    for place, (slug, weight) in enumerate({"agentic": 40, "coding": 30, "reasoning": 20, "multimodal": 10}.items())
)


def make_benchmark(slug: str, **overrides) -> BenchmarkSpec:
    """Return a percentage test that counts, unless told otherwise."""
    plain = {
        "name": slug,
        "category": "coding",
        "family": slug,
        "unit": "percent",
        "direction": "higher",
        "kind": "percent",
        "floor": 0.0,
        "best": 100.0,
        "anchor": None,
        "maximum": None,
        "weight": 1.0,
    }
    return BenchmarkSpec(slug=slug, **{**plain, **overrides})


def make_elo(slug: str, **overrides) -> BenchmarkSpec:
    """Return a rating with anchor 1000: 6 Elo a point, no curve, clipped at 700 and 1300."""
    return make_benchmark(
        slug, **{"kind": "elo", "unit": "elo", "floor": None, "best": None, "anchor": 1000.0, **overrides}
    )


def make_row(model: str, benchmark: str, score: float | str, **overrides) -> ResultRow:
    """Return a published, independent, sourced row in the standard setting."""
    number = overrides.pop("id", 1)
    plain = {
        "uid": f"{number:08}",
        "source_tier": TIER_INDEPENDENT,
        "source_url": "https://example.org/",
    }
    return ResultRow(id=number, model=model, benchmark=benchmark, score=Decimal(str(score)), **{**plain, **overrides})


@dataclass(frozen=True)
class World:
    """A catalogue with one row per filled cell."""

    benchmarks: tuple[BenchmarkSpec, ...]
    rows: tuple[ResultRow, ...]
    categories: tuple[CategorySpec, ...] = CATEGORIES

    def standings(self, lane: str = VERIFIED, **options) -> LaneStandings:
        """Score this world."""
        return standings(self.categories, self.benchmarks, self.rows, lane, **options)

    def with_rows(self, rows) -> World:
        """Return the same catalogue with other results."""
        return replace(self, rows=tuple(rows))


def make_world(
    seed: int, models: int, benchmarks: int, *, fill: float, grid: float = 0.1, paired: bool = False, kind="percent"
) -> World:
    """Draw abilities, difficulties and results; a coarse `grid` (in points) forces ties."""
    random = np.random.default_rng(seed)
    points = (
        50
        + random.normal(0, 14, (models, 1))
        + random.normal(0, 9, (1, benchmarks))
        + random.normal(0, 7, (models, benchmarks))
    )
    points = np.clip(np.round(points / grid) * grid, 5, 95)
    make = make_benchmark if kind == "percent" else make_elo
    tests = tuple(
        make(
            f"bench-{n:02}",
            category=CATEGORIES[n % len(CATEGORIES)].slug,
            family=f"family-{n - n % 8 + n % 4:02}" if paired else f"family-{n:02}",
        )
        for n in range(benchmarks)
    )
    held = random.random((models, benchmarks)) < fill
    own_word = random.random((models, benchmarks)) < 0.5
    rows = []
    for m, b in np.argwhere(held).tolist():
        score = points[m, b] if kind == "percent" else 1000 + 6 * (points[m, b] - 50)
        tier = TIER_MAKER if own_word[m, b] else TIER_INDEPENDENT
        rows.append(make_row(f"model-{m:02}", tests[b].slug, f"{score:.4f}", id=len(rows) + 1, source_tier=tier))
    return World(tests, tuple(rows))


@st.composite
def worlds(draw, *, models=(2, 14), kind="percent", fills=(0.25, 0.5, 0.8, 1.0)) -> World:
    """Draw a world; small and sparse ones fall apart into components, which is intended."""
    return make_world(
        draw(st.integers(0, 2**31)),
        draw(st.integers(*models)),
        draw(st.integers(8, 16)),
        fill=draw(st.sampled_from(fills)),
        grid=draw(st.sampled_from((0.1, 5.0, 25.0))),
        paired=draw(st.booleans()),
        kind=kind,
    )
