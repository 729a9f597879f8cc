"""Facts that cannot all be true are found; facts that can are left alone."""

import datetime as dt
from decimal import Decimal

import pytest

from models_catalog.core.contradictions import contradictions, doubtful
from models_catalog.core.price_terms import parse
from models_catalog.core.specs import ModelSpec, PriceSpec, ResultRow

DAY = dt.date(2026, 5, 7)


def model(**facts):
    return ModelSpec("atlas", "Atlas", "north", "North", release_date=DAY, **facts)


def result(benchmark="pictures", **facts):
    return ResultRow(1, "1", "atlas", benchmark, Decimal(50), **facts)


def price(input="1", output="2", cache_read=None, terms="", **facts):
    figures = (None if each is None else Decimal(each) for each in (input, output, cache_read))
    return PriceSpec("atlas", "north", "North", True, *figures, terms=parse(terms), **facts)


def found(spec=None, results=(), prices=(), founded=None):
    return contradictions(spec or model(), results, prices, frozenset({"pictures"}), founded)


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        (
            {"spec": model(input_modalities=("text",)), "results": [result()]},
            "input_modalities",
            "text only, but has results on tests with pictures: pictures",
        ),
        (
            {"spec": model(context_window=8_000, max_output_tokens=8_001)},
            "context_window",
            "8,001 tokens does not fit into its context of 8,000",
        ),
        (
            {"spec": model(total_parameters=10, active_parameters=11)},
            "active_parameters",
            "more parameters per token than it has",
        ),
        ({"founded": dt.date(2026, 5, 8)}, "release_date", "before its maker existed (8 May 2026)"),
        (
            {"results": [result("facts", measured_on=dt.date(2025, 1, 1))], "founded": dt.date(2025, 2, 1)},
            "release_date",
            "dated 1 January 2025, before its maker existed",
        ),
        (
            {"results": [result("facts", measured_on=dt.date(2026, 3, 3))]},
            "release_date",
            "A result on facts is dated 3 March 2026, long before its release on 7 May 2026",
        ),
        ({"prices": [price(valid_to=dt.date(2026, 5, 7))]}, "release_date", "ended before its release"),
        (
            {"spec": model(knowledge_cutoff=dt.date(2026, 5, 8))},
            "knowledge_cutoff",
            "up to 8 May 2026, after its release",
        ),
        ({"prices": [price(terms="input above 200000 = 0.5")]}, "price_input", "only $0.50 above 200,000 tokens"),
        ({"prices": [price(terms="output batch = 2.5")]}, "price_blended", "but $2.50 in batches"),
        ({"prices": [price(cache_read="1.5")]}, "price_cached", "cached input costs $1.50, fresh $1.00"),
    ],
)
def test_what_cannot_be_is_found_and_puts_its_facts_in_doubt(given, field, sentence):
    first = found(**given)[0]
    assert sentence in first.text
    assert first.text.endswith(".")
    assert field in doubtful(found(**given))


@pytest.mark.parametrize(
    "given",
    [
        {"spec": model(input_modalities=("text", "image")), "results": [result()]},
        {"spec": model(input_modalities=()), "results": [result()]},
        {"spec": model(input_modalities=("text",)), "results": [result("facts")]},
        {"spec": model(input_modalities=("text",)), "results": [result(standard=False, variant="text only")]},
        {"spec": model(context_window=8_000, max_output_tokens=8_000)},
        {"spec": model(context_window=None, max_output_tokens=8_000)},
        {"founded": DAY},
        {"results": [result("facts", measured_on=DAY - dt.timedelta(days=60))]},
        {"spec": model(knowledge_cutoff=dt.date(2026, 6, 1), knowledge_cutoff_precision="month")},
        {"prices": [price(terms="input above 200000 = 2; output batch = 1", cache_read="1")]},
        {"prices": [price(input=None, terms="input batch = 1", valid_to=dt.date(2026, 5, 8))]},
    ],
)
def test_what_can_be_is_left_alone(given):
    assert found(**given) == ()
