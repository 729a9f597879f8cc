"""Every page in catalogues that break careless pages: nothing, one model, no shared test, odd names."""

from __future__ import annotations

import copy
import json
import re

import pytest
from jinja2 import StrictUndefined

from comparisons import standing_store
from comparisons.tests.board_world import LONG, ODD_NAMES, RIGHT_TO_LEFT, SCRIPT, fill
from models_catalog.tests.factories import make_benchmark, make_model, make_organization, make_result

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/compare/",
    "/compare/?fields=6",
    "/leaderboard/",
    "/leaderboard/?category=coding",
    "/leaderboard/?show=tracked",
    "/leaderboard/?w=coding:1",
    "/models/",
    "/benchmarks/",
    "/prices/",
    "/prices/?in=1M&out=1M&scale=linear&sort=cost",
    "/data/",
    "/about/",
    "/leaderboard.json",
    "/leaderboard.md",
    "/leaderboard.csv",
)
# What a page shows when a value fell through instead of being said in words.
LEAKS = re.compile(r"\b(None|nan|NaN|inf|Infinity|undefined)\b|\{\{|\}\}")


@pytest.fixture(autouse=True)
def _strict_templates(settings):
    """A template that asks for something its page does not have fails here instead of printing nothing."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["undefined"] = StrictUndefined
    settings.TEMPLATES = templates


def visible(response) -> str:
    """The text of a page without its markup."""
    text = response.content.decode()
    text = re.sub(r"<(script|style).*?</\1>", " ", text, flags=re.S)
    return re.sub(r"<[^>]+>", " ", text)


def assert_well_formed(client, path: str):
    """The page answers, and nothing missing leaks into it."""
    response = client.get(path)
    assert response.status_code == 200, path
    if path.partition("?")[0].endswith(".json"):
        json.loads(response.content, parse_constant=pytest.fail)
        return response
    found = LEAKS.search(visible(response))
    assert found is None, f"{path}: {found.group()} in {visible(response)[max(0, found.start() - 80) :][:160]}"
    assert not response.cookies, path
    return response


@pytest.mark.parametrize("path", PAGES)
def test_a_database_without_standings_has_every_page(client, path):
    assert_well_formed(client, path)


@pytest.mark.parametrize("path", [*PAGES, "/categories/coding/", "/categories/coding.json"])
def test_standings_of_nothing_have_every_page(client, path):
    standing_store.recompute("nothing yet")
    assert_well_formed(client, path)


@pytest.mark.parametrize(
    "path", [*PAGES, "/models/alone/", "/models/alone.json", "/models/alone.md", "/categories/coding/"]
)
def test_one_model_without_results_has_every_page(client, path):
    make_model(slug="alone", name="Alone")
    standing_store.recompute("one")
    assert_well_formed(client, path)


@pytest.mark.parametrize(
    "path",
    [
        *PAGES,
        "/models/left/",
        "/models/right/",
        "/benchmarks/first/",
        "/benchmarks/first.md",
        "/labs/one/",
        "/providers/one/",
    ],
)
def test_two_models_without_a_shared_benchmark_have_every_page(client, path):
    lab = make_organization(slug="one")
    make_result(model=make_model(slug="left", name="Left", lab=lab), benchmark=make_benchmark(slug="first"))
    make_result(model=make_model(slug="right", name="Right", lab=lab), benchmark=make_benchmark(slug="second"))
    standing_store.recompute("two")
    assert_well_formed(client, path)


def test_a_young_catalogue_says_what_ranks_need_instead_of_an_empty_table(client):
    make_result(model=make_model(name="Left"), benchmark=make_benchmark())
    standing_store.recompute("one")
    text = client.get("/leaderboard/").content.decode()
    assert "Not enough results for ranks yet" in text
    assert "6 test families" in text
    assert "Left" in text


@pytest.mark.parametrize(
    "path",
    [*PAGES, "/models/model-0000/", "/models/model-0001/", "/models/model-0002/", "/benchmarks/bench-00/", "/labs/maker-1/",
     "/compare/?m=model-0000&m=model-0001&m=model-0002"],
)  # fmt: skip
def test_odd_names_are_escaped_and_isolated_on_every_page(client, path):
    fill(12, names=ODD_NAMES)
    text = assert_well_formed(client, path).content.decode()
    if path.partition("?")[0].endswith((".json", ".md", ".csv")):
        return
    assert SCRIPT not in text
    for link in re.findall(r"<a [^>]*>(?:(?!</a>).)*</a>", text, flags=re.S):
        if (LONG in link or RIGHT_TO_LEFT in link) and "<svg" not in link and "<title>" not in link:
            assert "<bdi>" in link or "visually-hidden" in link, link


def test_every_page_of_a_real_world_is_well_formed(client):
    fill(60)
    for path in (
        *PAGES,
        "/models/model-0000/",
        "/benchmarks/bench-00/",
        "/categories/coding/",
        "/labs/maker-0/",
        "/providers/maker-0/",
    ):
        assert_well_formed(client, path)
