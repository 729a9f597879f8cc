"""What the browser's script asks: where a pasted text belongs in an open grid, and what a typed score says.

The script reads no numbers and no names itself, so that the grid and the preview cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models_catalog.core import display
from models_catalog.models import Benchmark, LanguageModel, Result
from newsroom.core.layout import SCORE_HEADS as SCORE_WORDS
from newsroom.core.layout import Book, Subject, head_word, says_value
from newsroom.core.name_index import name_key
from newsroom.core.reading import EMPTY, LEFT_OUT, REFUSED, SCORE, UNKNOWN, ReadCell, read_text
from newsroom.core.score_text import looks_like_score
from newsroom.core.table_text import single_column, without_own_marks
from newsroom.names import load_book
from newsroom.plans import results_by_pair
from newsroom.sheet_cells import Cell, as_subject, typed_cells


@dataclass
class Placing:
    """Texts for cells of the grid by key, lines for the field below, and what could not be placed, with reasons."""

    fills: dict[int, str] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)
    said: str = ""

    def leave(self, row: str, column: str, text: str, reason: str) -> None:
        """Keep a pasted cell, as typed, with the reason why it stands nowhere."""
        self.left.append({"row": row, "column": column, "text": text, "reason": reason})


def place(
    subject: LanguageModel | Benchmark, text: str, order: Sequence[int], start: int | None, sign: str = ""
) -> Placing:
    """Where a text pasted into the grid about `subject` belongs; `order` holds its rows, `start` that of the cursor."""
    text = without_own_marks(text)
    column = single_column(text)
    if column is not None and sum(map(looks_like_score, filter(None, column))) >= len([*filter(None, column)]) - 1:
        return _place_column(subject, column, order, start)
    return _place_table(as_subject(subject), text, set(order), sign, load_book())


def _place_column(subject, column: list[str], order: Sequence[int], start: int | None) -> Placing:
    """A column without names fills downwards from the cursor; blank cells keep their places."""
    placing = Placing()
    if column and column[0] and not looks_like_score(column[0]):
        head, column = column[0], column[1:]
        own = name_key(head) == name_key(subject.name) or head_word(head) in SCORE_WORDS
        if not own:
            for text in filter(None, [head, *column]):
                placing.leave("", head, text, f"The column is headed “{head}”; the sheet is about {subject.name}.")
            placing.said = f"Nothing was filled: the column is headed “{head}”."
            return placing
        placing.leave("", "", head, "Taken for the head of the column.")
    first = order.index(start) if start in order else 0
    targets = order[first:]
    for place_in, text in enumerate(column):
        if not text:
            continue
        if place_in < len(targets):
            placing.fills[targets[place_in]] = text
        else:
            placing.leave("", "", text, "The grid ends above this cell.")
    placing.said = f"Filled {display.counted(len(placing.fills), 'cell')} downwards; blank ones kept their places."
    return placing


def _place_table(subject: Subject, text: str, shown: set[int], sign: str, book: Book) -> Placing:
    """A table finds its rows by name."""
    placing = Placing()
    reading = read_text(text, book, subject, sign)
    for cell in reading.cells:
        _place_cell(placing, cell, subject, shown)
    parts = [f"Filled {display.counted(len(placing.fills), 'cell')} by name"]
    if placing.rest:
        parts.append(f"{display.counted(len(placing.rest), 'row')} not in this grid went into the field above")
    if placing.left:
        parts.append(f"{display.counted(len(placing.left), 'cell')} could not be placed and stand below")
    placing.said = reading.refusal or "; ".join(parts) + "."
    return placing


def _place_cell(placing: Placing, cell: ReadCell, subject: Subject, shown: set[int]) -> None:
    row = (cell.benchmark if subject.kind == "model" else cell.model) if cell.model and cell.benchmark else None
    text = cell.text
    if cell.run and cell.run.text and cell.run.text.casefold() not in text.casefold():
        text = f"{text} ({cell.run.text})"
    if cell.outcome == UNKNOWN and cell.unknown_kind != subject.kind and says_value(cell.text):
        placing.rest.append(f"{cell.unknown_name}\t{text}")
    elif cell.outcome in (SCORE, REFUSED, EMPTY) and row is not None:
        if row.pk not in shown:
            placing.rest.append(f"{cell.row}\t{text}")
        elif row.pk in placing.fills:
            placing.leave(cell.row, cell.column, cell.text, "Another cell of the table fills this row already.")
        else:
            placing.fills[row.pk] = text
    elif cell.outcome == LEFT_OUT and not cell.text:
        return
    else:
        placing.leave(cell.row, cell.column, cell.text, cell.message)


def notes_on(subject: LanguageModel | Benchmark, typed: Mapping[int, str], sign: str = "") -> dict[int, dict[str, str]]:
    """What stands beside each typed cell: “new”, “same”, the difference, or why it is no score. Three queries."""
    cells = typed_cells(subject, typed, {}, sign)
    pairs = [(cell["model"], cell["benchmark"]) for cell in cells]
    stored = results_by_pair([model for model, _ in pairs], [benchmark for _, benchmark in pairs])
    side = "benchmark" if isinstance(subject, LanguageModel) else "model"
    return {cell[side]: _note(cell, stored.get((cell["model"], cell["benchmark"]), ())) for cell in cells}


def _note(cell: Cell, results: Sequence[Result]) -> dict[str, str]:
    if cell["outcome"] == REFUSED:
        return {"state": "problem", "note": cell["message"]}
    if cell["outcome"] != SCORE:
        return {"state": "", "note": ""}
    run = " · ".join(word for word in (cell["variant"], cell["method"]) if word)
    present = next((row for row in results if row.state == Result.State.PUBLISHED), None)
    if present is None:
        return {"state": "new", "note": f"new · {run}" if run else "new"}
    difference = Decimal(cell["score"]) - present.score
    if not difference:
        return {"state": "same", "note": "same"}
    shown = display.grouped(abs(difference).normalize())
    return {"state": "changed", "note": f"{'+' if difference > 0 else '−'}{shown}"}
