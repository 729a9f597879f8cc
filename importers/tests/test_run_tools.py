"""The other tools' files, one rule at a time: HELM, lighteval, Every Eval Ever, the hub's formats and the rest."""

import json

import pytest

from importers import runs
from importers.tests.run_files import figures, only, write

# --- HELM ----------------------------------------------------------------------------


def helm(tmp_path, stats, *, names=("exact_match",), instances=("test", 8), **adapter):
    folder = tmp_path / "quiz:subject=law,model=maker_model"
    spec = {
        "name": "quiz:subject=law,model=maker_model",
        "adapter_spec": {"model": "maker/model", "max_train_instances": 5, "num_train_trials": 1} | adapter,
        "metric_specs": [{"class_name": "x", "args": {"names": list(names)}}],
    }
    write(folder, "run_spec.json", spec)
    counted = [stat("num_instances", instances[0], instances[1])]
    return figures("helm", write(folder, "stats.json", [*stats, *counted]))


def stat(name, split="test", mean=0.5, count=1, **more):
    found = {"name": {"name": name, "split": split} | more, "count": count, "sum": mean * count}
    return found | ({"mean": mean} if count else {})


WORST = {"perturbation": {"name": "robustness", "computed_on": "worst"}}


def test_of_six_rows_of_one_metric_the_plain_test_row_is_taken(tmp_path):
    rows = [stat("exact_match", split, **extra) for split in ("valid", "test") for extra in ({}, WORST)]
    found = helm(tmp_path, rows, max_eval_instances=8)
    assert [figure.filter for figure in found if figure.take == "yes"] == ["split test"]
    assert {figure.take for figure in found if figure.filter != "split test"} == {"no"}
    figure = only(found, filter="split test")
    assert (figure.model, figure.benchmark, figure.score) == ("maker/model", "quiz:subject=law", 50)
    assert (figure.items, figure.partial, figure.settings.shots) == (8, None, 5)


def test_fewer_instances_than_the_limit_means_that_all_were_asked(tmp_path):
    assert only(helm(tmp_path, [stat("exact_match")], max_eval_instances=1000)).partial is False


def test_several_metrics_leave_the_strict_one_or_none(tmp_path):
    rows = [stat("quasi_exact_match"), stat("exact_match"), stat("num_prompt_tokens", mean=400)]
    assert {f.metric: f.take for f in helm(tmp_path, rows)} == {"exact_match": "yes", "quasi_exact_match": "ask"}
    rows = [stat("rouge_l"), stat("bleu_4")]
    assert {figure.take for figure in helm(tmp_path, rows, names=())} == {"ask"}


def test_train_trials_are_attempts_and_an_empty_row_has_no_figure(tmp_path):
    assert only(helm(tmp_path, [stat("exact_match", count=3)], num_train_trials=3)).attempts == 3
    assert only(helm(tmp_path, [stat("exact_match", count=0)])).take == "pass over"


def test_a_run_folder_without_its_specification_names_no_model(tmp_path):
    with pytest.raises(runs.BadRun, match=r"no run_spec\.json"):
        figures("helm", write(tmp_path, "stats.json", [stat("exact_match")]))


def test_instances_give_items_for_each_trial(tmp_path):
    folder = tmp_path / "quiz:subject=law,model=maker_model"
    write(
        folder,
        "per_instance_stats.json",
        [
            {"instance_id": "id1", "train_trial_index": 0, "stats": [stat("exact_match", mean=1.0)]},
            {"instance_id": "id1", "train_trial_index": 1, "stats": [stat("exact_match", mean=0.0)]},
            {
                "instance_id": "id1",
                "perturbation": {"name": "x"},
                "train_trial_index": 0,
                "stats": [stat("exact_match")],
            },
        ],
    )
    items = only(helm(tmp_path, [stat("exact_match")])).item_scores
    assert [(item.item, item.attempt, item.score) for item in items] == [("id1", 1, 1), ("id1", 2, 0)]


# --- lighteval -----------------------------------------------------------------------


def lighteval(tmp_path, results, name="results_2026-11-29T14-05-58.753613.json", **changes):
    document = {
        "config_general": {"model_name": "maker/model", "max_samples": None, "model_config": {}} | changes,
        "results": results,
        "config_tasks": {},
    }
    return figures("lighteval", write(tmp_path, name, document))


def test_averages_lose_their_error_and_the_mix_of_all_tasks_is_none(tmp_path):
    row = {"em": 0.5, "em_stderr": 0.1}
    found = lighteval(tmp_path, {"arith:sums|0": row, "arith:_average|0": row, "all": row})
    assert [(f.benchmark, f.take, f.stderr) for f in found] == [
        ("arith:sums", "yes", 10),
        ("arith:_average", "yes", None),
        ("all", "no", None),
    ]
    assert found[1].members == ("arith:sums",)
    assert found[0].date_note == "from the file's name, local time"


@pytest.mark.parametrize(
    ("key", "task", "shots"),
    [
        ("gsm8k|5", "gsm8k", 5),
        ("lighteval|gsm8k|5", "gsm8k", 5),
        ("leaderboard|arc:challenge|25|0", "arc:challenge", 25),
    ],
)
def test_tasks_of_new_and_old_files(tmp_path, key, task, shots):
    figure = only(lighteval(tmp_path, {key: {"em": 0.5}}))
    assert (figure.benchmark, figure.settings.shots) == (task, shots)


@pytest.mark.parametrize(
    ("metric", "take", "attempts"),
    [
        ("em", "yes", 1),
        ("maj@4", "as a variant", 4),
        ("pass@k:k=1&n=16", "yes", 16),
        ("pass@k:k=4&n=8", "as a variant", 8),
    ],
)
def test_several_answers(tmp_path, metric, take, attempts):
    figure = only(lighteval(tmp_path, {"quiz|0": {metric: 0.5}}))
    assert (figure.take, figure.attempts) == (take, attempts)


def test_a_limit_is_partial(tmp_path):
    figure = only(lighteval(tmp_path, {"quiz|0": {"em": 0.5}}, max_samples=5))
    assert (figure.partial, figure.items) == (True, 5)


# --- Every Eval Ever -------------------------------------------------------------------


def record(tmp_path, *results, **changes):
    document = {
        "schema_version": "0.3.0",
        "evaluation_id": "quiz/maker/model/1",
        "evaluation_timestamp": "1795963828.5",
        "source_metadata": {"evaluator_relationship": "third_party"},
        "eval_library": {"name": "lm_eval", "version": "0.4.13"},
        "model_info": {"id": "maker/model", "name": "maker/model"},
        "evaluation_results": list(results),
    } | changes
    return figures("every-eval-ever", write(tmp_path, "record.json", document))


def result(score=0.5, low=0.0, high=1.0, name="acc", stderr=None, items=None, **source):
    uncertainty = {"num_samples": items} if items else {}
    uncertainty |= {"standard_error": {"value": stderr}} if stderr else {}
    return {
        "evaluation_result_id": name,
        "evaluation_name": "quiz",
        "source_data": source,
        "metric_config": {"metric_name": "acc", "min_score": low, "max_score": high},
        "score_details": {"score": score, "uncertainty": uncertainty},
    }


@pytest.mark.parametrize(
    ("score", "low", "high", "percent", "take"),
    [
        (0.5, 0.0, 1.0, 50, "yes"),
        (50, 0, 100, 50, "yes"),
        (0.5, None, None, 0.5, "refuse"),
        (0.5, 0, "Infinity", 0.5, "refuse"),
        (1.5, 0, 1, 150, "refuse"),
        (999, None, None, 999, "refuse"),
        (0.5, 1, 5, 0.5, "refuse"),
    ],
)
def test_the_scale_is_what_the_record_declares(tmp_path, score, low, high, percent, take):
    figure = only(record(tmp_path, result(score, low, high)))
    assert (figure.score, figure.take) == (percent, take)


def test_two_results_of_one_id_are_both_refused(tmp_path):
    assert {f.take for f in record(tmp_path, result(0.5), result(0.6), result(0.7, name="other"))} == {"refuse", "yes"}


def test_fewer_samples_than_the_source_has_are_partial_and_else_nothing_is_said(tmp_path):
    assert only(record(tmp_path, result(items=9, samples_number=12))).partial is True
    assert only(record(tmp_path, result(items=9, sample_ids=["a"] * 12))).partial is True
    assert only(record(tmp_path, result(items=12, samples_number=12))).partial is None
    assert only(record(tmp_path, result(items=12))).partial is None


def test_a_record_whose_arguments_name_an_adapter_is_not_its_base_model(tmp_path):
    info = {"id": "maker/base", "additional_details": {"model_args": "{'pretrained': 'maker/base', 'peft': 'x/lora'}"}}
    figure = only(record(tmp_path, result(), model_info=info))
    assert figure.take == "refuse"
    assert "x/lora" in figure.why


def test_who_evaluated_and_when(tmp_path):
    figure = only(record(tmp_path, result()))
    assert (figure.evaluator, figure.date.isoformat()) == ("independent", "2026-11-29")
    first = {"evaluator_relationship": "first_party"}
    assert only(record(tmp_path, result(), source_metadata=first)).evaluator == "maker"
    other = {"evaluator_relationship": "collaborative"}
    assert only(record(tmp_path, result(), source_metadata=other)).evaluator == ""


def test_the_instance_file_is_looked_for_beside_the_record_only(tmp_path):
    row = {"evaluation_name": "quiz", "evaluation_result_id": "acc", "sample_id": "1", "evaluation": {"score": 1.0}}
    broken = row | {"evaluation_result_id": None, "sample_id": "2", "error": "gone"}
    write(tmp_path, "outside.jsonl", json.dumps(row))
    write(tmp_path / "in", "here.jsonl", "\n".join(json.dumps(each) for each in (row, broken)))
    folder = tmp_path / "in"
    near = record(folder, result(), detailed_evaluation_results={"file_path": "data/far/away/here.jsonl"})
    assert [item.item for item in only(near).item_scores] == ["1"]
    far = record(folder, result(), detailed_evaluation_results={"file_path": "../outside.jsonl"})
    assert only(far).item_scores == ()


def test_a_report_of_failures_is_no_record(tmp_path):
    path = write(tmp_path, "failures.json", {"source_name": "x", "failed_records": [{}]})
    assert only(figures("every-eval-ever", path)).take == "no"


# --- the hub's formats -------------------------------------------------------------------

CARD = """---
license: mit
model-index:
- name: first
  results:
  - task: {type: text-generation}
    dataset: {name: Quiz, type: lab/quiz, args: {num_few_shot: 5}}
    metrics:
    - {type: acc, value: VALUE}
- name: second
  results:
  - dataset: {name: Quiz, type: lab/quiz}
    metrics:
    - {type: acc, value: 61.5}
    - {type: acc, value: 70.5}
---
Text.
"""


@pytest.mark.parametrize(
    ("written", "score", "take"),
    [
        ("84.3%", 84.3, "yes"),
        ("0.9 %", 0.9, "yes"),
        ("'84.3'", 84.3, "yes"),
        ("1.5", 1.5, "yes"),
        ("100", 100, "yes"),
        ("0.843", None, "refuse"),
        ("'0.843'", None, "refuse"),
        ("1", None, "refuse"),
        ("0", None, "refuse"),
        ("843", None, "refuse"),
        ("-3", None, "refuse"),
        ("true", None, "refuse"),
        ("high", None, "refuse"),
        ("[1, 2]", None, "refuse"),
        ("'-'", None, "pass over"),
        (".nan", None, "refuse"),
        ("null", None, "pass over"),
        ("84.3 ± 0.4", 84.3, "ask"),
        ("9e99", None, "refuse"),
    ],
)
def test_values_of_a_card(tmp_path, written, score, take):
    found = figures("model-card", write(tmp_path, "README.md", CARD.replace("VALUE", written)))
    figure = only(found, model="first")
    assert (figure.score, figure.take, figure.settings.shots) == (score, take, 5)


def test_each_entry_of_a_card_is_of_its_own_model_and_a_second_value_is_refused(tmp_path):
    found = figures("model-card", write(tmp_path, "README.md", CARD.replace("VALUE", "50.5")))
    assert [(f.model, f.score, f.take) for f in found] == [
        ("first", 50.5, "yes"),
        ("second", 61.5, "yes"),
        ("second", 70.5, "refuse"),
    ]


@pytest.mark.parametrize("text", ["No front matter.", "---\nlicense: mit\n---\n", "---\nmodel-index: 7\n---\n"])
def test_a_card_without_results_says_so(tmp_path, text):
    with pytest.raises(runs.BadRun, match="model-index"):
        figures("model-card", write(tmp_path, "README.md", text))


def test_yaml_of_strangers_constructs_and_expands_nothing(tmp_path):
    bomb = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a]\nmodel-index: [*b]\n"
    with pytest.raises(runs.BadRun, match="anchor"):
        figures("model-card", write(tmp_path, "README.md", f"---\n{bomb}---\n"))
    tag = "model-index: !!python/object/apply:os.system ['true']\n"
    assert only(figures("model-card", write(tmp_path, "README.md", f"---\n{tag}---\n"))).take == "no"


def test_entries_of_eval_results(tmp_path):
    text = """
- dataset: {id: lab/quiz, task_id: hard}
  value: 41.5
  date: 2026-10-01
- dataset: {id: lab/quiz, config: easy}
  value: 0.412
- dataset: {id: lab/quiz, task_id: third}
  value: '41.5'
  date: '2026-10-02T10:00:00Z'
- dataset: {task_id: nameless}
  value: 40
"""
    found = figures("eval-results", write(tmp_path / ".eval_results", "quiz.yaml", text))
    assert [(f.benchmark, f.take, f.date and f.date.isoformat()) for f in found] == [
        ("lab/quiz hard", "yes", "2026-10-01"),
        ("lab/quiz easy", "refuse", None),
        ("lab/quiz third", "yes", "2026-10-02"),
        ("nameless", "refuse", None),
    ]


# --- τ²-bench, SWE-bench, EvalPlus, EvalScope, promptfoo ------------------------------------


def submission(tmp_path, results, **changes):
    document = {
        "model_name": "Model X",
        "model_organization": "Maker",
        "submitting_organization": "Evaluator",
        "submission_date": "2026-05-05",
        "results": results,
        "methodology": {"evaluation_date": "2026-05-04", "verification": {"omitted_questions": False}},
        "trajectory_files": {"retail": "x_retail_default_user_4trials.json"},
    } | changes
    return figures("tau2", write(tmp_path, "submission.json", document))


def test_pass_1_is_one_attempt_and_the_others_are_not(tmp_path):
    found = submission(tmp_path, {"retail": {"pass_1": 81.5, "pass_4": 60, "cost": 1}, "airline": None})
    assert [(f.benchmark, f.metric, f.score, f.take, f.attempts) for f in found] == [
        ("retail", "pass^1", 81.5, "yes", 4),
        ("retail", "pass^4", 60, "as a variant", 4),
    ]
    assert found[0].evaluator == "independent"


@pytest.mark.parametrize(
    ("changes", "take", "partial"),
    [
        ({"submission_type": "custom"}, "as a variant", False),
        ({"modality": "voice"}, "as a variant", False),
        ({"methodology": {"verification": {"modified_prompts": True}}}, "as a variant", None),
        ({"methodology": {"verification": {"omitted_questions": True}}}, "yes", True),
        ({"methodology": None}, "yes", None),
    ],
)
def test_what_is_not_the_standard_submission(tmp_path, changes, take, partial):
    figure = only(submission(tmp_path, {"retail": {"pass_1": 50}}, **changes))
    assert (figure.take, figure.partial) == (take, partial)


def test_a_share_in_a_submission_is_kept_and_what_is_no_percentage_refused(tmp_path):
    assert only(submission(tmp_path, {"retail": {"pass_1": 130}})).take == "refuse"
    assert only(submission(tmp_path, {"retail": {"pass_1": "70"}})).take == "refuse"


def test_a_run_report_names_its_model_in_the_files_name_and_leaves_the_set_to_an_editor(tmp_path):
    report = {
        "total_instances": 5,
        "submitted_instances": 4,
        "incomplete_ids": ["a__b-5"],
        "resolved_ids": ["a__b-1", "a__b-2"],
        "unresolved_ids": ["a__b-3"],
        "error_ids": ["a__b-4"],
        "error_instances": 1,
        "empty_patch_ids": [],
        "submitted_ids": ["a__b-1", "a__b-2", "a__b-3", "a__b-4", "z__z-9"],
    }
    figure = only(figures("swebench", write(tmp_path, "maker__gpt-4.1.full.json", report)))
    assert (figure.model, figure.score, figure.items, figure.take) == ("maker/gpt-4.1", 40, 5, "ask")
    assert figure.partial
    assert {item.item: item.score for item in figure.item_scores} == {
        "a__b-1": 1,
        "a__b-2": 1,
        "a__b-3": 0,
        "a__b-4": 0,
    }
    assert {item.group for item in figure.item_scores} == {"a__b"}


def evalplus(tmp_path, answers, name="maker--model_vllm_temp_0.2_eval_results.json"):
    document = {"date": "2026-11-29 14:08", "hash": "x", "eval": answers}
    return figures("evalplus", write(tmp_path, name, document))


def answer(base, plus):
    return {"base_status": base, "plus_status": plus}


def test_pass_at_1_is_computed_and_plus_needs_the_base_tests_too(tmp_path):
    answers = {
        "HumanEval/0": [answer("pass", "pass"), answer("fail", "pass")],
        "HumanEval/1": [answer("pass", "fail"), answer("pass", "pass")],
    }
    base, plus = evalplus(tmp_path, answers)
    assert (base.benchmark, base.score, base.attempts, base.partial) == ("HumanEval (base)", 75, 2, True)
    assert (plus.benchmark, plus.score) == ("HumanEval+", 50)
    assert (base.model, base.settings.temperature) == ("maker/model", 0.2)


def test_a_run_of_the_base_tests_only_has_no_plus_figure(tmp_path):
    assert [f.take for f in evalplus(tmp_path, {"HumanEval/0": [answer("pass", None)]})] == ["yes", "pass over"]
    with pytest.raises(runs.BadRun, match="no one known set"):
        evalplus(tmp_path, {"HumanEval/0": [answer("pass", "pass")], "Mbpp/2": [answer("pass", "pass")]})


def evalscope(tmp_path, settings=None, **changes):
    document = {
        "schema_version": 2,
        "dataset_name": "quiz",
        "model_name": "model",
        "primary_metric_identity": {"name": "acc", "aggregation": "mean", "dimensions": {}},
        "metrics": [
            {"identity": {"name": "acc", "dimensions": {}}, "num": 8, "score": 0.5,
             "semantics": {"value_range": {"min": 0.0, "max": 1.0}, "direction": "higher_is_better"}},
            {"identity": {"name": "f1", "dimensions": {}}, "num": 8, "score": 0.6, "semantics": {}},
        ],
    } | changes  # fmt: skip
    if settings is not None:
        write(tmp_path, "run/task_config.yaml", settings)
    return figures("evalscope", write(tmp_path, "run/reports/model/quiz.json", document))


SETTINGS = "model: maker/model\nmodel_id: model\nrepeats: 2\nlimit: null\nwork_dir: out/20261129_141119\n"


def test_the_primary_metric_is_the_figure_and_the_settings_name_the_maker(tmp_path):
    found = evalscope(tmp_path, SETTINGS)
    assert [(f.metric, f.take) for f in found] == [("acc", "yes"), ("f1", "pass over")]
    assert (found[0].model, found[0].items, found[0].attempts, found[0].partial) == ("maker/model", 4, 2, False)
    assert found[0].date.isoformat() == "2026-11-29"


def test_without_its_settings_a_report_names_no_maker_so_an_editor_is_asked(tmp_path):
    assert [f.take for f in evalscope(tmp_path)] == ["ask", "pass over"]


def test_a_limited_run_or_one_with_errors_is_partial(tmp_path):
    assert evalscope(tmp_path, SETTINGS.replace("limit: null", "limit: 4"))[0].partial is True
    summary = {"requested": 8, "errored": 2, "incomplete": True}
    assert evalscope(tmp_path, SETTINGS, execution_summary=summary)[0].partial is True


def test_private_tests_are_always_an_editors_question(tmp_path):
    metrics = {
        "testPassCount": 2,
        "testFailCount": 1,
        "testErrorCount": 1,
        "namedScores": {"a": 3},
        "namedScoreWeights": {"a": 4},
    }
    answers = [{"promptIdx": 0, "vars": {"n": n}, "success": n > 1, "namedScores": {"a": 1}} for n in (1, 2, 3, 1)]
    document = {
        "evalId": "e",
        "config": {"description": "ours", "tests": [{}, {}, {}, {}]},
        "metadata": {"promptfooVersion": "0.123.1"},
        "results": {
            "timestamp": "2026-11-29T14:03:12.542Z",
            "prompts": [{"provider": "maker/model", "label": "p", "metrics": metrics}],
            "results": answers,
        },
    }
    rate, named = figures("promptfoo", write(tmp_path, "x.json", document))
    assert (rate.score, rate.items, rate.items_in_set, rate.partial, rate.take) == (50, 3, 4, True, "ask")
    assert (named.metric, named.score, named.take) == ("named score a", 75, "ask")


# --- CSV of items ----------------------------------------------------------------------------


def test_a_csv_of_answers_is_the_mean_over_items_of_the_means_over_attempts(tmp_path):
    text = "model,benchmark,item,score,attempt,group\nm,quiz,1,1,1,g\nm,quiz,1,0,2,g\nm,quiz,2,1,1,g\nn,quiz,1,0,,\n"
    found = figures("csv", write(tmp_path, "items.csv", text))
    first = only(found, model="m")
    assert (first.score, first.items, first.attempts, first.take) == (75, 2, None, "yes")
    assert first.stderr == pytest.approx(25)
    assert only(found, model="n").stderr is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model,benchmark,item\nm,q,1\n", "lacks score"),
        ("model,benchmark,item,score\n", "no rows"),
        ("model,benchmark,item,score\nm,q,1,x\n", "Line 2, column score"),
        ("model,benchmark,item,score\nm,q,1,nan\n", "not a number"),
        ("model,benchmark,item,score\nm,q,1,1_0\n", "not a number"),
        ("model,benchmark,item,score\nm,q,1\n", "has 3 cells"),
        ("model,benchmark,item,score\n,q,1,1\n", "column model is empty"),
        ("model,benchmark,item,score\nm,q,1,1\nm,q,1,0\n", "stands twice"),
        ("model,benchmark,item,score,attempt\nm,q,1,1,0\n", "no number from 1 on"),
        ("model,benchmark,item,score,score\nm,q,1,1,1\n", "names score twice"),
        ("model,benchmark,item,score\nm,q,\"1,1\n", "Line 2"),
    ],
)  # fmt: skip
def test_a_bad_csv_is_refused_with_its_line(tmp_path, text, words):
    with pytest.raises(runs.BadRun, match=words):
        figures("items-csv", write(tmp_path, "items.csv", text))


def test_scores_beyond_a_share_have_no_unit(tmp_path):
    path = write(tmp_path, "items.csv", "model,benchmark,item,score\nm,q,1,7\n")
    assert only(figures("csv", path)).take == "ask"
