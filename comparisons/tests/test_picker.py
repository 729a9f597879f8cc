"""The picker: names to pairs, questions back with suggestions, several models side by side."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from itertools import combinations

import pytest
from django.template.loader import render_to_string

from comparisons.pairs.comparison import load_comparison_page
from comparisons.pairs.picker import MOST, Chosen, PickerPage, resolve
from comparisons.pairs.side_by_side import OUTCOME_WORDS, load_side_by_side
from comparisons.tests.board_world import fill
from models_catalog.models import ModelAlias, Price
from models_catalog.tests.factories import make_model

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


@pytest.mark.parametrize("one", ["gpt-9-mini", "GPT-9 mini", "gpt 9 MINI", "openai/gpt-9-mini"])
def test_two_names_lead_to_the_pair_in_alphabetical_order(client, one):
    mini = make_model(slug="gpt-9-mini", name="GPT-9 mini")
    make_model(slug="claude-x", name="Claude X")
    ModelAlias.objects.create(dataset="", source_id="openai/gpt-9-mini", model=mini)
    response = client.get("/compare/", {"m": [one, "Claude X"]})
    assert response.status_code == 302
    assert response["Location"] == "/compare/claude-x-vs-gpt-9-mini/"


def test_part_of_a_name_will_do_where_it_fits_one_model_only():
    make_model(slug="long-nemotron-ultra", name="Long Nemotron Ultra")
    make_model(slug="claude-x-mini", name="Claude X mini")
    make_model(slug="claude-x", name="Claude X")
    assert resolve(["nemotron", "claude-x"]) == Chosen(("long-nemotron-ultra", "claude-x"))
    assert isinstance(resolve(["claude", "nemotron"]), PickerPage)


def test_unknown_name_comes_back_with_suggestions_and_the_other_field_kept(client):
    make_model(slug="claude-x", name="Claude X")
    make_model(slug="gpt-9-mini", name="GPT-9 mini")
    response = client.get("/compare/", {"m": ["Claude X", "gpt-9-mimi"]})
    text = response.content.decode()
    assert response.status_code == 200
    assert 'value="Claude X"' in text
    assert "No model is called “gpt-9-mimi”. The closest is GPT-9 mini." in text
    assert "/compare/?m=Claude+X&amp;m=gpt-9-mini" in text
    assert 'aria-invalid="true"' in text


def test_one_model_twice_is_no_pair():
    make_model(slug="claude-x", name="Claude X")
    page = resolve(["claude-x", "Claude X"])
    assert page.slots[1].errors == ("This model is named already; choose another one.",)


def test_one_model_alone_asks_for_a_second():
    make_model(slug="claude-x", name="Claude X")
    page = resolve(["claude-x"])
    assert page.slots[0].value == "claude-x"
    assert page.slots[1].errors == ("Choose a second model to compare with.",)


def test_empty_fields_are_no_errors():
    page = resolve(["", " "])
    assert all(not slot.errors for slot in page.slots)


def test_more_than_six_models_are_cut_with_a_message():
    for number in range(8):
        make_model(slug=f"model-x{number}", name=f"Model X{number}")
    page = resolve([f"model-x{number}" for number in range(8)])
    assert isinstance(page, PickerPage)
    assert len(page.others) == MOST
    assert "At most 6 models" in page.message


def test_suggestions_answer_as_json_with_name_and_lab(client):
    make_model(slug="gpt-9-mini", name="GPT-9 mini")
    found = json.loads(client.get("/compare/suggest/", {"q": "gpt"}).content)["suggestions"]
    assert [entry["slug"] for entry in found] == ["gpt-9-mini"]
    assert found[0]["name"] == "GPT-9 mini"
    assert json.loads(client.get("/compare/suggest/").content) == {"suggestions": []}


def test_unpublished_models_are_neither_found_nor_suggested(client):
    make_model(slug="secret-x", name="Secret X", published=False)
    assert json.loads(client.get("/compare/suggest/?q=secret").content) == {"suggestions": []}
    assert isinstance(resolve(["secret-x", "secret-x"]), PickerPage)


def test_three_models_stand_side_by_side_on_the_same_address(client):
    fill(12)
    response = client.get("/compare/?m=model-0000&m=model-0001&m=model-0002")
    text = response.content.decode()
    assert response.status_code == 200
    assert "Side by side" in text
    assert '<meta name="robots" content="noindex">' in text


def test_every_cell_of_the_matrix_says_what_the_pair_s_own_page_says():
    fill(16)
    slugs = ("model-0000", "model-0003", "model-0009", "model-0014")
    page = load_side_by_side(slugs, today=TODAY)
    cells = {cell.href: cell for row in page.matrix for cell in row["cells"] if cell is not None}
    assert len(cells) == 6
    for one, other in combinations(slugs, 2):
        own = load_comparison_page(f"{one}-vs-{other}", today=TODAY, lane="verified").comparison.overall
        cell = cells[f"/compare/{one}-vs-{other}/"]
        assert cell.word == OUTCOME_WORDS[own.outcome]
        leader = {None: "", 0: one, 1: other}[own.leader]
        assert cell.leader == (leader.replace("model-", "Model ") if leader else "")


def test_benchmarks_that_most_of_them_have_come_first():
    fill(16)
    rows = load_side_by_side(("model-0000", "model-0003", "model-0009"), today=TODAY).benchmarks
    assert [row["have"] for row in rows] == sorted((row["have"] for row in rows), reverse=True)
    assert all(row["have"] == sum(cell is not None for cell in row["cells"]) >= 2 for row in rows)


def test_side_by_side_renders_without_a_query(django_assert_num_queries, django_assert_max_num_queries):
    fill(12)
    # standings with models; results; prices with speeds; the fit once
    with django_assert_max_num_queries(4):
        page = load_side_by_side(("model-0000", "model-0001", "model-0002"), today=TODAY)
    with django_assert_num_queries(0):
        render_to_string("comparisons/side_by_side.html", {"page": page})


ASKED = "m=model-0000&m=model-0003&m=model-0009&m=model-0014"


def words(markup: str) -> str:
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]*>", "", markup)))


def test_page_json_and_markdown_say_the_same_sentences_of_several_models(client):
    fill(16)
    document = client.get(f"/compare.json?{ASKED}").json()
    said = document["verdict"]
    texts = [line["text"] for line in (*said["sentences"], *said["categories"])] + list(said["notes"].values())
    assert len(said["sentences"]) >= 1 <= len(said["categories"])
    page = client.get(f"/compare/?{ASKED}").content.decode()
    written = client.get(f"/compare.md?{ASKED}").content.decode().replace("\\", "")
    for text in texts:
        assert words(text) in words(page)
        assert text in written
    assert {word for pair in document["pairs"] for word in pair["notes"]} <= said["notes"].keys()
    assert document["links"]["html"].endswith(f"/compare/?{ASKED}")


def test_the_order_of_the_models_changes_the_columns_and_no_sentence(client):
    fill(16)
    one, other = (client.get(f"/compare.json?{asked}").json() for asked in (ASKED, "&".join(ASKED.split("&")[::-1])))
    assert one["verdict"] == other["verdict"]
    assert [m["slug"] for m in one["models"]] == [m["slug"] for m in other["models"]][::-1]


def test_a_workload_costs_beside_others_what_it_costs_on_the_pair_s_own_page(client):
    fill(16)
    Price.objects.update(terms="input above 200000 = 9")
    typed = "in=12M&out=800k&cached=2M&request=300k"
    costs = client.get(f"/compare.json?{ASKED}&{typed}").json()["workload"]["costs"]
    page = load_comparison_page(
        "model-0000-vs-model-0003",
        today=TODAY,
        tokens_in="12M",
        tokens_out="800k",
        tokens_cached="2M",
        tokens_a_request="300k",
    )
    assert page.workload.costs == (costs["model-0000"], costs["model-0003"])
    assert "at its prices for requests above 200,000 tokens" in costs["model-0000"]
    assert costs["model-0000"] in words_of(client, f"/compare/?{ASKED}&{typed}")
    assert costs["model-0000"] in client.get(f"/compare.md?{ASKED}&{typed}").content.decode()


def words_of(client, path: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", client.get(path).content.decode())))


def test_a_workload_that_cannot_be_read_is_told_on_the_page_and_refused_to_programs(client):
    fill(12)
    asked = "m=model-0000&m=model-0003&m=model-0009&in=plenty"
    assert "is no number of tokens" in words_of(client, f"/compare/?{asked}")
    assert client.get(f"/compare.json?{asked}").status_code == 422


@pytest.mark.parametrize(
    "asked", ["", "m=model-0000", "m=model-0000&m=model-0003", "m=model-0000&m=nobody&m=model-0003"]
)
def test_programs_are_told_what_several_models_need(client, asked):
    fill(12)
    response = client.get(f"/compare.json?{asked}")
    assert response.status_code == 422
    assert response.json()["detail"]
