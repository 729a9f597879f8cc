"""The intent before the final dot, and what became of a message. One commit a message.

A result waits in memory for the next intent and is written in the same transaction. A worker
killed in between leaves exactly one row `submitting`, which becomes `uncertain`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from newsletter import conf
from newsletter.bounces import failures, suppression
from newsletter.core.backoff import retry_at
from newsletter.core.replies import Reply, scrub
from newsletter.delivery.outbox import statements
from newsletter.delivery.outbox.claims import renew, wipe
from newsletter.delivery.transport import End, Submission
from newsletter.models import ConsentEvent, Delivery, TransactionalMail

State, Outcome = Delivery.State, Delivery.Outcome


@dataclass(frozen=True)
class Result:
    """What to write about one attempt of `delivery`."""

    delivery: Delivery
    state: str
    at: dt.datetime
    reply: Reply | None = None
    not_before: dt.datetime | None = None
    attempted: bool = True
    reason: str = ""
    provider_id: str = ""

    @property
    def outcome(self) -> str:
        """What a mail that failed for good says about its mailbox; nothing for any other."""
        if self.state != State.FAILED or self.reply is None:
            return Outcome.NONE
        return failures.OUTCOME_OF[self.reply.meaning]


def judge(delivery: Delivery, submission: Submission, now: dt.datetime) -> Result:
    """Return the result of `submission`: RFC 5321's first digit decides, a lost answer is uncertain."""
    end, reply = submission.end, submission.reply
    if end is End.ANSWERED and reply.accepted:
        return Result(delivery, State.SENT, now, reply, provider_id=submission.provider_id)
    if end is End.LOST:
        if conf.resend_uncertain():
            return _again(delivery, now, reply, "answer lost")
        return Result(delivery, State.UNCERTAIN, now, reply, reason="answer lost")
    if end is End.UNREACHABLE:
        return Result(delivery, State.PENDING, now, reply, attempted=False, reason="relay unreachable")
    if end is End.BROKEN_BEFORE or reply.temporary:
        return _again(delivery, now, reply, "temporary refusal")
    return Result(delivery, State.FAILED, now, reply, reason="refused")


def _again(delivery: Delivery, now: dt.datetime, reply: Reply | None, why: str) -> Result:
    attempts = delivery.attempts + 1
    moment = retry_at(delivery.pk, attempts, now, delivery.mail.expires_at if delivery.mail is not None else None)
    if moment is None:
        return Result(delivery, State.FAILED, now, reply, reason=f"gave up after {attempts} attempts")
    return Result(delivery, State.PENDING, now, reply, not_before=moment, reason=why)


def commit_intent(
    worker: str, delivery: Delivery, now: dt.datetime, results: Iterable[Result] = (), renew_others: bool = False
) -> bool:
    """Write `results`, and that `delivery` is about to leave, in one commit. Return whether it may.

    False when another worker has the row, its reader left, or its issue was stopped; the results
    are written all the same.
    """
    with transaction.atomic():
        write_all(worker, results)
        granted = statements.grant_intent(worker, delivery, now, now + conf.lease())
        if renew_others:
            renew(worker, now)
    return granted


def write(worker: str, results: Iterable[Result]) -> None:
    """Write `results` in one commit of their own."""
    results = list(results)
    if results:
        with transaction.atomic():
            write_all(worker, results)


def write_all(worker: str, results: Iterable[Result]) -> None:
    """Write `results` inside the caller's transaction. Rows of another owner stay untouched.

    One exception: a worker that slept past its lease and then got a 250 knows that an `uncertain`
    row went out, and says so.
    """
    for result in results:
        columns = _columns(result)
        written = statements.update_in_flight(worker, result.delivery.pk, columns)
        if not written and result.state == State.SENT:
            late = Delivery.objects.filter(pk=result.delivery.pk, state=State.UNCERTAIN)
            written = late.update(**columns)
        if written:
            _consequences(result)


def _columns(result: Result) -> dict:
    columns = {
        "state": result.state,
        "owner": "",
        "lease_until": None,
        "reason": result.reason,
        "attempts": result.delivery.attempts + (1 if result.attempted else 0),
    }
    if result.reply is not None:
        columns["reply_code"] = result.reply.code
        columns["reply"] = scrub(result.reply.text)
    if result.not_before is not None:
        columns["not_before"] = result.not_before
    if result.outcome:
        columns["outcome"] = result.outcome
    if result.state == State.SENT:
        columns["sent_at"] = result.at
    if result.provider_id:
        columns["provider_id"] = result.provider_id
    return columns


def _consequences(result: Result) -> None:
    """What a written result means for the reader, the proof of consent and the mail's secrets."""
    delivery = result.delivery
    if result.outcome:
        failures.draw_consequences(delivery, result.outcome, "smtp", result.at, scrub(result.reply.text))
    if delivery.mail is None:
        return
    if result.state == State.SENT and delivery.mail.purpose == TransactionalMail.Purpose.CONFIRM:
        suppression.record_event(
            delivery.address_key,
            ConsentEvent.Kind.CONFIRMATION_ACCEPTED,
            result.at,
            person=delivery.mail.signup,
            via="smtp",
            message_id=delivery.message_id,
            reply=scrub(result.reply.text),
        )
    if result.state in (State.SENT, State.FAILED, State.SKIPPED):
        wipe(delivery.mail_id)
