"""Two models question by question: what the answers to the same questions say of their difference.

Scores of an item are shares from 0 to 1 (the mean of its attempts); differences and margins are
in points of 100. The standard error is that of a mean of differences; where items belong to
clusters (one text, one repository) it sums within each cluster first, with the factor
G / (G - 1) of G clusters, and the margin takes t with G - 1 degrees of freedom. Without
clusters each item is its own. The p value is McNemar's exact one where every score is 0 or 1
and no clusters are declared, else that of flipping signs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol

from comparisons.core import student
from comparisons.core.method import METHOD

MOST_FLIPPED = 12  # differences whose signs are flipped one by one; above, the normal limit
EQUAL = 1e-12  # differences of scores below this are ties


class NotPaired(ValueError):
    """Two sets of answers that cannot be paired; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Item:
    """One model's answer to one question: share of the score, cluster ("" for none), hash of the question ("")."""

    score: float
    cluster: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Paired:
    """The paired comparison of a model with another, from the first model's side.

    `difference`, `stderr`, `margin` are in points; `margin` is half of the method's interval (90 %), None
    with fewer than two independent units. `left_out` counts questions that bear one id but
    have different hashes. `p_by` names the test behind `p`.
    """

    items: int
    wins: int
    losses: int
    ties: int
    difference: float
    stderr: float | None
    freedom: int
    clusters: int | None
    p: float
    p_by: str
    mean_a: float
    mean_b: float
    left_out: int = 0

    @property
    def margin(self) -> float | None:
        """Half of the interval that covers the true difference with `METHOD.interval` of confidence, in points."""
        return None if self.stderr is None else student.quantile((1 + METHOD.interval) / 2, self.freedom) * self.stderr

    @property
    def z(self) -> float:
        """The difference in its standard errors, without sign; infinite when nothing scatters but differs."""
        if not self.stderr:
            return math.inf if self.stderr is not None and self.difference else 0.0
        return abs(self.difference) / self.stderr

    def turned(self) -> Paired:
        """The same comparison from the other model's side."""
        return Paired(
            items=self.items,
            wins=self.losses,
            losses=self.wins,
            ties=self.ties,
            difference=-self.difference if self.difference else 0.0,
            stderr=self.stderr,
            freedom=self.freedom,
            clusters=self.clusters,
            p=self.p,
            p_by=self.p_by,
            mean_a=self.mean_b,
            mean_b=self.mean_a,
            left_out=self.left_out,
        )


class Answers(Protocol):
    """The answers behind one result, question by question.

    `entries` holds [id, cluster, hash] of every question, `means` its mean score or None where it
    was not answered. Answers of one `task` were given to the same questions; one `item_set`
    means one list of entries.
    """

    @property
    def task(self) -> tuple[str, ...]: ...

    @property
    def item_set(self) -> int: ...

    @property
    def entries(self) -> Sequence[Sequence[str]]: ...

    @property
    def means(self) -> Sequence[float | None]: ...


def pair_answers(first: Answers, second: Answers) -> Paired:
    """Compare two models on the questions both answered. Raises `NotPaired` when there are none."""
    if first.item_set != second.item_set:
        return pair(_items(first), _items(second))
    rows = [
        (a, b, entry[1])
        for a, b, entry in zip(first.means, second.means, first.entries, strict=True)
        if a is not None and b is not None
    ]
    if not rows:
        raise NotPaired("The two sets of answers have no question in common.")
    a, b, clusters = zip(*rows, strict=True)
    return compared(list(a), list(b), list(clusters))


def _items(answers: Answers) -> dict[str, Item]:
    return {
        entry[0]: Item(mean, entry[1], entry[2])
        for entry, mean in zip(answers.entries, answers.means, strict=True)
        if mean is not None
    }


def pair(first: Mapping[str, Item], second: Mapping[str, Item]) -> Paired:
    """Compare two models on the questions both answered. Raises `NotPaired` when there are none.

    A question whose hash differs between the two is another question and is left out.
    """
    both = sorted(first.keys() & second.keys())
    same = [item for item in both if _same_question(first[item], second[item])]
    if not same:
        reason = "bear the same ids but are not the same questions" if both else "have no question in common"
        raise NotPaired(f"The two sets of answers {reason}.")
    a = [first[item].score for item in same]
    b = [second[item].score for item in same]
    return compared(a, b, [_cluster(first[item], second[item]) for item in same], left_out=len(both) - len(same))


def _same_question(a: Item, b: Item) -> bool:
    return not a.digest or not b.digest or a.digest == b.digest


def _cluster(a: Item, b: Item) -> str:
    return a.cluster or b.cluster


def compared(
    first: list[float], second: list[float], clusters: list[str] | None = None, *, left_out: int = 0
) -> Paired:
    """The comparison of two equally long lists of scores of the same questions, at least one."""
    differences = [0.0 if abs(a - b) < EQUAL else a - b for a, b in zip(first, second, strict=True)]
    number = len(differences)
    mean = math.fsum(differences) / number
    groups = _sums(differences, clusters, mean)
    declared = groups is not None
    units = [value - mean for value in differences] if groups is None else list(groups.values())
    stderr = None
    if len(units) > 1:
        spread = math.fsum(unit * unit for unit in units) * len(units) / (len(units) - 1)
        stderr = math.sqrt(spread) / number
    p, p_by = _p_value(differences, first + second, clusters if declared else None)
    return Paired(
        items=number,
        wins=sum(value > 0 for value in differences),
        losses=sum(value < 0 for value in differences),
        ties=sum(value == 0 for value in differences),
        difference=100 * mean,
        stderr=None if stderr is None else 100 * stderr,
        freedom=max(len(units) - 1, 0),
        clusters=len(units) if declared else None,
        p=p,
        p_by=p_by,
        mean_a=100 * math.fsum(first) / number,
        mean_b=100 * math.fsum(second) / number,
        left_out=left_out,
    )


def _sums(differences: list[float], clusters: list[str] | None, mean: float) -> dict[str, float] | None:
    """Cluster → sum of its deviations; None when no clusters are declared. An item without one is its own."""
    if clusters is None or not any(clusters):
        return None
    sums: dict[str, list[float]] = {}
    for number, (value, cluster) in enumerate(zip(differences, clusters, strict=True)):
        sums.setdefault(f"c{cluster}" if cluster else f"i{number}", []).append(value - mean)
    return {name: math.fsum(values) for name, values in sums.items()}


# --- p values ------------------------------------------------------------------------------


def _p_value(differences: list[float], scores: Iterable[float], clusters: list[str] | None) -> tuple[float, str]:
    if clusters is None and all(score in (0, 1) for score in scores):
        wins, losses = sum(value > 0 for value in differences), sum(value < 0 for value in differences)
        return mcnemar(wins, losses), "McNemar, exact"
    return sign_flips(differences, clusters), "sign flips"


def mcnemar(wins: int, losses: int) -> float:
    """The two-sided exact p of McNemar's test: a fair coin for each question that one alone solved."""
    number, few = wins + losses, min(wins, losses)
    if number == 0 or wins == losses:
        return 1.0
    logs = [
        math.lgamma(number + 1) - math.lgamma(k + 1) - math.lgamma(number - k + 1) - number * math.log(2)
        for k in range(few + 1)
    ]
    return min(1.0, 2 * math.fsum(math.exp(each) for each in logs))


def sign_flips(differences: list[float], clusters: list[str] | None = None) -> float:
    """The two-sided p of flipping the sign of every difference (of a whole cluster) at random.

    All flips are counted for up to 12 differences that are not zero; above that the sum is
    close to normal, with the sum of squares as its variance.
    """
    sums = _sums(differences, clusters, 0.0)
    units = [value for value in (sums.values() if sums is not None else differences) if abs(value) > EQUAL]
    total = abs(math.fsum(units))
    if not units or total < EQUAL:
        return 1.0
    if len(units) <= MOST_FLIPPED:
        flipped = (
            abs(math.fsum(s * u for s, u in zip(signs, units, strict=True)))
            for signs in product((1, -1), repeat=len(units))
        )
        return float(sum(value >= total - EQUAL for value in flipped) / 2 ** len(units))
    return math.erfc(total / math.sqrt(math.fsum(value * value for value in units)) / math.sqrt(2))
