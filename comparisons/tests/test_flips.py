"""Flips applied: weights, shifts, hinges and missing results do what is said of them.

`laws_flips` applies every flip as printed; here the arithmetic is compared with brute force.
"""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from comparisons.core import flips
from comparisons.core.flips import decide, gaps_against, least_shift, level_weight, weights_with
from comparisons.core.scoring import reweigh, stand
from comparisons.core.what_if import rescore
from comparisons.tests.catalogues import (
    TODAY,
    benchmark,
    category,
    generated_world,
    grown_world,
    reference_world,
    result,
    world,
)
from models_catalog.core import display


def led_pairs(seeds=range(7), tests=14):
    """Comparisons with an overall leader whose weights matter."""
    for seed in seeds:
        some_world = generated_world(seed, 10, tests, 0.6, 0.1, "provisional")
        for a, b in some_world.pairs():
            comparison = some_world.compare(a, b)
            if comparison.overall.basis in ("ranked", "estimate") and comparison.overall.leader is not None:
                yield some_world, comparison


def test_at_the_level_weight_the_overall_scores_are_equal():
    tried = 0
    for _, comparison in led_pairs():
        gaps = gaps_against(comparison, comparison.overall.leader)
        for slug in gaps.measured:
            if gaps.gap[slug] < 0:
                fit = reweigh(comparison.fit, weights_with(comparison.fit, slug, level_weight(gaps, slug)))
                a, b = (stand(fit, side.model.slug, side.standing.cells).overall for side in comparison.sides)
                assert a == pytest.approx(b, abs=1e-7)
                tried += 1
    assert tried > 5


def test_no_smaller_shift_turns_the_order():
    """The least shift against every way to move the same weight in steps of a twentieth."""
    tried = 0
    for _, comparison in led_pairs():
        gaps = gaps_against(comparison, comparison.overall.leader)
        if not any(gaps.gap[slug] < 0 for slug in gaps.measured):
            continue
        goal = min(gaps.measured, key=lambda slug: gaps.gap[slug])
        moved, _ = least_shift(gaps, goal)
        sources = [slug for slug in gaps.gap if slug != goal]
        for parts in itertools.product(range(6), repeat=len(sources)):
            taken = {slug: gaps.share[slug] * part / 5 for slug, part in zip(sources, parts, strict=True)}
            if sum(taken.values()) < moved - 1e-9:
                left = gaps.total - sum(part * (gaps.gap[slug] - gaps.gap[goal]) for slug, part in taken.items())
                assert left > -1e-9
        tried += 1
    assert tried > 2


def test_no_flip_means_no_weighting_of_any_kind():
    for _, comparison in led_pairs():
        claims = flips.flip_claims(comparison, flips.EvidenceShelf(comparison))
        if any(claim.rule == "flip_none" for claim in claims):
            leader = comparison.overall.leader
            for slug in comparison.fit.by_category:
                if comparison.fit.by_category[slug].par is None:
                    continue
                fit = reweigh(comparison.fit, {slug: 1.0})
                scores = [stand(fit, side.model.slug, side.standing.cells).overall for side in comparison.sides]
                assert scores[leader] >= scores[1 - leader] - 1e-9


def test_hinges_are_exactly_the_results_whose_removal_turns_the_order():
    hinges = 0
    for _, comparison in led_pairs((4, 6, 10, 20), tests=10):
        leader = comparison.overall.leader
        ahead, behind = comparison.sides[leader].standing, comparison.sides[1 - leader].standing
        turning = set()
        for cell in ahead.cells:
            without = rescore(comparison.fit, ahead, drop=cell.benchmark) if cell.lead is not None else None
            if without is not None and without <= behind.overall:
                turning.add((cell.benchmark, ahead.model))
        for cell in behind.cells:
            without = rescore(comparison.fit, behind, drop=cell.benchmark) if cell.lead is not None else None
            if without is not None and without >= ahead.overall:
                turning.add((cell.benchmark, behind.model))
        found = {
            tuple(claim.id.split(":")[1:])
            for claim in flips.flip_claims(comparison, flips.EvidenceShelf(comparison))
            if claim.kind == "hinge"
        }
        assert found <= turning
        assert len(found) == min(len(turning), flips.MOST_HINGES)
        hinges += len(found)
    assert hinges > 0


def naming_claims(rule):
    for seed in range(12):
        some_world = generated_world(seed, 10, 26, 0.5, 0.1, "provisional")
        for a, b in some_world.pairs():
            comparison = some_world.compare(a, b)
            if comparison.overall.outcome == "too_close":
                for claim in flips.flip_claims(comparison, flips.EvidenceShelf(comparison)):
                    if claim.rule == rule:
                        yield some_world, comparison, claim


def test_the_weight_said_to_name_a_leader_is_the_least_that_does():
    tried = 0
    for _, comparison, claim in naming_claims("names_by_weight"):
        needed = claim.number("needed").value
        side = comparison.slugs.index(claim.favours)
        assert decide(comparison, weights_with(comparison.fit, claim.scope, needed)).leader == side
        if needed - 0.005 > claim.number("now").value:
            below = decide(comparison, weights_with(comparison.fit, claim.scope, needed - 0.005))
            assert below.leader != side
        tried += 1
    assert tried > 10


def test_the_result_said_to_name_a_leader_names_it_and_a_little_less_does_not():
    tried = 0
    for _, comparison, claim in naming_claims("names_by_result"):
        number = next(number for number in claim.numbers if number.label == "needed")
        side = comparison.slugs.index(number.of)
        line = comparison.by_benchmark[claim.scope]
        favoured = comparison.slugs.index(claim.favours)
        assert flips.decide_with_result(comparison, side, line, number.value).leader == favoured
        better = 1 if (claim.better == "higher") == (favoured == side) else -1
        unit = 6 if line.benchmark.kind == "elo" else 1
        assert flips.decide_with_result(comparison, side, line, number.value - better * unit).leader != favoured
        tried += 1
    assert tried > 5


def test_reader_weights_in_the_address_do_what_the_flip_says():
    """The printed weight, typed by a reader, turns the order of the page."""
    tried = 0
    for some_world, comparison in led_pairs():
        for claim in flips.flip_claims(comparison, flips.EvidenceShelf(comparison)):
            if claim.kind != "flip_weight":
                continue
            printed = Decimal(claim.number("needed").text.removesuffix(" %")) / 100
            again = some_world.reweighed(*comparison.slugs, weights_with(comparison.fit, claim.scope, float(printed)))
            scores = {slug: side.standing.overall for slug, side in zip(again.slugs, again.sides, strict=True)}
            other = next(slug for slug in again.slugs if slug != claim.favours)
            assert scores[claim.favours] >= scores[other] - 1e-7
            tried += 1
    assert tried > 5


def test_what_suffices_is_rounded_to_the_demanding_side():
    assert display.share_to_reach(0.40001) == Decimal("0.401")
    assert display.share_to_reach(0.4) == Decimal("0.400")
    assert display.score_to_reach(70.01, "percent", downwards=False) == Decimal("70.1")
    assert display.score_to_reach(70.09, "percent", downwards=True) == Decimal("70.0")


def test_without_a_common_scale_the_missing_test_most_models_have_is_named():
    reference = reference_world()
    claims = reference.verdict("gemma-4-12b", "gpt-4-1-mini").flips
    assert [(claim.rule, claim.scope) for claim in claims] == [("would_settle", "aime")]
    assert claims[0].number("models").value == 3


def test_two_models_with_the_same_tests_are_told_that_none_is_missing():
    claims = reference_world().reweighed("gpt-4-1-mini", "gpt-4-1-nano", {"knowledge": 1.0})
    lacking = flips.flip_claims(claims, flips.EvidenceShelf(claims))
    assert [claim.rule for claim in lacking] == ["would_settle"]
    rows = [result(slug, f"t{k}", 50 + k) for slug in ("a", "b") for k in range(3)]
    same = world([category("math")], [benchmark(f"t{k}") for k in range(3)], rows)
    assert [claim.rule for claim in same.verdict("a", "b").flips] == ["nothing_missing"]


def test_something_is_said_about_every_pair():
    for some_world in (grown_world(), reference_world(), generated_world(1, 3, 5, 0.6, 5.0)):
        for a, b in some_world.pairs():
            assert some_world.verdict(a, b).flips


def test_the_day_of_a_page_moves_no_score():
    """`today` decides which prices hold; scores come from the standings given."""
    grown = grown_world()
    a, b = next(iter(grown.pairs()))
    early = TODAY.replace(year=2025)
    now, then = grown.compare(a, b), grown.compare(a, b, today=early)
    assert now.overall == then.overall
    assert now.categories == then.categories
