"""Deletes what `newsletter.consent.privacy` says is over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Count, Max, Q

from newsletter.consent import privacy
from newsletter.core.regimes import load_regimes
from newsletter.delivery.outbox.recovery import counts
from newsletter.models import (
    Bucket,
    ConsentEvent,
    Delivery,
    IncomingReport,
    Issue,
    PendingSignup,
    Subscriber,
    Suppression,
    TransactionalMail,
    WebhookEvent,
)
from newsletter.signup import limits

IN_FLIGHT = (Delivery.State.CLAIMED, Delivery.State.SUBMITTING)


@transaction.atomic
def prune(now: dt.datetime) -> dict[str, int]:
    """Delete everything whose time is over at `now`; return how many rows of each kind went.

    A second run finds nothing. Mails in flight are left to their worker.
    """
    return {
        "requests": _requests(now),
        "readers who left": _readers_who_left(now),
        "answers": _answers(now),
        "deliveries": _deliveries(now),
        "webhook events": WebhookEvent.objects.filter(received_at__lte=now - privacy.DELIVERIES).delete()[0],
        "mails that came back": IncomingReport.objects.filter(at__lte=now - privacy.DELIVERIES).delete()[0],
        "counters": Bucket.objects.filter(
            key__startswith=limits.PREFIX, updated_at__lte=now - privacy.COUNTERS
        ).delete()[0],
        "events of strangers": _strangers(now),
        "consent events": _consent_events(now),
    }


def _requests(now: dt.datetime) -> int:
    over = PendingSignup.objects.filter(expires_at__lte=now - privacy.REQUESTS_AFTER_LINK)
    number = over.count()
    over.delete()
    return number


def _readers_who_left(now: dt.datetime) -> int:
    gone = Subscriber.objects.exclude(state=Subscriber.State.CONFIRMED).filter(
        left_at__lte=now - privacy.READERS_WHO_LEFT
    )
    number = gone.count()
    gone.delete()
    return number


def _answers(now: dt.datetime) -> int:
    TransactionalMail.objects.filter(expires_at__lte=now).exclude(delivery__state__in=IN_FLIGHT).exclude(
        address=""
    ).update(address="", subject="", text="", html="", headers={}, attachment_name="", attachment="")
    old = TransactionalMail.objects.filter(created_at__lte=now - privacy.ANSWERS, expires_at__lte=now).exclude(
        delivery__state__in=IN_FLIGHT
    )
    number = old.count()
    old.delete()
    return number


def _deliveries(now: dt.datetime) -> int:
    number = 0
    over = Issue.objects.filter(state=Issue.State.FINISHED, finished_at__lte=now - privacy.DELIVERIES)
    for issue in over.filter(deliveries__isnull=False).distinct():
        rows = Delivery.objects.filter(issue=issue)
        if not issue.counts:
            issue.counts = counts(issue)
            issue.save(update_fields=["counts"])
        number += rows.count()
        rows.delete()
    return number


def _strangers(now: dt.datetime) -> int:
    """Delete the events and bounces of subjects who never confirmed, once nothing happened for a month.

    A complaint, and a word to the editors, are the wish of the mailbox's owner and stay.
    """
    never = (
        ConsentEvent.objects.values("subject_key")
        .annotate(
            last=Max("at"),
            confirmed=Count("pk", filter=Q(kind__in=[ConsentEvent.Kind.CONFIRMED, ConsentEvent.Kind.RECONFIRMED])),
        )
        .filter(last__lte=now - privacy.STRANGERS, confirmed=0)
    )
    keys = [row["subject_key"] for row in never]
    readers = set(Subscriber.objects.filter(lookup_key__in=keys).values_list("lookup_key", flat=True))
    number = 0
    for key in keys:
        if key not in readers:
            events = ConsentEvent.objects.filter(subject_key=key)
            number += events.count()
            events.delete()
            Suppression.objects.filter(hmac=key).exclude(
                reason__in=[Suppression.Reason.COMPLAINED, Suppression.Reason.MANUAL, Suppression.Reason.ERASED]
            ).delete()
    return number


def _consent_events(now: dt.datetime) -> int:
    """Delete the events of subjects who are no readers and whose latest event is old enough.

    The latest event counts, whatever it was: it is the day the person left, or asked and never confirmed.
    The years are those of the strictest regime noted for the subject.
    """
    shortest = min(regime.proof_years for regime in load_regimes().regimes)
    readers = Subscriber.objects.values("lookup_key")
    quiet = (
        ConsentEvent.objects.exclude(subject_key__in=readers)
        .values("subject_key")
        .annotate(last=Max("at"))
        .filter(last__lte=now - dt.timedelta(days=365 * shortest))
    )
    number = 0
    for subject in quiet:
        events = ConsentEvent.objects.filter(subject_key=subject["subject_key"])
        codes = set(events.values_list("regime", flat=True))
        until = max(load_regimes().by_code(code).keep_proof_until(subject["last"]) for code in codes)
        if until <= now:
            number += events.count()
            events.delete()
    return number
