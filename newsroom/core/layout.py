"""Finds out how a pasted table stands: which side names benchmarks, which models, where the head is.

Nothing is taken from a place alone. The side of the names is the one that holds names of ours;
a column belongs to a model because its head says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from newsroom.core import markup
from newsroom.core.name_index import Match, Named, NameIndex
from newsroom.core.score_text import looks_like_score, take_apart
from newsroom.core.table_text import Row, Table, UnreadableTable

MODEL, BENCHMARK = "model", "benchmark"
OTHER = {MODEL: BENCHMARK, BENCHMARK: MODEL}
HEADS_TRIED, COLUMNS_TRIED = 12, 10

NAME_HEADS = frozenset(
    [
        "benchmark",
        "benchmarks",
        "model",
        "models",
        "test",
        "tests",
        "eval",
        "evals",
        "evaluation",
        "evaluations",
        "task",
        "tasks",
        "dataset",
        "datasets",
        "name",
        "names",
        "system",
        "systems",
        "benchmarkname",
        "modelname",
    ]
)
CONTEXT_HEADS = frozenset(
    [
        "category",
        "categories",
        "domain",
        "area",
        "group",
        "type",
        "kind",
        "rank",
        "#",
        "no",
        "nr",
        "index",
        "source",
        "sources",
        "note",
        "notes",
        "comment",
        "comments",
        "date",
        "organization",
        "organisation",
        "org",
        "lab",
        "labs",
        "provider",
        "developer",
        "company",
        "license",
        "licence",
        "link",
        "url",
        "section",
        "topic",
    ]
)
SCORE_HEADS = frozenset(
    [
        "score",
        "scores",
        "result",
        "results",
        "value",
        "values",
        "accuracy",
        "acc",
        "%",
        "points",
        "point",
        "performance",
        "newscore",
        "percent",
        "rating",
        "number",
        "scorepercent",
        "elo",
        "mean",
        "average",
    ]
)
RUN_HEADS = frozenset(
    [
        "metric",
        "metrics",
        "setting",
        "settings",
        "shot",
        "shots",
        "mode",
        "effort",
        "reasoning",
        "reasoningeffort",
        "prompting",
        "prompt",
        "method",
        "variant",
        "tools",
        "nshot",
        "shotsn",
        "config",
        "configuration",
        "setup",
    ]
)


def head_word(text: str) -> str:
    """A head as one bare word, for the lists above."""
    plain = markup.without_dress(text).casefold()
    word = re.sub(r"[^\w#%]+", "", plain.replace("_", ""))
    return word if word in ("#", "%") else word.replace("%", "").replace("#", "")


@dataclass(frozen=True)
class Book:
    """The names of both kinds."""

    models: NameIndex
    benchmarks: NameIndex

    def of(self, kind: str) -> NameIndex:
        """The names of one kind."""
        return self.models if kind == MODEL else self.benchmarks

    def find(self, kind: str, text: str) -> Match:
        """What `text` means as a name of `kind`."""
        return self.of(kind).find(text)

    def knows(self, text: str) -> bool:
        """Whether `text` names a model or a benchmark."""
        return bool(self.models.row_of(text) or self.benchmarks.row_of(text))


@dataclass(frozen=True)
class Subject:
    """The one model or benchmark that a sheet is about."""

    kind: str
    row: Named


@dataclass(frozen=True)
class Layout:
    """How a table stands: `rows_are` the kind its rows name, in `name_column`, below row `head` (an index)."""

    rows_are: str
    name_column: int
    head: int | None

    @property
    def columns_are(self) -> str:
        """The kind that the head names."""
        return OTHER[self.rows_are]


class LayoutFinder:
    """Tries the ways in which a table can stand and keeps the one under which most of it means something."""

    def __init__(self, table: Table, book: Book, subject: Subject | None):
        self.table, self.book, self.subject = table, book, subject
        self.width = table.width
        self._scores: dict[str, bool] = {}

    def cell(self, row: Row, column: int) -> str:
        """The text of a cell, empty where the row is shorter."""
        return row.cells[column] if column < len(row.cells) else ""

    def is_score(self, text: str) -> bool:
        """Whether the cell tries to be a score; a name of ours never does."""
        if text not in self._scores:
            self._scores[text] = bool(text.strip()) and looks_like_score(text)
        return self._scores[text]

    def named(self, kind: str, text: str) -> Named | None:
        """The row of ours that a cell names, scores and blanks apart."""
        if not text.strip() or self.is_score(text):
            return None
        return self.book.of(kind).row_of(text)

    def find(self) -> Layout:
        """The layout. Raises UnreadableTable where none is found."""
        kinds = [OTHER[self.subject.kind], self.subject.kind] if self.subject else [BENCHMARK, MODEL]
        best: tuple | None = None
        chosen: Layout | None = None
        for kind in kinds:
            for column in self._name_columns(kind):
                for head in self._heads(kind, column):
                    layout = Layout(kind, column, head)
                    worth = self._worth(layout)
                    if worth is not None and (best is None or worth > best):
                        best, chosen = worth, layout
        if chosen is None:
            raise UnreadableTable(
                "No column of the pasted text holds numbers beside names. Paste names and scores side by side."
            )
        return chosen

    # --- what is tried ----------------------------------------------------------------------

    @cached_property
    def _known(self) -> dict[str, list[list[bool]]]:
        return {
            kind: [
                [self.named(kind, self.cell(row, j)) is not None for j in range(self.width)] for row in self.table.rows
            ]
            for kind in (MODEL, BENCHMARK)
        }

    def _name_columns(self, kind: str) -> list[int]:
        """Columns that may name the rows: those with known names, else those of words."""
        counts = [sum(known[j] for known in self._known[kind]) for j in range(self.width)]
        known = sorted((j for j in range(self.width) if counts[j]), key=lambda j: -counts[j])
        words = [j for j in range(self.width) if j not in known and self._is_wordy(j)]
        return [*known[:COLUMNS_TRIED], *words[:COLUMNS_TRIED]]

    def _is_wordy(self, column: int) -> bool:
        cells = [text for row in self.table.rows if (text := self.cell(row, column)).strip()]
        return bool(cells) and 2 * sum(not self.is_score(text) for text in cells) > len(cells)

    def _heads(self, kind: str, column: int) -> Iterable[int | None]:
        """Rows that may be the head over `column`: those that name the other kind, or the last row of words."""
        other = self._known[OTHER[kind]]
        found = [
            index
            for index, known in enumerate(other)
            if any(known[j] for j in range(self.width) if j != column) and not self._known[kind][index][column]
        ]
        words = self._head_of_words(kind, column)
        return list(dict.fromkeys([*found[:HEADS_TRIED], words]))

    def _head_of_words(self, kind: str, column: int) -> int | None:
        """The last row of words above the first score, if it is no row of data; None without a head."""
        found = None
        for index, row in enumerate(self.table.rows):
            others = [text for j in range(self.width) if j != column and (text := self.cell(row, j)).strip()]
            says_head = head_word(self.cell(row, column)) in NAME_HEADS
            if any(map(self.is_score, others)) and not says_head:
                break
            if others and not self._known[kind][index][column]:
                found = index
            if says_head:
                break
        return found if found is not None and found + 1 < len(self.table.rows) else None

    # --- what it is worth ------------------------------------------------------------------------

    def _worth(self, layout: Layout) -> tuple | None:
        """How much of the table means something under `layout`, best first; None if no score does."""
        kind, column = layout.rows_are, layout.name_column
        head = self.table.rows[layout.head] if layout.head is not None else None
        heads = [head is not None and self._known[layout.columns_are][layout.head][j] for j in range(self.width)]
        single = self.subject is not None and layout.columns_are == self.subject.kind and not any(heads)
        both = one = 0
        names = set()
        start = 0 if layout.head is None else layout.head + 1
        for index in range(start, len(self.table.rows)):
            row = self.table.rows[index]
            known = self._known[kind][index][column]
            scored = [j for j in range(self.width) if j != column and self.is_score(self.cell(row, j))]
            whole = sum(known and heads[j] for j in scored)
            both += whole or bool(single and known and any(j > column for j in scored))
            one += sum(
                known or heads[j] or (single and j > column and bool(self.cell(row, column).strip())) for j in scored
            )
            if known and scored:
                names.add(self.book.find(kind, self.cell(row, column)).row.pk)
        if not one:
            return None
        corner = head_word(self.cell(head, column)) if head else ""
        hint = 2 * (corner in NAME_HEADS) - (corner in CONTEXT_HEADS or corner in RUN_HEADS)
        return both, len(names), any(heads), hint, one, column, -(layout.head or 0)


def names_without_scores(finder: LayoutFinder, layout: Layout) -> list[Named]:
    """Rows of the columns' kind that titles, heads and section lines name: lines without any score."""
    found = []
    for row in finder.table.rows:
        if not any(map(finder.is_score, row.cells)):
            found += [named for text in row.cells if (named := finder.named(layout.columns_are, text))]
    return found


def says_value(text: str) -> bool:
    """Whether a cell holds a number, not only a word for no value."""
    try:
        return take_apart(text) is not None
    except ValueError:
        return bool(text.strip())
