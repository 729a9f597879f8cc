"""One result more or less: the quick arithmetic against the full one."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comparisons.core.scoring import Observation, stand
from comparisons.core.what_if import Tally, rescore
from comparisons.tests.worlds import make_benchmark, make_row, make_world, worlds

PICK = st.integers(0, 10**6)


def placed(board, pick):
    models = [standing for standing in board.models if standing.overall is not None]
    assume(models)
    return models[pick % len(models)]


@given(worlds(models=(4, 10)), PICK)
def test_leaving_out_a_result_gives_what_the_model_would_stand_at_without_it(world, pick):
    board = world.standings()
    standing = placed(board, pick)
    for cell in standing.cells:
        left = [other for other in standing.cells if other != cell]
        expected = stand(board.fit, standing.model, left).overall
        found = rescore(board.fit, standing, drop=cell.benchmark)
        assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(worlds(models=(4, 10)), PICK, st.floats(0, 100))
def test_adding_a_result_gives_what_the_model_would_stand_at_with_it(world, pick, points):
    board = world.standings()
    standing = placed(board, pick)
    for base in board.fit.benchmarks:
        if base.fitted:
            kept = [cell for cell in standing.cells if cell.benchmark != base.slug]
            new = Observation(base.slug, 0, 0.0, points, self_reported=False, standard=True)
            expected = stand(board.fit, standing.model, [*kept, new]).overall
            assert rescore(board.fit, standing, add=(base.slug, points)) == pytest.approx(expected, abs=1e-9)


@given(worlds(models=(4, 10)), PICK)
def test_more_points_on_a_new_result_never_give_less(world, pick):
    board = world.standings()
    standing = placed(board, pick)
    tally = Tally(board.fit, standing)
    assert tally.overall() == pytest.approx(standing.overall, abs=1e-9)
    for base in board.fit.benchmarks:
        if base.fitted:
            scores = [tally.with_result(base.slug, points) for points in range(0, 101, 10)]
            assert scores[-1] > scores[0]
            for less, more in pairwise(scores):
                assert more >= less - 1e-9


@given(worlds(models=(4, 10)), PICK, st.floats(0.01, 0.99))
def test_the_points_that_reach_a_goal_are_the_fewest_and_the_most_that_keep_below_it_the_most(world, pick, part):
    board = world.standings()
    standing = placed(board, pick)
    tally = Tally(board.fit, standing)
    for base in board.fit.benchmarks:
        if not base.fitted:
            continue
        low, high = tally.with_result(base.slug, 0), tally.with_result(base.slug, 100)
        goal = low + part * (high - low)
        fewest, most = (tally.points_to_reach(base.slug, goal, at_most=at_most) for at_most in (False, True))
        assert tally.with_result(base.slug, fewest) >= goal - 1e-8
        assert tally.with_result(base.slug, max(0, fewest - 1e-3)) < goal + 1e-8
        assert tally.with_result(base.slug, most) <= goal + 1e-8
        assert tally.with_result(base.slug, min(100, most + 1e-3)) > goal - 1e-8
        assert fewest <= most + 1e-6
        assert tally.points_to_reach(base.slug, high + 0.1) is None
        assert tally.points_to_reach(base.slug, low - 0.1) is None


def test_a_goal_is_reached_where_leads_are_held_back_too():
    world = make_world(4, 14, 8, fill=1.0, kind="elo")
    others = [row for row in world.rows if row.model != "model-00"]
    own = [row for row in world.rows if row.model == "model-00"][:4]
    far = [replace(row, score=row.score + step) for row, step in zip(own, (0, 0, 0, 400), strict=True)]
    board = world.with_rows([*others, *far]).standings(offset=0)
    standing = board.by_model["model-00"]
    assert any(cell.held_from is not None for cell in standing.cells)
    tally = Tally(board.fit, standing)
    low, high = tally.with_result("bench-07", 0), tally.with_result("bench-07", 100)
    scores = [tally.with_result("bench-07", points) for points in range(101)]
    steps = {round(more - less, 6) for less, more in pairwise(scores)}
    assert len(steps) > 1  # not one straight line
    for part in (0.2, 0.5, 0.8):
        points = tally.points_to_reach("bench-07", low + part * (high - low))
        assert tally.with_result("bench-07", points) == pytest.approx(low + part * (high - low), abs=1e-9)


@given(worlds(models=(4, 8), fills=(0.8,)), PICK)
def test_asking_leaves_the_tally_as_it_was(world, pick):
    board = world.standings()
    standing = placed(board, pick)
    tally = Tally(board.fit, standing)
    before = tally.overall()
    fitted = [cell.benchmark for cell in standing.cells if cell.lead is not None]
    answers = [tally.without(slug) for slug in fitted]
    assert [tally.without(slug) for slug in fitted] == answers
    assert tally.overall() == before


def test_impossible_questions_are_refused_with_the_benchmark_named():
    world = make_world(4, 6, 8, fill=1.0)
    world = world.with_rows([row for row in world.rows if (row.model, row.benchmark) != ("model-00", "bench-03")])
    world = world.with_rows([*world.rows, make_row("model-00", "bench-99", 10, id=999)])
    board = world.standings()
    standing = board.by_model["model-00"]
    with pytest.raises(ValueError, match="no counting result on bench-03"):
        rescore(board.fit, standing, drop="bench-03")
    with pytest.raises(ValueError, match="bench-99 has no par"):
        rescore(board.fit, standing, add=("bench-99", 50))
    with pytest.raises(ValueError, match="either"):
        rescore(board.fit, standing)


def test_a_result_without_a_par_is_no_loss():
    world = make_world(4, 6, 8, fill=1.0)
    rows = [*world.rows, make_row("model-00", "lonely", 10, id=999)]
    world = type(world)((*world.benchmarks, make_benchmark("lonely")), tuple(rows))
    board = world.standings()
    standing = board.by_model["model-00"]
    assert standing.by_benchmark["lonely"].lead is None
    assert rescore(board.fit, standing, drop="lonely") == pytest.approx(standing.overall, abs=1e-9)
