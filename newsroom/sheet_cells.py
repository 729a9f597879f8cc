"""The cells of a score sheet: what was typed in the grid and what the pasted table holds.

`ScoreSheet.cells` is a list of
    {"model", "benchmark", "row", "column", "text", "line", "outcome", "message", "score",
     "variant", "method", "effort", "standard", "remarks", "seen", "kind", "unknown", "turned"}
(keys of ours or None; `line` 0 is the grid; `score` the number as text; `seen` the fingerprint of the
cell's results when the editor opened the sheet, None if the cell was not known then; `kind` the side
whose name is unknown, `unknown` that name; `turned` if the rows name models). `ScoreSheet.answers` is
    {"names": {"model": {pasted name: key or 0}, "benchmark": {…}}, "decimal": "", "models": {key: fields},
     "notes": [sentence]}
(0 leaves a name out; `models` holds the source of single models where it differs from the sheet's;
`notes` what a file holds and was not read).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models_catalog.models import Benchmark, LanguageModel, ScoreSheet
from newsroom.core.layout import BENCHMARK, MODEL, Book, Subject
from newsroom.core.name_index import Named
from newsroom.core.reading import EMPTY, REFUSED, SCORE, UNKNOWN, ReadCell, Reading, read_text
from newsroom.core.run_words import RunWords
from newsroom.core.score_text import UnreadableScore, sign_of_column, take_apart, unit_problem, value_of
from newsroom.names import load_book

Cell = dict[str, Any]


def subject_of_sheet(sheet: ScoreSheet) -> LanguageModel | Benchmark | None:
    """The model or benchmark that the sheet is about; None for a whole table."""
    return sheet.model or sheet.benchmark


def as_subject(row: LanguageModel | Benchmark | None) -> Subject | None:
    """`row` as the reader of tables knows it."""
    if row is None:
        return None
    unit = row.unit if isinstance(row, Benchmark) else ""
    kind = BENCHMARK if isinstance(row, Benchmark) else MODEL
    return Subject(kind, Named(row.pk, row.slug, row.name, unit))


def read_sheet(pasted: str, subject, answers: Mapping[str, Any], book: Book | None = None) -> Reading:
    """The pasted table of a sheet as it reads now."""
    book = book or load_book(answers.get("names"))
    return read_text(pasted, book, as_subject(subject), answers.get("decimal", ""))


def typed_cells(subject, typed: Mapping[int, str], seen: Mapping[int, str], sign: str = "") -> list[Cell]:
    """Cells of the grid about `subject`, by the other side's key; texts are read as one column."""
    about_model = isinstance(subject, LanguageModel)
    table = Benchmark if about_model else LanguageModel
    rows = {row.pk: row for row in table.objects.filter(pk__in=typed)}
    decimal = sign or sign_of_column(typed.values())
    cells = []
    for pk, text in typed.items():
        if text.strip() and (row := rows.get(pk)) is not None:
            benchmark = row if about_model else subject
            read = _typed(text.strip(), benchmark, decimal)
            sides = (subject.pk, pk) if about_model else (pk, subject.pk)
            cells.append(_cell(*sides, row.name, subject.name, text.strip(), 0, read, seen.get(pk, "")))
    return cells


def _typed(text: str, benchmark: Benchmark, sign: str) -> ReadCell:
    """A typed text as a cell that has been read."""
    cell = ReadCell(0, "", "", text, REFUSED)
    try:
        parts = take_apart(text)
        if parts is None:
            return ReadCell(0, "", "", text, EMPTY, "No value.")
        score = value_of(parts, sign, text)
        if problem := unit_problem(parts.unit, benchmark.unit, text, benchmark.name):
            raise UnreadableScore(problem)
    except UnreadableScore as error:
        return ReadCell(0, "", "", text, REFUSED, str(error))
    return ReadCell(0, "", "", cell.text, SCORE, score=score, run=parts.run, remarks=parts.remarks)


def pasted_cells(reading: Reading) -> list[Cell]:
    """Cells of a pasted table, nothing seen yet."""
    return [
        _cell(
            cell.model.pk if cell.model else None,
            cell.benchmark.pk if cell.benchmark else None,
            cell.row,
            cell.column,
            str(cell.text),
            cell.line,
            cell,
            None,
        )
        for cell in reading.cells
    ]


def _cell(model, benchmark, row: str, column: str, text: str, line: int, read: ReadCell, seen: str | None) -> Cell:
    run: RunWords = read.run
    return {
        "model": model,
        "benchmark": benchmark,
        "row": row,
        "column": column,
        "text": text,
        "line": line,
        "outcome": read.outcome,
        "message": read.message,
        "score": None if read.score is None else f"{read.score:f}",
        "variant": run.variant,
        "method": run.method,
        "effort": run.effort,
        "standard": run.standard,
        "remarks": list(read.remarks),
        "seen": seen,
        "kind": read.unknown_kind,
        "unknown": read.unknown_name,
        "turned": read.turned,
    }


def current_cells(sheet: ScoreSheet) -> tuple[list[Cell], Reading | None]:
    """The sheet's cells as they read now: names mapped meanwhile are found, what was seen stays seen."""
    if not sheet.pasted:
        return sheet.cells, None
    reading = read_sheet(sheet.pasted, subject_of_sheet(sheet), sheet.answers)
    seen = {(cell["model"], cell["benchmark"]): cell["seen"] for cell in sheet.cells if cell["seen"] is not None}
    typed = [cell for cell in sheet.cells if not cell["line"]]
    pasted = pasted_cells(reading)
    for cell in pasted:
        cell["seen"] = seen.get((cell["model"], cell["benchmark"]))
    return [*typed, *pasted], reading


def unknown_names(cells: Iterable[Cell]) -> dict[str, list[str]]:
    """Pasted names nobody knows, by kind."""
    found: dict[str, dict[str, None]] = {MODEL: {}, BENCHMARK: {}}
    for cell in cells:
        if cell["outcome"] == UNKNOWN and cell["kind"] in found:
            found[cell["kind"]][cell["unknown"]] = None
    return {kind: list(names) for kind, names in found.items()}
