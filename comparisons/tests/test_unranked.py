"""Two models that nothing can order: published intervals and makers' figures in words, never a ranking."""

from __future__ import annotations

import random
from functools import cache

import pytest

from comparisons.core import unranked_claims, words
from comparisons.core.laws import check
from comparisons.core.points import ELO
from comparisons.core.records import NONE
from comparisons.core.verdict import verdict
from comparisons.tests.catalogues import World, benchmark, category, result, world
from models_catalog.core.specs import PROVIDER_REPORTED, TIER_MAKER

pytestmark = pytest.mark.no_database
HOMES = ("coding", "math", "knowledge", "reasoning")
RATED = {"one": 1500, "other": 1400, "near": 1495}
OWN = {"one": 81, "other": 79, "near": 40}


@cache
def young_world() -> World:
    """Eight ranked models, and three known from one rated board and one test that their makers took."""
    chance = random.Random(4)
    tests = [benchmark(f"test-{place:02d}", HOMES[place % 4]) for place in range(16)]
    votes = benchmark("votes", "coding", unit="elo", kind=ELO, anchor=1400.0)
    rows = [
        result(f"field-{place}", test.slug, round(40 + 3 * place + chance.gauss(0, 3), 1))
        for place in range(8)
        for test in tests
    ]
    rows += [result(f"field-{place}", "votes", 1300 + 30 * place, stderr=3) for place in range(8)]
    rows += [result(slug, "votes", rating, stderr=4) for slug, rating in RATED.items()]
    own = {"source_kind": PROVIDER_REPORTED, "source_tier": TIER_MAKER}
    rows += [result(slug, "test-00", share, **own) for slug, share in OWN.items()]
    return world([category(slug, place) for place, slug in enumerate(HOMES)], [*tests, votes], rows)


def told(one: str, other: str) -> str:
    comparison = young_world().compare(one, other)
    assert comparison.overall.basis == NONE
    return verdict(comparison).paragraphs[0]


def test_intervals_that_do_not_meet_are_said_to_be_apart_and_name_nobody():
    said = told("one", "other")
    assert "intervals of the published ratings, One 1,493 to 1,507 and Other 1,393 to 1,407, do not overlap." in said
    assert "ahead" not in said


def test_intervals_that_meet_are_said_to_overlap():
    assert "Near 1,488 to 1,502 and One 1,493 to 1,507, overlap." in told("near", "one")


def test_makers_figures_stand_under_their_names():
    some = young_world()
    labs = {slug: some.models[slug].lab_name for slug in RATED}
    assert f"{labs['one']} reports 81 % for One and {labs['other']} 79 % for Other, too near to name one." in told(
        "one", "other"
    )
    assert f"{labs['near']} reports 40 % for Near and {labs['one']} 81 % for One (±" in told("near", "one")


def test_ranked_models_have_their_scores_and_none_of_this():
    kinds = {claim.kind for claim in verdict(young_world().compare("field-0", "one")).claims}
    assert not kinds & {"published_interval", "makers_figures"}


def contradictions() -> list[str]:
    found = []
    for pair in (("one", "other"), ("near", "one"), ("near", "other"), ("field-0", "one")):
        comparison = young_world().compare(*pair)
        found += [str(item) for item in check(comparison, verdict(comparison))]
    return found


def test_no_law_is_broken():
    assert contradictions() == []


def _intervals_are_as_narrow_as_an_error(patch):
    patch.setattr(unranked_claims, "round", lambda value: round(value) + 2, raising=False)


def _overlap_is_turned_round(patch):
    table = words.SENTENCES["published_interval", None]
    patch.setitem(table, "intervals_overlap", table["intervals_disjoint"])


def _an_interval_makes_a_ranking(patch):
    table = words.SENTENCES["published_interval", None]
    patch.setitem(table, "intervals_disjoint", "On {scope} {A} is ahead of {B}, as intervals do not overlap.")


def _others_figures_are_called_makers(patch):
    patch.setattr(unranked_claims, "_is_makers", unranked_claims._has_intervals)


def _makers_are_not_named(patch):
    for rule in ("makers_figures", "makers_figures_named"):
        text = "On {scope} makers report {A_value} for {A} and {B_value} for {B}."
        patch.setitem(words.SENTENCES["makers_figures", None], rule, text)


@pytest.mark.parametrize(
    "mutate",
    [
        _intervals_are_as_narrow_as_an_error,
        _overlap_is_turned_round,
        _an_interval_makes_a_ranking,
        _others_figures_are_called_makers,
        _makers_are_not_named,
    ],
)
def test_a_law_catches_the_mutant(mutate, monkeypatch):
    mutate(monkeypatch)
    assert contradictions()
