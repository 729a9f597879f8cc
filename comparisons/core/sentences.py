"""Sentences that several claims of a kind share, so that a verdict stays short."""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.core import wording
from comparisons.core.records import NONE, RANKED, Claim, Comparison, Sentence

LEADS_WITH_NUMBERS = 2  # beyond, only the largest lead of a sentence shows its numbers


def lead_sentences(comparison: Comparison, leads: list[Claim]) -> list[Sentence]:
    """Category leads of one strength: a sentence a model, or one for both on shared tests alone."""
    first = comparison.overall.ahead or 0
    order = (comparison.slugs[first], comparison.slugs[1 - first])
    groups = [group for slug in order if (group := [claim for claim in leads if claim.favours == slug])]
    parts = [(wording.facts_of(group[0], comparison)["F"], _areas(comparison, group)) for group in groups]
    if groups and not any(number.label == "score" for number in groups[0][0].numbers):
        (name, areas), *others = parts
        also = "".join(f", {other} {in_others}" for other, in_others in others)
        return [
            Sentence(
                wording.LEADS_SHARED_ONLY.format(F=name, areas=areas, also=also),
                tuple(claim for group in groups for claim in group),
            )
        ]
    template = wording.LEADS[leads[0].strength] if leads else ""
    return [
        Sentence(template.format(F=name, areas=areas), tuple(group))
        for (name, areas), group in zip(parts, groups, strict=True)
    ]


def _areas(comparison: Comparison, leads: list[Claim]) -> str:
    """Where a model leads: at most two categories with numbers, else the largest lead alone."""
    facts = [wording.facts_of(claim, comparison) for claim in leads]
    if len(leads) <= LEADS_WITH_NUMBERS:
        return " and ".join(f"in {_with_numbers(fact)}" for fact in facts)
    largest = max(range(len(leads)), key=lambda place: (leads[place].number("gap").value, leads[place].scope))
    others = wording.listed(fact["scope"] for place, fact in enumerate(facts) if place != largest)
    return f"in {_with_numbers(facts[largest])}, and also in {others}"


def _with_numbers(facts: dict[str, str]) -> str:
    numbers = f"{facts['F_score']} to {facts['O_score']}" if "F_score" in facts else f"by {facts['gap']} points"
    return f"{facts['scope']} ({numbers})"


def even_sentence(comparison: Comparison, claims: list[Claim]) -> Sentence:
    """The categories too close to call."""
    names = [wording.facts_of(claim, comparison)["scope"] for claim in claims]
    verb = "is" if len(names) == 1 else "are"
    return Sentence(f"{wording.capital(wording.listed(names))} {verb} too close to call.", tuple(claims))


def missing_sentence(comparison: Comparison, claims: list[Claim]) -> Sentence:
    """The categories that are not compared, by reason."""
    by_reason: dict[str, list[str]] = {}
    for claim in claims:
        facts = wording.facts_of(claim, comparison)
        by_reason.setdefault(comparison.by_category[claim.scope].reason, []).append(facts["scope"])
    groups = [f"{wording.listed(names)} ({reason})" for reason, names in by_reason.items()]
    return Sentence(f"Not compared: {', '.join(groups)}.", tuple(claims))


def swing_sentence(comparison: Comparison, claims: Iterable[Claim]) -> list[Sentence]:
    """The shared results most in favour of either model, in one sentence."""
    swings = [claim for claim in claims if claim.kind == "biggest_swing"]
    if not swings:
        return []
    if len(swings) == 1:
        return [Sentence(swings[0].text, tuple(swings))]
    swings.sort(key=lambda claim: -claim.number("points").value)
    one, other = (wording.facts_of(claim, comparison) for claim in swings)
    text = wording.BOTH_SWINGS.format(
        one=f"{one['F']} most is {_result(one)}", other=f"{other['F']} is {_result(other)}"
    )
    return [Sentence(text, tuple(swings))]


def _result(facts: dict[str, str]) -> str:
    return f"{facts['scope']}, {facts['F_value']} to {facts['O_value']}"


def caveat_sentences(comparison: Comparison, claims: Iterable[Claim]) -> list[Sentence]:
    """The caveats a reader needs beside the verdict, few and short; the ledger has all."""
    caveats = [claim for claim in claims if claim.kind in ("not_ranked", "caveat")]
    unranked = [claim for claim in caveats if claim.kind == "not_ranked"]
    sentences = [_plain(claim) for claim in caveats if claim.rule in ("retired", "no_category_lead")]
    if comparison.overall.basis != RANKED and unranked:
        sentences += _not_ranked(comparison, unranked)
    if comparison.overall.basis == NONE:
        return sentences
    one_family = [claim for claim in caveats if claim.rule == "one_family"]
    unvouched = {claim.scope for claim in unranked if "few_independent_families" in _causes(claim)}
    said = unvouched | {claim.scope for claim in one_family}
    sentences += [_plain(claim) for claim in one_family if claim.scope not in unvouched]
    sentences += [_plain(claim) for claim in caveats if claim.rule == "second_opinion"]
    makers = [claim for claim in caveats if claim.rule == "self_reported" and claim.scope not in said]
    return sentences + ([_self_reported(comparison, makers)] if makers else [])


def _plain(claim: Claim) -> Sentence:
    return Sentence(claim.text, (claim,))


def _causes(claim: Claim) -> tuple[str, ...]:
    """The codes of the conditions of a rank that a model misses."""
    return tuple(n.label.partition(":")[0] for n in claim.numbers if n.label.endswith(":found"))


def _not_ranked(comparison: Comparison, claims: list[Claim]) -> list[Sentence]:
    """Why there is no rank, without numbers; one sentence where both miss the same."""
    worded = {
        claim.scope: wording.listed(wording.NOT_RANKED_SHORT[code] for code in _causes(claim)[:2]) for claim in claims
    }
    if len(claims) == 2 and len(set(worded.values())) == 1:
        return [Sentence(wording.NOT_RANKED_BOTH.format(causes=worded[claims[0].scope]), tuple(claims))]
    return [
        Sentence(wording.NOT_RANKED_ONE.format(name=_name(comparison, claim), causes=worded[claim.scope]), (claim,))
        for claim in claims
    ]


def _self_reported(comparison: Comparison, claims: list[Claim]) -> Sentence:
    """Whose figures are mostly their maker's own, both models in one sentence."""
    if len(claims) == 1 and claims[0].number("self_reported", claims[0].scope).value == 1:
        return _plain(claims[0])
    parts = []
    for claim in claims:
        own, every = (claim.number(label, claim.scope) for label in ("self_reported", "results"))
        share = f"all {every.text}" if own.value == every.value else f"{own.text} of the {every.text}"
        parts.append(f"{share} results of {_name(comparison, claim)}")
    text = wording.SELF_REPORTED.format(parts=wording.listed(parts), whose=wording.MAKERS[len(claims)])
    return Sentence(wording.capital(text), tuple(claims))


def _name(comparison: Comparison, claim: Claim) -> str:
    return comparison.sides[comparison.side_of(claim.scope)].model.name
