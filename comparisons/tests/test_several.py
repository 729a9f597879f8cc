"""Three to six models in words: never more than the pairs say, whatever the order of the models."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparisons.core import several, several_words
from comparisons.core.laws_several import check_several
from comparisons.core.records import CLEAR, EVEN, LIKELY, NOTHING_SHARED, TOO_LITTLE
from comparisons.core.several import Call, Saying, sayings
from comparisons.core.several_words import several_verdict
from comparisons.core.verdict import verdict
from comparisons.tests import catalogues
from comparisons.tests.catalogues import World, generated_world, mixed_world

pytestmark = pytest.mark.no_database


def told(some: World, slugs) -> tuple[list, several_words.SeveralVerdict]:
    found = [some.compare(*pair) for pair in combinations(slugs, 2)]
    return [(comparison, verdict(comparison)) for comparison in found], several_verdict(found)


def contradictions(some: World, slugs) -> list[str]:
    return [str(problem) for problem in check_several(*told(some, slugs))]


@settings(max_examples=20)
@given(st.data())
def test_no_sentence_says_more_than_the_pairs_of_a_young_catalogue(data):
    some = data.draw(catalogues.young_catalogues())
    slugs = sorted(some.models)
    if len(slugs) >= 3:
        chosen = data.draw(st.permutations(slugs))[: data.draw(st.integers(3, 6))]
        assert contradictions(some, chosen) == []


@settings(max_examples=8)
@given(catalogues.grown_catalogues(), st.integers(0, 1000))
def test_no_sentence_says_more_than_the_pairs_of_a_grown_catalogue(grown, seed):
    chance = random.Random(seed)
    for size in (3, 5, 6):
        slugs = chance.sample(sorted(grown.models), size)
        assert contradictions(grown, slugs) == []
        assert several_verdict(grown.compare(*pair) for pair in combinations(slugs, 2)) == several_verdict(
            grown.compare(*pair) for pair in combinations(slugs[::-1], 2)
        )


WORDS = st.sampled_from((CLEAR, LIKELY, EVEN, "mixed", TOO_LITTLE, NOTHING_SHARED))


@given(st.integers(3, 6), st.data())
def test_sayings_speak_of_every_pair_in_its_own_word_even_where_leads_go_in_a_circle(number, data):
    found = {}
    for pair in combinations("abcdef"[:number], 2):
        word = data.draw(WORDS)
        leader = data.draw(st.sampled_from(pair)) if word in (CLEAR, LIKELY) else None
        found[pair] = Call(word, leader)
    seen = set()
    for saying in (saying for group in sayings(found) for saying in group):
        assert {found[pair].word for pair in saying.pairs} == {saying.word}
        if saying.word in (CLEAR, LIKELY):
            assert all(found[pair].leader in saying.heads for pair in saying.pairs)
            assert not set(saying.heads) & set(saying.others)
        seen |= saying.pairs
    assert seen == found.keys()


def test_two_level_models_ahead_of_a_third_share_a_sentence():
    found = {("x", "y"): Call(EVEN), ("x", "z"): Call(CLEAR, "x"), ("y", "z"): Call(CLEAR, "y")}
    assert sayings(found) == [[Saying(EVEN, ("x", "y")), Saying(CLEAR, ("x", "y"), ("z",))]]
    names = {"x": "X", "y": "Y", "z": "Z"}
    (line,) = several_words.sentences_of(found, names)
    assert line.text == "X and Y are too close to call; both are clearly ahead of Z."


def test_a_model_that_cannot_be_told_stands_last_with_its_reason():
    found = {
        ("w", "x"): Call(TOO_LITTLE),
        ("w", "y"): Call(NOTHING_SHARED),
        ("x", "y"): Call(LIKELY, "y"),
    }
    lines = several_words.sentences_of(found, {"w": "W", "x": "X", "y": "Y"})
    assert [line.text for line in lines] == [
        "Y is likely ahead of X.",
        "Cannot tell yet for W: it has too little in common with X, and it shares no benchmark with Y.",
    ]


def test_a_clear_lead_over_all_is_said_in_one_sentence():
    found = {pair: Call(CLEAR, pair[0]) for pair in combinations("abcd", 2)}
    lines = several_words.sentences_of(found, {slug: slug.upper() for slug in "abcd"})
    assert [line.text for line in lines] == [
        "A leads clearly, ahead of all others.",
        "B is clearly ahead of C and D.",
        "C is clearly ahead of D.",
    ]


def test_leads_in_a_circle_are_all_said_and_name_no_first():
    found = {("a", "b"): Call(CLEAR, "a"), ("b", "c"): Call(CLEAR, "b"), ("a", "c"): Call(LIKELY, "c")}
    (line,) = several_words.sentences_of(found, {slug: slug.upper() for slug in "abc"})
    assert line.text == "A is clearly ahead of B; B is clearly ahead of C; C is likely ahead of A."
    assert line.pairs == found.keys()


# ------------------------------------------------------------------ mutants

WORLDS = (mixed_world(), generated_world(8, 12, 30, 0.45, 25.0), generated_world(5, 12, 26, 0.5, 0.1, "provisional"))


def all_contradictions() -> list[str]:
    found = []
    for some in WORLDS:
        chance = random.Random(3)
        for size in (3, 4, 6, 6):
            found += contradictions(some, chance.sample(sorted(some.models), size))
    return found


def _order_is_carried_to_a_third(patch):
    genuine = several.calls

    def carried(pairs):
        found = genuine(pairs)
        return {pair: Call(LIKELY, pair[0]) if call.word == EVEN else call for pair, call in found.items()}

    patch.setattr(several, "calls", carried)


def _likely_reads_as_clear(patch):
    patch.setitem(several_words.LEADS, LIKELY, several_words.LEADS[CLEAR])


def _leaning_reads_as_a_lead(patch):
    patch.setattr(several_words, "LEANING_TO", "{heads} are each likely ahead of {others}")


def _a_pair_is_kept_back(patch):
    genuine = several.sayings
    patch.setattr(several, "sayings", lambda found: genuine(found)[:1])


def _caps_have_no_footnote(patch):
    patch.setattr(several_words, "capped_places", lambda comparison: set())


def _few_shared_tests_are_not_told(patch):
    patch.setattr(several_words, "_how_little", lambda comparison: "")


def _all_means_those_with_results(patch):
    patch.setattr(several_words, "ALL_WITH_RESULTS", several_words.ALL_OTHERS)


MUTANTS = (
    _order_is_carried_to_a_third,
    _likely_reads_as_clear,
    _leaning_reads_as_a_lead,
    _a_pair_is_kept_back,
    _caps_have_no_footnote,
    _few_shared_tests_are_not_told,
    _all_means_those_with_results,
)


def test_without_a_mutant_nothing_is_contradicted():
    assert all_contradictions() == []


@pytest.mark.parametrize("mutate", MUTANTS)
def test_the_law_catches_the_mutant(mutate, monkeypatch):
    mutate(monkeypatch)
    assert all_contradictions()
