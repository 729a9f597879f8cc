"""Factories of the newsletter's tests: `make_subscriber(**overrides)` and friends."""

from __future__ import annotations

import datetime as dt
import itertools

from newsletter.bounces import suppression
from newsletter.delivery import outbox
from newsletter.delivery.mail import UNSUBSCRIBE_PLACEHOLDER
from newsletter.models import Issue, PendingSignup, Subscriber, TransactionalMail

NOW = dt.datetime(2026, 7, 6, 8, 0, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def make_subscriber(address: str = "", **overrides) -> Subscriber:
    """A confirmed weekly subscriber to everything."""
    address = address or f"reader{next(_numbers)}@example.org"
    subscriber = Subscriber(
        address=address, lookup_key=suppression.key_of(address), **{"confirmed_at": NOW, **overrides}
    )
    subscriber.save()
    return subscriber


def make_subscribers(count: int, domain: str = "example.org") -> list[Subscriber]:
    """Many confirmed subscribers in one statement."""
    rows = []
    for _ in range(count):
        address = f"reader{next(_numbers)}@{domain}"
        row = Subscriber(address=address, lookup_key=suppression.key_of(address), confirmed_at=NOW)
        rows.append(row.derive())
    return Subscriber.objects.bulk_create(rows, batch_size=500)


def make_issue(**overrides) -> Issue:
    """An issue scheduled for NOW."""
    number = next(_numbers)
    start = NOW - dt.timedelta(days=7 * number)
    values = {
        "slug": f"issue-{number}",
        "period_start": start,
        "period_end": start + dt.timedelta(days=7),
        "state": Issue.State.SCHEDULED,
        "send_at": NOW,
        "subject": "What changed",
    }
    return Issue.objects.create(**{**values, **overrides})


def render(issue: Issue, group: outbox.Group) -> outbox.Rendered:
    """A small rendering with the placeholder in both parts."""
    return outbox.Rendered(
        subject=f"What changed in {issue.slug}",
        html=f'<p>Prices fell.</p><p><a href="{UNSUBSCRIBE_PLACEHOLDER}">Unsubscribe</a></p>',
        text=f"Prices fell.\n\nUnsubscribe: {UNSUBSCRIBE_PLACEHOLDER}\n",
    )


def prepared_issue(now: dt.datetime = NOW, **overrides) -> Issue:
    """An issue with its rows written, being sent."""
    issue = make_issue(**overrides)
    outbox.render_missing(issue, render, now)
    outbox.prepare(issue, now)
    return issue


def make_signup(address: str = "new@example.org", **overrides) -> PendingSignup:
    """A request waiting for its confirmation."""
    values = {
        "address": address,
        "lookup_key": suppression.key_of(address),
        "token_sha256": f"{next(_numbers):064d}",
        "wording_id": "signup.2026-01",
        "wording_sha256": "0" * 64,
        "expires_at": NOW + dt.timedelta(days=7),
    }
    return PendingSignup.objects.create(**{**values, **overrides})


def enqueue_confirmation(address: str = "new@example.org", now: dt.datetime = NOW, **overrides):
    """A confirmation mail in the outbox. Returns its delivery."""
    values = {
        "purpose": TransactionalMail.Purpose.CONFIRM,
        "address": address,
        "subject": "One click to finish",
        "text": "https://example.org/newsletter/confirm/secret-token",
        "signup": make_signup(address),
        "expires_at": now + dt.timedelta(days=7),
    }
    mail = TransactionalMail(**{**values, **overrides})
    return outbox.enqueue(mail, suppression.key_of(address), now)
