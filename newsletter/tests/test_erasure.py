"""Erasure reaches every table, and the suppression outlives it."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from newsletter.bounces import suppression
from newsletter.consent import rights
from newsletter.models import ConsentEvent, Delivery, PendingSignup, Subscriber, Suppression, TransactionalMail
from newsletter.tests.people import make_issue, prepared_issue
from newsletter.tests.web import ask_for_link, become_reader, confirm, dump, mails, path_in, sign_up

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 6, 8, 0, tzinfo=dt.UTC)
ADDRESS = "Quill.Feather+news@mailbox-of-mine.example"
TRACES = ("quill", "feather", "mailbox-of-mine")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def path(client, clock):
    """A reader with every kind of row, and the link to the preferences."""
    become_reader(client, ADDRESS)
    reader = Subscriber.objects.get()
    prepared_issue(now=NOW)
    Delivery.objects.create(
        issue=make_issue(),
        subscriber=reader,
        address_key=reader.lookup_key,
        state="sent",
        sent_at=NOW,
        not_before=NOW,
        message_id="sent@example.org",
        reply="250 ok",
    )
    clock.shift(dt.timedelta(hours=1))
    ask_for_link(client, ADDRESS)
    return path_in(mails("manage")[0])


def traces() -> set[str]:
    text = dump().lower()
    return {trace for trace in TRACES if trace in text}


def test_without_the_tick_nothing_is_erased(client, path):
    before = dump()
    answer = client.post(path + "erase/")
    assert answer.status_code == 422
    assert "Nothing was erased" in answer.content.decode()
    assert dump() == before
    assert traces() == set(TRACES)


def test_no_table_holds_a_part_of_the_address_once_the_last_mail_has_left(client, path):
    key = Subscriber.objects.get().lookup_key
    answer = client.post(path + "erase/", {"sure": "yes"})
    (last,) = TransactionalMail.objects.exclude(address="")
    assert "Erased" in answer.content.decode()
    assert last.purpose == "erased"
    TransactionalMail.objects.filter(pk=last.pk).update(address="", subject="", text="", html="")
    assert traces() == set()
    assert not Subscriber.objects.exists()
    assert not PendingSignup.objects.exists()
    assert set(Delivery.objects.filter(mail__isnull=True).values_list("state", flat=True)) == {"sent", "skipped"}
    assert Suppression.objects.get(hmac=key).reason == "erased"
    assert ConsentEvent.objects.filter(subject_key=key).latest("id").kind == "erased"


def test_waiting_answers_are_not_sent_and_only_the_last_mail_is(client, path):
    client.post(path + "erase/", {"sure": "yes"})
    waiting = Delivery.objects.filter(state="pending")
    assert [delivery.mail.purpose for delivery in waiting] == ["erased"]


def test_the_link_says_afterwards_that_nothing_is_held(client, path):
    client.post(path + "erase/", {"sure": "yes"})
    for name in ("", "erase/", "export/", "leave/"):
        answer = client.post(path + name, {"sure": "yes"})
        assert answer.status_code == 200
        assert "Nothing is held here any more" in answer.content.decode()


def test_an_erased_address_is_not_added_by_an_import_but_may_ask_anew(client, path, clock):
    client.post(path + "erase/", {"sure": "yes"})
    key = suppression.key_of(ADDRESS)
    assert Suppression.objects.filter(hmac=suppression.key_of(ADDRESS.upper())).exists()
    clock.shift(dt.timedelta(days=2))
    sign_up(client, ADDRESS)
    assert Suppression.objects.filter(hmac=key).exists()
    confirm(client, path_in(mails("confirm")[-1]))
    assert not Suppression.objects.exists()
    assert Subscriber.objects.get().state == "confirmed"


def test_erasing_somebody_who_complained_sends_the_one_mail_that_says_so(client, path, clock):
    reader = Subscriber.objects.get()
    suppression.leave(reader, Suppression.Reason.COMPLAINED, "webhook", NOW)
    rights.erase(Subscriber.objects.get(), NOW)
    assert len(mails("erased")) == 1
    assert Suppression.objects.get().reason == "complained"
    clock.shift(dt.timedelta(days=2))
    sign_up(client, ADDRESS)
    assert [row.mail.purpose for row in Delivery.objects.filter(state="pending")] == ["erased"]


def test_mails_in_flight_are_left_to_their_worker(client, path):
    delivery = Delivery.objects.get(mail__purpose="manage")
    Delivery.objects.filter(pk=delivery.pk).update(state="claimed", owner="w", lease_until=NOW)
    rights.erase(Subscriber.objects.get(), NOW)
    assert Delivery.objects.get(pk=delivery.pk).state == "claimed"
