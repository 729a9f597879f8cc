"""Reads a pasted table cell by cell: what each became, or the sentence that refuses it.

Every cell that is not blank has an answer; nothing disappears and nothing is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from models_catalog.core.numbers import POINT
from models_catalog.core.setting_words import NOT_SAID
from newsroom.core import columns as heads
from newsroom.core.columns import Column
from newsroom.core.layout import BENCHMARK, MODEL, Book, Layout, LayoutFinder, Subject
from newsroom.core.name_index import Named
from newsroom.core.run_words import NO_WORDS, RunWords, read_run_words
from newsroom.core.score_text import UnreadableScore, shortened, sign_of_column, take_apart, unit_problem, value_of
from newsroom.core.table_text import EXACT, WIDER, NumberCell, Row, Table, UnreadableTable, split_table

SCORE, EMPTY, LEFT_OUT, UNKNOWN, REFUSED = "score", "empty", "left out", "unknown", "refused"
FAR_MORE_DECIMALS = 2


@dataclass(frozen=True)
class ReadCell:
    """A pasted cell with its row and column name as typed, and what it became."""

    line: int
    row: str
    column: str
    text: str
    outcome: str
    message: str = ""
    model: Named | None = None
    benchmark: Named | None = None
    score: Decimal | None = None
    run: RunWords = NO_WORDS
    remarks: tuple[str, ...] = ()
    unknown_kind: str = ""  # which side is not known
    unknown_name: str = ""  # and what stands there
    turned: bool = False  # the rows name models

    @property
    def where(self) -> str:
        """The place in words."""
        return f"line {self.line}"


@dataclass(frozen=True)
class Reading:
    """Everything a pasted text became, and how the table was taken to stand."""

    cells: tuple[ReadCell, ...]
    notes: tuple[str, ...] = ()
    refusal: str = ""  # why no cell of the table could be placed
    unknown: tuple[tuple[str, str, tuple[Named, ...]], ...] = field(default=())  # kind, name, suggestions

    @property
    def scores(self) -> list[ReadCell]:
        """The cells that became scores."""
        return [cell for cell in self.cells if cell.outcome == SCORE]


def read_text(text: str, book: Book, subject: Subject | None = None, sign: str = "") -> Reading:
    """Read a pasted text about `subject`, or a whole table of both kinds without one.

    `sign` is the decimal sign where an editor said so.
    """
    try:
        table = split_table(text, book.knows)
    except UnreadableTable as error:
        return Reading((ReadCell(1, "", "", shortened(text), REFUSED, str(error)),), refusal=str(error))
    return read_table(table, book, subject, sign)


def read_table(table: Table, book: Book, subject: Subject | None = None, sign: str = "") -> Reading:
    """Read rows of cells, as `read_text`."""
    if not table.rows:
        return Reading((), table.notes)
    try:
        return _Reader(table, book, subject, sign).read()
    except UnreadableTable as error:
        return Reading(tuple(_all_refused(table, str(error))), table.notes, str(error))


def _all_refused(table: Table, sentence: str) -> Iterable[ReadCell]:
    head = table.rows[0]
    for row in table.rows:
        name = next((text for text in row.cells if text.strip()), "")
        for index, text in enumerate(row.cells):
            if text.strip():
                column = head.cells[index] if index < len(head.cells) else ""
                yield ReadCell(row.line, name, column, text, REFUSED, sentence)


class _Reader:
    """One table while it is read."""

    def __init__(self, table: Table, book: Book, subject: Subject | None, sign: str):
        self.table, self.book, self.subject, self.sign = table, book, subject, sign
        self.finder = LayoutFinder(table, book, subject)
        self.layout: Layout = self.finder.find()
        self.columns: list[Column] = []
        self.signs: dict[int, str] = {}
        self.name_above = ""

    def read(self) -> Reading:
        start = 0 if self.layout.head is None else self.layout.head + 1
        rows = list(self.table.rows)
        self.columns, below = heads.columns_of(self.finder, self.layout, self.subject, rows[start:])
        self._check_widths(rows[start:])
        cells = [*self._above(rows[:start])]
        body = rows[start + below :]
        self.signs = {
            column.index: self.sign or sign_of_column(self._evidence(body, column.index))
            for column in self.columns
            if column.is_value
        }
        for row in body:
            cells.extend(self._row(row))
        cells = _without_doubles(_with_decimal_warnings(cells))
        return Reading(tuple(cells), self.table.notes, unknown=self._unknown(cells))

    def _evidence(self, body: Iterable[Row], index: int) -> list[str]:
        texts = (self.finder.cell(row, index) for row in body)
        return [text for text in texts if text.strip() and not isinstance(text, NumberCell)]

    def _check_widths(self, body: Iterable[Row]) -> None:
        """Refuse the table where a row without quotes has more cells than the head: its commas are not all marks."""
        if self.table.widths != WIDER:
            return
        first = self.table.rows[self.layout.head or 0]
        for row in body:
            if len(row.cells) != len(first.cells) and (len(row.cells) > len(first.cells) or self.layout.head is None):
                raise UnreadableTable(
                    f"Line {row.line} has {len(row.cells)} cells, line {first.line} has {len(first.cells)}: some commas "
                    "may be decimal ones. Paste from the spreadsheet itself, or put quotes around such cells."
                )

    def _above(self, rows: Iterable[Row]) -> Iterable[ReadCell]:
        """Title rows above the head: shown, never read."""
        for row in list(rows)[:-1]:
            for text in row.cells:
                if text.strip():
                    yield ReadCell(row.line, "", "", text, LEFT_OUT, "Stands above the head of the table.")

    # --- rows ------------------------------------------------------------------------------------

    def _row(self, row: Row) -> list[ReadCell]:
        if (again := heads.head_again(self.finder, self.layout, self.subject, row)) is not None:
            self.columns = again
            return []
        name = self.finder.cell(row, self.layout.name_column)
        if problem := self._width_problem(row):
            return [
                ReadCell(row.line, name, self._head(index), text, REFUSED, problem)
                for index, text in enumerate(row.cells)
                if index != self.layout.name_column and text.strip()
            ]
        try:
            run = self._run_of_row(row)
        except UnreadableScore as error:
            return self._refused(row, name, str(error))
        name = self._name_or_above(row, name, bool(run))
        if not name.strip():
            return self._refused(row, "", "The row has no name.")
        read = [self._cell(row, column, name, run) for column in self._filled(row)]
        if not read:
            return [ReadCell(row.line, name, "", "", LEFT_OUT, "No score stands beside this name.")]
        return read

    def _filled(self, row: Row) -> list[Column]:
        """Columns apart from that of the names in which the row holds something."""
        return [
            column
            for column in self.columns
            if column.index != self.layout.name_column and self.finder.cell(row, column.index).strip()
        ]

    def _refused(self, row: Row, name: str, message: str) -> list[ReadCell]:
        return [
            ReadCell(row.line, name, column.head, self.finder.cell(row, column.index), REFUSED, message)
            for column in self._filled(row)
        ]

    def _head(self, index: int) -> str:
        return self.columns[index].head if index < len(self.columns) else ""

    def _width_problem(self, row: Row) -> str:
        if self.layout.head is None:
            return ""
        head = self.table.rows[self.layout.head]
        beyond = any(text.strip() for text in row.cells[len(head.cells) :])
        uneven = self.table.widths == EXACT and len(row.cells) not in (1, len(head.cells))
        if not beyond and not uneven:
            return ""
        return f"Line {row.line} has {len(row.cells)} cells, the head {len(head.cells)}: which belongs where cannot be told."

    def _run_of_row(self, row: Row) -> RunWords:
        """What columns such as “Setting” or “Shots” say of the row's run. Raises UnreadableScore."""
        run = RunWords()
        for column in self.columns:
            text = self.finder.cell(row, column.index)
            if not column.is_run or not text.strip():
                continue
            words = f"{text.strip()}-shot" if text.strip().isdigit() and "shot" in column.head.casefold() else text
            found = read_run_words(words)
            if found is None:
                raise UnreadableScore(f"“{shortened(text)}” in the column “{column.head}” is not understood.")
            run = run.and_then(found)
        return run

    def _name_or_above(self, row: Row, name: str, says_run: bool) -> str:
        """The row's name; one merged over several runs of the same benchmark carries on."""
        if name.strip():
            self.name_above = name
            return name
        return self.name_above if says_run else ""

    # --- cells -----------------------------------------------------------------------------------

    def _cell(self, row: Row, column: Column, name: str, run: RunWords) -> ReadCell:
        text = self.finder.cell(row, column.index)
        cell = ReadCell(row.line, name, column.head, text, REFUSED)
        if column.is_run:
            return replace(cell, outcome=LEFT_OUT, message="Says how the row's scores were made.")
        if column.problem:
            outcome = UNKNOWN if column.is_unknown else LEFT_OUT
            return replace(cell, outcome=outcome, message=column.problem, **self._unknown_side(True, column.head))
        match = self.book.find(self.layout.rows_are, name)
        if match.row is None:
            outcome = LEFT_OUT if match.left_out else UNKNOWN
            return replace(cell, outcome=outcome, message=match.problem, **self._unknown_side(False, name))
        if self.subject and self.subject.kind == self.layout.rows_are and match.row.pk != self.subject.row.pk:
            message = f"The row is about {match.row.name}, not about {self.subject.row.name}."
            return replace(cell, outcome=LEFT_OUT, message=message)
        sides = {self.layout.rows_are: match.row, self.layout.columns_are: column.row}
        cell = replace(cell, model=sides[MODEL], benchmark=sides[BENCHMARK], turned=self.layout.rows_are == MODEL)
        return self._with_score(cell, column, match.run.and_then(column.run).and_then(run), match.run.effort)

    def _unknown_side(self, is_column: bool, name: str) -> dict[str, str]:
        kind = self.layout.columns_are if is_column else self.layout.rows_are
        return {"unknown_kind": kind, "unknown_name": name.strip()}

    def _with_score(self, cell: ReadCell, column: Column, run: RunWords, effort_of_row: int) -> ReadCell:
        try:
            parts = take_apart(cell.text)
            if parts is None:
                return replace(cell, outcome=EMPTY, message="No value.")
            if len({effort_of_row, column.run.effort, parts.run.effort} - {NOT_SAID}) > 1:
                raise UnreadableScore(f"“{shortened(cell.text)}” is given two efforts: {run.and_then(parts.run).text}.")
            exact = isinstance(cell.text, NumberCell)
            score = value_of(parts, POINT if exact else self.signs.get(column.index, ""), cell.text)
            if problem := unit_problem(parts.unit, cell.benchmark.unit, cell.text, cell.benchmark.name):
                raise UnreadableScore(problem)
        except UnreadableScore as error:
            return replace(cell, outcome=REFUSED, message=str(error))
        return replace(cell, outcome=SCORE, score=score, run=run.and_then(parts.run), remarks=parts.remarks)

    def _unknown(self, cells: Iterable[ReadCell]) -> tuple[tuple[str, str, tuple[Named, ...]], ...]:
        names = {(cell.unknown_kind, cell.unknown_name): None for cell in cells if cell.outcome == UNKNOWN}
        return tuple((kind, name, self.book.find(kind, name).suggestions) for kind, name in names)


def _without_doubles(cells: list[ReadCell]) -> list[ReadCell]:
    """Two cells that give one score: the second is left out if they agree, else both are refused."""
    seen: dict[tuple, list[int]] = defaultdict(list)
    for index, cell in enumerate(cells):
        if cell.outcome == SCORE:
            seen[cell.model.pk, cell.benchmark.pk, cell.run.variant, cell.run.method].append(index)
    cells = list(cells)
    for places in seen.values():
        found = [cells[place] for place in places]
        if len(places) < 2:
            continue
        if len({cell.score for cell in found}) == 1:
            for place in places[1:]:
                message = f"Says the same as line {found[0].line}."
                cells[place] = replace(cells[place], outcome=LEFT_OUT, message=message)
            continue
        told = " and ".join(f"line {cell.line} says {shortened(cell.text)}" for cell in found[:3])
        for place in places:
            message = f"The table gives this score more than once: {told}. Keep one, or say how the runs differ."
            cells[place] = replace(cells[place], outcome=REFUSED, message=message)
    return cells


def _with_decimal_warnings(cells: list[ReadCell]) -> list[ReadCell]:
    """Warn of a score with far more decimals than the others of its column."""
    places: dict[str, list[int]] = defaultdict(list)
    for cell in cells:
        if cell.outcome == SCORE:
            places[cell.column].append(decimals(cell.score))
    answer = []
    for cell in cells:
        if cell.outcome == SCORE:
            others = list(places[cell.column])
            others.remove(decimals(cell.score))
            if len(others) > 1 and decimals(cell.score) - max(others) >= FAR_MORE_DECIMALS:
                remark = f"“{shortened(cell.text)}” has far more decimals than the rest of its column. Is it a score?"
                cell = replace(cell, remarks=(*cell.remarks, remark))
        answer.append(cell)
    return answer


def decimals(score: Decimal) -> int:
    """How many decimals a score is written with."""
    return max(0, -score.as_tuple().exponent)
