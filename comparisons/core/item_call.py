"""What may be said of a paired difference: clear, likely or nothing, and with which probability.

The rule of one benchmark with the items' own scatter in place of the binomial one: the
difference has to stand out both from how far two reports on one test differ (tau points) and
from the scatter of its questions. With fewer than 30 questions the t interval promises too
much, so there the exact test has to agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from comparisons.core.method import METHOD
from comparisons.core.paired import Paired
from comparisons.core.records import CLEAR, LIKELY, NONE
from comparisons.core.single_benchmark import joined, probability, word_of

__all__ = ["CLEAR", "LIKELY", "NONE", "ItemCall", "heard_z", "item_call", "probability"]

FEW = 30  # questions below which the exact test is heard too


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
    """The items' z; with few questions, or none that scatter, at most what the exact test allows."""
    if paired.items >= FEW and paired.stderr:
        return paired.z
    exact = NormalDist().inv_cdf(1 - paired.p / 2) if paired.p < 1 else 0.0
    return min(paired.z, exact)
