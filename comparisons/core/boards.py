"""Places on a category's board, and what a field of models has in common.

The rule is that of the overall ranks: a model is above another one only where the order is
clear, so a place is a range. Category scores carry no common noise, as in
`pairing.category_pair`, which decides the same pairs the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

from comparisons.core.method import METHOD


class Place(NamedTuple):
    """A rank among `of` models with the ends of its range."""

    rank: int
    best: int
    worst: int
    of: int


def category_places(scores: Sequence[float], errors: Sequence[float]) -> tuple[Place, ...]:
    """Rank scores (points, more is better) with their standard errors; order as given.

    `best` is one more than the scores clearly above, `worst` counts all but those clearly
    below. Scores equal after rounding to `METHOD.rank_tie` share a rank.
    """
    if not scores:
        return ()
    score, variance = np.array(scores, float), np.array(errors, float) ** 2
    spread = np.sqrt(np.maximum(variance[:, None] + variance, METHOD.least_variance))
    above = (score[:, None] - score) >= METHOD.z_clear * spread
    best, worst = 1 + above.sum(0), len(scores) - above.sum(1)
    steps = np.round(score / METHOD.rank_tie)
    ranks = 1 + len(steps) - np.searchsorted(np.sort(steps), steps, side="right")
    of = len(scores)
    return tuple(Place(*line, of) for line in zip(ranks.tolist(), best.tolist(), worst.tolist(), strict=True))


def on_category_board(ranked: bool, votes: float) -> bool:
    """Whether a model has a place on a category's board: a rank in the lane, and own votes enough."""
    return ranked and votes >= METHOD.category_votes - 1e-9


def field_median(values: Iterable[float]) -> float | None:
    """The middle of some values; None without any."""
    found = list(values)
    return median(found) if found else None


def reach_of_too_close(se: float, other: float) -> float:
    """The largest gap at which two scores with these standard errors can be too close to call.

    Shared noise only narrows the error of a gap, so beyond this distance the order is at
    least likely. In points.
    """
    return float(METHOD.z_likely * np.hypot(se, other))
