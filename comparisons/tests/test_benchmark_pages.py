"""Benchmark list, benchmark pages and category boards."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from comparisons import standing_store
from comparisons.boards.categories import load_category
from comparisons.boards.filters import BoardFilters
from comparisons.pages.base import UnknownPage
from comparisons.pages.benchmarks import PAGE_SIZE, load_benchmark, load_benchmarks
from comparisons.tests.board_world import empty, fill
from models_catalog.models import Benchmark, Category, LanguageModel, Result
from models_catalog.tests.factories import make_benchmark, make_result

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


def test_list_groups_benchmarks_by_category_and_counts_those_in_use():
    fill(12)
    make_benchmark(name="Thin", category="math")
    standing_store.recompute("thin")
    page = load_benchmarks()
    assert [group["name"] for group in page.groups] == list(Category.objects.values_list("name", flat=True))
    states = {line.spec.name: line.state_text for group in page.groups for line in (*group["lines"], *group["rest"])}
    assert states["Thin"] == "too few models: 0"
    assert states["Bench 00"].startswith("counts, ")
    assert f"41 benchmarks, {page.counting} of them count in the verified lane." in page.basis
    assert page.counting == sum(text.startswith("counts") for text in states.values())


def test_list_says_why_a_benchmark_is_shown_only():
    fill(8)
    make_result(benchmark=make_benchmark(name="Old", weight=0, display_reason="saturated"))
    standing_store.recompute("old")
    lines = {line.spec.name: line for group in load_benchmarks().groups for line in group["rest"]}
    assert lines["Old"].state_text == "shown only: saturated"
    assert (lines["Old"].results_text, lines["Old"].models_text) == ("1", "1 model")


def test_results_stand_best_first_and_the_finding_names_the_best():
    fill(20)
    page = load_benchmark("bench-00", today=TODAY)
    scores = [line.row.score for line in page.leading]
    assert scores == sorted(scores, reverse=True)
    best = max(Result.objects.filter(benchmark__slug="bench-00"), key=lambda result: result.score)
    assert f"The best result in this lane is {best.score.normalize():f} %, by {best.model.name}." in page.basis


def test_lower_is_better_turns_the_order_round():
    fill(20)
    Benchmark.objects.filter(slug="bench-00").update(direction="lower", floor=100, best=0)
    standing_store.recompute("turned")
    page = load_benchmark("bench-00", today=TODAY)
    scores = [line.row.score for line in page.leading]
    assert scores == sorted(scores)
    assert any("lower is better" in fact["text"] for fact in page.facts)


def test_not_comparable_benchmark_names_no_best():
    fill(20)
    Benchmark.objects.filter(slug="bench-00").update(direction="not_comparable")
    standing_store.recompute("no direction")
    page = load_benchmark("bench-00", today=TODAY)
    assert "best result" not in page.basis
    assert any("neither end is better" in fact["text"] for fact in page.facts)


def test_shared_best_result_is_shared():
    fill(8)
    Result.objects.filter(benchmark__slug="bench-00").update(score=Decimal(70))
    standing_store.recompute("level")
    page = load_benchmark("bench-00", today=TODAY)
    assert f"is shared by {len(page.leading)} models" in page.basis


def test_display_only_results_are_still_ordered_and_say_that_they_do_not_count():
    fill(20)
    Benchmark.objects.filter(slug="bench-00").update(weight=0, display_reason="saturated")
    standing_store.recompute("display only")
    page = load_benchmark("bench-00", today=TODAY)
    scores = [line.row.score for line in page.leading]
    assert len(scores) > 2
    assert scores == sorted(scores, reverse=True)
    assert {line.why_not for line in page.leading} == {"shown, not scored: saturated"}
    assert page.scale_facts == []


def test_benchmark_with_too_few_models_says_so_in_every_row():
    fill(3)
    page = load_benchmark("bench-00", today=TODAY)
    assert page.leading
    assert not any(line.counts for line in page.lines)
    assert all("too few models" in line.why_not for line in page.leading)


def test_strip_has_one_dot_a_model_between_chance_and_ceiling():
    fill(20)
    page = load_benchmark("bench-00", today=TODAY)
    assert len(page.strip["points"]) == len(page.leading)
    assert {"chance", "ceiling"} <= {line["text"] for line in page.strip["lines"]}
    assert all(0 <= point["x"] <= 100 for point in page.strip["points"])


def test_long_tables_are_cut_into_pages_and_keep_the_lane(client):
    fill(250)
    Result.objects.filter(benchmark__slug="bench-00")
    page = load_benchmark("bench-00", today=TODAY, lane="provisional")
    assert len(page.lines) > PAGE_SIZE
    assert len(page.shown) == PAGE_SIZE
    assert page.pager[1]["href"] == "/benchmarks/bench-00/?lane=provisional&page=2"
    last = load_benchmark("bench-00", today=TODAY, page=99)
    assert last.shown[-1] == last.lines[-1]


def test_unknown_benchmark_and_category_are_404_with_near_matches(client):
    fill(6)
    missing = client.get("/benchmarks/bench-000/")
    assert missing.status_code == 404
    assert "/benchmarks/bench-00/" in missing.content.decode()
    other = client.get("/categories/astrology/")
    assert other.status_code == 404
    assert "/categories/coding/" in other.content.decode()
    with pytest.raises(UnknownPage):
        load_category("astrology", BoardFilters(), today=TODAY)


def test_category_board_is_the_leaderboard_by_that_category():
    fill(30)
    page = load_category("coding", BoardFilters(weights="open"), today=TODAY)
    assert page.board.filters.href(page.path) == "/categories/coding/?weights=open"
    assert [column.href for column in page.board.columns if column.slug == "math"] == ["/categories/math/?weights=open"]
    assert all(field["name"] != "category" for field in page.fields)
    listed = {link.slug for link in page.benchmarks}
    assert listed == set(Benchmark.objects.filter(category__slug="coding").values_list("slug", flat=True))


def test_pages_describe_themselves_to_search_engines(client):
    fill(12)
    text = client.get("/benchmarks/bench-00/").content.decode()
    assert '"@type":"Dataset"' in text
    assert '"@type":"BreadcrumbList"' in text
    assert re.search(r'<link rel="alternate" type="application/json" href="/benchmarks/bench-00.json"', text)
    assert "BreadcrumbList" in client.get("/categories/coding/").content.decode()


@pytest.mark.parametrize("path", ["/benchmarks/", "/benchmarks/bench-00/", "/categories/coding/", "/labs/maker-0/"])
def test_queries_do_not_grow_with_the_catalogue(client, path, django_assert_max_num_queries):
    # benchmark: snapshot and its fit once, models, results, licence;
    # category and lab: models, prices, reasons, the fit once, description or organisation
    for models in (2, 60):
        empty()
        fill(models)
        with django_assert_max_num_queries(5):
            assert client.get(path).status_code == 200


def test_rendering_needs_no_query(django_assert_num_queries):
    fill(20)
    page, board = load_benchmark("bench-00", today=TODAY), load_category("coding", BoardFilters(), today=TODAY)
    listed = load_benchmarks()
    with django_assert_num_queries(0):
        render_to_string("comparisons/benchmark_detail.html", {"page": page, "meta": page.meta})
        render_to_string("comparisons/category_detail.html", {"page": board})
        render_to_string("comparisons/benchmark_list.html", {"page": listed})
    assert LanguageModel.objects.count() == 20
