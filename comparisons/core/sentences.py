"""Sentences that several claims of a kind share, so that a verdict stays short."""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.core import wording, words
from comparisons.core.records import CLEAR, ESTIMATE, NONE, RANKED, Claim, Comparison, Sentence
from models_catalog.core import display

SINGLE_RESULTS = ("published_interval", "makers_figures", "benchmark_lead")  # kinds of claims about one benchmark
# Sentences a verdict can do without, the most useful first.
OPTIONAL = (
    "biggest_swing",
    "noted",
    "category_missing",
    "category_even",
    "one_family",
    "self_reported",
    "second_opinion",
    "shared",
)


def lead_sentences(comparison: Comparison, leads: list[Claim], subject: str | None) -> list[Sentence]:
    """Category leads of one strength: a sentence a model, or one for both on shared tests alone.

    `subject` is the model that began the sentence before; its name is not said again.
    """
    first = comparison.overall.ahead or 0
    order = (comparison.slugs[first], comparison.slugs[1 - first])
    groups = [group for slug in order if (group := [claim for claim in leads if claim.favours == slug])]
    parts = [(wording.facts_of(group[0], comparison)["F"], _areas(comparison, group)) for group in groups]
    if groups and not any(number.label == "score" for number in groups[0][0].numbers):
        (name, areas), *others = parts
        also = "".join(f", {other} {in_others}" for other, in_others in others)
        return [
            Sentence(
                words.LEADS_SHARED_ONLY.format(F=name, areas=areas, also=also),
                tuple(claim for group in groups for claim in group),
            )
        ]
    sentences = []
    for (name, areas), group in zip(parts, groups, strict=True):
        strength = group[0].strength
        called = words.SAME_MODEL if group[0].favours == subject and strength in words.BEGIN_WITH_NAME else name
        sentences.append(Sentence(words.LEADS[strength].format(F=called, areas=areas), tuple(group)))
        subject = group[0].favours
    return sentences


def _areas(comparison: Comparison, leads: list[Claim]) -> str:
    """Where a model leads: the largest lead with its numbers, the others by name."""
    facts = [wording.facts_of(claim, comparison) for claim in leads]
    largest = max(range(len(leads)), key=lambda place: (leads[place].number("gap").value, leads[place].scope))
    if len(leads) == len(comparison.categories) > 1:
        return words.EVERYWHERE.format(largest=_with_numbers(facts[largest]))
    others = wording.listed(fact["scope"] for place, fact in enumerate(facts) if place != largest)
    return f"in {_with_numbers(facts[largest])}" + (f", and in {others}" if others else "")


def _with_numbers(facts: wording.Facts) -> str:
    scored = any(number.label == "score" for number in facts.claim.numbers)
    numbers = f"{facts['F_score']} to {facts['O_score']}" if scored else f"by {facts['gap']} points"
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
    if len(by_reason) == 1:
        ((reason, names),) = by_reason.items()
        text = f"Not compared: {wording.listed(names)} ({reason})."
    else:
        text = f"Not compared: {wording.listed(name for names in by_reason.values() for name in names)}."
    return Sentence(text, tuple(claims))


def swing_sentence(comparison: Comparison, claims: Iterable[Claim]) -> list[Sentence]:
    """The shared results most in favour of either model, in one sentence."""
    swings = [claim for claim in claims if claim.kind == "biggest_swing"]
    if not swings:
        return []
    if len(swings) == 1:
        return [Sentence(swings[0].text, tuple(swings))]
    swings.sort(key=lambda claim: (claim.strength != CLEAR, -claim.number("points").value))
    one, other = (wording.facts_of(claim, comparison) for claim in swings)
    text = words.BOTH_SWINGS.format(one=f"{one['F']} most is {_result(one)}", other=f"{other['F']}, {_result(other)}")
    return [Sentence(text, tuple(swings))]


def _result(facts: wording.Facts) -> str:
    return f"{facts['scope']}, {facts['F_value']} to {facts['O_value']} ({facts['behind']})"


def caveat_sentences(comparison: Comparison, claims: Iterable[Claim]) -> list[Sentence]:
    """The caveats a reader needs beside the verdict, few and short; the ledger has all."""
    caveats = [claim for claim in claims if claim.kind in ("not_ranked", "caveat")]
    unranked = [claim for claim in caveats if claim.kind == "not_ranked"]
    sentences = [_plain(claim) for claim in caveats if claim.rule in ("retired", "no_category_lead")]
    if comparison.overall.basis != RANKED and unranked:
        sentences += _not_ranked(comparison, unranked)
    noted = [claim for claim in caveats if claim.rule == "noted"]
    sentences += [_noted(comparison, noted)] if noted else []
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


def _noted(comparison: Comparison, claims: list[Claim]) -> Sentence:
    """How many results of each carry a note; the notes stand with the results."""
    parts = [
        f"{display.counted(int(claim.number('noted', claim.scope).value), 'result')} of {_name(comparison, claim)}"
        for claim in claims
    ]
    return Sentence(words.NOTED.format(parts=wording.listed(parts)), tuple(claims))


def _not_ranked(comparison: Comparison, claims: list[Claim]) -> list[Sentence]:
    """Why there is no rank, without numbers; one sentence where both miss the same, or where it caps the word."""
    worded = {
        claim.scope: wording.listed(words.NOT_RANKED_SHORT[code] for code in _causes(claim)[:1]) for claim in claims
    }
    if len(claims) == 2 and len(set(worded.values())) == 1:
        found = [(words.NOT_RANKED_BOTH.format(causes=worded[claims[0].scope]), tuple(claims))]
    else:
        found = [
            (words.NOT_RANKED_ONE.format(name=_name(comparison, claim), causes=worded[claim.scope]), (claim,))
            for claim in claims
        ]
    if comparison.overall.capped and comparison.overall.basis == ESTIMATE:
        text, about = found[-1]
        found[-1] = (words.NO_MORE_THAN_LIKELY.format(text=text.removesuffix(".")), about)
    return [Sentence(text, about) for text, about in found]


def _self_reported(comparison: Comparison, claims: list[Claim]) -> Sentence:
    """Whose figures are mostly their maker's own, both models in one sentence."""
    if len(claims) == 1:
        return _plain(claims[0])
    parts = []
    for claim in claims:
        own, every = (claim.number(label, claim.scope) for label in ("self_reported", "results"))
        share = f"all {every.text}" if own.value == every.value else f"{own.text} of the {every.text}"
        parts.append(f"{share} results of {_name(comparison, claim)}")
    text = words.SELF_REPORTED.format(parts=wording.listed(parts), whose=words.MAKERS[len(claims)])
    return Sentence(wording.capital(text), tuple(claims))


def _name(comparison: Comparison, claim: Claim) -> str:
    return comparison.sides[comparison.side_of(claim.scope)].model.name


# ------------------------------------------------------------------ few enough words


def within(themes: list[list[Sentence]], most: int, longest: int) -> list[list[Sentence]]:
    """The sentences that matter most, within about `most` words, in reading order.

    What decides stands always; the rest is taken in the order of `OPTIONAL` while there is room. Where what
    decides is longer than `longest` words, the last single results go, but never the first.
    Nothing is lost: every claim has its own line in the tables and questions below.
    """
    room = most - sum(_length(sentence) for theme in themes for sentence in theme if _turn(sentence) is None)
    waiting = [(turn, sentence) for theme in themes for sentence in theme if (turn := _turn(sentence)) is not None]
    chosen = set()
    for _, sentence in sorted(waiting, key=lambda item: item[0]):
        if _length(sentence) <= room:
            room -= _length(sentence)
            chosen.add(sentence.text)
    kept = [[s for s in theme if _turn(s) is None or s.text in chosen] for theme in themes]
    return _shortened(kept, longest)


def _shortened(themes: list[list[Sentence]], longest: int) -> list[list[Sentence]]:
    """Without the last single results, while there are two and the whole is longer than `longest` words."""
    facts = [s for theme in themes for s in theme if s.claims[0].kind in SINGLE_RESULTS]
    over = sum(_length(s) for theme in themes for s in theme) - longest
    dropped = set()
    while over > 0 and len(facts) > 1:
        last = facts.pop()
        over -= _length(last)
        dropped.add(last.text)
    return [[s for s in theme if s.text not in dropped] for theme in themes]


def _turn(sentence: Sentence) -> int | None:
    """When an optional sentence is taken; None for one that always stands."""
    first = sentence.claims[0]
    name = first.rule if first.kind == "caveat" else first.kind
    return OPTIONAL.index(name) if name in OPTIONAL else None


def _length(sentence: Sentence) -> int:
    return len(sentence.text.split())
