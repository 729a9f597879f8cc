"""One reader of numbers for editors and readers: a sign means what its column shows, or is asked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_catalog.core.numbers import (
    COMMA,
    MIXED,
    POINT,
    UNDECIDED,
    TwoReadings,
    UnreadableNumber,
    decimal_sign,
    read_number,
)


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("87.5", "", "87.5"),
        ("87,5", "", "87.5"),
        (".5", "", "0.5"),
        ("0.125", "", "0.125"),
        ("-3", "", "-3"),
        ("−3.25", "", "-3.25"),
        ("1,322.5", "", "1322.5"),
        ("1.322,5", "", "1322.5"),
        ("1,322,500", "", "1322500"),
        ("1.322.500", "", "1322500"),
        ("1 322", "", "1322"),
        ("1 322,567", "", "1322.567"),
        ("1'322.567", "", "1322.567"),
        ("1322,567", "", "1322.567"),
        ("1,322", POINT, "1322"),
        ("1,322", COMMA, "1.322"),
        ("1.322", COMMA, "1322"),
        ("0,125", COMMA, "0.125"),
        ("１３２２.５", "", "1322.5"),
    ],
)
def test_number_is_read(text, sign, value):
    assert read_number(text, sign) == Decimal(value)


@pytest.mark.parametrize("text", ["0,125", "28,983", "1.322", "100,000", "-1,322"])
def test_number_with_two_readings_is_never_guessed(text):
    with pytest.raises(TwoReadings, match="can mean"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("74,1", POINT),
        ("74.1", COMMA),
        ("74,1", MIXED),
        ("0.125", COMMA),
        ("1,32,200", ""),
        ("12 34", ""),
        ("1 322 5", ""),
        ("0,322,500", ""),
        ("1,322,5", ""),
        (",5", ""),
        ("", ""),
        ("-", ""),
        ("1e3", ""),
        ("٨٧", ""),
        ("9" * 41, ""),
    ],
)
def test_other_texts_are_refused(text, sign):
    with pytest.raises(UnreadableNumber):
        read_number(text, sign)


def test_column_shows_its_sign():
    assert decimal_sign(["1,322", "74.1"]) == POINT
    assert decimal_sign(["1.322", "74,1"]) == COMMA
    assert decimal_sign(["1,322", "1.322"]) == UNDECIDED
    assert decimal_sign(["74,1", "74.1"]) == MIXED
    assert decimal_sign(["1,322,500"]) == POINT
    assert decimal_sign([]) == UNDECIDED


@given(
    st.decimals(min_value=-9_999_999, max_value=9_999_999, places=2),
    st.sampled_from([POINT, COMMA]),
    st.sampled_from(["", " ", "'", "other"]),
)
def test_number_written_in_any_dialect_is_read_back_or_asked(value, sign, mark):
    mark = {POINT: COMMA, COMMA: POINT}[sign] if mark == "other" else mark
    whole, fraction = f"{abs(value):f}".split(".")
    grouped = f"{int(whole):,}".replace(",", mark)
    text = f"{'-' if value < 0 else ''}{grouped}{sign}{fraction}"
    assert read_number(text) == read_number(text, sign) == value
