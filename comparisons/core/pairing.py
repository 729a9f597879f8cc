"""Two models against each other: overall, by category, and on the tests both took.

Both standings must come from one fit, and so from the same lane and weights. Every function
takes the pair in either order: swapping it turns signs and names round, and nothing else.
Formulas: docs/method.md, "Head to head".
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comparisons.core.method import METHOD
from comparisons.core.standing import BenchmarkFit, Cell, LaneFit, ModelStanding
from models_catalog.core import display


@dataclass(frozen=True, slots=True)
class PairStanding:
    """How far one model is ahead of another: `gap` is the first one's score minus the second's.

    `se` is the standard error of the gap, `leader` the slug of the model ahead (None when the
    scores are equal), `p_leader` the probability, from 0.5 up, that the levels are ordered so.
    """

    gap: float
    se: float
    p_leader: float
    leader: str | None

    @property
    def margin(self) -> float:
        """Half-width of the interval of the gap; a clear lead is at least this large."""
        return METHOD.z_clear * self.se


@dataclass(frozen=True, slots=True)
class SharedBenchmark:
    """One test both models took: `difference` (first minus second, points over spread, after
    offsets) and its weight `share` in the comparison (all shares sum to 1)."""

    benchmark: str
    category: str
    share: float
    difference: float
    fitted: bool


@dataclass(frozen=True, slots=True)
class SharedComparison:
    """Two models compared on shared tests only, where no par is needed.

    `delta` is the weighted mean difference (first minus second), `p` the probability that the
    first is ahead, `n` the tests and `categories` how many categories they touch.
    """

    n: int
    categories: int
    delta: float
    se: float
    p: float
    leader: str | None
    parts: tuple[SharedBenchmark, ...]

    @property
    def p_leader(self) -> float:
        """Probability, from 0.5 up, that the levels are ordered as the results are."""
        return max(self.p, 1 - self.p)

    @property
    def margin(self) -> float:
        """Half-width of the interval of `delta`."""
        return METHOD.z_clear * self.se

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """Slugs of the shared benchmarks, in order."""
        return tuple(part.benchmark for part in self.parts)


def probability(z: float) -> float:
    """Return the standard normal probability below `z`."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def probability_text(p: float) -> str:
    """A probability as every page prints it: rounded, but never across the limit of a word."""
    return display.probability(p, (METHOD.likely, METHOD.clear))


def pair(fit: LaneFit, a: ModelStanding, b: ModelStanding) -> PairStanding | None:
    """Compare two overall scores; None when a model has none.

    Noise of the pars cancels as far as both scores rest on the same benchmarks.
    """
    if a.overall is None or b.overall is None:
        return None
    par_noise = math.fsum(
        (_share(a, slug) - _share(b, slug)) ** 2 * base.scatter**2 / base.models
        for slug, base in _fitted_bases(fit, a, b)
    )
    return _pair_standing(a, b, a.overall - b.overall, a.own + b.own + par_noise)


def category_pair(a: ModelStanding, b: ModelStanding, category: str) -> PairStanding | None:
    """Compare two category scores; None unless both models have own results in the category."""
    ours, theirs = a.categories.get(category), b.categories.get(category)
    if ours is None or theirs is None or ours.carried or theirs.carried:
        return None
    return _pair_standing(a, b, ours.score - theirs.score, ours.se**2 + theirs.se**2)


def _pair_standing(a: ModelStanding, b: ModelStanding, gap: float, variance: float) -> PairStanding:
    se = math.sqrt(max(variance, METHOD.least_variance))
    return PairStanding(gap, se, probability(abs(gap) / se), _leader(a, b, gap))


def _leader(a: ModelStanding, b: ModelStanding, gap: float) -> str | None:
    if gap == 0:
        return None
    return a.model if gap > 0 else b.model


def _fitted_bases(fit: LaneFit, a: ModelStanding, b: ModelStanding) -> Iterator[tuple[str, BenchmarkFit]]:
    """Yield the fitted benchmarks that either model has, in one order for both orders of the pair."""
    for slug in sorted(a.by_benchmark.keys() | b.by_benchmark.keys()):
        base = fit.by_benchmark.get(slug)
        if base is not None and base.fitted:
            yield slug, base


def _share(standing: ModelStanding, benchmark: str) -> float:
    cell = standing.by_benchmark.get(benchmark)
    return cell.share if cell is not None else 0.0


def shared_cells(fit: LaneFit, a: ModelStanding, b: ModelStanding) -> tuple[tuple[Cell, Cell], ...]:
    """Pair the comparable counting results of both models, by benchmark slug.

    Two results are comparable when both or neither follow the benchmark's standard setting.
    """
    return tuple(
        (cell, b.by_benchmark[cell.benchmark])
        for cell in a.cells
        if cell.benchmark in b.by_benchmark
        and cell.benchmark in fit.by_benchmark
        and cell.standard == b.by_benchmark[cell.benchmark].standard
    )


def shared(fit: LaneFit, a: ModelStanding, b: ModelStanding) -> SharedComparison | None:
    """Compare two models on the benchmarks both have; None when there is nothing to weigh.

    The weights are those of the overall score. A benchmark without a fit takes part with
    spread 1 and the prior scatter, and its category with its editable weight.
    """
    pairs = shared_cells(fit, a, b)
    if not pairs:
        return None
    bases = [fit.by_benchmark[cell.benchmark] for cell, _ in pairs]
    touched = {base.category for base in bases}
    weights = {c.slug: c.weight for c in fit.categories if c.par is not None or c.slug in touched}
    total = math.fsum(weights.values())
    if total <= 0:
        return None
    weights = {slug: weight / total for slug, weight in weights.items()}

    crowd = Counter((base.category, base.family) for base in bases)
    votes = [base.weight / crowd[base.category, base.family] for base in bases]
    in_category = defaultdict(float)
    for base, vote in zip(bases, votes, strict=True):
        in_category[base.category] += vote
    worth = {slug: weight / (in_category[slug] + METHOD.kappa) for slug, weight in weights.items()}
    carried = METHOD.kappa * math.fsum(worth.values()) / math.fsum(votes)
    shares = [vote * (worth[base.category] + carried) for base, vote in zip(bases, votes, strict=True)]

    parts = tuple(
        SharedBenchmark(
            benchmark=base.slug,
            category=base.category,
            share=share,
            difference=((ours.points - ours.offset) - (theirs.points - theirs.offset))
            / (base.spread if base.fitted else 1.0),
            fitted=base.fitted,
        )
        for (ours, theirs), base, share in zip(pairs, bases, shares, strict=True)
    )
    delta = math.fsum(part.share * part.difference for part in parts)
    se = math.sqrt(_shared_variance(fit, pairs, shares, weights))
    return SharedComparison(
        n=len(parts),
        categories=len(touched),
        delta=delta,
        se=se,
        p=probability(delta / se),
        leader=_leader(a, b, delta),
        parts=parts,
    )


def _shared_variance(
    fit: LaneFit, pairs: Iterable[tuple[Cell, Cell]], shares: list[float], weights: dict[str, float]
) -> float:
    """Add scatter by family, uneven coverage of the categories, and flattery of either maker."""
    by_family, by_category = defaultdict(float), defaultdict(float)
    flattery = [0.0, 0.0]
    for cells, share in zip(pairs, shares, strict=True):
        base = fit.by_benchmark[cells[0].benchmark]
        by_family[base.family] += share * (base.scatter if base.fitted else METHOD.sigma_prior)
        by_category[base.category] += share
        for side, cell in enumerate(cells):
            flattery[side] += share if cell.self_reported else 0.0
    uneven = math.fsum((by_category[slug] - weight) ** 2 for slug, weight in weights.items())
    return (
        2 * math.fsum(value**2 for value in by_family.values())
        + 2 * fit.omega**2 * uneven
        + METHOD.maker_sd**2 * math.fsum(value**2 for value in flattery)
    )
