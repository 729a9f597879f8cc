"""Files that the tools really wrote (run_samples/rebuild makes them anew) read to what is known of them."""

import math
import zipfile

import pytest

from importers import runs
from importers.tests.run_files import SAMPLES, figures, only


def read(format_name, folder):
    return figures(format_name, SAMPLES / folder)


def test_every_sample_is_read_and_none_is_skipped_unseen():
    reading = runs.read("auto", SAMPLES)
    assert not reading.problems
    unread = {name.partition("/")[0] for name, _ in reading.skipped if not name.endswith(".jsonl")}
    assert unread == {"rebuild", "tasks"}
    assert len(reading.figures) == 48


def test_scores_and_errors_follow_from_the_items():
    """The tool's own figure and the mean of the item scores are one number, and so are their errors."""
    checked = 0
    for figure in runs.read("auto", SAMPLES).figures:
        if not figure.item_scores or figure.metric not in ("accuracy", "acc", "acc_norm"):
            continue
        scores = [item.score for item in figure.item_scores]
        mean = math.fsum(scores) / len(scores)
        assert figure.score == pytest.approx(100 * mean)
        assert len(scores) == figure.items
        if figure.stderr is not None and not figure.stderr_note:
            spread = math.sqrt(sum((score - mean) ** 2 for score in scores) / (len(scores) - 1))
            assert figure.stderr == pytest.approx(100 * spread / math.sqrt(len(scores)))
            checked += 1
    assert checked >= 25


def test_a_group_counts_once_and_its_members_by_themselves():
    found = read("lm-eval", "lm-eval/whole")
    assert [(f.benchmark, f.metric) for f in found] == [
        ("letters", "acc"),
        ("letters", "acc_norm"),
        ("digits", "acc"),
        ("digits", "acc_norm"),
        ("both", "acc"),
    ]
    both = only(found, benchmark="both")
    assert (both.items, both.members, both.task_version) == (21, ("letters", "digits"), "2")
    sizes = only(found, benchmark="letters", metric="acc"), only(found, benchmark="digits", metric="acc")
    assert both.score == pytest.approx(sum(f.score * f.items for f in sizes) / 21)


@pytest.mark.parametrize(
    ("folder", "model", "takes", "partial"),
    [
        ("whole", "maker-a/base-7b", {"yes"}, False),
        ("cut", "maker-a/base-7b", {"yes"}, True),
        ("adapter", "maker-c/lora", {"yes"}, False),
        ("quantised", "maker-a/base-7b", {"as a variant"}, False),
    ],
)
def test_harness_runs_of_one_command_with_other_arguments(folder, model, takes, partial):
    found = read("lm-eval", f"lm-eval/{folder}")
    assert {f.model for f in found} == {model}
    assert {f.take for f in found} == takes
    assert {f.partial for f in found} == {partial}


def test_a_name_the_harness_drew_is_no_model():
    assert {f.take for f in read("lm-eval", "lm-eval/nameless")} == {"refuse"}


def test_eval_and_json_logs_of_one_task_say_the_same():
    packed, plain = only(read("inspect", "inspect/whole")), only(read("inspect", "inspect/as-json"))
    assert packed.item_scores == plain.item_scores
    for name in ("model", "benchmark", "score", "stderr", "items", "items_in_set", "attempts", "partial", "take"):
        assert getattr(packed, name) == getattr(plain, name), name


def test_the_mean_of_epochs_is_the_figure_and_the_best_of_them_a_variant():
    found = read("inspect", "inspect/four-epochs")
    assert {f.reducer: (f.take, f.attempts, f.items) for f in found} == {
        "mean": ("yes", 4, 12),
        "max": ("as a variant", 4, 12),
    }
    assert {item.attempt for item in only(found, reducer="mean").item_scores} == {0}


def test_clusters_are_read_where_a_metric_declares_them():
    figure = only(read("inspect", "inspect/clustered"))
    assert figure.stderr_note == "clustered by block"
    assert {item.group for item in figure.item_scores} == {"0", "1", "2", "3"}
    plain = only(read("inspect", "inspect/many-metrics"), metric="accuracy")
    assert plain.stderr == pytest.approx(13.0558, abs=1e-3)
    assert plain.stderr_note == ""


def test_the_row_over_all_groups_is_known_by_its_declared_label():
    found = read("inspect", "inspect/other-label")
    assert {f.metric: f.take for f in found} == {"odd": "pass over", "even": "pass over", "together": "yes"}


def test_unscored_samples_make_a_run_partial():
    figure = only(read("inspect", "inspect/unscored"))
    assert (figure.items, figure.items_in_set, figure.partial) == (9, 12, True)


def test_a_converted_run_reads_like_its_source():
    converted, source = read("every-eval-ever", "every-eval-ever"), read("lm-eval", "lm-eval/whole")
    for figure in source:
        twin = only(converted, benchmark=figure.benchmark, metric=figure.metric)
        assert twin.score == pytest.approx(figure.score)
        assert twin.stderr == pytest.approx(figure.stderr)
        assert (twin.model, twin.items, twin.evaluator) == (figure.model, figure.items, "maker")


def test_official_reader_of_inspect_agrees():
    log_package = pytest.importorskip("inspect_ai.log", reason="inspect_ai is not installed; its reader checks ours")
    for file in sorted(SAMPLES.glob("inspect/*/*")):
        log = log_package.read_eval_log(str(file))
        found = runs.read("inspect", file).figures
        stated = [
            (score.name, metric.name, score.reducer or "", metric.value)
            for score in log.results.scores
            for metric in score.metrics.values()
        ]
        assert all((f.filter, f.metric, f.reducer, f.as_written) in stated for f in found)
        assert {f.items for f in found} == {score.scored_samples for score in log.results.scores}
        assert {f.run_id.partition(":")[0] for f in found} == {log.eval.eval_id}


def test_official_models_of_every_eval_ever_accept_what_we_read():
    types = pytest.importorskip(
        "every_eval_ever.eval_types", reason="every-eval-ever is not installed; its models check ours"
    )
    for file in sorted(SAMPLES.glob("every-eval-ever/**/*.json")):
        record = types.EvaluationLog.model_validate_json(file.read_text(encoding="utf-8"))
        found = runs.read("every-eval-ever", file).figures
        assert [f.as_written for f in found] == [each.score_details.score for each in record.evaluation_results]


def test_standard_library_cannot_read_these_logs_so_the_sample_is_worth_its_place():
    with zipfile.ZipFile(next(SAMPLES.glob("inspect/whole/*.eval"))) as packed:
        assert packed.getinfo("header.json").compress_type == 93
