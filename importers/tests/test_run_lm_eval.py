"""Results of lm-evaluation-harness: what counts, what is partial, whose model it is."""

import json

import pytest

from importers import runs
from importers.tests.run_files import figures, harness, only, write


def read(tmp_path, **changes):
    return figures("lm-eval", write(tmp_path, "results_2026-11-29T13-20-37.217360.json", harness(**changes)))


def test_a_share_becomes_percent_with_its_error_and_settings(tmp_path):
    figure = only(read(tmp_path))
    assert (figure.score, figure.stderr, figure.unit) == (75, 25, "percent")
    assert (figure.items, figure.items_in_set, figure.attempts, figure.partial) == (4, 4, 1, False)
    assert (figure.model, figure.take, figure.variant) == ("maker/base", "yes", "5-shot")
    assert figure.date.isoformat() == "2026-11-29"


def test_the_file_may_have_any_name(tmp_path):
    assert figures("lm-eval", write(tmp_path, "mine.json", harness()))


def test_a_group_is_read_once_with_the_items_of_its_tasks(tmp_path):
    values = {"acc,none": 0.5, "acc_stderr,none": "N/A"}
    found = read(
        tmp_path,
        results={"top": values, "inner": values, "a": values, "b": values},
        groups={"top": values, "inner": values},
        group_subtasks={"top": ["inner", "b"], "inner": ["a", "b"]},
        **{
            "n-samples": {"a": {"original": 10, "effective": 10}, "b": {"original": 6, "effective": 3}},
            "n-shot": {"a": 0, "b": 0},
        },
    )
    assert [figure.benchmark for figure in found] == ["top", "inner", "a", "b"]
    top = only(found, benchmark="top")
    assert (top.items, top.items_in_set, top.partial, top.members) == (13, 16, True, ("a", "b"))
    assert top.settings.shots is None
    assert top.variant == "0-shot"
    assert top.stderr is None


def test_a_group_that_holds_itself_does_not_hang(tmp_path):
    found = read(tmp_path, group_subtasks={"quiz": ["quiz", "other"], "other": ["quiz"]}, **{"n-samples": {"x": 1}})
    assert only(found).items is None


@pytest.mark.parametrize("limit", [10.0, 0.25, None])
def test_fewer_answers_than_the_set_has_are_partial_whatever_the_limit_says(tmp_path, limit):
    sizes = {"quiz": {"original": 24, "effective": 6}}
    config = {"model": "hf", "model_args": "pretrained=maker/base", "limit": limit}
    figure = only(read(tmp_path, config=config, **{"n-samples": sizes}))
    assert figure.partial
    assert "6 of 24 questions" in figure.partial_because[0]


@pytest.mark.parametrize(
    ("arguments", "name", "model", "take"),
    [
        ({"pretrained": "m/base", "peft": "t/lora"}, "t/lora", "t/lora", "yes"),
        ("pretrained=m/base,peft=t/lora", "m/base", "t/lora", "yes"),
        ({"pretrained": "m/base", "delta": "t/delta"}, "t/delta", "t/delta", "yes"),
        ("pretrained=m/base,lora_local_path=t/lora", "m/base", "t/lora", "yes"),
        ({"model": "gpt", "base_url": "http://x/v1?model=other"}, "gpt", "gpt", "yes"),
        ("base_url=http://localhost/v1,model=m/chat", "m/chat", "m/chat", "yes"),
        ({"pretrained": "m/base", "load_in_4bit": True}, "m/base", "m/base", "as a variant"),
        ({"pretrained": "m/base", "load_in_8bit": False}, "m/base", "m/base", "yes"),
        ({"pretrained": "m/base-GPTQ-Int4"}, "m/base-GPTQ-Int4", "m/base-GPTQ-Int4", "as a variant"),
        ("pretrained=m/base,quantization=awq", "m/base", "m/base", "as a variant"),
        ({}, "qdpv68r5", "qdpv68r5", "refuse"),
        ("", "qdpv68r5", "qdpv68r5", "refuse"),
        (None, None, "", "refuse"),
        ("batch_size=4", "qdpv68r5", "qdpv68r5", "refuse"),
    ],
)
def test_whose_model_it_is(tmp_path, arguments, name, model, take):
    config = {"model": "hf", "model_args": arguments, "limit": None}
    figure = only(read(tmp_path, config=config, model_name=name))
    assert (figure.model, figure.take) == (model, take)


def test_a_file_without_model_name_names_the_model_of_its_arguments(tmp_path):
    document = harness()
    del document["model_name"]
    assert only(figures("lm-eval", write(tmp_path, "dump.json", document))).model == "maker/base"


@pytest.mark.parametrize(
    ("key", "value", "lower", "score", "unit", "take"),
    [
        ("acc,none", 0.5, False, 50, "percent", "yes"),
        ("acc,none", 1, False, 100, "percent", "yes"),
        ("word_perplexity,none", 0.9, True, 0.9, "raw", "yes"),
        ("bits_per_byte,none", 0.7, True, 0.7, "raw", "yes"),
        ("bleu,none", 31.2, False, 31.2, "raw", "yes"),
        ("ter,none", 0.8, True, 0.8, "raw", "yes"),
        ("f1,none", 61.5, False, 61.5, "not stated", "ask"),
        ("acc,none", float("nan"), False, None, "percent", "pass over"),
        ("acc,none", float("inf"), False, None, "percent", "pass over"),
        ("bypass,strict", 999, False, 999, "not stated", "refuse"),
        ("exact_match,maj@8", 0.5, False, 50, "percent", "as a variant"),
        ("pass@10,create_test", 0.5, False, 50, "percent", "as a variant"),
        ("pass@1,create_test", 0.5, False, 50, "percent", "yes"),
        ("exact_match,maj@1", 0.5, False, 50, "percent", "yes"),
    ],
)
def test_scale_and_fate_of_a_figure(tmp_path, key, value, lower, score, unit, take):
    metric = key.partition(",")[0]
    figure = only(read(tmp_path, results={"quiz": {key: value}}, higher_is_better={"quiz": {metric: not lower}}))
    assert (figure.score, figure.unit, figure.take) == (score, unit, take)


@pytest.mark.parametrize(
    ("steps", "name", "repeats", "attempts"),
    [
        (["regex", "take_first"], "score-first", 4, 1),
        (["regex", "majority_vote", "take_first"], "maj@4", 64, 4),
        (["majority_vote", "take_first"], "vote", 16, 16),
        (["build_predictions"], "create_test", 32, 32),
        ([], "none", 4, 1),
    ],
)
def test_attempts_are_the_answers_that_count(tmp_path, steps, name, repeats, attempts):
    filters = [{"name": name, "filter": [{"function": step} for step in steps]}]
    configs = {"quiz": {"repeats": repeats, "filter_list": filters if steps else None}}
    figure = only(read(tmp_path, results={"quiz": {f"exact_match,{name}": 0.5}}, configs=configs))
    assert figure.attempts == attempts


def test_an_empty_chat_template_is_one_that_the_server_applied(tmp_path):
    assert only(read(tmp_path, chat_template="")).settings.chat_template is True
    assert only(read(tmp_path, chat_template=None)).settings.chat_template is False


def test_item_scores_come_from_the_sample_file_of_the_same_moment(tmp_path):
    lines = [
        {"doc_id": n, "filter": kind, "acc": float(n % 2), "doc_hash": f"{n:064x}", "target": "x"}
        for kind in ("none", "other")
        for n in range(4)
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    write(tmp_path, "samples_quiz_2026-11-29T13-20-37.217360.jsonl", text)
    write(tmp_path, "samples_quiz_2026-11-30T13-20-37.217360.jsonl", text.replace("1.0", "0.0"))
    items = only(read(tmp_path)).item_scores
    assert [(item.item, item.score) for item in items] == [("0", 0), ("1", 1), ("2", 0), ("3", 1)]
    assert items[1].digest == "0" * 16


def test_a_broken_sample_file_is_named_with_its_line(tmp_path):
    write(tmp_path, "samples_quiz_2026-11-29T13-20-37.217360.jsonl", '{"doc_id": 0, "acc": 1}\n{"doc_id": ')
    write(tmp_path, "results_2026-11-29T13-20-37.217360.json", harness())
    with pytest.raises(runs.BadRun, match="Line 2 ends in the middle"):
        runs.read("lm-eval", tmp_path / "results_2026-11-29T13-20-37.217360.json")
