"""Laws and examples of the standings, all through rows in and records out."""

import json
import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from comparisons.core.method import METHOD
from comparisons.core.pairing import pair
from comparisons.core.scoring import (
    LaneFit,
    LaneStandings,
    ModelStanding,
    Observation,
    observe,
    rank,
    reweigh,
    stand,
    standings,
)
from comparisons.core.standing import (
    FEW_CATEGORIES,
    FEW_FAMILIES,
    FEW_INDEPENDENT,
    LITTLE_WEIGHT,
    NO_COMMON_SCALE,
    ONE_FAMILY,
    OTHER_COMPONENT,
    TOO_FEW_MODELS,
    WIDE_MARGIN,
)
from comparisons.tests.worlds import (
    CATEGORIES,
    World,
    make_benchmark,
    make_elo,
    make_row,
    make_world,
    worlds,
)
from models_catalog.core.specs import (
    DRAFT,
    GENERATED,
    LANES,
    PROVISIONAL,
    TIER_MAKER,
    VERIFIED,
    CategorySpec,
)

MORE = settings(max_examples=60)
PICK = st.integers(0, 10**6)


def placed(board: LaneStandings) -> list[ModelStanding]:
    return [standing for standing in board.models if standing.overall is not None]


# ------------------------------------------------------------------ the breakdown adds up


@MORE
@given(worlds(), st.sampled_from(LANES))
def test_every_score_is_the_sum_of_its_printed_parts(world, lane):
    board = world.standings(lane)
    fit = board.fit
    for standing in placed(board):
        lines = [cell for cell in standing.cells if cell.lead is not None]
        for cell in lines:
            assert cell.full_lead == pytest.approx((cell.points - cell.offset - cell.par) / cell.spread)
        assert sum(cell.share for cell in lines) == pytest.approx(1)
        assert fit.course_par + sum(cell.share * cell.lead for cell in lines) == pytest.approx(standing.overall)
        parts = [fit.by_category[slug].share * category.score for slug, category in standing.categories.items()]
        assert sum(parts) == pytest.approx(standing.overall)
        assert standing.results == len(lines)
        assert standing.low + standing.high == pytest.approx(2 * standing.overall)
        assert standing.high - standing.overall == pytest.approx(METHOD.z_clear * standing.se)


@MORE
@given(worlds())
def test_category_figures_belong_to_the_cells_of_the_category(world):
    board = world.standings()
    for standing in placed(board):
        for slug, category in standing.categories.items():
            own = [
                cell
                for cell in standing.cells
                if cell.lead is not None and board.fit.by_benchmark[cell.benchmark].category == slug
            ]
            assert category.results == len(own)
            assert category.votes == pytest.approx(sum(cell.vote for cell in own))
            assert category.share == pytest.approx(sum(cell.share for cell in own))
            assert category.score == pytest.approx(category.par + category.lead)
            assert category.carried == (not own)


# ------------------------------------------------------------------ what must not matter


@MORE
@given(worlds(), st.randoms())
def test_the_order_of_everything_given_is_irrelevant(world, random):
    shuffled = World(
        tuple(random.sample(world.benchmarks, len(world.benchmarks))),
        tuple(random.sample(world.rows, len(world.rows))),
        tuple(random.sample(CATEGORIES, len(CATEGORIES))),
    )
    assert shuffled.standings() == world.standings()


@MORE
@given(worlds(models=(4, 10), kind="elo"), PICK, st.integers(-5, 5))
def test_a_harder_benchmark_moves_no_gap(world, pick, shift):
    """Only ratings are used here: they have no curve, so a shift of scores shifts points."""
    chosen = world.benchmarks[pick % len(world.benchmarks)].slug
    moved = world.with_rows(
        replace(row, score=row.score + 6 * shift) if row.benchmark == chosen else row for row in world.rows
    )
    before, after = placed(world.standings(offset=0)), placed(moved.standings(offset=0))
    assert [s.model for s in before] == [s.model for s in after]
    if before:
        moves = [new.overall - old.overall for old, new in zip(before, after, strict=True)]
        assert moves == pytest.approx([moves[0]] * len(moves), abs=1e-7)
        assert [s.se for s in after] == pytest.approx([s.se for s in before], abs=1e-7)


@MORE
@given(worlds(), st.sampled_from(LANES), PICK)
def test_rows_that_take_no_part_change_nothing(world, lane, pick):
    model = world.rows[pick % len(world.rows)].model if world.rows else "model-00"
    display = make_benchmark("display", weight=0.0)
    homeless = make_benchmark("homeless", category="unheard-of")
    noise = [
        make_row(model, "display", 99, id=9001),
        make_row(model, "homeless", 99, id=9002),
        make_row(model, "nowhere", 99, id=9003),
        make_row(model, "bench-00", 99, id=9004, source_kind=GENERATED, source_tier=0),
        make_row(model, "bench-00", 99, id=9005, state=DRAFT, source_tier=0),
    ]
    if lane == VERIFIED:
        noise.append(make_row(model, "bench-00", 99, id=9006, source_url="", source_tier=0))
    if lane != PROVISIONAL:
        noise.append(make_row(model, "bench-00", 99, id=9007, standard=False, source_tier=0))
    loud = World((*world.benchmarks, display, homeless), (*noise, *world.rows))
    assert loud.standings(lane) == world.standings(lane)


@MORE
@given(worlds(models=(3, 8)), PICK)
def test_a_twin_stands_exactly_where_its_model_stands(world, pick):
    assume(world.rows)
    model = world.rows[pick % len(world.rows)].model
    twins = [
        replace(row, model="twin", id=row.id + 5000, uid=f"t{row.uid}") for row in world.rows if row.model == model
    ]
    board = world.with_rows([*world.rows, *twins]).standings()
    one, other = board.by_model[model], board.by_model["twin"]
    assert (one.overall, one.se, one.rank, one.reasons) == (other.overall, other.se, other.rank, other.reasons)
    assert [s.score for s in one.categories.values()] == [s.score for s in other.categories.values()]


# ------------------------------------------------------------------ what must matter


@st.composite
def additive_worlds(draw):
    """Draw ratings that are exactly difficulty plus ability, with holes."""
    models, tests = draw(st.integers(4, 10)), draw(st.integers(4, 10))
    random = np.random.default_rng(draw(st.integers(0, 2**31)))
    ability, ease = random.integers(-15, 16, models), random.integers(35, 66, tests)
    held = random.random((models, tests)) < draw(st.sampled_from((0.5, 0.8, 1.0)))
    benchmarks = tuple(make_elo(f"b{b}", category=CATEGORIES[b % 4].slug) for b in range(tests))
    rows = tuple(
        make_row(f"m{m}", f"b{b}", 1000 + 6 * int(ability[m] + ease[b] - 50), id=m * tests + b + 1)
        for m, b in np.argwhere(held).tolist()
    )
    return World(benchmarks, rows), {f"m{m}": int(ability[m]) for m in range(models)}


@MORE
@given(additive_worlds())
def test_abilities_are_recovered_exactly_whatever_each_model_was_tested_on(case):
    world, ability = case
    models = placed(world.standings())
    for one in models:
        gap = one.overall - models[0].overall
        assert gap == pytest.approx(ability[one.model] - ability[models[0].model], abs=1e-7)


def test_a_complete_additive_table_gives_the_plain_mean_of_the_points():
    ability, ease = (-12, -3, 0, 4, 9), (40, 44, 52, 61)
    benchmarks = tuple(make_elo(f"b{b}", category=CATEGORIES[b // 2].slug) for b in range(4))
    rows = tuple(
        make_row(f"m{m}", f"b{b}", 1000 + 6 * (ability[m] + ease[b] - 50), id=10 * m + b)
        for m in range(5)
        for b in range(4)
    )
    board = World(benchmarks, rows).standings()
    for m, standing in enumerate(board.models):
        assert standing.categories["agentic"].score == pytest.approx(ability[m] + 42)
        assert standing.categories["coding"].score == pytest.approx(ability[m] + 56.5)
        assert standing.overall == pytest.approx(ability[m] + (40 * 42 + 30 * 56.5) / 70)


@MORE
@given(worlds(models=(4, 10)), PICK, st.floats(0.5, 30))
def test_a_better_result_lifts_its_model_by_its_share_at_published_pars(world, pick, more):
    board = world.standings()
    models = placed(board)
    assume(models)
    standing = models[pick % len(models)]
    fitted = [place for place, cell in enumerate(standing.cells) if cell.lead is not None]
    place = fitted[pick % len(fitted)]
    cells = list(standing.cells)
    cells[place] = cells[place]._replace(points=cells[place].points + more)
    lifted = stand(board.fit, standing.model, cells)
    expected = standing.cells[place].share * more / standing.cells[place].spread
    assert expected > 0
    assert lifted.se == standing.se
    if all(cell.held_from is None for one in (standing, lifted) for cell in one.cells):
        assert lifted.overall - standing.overall == pytest.approx(expected)
    else:
        assert lifted.overall >= standing.overall - 1e-9


@MORE
@given(worlds(models=(4, 10), fills=(0.5, 0.8)), PICK, PICK, st.floats(0, 60))
def test_a_better_result_never_lowers_a_score_however_far_off_others_lie(world, pick, far, more):
    """With leads held back: raise one result of a model that has another far from the rest."""
    board = world.standings()
    models = placed(board)
    assume(models)
    standing = models[pick % len(models)]
    cells = list(standing.cells)
    fitted = [place for place, cell in enumerate(cells) if cell.lead is not None]
    away, place = fitted[far % len(fitted)], fitted[pick % len(fitted)]
    cells[away] = cells[away]._replace(points=cells[away].points + (80 if far % 2 else -80))
    before = stand(board.fit, standing.model, cells)
    cells[place] = cells[place]._replace(points=cells[place].points + more)
    after = stand(board.fit, standing.model, cells)
    assert after.overall >= before.overall - 1e-9
    for slug, category in after.categories.items():
        assert category.score >= before.categories[slug].score - 1e-9
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.lead is not None:
            assert new.lead >= old.lead - 1e-9


def held_world(points):
    """A complete world of flat tests in which model-00 has these points, its other tests none."""
    world = make_world(3, 12, 8, fill=1.0, kind="elo")
    mine = [row for row in world.rows if row.model == "model-00"][: len(points)]
    mine = [replace(row, score=Decimal(1000 + 6 * (value - 50))) for row, value in zip(mine, points, strict=True)]
    return world.with_rows([*mine, *(row for row in world.rows if row.model != "model-00")])


def test_a_lead_far_from_the_others_counts_fifteen_points_from_their_median():
    board = held_world((50, 50, 50, 50, 100)).standings(offset=0)
    cells = board.by_model["model-00"].cells
    leads = sorted(cell.full_lead for cell in cells)
    held = [cell for cell in cells if cell.held_from is not None]
    assert held
    assert {cell.lead for cell in cells if cell.held_from is not None and cell.held_from > leads[2]} == {leads[2] + 15}
    for cell in held:
        assert abs(cell.held_from - leads[2]) > 15
        assert abs(cell.lead - leads[2]) == pytest.approx(15)
    assert cells[0].share * 5 > 0.5


def test_two_results_are_too_few_to_tell_which_one_is_far_off():
    board = held_world((20, 90)).standings(offset=0)
    assert all(cell.held_from is None for cell in board.by_model["model-00"].cells)
    more = held_world((20, 90, 90)).standings(offset=0)
    assert any(cell.held_from is not None for cell in more.by_model["model-00"].cells)


@pytest.mark.parametrize("seed", range(3))
def test_a_better_result_never_lowers_its_model_against_any_other_after_a_full_recalculation(seed):
    world = make_world(seed, 80, 24, fill=0.4, kind="elo")
    before = world.standings(offset=0).by_model
    for place in np.random.default_rng(seed).choice(len(world.rows), 8, replace=False).tolist():
        row = world.rows[place]
        better = replace(row, score=row.score + Decimal(30))
        after = world.with_rows([*world.rows[:place], better, *world.rows[place + 1 :]]).standings(offset=0)
        moves = {s.model: s.overall - before[s.model].overall for s in placed(after)}
        results = (models[row.model].by_benchmark[row.benchmark] for models in (before, after.by_model))
        held = any(cell.held_from is not None for cell in results)
        # A result that is held back gains its model nothing more, while its test's par still rises with it and
        # other tests' pars sink a little: others may then gain up to a few hundredths of a point.
        assert moves[row.model] > (-1e-9 if held else 0)
        assert moves[row.model] >= max(moves.values()) - (0.03 if held else 1e-9)


def test_the_offset_is_taken_from_self_reported_results_only_and_shown():
    world = make_world(7, 12, 8, fill=1.0)
    board = world.standings(offset=3)
    cells = [cell for standing in board.models for cell in standing.cells]
    assert {cell.offset for cell in cells if cell.self_reported} == {3.0}
    assert {cell.offset for cell in cells if not cell.self_reported} == {0.0}
    assert board.fit.offset.applied == 3.0
    assert board.fit.offset.estimate is not None


@pytest.mark.parametrize("offset", ["none", -1, math.nan])
def test_an_impossible_offset_is_refused(offset):
    with pytest.raises(ValueError, match="self-report offset"):
        standings(CATEGORIES, (), (), VERIFIED, offset=offset)


def test_two_boards_of_one_family_have_one_vote_in_a_category():
    world = make_world(2, 8, 8, fill=1.0)
    twice = World(
        tuple(replace(b, family="arena") if b.slug in ("bench-00", "bench-04") else b for b in world.benchmarks),
        world.rows,
    )
    votes = {cell.benchmark: cell.vote for cell in twice.standings().models[0].cells}
    assert votes["bench-00"] == votes["bench-04"] == 0.5
    assert votes["bench-01"] == 1.0
    assert twice.standings().models[0].families == 7


# ------------------------------------------------------------------ one model alone, other weights


@MORE
@given(worlds(), st.sampled_from(LANES))
def test_a_model_alone_stands_exactly_where_the_whole_board_puts_it(world, lane):
    board = world.standings(lane)
    seen = observe(world.benchmarks, world.rows, lane)
    for standing in board.models:
        unranked = replace(standing, rank=None, best=None, worst=None)
        assert stand(board.fit, standing.model, standing.cells) == unranked
        assert stand(board.fit, standing.model, seen[standing.model]) == unranked


WEIGHTS = st.fixed_dictionaries({c.slug: st.sampled_from((0, 1, 2.5, 40)) for c in CATEGORIES}).filter(
    lambda weights: any(weights.values())
)


@MORE
@given(worlds(), WEIGHTS)
def test_reader_weights_give_what_an_editor_with_the_same_weights_would_get(world, weights):
    editors = replace(world, categories=tuple(replace(c, weight=weights[c.slug]) for c in CATEGORIES))
    board, expected = world.standings(), editors.standings()
    fit = reweigh(board.fit, weights)
    assert board.fit.link.value == expected.fit.link.value == 0  # nothing is dated, so nothing came later
    assert fit == replace(expected.fit, link=board.fit.link)
    again = rank([stand(board.fit, s.model, s.cells, weights) for s in board.models], fit)
    assert tuple(again) == expected.models


@given(worlds(models=(4, 8), fills=(0.8,)))
def test_only_the_proportions_of_weights_matter(world):
    fit = world.standings().fit
    scaled = reweigh(fit, {c.slug: 7 * c.weight for c in CATEGORIES})
    assert [c.share for c in scaled.categories] == pytest.approx([c.share for c in fit.categories])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"cooking": 1}, "no category cooking; the categories are agentic"),
        ({"coding": -1}, "weight of coding"),
        ({"coding": math.inf}, "weight of coding"),
        ({"coding": 0}, "At least one category"),
        ({}, "At least one category"),
    ],
)
def test_impossible_weights_are_refused_with_a_sentence(weights, message):
    with pytest.raises(ValueError, match=message):
        reweigh(make_world(1, 5, 8, fill=1.0).standings().fit, weights)


def test_all_weight_on_a_category_nobody_was_tested_in_leaves_nobody_a_score():
    world = make_world(1, 5, 8, fill=1.0)
    world = replace(world, benchmarks=tuple(b for b in world.benchmarks if b.category != "coding"))
    board = world.standings()
    fit = reweigh(board.fit, {"coding": 1})
    assert fit.course_par is None
    standing = stand(fit, "model-00", board.by_model["model-00"].cells)
    assert standing.overall is standing.grade is None
    assert not standing.ranked
    assert LITTLE_WEIGHT in {reason.code for reason in standing.reasons}


# ------------------------------------------------------------------ ranks


@MORE
@given(worlds(models=(8, 14), fills=(0.8, 1.0)), st.sampled_from(LANES))
def test_rank_ranges_count_the_clear_leads(world, lane):
    board = world.standings(lane)
    for one in board.board:
        others = [other for other in board.board if other is not one]
        clear = [
            pair(board.fit, one, other).leader
            for other in others
            if pair(board.fit, one, other).p_leader >= METHOD.clear
        ]
        assert one.worst == len(board.board) - clear.count(one.model)
        assert one.best == 1 + len(clear) - clear.count(one.model)
        assert 1 <= one.best <= one.rank <= one.worst <= len(board.board)
        assert one.rank == 1 + sum(round(other.overall * 20) > round(one.overall * 20) for other in others)


def test_scores_equal_to_a_twentieth_of_a_point_share_a_rank():
    board = make_world(5, 10, 16, fill=1.0).standings()
    scores = (60.0, 55.01, 54.99, 54.9)
    models = [replace(s, overall=score) for s, score in zip(board.board, scores, strict=False)]
    assert [s.rank for s in rank(models, board.fit)] == [1, 2, 2, 4]


@MORE
@given(worlds(fills=(0.5, 0.8, 1.0)), st.sampled_from(LANES))
def test_a_model_is_ranked_exactly_when_it_misses_no_condition(world, lane):
    board = world.standings(lane)
    for standing in board.models:
        assert standing.ranked == (not standing.reasons)
        assert (standing.rank is None) == (not standing.ranked)
        codes = {reason.code: reason for reason in standing.reasons}
        if standing.overall is None:
            assert set(codes) == {NO_COMMON_SCALE}
            continue
        own = [category for category in standing.categories.values() if category.results]
        assert (FEW_FAMILIES in codes) == (standing.families < 6)
        assert (FEW_INDEPENDENT in codes) == (standing.independent_families < 2)
        assert (FEW_CATEGORIES in codes) == (len(own) < 3)
        assert (WIDE_MARGIN in codes) == (standing.se > 4.25)
        assert standing.grade == METHOD.grade(standing.se)


def test_a_model_known_only_by_its_maker_s_figures_is_tracked_not_ranked():
    world = make_world(3, 14, 16, fill=1.0)
    own_word = world.with_rows(
        replace(row, source_tier=TIER_MAKER) if row.model == "model-04" else row for row in world.rows
    )
    standing = own_word.standings().by_model["model-04"]
    assert [tuple(reason) for reason in standing.reasons] == [(FEW_INDEPENDENT, 0, 2)]
    assert standing.overall is not None
    assert world.standings().by_model["model-04"].ranked


def test_a_score_that_rests_on_one_family_is_not_ranked():
    world = make_world(3, 14, 16, fill=1.0)
    kept = {f"bench-{n:02}" for n in (0, 4, 8, 12)}  # all of the category with most weight
    rows = [row for row in world.rows if row.model != "model-00" or row.benchmark in kept]
    one_family = tuple(replace(b, family="arena") if b.slug in kept else b for b in world.benchmarks)
    standing = World(one_family, tuple(rows)).standings().by_model["model-00"]
    found = {reason.code: reason.found for reason in standing.reasons}
    assert found[ONE_FAMILY] == pytest.approx(1)
    assert found[FEW_FAMILIES] == 1
    assert found[LITTLE_WEIGHT] == pytest.approx(0.4)


# ------------------------------------------------------------------ storing


@MORE
@given(worlds(), st.sampled_from(LANES))
def test_fit_and_standings_survive_json_without_loss(world, lane):
    board = world.standings(lane)
    text = json.dumps([board.fit.to_dict(), [s.to_dict() for s in board.models]], allow_nan=False)
    fit, models = json.loads(text)
    assert LaneFit.from_dict(fit) == board.fit
    assert tuple(ModelStanding.from_dict(model) for model in models) == board.models


# ------------------------------------------------------------------ little or nothing to go by


def test_an_empty_site_has_no_figures():
    for categories, benchmarks in (((), ()), (CATEGORIES, (make_benchmark("b"),))):
        board = standings(categories, benchmarks, (), VERIFIED)
        assert board.models == board.board == board.fit.benchmarks == ()
        assert board.fit.course_par is None
        assert (board.fit.sigma, board.fit.omega) == (METHOD.sigma_prior, METHOD.omega_prior)
        assert rank([], board.fit) == []


def test_models_below_the_count_a_par_needs_are_listed_without_a_score():
    world = make_world(1, 3, 8, fill=1.0)
    board = world.standings(offset=2)
    assert [s.model for s in board.models] == ["model-00", "model-01", "model-02"]
    assert {b.unfitted for b in board.fit.benchmarks} == {TOO_FEW_MODELS}
    for standing in board.models:
        assert standing.overall is standing.se is standing.low is standing.high is standing.grade is None
        assert standing.categories == {}
        assert [reason.code for reason in standing.reasons] == [NO_COMMON_SCALE]
        assert len(standing.cells) == 8
        assert all(cell.points is not None and cell.lead is cell.share is None for cell in standing.cells)
    assert {cell.offset for s in board.models for cell in s.cells} == {0.0, 2.0}


def test_a_single_result_makes_a_standing_without_figures():
    board = World((make_benchmark("b"),), (make_row("m", "b", 50),)).standings()
    assert board.by_model["m"].cells[0].points == 50
    assert board.by_model["m"].overall is None


def test_models_outside_the_largest_component_are_not_comparable_yet():
    world = make_world(1, 6, 8, fill=1.0)
    island = make_benchmark("island")
    rows = [make_row(f"islander-{n}", "island", 40 + n, id=900 + n) for n in range(4)]
    board = World((*world.benchmarks, island), (*world.rows, *rows)).standings()
    assert board.fit.by_benchmark["island"].unfitted == OTHER_COMPONENT
    assert board.fit.by_benchmark["island"].models == 4
    assert board.fit.models == 6
    assert board.by_model["islander-1"].overall is None
    assert board.by_model["model-01"].overall is not None


def test_four_identical_models_on_one_test_have_equal_scores():
    rows = [make_row(f"m{n}", "b", 50, id=n) for n in range(4)]
    board = World((make_benchmark("b"),), tuple(rows)).standings()
    assert [s.overall for s in board.models] == pytest.approx([50] * 4)
    assert not board.board


def test_results_on_benchmarks_unknown_to_the_fit_are_kept_without_a_lead():
    board = make_world(1, 6, 8, fill=1.0).standings()
    new = Observation("brand-new", 1, 50.0, 50.0, self_reported=False, standard=True)
    standing = stand(board.fit, "model-00", [*board.by_model["model-00"].cells, new])
    assert standing.by_benchmark["brand-new"].lead is None
    assert standing.overall == board.by_model["model-00"].overall


def test_categories_without_any_weight_give_nobody_a_score():
    world = make_world(1, 6, 8, fill=1.0)
    weightless = tuple(CategorySpec(c.slug, c.name, c.position, 0.0) for c in CATEGORIES)
    board = replace(world, categories=weightless).standings()
    assert board.fit.course_par is None
    assert {s.overall for s in board.models} == {None}
    assert not board.board


def test_a_test_most_models_have_solved_is_called_saturated():
    scores = [99, 98, 97, 96, 96, 90, 70, 60]
    benchmarks = (make_benchmark("solved"), make_benchmark("open"), make_elo("rating"))
    rows = [make_row(f"m{n}", "solved", score, id=n) for n, score in enumerate(scores)]
    rows += [make_row(f"m{n}", "open", score - 20, id=100 + n) for n, score in enumerate(scores)]
    rows += [make_row(f"m{n}", "rating", 1400, id=200 + n) for n in range(8)]
    fit = World(benchmarks, tuple(rows)).standings().fit
    assert {b.slug for b in fit.benchmarks if b.saturated} == {"solved"}
    assert not World(benchmarks, tuple(rows[1:])).standings().fit.by_benchmark["solved"].saturated
