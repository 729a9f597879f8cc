"""Builds issues: freezes the changes of a period once, for everybody who asks at the same time.

`build_issue` makes at most one issue a period, however many processes call it. A period without
changes becomes an empty issue: nothing is sent, and the archive says so.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from comparisons.changes import log as changelog
from newsletter.core import digest
from newsletter.core.digest_parts import Digest
from newsletter.core.periods import MONTHLY, Period, month_of, week_of
from newsletter.digest.rendering import refresh
from newsletter.digest.source import changes_between, live_paths, weights_of
from newsletter.models import Issue

OPEN = (Issue.State.DRAFT, Issue.State.READY)
NOTHING = "Nothing changed"


class DigestError(Exception):
    """The issue cannot be built; the message says why and what to do."""


def freeze(period: Period, as_of: dt.datetime) -> dict:
    """The snapshot of a period as the log stands: one query for the changes, one for the standings, up to four for the pages."""
    facts = changes_between(period.start, period.end)
    live = live_paths(change.path for change in facts)
    weights = weights_of({change.model for change in facts})
    return digest.snapshot_of(period, facts, {change.id: change.path in live for change in facts}, as_of, weights)


def build_issue(period: Period, now: dt.datetime) -> tuple[Issue, bool]:
    """The issue of a period, and whether this call made it.

    A new one is a draft, or finished at once when nothing changed. Raises DigestError while the
    period is not over.
    """
    if now < period.end:
        raise DigestError(
            f"{period.slug} ends on {period.end:%Y-%m-%d %H:%M} UTC. Build it then, or preview it in the newsroom."
        )
    existing = Issue.objects.filter(newsletter=period.newsletter, period_start=period.start, corrects=None).first()
    if existing is not None:
        return existing, False
    changelog.record()  # what was saved before the period ended is in the log, even after a crash
    snapshot = freeze(period, min(now, period.end))
    with transaction.atomic():
        issue, created = Issue.objects.get_or_create(
            newsletter=period.newsletter,
            period_start=period.start,
            corrects=None,
            defaults={"slug": period.slug, "period_end": period.end, **_columns(snapshot, now)},
        )
        if created:
            refresh(issue)
    return issue, created


def rebuild(issue: Issue, now: dt.datetime) -> Issue:
    """Freeze an issue anew that nobody was promised yet: a draft, a ready or an empty one.

    The editor's note stays. Raises DigestError for an issue that is scheduled or was sent.
    """
    with transaction.atomic():
        locked = Issue.objects.select_for_update().get(pk=issue.pk)
        if locked.corrects_id is not None:
            raise DigestError(f"{locked.slug} is a correction; its lines are chosen, not frozen.")
        if not (locked.state in OPEN or locked.empty):
            raise DigestError(
                f"Issue {locked.slug} is {locked.get_state_display()}; what was scheduled or sent stays as it is."
            )
        period = period_of(locked)
        for name, value in _columns(freeze(period, min(now, period.end)), now).items():
            setattr(locked, name, value)
        locked.renderings.all().delete()
        locked.save()
        refresh(locked)
    return locked


def _columns(snapshot: dict, now: dt.datetime) -> dict:
    """Columns of an issue that follow from its snapshot."""
    empty = not snapshot["changes"]
    return {
        "snapshot": snapshot,
        "snapshot_sha256": digest.sha256_of(snapshot),
        "empty": empty,
        "state": Issue.State.FINISHED if empty else Issue.State.DRAFT,
        "finished_at": now if empty else None,
        "subject": NOTHING if empty else "",
    }


def period_of(issue: Issue) -> Period:
    """The period an issue tells of."""
    return Period(issue.newsletter, issue.slug, issue.period_start, issue.period_end)


def coming(newsletter: str, now: dt.datetime) -> tuple[Period, Digest | None]:
    """The period under way and the digest it would make now; nothing is stored."""
    today = now.astimezone(dt.UTC).date()
    period = month_of(today) if newsletter == MONTHLY else week_of(today)
    return period, digest.build(freeze(period, now))
