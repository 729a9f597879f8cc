"""How good is the order? The public test of comparison sites, on any catalogue.

Four questions, each put to this site's scores and to the `rivals`:

    families   leave one family of tests out: does the order from all others hold on it?
    cells      hide a quarter of all results: does the order from the rest hold on them?
    bands      of the orders we call 80 to 95 % sure, how many hold on the hidden results?
    leaving    take one model out: how many pairs of the others turn round?

What is held out is predicted from what is left, with everything fitted anew. Pairs of models
with equal results say nothing and are left out; equal scores count as half right. Everything is
seeded, so that equal data give equal figures.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from comparisons.core.lane import AUTO, Observations, fit_lane
from comparisons.core.method import METHOD
from comparisons.core.pairing import probability
from comparisons.core.rivals import RIVALS, Table
from comparisons.core.scoring import observe, stand_all
from comparisons.core.standing import LaneFit, ModelStanding
from models_catalog.core.specs import BenchmarkSpec, CategorySpec, ResultRow

OURS, OURS_CATEGORY = "This site, overall", "This site, category score"
LEAST_PAIRS = 10  # pairs of models a family must order to be asked
SEEDS = 6  # draws of a quarter of the cells
HIDDEN = 0.25
LEAVING = 40  # models that are taken out, spread over the field
APART = 2.0  # standard errors from which on two methods are told apart


@dataclass(frozen=True)
class Scored:
    """What every method makes of some results: scores by method and model, and our standings."""

    fit: LaneFit
    standings: Mapping[str, ModelStanding]
    scores: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Accuracy:
    """The share of pairs a method orders as the held-out results do, a mean over `groups`.

    `ahead` is how much better this site's overall score does on the same groups, `se` the
    standard error of that; both None for the site itself, and where a single group tells nothing.
    """

    method: str
    right: float
    groups: int
    ahead: float | None = None
    se: float | None = None

    @property
    def standing(self) -> str:
        """This site against the method, in a word."""
        if self.ahead is None:
            return ""
        if abs(self.ahead) <= APART * self.se:
            return "level"
        return "ahead" if self.ahead > 0 else "behind"


@dataclass(frozen=True)
class BandLine:
    """Orders called with a probability in a band: how many there were and the share that held."""

    least: float
    most: float
    orders: int
    stated: float
    held: float


@dataclass(frozen=True)
class Turned:
    """Of 10,000 pairs of models, how many turn round when a third one leaves."""

    method: str
    pairs: int
    per_10_000: float


class Field:
    """One lane of a catalogue, ready to be scored again and again without some of its results."""

    def __init__(
        self,
        categories: Iterable[CategorySpec],
        benchmarks: Iterable[BenchmarkSpec],
        rows: Iterable[ResultRow],
        lane: str,
    ):
        self.categories = tuple(sorted(categories, key=lambda category: (category.position, category.slug)))
        named = {category.slug for category in self.categories}
        self.benchmarks = {spec.slug: spec for spec in benchmarks if spec.category in named}
        self.rows, self.lane = tuple(rows), lane
        self.seen = observe(self.benchmarks.values(), self.rows, lane)
        self.fit = fit_lane(self.categories, self.benchmarks.values(), self.seen, lane, offset=AUTO)
        self._kind = {category.slug: place for place, category in enumerate(self.categories)}

    @cached_property
    def families(self) -> dict[str, tuple[str, ...]]:
        """Tests on the common scale by family."""
        found = defaultdict(list)
        for base in self.fit.benchmarks:
            if base.fitted:
                found[base.family].append(base.slug)
        return {name: tuple(found[name]) for name in sorted(found)}

    def scored(self, seen: Observations) -> Scored:
        """Fit and score with every method; only models on the common scale are scored by any."""
        fit = fit_lane(self.categories, self.benchmarks.values(), seen, self.lane, offset=self.fit.offset.applied)
        standings = {found.model: found for found in stand_all(fit, seen) if found.overall is not None}
        table = self._table(fit, standings)
        scores = {OURS: {slug: found.overall for slug, found in standings.items()}}
        for name, method in RIVALS.items():
            values = method(table).tolist() if standings else []
            scores[name] = dict(zip(standings, values, strict=True))
        return Scored(fit, standings, scores)

    def _table(self, fit: LaneFit, standings: Mapping[str, ModelStanding]) -> Table:
        columns = fit.columns
        points = np.full((len(standings), len(columns.slugs)), np.nan)
        for row, standing in enumerate(standings.values()):
            for cell in standing.cells:
                if cell.benchmark in columns.position:
                    points[row, columns.position[cell.benchmark]] = cell.points
        kinds = np.array([self._kind[fit.by_benchmark[slug].category] for slug in columns.slugs], int)
        return Table(points, kinds, np.array([category.weight for category in self.categories], float))

    def results(self, slug: str) -> dict[str, float]:
        """Points of every model on one test."""
        return {model: cell.points for model, cells in self.seen.items() for cell in cells if cell.benchmark == slug}


def without_tests(seen: Observations, tests: Iterable[str]) -> dict[str, tuple]:
    """The results on all other tests."""
    gone = set(tests)
    left = {model: tuple(cell for cell in cells if cell.benchmark not in gone) for model, cells in seen.items()}
    return {model: cells for model, cells in left.items() if cells}


# ------------------------------------------------------------------ order on held-out results


def leave_families_out(field: Field) -> tuple[Accuracy, ...]:
    """Leave out one family after the other and order its results by the rest."""
    by_group = []
    for tests in field.families.values():
        scored = field.scored(without_tests(field.seen, tests))
        held_out = {slug: field.results(slug) for slug in tests}
        by_group.append(_shares_right(field, scored, held_out))
    return _accuracies(by_group)


def hide_cells(field: Field, seeds: int = SEEDS) -> tuple[tuple[Accuracy, ...], tuple[BandLine, ...]]:
    """Hide a quarter of all results several times; the order on them, a mean of draws by family, and the bands."""
    by_family, calls = defaultdict(list), []
    for seed in range(seeds):
        kept, hidden = _split(field.seen, seed)
        scored = field.scored(kept)
        for family, tests in field.families.items():
            held_out = {slug: hidden[slug] for slug in tests if slug in hidden}
            found = _shares_right(field, scored, held_out)
            by_family[family] += [] if found is None else [found]
            calls += _calls(field, scored, held_out)
    means = [
        {name: sum(draw[name] for draw in draws) / len(draws) for name in draws[0]}
        for draws in by_family.values()
        if draws
    ]
    return _accuracies(means), bands(calls)


def _split(seen: Observations, seed: int) -> tuple[dict[str, tuple], dict[str, dict[str, float]]]:
    """What is kept by model, and the points hidden by test and model."""
    chance = np.random.default_rng(seed)
    kept, hidden = {}, defaultdict(dict)
    for model in sorted(seen):
        shown = chance.random(len(seen[model])) >= HIDDEN
        kept[model] = tuple(cell for cell, show in zip(seen[model], shown, strict=True) if show)
        for cell, show in zip(seen[model], shown, strict=True):
            if not show:
                hidden[cell.benchmark][model] = cell.points
    return {model: cells for model, cells in kept.items() if cells}, hidden


def _shares_right(field: Field, scored: Scored, held_out: Mapping[str, Mapping[str, float]]) -> dict[str, float] | None:
    """By method the share of pairs ordered rightly on held-out tests; None where there are too few."""
    right, total = defaultdict(float), 0
    for slug, results in held_out.items():
        models = [model for model in results if model in scored.standings]
        truth = np.sign(_apart([results[model] for model in models]))
        asked = truth != 0
        total += int(asked.sum())
        category = field.benchmarks[slug].category
        predictions = {name: [scores[model] for model in models] for name, scores in scored.scores.items()}
        if all(category in scored.standings[model].categories for model in models):  # else it has lost its last test
            predictions[OURS_CATEGORY] = [scored.standings[model].categories[category].score for model in models]
        else:
            predictions[OURS_CATEGORY] = predictions[OURS]
        for name, values in predictions.items():
            right[name] += float((1 + truth * np.sign(_apart(values)))[asked].sum() / 2)
    return {name: value / total for name, value in right.items()} if total >= LEAST_PAIRS else None


def _apart(values: Sequence[float]) -> np.ndarray:
    """Differences of all unordered pairs."""
    first, second = np.triu_indices(len(values), 1)
    values = np.array(values, float)
    return values[first] - values[second]


def _accuracies(by_group: Iterable[Mapping[str, float] | None]) -> tuple[Accuracy, ...]:
    groups = [group for group in by_group if group is not None]
    if not groups:
        return ()
    ours = np.array([group[OURS] for group in groups])
    lines = []
    for name in (OURS, OURS_CATEGORY, *RIVALS):
        values = np.array([group[name] for group in groups])
        ahead, known = ours - values, (None, None)
        if name != OURS and len(groups) > 1:
            known = float(ahead.mean()), float(ahead.std(ddof=1) / math.sqrt(len(groups)))
        lines.append(Accuracy(name, float(values.mean()), len(groups), *known))
    return tuple(lines)


# ------------------------------------------------------------------ bands of probability


def _calls(field: Field, scored: Scored, held_out: Mapping[str, Mapping[str, float]]) -> Iterator[tuple[float, bool]]:
    """Stated probability that one model beats the other on a hidden result, and whether it did.

    The level is that of the category, the scatter that of the test, once for each of the two.
    """
    for slug, results in held_out.items():
        base, category = scored.fit.by_benchmark.get(slug), field.benchmarks[slug].category
        if base is None or not base.fitted:
            continue
        models = [m for m in results if m in scored.standings and category in scored.standings[m].categories]
        lines = [scored.standings[model].categories[category] for model in models]
        gaps = _apart([line.score for line in lines])
        truth = _apart([results[model] for model in models])
        first, second = np.triu_indices(len(models), 1)
        variance = np.array([line.se**2 for line in lines]) + base.scatter**2
        z = gaps / np.sqrt(variance[first] + variance[second])
        for stated, level, other in zip(z.tolist(), gaps.tolist(), truth.tolist(), strict=True):
            if other and level:
                yield probability(abs(stated)), level * other > 0


def bands(calls: Iterable[tuple[float, bool]]) -> tuple[BandLine, ...]:
    """Sort calls into the bands of our words: none, likely, clear, and as good as certain."""
    calls = list(calls)
    edges = (0.5, METHOD.likely, METHOD.clear, METHOD.most_sure, 1.0)
    lines = []
    for least, most in pairwise(edges):
        inside = [(p, held) for p, held in calls if least <= p < most or (p >= most == 1.0)]
        if inside:
            stated, held = (sum(part) / len(inside) for part in zip(*inside, strict=True))
            lines.append(BandLine(least, most, len(inside), stated, held))
    return tuple(lines)


# ------------------------------------------------------------------ irrelevant alternatives


def models_leave(field: Field, most: int = LEAVING) -> tuple[Turned, ...]:
    """Take models out one by one and count the pairs of the others whose order turns."""
    whole = field.scored(field.seen)
    models = sorted(whole.standings)
    turned, pairs = dict.fromkeys((OURS, *RIVALS), 0), 0
    for gone in models[:: max(1, len(models) // most)]:
        scored = field.scored({model: cells for model, cells in field.seen.items() if model != gone})
        left = [model for model in models if model in scored.standings]
        pairs += len(left) * (len(left) - 1) // 2
        for name in turned:
            before, after = (np.round(_apart([found.scores[name][m] for m in left]), 9) for found in (whole, scored))
            turned[name] += int((before * after < 0).sum())
    return tuple(Turned(name, pairs, 10_000 * count / pairs if pairs else 0.0) for name, count in turned.items())
