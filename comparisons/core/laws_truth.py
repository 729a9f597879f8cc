"""Laws about statements that were once untrue: what is said of scores, notes, weights and choices holds.

Each stands for a kind, from (a) to (m) in the order of its tests, and looks at rows, standings and
models again instead of trusting the claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from comparisons.core.laws_case import Case, Contradiction
from comparisons.core.method import METHOD
from comparisons.core.points import to_points
from comparisons.core.records import LIKELY, TOO_LITTLE, Claim

HALF = 0.5
MOST_WORDS = 110
_PRICES = ("price_input", "price_output", "price_cached", "price_blended")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_OF_ITSELF = re.compile(r"\b(\d+) of (?:the |its )?\1\b")


def texts_of(case: Case) -> Iterator[tuple[str, str]]:
    """Every text a reader may see, with its place."""
    verdict = case.verdict
    yield "headline", verdict.headline
    for sentence in verdict.sentences:
        yield "sentence", sentence.text
    for claim in verdict.claims:
        yield claim.id, claim.text
    for answer in verdict.faq:
        yield f"answer to “{answer.question}”", answer.answer
    for pick in verdict.picks:
        yield "pick", pick


def a_ranked_model_shows_its_score(case: Case) -> Iterator[Contradiction]:
    """(a) A model has a score or has none by itself, whoever stands beside it."""
    overall = case.comparison.overall
    for side, score in zip(case.comparison.sides, overall.scores, strict=True):
        if side.standing is None or not side.standing.ranked or overall.unmeasured:
            continue
        if score is None or score.score != side.standing.overall:
            yield Contradiction(16, side.model.slug, "is ranked and shown without its score")
    for place, text in texts_of(case):
        if "no common scale" in text or "Without a common scale" in text:
            yield Contradiction(16, place, "speaks of a missing common scale instead of what is missing")


def notes_on_results_are_passed_on(case: Case) -> Iterator[Contradiction]:
    """(b) A note on a counting result is quoted among the caveats, and so in the questions."""
    told = {claim.scope: claim for claim in case.by_kind["caveat"] if claim.rule == "noted"}
    answers = " ".join(answer.answer for answer in case.verdict.faq)
    for side, counting in zip(case.comparison.sides, case.counting, strict=True):
        rows = [row for slug, row in counting.items() if slug in case.scored]
        notes = [row.note for row in rows if row.note]
        claim = told.get(side.model.slug)
        if bool(notes) != (claim is not None):
            yield Contradiction(17, side.model.slug, f"{len(notes)} results carry a note, the verdict says otherwise")
        elif claim is not None:
            number = claim.number("noted", side.model.slug)
            if number.value != len(notes) or number.note not in {note.rstrip(".") for note in notes}:
                yield Contradiction(17, claim.id, "does not quote the notes of the results that count")
            if claim.text not in answers or number.note not in claim.text:
                yield Contradiction(17, claim.id, "is not among the answers")


def every_category_means_every_one(case: Case) -> Iterator[Contradiction]:
    """(c) “Every category” is said only where both models are measured in all of them."""
    known = case.comparison.fit.categories
    gaps = [c.slug for c in known if (c.share > 0 or any(case.results_in(c.slug))) and 0 in case.results_in(c.slug)]
    for place, text in texts_of(case):
        if "every category" in text and gaps:
            yield Contradiction(18, place, f"says “every category”, although {', '.join(gaps)} is not measured of both")


def carried_levels_decide_no_weighting(case: Case) -> Iterator[Contradiction]:
    """(c) Nobody is named where most of the weight lies on a category that one of the two has no result in."""
    overall = case.comparison.overall
    for category in case.comparison.fit.categories:
        if category.share <= HALF or overall.leader is None:
            continue
        own = [side.standing.categories.get(category.slug) for side in case.comparison.sides if side.standing]
        carried = any(line is None or line.carried for line in own) and 0 in case.results_in(category.slug)
        if carried:
            yield Contradiction(18, "overall", f"names a leader by {category.slug}, where a model has no result")


def cannot_tell_only_where_it_is_so(case: Case) -> Iterator[Contradiction]:
    """(c) The answer “cannot tell” needs one or two categories with most of the weight, unmeasured of a model."""
    known = case.comparison.fit.categories
    whole = sum(category.weight for category in known) or 1.0
    fitted = any(category.share for category in known)
    shares = {category.slug: category.share if fitted else category.weight / whole for category in known}
    slugs = case.comparison.overall.unmeasured
    if not slugs:
        return
    if case.comparison.overall.outcome != TOO_LITTLE or sum(shares[slug] for slug in slugs) <= HALF or len(slugs) > 2:
        yield Contradiction(18, "overall", "cannot tell, although the weight lies elsewhere")
    if "Cannot tell" not in case.verdict.headline:
        yield Contradiction(18, "headline", "does not say that this cannot be told")


def first_sentence_says_how_little_carries_it(case: Case) -> Iterator[Contradiction]:
    """(d) Fewer than three shared benchmarks behind a leader, or shared ones against it, are said at once."""
    overall, shared = case.comparison.overall, case.comparison.shared
    first = case.verdict.why
    yield from _boards_of_one_vote(case, first)
    if overall.leader is None or overall.basis == "shared":
        return
    few = len(_families(case)) < METHOD.shared_benchmarks
    against = shared.delta is not None and (shared.delta < 0 if overall.leader == 0 else shared.delta > 0)
    if few and not against and f"only {_of_all(len(case.shared), shared.of)}" not in first:
        yield Contradiction(19, "first sentence", f"does not say that only {len(case.shared)} benchmarks are shared")
    if against and "though" not in first:
        yield Contradiction(19, "first sentence", "does not say that the shared benchmarks point the other way")
    if not against and "though" in _without_names(case, first):
        yield Contradiction(19, "first sentence", "says that shared benchmarks disagree, which they do not")


def _families(case: Case) -> set[str]:
    return {case.benchmarks[slug].family or slug for slug in case.shared}


def _boards_of_one_vote(case: Case, first: str) -> Iterator[Contradiction]:
    """Several shared benchmarks of one or two tests are called boards of them, and no others are."""
    tests = {1: "one test", 2: "two tests"}.get(len(_families(case)))
    wanted = tests is not None and len(case.shared) > len(_families(case))
    told = re.findall(r"\(boards of (\w+ tests?)\)", first)
    counted = case.comparison.overall.unmeasured == () and bool(case.shared)
    if counted and told != ([tests] if wanted else []):
        yield Contradiction(19, "first sentence", f"{len(case.shared)} shared, of {_families(case)}: “{first}”")


def _of_all(part: int, whole: int) -> str:
    return f"{part} of {whole}" if part < whole else ("the only" if whole == 1 else "both")


def _without_names(case: Case, text: str) -> str:
    for side in case.comparison.sides:
        text = text.replace(side.model.name, " ")
    return text


def no_promise_of_another_word(case: Case) -> Iterator[Contradiction]:
    """(e) Nothing is said to be called clear under other conditions; a cap is said only where it holds."""
    overall = case.comparison.overall
    for place, text in texts_of(case):
        if "would be called" in text:
            yield Contradiction(20, place, "promises a word that nobody has worked out")
        if "likely is the most" in text and not (overall.capped and overall.outcome == LIKELY):
            yield Contradiction(20, place, "speaks of a limit that is not in force")


def a_limit_reads_as_it_is(case: Case) -> Iterator[Contradiction]:
    """(f) and (m) A condition of a rank is printed with its exact limit, and what was found on its own side of it."""
    for claim in case.by_kind["not_ranked"]:
        standing = case.comparison.sides[case.comparison.side_of(claim.scope)].standing
        missed = {reason.code: reason for reason in standing.reasons}
        told = {number.label.partition(":")[0] for number in claim.numbers}
        if told != missed.keys():
            yield Contradiction(21, claim.id, f"gives {sorted(told)} as reasons, the standing has {sorted(missed)}")
            continue
        for code, reason in missed.items():
            found, limit = (_figure(claim, f"{code}:{part}") for part in ("found", "limit"))
            scale = 100 if claim.number(f"{code}:limit", claim.scope).text.endswith("%") else 1
            if float(limit) != round(reason.limit * scale, 6):
                yield Contradiction(21, claim.id, f"prints the limit {reason.limit} as {limit}")
            if (found > limit) != (reason.found > reason.limit) or found == limit:
                yield Contradiction(21, claim.id, f"prints {reason.found} beside its limit as {found} and {limit}")


def _figure(claim: Claim, label: str) -> Decimal:
    return Decimal(_NUMBER.findall(claim.number(label, claim.scope).text)[0].replace(",", ""))


def what_cannot_be_had_is_no_choice(case: Case) -> Iterator[Contradiction]:
    """(i) and (j) A retired model has no price and is no cheaper choice; one not released yet is no choice at all."""
    today = case.comparison.today
    for number, side in enumerate(case.comparison.sides):
        model = side.model
        early = model.release_date is not None and model.release_date > today
        gone = model.status == "retired"
        reasons = [claim.reasons[0] for claim in case.verdict.choose_if[number] if claim.reasons]
        if early and reasons:
            yield Contradiction(22, model.slug, "is offered as a choice before its release")
        if gone and not model.open_weights and any(reason.startswith("ops_") for reason in reasons):
            yield Contradiction(22, model.slug, "is retired and yet a choice for what it offers")
        for attribute in _PRICES:
            line = case.comparison.by_attribute[attribute]
            offered = any(price.offered for price in side.prices)
            if line.values[number] is not None and (early or not offered):
                yield Contradiction(22, attribute, f"quotes a price of {model.slug}, which cannot be had")
        if (early or (gone and not model.open_weights)) and any(
            claim.favours == model.slug for claim in case.by_kind["pick"]
        ):
            yield Contradiction(22, model.slug, "cannot be had and is the one to take")
    for claim in case.verdict.claims:
        value = next((n for n in claim.numbers if n.label == "value" and n.of == claim.favours), None)
        free = claim.scope in _PRICES and value is not None and value.value == 0
        if free and (value.note not in claim.text or "limits that are not recorded" not in claim.text):
            yield Contradiction(22, claim.id, "calls an offer free without saying whose, and that it has limits")


def one_measure_of_doubt_at_a_time(case: Case) -> Iterator[Contradiction]:
    """(k) No sentence and no answer sets a two-sided margin beside a one-sided probability."""
    texts = [("sentence", sentence.text) for sentence in case.verdict.sentences]
    texts += [(f"answer to “{answer.question}”", answer.answer) for answer in case.verdict.faq]
    for place, text in texts:
        if " margin of " in text and " % sure" in text:
            yield Contradiction(23, place, f"gives a margin and a probability: “{text}”")


def words_are_few_and_begin_with_the_verdict(case: Case) -> Iterator[Contradiction]:
    """The first sentence names the verdict, opens the questions too, and the whole stays short."""
    verdict = case.verdict
    if not verdict.why.startswith(verdict.headline):
        yield Contradiction(24, "first sentence", f"does not begin with “{verdict.headline}”")
    if not verdict.faq or not verdict.faq[0].answer.startswith(verdict.why):
        yield Contradiction(24, "first answer", "does not open with the first sentence of the verdict")
    length = sum(len(paragraph.split()) for paragraph in verdict.paragraphs)
    if length > MOST_WORDS:
        yield Contradiction(24, "paragraphs", f"take {length} words")
    for place, text in texts_of(case):
        if "of" in text and _OF_ITSELF.search(_without_names(case, text)):
            yield Contradiction(24, place, f"counts all as some: “{text}”")
        if ".." in text:
            yield Contradiction(24, place, f"ends twice: “{text}”")
    for claim in verdict.claims:
        for number in claim.numbers:
            if number.label in ("p", "shared_p") and Decimal(number.text.removesuffix(" %")) > 100 * Decimal(
                repr(METHOD.most_sure)
            ):
                yield Contradiction(24, claim.id, f"prints {number.text}, and nothing is that sure")


def needed_scores_are_conceivable(case: Case) -> Iterator[Contradiction]:
    """A score that would turn or settle the call is not far out of the model's reach."""
    fit = case.comparison.fit
    for claim in case.by_kind["needed"]:
        number = next((n for n in claim.numbers if n.label == "needed"), None)
        base = fit.by_benchmark.get(claim.scope)
        if number is None or base is None or fit.course_par is None:
            continue
        standing = case.comparison.sides[case.comparison.side_of(number.of)].standing
        expected = base.par + base.spread * (standing.overall - fit.course_par)
        apart = abs(float(to_points(case.benchmarks[claim.scope], number.value)) - min(100.0, max(0.0, expected)))
        if apart > METHOD.conceivable + 1:
            yield Contradiction(25, claim.id, f"asks for a score {apart:.0f} points from what is expected")
