"""Markdown twins of boards: the texts of the page, uncut."""

from __future__ import annotations

from comparisons.boards.leaderboard import LeaderboardPage
from comparisons.boards.rows import BoardLine
from comparisons.pages.base import absolute
from comparisons.renderers.markdown import bullets, document, escape, link, since_blocks, table
from models_catalog.core import display


def board_markdown(page: LeaderboardPage) -> str:
    """The board with its finding, all models with a place, and those without with what they lack."""
    found = page.board
    if found is None:
        return document([f"# {escape(page.title)}", escape(page.basis)])
    heads = ["Rank", "Range", "Model", "Lab", escape(page.score_head), "±", "Evidence"]
    heads += [escape(column.name) for column in found.columns]
    heads += ["USD in / out per 1M tokens", "Context, tokens"]
    numbers = [0, 1, 4, 5, *range(7, len(heads))]
    parts = [
        f"# {escape(page.title)}",
        escape(page.basis),
        escape(found.lane_note) + f" Computed {display.date(found.context.computed_at.date())}.",
    ]
    if found.filters.own_weights:
        parts.append(f"Your weights: {escape(found.filters.own_weights)}")
    parts += since_blocks(found.as_of)
    if found.lines:
        graded = found.category is None
        parts.append(table(heads, (_row(line, graded) for line in found.lines), numbers))
    if found.tracked:
        parts += [f"## {escape(page.tracked_title)}", escape(page.tracked_lead)]
        parts.append(bullets(_tracked(line) for line in found.tracked))
    parts.append(f"Source: {link(page.title, absolute(page.path))}")
    return document(parts)


def _row(line: BoardLine, graded: bool) -> list[str]:
    evidence = f"{line.grade_text}, {line.results_text}" if graded else line.results_text
    return [
        line.place_text,
        line.range_text,
        link(line.name, absolute(line.href)),
        escape(line.maker),
        line.score_text,
        line.margin_text.removeprefix("± "),
        escape(evidence),
        *line.cells,
        escape(line.price_text),
        line.context_text,
    ]


def _tracked(line: BoardLine) -> str:
    score = f", about {line.score_text} {line.margin_text}" if line.score is not None else ""
    return f"{link(line.name, absolute(line.href))} ({escape(line.maker)}){score}: {escape('; '.join(line.lacks))}"
