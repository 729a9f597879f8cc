"""The home page: what the catalogue holds, the top of the board, what changed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template.loader import render_to_string

from comparisons.boards.home import TOP, load_home
from comparisons.tests.board_world import empty, fill

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)
CHANGE = {
    "iso": "2026-11-24",
    "date": "24 November 2026",
    "kind": "corrected",
    "text": "GPQA of Model 1",
    "href": "/models/model-1/",
    "detail": "72.5 → 71.9",
}


def test_counts_and_top_of_the_board_come_from_the_catalogue():
    fill(20)
    page = load_home(today=TODAY)
    assert [(entry["text"], entry["label"]) for entry in page.numbers[:2]] == [("20", "models"), ("40", "benchmarks")]
    assert len(page.top) == TOP
    assert page.top[0].place.rank == 1
    open_between = sum(entry.best == 1 for entry in page.board.field.values())
    assert f"open between {open_between} models" in page.top_lead


def test_one_of_a_kind_is_counted_in_the_singular():
    fill(1)
    labels = [(entry["text"], entry["label"]) for entry in load_home(today=TODAY).numbers]
    assert ("1", "model") in labels
    assert ("1", "lab") in labels


def test_changes_are_shown_only_when_there_are_some():
    fill(8)
    silent = render_to_string("comparisons/home.html", {"page": load_home(today=TODAY)})
    assert "What changed" not in silent
    told = render_to_string("comparisons/home.html", {"page": load_home(today=TODAY, changes=[CHANGE])})
    assert "What changed" in told
    assert "72.5 → 71.9" in told


def test_examples_lead_to_pairs_of_this_catalogue(client):
    fill(20)
    page = load_home(today=TODAY)
    assert page.examples
    for example in page.examples:
        one, _, other = example["href"].removeprefix("/compare/").strip("/").partition("-vs-")
        assert one < other
        assert {one, other} <= page.board.field.keys()


def test_queries_do_not_grow_with_the_catalogue(client, django_assert_max_num_queries):
    # current snapshots; number of results; changes; once a process models with standings, prices, the fit
    for models in (2, 60):
        empty()
        fill(models)
        with django_assert_max_num_queries(6):
            assert client.get("/").status_code == 200
        with django_assert_max_num_queries(3):
            assert client.get("/").status_code == 200


def test_rendering_needs_no_query(django_assert_num_queries):
    fill(12)
    page = load_home(today=TODAY)
    with django_assert_num_queries(0):
        render_to_string("comparisons/home.html", {"page": page})
