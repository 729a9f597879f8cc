"""Small cuts of the layouts of live sources, as a local server hands them out, about the models of a test.

Each function gives the bytes of one source; `change` edits its plain data before they are written.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from importers.sync.sources import packed

Change = Callable[[Any], Any]


def _bytes(data: Any, change: Change | None) -> bytes:
    data = copy.deepcopy(data)
    if change:
        data = change(data) or data
    return json.dumps(data, indent=1).encode()


def models_dev(change: Change | None = None) -> bytes:
    """api.json with two offers."""
    data = {
        "acme": {
            "id": "acme",
            "name": "Acme",
            "models": {
                "acme-1": {
                    "id": "acme-1",
                    "name": "Acme 1",
                    "cost": {"input": 3, "output": 15, "cache_read": 0.3},
                    "limit": {"context": 200000, "output": 64000},
                    "modalities": {"input": ["text"], "output": ["text"]},
                },
                "acme-2": {
                    "id": "acme-2",
                    "name": "Acme 2",
                    "cost": {"input": 1, "output": 4, "tiers": [{"input": 2, "output": 8, "tier": {"size": 256000}}]},
                },
                "acme-embed": {"id": "acme-embed", "name": "Acme Embed", "cost": {"input": 0.1, "output": 0}},
            },
        },
        "stranger": {
            "id": "stranger",
            "name": "Stranger",
            "models": {"x": {"id": "x", "cost": {"input": 9, "output": 9}}},
        },
    }
    return _bytes(data, change)


def litellm(change: Change | None = None) -> bytes:
    """LiteLLM's file with two priced rows, a sample and a row for images."""
    data = {
        "sample_spec": {"litellm_provider": "one of …", "mode": "one of: chat", "input_cost_per_token": 0},
        "acme-1": {
            "litellm_provider": "acme",
            "mode": "chat",
            "input_cost_per_token": 3e-06,
            "output_cost_per_token": 1.5e-05,
            "cache_read_input_token_cost": 3e-07,
            "input_cost_per_token_batches": 1.5e-06,
            "cache_creation_input_token_cost_above_1hr": 6e-06,
            "google_maps_grounding_cost_per_query": 0.014,
        },
        "zeta": {
            "litellm_provider": "acme",
            "mode": "chat",
            "input_cost_per_token": 5e-07,
            "output_cost_per_token": 2e-06,
        },
        "acme-paint": {"litellm_provider": "acme", "mode": "image_generation", "output_cost_per_image": 0.04},
    }
    return _bytes(data, change)


def openrouter(change: Change | None = None) -> bytes:
    """OpenRouter's list with one model, its free twin and a router."""
    data = {
        "data": [
            {
                "id": "acme/acme-1",
                "name": "Acme 1",
                "context_length": 200000,
                "architecture": {"output_modalities": ["text"]},
                "pricing": {"prompt": "0.0000031", "completion": "0.000016", "web_search": "0.01", "discount": 0},
            },
            {"id": "acme/acme-1:free", "pricing": {"prompt": "0", "completion": "0"}},
            {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}},
        ]
    }
    return _bytes(data, change)


def aider(score: str = "60.5", more: str = "") -> bytes:
    """Aider's file with one run, and perhaps a second."""
    run = f"- dirname: 2026-05-01-acme-1\n  model: acme-1\n  edit_format: diff\n  pass_rate_2: {score}\n  date: 2026-05-01\n"
    return (run + more).encode()


def arena(rating: float = 1400.0, *, models: tuple[str, ...] = ("acme-1", "acme-2")) -> bytes:
    """One page of the data set viewer; every table is answered with the same rows."""
    rows = [
        {
            "row_idx": index,
            "row": {
                "model_name": name,
                "rating": rating + index,
                "rating_lower": rating + index - 5,
                "rating_upper": rating + index + 5,
                "vote_count": 5000,
                "category": "overall",
                "leaderboard_publish_date": "2026-10-20",
            },
            "truncated_cells": [],
        }
        for index, name in enumerate(models)
    ]
    return _bytes({"features": [], "rows": rows, "num_rows_total": len(rows), "partial": False}, None)


def benchpress(change: Change | None = None) -> bytes:
    """BenchPress' matrix with one checked cell for each of two models."""
    cell = {
        "url": "https://acme.example/card",
        "type": "official_blog",
        "matches_canonical": True,
        "reported_setting": {"mode": "thinking", "effort": "high", "tools": "none", "sampling": "pass@1"},
        "audit_status": "verified",
    }
    data = {
        "models": [{"id": "acme-1", "provider": "Acme"}, {"id": "acme-2", "provider": "Acme"}],
        "benchmarks": [{"id": "gpqa", "name": "GPQA"}],
        "observed": [[64.5], [71.5]],
        "sources": [[cell], [cell]],
        "predictions": [[1.0], [2.0]],
    }
    return _bytes(data, change)


def epoch(score: str = "0.612") -> bytes:
    """Epoch's ZIP with the table of its own runs."""
    head = "id,task,model,Best score (across scorers),Scores,log viewer,logs,started_at,Status\n"
    run = f"aaa111,GPQA diamond,acme-1,{score},model_graded,https://logs.example.net/aaa111,,24 April 2026 3:01pm,Success\n"
    return packed({"benchmarks_runs.csv": (head + run).encode()})


def manifest(*names: str) -> bytes:
    """τ²-bench's list of submissions."""
    return _bytes({"submissions": list(names), "voice_submissions": []}, None)


def submission(model: str, score: float) -> bytes:
    """One submission to τ²-bench."""
    data = {
        "model_name": model,
        "model_organization": "Acme",
        "submitting_organization": "Evaluator",
        "submission_date": "2026-05-05",
        "results": {"retail": {"pass_1": score}},
        "methodology": {"evaluation_date": "2026-05-04", "verification": {"omitted_questions": False}},
    }
    return _bytes(data, None)


def hub_listing() -> bytes:
    """The folder of result files of a repository."""
    listed = [{"type": "file", "path": ".eval_results/quiz.yaml", "size": 99}, {"type": "file", "path": "../evil.yaml"}]
    return _bytes(listed, None)


def hub_results(value: str = "55.5") -> bytes:
    """A result file of a repository."""
    return f"- dataset: {{id: quiz-bench, task_id: hard}}\n  value: {value}\n  date: 2026-10-01\n".encode()
