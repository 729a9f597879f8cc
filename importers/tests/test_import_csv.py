"""What import_data csv takes and refuses: files and cells."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.cells import BadCell, parse_number, parse_text, write_number, write_text
from importers.tests.import_source import BENCHMARKS, GOOD, LABS, MODELS, RESULT, only_problem
from models_catalog.models import Organization, UnknownName

pytestmark = pytest.mark.django_db

# --- files ---------------------------------------------------------------------------


def test_byte_order_mark_and_windows_line_ends_are_taken(take):
    report = take(providers=b"\xef\xbb\xbf" + LABS.replace("\n", "\r\n").encode())
    assert report.last_line == "created=2 updated=0 unchanged=0 rejected=0"


def test_latin_1_names_file_line_and_byte(take):
    problem = only_problem(take(providers="slug,name\nnorth,North\nsouth,Süd\n".encode("latin-1")))
    assert (problem.file, problem.line) == ("providers.csv", 3)
    assert "Byte 8 of the line is 0xFC" in problem.reason
    assert "CSV UTF-8" in problem.reason


def test_latin_1_after_a_long_good_part_still_names_its_line(take):
    good = "".join(f"lab-{number},Lab {number}\n" for number in range(5000))
    problem = only_problem(take(providers=b"slug,name\n" + good.encode() + b"s,S\xfcd\n"))
    assert problem.line == 5002


def test_latin_1_in_the_very_last_byte_names_its_line(take):
    assert only_problem(take(providers=b"slug,name\ncafe,Caf\xe9")).line == 2


def test_utf_16_is_named_as_such(take):
    assert "UTF-16" in only_problem(take(providers=LABS.encode("utf-16"))).reason


def test_missing_required_column_is_named(take):
    problem = only_problem(take(providers="slug,website\nnorth,\n"))
    assert (problem.file, problem.line, problem.column) == ("providers.csv", 1, "name")


def test_semicolons_are_recognised(take):
    report = take(providers="slug;name\nnorth;North\n")
    assert all("semicolons" in problem.reason for problem in report.problems)
    assert report.problems


def test_column_given_twice_is_refused(take):
    assert only_problem(take(providers="slug,name,name\nnorth,A,B\n")).column == "name"


def test_empty_file_is_refused(take):
    assert "empty" in only_problem(take(providers="")).reason


def test_row_with_too_few_or_too_many_cells_is_refused(take):
    report = take(providers="slug,name\nnorth\nsouth,South,extra\n")
    assert [problem.line for problem in report.problems] == [2, 3]


def test_line_number_counts_lines_not_rows(take):
    text = 'slug,name,category,description\na,A,coding,"two\nlines"\n\nB!,B,coding,\n'
    assert only_problem(take(benchmarks=text)).line == 5


@pytest.mark.parametrize("row", ['north,"open', 'north,"a"b', "north," + "9" * 200_000])
def test_broken_csv_names_its_line(take, row):
    problem = only_problem(take(providers=f"slug,name\nfirst,First\n{row}\n"))
    assert problem.line == 3
    assert "not valid CSV" in problem.reason


def test_other_csv_files_and_unknown_columns_are_noted_not_guessed(take):
    report = take(providers="slug,name,colour\nnorth,North,red\n", history="date\n")
    assert report.written
    assert any("history.csv" in note for note in report.notes)
    assert any("colour" in note for note in report.notes)


def test_rows_of_an_unreadable_file_are_no_news_for_the_queue(take):
    report = take(
        providers=LABS, models=MODELS.encode() + b"x,\xff,north\n", benchmarks=BENCHMARKS, results=RESULT + "5\n"
    )
    assert report.rejected == 2
    assert not UnknownName.objects.exists()


# --- cells ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("123", "outside the range of Facts"),
        ("-1", "outside the range of Facts"),
        ("NaN", "not a number"),
        ("Infinity", "not a number"),
        ("1e400", "too large"),
        ("9" * 3000, "not a number"),
        ("=1+1", "formula"),
        ("42%", "Write 42"),
        ("٤٢", "not a number"),
        ("1_000", "not a number"),
        ("12.34567891", "decimal places"),
        ("", "must be filled"),
    ],
)
def test_impossible_score_is_refused_with_its_place(take, cell, reason):
    problem = only_problem(take(**GOOD, results=RESULT + cell + "\n"))
    assert (problem.file, problem.line, problem.column) == ("results.csv", 2, "score")
    assert reason in problem.reason
    assert len(problem.reason) < 300
    assert not Organization.objects.exists()


def test_score_with_a_decimal_comma_asks_for_a_point(take):
    assert "point" in only_problem(take(**GOOD, results=f'{RESULT}"87,5"\n')).reason


@pytest.mark.parametrize(
    ("table", "header", "row", "column"),
    [
        ("providers", "slug,name", "a-vs-b,A", "slug"),
        ("providers", "slug,name", "Ünï,A", "slug"),
        ("providers", "slug,name", "a,=HYPERLINK(1)", "name"),
        ("providers", "slug,name,website", "a,A,javascript:alert(1)", "website"),
        ("providers", "slug,name,country", "a,A,France", "country"),
        ("models", "slug,name,provider", "vs-x-vs-y,X,north", "slug"),
        ("models", "slug,name,provider", f"x,{'n' * 121},north", "name"),
        ("models", "slug,name,provider", "x,X,nobody", "provider"),
        ("models", "slug,name,provider,release_date", "x,X,north,2025-02-30", "release_date"),
        ("models", "slug,name,provider,release_date", "x,X,north,14/02/2025", "release_date"),
        ("models", "slug,name,provider,context_window", "x,X,north,32K", "context_window"),
        ("models", "slug,name,provider,context_window", "x,X,north,-5", "context_window"),
        ("models", "slug,name,provider,reasoning", "x,X,north,maybe", "reasoning"),
        ("models", "slug,name,provider,open_weights", "x,X,north,partly", "open_weights"),
        ("benchmarks", "slug,name,category", "x,X,cooking", "category"),
        ("benchmarks", "slug,name,category,better", "x,X,coding,faster", "better"),
        ("benchmarks", "slug,name,category,kind", "x,X,coding,elo", "kind"),
        ("benchmarks", "slug,name,weight", "x,X,1", "weight"),
        ("prices", "model,served_by,price_in,price_out", "atlas,nobody,1,2", "served_by"),
        ("prices", "model,served_by,price_in,price_out", "atlas,north,-1,2", "price_in"),
        ("prices", "model,served_by,price_in,price_out", "atlas,north,,", "price_in"),
        ("prices", "model,served_by,price_in,currency", "atlas,north,1,EUR", "currency"),
        ("prices", "model,served_by,price_in,per", "atlas,north,1,1K tokens", "per"),
        (
            "prices",
            "model,served_by,price_in,valid_from,valid_to",
            "atlas,north,1,2026-02-01,2026-01-01",
            "valid_from",
        ),
        ("speeds", "model,served_by,speed_tps", "atlas,north,0", "speed_tps"),
        ("results", "model,benchmark,score,source_kind", "atlas,facts,1,rumour", "source_kind"),
        ("results", "model,benchmark,score,source_tier", "atlas,facts,1,9", "source_tier"),
        ("results", "model,benchmark,score,state", "atlas,facts,1,withdrawn", "state"),
        ("results", "model,benchmark,score", "ghost,facts,1", "model"),
        ("results", "model,benchmark,score", "atlas,ghost,1", "benchmark"),
    ],
)
def test_bad_cell_is_refused_with_file_line_and_column(take, table, header, row, column):
    take(**GOOD)
    problem = only_problem(take(**{table: f"{header}\n{row}\n"}))
    assert (problem.file, problem.line) == (f"{table}.csv", 2)
    assert problem.column == column


def test_every_refusal_of_a_row_is_reported_and_counts_once(take):
    report = take(**GOOD, results="model,benchmark,score,date,standard\natlas,facts,x,y,z\n")
    assert [problem.column for problem in report.problems] == ["score", "date", "standard"]
    assert report.rejected == 1


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8))
def test_number_written_is_the_number_read(number):
    assert parse_number(write_number(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_float_written_is_the_float_read(number):
    assert float(parse_number(write_number(number))) == number


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")).map(str.strip))
def test_text_written_is_the_text_read_and_no_spreadsheet_runs_it(text):
    cell = write_text(text)
    assert not cell.startswith(("=", "+", "-", "@"))
    line = io.StringIO()
    csv.writer(line).writerow([cell, "end"])
    assert parse_text(next(csv.reader(io.StringIO(line.getvalue(), newline="")))[0]) == text


@given(st.text())
def test_number_cell_gives_a_finite_number_or_a_sentence(text):
    reason = ""
    try:
        number = parse_number(text)
    except BadCell as problem:
        number, reason = None, str(problem)
    assert reason.endswith(".") if text and number is None else number is None or number.is_finite()
