"""Open data sets the catalogue draws from: the line each asks for, and its licence.

An importer stores the data set's id with every row (`Result.dataset`, `Price.dataset`); the
data page prints the line of every set that some public row comes from.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataSource:
    """A data set: `line` is printed wherever its figures are shown; `url` is empty where it has no page of its own."""

    name: str
    licence: str
    line: str
    url: str


CC_BY = "CC BY 4.0"
LLM_STATS = DataSource(
    "LLM Stats",
    CC_BY,
    "Contains data from LLM Stats (llm-stats.com), © 2024 jc, CC BY 4.0, changed: units, names, merged with other "
    "sources.",
    "https://llm-stats.com/",
)
EPOCH = DataSource(
    "Epoch AI",
    CC_BY,
    "Epoch AI, data on AI benchmarking, epoch.ai/benchmarks, CC BY 4.0.",
    "https://epoch.ai/benchmarks",
)
ARENA = DataSource(
    "Arena leaderboard",
    CC_BY,
    "Arena leaderboard dataset (lmarena-ai), CC BY 4.0.",
    "https://huggingface.co/lmarena-ai",
)
AIDER = DataSource(
    "Aider",
    "Apache-2.0",
    "Aider LLM leaderboards, Apache-2.0.",
    "https://aider.chat/docs/leaderboards/",
)
MODELS_DEV = DataSource("models.dev", "MIT", "models.dev, © 2025 models.dev, MIT.", "https://models.dev/")
MODEL_PRICES = DataSource("model-prices", "MIT", "model-prices (wakamex) and models.dev, MIT.", "https://models.dev/")
LITELLM = DataSource("LiteLLM", "MIT", "LiteLLM, © 2023 Berri AI, MIT.", "https://github.com/BerriAI/litellm")
METERGRAPH = DataSource("metergraph-core", "Apache-2.0", "metergraph-core, Apache-2.0.", "")

BY_DATASET: dict[str, tuple[DataSource, ...]] = {
    "llm-stats": (LLM_STATS,),
    "epoch": (EPOCH,),
    "arena": (ARENA,),
    "aider": (AIDER,),
    "models.dev": (MODELS_DEV,),
    "model-prices": (MODEL_PRICES,),
    "litellm": (LITELLM,),
    "metergraph": (METERGRAPH,),
    # The selection that comes with the software was made with the help of all of them.
    "starter": (LLM_STATS, EPOCH, ARENA, AIDER, MODELS_DEV, MODEL_PRICES, LITELLM, METERGRAPH),
}


def sources_of(dataset: str) -> tuple[DataSource, ...]:
    """The sources behind a data set's id; a dated edition (“models.dev-2026-08”) is the set itself."""
    if dataset in BY_DATASET:
        return BY_DATASET[dataset]
    return next((found for name, found in BY_DATASET.items() if dataset.startswith(f"{name}-")), ())
