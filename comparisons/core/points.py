"""Raw scores to points from 0 to 100, and back.

Formulas: docs/method.md, "Normalisation". Lower-is-better tests need no special case:
their `floor` is the bad end and their `best` the good end, so `best < floor`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from comparisons.core.method import METHOD, PERCENT_KNOTS, POINT_KNOTS
from models_catalog.core.specs import BenchmarkSpec

PERCENT, ELO, DOUBLING = "percent", "elo", "doubling"
_SMALLEST = 1e-9  # a doubling scale has no logarithm of zero

Scores = float | Sequence[float] | np.ndarray


def has_scale(benchmark: BenchmarkSpec) -> bool:
    """Tell whether the benchmark's fields suffice to turn its scores into points."""
    if benchmark.kind == PERCENT:
        return None not in (benchmark.floor, benchmark.best) and benchmark.floor != benchmark.best
    if benchmark.kind == ELO:
        return benchmark.anchor is not None
    if benchmark.kind == DOUBLING:
        return benchmark.anchor is not None and benchmark.anchor > 0
    return False


def percent_of(benchmark: BenchmarkSpec, raw: Scores) -> float | np.ndarray:
    """Place raw scores between a guesser (0) and the best attainable (100), clipped to that range."""
    _require_scale(benchmark)
    if benchmark.kind != PERCENT:
        raise ValueError(f"{benchmark.slug}: only benchmarks of kind percent have a percentage, not {benchmark.kind}.")
    return _like(raw, _percent(benchmark, np.asarray(raw, float)))


def points_from_percent(percent: Scores) -> float | np.ndarray:
    """Read points off the published table, straight lines between its entries; NaN stays NaN."""
    return _like(percent, np.interp(np.asarray(percent, float), PERCENT_KNOTS, POINT_KNOTS))


def percent_from_points(points: Scores) -> float | np.ndarray:
    """Read the table backwards; 0 gives 3 ("3 % or less") and 100 gives 97 ("97 % or more")."""
    return _like(points, np.interp(np.asarray(points, float), POINT_KNOTS[1:-1], PERCENT_KNOTS[1:-1]))


def to_points(benchmark: BenchmarkSpec, raw: Scores) -> float | np.ndarray:
    """Turn raw scores (one or many, in the benchmark's unit) into points from 0 to 100.

    Raises ValueError when the benchmark lacks the fields of its kind; see `has_scale`.
    """
    if type(raw) is float:
        return _one_to_points(benchmark, raw)
    _require_scale(benchmark)
    values = np.asarray(raw, float)
    if benchmark.kind == PERCENT:
        points = np.interp(_percent(benchmark, values), PERCENT_KNOTS, POINT_KNOTS)
    elif benchmark.kind == ELO:
        points = _clip(METHOD.middle + METHOD.step * (values - benchmark.anchor) / METHOD.elo_step)
    else:
        doublings = np.log2(np.maximum(values, _SMALLEST) / benchmark.anchor)
        points = _clip(METHOD.middle + METHOD.step * doublings)
    return _like(raw, points)


def _one_to_points(benchmark: BenchmarkSpec, raw: float) -> float:
    """`to_points` for one number, to the last bit: most of the time a call into arrays is all overhead."""
    _require_scale(benchmark)
    if benchmark.kind == PERCENT:
        share = 100.0 * (raw - benchmark.floor) / (benchmark.best - benchmark.floor)
        return _between_knots(_clip_one(share))
    if benchmark.kind == ELO:
        return _clip_one(METHOD.middle + METHOD.step * (raw - benchmark.anchor) / METHOD.elo_step)
    if math.isnan(raw):
        return raw
    return _clip_one(METHOD.middle + METHOD.step * float(np.log2(max(raw, _SMALLEST) / benchmark.anchor)))


def _clip_one(value: float) -> float:
    return 0.0 if value < 0.0 else 100.0 if value > 100.0 else value  # NaN stays NaN


def _between_knots(percent: float) -> float:
    """Read one number off the published table; NaN stays NaN."""
    after = bisect_right(PERCENT_KNOTS, percent)
    if after == len(PERCENT_KNOTS) or percent != percent:
        return percent if percent != percent else POINT_KNOTS[-1]
    x, y = PERCENT_KNOTS[after - 1], POINT_KNOTS[after - 1]
    return (POINT_KNOTS[after] - y) / (PERCENT_KNOTS[after] - x) * (percent - x) + y


def raw_from_points(benchmark: BenchmarkSpec, points: Scores) -> float | np.ndarray:
    """Say which raw score earns these points: the least extreme one at the clipped ends."""
    _require_scale(benchmark)
    values = np.asarray(points, float)
    if benchmark.kind == PERCENT:
        share = np.interp(values, POINT_KNOTS[1:-1], PERCENT_KNOTS[1:-1]) / 100
        raw = benchmark.floor + share * (benchmark.best - benchmark.floor)
    elif benchmark.kind == ELO:
        raw = benchmark.anchor + METHOD.elo_step * (values - METHOD.middle) / METHOD.step
    else:
        raw = benchmark.anchor * 2.0 ** ((values - METHOD.middle) / METHOD.step)
    return _like(points, raw)


def _require_scale(benchmark: BenchmarkSpec) -> None:
    if not has_scale(benchmark):
        raise ValueError(
            f"{benchmark.slug}: a benchmark of kind {benchmark.kind} cannot be scored with floor "
            f"{benchmark.floor}, best {benchmark.best} and anchor {benchmark.anchor}. Kind percent needs a "
            "floor and a different best, kind elo an anchor, kind doubling an anchor above zero."
        )


def _percent(benchmark: BenchmarkSpec, values: np.ndarray) -> np.ndarray:
    return _clip(100.0 * (values - benchmark.floor) / (benchmark.best - benchmark.floor))


def _clip(values: np.ndarray) -> np.ndarray:
    return np.clip(values, 0.0, 100.0)


def _like(given: Scores, result: np.ndarray) -> float | np.ndarray:
    """Answer a single number with a float and anything longer with an array."""
    return float(result) if np.ndim(given) == 0 else result
