"""What the grid's script asks: where a pasted text belongs, what a typed score means, and that nothing typed is lost."""

import pytest
from django.urls import reverse

from models_catalog.models import ScoreSheet
from newsroom import entries, placing
from newsroom.tests.newsroom_world import World
from newsroom.tests.test_sheet import CARD, Editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def edith(world, client):
    return Editor(type(client), world.edith)


@pytest.fixture
def order(world):
    return [world.cost.pk, world.gpqa.pk, world.mmlu.pk]


def test_blank_line_of_a_column_keeps_its_place(world, order):
    found = placing.place(world.acme_1, "52\n\n42.9\n71.1", order, order[0])
    assert found.fills == {order[0]: "52", order[2]: "42.9"}
    assert [entry["text"] for entry in found.left] == ["71.1"]
    assert found.left[0]["reason"] == "The grid ends above this cell."
    assert placing.place(world.acme_1, "\n52\n", order, order[0]).fills == {order[1]: "52"}


def test_cell_with_a_line_break_inside_is_one_cell(world, order):
    found = placing.place(world.acme_1, '"52\n(5-shot)"\n61', order, order[1])
    assert found.fills == {order[1]: "52 (5-shot)", order[2]: "61"}


def test_unreadable_cells_of_a_column_stand_where_they_were_pasted(world, order):
    assert placing.place(world.acme_1, "52\n~60\n—", order, order[0]).fills == dict(
        zip(order, ["52", "~60", "—"], strict=True)
    )


def test_column_headed_with_the_sheets_own_name_is_taken_and_with_another_is_not(world, order):
    assert placing.place(world.acme_1, "Acme 1\n52\n61", order, order[0]).fills == {order[0]: "52", order[1]: "61"}
    found = placing.place(world.acme_1, "Acme 2\n52\n61", order, order[0])
    assert not found.fills
    assert [entry["text"] for entry in found.left] == ["Acme 2", "52", "61"]
    assert "the sheet is about Acme 1" in found.left[1]["reason"]


def test_table_finds_its_rows_by_name_and_never_takes_another_models_column(world, order):
    text = "Benchmark\tAcme 2\tAcme 1\nMMLU-Pro\t90\t81\nGPQA\t91\t~62\nOdd\t5\t6"
    found = placing.place(world.acme_1, text, order, order[0])
    assert found.fills == {world.mmlu.pk: "81", world.gpqa.pk: "~62"}
    assert found.rest == ["Odd\t6"]
    assert {entry["text"] for entry in found.left} == {"90", "91", "5"}
    refused = placing.place(world.acme_1, "Benchmark\tAcme 2\nMMLU-Pro\t90", order, order[0])
    assert not refused.fills
    assert "90" in {entry["text"] for entry in refused.left}


def test_row_outside_the_grid_goes_into_the_field(world, order):
    found = placing.place(world.acme_1, "MMLU-Pro\t81\nGPQA\t62", [world.gpqa.pk], None)
    assert (found.fills, found.rest) == ({world.gpqa.pk: "62"}, ["MMLU-Pro\t81"])


def test_words_of_the_run_go_with_the_score(world, order):
    found = placing.place(world.acme_1, "GPQA (5-shot)\t62\nMMLU-Pro\t81", order, None)
    assert found.fills[world.gpqa.pk] == "62 (5-shot)"


def test_notes_say_new_same_difference_or_the_problem(world):
    typed = {world.mmlu.pk: "80.1", world.gpqa.pk: "61,5", world.cost.pk: "~3"}
    notes = placing.notes_on(world.acme_1, typed)
    alone = placing.notes_on(world.acme_1, {world.mmlu.pk: "80.1", world.gpqa.pk: "61.5"})
    assert [alone[pk]["note"] for pk in (world.mmlu.pk, world.gpqa.pk)] == ["same", "+1.5"]
    assert "about a score" in notes[world.cost.pk]["note"]
    assert placing.notes_on(world.zeta, {world.cost.pk: "2"})[world.cost.pk]["note"] == "new"


def test_place_answers_the_script_in_json(world, edith):
    where = f"{reverse('admin:models_catalog_scoresheet_place')}?model=acme-1"
    told = edith.client.post(where, {"text": "MMLU-Pro\t81\nGPQA\t62", "order": f"{world.mmlu.pk}", "start": ""}).json()
    assert told["fills"] == {str(world.mmlu.pk): "81"}
    assert told["rest"] == ["GPQA\t62"]
    assert edith.client.get(where).status_code == 405


def test_what_is_typed_is_kept_and_taken_up_again(world, edith):
    edith.open(world.acme_1)
    keep = f"{reverse('admin:models_catalog_scoresheet_keep')}?model=acme-1"
    told = edith.client.post(keep, {**CARD, f"score-{world.mmlu.pk}": "81"}).json()
    assert told["notes"][str(world.mmlu.pk)]["note"] == "+0.9"
    edith.client.logout()
    edith.client.force_login(world.edith)
    page = edith.open(world.acme_1)
    assert 'value="81"' in page.content.decode()
    assert page.context["form"]["source_url"].value() == CARD["source_url"]
    start = edith.client.get(reverse("admin:models_catalog_scoresheet_add"))
    assert [entry.title for entry, _ in start.context["entries"]] == ["Acme 1"]


def test_kept_entry_is_nobody_elses_and_ends_with_the_preview(world, edith, client):
    edith.open(world.acme_1)
    edith.client.post(
        f"{reverse('admin:models_catalog_scoresheet_keep')}?model=acme-1", {f"score-{world.mmlu.pk}": "81"}
    )
    assert entries.entry_of(world.paul, world.acme_1) is None
    edith.preview({world.mmlu: "81"})
    assert [sheet.state for sheet in ScoreSheet.objects.all()] == ["preview"]


def test_emptied_form_is_forgotten(world, edith):
    keep = f"{reverse('admin:models_catalog_scoresheet_keep')}?model=acme-1"
    edith.client.post(keep, {f"score-{world.mmlu.pk}": "81"})
    edith.client.post(keep, {})
    assert not ScoreSheet.objects.exists()
