"""The home page: what this site is, a picker, the top of the board, what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from comparisons import standing_store
from comparisons.boards import board
from comparisons.boards.board import Board
from comparisons.boards.filters import BoardFilters
from comparisons.core.method_words import said, words
from comparisons.pages.base import PageMeta, absolute
from comparisons.pairs import picker
from models_catalog import directory
from models_catalog.core import display

TOP = 8

PRINCIPLES = (
    (
        "What decides is said",
        "Scores use every counting result of a model, measured against par; how many benchmarks two models share "
        "stands beside them. Nothing is subtracted across different tests.",
        None,
    ),
    ("Missing is missing", "Never zero, never a tie. “Not measured” is an answer.", None),
    (
        "One rule for a tie",
        "Clear from {clear}, likely from {likely}, below that too close to call. Words, colours and ranks follow it.",
        None,
    ),
    (
        "Every number has its source",
        "Who measured it, when, under which settings.",
        {"href": "/methodology/", "text": "Methodology"},
    ),
)


@dataclass(frozen=True)
class HomePage:
    """Everything the home page says. `changes` are timeline entries, newest first; may be empty."""

    board: Board | None
    results: int  # valid results in the catalogue
    changes: tuple[dict, ...]
    examples: tuple[dict, ...]
    meta: PageMeta

    @property
    def picker(self) -> dict:
        """The two-field picker."""
        return picker.picker_form(picker.empty_slots(), names=[line.name for line in self.top[:2]])

    @property
    def numbers(self) -> list[dict]:
        """What the catalogue holds."""
        models = list(self.board.field.values()) if self.board else []
        benchmarks = len(self.board.context.benchmarks) if self.board else 0
        counted = (
            (len(models), "model"),
            (benchmarks, "benchmark"),
            (self.results, "result"),
            (len({entry.model.lab for entry in models}), "lab"),
        )
        return [
            {"label": noun if number == 1 else f"{noun}s", "text": display.count(number)} for number, noun in counted
        ]

    @property
    def top(self) -> tuple:
        """The first lines of the leaderboard."""
        return self.board.lines if self.board else ()

    @property
    def top_lead(self) -> str:
        """What the first places are worth."""
        first = sum(entry.best == 1 for entry in self.board.field.values())
        between = "held by one model" if first == 1 else f"open between {display.count(first)} models"
        return f"{self.board.lane_label} lane, overall score with its {words()['interval']} interval. The first place is {between}."

    @property
    def all_ranked(self) -> str:
        """The link to the whole board."""
        return f"All {display.count(self.board.places)} ranked models"

    @property
    def awaiting(self) -> str:
        """How many models have no rank yet, and what the newest of them is called; empty where all have one."""
        waiting = [entry.model for entry in self.board.field.values() if not entry.ranked]
        if not waiting:
            return ""
        newest = max(waiting, key=lambda model: (model.release_date or dt.date.min, model.slug))
        what = display.counted(len(waiting), "more model")
        return f"{what} await{'s' if len(waiting) == 1 else ''} evidence, the newest {newest.name}"

    @property
    def principles(self) -> list[dict]:
        """The rules of the house."""
        return [{"title": title, "text": said(text), "link": link} for title, text, link in PRINCIPLES]


def load_home(*, today: dt.date, changes: Sequence[dict] = ()) -> HomePage:
    """The home page. At most four queries: standings, prices, the number of results, and once the fit."""
    try:
        found = board.load_board(BoardFilters(), path="/leaderboard/", today=today, most=TOP, below=0)
    except standing_store.NoStandings:
        found = None
    meta = PageMeta(
        title="Compare language models side by side",
        description="Compare language models side by side. Every sentence is a fact you can check.",
        canonical=absolute("/"),
    )
    examples = picker.example_pairs(found.field.values()) if found else ()
    return HomePage(found, directory.result_count(), tuple(changes), examples, meta)
