"""The outbox: what is to be sent stands in a table, and every step is one small commit.

prepare → claim → intent → result, and recover and finish beside them. Nothing is lost: a row stays
until it has an end. Nothing is doubled: a row at the final dot is never sent again by itself.
"""

from newsletter.delivery.outbox.claims import claim, release, renew, seconds_until_more, wipe
from newsletter.delivery.outbox.lifecycle import hold, pause, resume, schedule, skip, take_up, unschedule
from newsletter.delivery.outbox.prepare import (
    Group,
    MissingRendering,
    OutboxError,
    Preparation,
    Rendered,
    enqueue,
    groups_due,
    prepare,
    render_missing,
)
from newsletter.delivery.outbox.recovery import (
    Account,
    account,
    finish,
    mark_sent,
    recover,
    resend,
    uncertain_rows,
    wipe_expired,
)
from newsletter.delivery.outbox.results import Result, commit_intent, judge, write

__all__ = [
    "Account",
    "Group",
    "MissingRendering",
    "OutboxError",
    "Preparation",
    "Rendered",
    "Result",
    "account",
    "claim",
    "commit_intent",
    "enqueue",
    "finish",
    "groups_due",
    "hold",
    "judge",
    "mark_sent",
    "pause",
    "prepare",
    "recover",
    "release",
    "render_missing",
    "renew",
    "resend",
    "resume",
    "schedule",
    "seconds_until_more",
    "skip",
    "take_up",
    "uncertain_rows",
    "unschedule",
    "wipe",
    "wipe_expired",
    "write",
]
