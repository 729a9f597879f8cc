"""Mutants of what was once untrue: each brings an old untruth back and must be caught by a law."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest

from comparisons.core import (
    benchmark_lines,
    caveats,
    claims,
    claims_operations,
    compare,
    flips,
    operations,
    rank_reasons,
    sentences,
    setups,
    verdict,
    wording,
    words,
)
from comparisons.core.laws import Contradiction, check
from comparisons.core.records import SHARED, BenchmarkLine
from comparisons.tests.catalogues import (
    World,
    benchmark,
    category,
    generated_world,
    grown_world,
    mixed_world,
    price,
    result,
    world,
)
from models_catalog.core import display
from models_catalog.core.specs import INDEPENDENT, PROVIDER_REPORTED, TIER_INDEPENDENT, TIER_MAKER

MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {}
EARLY = dt.date(2027, 1, 1)  # after the day of every page of these worlds


@cache
def worlds() -> tuple[World, ...]:
    return (
        mixed_world(),
        grown_world(),
        generated_world(8, 12, 30, 0.45, 25.0),
        generated_world(5, 12, 26, 0.5, 0.1, "provisional"),
        generated_world(21, 12, 20, 0.35, 0.1),
        with_special_models(grown_world()),
        with_a_thin_model(),
        with_setups(),
    )


def with_setups() -> World:
    """A settled catalogue in which bodies, makers and efforts alternate, each model with several rows a test."""
    chance = random.Random(2)
    homes = ("coding", "math", "knowledge", "reasoning")
    tests = [benchmark(f"test-{place:02d}", homes[place % 4]) for place in range(16)]
    rows = [
        result(
            f"model-{place}",
            test.slug,
            round(45 + 3 * place + chance.gauss(0, 6), 1),
            source_tier=tier,
            source_kind=PROVIDER_REPORTED if tier == TIER_MAKER else INDEPENDENT,
            evaluator="" if tier == TIER_MAKER else chance.choice(("", "Body One", "Body Two")),
            harness=chance.choice(("", "", "agent")),
            effort=chance.choice((12, 12, 5, 40)),
        )
        for place in range(8)
        for test in tests
        for tier in chance.sample((TIER_MAKER, TIER_INDEPENDENT), chance.choice((1, 2, 2)))
    ]
    return world([category(slug, place) for place, slug in enumerate(homes)], tests, rows)


def with_a_thin_model() -> World:
    """Eight ranked models, and one that has nothing but three boards of one test."""
    homes = ("coding", "math", "knowledge", "reasoning")
    tests = [benchmark(f"test-{place:02d}", homes[place % 4]) for place in range(16)]
    tests += [benchmark(f"board-{home}", home, family="board") for home in homes]
    chance = random.Random(4)
    rows = [
        result(f"field-{place}", test.slug, round(40 + 3 * place + chance.gauss(0, 3), 1))
        for place in range(8)
        for test in tests
    ]
    rows += [result("thin", f"board-{home}", 60) for home in homes[:3]]
    return world([category(slug, place) for place, slug in enumerate(homes)], tests, rows)


def with_special_models(some: World) -> World:
    """The world with a retired cheap model, a free one, and one that is not released yet."""
    one, other, third = sorted(some.models)[:3]
    models = {
        **some.models,
        one: replace(some.models[one], status="retired", open_weights=False, context_window=2_000_000),
        other: replace(some.models[other], status="available"),
        third: replace(some.models[third], release_date=EARLY, context_window=4_000_000),
    }
    offers = (
        price(one, "0.01", "0.01", offered=False),
        price(other, "0", "0", provider="cloud", provider_name="Cloud 9", first_party=False),
        *(price(slug, "3", "9") for slug in sorted(models) if slug not in (one, other)),
    )
    return replace(some, models=models, prices=offers)


def contradictions() -> Iterator[Contradiction]:
    """Contradictions in all worlds, one by one, and under weights that are about one category."""
    for some in worlds():
        for place, (a, b) in enumerate(some.pairs()):
            comparison = some.compare(a, b)
            yield from check(comparison, verdict.verdict(comparison))
            if place % 3 == 0:
                weighed = some.reweighed(a, b, {c.slug: float(c.slug == "coding") for c in some.categories})
                yield from check(weighed, verdict.verdict(weighed))


def mutant(function: Callable) -> Callable:
    MUTANTS[function.__name__] = function
    return function


@mutant
def a_ranked_model_loses_its_score_to_a_thin_one(patch):
    genuine = compare.overall_line

    def forgetful(fit, pair, shared):
        line = genuine(fit, pair, shared)
        return replace(line, scores=(None, None)) if line.basis == SHARED else line

    patch.setattr(compare, "overall_line", forgetful)


@mutant
def notes_are_kept_back(patch):
    patch.setattr(caveats, "_noted", lambda side, comparison, place: [])


@mutant
def a_note_is_quoted_from_a_row_that_does_not_count(patch):
    genuine = caveats._noted

    def careless(side, comparison, place):
        found = genuine(side, comparison, place)
        return [
            replace(
                claim, numbers=tuple(replace(n, value=n.value + 1) if n.label == "noted" else n for n in claim.numbers)
            )
            for claim in found
        ]

    patch.setattr(caveats, "_noted", careless)


@mutant
def level_everywhere_counts_carried_levels(patch):
    text = words.SENTENCES["flip_none", None]["flip_none"]
    patch.setitem(words.SENTENCES["flip_none", None], "flip_none_measured", text)


@mutant
def every_category_leaves_out_those_not_compared(patch):
    patch.setattr(sentences, "_areas", lambda comparison, leads: words.EVERYWHERE.format(largest="coding"))


@mutant
def a_carried_level_decides_a_weighting(patch):
    patch.setattr(compare, "_unmeasured", lambda fit, standings, shared, basis: ())


@mutant
def cannot_tell_is_said_of_any_weighting(patch):
    patch.setattr(
        compare,
        "_unmeasured",
        lambda fit, standings, shared, basis: (fit.categories[0].slug,) if shared.benchmarks else (),
    )


@mutant
def few_shared_benchmarks_are_not_said_first(patch):
    patch.setitem(words.SENTENCES, ("overall_lead", "likely"), "{call} of {O}: {gap} points, {p} sure.")


@mutant
def shared_benchmarks_against_the_leader_are_not_said_first(patch):
    patch.setattr(claims, "_shared_disagrees", lambda comparison: False)


@mutant
def a_clear_lead_is_promised(patch):
    patch.setattr(words, "NO_MORE_THAN_LIKELY", "{text}; it would be called clear if both were ranked.")


@mutant
def a_cap_is_said_where_there_is_none(patch):
    genuine = sentences._not_ranked

    def talkative(comparison, ledger):
        return [
            replace(s, text=words.NO_MORE_THAN_LIKELY.format(text=s.text.rstrip(".")))
            for s in genuine(comparison, ledger)
        ]

    patch.setattr(sentences, "_not_ranked", talkative)


@mutant
def a_limit_is_rounded(patch):
    patch.setattr(rank_reasons, "figures", lambda reason: (display.margin(reason.found), display.margin(reason.limit)))


@mutant
def a_retired_model_has_a_price(patch):
    patch.setattr(operations, "is_current", lambda offer, today: offer.valid_to is None)


@mutant
def a_retired_model_is_a_choice(patch):
    patch.setattr(claims_operations, "is_offered", lambda comparison, model: True)


@mutant
def a_model_is_a_choice_before_its_release(patch):
    patch.setattr(operations, "_without_absent", lambda line, models, today: line)
    genuine = claims_operations._reasons_for

    def early(comparison, side, ledger):
        return genuine(comparison, replace(side, model=replace(side.model, release_date=None)), ledger)

    patch.setattr(claims_operations, "_reasons_for", early)


@mutant
def free_is_said_without_whose_offer_it_is(patch):
    patch.setattr(words, "FREE_SENTENCE", "{F} is free; {O} costs {O_value} {O_at}, per {per}{blend}.")


@mutant
def a_margin_stands_beside_a_probability(patch):
    text = "{call} of {O}: a lead of {gap} with a margin of {margin}, {p} sure{common}."
    patch.setitem(words.SENTENCES, ("overall_lead", "clear"), text)


@mutant
def the_first_sentence_leaves_the_verdict_out(patch):
    text = "{A} and {B} are {gap} points apart on {tests}, with a margin of {margin}."
    patch.setitem(words.SENTENCES["overall_even", "even"], "overall_even", text)


@mutant
def all_results_are_counted_as_some(patch):
    patch.setattr(wording, "of_all", lambda part, whole, noun: f"{part} of {whole} {noun}s")
    patch.setattr(wording, "_some_of", lambda part, whole: f"{part} of the {whole} results")


@mutant
def a_score_out_of_reach_is_asked_for(patch):
    patch.setattr(flips, "_is_conceivable", lambda comparison, side, benchmark, points: True)


@mutant
def everything_is_said(patch):
    patch.setattr(verdict, "within", lambda themes, *_: [theme * 4 for theme in themes])


@mutant
def the_counting_rows_are_subtracted(patch):
    patch.setattr(benchmark_lines, "_alike", lambda *arguments: None)


@mutant
def effort_is_ignored(patch):
    patch.setattr(setups, "effort_of", lambda row, model: "")


@mutant
def who_ran_it_is_ignored(patch):
    genuine = setups.setup_of
    patch.setattr(benchmark_lines, "setup_of", lambda row, model: replace(genuine(row, model), evaluator="somebody"))


@mutant
def the_least_alike_results_are_compared(patch):
    patch.setattr(setups, "GRADES", tuple(reversed(setups.GRADES)))


@mutant
def different_setups_are_a_proof(patch):
    patch.setattr(BenchmarkLine, "fair", property(lambda line: True))


@mutant
def different_setups_scatter_as_little(patch):
    genuine = benchmark_lines._call

    def blind(*arguments, apart):
        return genuine(*arguments, apart=False)

    patch.setattr(benchmark_lines, "_call", blind)


@mutant
def setups_are_not_named(patch):
    text = "On {scope} {F} has {F_value} and {O} {O_value}."
    for strength in ("clear", "likely"):
        patch.setitem(words.SENTENCES["benchmark_lead", strength], f"benchmark_{strength}_apart", text)


@mutant
def a_disagreement_with_the_counting_rows_is_kept_back(patch):
    genuine = benchmark_lines._line
    patch.setattr(benchmark_lines, "_line", lambda *given: replace(genuine(*given), counting_favours=None))


def test_without_a_mutant_these_worlds_contradict_nothing():
    assert list(contradictions()) == []


@pytest.mark.slow
@pytest.mark.no_database
@pytest.mark.parametrize("name", MUTANTS)
def test_a_law_catches_the_mutant(name, monkeypatch):
    MUTANTS[name](monkeypatch)
    assert next(contradictions(), None) is not None


def test_there_are_enough_mutants():
    assert len(MUTANTS) >= 12
