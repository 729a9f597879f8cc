"""What is kept no longer than the privacy page says."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from newsletter.bounces import suppression
from newsletter.consent import privacy
from newsletter.consent.location import Place
from newsletter.consent.retention import prune
from newsletter.models import (
    Bucket,
    ConsentEvent,
    Delivery,
    Issue,
    PendingSignup,
    Subscriber,
    Suppression,
    TransactionalMail,
)
from newsletter.signup import limits
from newsletter.tests.people import enqueue_confirmation, make_issue, make_subscriber
from newsletter.tests.web import ADDRESS, become_reader, dump, sign_up

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 8, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_request_goes_on_day_eight(client):
    sign_up(client)
    prune(NOW + 8 * DAY - dt.timedelta(seconds=1))
    assert PendingSignup.objects.exists()
    assert prune(NOW + 8 * DAY)["requests"] == 1
    assert not PendingSignup.objects.exists()


def test_a_reader_who_left_goes_after_thirty_days_and_the_hash_stays(client):
    become_reader(client)
    suppression.leave(Subscriber.objects.get(), Suppression.Reason.UNSUBSCRIBED, "page", NOW)
    prune(NOW + 29 * DAY)
    assert Subscriber.objects.exists()
    assert prune(NOW + 32 * DAY)["readers who left"] == 1
    assert ADDRESS not in dump()
    assert Suppression.objects.count() == 1
    assert ConsentEvent.objects.count() == 3


def test_the_address_of_an_answer_goes_with_its_time_and_the_row_after_a_month(client):
    sign_up(client)
    prune(NOW + 2 * DAY)
    assert TransactionalMail.objects.get().address == ""
    prune(NOW + 29 * DAY)
    assert TransactionalMail.objects.exists()
    assert prune(NOW + 30 * DAY)["answers"] == 1
    assert not Delivery.objects.exists()


def test_an_answer_in_flight_is_left_to_its_worker():
    delivery = enqueue_confirmation(now=NOW)
    Delivery.objects.filter(pk=delivery.pk).update(state="submitting", owner="w", lease_until=NOW)
    prune(NOW + 40 * DAY)
    assert TransactionalMail.objects.get().address == "new@example.org"


def test_deliveries_go_after_thirteen_months_and_the_totals_stay():
    reader = make_subscriber()
    issue = make_issue(state=Issue.State.FINISHED, finished_at=NOW)
    Delivery.objects.create(
        issue=issue,
        subscriber=reader,
        address_key=reader.lookup_key,
        state="sent",
        sent_at=NOW,
        not_before=NOW,
        message_id="a@example.org",
    )
    prune(NOW + privacy.DELIVERIES - DAY)
    assert Delivery.objects.count() == 1
    assert prune(NOW + privacy.DELIVERIES)["deliveries"] == 1
    issue.refresh_from_db()
    assert issue.counts == {"sent": 1}
    assert dt.timedelta(days=30 * 13) <= privacy.DELIVERIES


def test_counters_go_after_a_month_and_sending_rates_stay(client):
    sign_up(client, "a@small.example")
    Bucket.objects.create(key="global", tokens=1, updated_at=NOW)
    assert prune(NOW + 31 * DAY)["counters"] == Bucket.objects.none().count() + 3
    assert list(Bucket.objects.values_list("key", flat=True)) == ["global"]
    assert all(not key.startswith(limits.PREFIX) for key in Bucket.objects.values_list("key", flat=True))


def left(regime: str, at: dt.datetime) -> str:
    """Events of somebody under `regime` who left at `at`."""
    key = suppression.key_of(f"{regime}@example.org")
    country = "XX" if regime == "XX" else {"DE": "DE", "JP": "JP"}[regime]
    for kind, when in (("requested", at - 9 * DAY), ("confirmed", at - 9 * DAY), ("unsubscribed", at)):
        ConsentEvent.objects.create(subject_key=key, kind=kind, at=when, country=country, regime=regime)
    return key


@pytest.mark.parametrize(
    ("regime", "until"),
    [("JP", NOW.replace(year=2027)), ("DE", dt.datetime(2030, 1, 1, tzinfo=dt.UTC))],
)
def test_consent_events_stay_as_long_as_their_row_says(regime, until):
    left(regime, NOW)
    prune(until - dt.timedelta(seconds=1))
    assert ConsentEvent.objects.count() == 3
    assert prune(until)["consent events"] == 3


def test_events_of_a_reader_stay_however_old():
    reader = make_subscriber(ADDRESS)
    suppression.record_event(reader.lookup_key, "confirmed", NOW, person=reader)
    prune(NOW + 3650 * DAY)
    assert ConsentEvent.objects.exists()


def test_a_request_never_confirmed_is_forgotten_too(client):
    sign_up(client)
    prune(NOW + 29 * DAY)
    assert ConsentEvent.objects.exists()
    prune(NOW + 30 * DAY)
    assert not ConsentEvent.objects.exists()


def test_the_strictest_rules_noted_for_a_person_count():
    key = left("JP", NOW)
    ConsentEvent.objects.create(subject_key=key, kind="erased", at=NOW, country="DE", regime="DE")
    prune(NOW.replace(year=2029))
    assert ConsentEvent.objects.count() == 4


def test_a_second_run_finds_nothing(client):
    become_reader(client)
    prune(NOW + 60 * DAY)
    before = dump()
    assert set(prune(NOW + 60 * DAY).values()) == {0}
    assert dump() == before


def test_the_command_says_what_it_did(client, capsys, clock):
    sign_up(client)
    clock.move_to(NOW + 9 * DAY)
    call_command("newsletter_prune")
    said = capsys.readouterr().out
    assert "requests: 1 deleted" in said
    assert "asked to confirm again: 0, ended without an answer: 0" in said
    assert timezone.now() == NOW + 9 * DAY


def test_the_pages_tell_every_kind_of_data_and_every_row_of_the_table(client):
    from newsletter.core.regimes import load_regimes

    page = client.get("/newsletter/privacy/").content.decode()
    short = client.get("/newsletter/what-we-hold/").content.decode()
    for holding in privacy.holdings():
        assert holding.title in page
        assert holding.title in short
    for regime in load_regimes().regimes:
        assert f"<bdi>{regime.name}</bdi></th>" in page
        assert regime.proof_in_words in page
    assert "not yet reviewed by a lawyer" in page
    assert Place("FR", "visitor").regime.name in page
