"""From a model's cells to its scores and their standard errors, for one model or a thousand.

Cells come as parallel arrays in the order of models, then benchmarks. Every sum adds the cells
of one model in that order and touches no other model, so a model alone gets, to the last bit,
the figures it gets on the whole board. Formulas: docs/method.md, "Category and overall score"
and "Uncertainty".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comparisons.core.method import METHOD
from comparisons.core.standing import Columns

_ROUNDING = 1e-9  # sums of votes and weights may miss a round limit by this


@dataclass(frozen=True, slots=True)
class CellArrays:
    """Results on fitted benchmarks: `model` counts from 0 to `models` - 1, `benchmark` is the
    place in `Columns`, `points` are net of the self-report offset."""

    models: int
    model: np.ndarray
    benchmark: np.ndarray
    points: np.ndarray
    self_reported: np.ndarray


@dataclass(frozen=True, slots=True)
class Votes:
    """What does not depend on category weights: per cell vote and lead, per model totals.

    `counted` are the leads that scores are made of, those far from a model's others held back;
    how far benchmarks stray is judged by `lead`, as reported.
    """

    vote: np.ndarray
    lead: np.ndarray
    counted: np.ndarray
    total: np.ndarray  # votes per model
    overall_lead: np.ndarray  # D: vote-weighted mean of the counted leads per model
    family_group: np.ndarray  # per cell: number of its (model, family)
    group_model: np.ndarray  # per (model, family): the model


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures per cell (`share`), per model, and per model x category."""

    share: np.ndarray
    overall: np.ndarray
    se: np.ndarray
    own: np.ndarray
    category_lead: np.ndarray
    category_se: np.ndarray
    category_votes: np.ndarray
    category_results: np.ndarray
    category_share: np.ndarray
    covered: np.ndarray
    families: np.ndarray
    independent_families: np.ndarray
    largest_family: np.ndarray


def cast_votes(
    cells: CellArrays,
    *,
    par: np.ndarray,
    spread: np.ndarray,
    weight: np.ndarray,
    category: np.ndarray,
    family: np.ndarray,
) -> Votes:
    """Give each result its vote and its lead: one test family has one vote in a category.

    The arrays say, per benchmark, what `Columns` says.
    """
    model, benchmark = cells.model, cells.benchmark
    families = 1 + family.max(initial=0)
    kinds = 1 + category.max(initial=0)
    groups, family_group = np.unique(model * families + family[benchmark], return_inverse=True)
    sharing = family_group * kinds + category[benchmark]
    vote = weight[benchmark] / np.bincount(sharing)[sharing]
    lead = (cells.points - par[benchmark]) / spread[benchmark]
    counted = _held_back(model, lead, cells.models)
    total = _sums(model, vote, cells.models)
    overall_lead = _divide(_sums(model, vote * counted, cells.models), total)
    return Votes(vote, lead, counted, total, overall_lead, family_group, groups // families)


def _held_back(model: np.ndarray, lead: np.ndarray, models: int) -> np.ndarray:
    """Hold every lead within `METHOD.lead_reach` of its model's median lead, where there are results enough.

    Raising any lead raises no counted lead less than it was: median and clip both only rise.
    """
    results = np.bincount(model, minlength=models)
    last = np.cumsum(results)
    ordered = np.append(
        lead[np.lexsort((lead, model))], 0.0
    )  # one more, so that models without results point somewhere
    lower, upper = last - results + (results - 1) // 2, last - results + results // 2
    median = ((ordered[lower] + ordered[upper]) / 2)[model]
    reach = np.where(results[model] >= METHOD.lead_reach_results, METHOD.lead_reach, np.inf)
    return np.clip(lead, median - reach, median + reach)


def benchmark_scatter(cells: CellArrays, votes: Votes, benchmarks: int, sigma: float, omega: float) -> np.ndarray:
    """Estimate how far each benchmark's results stray from what its models' other families say.

    In points on the lead scale; drawn to `sigma` and never below `METHOD.scatter_min`.
    """
    groups = len(votes.group_model)
    group_votes = _sums(votes.family_group, votes.vote, groups)
    group_sum = _sums(votes.family_group, votes.vote * votes.lead, groups)
    rest = votes.total[votes.group_model] - group_votes
    model_sum = _sums(cells.model, votes.vote * votes.lead, cells.models)
    elsewhere = _divide(model_sum[votes.group_model] - group_sum, rest)
    enough = (rest >= METHOD.scatter_votes - _ROUNDING)[votes.family_group]
    expected = omega**2 + sigma**2 / np.maximum(rest, 1.0)
    stray = (votes.lead - elsewhere[votes.family_group]) ** 2 - expected[votes.family_group]
    total = _sums(cells.benchmark, np.where(enough, stray, 0.0), benchmarks)
    count = _sums(cells.benchmark, enough, benchmarks)
    variance = (total + METHOD.scatter_prior * sigma**2) / (count + METHOD.scatter_prior)
    return np.sqrt(np.maximum(variance, METHOD.scatter_min**2))


def score(cells: CellArrays, votes: Votes, columns: Columns, omega: float) -> Scores:
    """Compute every figure of every model; a model without cells gets zeros, which mean nothing."""
    model, category = cells.model, columns.category[cells.benchmark]
    weights, kinds = columns.category_share, len(columns.category_share)
    place = model * kinds + category

    def by_category(values: np.ndarray) -> np.ndarray:
        return _sums(place, values, cells.models * kinds).reshape(cells.models, kinds)

    category_votes = by_category(votes.vote)
    per_vote = 1.0 / (category_votes + METHOD.kappa)
    lead_sum = by_category(votes.vote * votes.counted)
    category_lead = (lead_sum + METHOD.kappa * votes.overall_lead[:, None]) * per_vote
    overall = _add(weights * (columns.category_par + category_lead))

    worth = weights * per_vote  # what one own vote in a category brings to the overall score
    carried = _divide(METHOD.kappa * _add(worth), votes.total)
    share = votes.vote * (worth.ravel()[place] + carried[model])
    category_share = by_category(share)
    own, par_noise = _variances(share[None], weights[None], cells, columns, votes, omega)

    focus = np.equal.outer(np.arange(kinds), category)
    brought = focus * per_vote.ravel()[place] + (METHOD.kappa * per_vote * _divide(1.0, votes.total)[:, None]).T.take(
        model, 1
    )
    category_own, category_noise = _variances(votes.vote * brought, np.eye(kinds), cells, columns, votes, omega)

    groups = len(votes.group_model)
    family_share = _sums(votes.family_group, share, groups)
    vouched = _sums(votes.family_group, ~cells.self_reported, groups) > 0
    largest = np.zeros(cells.models)
    np.maximum.at(largest, votes.group_model, family_share)
    return Scores(
        share=share,
        overall=overall,
        se=np.sqrt(own[0] + par_noise[0]),
        own=own[0],
        category_lead=category_lead,
        category_se=np.sqrt(category_own + category_noise).T,
        category_votes=category_votes,
        category_results=np.bincount(place, minlength=category_votes.size).reshape(category_votes.shape),
        category_share=category_share,
        covered=_add(weights * (category_votes > 0)),
        families=np.bincount(votes.group_model, minlength=cells.models),
        independent_families=np.bincount(votes.group_model[vouched], minlength=cells.models),
        largest_family=largest,
    )


def _variances(
    shares: np.ndarray,
    intended: np.ndarray,
    cells: CellArrays,
    columns: Columns,
    votes: Votes,
    omega: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return (own variance, variance from the pars' noise), each views x models.

    A view is a score to be judged: `shares` (views x cells) says how it weighs the results,
    `intended` (views x categories) how it means to weigh the categories.
    """
    views, models, kinds = len(shares), cells.models, intended.shape[1]
    scatter = columns.scatter[cells.benchmark]

    def total(values: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
        """Sum views x items into views x groups."""
        places = groups + count * np.arange(views)[:, None]
        return _sums(places.ravel(), values.ravel(), views * count).reshape(views, count)

    family = total(shares * scatter, votes.family_group, len(votes.group_model))
    own = total(family**2, votes.group_model, models)
    place = cells.model * kinds + columns.category[cells.benchmark]
    covered = total(shares, place, models * kinds).reshape(views, models, kinds)
    own += omega**2 * _add((covered - intended[:, None, :]) ** 2)
    own += (METHOD.maker_sd * total(shares * cells.self_reported, cells.model, models)) ** 2
    noise = total(shares**2 * columns.par_variance[cells.benchmark], cells.model, models)
    return own, noise


def _sums(groups: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """Sum values by group number; unlike `bincount`, of nothing too the sums are floats."""
    return np.bincount(groups, values, count).astype(float, copy=False)


def _add(values: np.ndarray) -> np.ndarray:
    """Sum the last axis from left to right, whatever the shape of the rest."""
    result = np.zeros(values.shape[:-1])
    for place in range(values.shape[-1]):
        result = result + values[..., place]
    return result


def _divide(numerator: float | np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide, with 0 where the denominator is not positive."""
    positive = denominator > 0
    return np.where(positive, numerator / np.where(positive, denominator, 1.0), 0.0)
