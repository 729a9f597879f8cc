"""A second opinion on the ranking: a latent index, fitted by least squares.

Every result is a share of right answers y, modelled as sigmoid(k_b C_m + p_b): one ability C a
model, one slope k and one easiness p a benchmark, after the Epoch Capabilities Index. Ridge
penalties keep it identified (0.01 on C, 0.05 on k - 1.5). Rounds are fixed and nothing is
random, so equal input gives equal output. It takes no part in any score; a rank that differs
much from ours is a caveat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from comparisons.core.points import PERCENT, percent_from_points, percent_of
from comparisons.core.standing import LaneStandings
from models_catalog.core.specs import BenchmarkSpec

START_ROUNDS, ROUNDS = 30, 150
RIDGE_ABILITY, RIDGE_SLOPE, USUAL_SLOPE = 0.01, 0.05, 1.5
DAMPING = 1e-3
LONGEST_STEP, LONGEST_SLOPE_STEP = 0.5, 0.3
SLOPES = (0.15, 6.0)
EDGE = 0.02  # shares are kept this far from 0 and 1 where a logit is taken


@dataclass(frozen=True)
class Observed:
    """Results as parallel arrays: place of the model, place of the benchmark, share of 1."""

    model: np.ndarray
    benchmark: np.ndarray
    share: np.ndarray
    models: int
    benchmarks: int


def second_opinion(standings: LaneStandings, benchmarks: Mapping[str, BenchmarkSpec]) -> dict[str, int]:
    """Rank the lane's ranked models by the latent index: slug to rank from 1.

    The index is fitted on every model of the common scale. Empty without ranked models.
    """
    placed = [standing for standing in standings.models if standing.overall is not None]
    ranked = {standing.model for standing in placed if standing.ranked}
    if not ranked:
        return {}
    ability = latent_index(_observed(standings, placed, benchmarks))
    order = sorted(
        (-value, standing.model)
        for value, standing in zip(ability.tolist(), placed, strict=True)
        if standing.model in ranked
    )
    return {slug: place for place, (_, slug) in enumerate(order, 1)}


def _observed(standings: LaneStandings, placed: list, benchmarks: Mapping[str, BenchmarkSpec]) -> Observed:
    position = standings.fit.columns.position
    entries = [
        (row, position[cell.benchmark], _percent(benchmarks[cell.benchmark], cell.score, cell.points) / 100)
        for row, standing in enumerate(placed)
        for cell in standing.cells
        if cell.benchmark in position
    ]
    model, benchmark, share = zip(*entries, strict=True)
    return Observed(np.array(model), np.array(benchmark), np.array(share), len(placed), len(position))


def _percent(benchmark: BenchmarkSpec, score: float, points: float) -> float:
    """The share of right answers; on open scales the percentage that earns the same points."""
    return percent_of(benchmark, score) if benchmark.kind == PERCENT else percent_from_points(points)


def latent_index(seen: Observed) -> np.ndarray:
    """Fit the abilities C by alternating damped Gauss-Newton steps, models then benchmarks."""
    ability, slope, easiness = _additive_start(seen)
    for _ in range(ROUNDS):
        ability = _step_models(seen, ability, slope, easiness)
        slope, easiness = _step_benchmarks(seen, ability, slope, easiness)
    return ability


def _additive_start(seen: Observed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit ability + easiness to the logits, then scale abilities to a standard deviation of 1."""
    inside = np.clip(seen.share, EDGE, 1 - EDGE)
    logit = np.log(inside / (1 - inside))
    per_model = np.bincount(seen.model, minlength=seen.models)
    per_benchmark = np.maximum(np.bincount(seen.benchmark, minlength=seen.benchmarks), 1)
    easiness = np.bincount(seen.benchmark, logit, seen.benchmarks) / per_benchmark
    ability = np.zeros(seen.models)
    for _ in range(START_ROUNDS):
        ability = np.bincount(seen.model, logit - easiness[seen.benchmark], seen.models) / (per_model + 0.3)
        easiness = np.bincount(seen.benchmark, logit - ability[seen.model], seen.benchmarks) / per_benchmark
    scale = ability.std() + 1e-9
    return ability / scale, np.full(seen.benchmarks, scale), easiness


def _expected(seen: Observed, ability: np.ndarray, slope: np.ndarray, easiness: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(slope[seen.benchmark] * ability[seen.model] + easiness[seen.benchmark])))


def _step_models(seen: Observed, ability: np.ndarray, slope: np.ndarray, easiness: np.ndarray) -> np.ndarray:
    expected = _expected(seen, ability, slope, easiness)
    pull = slope[seen.benchmark] * expected * (1 - expected)
    gradient = np.bincount(seen.model, pull * (seen.share - expected), seen.models) - RIDGE_ABILITY * ability
    curvature = np.bincount(seen.model, pull**2, seen.models) + RIDGE_ABILITY + DAMPING
    return ability + np.clip(gradient / curvature, -LONGEST_STEP, LONGEST_STEP)


def _step_benchmarks(
    seen: Observed, ability: np.ndarray, slope: np.ndarray, easiness: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One Newton step in slope and easiness of every benchmark, a 2 x 2 system each."""
    expected = _expected(seen, ability, slope, easiness)
    steep, left = expected * (1 - expected), seen.share - expected
    tilt = steep * ability[seen.model]

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(seen.benchmark, values, seen.benchmarks)

    ee, es = total(steep**2) + DAMPING, total(steep * tilt)
    ss = total(tilt**2) + RIDGE_SLOPE + DAMPING
    to_easiness = total(steep * left)
    to_slope = total(tilt * left) - RIDGE_SLOPE * (slope - USUAL_SLOPE)
    determinant = ee * ss - es**2
    easiness = easiness + np.clip((ss * to_easiness - es * to_slope) / determinant, -LONGEST_STEP, LONGEST_STEP)
    step = np.clip((ee * to_slope - es * to_easiness) / determinant, -LONGEST_SLOPE_STEP, LONGEST_SLOPE_STEP)
    return np.clip(slope + step, *SLOPES), easiness
