"""What an editor, a guard or a breaker may do to a whole issue. Every move is conditional."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest

from newsletter import conf
from newsletter.delivery import alerts
from newsletter.models import Issue


def hold(issue: Issue, why: str) -> bool:
    """Take `issue` out of sending until an editor decides, and tell the manager. Return whether it was under way."""
    under_way = [Issue.State.SCHEDULED, Issue.State.PREPARING, Issue.State.SENDING, Issue.State.PAUSED]
    return _stop(issue, under_way, Issue.State.HELD, why)


def pause(issue: Issue, why: str) -> bool:
    """Stop sending `issue` for now, rows stay as they are, and tell the manager. Return whether it was under way."""
    return _stop(issue, [Issue.State.SCHEDULED, Issue.State.SENDING], Issue.State.PAUSED, why)


def _stop(issue: Issue, before: list[str], after: str, why: str) -> bool:
    with transaction.atomic():
        rows = Issue.objects.filter(pk=issue.pk, state__in=before)
        if not rows.update(state=after, stopped_because=why[:300]):
            return False
        alerts.tell_of_stop(issue, Issue.State(after).label, why)
    return True


def unschedule(issue: Issue) -> bool:
    """Make a draft again of an issue that was not prepared yet. Return whether it was."""
    return _take_back(issue, [Issue.State.SCHEDULED, Issue.State.PAUSED, Issue.State.HELD], Issue.State.DRAFT)


def skip(issue: Issue) -> bool:
    """Decide that an issue that was not prepared yet is not sent at all. Return whether it was."""
    early = [Issue.State.DRAFT, Issue.State.READY, Issue.State.SCHEDULED, Issue.State.PAUSED, Issue.State.HELD]
    return _take_back(issue, early, Issue.State.SKIPPED)


def take_up(issue: Issue) -> bool:
    """Make a draft again of an issue that was skipped. Return whether it was; of two corrections only one is open."""
    if issue.corrects_id is not None:
        open_ones = Issue.objects.filter(corrects=issue.corrects_id, prepared_at__isnull=True)
        if open_ones.exclude(state=Issue.State.SKIPPED).exists():
            return False
    return _take_back(issue, [Issue.State.SKIPPED], Issue.State.DRAFT)


def _take_back(issue: Issue, before: list[str], after: str) -> bool:
    """Move an unprepared issue; texts made for its groups are made anew."""
    with transaction.atomic():
        rows = Issue.objects.filter(pk=issue.pk, state__in=before, prepared_at__isnull=True, empty=False)
        if not rows.update(state=after, send_at=None, stopped_because="", by_hand=True):
            return False
        issue.renderings.all().delete()
    return True


def resume(issue: Issue, now: dt.datetime) -> bool:
    """Go on with a paused or held `issue`: where it stopped, or from its preparation.

    One that was never prepared keeps a time that is still to come; one whose time is over gets `now`, so
    that it is not late at once.
    """
    stopped = Issue.objects.filter(pk=issue.pk, state__in=[Issue.State.PAUSED, Issue.State.HELD])
    if stopped.filter(prepared_at__isnull=False).update(
        state=Issue.State.SENDING, stopped_because="", instance_id=conf.instance_id(), resumed_at=now
    ):
        return True
    when = Greatest("send_at", Value(now, output_field=DateTimeField()))
    return bool(stopped.update(state=Issue.State.SCHEDULED, send_at=when, stopped_because=""))


def schedule(issue: Issue, send_at: dt.datetime) -> bool:
    """Give a ready `issue` its time. Return whether it was ready (or scheduled before)."""
    open_states = [Issue.State.READY, Issue.State.SCHEDULED]
    changed = Issue.objects.filter(pk=issue.pk, state__in=open_states, empty=False)
    return bool(changed.update(state=Issue.State.SCHEDULED, send_at=send_at, stopped_because=""))
