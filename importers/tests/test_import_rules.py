"""What imported rows mean: names, defaults, identity, state, and what is announced."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from importers import formats
from importers.apply import apply_batch
from importers.tests.import_source import BENCHMARKS, GOOD, LABS, MODELS, RESULT, only_problem
from models_catalog.actions import rename_model, withdraw_result
from models_catalog.models import Benchmark, LanguageModel, ModelAlias, Organization, Result, UnknownName
from models_catalog.signals import public_data_changed
from models_catalog.tests.factories import make_benchmark, make_category, make_model, make_result

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

# --- what cells mean -------------------------------------------------------------------


def test_dates_of_models_may_be_a_month_or_a_year(take):
    take(
        providers=LABS,
        models="slug,name,provider,release_date,knowledge_cutoff\na,A,north,2025-04,2024\nb,B,north,2025-04-14,\n",
    )
    first, second = LanguageModel.objects.order_by("slug")
    assert (first.release_date, first.release_date_precision) == (dt.date(2025, 4, 1), "month")
    assert (first.knowledge_cutoff, first.knowledge_cutoff_precision) == (dt.date(2024, 1, 1), "year")
    assert (second.release_date_precision, second.knowledge_cutoff) == ("day", None)


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("true", "optional"),
        ("false", "no"),
        ("", "unknown"),
        ("always", "always"),
        ("optional", "optional"),
        ("Unknown", "unknown"),
    ],
)
def test_reasoning_takes_words_and_yes_or_no(take, cell, stored):
    take(providers=LABS, models=f"slug,name,provider,reasoning\na,A,north,{cell}\n")
    assert LanguageModel.objects.get().reasoning == stored


def test_true_does_not_blur_a_model_known_to_reason_always(take):
    model = make_model(reasoning="always")
    text = f"slug,name,provider,reasoning\n{model.slug},{model.name},{model.lab.slug},true\n"
    assert take(models=text).last_line == "created=0 updated=0 unchanged=1 rejected=0"
    model.refresh_from_db()
    assert model.reasoning == "always"


def test_short_benchmark_file_makes_percent_scales_that_count(take):
    take(benchmarks="slug,name,category\nfacts,Facts,knowledge\nother,Other,\n")
    facts, other = Benchmark.objects.order_by("slug")
    assert (facts.kind, facts.floor, facts.best, facts.maximum, facts.weight) == ("percent", 0, 100, 100, 1)
    assert (facts.family, facts.direction, facts.display_reason) == ("facts", "higher", "")
    assert (other.weight, other.display_reason) == (0, "no category")


def test_lower_is_better_turns_the_scale_round(take):
    take(benchmarks="slug,name,category,better\nerrors,Errors,multilingual,lower\n")
    errors = Benchmark.objects.get()
    assert (errors.direction, errors.floor, errors.best) == ("lower", 100, 0)


def test_elo_needs_an_anchor_to_be_scored(take):
    take(benchmarks="slug,name,category,unit,anchor\na,A,coding,elo,1300\nb,B,coding,elo,\nc,C,coding,seconds,\n")
    assert list(Benchmark.objects.order_by("slug").values_list("kind", "weight")) == [
        ("elo", 1),
        ("other", 0),
        ("other", 0),
    ]


def test_missing_column_keeps_what_is_stored_and_an_empty_cell_clears_it(take):
    model = make_model(family="atlas", licence="MIT", context_window=5)
    row = f"{model.slug},{model.name},{model.lab.slug}"
    take(models=f"slug,name,provider,licence\n{row},\n")
    model.refresh_from_db()
    assert (model.family, model.licence, model.context_window) == ("atlas", "", 5)


def test_roles_follow_from_models_and_prices(take):
    take(**GOOD, prices="model,served_by,price_in\natlas,south,1\n")
    north, south = Organization.objects.order_by("slug")
    assert (north.is_lab, north.is_provider) == (True, False)
    assert (south.is_lab, south.is_provider) == (True, True)


def test_roles_that_the_file_states_are_kept(take):
    take(providers="slug,name,is_lab\nnorth,North,false\n", models="slug,name,provider\na,A,north\n")
    assert Organization.objects.get().is_lab is False


def test_first_party_is_the_models_own_lab_unless_said_otherwise(take):
    take(
        **GOOD,
        prices="model,served_by,price_in\natlas,north,1\natlas,south,1\n",
        speeds="model,served_by,first_party,speed_tps\ncirro,north,true,5\n",
    )
    offered = {
        (offering.model.slug, offering.provider.slug): offering.first_party
        for model in LanguageModel.objects.all()
        for offering in model.offerings.all()
    }
    assert offered == {("atlas", "north"): True, ("atlas", "south"): False, ("cirro", "north"): True}


def test_rows_that_disagree_about_first_party_are_refused(take):
    report = take(
        **GOOD,
        prices="model,served_by,first_party,price_in\natlas,north,true,1\n",
        speeds="model,served_by,first_party,speed_tps\natlas,north,false,5\n",
    )
    problem = only_problem(report)
    assert problem.column == "first_party"
    assert "prices.csv, line 2" in problem.reason


# --- names -----------------------------------------------------------------------------


def test_results_resolve_names_through_the_datasets_alias_then_the_common_one(take):
    take(**GOOD)
    atlas, cirro = LanguageModel.objects.order_by("slug")
    ModelAlias.objects.create(dataset="board", source_id="Model X", model=atlas)
    ModelAlias.objects.create(dataset="", source_id="Model X", model=cirro)
    report = take(
        results="model,benchmark,score,dataset\nModel X,facts,10,board\nModel X,facts,20,other\ncirro,errors,30,other\n"
    )
    assert report.problems == []
    found = Result.objects.order_by("score").values_list("model__slug", flat=True)
    assert list(found) == ["atlas", "cirro", "cirro"]


def test_aliases_of_the_same_folder_resolve(take):
    report = take(
        **GOOD,
        aliases="dataset,source_id,model\nboard,Atlas (high),atlas\n",
        results="model,benchmark,score,dataset\nAtlas (high),facts,10,board\n",
    )
    assert report.written
    assert Result.objects.get().model.slug == "atlas"


def test_benchmarks_resolve_through_their_aliases(take):
    report = take(
        **GOOD,
        benchmark_aliases="dataset,source_id,benchmark\nboard,Facts v2,facts\n",
        results="model,benchmark,score,dataset\natlas,Facts v2,10,board\n",
    )
    assert report.written
    assert Result.objects.get().benchmark.slug == "facts"


def test_name_an_editor_ignores_is_passed_over_with_a_note(take):
    take(**GOOD)
    UnknownName.objects.create(kind="model", dataset="board", name="ghost", state="ignored")
    report = take(results="model,benchmark,score,dataset\nghost,facts,1,board\natlas,facts,2,board\n")
    assert report.last_line == "created=1 updated=0 unchanged=0 rejected=0"
    assert any("ghost" in note for note in report.notes)


def test_row_that_refers_to_a_refused_row_says_so_and_queues_nothing(take):
    report = take(
        providers=LABS,
        models="slug,name,provider,release_date\natlas,Atlas,north,soon\n",
        benchmarks=BENCHMARKS,
        results=RESULT + "5\n",
    )
    assert "was refused itself" in report.problems[1].reason
    assert not UnknownName.objects.exists()


def test_row_under_an_old_address_means_the_renamed_model(take):
    take(**GOOD)
    rename_model(LanguageModel.objects.get(slug="atlas"), "atlas-1", reason="Its maker renamed it")
    report = take(**GOOD, results=RESULT + "5\n")
    assert report.problems == []
    assert set(LanguageModel.objects.values_list("slug", flat=True)) == {"atlas-1", "cirro"}
    assert Result.objects.get().model.slug == "atlas-1"


# --- identity, difference, state ----------------------------------------------------------


def test_same_row_twice_in_one_file_is_refused(take):
    report = take(
        providers=LABS + "north,North again\n",
        models=MODELS + "atlas,Atlas,north\n",
        benchmarks=BENCHMARKS + "facts,F,math\n",
        results="model,benchmark,score\natlas,facts,1\natlas,facts,2\n",
        speeds="model,served_by,speed_tps\natlas,north,1\natlas,north,2\n",
        aliases="source_id,model\nA,atlas\nA,cirro\n",
    )
    assert sorted(problem.file for problem in report.problems) == [
        "aliases.csv",
        "benchmarks.csv",
        "models.csv",
        "providers.csv",
        "results.csv",
        "speeds.csv",
    ]
    assert all("already" in problem.reason for problem in report.problems)


def test_result_with_a_row_id_is_corrected_in_place_with_history(take):
    text = "row_id,model,benchmark,score,dataset\nr1,atlas,facts,{},board\n"
    take(**GOOD, results=text.format(40))
    report = take(results=text.format(41))
    assert report.last_line == "created=0 updated=1 unchanged=0 rejected=0"
    result = Result.objects.get()
    assert result.score == Decimal(41)
    assert list(result.history.values_list("score", flat=True)) == [41, 40]


def test_same_row_id_of_another_dataset_is_another_result(take):
    take(
        **GOOD,
        results="row_id,model,benchmark,score,dataset\nr1,atlas,facts,1,board\nr1,atlas,facts,1,paper\n",
    )
    assert Result.objects.count() == 2


def test_result_without_row_id_is_the_same_by_what_was_measured_and_where(take):
    header = "model,benchmark,score,variant,date\n"
    take(**GOOD, results=header + "atlas,facts,1,,2026-01-01\n")
    report = take(
        results=header + "atlas,facts,2,,2026-01-01\natlas,facts,3,high,2026-01-01\natlas,facts,4,,2026-01-02\n"
    )
    assert report.last_line == "created=2 updated=1 unchanged=0 rejected=0"


def test_withdrawn_result_stays_withdrawn_and_a_note_says_so(take):
    text = "row_id,model,benchmark,score,dataset,state,withdrawn_reason\nr1,atlas,facts,40,board,published,\n"
    take(**GOOD, results=text)
    withdraw_result(Result.objects.get(), "Contaminated")
    report = take(results=text)
    assert report.last_line == "created=0 updated=0 unchanged=1 rejected=0"
    result = Result.objects.get()
    assert (result.state, result.withdrawn_reason) == ("withdrawn", "Contaminated")
    assert any("withdrawn" in note for note in report.notes)


def test_import_may_withdraw_a_result_but_not_publish_a_draft(take):
    draft = make_result(state="draft")
    shown = make_result()
    header = "row_id,model,benchmark,score,dataset,state,withdrawn_reason\n"
    rows = [
        f"{draft.row_id},{draft.model.slug},{draft.benchmark.slug},50,tests,published,",
        f"{shown.row_id},{shown.model.slug},{shown.benchmark.slug},50,tests,withdrawn,Copied",
    ]
    take(results=header + "\n".join(rows) + "\n")
    draft.refresh_from_db()
    shown.refresh_from_db()
    assert (draft.state, shown.state, shown.withdrawn_reason) == ("draft", "withdrawn", "Copied")


def test_scale_may_not_be_narrowed_below_a_stored_score(take):
    benchmark = make_benchmark(slug="wide", name="Wide", best=200.0, maximum=200.0)
    make_result(benchmark=benchmark, score=Decimal(150))
    text = "slug,name,category,max,best\nwide,Wide,coding,{0},{0}\n"
    assert "stored score" in only_problem(take(benchmarks=text.format(100))).reason
    assert take(benchmarks=text.format(300)).written


def test_file_of_categories_replaces_the_defaults_of_an_empty_catalogue_only(take):
    text = "slug,name,position,weight\ncoding,Programming,1,60\nlaw,Law,2,40\n"
    report = take(categories=text, benchmarks="slug,name,category\nbar,Bar Exam,law\n")
    assert len(report.notes) == 7
    assert Benchmark.objects.get().category.name == "Law"
    make_category(slug="poetry")
    report = take(categories=text)
    assert report.last_line == "created=0 updated=0 unchanged=2 rejected=0"
    assert report.notes == []


# --- once after commit ----------------------------------------------------------------------


@pytest.fixture
def announced(django_capture_on_commit_callbacks):
    """Run a function; returns the reasons announced after its commit."""

    def run(function):
        reasons = []

        def hear(sender, reason, **_kwargs):
            reasons.append(reason)

        public_data_changed.connect(hear)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                function()
        finally:
            public_data_changed.disconnect(hear)
        return reasons

    return run


def test_import_announces_once_and_only_when_something_changed(take, announced):
    assert announced(lambda: take(**GOOD, results=RESULT + "5\n")) == ["Test"]
    assert announced(lambda: take(**GOOD, results=RESULT + "5\n")) == []
    assert announced(lambda: take(results=RESULT + "500\n")) == []
    assert announced(lambda: take(results=RESULT + "6\n", options={"dry_run": True})) == []


# --- the whole of the shared data, where it is there --------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["catalogue", "reference_pages"])
def test_shared_folder_is_taken_whole_and_again_without_change(name):
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: the whole of that data was not imported")
    first = apply_batch(formats.read("csv", folder), reason="Test")
    assert [str(problem) for problem in first.problems] == []
    again = apply_batch(formats.read("csv", folder), reason="Test")
    assert again.last_line == f"created=0 updated=0 unchanged={first.total('created')} rejected=0"
