"""Taking rows for one worker, and telling who may still get a mail."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from newsletter import conf
from newsletter.bounces.suppression import BLOCKS_ANSWERS, RIGHTS
from newsletter.core.addresses import domain_of
from newsletter.delivery import buckets
from newsletter.models import Delivery, Issue, Subscriber, Suppression, TransactionalMail

BATCH = 20
PENDING, CLAIMED = Delivery.State.PENDING, Delivery.State.CLAIMED


def waiting(now: dt.datetime, issue: Issue | None = None) -> QuerySet:
    """Return the rows that may be taken at `now`, mails somebody waits for first."""
    due = Delivery.objects.filter(state=PENDING, not_before__lte=now)
    if issue is not None:
        due = due.filter(issue=issue)
    return due.filter(Q(mail__isnull=False) | Q(issue__state=Issue.State.SENDING)).order_by(
        "priority", "not_before", "id"
    )


def reason_to_skip(delivery: Delivery, suppressed: str | None, now: dt.datetime) -> str:
    """Return why the reader of `delivery` may not be written to; empty when they may.

    `suppressed` is the reason of their suppression, None without one. No query: issue, subscriber
    and mail are loaded.
    """
    if delivery.mail is not None:
        if delivery.mail.expires_at <= now or not delivery.mail.address:
            return "expired"
        blocked = suppressed in BLOCKS_ANSWERS and delivery.mail.purpose not in RIGHTS
        return "suppressed" if blocked else ""
    reader = delivery.subscriber
    if reader is None:
        return "erased"
    if reader.state != Subscriber.State.CONFIRMED:
        return reader.state
    if reader.lookup_key != delivery.address_key:
        return "address_changed"
    if reader.paused_until is not None and reader.paused_until > now:
        return "paused"
    return "" if suppressed is None else "suppressed"


def why_unwanted(delivery_id: int, now: dt.datetime) -> str:
    """Return `reason_to_skip` for the row as it is in the database now. Two queries."""
    row = Delivery.objects.select_related("subscriber", "mail").get(pk=delivery_id)
    suppressed = Suppression.objects.filter(hmac=row.address_key).values_list("reason", flat=True).first()
    return reason_to_skip(row, suppressed, now)


def claim(worker: str, now: dt.datetime, issue: Issue | None = None, limit: int = BATCH) -> list[Delivery]:
    """Take up to `limit` rows for `worker` and return them with issue, subscriber and mail loaded.

    Rows whose reader left become `skipped`; rows over a domain's allowance wait until it refills.
    On PostgreSQL several workers take different rows; on SQLite the caller holds the sender's lease.
    """
    if buckets.paused_until(now):
        return []
    with transaction.atomic():
        rows = list(
            waiting(now, issue)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("subscriber", "mail", "issue")
            .defer("issue__html", "issue__text", "issue__snapshot")[:limit]
        )
        wanted = _skip_unwanted(rows, now)
        taken = _within_allowance(wanted, now)
        until = now + conf.lease()
        Delivery.objects.filter(pk__in=[row.pk for row in taken], state=PENDING).update(
            state=CLAIMED, owner=worker, lease_until=until
        )
    for row in taken:
        row.state, row.owner, row.lease_until = CLAIMED, worker, until
    return taken


def _skip_unwanted(rows: list[Delivery], now: dt.datetime) -> list[Delivery]:
    suppressed = dict(
        Suppression.objects.filter(hmac__in=[row.address_key for row in rows]).values_list("hmac", "reason")
    )
    wanted = []
    for row in rows:
        reason = reason_to_skip(row, suppressed.get(row.address_key), now)
        if reason:
            Delivery.objects.filter(pk=row.pk, state=PENDING).update(state=Delivery.State.SKIPPED, reason=reason)
            wipe(row.mail_id)
        else:
            wanted.append(row)
    return wanted


def _within_allowance(rows: list[Delivery], now: dt.datetime) -> list[Delivery]:
    rates = conf.rates()
    if not rates:
        return rows
    keys_of = {row.pk: _bucket_keys(row) for row in rows}
    allowance = buckets.Allowance(rates, (key for keys in keys_of.values() for key in keys), now)
    taken = []
    for row in rows:
        wait = allowance.take(keys_of[row.pk])
        if wait:
            # Moved behind the others, so that one slow domain does not stand in everybody's way.
            later = now + dt.timedelta(seconds=wait)
            Delivery.objects.filter(pk=row.pk, state=PENDING).update(not_before=later)
        else:
            taken.append(row)
    allowance.save()
    return taken


def _bucket_keys(row: Delivery) -> list[str]:
    domain = row.subscriber.domain if row.subscriber is not None else domain_of(row.mail.address)
    return [buckets.GLOBAL, buckets.PROVIDER, buckets.domain_key(domain)]


def wipe(mail_id: int | None) -> None:
    """Empty a transactional mail whose delivery has ended: no address, no secret stays."""
    if mail_id is not None:
        TransactionalMail.objects.filter(pk=mail_id).update(
            address="", subject="", text="", html="", headers={}, attachment=""
        )


def release(worker: str) -> int:
    """Give back what `worker` took and has not handed over. Return how many rows."""
    return Delivery.objects.filter(owner=worker, state=CLAIMED).update(state=PENDING, owner="", lease_until=None)


def renew(worker: str, now: dt.datetime) -> int:
    """Prolong the lease of everything `worker` still holds. Return how many rows."""
    return Delivery.objects.filter(owner=worker, state=CLAIMED).update(lease_until=now + conf.lease())
