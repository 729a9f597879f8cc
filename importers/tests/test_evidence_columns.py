"""What a result rests on, column by column: items, attempts, errors, evaluators, where it was read."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from importers.tests.import_source import GOOD, only_problem
from models_catalog import snapshots
from models_catalog.core.setting_words import without_interval
from models_catalog.models import Benchmark, GoneModel, LanguageModel, ModelSlugRedirect, Price, Result

pytestmark = pytest.mark.django_db

SIZES = (
    "slug,name,category,items,attempts,items_source,retired_on,superseded_by\n"
    "facts,Facts,knowledge,200,4,paper,2026-01-31,facts-2\n"
    "facts-2,Facts 2,knowledge,500,,,,facts-3\n"
    "facts-3,Facts 3,knowledge,,,,,\n"
)
RESULTS = (
    "row_id,model,benchmark,score,evaluator,harness,effort,attempts,items_run,stderr,standard,read_at,read_on\n"
    "a,atlas,facts,50,north,agent,40,4,,1.5,true,repo@1,2026-11-29\n"
)
PRICES = (
    "model,served_by,price_in,price_out,price_batch_in,price_batch_out,"
    "tier_above_tokens,tier_price_in,tier_price_out,price_terms,read_at,note\n"
)


def test_every_new_column_is_stored_and_reaches_the_records(take):
    report = take(**{**GOOD, "benchmarks": SIZES, "results": RESULTS})
    assert report.rejected == 0
    facts, second, _ = snapshots.benchmarks()
    assert (facts.items, facts.attempts, facts.items_source) == (200, 4, "paper")
    assert (facts.retired_on, facts.superseded_by) == (dt.date(2026, 1, 31), "facts-2")
    assert (second.attempts, second.superseded_by) == (None, "facts-3")
    (row,) = snapshots.published_results()
    assert (row.evaluator, row.harness, row.effort, row.attempts) == ("north", "agent", 40, 4)
    assert (row.stderr, row.items_run, row.standard) == (Decimal("1.5"), None, True)
    assert (row.read_at, row.read_on) == ("repo@1", dt.date(2026, 11, 29))


def test_each_benchmark_gets_one_entry_of_history_and_a_second_import_none(take):
    files = {**GOOD, "benchmarks": SIZES}
    take(**files)
    assert {row.history.count() for row in Benchmark.objects.all()} == {1}
    assert take(**files).last_line == "created=0 updated=0 unchanged=7 rejected=0"


def test_files_without_the_new_columns_still_come_in_and_change_nothing_stored(take):
    take(**{**GOOD, "benchmarks": SIZES, "results": RESULTS})
    old = {
        "benchmarks": "slug,name,category\nfacts,Facts,knowledge\n",
        "results": "row_id,model,benchmark,score\na,atlas,facts,50\n",
    }
    report = take(**old)
    assert report.last_line == "created=0 updated=0 unchanged=2 rejected=0"
    assert Benchmark.objects.get(slug="facts").items == 200


def test_the_former_name_of_the_day_of_reading_is_still_read(take):
    take(**{**GOOD, "results": "model,benchmark,score,retrieved_on\natlas,facts,1,2026-01-02\n"})
    assert Result.objects.get().read_on == dt.date(2026, 1, 2)


# --- parts of a benchmark ----------------------------------------------------------------


@pytest.mark.parametrize(("items_run", "standard"), [("", True), ("199", False), ("200", True), ("201", True)])
def test_a_run_on_a_part_is_never_the_standard_setting(take, items_run, standard):
    results = f"row_id,model,benchmark,score,standard,items_run\na,atlas,facts,50,true,{items_run}\n"
    report = take(**{**GOOD, "benchmarks": SIZES, "results": results})
    assert Result.objects.get().standard is standard
    assert any("199 of 200 items" in note for note in report.notes) is not standard
    assert take(results=results).last_line == "created=0 updated=0 unchanged=1 rejected=0"


def test_a_part_is_found_out_when_the_number_of_items_comes_later(take):
    take(**{**GOOD, "results": "row_id,model,benchmark,score,items_run\na,atlas,facts,50,199\n"})
    assert snapshots.published_results()[0].standard is True
    Benchmark.objects.filter(slug="facts").update(items=200)
    assert snapshots.published_results()[0].standard is False


def test_a_form_that_calls_a_part_standard_is_refused(take):
    take(**{**GOOD, "benchmarks": SIZES})
    result = Result(
        model=LanguageModel.objects.get(slug="atlas"),
        benchmark=Benchmark.objects.get(slug="facts"),
        score=Decimal(50),
        items_run=199,
    )
    with pytest.raises(ValidationError, match="199 of 200 items were run"):
        result.full_clean()
    result.standard = False
    result.full_clean()


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ("0,,", "attempts", "at least 1 attempt"),
        (",0,", "items_run", "at least 1 item"),
        (",,-0.1", "stderr", "may not be negative"),
        (",1.5,", "items_run", "not a whole number"),
        ("-2,,", "attempts", "outside the range|greater than or equal"),
    ],
)
def test_impossible_figures_of_a_result_are_refused(take, cells, column, sentence):
    results = f"model,benchmark,score,attempts,items_run,stderr\natlas,facts,50,{cells}\n"
    problem = only_problem(take(**{**GOOD, "results": results}))
    assert problem.column == column
    assert any(part in problem.reason for part in sentence.split("|"))


@pytest.mark.parametrize(
    ("rows", "lines", "sentence"),
    [
        ("a,A,knowledge,b\n", [2], "No benchmark is called “b”"),
        ("a,A,knowledge,a\n", [2], "lead back to itself"),
        ("a,A,knowledge,b\nb,B,knowledge,c\nc,C,knowledge,a\n", [2, 3, 4], "lead back to itself"),
        ("a,A,knowledge,b\nb,B,nowhere,\n", [2, 3], "refused itself|No category"),
    ],
)
def test_successors_that_cannot_be_are_refused(take, rows, lines, sentence):
    report = take(benchmarks=f"slug,name,category,superseded_by\n{rows}")
    assert [problem.line for problem in report.problems] == lines
    assert all(any(part in problem.reason for part in sentence.split("|")) for problem in report.problems)
    assert not Benchmark.objects.exists()


def test_a_circle_through_stored_benchmarks_is_refused_in_files_and_forms(take):
    take(**{**GOOD, "benchmarks": SIZES})
    problem = only_problem(take(benchmarks="slug,name,category,superseded_by\nfacts-3,F,knowledge,facts\n"))
    assert "lead back to itself" in problem.reason
    last = Benchmark.objects.get(slug="facts-3")
    last.superseded_by = Benchmark.objects.get(slug="facts")
    with pytest.raises(ValidationError, match="follow itself"):
        last.full_clean()


# --- intervals inside a method -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "rest", "stderr"),
    [
        ("95% interval 1313.2 to 1331.9; 4657 votes", "4657 votes", "4.77"),
        ("4657 votes; 95% interval 1313.2 to 1331.9", "4657 votes", "4.77"),
        ("95 % interval 100 to 100", "", "0"),
        ("95% interval 1331.9 to 1313.2", "95% interval 1331.9 to 1313.2", None),
        ("an interval of 95 days", "an interval of 95 days", None),
    ],
)
def test_intervals_become_standard_errors(method, rest, stderr):
    assert without_interval(method) == (rest, None if stderr is None else Decimal(stderr))


def test_a_published_error_outweighs_the_interval_in_words(take):
    results = "model,benchmark,score,method,stderr\natlas,facts,50,95% interval 40 to 60; 10 votes,{}\n"
    take(**{**GOOD, "results": results.format("4")})
    row = Result.objects.get()
    assert (row.method, row.stderr) == ("10 votes", 4)
    assert take(results=results.format("4")).last_line.startswith("created=0 updated=0")


# --- prices under conditions ---------------------------------------------------------------------


def test_batch_tier_and_further_prices_are_one_list_of_terms(take):
    row = "atlas,north,1,2,0.5,1,200000,2,3,audio input = 4; output above 400000 = 5,repo@1,peak price\n"
    assert take(**{**GOOD, "prices": PRICES + row}).rejected == 0
    price = Price.objects.get()
    assert price.terms.splitlines() == [
        "audio input = 4",
        "input batch = 0.5",
        "output batch = 1",
        "input above 200000 = 2",
        "output above 200000 = 3",
        "output above 400000 = 5",
    ]
    (spec,) = snapshots.operations().prices["atlas"]
    assert (len(spec.terms), spec.read_at, spec.note) == (6, "repo@1", "peak price")
    assert take(prices=PRICES + row).last_line == "created=0 updated=0 unchanged=1 rejected=0"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("atlas,north,1,2,,,,2,3,,,\n", "tier_above_tokens is empty"),
        ("atlas,north,1,2,-1,,,,,,,\n", "is no price"),
        ("atlas,north,1,2,1,,,,,input batch = 2,,\n", "two prices for the same thing"),
        ("atlas,north,1,2,,,,,,tea = 2,,\n", "is no price"),
    ],
)
def test_terms_that_cannot_be_are_refused(take, row, sentence):
    assert sentence in only_problem(take(**{**GOOD, "prices": PRICES + row})).reason


def test_an_observation_adds_terms_and_a_contradicting_one_begins_a_new_period(take):
    seen = "model,served_by,price_in,price_batch_in,observed_on,dataset\natlas,north,1,{},2026-01-0{},{}\n"
    take(**{**GOOD, "prices": "model,served_by,price_in,valid_from\natlas,north,1,2026-01-01\n"})
    take(prices=seen.format("0.5", 2, "x"))
    assert Price.objects.get().terms == "input batch = 0.5"
    take(prices=seen.format("0.4", 3, "x"))
    assert [(p.terms, p.valid_to) for p in Price.objects.order_by("valid_from")] == [
        ("input batch = 0.5", dt.date(2026, 1, 3)),
        ("input batch = 0.4", None),
    ]


# --- who ran it ------------------------------------------------------------------------------------


def test_words_and_addresses_fill_evaluator_and_harness_only_where_the_source_has_no_place_for_them(take):
    words = (
        "row_id,model,benchmark,score,method,source_kind,source_url\n"
        "a,atlas,facts,50,harness: Terminus-2,provider-reported,https://north.example/card\n"
        "b,cirro,facts,50,,independent,https://livebench.ai/\n"
    )
    take(**{**GOOD, "results": words})
    assert [(r.evaluator, r.harness) for r in Result.objects.order_by("row_id")] == [
        ("north", "Terminus 2"),
        ("LiveBench", ""),
    ]
    assert take(results=words).last_line == "created=0 updated=0 unchanged=2 rejected=0"
    take(results="row_id,model,benchmark,score,evaluator,harness\na,atlas,facts,50,,\n")
    assert Result.objects.get(row_id="a").evaluator == ""


def test_words_about_a_part_are_items_run(take):
    results = "model,benchmark,score,method,standard\natlas,facts,50,477 of 500 tasks,true\n"
    take(**{**GOOD, "results": results})
    row = Result.objects.get()
    assert (row.items_run, row.standard) == (477, False)


# --- slugs that lead elsewhere, or nowhere any more -------------------------------------------------

MOVES = "old_slug,model,gone,note\natlas-1,atlas,,\nelder,atlas,true,Retired in May.\nlost,gone,,\n"


def test_former_slugs_and_gone_models_come_in_and_a_second_import_changes_nothing(take):
    assert take(**{**GOOD, "redirects": MOVES}).rejected == 0
    assert ModelSlugRedirect.objects.get().model.slug == "atlas"
    gone = {row.old_slug: (row.successor and row.successor.slug, row.note) for row in GoneModel.objects.all()}
    assert gone == {"elder": ("atlas", "Retired in May."), "lost": (None, "")}
    assert take(redirects=MOVES).last_line == "created=0 updated=0 unchanged=3 rejected=0"


def test_the_former_name_of_the_file_is_read(take):
    take(**{**GOOD, "old_slugs": "old_slug,model\natlas-1,atlas\n"})
    assert ModelSlugRedirect.objects.get().old_slug == "atlas-1"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("old,,,\n", "Name the model that the address leads to"),
        ("cirro,atlas,,\n", "is the address of a model today"),
        ("cirro,,true,\n", "is the address of a model today"),
        ("old,nobody,,\n", "No model is called “nobody”"),
        ("a-vs-b,atlas,,\n", "separates two models"),
        ("elder,atlas,,\n", "known as a model that is gone"),
        ("atlas-1,,true,\n", "leads to a model today"),
    ],
)
def test_redirects_that_cannot_be_are_refused(take, row, sentence):
    take(**{**GOOD, "redirects": MOVES})
    assert sentence in only_problem(take(redirects=f"old_slug,model,gone,note\n{row}")).reason
