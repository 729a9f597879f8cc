"""After a crash and at the end: rows without a worker, the accounting equation, uncertain rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from newsletter import conf
from newsletter.delivery.durability import BOOT_MARK, boot
from newsletter.delivery.outbox.claims import wipe
from newsletter.models import Delivery, Issue, TransactionalMail

State = Delivery.State


@dataclass(frozen=True)
class Account:
    """The rows of an issue, counted. Finished only when the equation holds and nothing is in flight."""

    candidates: int
    excluded: int
    prepared: int
    sent: int
    failed: int
    skipped: int
    uncertain: int
    waiting: int
    claimed: int
    submitting: int

    @property
    def in_flight(self) -> int:
        return self.waiting + self.claimed + self.submitting

    @property
    def balanced(self) -> bool:
        """Whether every candidate is excluded or has a row, and every row is in one state."""
        rows = self.sent + self.failed + self.skipped + self.uncertain + self.in_flight
        return self.candidates == self.prepared + self.excluded and self.prepared == rows

    @property
    def complete(self) -> bool:
        return self.balanced and self.in_flight == 0


def account(issue: Issue) -> Account:
    """Count the rows of `issue`. Two queries."""
    fresh = Issue.objects.values("candidates", "excluded_total", "prepared").get(pk=issue.pk)
    rows = Delivery.objects.filter(issue=issue).order_by().values_list("state").annotate(n=Count("pk"))
    count = dict.fromkeys(State.values, 0) | dict(rows)
    return Account(
        candidates=fresh["candidates"] or 0,
        excluded=fresh["excluded_total"] or 0,
        prepared=fresh["prepared"] or 0,
        sent=count[State.SENT],
        failed=count[State.FAILED],
        skipped=count[State.SKIPPED],
        uncertain=count[State.UNCERTAIN],
        waiting=count[State.PENDING],
        claimed=count[State.CLAIMED],
        submitting=count[State.SUBMITTING],
    )


def recover(now: dt.datetime) -> dict[str, int]:
    """Settle rows whose worker has been silent past its lease; return how many by new state.

    Claimed rows were not handed over and wait again. Rows at the dot may have gone, and so may those a
    worker of another boot of this machine had claimed (`durability`): the provider's report decides if
    there is one, else they are `uncertain` and held (or sent again, by setting).
    """
    over = Delivery.objects.filter(lease_until__lt=now)
    free = {"owner": "", "lease_until": None}
    of_another_boot = Q(owner__contains=BOOT_MARK) & ~Q(owner__endswith=f"{BOOT_MARK}{boot()}")
    at_the_dot = over.filter(Q(state=State.SUBMITTING) | (Q(state=State.CLAIMED) & of_another_boot))
    attempted = {"attempts": F("attempts") + 1, "reason": "worker lost", **free}
    with transaction.atomic():
        reported = at_the_dot.exclude(outcome="").update(state=State.SENT, sent_at=now, **attempted)
        if conf.resend_uncertain():
            unknown, lost = State.PENDING, at_the_dot.update(state=State.PENDING, not_before=now, **attempted)
        else:
            unknown, lost = State.UNCERTAIN, at_the_dot.update(state=State.UNCERTAIN, **attempted)
        returned = over.filter(state=State.CLAIMED).update(state=State.PENDING, **free)
    counts = {State.PENDING: returned, State.SENT: reported}
    counts[unknown] = counts.get(unknown, 0) + lost
    return {str(state): number for state, number in counts.items() if number}


def finish(issue: Issue, now: dt.datetime) -> bool:
    """Close `issue` when nothing is left to send and the equation holds. Return whether it closed.

    An equation that does not hold is a defect: the issue is held and says so.
    """
    with transaction.atomic():
        locked = Issue.objects.select_for_update().filter(pk=issue.pk, state=Issue.State.SENDING)
        if not locked.exists():
            return False
        total = account(issue)
        if total.in_flight:
            return False
        if not total.balanced:
            locked.update(state=Issue.State.HELD, stopped_because=_imbalance(total))
            return False
        warning = f"{total.uncertain} mails have no answer: decide about them." if total.uncertain else ""
        locked.update(state=Issue.State.FINISHED, finished_at=now, counts=counts(issue), stopped_because=warning)
    issue.refresh_from_db()
    return True


def counts(issue: Issue) -> dict[str, int]:
    """Return deliveries of `issue` by state and by later outcome, for keeping. Two queries."""
    rows = Delivery.objects.filter(issue=issue).order_by()
    by_state = dict(rows.values_list("state").annotate(n=Count("pk")))
    by_outcome = dict(rows.exclude(outcome="").values_list("outcome").annotate(n=Count("pk")))
    return {**by_state, **by_outcome}


def _imbalance(total: Account) -> str:
    return (
        f"The count does not add up: {total.candidates} candidates, {total.excluded} excluded, "
        f"{total.prepared} prepared; {total.sent} sent, {total.failed} failed, {total.skipped} skipped, "
        f"{total.uncertain} uncertain. Look at the deliveries before you resume."
    )


def uncertain_rows(issue: Issue | None = None) -> QuerySet:
    """Return the mails of which nobody knows whether they went out."""
    rows = Delivery.objects.filter(state=State.UNCERTAIN)
    return rows if issue is None else rows.filter(issue=issue)


def mark_sent(rows: QuerySet, now: dt.datetime | None = None) -> int:
    """Decide that uncertain `rows` went out (the relay's log says so). Return how many."""
    moment = now or timezone.now()
    with transaction.atomic():
        chosen = list(rows.filter(state=State.UNCERTAIN).values_list("pk", "issue_id", "mail_id"))
        changed = Delivery.objects.filter(pk__in=[pk for pk, _, _ in chosen], state=State.UNCERTAIN).update(
            state=State.SENT, sent_at=moment, reason="marked as sent"
        )
        for _, _, mail_id in chosen:
            wipe(mail_id)
        refresh_counts({issue_id for _, issue_id, _ in chosen if issue_id})
    return changed


def resend(rows: QuerySet, now: dt.datetime | None = None) -> int:
    """Decide that uncertain `rows` are sent again; a reader may get two. Return how many.

    Finished issues among them go back to sending. The Message-ID stays the same.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        chosen = list(rows.filter(state=State.UNCERTAIN).values_list("pk", "issue_id"))
        changed = Delivery.objects.filter(pk__in=[pk for pk, _ in chosen], state=State.UNCERTAIN).update(
            state=State.PENDING, not_before=moment, reason="sent again by decision"
        )
        issues = {issue_id for _, issue_id in chosen if issue_id}
        Issue.objects.filter(pk__in=issues, state=Issue.State.FINISHED).update(
            state=Issue.State.SENDING, finished_at=None, stopped_because=""
        )
    return changed


def refresh_counts(issue_ids: set[int]) -> None:
    """Bring the kept totals of finished issues up to date after a decision or a report."""
    for issue in Issue.objects.filter(pk__in=issue_ids, state=Issue.State.FINISHED):
        left = uncertain_rows(issue).count()
        warning = f"{left} mails have no answer: decide about them." if left else ""
        Issue.objects.filter(pk=issue.pk).update(counts=counts(issue), stopped_because=warning)


def wipe_expired(now: dt.datetime) -> int:
    """Empty transactional mails past their time, whatever became of them. Return how many."""
    expired = TransactionalMail.objects.filter(expires_at__lte=now).exclude(address="")
    flying = expired.filter(delivery__state__in=[State.CLAIMED, State.SUBMITTING])
    chosen = list(expired.exclude(pk__in=flying.values("pk")).values_list("pk", flat=True))
    Delivery.objects.filter(mail_id__in=chosen, state=State.PENDING).update(state=State.SKIPPED, reason="expired")
    for mail_id in chosen:
        wipe(mail_id)
    return len(chosen)
