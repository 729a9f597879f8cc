"""A truth written in any dialect is read back as that truth, or refused with a sentence: never another value.

The default run is short; with the slow tests 5,000 tables are written and read.
"""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook

from models_catalog.core.numbers import TwoReadings, read_number
from newsroom.core.layout import MODEL, Subject
from newsroom.core.name_index import Named
from newsroom.core.reading import SCORE, read_text
from newsroom.core.table_text import text_of_cells
from newsroom.tests import table_writer
from newsroom.tests.paste_world import BENCHMARKS, BOOK, MODELS
from newsroom.workbooks import shown_sheets

QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}


def check(truth: table_writer.Truth, text: str, subject: Subject | None = None, *, whole: bool) -> None:
    """Every value read is the true one; every true value is read or its text stands beside a sentence."""
    cells = read_text(text, BOOK, subject).cells
    read = {(cell.model.slug, cell.benchmark.slug): cell.score for cell in cells if cell.outcome == SCORE}
    mine = {key: value for key, value in truth.items() if subject is None or key[0] == subject.row.slug}
    for key, value in read.items():
        assert key in mine, (key, value, text)
        assert mine[key] == value, (key, value, text)
    assert all(cell.outcome == SCORE or cell.message for cell in cells)
    lost = {key for key, value in mine.items() if value is not None} - read.keys()
    if whole:
        assert not lost, (lost, text)
    told = [cell for cell in cells if cell.outcome != SCORE]
    names = {**MODELS, **{slug: name for slug, (name, _) in BENCHMARKS.items()}}
    for model, benchmark in lost:
        sides = {names[model], names[benchmark]}
        beside = [cell for cell in told if {cell.row, cell.column} & sides or cell.text in sides]
        assert beside, ("lost in silence", model, benchmark, text)


def is_plain(truth: table_writer.Truth, dialect: table_writer.Dialect) -> bool:
    """Whether every number of the table has one reading by itself, so that all of it must be read."""
    for value in truth.values():
        if value is None:
            continue
        try:
            read_number(table_writer.number(value, dialect))
        except TwoReadings:
            return False
    return any(value is not None for value in truth.values())


def write_and_read(truth, dialect):
    text = table_writer.write(truth, dialect)
    check(truth, text, whole=is_plain(truth, dialect))
    slug = next(iter(truth))[0]
    row = next(row for row in BOOK.models.rows.values() if row.slug == slug)
    check(truth, text, Subject(MODEL, Named(row.pk, row.slug, row.name)), whole=False)


@settings(max_examples=150, **QUIET)
@given(table_writer.truths(), table_writer.dialects)
def test_table_in_any_dialect_is_read_back_or_refused(truth, dialect):
    write_and_read(truth, dialect)


@pytest.mark.slow
@settings(max_examples=5_000, **QUIET)
@given(table_writer.truths(), table_writer.dialects)
def test_five_thousand_tables_hold_no_false_value(truth, dialect):
    write_and_read(truth, dialect)


def read_workbook(truth, dialect):
    """The truth as numbers of a workbook, read back."""
    rows = table_writer.rows_of(truth, dialect)
    book = Workbook()
    sheet = book.active
    values = {table_writer.cell(value, BENCHMARKS[key[1]][1], dialect): value for key, value in truth.items()}
    for row in rows:
        sheet.append([float(values[text]) if values.get(text) is not None else text or None for text in row])
    out = io.BytesIO()
    book.save(out)
    [shown] = shown_sheets(out.getvalue())
    check(truth, text_of_cells(shown.rows), whole=any(value is not None for value in truth.values()))


@settings(max_examples=25, **QUIET)
@given(table_writer.truths(), table_writer.dialects)
def test_workbooks_own_numbers_are_read_exactly(truth, dialect):
    read_workbook(truth, dialect)


@pytest.mark.slow
@settings(max_examples=500, **QUIET)
@given(table_writer.truths(), table_writer.dialects)
def test_many_workbooks_hold_no_false_value(truth, dialect):
    read_workbook(truth, dialect)


def test_the_law_notices_a_reader_that_guesses(monkeypatch):
    """A reader that takes every comma for a mark of thousands is caught."""
    from newsroom.core import reading

    monkeypatch.setattr(reading, "value_of", lambda parts, sign="", shown="": Decimal(parts.number.replace(",", "")))
    dialect = table_writer.Dialect(
        "tsv", False, ",", "", "none", False, False, False, False, False, "Benchmark", "none", False, False, "—"
    )
    with pytest.raises(AssertionError):
        write_and_read({("gpt-5", "mmlu"): Decimal("87.5"), ("o3", "mmlu"): Decimal("80.5")}, dialect)
