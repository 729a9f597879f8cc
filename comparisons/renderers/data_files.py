"""What the data page offers: the twins of boards, patterns of the others, and its Dataset JSON-LD."""

from __future__ import annotations

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from comparisons.renderers.structured_data import dataset

BOARD_TWINS = (
    ("CSV", "comparisons:leaderboard_csv", "text/csv"),
    ("JSON", "comparisons:leaderboard_json", "application/json"),
    ("Markdown", "comparisons:leaderboard_md", "text/markdown"),
)
PATTERNS = (
    (
        "A pair",
        ("/compare/A-vs-B.json", "/compare/A-vs-B.md"),
        "The verdict with its claims, every result, every fact.",
    ),
    (
        "A model",
        ("/models/SLUG.json", "/models/SLUG.md"),
        "Facts, standing with its sum, every reported result, prices.",
    ),
    (
        "A benchmark",
        ("/benchmarks/SLUG.json", "/benchmarks/SLUG.md"),
        "Scale, par and spread, every result with settings.",
    ),
    ("A category", ("/categories/SLUG.json", "/categories/SLUG.md"), "The category’s board."),
    ("A lab", ("/labs/SLUG.json", "/labs/SLUG.md"), "The board of one lab’s models."),
)


def downloads() -> list[dict]:
    """Rows of the download table: {what, links: list of {href or None, text}, holds}."""
    board = [{"href": path, "text": text} for text, path, _ in _board_files()]
    listed = [
        {
            "what": "The whole leaderboard",
            "links": board,
            "holds": "Every model with score, interval, rank range, price.",
        }
    ]
    for what, patterns, holds in PATTERNS:
        listed.append({"what": what, "links": [{"href": None, "text": text} for text in patterns], "holds": holds})
    return listed


def data_set(description: str) -> dict:
    """JSON-LD of the data page."""
    return dataset(
        name=f"{settings.SITE_NAME}: language models, benchmark results, prices and standings",
        description=description,
        path="/data/",
        downloads=[(media_type, path) for _, path, media_type in _board_files()],
    )


def _board_files() -> list[tuple[str, str, str]]:
    found = []
    for text, name, media_type in BOARD_TWINS:
        try:
            found.append((text, reverse(name), media_type))
        except NoReverseMatch:
            continue
    return found
