"""Which other comparisons help a reader of this one: rivals, siblings, same price, open weights.

Chosen from standings and prices, never at random: the same catalogue gives the same list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models_catalog.core.specs import ModelSpec

NEAREST, SIBLING, SAME_PRICE, OPEN = "nearest rival", "sibling", "similar price", "open alternative"
REASONS = (NEAREST, SIBLING, SAME_PRICE, OPEN)
# How a reason reads before the name of the model it is about.
WORDS = {
    NEAREST: "nearest rival of",
    SIBLING: "sibling of",
    SAME_PRICE: "priced much like",
    OPEN: "open alternative to",
}
PRICE_BAND = Decimal("1.5")  # a similar price is at most this many times as high or as low


@dataclass(frozen=True)
class Candidate:
    """What the choice looks at: a model, its overall score in the lane, its blended price, and the slugs
    of the benchmarks it has counting results on."""

    model: ModelSpec
    overall: float | None
    price: Decimal | None
    tests: frozenset[str]


def neighbours(candidates: Iterable[Candidate]) -> dict[str, dict[str, str]]:
    """For each model the closest one by each reason: slug -> reason -> slug. Missing reasons have no entry.

    "Closest" is by overall score; of equally close ones the first by slug. A model without a
    score has siblings only. Nobody is sent to a comparison in which nothing is shared.
    """
    pool = sorted(candidates, key=lambda candidate: candidate.model.slug)
    return {candidate.model.slug: _of(candidate, pool) for candidate in pool}


def _of(own: Candidate, pool: list[Candidate]) -> dict[str, str]:
    others = [other for other in pool if other is not own and own.tests & other.tests]
    scored = [other for other in others if other.overall is not None] if own.overall is not None else []
    groups = {
        NEAREST: [other for other in scored if other.model.lab != own.model.lab],
        SIBLING: [other for other in others if _siblings(own.model, other.model)],
        SAME_PRICE: [other for other in scored if _similar_price(own.price, other.price)],
        OPEN: [other for other in scored if other.model.open_weights and not own.model.open_weights],
    }
    found: dict[str, str] = {}
    for reason, group in groups.items():
        fresh = [other for other in group if other.model.slug not in found.values()]
        if fresh:
            found[reason] = min(fresh, key=lambda other: _distance(own, other)).model.slug
    return found


def _siblings(own: ModelSpec, other: ModelSpec) -> bool:
    return own.lab == other.lab and bool(own.family) and own.family == other.family


def _similar_price(own: Decimal | None, other: Decimal | None) -> bool:
    if not own or not other:
        return False
    return max(own, other) <= min(own, other) * PRICE_BAND


def _distance(own: Candidate, other: Candidate) -> tuple[float, str]:
    if own.overall is None or other.overall is None:
        return (float("inf"), other.model.slug)
    return (abs(own.overall - other.overall), other.model.slug)


def related_pairs(
    slugs: tuple[str, str], known: Mapping[str, Mapping[str, str]], most: int = 6
) -> list[tuple[str, str, str]]:
    """Pairs related to a pair: (its model, the other model, reason), by reason, both sides in turn."""
    found: list[tuple[str, str, str]] = []
    seen: set[frozenset[str]] = {frozenset(slugs)}
    for reason in REASONS:
        for own in slugs:
            other = known.get(own, {}).get(reason)
            pair = frozenset((own, other or own))
            if other and pair not in seen and len(found) < most:
                seen.add(pair)
                found.append((own, other, reason))
    return found
