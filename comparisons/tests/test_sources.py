"""Boards of one vote are one source wherever shared benchmarks are counted."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core import compare, wording
from comparisons.core.laws import check
from comparisons.core.method import METHOD
from comparisons.core.records import SHARED
from comparisons.core.sources import boards, count_sources, few
from comparisons.core.verdict import verdict
from comparisons.tests.catalogues import World, benchmark, category, result, world

pytestmark = pytest.mark.no_database
HOMES = ("coding", "math", "knowledge", "reasoning")


@cache
def voted_world() -> World:
    """Ten models on sixteen tests and four boards of one vote, and two known from that vote alone."""
    chance = random.Random(4)
    tests = [benchmark(f"test-{place:02d}", HOMES[place % 4]) for place in range(16)]
    votes = [benchmark(f"vote-{home}", home, family="vote") for home in HOMES]
    rows = [
        result(f"field-{place}", test.slug, round(40 + 3 * place + chance.gauss(0, 3), 1))
        for place in range(10)
        for test in (*tests[place % 2 :: 2], *votes)
    ]
    rows += [result("new-low", vote.slug, 45 + place) for place, vote in enumerate(votes)]
    rows += [result("new-high", vote.slug, 70 + place) for place, vote in enumerate(votes)]
    return world([category(slug, place) for place, slug in enumerate(HOMES)], [*tests, *votes], rows)


@given(st.lists(st.sampled_from(("", "vote", "other")), max_size=12))
def test_a_family_is_one_source_and_a_test_without_one_is_its_own(families):
    tests = [benchmark(f"test-{place}", family=family) for place, family in enumerate(families)]
    assert count_sources(tests) == families.count("") + len({*families} - {""})


@given(st.integers(0, 40), st.integers(0, 40))
def test_few_sources_are_named_where_they_hide_behind_more_benchmarks(benchmarks, sources):
    said = boards(benchmarks, sources)
    assert bool(said) == (0 < sources < min(benchmarks, METHOD.shared_benchmarks))
    assert few(sources) == (sources < 3)


def test_boards_are_counted_in_words():
    assert boards(13, 1) == " (boards of one test)"
    assert boards(5, 2) == " (boards of two tests)"
    assert boards(5, 3) == boards(1, 1) == boards(0, 0) == ""


def test_models_known_from_one_vote_are_called_with_a_word_about_it():
    some = voted_world()
    comparison = some.compare("new-high", "new-low")
    assert comparison.overall.basis == SHARED
    assert (len(comparison.shared.benchmarks), comparison.shared.families) == (4, 1)
    assert "(boards of one test)" in verdict(comparison).why


def test_ranked_models_that_share_one_vote_are_said_to_share_only_that():
    some = voted_world()
    told = verdict(some.compare("field-9", "field-0"))
    assert "with only 4 of 20 benchmarks shared (boards of one test)" in told.why


def contradictions() -> list[str]:
    some = voted_world()
    found = []
    for pair in some.pairs():
        comparison = some.compare(*pair)
        found += [str(item) for item in check(comparison, verdict(comparison))]
    return found


def test_no_law_is_broken():
    assert contradictions() == []


@pytest.mark.parametrize(
    ("module", "name", "mutant"),
    [
        (compare, "count_sources", lambda tests: len(list(tests))),
        (wording, "boards", lambda benchmarks, sources: ""),
        (wording, "few", lambda sources: False),
    ],
    ids=["boards count one by one", "boards are not named", "few sources are not said first"],
)
def test_a_law_catches_the_mutant(module, name, mutant, monkeypatch):
    monkeypatch.setattr(module, name, mutant)
    assert contradictions()
