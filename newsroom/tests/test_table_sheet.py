"""A whole vendor table: pasted or as a file, names settled in the preview, single models with a source of their own."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from models_catalog.models import Result, ScoreSheet
from newsroom.tests.newsroom_world import World
from newsroom.tests.test_sheet import CARD, Editor, said

pytestmark = pytest.mark.django_db

TABLE = "Benchmark\tAcme 1\tAcme 2 (high)\tStranger\nMMLU-Pro\t81\t86\t70\nGPQA\t62\t~70\t50\nOdd\t1\t2\t3"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def paul(world, client):
    editor = Editor(type(client), world.paul)
    editor.address = reverse("admin:models_catalog_scoresheet_new_table")
    editor.seen = "{}"
    return editor


def test_table_is_previewed_as_a_grid_and_cell_by_cell(world, paul):
    page = paul.preview(pasted=TABLE)
    grid = page.context["grid"]
    assert grid.heads == ("Acme 1", "Acme 2 (high)", "Stranger")
    assert [name for name, _ in grid.rows] == ["MMLU-Pro", "GPQA", "Odd"]
    assert [line.decision.action for line in grid.rows[1][1]] == ["create", "error", "unknown"]
    assert [(question.kind, question.name) for question in page.context["questions"]] == [
        ("model", "Stranger"),
        ("benchmark", "Odd"),
    ]
    assert ScoreSheet.objects.get().title == "Table: 2 models, 2 benchmarks"


def test_table_is_settled_published_and_undone_as_one(world, paul):
    paul.preview(pasted=TABLE)
    sheet = ScoreSheet.objects.get()
    fields = {"name-0-kind": "model", "name-0-text": "Stranger", "name-0-choice": str(world.zeta.pk)}
    fields |= {"name-1-kind": "benchmark", "name-1-text": "Odd", "name-1-choice": "leave"}
    paul.press(sheet, "answer", **fields)
    page = paul.press(sheet, "save_and_publish", leave_errors="on")
    assert "Published" in said(page)
    found = Result.objects.filter(source_url=CARD["source_url"]).order_by("pk")
    told = [(row.model.slug, row.benchmark.slug, str(row.score.normalize()), row.variant, row.effort) for row in found]
    assert told == [
        ("acme-1", "mmlu-pro", "81", "", 12),
        ("acme-2", "mmlu-pro", "86", "high", 40),
        ("zeta", "mmlu-pro", "7E+1", "", 12),
        ("acme-1", "gpqa", "62", "", 12),
        ("zeta", "gpqa", "5E+1", "", 12),
    ]
    sheet.refresh_from_db()
    paul.press(sheet, "undo", reason="wrong table")
    assert set(found.values_list("state", flat=True)) == {"withdrawn"}


def test_single_models_may_have_a_source_of_their_own_or_be_left_out(world, paul):
    paul.preview(pasted=TABLE)
    sheet = ScoreSheet.objects.get()
    one, two = world.acme_1.pk, world.acme_2.pk
    fields = {
        "models": f"{one},{two}",
        f"model-{one}-source_kind": "independent",
        f"model-{one}-source_url": "https://board.example/acme-1",
        f"model-{two}-pasted": "Acme 2 (high)",
        f"model-{two}-leave": "on",
    }
    page = paul.press(sheet, "answer", **fields)
    assert page.context["left_names"] == ["Acme 2 (high)"]
    paul.press(sheet, "save")
    kinds = set(Result.objects.filter(state="draft").values_list("model__slug", "source_kind", "source_url"))
    assert kinds == {("acme-1", "independent", "https://board.example/acme-1")}
    assert not Result.objects.filter(model=world.acme_2, variant="high").exists()


def test_names_left_out_can_be_asked_about_again(world, paul):
    paul.preview(pasted=TABLE)
    sheet = ScoreSheet.objects.get()
    paul.press(sheet, "answer", **{"name-1-kind": "benchmark", "name-1-text": "Odd", "name-1-choice": "leave"})
    page = paul.press(sheet, "ask_again")
    assert [question.name for question in page.context["questions"]] == ["Stranger", "Odd"]


def test_turned_table_gives_the_same_cells(world, paul):
    page = paul.preview(pasted="Model\tMMLU-Pro\tGPQA\nAcme 1\t81\t62\nZeta\t71\t56")
    told = {(line.model.slug, line.benchmark.slug): line.decision.score for line in page.context["plan"].writes}
    assert told == {("acme-1", "mmlu-pro"): 81, ("acme-1", "gpqa"): 62, ("zeta", "mmlu-pro"): 71, ("zeta", "gpqa"): 56}
    assert [each.pasted for each in page.context["exceptions"]] == [("Acme 1",), ("Zeta",)]


def test_file_goes_the_same_way_as_a_paste(world, paul):
    book = Workbook()
    for row in (["Benchmark", "Acme 1"], ["MMLU-Pro", 28.983], ["GPQA", 0.62]):
        book.active.append(row)
    book.active["B3"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    page = paul.preview(file=SimpleUploadedFile("card.xlsx", out.getvalue()))
    scores = {line.benchmark.slug: str(line.decision.score) for line in page.context["plan"].writes}
    assert scores == {"mmlu-pro": "28.983", "gpqa": "62"}
    sheet = ScoreSheet.objects.get()
    back = paul.client.get(reverse("admin:models_catalog_scoresheet_grid", args=[sheet.pk]))
    assert "\ue000" not in back.content.decode()
    assert "28.983" in back.context["form"]["pasted"].value()


def test_unreadable_file_and_text_come_back_to_the_page(world, paul):
    assert "not UTF-8" in paul.preview(file=SimpleUploadedFile("card.csv", b"a;\xe9\xff")).content.decode()
    assert "holds numbers" in paul.preview(pasted="hello there").content.decode()
    assert not ScoreSheet.objects.exists()


def test_source_is_taken_over_by_the_next_sheet(world, paul):
    paul.preview(pasted="Benchmark\tAcme 1\nMMLU-Pro\t81")
    sheet = ScoreSheet.objects.get()
    start = reverse("admin:models_catalog_scoresheet_add")
    assert f"copy={sheet.pk}" in paul.client.get(start, {"copy": sheet.pk, "model": "zeta"}).url
    page = paul.client.get(f"{reverse('admin:models_catalog_scoresheet_new_grid')}?model=zeta&copy={sheet.pk}")
    assert page.context["form"]["source_url"].value() == CARD["source_url"]
