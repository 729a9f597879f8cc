"""Laws 4, 5, 8, 9 and 13: what evidence there is decides what may be said at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from comparisons.core import pairing
from comparisons.core.counting import refusal
from comparisons.core.laws_case import Case, Contradiction
from comparisons.core.method import METHOD
from comparisons.core.records import (
    CLEAR,
    ESTIMATE,
    EVEN,
    LEANING,
    LIKELY,
    MIXED,
    NONE,
    NOTHING_SHARED,
    RANKED,
    SHARED,
    TOO_CLOSE,
    TOO_LITTLE,
    CategoryLine,
)
from models_catalog.core.specs import GENERATED, PUBLISHED, ResultRow

OVERALL_KINDS = {
    "overall_lead": (CLEAR, LIKELY),
    "overall_even": (TOO_CLOSE,),
    "overall_mixed": (MIXED,),
    "too_little": (TOO_LITTLE,),
    "nothing_shared": (NOTHING_SHARED,),
}


def outcome_follows_from_the_evidence(case: Case) -> Iterator[Contradiction]:
    """Basis and outcome, derived again from standings and shared benchmarks."""
    comparison, overall = case.comparison, case.comparison.overall
    if set(comparison.shared.benchmarks) != case.shared:
        yield Contradiction(
            8, "shared", f"counts {len(comparison.shared.benchmarks)} shared, rows say {len(case.shared)}"
        )
    either = case.scored & (case.counting[0].keys() | case.counting[1].keys())
    if comparison.shared.of != len(either):
        yield Contradiction(8, "shared", f"says either has {comparison.shared.of} benchmarks, rows say {len(either)}")
    basis = _basis(case)
    if overall.basis != basis:
        yield Contradiction(4, "overall", f"basis {overall.basis}, the evidence allows {basis}")
        return
    if (overall.leader is not None) != (overall.outcome in (CLEAR, LIKELY)):
        yield Contradiction(4, "overall", f"outcome {overall.outcome} with leader {overall.leader}")
    allowed = (TOO_LITTLE,) if overall.unmeasured else _allowed_outcomes(case, basis)
    if overall.outcome not in allowed:
        yield Contradiction(4, "overall", f"outcome {overall.outcome}, the evidence allows {', '.join(allowed)}")
    if overall.leader is not None and overall.leader != _ahead(case, basis):
        yield Contradiction(1, "overall", "the leader is not the model that is ahead")
    heads = [claim for kind in OVERALL_KINDS for claim in case.by_kind[kind]]
    if len(heads) != 1 or overall.outcome not in OVERALL_KINDS[heads[0].kind]:
        yield Contradiction(4, "overall", "the ledger does not have exactly one claim that fits the outcome")


def _basis(case: Case) -> str:
    standings = [side.standing for side in case.comparison.sides]
    if not case.shared or None in standings:
        return NONE
    if all(s.overall is not None and s.ranked for s in standings):
        return RANKED
    if all(s.overall is not None and s.families >= METHOD.estimate_families for s in standings):
        return ESTIMATE
    return SHARED if len(case.shared) >= METHOD.shared_benchmarks and _shared_result(case) is not None else NONE


def _shared_result(case: Case):
    """The shared-only comparison, on exactly the benchmarks the rows say are shared."""
    alone = (
        replace(side.standing, cells=tuple(cell for cell in side.standing.cells if cell.benchmark in case.shared))
        for side in case.comparison.sides
    )
    return pairing.shared(case.comparison.fit, *alone)


def _allowed_outcomes(case: Case, basis: str) -> tuple[str, ...]:
    if basis == NONE:
        return (TOO_LITTLE if case.shared else NOTHING_SHARED,)
    p, printed_level = _probability(case, basis)
    if printed_level or p < METHOD.likely:
        return (TOO_CLOSE,)
    if basis != SHARED and len(case.shared) >= METHOD.shared_benchmarks:
        shared = _shared_result(case)
        against = (
            shared is not None and shared.p_leader >= METHOD.likely and shared.leader != case.slugs[_ahead(case, basis)]
        )
        if against:
            # A shared lead that prints as 0.0 names nobody, so it contradicts nobody either.
            return (MIXED,) if round(abs(shared.delta), 1) > 0 else (CLEAR, LIKELY)
    if p >= METHOD.clear and basis == RANKED and len(case.shared) >= METHOD.shared_benchmarks:
        return (CLEAR,)
    return (LIKELY,)


def _probability(case: Case, basis: str) -> tuple[float, bool]:
    """The probability of the order, and whether the two figures are printed alike."""
    if basis == SHARED:
        result = _shared_result(case)
        return result.p_leader, round(abs(result.delta), 1) == 0
    a, b = (side.standing for side in case.comparison.sides)
    result = pairing.pair(case.comparison.fit, a, b)
    return result.p_leader, f"{a.overall:.1f}" == f"{b.overall:.1f}"


def _ahead(case: Case, basis: str) -> int | None:
    if basis == SHARED:
        return 0 if _shared_result(case).delta > 0 else 1
    a, b = (side.standing.overall for side in case.comparison.sides)
    return 0 if a > b else 1


def leader_leads_somewhere_or_it_is_said(case: Case) -> Iterator[Contradiction]:
    """Law 5: an overall leader leads a category both have results in, or the verdict says so."""
    leader = case.comparison.overall.leader
    if leader is None:
        return
    slug = case.slugs[leader]
    if any(claim.favours == slug for claim in case.by_kind["category_lead"]):
        return
    said = any(claim.rule == "no_category_lead" for sentence in case.verdict.sentences for claim in sentence.claims)
    if not said:
        yield Contradiction(5, "overall_lead", f"{slug} leads no category, and the verdict does not say so")


def only_comparable_results_are_subtracted(case: Case) -> Iterator[Contradiction]:
    """Law 8: one benchmark, one lane, comparable settings, published results."""
    for line in case.comparison.benchmarks:
        if not line.comparable:
            continue
        rows = tuple(side.get(line.benchmark.slug) for side in case.counting)
        if None in rows:
            yield Contradiction(8, line.benchmark.slug, "compares although a side has no counting result")
            continue
        for cell, side in zip(line.cells, case.comparison.sides, strict=True):
            row = case.rows.get(cell.row.id)
            taken = row is not None and row.model == side.model.slug and row.benchmark == line.benchmark.slug
            if not taken or row.state != PUBLISHED or refusal(row, case.comparison.lane) is not None:
                yield Contradiction(8, line.benchmark.slug, "compares a row that the lane leaves out")
        if line.cells[0].row.standard != line.cells[1].row.standard:
            yield Contradiction(8, line.benchmark.slug, "compares different settings")
    for claim in case.verdict.claims:
        if claim.kind not in ("category_lead", "shared", "overall_lead", "benchmark_lead", "biggest_swing"):
            continue
        for item in claim.evidence:
            row = case.rows.get(item.result)
            if row is None or row.source_kind == GENERATED or row.state != PUBLISHED or row.model != item.model:
                yield Contradiction(8, claim.id, f"rests on result {item.result}, which does not count")
        if claim.kind == "shared" and not {item.benchmark for item in claim.evidence} <= case.shared:
            yield Contradiction(8, claim.id, "rests on benchmarks that are not shared")


def missing_is_missing(case: Case) -> Iterator[Contradiction]:
    """Law 9: a category without results on a side is neither led nor tied, and has no score there."""
    kinds = ("category_lead", "category_even", "category_missing")
    for line in case.comparison.categories:
        results = case.results_in(line.slug)
        said = [claim for kind in kinds for claim in case.by_kind[kind] if claim.scope == line.slug]
        if any(results) and len(said) != 1:
            yield Contradiction(9, line.slug, f"has {len(said)} category claims instead of one")
        for side in (0, 1):
            if not results[side] and line.scores[side] is not None:
                yield Contradiction(9, line.slug, f"{case.slugs[side]} has a score without a result")
        if 0 in results:
            if line.strength is not None or line.leader is not None or line.gap is not None:
                yield Contradiction(9, line.slug, "is called although a side has no result")
            if any(claim.kind != "category_missing" for claim in said):
                yield Contradiction(9, line.slug, "has a claim although a side has no result")
        elif line.strength is not None:
            yield from _category_strength(case, line)


def _category_strength(case: Case, line: CategoryLine) -> Iterator[Contradiction]:
    shared = {slug for slug in case.shared if case.benchmarks[slug].category == line.slug}
    if set(line.shared) != shared:
        yield Contradiction(8, line.slug, "counts other shared benchmarks than the rows")
    if not line.by_shared:
        a, b = (side.standing for side in case.comparison.sides)
        p = pairing.category_pair(a, b, line.slug).p_leader
        scores = tuple(s.categories[line.slug].score for s in (a, b))
        if line.leader is not None and scores[line.leader] <= scores[1 - line.leader]:
            yield Contradiction(1, line.slug, "the leader has the lower score")
    else:
        p = line.p_leader
    if line.strength != EVEN and p < METHOD.likely:
        yield Contradiction(4, line.slug, f"is called {line.strength} at P {p:.3f}")
    if line.strength == EVEN and p >= METHOD.likely and line.gap_text != "0.0":
        yield Contradiction(4, line.slug, f"is called even at P {p:.3f}")
    if line.strength == CLEAR and (p < METHOD.clear or not shared or _basis(case) != RANKED):
        yield Contradiction(4, line.slug, "is called clear without the evidence for it")
    if line.strength == LEANING and shared:
        yield Contradiction(4, line.slug, "only leans although benchmarks are shared")
    if line.strength in (CLEAR, LIKELY) and not shared:
        yield Contradiction(4, line.slug, "is called without a shared benchmark")


def tally_counts_the_leads(case: Case) -> Iterator[Contradiction]:
    """Law 9: the tally equals the category leads; what cannot be compared is no tie."""
    tally = case.comparison.tally
    leads = tuple(sum(1 for c in case.by_kind["category_lead"] if c.favours == slug) for slug in case.slugs)
    even, missing = (
        len(case.by_kind["category_even"]),
        sum(1 for line in case.comparison.categories if line.strength is None),
    )
    if (tally.leads, tally.even, tally.not_comparable) != (leads, even, missing):
        yield Contradiction(9, "category_tally", f"{tally} does not count {leads}, {even} even, {missing} not compared")
    for claim in case.by_kind["category_tally"]:
        printed = tuple(claim.number("leads", slug).value for slug in case.slugs)
        if printed != leads or claim.number("even").value != even:
            yield Contradiction(9, claim.id, "prints another tally than the category claims")


def _records(rows: Iterable[ResultRow]) -> list[tuple]:
    return sorted((r.benchmark, r.score, r.standard, r.source_tier, r.source_url, r.state, r.effort) for r in rows)


def identical_records_favour_nobody(case: Case) -> Iterator[Contradiction]:
    """Law 13: two models with the same results are not told apart by them."""
    ours, theirs = (side.results for side in case.comparison.sides)
    if len(ours) != len(theirs) or _records(ours) != _records(theirs):
        return
    for claim in case.verdict.claims:
        if claim.favours is not None and claim.kind in ("overall_lead", "category_lead", "shared", "biggest_swing"):
            yield Contradiction(13, claim.id, "tells two models with identical results apart")
