"""Addresses of pairs and reader weights: what is read, and what is refused with which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core import pairs
from comparisons.core.weights import WeightError, available_presets, parse_weights, preset, written
from comparisons.tests.catalogues import category

CATEGORIES = (category("agentic", 0, 22), category("coding", 1, 20), category("math", 2, 8))
slugs = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True).filter(lambda slug: "-vs-" not in slug)


@given(slugs, slugs)
def test_a_pair_has_one_address_that_splits_into_its_models(one, other):
    if one == other or "-vs-" in f"{one}-" or "-vs-" in f"-{other}":
        return
    address = pairs.join(one, other)
    assert address == pairs.join(other, one)
    assert pairs.split(address) == tuple(sorted((one, other)))
    assert pairs.is_canonical(address)


def test_the_other_order_is_readable_but_not_canonical():
    assert pairs.split("zeta-vs-alpha") == ("zeta", "alpha")
    assert not pairs.is_canonical("zeta-vs-alpha")


def test_a_model_against_itself_is_named_in_the_refusal():
    with pytest.raises(pairs.SamePair, match="gpt-4o cannot be compared with itself"):
        pairs.split("gpt-4o-vs-gpt-4o")
    with pytest.raises(pairs.SamePair):
        pairs.join("gpt-4o", "gpt-4o")


@pytest.mark.parametrize(
    "address", ["", "gpt-4o", "a-vs-", "-vs-b", "a-vs-b-vs-c", "A-vs-b", "a vs b", "a-vs-b/", "é-vs-b"]
)
def test_what_is_no_pair_is_refused_with_an_example(address):
    with pytest.raises(pairs.NotAPair, match="one-model-vs-another-model"):
        pairs.split(address)


def test_three_shared_benchmarks_are_worth_listing():
    assert [pairs.worth_listing(shared) for shared in (0, 2, 3)] == [False, False, True]


# ------------------------------------------------------------------ weights


def test_named_categories_get_their_weight_and_the_others_none():
    assert parse_weights("coding:40,agentic:30.5", CATEGORIES) == {"agentic": 30.5, "coding": 40.0, "math": 0.0}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "No weights are given"),
        ("coding:-1", "negative"),
        ("coding:nan", "not a plain number"),
        ("coding:inf", "not a plain number"),
        ("coding:1e3", "not a plain number"),
        ("coding:٣", "not a plain number"),
        ("coding:9999999", "not a plain number"),
        ("coding:0,math:0", "All weights are zero"),
        ("poetry:3", "no category “poetry”"),
        ("coding:1,coding:2", "weighed twice"),
        ("coding", "not have"),
        ("coding 3", "has no weight"),
        ("coding:3,,math:2", "missing between two commas"),
        ("coding:1," * 200, "is the most we read"),
    ],
)
def test_bad_weights_are_refused_with_a_sentence(text, says):
    categories = CATEGORIES if text != "coding" else (category("math"),)
    with pytest.raises(WeightError, match=says) as refused:
        parse_weights(text, categories)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 300


def weights_or_words(text):
    try:
        return parse_weights(text, CATEGORIES), ""
    except WeightError as refused:
        return None, str(refused)


@given(st.text(max_size=600) | st.from_regex(r"(coding|math|odd):[0-9.\-]{0,4}(,(coding|agentic):[0-9]{1,3})?"))
def test_any_text_is_weights_or_a_sentence(text):
    weights, words = weights_or_words(text)
    if weights is None:
        assert words.endswith(".")
    else:
        assert set(weights) == {"agentic", "coding", "math"}
        assert min(weights.values()) >= 0
        assert max(weights.values()) > 0


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(any))
def test_written_weights_read_back_the_same(numbers):
    weights = dict(zip(("agentic", "coding", "math"), map(float, numbers), strict=True))
    assert parse_weights(written(weights), CATEGORIES) == weights


def test_presets_sum_to_one_and_favour_what_they_name():
    presets = available_presets(CATEGORIES)
    assert set(presets) == {"balanced", "coding", "agents", "even"}
    for weights in presets.values():
        assert sum(weights.values()) == pytest.approx(1)
    assert presets["balanced"] == {"agentic": 0.44, "coding": 0.4, "math": 0.16}
    assert presets["coding"]["coding"] == presets["agents"]["agentic"] == 0.5
    assert len(set(presets["even"].values())) == 1
    assert parse_weights("agents", CATEGORIES) == presets["agents"]


def test_a_preset_without_its_category_is_refused():
    with pytest.raises(WeightError, match="needs the category multilingual"):
        preset("multilingual", CATEGORIES)
    with pytest.raises(WeightError, match="no preset “poetry”"):
        preset("poetry", CATEGORIES)
