"""`preview_sheet` prints what the newsroom would make of a table, and writes nothing."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from models_catalog.models import Result, ScoreSheet, UnknownName
from newsroom.tests.newsroom_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def preview(tmp_path, content, *about, name="pasted.txt"):
    """The command's entries for a file with `content`."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    out = io.StringIO()
    call_command("preview_sheet", *about, str(path), "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def test_every_cell_is_told_with_its_row_column_and_text(world, tmp_path):
    [taken, empty] = preview(tmp_path, "Model | MMLU-Pro | GPQA\nAcme 1 | 87.1 | —", "--model", "acme-1")
    assert taken == {
        "line": 2,
        "row": "Acme 1",
        "column": "MMLU-Pro",
        "text": "87.1",
        "model": "acme-1",
        "benchmark": "mmlu-pro",
        "score": 87.1,
        "unit": "percent",
        "variant": "",
        "method": "",
        "effort": 12,
        "standard": True,
        "action": "create",
        "warnings": taken["warnings"],
        "refused": None,
    }
    assert (empty["text"], empty["score"], empty["refused"]) == ("—", None, "No value.")


def test_table_about_a_benchmark_or_about_nothing_single(world, tmp_path):
    text = "Model\tMMLU-Pro\tGPQA\nAcme 1\t81\t62\nZeta\t71\tnot yet"
    about_one = preview(tmp_path, text, "--benchmark", "gpqa")
    assert [(entry["model"], entry["score"]) for entry in about_one if entry["score"]] == [("acme-1", 62)]
    whole = preview(tmp_path, text, "--table")
    assert [entry["score"] for entry in whole] == [81, 62, 71, None]
    assert "“not yet” is no number" in whole[-1]["refused"]


def test_nothing_is_written(world, tmp_path):
    before = Result.history.count()
    preview(tmp_path, "MMLU-Pro\t81\nOdd\t5", "--model", "acme-1")
    assert Result.history.count() == before
    assert not ScoreSheet.objects.exists()
    assert not UnknownName.objects.exists()


def test_lines_for_people_end_with_the_count(world, tmp_path):
    path = tmp_path / "pasted.txt"
    path.write_text("MMLU-Pro\t81\nGPQA\t~60")
    out = io.StringIO()
    call_command("preview_sheet", "--model", "acme-1", str(path), stdout=out)
    assert "acme-1 on mmlu-pro: 81 percent" in out.getvalue()
    assert out.getvalue().endswith("1 of 2 cells are scores. Nothing was written.\n")


def test_unknown_slug_and_unreadable_file_are_errors(world, tmp_path):
    with pytest.raises(CommandError, match="There is no model “nobody”"):
        call_command("preview_sheet", "--model", "nobody", str(tmp_path))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("preview_sheet", "--table", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="not UTF-8"):
        preview(tmp_path, "MMLU-Pro;87".encode("latin-1") + b"\xe9", "--table")


def test_utf_16_text_of_a_spreadsheet_is_read(world, tmp_path):
    text = "Benchmark\tAcme 1\nMMLU-Pro\t81"
    [entry] = preview(tmp_path, text.encode("utf-16"), "--table")
    assert entry["score"] == 81


def workbook(fill) -> bytes:
    """A workbook whose first sheet `fill` has filled."""
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_workbook_is_read_as_it_is_shown(world, tmp_path):
    def fill(book):
        sheet = book.active
        sheet.append(["Results of May"])
        sheet.append([])
        sheet.append([None, "Benchmark", "Acme 1", "Acme 2", "Zeta"])
        sheet.append([None, "MMLU-Pro", 0.871, 28.983, "28,983"])
        sheet.append([None, "GPQA", 0.9, 61.28, "=1+1"])
        sheet.append([None, "Cost", 6.06, 2, 3])
        sheet["C4"].number_format = "0.0%"
        sheet["C5"].number_format = "0.0\\%"
        sheet["D5"].number_format = "0.0"
        sheet["C6"].number_format = '"$"#,##0.00'
        sheet["D6"].number_format = "0.00E+00"
        sheet.row_dimensions[6].hidden = False
        other = book.create_sheet("old")
        other.append(["MMLU-Pro", 1])
        other.sheet_state = "hidden"

    found = {
        (entry["benchmark"], entry["model"]): entry["score"] or entry["refused"]
        for entry in preview(tmp_path, workbook(fill), "--table", name="scores.xlsx")
        if entry["model"]
    }
    assert found["mmlu-pro", "acme-1"] == 87.1
    assert found["gpqa", "acme-1"] == 0.9
    assert found["mmlu-pro", "acme-2"] == 28.983
    assert found["gpqa", "acme-2"] == 61.3
    assert found["run-cost", "acme-1"] == 6.06
    assert "shown as 0.00E+00" in found["run-cost", "acme-2"]
    assert "can mean" in found["mmlu-pro", "zeta"]
    assert "is a formula" in found["gpqa", "zeta"]


def test_hidden_rows_and_sheets_are_said_and_not_read(world, tmp_path):
    def fill(book):
        sheet = book.active
        sheet.title = "May"
        for row in (["Benchmark", "Acme 1"], ["MMLU-Pro", 81], ["GPQA", 62]):
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True
        other = book.create_sheet("old")
        other.append(["GPQA", 1])
        other.sheet_state = "hidden"

    path = tmp_path / "scores.xlsx"
    path.write_bytes(workbook(fill))
    out, said = io.StringIO(), io.StringIO()
    call_command("preview_sheet", "--table", str(path), "--json", stdout=out, stderr=said)
    assert [entry["benchmark"] for entry in json.loads(out.getvalue())] == ["mmlu-pro"]
    assert "“May”: 1 hidden row not read" in said.getvalue()
    assert "“old” is hidden" in said.getvalue()


def test_workbook_with_two_filled_sheets_asks_which(world, tmp_path):
    def fill(book):
        book.active.append(["MMLU-Pro", 81])
        book.create_sheet("two").append(["MMLU-Pro", 82])

    with pytest.raises(CommandError, match="several filled sheets"):
        preview(tmp_path, workbook(fill), "--model", "acme-1", name="scores.xlsx")
