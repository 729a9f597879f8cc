"""Claims about operational facts, and every reason to choose one model or the other."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from comparisons.core.operations import mix_text
from comparisons.core.records import AttributeLine, Claim, Comparison, Evidence, Number, Side, Value
from models_catalog.core.specs import ModelSpec

# Attributes that may speak for a model, in the order in which reasons are listed. The blended
# price stands for the single prices unless it is unknown.
ATTRIBUTES = (
    "price_blended",
    "price_input",
    "price_output",
    "price_cached",
    "context_window",
    "max_output_tokens",
    "output_speed",
    "time_to_first_token",
    "open_weights",
    "knowledge_cutoff",
    "input_modalities",
    "output_modalities",
)
SINGLE_PRICES = ("price_input", "price_output", "price_cached")
PRICES = ("price_blended", *SINGLE_PRICES)
PER_MILLION = Number(None, "per", 1_000_000, "1M tokens")


def operation_claims(comparison: Comparison) -> tuple[Claim, ...]:
    """One claim an attribute: a lead, no difference worth naming, or not known of both."""
    return tuple(_operation_claim(comparison, comparison.by_attribute[name]) for name in ATTRIBUTES)


def _operation_claim(comparison: Comparison, line: AttributeLine) -> Claim:
    numbers, evidence = _values(comparison, line)
    if line.attribute in PRICES:
        numbers += (PER_MILLION,)
    if line.attribute == "price_blended":
        mix = comparison.price_mix
        numbers += (Number(None, "mix", mix[0] / sum(mix), mix_text(mix)),)
    if None in line.values:
        kind, favours = "ops_unknown", None
    elif line.favours is None:
        kind, favours = "ops_even", None
    else:
        kind, favours = "ops_lead", comparison.slugs[line.favours]
        if line.ratio_text:
            numbers += (Number(None, "advantage", line.ratio or 0.0, line.ratio_text),)
    return Claim(
        id=f"{kind}:{line.attribute}",
        kind=kind,
        favours=favours,
        scope=line.attribute,
        strength=None,
        numbers=numbers,
        better=line.better,
        evidence=evidence,
        rule=kind,
    )


def _values(comparison: Comparison, line: AttributeLine) -> tuple[tuple[Number, ...], tuple[Evidence, ...]]:
    numbers, evidence = [], []
    for side, value in zip(comparison.sides, line.values, strict=True):
        if value is None:
            continue
        # the value stands in the key, so that nothing is told of another day's
        known = side.once(
            ("value as a number", line.attribute, id(value)), partial(_value, side.model.slug, line, value)
        )
        numbers.append(known[0])
        evidence.append(known[1])
    return tuple(numbers), tuple(evidence)


def _value(slug: str, line: AttributeLine, value: Value) -> tuple[Number, Evidence, Value]:
    """A value as a number and as evidence; it comes back too, so that its identity is nobody else's."""
    number = Number(slug, "value", _as_number(value.value), value.text, line.unit, value.provider)
    evidence = Evidence(
        result=None,
        benchmark=None,
        model=slug,
        source_url=value.source_url,
        source_kind="",
        counts=False,
        text=value.text,
        attribute=line.attribute,
        as_of=value.as_of,
    )
    return number, evidence, value


def _as_number(value: object) -> float:
    """An order for every kind of value: dates by day, lists by length, yes above no."""
    if hasattr(value, "toordinal"):
        return float(value.toordinal())
    if isinstance(value, tuple):
        return float(len(value))
    return float(value)


def reasons_to_choose(comparison: Comparison, claims: tuple[Claim, ...]) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """For each model every claim of the ledger that speaks for it, as `choose_if` claims.

    A model for which nothing speaks gets one claim that says so and favours nobody.
    """
    return tuple(_reasons_for(comparison, side, claims) for side in comparison.sides)


def is_offered(comparison: Comparison, model: ModelSpec) -> bool:
    """Whether a model can be had on the day of the page: what it costs and takes is then a reason to choose it.

    The weights of a retired one may still be run where they are open.
    """
    return model.out_by(comparison.today) and (not model.retired or bool(model.open_weights))


def _no_reason(slug: str, rule: str) -> Claim:
    """The claim that nothing speaks for a model, or that it was not there to be chosen."""
    return Claim(f"choose_if:{slug}:none", "choose_if", None, slug, None, (), None, (), rule)


def _reasons_for(comparison: Comparison, side: Side, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    slug = side.model.slug
    if not side.model.out_by(comparison.today):
        return (_no_reason(slug, "choose_if_absent"),)
    mine = [claim for claim in claims if claim.favours == slug]
    overall = [claim for claim in mine if claim.kind == "overall_lead"]
    categories = [claim for claim in mine if claim.kind == "category_lead"]
    swings = [claim for claim in mine if claim.kind == "biggest_swing"]
    operations = [claim for claim in mine if claim.kind == "ops_lead" and is_offered(comparison, side.model)]
    if any(claim.id == "ops_lead:price_blended" for claim in claims):
        operations = [claim for claim in operations if claim.scope not in SINGLE_PRICES]
    # A single result is a reason of its own only where no category can be called at all.
    called = any(claim.kind in ("category_lead", "category_even") for claim in claims)
    chosen = [*overall, *categories, *([] if called else swings), *operations]
    if not chosen:
        return (_no_reason(slug, "choose_if_none"),)
    return tuple(
        replace(claim, id=f"choose_if:{slug}:{claim.id}", kind="choose_if", rule="choose_if", reasons=(claim.id,))
        for claim in chosen
    )
