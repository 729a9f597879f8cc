"""Questions readers ask about two models, answered by claims of the ledger and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.core import wording, words
from comparisons.core.records import Answer, Claim, Comparison

CATEGORY_QUESTIONS = 3  # the heaviest compared categories get a question of their own
OVERALL = ("overall_lead", "overall_even", "overall_mixed", "too_little", "nothing_shared")


def answers(comparison: Comparison, claims: tuple[Claim, ...]) -> tuple[Answer, ...]:
    """Every question that the ledger can answer about this pair."""
    a, b = (side.model.name for side in comparison.sides)
    by_kind: dict[str, list[Claim]] = {}
    for claim in claims:
        by_kind.setdefault(claim.kind, []).append(claim)
    overall = [claim for kind in (*OVERALL, "shared") for claim in by_kind.get(kind, ())]
    answered = [_answer(f"Which is better, {a} or {b}?", overall)]
    answered += _category_answers(comparison, by_kind)
    for question, attribute in words.OPERATION_QUESTIONS.items():
        found = [
            claim for kind in ("ops_lead", "ops_even") for claim in by_kind.get(kind, ()) if claim.scope == attribute
        ]
        if found:
            answered.append(_answer(question, found))
    flips = [claim for kind in ("flip_none", "flip_weight", "needed") for claim in by_kind.get(kind, ())[:1]]
    if flips:
        question = "What would change the call?" if comparison.overall.leader is not None else "What would settle it?"
        answered.append(_answer(question, flips))
    caveats = by_kind.get("not_ranked", []) + by_kind.get("caveat", [])
    if caveats:
        answered.append(_answer("What should I know before I trust these numbers?", caveats))
    return tuple(answered)


def _category_answers(comparison: Comparison, by_kind: dict[str, list[Claim]]) -> list[Answer]:
    compared = [claim for kind in ("category_lead", "category_even") for claim in by_kind.get(kind, ())]
    weights = {line.slug: line.weight for line in comparison.categories}
    compared.sort(key=lambda claim: (-weights[claim.scope], claim.scope))
    answered = []
    for claim in compared[:CATEGORY_QUESTIONS]:
        facts = wording.facts_of(claim, comparison)
        proved = any(number.label == "proof" for number in claim.numbers)
        answer = f"{claim.text} {words.PROOF.format_map(facts)}" if proved else claim.text
        answered.append(Answer(f"Which is better at {facts['scope']}?", answer, (claim.id,)))
    return answered


def _answer(question: str, claims: Iterable[Claim]) -> Answer:
    claims = tuple(claims)
    return Answer(question, " ".join(claim.text for claim in claims), tuple(claim.id for claim in claims))
