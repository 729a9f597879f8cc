"""Small cuts of the layouts of live sources, as a local server hands them out, about the models of a test.

Each function gives the bytes of one source; `change` edits its plain data before they are written.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

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
