"""The fit of a lane: one call from counting results to a `LaneFit`, and its category weights.

`comparisons.core.fitting` holds the mathematics; this module chooses what takes part in it and
keeps the records. Use it through `comparisons.core.scoring`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from comparisons.core import evidence, fitting
from comparisons.core.method import METHOD, METHODOLOGY
from comparisons.core.points import PERCENT, percent_of
from comparisons.core.standing import (
    OTHER_COMPONENT,
    TOO_FEW_MODELS,
    BenchmarkFit,
    CategoryFit,
    Cell,
    LaneFit,
    Observation,
)
from models_catalog.core.specs import BenchmarkSpec, CategorySpec

AUTO = "auto"

Observations = Mapping[str, Sequence[Observation | Cell]]


def fit_lane(
    categories: Iterable[CategorySpec],
    benchmarks: Iterable[BenchmarkSpec],
    seen: Observations,
    lane: str,
    *,
    offset: float | str = AUTO,
) -> LaneFit:
    """Fit pars, spreads, scatters and the self-report offset on what `observe` gave."""
    shelf = _Shelf(benchmarks, seen)
    figures = _fit_shelf(shelf, _offset_given(offset))
    bases = tuple(_record(shelf, figures, place) for place in range(len(shelf.benchmarks)))
    in_order = sorted(categories, key=lambda category: (category.position, category.slug))
    unweighted = LaneFit(
        lane=lane,
        methodology=METHODOLOGY,
        sigma=figures.sigma,
        omega=figures.omega,
        offset=figures.offset,
        course_par=None,
        models=figures.models,
        benchmarks=bases,
        categories=tuple(CategoryFit(c.slug, 0.0, 0.0, _category_par(bases, c.slug)) for c in in_order),
    )
    return _with_weights(unweighted, {category.slug: float(category.weight) for category in in_order})


class _Figures(NamedTuple):
    """Numbers of a fit; the three dictionaries hold those of the fitted benchmarks, by place."""

    models: int
    par: dict[int, float]
    spread: dict[int, float]
    scatter: dict[int, float]
    sigma: float
    omega: float
    offset: fitting.OffsetFit


def _fit_shelf(shelf: _Shelf, given_offset: float | None) -> _Figures:
    """Fit the largest connected part of those benchmarks that enough models have."""
    present = np.isfinite(shelf.points)
    members, fitted = fitting.main_component(present & shelf.enough)
    if not fitted.any():
        offset = fitting.OffsetFit(given_offset or 0.0, None, None, 0)
        return _Figures(0, {}, {}, {}, METHOD.sigma_prior, METHOD.omega_prior, offset)
    inside = np.ix_(members, fitted)
    points, self_reported, present = shelf.points[inside], shelf.self_reported[inside], present[inside]
    weight, category, family = shelf.weight[fitted], shelf.category[fitted], shelf.family[fitted]

    spread = fitting.spreads(points, present)
    offset = fitting.self_report_offset(points, self_reported, present, spread, given_offset)
    points = points - offset.applied * self_reported
    par = fitting.additive_fit(points / spread, present * weight)[0] * spread
    lead = np.where(present, (points - par) / spread, 0.0)
    sigma, omega = fitting.typical_scatter(lead, present, category, family)

    model, benchmark = np.nonzero(present)
    where = (model, benchmark)
    cells = evidence.CellArrays(len(points), model, benchmark, points[where], self_reported[where])
    votes = evidence.cast_votes(cells, par=par, spread=spread, weight=weight, category=category, family=family)
    scatter = evidence.benchmark_scatter(cells, votes, len(par), sigma, omega)

    places = np.flatnonzero(fitted).tolist()
    par, spread, scatter = (dict(zip(places, values.tolist(), strict=True)) for values in (par, spread, scatter))
    return _Figures(len(points), par, spread, scatter, sigma, omega, offset)


def _record(shelf: _Shelf, figures: _Figures, place: int) -> BenchmarkFit:
    benchmark, fitted = shelf.benchmarks[place], place in figures.par
    return BenchmarkFit(
        slug=benchmark.slug,
        category=benchmark.category,
        family=benchmark.family,
        weight=float(benchmark.weight),
        models=shelf.count(place),
        fitted=fitted,
        unfitted="" if fitted else OTHER_COMPONENT if shelf.enough[place] else TOO_FEW_MODELS,
        par=figures.par.get(place),
        spread=figures.spread.get(place),
        scatter=figures.scatter.get(place),
        saturated=shelf.saturated(place),
    )


class _Shelf:
    """The counting results of a lane as matrices, models x benchmarks, both ordered by slug."""

    def __init__(self, benchmarks: Iterable[BenchmarkSpec], seen: Observations):
        held = {cell.benchmark for cells in seen.values() for cell in cells}
        self.benchmarks = sorted((b for b in benchmarks if b.slug in held), key=lambda b: b.slug)
        self.weight = np.array([b.weight for b in self.benchmarks], float)
        self.category = _numbered([b.category for b in self.benchmarks])
        self.family = _numbered([b.family for b in self.benchmarks])
        column = {benchmark.slug: place for place, benchmark in enumerate(self.benchmarks)}
        self.points = np.full((len(seen), len(column)), np.nan)
        self.self_reported = np.zeros(self.points.shape, bool)
        self._scores: list[list[float]] = [[] for _ in column]
        for row, model in enumerate(sorted(seen)):
            for cell in seen[model]:
                place = column[cell.benchmark]
                self.points[row, place] = cell.points
                self.self_reported[row, place] = cell.self_reported
                self._scores[place].append(cell.score)
        self.enough = np.array([len(s) >= METHOD.models_per_benchmark for s in self._scores], bool)

    def count(self, place: int) -> int:
        """Count the models with a result on one benchmark."""
        return len(self._scores[place])

    def saturated(self, place: int) -> bool:
        """Tell whether the better models have nothing left to gain on a percentage test."""
        benchmark = self.benchmarks[place]
        if benchmark.kind != PERCENT or self.count(place) < METHOD.saturated_models:
            return False
        percent = percent_of(benchmark, np.array(self._scores[place]))
        return bool(np.quantile(percent, METHOD.saturated_quantile) >= METHOD.saturated_percent)


def _numbered(names: list[str]) -> np.ndarray:
    """Number the distinct names in alphabetical order."""
    number = {name: place for place, name in enumerate(sorted(set(names)))}
    return np.array([number[name] for name in names], int)


def _offset_given(offset: float | str) -> float | None:
    if offset == AUTO:
        return None
    if isinstance(offset, str) or not math.isfinite(offset) or offset < 0:
        raise ValueError(f"The self-report offset is {offset!r}; give {AUTO!r} or points from 0 up.")
    return float(offset)


def _category_par(benchmarks: Iterable[BenchmarkFit], category: str) -> float | None:
    basket = [b for b in benchmarks if b.fitted and b.category == category]
    if not basket:
        return None
    return math.fsum(b.weight * b.par for b in basket) / math.fsum(b.weight for b in basket)


def reweigh(fit: LaneFit, weights: Mapping[str, float]) -> LaneFit:
    """Give a fit other category weights, on any positive scale; a category not named gets 0.

    Raises ValueError, with a sentence, for an unknown category, a weight that is negative or
    no number, or weights that are all zero.
    """
    unknown = sorted(set(weights) - set(fit.by_category))
    if unknown:
        raise ValueError(f"There is no category {', '.join(unknown)}; the categories are {', '.join(fit.by_category)}.")
    bad = sorted(slug for slug, weight in weights.items() if not math.isfinite(weight) or weight < 0)
    if bad:
        raise ValueError(f"The weight of {', '.join(bad)} must be a number from 0 up.")
    if not any(weights.values()):
        raise ValueError("At least one category needs a weight above 0.")
    return _with_weights(fit, {slug: float(weights.get(slug, 0.0)) for slug in fit.by_category})


def _with_weights(fit: LaneFit, weights: Mapping[str, float]) -> LaneFit:
    total = math.fsum(weights[category.slug] for category in fit.categories if category.par is not None)
    weighed = []
    for category in fit.categories:
        weight = weights[category.slug]
        share = weight / total if category.par is not None and total > 0 else 0.0
        weighed.append(category._replace(weight=weight, share=share))
    course = math.fsum(c.share * c.par for c in weighed if c.par is not None) if total > 0 else None
    return replace(fit, categories=tuple(weighed), course_par=course)
