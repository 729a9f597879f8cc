"""Reads Epoch AI's benchmark tables: `benchmarks_runs.csv` and `external_benchmark_*.csv`.

The files differ in score column and unit; `epoch_layout` says which. A model's name ends in
its effort after an underscore. A row without a model is passed over: Epoch leaves the name
out where several models worked together or none could be told.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from importers import archives
from importers.cells import BadCell, parse_date, parse_number, parse_text, shortened
from importers.epoch_layout import (
    BOARD,
    EXTERNAL,
    OWN_RUNS,
    PUBLIC_NAMES,
    PUBLIC_SUBSET,
    RUN_COLUMNS,
    RUNS_FILE,
    TASKS,
    Table,
)
from importers.records import ABSENT, Batch, Place, Problem, UnreadableSource
from importers.source_benchmarks import DeclaredBenchmark
from importers.source_fields import converted, fitted
from importers.source_files import BadFile, read_text, refuse_file, tree_files
from importers.source_names import RowIds, SourceResult, slug_of
from models_catalog.core.evaluators import EPOCH
from models_catalog.core.setting_words import NOT_SAID, level

DATASET = "epoch"
ERROR = re.compile(r"±([0-9]+(?:\.[0-9]+)?)")
ID_COLUMNS = ("id", "UUID")
SOURCE_COLUMNS = ("Source", "Source link", "Source link (site from table)")
LINK = re.compile(r"https?://")
SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
STAMPED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9:.]+(?:Z|[+-][0-9:]+)?")
SPOKEN = re.compile(r"([0-9]{1,2}) ([A-Z][a-z]+) ([0-9]{4})(?: [0-9]{1,2}:[0-9]{2}(?:am|pm))?")
# fmt: off
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on
BRACKETED = re.compile(r"(.+?) \(([^()]+)\)$")
# Epoch copies boards and papers alike; the name of the source tells which it was.
A_BOARD = re.compile(r"leaderboard|dashboard|website|repository|github|experiment results|\bMETR\b", re.IGNORECASE)


def read(path: Path) -> Batch:
    """Read one table, or every known one in a folder or ZIP. Raises `UnreadableSource`."""
    with archives.opened(path) as source:
        batch = Batch()
        if source.is_dir():
            patterns = ("*.csv", "data/*.csv", "*/*.csv")  # a folder, the repository, a ZIP of a folder
            files = next((found for each in patterns if (found := list(tree_files(source, each, batch)))), [])
        else:
            files = [(source, source.name)]
        known = [(file, name) for file, name in files if _table_of(name)]
        for _, name in files:
            if not _table_of(name) and _is_copy(name):
                batch.notes.append(f"{name} is no table whose unit is known, and was not read.")
                batch.skip(name, None, "It is no table whose unit is known.")
        if not known and not batch.problems:
            raise UnreadableSource(
                f"{path} holds no table of Epoch AI that is known. Name {RUNS_FILE}, an external_benchmark_….csv "
                "or a folder of them."
            )
        row_ids = RowIds(DATASET)
        for file, name in known:
            try:
                _Reading(batch, name, _table_of(name), row_ids).take(read_text(file))
            except BadFile as error:
                refuse_file(batch, name, error)
    return batch


def _table_of(name: str) -> Table | None:
    """The table a file holds, in the layout of the repository or of the public ZIP; None for any other file."""
    if Path(name).name == RUNS_FILE:
        return RUN_COLUMNS
    stem = Path(name).name.removesuffix(".csv")
    if stem in OWN_RUNS:
        return OWN_RUNS[stem]
    stem = stem.removeprefix("external_benchmark_").removesuffix("_external")
    return EXTERNAL.get(PUBLIC_NAMES.get(stem, stem))


def _is_copy(name: str) -> bool:
    """Whether the file is Epoch's copy of somebody's board, by its name."""
    stem = Path(name).name.removesuffix(".csv")
    return stem.startswith("external_benchmark_") or stem.endswith("_external")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its line and its cells by column name."""

    line: int
    cells: dict[str, str]

    def first(self, columns: tuple[str, ...]) -> str:
        """The first filled cell of the columns."""
        return next((self.cells[name] for name in columns if self.cells.get(name)), "")


class _Reading:
    """One file while it is read."""

    def __init__(self, batch: Batch, file: str, table: Table, row_ids: RowIds):
        self.batch, self.file, self.table, self.row_ids = batch, file, table, row_ids

    def take(self, text: str) -> None:
        """Add the records, problems and notes of the file. Raises `BadFile`."""
        rows = list(self._rows(text))
        named = [row for row in rows if row.cells.get(self.table.model)]
        scored = [row for row in named if row.cells.get(self.table.score)]
        for kept, of, what in ((named, rows, "model"), (scored, named, "score")):
            lines = {row.line for row in kept}
            left = [row.line for row in of if row.line not in lines]
            if left:
                self.batch.notes.append(f"{self.file}: rows without a {what} were passed over: {len(left)}.")
            for line in left:
                self.batch.skip(self.file, line, f"The row names no {what}.")
        factor = self._factor(scored)
        for row in scored:
            self._take_row(row, factor)

    def _rows(self, text: str) -> Iterator[_Row]:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        begins = 1
        try:
            header = [cell.strip() for cell in next(reader, [])]
            self._check_header(header)
            begins = reader.line_num + 1
            for cells in reader:
                if any(cells):
                    if len(cells) != len(header):
                        reason = f"The row has {len(cells)} cells, the header {len(header)}. Check commas and quotes."
                        self.batch.problems.append(Problem(self.file, begins, "", reason))
                    else:
                        yield _Row(begins, dict(zip(header, (cell.strip() for cell in cells), strict=True)))
                begins = reader.line_num + 1
        except csv.Error as error:
            raise BadFile(f"The line is not valid CSV: {error}.", begins) from error

    def _check_header(self, header: list[str]) -> None:
        other = next((name for name in self.table.other_scores if name in header), None)
        if other and self.table.score not in header:
            self.table = replace(self.table, score=other)
        for needed in (self.table.model, self.table.score):
            if header.count(needed) != 1:
                raise BadFile("The file must have this column once. Is it another table?", 1, needed)

    # --- scores ----------------------------------------------------------------------

    def _factor(self, rows: list[_Row]) -> Decimal:
        """What a score without a percent sign is multiplied by, in this file."""
        if self.table.bare == "own unit" or self.table.bare == "percent":
            return Decimal(1)
        if self.table.bare == "fraction":
            return Decimal(100)
        cells = [row.cells[self.table.score] for row in rows]
        bare = [cell for cell in cells if not cell.endswith("%")]
        if not bare or len(bare) < len(cells):
            return Decimal(0)  # beside percent signs nobody can tell what a bare number means
        numbers = [number for cell in bare if (number := _number_or_none(cell)) is not None]
        fractions = all(abs(number) <= 1 for number in numbers)
        told = "fractions and were multiplied by 100" if fractions else "percent"
        self.batch.notes.append(f"{self.file}: no score has a percent sign; they were read as {told}.")
        return Decimal(100) if fractions else Decimal(1)

    def _score(self, cell: str, factor: Decimal) -> Decimal:
        """The score in the benchmark's unit. Raises `BadCell`."""
        if cell.endswith("%") and self.table.bare != "own unit":
            return converted(_filled_number(cell[:-1].strip()))
        number = parse_number(cell)
        if factor == 0:
            raise BadCell(f"“{shortened(cell)}” has no percent sign, but other rows have. Write it in percent, with %.")
        if self.table.bare == "fraction" and abs(number) > 1:
            raise BadCell(f"“{shortened(cell)}” is no fraction of 1. Write 0.42 for 42 percent.")
        return converted(number * factor)

    # --- rows ------------------------------------------------------------------------

    def _take_row(self, row: _Row, factor: Decimal) -> None:
        table, problems = self.table, []
        columns = {"model": table.model, "benchmark": table.task, "score": table.score, "measured_on": table.date}
        columns["row_id"] = next((name for name in ID_COLUMNS if row.cells.get(name)), "")
        place = Place(self.file, row.line, columns)

        def parsed(field: str, parse, cell: str):
            try:
                return parse(cell)
            except BadCell as error:
                problems.append(Problem.at(place, field, str(error)))
                return None

        full_name = parsed("model", parse_text, row.cells[table.model])
        score = parsed("score", lambda cell: self._score(cell, factor), row.cells[table.score])
        date = parsed("measured_on", parse_day, row.cells.get(table.date, ""))
        settings = {name: parsed(name, parse_text, row.cells.get(name, "")) or "" for name in table.settings}
        task = parsed("benchmark", parse_text, row.cells.get(table.task, "")) if table.task else ""
        source, link = _source_of(row)
        source = parsed("source", parse_text, source) or ""
        if problems:
            self.batch.problems.extend(problems)
            return
        name, effort, label = split_name(full_name)
        benchmark, part = TASKS.get(task, (task, "")) if table.task else (table.benchmark, "")
        self._declare(benchmark, task, place)
        variant = "; ".join(word for word in (part, *map(_spoken, settings.items()), label) if word)
        is_run = table.is_run
        independent = is_run or bool(A_BOARD.search(source))
        self.batch.results.append(
            SourceResult(
                place=place,
                model=name,
                full_name=full_name,
                benchmark=benchmark,
                score=score,
                dataset=DATASET,
                row_id=self._row_id(row, full_name),
                variant=fitted(variant, 160),
                method="Epoch AI run" if is_run else fitted(source, 300),
                standard=part != PUBLIC_SUBSET,
                effort=effort,
                evaluator=EPOCH if is_run else ABSENT,
                stderr=_error_of(row, factor) if is_run else ABSENT,
                source_kind="independent" if independent else "unknown",
                source_tier=1 if independent else 5,
                source_url=(link or BOARD) if is_run else link,
                measured_on=date,
                measured_on_kind=table.date_means if date else "",
            )
        )

    def _declare(self, benchmark: str, task: str, place: Place) -> None:
        """Say once for each table or task in which unit its figures are."""
        if not any(each.slug == slug_of(benchmark) for each in self.batch.benchmarks):
            own_unit = self.table.bare == "own unit"
            self.batch.benchmarks.append(
                DeclaredBenchmark(
                    place=place,
                    slug=slug_of(benchmark),
                    name=fitted(task or benchmark.replace("-", " "), 120),
                    source_id=benchmark,
                    dataset=DATASET,
                    unit="score" if own_unit else "percent",
                    maximum=None if own_unit else 100.0,
                )
            )

    def _row_id(self, row: _Row, full_name: str) -> str:
        """Epoch's own id of the row, which survives re-ordering, or the row's place among its model's."""
        own, stem = row.first(ID_COLUMNS), Path(self.file).stem.removeprefix("external_benchmark_")
        if not own:
            return fitted(self.row_ids.next(f"{full_name}#{stem}"), 200)
        owner = full_name if self.table.is_run else stem
        return fitted(f"{DATASET}:{owner}#{own}", 200)


def _error_of(row: _Row, factor: Decimal) -> Decimal | None:
    """The standard error that a run of one scorer states (“choice:0.85±0.02”), in the benchmark's unit."""
    stated = ERROR.findall(row.cells.get("Scores", ""))
    return converted(Decimal(stated[0]) * factor) if len(stated) == 1 else None


def _filled_number(cell: str) -> Decimal:
    number = parse_number(cell)
    if number is None:
        raise BadCell("The cell holds only a percent sign. Write the number before it, or leave the cell empty.")
    return number


def _number_or_none(cell: str) -> Decimal | None:
    try:
        return parse_number(cell)
    except BadCell:
        return None


def _source_of(row: _Row) -> tuple[str, str]:
    """(name of the source, its address), also where the two cells are shifted or swapped."""
    if row.cells.get("log viewer"):
        return "", row.cells["log viewer"]
    cells = [row.cells.get(name, "") for name in SOURCE_COLUMNS]
    slid = row.cells.get("Trajectories", "")
    if slid and not LINK.match(slid):  # the cells stand one column too far to the left
        cells = [slid, *cells]
    links = [cell for cell in cells if LINK.match(cell)]
    names = [cell for cell in cells if cell and not LINK.match(cell)]
    return names[0] if names else "", links[0] if links else ""


def _spoken(setting: tuple[str, str]) -> str:
    """A setting as words of the variant: “5-shot”, “Search”."""
    column, cell = setting
    if column == "Shots" and cell:
        return f"{cell}-shot"
    return "" if cell.lower() == "none" else cell


def split_name(full_name: str) -> tuple[str, int, str]:
    """(name without its effort, the effort, the words for it); “gpt-5_high” → gpt-5, 40, “high”."""
    head, underscore, tail = full_name.rpartition("_")
    if not (underscore and level(tail) is not None):
        bracket = BRACKETED.match(full_name)
        if bracket is None or level(_turned(bracket.group(2))) is None:
            return full_name, NOT_SAID, ""
        head, tail = bracket.group(1), _turned(bracket.group(2))
    words = f"{tail.lower()} thinking" if re.fullmatch(r"[0-9]+[kK]", tail) else tail
    return head, level(tail) or NOT_SAID, words


def _turned(label: str) -> str:
    """“Thinking 24K” as “24K thinking”."""
    return re.sub(r"(?i)^thinking ([0-9]+k)$", r"\1 thinking", label)


def parse_day(cell: str) -> dt.date | None:
    """A day as Epoch writes it: 17/12/2024 (day first), 24 April 2025 3:01pm, or 2024-12-17. Raises `BadCell`."""
    slashed, spoken, stamped = SLASHED.fullmatch(cell), SPOKEN.fullmatch(cell), STAMPED.fullmatch(cell)
    if stamped:
        return parse_date(stamped.group(1))
    try:
        if slashed:
            day, month, year = map(int, slashed.groups())
            return dt.date(year, month, day)
        if spoken:
            day, month, year = spoken.groups()
            return dt.date(int(year), MONTHS.index(month) + 1, int(day))
    except ValueError:
        raise BadCell(f"“{shortened(cell)}” is no day of the calendar; the day stands before the month.") from None
    return parse_date(cell)
