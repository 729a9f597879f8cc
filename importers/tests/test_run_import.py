"""Importing runs: results, attempts, drafts, and item scores that come back as they went in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import formats
from importers.apply import apply_batch
from importers.exporters import export_catalogue
from importers.records import UnreadableSource
from importers.tests.run_files import SAMPLES, harness, inspect_log, write
from models_catalog.core import item_codes
from models_catalog.models import (
    BenchmarkAlias,
    EvaluationRun,
    ItemScore,
    ItemSet,
    ModelAlias,
    Result,
    RunFigure,
    UnknownName,
)
from models_catalog.tests.factories import make_benchmark, make_model

pytestmark = pytest.mark.django_db
STAMP = "results_2026-11-29T13-20-37.217360.json"


@pytest.fixture
def quiz():
    return make_benchmark(slug="quiz", name="Quiz")


@pytest.fixture
def base():
    model = make_model(slug="base", name="Base")
    ModelAlias.objects.create(source_id="maker/base", model=model, dataset="lm-eval")
    ModelAlias.objects.create(source_id="maker/model", model=model)
    return model


def take(path, format_name="lm-eval", **options):
    return apply_batch(formats.read(format_name, path), reason="Test", **options)


def with_items(folder, scores, name=STAMP, **changes):
    """A results file with one sample file of these scores of items 0, 1, …"""
    mean = sum(scores) / len(scores)
    document = harness(results={"quiz": {"acc,none": mean}}, **changes)
    document["n-samples"] = {"quiz": {"original": len(scores), "effective": len(scores)}}
    lines = [json.dumps({"doc_id": n, "filter": "none", "acc": score}) for n, score in enumerate(scores)]
    write(folder, name.replace("results_", "samples_quiz_") + "l", "\n".join(lines))
    return write(folder, name, document)


def test_a_run_becomes_a_published_result_with_its_settings_and_figure(tmp_path, quiz, base):
    report = take(write(tmp_path, "a.json", harness()))
    assert report.written, report.problems
    result = Result.objects.get()
    assert (result.model, result.benchmark, result.score, result.state) == (base, quiz, 75, "published")
    assert (result.standard, result.variant, result.dataset) == (True, "5-shot", "lm-eval")
    assert result.method == "lm-eval 0.4.13; acc"
    assert result.measured_on.isoformat() == "2026-11-29"
    run = EvaluationRun.objects.get()
    assert (run.model, run.benchmark, run.model_name, run.settings["shots"]) == (base, quiz, "maker/base", 5)
    assert len(run.file_hash) == 64
    figure = RunFigure.objects.get()
    assert (figure.score, figure.stderr, figure.result) == (75, 25, result)


def test_the_same_file_again_changes_nothing(tmp_path, quiz, base):
    path = with_items(tmp_path, [1, 0, 1, 1])
    assert take(path).last_line.startswith("created=3 ")
    assert take(path).last_line == "created=0 updated=0 unchanged=3 rejected=0"
    assert (EvaluationRun.objects.count(), RunFigure.objects.count(), ItemScore.objects.count()) == (1, 1, 1)


def test_a_run_of_the_same_settings_is_another_attempt_of_one_result(tmp_path, quiz, base):
    take(with_items(tmp_path / "a", [1, 0, 1, 1]))
    later = with_items(tmp_path / "b", [1, 0, 0, 1], date=1795998435.5)
    take(later)
    result = Result.objects.get()
    assert result.score == pytest.approx(62.5)
    assert RunFigure.objects.filter(result=result).count() == 2
    assert take(later).last_line.startswith("created=0 updated=0 ")
    assert ItemSet.objects.count() == 1


def test_two_runs_in_one_import_are_two_attempts_and_two_files_of_one_run_are_one(tmp_path, quiz, base):
    with_items(tmp_path / "a", [1, 0, 1, 1])
    with_items(tmp_path / "b", [1, 0, 0, 1], date=1795998435.5)
    with_items(tmp_path / "c", [1, 0, 0, 1], date=1795998435.5)
    report = take(tmp_path)
    assert report.written, report.problems
    assert EvaluationRun.objects.count() == 2
    assert Result.objects.get().score == pytest.approx(62.5)


@pytest.mark.parametrize(
    "changes",
    [
        {"n-shot": {"quiz": 0}},
        {"chat_template": ""},
        {"config": {"model_args": {"pretrained": "maker/base", "dtype": "x"}}},
    ],
)
def test_other_settings_are_another_result(tmp_path, quiz, base, changes):
    take(with_items(tmp_path / "a", [1, 0, 1, 1]))
    take(with_items(tmp_path / "b", [1, 0, 0, 1], date=1795998435.5, **changes))
    assert Result.objects.count() == (1 if "config" in changes else 2)


def test_a_partial_run_is_a_draft_with_its_reason_and_never_standard(tmp_path, quiz, base):
    sizes = {"quiz": {"original": 24, "effective": 10}}
    take(write(tmp_path, "a.json", harness(**{"n-samples": sizes})))
    result = Result.objects.get()
    assert (result.state, result.standard) == ("draft", False)
    assert "10 of 24 questions" in result.note
    assert RunFigure.objects.get().partial


def test_a_run_that_may_be_partial_is_a_draft_too(tmp_path, quiz, base):
    from importers.tests.test_run_tools import helm, stat

    folder = tmp_path / "quiz:subject=law,model=maker_model"
    helm(tmp_path, [stat("exact_match")], max_eval_instances=8)
    BenchmarkAlias.objects.create(source_id="quiz:subject=law", benchmark=quiz, dataset="helm")
    take(folder, "helm")
    assert Result.objects.get().state == "draft"


def test_a_variant_is_never_standard(tmp_path, quiz, base):
    arguments = {"model": "hf", "model_args": {"pretrained": "maker/base", "load_in_4bit": True}}
    take(write(tmp_path, "a.json", harness(config=arguments)))
    assert Result.objects.get().standard is False


def test_an_adapter_is_not_its_base_model(tmp_path, quiz, base):
    arguments = {"model": "hf", "model_args": {"pretrained": "maker/base", "peft": "someone/lora"}}
    report = take(write(tmp_path, "a.json", harness(config=arguments)))
    assert not report.written
    assert not Result.objects.exists()
    assert UnknownName.objects.get(kind="model").name == "someone/lora"


def test_one_of_two_filters_is_an_editors_choice_and_never_the_first(tmp_path, quiz, base):
    two = {"quiz": {"exact_match,strict-match": 0.5, "exact_match,flexible-extract": 0.75}}
    path = write(tmp_path, "a.json", harness(results=two))
    assert not take(path).written
    names = {entry.name for entry in UnknownName.objects.filter(kind="benchmark")}
    assert names == {"quiz:exact_match,strict-match", "quiz:exact_match,flexible-extract"}
    BenchmarkAlias.objects.create(source_id="quiz:exact_match,flexible-extract", benchmark=quiz, dataset="lm-eval")
    UnknownName.objects.filter(name="quiz:exact_match,strict-match").update(state="ignored")
    assert take(path).written
    assert Result.objects.get().score == 75


def test_figures_that_wait_for_an_editor_are_noted_and_taken_once_named(tmp_path, quiz, base):
    report = {
        "total_instances": 2,
        "resolved_ids": ["a__b-1"],
        "unresolved_ids": ["a__b-2"],
        "submitted_ids": ["a__b-1", "a__b-2"],
    }
    path = write(tmp_path, "maker__model.run.json", report)
    outcome = take(path, "swebench")
    assert "waits for an editor" in outcome.notes[0]
    assert not Result.objects.exists()
    BenchmarkAlias.objects.create(source_id=":resolved", benchmark=quiz, dataset="swebench")
    assert take(path, "swebench").written
    assert Result.objects.get().score == 50


def test_refused_figures_stop_the_import_unless_it_keeps_going(tmp_path, quiz, base):
    write(tmp_path, "good.json", harness())
    write(tmp_path, "bad.json", harness(results={"quiz": {"bypass,none": 999}}, date=1795998435.5))
    assert not take(tmp_path).written
    assert take(tmp_path, keep_going=True).written
    assert Result.objects.count() == 1


def test_the_scale_and_direction_must_be_the_benchmarks(tmp_path, quiz, base):
    raw = harness(
        results={"quiz": {"word_perplexity,none": 2.5}}, higher_is_better={"quiz": {"word_perplexity": False}}
    )
    assert "is in raw, Quiz in percent" in str(take(write(tmp_path, "a.json", raw)).problems[0])
    lower = harness(higher_is_better={"quiz": {"acc": False}})
    assert not take(write(tmp_path, "b.json", lower)).written


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path):
    with pytest.raises(UnreadableSource, match="ends in the middle"):
        formats.read("lm-eval", write(tmp_path, "a.json", '{"results": '))


def test_other_spellings_of_a_format_work_here_too(tmp_path, quiz, base):
    assert take(write(tmp_path, "a.json", harness()), "lm_eval").written


def test_item_scores_are_stored_small_and_come_back(tmp_path, quiz, base):
    take(with_items(tmp_path, [1, 0, 1, 1]))
    stored = ItemScore.objects.get()
    assert stored.scores == [1, 0, 1, 1]
    assert [(item, given) for item, _, _, given in stored.rows()] == [("0", [1]), ("1", [0]), ("2", [1]), ("3", [1])]


def test_a_difference_between_reported_and_recomputed_errors_is_shown(tmp_path, quiz, base):
    path = with_items(tmp_path, [1, 0, 1, 1])
    document = json.loads(path.read_text())
    document["results"]["quiz"]["acc_stderr,none"] = 0.1
    report = take(write(tmp_path, STAMP, document))
    assert any("10 in the file and 25 from its questions" in note for note in report.notes), report.notes
    assert RunFigure.objects.get().stderr_of_items == pytest.approx(25)


def test_real_samples_go_in_whole(base):
    other = make_model(slug="other", name="Other")
    for name, model in (("maker-a/base-7b", base), ("maker-b/other-7b", other)):
        ModelAlias.objects.create(source_id=name, model=model)
    for task in ("letters", "digits", "both"):
        benchmark = make_benchmark(slug=task, name=task)
        BenchmarkAlias.objects.create(source_id=f"{task}:acc,none", benchmark=benchmark, dataset="lm-eval")
    UnknownName.objects.create(kind="benchmark", dataset="lm-eval", name="letters:acc_norm,none", state="ignored")
    UnknownName.objects.create(kind="benchmark", dataset="lm-eval", name="digits:acc_norm,none", state="ignored")
    for folder in ("whole", "second-model"):
        report = take(SAMPLES / "lm-eval" / folder)
        assert report.written, report.problems
    assert Result.objects.filter(standard=True, state="published").count() == 6
    assert ItemScore.objects.count() == 4
    assert ItemSet.objects.count() == 2


def test_an_inspect_log_goes_in(tmp_path, quiz, base):
    take(write(tmp_path, "log.json", inspect_log()), "inspect")
    assert Result.objects.get().row_id == "e1:match:accuracy:"


@given(st.lists(st.none() | st.sampled_from([0.0, 1.0]) | st.floats(allow_nan=False, allow_infinity=False)))
def test_any_scores_come_back_from_their_text(scores):
    packed = item_codes.pack(item_codes.encode(scores))
    found = item_codes.decode(item_codes.unpack(packed))
    assert found == scores or (scores == [] and found == [])


@pytest.mark.parametrize("text", ["0.5 x", "nan", "1e999", "0.5  1"])
def test_texts_that_are_no_scores_are_refused(text):
    with pytest.raises(item_codes.BadScores):
        item_codes.decode(text)


def test_export_and_import_into_an_empty_database_and_export_again_are_the_same(tmp_path, quiz, base):
    take(with_items(tmp_path / "in", [1, 0, 0.5, 1]))
    take(with_items(tmp_path / "again", [1, 0, 1, 1], date=1795998435.5))
    first, second = tmp_path / "first", tmp_path / "second"
    export_catalogue(first)
    for table in (RunFigure, EvaluationRun, ItemSet, Result):
        table.objects.all().delete()
    report = apply_batch(formats.read("csv", first), reason="Back")
    assert report.written, report.problems
    assert ItemScore.objects.count() == 2
    export_catalogue(second)
    assert {file.name: file.read_bytes() for file in first.iterdir()} == {
        file.name: file.read_bytes() for file in second.iterdir()
    }
    assert apply_batch(formats.read("csv", first), reason="Again").changed is False


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("run_items.csv", ",0,0,", ",0,zero,", "not those that the name"),
        ("run_figures.csv", ",1,1011", ",1,101", "There are 3 scores for 4 answers"),
        ("run_figures.csv", ",1,1011", ",1,10x1", "not a number"),
        ("runs.csv", "{", "[", "no JSON object"),
    ],
)
def test_an_export_that_was_bent_is_refused(tmp_path, quiz, base, file, old, new, words):
    take(with_items(tmp_path / "in", [1, 0, 1, 1]))
    folder = tmp_path / "out"
    export_catalogue(folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    for table in (RunFigure, EvaluationRun, ItemSet):
        table.objects.all().delete()
    report = apply_batch(formats.read("csv", folder), reason="Back")
    assert not report.written
    assert any(words in str(problem) for problem in report.problems), report.problems
