"""Who must not be written to: leaving the list, for whatever reason, and asking about it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F

from newsletter import conf
from newsletter.core.addresses import address_key
from newsletter.models import ConsentEvent, Delivery, Issue, Subscriber, Suppression, TransactionalMail

# A mail that somebody asked for may still reach those who only left the list.
BLOCKS_ANSWERS = (Suppression.Reason.BOUNCED, Suppression.Reason.COMPLAINED, Suppression.Reason.MANUAL)
# But nothing keeps people from their rights: the link to their preferences, their copy, the word that all is erased.
RIGHTS = (
    TransactionalMail.Purpose.MANAGE,
    TransactionalMail.Purpose.MANAGE_OWN,
    TransactionalMail.Purpose.EXPORT,
    TransactionalMail.Purpose.ERASED,
)
NEVER_AGAIN = (Suppression.Reason.COMPLAINED, Suppression.Reason.MANUAL)
WEIGHT = {
    Suppression.Reason.UNSUBSCRIBED: 0,
    Suppression.Reason.ERASED: 1,
    Suppression.Reason.BOUNCED: 2,
    Suppression.Reason.COMPLAINED: 3,
    Suppression.Reason.MANUAL: 4,
}
STATE_AFTER = {
    Suppression.Reason.UNSUBSCRIBED: Subscriber.State.UNSUBSCRIBED,
    Suppression.Reason.ERASED: Subscriber.State.UNSUBSCRIBED,
    Suppression.Reason.BOUNCED: Subscriber.State.BOUNCED,
    Suppression.Reason.COMPLAINED: Subscriber.State.COMPLAINED,
    Suppression.Reason.MANUAL: Subscriber.State.UNSUBSCRIBED,
}
EVENT_FOR = {
    Suppression.Reason.UNSUBSCRIBED: ConsentEvent.Kind.UNSUBSCRIBED,
    Suppression.Reason.ERASED: ConsentEvent.Kind.ERASED,
    Suppression.Reason.BOUNCED: ConsentEvent.Kind.BOUNCED,
    Suppression.Reason.COMPLAINED: ConsentEvent.Kind.COMPLAINED,
    Suppression.Reason.MANUAL: ConsentEvent.Kind.UNSUBSCRIBED,
}


def key_of(address: str) -> str:
    """Return the keyed hash that stands for `address`. Raises ValueError for what is no address."""
    return address_key(address, conf.pepper())


def suppress(key: str, reason: str, now: dt.datetime) -> None:
    """Add `key` to the list, or give its row a weightier `reason`; a lighter one changes nothing."""
    row, created = Suppression.objects.get_or_create(hmac=key, defaults={"reason": reason, "since": now})
    if not created and WEIGHT[reason] > WEIGHT[row.reason]:
        Suppression.objects.filter(hmac=key).update(reason=reason, since=now)


def lift(key: str) -> bool:
    """Take `key` off the list after a new consent; complaints and manual rows stay. Return success."""
    Suppression.objects.filter(hmac=key).exclude(reason__in=NEVER_AGAIN).delete()
    return not Suppression.objects.filter(hmac=key).exists()


def soften(subscriber: Subscriber, now: dt.datetime) -> bool:
    """Let a reader who bounced or complained count as one who left. False when the editors were asked for silence."""
    key = subscriber.lookup_key
    if is_silenced(key):
        return False
    Subscriber.objects.filter(pk=subscriber.pk).update(state=Subscriber.State.UNSUBSCRIBED)
    Suppression.objects.filter(hmac=key).update(reason=Suppression.Reason.UNSUBSCRIBED)
    return True


def reason_of(key: str) -> str:
    """Return why `key` gets no issue, in words; empty when it may."""
    row = Suppression.objects.filter(hmac=key).first()
    return row.get_reason_display() if row else ""


def is_silenced(key: str) -> bool:
    """Whether its owner asked the editors never to write to `key` again."""
    return Suppression.objects.filter(hmac=key, reason=Suppression.Reason.MANUAL).exists()


def is_blocked(key: str) -> bool:
    """Whether no confirmation mail may go to `key`; mails of RIGHTS always may."""
    return Suppression.objects.filter(hmac=key, reason__in=BLOCKS_ANSWERS).exists()


@transaction.atomic
def forgive_complaint(key: str, via: str, now: dt.datetime) -> None:
    """Undo a complaint its reader took back: a reader whom only the complaint ended reads on.

    Whoever had left before stays away, with the reason they had.
    """
    reader = Subscriber.objects.select_for_update().filter(lookup_key=key).first()
    blocked = Suppression.objects.filter(hmac=key, reason=Suppression.Reason.COMPLAINED)
    if reader is not None and reader.state == Subscriber.State.COMPLAINED:
        Subscriber.objects.filter(pk=reader.pk).update(state=Subscriber.State.CONFIRMED, left_at=None)
        blocked.delete()
    elif reader is not None:
        blocked.update(reason=Suppression.Reason.UNSUBSCRIBED)
    else:
        blocked.update(reason=Suppression.Reason.ERASED)
    record_event(key, ConsentEvent.Kind.NOT_SPAM, now, person=reader, via=via)


@transaction.atomic
def leave(
    subscriber: Subscriber, reason: str, via: str, now: dt.datetime, issue: Issue | None = None, reply: str = ""
) -> bool:
    """End a subscription: state, suppression, consent event, waiting mails. Return whether it was new.

    `via` says how (one-click, page, mailto, webhook, smtp, dsn). A repeat changes nothing, except
    that a complaint after an unsubscription still weighs more.
    """
    changed = Subscriber.objects.filter(pk=subscriber.pk, state=Subscriber.State.CONFIRMED).update(
        state=STATE_AFTER[reason], left_at=now
    )
    suppress(subscriber.lookup_key, reason, now)
    if not changed:
        return False
    skip_waiting(subscriber, reason)
    record_event(subscriber.lookup_key, EVENT_FOR[reason], now, person=subscriber, via=via, reply=reply)
    if issue is not None and reason == Suppression.Reason.UNSUBSCRIBED:
        Issue.objects.filter(pk=issue.pk).update(unsubscribes=F("unsubscribes") + 1)
    return True


def skip_waiting(subscriber: Subscriber, reason: str) -> int:
    """Take the issue mails of `subscriber` that have not been handed over out of the outbox."""
    waiting = Delivery.objects.filter(
        subscriber=subscriber,
        issue__isnull=False,
        state__in=[Delivery.State.PENDING, Delivery.State.CLAIMED],
    )
    return waiting.update(state=Delivery.State.SKIPPED, reason=reason, owner="", lease_until=None)


def record_event(
    key: str, kind: str, now: dt.datetime, *, person=None, via: str = "", message_id: str = "", reply: str = ""
) -> ConsentEvent:
    """Add a consent event; country, regime and locale come from `person` (Subscriber or PendingSignup)."""
    place = {}
    if person is not None:
        fields = ("country", "regime", "geo_source", "geo_db_version", "locale")
        place = {field: getattr(person, field) for field in fields}
        for field in ("wording_id", "wording_sha256", "page_path"):
            place[field] = getattr(person, field, "")
    return ConsentEvent.objects.create(
        subject_key=key, kind=kind, at=now, via=via, message_id=message_id, reply=reply, **place
    )
