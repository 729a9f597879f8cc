"""What a source brings that nobody knows: drafts of models, benchmarks shown and never scored, rows passed over."""

from io import StringIO
from json import loads

import pytest
from django.core.management import call_command

from importers import formats
from importers.apply import apply_batch
from importers.tests.source_trees import change, copy_of, make_open_benchmark, refusals, take_tree
from models_catalog.models import Benchmark, BenchmarkAlias, LanguageModel, ModelAlias, Result, UnknownName
from models_catalog.tests.factories import make_benchmark, make_model

LLM_STATS_ROWS = "data/organizations/north/models/atlas-2.1/benchmarks.json"


def taken(name, tree, *, trusted=False, new_benchmarks=True):
    batch = formats.read(name, tree)
    batch.trusted, batch.new_benchmarks = trusted, new_benchmarks
    return apply_batch(batch, reason="Test")


@pytest.fixture
def tree(tmp_path, db):
    return copy_of("llm_stats", tmp_path)


def test_benchmarks_of_a_source_are_made_and_not_scored(tree):
    report = taken("llm-stats", tree)
    assert refusals(report) == []
    for slug, unit in (("facts", "percent"), ("codeforces", "rating")):
        made = Benchmark.objects.get(slug=slug)
        assert (made.unit, made.kind, made.weight, made.category) == (unit, "other", 0, None)
        assert made.display_reason == "unclassified"
        assert made.results.exists()
    assert any("New benchmarks, shown and not scored" in note for note in report.notes)


def test_second_run_changes_nothing(tree):
    taken("llm-stats", tree)
    report = taken("llm-stats", tree)
    assert (report.changed, report.rejected) == (False, 0)


def test_without_being_asked_for_they_are_refused_and_queued(tree):
    report = taken("llm-stats", tree, new_benchmarks=False)
    assert report.rejected
    assert not Benchmark.objects.exists()
    assert {entry.kind for entry in UnknownName.objects.all()} == {"benchmark"}


def test_what_is_known_is_not_changed(tree):
    ours = make_benchmark(slug="facts", name="Our Facts")
    make_open_benchmark("codeforces")
    taken("llm-stats", tree)
    ours.refresh_from_db()
    assert (ours.name, ours.weight, ours.display_reason) == ("Our Facts", 1, "")
    assert Benchmark.objects.count() == 2


def test_an_alias_of_an_editor_decides(tree):
    ours = make_benchmark(slug="our-facts")
    BenchmarkAlias.objects.create(dataset="llm-stats", source_id="facts", benchmark=ours)
    taken("llm-stats", tree)
    assert not Benchmark.objects.filter(slug="facts").exists()
    assert ours.results.exists()


def test_an_ignored_name_stays_ignored(tree):
    UnknownName.objects.create(
        kind="benchmark", dataset="llm-stats", name="facts", state=UnknownName.State.IGNORED, seen_in="x"
    )
    report = taken("llm-stats", tree)
    assert not Benchmark.objects.filter(slug="facts").exists()
    assert any("chose to ignore the benchmark “facts”" in each.reason for each in report.skipped)


def test_an_editors_classification_outlives_the_next_run(tree):
    taken("llm-stats", tree)
    category = make_benchmark(slug="other").category
    Benchmark.objects.filter(slug="facts").update(
        category=category, kind="percent", floor=0, best=100, weight=1, display_reason="", name="Facts!"
    )
    taken("llm-stats", tree)
    made = Benchmark.objects.get(slug="facts")
    assert (made.weight, made.kind, made.name) == (1, "percent", "Facts!")


def test_models_dev_names_become_benchmarks_with_an_alias(tmp_path, db):
    tree = copy_of("models_dev", tmp_path)
    refused = take_tree("models-dev", tree, keep_going=True).rejected
    report = taken("models-dev", tree)
    assert report.rejected < refused
    for alias in BenchmarkAlias.objects.filter(dataset="models.dev"):
        assert alias.benchmark.weight == 0
    assert Result.objects.exists()
    assert not taken("models-dev", tree).changed


def test_series_that_are_understood_are_made_once_without_being_asked_for(tmp_path, db):
    make_benchmark(slug="aider-polyglot")
    tree = copy_of("aider", tmp_path)
    first = taken("aider", tree, new_benchmarks=False)
    assert not any("benchmark" in line for line in refusals(first))
    for model in {entry.name for entry in UnknownName.objects.filter(kind="model")}:
        ModelAlias.objects.create(dataset="aider", source_id=model, model=make_model())
    report = taken("aider", tree, new_benchmarks=False)
    assert refusals(report) == []
    made = Benchmark.objects.get(slug="aider-polyglot-cost")
    assert (made.unit, made.direction, made.weight, made.display_reason) == ("usd", "lower", 0, "not ability")
    assert not taken("aider", tree, new_benchmarks=False).changed


def test_epoch_tables_bring_their_unit(tmp_path, db):
    for slug, name in (("atlas", "atlas-2026-01-01"), ("cirro", "cirro-1")):
        ModelAlias.objects.create(dataset="epoch", source_id=name, model=make_model(slug=slug))
    report = taken("epoch", copy_of("epoch", tmp_path))
    assert refusals(report) == []
    assert Benchmark.objects.get(slug="gpqa").unit == "percent"
    assert Benchmark.objects.get(slug="geobench").unit == "score"


# --- drafts


def test_new_models_are_drafts_and_published_ones_stay(tree):
    make_model(slug="cirro-1")
    report = taken("llm-stats", tree)
    assert dict(LanguageModel.objects.values_list("slug", "published")) == {"atlas-2-1": False, "cirro-1": True}
    assert any("drafts until an editor publishes them: 1" in note for note in report.notes)
    LanguageModel.objects.update(published=True)
    taken("llm-stats", tree)
    assert LanguageModel.objects.filter(published=True).count() == 2


def test_new_models_of_a_trusted_source_are_published(tree, settings):
    settings.TRUSTED_SOURCES = ["llm-stats"]
    batch = formats.read("llm-stats", tree)
    batch.new_benchmarks = True
    apply_batch(batch, reason="Test")
    assert LanguageModel.objects.filter(published=True).count() == 2


def test_the_command_trusts_one_run(tree):
    call_command("import_data", "llm-stats", tree, "--trust", "--new-benchmarks", stdout=StringIO())
    assert LanguageModel.objects.filter(published=True).count() == 2


# --- rows passed over


def test_models_that_write_no_text_are_left_out_with_their_rows(tree, tmp_path):
    folder = tree / "data/organizations/north/models"
    (folder / "atlas-2.1").rename(folder / "atlas-embedding-2.1")
    for file in (folder / "atlas-embedding-2.1").iterdir():
        file.write_text(file.read_text().replace("atlas-2.1", "atlas-embedding-2.1"))
    offers = tree / "data/providers/hostly/models.json"
    offers.write_text(offers.read_text().replace("atlas-2.1", "atlas-embedding-2.1"))
    call_command(
        "import_data", "llm-stats", tree, "--new-benchmarks", "--report", tmp_path / "r.json", stdout=StringIO()
    )
    report = loads((tmp_path / "r.json").read_text())
    assert not LanguageModel.objects.filter(slug__contains="embedding").exists()
    assert report["rejected"] == 0
    left = [each for each in report["skipped"] if "no text for readers" in each["reason"]]
    assert {each["file"].rpartition("/")[2] for each in left} == {"model.json", "benchmarks.json", "models.json"}
    assert any("left out: 1, with " in note for note in report["notes"])


def test_a_row_said_twice_and_an_unusable_one_have_their_lines(tree):
    skipped = taken("llm-stats", tree).skipped
    assert ("The same result stands above.", LLM_STATS_ROWS, 18) in {
        (each.reason, each.file, each.line) for each in skipped
    }
    assert any("fleurs" in each.reason and each.line for each in skipped)


def test_epoch_rows_without_a_model_have_their_lines(tmp_path, db):
    tree = copy_of("epoch", tmp_path)
    change(tree / "external_benchmark_mmlu.csv", "cirro-1", "")
    skipped = [each for each in formats.read("epoch", tree).skipped if each.file == "external_benchmark_mmlu.csv"]
    assert [each.reason for each in skipped] == ["The row names no model."]
    assert skipped[0].line
