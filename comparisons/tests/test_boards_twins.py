"""Twins of boards, models and benchmarks say what their pages say."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest

from comparisons import standing_store
from comparisons.boards.csv_twin import cell
from comparisons.boards.filters import BoardFilters
from comparisons.boards.leaderboard import load_leaderboard
from comparisons.pages.base import absolute
from comparisons.pages.model import load_model
from comparisons.tests.board_world import ODD_NAMES, SCRIPT, fill
from models_catalog.models import LanguageModel

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


def fetched(client, path: str) -> dict:
    """A JSON twin, read strictly."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    return json.loads(response.content, parse_constant=pytest.fail)


def test_json_has_every_model_with_the_texts_of_the_page(client):
    fill(70)
    document = fetched(client, "/leaderboard.json")
    assert document["schema"] == "evenbench.board/1"
    assert len(document["models"]) == 70
    by_slug = {model["slug"]: model for model in document["models"]}
    for line in load_leaderboard(BoardFilters(), today=TODAY).board.lines:
        model = by_slug[line.entry.model.slug]
        assert (model["rank"], model["rank_best"], model["rank_worst"]) == line.place[:3]
        assert model["score"] == line.entry.overall
        assert model["text"] == line.score_text
        assert model["categories"]["coding"] == line.entry.scores.get("coding")


def test_twins_follow_the_filters_of_their_page(client):
    fill(40)
    document = fetched(client, "/leaderboard.json?weights=open&category=coding")
    assert document["ranked_by"] == "coding"
    assert document["filters"] == {"weights": "open"}
    assert all(model["open_weights"] for model in document["models"])
    text = client.get("/leaderboard/?weights=open").content.decode()
    assert 'href="/leaderboard.json?weights=open"' in text


def test_csv_has_one_row_a_model_and_leaves_unknown_cells_empty(client):
    fill(40)
    LanguageModel.objects.create(slug="bare", name="=1+1", lab=LanguageModel.objects.first().lab)
    standing_store.recompute("bare")
    response = client.get("/leaderboard.csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert len(rows) == 41
    bare = next(row for row in rows if row["slug"] == "bare")
    assert bare["score"] == bare["rank"] == bare["score_coding"] == bare["price_input"] == bare["open_weights"] == ""
    assert bare["name"] == "'=1+1"
    assert bare["lacks"] == "no result that counts in this lane"
    assert float(rows[0]["score"]) > float(rows[1]["score"])


@pytest.mark.parametrize(
    ("value", "written"), [(None, ""), (True, "yes"), (False, "no"), (0, 0), ("-1", "'-1"), ("a", "a"), (-1.5, -1.5)]
)
def test_csv_cells(value, written):
    assert cell(value) == written


def test_markdown_prints_the_texts_of_the_page_and_escapes_names(client):
    fill(30, names=ODD_NAMES)
    text = client.get("/leaderboard.md").content.decode()
    page = load_leaderboard(BoardFilters(), today=TODAY)
    assert text.startswith("# Leaderboard\n\n" + page.basis)
    assert SCRIPT not in text
    for line in page.board.lines[:5]:
        assert line.score_text in text
        assert line.range_text in text


def test_model_twin_carries_the_standing_and_every_row(client):
    fill(20)
    page = load_model("model-0003", today=TODAY)
    document = fetched(client, "/models/model-0003.json")
    assert document["summary"] == page.basis
    assert document["standing"]["overall"] == page.entry.overall
    assert [row["id"] for row in document["results"]] == [line.row.id for line in page.results]
    assert sum(cell["share"] for cell in document["standing"]["cells"]) == pytest.approx(1)
    assert document["links"]["html"] == absolute("/models/model-0003/")
    text = client.get("/models/model-0003.md").content.decode()
    assert page.basis in text
    assert all(line.why_not in text for line in page.results if line.why_not)


def test_benchmark_category_and_lab_have_twins(client):
    fill(20)
    benchmark = fetched(client, "/benchmarks/bench-00.json")
    assert benchmark["benchmark"]["slug"] == "bench-00"
    assert benchmark["results"]
    assert fetched(client, "/categories/coding.json")["ranked_by"] == "coding"
    lab = fetched(client, "/labs/maker-1.json")
    assert {model["lab"] for model in lab["models"]} == {"maker-1"}
    for path in ("/benchmarks/bench-00.md", "/categories/coding.md", "/labs/maker-1.md"):
        response = client.get(path)
        assert response["Content-Type"] == "text/markdown; charset=utf-8"
        assert response.content.decode().startswith("# ")


@pytest.mark.parametrize(
    "path", ["/models/nope.json", "/benchmarks/nope.json", "/categories/nope.json", "/labs/nope.json"]
)
def test_unknown_twins_are_problem_documents(client, path):
    fill(4)
    response = client.get(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == 404


def test_every_alternate_link_of_a_page_answers(client):
    fill(12)
    paths = ("/leaderboard/", "/models/model-0001/", "/benchmarks/bench-01/", "/categories/math/", "/labs/maker-1/")
    for path in paths:
        text = client.get(path).content.decode()
        links = [
            part.partition('"')[0] for part in text.split('rel="alternate"')[1:] for part in part.split('href="')[1:2]
        ]
        assert len(links) >= 2, path
        for link in links:
            assert client.get(link.replace("&amp;", "&")).status_code == 200, link
