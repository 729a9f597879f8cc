"""Which column of which table of Epoch AI holds the score, in which unit, and what is known of the rest.

Checked against github.com/epoch-research/benchmark-stitching. A table that is not listed is
not read, because its unit would be a guess.
"""

from __future__ import annotations

from dataclasses import dataclass

RUNS_FILE = "benchmarks_runs.csv"
BOARD = "https://epoch.ai/benchmarks"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `benchmark` is our slug (or what an alias maps), `score` the column of the figure.

    `bare` says what a number without a percent sign means: "percent" (88.0), "fraction"
    (0.88), "own unit" (never converted), or "" when the table should have percent signs.
    `settings` are columns that say how a run was made.
    """

    benchmark: str
    score: str
    bare: str = ""
    model: str = "Model version"
    task: str = ""
    date: str = "Date"
    date_means: str = "published"
    settings: tuple[str, ...] = ("Agent", "Scaffold", "Shots", "Tools")
    # Columns that hold the figure where `score` is not there.
    other_scores: tuple[str, ...] = ()
    is_run: bool = False  # Epoch's own runs, not copies of a board


RUN_COLUMNS = Table(
    benchmark="",
    score="Best score (across scorers)",
    bare="fraction",
    model="model",
    task="task",
    date="started_at",
    date_means="evaluated",
    settings=(),
    is_run=True,
)


def _own(benchmark: str) -> Table:
    """A table of Epoch's own runs on one benchmark, as the public ZIP has them."""
    return Table(
        benchmark,
        "Best score (across scorers)",
        "fraction",
        date="Started at",
        date_means="evaluated",
        settings=(),
        other_scores=("mean_score",),
        is_run=True,
    )


# The public ZIP: file name without “.csv” → table of Epoch's own runs
OWN_RUNS = {
    "gpqa_diamond": _own("gpqa"),
    "math_level_5": _own("math-level-5"),
    "otis_mock_aime_2024_2025": _own("otis-mock-aime"),
    "swe_bench_verified": _own("swe-bench-verified"),
    "frontiermath": _own("frontiermath"),
    "frontiermath_tier_4": _own("frontiermath-tier-4"),
    "simpleqa_verified": _own("simpleqa-verified"),
}
# The public ZIP: what it calls tables that are listed below under another name
PUBLIC_NAMES = {
    "terminalbench": "terminal_bench",
    "metr_time_horizons": "metr",
    "arc_agi_1": "arc_agi",
    "simplebench": "simple_bench",
    "osworld": "os_world",
    "gso": "gso_bench",
    "video_mme": "videomme",
}
PUBLIC_SUBSET = "public set"  # shown to everybody, so never the benchmark's own protocol

# Epoch's name of a task → (benchmark, which part of it was run)
TASKS = {
    "GPQA diamond": ("gpqa", "Diamond"),
    "MATH level 5": ("math-level-5", ""),
    "OTIS Mock AIME 2024-2025": ("otis-mock-aime", ""),
    "SWE-Bench verified": ("swe-bench-verified", "Epoch scaffold"),
    "FrontierMath-2025-02-28-Private": ("frontiermath", "private set"),
    "FrontierMath-2025-02-28-Public": ("frontiermath", PUBLIC_SUBSET),
    "FrontierMath-Tier-4-2025-07-01-Private": ("frontiermath-tier-4", "private set"),
    "FrontierMath-Tier-4-2025-07-01-Public": ("frontiermath-tier-4", PUBLIC_SUBSET),
}

# file name without “external_benchmark_” and “.csv” → table
EXTERNAL = {
    "aider_polyglot": Table("aider-polyglot", "Percent correct", "percent", settings=("Edit format",)),
    "anli": Table("anli", "Score"),
    "arc_agi": Table("arc-agi", "Score"),
    "arc_ai2": Table("arc-c", "Challenge score"),
    "balrog": Table("balrog", "Average progress", date="Date added", date_means="recorded"),
    "bbh": Table("big-bench-hard", "Average"),
    "boolq": Table("boolq", "Score"),
    "cadeval": Table("cadeval", "Overall pass (%)"),
    "csqa2": Table("csqa2", "Score"),
    "cybench": Table("cybench", "Unguided % Solved"),
    "deepresearch": Table("deepresearch-bench", "Average score"),
    "factorio_learning_environment": Table("factorio-learning-environment", "Lab Success %"),
    "fictionlivebench": Table("fiction-livebench", "120k token score"),
    "geobench": Table("geobench", "ACW Avg Score", "own unit"),
    "gsm8k": Table("gsm8k", "EM"),
    "gso_bench": Table("gso-bench", "Score OPT@1"),
    "hellaswag": Table("hellaswag", "Overall accuracy"),
    "lambada": Table("lambada", "Score"),
    "lech_mazur_writing": Table("lech-mazur-writing", "Mean score", "own unit"),
    "livebench": Table("livebench", "Global average", "percent"),
    "mcbench": Table("mc-bench", "ELO", "own unit"),
    "metr": Table("metr-time-horizon", "Time horizon", "own unit"),
    "mmlu": Table("mmlu", "EM"),
    "openbookqa": Table("openbookqa", "Accuracy"),
    "os_world": Table("osworld", "Score", "percent", date="Date added", date_means="recorded"),
    "osuniverse": Table("osuniverse", "Weighted Score"),
    "piqa": Table("piqa", "Score"),
    "scienceqa": Table("scienceqa", "Score"),
    "simple_bench": Table("simple-bench", "Score (AVG@5)"),
    "superglue": Table("superglue", "Score"),
    "terminal_bench": Table("terminal-bench", "Accuracy mean"),
    "the_agent_company": Table("the-agent-company", "% Resolved", settings=("Model",)),
    "triviaqa": Table("triviaqa", "EM"),
    "videomme": Table("video-mme", "Overall (no subtitles)"),
    "vpct": Table("vpct", "Correct"),
    "webdevarena": Table("webdev-arena", "Arena Score", "own unit", date="Last updated"),
    "weirdml": Table("weirdml", "Accuracy"),
    "winogrande": Table("winogrande", "Accuracy"),
}
