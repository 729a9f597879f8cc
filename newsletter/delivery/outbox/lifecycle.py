"""What an editor, a guard or a breaker may do to a whole issue. Every move is conditional."""

from __future__ import annotations

import datetime as dt

from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest

from newsletter import conf
from newsletter.models import Issue


def hold(issue: Issue, why: str) -> bool:
    """Take `issue` out of sending until an editor decides. Return whether it was under way."""
    under_way = [Issue.State.SCHEDULED, Issue.State.PREPARING, Issue.State.SENDING, Issue.State.PAUSED]
    changed = Issue.objects.filter(pk=issue.pk, state__in=under_way)
    return bool(changed.update(state=Issue.State.HELD, stopped_because=why[:300]))


def pause(issue: Issue, why: str) -> bool:
    """Stop sending `issue` for now; rows stay as they are. Return whether it was under way."""
    under_way = [Issue.State.SCHEDULED, Issue.State.SENDING]
    changed = Issue.objects.filter(pk=issue.pk, state__in=under_way)
    return bool(changed.update(state=Issue.State.PAUSED, stopped_because=why[:300]))


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
