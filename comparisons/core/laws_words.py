"""Laws 3, 4 and 10: texts carry no number and no word that their claims do not allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from comparisons.core.laws_case import Case, Contradiction
from comparisons.core.method import METHOD
from comparisons.core.records import CLEAR, EVEN, LEANING, LIKELY, TOO_CLOSE, Claim

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_FORBIDDEN = re.compile(r"\b(?:[Ii]nfinity|inf|nan|NaN|None)\b|[{}]")
# words that only claims of these strengths may use
_WORDS = {
    "clearly": (CLEAR,),
    "likely ahead": (LIKELY,),
    "lean": (LEANING,),
    "too close": (EVEN,),
    "name nobody": (EVEN,),
}
SINGLE_PRICES = ("price_input", "price_output", "price_cached")


def every_number_in_a_text_is_its_claims(case: Case) -> Iterator[Contradiction]:
    """Law 3: for claims, sentences, answers, headline and the one-liners."""
    by_id = {claim.id: claim for claim in case.verdict.claims}
    if len(by_id) != len(case.verdict.claims):
        yield Contradiction(3, "ledger", "two claims have one id")
    texts = [*_statements(case)]
    texts += [
        _told(case, f"answer to “{answer.question}”", answer.answer, tuple(by_id[name] for name in answer.claims))
        for answer in case.verdict.faq
    ]
    texts += [_told(case, "headline", case.verdict.headline, ())]
    texts += [_told(case, "pick", text, ()) for text in case.verdict.picks]
    for name, text, plain, claims in texts:
        if not text or (_may_be_forbidden(plain) and _FORBIDDEN.search(plain)):
            yield Contradiction(3, name, f"is no sentence: “{text}”")
        for number in _foreign_numbers(plain, claims):
            yield Contradiction(3, name, f"prints {number}, which no claim behind it carries")
    printed = " ".join(sentence.text for sentence in case.verdict.sentences)
    if printed != " ".join(case.verdict.paragraphs):
        yield Contradiction(3, "paragraphs", "are not the sentences of the verdict")


class _Told(NamedTuple):
    """A printed text, the same without the names in it, and the claims behind it."""

    name: str
    text: str
    plain: str
    claims: tuple[Claim, ...]


def _told(case: Case, name: str, text: str, claims: tuple[Claim, ...]) -> _Told:
    return _Told(name, text, _without_names(case, text, claims), claims)


def _statements(case: Case) -> tuple[_Told, ...]:
    """Every claim and every sentence of the verdict; worked out once for the laws of this room."""
    if case.statements is None:
        case.statements = (
            *(_told(case, claim.id, claim.text, (claim,)) for claim in case.verdict.claims),
            *(_told(case, "sentence", sentence.text, sentence.claims) for sentence in case.verdict.sentences),
        )
    return case.statements


def _may_be_forbidden(text: str) -> bool:
    """A quick look before the careful one: without any of these nothing forbidden is in a text."""
    return (
        "inf" in text or "Inf" in text or "nan" in text or "NaN" in text or "None" in text or "{" in text or "}" in text
    )


@lru_cache(maxsize=100_000)
def _numbers_in(text: str) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(text))


def _foreign_numbers(plain: str, claims: Iterable[Claim]) -> list[str]:
    printed = _NUMBER.findall(plain)
    if not printed:
        return []
    allowed = {found for claim in claims for number in claim.numbers for found in _numbers_in(number.text)}
    return [found for found in printed if found.rstrip(",") not in allowed]


def _without_names(case: Case, text: str, claims: Iterable[Claim]) -> str:
    """The text without names, which may hold digits of their own; longer names go first."""
    names = None
    for claim in claims:
        more = [number.note for number in claim.numbers if number.note]
        if claim.scope in case.benchmarks:
            more.append(case.benchmarks[claim.scope].name)
        if claim.kind == "family_note" and claim.scope:
            more.append(claim.scope)
        if more:
            names = (names or set(case.names)).union(more)
    if not claims:
        names = {*case.names, *(spec.name for spec in case.benchmarks.values())}
    for name in case.names if names is None else sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def words_follow_the_probability(case: Case) -> Iterator[Contradiction]:
    """Law 4: words of certainty and of closeness stand only beside claims of that strength."""
    for name, _, plain, claims in _statements(case):
        for word, strengths in _WORDS.items():
            if word not in plain:
                continue
            bad = [c for c in claims if c.kind in _GRADED and c.strength not in strengths and c.strength is not None]
            if bad:
                yield Contradiction(4, name, f"says “{word}” of a claim that is {bad[0].strength}")
        for claim in claims:
            if claim.kind == "category_lead" and claim.strength == CLEAR and "clearly" not in plain:
                yield Contradiction(4, name, "does not say that a clear lead is clear")
    yield from _printed_probabilities(case)
    outcome = case.comparison.overall.outcome
    headline = case.verdict.headline
    for side in case.comparison.sides:
        headline = headline.replace(side.model.name, " ")
    if ("clearly" in headline) != (outcome == CLEAR) or ("likely" in headline) != (outcome == LIKELY):
        yield Contradiction(4, "headline", f"“{case.verdict.headline}” does not fit the outcome {outcome}")
    leader = case.comparison.overall.leader
    if leader is not None and not case.verdict.headline.startswith(case.comparison.sides[leader].model.name):
        yield Contradiction(1, "headline", "does not name the leader")
    for first in case.verdict.claims:
        if first.kind == "category_even":
            both = [c for c in case.by_kind["category_lead"] if c.scope == first.scope]
            if both:
                yield Contradiction(4, first.id, "one category is both even and led")


def _printed_probabilities(case: Case) -> Iterator[Contradiction]:
    """As printed, too: no percentage that is clear beside a weaker word, none that is likely beside even."""
    overall = case.comparison.overall
    likely, clear = 100 * METHOD.likely, 100 * METHOD.clear
    graded = [
        (line.slug, line.strength, line.p_text, line.capped, line.gap_text) for line in case.comparison.categories
    ]
    graded.append(("overall", overall.outcome, overall.p_text, overall.capped, overall.gap_text))
    for name, strength, text, capped, gap in graded:
        if not text or float(gap) == 0:
            continue
        percent = float(_NUMBER.findall(text)[0])
        fits = {
            CLEAR: percent >= clear,
            LIKELY: percent >= likely and (percent < clear or capped),
            EVEN: percent < likely,
            TOO_CLOSE: percent < likely,
        }
        if not fits.get(strength, True):
            yield Contradiction(4, name, f"is called {strength} and printed as {text} sure")


_GRADED = ("overall_lead", "overall_even", "shared", "category_lead", "category_even", "sharpest_category", "pick")


def every_reason_is_listed_and_no_other(case: Case) -> Iterator[Contradiction]:
    """Law 10: all category leads and advantages of a model are reasons to choose it."""
    unavailable = {
        side.model.slug
        for side in case.comparison.sides
        if side.model.status == "retired" and not side.model.open_weights
    }
    unreleased = {
        side.model.slug
        for side in case.comparison.sides
        if side.model.release_date is not None and side.model.release_date > case.comparison.today
    }
    blended = any(claim.scope == "price_blended" for kind in ("ops_lead", "ops_even") for claim in case.by_kind[kind])
    for slug, reasons in zip(case.slugs, case.verdict.choose_if, strict=True):
        listed = {name for claim in reasons for name in claim.reasons}
        for claim in (*case.by_kind["category_lead"], *case.by_kind["ops_lead"], *case.by_kind["overall_lead"]):
            if claim.favours != slug or (claim.scope in SINGLE_PRICES and blended):
                continue
            if slug in unreleased or (claim.kind == "ops_lead" and slug in unavailable):
                continue
            if claim.id not in listed:
                yield Contradiction(10, claim.id, f"is no reason to choose {slug}")
        for claim in reasons:
            if claim.reasons and claim.favours != slug:
                yield Contradiction(10, claim.id, f"is a reason to choose {slug} but favours {claim.favours}")
        if not reasons or (len(reasons) > 1 and any(not claim.reasons for claim in reasons)):
            yield Contradiction(10, f"choose_if:{slug}", "neither lists reasons nor says that there are none")
