"""One quantity, one text."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_catalog.core import display

numbers = st.floats(-1000, 1000, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Decimal("87.500000"), "percent", "87.5 %"),
        (Decimal("49"), "percent", "49 %"),
        (Decimal("1367.7"), "elo", "1,367.7 Elo"),
        (Decimal("6.0583"), "usd", "6.06 USD"),
        (None, "percent", "not measured"),
        (Decimal("0"), "percent", "0 %"),
    ],
)
def test_a_reported_score_keeps_its_unit(value, unit, text):
    assert display.benchmark_score(value, unit) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "not published"),
        (Decimal("0"), "free"),
        (Decimal("0.4"), "$0.40"),
        (Decimal("0.075"), "$0.075"),
        (Decimal("10"), "$10.00"),
        (Decimal("0.00003"), "under $0.0001"),
    ],
)
def test_a_price_is_free_only_at_zero(value, text):
    assert display.money(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "not published"), (512, "512"), (32_768, "32.8K"), (128_000, "128K"), (1_047_576, "1.05M")],
)
def test_tokens_are_short(value, text):
    assert display.tokens(value) == text


def test_probability_never_reads_as_certainty():
    assert display.probability(0.99999) == "99 %"
    assert display.probability(0.001) == "1 %"
    assert display.probability(0.613) == "61 %"


def test_a_rounded_zero_has_no_sign():
    assert display.overall_score(-0.01) == "0.0"
    assert display.signed(-0.04) == "+0.0"
    assert display.signed(-1.26) == "−1.3"


@given(numbers, numbers)
def test_a_printed_gap_is_the_difference_of_the_printed_scores(a, b):
    printed = [Decimal(display.overall_score(value).replace(",", "")) for value in (a, b)]
    assert display.printed_gap(a, b) == abs(printed[0] - printed[1])


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=60))
def test_printed_shares_add_up_to_the_printed_whole(parts):
    total = sum(parts)
    shares = [100 * part / total for part in parts]
    printed = display.shares_adding_up(shares)
    assert sum(printed) == Decimal("100.0")
    assert all(abs(float(text) - share) <= 0.1 + 1e-9 for text, share in zip(printed, shares, strict=True))


def test_dates_say_only_what_is_known():
    day = dt.date(2025, 8, 5)
    assert display.date(day) == "5 August 2025"
    assert display.date(day, "month") == "August 2025"
    assert display.date(day, "year") == "2025"
    assert display.date(None) == "not published"


def test_words_are_listed_as_in_a_sentence():
    assert display.listed(["a"]) == "a"
    assert display.listed(["a", "b"]) == "a and b"
    assert display.listed(["a", "b", "c"]) == "a, b and c"
    assert display.counted(1, "benchmark") == "1 benchmark"
    assert display.counted(2, "category", "categories") == "2 categories"


def test_a_part_of_a_whole_is_all_of_it_in_words():
    assert [display.part(4, 8), display.part(8, 8), display.part(0, 8), display.part(1, 1)] == [
        "4 of 8",
        "all 8",
        "0 of 8",
        "the only",
    ]
