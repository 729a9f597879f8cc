"""What keeps an issue from going out at the wrong time, from the wrong machine or to angry readers."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque

from django.db import connection, transaction
from django.db.models import Max

from newsletter import conf
from newsletter.delivery import marker
from newsletter.delivery.outbox.lifecycle import hold, pause
from newsletter.delivery.outbox.prepare import (
    MissingRendering,
    OutboxError,
    Preparation,
    RenderGroup,
    prepare,
    render_missing,
)
from newsletter.models import Delivery, Installation, Issue, Lease

log = logging.getLogger("newsletter")

WINDOW = 200
MOST_FAILURES = 10  # 5 % of the window
COMPLAINTS_WARN, COMPLAINTS_STOP = 0.001, 0.003
FEWEST_COMPLAINTS = 2  # one angry reader is no pattern, however short the list
RENDER_ATTEMPTS = 3
UNDER_WAY = (Issue.State.SCHEDULED, Issue.State.SENDING)


class WrongInstallation(OutboxError):
    """This database belongs to another installation."""


def check_installation(now: dt.datetime, adopt: bool = False) -> None:
    """Refuse to send from a copy. Raises WrongInstallation and holds every issue under way.

    The first installation that sends writes its INSTANCE_ID into the database; `adopt` says that
    this one now is the sender.
    """
    ours = conf.instance_id()
    row, _ = Installation.objects.get_or_create(id=1, defaults={"instance_id": ours, "since": now})
    older = marker.older_than_the_marker(row.uid)
    if row.instance_id == ours and not older:
        return
    if adopt:
        Installation.objects.filter(id=1).update(instance_id=ours, since=now)
        marker.forget(row.uid)
        return
    why = older or f"The database belongs to installation “{row.instance_id}”; this one is “{ours}”."
    for issue in Issue.objects.filter(state__in=UNDER_WAY):
        hold(issue, why)
    if older:
        raise WrongInstallation(
            f"{why} Nothing was sent, and issues under way are held: what went out since would go out again. Bring a "
            "newer copy, or run send_newsletter --adopt once, look at each held issue, and resume or skip it."
        )
    raise WrongInstallation(
        f"{why} Nothing was sent, and issues under way are held. If this machine is now the one that sends, "
        "run send_newsletter --adopt once and resume the issues."
    )


def hold_late(now: dt.datetime) -> list[Issue]:
    """Hold issues in the middle of sending that stood still for longer than they may be late.

    Whatever kept them, no worker or no relay: what was not tried yet is no news any more. Time before an
    editor's “resume” does not count, and an issue that goes on slowly or only tries again is not late.
    """
    late = []
    for issue in Issue.objects.filter(state=Issue.State.SENDING):
        since = max(filter(None, (issue.send_at, issue.prepared_at, issue.resumed_at)))
        if now - since <= issue.max_lateness:
            continue
        rows = Delivery.objects.filter(issue=issue)
        since = max(filter(None, (since, rows.aggregate(last=Max("sent_at"))["last"])))
        untried = rows.filter(state=Delivery.State.PENDING, attempts=0, not_before__lte=now)
        if now - since > issue.max_lateness and untried.exists():
            why = f"Nothing has gone out since {since:%Y-%m-%d %H:%M} UTC. Resume it if it is still news."
            if hold(issue, why):
                late.append(issue)
    return late


def start_due(render: RenderGroup, now: dt.datetime, only: Issue | None = None) -> list[Preparation]:
    """Prepare every scheduled issue whose time has come. Late ones are held, broken ones paused."""
    due = Issue.objects.filter(state=Issue.State.SCHEDULED, send_at__lte=now)
    if only is not None:
        due = due.filter(pk=only.pk)
    started = []
    for issue in due.order_by("send_at", "pk"):
        if now - issue.send_at > issue.max_lateness:
            hold(issue, f"It was due at {issue.send_at:%Y-%m-%d %H:%M} UTC and is too late. Resume it if wanted.")
            continue
        preparation = _start(issue, render, now)
        if preparation is not None:
            started.append(preparation)
    return started


def _start(issue: Issue, render: RenderGroup, now: dt.datetime) -> Preparation | None:
    for _ in range(RENDER_ATTEMPTS):
        try:
            render_missing(issue, render, now)
        except Exception as error:
            log.exception("Issue %s cannot be rendered; it is paused.", issue.slug)
            pause(issue, f"It cannot be rendered: {type(error).__name__}: {error}")
            return None
        try:
            preparation = prepare(issue, now)
        except MissingRendering:
            continue
        except OutboxError as error:
            log.info("%s", error)
            return None
        refresh_statistics()
        return preparation
    return None


def refresh_statistics() -> None:
    """Tell PostgreSQL what the outbox holds now: until it knows, every claim reads all new rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Delivery._meta.db_table}")


class FailureBreaker:
    """Watches the last 200 results of each issue and pauses one when more than 5 % of them failed.

    It counts what this process sent, so that an issue somebody resumed starts afresh.
    """

    def __init__(self):
        self._windows: dict[int, deque[bool]] = {}

    def note(self, issue: Issue, failed: bool) -> bool:
        """Count one result. Return whether it made the breaker pause the issue."""
        window = self._windows.setdefault(issue.pk, deque(maxlen=WINDOW))
        window.append(failed)
        if not failed or sum(window) <= MOST_FAILURES:
            return False
        del self._windows[issue.pk]
        return pause(
            issue,
            f"More than {MOST_FAILURES} of the last {WINDOW} mails failed. Read their replies before you resume.",
        )


def check_complaints(issue: Issue) -> bool:
    """Pause `issue` when too many readers call it spam. Return whether it did."""
    rows = Delivery.objects.filter(issue=issue, state=Delivery.State.SENT)
    sent, complaints = rows.count(), rows.filter(outcome=Delivery.Outcome.COMPLAINED).count()
    if complaints < FEWEST_COMPLAINTS or not sent:
        return False
    rate = complaints / sent
    if rate > COMPLAINTS_STOP:
        return pause(issue, f"{complaints} of {sent} readers marked it as spam. Find out why before you resume.")
    if rate > COMPLAINTS_WARN:
        log.warning("Issue %s: %d of %d readers marked it as spam.", issue.slug, complaints, sent)
    return False


def take_role(role: str, owner: str, now: dt.datetime) -> bool:
    """Take or keep a role only one process may have. Return whether `owner` has it now."""
    with transaction.atomic():
        Lease.objects.get_or_create(role=role, defaults={"owner": owner, "until": now + conf.lease()})
        row = Lease.objects.select_for_update().get(role=role)
        if row.owner not in ("", owner) and row.until >= now:
            return False
        Lease.objects.filter(role=role).update(owner=owner, until=now + conf.lease())
    return True


def give_up_role(role: str, owner: str) -> None:
    """Let the next process have `role` at once."""
    Lease.objects.filter(role=role, owner=owner).update(owner="")
