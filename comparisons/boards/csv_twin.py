"""`/leaderboard.csv`: a whole board as a table for spreadsheets, numbers in full precision."""

from __future__ import annotations

import csv
import io

from comparisons.boards.json_twin import board_document
from comparisons.boards.leaderboard import LeaderboardPage

CONTENT_TYPE = "text/csv; charset=utf-8"
COLUMNS = (
    "rank",
    "rank_best",
    "rank_worst",
    "slug",
    "name",
    "lab",
    "score",
    "low",
    "high",
    "grade",
    "results",
    "context_window",
    "open_weights",
    "reasoning",
    "status",
    "release_date",
)
PRICE_COLUMNS = ("input", "output", "blended", "provider")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def board_csv(page: LeaderboardPage) -> str:
    """Header and one row a model; an empty cell means not known, never zero."""
    document = board_document(page)
    categories = [category.slug for category in page.board.context.categories] if page.board else []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [*COLUMNS, *(f"price_{name}" for name in PRICE_COLUMNS), *(f"score_{slug}" for slug in categories), "lacks"]
    )
    for model in document["models"]:
        price = model["price"] or {}
        cells = [
            *(model[name] for name in COLUMNS),
            *(price.get(name) for name in PRICE_COLUMNS),
            *(model["categories"][slug] for slug in categories),
            "; ".join(model["lacks"]),
        ]
        writer.writerow([cell(value) for value in cells])
    return out.getvalue()


def cell(value: object) -> object:
    """A value for a spreadsheet: unknown is empty, and no text is taken for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
