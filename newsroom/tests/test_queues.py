"""The newsroom's front page: what waits, how much, and the list it leads to."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from models_catalog.models import (
    Benchmark,
    Import,
    Offering,
    Price,
    PriceConflict,
    Report,
    Result,
    ScoreSheet,
    SpeedMeasurement,
    UnknownName,
)
from newsroom import queues, standing_queues
from newsroom.queues import Queue
from newsroom.tests.newsroom_world import World

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 9, 1)


@pytest.fixture
def world():
    return World()


def counts():
    return {queue.slug: queue.count for queue in queues.catalogue_queues(TODAY)}


def fill(world):
    """One thing in every queue of the catalogue."""
    Result.objects.create(model=world.acme_2, benchmark=world.gpqa, score=50, state="draft")
    ScoreSheet.objects.create(title="Acme 1", state="waiting")
    Report.objects.create(result=world.result(world.zeta, world.gpqa), text="Wrong.")
    UnknownName.objects.create(kind="model", name="Nobody")
    Import.objects.create(source="aider", state="ready", size=1)
    Benchmark.objects.create(slug="new", name="New", kind="other", weight=0, display_reason="unclassified")
    world.publish(world.zeta, world.gpqa, "70", source_url="")
    offering = Offering.objects.create(model=world.zeta, provider=world.zeta.lab)
    Price.objects.create(offering=offering, input=1, output=2, observed_on=TODAY - dt.timedelta(days=91))
    SpeedMeasurement.objects.create(offering=offering, output_tokens_per_second=90)
    PriceConflict.objects.create(offering=offering, dataset="litellm", says="input 2", against="input 1 from board")
    world.zeta.status = "deprecated"
    world.zeta.save()


def test_empty_newsroom_has_empty_queues(world):
    assert set(counts().values()) == {0}


def test_every_queue_counts_what_waits(world):
    fill(world)
    assert counts() == {
        "sheets": 1,
        "drafts": 1,
        "reports": 1,
        "names": 1,
        "arrivals": 1,
        "unclassified": 1,
        "conflicts": 1,
        "no-source": 1,
        "disputed-prices": 1,
        "stale-prices": 1,
        "gone": 1,
        "stale-speeds": 1,
    }


def test_every_queue_leads_to_a_list_of_the_same_length(world, admin_user, client):
    fill(world)
    client.force_login(admin_user)
    with time_machine.travel(dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)):
        for queue in queues.catalogue_queues(TODAY):
            listed = client.get(queue.url).context["cl"].queryset.count()
            # A conflict is one pair of model and benchmark; its list shows both results.
            assert listed == (2 if queue.slug == "conflicts" else queue.count), queue.slug


def test_close_results_and_other_protocols_are_no_conflict(world):
    world.publish(world.zeta, world.gpqa, "61.5", source_url="https://b.example")
    world.publish(world.zeta, world.mmlu, "90", source_url="https://b.example", standard=False)
    assert counts()["conflicts"] == 0


def test_fresh_prices_ended_prices_and_suspect_speeds_are_not_stale(world):
    offering = Offering.objects.create(model=world.zeta, provider=world.zeta.lab)
    Price.objects.create(offering=offering, input=1, valid_to=TODAY, observed_on=None)
    Price.objects.create(offering=offering, input=2, valid_from=TODAY, observed_on=TODAY - dt.timedelta(days=90))
    SpeedMeasurement.objects.create(offering=offering, output_tokens_per_second=100, suspect="round number")
    assert (counts()["stale-prices"], counts()["stale-speeds"]) == (0, 0)


def test_a_conflict_of_prices_is_settled_from_its_list_and_opened_again(world, client):
    fill(world)
    client.force_login(world.edith)
    listing = reverse("admin:models_catalog_priceconflict_changelist")
    assert "input 1 from board" in client.get(listing).text
    chosen = {"_selected_action": [PriceConflict.objects.get().pk]}
    assert "1 conflict settled." in client.post(listing, {"action": "settled", **chosen}, follow=True).text
    assert counts()["disputed-prices"] == 0
    assert "1 conflict opened again." in client.post(listing, {"action": "open_again", **chosen}, follow=True).text
    assert counts()["disputed-prices"] == 1


def test_front_page_shows_count_and_next_action(world, client):
    fill(world)
    client.force_login(world.paul)
    html = client.get(reverse("admin:index")).content.decode()
    assert "Readers&#x27; reports" in html
    assert "Look at the source, then correct or answer" in html
    assert reverse("admin:models_catalog_scoresheet_add") in html


def test_staff_see_only_queues_they_may_work_on(world):
    fill(world)
    manager_sees = {queue.slug for queue in queues.queues_for(world.edith, TODAY)}
    assert {"drafts", "reports", "names"} <= manager_sees
    world.edith.groups.clear()
    del world.edith._perm_cache, world.edith._group_perm_cache, world.edith._user_perm_cache
    assert queues.queues_for(world.edith, TODAY) == []


def test_queues_of_the_standings_stand_beside_the_others_and_empty_ones_come_last(world, monkeypatch):
    def source(day):
        yield Queue("odd", "Odd things", 3, "They are odd.", "Look", "", "models_catalog.view_result")

    monkeypatch.setattr(standing_queues, "standing_queues", source)
    found = queues.queues_for(world.paul, TODAY)
    assert [queue.slug for queue in found].count("odd") == 1
    assert found[0].slug == "odd"


def test_front_page_costs_the_same_with_few_and_many_rows(world, client, django_assert_max_num_queries):
    client.force_login(world.paul)
    client.get(reverse("admin:index"))
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("admin:index"))
    fill(world)
    for number in range(30):
        UnknownName.objects.create(kind="model", name=f"Nobody {number}")
        Result.objects.create(model=world.acme_2, benchmark=world.gpqa, score=50, state="draft", variant=str(number))
    with django_assert_max_num_queries(30) as many:
        client.get(reverse("admin:index"))
    assert len(many) == len(few) <= 25
