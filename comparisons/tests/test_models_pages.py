"""The catalogue of models, and the boards of labs and providers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template.loader import render_to_string

from comparisons import standing_store
from comparisons.boards.catalogue import load_models
from comparisons.boards.filters import BoardFilters
from comparisons.boards.organizations import load_lab, load_provider
from comparisons.tests.board_world import empty, fill
from models_catalog.models import LanguageModel, Organization
from models_catalog.tests.factories import make_model, make_offering, make_organization, make_price

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


def test_catalogue_lists_every_published_model_by_name():
    fill(12)
    make_model(name="Aardvark")
    make_model(name="Hidden", published=False)
    standing_store.recompute("two more")
    page = load_models(BoardFilters(), today=TODAY)
    names = [line.name for line in page.lines]
    assert names[0] == "Aardvark"
    assert names == sorted(names, key=str.casefold)
    assert len(names) == page.total == 13
    assert page.lines[0].standing_text == "no score"


def test_part_of_a_name_or_lab_filters():
    fill(12)
    assert [line.name for line in load_models(BoardFilters(q="0003"), today=TODAY).lines] == ["Model 0003"]
    assert len(load_models(BoardFilters(q="maker 0"), today=TODAY).lines) == 3


def test_unknown_facts_are_said_in_words(client):
    make_model(name="Bare")
    standing_store.recompute("one")
    text = client.get("/models/").content.decode()
    assert text.count("not published") >= 3


def test_catalogue_needs_three_queries_whatever_its_size_and_then_one(client, django_assert_max_num_queries):
    # current snapshots; once a process models with standings, and prices
    for models in (2, 60):
        empty()
        fill(models)
        with django_assert_max_num_queries(3):
            assert client.get("/models/").status_code == 200
        with django_assert_max_num_queries(1):
            assert client.get("/models/").status_code == 200


def test_lab_page_shows_its_models_with_their_ranks_among_all():
    fill(20)
    page = load_lab("maker-1", BoardFilters(), today=TODAY)
    lines = [*page.board.lines, *page.board.tracked]
    assert len(lines) == 4
    assert {line.entry.model.lab for line in lines} == {"maker-1"}
    ranked = {line.entry.model.slug: line.place.rank for line in page.board.lines}
    everyone = {p.standing.model: p.standing.rank for p in standing_store.placed_models("verified").values()}
    assert all(everyone[slug] == rank for slug, rank in ranked.items())
    first = min(ranked.values())
    assert "Highest: " in page.basis or not ranked
    assert first == page.board.lines[0].place.rank


def test_lab_filters_stay_on_the_lab_s_page():
    fill(20)
    page = load_lab("maker-1", BoardFilters(category="coding"), today=TODAY)
    assert page.board.filters.href(page.path) == "/labs/maker-1/?category=coding"
    assert all(field["name"] != "lab" for field in page.fields)


def test_unknown_lab_is_a_404_with_near_matches(client):
    make_organization(slug="openai", name="OpenAI")
    response = client.get("/labs/opnai/")
    assert response.status_code == 404
    assert "/labs/openai/" in response.content.decode()


def test_provider_page_lists_current_prices_cheapest_first():
    host = make_organization(slug="host", name="Host", is_lab=False)
    for name, price in (("Dear", "9"), ("Cheap", "1"), ("Gone", "0.1")):
        offering = make_offering(model=make_model(name=name), provider=host)
        end = dt.date(2026, 1, 1) if name == "Gone" else None
        make_price(offering=offering, input=price, output=price, valid_from=dt.date(2025, 1, 1), valid_to=end)
    standing_store.recompute("three")
    page = load_provider("host", today=TODAY)
    assert [entry.line.name for entry in page.served] == ["Cheap", "Dear"]
    assert "1.00 USD per 1M tokens, for Cheap" in page.basis
    text = render_to_string("comparisons/provider_detail.html", {"page": page})
    assert "Dear" in text
    assert "Gone" not in text


def test_organisation_that_serves_nothing_is_no_provider(client):
    make_organization(slug="only-lab", name="Only", is_provider=False)
    assert client.get("/providers/only-lab/").status_code == 404
    assert client.get("/labs/only-lab/").status_code == 200


def test_lab_and_provider_pages_link_each_other(client):
    fill(6)
    Organization.objects.filter(slug="maker-0").update(website="https://example.org/", country="FR")
    lab = client.get("/labs/maker-0/").content.decode()
    assert "/providers/maker-0/" in lab
    assert "Country: FR" in lab
    assert "/labs/maker-0/" in client.get("/providers/maker-0/").content.decode()
    assert LanguageModel.objects.count() == 6
