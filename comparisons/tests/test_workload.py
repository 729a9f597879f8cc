"""What a workload costs, and what a reader may type."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core import workload
from models_catalog.core.price_terms import parse
from models_catalog.core.specs import PriceSpec


def price(input, output):
    return PriceSpec("m", "lab", "Lab", True, input, output)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("1200000", 1_200_000),
        ("1,200,000", 1_200_000),
        ("1.200.000", 1_200_000),
        ("1 200 000", 1_200_000),
        ("1,200", 1_200),
        ("1.2M", 1_200_000),
        ("1,2M", 1_200_000),
        ("1,5M", 1_500_000),
        ("1,25 m", 1_250_000),
        (" 300k ", 300_000),
        ("0", 0),
    ],
)
def test_tokens_are_read_as_people_write_them(text, tokens):
    assert workload.parse_tokens(text) == tokens


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-5",
        "NaN",
        "1e9",
        "ten",
        "١٢",
        "1.2.3",
        "9" * 30,
        "9999999999999999M",
        "k",
        "1.5",
        "1,500M",
        "1.200",
        "15,M",
    ],
)
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(workload.WorkloadError) as refused:
        workload.parse_tokens(text)
    assert str(refused.value).endswith(".")


def test_cost_is_tokens_times_price():
    assert workload.cost(price(Decimal("0.4"), Decimal("1.6")), 1_000_000, 500_000) == Decimal("1.2")


def test_an_unknown_price_makes_the_cost_unknown_only_if_it_is_needed():
    assert workload.cost(price(Decimal("0.4"), None), 1000, 1) is None
    assert workload.cost(price(Decimal("0.4"), None), 1_000_000, 0) == Decimal("0.4")


def test_a_free_model_costs_nothing():
    assert workload.cost(price(Decimal(0), Decimal(0)), 10**12, 10**12) == 0


# --- cached tokens and tiers ----------------------------------------------------------------

TIERED = PriceSpec(
    "m",
    "lab",
    "Lab",
    True,
    Decimal(1),
    Decimal(4),
    Decimal("0.1"),
    terms=parse("input above 200000 = 2; output above 200000 = 6; input above 500000 = 3; input batch = 0.5"),
)
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("request_size", "tier", "dollars"),
    [
        (None, None, "5"),
        (0, None, "5"),
        (200_000, None, "5"),
        (200_001, 200_000, "8"),
        (500_001, 500_000, "9"),  # the higher tier names no output: what the lower one asks
    ],
)
def test_a_request_above_a_tier_costs_the_tiers_price_whole(request_size, tier, dollars):
    assert workload.tier_of(TIERED, request_size) == tier
    assert workload.cost(TIERED, MILLION, MILLION, request=request_size) == Decimal(dollars)


def test_cached_tokens_are_a_part_of_the_input():
    assert workload.cost(TIERED, MILLION, 0, cached=MILLION // 2) == Decimal("0.55")
    assert workload.cost(TIERED, MILLION, 0, cached=MILLION) == Decimal("0.1")
    with pytest.raises(workload.WorkloadError, match="part of the input"):
        workload.cost(TIERED, MILLION, 0, cached=MILLION + 1)


def test_cached_tokens_cost_the_full_price_where_no_other_is_published():
    assert workload.cost(price(Decimal(1), Decimal(4)), MILLION, 0, cached=MILLION) == 1


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**6))
def test_caching_never_costs_more_and_longer_requests_never_less(tokens_in, tokens_out, cached, size):
    cached = min(cached, tokens_in)
    whole = workload.cost(TIERED, tokens_in, tokens_out)
    assert workload.cost(TIERED, tokens_in, tokens_out, cached=cached) <= whole
    assert workload.cost(TIERED, tokens_in, tokens_out, request=size) >= whole
