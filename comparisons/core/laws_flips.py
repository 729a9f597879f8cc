"""Law 12: what is said to flip or to name a leader does so when it is applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from comparisons.core.compare import compare
from comparisons.core.laws_case import Case, Contradiction
from comparisons.core.points import to_points
from comparisons.core.records import Claim, Comparison, Side
from comparisons.core.scoring import observe, reweigh, stand
from comparisons.core.what_if import rescore
from models_catalog.core.display import decimal_of
from models_catalog.core.specs import INDEPENDENT, PUBLISHED, TIER_INDEPENDENT, CategorySpec, ResultRow

_SLACK = 1e-7


def flips_flip(case: Case) -> Iterator[Contradiction]:
    """Apply every flip as printed and look at the order."""
    leader = case.comparison.overall.leader
    for claim in case.by_kind["flip_weight"]:
        if claim.rule == "names_by_weight":
            yield from _names(case, claim, _with_weight(case, claim))
        elif leader is None or case.slugs[leader] == claim.favours:
            yield Contradiction(12, claim.id, "offers a flip towards the leader")
        elif _overall_gap(case, _shares_with(case, claim.scope, claim.number("needed").value)) > _SLACK:
            yield Contradiction(12, claim.id, "the printed weight does not draw level")
        elif claim.number("needed").value < claim.number("now").value:
            yield Contradiction(12, claim.id, "asks for less weight than there is")
    for claim in case.by_kind["flip_shift"]:
        yield from _shift(case, claim)
    for claim in case.by_kind["flip_none"]:
        yield from _no_flip(case, claim)
    for claim in case.by_kind["hinge"]:
        yield from _hinge(case, claim)
    for claim in case.by_kind["needed"]:
        if claim.rule == "needed":
            yield from _needed(case, claim)
        elif claim.rule == "names_by_result":
            yield from _names(case, claim, _with_result(case, claim))
    if leader is not None and case.comparison.overall.basis in ("ranked", "estimate"):
        told = case.by_kind["flip_none"] or case.by_kind["flip_weight"]
        if not told:
            yield Contradiction(12, "flips", "nothing is said about weights")


def _standings(case: Case):
    leader = case.comparison.overall.leader
    return case.comparison.sides[leader].standing, case.comparison.sides[1 - leader].standing


def _category_gaps(case: Case) -> dict[str, float]:
    """How far the leader is ahead by category, carried ones included."""
    ahead, behind = _standings(case)
    return {slug: ahead.categories[slug].score - behind.categories[slug].score for slug in ahead.categories}


def _measured(case: Case) -> set[str]:
    """Categories in which both have a score of their own; a result outside the common scale gives none."""
    ahead, behind = _standings(case)
    return {slug for slug, line in ahead.categories.items() if not (line.carried or behind.categories[slug].carried)}


def _overall_gap(case: Case, shares: Mapping[str, float]) -> float:
    return sum(shares[slug] * gap for slug, gap in _category_gaps(case).items())


def _shares(case: Case) -> dict[str, float]:
    return {category.slug: category.share for category in case.comparison.fit.categories}


def _shares_with(case: Case, scope: str, share: float) -> dict[str, float]:
    """Give one category a share and scale the others to fill the rest."""
    shares = _shares(case)
    others = sum(value for slug, value in shares.items() if slug != scope)
    scaled = {slug: value * (1 - share) / others if others else 0.0 for slug, value in shares.items()}
    return {**scaled, scope: share}


def _shift(case: Case, claim: Claim) -> Iterator[Contradiction]:
    gaps, shares = _category_gaps(case), _shares(case)
    if claim.scope not in _measured(case):
        yield Contradiction(12, claim.id, "moves weight to a category in which a side has no result")
    left = claim.number("moved").value
    for slug in sorted(gaps, key=lambda slug: -gaps[slug]):
        if slug != claim.scope and gaps[slug] > gaps[claim.scope]:
            part = min(left, shares[slug])
            shares[slug] -= part
            shares[claim.scope] += part
            left -= part
    if _overall_gap(case, shares) > _SLACK:
        yield Contradiction(12, claim.id, "the printed shift does not draw level")


def _no_flip(case: Case, claim: Claim) -> Iterator[Contradiction]:
    gaps = _category_gaps(case)
    looked_at = gaps if claim.rule == "flip_none" else _measured(case) & gaps.keys()
    if claim.rule == "flip_none" and _measured(case) != gaps.keys():
        yield Contradiction(12, claim.id, "speaks of categories in which a model has no result")
    ahead = [slug for slug in looked_at if gaps[slug] < -_SLACK]
    if ahead or case.slugs[case.comparison.overall.leader] != claim.favours:
        yield Contradiction(12, claim.id, f"weights on {', '.join(ahead) or 'some category'} would flip it")


def _hinge(case: Case, claim: Claim) -> Iterator[Contradiction]:
    owner = claim.number("result", _owner(claim)).of
    ahead, behind = _standings(case)
    mine, other = (ahead, behind) if owner == ahead.model else (behind, ahead)
    without = rescore(case.comparison.fit, mine, drop=claim.scope)
    gap = without - other.overall if mine is ahead else other.overall - without
    if gap > _SLACK or claim.favours != behind.model:
        yield Contradiction(12, claim.id, "without this result the order stays")


def _owner(claim: Claim) -> str:
    return next(number.of for number in claim.numbers if number.label == "result")


def _needed(case: Case, claim: Claim) -> Iterator[Contradiction]:
    ahead, behind = _standings(case)
    if claim.scope in behind.by_benchmark:
        yield Contradiction(12, claim.id, "asks for a result that exists")
        return
    number = claim.number("needed", behind.model)
    points = to_points(case.benchmarks[claim.scope], number.value)
    reached = rescore(case.comparison.fit, behind, add=(claim.scope, points))
    if reached < ahead.overall - _SLACK or claim.favours != behind.model:
        yield Contradiction(12, claim.id, f"a result of {number.text} does not draw level")


# ------------------------------------------------------------------ naming a leader, by comparing anew


def _names(case: Case, claim: Claim, anew: Comparison) -> Iterator[Contradiction]:
    leader = anew.overall.leader
    if leader is None or anew.slugs[leader] != claim.favours:
        yield Contradiction(12, claim.id, f"applied, it gives {anew.overall.outcome} and does not name {claim.favours}")


def _with_weight(case: Case, claim: Claim) -> Comparison:
    shares = _shares_with(case, claim.scope, claim.number("needed").value)
    fit = reweigh(case.comparison.fit, shares)
    sides = tuple(
        replace(side, standing=stand(fit, side.model.slug, side.standing.cells)) for side in case.comparison.sides
    )
    return _again(case, fit, sides)


def _with_result(case: Case, claim: Claim) -> Comparison:
    """Compare anew with the missing result put in as an independent one."""
    fit = case.comparison.fit
    number = next(number for number in claim.numbers if number.label == "needed")
    place = case.comparison.side_of(number.of)
    side = case.comparison.sides[place]
    row = ResultRow(
        id=-1,
        uid="missing result",
        model=number.of,
        benchmark=claim.scope,
        score=decimal_of(number.value),
        source_kind=INDEPENDENT,
        source_tier=TIER_INDEPENDENT,
        source_url="https://example.org/",
        state=PUBLISHED,
    )
    rows = (*side.results, row)
    seen = observe(case.benchmarks.values(), rows, fit.lane)[number.of]
    known = [cell for cell in seen if cell.benchmark in case.scored]
    changed = replace(side, results=rows, standing=stand(fit, number.of, known))
    sides = (changed, case.comparison.sides[1]) if place == 0 else (case.comparison.sides[0], changed)
    return _again(case, fit, sides)


def _again(case: Case, fit, sides: tuple[Side, Side]) -> Comparison:
    categories = [
        CategorySpec(category.slug, category.slug, place, category.weight)
        for place, category in enumerate(fit.categories)
    ]
    return compare(fit, *sides, categories=categories, benchmarks=case.benchmarks, today=case.comparison.today)
