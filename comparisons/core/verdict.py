"""Claims to words: headline, sentences, reasons to choose, flips, questions and answers.

`verdict` is the front door. It makes the claim ledger, words every claim by itself, and then
writes the verdict: claims of one kind and strength share a sentence, and nothing is said that
is not a claim of the ledger. All words come from `wording.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.core import questions, wording, words
from comparisons.core.caveats import caveat_claims
from comparisons.core.claims import EvidenceShelf, result_claims
from comparisons.core.claims_operations import is_offered, operation_claims, reasons_to_choose
from comparisons.core.flips import flip_claims
from comparisons.core.records import (
    CLEAR,
    LEANING,
    LIKELY,
    NONE,
    NOTHING_SHARED,
    TOO_LITTLE,
    Claim,
    Comparison,
    Sentence,
    Verdict,
)
from comparisons.core.sentences import (
    caveat_sentences,
    even_sentence,
    lead_sentences,
    missing_sentence,
    swing_sentence,
    within,
)
from comparisons.core.unranked_claims import unranked_claims

OVERALL_KINDS = ("overall_lead", "overall_even", "overall_mixed", TOO_LITTLE, NOTHING_SHARED)


def ledger(comparison: Comparison) -> tuple[Claim, ...]:
    """Every claim about the pair, worded; ids are unique on the page."""
    shelf = EvidenceShelf(comparison)
    facts = (
        *result_claims(comparison, shelf),
        *unranked_claims(comparison, shelf),
        *operation_claims(comparison),
    )
    claims = (*facts, *flip_claims(comparison, shelf), *caveat_claims(comparison, shelf))
    reasons = reasons_to_choose(comparison, facts)
    claims = (*claims, *reasons[0], *reasons[1], *_pick(comparison, facts, reasons))
    return tuple(claim.saying(wording.sentence(claim, comparison)) for claim in claims)


def _pick(
    comparison: Comparison, facts: tuple[Claim, ...], reasons: tuple[tuple[Claim, ...], tuple[Claim, ...]]
) -> tuple[Claim, ...]:
    """Which model to take, where there is a leader: it, unless a reason for the other matters more."""
    leader = comparison.overall.leader
    if leader is None or not is_offered(comparison, comparison.sides[leader].model):
        return ()
    lead = next(claim for claim in facts if claim.kind == "overall_lead")
    against = [claim.id for claim in reasons[1 - leader] if claim.reasons]
    pick = Claim(
        "pick", "pick", lead.favours, None, lead.strength, lead.numbers, lead.better, lead.evidence, "pick",
        reasons=(lead.id, *against),
    )  # fmt: skip
    return (pick,)


def verdict(comparison: Comparison) -> Verdict:
    """Word a comparison. Equal comparisons give equal words; the order of the pair is irrelevant."""
    claims = ledger(comparison)
    by_id = {claim.id: claim for claim in claims}
    head = next(claim for claim in claims if claim.kind in OVERALL_KINDS)
    themes = within(_themes(comparison, claims, head), MOST_WORDS, LONGEST)
    sentences = tuple(sentence for theme in themes for sentence in theme)
    choose_if = tuple(
        tuple(claim for claim in claims if claim.kind == "choose_if" and _chooser(claim) == slug)
        for slug in comparison.slugs
    )
    flips = tuple(claim for claim in claims if claim.kind in FLIP_KINDS)
    return Verdict(
        headline=wording.headline(head, comparison),
        why=sentences[0].text,
        paragraphs=tuple(" ".join(sentence.text for sentence in theme) for theme in themes if theme),
        sentences=sentences,
        choose_if=choose_if,
        flips=_most_telling(flips),
        picks=tuple(_one_line(reasons, by_id, comparison) for reasons in choose_if),
        faq=questions.answers(comparison, claims),
        claims=claims,
    )


MOST_WORDS = 60  # of a verdict, unless what decides takes more
LONGEST = 110  # words, whatever decides
FACTS_SHOWN = 2  # single results in a verdict that calls nothing
FLIP_KINDS = ("flip_weight", "flip_shift", "flip_none", "hinge", "needed")
_SOURCES_SHOWN = 2
_FLIPS_SHOWN = {"flip_weight": 2, "flip_shift": 1, "flip_none": 1, "hinge": 2, "needed": 2}


def _most_telling(flips: Iterable[Claim]) -> tuple[Claim, ...]:
    """The flips to print: the first few of each kind, which are the nearest ones."""
    shown: dict[str, int] = {}
    chosen = []
    for claim in flips:
        shown[claim.kind] = shown.get(claim.kind, 0) + 1
        if shown[claim.kind] <= _FLIPS_SHOWN[claim.kind] and _is_graspable(claim):
            chosen.append(claim)
    return tuple(chosen)


def _is_graspable(claim: Claim) -> bool:
    """A shift of weight out of half the categories says nothing to anybody."""
    sources = [number for number in claim.numbers if number.label.startswith("from:")]
    return claim.kind != "flip_shift" or len(sources) <= _SOURCES_SHOWN


def _chooser(claim: Claim) -> str:
    """The model a `choose_if` claim is listed under."""
    return claim.favours if claim.favours is not None else claim.scope


def _themes(comparison: Comparison, claims: tuple[Claim, ...], head: Claim) -> list[list[Sentence]]:
    """The sentences of the verdict by theme: overall, categories, single results, caveats."""
    own = [Sentence(head.text, (head,))]
    if head.kind == "overall_even":
        own += [Sentence(claim.text, (claim,)) for claim in claims if claim.kind == "shared"]
    if comparison.overall.basis == NONE:
        published = [claim for claim in claims if claim.kind in ("published_interval", "makers_figures")]
        said = {claim.scope for claim in published}
        facts = sorted(
            (claim for claim in claims if claim.kind == "benchmark_lead" and claim.scope not in said),
            key=lambda claim: not comparison.by_benchmark[claim.scope].fair,
        )[: max(0, FACTS_SHOWN - len(published))]
        own += [Sentence(claim.text, (claim,)) for claim in (*published, *facts)]
        own += [Sentence(claim.text, (claim,)) for claim in claims if claim.rule == "would_settle"]
        return [own, caveat_sentences(comparison, claims)]
    return [
        own,
        _category_sentences(comparison, claims, head.favours),
        swing_sentence(comparison, claims),
        caveat_sentences(comparison, claims),
    ]


def _category_sentences(comparison: Comparison, claims: tuple[Claim, ...], subject: str | None) -> list[Sentence]:
    """Leads of each model by strength, then what is too close, then what is not compared."""
    sentences = []
    for strength in (CLEAR, LIKELY, LEANING):
        leads = [c for c in claims if c.kind == "category_lead" and c.strength == strength]
        sentences += lead_sentences(comparison, leads, subject)
        subject = sentences[-1].claims[-1].favours if sentences else subject
    even = [claim for claim in claims if claim.kind == "category_even"]
    missing = [claim for claim in claims if claim.kind == "category_missing"]
    sentences += [even_sentence(comparison, even)] if even else []
    return sentences + ([missing_sentence(comparison, missing)] if missing else [])


def _one_line(reasons: tuple[Claim, ...], by_id: dict[str, Claim], comparison: Comparison) -> str:
    """What speaks for a model, in one line for the score header."""
    if not reasons[0].reasons:
        return reasons[0].text
    parts = []
    for strength, said in words.SHORT_LEADS.items():
        scopes = [
            wording.facts_of(by_id[claim.reasons[0]], comparison)["scope"]
            for claim in reasons
            if claim.reasons[0].startswith("category_lead") and claim.strength == strength
        ]
        if scopes:
            parts.append(f"{said} {wording.listed(scopes)}")
    swings = [claim for claim in reasons if claim.reasons[0].startswith("biggest_swing")]
    parts += [f"ahead on {wording.facts_of(claim, comparison)['scope']}" for claim in swings]
    operations = [words.OPERATIONS[c.scope][3] for c in reasons if c.reasons[0].startswith("ops_lead")]
    if operations:
        parts.append(f"better on {wording.listed(operations)}")
    if not parts:
        parts = [f"{words.SHORT_OVERALL[reasons[0].strength]} overall"]
    return wording.capital("; ".join(parts))
