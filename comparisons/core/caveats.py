"""Caveats: what a careful reader should know before trusting the numbers of a pair."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from comparisons.core import rank_reasons
from comparisons.core.claims import EvidenceShelf, count_number, is_ranked_basis
from comparisons.core.method import LOW, METHOD
from comparisons.core.records import Claim, Comparison, Evidence, Number, Side
from models_catalog.core import display

LEAST_RESULTS = 2  # "all its results" needs more than one


def caveat_claims(comparison: Comparison, shelf: EvidenceShelf) -> tuple[Claim, ...]:
    """Every caveat that holds, per model and for the pair; all of them favour nobody."""
    claims = []
    for place, side in enumerate(comparison.sides):
        claims += _not_ranked(side, shelf)
        claims += _grade(side, comparison)
        claims += _sources(side, shelf)
        claims += _noted(side, comparison, place)
        claims += _carried(side, comparison)
        claims += _second_opinion(side, comparison, place)
        claims += _retired(side)
    claims += _no_category_lead(comparison)
    claims += _same_family(comparison)
    return tuple(claims)


def _caveat(rule: str, side: Side, numbers: tuple[Number, ...], evidence=(), strength=None) -> Claim:
    slug = side.model.slug
    return Claim(f"caveat:{rule}:{slug}", "caveat", None, slug, strength, numbers, None, evidence, rule)


def _not_ranked(side: Side, shelf: EvidenceShelf) -> list[Claim]:
    """Why a model has no rank: the conditions it misses, with what was found and asked for."""
    standing, slug = side.standing, side.model.slug
    if standing is None or standing.ranked:
        return []
    numbers = []
    for reason in standing.reasons:
        found, limit = rank_reasons.figures(reason)
        numbers += [
            Number(slug, f"{reason.code}:found", reason.found, found),
            Number(slug, f"{reason.code}:limit", reason.limit, limit),
        ]
    evidence = shelf.of_model(slug)
    return [Claim(f"not_ranked:{slug}", "not_ranked", None, slug, None, tuple(numbers), None, evidence, "not_ranked")]


def _grade(side: Side, comparison: Comparison) -> list[Claim]:
    place = comparison.side_of(side.model.slug)
    score = comparison.overall.scores[place]
    if score is None or side.standing.grade != LOW or not is_ranked_basis(comparison):
        return []
    slug = side.model.slug
    numbers = (
        Number(slug, "score", score.score, score.text, "points"),
        Number(slug, "margin", (score.high - score.low) / 2, score.margin_text, "points"),
    )
    return [_caveat("low_grade", side, numbers)]


def _sources(side: Side, shelf: EvidenceShelf) -> list[Claim]:
    """Say when a model's figures are mostly its maker's word, or others' word from one test."""
    if side.standing is None or len(side.standing.cells) < LEAST_RESULTS:
        return []
    slug, cells = side.model.slug, side.standing.cells
    own = sum(cell.self_reported for cell in cells)
    numbers = (count_number("self_reported", own, slug), count_number("results", len(cells), slug))
    evidence = shelf.of_model(slug)
    found = [_caveat("self_reported", side, numbers, evidence)] if own >= METHOD.mostly_own * len(cells) else []
    vouched = len(cells) - own
    if side.standing.independent_families == 1 and vouched >= LEAST_RESULTS:
        numbers += (count_number("vouched", vouched, slug),)
        found.append(_caveat("one_family", side, numbers, evidence))
    return found


def _noted(side: Side, comparison: Comparison, place: int) -> list[Claim]:
    """Say that counting results carry an editor's note, and quote the one most of them carry."""
    counting = [line.counting[place] for line in comparison.benchmarks]
    rows = [cell.row for cell in counting if cell is not None and cell.counts]
    noted = [row for row in rows if row.note]
    if not noted:
        return []
    slug = side.model.slug
    (quoted, _), *_ = sorted(Counter(row.note for row in noted).items(), key=lambda item: (-item[1], item[0]))
    numbers = (
        replace(count_number("noted", len(noted), slug), note=quoted.rstrip(".")),
        count_number("results", len(rows), slug),
    )
    evidence = tuple(
        Evidence(row.id, row.benchmark, slug, row.source_url, row.source_kind, True, cell.text)
        for cell in counting
        if cell is not None and cell.counts and (row := cell.row).note
    )
    return [_caveat("noted", side, numbers, evidence)]


def _carried(side: Side, comparison: Comparison) -> list[Claim]:
    if side.standing is None or not is_ranked_basis(comparison):
        return []
    carried = [
        category
        for category in comparison.fit.categories
        if category.share > 0 and side.standing.categories[category.slug].carried
    ]
    if not carried:
        return []
    slug = side.model.slug
    weight = sum(category.share for category in carried)
    numbers = (
        count_number("categories", len(carried), slug),
        Number(slug, "weight", weight, display.weight_share(weight)),
    )
    return [_caveat("carried", side, numbers)]


def _second_opinion(side: Side, comparison: Comparison, place: int) -> list[Claim]:
    opinion = comparison.opinions[place]
    if opinion is None or abs(opinion.rank - opinion.ours) <= METHOD.opinion_places:
        return []
    slug = side.model.slug
    numbers = (count_number("theirs", opinion.rank, slug), count_number("ours", opinion.ours, slug))
    return [_caveat("second_opinion", side, numbers)]


def _retired(side: Side) -> list[Claim]:
    if side.model.status not in ("deprecated", "retired"):
        return []
    return [_caveat("retired", side, (), strength=None)]


def _no_category_lead(comparison: Comparison) -> list[Claim]:
    """An overall leader without a category lead must say where its lead comes from."""
    leader = comparison.overall.leader
    if leader is None or comparison.tally.leads[leader] > 0:
        return []
    numbers = (count_number("comparable", comparison.tally.comparable),)
    slug = comparison.slugs[leader]
    return [Claim("caveat:no_category_lead", "caveat", None, slug, None, numbers, None, (), "no_category_lead")]


def _same_family(comparison: Comparison) -> list[Claim]:
    a, b = (side.model for side in comparison.sides)
    if not a.family or (a.family, a.lab) != (b.family, b.lab):
        return []
    return [Claim("family_note", "family_note", None, a.family, None, (), None, (), "same_family")]
