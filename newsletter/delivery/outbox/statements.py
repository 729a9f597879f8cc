"""The two statements every message costs, as SQL: the ORM needs longer to write them than the
database to run them, and one worker sends hundreds of messages a second.

The row's own columns stand at the top level of each WHERE, where PostgreSQL checks them again
after it waited for another worker's lock.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import Exists, OuterRef

from newsletter.bounces.suppression import BLOCKS_ANSWERS, RIGHTS
from newsletter.models import Delivery, Issue, Subscriber, Suppression, TransactionalMail

State = Delivery.State
DELIVERY = Delivery._meta.db_table

# Table names are ours and states are our own constants; every other value is a parameter.
GRANT_ISSUE_MAIL = f"""
    UPDATE {DELIVERY} SET state = '{State.SUBMITTING}', lease_until = %s
    WHERE id = %s AND owner = %s AND state = '{State.CLAIMED}'
    AND EXISTS (SELECT 1 FROM {Issue._meta.db_table} issue
                WHERE issue.id = {DELIVERY}.issue_id AND issue.state = '{Issue.State.SENDING}')
    AND EXISTS (SELECT 1 FROM {Subscriber._meta.db_table} reader
                WHERE reader.id = {DELIVERY}.subscriber_id AND reader.state = '{Subscriber.State.CONFIRMED}'
                AND reader.lookup_key = {DELIVERY}.address_key)
    AND NOT EXISTS (SELECT 1 FROM {Suppression._meta.db_table} suppressed
                    WHERE suppressed.hmac = {DELIVERY}.address_key)
"""  # noqa: S608


def grant_intent(worker: str, delivery: Delivery, now: dt.datetime, until: dt.datetime) -> bool:
    """Move a claimed row to the dot if `worker` has it and its reader may still be written to."""
    if delivery.mail_id is not None:
        return _grant_answer(worker, delivery, now, until)
    with connection.cursor() as cursor:
        cursor.execute(GRANT_ISSUE_MAIL, [_adapted(until), delivery.pk, worker])
        return cursor.rowcount == 1


def _grant_answer(worker: str, delivery: Delivery, now: dt.datetime, until: dt.datetime) -> bool:
    """The same for a transactional mail: not expired, and its reader blocks not even answers, or it serves their rights."""
    open_mail = TransactionalMail.objects.filter(pk=OuterRef("mail_id"), expires_at__gt=now).exclude(address="")
    blocked = Suppression.objects.filter(hmac=OuterRef("address_key"), reason__in=BLOCKS_ANSWERS)
    row = Delivery.objects.filter(
        Exists(open_mail),
        ~Exists(blocked) | Exists(open_mail.filter(purpose__in=RIGHTS)),
        pk=delivery.pk,
        owner=worker,
        state=State.CLAIMED,
    )
    return bool(row.update(state=State.SUBMITTING, lease_until=until))


def update_in_flight(worker: str, delivery_id: int, columns: dict) -> bool:
    """Write `columns` to a row that `worker` has claimed or handed over. Return whether it has it."""
    assignments = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {DELIVERY} SET {assignments} WHERE id = %s AND owner = %s "  # noqa: S608
            f"AND state IN ('{State.CLAIMED}', '{State.SUBMITTING}')",
            [*(_adapted(value) for value in columns.values()), delivery_id, worker],
        )
        return cursor.rowcount == 1


def _adapted(value):
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return str(value) if isinstance(value, State) else value
