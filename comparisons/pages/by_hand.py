"""One score worked out step by step, with digits enough to finish it by hand to 0.1.

Everything a reader needs stands in two tables and six lines of text; nothing is left to look up
elsewhere. Formulas: the sections before the example on `/methodology/`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from comparisons.core.method import METHOD
from comparisons.core.method_words import said
from comparisons.core.standing import Cell, LaneFit, ModelStanding
from models_catalog.core import display
from models_catalog.core.specs import BenchmarkSpec, CategorySpec, ModelSpec

STEPS = (0.0, 0.25, 0.5, 0.84, 1.0, 1.28, 1.645, 2.0, 2.33)  # standard errors whose probability is printed


@dataclass(frozen=True, slots=True)
class HandRow:
    """A counting result with everything the sum and the margin take from it; all texts."""

    benchmark: str
    href: str
    category: str
    family: str
    points: str  # net of the offset
    par: str
    spread: str
    lead: str
    vote: str
    share: str
    scatter: str
    models: str
    own: str  # "yes" where the maker reported it, or nobody known


@dataclass(frozen=True, slots=True)
class HandCategory:
    """A category that carries weight; `votes` and `gained` are 0 where the model has no result."""

    name: str
    weight: str
    par: str
    votes: str
    gained: str
    score: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """The example: tables, then the steps in words, each ending with its figure."""

    name: str
    href: str
    rows: tuple[HandRow, ...]
    categories: tuple[HandCategory, ...]
    steps: tuple[str, ...]
    score: str
    margin: str
    sure: tuple[tuple[str, str], ...]  # standard errors to probability


def by_hand(
    model: ModelSpec,
    standing: ModelStanding,
    fit: LaneFit,
    categories: Iterable[CategorySpec],
    benchmarks: Mapping[str, BenchmarkSpec],
) -> ByHand | None:
    """Work a score out; None for a model without one."""
    if standing.overall is None:
        return None
    names = {category.slug: category.name for category in categories}
    cells = [cell for cell in standing.cells if cell.share is not None]
    votes = sum(cell.vote for cell in cells)
    gained = sum(cell.vote * cell.lead for cell in cells)
    return ByHand(
        name=model.name,
        href=f"/models/{model.slug}/",
        rows=tuple(_row(cell, fit, names, benchmarks[cell.benchmark]) for cell in cells),
        categories=tuple(_categories(standing, fit, cells, names)),
        steps=(*_score_steps(standing, votes, gained), *_margin_steps(standing, fit, cells, benchmarks)),
        score=display.overall_score(standing.overall),
        margin=display.margin(METHOD.z_clear * standing.se),
        sure=tuple((display.constant(step), f"{NormalDist().cdf(step) * 100:.0f} %") for step in STEPS),
    )


def fixed(value: float, places: int) -> str:
    """A figure with a fixed number of decimals."""
    return display.grouped(display.rounded(value, places)).replace("-", "−")


def _row(cell: Cell, fit: LaneFit, names: Mapping[str, str], benchmark: BenchmarkSpec) -> HandRow:
    base = fit.by_benchmark[cell.benchmark]
    return HandRow(
        benchmark=benchmark.name,
        href=f"/benchmarks/{benchmark.slug}/",
        category=names.get(base.category, base.category),
        family=base.family,
        points=fixed(cell.points - cell.offset, 2),
        par=fixed(cell.par, 2),
        spread=fixed(cell.spread, 3),
        lead=fixed(cell.lead, 2),
        vote=fixed(cell.vote, 3),
        share=f"{fixed(100 * cell.share, 2)} %",
        scatter=fixed(base.scatter, 2),
        models=display.count(base.models),
        own="yes" if cell.self_reported else "no",
    )


def _categories(
    standing: ModelStanding, fit: LaneFit, cells: list[Cell], names: Mapping[str, str]
) -> Iterable[HandCategory]:
    for category in fit.categories:
        if category.par is None or category.share <= 0:
            continue
        line = standing.categories[category.slug]
        mine = [cell for cell in cells if fit.by_benchmark[cell.benchmark].category == category.slug]
        yield HandCategory(
            name=names.get(category.slug, category.slug),
            weight=f"{fixed(100 * category.share, 2)} %",
            par=fixed(category.par, 2),
            votes=fixed(line.votes, 3),
            gained=fixed(sum(cell.vote * cell.lead for cell in mine), 2),
            score=fixed(line.score, 2),
        )


def _score_steps(standing: ModelStanding, votes: float, gained: float) -> tuple[str, ...]:
    return (
        "The overall lead is what the results lead by on average, each with its vote: the sum of vote × lead divided by "
        f"the sum of votes, {fixed(gained, 2)} ÷ {fixed(votes, 3)} = {fixed(gained / votes, 2)}.",
        said(
            "A category scores its par + (its sum of vote × lead + {kappa} × overall lead) ÷ (its votes + {kappa}); "
            "without results of its own that is par + overall lead."
        ),
        "The overall score is the sum of weight × category score over the second table: "
        f"{display.overall_score(standing.overall)}.",
    )


def _margin_steps(
    standing: ModelStanding, fit: LaneFit, cells: list[Cell], benchmarks: Mapping[str, BenchmarkSpec]
) -> tuple[str, ...]:
    families, covered = defaultdict(float), defaultdict(float)
    for cell in cells:
        base = fit.by_benchmark[cell.benchmark]
        families[base.family] += cell.share * base.scatter
        covered[base.category] += cell.share
    straying = math.fsum(value**2 for value in families.values())
    uneven = fit.omega**2 * math.fsum((covered[c.slug] - c.share) ** 2 for c in fit.categories)
    makers = (METHOD.maker_sd * math.fsum(cell.share for cell in cells if cell.self_reported)) ** 2
    pars = math.fsum(
        (cell.share * fit.by_benchmark[cell.benchmark].scatter) ** 2 / fit.by_benchmark[cell.benchmark].models
        for cell in cells
    )
    total = straying + uneven + makers + pars
    return (
        "The margin adds four variances. Straying results: add share × scatter within each family, square the sums, add "
        f"them: {fixed(straying, 2)}. Uneven evidence: per category the shares of its results less its weight, squared; "
        f"add them and multiply by {fixed(fit.omega, 2)} squared: {fixed(uneven, 2)}. Makers: "
        f"{said('{maker_sd}')} × the shares of figures reported by the maker, squared: {fixed(makers, 2)}. Pars: per "
        f"result share × scatter, squared, divided by its models; add them: {fixed(pars, 2)}.",
        f"Together {fixed(total, 2)}; the square root is the standard error, {fixed(math.sqrt(total), 2)}, and "
        + said("{z_clear} standard errors are the margin")
        + f": ± {display.margin(METHOD.z_clear * standing.se)}.",
        said(
            "Of two models the probability that they are ordered as their scores are follows from the gap in standard "
            "errors: {z_clear} × gap ÷ margin of the gap, which every pair page prints. The last table turns standard "
            "errors into probabilities."
        ),
    )
