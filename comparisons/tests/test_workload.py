"""What a workload costs, and what a reader may type."""

from decimal import Decimal

import pytest

from comparisons.core import workload
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
