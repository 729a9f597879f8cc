"""What relays, providers and readers report about a message, written down once.

Webhooks and the mailbox of bounces both end here.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from newsletter import conf
from newsletter.bounces import failures, suppression
from newsletter.delivery.outbox.guards import check_complaints
from newsletter.delivery.outbox.recovery import refresh_counts
from newsletter.models import Delivery, Suppression, WebhookEvent

Outcome, State = Delivery.Outcome, Delivery.State
# A later report may only say something stronger: delivered, then bounced, then a complaint.
STRENGTH = {
    Outcome.NONE: 0,
    Outcome.SOFT: 1,
    Outcome.DELIVERED: 1,
    Outcome.REFUSED: 2,
    Outcome.BOUNCED: 3,
    Outcome.COMPLAINED: 4,
}


def delivery_of(key: str = "", provider_id: str = "") -> Delivery | None:
    """Return the delivery whose Message-ID starts with `key`, or that the provider calls `provider_id`."""
    rows = Delivery.objects.select_related("subscriber", "issue", "mail")
    if key:
        # By index first; the domain may have been another one when an old message was made.
        exact = rows.filter(message_id=f"{key}@{conf.mail_domain()}").first()
        return exact or rows.filter(message_id__startswith=f"{key}@").first()
    return rows.filter(provider_id=provider_id).first() if provider_id else None


@transaction.atomic
def note_outcome(delivery: Delivery, outcome: str, via: str, now: dt.datetime, *, reply: str = "") -> bool:
    """Write that `delivery` was delivered, bounced or complained about. Return whether it was news.

    An uncertain row becomes `sent`: nobody reports on a message that never left. Of “delivered” and a
    soft failure the later word counts, because a server that was full may take the mail after all.
    """
    wanted = Outcome(outcome)
    weaker = [name for name in STRENGTH if name != wanted and STRENGTH[name] <= STRENGTH[wanted]]
    news = bool(Delivery.objects.filter(pk=delivery.pk, outcome__in=weaker).update(outcome=wanted))
    Delivery.objects.filter(pk=delivery.pk, state=State.UNCERTAIN).update(
        state=State.SENT, sent_at=now, reason=f"reported by {via}"
    )
    if wanted == Outcome.COMPLAINED:
        failures.end(delivery, Suppression.Reason.COMPLAINED, via, now, reply)
    elif news:
        failures.draw_consequences(delivery, wanted, via, now, reply)
    if delivery.issue_id is not None:
        refresh_counts({delivery.issue_id})
        if wanted == Outcome.COMPLAINED:
            check_complaints(delivery.issue)
    return news


@transaction.atomic
def withdraw_complaint(delivery: Delivery, via: str, now: dt.datetime) -> bool:
    """Take back the complaint about `delivery`, and what followed from it. Return whether there was one."""
    if not Delivery.objects.filter(pk=delivery.pk, outcome=Outcome.COMPLAINED).update(outcome=Outcome.DELIVERED):
        return False
    others = Delivery.objects.filter(address_key=delivery.address_key, outcome=Outcome.COMPLAINED)
    if not others.exists():
        suppression.forgive_complaint(delivery.address_key, via, now)
    if delivery.issue_id is not None:
        refresh_counts({delivery.issue_id})
    return True


def first_time(provider: str, event_id: str, kind: str, delivery: Delivery | None) -> bool:
    """Remember a provider's event. Return False when it was there before."""
    _, created = WebhookEvent.objects.get_or_create(
        provider=provider[:40], event_id=event_id[:255], defaults={"kind": kind[:20], "delivery": delivery}
    )
    return created
