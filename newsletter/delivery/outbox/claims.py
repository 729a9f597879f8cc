"""Taking rows for one worker, and telling who may still get a mail."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from newsletter import conf
from newsletter.bounces.suppression import BLOCKS_ANSWERS, RIGHTS
from newsletter.core.addresses import domain_of
from newsletter.delivery import buckets
from newsletter.models import Bucket, Delivery, Issue, Subscriber, Suppression, TransactionalMail

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

    Rows whose reader left become `skipped`; rows of a domain whose allowance is used up are passed over,
    so that nobody waits behind them. On PostgreSQL several workers take different rows; on SQLite the
    caller holds the sender's lease.
    """
    while True:
        paused = buckets.pauses(now)
        if paused.relay:
            return []
        with transaction.atomic():
            taken, looked_at = _claim_some(worker, now, issue, limit, paused.domains)
        if taken or not looked_at:
            return taken


def _claim_some(
    worker: str, now: dt.datetime, issue: Issue | None, limit: int, shut: frozenset[str]
) -> tuple[list[Delivery], int]:
    """Take rows in one transaction; return them and how many were looked at."""
    allowance = buckets.Allowance(conf.rates(), now)
    taken: list[Delivery] = []
    looked_at = 0
    while (room := allowance.room(limit - len(taken))) > 0:
        closed = allowance.spent_domains() | shut
        rows = list(
            waiting(now, issue)
            .exclude(subscriber__domain__in=closed)
            .exclude(pk__in=[row.pk for row in taken])
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("subscriber", "mail", "issue")
            .defer("issue__html", "issue__text", "issue__snapshot")[:room]
        )
        looked_at += len(rows)
        wanted = _skip_unwanted(rows, now)
        taken += [row for row in wanted if _may_leave(row, allowance, now)]
        if not rows or (len(rows) == len(wanted) and allowance.is_unlimited):
            break
    allowance.save()
    until = now + conf.lease()
    Delivery.objects.filter(pk__in=[row.pk for row in taken], state=PENDING).update(
        state=CLAIMED, owner=worker, lease_until=until
    )
    for row in taken:
        row.state, row.owner, row.lease_until = CLAIMED, worker, until
    return taken, looked_at


def _may_leave(row: Delivery, allowance: buckets.Allowance, now: dt.datetime) -> bool:
    """Take the tokens of `row`. An answer that has to wait is moved behind the others."""
    wait = allowance.take(domain_of_reader(row))
    if wait and row.mail_id is not None:
        later = now + dt.timedelta(seconds=wait)
        Delivery.objects.filter(pk=row.pk, state=PENDING).update(not_before=later)
    return not wait


def domain_of_reader(row: Delivery) -> str:
    """Return the mail domain a row goes to; empty once its mail was wiped."""
    return row.subscriber.domain if row.subscriber is not None else domain_of(row.mail.address)


def seconds_until_more(now: dt.datetime, issue: Issue | None = None) -> float | None:
    """Return when a row that waits for nothing but its rate may leave; None when there is none such.

    For a worker whose claim came back empty.
    """
    rates = conf.rates()
    if not rates or buckets.pauses(now).relay or not (rows := waiting(now, issue)).exists():
        return None
    tokens = buckets.levels(rates, now, Bucket.objects.all())
    waits = {key: rates[key].wait_for_one(left) for key, left in tokens.items() if left < 1}
    everybody = max((wait for key, wait in waits.items() if not key.startswith(buckets.DOMAIN)), default=0.0)
    if everybody:
        return everybody
    slow = {key.removeprefix(buckets.DOMAIN): wait for key, wait in waits.items()}
    there = set(
        rows.filter(subscriber__domain__in=slow).order_by().values_list("subscriber__domain", flat=True).distinct()
    )
    return min((slow[domain] for domain in there), default=None)


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
