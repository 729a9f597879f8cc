"""A mail that did not arrive, and what that means for its reader: the one place that counts.

A mailbox that is gone ends the subscription at once. One that takes no mail just now ends it only
after several mails in a row over several weeks. A message refused for what it is or whence it came
says nothing about the reader.
"""

from __future__ import annotations

import datetime as dt

from newsletter import conf
from newsletter.bounces import suppression
from newsletter.core.refusals import Meaning
from newsletter.models import Delivery, Suppression

Outcome, State = Delivery.Outcome, Delivery.State
OUTCOME_OF = {Meaning.GONE: Outcome.BOUNCED, Meaning.SOFT: Outcome.SOFT, Meaning.POLICY: Outcome.REFUSED}
ENDED = (State.SENT, State.FAILED)


def draw_consequences(delivery: Delivery, outcome: str, via: str, now: dt.datetime, reply: str = "") -> bool:
    """End the subscription if `outcome` of `delivery`, already written to its row, says so. Return whether it did."""
    if outcome == Outcome.BOUNCED or (outcome == Outcome.SOFT and is_one_too_many(delivery)):
        end(delivery, Suppression.Reason.BOUNCED, via, now, reply)
        return True
    return False


def end(delivery: Delivery, reason: str, via: str, now: dt.datetime, reply: str = "") -> None:
    """End the subscription behind `delivery`, or suppress its address when the reader is gone already."""
    if delivery.subscriber is not None:
        suppression.leave(delivery.subscriber, reason, via, now, delivery.issue, reply)
    else:
        suppression.suppress(delivery.address_key, reason, now)


def is_one_too_many(delivery: Delivery) -> bool:
    """Whether `delivery` is the last of so many soft failures in a row, over so many days, that it ends.

    Newer issues count only if they are known to have arrived; refusals of a message are passed over.
    One query.
    """
    if delivery.issue is None:
        return False
    rows = Delivery.objects.filter(address_key=delivery.address_key, issue__isnull=False, state__in=ENDED)
    times = []
    for outcome, time in rows.order_by("-issue__send_at", "-pk").values_list("outcome", "issue__send_at"):
        newer = time > delivery.issue.send_at
        if outcome == Outcome.SOFT:
            times.append(time)
        elif outcome == Outcome.REFUSED or (newer and outcome == Outcome.NONE):
            continue
        else:
            break
    if len(times) < conf.soft_bounces():
        return False
    return times[0] - times[-1] >= dt.timedelta(days=conf.soft_bounce_days())
