"""Method version 2 against its second, independent implementation, figure by figure, to 1e-6."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparisons.core import pairing
from comparisons.core.counting import known_rows
from comparisons.core.method import METHODOLOGY, SCALE_REFERENCE
from comparisons.core.scoring import LaneFit, LaneStandings, observe, standings
from comparisons.tests import second_arithmetic as second
from comparisons.tests.test_oracle import load_large, load_small
from comparisons.tests.worlds import CATEGORIES, make_world, worlds
from models_catalog.core.specs import LANES

PAIRS = 60


def lane_of(fit: LaneFit, link: float = 0.0) -> second.Lane:
    """What a fit publishes, without its link: that is worked out anew."""
    tests = {
        base.slug: second.Test(
            base.category, base.family, base.weight, base.models, base.par, base.spread, base.scatter
        )
        for base in fit.benchmarks
    }
    pars = {}
    for category in fit.categories:
        basket = [test for test in tests.values() if test.category == category.slug and test.par is not None]
        weight = sum(test.weight for test in basket)
        pars[category.slug] = sum(test.weight * test.par for test in basket) / weight if basket else None
    weights = {category.slug: category.weight for category in fit.categories}
    return second.Lane(tests, weights, pars, fit.omega, fit.offset.applied, link)


def results_of(categories, benchmarks, rows, lane) -> dict[str, list[second.Result]]:
    named = {category.slug for category in categories}
    seen = observe([benchmark for benchmark in benchmarks if benchmark.category in named], rows, lane)
    return {
        model: [second.Result(cell.benchmark, cell.points, cell.self_reported) for cell in cells]
        for model, cells in seen.items()
    }


def close(value):
    return None if value is None else pytest.approx(value, abs=1e-6)


def assert_agree(categories, benchmarks, rows, lane: str) -> LaneStandings:
    """Every score, error, range, pair and the scale link."""
    board = standings(categories, benchmarks, rows, lane)
    results = results_of(categories, benchmarks, rows, lane)
    known = known_rows(rows, SCALE_REFERENCE)
    then = lane_of(standings(categories, benchmarks, known, lane).fit)
    bare = lane_of(board.fit)
    if bare.shares and then.shares:
        link = second.link(then, results_of(categories, benchmarks, known, lane), bare, results)
        assert board.fit.link.value == close(link)
        bare = lane_of(board.fit, link)
    if not bare.shares:
        return board
    assert board.fit.course_par == close(bare.course)
    scores = {model: second.score(bare, found) for model, found in results.items()}
    for model, expected in scores.items():
        ours = board.by_model[model]
        assert ours.overall == (close(expected.overall) if expected else None), model
        if expected is None:
            continue
        assert (ours.se, ours.own) == (close(expected.se), close(expected.own)), model
        assert {cell.benchmark: cell.lead for cell in ours.cells if cell.lead is not None} == close(expected.lead)
        assert {cell.benchmark: cell.share for cell in ours.cells if cell.share is not None} == close(expected.share)
        for slug, figures in expected.categories.items():
            line = ours.categories[slug]
            assert (line.score, line.se, line.votes) == tuple(map(close, figures)), (model, slug)
        assert ours.ranked == second.is_ranked(bare, expected), model
    ranked = {model: scores[model] for model in scores if board.by_model[model].ranked}
    for model in ranked:
        assert (board.by_model[model].best, board.by_model[model].worst) == second.rank_range(bare, model, ranked)
    assert_pairs_agree(board, bare, results, scores)
    return board


def assert_pairs_agree(board: LaneStandings, lane: second.Lane, results: dict, scores: dict) -> None:
    scored = [model for model, found in scores.items() if found]
    some = list(combinations(scored, 2))
    for a, b in some[:: max(1, len(some) // PAIRS)]:
        ours = pairing.pair(board.fit, board.by_model[a], board.by_model[b])
        gap, se = second.gap(lane, scores[a], scores[b])
        assert (ours.gap, ours.se) == (close(gap), close(se)), (a, b)
        assert ours.p_leader == close(0.5 * (1 + math.erf(abs(gap) / se / math.sqrt(2))))
        alone = pairing.shared(board.fit, board.by_model[a], board.by_model[b])
        if alone is not None and alone.n == len({r.test for r in results[a]} & {r.test for r in results[b]}):
            assert alone.se == close(second.shared_error(lane, results[a], results[b])), (a, b)


@pytest.mark.parametrize("lane", LANES)
def test_the_small_catalogue_agrees(lane):
    _, categories, benchmarks, rows = load_small()
    board = assert_agree(categories, benchmarks, rows, lane)
    assert board.fit.methodology == METHODOLOGY == "2"
    if lane != "independent":
        assert board.fit.link.value != 0


@pytest.mark.slow
@pytest.mark.parametrize("lane", LANES)
def test_the_large_catalogue_agrees(lane):
    _, categories, benchmarks, rows = load_large()
    board = assert_agree(categories, benchmarks, rows, lane)
    assert len(board.fit.link.anchors) >= 12
    assert sum(cell.held_from is not None for standing in board.models for cell in standing.cells) > 20


@settings(max_examples=25)
@given(worlds(models=(2, 9)), st.sampled_from(LANES))
def test_generated_catalogues_agree(world, lane):
    assert_agree(world.categories, world.benchmarks, world.rows, lane)


def test_a_catalogue_with_far_results_agrees():
    world = make_world(5, 20, 16, fill=0.7, kind="elo")
    rows = [row if number % 9 else replace(row, score=row.score + 240) for number, row in enumerate(world.rows)]
    board = assert_agree(CATEGORIES, world.benchmarks, rows, "provisional")
    assert any(cell.held_from is not None for standing in board.models for cell in standing.cells)
