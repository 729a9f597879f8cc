"""The fit of a lane: pars, spreads, the self-report offset and the two typical scatters.

Pure linear algebra on matrices of models x benchmarks. `seen` marks the cells that hold a
result; values elsewhere are never read. Formulas: docs/method.md, "Par, spread, lead" and
"Uncertainty". Nothing here draws random numbers, and rounds are fixed, so equal input gives
equal output.
"""

from __future__ import annotations

import math

import numpy as np

from comparisons.core.method import METHOD
from comparisons.core.offset import OffsetFit

_NOTHING = 1e-9  # variances and sums of squares below this carry no information


def main_component(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mask the models and benchmarks of the largest connected part of the result graph.

    Differences across parts are not identified by any data. Of equally large parts, counted
    in models, the one with the first model wins.
    """
    models, benchmarks = (np.zeros(size, bool) for size in seen.shape)
    unvisited = seen.any(1)
    while unvisited.any():
        part_models, part_benchmarks = _reach(seen, int(np.argmax(unvisited)))
        unvisited &= ~part_models
        if part_models.sum() > models.sum():
            models, benchmarks = part_models, part_benchmarks
    return models, benchmarks


def _reach(seen: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray]:
    models, benchmarks = (np.zeros(size, bool) for size in seen.shape)
    front = np.zeros(seen.shape[0], bool)
    front[start] = True
    while front.any():
        models |= front
        benchmarks |= seen[front].any(0)
        front = seen[:, benchmarks].any(1) & ~models
    return models, benchmarks


def additive_fit(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit value = par of the benchmark + level of the model by weighted least squares.

    `weights` is zero where nothing was seen; the seen cells must be connected and every
    benchmark seen. Returns (pars, levels) with weighted mean level 0 over all cells. Models
    are eliminated, one benchmark is held fixed, and the rest is one linear solve.
    """
    by_model, by_benchmark = weights.sum(1), weights.sum(0)
    inverse = _safe_divide(1.0, by_model)
    weighted = weights * np.where(weights > 0, values, 0.0)
    system = np.diag(by_benchmark) - weights.T @ (weights * inverse[:, None])
    target = weighted.sum(0) - weights.T @ (weighted.sum(1) * inverse)
    par = np.zeros(len(by_benchmark))
    free = np.arange(len(par)) != np.argmax(by_benchmark)
    if free.any():
        par[free] = np.linalg.solve(system[np.ix_(free, free)], target[free])
    level = (weighted.sum(1) - weights @ par) * inverse
    mean = (by_model * level).sum() / by_model.sum()
    return par + mean, level - mean


def spreads(points: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Find how far each benchmark pulls models apart; the average benchmark has spread 1.

    The spread is the slope of a benchmark's points on the models' levels, centred on its own
    models, drawn towards 1 by `METHOD.spread_prior` imaginary models, and clipped.
    """
    mask = seen.astype(float)
    per_model, per_benchmark = mask.sum(1), mask.sum(0)
    values = np.where(seen, points, 0.0)
    centred = mask * (values - values.sum(0) / per_benchmark)
    spread = np.ones(points.shape[1])
    for _ in range(METHOD.spread_rounds):
        _, level = additive_fit(values / spread, mask * spread**2)
        mean = (per_model * level).sum() / per_model.sum()
        variance = (per_model * (level - mean) ** 2).sum() / per_model.sum()
        if variance < _NOTHING:
            return np.ones_like(spread)
        pull = mask * (level[:, None] - (level @ mask) / per_benchmark)
        prior = METHOD.spread_prior * variance
        spread = ((pull * centred).sum(0) + prior) / ((pull * pull).sum(0) + prior)
        spread = np.clip(spread, METHOD.spread_min, METHOD.spread_max)
        spread /= np.exp((per_benchmark * np.log(spread)).sum() / per_benchmark.sum())
    return spread


def self_report_offset(
    points: np.ndarray,
    self_reported: np.ndarray,
    seen: np.ndarray,
    spread: np.ndarray,
    given: float | None = None,
) -> OffsetFit:
    """Estimate the self-report offset, and decide what is applied unless `given` says so.

    The estimate is the coefficient of "self-reported" next to pars and levels, both fitted
    out first; its standard error is clustered by model.
    """
    weights = seen * spread**2
    flag = np.where(seen & self_reported, 1.0, 0.0)
    models = int((flag.any(1) & (seen & ~self_reported).any(1)).sum())
    estimate = se = None
    if models:
        flag_left = _left_over(flag / spread, weights)
        information = (weights * flag_left**2).sum()
        if information >= _NOTHING:
            points_left = _left_over(np.where(seen, points, 0.0) / spread, weights)
            estimate = float((weights * flag_left * points_left).sum() / information)
            by_model = (weights * flag_left * (points_left - estimate * flag_left)).sum(1)
            se = float(math.sqrt((by_model**2).sum()) / information)
    applied = float(given) if given is not None else _offset_to_apply(estimate, se, models)
    return OffsetFit(applied, estimate, se, models)


def _left_over(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    par, level = additive_fit(values, weights)
    return np.where(weights > 0, values - par - level[:, None], 0.0)


def _offset_to_apply(estimate: float | None, se: float | None, models: int) -> float:
    """Apply nothing unless the data are clear, and then a cautious half-point step."""
    if estimate is None or models < METHOD.offset_models or estimate < METHOD.offset_z * se:
        return 0.0
    return min(METHOD.offset_max, math.floor(estimate / METHOD.offset_grain) * METHOD.offset_grain)


def typical_scatter(
    lead: np.ndarray, seen: np.ndarray, category: np.ndarray, family: np.ndarray
) -> tuple[float, float]:
    """Estimate (sigma, omega) in points by analysis of variance, drawn to the priors.

    sigma: SD of a family's result around its model's mean in the category. omega: SD of a
    category mean around the model's own mean. One value per model and family counts; families
    that span categories are left out, because one vote cut into boards agrees with itself.
    """
    values, home = _family_means(lead, seen, category, family)
    if not len(home):
        return METHOD.sigma_prior, METHOD.omega_prior
    present = np.isfinite(values)
    values = np.where(present, values, 0.0)
    categories = np.unique(home)
    count = np.stack([present[:, home == c].sum(1) for c in categories], 1).astype(float)
    total = np.stack([values[:, home == c].sum(1) for c in categories], 1)
    mean = _safe_divide(total, count)
    own_mean = mean[:, np.searchsorted(categories, home)]
    within = np.where(present, (values - own_mean) ** 2, 0.0).sum()
    freedom = np.maximum(count - 1, 0).sum()
    prior = METHOD.variance_prior
    sigma2 = (within + prior * METHOD.sigma_prior**2) / (freedom + prior)

    categories_had = (count > 0).sum(1)
    overall = _safe_divide(mean.sum(1), categories_had)
    deviation = (np.where(count > 0, mean - overall[:, None], 0.0) ** 2).sum(1)
    noise = sigma2 * _safe_divide(1.0, count).sum(1) * (1 - _safe_divide(1.0, categories_had))
    several = categories_had > 1
    between, freedom = (deviation - noise)[several].sum(), (categories_had - 1)[several].sum()
    omega2 = (between + prior * METHOD.omega_prior**2) / (freedom + prior)
    return math.sqrt(sigma2), math.sqrt(max(omega2, METHOD.omega_min**2))


def _family_means(
    lead: np.ndarray, seen: np.ndarray, category: np.ndarray, family: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return models x families of mean leads (NaN where none) and each family's category."""
    means, home = [], []
    for name in np.unique(family):
        columns = np.flatnonzero(family == name)
        if len(set(category[columns])) == 1:
            count = seen[:, columns].sum(1)
            total = np.where(seen[:, columns], lead[:, columns], 0.0).sum(1)
            means.append(np.where(count > 0, _safe_divide(total, count), np.nan))
            home.append(category[columns[0]])
    values = np.stack(means, 1) if means else np.empty((seen.shape[0], 0))
    return values, np.array(home, int)


def _safe_divide(numerator: float | np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide, with 0 where the denominator is not positive."""
    positive = denominator > 0
    return np.where(positive, numerator / np.where(positive, denominator, 1.0), 0.0)
