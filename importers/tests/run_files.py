"""What the tests of run readers share: the samples, and small documents of tools that are heavy to run."""

from __future__ import annotations

import json
from pathlib import Path

from importers import runs

SAMPLES = Path(__file__).parent / "run_samples"


def figures(format_name, path):
    """The figures at a path; any file that could not be read fails the test."""
    reading = runs.read(format_name, path)
    assert not reading.problems
    return list(reading.figures)


def only(found, **wanted):
    """The one figure with these fields."""
    fitting = [each for each in found if all(getattr(each, name) == value for name, value in wanted.items())]
    assert len(fitting) == 1, [(each.benchmark, each.metric, each.filter, each.reducer) for each in fitting or found]
    return fitting[0]


def write(folder, name, data):
    """A JSON (or text) file with its folders; returns its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def harness(**changes):
    """A results file of lm-evaluation-harness as its release 0.4.13 writes one."""
    document = {
        "results": {"quiz": {"alias": "quiz", "acc,none": 0.75, "acc_stderr,none": 0.25}},
        "group_subtasks": {},
        "configs": {"quiz": {"task": "quiz", "repeats": 1}},
        "versions": {"quiz": 1.0},
        "n-shot": {"quiz": 5},
        "higher_is_better": {"quiz": {"acc": True}},
        "n-samples": {"quiz": {"original": 4, "effective": 4}},
        "config": {"model": "hf", "model_args": {"pretrained": "maker/base"}, "limit": None, "random_seed": 0},
        "date": 1795958435.5,
        "lm_eval_version": "0.4.13",
        "model_name": "maker/base",
        "chat_template": None,
    }
    return document | changes


def inspect_log(results=None, **changes):
    """A log of Inspect as its release 0.3.285 writes one, without samples."""
    document = {
        "version": 2,
        "status": "success",
        "eval": {
            "eval_id": "e1",
            "created": "2026-11-29T14:50:07+00:00",
            "task": "quiz",
            "dataset": {"name": "quiz", "samples": 4, "sample_ids": [1, 2, 3, 4]},
            "model": "openrouter/maker/model",
            "config": {"epochs": 1},
            "packages": {"inspect_ai": "0.3.285"},
        },
        "results": results
        or {
            "total_samples": 4,
            "completed_samples": 4,
            "scores": [inspect_score("match", accuracy=0.75, stderr=0.25)],
            "headline": {"scorer": "match", "score": "match", "metric": "accuracy"},
        },
        "invalidated": False,
    }
    return document | changes


def inspect_score(name, reducer=None, scored=4, unscored=0, **metrics):
    """One score of a log; each metric is its value, or a whole entry."""
    return {
        "name": name,
        "scorer": name,
        "reducer": reducer,
        "scored_samples": scored,
        "unscored_samples": unscored,
        "metrics": {
            key: value if isinstance(value, dict) else {"name": key, "value": value, "params": {}}
            for key, value in metrics.items()
        },
    }
