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
from comparisons.core.paired import Paired

REPORTS = 1.41  # two reports scatter by this many times as much as one
TAU = 3.0  # points by which a report on a percent scale scatters
NAMED, CLEAR_FROM = 0.842, 1.645
FEW = 30  # questions below which the exact test is heard too
FREEDOM = 5  # of the t distribution that turns z into a probability
SUREST = 0.99  # no probability above this is printed
CLEAR, LIKELY, NONE = "clear", "likely", "none"


@dataclass(frozen=True, slots=True)
class ItemCall:
    """`word`; `favours` 0 for the first model, 1 for the second, None for nobody; `p` of the order; `z` behind it."""

    word: str
    favours: int | None
    p: float
    z: float


def item_call(paired: Paired, tau: float = TAU) -> ItemCall:
    """The call on a paired comparison of a percent scale."""
    of_reports = abs(paired.difference) / (REPORTS * tau)
    of_items = heard_z(paired)
    z = 0.0
    if of_reports and of_items:
        z = of_reports if math.isinf(of_items) else 1 / math.sqrt(1 / of_reports**2 + 1 / of_items**2)
    word = CLEAR if z >= CLEAR_FROM else LIKELY if z >= NAMED else NONE
    favours = None if word == NONE else int(paired.difference < 0)
    return ItemCall(word, favours, probability(z), z)


def heard_z(paired: Paired) -> float:
    """The items' z; with few questions, or none that scatter, at most what the exact test allows."""
    if paired.items >= FEW and paired.stderr:
        return paired.z
    exact = NormalDist().inv_cdf(1 - paired.p / 2) if paired.p < 1 else 0.0
    return min(paired.z, exact)


def probability(z: float) -> float:
    """That the order is right: a t distribution of 5 degrees of freedom scaled to unit variance, at most 99 %."""
    return min(SUREST, 1 - student.tail(z * math.sqrt(FREEDOM / (FREEDOM - 2)), FREEDOM))
