"""The fifteen laws of verdicts, over generated catalogues young and grown, in every lane."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from comparisons.core.laws import check, check_mirrored
from comparisons.core.records import OUTCOMES
from comparisons.core.verdict import verdict
from comparisons.tests import catalogues
from comparisons.tests.catalogues import HOMES, grown_world, mixed_world, reference_world, world

YOUNG = settings(max_examples=60)
GROWN = settings(max_examples=12)


def contradictions(some_world) -> list:
    found = []
    for a, b in some_world.pairs():
        comparison = some_world.compare(a, b)
        found += [(a, b, str(item)) for item in check(comparison, verdict(comparison))]
    return found


@YOUNG
@given(catalogues.young_catalogues())
def test_no_verdict_of_a_young_catalogue_contradicts_its_records(young):
    assert contradictions(young) == []


@GROWN
@given(catalogues.grown_catalogues())
def test_no_verdict_of_a_grown_catalogue_contradicts_its_records(grown):
    assert contradictions(grown) == []


def test_the_reference_pairs_contradict_nothing():
    assert contradictions(reference_world()) == []


@YOUNG
@given(catalogues.young_catalogues())
def test_swapping_the_models_changes_nothing(young):
    for a, b in young.pairs():
        assert check_mirrored(young.verdict(a, b), young.verdict(b, a)) == []


@GROWN
@given(catalogues.grown_catalogues(), st.integers(0, 1000))
def test_the_order_of_rows_models_and_tests_changes_nothing(grown, seed):
    chance = random.Random(seed)

    def shuffled(items):
        return chance.sample(list(items), len(items))

    other = world(
        shuffled(grown.categories),
        shuffled(grown.benchmarks.values()),
        shuffled(grown.rows),
        models=shuffled(grown.models.values()),
        prices=shuffled(grown.prices),
        speeds=shuffled(grown.speeds),
        lane=grown.board.fit.lane,
    )
    for a, b in list(grown.pairs())[:12]:
        assert other.verdict(a, b) == grown.verdict(a, b)


@GROWN
@given(
    catalogues.grown_catalogues(),
    st.lists(st.sampled_from((0.0, 1.0, 3.0, 40.0)), min_size=len(HOMES), max_size=len(HOMES)).filter(any),
)
def test_reader_weights_obey_the_same_laws(grown, weights):
    for a, b in list(grown.pairs())[::5]:
        comparison = grown.reweighed(a, b, dict(zip(HOMES, weights, strict=True)))
        assert [str(item) for item in check(comparison, verdict(comparison))] == []


@GROWN
@given(catalogues.grown_catalogues(), st.integers(0, 11))
def test_a_twin_with_the_same_results_is_told_apart_by_nothing_measured(grown, place):
    original = sorted(grown.models)[place]
    copied = [
        replace(row, id=10**6 + row.id, uid=f"twin-{row.uid}", model="twin")
        for row in grown.rows
        if row.model == original
    ]
    twins = world(
        grown.categories,
        grown.benchmarks.values(),
        [*grown.rows, *copied],
        models=[*grown.models.values(), replace(grown.models[original], slug="twin", name="Twin")],
        lane=grown.board.fit.lane,
    )
    said = twins.verdict(original, "twin")
    measured = [claim for claim in said.claims if not claim.kind.startswith("ops_") and claim.favours is not None]
    assert [c.id for c in measured if c.rule not in ("names_by_result", "choose_if")] == []


@YOUNG
@given(catalogues.young_catalogues())
def test_equal_facts_give_equal_words(young):
    for a, b in young.pairs():
        assert young.verdict(a, b) == young.verdict(a, b)


def test_the_generated_catalogues_reach_every_basis_and_outcome():
    seen = set()
    for seed in range(14):
        for some_world in (
            catalogues.generated_world(seed, 12, 26, 0.3 + 0.05 * seed, 0.1, "provisional"),
            catalogues.generated_world(seed, 3, 6, 0.8, 5.0),
        ):
            for a, b in some_world.pairs():
                overall = some_world.compare(a, b).overall
                seen.add(overall.basis)
                seen.add(overall.outcome)
    comparison = mixed_world().compare("all-round", "shared-star")
    seen.add(comparison.overall.outcome)
    assert seen == {*OUTCOMES, "ranked", "estimate", "shared", "none"}
    assert check(comparison, verdict(comparison)) == []


def test_ids_are_unique_and_the_verdict_speaks_of_its_ledger_only():
    some_world = grown_world()
    for a, b in some_world.pairs():
        said = some_world.verdict(a, b)
        ledger = set(said.claims)
        assert len({claim.id for claim in said.claims}) == len(said.claims)
        assert {claim for sentence in said.sentences for claim in sentence.claims} <= ledger
        assert {claim for reasons in said.choose_if for claim in reasons} <= ledger
        assert set(said.flips) <= ledger
