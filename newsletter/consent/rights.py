"""What readers may do with their own data: choose, pause, leave, take along, be forgotten.

Whoever holds a link that only their mailbox received pays nothing for it: no allowance of sign-ups
counts here, and no suppression stands in the way. Every function takes `now` and runs in one
transaction.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from newsletter import tokens
from newsletter.bounces import suppression
from newsletter.consent.exports import export_text
from newsletter.consent.location import Place
from newsletter.core.preferences import topics_of_page
from newsletter.delivery import letters
from newsletter.digest.topics import watch
from newsletter.models import (
    ConsentEvent,
    Delivery,
    GeoSource,
    Issue,
    PendingSignup,
    Subscriber,
    Suppression,
    TransactionalMail,
)
from newsletter.signup import limits

Kind = ConsentEvent.Kind
MailPurpose = TransactionalMail.Purpose
ANSWER_WITHIN = dt.timedelta(days=1)
PREFERENCES_WITHIN = tokens.LIFETIME[tokens.Purpose.MANAGE]


# --- The link to the preferences -------------------------------------------------------------


def preferences_url(subscriber: Subscriber, page_path: str = "") -> str:
    """Return the absolute link to the preferences, good for half an hour.

    Who asks for it at the page of a comparison finds that ticked; nothing is chosen before they save it.
    """
    token = tokens.make_token(tokens.Purpose.MANAGE, subscriber.public_id)
    link = settings.SITE_URL + reverse("newsletter:manage", args=[token])
    topics = topics_of_page(page_path)
    return f"{link}?topic={topics[0]}" if topics else link


@transaction.atomic
def ask_for_preferences(address: str, now: dt.datetime, page_path: str = "") -> None:
    """Mail a link to the preferences if we hold anything on `address`; anybody may have typed it.

    It has an allowance of its own (`limits.may_ask_for_preferences`), so sign-ups cannot use it up.
    """
    key = suppression.key_of(address)
    subscriber = Subscriber.objects.filter(lookup_key=key).first()
    if subscriber is not None and limits.may_ask_for_preferences(key, now):
        _mail_link(subscriber, MailPurpose.MANAGE, now, page_path)


@transaction.atomic
def send_own_link(token: str, now: dt.datetime) -> bool:
    """Mail a link to the preferences to the reader whose mail carried `token`. False when there is nobody any more.

    It costs nothing; within ten minutes the mail that is on its way already serves. Raises tokens.BadToken.
    """
    subscriber = reader_leaving_by(token)[0]
    if subscriber is None:
        return False
    if not limits.sent_lately(subscriber.lookup_key, (MailPurpose.MANAGE_OWN,), now):
        _mail_link(subscriber, MailPurpose.MANAGE_OWN, now)
    return True


def _mail_link(subscriber: Subscriber, purpose: str, now: dt.datetime, page_path: str = "") -> None:
    letters.queue(
        "manage",
        purpose,
        subscriber.address,
        now,
        {"link": preferences_url(subscriber, page_path), "minutes": int(PREFERENCES_WITHIN.total_seconds() // 60)},
        valid_for=PREFERENCES_WITHIN,
    )


def reader_of(token: str) -> Subscriber | None:
    """Return who holds a link to the preferences; None after erasure. Raises tokens.BadToken."""
    (public_id,) = tokens.read_token(tokens.Purpose.MANAGE, token)
    return Subscriber.objects.filter(public_id=public_id).first()


# --- Choosing --------------------------------------------------------------------------------


@transaction.atomic
def choose(
    subscriber: Subscriber,
    *,
    frequency: str,
    topics: list[str],
    paused_until: dt.datetime | None,
    country: str,
    now: dt.datetime,
) -> None:
    """Store preferences. A country other than before is the visitor's own word and picks the regime."""
    subscriber.tell_from = subscriber.coverage.changed(frequency).tell_from
    subscriber.frequency = frequency
    subscriber.topics = topics
    subscriber.paused_until = paused_until
    if country != subscriber.country:
        place = Place(country, GeoSource.VISITOR)
        subscriber.country, subscriber.regime = country, place.regime.code
        subscriber.geo_source, subscriber.geo_db_version = place.geo_source, ""
    subscriber.save(
        update_fields=[
            "frequency",
            "tell_from",
            "topics",
            "paused_until",
            "country",
            "regime",
            "geo_source",
            "geo_db_version",
        ]
    )
    suppression.record_event(subscriber.lookup_key, Kind.CHANGED, now, person=subscriber, via="page")
    watch(topics)


@transaction.atomic
def pause(token: str, days: int, now: dt.datetime) -> bool:
    """Take a break of `days` by the link every mail carries. False when nobody gets mail by it any more."""
    subscriber = reader_leaving_by(token)[0]
    if subscriber is None or subscriber.state != Subscriber.State.CONFIRMED:
        return False
    until = now + dt.timedelta(days=days)
    if subscriber.paused_until is None or subscriber.paused_until < until:
        Subscriber.objects.filter(pk=subscriber.pk).update(paused_until=until)
    suppression.record_event(subscriber.lookup_key, Kind.CHANGED, now, person=subscriber, via="mail link")
    return True


# --- Leaving ---------------------------------------------------------------------------------


def reader_leaving_by(token: str) -> tuple[Subscriber | None, Issue | None]:
    """Return reader and issue of a link to unsubscribe; None for what is gone. Raises tokens.BadToken."""
    public_id, issue_id = tokens.read_unsubscribe_token(token)
    subscriber = Subscriber.objects.filter(public_id=public_id).first()
    issue = Issue.objects.only("pk").filter(pk=issue_id).first() if issue_id else None
    return subscriber, issue


@transaction.atomic
def unsubscribe(token: str, via: str, now: dt.datetime) -> None:
    """Leave by the link every mail carries; a repeat and an erased reader change nothing. Raises tokens.BadToken."""
    subscriber, issue = reader_leaving_by(token)
    if subscriber is not None:
        suppression.leave(subscriber, Suppression.Reason.UNSUBSCRIBED, via, now, issue)


def leave_by_preferences(subscriber: Subscriber, now: dt.datetime) -> None:
    """Leave from the preferences page."""
    suppression.leave(subscriber, Suppression.Reason.UNSUBSCRIBED, "page", now)


# --- Taking along and being forgotten ------------------------------------------------------------


@transaction.atomic
def send_export(subscriber: Subscriber, now: dt.datetime) -> Delivery | None:
    """Mail everything we hold to the address itself, as JSON; None when one is on its way since ten minutes ago."""
    key = subscriber.lookup_key
    if limits.sent_lately(key, (MailPurpose.EXPORT,), now):
        return None
    return mail_copy(subscriber.address, key, now, "page")


def mail_copy(address: str, key: str, now: dt.datetime, via: str) -> Delivery:
    """Mail everything held under `key` to `address`, whether or not it has a reader. Records the event first."""
    reader = Subscriber.objects.filter(lookup_key=key).first()
    suppression.record_event(key, Kind.EXPORTED, now, person=reader, via=via)
    return letters.queue(
        "export",
        MailPurpose.EXPORT,
        reader.address if reader else address,
        now,
        {},
        valid_for=ANSWER_WITHIN,
        attachment=("what-we-hold.json", export_text(key, now)),
    )


@transaction.atomic
def erase(subscriber: Subscriber, now: dt.datetime, via: str = "page") -> Delivery:
    """Delete reader, requests and addresses now; the keyed hash stays, so that nobody adds them again.

    Events of consent hold no address and stay until their time is over. One last mail says so.
    """
    key, address = subscriber.lookup_key, subscriber.address
    suppression.suppress(key, Suppression.Reason.ERASED, now)
    suppression.skip_waiting(subscriber, Suppression.Reason.ERASED)
    suppression.record_event(key, Kind.ERASED, now, person=subscriber, via=via)
    erase_requests(key)
    subscriber.delete()
    return letters.queue("erased", MailPurpose.ERASED, address, now, {}, valid_for=ANSWER_WITHIN)


def erase_requests(key: str) -> tuple[int, int]:
    """Delete requests under `key` and empty the answers to them; return how many of each."""
    requests = PendingSignup.objects.filter(lookup_key=key)
    number = requests.count()
    requests.delete()
    answers = Delivery.objects.filter(address_key=key, mail__isnull=False)
    answers.filter(state=Delivery.State.PENDING).update(state=Delivery.State.SKIPPED, reason="erased")
    settled = answers.exclude(state__in=[Delivery.State.CLAIMED, Delivery.State.SUBMITTING])
    emptied = (
        TransactionalMail.objects.filter(delivery__in=settled)
        .exclude(address="")
        .update(address="", subject="", text="", html="", headers={}, attachment_name="", attachment="")
    )
    return number, emptied
