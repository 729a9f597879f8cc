"""Prices under conditions: the notation, its canonical text, and what is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_catalog.core.price_terms import (
    ITEMS,
    MODES,
    UNITS,
    BadTerm,
    PriceTerm,
    amount_of,
    parse,
    tiers,
    written,
)

TERMS = st.builds(
    PriceTerm,
    item=st.sampled_from(ITEMS),
    amount=st.decimals(min_value=0, max_value=1_000_000, places=6),
    mode=st.sampled_from(MODES),
    above=st.none() | st.integers(0, 10**12 - 1),
    lasts=st.none() | st.integers(1, 9999),
    hours=st.sampled_from(["", "16:30-00:30", "00:00-23:59"]),
    per=st.sampled_from(UNITS),
)


@given(st.lists(TERMS, unique_by=lambda term: term.key))
def test_written_terms_are_read_back_the_same_whatever_their_order(terms):
    text = written(terms)
    assert set(parse(text)) == set(terms)
    assert written(parse(text)) == text
    assert written(reversed(terms)) == text
    assert parse(text.replace("\n", "; ")) == parse(text)


@pytest.mark.parametrize(
    ("line", "term"),
    [
        ("input batch = 0.4", PriceTerm("input", Decimal("0.4"), mode="batch")),
        ("output above 200000 = 22.5", PriceTerm("output", Decimal("22.5"), above=200_000)),
        ("cache write for 1h = 10", PriceTerm("cache write", Decimal(10), lasts=60)),
        ("cache write for 5m=6.25", PriceTerm("cache write", Decimal("6.25"), lasts=5)),
        ("input at 16:30-00:30 = 0.135", PriceTerm("input", Decimal("0.135"), hours="16:30-00:30")),
        ("audio input = 1", PriceTerm("audio input", Decimal(1))),
        ("  web   search = 10 per 1k requests ", PriceTerm("web search", Decimal(10), per="1k requests")),
        ("cache read batch above 272000 = 0", PriceTerm("cache read", Decimal(0), mode="batch", above=272_000)),
    ],
)
def test_every_condition_has_its_words(line, term):
    assert parse(line) == (term,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("batch 0.4", "is no price"),
        ("input batch = -1", "is no price"),
        ("input batch = NaN", "is no price"),
        ("input at 25:00-26:00 = 1", "is no price"),
        ("tea = 1", "What can be charged for: input"),
        ("input batch = 0.0000001", "at most 6 decimal places"),
        ("input batch = 9999999", "at most 1000000 USD"),
        ("input batch = 1; input batch = 2", "two prices for the same thing"),
    ],
)
def test_other_texts_are_refused_with_a_sentence(text, sentence):
    with pytest.raises(BadTerm, match=sentence):
        parse(text)


def test_the_same_line_twice_is_one_term():
    assert written(parse("input batch = 1\ninput batch = 1.0")) == "input batch = 1"


def test_amounts_are_found_by_their_exact_conditions():
    terms = parse("input batch = 0.4; input above 200000 = 6; output above 200000 = 22; input batch above 400000 = 1")
    assert amount_of(terms, "input", mode="batch") == Decimal("0.4")
    assert amount_of(terms, "input", above=200_000) == 6
    assert amount_of(terms, "input") is None
    assert tiers(terms) == (200_000,)
