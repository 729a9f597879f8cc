"""Law 29: what is said of answers question by question, counted once more from the answers themselves."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product
from statistics import NormalDist
from typing import NamedTuple

from comparisons.core import paired as pairing
from comparisons.core import student
from comparisons.core.counting import refusal
from comparisons.core.laws_case import Case, Contradiction, settings_agree
from comparisons.core.method import METHOD
from models_catalog.core import display
from models_catalog.core.specs import GENERATED, HIGHER, PUBLISHED, ResultRow

LAW = 29
FEWEST, ENOUGH = 30, 200  # questions and independent units, as the rule has them
FAINTEST = 0.5
_TINY = 1e-6


class Recount(NamedTuple):
    """Questions, wins of the first and of the second side, and the difference in points with its error."""

    items: int
    wins: tuple[int, int]
    difference: float
    error: float
    freedom: int
    z: float


Rows = tuple[ResultRow | None, ResultRow | None]


def recount(case: Case, slug: str, rows: Rows) -> Recount | None:
    """Two results on a benchmark compared by their answers; None where that may not be."""
    spec = case.benchmarks[slug]
    if None in rows or spec.unit != "percent" or spec.direction != HIGHER or not settings_agree(*rows):
        return None
    sheets = [side.answers.get(row.id) for side, row in zip(case.comparison.sides, rows, strict=True)]
    if None in sheets or sheets[0].task != sheets[1].task:
        return None
    answers = [
        {entry[0]: (mean, entry[1], entry[2]) for entry, mean in zip(sheet.entries, sheet.means, strict=True)
         if mean is not None}
        for sheet in sheets
    ]  # fmt: skip
    if answers[0].keys() != answers[1].keys() or len(answers[0]) < 2:
        return None
    if any(a[2] and b[2] and a[2] != b[2] for a, b in ((answers[0][name], answers[1][name]) for name in answers[0])):
        return None
    for found, row in zip(answers, rows, strict=True):
        if abs(100 * sum(mean for mean, *_ in found.values()) / len(found) - float(row.score)) >= 0.01:
            return None
    return _recount(*answers)


def _recount(ours: dict, theirs: dict) -> Recount | None:
    apart = {name: ours[name][0] - theirs[name][0] for name in ours}
    number = len(apart)
    mean = sum(apart.values()) / number
    clusters: dict[str, float] = defaultdict(float)
    named = any(ours[name][1] or theirs[name][1] for name in ours)
    for name, value in apart.items():
        cluster = ours[name][1] or theirs[name][1]
        clusters[f"cluster {cluster}" if cluster else f"item {name}"] += value - mean
    units = len(clusters)
    if units < 2:
        return None
    error = math.sqrt(sum(value**2 for value in clusters.values()) * units / (units - 1)) / number
    signs = Counter((value > _TINY) - (value < -_TINY) for value in apart.values())
    binary = all(score in (0, 1) for score, *_ in (*ours.values(), *theirs.values()))
    if binary and not named:
        p = _coin(signs[1], signs[-1])
    else:
        names = sorted(apart)
        flips = [ours[name][1] or theirs[name][1] for name in names] if named else None
        p = pairing.sign_flips([apart[name] for name in names], flips)
    z = _heard(abs(mean), error, number, units - 1, p)
    return Recount(number, (signs[1], signs[-1]), 100 * mean, 100 * error, units - 1, z)


def _coin(heads: int, tails: int) -> float:
    """Two-sided: how often a fair coin falls at least so unevenly."""
    number = heads + tails
    if heads == tails:
        return 1.0
    return min(1.0, sum(math.comb(number, k) for k in range(min(heads, tails) + 1)) / 2 ** (number - 1))


def _heard(apart: float, error: float, number: int, freedom: int, p: float) -> float:
    """How many errors large the difference is taken to be."""
    exact = 0.0 if p >= 1 else max(0.0, -NormalDist().inv_cdf(p / 2))
    if error < 1e-12:
        return exact if apart else 0.0
    share = student.tail(apart / error, freedom)
    by_t = math.inf if share <= 0 else max(0.0, -NormalDist().inv_cdf(share))
    if number < FEWEST:
        return min(by_t, exact)
    return apart / error if freedom >= ENOUGH else by_t


def sampling(found: Recount, raw: float) -> float:
    """The answers' part of 1 / z², in place of the two sampling errors."""
    return 1 / max(found.z, FAINTEST) ** 2 if raw else math.inf


def answers_are_counted_as_they_are(case: Case) -> Iterator[Contradiction]:
    """A paired claim stands exactly where both results are known by their questions, with their counts."""
    expected = {slug: found for slug, rows in case.compared.items() if (found := recount(case, slug, rows)) is not None}
    if all(side.answers for side in case.comparison.sides):
        for slug in case.benchmarks.keys() - expected.keys():
            yield from _overlooked(case, slug)
    claims = {claim.scope: claim for claim in case.by_kind["paired"]}
    for slug in expected.keys() ^ claims.keys():
        yield Contradiction(LAW, slug, "is compared by its questions where it may not be, or not where it may")
    for slug in expected.keys() & claims.keys():
        yield from _claim(case, slug, expected[slug])


def _overlooked(case: Case, slug: str) -> Iterator[Contradiction]:
    """Standard results of the lane that are known by the same questions are compared before any others."""
    admitted = [
        [row for row in side.results if row.benchmark == slug and row.id in side.answers and row.standard
         and row.state == PUBLISHED and row.source_kind != GENERATED and refusal(row, case.comparison.lane) is None]
        for side in case.comparison.sides
    ]  # fmt: skip
    for rows in product(*admitted):
        if recount(case, slug, rows) is not None:
            yield Contradiction(LAW, slug, "is not compared by its questions, though both results are known so")
            return


def _claim(case: Case, slug: str, found: Recount) -> Iterator[Contradiction]:
    claim = next(claim for claim in case.by_kind["paired"] if claim.scope == slug)
    line = case.comparison.by_benchmark[slug]
    one, other = case.slugs
    counts = {("items", None): found.items, ("wins", one): found.wins[0], ("wins", other): found.wins[1],
              ("ties", None): found.items - sum(found.wins)}  # fmt: skip
    for (label, of), value in counts.items():
        if claim.number(label, of).value != value or claim.number(label, of).text != display.count(value):
            yield Contradiction(
                LAW, claim.id, f"counts {claim.number(label, of).text} {label} of {of}, there are {value}"
            )
    if abs(claim.number("apart").value - abs(found.difference)) > _TINY:
        yield Contradiction(LAW, claim.id, "has another difference than its answers")
    margin = student.quantile((1 + METHOD.interval) / 2, found.freedom) * found.error
    if abs(claim.number("apart_margin").value - margin) > _TINY:
        yield Contradiction(LAW, claim.id, "has another margin than its answers")
    side = None if claim.favours is None else case.slugs.index(claim.favours)
    if side is not None and (found.difference > 0) != (side == 0):
        yield Contradiction(LAW, claim.id, f"favours {claim.favours}, which has the lower score on these questions")
    if (claim.strength, side) != (line.call.word if line.call.favours is not None else "even", line.call.favours):
        yield Contradiction(LAW, claim.id, f"says {claim.strength}, its benchmark {line.call.word}")
    if claim.strength == "clear" and abs(found.difference) <= margin - _TINY:
        yield Contradiction(LAW, claim.id, "is clear and smaller than its margin")
    names = [model.model.name for model in case.comparison.sides]
    if any(name not in claim.text for name in names) or line.benchmark.name not in claim.text:
        yield Contradiction(LAW, claim.id, "does not name both models and the benchmark")
    if not claim.text.startswith(f"On the {display.counted(found.items, 'question')} of "):
        yield Contradiction(LAW, claim.id, "does not begin with the number of its questions")
