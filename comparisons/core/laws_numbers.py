"""Laws 1, 6, 11 and 14: numbers, directions and who they favour, from the raw values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from comparisons.core.laws_case import Case, Contradiction
from comparisons.core.method import METHOD
from comparisons.core.records import AttributeLine, Claim, Side
from models_catalog.core import display
from models_catalog.core.specs import HIGHER, LOWER, NOT_COMPARABLE

# Which end is better, stated once more: a law does not trust the line it examines.
BETTER = {
    "price_input": LOWER,
    "price_output": LOWER,
    "price_cached": LOWER,
    "price_blended": LOWER,
    "output_speed": HIGHER,
    "time_to_first_token": LOWER,
    "context_window": HIGHER,
    "max_output_tokens": HIGHER,
}
_TOKENS = ("context_window", "max_output_tokens")
_TINY = 1e-9


def favoured_model_has_the_better_number(case: Case) -> Iterator[Contradiction]:
    """Law 1: by the claim's direction, at full precision and as printed."""
    for claim in case.verdict.claims:
        if claim.favours is None or claim.kind in ("flip_weight", "flip_shift", "flip_none", "hinge", "needed"):
            continue
        for label in ("score", "value"):
            pair = {n.of: n for n in claim.numbers if n.label == label and n.of is not None}
            if len(pair) == 2:
                yield from _better(case, claim, pair)
        if not any(n.label in ("score", "value") for n in claim.numbers):
            yield from _better_on_shared(case, claim)


def _better(case: Case, claim: Claim, pair: dict) -> Iterator[Contradiction]:
    mine = pair[claim.favours]
    other = next(number for slug, number in pair.items() if slug != claim.favours)
    better = _direction(case, claim)
    if better is None:
        yield Contradiction(1, claim.id, "favours a model where no end is better")
        return
    ahead = mine.value > other.value if better == HIGHER else mine.value < other.value
    if not ahead:
        yield Contradiction(1, claim.id, f"favours {claim.favours} with {mine.value} against {other.value}")
    if mine.text == other.text:
        yield Contradiction(1, claim.id, f"both numbers are printed as {mine.text}")


def _direction(case: Case, claim: Claim) -> str | None:
    if claim.scope in BETTER:
        return BETTER[claim.scope]
    if claim.scope in case.benchmarks and claim.scope not in case.comparison.by_category:
        direction = case.benchmarks[claim.scope].direction
        return None if direction == NOT_COMPARABLE else direction
    return HIGHER


def _better_on_shared(case: Case, claim: Claim) -> Iterator[Contradiction]:
    """A shared-only lead must point where the mean of the differences in points points, when all agree."""
    if claim.kind not in ("overall_lead", "category_lead", "shared"):
        return
    inside = [
        points
        for slug, points in case.points_apart.items()
        if claim.kind != "category_lead" or case.benchmarks[slug].category == claim.scope
    ]
    sign = 1 if claim.favours == case.slugs[0] else -1
    if not inside or all(sign * points <= 0 for points in inside):
        yield Contradiction(1, claim.id, "favours a model that is ahead on none of the shared benchmarks")


def direction_decides_who_is_better(case: Case) -> Iterator[Contradiction]:
    """Law 11: every benchmark and attribute line favours by its own direction."""
    for line in case.comparison.benchmarks:
        slug = line.benchmark.slug
        if not line.comparable:
            if line.favours is not None or line.difference is not None:
                yield Contradiction(8, slug, "a difference is taken although the results are not comparable")
            continue
        a, b = (display.benchmark_figure(cell.row.score, line.benchmark.unit) for cell in line.cells)
        expected = case.better_side(slug, a, b)
        if line.favours != expected:
            yield Contradiction(11, slug, f"favours side {line.favours}, the raw scores favour {expected}")
        if line.difference != a - b:
            yield Contradiction(8, slug, f"the difference {line.difference} is not {a} minus {b}")
    for line in case.comparison.operational:
        if line.attribute in BETTER:
            yield from _attribute(line)
        elif line.favours is not None and not _is_better_off(line):
            yield Contradiction(11, line.attribute, "favours the model that is worse off")


def _is_better_off(line: AttributeLine) -> bool:
    """Whether the favoured side has the later date, the open weights, or all kinds and more."""
    if None in line.values:
        return False
    mine, other = line.values[line.favours].value, line.values[1 - line.favours].value
    return set(mine) > set(other) if isinstance(mine, tuple) else mine > other


def _attribute(line: AttributeLine) -> Iterator[Contradiction]:
    if None in line.values:
        if line.favours is not None or line.ratio is not None:
            yield Contradiction(9, line.attribute, "an unknown value is compared")
        return
    a, b = (Decimal(value.value) for value in line.values)
    expected = None
    larger, smaller = max(a, b), min(a, b)
    least = METHOD.noticeable_tokens_ratio if line.attribute in _TOKENS else METHOD.noticeable_ratio
    apart = larger != smaller and (smaller <= 0 or larger / smaller >= least)
    if apart and line.values[0].text != line.values[1].text:
        expected = int((a < b) == (BETTER[line.attribute] == HIGHER))
    if line.favours != expected:
        yield Contradiction(11, line.attribute, f"favours side {line.favours}, the values favour {expected}")
    if smaller <= 0:
        if line.ratio is not None or line.ratio_text:
            yield Contradiction(9, line.attribute, "a ratio is taken with zero")
    elif line.ratio is not None and abs(line.ratio - float(larger / smaller)) > _TINY * line.ratio:
        yield Contradiction(11, line.attribute, "the ratio is not that of the values")


def prices_are_current_and_ratios_finite(case: Case) -> Iterator[Contradiction]:
    """Laws 8 and 9: a compared price holds on the day, is somebody's, and is the catalogue's figure."""
    comparison = case.comparison
    mix = comparison.price_mix
    for attribute in ("price_input", "price_output", "price_cached", "price_blended"):
        line = comparison.by_attribute[attribute]
        for side, value in zip(comparison.sides, line.values, strict=True):
            amounts = {
                (price.provider_name, _amount(price, attribute, mix))
                for price in side.prices
                if _holds(price, comparison.today)
            }
            if value is not None and (value.provider, value.value) not in amounts:
                yield Contradiction(8, attribute, f"{value.text} of {side.model.slug} is no current price")
            known = any(amount is not None for _, amount in amounts)
            if value is None and known and attribute == "price_blended" and _is_out(case, side):
                yield Contradiction(9, attribute, f"a price of {side.model.slug} is known and shown as missing")
    for attribute in ("context_window", "max_output_tokens"):
        for side, value in zip(comparison.sides, comparison.by_attribute[attribute].values, strict=True):
            known = (getattr(side.model, attribute) or None) if _is_out(case, side) else None
            if (value.value if value is not None else None) != known:
                yield Contradiction(9, attribute, f"is not what the catalogue knows of {side.model.slug}")
    for attribute in ("output_speed", "time_to_first_token"):
        for side, value in zip(comparison.sides, comparison.by_attribute[attribute].values, strict=True):
            real = {
                getattr(speed, "output_tokens_per_second" if attribute == "output_speed" else "time_to_first_token")
                for speed in side.speeds
                if not speed.suspect
            }
            if value is not None and value.value not in real:
                yield Contradiction(9, attribute, f"{value.text} of {side.model.slug} is no measurement")


def _is_out(case: Case, side: Side) -> bool:
    """Whether a model was released by the day of the page; before, nothing is said of what it offers."""
    return side.model.release_date is None or side.model.release_date <= case.comparison.today


def _holds(price, today) -> bool:
    if not price.offered:
        return False
    start = price.valid_from or price.observed_on
    return (start is None or start <= today) and (price.valid_to is None or today < price.valid_to)


def _amount(price, attribute: str, mix: tuple[int, int]) -> Decimal | None:
    if attribute == "price_blended":
        if price.input is None or price.output is None:
            return None
        return (price.input * mix[0] + price.output * mix[1]) / sum(mix)
    return {"price_input": price.input, "price_output": price.output, "price_cached": price.cache_read}[attribute]


def proof_points_the_same_way(case: Case) -> Iterator[Contradiction]:
    """Law 6: results named as proof favour the model the claim favours."""
    names = {spec.name: slug for slug, spec in case.benchmarks.items()}
    for claim in case.by_kind["category_lead"]:
        proof = {number.of: number for number in claim.numbers if number.label == "proof"}
        if not proof:
            continue
        slug = next((slug for name, slug in names.items() if name == next(iter(proof.values())).note), None)
        rows = case.compared.get(slug)
        if rows is None or slug not in case.shared:
            yield Contradiction(6, claim.id, "names a proof that both models do not have")
            continue
        ahead = case.better_side(slug, rows[0].score, rows[1].score)
        if ahead is None or case.slugs[ahead] != claim.favours:
            yield Contradiction(6, claim.id, f"cites {slug}, which favours the other model")


def numbers_are_printed_as_everywhere(case: Case) -> Iterator[Contradiction]:
    """Laws 3 and 14: scores, gaps and results carry the value and text of their source."""
    for claim in case.verdict.claims:
        scores = [number for number in claim.numbers if number.label == "score"]
        for number in scores:
            if number.text != display.overall_score(number.value):
                yield Contradiction(14, claim.id, f"prints {number.value} as {number.text}")
            if not _is_a_score(case, claim, number):
                yield Contradiction(14, claim.id, f"{number.text} is no score of {number.of}")
        gaps = [number for number in claim.numbers if number.label == "gap"]
        if len(scores) == 2 and gaps:
            printed = abs(Decimal(scores[0].text) - Decimal(scores[1].text))
            if Decimal(gaps[0].text) != printed:
                yield Contradiction(14, claim.id, f"prints a gap of {gaps[0].text}, its scores are {printed} apart")
        if claim.kind in ("benchmark_lead", "biggest_swing"):
            yield from _values_are_rows(case, claim)
        for number in claim.numbers:
            if number.label in ("p", "shared_p") and not _is_rounded(number):
                yield Contradiction(14, claim.id, f"prints the probability {number.value} as {number.text}")
        for item in claim.evidence:
            if item.result is not None and item.result not in case.rows:
                yield Contradiction(8, claim.id, f"rests on result {item.result}, which is none of the two models'")


def _is_rounded(number) -> bool:
    """Whether a probability is printed as its nearest percent, at most 99, or with decimals that are nearer still."""
    printed = Decimal(number.text.removesuffix(" %"))
    whole = printed == printed.to_integral_value()
    slack = Decimal("0.5") if whole else Decimal("0.05")
    return printed <= 99 and (abs(printed - 100 * Decimal(repr(number.value))) <= slack or printed in (1, 99))


def _is_a_score(case: Case, claim: Claim, number) -> bool:
    standing = case.comparison.sides[case.comparison.side_of(number.of)].standing
    if standing is None:
        return False
    own = standing.categories.get(claim.scope)
    if own is not None:
        return number.value == own.score and not own.carried
    return number.value == standing.overall


def _values_are_rows(case: Case, claim: Claim) -> Iterator[Contradiction]:
    unit = case.benchmarks[claim.scope].unit
    for side, slug in enumerate(case.slugs):
        number = claim.number("value", slug)
        row = case.compared[claim.scope][side] if claim.scope in case.compared else None
        if row is None or number.value != float(row.score):
            yield Contradiction(8, claim.id, f"{number.text} is not the result of {slug} that is compared")
        elif number.text != display.benchmark_score(row.score, unit):
            yield Contradiction(14, claim.id, f"prints {row.score} as {number.text}")


def one_quantity_has_one_text(case: Case) -> Iterator[Contradiction]:
    """Law 14: within the ledger a label of a scope and model has one text."""
    texts: dict[tuple, str] = {}
    for claim in case.verdict.claims:
        for number in claim.numbers:
            if number.label not in ("score", "value", "gap", "margin", "p"):
                continue
            key = (_quantity(claim), number.label, number.of)
            if texts.setdefault(key, number.text) != number.text:
                yield Contradiction(14, claim.id, f"{number.label} is {number.text} here and {texts[key]} elsewhere")
    for claim in case.by_kind["category_lead"] + case.by_kind["category_even"]:
        line = case.comparison.by_category[claim.scope]
        for number in claim.numbers:
            if number.label == "score" and number.text != line.scores[case.slugs.index(number.of)].text:
                yield Contradiction(14, claim.id, "prints another score than the category table")


def _quantity(claim: Claim) -> str:
    """What a claim's numbers measure: overall scores, shared ones, one category, one test, one attribute."""
    if claim.kind == "caveat":
        return f"caveat:{claim.rule}"
    swing = claim.kind == "choose_if" and claim.reasons[:1] and claim.reasons[0].startswith("biggest_swing")
    if claim.kind in ("benchmark_lead", "biggest_swing", "needed", "hinge") or swing:
        return f"test:{claim.scope}"  # a test may be called like its category
    return claim.scope or "overall"
