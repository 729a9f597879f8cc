"""What each column of a pasted table is: scores of one row of ours, words about the run, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models_catalog.core.display import listed
from newsroom.core import markup
from newsroom.core.layout import (
    CONTEXT_HEADS,
    RUN_HEADS,
    SCORE_HEADS,
    Layout,
    LayoutFinder,
    Subject,
    head_word,
    names_without_scores,
    says_value,
)
from newsroom.core.name_index import Named
from newsroom.core.run_words import NO_WORDS, RunWords, read_run_words
from newsroom.core.table_text import Row, UnreadableTable


@dataclass(frozen=True)
class Column:
    """One column: whose scores it holds (`row`), or why it holds none (`problem`)."""

    index: int
    head: str
    row: Named | None = None
    run: RunWords = NO_WORDS
    problem: str = ""
    is_run: bool = False
    is_unknown: bool = False  # a name could be mapped

    @property
    def is_value(self) -> bool:
        """Whether the column's cells become scores."""
        return self.row is not None and not self.problem


def columns_of(
    finder: LayoutFinder, layout: Layout, subject: Subject | None, body: Sequence[Row]
) -> tuple[list[Column], int]:
    """The columns, and how many rows below the head belong to it. Raises UnreadableTable."""
    head = finder.table.rows[layout.head] if layout.head is not None else None
    second = _second_head(finder, layout, body[0]) if head is not None and len(body) > 1 else None
    names = _merged(finder, head, layout, second) if second else None
    columns = []
    for index in range(finder.width):
        text = (names[index] if names else finder.cell(head, index)) if head is not None else ""
        columns.append(_column(finder, layout, index, text, body))
    if second:
        columns = [_with_second(column, finder.cell(second, column.index)) for column in columns]
    columns = _of_subject(finder, layout, subject, columns, body)
    return columns, 1 if second else 0


def _second_head(finder: LayoutFinder, layout: Layout, row: Row) -> Row | None:
    """The row below the head if it only says how the columns' runs differ: “high | low”, “no tools | tools”."""
    texts = [text for index, text in enumerate(row.cells) if index != layout.name_column and text.strip()]
    name = finder.cell(row, layout.name_column).strip()
    unnamed = not name or name == finder.cell(finder.table.rows[layout.head], layout.name_column).strip()
    return row if unnamed and texts and all(read_run_words(text) is not None for text in texts) else None


def _merged(finder: LayoutFinder, head: Row, layout: Layout, second: Row) -> list[str]:
    """Heads with merged ones written out over the columns that the second head tells apart."""
    names, last = [], ""
    for index in range(finder.width):
        text = finder.cell(head, index)
        if text.strip():
            last = "" if index == layout.name_column else text
        elif finder.cell(second, index).strip():
            text = last
        names.append(text)
    return names


def _with_second(column: Column, text: str) -> Column:
    run = read_run_words(text) if text.strip() else None
    return replace(column, run=column.run.and_then(run), head=f"{column.head} {text}".strip()) if run else column


def _column(finder: LayoutFinder, layout: Layout, index: int, text: str, body: Sequence[Row]) -> Column:
    """A column by its head alone."""
    if index == layout.name_column:
        return Column(index, text, problem="Holds the names.")
    word = head_word(text)
    match = finder.book.find(layout.columns_are, text) if text.strip() and not finder.is_score(text) else None
    if match and match.row:
        return Column(index, text, match.row, match.run)
    if word in RUN_HEADS or (index > layout.name_column and not text.strip() and _says_runs(finder, index, body)):
        return Column(index, text, is_run=True, problem="Says how the row's scores were made.")
    if word in CONTEXT_HEADS or (index < layout.name_column and not text.strip()):
        return Column(index, text, problem=f"The column {_shown(text)} names no {layout.columns_are}.")
    if match and match.left_out:
        return Column(index, text, problem=match.problem)
    problem = match.problem if match else f"The column {_shown(text)} names no {layout.columns_are}."
    return Column(index, text, problem=problem, is_unknown=bool(match))


def _shown(text: str) -> str:
    return f"“{markup.without_dress(text)[:60]}”" if text.strip() else "without a head"


def _says_runs(finder: LayoutFinder, index: int, body: Sequence[Row]) -> bool:
    texts = [text for row in body if (text := finder.cell(row, index)).strip()]
    return bool(texts) and all(not finder.is_score(text) and read_run_words(text) is not None for text in texts)


def _of_subject(
    finder: LayoutFinder, layout: Layout, subject: Subject | None, columns: list[Column], body: Sequence[Row]
) -> list[Column]:
    """The columns of a sheet about one row: its own taken, those of others left out with the reason."""
    if subject is None or subject.kind != layout.columns_are:
        if not any(column.row or column.is_unknown for column in columns):
            kind = layout.columns_are
            raise UnreadableTable(f"No column is headed with a {kind}. Head the columns with the names of {kind}s.")
        return _without_equal_heads(columns)
    own = [column for column in columns if column.row and column.row.pk == subject.row.pk]
    if own:
        columns = [_left_to_subject(column, subject) for column in columns]
        return _without_equal_heads(columns)
    return _headless(finder, layout, subject, columns, body)


def _left_to_subject(column: Column, subject: Subject) -> Column:
    if column.row and column.row.pk != subject.row.pk:
        problem = f"The column is headed with {column.row.name}; the sheet is about {subject.row.name}."
        return replace(column, problem=problem)
    if column.is_unknown:
        problem = f"The column is headed {_shown(column.head)}; the sheet is about {subject.row.name}."
        return replace(column, is_unknown=False, problem=problem)
    return column


def _without_equal_heads(columns: list[Column]) -> list[Column]:
    seen: dict[tuple, Column] = {}
    for column in columns:
        if not column.is_value:
            continue
        earlier = seen.setdefault((column.row.pk, column.run.variant, column.run.method), column)
        if earlier is not column:
            raise UnreadableTable(f"Two columns are headed {_shown(column.head)}. Keep one, or say how they differ.")
    return columns


def _headless(
    finder: LayoutFinder, layout: Layout, subject: Subject, columns: list[Column], body: Sequence[Row]
) -> list[Column]:
    """The one column of scores of a table whose head does not name the subject: never one headed with another name."""
    others = [row for row in names_without_scores(finder, layout) if row.pk != subject.row.pk]
    others += [column.row for column in columns if column.row]
    filled = [
        column
        for column in columns
        if column.index != layout.name_column and not column.is_run and _holds_scores(finder, column.index, body)
    ]
    right = [column for column in filled if column.index > layout.name_column and not _is_context(column)]
    if others:
        names = listed(dict.fromkeys(f"“{row.name}”" for row in others))
        raise UnreadableTable(
            f"The table is headed {names}, and no column like {subject.row.name}. Head its column so."
        )
    if not right:
        raise UnreadableTable(
            "No column of the pasted text holds numbers right of the names. Paste names and scores side by side."
        )
    if len(right) > 1:
        said = (
            ", ".join(_shown(column.head) for column in right) if layout.head is not None else f"{len(right)} columns"
        )
        raise UnreadableTable(
            f"The table has several columns of numbers ({said}) and none is headed like {subject.row.name}. "
            "Head the right one so, or paste only the names and that column."
        )
    [taken] = right
    run = _generic_head(taken.head)
    if run is None:
        raise UnreadableTable(
            f"The column of numbers is headed {_shown(taken.head)}, which is not {subject.row.name}. Head it so, or "
            "leave the head out."
        )
    return [
        Column(column.index, column.head, subject.row, run.and_then(column.run))
        if column is taken
        else replace(column, is_unknown=False, problem=column.problem or "Holds no scores of the sheet.")
        for column in columns
    ]


def _is_context(column: Column) -> bool:
    return head_word(column.head) in CONTEXT_HEADS


def _generic_head(text: str) -> RunWords | None:
    """What a head such as “Score”, “pass@1” or none at all says of the run; None for a head that names something."""
    word = head_word(text)
    if not word or word in SCORE_HEADS:
        return RunWords()
    return read_run_words(markup.without_dress(text))


def _holds_scores(finder: LayoutFinder, index: int, body: Iterable[Row]) -> bool:
    return any(finder.is_score(text) and says_value(text) for row in body if (text := finder.cell(row, index)))


def head_again(finder: LayoutFinder, layout: Layout, subject: Subject | None, row: Row) -> list[Column] | None:
    """The columns from here on if `row` is another head inside the table, or None."""
    if layout.head is None or finder.named(layout.rows_are, finder.cell(row, layout.name_column)):
        return None
    texts = [finder.cell(row, index) for index in range(finder.width) if index != layout.name_column]
    if any(map(finder.is_score, texts)) or not any(finder.named(layout.columns_are, text) for text in texts):
        return None
    columns = [_column(finder, layout, index, finder.cell(row, index), ()) for index in range(finder.width)]
    if subject is not None and subject.kind == layout.columns_are:
        columns = [_left_to_subject(column, subject) for column in columns]
    return _without_equal_heads(columns)
