"""A few names for tests of the table reader; nothing is stored.

models      GPT-5, GPT-5 mini, o3, Grok 4, Kimi K2, Qwen2.5 7B, 通义千问, 文心一言
benchmarks  MMLU, MMLU-Pro, GPQA Diamond (slug gpqa), MATH, AIME 2025, τ-bench airline, τ²-bench airline,
            LiveBench (release 2024-11-25) (slug livebench), Terminal-Bench 1 (slug terminal-bench),
            LiveCodeBench: percent; Arena (Elo), Time horizon (minutes), Run cost (USD)
categories  Math, Coding
"""

from __future__ import annotations

from newsroom.core.layout import BENCHMARK, MODEL, Book, Subject
from newsroom.core.name_index import Named, NameIndex, name_key
from newsroom.core.reading import SCORE, Reading, read_text

MODELS = {
    "gpt-5": "GPT-5",
    "gpt-5-mini": "GPT-5 mini",
    "o3": "o3",
    "grok-4": "Grok 4",
    "kimi-k2": "Kimi K2",
    "qwen-2-5-7b": "Qwen2.5 7B",
    "tongyi": "通义千问",
    "ernie": "文心一言",
}
BENCHMARKS = {
    "mmlu": ("MMLU", "percent"),
    "mmlu-pro": ("MMLU-Pro", "percent"),
    "gpqa": ("GPQA Diamond", "percent"),
    "math": ("MATH", "percent"),
    "aime-2025": ("AIME 2025", "percent"),
    "tau-airline": ("τ-bench airline", "percent"),
    "tau2-airline": ("τ²-bench airline", "percent"),
    "livebench": ("LiveBench (release 2024-11-25)", "percent"),
    "terminal-bench": ("Terminal-Bench 1", "percent"),
    "livecodebench": ("LiveCodeBench", "percent"),
    "arena": ("Arena", "elo"),
    "horizon": ("Time horizon", "minutes"),
    "run-cost": ("Run cost", "usd"),
}


def make_book(answers: dict | None = None) -> Book:
    """The names above; `answers` as an editor's, by kind."""
    models = {pk: Named(pk, slug, name) for pk, (slug, name) in enumerate(MODELS.items(), start=1)}
    benchmarks = {
        pk: Named(pk, slug, name, unit) for pk, (slug, (name, unit)) in enumerate(BENCHMARKS.items(), start=1)
    }
    categories = frozenset({name_key("Math"), name_key("Coding")})
    given = answers or {}
    return Book(
        NameIndex("model", models).answered(given.get(MODEL, {})),
        NameIndex("benchmark", benchmarks, categories).answered(given.get(BENCHMARK, {})),
    )


BOOK = make_book()


def subject(slug: str) -> Subject:
    """The model or benchmark with this slug, as a sheet is about it."""
    for kind in (MODEL, BENCHMARK):
        for row in BOOK.of(kind).rows.values():
            if row.slug == slug:
                return Subject(kind, row)
    raise KeyError(slug)


def read(text: str, about: str = "", sign: str = "") -> Reading:
    """`text` read on a sheet about the row with slug `about`, or as a whole table."""
    return read_text(text, BOOK, subject(about) if about else None, sign)


def scores(text: str, about: str = "", sign: str = "") -> dict[tuple[str, ...], str]:
    """What `text` gives: (model, benchmark), with words of the run where there are some, to the score."""
    found = {}
    for cell in read(text, about, sign).cells:
        if cell.outcome == SCORE:
            key = (cell.model.slug, cell.benchmark.slug, *([cell.run.text] if cell.run else []))
            assert key not in found, "one score from two cells"
            found[key] = f"{cell.score:f}"
    return found


def why_not(text: str, about: str = "") -> str:
    """Every sentence about cells that became no score, in one text."""
    return " | ".join(cell.message for cell in read(text, about).cells if cell.outcome != SCORE)
