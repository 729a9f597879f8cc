"""Other ways to turn a table of results with holes into one number a model, for comparison only.

Each takes the same table of points and gives one score a model, higher is better; none takes part
in anything the site says. They are what comparison sites use, or could: the plain mean, the
weighted mean over the categories a model happens to have, the mean win rate, Bradley-Terry, and a
latent index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from comparisons.core.points import percent_from_points
from comparisons.core.second_opinion import Observed, latent_index

_ROUNDS = 200  # of the fixed point behind Bradley-Terry
_PRIOR = 0.5  # games won and lost against an average opponent, so that nobody is infinitely good


@dataclass(frozen=True)
class Table:
    """Results of models (rows) on tests (columns), in points, NaN where there is none.

    `category` numbers the category of each test, `weight` is the weight of each category.
    """

    points: np.ndarray
    category: np.ndarray
    weight: np.ndarray

    @property
    def seen(self) -> np.ndarray:
        """Mask of the results there are."""
        return np.isfinite(self.points)


def plain_mean(table: Table) -> np.ndarray:
    """The mean of whatever results there are."""
    return _mean(table.points, table.seen)


def weighted_mean(table: Table) -> np.ndarray:
    """Category means, weighted, with the weights renormalised to the categories a model has."""
    kinds = len(table.weight)
    means, had = np.zeros((len(table.points), kinds)), np.zeros((len(table.points), kinds))
    for kind in range(kinds):
        columns = table.category == kind
        means[:, kind] = _mean(table.points[:, columns], table.seen[:, columns])
        had[:, kind] = table.seen[:, columns].any(1)
    weights = had * table.weight
    total = weights.sum(1)
    return np.divide((weights * means).sum(1), total, out=np.zeros(len(total)), where=total > 0)


def win_rate(table: Table) -> np.ndarray:
    """The share of other models beaten, averaged over a model's tests; a tie is half a win."""
    rates = np.full(table.points.shape, np.nan)
    for column in range(table.points.shape[1]):
        present = np.flatnonzero(table.seen[:, column])
        if len(present) > 1:
            values = table.points[present, column]
            won = (values[:, None] > values).sum(1) + 0.5 * ((values[:, None] == values).sum(1) - 1)
            rates[present, column] = won / (len(present) - 1)
    return _mean(rates, np.isfinite(rates))


def bradley_terry(table: Table) -> np.ndarray:
    """The strengths that make the wins on all tests most likely (each test a round of games)."""
    models = len(table.points)
    won = np.zeros((models, models))
    for column in range(table.points.shape[1]):
        present = np.flatnonzero(table.seen[:, column])
        values = table.points[present, column]
        beaten = (values[:, None] > values) + 0.5 * (values[:, None] == values)
        won[np.ix_(present, present)] += beaten - 0.5 * np.eye(len(present))
    games = won + won.T
    wins = won.sum(1) + _PRIOR
    strength = np.ones(models)
    for _ in range(_ROUNDS):
        faced = (games / (strength[:, None] + strength)).sum(1) + 2 * _PRIOR / (strength + 1)
        strength = wins / faced
        strength /= np.exp(np.log(strength).mean())
    return np.log(strength)


def latent(table: Table) -> np.ndarray:
    """The latent index of the second opinion, on the same results."""
    model, test = np.nonzero(table.seen)
    share = percent_from_points(table.points[model, test]) / 100
    return latent_index(Observed(model, test, share, *table.points.shape))


RIVALS: Mapping[str, Callable[[Table], np.ndarray]] = {
    "Plain mean": plain_mean,
    "Renormalised weighted mean": weighted_mean,
    "Mean win rate": win_rate,
    "Bradley-Terry": bradley_terry,
    "Latent index": latent,
}


def _mean(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    count = there.sum(1)
    return np.divide(np.where(there, values, 0.0).sum(1), count, out=np.zeros(len(count)), where=count > 0)
