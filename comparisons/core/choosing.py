"""“Which is the cheapest that will do?”: models held against limits and against one that is good enough.

A model will do where it keeps every limit and is not clearly worse than the yardstick under the reader's
weights. It is clearly worse where the order of the two overall scores is as sure as the method asks for a
clear lead. Ignorance never qualifies: a model that has no rank under the weights, or no result of its own in
the categories that hold most of them, cannot be judged, however cheap it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from comparisons.core import pairing
from comparisons.core.method import METHOD
from comparisons.core.standing import LaneFit, ModelStanding

DOES, WORSE, MISSES, UNKNOWN = "does", "worse", "misses", "unknown"
# How a model stands to the yardstick.
IS_IT, CLEARLY_AHEAD, LIKELY_AHEAD, LEVEL, LIKELY_BEHIND, CLEARLY_BEHIND = (
    "is it",
    "clearly ahead",
    "likely ahead",
    "too close to call",
    "likely behind",
    "clearly behind",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model to be judged: its standing under the weights, what it costs, and the limits it misses, in words.

    `cost` is in USD, for the workload or for 1M tokens; None is not known.
    """

    slug: str
    standing: ModelStanding | None
    cost: Decimal | None
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate, whether it will do, and how it stands to the yardstick with the probability of that order.

    `verdict` is DOES, WORSE, MISSES (a limit) or UNKNOWN, `against` one of the words above or None where it
    was not judged, `p` the probability from 0.5 up that the order of the two is as said.
    """

    candidate: Candidate
    verdict: str
    against: str | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The outcome: what will do, cheapest first, and everything else by the reason it will not.

    `nearest` are those that miss the fewest limits without being clearly worse, cheapest first.
    """

    does: tuple[Judged, ...]
    worse: tuple[Judged, ...]
    nearest: tuple[Judged, ...]
    unknown: tuple[Judged, ...]

    @property
    def cheapest(self) -> Judged | None:
        """The answer, or None."""
        return self.does[0] if self.does else None


def choose(fit: LaneFit, candidates: Iterable[Candidate], yardstick: ModelStanding) -> Choice:
    """Judge every candidate against the yardstick, all under the weights of `fit`.

    A lower cost, a limit more that is kept or a better score never turns one that does into one that does not.
    """
    judged = [judge(fit, candidate, yardstick) for candidate in candidates]
    groups: Mapping[str, list[Judged]] = {word: [] for word in (DOES, WORSE, MISSES, UNKNOWN)}
    for each in judged:
        groups[each.verdict].append(each)
    return Choice(
        does=_cheapest_first(groups[DOES]),
        worse=_cheapest_first(groups[WORSE]),
        nearest=tuple(sorted(_cheapest_first(groups[MISSES]), key=lambda each: len(each.candidate.misses))),
        unknown=_cheapest_first(groups[UNKNOWN]),
    )


def judge(fit: LaneFit, candidate: Candidate, yardstick: ModelStanding) -> Judged:
    """Whether one model will do. What cannot be judged is said before what it misses."""
    standing = candidate.standing
    if standing is None or not standing.ranked or measured_share(fit, standing) < METHOD.rank_coverage:
        return Judged(candidate, UNKNOWN)
    against, p = _order(fit, standing, yardstick)
    if against == CLEARLY_BEHIND:
        return Judged(candidate, WORSE, against, p)
    if candidate.misses:
        return Judged(candidate, MISSES, against, p)
    return Judged(candidate, DOES if candidate.cost is not None else UNKNOWN, against, p)


def measured_share(fit: LaneFit, standing: ModelStanding) -> float:
    """The share of the weights that lies on categories in which the model has results of its own."""
    own = {slug for slug, line in standing.categories.items() if not line.carried}
    return sum(category.share for category in fit.categories if category.slug in own)


def _order(fit: LaneFit, standing: ModelStanding, yardstick: ModelStanding) -> tuple[str, float | None]:
    if standing.model == yardstick.model:
        return IS_IT, None
    pair = pairing.pair(fit, standing, yardstick)
    if pair is None or pair.leader is None or pair.p_leader < METHOD.likely:
        return LEVEL, pair and pair.p_leader
    ahead, clear = pair.leader == standing.model, pair.p_leader >= METHOD.clear
    word = (CLEARLY_AHEAD if clear else LIKELY_AHEAD) if ahead else (CLEARLY_BEHIND if clear else LIKELY_BEHIND)
    return word, pair.p_leader


def _cheapest_first(judged: Sequence[Judged]) -> tuple[Judged, ...]:
    def order(each: Judged) -> tuple:
        cost, standing = each.candidate.cost, each.candidate.standing
        score = standing.overall if standing and standing.overall is not None else 0.0
        return cost is None, cost or Decimal(0), -score, each.candidate.slug

    return tuple(sorted(judged, key=order))
