"""The arithmetic against the reference implementation of method version 1, figure by figure.

With the constants of version 1 today's code gives the answers of version 1, so version 2 changed
what it says it changed and nothing else; `test_second_arithmetic.py` checks what it changed. Two stored answers: a small synthetic catalogue in `data/oracle_small.json`, input included, and
the large catalogue of the folder `shared` beside the repository, where there is one.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from decimal import Decimal
from pathlib import Path

import pytest

from comparisons.core.pairing import pair, shared
from comparisons.core.scoring import LaneStandings, standings
from comparisons.core.what_if import rescore
from comparisons.tests.other_method import method_in_use
from models_catalog.core.specs import LANES, BenchmarkSpec, CategorySpec, ResultRow

SMALL = Path(__file__).parent / "data" / "oracle_small.json"
REPOSITORY = Path(__file__).resolve().parents[2]
CATALOGUE = REPOSITORY.parent / "shared" / "data" / "catalogue"
LARGE = REPOSITORY.parent / "shared" / "reference" / "scoring" / "oracle_catalogue.json"
GRADES = {"high": 4, "good": 3, "moderate": 2, "low": 1, None: 1}
CATEGORY_WEIGHTS = {
    "agentic": 22,
    "coding": 20,
    "reasoning": 17,
    "multimodal": 12,
    "knowledge": 12,
    "multilingual": 7,
    "instruction-following": 5,
    "math": 5,
}


VERSION_1 = {"maker_sd": 2.5, "lead_reach": math.inf, "anchor_models": 10**9}


@pytest.fixture(autouse=True)
def version_one():
    """The constants of version 1: no clip, no scale link, less allowance for makers."""
    with method_in_use(**VERSION_1):
        yield


def close(expected: float | None):
    return None if expected is None else pytest.approx(expected, abs=1e-6)


def assert_fit_agrees(board: LaneStandings, expected: dict) -> None:
    fit = board.fit
    assert fit.offset.applied == expected["offset_applied"]
    assert (fit.offset.estimate or 0.0) == close(expected["offset_estimate"])
    assert fit.offset.se == close(expected["offset_se"])
    assert fit.sigma == close(expected["sigma"])
    assert fit.omega == close(expected["omega"])
    assert fit.course_par == close(expected["course_par"])
    for category in fit.categories:
        assert category.share == close(expected["category_weight"][category.slug])
        assert (category.par or 0.0) == close(expected["category_par"][category.slug])
    fitted = {base.slug: base for base in fit.benchmarks if base.fitted}
    assert set(fitted) == set(expected["benchmarks"])
    for slug, figures in expected["benchmarks"].items():
        assert fitted[slug].par == close(figures["par"]), slug
        assert fitted[slug].spread == close(figures["spread"]), slug
        assert fitted[slug].scatter == close(figures["scatter"]), slug
        assert fitted[slug].models == figures["models"], slug


def assert_models_agree(board: LaneStandings, expected: dict) -> None:
    assert set(board.by_model) == set(expected)
    for slug, figures in expected.items():
        standing = board.by_model[slug]
        for name in ("ranked", "best", "worst", "results", "families", "independent_families"):
            assert getattr(standing, name) == figures[name], (slug, name)
        assert standing.overall == close(figures["overall"]), slug
        assert standing.se == close(figures["se"]), slug
        assert GRADES[standing.grade] == figures["grade"], slug
        for category, score in figures["categories"].items():
            ours = standing.categories.get(category)
            assert (ours.score if ours else None) == close(score["score"]), (slug, category)
            assert (ours.votes if ours else 0.0) == close(score["votes"]), (slug, category)
            if ours:
                assert ours.se == close(score["se"]), (slug, category)
    by_place = sorted((s for s in board.models if s.ranked), key=lambda s: -s.overall)
    assert [expected[s.model]["rank"] for s in by_place] == list(range(1, len(by_place) + 1))


def assert_pairs_agree(board: LaneStandings, expected: dict) -> None:
    for name, figures in expected.items():
        a, b = (board.by_model[slug] for slug in name.split("-vs-"))
        ours = pair(board.fit, a, b)
        assert ours.gap == close(figures["gap"]), name
        assert ours.se == close(figures["se"]), name
        assert ours.p_leader == close(figures["p_leader"]), name
        assert len(a.by_benchmark.keys() & b.by_benchmark.keys()) == figures["shared"], name


def load_small() -> tuple[dict, list[CategorySpec], list[BenchmarkSpec], list[ResultRow]]:
    stored = json.loads(SMALL.read_text())
    given = stored["input"]
    categories = [CategorySpec(**item) for item in given["categories"]]
    benchmarks = [
        BenchmarkSpec(**dict(zip(given["benchmark_fields"], item, strict=True))) for item in given["benchmarks"]
    ]
    rows = [_row(**dict(zip(given["row_fields"], item, strict=True))) for item in given["rows"]]
    return stored["answer"], categories, benchmarks, rows


def _row(score: str, measured_on: str | None, **rest) -> ResultRow:
    day = dt.date.fromisoformat(measured_on) if measured_on else None
    return ResultRow(score=Decimal(score), measured_on=day, uid=str(rest["id"]), **rest)


@pytest.mark.parametrize("lane", LANES)
def test_small_catalogue_agrees_with_the_reference(lane):
    answer, categories, benchmarks, rows = load_small()
    board = standings(categories, benchmarks, rows, lane)
    expected = answer[lane]
    assert_fit_agrees(board, expected)
    assert_models_agree(board, expected["models"])
    assert_pairs_agree(board, expected["pairs"])


@pytest.mark.parametrize("lane", LANES)
def test_small_catalogue_gives_the_reference_s_shared_comparisons(lane):
    answer, categories, benchmarks, rows = load_small()
    board = standings(categories, benchmarks, rows, lane)
    assert answer[lane]["shared"]
    for name, figures in answer[lane]["shared"].items():
        ours = shared(board.fit, *(board.by_model[slug] for slug in name.split("-vs-")))
        assert (ours.n, ours.categories) == (figures["n"], figures["categories"]), name
        assert ours.delta == close(figures["delta"]), name
        assert ours.se == close(figures["se"]), name
        assert ours.p == close(figures["p"]), name
        assert {part.benchmark: part.share for part in ours.parts} == pytest.approx(figures["share"], abs=1e-6)


@pytest.mark.parametrize("lane", LANES)
def test_small_catalogue_gives_the_reference_s_what_ifs(lane):
    answer, categories, benchmarks, rows = load_small()
    board = standings(categories, benchmarks, rows, lane)
    assert len(answer[lane]["what_if"]) > 20
    for case in answer[lane]["what_if"]:
        change = {"drop": case["drop"]} if "drop" in case else {"add": tuple(case["add"])}
        assert rescore(board.fit, board.by_model[case["model"]], **change) == close(case["overall"]), case


def test_small_catalogue_covers_what_it_is_there_for():
    answer, _, benchmarks, rows = load_small()
    assert json.loads(SMALL.read_text())["methodology"] == "1"
    assert {benchmark.kind for benchmark in benchmarks} == {"percent", "elo", "doubling"}
    assert len({benchmark.family for benchmark in benchmarks}) < len(benchmarks)
    assert {row.state for row in rows} == {"published", "draft", "withdrawn"}
    assert answer["verified"]["offset_applied"] > 0
    for lane in LANES:
        ranked = [model["ranked"] for model in answer[lane]["models"].values()]
        assert any(ranked)
        assert not all(ranked)
        assert any(model["overall"] is None for model in answer[lane]["models"].values())


def load_large() -> tuple[dict, list[CategorySpec], list[BenchmarkSpec], list[ResultRow]]:
    if not (CATALOGUE.is_dir() and LARGE.is_file()):
        pytest.skip("SKIPPED LOUDLY: no folder `shared` with the large catalogue beside the repository.")
    with (CATALOGUE / "benchmarks.csv").open(newline="", encoding="utf-8") as file:
        benchmarks = [_large_benchmark(line) for line in csv.DictReader(file)]
    with (CATALOGUE / "results.csv").open(newline="", encoding="utf-8") as file:
        lines = [line for line in csv.DictReader(file) if line["score"]]
    rows = [_large_row(number, line) for number, line in enumerate(lines)]
    categories = [
        CategorySpec(slug, slug.title(), place, weight) for place, (slug, weight) in enumerate(CATEGORY_WEIGHTS.items())
    ]
    return json.loads(LARGE.read_text()), categories, benchmarks, rows


@pytest.fixture(scope="module")
def large() -> tuple[dict, list[CategorySpec], list[BenchmarkSpec], list[ResultRow]]:
    return load_large()


def _large_benchmark(line: dict) -> BenchmarkSpec:
    number = {name: float(line[name]) if line[name] else None for name in ("floor", "best", "anchor", "max")}
    return BenchmarkSpec(
        slug=line["slug"],
        name=line["name"],
        category=line["category"] or None,
        family=line["family"],
        unit=line["unit"],
        direction=line["better"],
        kind=line["kind"],
        floor=number["floor"],
        best=number["best"],
        anchor=number["anchor"],
        maximum=number["max"],
        weight=float(line["weight"] or 0),
    )


def _large_row(number: int, line: dict) -> ResultRow:
    return ResultRow(
        id=number,
        uid=line["source_id"],
        model=line["model"],
        benchmark=line["benchmark"],
        score=Decimal(line["score"]),
        standard=line["standard"] == "true",
        effort=int(line["effort"]),
        source_tier=int(line["source_tier"]),
        source_url=line["source_url"],
        measured_on=dt.date.fromisoformat(line["date"]) if line["date"] else None,
    )


@pytest.mark.parametrize("lane", LANES)
def test_large_catalogue_agrees_with_the_reference(large, lane):
    answer, categories, benchmarks, rows = large
    board = standings(categories, benchmarks, rows, lane)
    expected = answer[lane]
    assert len(expected["pairs"]) == 120
    assert_fit_agrees(board, expected)
    assert_models_agree(board, expected["models"])
    assert_pairs_agree(board, expected["pairs"])
