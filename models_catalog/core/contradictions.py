"""Facts of a model that cannot all be true: each a sentence for editors, none a claim for readers.

A page compares no fact that another one contradicts; the newsroom lists what does. Pure rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models_catalog.core import display, price_terms
from models_catalog.core.specs import ModelSpec, PriceSpec, ResultRow

IMAGE_TESTS = "multimodal"  # the category whose tests show pictures
BLIND = frozenset({"text", "audio"})  # inputs without a picture
EARLY = dt.timedelta(days=60)  # tests of a model before its release are usual for so long
PRICES = ("price_input", "price_output", "price_cached", "price_blended")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`fields` are the facts that are in doubt, by the names of the operational attributes."""

    model: str
    fields: tuple[str, ...]
    text: str


def contradictions(
    model: ModelSpec,
    results: Iterable[ResultRow],
    prices: Iterable[PriceSpec],
    image_tests: frozenset[str],
    founded: dt.date | None = None,
) -> tuple[Contradiction, ...]:
    """Everything about one model that does not fit together.

    `image_tests` are the slugs of tests that show pictures, `founded` the day its maker was.
    """
    results, prices = tuple(results), tuple(prices)
    found = [
        *_sight(model, results, image_tests),
        *_sizes(model),
        *_dates(model, results, prices, founded),
        *(each for price in prices for each in _price(model, price)),
    ]
    return tuple(found)


def doubtful(found: Iterable[Contradiction]) -> frozenset[str]:
    """The facts that are in doubt."""
    return frozenset(name for each in found for name in each.fields)


def _sight(model: ModelSpec, results: Sequence[ResultRow], image_tests: frozenset[str]) -> list[Contradiction]:
    if not model.input_modalities or not set(model.input_modalities) <= BLIND:
        return []
    seen = sorted({row.benchmark for row in results if row.benchmark in image_tests and row.standard})
    if not seen:
        return []
    kinds = " and ".join(model.input_modalities)
    text = f"It is said to take {kinds} only, but has results on tests with pictures: {display.listed(seen[:5])}."
    return [Contradiction(model.slug, ("input_modalities",), text)]


def _sizes(model: ModelSpec) -> list[Contradiction]:
    found = []
    if model.context_window and model.max_output_tokens and model.max_output_tokens > model.context_window:
        text = (
            f"Its maximum output of {display.count(model.max_output_tokens)} tokens does not fit into its context of "
            f"{display.count(model.context_window)}."
        )
        found.append(Contradiction(model.slug, ("context_window", "max_output_tokens"), text))
    if model.active_parameters and model.total_parameters and model.active_parameters > model.total_parameters:
        text = "It is said to use more parameters per token than it has."
        found.append(Contradiction(model.slug, ("active_parameters", "total_parameters"), text))
    return found


def _dates(
    model: ModelSpec, results: Sequence[ResultRow], prices: Sequence[PriceSpec], founded: dt.date | None
) -> list[Contradiction]:
    found = []
    released = model.release_date if model.release_precision == "day" else None
    dated = [day for day in (model.release_date, *(row.measured_on for row in results)) if day is not None]
    if founded is not None and dated and min(dated) < founded:
        text = f"It is dated {display.date(min(dated))}, before its maker existed ({display.date(founded)})."
        found.append(Contradiction(model.slug, ("release_date",), text))
    if released is None:
        return found
    early = [row for row in results if row.measured_on is not None and row.measured_on < released - EARLY]
    if early:
        first = min(early, key=lambda row: (row.measured_on, row.benchmark))
        text = (
            f"A result on {first.benchmark} is dated {display.date(first.measured_on)}, long before its release on "
            f"{display.date(released)}."
        )
        found.append(Contradiction(model.slug, ("release_date",), text))
    sold = [price for price in prices if price.valid_to is not None and price.valid_to <= released]
    if sold:
        text = f"A price at {sold[0].provider_name} ended before its release on {display.date(released)}."
        found.append(Contradiction(model.slug, ("release_date",), text))
    cutoff = model.knowledge_cutoff if model.knowledge_cutoff_precision == "day" else None
    if cutoff is not None and cutoff > released:
        text = f"It knows things up to {display.date(cutoff)}, after its release on {display.date(released)}."
        found.append(Contradiction(model.slug, ("knowledge_cutoff", "release_date"), text))
    return found


def _price(model: ModelSpec, price: PriceSpec) -> list[Contradiction]:
    """A plain price above the price of longer inputs, a cached or batch price above the plain one."""
    problems = []
    plain = {price_terms.INPUT: price.input, price_terms.OUTPUT: price.output}
    for item, amount in plain.items():
        if amount is None:
            continue
        for above in price_terms.tiers(price.terms):
            longer = price_terms.amount_of(price.terms, item, above=above)
            if longer is not None and longer < amount:
                problems.append(
                    f"{item} costs {display.money(amount)}, but only {display.money(longer)} above "
                    f"{display.count(above)} tokens"
                )
        batch = price_terms.amount_of(price.terms, item, mode=price_terms.BATCH)
        if batch is not None and batch > amount:
            problems.append(f"{item} costs {display.money(amount)}, but {display.money(batch)} in batches")
    if price.cache_read is not None and price.input is not None and price.cache_read > price.input:
        problems.append(f"cached input costs {display.money(price.cache_read)}, fresh {display.money(price.input)}")
    period = f"from {display.date(price.valid_from)}" if price.valid_from else "undated"
    return [
        Contradiction(model.slug, PRICES, f"At {price.provider_name}, {period}: {problem}.") for problem in problems
    ]
