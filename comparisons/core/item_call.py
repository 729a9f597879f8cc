"""What may be said of a paired difference: clear, likely or nothing, and with which probability.

The rule of one benchmark with the items' own scatter in place of the binomial one: the
difference has to stand out both from how far two reports on one test differ (tau points) and
from the scatter of its questions. With fewer than 30 questions the t interval promises too
much, so there the exact test has to agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from comparisons.core import student
from comparisons.core.method import METHOD
from comparisons.core.paired import Paired
from comparisons.core.records import CLEAR, LIKELY, NONE
from comparisons.core.single_benchmark import joined, probability, word_of

__all__ = ["CLEAR", "LIKELY", "NONE", "ItemCall", "heard_z", "item_call", "probability"]

FEW = 30  # questions below which the exact test is heard too
FAINTEST = 0.5  # errors, far from a word
MANY = 200  # independent units from which on t is as good as normal


@dataclass(frozen=True, slots=True)
class ItemCall:
    """`word`; `favours` 0 for the first model, 1 for the second, None for nobody; `p` of the order; `z` behind it."""

    word: str
    favours: int | None
    p: float
    z: float


def item_call(paired: Paired, strayed: float = 1.0) -> ItemCall:
    """The call on a paired comparison of a percent scale; `strayed` widens the scatter of reports."""
    of_reports = abs(paired.difference) / (METHOD.report_pair * METHOD.report_scatter * strayed)
    z = joined(of_reports, heard_z(paired))
    word = word_of(z)
    favours = None if word == NONE else int(paired.difference < 0)
    return ItemCall(word, favours, probability(z), z)


def heard_z(paired: Paired) -> float:
    """The items' z, so that a difference is clear only where it is larger than its own margin.

    Few independent units (questions, or clusters of them) are heard through the t distribution,
    and with few questions, or none that scatter, the exact test must agree.
    """
    if paired.items >= FEW and paired.stderr:
        return paired.z if paired.freedom >= MANY else _as_normal(student.tail(paired.z, paired.freedom))
    exact = _as_normal(paired.p / 2) if paired.p < 1 else 0.0
    if not paired.stderr:
        return min(paired.z, exact)
    return min(_as_normal(student.tail(paired.z, paired.freedom)), exact)


def heard_error(paired: Paired) -> float:
    """The standard error of the difference, in points, that makes it `heard_z` errors large.

    A difference that the exact test does not hear at all still gets an end to its margin.
    """
    return abs(paired.difference) / max(heard_z(paired), FAINTEST) or paired.stderr or 0.0


def _as_normal(share: float) -> float:
    """The z above which this share of a normal distribution lies."""
    return math.inf if share <= 0 else max(0.0, -NormalDist().inv_cdf(share))
