"""Standings follow the catalogue: once per commit, for every lane, and nothing stale is served."""

import pytest
from django.db import transaction

from comparisons import standing_store
from comparisons.models import DatasetRevision, Standing, StandingSnapshot
from models_catalog.core.specs import LANES
from models_catalog.models import Result
from models_catalog.signals import collecting_changes
from models_catalog.tests import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return worlds.build_world()


def test_each_lane_has_one_current_snapshot(world):
    standing_store.recompute("first")
    standing_store.recompute("second")
    current = StandingSnapshot.objects.filter(current=True)
    assert sorted(current.values_list("lane", flat=True)) == sorted(LANES)
    assert {row.revision_id for row in current} == {standing_store.current_revision()}


def test_every_published_model_has_a_row_even_without_results(world):
    standing_store.recompute()
    placed = standing_store.placed_models("provisional")
    assert any(entry.standing is None for entry in placed.values())
    assert any(entry.standing is not None for entry in placed.values())


def test_earlier_snapshots_keep_scores_but_lose_their_details(world):
    standing_store.recompute()
    standing_store.recompute()
    old = Standing.objects.filter(snapshot__current=False)
    assert not old.exclude(detail=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_save_in_the_newsroom_recomputes_once_after_the_commit():
    worlds.build_world()
    before = DatasetRevision.objects.count()
    with transaction.atomic():
        for result in Result.objects.all()[:3]:
            result.note = "checked"
            result.save()
        assert DatasetRevision.objects.count() == before
    assert DatasetRevision.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_an_import_recomputes_once_and_says_why():
    worlds.build_world()
    before = DatasetRevision.objects.count()
    with transaction.atomic(), collecting_changes("forty new scores"):
        for result in Result.objects.all()[:3]:
            result.note = "imported"
            result.save()
    assert DatasetRevision.objects.count() == before + 1
    assert DatasetRevision.objects.first().reason == "forty new scores"


def test_standings_of_two_models_cost_one_query(world, django_assert_num_queries):
    standing_store.recompute()
    slugs = list(standing_store.placed_models("provisional"))[:2]
    with django_assert_num_queries(1):
        standing_store.placed_in_lanes(("verified", "provisional"), slugs)


def test_what_is_stored_is_what_was_computed(world):
    from comparisons.core.scoring import standings
    from models_catalog.snapshots import load_catalogue

    standing_store.recompute()
    catalogue = load_catalogue()
    computed = standings(catalogue.categories, catalogue.benchmarks, catalogue.results, "provisional")
    placed = standing_store.placed_models("provisional")
    for standing in computed.models:
        assert placed[standing.model].standing == standing
    assert standing_store.current_context("provisional").fit == computed.fit


def test_a_lane_that_was_never_computed_is_said_to_be_missing():
    with pytest.raises(standing_store.NoStandings):
        standing_store.current_context("verified")
