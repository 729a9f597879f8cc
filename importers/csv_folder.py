"""Reads a folder of CSV files in the layout of `csv_layout` into a `Batch`. No database."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from importers.cells import BadCell, shortened
from importers.csv_layout import FILES, TABLES, Column, Table
from importers.records import ABSENT, Batch, Place, Problem, UnreadableSource

LARGEST_FILE = 100_000_000  # bytes


def read(path: Path) -> Batch:
    """Read every known file of the folder `path`.

    Raises `UnreadableSource` when `path` is no folder or holds no known file; everything
    else that is wrong is a `Problem` of the batch, with file, line and column.
    """
    if not path.is_dir():
        found = "is a file" if path.exists() else "does not exist"
        raise UnreadableSource(f"{path} {found}. Name a folder that holds any of: {', '.join(FILES)}.")
    batch = Batch(names_are_slugs=True)
    known = [(table, file) for table in TABLES if (file := _file_of(table, path)) is not None]
    if not known:
        raise UnreadableSource(f"{path} holds none of the known files: {', '.join(FILES)}.")
    for other in sorted(path.glob("*.csv")):
        if other.name not in {file.name for _, file in known}:
            batch.notes.append(f"{other.name} is no file of the layout and was not read.")
    for table, file in known:
        _read_table(file, table, batch)
    return batch


def _file_of(table: Table, folder: Path) -> Path | None:
    """The table's file in the folder, under its present or former name; None if neither is there."""
    names = (name for name in (table.file, table.former_file) if name)
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _read_table(path: Path, table: Table, batch: Batch) -> None:
    """Add the records, problems and notes of one file to `batch`."""
    problem = _file_problem(path, table, batch)
    if problem is not None:
        batch.problems.append(problem)
        batch.unread.add(table.target)


def _file_problem(path: Path, table: Table, batch: Batch) -> Problem | None:
    """Read the rows of one file into `batch`; return why it could not be read to its end, or None."""
    if path.stat().st_size > LARGEST_FILE:
        limit = LARGEST_FILE // 1_000_000
        return Problem(table.file, None, "", f"The file is larger than {limit} MB. Split it.")
    usual = csv.field_size_limit(table.longest_cell)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = _rows(stream)
            _, names = next(rows, (1, []))
            header = _Header(table, names, batch)
            if not header.usable:
                batch.unread.add(table.target)
                return None
            for line, cells in rows:
                header.add(line, cells)
    except _BrokenLine as error:
        return Problem(table.file, error.line, "", f"The line is not valid CSV: {error}.")
    except UnicodeDecodeError:
        return _encoding_problem(path, table.file)
    except OSError as error:
        return Problem(table.file, None, "", f"The file cannot be read: {error.strerror}.")
    finally:
        csv.field_size_limit(usual)
    return None


class _BrokenLine(Exception):
    """A row that is not CSV, with the line it begins on."""

    def __init__(self, line: int, reason: str):
        super().__init__(reason)
        self.line = line


def _rows(stream) -> Iterator[tuple[int, list[str]]]:
    """(line the row begins on, its cells without surrounding space); blank lines are passed over."""
    reader = csv.reader(stream, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _BrokenLine(begins, str(error)) from error
        if any(cells) or begins == 1:
            yield begins, [cell.strip() for cell in cells]


def _encoding_problem(path: Path, file: str) -> Problem:
    """Name the line and the first byte of a file that is not UTF-8."""
    with path.open("rb") as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return Problem(file, 1, "", "The file is UTF-16. Save it as “CSV UTF-8” and import again.")
        stream.seek(0)
        number, bad = next((n, error) for n, line in enumerate(stream, 1) if (error := _undecodable(line)))
    reason = (
        f"Byte {bad.start + 1} of the line is 0x{bad.object[bad.start]:02X}, which is not UTF-8 (perhaps Latin-1 "
        "or Windows-1252). Save the file as “CSV UTF-8” and import again."
    )
    return Problem(file, number, "", reason)


def _undecodable(line: bytes) -> UnicodeDecodeError | None:
    """The error of a line that is not UTF-8. No character spans two lines, so lines can be asked singly."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        return error
    return None


class _Header:
    """The first line of a file: which cell feeds which column. Reports what it cannot place."""

    def __init__(self, table: Table, cells: list[str], batch: Batch):
        self.table, self.batch, self.width = table, batch, len(cells)
        self.columns: list[tuple[int, Column]] = []
        self.fixed: list[tuple[int, str]] = []
        names = [cell.lower() for cell in cells]
        if any(names):
            self.usable = not self._has_doubles(names) and not self._lacks_columns(names)
        else:
            self.usable = False
            self._refuse("", "The line is empty. The first line names the columns.")
        if self.usable:
            self._place(names)
        self.names = {column.field: cells[index] for index, column in self.columns}

    def _refuse(self, column: str, reason: str) -> None:
        self.batch.problems.append(Problem(self.table.file, 1, column, reason))

    def _has_doubles(self, names: list[str]) -> bool:
        """Refuse every column that appears twice."""
        doubles = sorted({name for name in names if name and names.count(name) > 1})
        for name in doubles:
            self._refuse(name, "The column appears twice. Keep one.")
        return bool(doubles)

    def _lacks_columns(self, names: list[str]) -> bool:
        """Refuse every required column that is not there."""
        missing = [
            column.header
            for column in self.table.columns
            if column.required and not {column.header, *column.synonyms} & set(names)
        ]
        hint = ""
        if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
            hint = " The line looks separated by semicolons or tabs; separate it by commas."
        for header in missing:
            self._refuse(header, f"The required column is missing.{hint}")
        return bool(missing)

    def _place(self, names: list[str]) -> None:
        """Match names to columns; note what is not stored and what is not known."""
        left = {name: index for index, name in enumerate(names)}
        for column in self.table.columns:
            for name in (column.header, *column.synonyms):
                if name in left:
                    self.columns.append((left.pop(name), column))
                    break
        for name in self.table.fixed:
            if name in left:
                self.fixed.append((left.pop(name), name))
        ignored = [name for name in left if name in self.table.ignored]
        unknown = [name or "(no name)" for name in left if name not in self.table.ignored]
        if ignored:
            self.batch.notes.append(
                f"{self.table.file}: not stored, because other files or columns carry it: {', '.join(ignored)}."
            )
        if unknown:
            self.batch.notes.append(f"{self.table.file}: unknown columns were not read: {', '.join(unknown)}.")

    def add(self, line: int, cells: list[str]) -> None:
        """Turn one row into a record of the batch, or into problems."""
        place = Place(self.table.file, line, self.names)
        problems: list[Problem] = []
        if len(cells) != self.width:
            reason = f"The row has {len(cells)} cells, the header {self.width}. Check its commas and quotes."
            self._refuse_row([Problem.at(place, "", reason)], cells)
            return
        values = {}
        for index, column in self.columns:
            try:
                value = _value(column, cells[index])
            except BadCell as error:
                problems.append(Problem.at(place, column.field, str(error)))
            else:
                if value is not ABSENT:
                    values[column.field] = value
        for index, name in self.fixed:
            if cells[index].lower() not in self.table.fixed[name]:
                found = shortened(cells[index])
                reason = f"Prices are in USD per 1M tokens, but this says “{found}”. Convert the row first."
                problems.append(Problem(place.file, line, name, reason))
        if not problems and self.table.combine is not None:
            try:
                values = self.table.combine(values)
            except BadCell as error:
                problems.append(Problem.at(place, "", str(error)))
        if problems:
            self._refuse_row(problems, cells)
        else:
            getattr(self.batch, self.table.target).append(self.table.record(place=place, **values))

    def _refuse_row(self, problems: list[Problem], cells: list[str]) -> None:
        self.batch.problems.extend(problems)
        for index, column in self.columns:
            if column.header == "slug" and index < len(cells):
                self.batch.refused_names.add((self.table.target, cells[index]))


def _value(column: Column, cell: str):
    """The cell's value, or ABSENT where an empty cell means the default. Raises BadCell."""
    if not cell and column.required:
        raise BadCell("The cell is empty, but this column must be filled.")
    if not cell and column.empty_is_default:
        return ABSENT
    return column.kind.parse(cell)
