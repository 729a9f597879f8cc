"""Related comparisons are chosen by use, and always the same."""

import random
from decimal import Decimal

from comparisons.core.related import NEAREST, OPEN, SAME_PRICE, SIBLING, Candidate, neighbours, related_pairs
from models_catalog.core.specs import ModelSpec


def candidate(slug, lab, overall=None, price=None, family="", open_weights=False, tests=("gpqa",)):
    return Candidate(
        ModelSpec(slug, slug.title(), lab, lab.title(), family=family, open_weights=open_weights),
        overall,
        None if price is None else Decimal(price),
        frozenset(tests),
    )


POOL = [
    candidate("big", "north", 70, "6", "north-line"),
    candidate("small", "north", 50, "1", "north-line"),
    candidate("rival", "south", 68, "5"),
    candidate("bargain", "south", 49, "0.9"),
    candidate("free-weights", "west", 60, "0", open_weights=True),
    candidate("unknown", "west"),
]


def test_each_reason_names_the_closest_model_it_fits():
    assert neighbours(POOL)["big"] == {NEAREST: "rival", SIBLING: "small", OPEN: "free-weights"}
    assert neighbours(POOL)["small"] == {NEAREST: "bargain", SIBLING: "big", OPEN: "free-weights"}


def test_a_price_is_similar_only_where_both_are_known_and_above_zero():
    found = neighbours([*POOL, candidate("third", "east", 71, "6.5")])
    assert found["big"][SAME_PRICE] == "rival"
    assert SAME_PRICE not in found["free-weights"]


def test_a_model_without_a_score_has_no_rival():
    assert neighbours(POOL)["unknown"] == {}


def test_nobody_is_sent_to_a_comparison_with_nothing_shared():
    stranger = candidate("stranger", "south", 70, "6", tests=("arena",))
    assert "stranger" not in neighbours([*POOL, stranger])["big"].values()
    assert neighbours([*POOL, stranger])["stranger"] == {}
    thin = candidate("thin", "north", None, None, "north-line", tests=())
    assert "thin" not in neighbours([*POOL, thin])["small"].values()


def test_the_order_of_the_catalogue_changes_nothing():
    shuffled = POOL[:]
    random.Random(3).shuffle(shuffled)
    assert neighbours(shuffled) == neighbours(POOL)


def test_a_pair_never_relates_to_itself_nor_names_a_pair_twice():
    found = related_pairs(("big", "rival"), neighbours(POOL))
    pairs = [frozenset(entry[:2]) for entry in found]
    assert frozenset(("big", "rival")) not in pairs
    assert len(pairs) == len(set(pairs))
    assert ("big", "small", SIBLING) in found
