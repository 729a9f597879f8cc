"""Two models against each other: symmetry, shared evidence, and catalogues too young for pars."""

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from comparisons.core.method import METHOD
from comparisons.core.pairing import category_pair, pair, probability, shared, shared_cells
from comparisons.core.scoring import reweigh
from comparisons.tests.worlds import CATEGORIES, World, make_benchmark, make_elo, make_row, make_world, worlds
from models_catalog.core.specs import LANES, PROVISIONAL, TIER_MAKER

MORE = settings(max_examples=60)
PICK = st.integers(0, 10**6)


@st.composite
def pairs(draw, **options):
    """Draw a scored world and two of its models."""
    board = draw(worlds(**options)).standings(draw(st.sampled_from(LANES)))
    assume(len(board.models) > 1)
    first = draw(PICK) % len(board.models)
    second = (first + 1 + draw(PICK) % (len(board.models) - 1)) % len(board.models)
    return board.fit, board.models[first], board.models[second]


@MORE
@given(pairs())
def test_swapping_the_models_turns_signs_round_and_changes_nothing_else(case):
    fit, a, b = case
    there, back = pair(fit, a, b), pair(fit, b, a)
    assert (there is None) == (back is None) == (a.overall is None or b.overall is None)
    if there:
        assert back == replace(there, gap=-there.gap)
    for category in CATEGORIES:
        there, back = category_pair(a, b, category.slug), category_pair(b, a, category.slug)
        assert back == (there and replace(there, gap=-there.gap))
    there, back = shared(fit, a, b), shared(fit, b, a)
    assert (there is None) == (back is None)
    if there:
        assert (back.delta, back.se, back.leader) == (-there.delta, there.se, there.leader)
        assert back.p == pytest.approx(1 - there.p)
        assert back.benchmarks == there.benchmarks


@MORE
@given(pairs(models=(4, 12), fills=(0.5, 0.8, 1.0)))
def test_the_leader_has_the_better_score_and_the_probability_follows_the_gap(case):
    fit, a, b = case
    result = pair(fit, a, b)
    assume(result)
    assert result.gap == a.overall - b.overall
    assert result.leader == (None if result.gap == 0 else a.model if result.gap > 0 else b.model)
    assert result.p_leader == pytest.approx(probability(abs(result.gap) / result.se))
    assert result.p_leader >= 0.5
    assert (result.p_leader >= METHOD.clear) == (abs(result.gap) >= result.margin)


@MORE
@given(pairs(models=(4, 12), fills=(0.5, 0.8, 1.0)))
def test_common_noise_of_the_pars_cancels(case):
    fit, a, b = case
    assume(a.overall is not None and b.overall is not None)
    apart = math.sqrt(a.se**2 + b.se**2)
    assert math.sqrt(a.own + b.own) - 1e-9 <= pair(fit, a, b).se <= apart + 1e-9


@MORE
@given(worlds(models=(4, 8), fills=(0.5, 0.8)), PICK)
def test_identical_models_have_no_leader_anywhere(world, pick):
    assume(world.rows)
    model = world.rows[pick % len(world.rows)].model
    twins = [replace(row, model="twin", id=row.id + 5000) for row in world.rows if row.model == model]
    board = world.with_rows([*world.rows, *twins]).standings()
    one, other = board.by_model[model], board.by_model["twin"]
    overall, both = pair(board.fit, one, other), shared(board.fit, one, other)
    assert both.delta == 0
    assert both.leader is None
    if overall:
        assert overall.leader is None
        assert overall.p_leader == 0.5
    for category in CATEGORIES:
        result = category_pair(one, other, category.slug)
        assert result is None or (result.leader, result.gap) == (None, 0)


@MORE
@given(pairs())
def test_a_category_one_of_them_lacks_is_no_contest(case):
    _, a, b = case
    for category in CATEGORIES:
        own = [s.categories.get(category.slug) for s in (a, b)]
        measured = all(c is not None and c.results for c in own)
        assert (category_pair(a, b, category.slug) is not None) == measured


@MORE
@given(pairs())
def test_shared_evidence_weighs_to_one_and_only_counts_tests_both_took(case):
    fit, a, b = case
    result = shared(fit, a, b)
    common = {cell.benchmark for cell in a.cells} & {cell.benchmark for cell in b.cells}
    if not common:
        assert result is None
        return
    assert set(result.benchmarks) == common
    assert result.n == len(common)
    assert result.categories == len({part.category for part in result.parts})
    assert sum(part.share for part in result.parts) == pytest.approx(1)
    assert result.delta == pytest.approx(sum(part.share * part.difference for part in result.parts))
    assert result.p_leader == pytest.approx(probability(abs(result.delta) / result.se))
    assert math.isfinite(result.se)
    assert result.se > 0


@MORE
@given(worlds(models=(4, 8), fills=(0.8,), kind="elo"), PICK, st.integers(-5, 5))
def test_a_harder_benchmark_moves_no_shared_comparison(world, pick, shift):
    chosen = world.benchmarks[pick % len(world.benchmarks)].slug
    moved = world.with_rows(
        replace(row, score=row.score + 6 * shift) if row.benchmark == chosen else row for row in world.rows
    )
    before, after = world.standings(), moved.standings()
    one, two = (shared(board.fit, *board.models[:2]) for board in (before, after))
    assert (one is None) == (two is None)
    assert one is None or one.delta == pytest.approx(two.delta, abs=1e-7)


def young(scores: dict[str, tuple[float, ...]], **overrides) -> World:
    """Return a catalogue of few models on ratings in turn of the four categories."""
    tests = tuple(make_elo(f"b{n}", category=CATEGORIES[n % 4].slug) for n in range(5))
    rows = [
        make_row(model, f"b{n}", 1000 + 6 * (points - 50), id=100 * place + n, **overrides)
        for place, (model, values) in enumerate(scores.items())
        for n, points in enumerate(values)
    ]
    return World(tests, tuple(rows))


def test_two_models_without_any_par_are_compared_on_what_they_share():
    board = young({"x": (60, 70, 50, 40, 58), "y": (50, 50, 50, 50, 50)}).standings()
    x, y = board.models
    assert pair(board.fit, x, y) is None
    result = shared(board.fit, x, y)
    assert (result.n, result.categories, result.leader) == (5, 4, "x")
    assert not any(part.fitted for part in result.parts)
    assert {part.benchmark: part.difference for part in result.parts} == pytest.approx(
        {"b0": 10, "b1": 20, "b2": 0, "b3": -10, "b4": 8}
    )
    # two votes in agentic and one each elsewhere, two votes behind every category
    worth = {"agentic": 0.4 / 4, "coding": 0.3 / 3, "reasoning": 0.2 / 3, "multimodal": 0.1 / 3}
    carried = 2 * sum(worth.values()) / 5
    shares = {part.benchmark: part.share for part in result.parts}
    assert shares["b1"] == pytest.approx(worth["coding"] + carried)
    assert shares["b0"] == shares["b4"] == pytest.approx(worth["agentic"] + carried)
    scatter = METHOD.sigma_prior**2 * sum(share**2 for share in shares.values())
    held = {"agentic": shares["b0"] + shares["b4"], "coding": shares["b1"]}
    held |= {"reasoning": shares["b2"], "multimodal": shares["b3"]}
    uneven = sum((held[c.slug] - c.weight / 100) ** 2 for c in CATEGORIES)
    assert result.se == pytest.approx(math.sqrt(2 * scatter + 2 * METHOD.omega_prior**2 * uneven))


def test_categories_nobody_was_tested_in_take_no_weight_in_a_young_catalogue():
    board = young({"x": (60,), "y": (50,)}).standings()
    result = shared(board.fit, *board.models)
    assert result.n == result.categories == 1
    assert result.se == pytest.approx(math.sqrt(2) * METHOD.sigma_prior)  # nothing uneven about it


def test_reader_weights_reach_the_shared_comparison():
    board = young({"x": (60, 70, 50, 40), "y": (50, 50, 50, 50)}).standings()
    only = shared(reweigh(board.fit, {"multimodal": 1}), *board.models)
    assert only.delta < shared(board.fit, *board.models).delta


def test_self_reports_on_either_side_widen_the_margin():
    honest = young({"x": (60, 70), "y": (50, 50)}).standings()
    flattered = young({"x": (60, 70), "y": (50, 50)}, source_tier=TIER_MAKER).standings()
    plain, wider = (shared(board.fit, *board.models).se for board in (honest, flattered))
    assert wider**2 - plain**2 == pytest.approx(2 * METHOD.maker_sd**2)


def test_models_without_a_shared_test_are_not_compared():
    world = make_world(1, 2, 8, fill=1.0)
    rows = [row for row in world.rows if (row.model == "model-00") == (row.benchmark < "bench-04")]
    board = world.with_rows(rows).standings()
    assert shared(board.fit, *board.models) is None
    assert shared_cells(board.fit, *board.models) == ()


def test_a_standard_and_a_special_setting_are_not_comparable():
    world = young({"x": (60, 70, 50), "y": (50, 50, 50)})
    rows = [
        replace(row, standard=not (row.benchmark == "b0" or (row.model, row.benchmark) == ("x", "b1")))
        for row in world.rows
    ]
    board = world.with_rows(rows).standings(PROVISIONAL)
    assert shared(board.fit, *board.models).benchmarks == ("b0", "b2")


def test_a_benchmark_without_a_par_joins_the_fitted_ones_with_spread_1():
    world = make_world(6, 6, 8, fill=1.0)
    extra = make_benchmark("extra", category="agentic")
    rows = [*world.rows, make_row("model-00", "extra", 80, id=901), make_row("model-01", "extra", 50, id=902)]
    board = World((*world.benchmarks, extra), tuple(rows)).standings()
    result = shared(board.fit, board.by_model["model-00"], board.by_model["model-01"])
    part = next(part for part in result.parts if part.benchmark == "extra")
    assert (part.fitted, part.difference) == (False, 20)
    assert result.n == 9


def test_without_any_category_weight_nothing_can_be_weighed():
    world = young({"x": (60,), "y": (50,)})
    weightless = replace(world, categories=tuple(replace(c, weight=0.0) for c in CATEGORIES))
    board = weightless.standings()
    assert shared(board.fit, *board.models) is None
    assert len(shared_cells(board.fit, *board.models)) == 1
