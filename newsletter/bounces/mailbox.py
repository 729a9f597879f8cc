"""Reads the mailbox where bounces, complaints, mails that unsubscribe and letters arrive.

One mail never stops the next: what cannot be read or acted on is set aside, counted and shown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import secrets
from collections import Counter
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from newsletter import conf
from newsletter.bounces import feedback, suppression
from newsletter.bounces.boxes import Mail, MailboxProblem, mails
from newsletter.core.reports import SET_ASIDE, Kind, Report, read_report
from newsletter.delivery.outbox import guards
from newsletter.models import Delivery, IncomingReport, Issue, Subscriber, Suppression
from newsletter.tokens import BadToken, read_mail_token

__all__ = ["Handled", "MailboxProblem", "handle", "read_mailbox"]

ROLE = "read_bounces"
log = logging.getLogger("newsletter")


@dataclass(frozen=True)
class Handled:
    """What a mail was, and whether a person has to look at it."""

    kind: Kind
    set_aside: bool


def read_mailbox(url: str, now: dt.datetime) -> Counter[str]:
    """Act on every mail in the mailbox `url`; return how many of each kind, and how many were set aside.

    A mail leaves the box only after it was acted on, and acting twice changes nothing. One process reads at a
    time; a second one ends at once. Raises MailboxProblem.
    """
    found: Counter[str] = Counter()
    reader = f"{os.getpid()}:{secrets.token_hex(4)}"
    try:
        for mail in mails(url, conf.person_folder()):
            if not guards.take_role(ROLE, reader, timezone.now()):
                break
            _take(mail, now, found)
    finally:
        guards.give_up_role(ROLE, reader)
    return found


def _take(mail: Mail, now: dt.datetime, found: Counter[str]) -> None:
    handled = handle(mail.raw, now)
    found[handled.kind.name.lower()] += 1
    if handled.set_aside:
        found["set_aside"] += 1
        mail.set_aside()
    else:
        mail.remove()


def handle(raw: bytes, now: dt.datetime) -> Handled:
    """Act on one mail. Raises nothing but the database's own absence."""
    try:
        return _act_once(raw, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing was done, and the mail stays for the next run
    except Exception:
        log.exception("A mail that came back could not be acted on. It is set aside.")
        _note_failure(raw, now)
        return Handled(Kind.UNREADABLE, set_aside=True)


@transaction.atomic
def _act_once(raw: bytes, now: dt.datetime) -> Handled:
    digest = hashlib.sha256(raw).hexdigest()
    known = IncomingReport.objects.filter(pk=digest).first()
    if known is not None:
        return Handled(Kind[known.kind.upper()], known.set_aside)
    report = read_report(raw, conf.bounce_mailbox(), conf.unsubscribe_mailbox())
    kind, delivery = _act(report, now)
    set_aside = kind in SET_ASIDE or report.for_a_person
    IncomingReport.objects.create(
        digest=digest,
        kind=kind.name.lower(),
        at=now,
        detail=report.detail[:40],
        delivery=delivery,
        set_aside=set_aside,
    )
    return Handled(kind, set_aside)


def _note_failure(raw: bytes, now: dt.datetime) -> None:
    try:
        with transaction.atomic():
            IncomingReport.objects.get_or_create(
                digest=hashlib.sha256(raw).hexdigest(),
                defaults={"kind": Kind.UNREADABLE.name.lower(), "at": now, "set_aside": True},
            )
    except DatabaseError:
        log.exception("A mail that was set aside could not be counted.")


def _act(report: Report, now: dt.datetime) -> tuple[Kind, Delivery | None]:
    """Do what the report asks for. Return what it turned out to be, and the mail it is about."""
    if report.kind in (Kind.PERSON, Kind.UNREADABLE, Kind.ANSWERED):
        return report.kind, None
    if report.kind is Kind.UNSUBSCRIBE and report.token and not report.key:
        return (Kind.UNSUBSCRIBE if _unsubscribe(report.token, now) else Kind.PERSON), None
    delivery = _delivery_of(report)
    if delivery is None:
        return (Kind.FEEDBACK if report.kind is Kind.FEEDBACK else Kind.PERSON), None
    report = report.about(_addresses_of(delivery))
    _note(report, delivery, now)
    return report.kind, delivery


def _note(report: Report, delivery: Delivery, now: dt.datetime) -> None:
    outcomes = {
        Kind.BOUNCED: Delivery.Outcome.BOUNCED,
        Kind.SOFT: Delivery.Outcome.SOFT,
        Kind.REFUSED: Delivery.Outcome.REFUSED,
        Kind.DELIVERED: Delivery.Outcome.DELIVERED,
        Kind.COMPLAINED: Delivery.Outcome.COMPLAINED,
    }
    if report.kind in outcomes:
        feedback.note_outcome(delivery, outcomes[report.kind], "dsn", now, reply=report.detail)
    elif report.kind is Kind.NOT_SPAM:
        feedback.withdraw_complaint(delivery, "dsn", now)
    elif report.kind is Kind.FEEDBACK:
        log.warning("A feedback report of type “%s” came back about %s.", report.detail, delivery)
    elif report.kind is Kind.UNSUBSCRIBE and delivery.subscriber is not None:
        suppression.leave(delivery.subscriber, Suppression.Reason.UNSUBSCRIBED, "dsn", now, delivery.issue)


def _addresses_of(delivery: Delivery) -> list[str]:
    if delivery.subscriber is not None:
        return [delivery.subscriber.address]
    return [delivery.mail.address] if delivery.mail is not None and delivery.mail.address else []


def _delivery_of(report: Report) -> Delivery | None:
    """Return the mail a report is about: by its key, else by the reader's own address to leave."""
    if report.key:
        return feedback.delivery_of(report.key)
    try:
        public_id, issue_id = read_mail_token(report.token)
    except BadToken:
        return None
    rows = Delivery.objects.select_related("subscriber", "issue", "mail")
    return rows.filter(subscriber__public_id=public_id, issue_id=issue_id).first()


def _unsubscribe(token: str, now: dt.datetime) -> bool:
    try:
        public_id, issue_id = read_mail_token(token)
    except BadToken:
        return False
    subscriber = Subscriber.objects.filter(public_id=public_id).first()
    if subscriber is not None:
        issue = Issue.objects.filter(pk=issue_id).first()
        suppression.leave(subscriber, Suppression.Reason.UNSUBSCRIBED, "mailto", now, issue)
    return True
