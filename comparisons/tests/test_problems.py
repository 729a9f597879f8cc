"""What goes wrong is said in the representation that was asked for, with addresses that lead on in it."""

from __future__ import annotations

import ast
import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.conf import settings

from comparisons import standing_store
from comparisons.web.representation import Representation, asked
from models_catalog.actions import rename_model
from models_catalog.models import GoneModel, LanguageModel, ModelSlugRedirect
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db

HTML, JSON, MARKDOWN = "text/html; charset=utf-8", "application/problem+json", "text/markdown; charset=utf-8"
ATOM, SVG, TEXT = "application/atom+xml; charset=utf-8", "image/svg+xml", "text/plain; charset=utf-8"


@pytest.fixture(autouse=True)
def world():
    """The small world with standings."""
    found = build_world()
    standing_store.recompute()
    return found


@pytest.mark.parametrize(
    ("path", "kind", "near"),
    [
        ("/compare/atlas-vs-boreas/", HTML, "/compare/atlas-vs-borea/"),
        ("/compare/atlas-vs-boreas.json", JSON, "/compare/atlas-vs-borea.json"),
        ("/compare/atlas-vs-boreas.md", MARKDOWN, "/compare/atlas-vs-borea.md"),
        ("/compare/atlas-vs-boreas/card.png", TEXT, "/compare/atlas-vs-borea/card.png"),
        ("/embed/compare/atlas-vs-boreas/", HTML, "/embed/compare/atlas-vs-borea/"),
        ("/compare/atlas-vs-atlas/", HTML, "/models/atlas/"),
        ("/compare/atlas-vs-atlas.json", JSON, "/models/atlas/"),
        ("/compare/atlas-vs-atlas.md", MARKDOWN, "/models/atlas/"),
        ("/compare/atlas.md", MARKDOWN, ""),
        ("/compare/atlas.json", JSON, ""),
        ("/models/boreas/", HTML, "/models/borea/"),
        ("/models/boreas.json", JSON, "/models/borea.json"),
        ("/models/boreas.md", MARKDOWN, "/models/borea.md"),
        ("/models/boreas/feed.atom", ATOM, ""),
        ("/benchmarks/code-repairs/", HTML, "/benchmarks/code-repair/"),
        ("/benchmarks/code-repairs.json", JSON, "/benchmarks/code-repair.json"),
        ("/benchmarks/code-repairs.md", MARKDOWN, "/benchmarks/code-repair.md"),
        ("/categories/nothing/", HTML, "/categories/coding/"),
        ("/categories/nothing.json", JSON, "/categories/coding.json"),
        ("/categories/nothing.md", MARKDOWN, "/categories/coding.md"),
        ("/categories/nothing/feed.atom", ATOM, ""),
        ("/labs/northern/", HTML, "/labs/north/"),
        ("/labs/northern.json", JSON, "/labs/north.json"),
        ("/labs/northern.md", MARKDOWN, "/labs/north.md"),
        ("/labs/northern/feed.atom", ATOM, ""),
        ("/providers/skyy/", HTML, "/providers/sky/"),
        ("/badge/boreas.svg", SVG, ""),
        ("/report/999999/", HTML, ""),
        ("/sitemap-pairs-99.xml", TEXT, ""),
        ("/nothing/", HTML, "/leaderboard/"),
        ("/nothing.json", JSON, ""),
        ("/nothing.md", MARKDOWN, ""),
    ],
)
def test_an_unknown_name_is_told_in_the_asked_representation(client, path, kind, near):
    answer = client.get(path)
    text = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (404, kind)
    assert near in text
    if kind == JSON:
        assert (answer.json()["status"], answer.json()["title"]) == (404, "Not Found")
        assert answer.json()["detail"].endswith(".")
    if kind == MARKDOWN:
        assert text.startswith("# There is no such page\n")
    if kind == ATOM:
        feed = ET.fromstring(text)
        assert "There is no" in feed.findtext("{http://www.w3.org/2005/Atom}subtitle")


@pytest.mark.parametrize("ending", ["/", ".json", ".md"])
def test_what_a_near_match_offers_answers(client, ending):
    for path in (f"/compare/atlas-vs-boreas{ending}", f"/models/boreas{ending}", f"/labs/northern{ending}"):
        near = path.replace("boreas", "borea").replace("northern", "north")
        assert near in client.get(path).content.decode()
        assert client.get(near).status_code == 200


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/compare/atlas-vs-old/?lane=provisional", "/compare/atlas-vs-borea/?lane=provisional"),
        ("/compare/old-vs-atlas.json", "/compare/atlas-vs-borea.json"),
        ("/compare/atlas-vs-old.md?w=coding:1", "/compare/atlas-vs-borea.md?w=coding:1"),
        ("/compare/atlas-vs-old/card.png", "/compare/atlas-vs-borea/card.png"),
        ("/embed/compare/atlas-vs-old/", "/embed/compare/atlas-vs-borea/"),
        ("/compare/borea-vs-old/", "/models/borea/"),
        ("/compare/borea-vs-old.json", "/models/borea.json"),
        ("/compare/borea-vs-old.md", "/models/borea.md"),
        ("/models/old/", "/models/borea/"),
        ("/models/old.json?on=2026-01-01", "/models/borea.json?on=2026-01-01"),
        ("/models/old.md", "/models/borea.md"),
        ("/models/old/feed.atom", "/models/borea/feed.atom"),
        ("/badge/old.svg?metric=rank", "/badge/borea.svg?metric=rank"),
        ("/api/v1/models/old", "/api/v1/models/borea"),
        ("/api/v1/compare/atlas-vs-old", "/api/v1/compare/atlas-vs-borea"),
        ("/api/v1/compare/borea-vs-old", "/api/v1/models/borea"),
    ],
)
def test_an_old_slug_leads_to_the_new_one_in_every_representation(client, path, target):
    ModelSlugRedirect.objects.create(old_slug="old", model=LanguageModel.objects.get(slug="borea"))
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, target)


@pytest.mark.parametrize("query", ["w=coding", "w=nothing:1", "w=coding:-1", "lane=verifed", "on=yesterday"])
@pytest.mark.parametrize("path", ["/compare/atlas-vs-borea", "/leaderboard", "/models/atlas"])
def test_a_program_is_told_what_it_asked_wrong_instead_of_getting_other_facts(client, path, query):
    if path == "/models/atlas" and query.startswith("w="):
        pytest.skip("a model's page has no weights of its own")
    query = "w=coding:x" if query == "w=coding" else query
    for ending, kind in ((".json", JSON), (".md", MARKDOWN)):
        answer = client.get(f"{path}{ending}?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (422, kind), query
    page = client.get(f"{path}/?{query}")
    assert page.status_code == 200


def test_a_table_is_refused_as_a_table(client):
    answer = client.get("/leaderboard.csv?price=cheap&status=young")
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/csv; charset=utf-8")
    head, told = list(csv.reader(io.StringIO(answer.content.decode())))
    assert head == ["problem", "near"]
    assert "“cheap” is no sum of money" in told[0]
    assert "“status” has no such value" in told[0]


@pytest.mark.parametrize("path", ["/leaderboard", "/categories/coding", "/labs/north"])
def test_every_board_refuses_filters_it_cannot_use(client, path):
    assert client.get(f"{path}.json?context=many").status_code == 422
    assert client.get(f"{path}/?context=many").status_code == 200


def test_a_hostile_name_stays_text(client):
    text = client.get("/labs/x%5D(javascript:1)%7C%3Cb%3E.md").content.decode()
    assert "<b>" not in text.replace("\\<b\\>", "")
    assert client.get("/compare/%3Cb%3E.json").json()["status"] == 404


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", Representation.HTML),
        ("/models/gpt-4.1/", Representation.HTML),
        ("/models/gpt-4.1", Representation.HTML),
        ("/leaderboard.csv", Representation.CSV),
        ("/changes/feed.atom", Representation.ATOM),
        ("/compare/a-vs-b/card.png", Representation.TEXT),
    ],
)
def test_the_ending_of_a_path_says_what_is_asked(path, kind):
    assert asked(path) is kind


def views() -> list[Path]:
    """Every module with views of readers."""
    return sorted((Path(settings.BASE_DIR) / "comparisons").rglob("*views.py"))


def test_views_are_no_library_of_each_other():
    names = {".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts) for path in views()}
    assert len(names) >= 4
    for path in views():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not imported & names, path


def test_no_view_asks_whether_it_was_given_a_response():
    for path in [*views(), *(Path(settings.BASE_DIR) / "comparisons" / "web").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
                assert "Response" not in ast.unparse(node), path


@pytest.mark.parametrize(
    ("path", "kind", "near"),
    [
        ("/models/elder/", HTML, "/models/borea/"),
        ("/models/elder.json", JSON, "/models/borea.json"),
        ("/models/elder.md", MARKDOWN, "/models/borea.md"),
        ("/compare/atlas-vs-elder/", HTML, "/compare/atlas-vs-borea/"),
        ("/compare/elder-vs-atlas.json", JSON, "/compare/atlas-vs-borea.json"),
        ("/compare/borea-vs-elder.json", JSON, "/models/borea/"),
        ("/badge/elder.svg", SVG, ""),
        ("/api/v1/models/elder", JSON, "/api/v1/models/borea"),
        ("/api/v1/compare/atlas-vs-elder", JSON, "/api/v1/compare/atlas-vs-borea"),
    ],
)
def test_a_model_that_is_gone_says_so_and_points_to_its_successor(client, world, path, kind, near):
    GoneModel.objects.create(old_slug="elder", successor=world.models["borea"], note="Too few figures.")
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (410, kind)
    text = answer.content.decode()
    assert "is no longer compared here. Too few figures." in text or kind == SVG
    assert near in text


def test_a_successor_that_readers_may_not_see_is_not_named(client, world):
    GoneModel.objects.create(old_slug="elder", successor=world.models["borea"])
    LanguageModel.objects.filter(slug="borea").update(published=False)
    answer = client.get("/models/elder.json")
    assert (answer.status_code, answer.json()["near"]) == (410, [])


def test_renaming_there_and_back_loops_nobody(client):
    model = LanguageModel.objects.get(slug="borea")
    model = rename_model(model, "borea-2", reason="Away")
    standing_store.recompute()  # as after every commit
    away = client.get("/models/borea/")
    model = rename_model(model, "borea", reason="And back")
    standing_store.recompute()
    back = client.get("/models/borea-2/")
    assert (away.status_code, away["Location"], away["Cache-Control"]) == (302, "/models/borea-2/", "no-cache")
    assert (back.status_code, back["Location"], back["Cache-Control"]) == (302, "/models/borea/", "no-cache")
    assert client.get("/models/borea/").status_code == 200


@pytest.mark.parametrize("path", ["results", "prices", "changes"])
def test_filters_of_the_api_follow_renamings_and_know_no_unknown_model(client, path):
    ModelSlugRedirect.objects.create(old_slug="old", model=LanguageModel.objects.get(slug="borea"))
    assert client.get(f"/api/v1/{path}?model=old").json() == client.get(f"/api/v1/{path}?model=borea").json()
    answer = client.get(f"/api/v1/{path}?model=boreaa")
    assert answer.status_code == 404
    assert f"/api/v1/{path}?model=borea" in answer.content.decode()


def test_other_unknown_filters_of_the_api_are_not_found(client):
    assert client.get("/api/v1/results?benchmark=nothing").status_code == 404
    assert client.get("/api/v1/prices?provider=nobody").status_code == 404
