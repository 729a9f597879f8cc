"""Contradicting facts are work for editors, and no reason to choose a model."""

import pytest
from django.test import Client

from comparisons import standing_store
from models_catalog.models import LanguageModel
from models_catalog.tests.world import build_world
from newsroom.contradiction_queue import contradiction_queue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world():
    found = build_world()
    LanguageModel.objects.update(context_window=100_000, max_output_tokens=4_000)
    LanguageModel.objects.filter(slug="atlas").update(context_window=400_000)
    standing_store.recompute()
    return found


def context_line():
    lines = Client().get("/compare/atlas-vs-borea.json").json()["operational"]
    return next(line for line in lines if line["attribute"] == "context_window")


def test_facts_that_fit_are_no_work_and_may_decide():
    assert contradiction_queue().count == 0
    assert context_line()["favours"] == "atlas"


def test_facts_that_do_not_fit_are_listed_and_decide_nothing(django_assert_num_queries):
    LanguageModel.objects.filter(slug="atlas").update(max_output_tokens=500_000)
    with django_assert_num_queries(5):
        queue = contradiction_queue()
    assert (queue.count, len(queue.items)) == (1, 1)
    assert "does not fit into its context" in queue.items[0].detail
    assert context_line()["favours"] is None
    page = Client().get("/compare/atlas-vs-borea/").content.decode()
    assert "sources contradict each other" in page
    assert "400K" not in page
