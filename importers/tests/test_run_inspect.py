"""Logs of Inspect: which of their scores is the figure, and which logs have none."""

import pytest

from importers.tests.run_files import figures, inspect_log, inspect_score, only, write


def read(tmp_path, results=None, **changes):
    return figures("inspect", write(tmp_path, "log.json", inspect_log(results, **changes)))


def results(*scores, headline=None, total=4, completed=4):
    found = {"total_samples": total, "completed_samples": completed, "scores": list(scores)}
    return found | ({"headline": headline} if headline else {})


def evaluation(**changes):
    return inspect_log()["eval"] | changes


HEADLINE = {"scorer": "match", "score": "match", "metric": "accuracy"}


def test_the_headline_is_taken_with_its_error(tmp_path):
    figure = only(read(tmp_path))
    assert (figure.score, figure.stderr, figure.items, figure.take) == (75, 25, 4, "yes")
    assert (figure.model, figure.model_note) == ("maker/model", "served through openrouter")
    assert (figure.benchmark, figure.run_id) == ("quiz", "e1")


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("openai/gpt-4o", "openai/gpt-4o"),
        ("hf/meta-llama/Llama", "meta-llama/Llama"),
        ("openai-api/maker/model", "maker/model"),
        ("together/maker/model", "maker/model"),
        ("google/vertex/gemini", "google/vertex/gemini"),
        ("mockllm/model", "mockllm/model"),
    ],
)
def test_only_the_name_of_a_service_is_taken_off_the_model(tmp_path, written, model):
    assert only(read(tmp_path, eval=evaluation(model=written))).model == model


@pytest.mark.parametrize("status", ["error", "cancelled", "started", "something new"])
def test_only_a_log_that_ended_well_gives_a_figure(tmp_path, status):
    assert only(read(tmp_path, status=status)).take == "refuse"
    assert only(_without_results(tmp_path, status)).take == "no"


def _without_results(tmp_path, status):
    document = inspect_log(status=status)
    del document["results"]
    return figures("inspect", write(tmp_path, "none.json", document))


def test_invalidated_logs_are_refused(tmp_path):
    assert only(read(tmp_path, invalidated=True)).take == "refuse"


def test_a_log_without_scores_says_so(tmp_path):
    figure = only(read(tmp_path, results()))
    assert (figure.take, figure.score, figure.why) == ("no", None, "There are no scores in the log.")


def test_no_error_or_spread_is_ever_a_figure(tmp_path):
    around = dict.fromkeys(("stderr", "bootstrap_stderr", "std", "var"), 0.1)
    found = read(tmp_path, results(inspect_score("match", accuracy=0.75, **around), headline=HEADLINE))
    assert only(found).stderr == pytest.approx(10)


def test_the_plain_error_is_preferred_to_the_clustered_one_which_says_so(tmp_path):
    plain = {"name": "stderr", "value": 0.1, "params": {}}
    clustered = {"name": "stderr", "value": 0.2, "params": {"cluster": "block"}}
    both = inspect_score("match", accuracy=0.75, stderr1=clustered, stderr=plain)
    assert only(read(tmp_path, results(both, headline=HEADLINE))).stderr == pytest.approx(10)
    figure = only(read(tmp_path, results(inspect_score("match", accuracy=0.75, stderr=clustered), headline=HEADLINE)))
    assert (figure.stderr, figure.stderr_note) == (pytest.approx(20), "clustered by block")


def grouped(label, **values):
    return {
        f"{name}{suffix}": {
            "name": name,
            "group": "grouped",
            "value": value,
            "params": {"metric": {"name": kind, "params": {}}, "group_key": "kind"},
        }
        for suffix, kind, part in (("", "accuracy", 0), ("2", "stderr", 1))
        for name, pair in values.items()
        for value in (pair[part],)
    }


def test_of_a_grouped_metric_only_the_row_over_all_is_taken(tmp_path):
    metrics = grouped("all", even=(1.0, 0.0), odd=(0.5, 0.2), all=(0.75, 0.1))
    score = inspect_score("match", **metrics)
    found = read(tmp_path, results(score, headline=HEADLINE | {"metric": "even"}))
    assert {figure.metric: figure.take for figure in found} == {"even": "pass over", "odd": "pass over", "all": "yes"}
    assert only(found, metric="all").stderr == pytest.approx(10)


def test_groups_without_a_row_over_all_are_an_editors_question(tmp_path):
    score = inspect_score("match", **grouped("", even=(1.0, 0.0), odd=(0.5, 0.2)))
    assert {figure.take for figure in read(tmp_path, results(score, headline=HEADLINE))} == {"ask"}


def test_other_scorers_are_asked_about_and_other_values_passed_over(tmp_path):
    other = inspect_score("match1", accuracy=0.5)
    value = inspect_score("length", mean=1.5) | {"scorer": "match"}
    found = read(tmp_path, results(inspect_score("match", accuracy=0.75), other, value, headline=HEADLINE))
    assert {figure.filter: figure.take for figure in found} == {"match": "yes", "match1": "ask", "length": "pass over"}


def test_without_a_headline_the_first_metric_of_the_first_score_is_taken(tmp_path):
    scores = inspect_score("match", accuracy=0.75, mean=0.7), inspect_score("other", accuracy=0.5)
    takes = [(figure.filter, figure.metric, figure.take) for figure in read(tmp_path, results(*scores))]
    assert takes == [("match", "accuracy", "yes"), ("match", "mean", "ask"), ("other", "accuracy", "ask")]


@pytest.mark.parametrize(
    ("reducer", "take"), [(None, "yes"), ("mean", "yes"), ("max", "as a variant"), ("pass_at_2", "as a variant")]
)
def test_only_one_attempt_or_the_mean_of_several_is_the_figure(tmp_path, reducer, take):
    score = inspect_score("match", reducer, accuracy=0.75)
    figure = only(read(tmp_path, results(score, headline=HEADLINE), eval=evaluation(config={"epochs": 4})))
    assert (figure.take, figure.attempts, figure.items) == (take, 4, 4)


def test_samples_are_divided_by_epochs_where_nothing_was_reduced(tmp_path):
    config = {"epochs": 4, "epochs_reducer": []}
    score = inspect_score("match", scored=16, accuracy=0.75)
    assert only(read(tmp_path, results(score, headline=HEADLINE), eval=evaluation(config=config))).items == 4


@pytest.mark.parametrize(
    ("config", "dataset", "score", "completed", "partial"),
    [
        ({}, {}, {}, 4, False),
        ({"limit": 5}, {}, {}, 4, True),
        ({"limit": [5, 9]}, {}, {}, 4, True),
        ({"sample_id": ["a"]}, {}, {}, 4, True),
        ({}, {"samples": 8}, {}, 4, True),
        ({}, {}, {"unscored": 1, "scored": 3}, 4, True),
        ({}, {}, {}, 3, True),
    ],
)
def test_partial_logs(tmp_path, config, dataset, score, completed, partial):
    run = evaluation(config={"epochs": 1} | config, dataset={"samples": 4, "sample_ids": [1, 2, 3, 4]} | dataset)
    made = results(inspect_score("match", accuracy=0.75, **score), headline=HEADLINE, completed=completed)
    figure = only(read(tmp_path, made, eval=run))
    assert (figure.partial, bool(figure.partial_because)) == (partial, partial)


def test_a_mean_in_points_stays_in_points_and_nan_is_no_figure(tmp_path):
    points = only(read(tmp_path, results(inspect_score("match", mean=76.5, stderr=1.0), headline=HEADLINE)))
    assert (points.score, points.unit, points.stderr) == (76.5, "points", 1.0)
    nothing = only(read(tmp_path, results(inspect_score("match", accuracy=float("nan")), headline=HEADLINE)))
    assert (nothing.score, nothing.take) == (None, "pass over")


def test_items_come_from_the_reductions_of_the_same_scorer_and_reducer(tmp_path):
    reductions = [
        {"scorer": "match", "reducer": "max", "samples": [{"sample_id": 1, "value": 1}]},
        {
            "scorer": "match",
            "reducer": "mean",
            "samples": [{"sample_id": 1, "value": 0.5}, {"sample_id": "b", "value": 1}],
        },
    ]
    score = inspect_score("match", "mean", accuracy=0.75)
    figure = only(
        read(tmp_path, results(score, headline=HEADLINE), eval=evaluation(config={"epochs": 2}), reductions=reductions)
    )
    assert [(item.item, item.attempt, item.score) for item in figure.item_scores] == [("1", 0, 0.5), ("b", 0, 1)]


def test_lists_of_logs_are_no_logs(tmp_path):
    path = write(tmp_path, "logs.json", {"a.eval": inspect_log()})
    with pytest.raises(Exception, match="lists of logs are not read"):
        figures("inspect", path)
