"""Nobody learns from an answer whether an address is on the list."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import time_machine

from newsletter.bounces import suppression
from newsletter.models import Subscriber, Suppression
from newsletter.signup import limits
from newsletter.tests.web import ask_for_link, become_reader, mails, sign_up

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 8, 9, 0, tzinfo=dt.UTC)
STATES = ("new", "pending", "confirmed", "unsubscribed", "erased", "bounced", "complained")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def addresses(client, clock):
    """One address in each state, asked for long enough ago that no limit of a mailbox matters."""
    known = {state: f"{state}@example.org" for state in STATES}
    sign_up(client, known["pending"])
    for state in STATES[2:]:
        limits.connections.forget()
        become_reader(client, known[state])
    for state in STATES[3:]:
        reader = Subscriber.objects.get(address=known[state])
        suppression.leave(reader, Suppression.Reason(state), "page", NOW)
    clock.shift(dt.timedelta(days=2))
    limits.connections.forget()
    return known


def shape(answer) -> tuple:
    return answer.status_code, answer.content, sorted(answer.headers.items()), dict(answer.cookies)


@pytest.mark.parametrize("post", [sign_up, ask_for_link])
def test_body_status_and_headers_are_equal_in_every_state(client, addresses, post):
    answers = {}
    for state, address in addresses.items():
        first = post(client, address)
        limits.connections.forget()
        answers[state] = (shape(first), shape(client.get(first.headers["Location"])))
    assert len(set(map(str, answers.values()))) == 1


def test_a_repeat_within_the_limit_is_answered_alike(client, addresses):
    assert shape(sign_up(client, addresses["new"])) == shape(sign_up(client, addresses["new"]))


def test_who_gets_which_mail(client, addresses):
    before = len(mails())
    for address in addresses.values():
        limits.connections.forget()
        sign_up(client, address)
    got = {mail.address.partition("@")[0]: mail.purpose for mail in mails()[before:]}
    assert got == {
        "new": "confirm",
        "pending": "confirm",
        "confirmed": "notice",
        "unsubscribed": "confirm",
        "erased": "confirm",
    }


def test_every_state_takes_the_same_time_bucket(client, addresses, settings):
    settings.NEWSLETTER_ANSWER_SECONDS = 0.2
    times = {}
    with time_machine.travel(NOW + dt.timedelta(days=2), tick=True):
        for state, address in addresses.items():
            limits.connections.forget()
            begun = time.perf_counter()
            sign_up(client, address)
            times[state] = time.perf_counter() - begun
    # All in the first bucket on an idle machine; on a busy one, whole buckets later, never in between.
    assert all(seconds >= 0.2 and seconds % 0.2 < 0.1 for seconds in times.values()), times
