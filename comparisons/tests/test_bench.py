"""One place compares two models; every output that says something about a pair asks it."""

import ast
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons import benches, standing_store
from comparisons.changes import from_standings
from comparisons.core import pairs
from comparisons.core.bench import Bench, Grounds
from comparisons.core.scoring import standings
from comparisons.core.verdict import verdict
from comparisons.pairs.comparison import load_comparison_page
from comparisons.pairs.side_by_side import load_side_by_side
from comparisons.tests.catalogues import TODAY, generated_world, reference_world
from models_catalog.tests.world import build_world

ROOT = Path(__file__).resolve().parent.parent.parent
A_WORLD = reference_world()
SLUGS = sorted(A_WORLD.models)


def bench_of(world) -> Bench:
    """Every model of a test world on one bench."""
    grounds = Grounds(world.board.fit, world.categories, world.benchmarks)
    return Bench(grounds, {slug: world.side(slug) for slug in sorted(world.models)}, TODAY)


def test_the_order_of_the_two_does_not_matter():
    bench = bench_of(A_WORLD)
    for one, other in bench.pairs():
        assert bench.pair(one, other) == bench.pair(other, one) == A_WORLD.compare(one, other)


@given(st.sampled_from(SLUGS), st.sampled_from(SLUGS), st.data())
def test_a_reweighed_bench_says_what_reweighing_the_two_alone_says(one, other, data):
    if one == other:
        return
    slugs = [category.slug for category in A_WORLD.categories]
    weights = data.draw(st.fixed_dictionaries({slug: st.integers(1, 9) for slug in slugs}))
    assert bench_of(A_WORLD).reweighed(weights).pair(one, other) == A_WORLD.reweighed(one, other, weights)


def test_a_model_is_not_compared_with_itself():
    with pytest.raises(pairs.SamePair):
        bench_of(A_WORLD).pair(SLUGS[0], SLUGS[0])


def test_a_slug_that_is_not_on_the_bench_is_an_error():
    with pytest.raises(KeyError):
        bench_of(A_WORLD).pair(SLUGS[0], "nobody")


def test_nothing_outside_core_compares_two_models_by_itself():
    """`compare` takes many arguments that must belong together; `Bench` holds them together."""
    for app in ("comparisons", "newsroom", "newsletter", "importers", "models_catalog"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "tests" in path.parts or "core" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "comparisons.core.compare":
                    assert "compare" not in {alias.name for alias in node.names}, path.relative_to(ROOT)


@pytest.mark.django_db
def test_page_side_by_side_change_log_and_impact_say_the_same_of_a_pair():
    build_world()
    standing_store.recompute("test world")
    today = dt.date(2026, 7, 1)
    bench = benches.load_bench("provisional", today=today)
    three = load_side_by_side(["atlas", "borea", "cirro"], today=today, lane="provisional")
    logged = from_standings.verdicts_of("provisional", {pairs.join(*pair) for pair in bench.pairs()}, today)
    for one, other in bench.pairs():
        compared = bench.pair(one, other)
        page = load_comparison_page(pairs.join(one, other), today=today, lane="provisional")
        assert page.comparison == compared
        assert page.verdict == verdict(compared)
        overall = compared.overall
        leader = "" if overall.leader is None else compared.slugs[overall.leader]
        assert logged[pairs.join(one, other)] == [overall.outcome, leader]
        if (one, other) in three.pairs:
            assert three.pairs[one, other] == compared


def test_sides_that_met_others_before_give_what_fresh_ones_give():
    """What a side remembers of itself is the same whoever it meets, on either side of the table."""
    some_world = generated_world(5, 9, 22, 0.5, 0.1, "provisional")
    sides = {slug: some_world.side(slug) for slug in some_world.models}
    grounds = Grounds(some_world.board.fit, some_world.categories, some_world.benchmarks)
    bench = Bench(grounds, sides, TODAY)
    for a, b in [*some_world.pairs(), *some_world.pairs()]:
        assert bench.pair(a, b).benchmarks == some_world.compare(a, b).benchmarks, (a, b)
    specs = tuple(some_world.benchmarks.values())
    board = standings(some_world.categories, specs, some_world.rows, "independent")
    stricter = replace(some_world, board=board)
    other = Bench(Grounds(stricter.board.fit, stricter.categories, stricter.benchmarks), sides, TODAY)
    placed = other.standing_as({slug: stricter.board.by_model.get(slug) for slug in sides})
    for slug in sides:
        placed.sides[slug]._kept.update(sides[slug]._kept)
    for a, b in some_world.pairs():
        assert placed.pair(a, b).benchmarks == stricter.compare(a, b).benchmarks, (a, b)
