"""Reads the mailbox where bounces, complaints and mails that unsubscribe arrive."""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import mailbox
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsletter import conf
from newsletter.bounces import feedback, suppression
from newsletter.core.reports import Kind, Report, read_report
from newsletter.models import Delivery, Issue, Subscriber, Suppression
from newsletter.tokens import BadToken, read_mail_token

IMAP_TIMEOUT_SECONDS = 60


class MailboxProblem(Exception):
    """The mailbox cannot be read; the message says why and what to do."""


def read_mailbox(url: str, now: dt.datetime) -> Counter[str]:
    """Act on every mail in the mailbox `url` and remove it. Return how many of each kind.

    `url` is `imaps://USER:PASSWORD@HOST/FOLDER`, `imap://…` or `maildir:///PATH`. A mail is removed
    only after it was acted on, and acting twice changes nothing. Raises MailboxProblem.
    """
    found: Counter[str] = Counter()
    for raw, remove in _mails(url):
        found[handle(raw, now).name.lower()] += 1
        remove()
    return found


def handle(raw: bytes, now: dt.datetime) -> Kind:
    """Act on one mail: end a subscription, or note a bounce or complaint. Return what it was."""
    report = read_report(raw, conf.bounce_mailbox(), conf.unsubscribe_mailbox())
    if report.kind is Kind.UNSUBSCRIBE:
        return report.kind if _unsubscribe(report.token, now) else Kind.OTHER
    if report.kind in (Kind.BOUNCED, Kind.REFUSED, Kind.COMPLAINED):
        return _note(report, now)
    return report.kind


def _note(report: Report, now: dt.datetime) -> Kind:
    delivery = feedback.delivery_of(report.key)
    if delivery is None:
        return Kind.OTHER
    complained = report.kind is Kind.COMPLAINED
    outcome = Delivery.Outcome.COMPLAINED if complained else Delivery.Outcome.BOUNCED
    gone = report.kind is not Kind.REFUSED
    feedback.note_outcome(delivery, outcome, "dsn", now, gone=gone, reply=report.status)
    return report.kind


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


Mails = Iterator[tuple[bytes, Callable[[], None]]]


def _mails(url: str) -> Mails:
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        return _maildir(Path(unquote(parts.path)))
    if parts.scheme in ("imap", "imaps") and parts.hostname:
        return _imap(parts)
    raise MailboxProblem(
        "NEWSLETTER_INCOMING_URL names no mailbox. Write imaps://USER:PASSWORD@HOST/INBOX or maildir:///PATH."
    )


def _maildir(path: Path) -> Mails:
    if not (path / "new").is_dir():
        raise MailboxProblem(f"{path} is no Maildir: it has no folder “new”. Check NEWSLETTER_INCOMING_URL.")
    with contextlib.closing(mailbox.Maildir(str(path), create=False)) as box:
        for name in sorted(box.keys()):
            yield box.get_bytes(name), lambda name=name: box.discard(name)


def _imap(parts) -> Mails:
    connect = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    default_port = imaplib.IMAP4_SSL_PORT if parts.scheme == "imaps" else imaplib.IMAP4_PORT
    try:
        with connect(parts.hostname, parts.port or default_port, timeout=IMAP_TIMEOUT_SECONDS) as server:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            status, answer = server.select(unquote(parts.path.strip("/")) or "INBOX")
            if status != "OK":
                raise MailboxProblem(f"The folder of NEWSLETTER_INCOMING_URL cannot be opened: {answer}.")
            _, (numbers,) = server.uid("SEARCH", "UNDELETED")
            for number in numbers.decode().split():
                _, parts_of_mail = server.uid("FETCH", number, "(BODY.PEEK[])")
                raw = next((part[1] for part in parts_of_mail if isinstance(part, tuple)), b"")
                yield raw, lambda number=number: server.uid("STORE", number, "+FLAGS", r"(\Deleted)")
            server.expunge()
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxProblem(f"The mailbox of NEWSLETTER_INCOMING_URL does not answer: {error}") from error
