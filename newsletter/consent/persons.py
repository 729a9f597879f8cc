"""For a person who writes to the contact: look up, copy, unsubscribe, erase, let in again.

The address comes from their letter. What is handed back are numbers, times and message numbers, so
that somebody can prove what was done without seeing anybody else's address. Copies and the word
that all is erased go to the address itself, never to the one who asks on its owner's behalf.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from newsletter.bounces import suppression
from newsletter.consent import rights
from newsletter.delivery import letters
from newsletter.models import (
    ConsentEvent,
    Delivery,
    PendingSignup,
    Subscriber,
    Suppression,
    TransactionalMail,
)

VIA = "letter"
KEY_DIGITS = 12  # of the keyed hash: enough to find the events, too few to matter


@dataclass(frozen=True)
class Holding:
    """How many rows of each kind an address has; `state` of its reader, `suppressed` for what reason."""

    readers: int
    state: str
    requests: int
    mails_with_address: int
    events: int
    suppressed: str


@dataclass(frozen=True)
class Proof:
    """What was done for an address: before, after, the event that records it, the mail that tells it."""

    action: str
    key: str
    at: dt.datetime
    before: Holding
    after: Holding
    event: int | None
    message_id: str = ""

    @property
    def lines(self) -> list[str]:
        """The proof in sentences, without any address."""
        told = [
            f"{ACTIONS[self.action].done} at {self.at:%Y-%m-%d %H:%M} UTC, for the address with the hash {self.key}….",
            f"Before: {_in_words(self.before)}.",
            f"After: {_in_words(self.after)}.",
        ]
        if self.event is not None:
            told.append(f"Recorded as event {self.event}.")
        if self.message_id:
            told.append(f"A mail to the address itself is queued: Message-ID {self.message_id}.")
        return told


def _in_words(held: Holding) -> str:
    reader = f"one reader ({held.state})" if held.readers else "no reader"
    return (
        f"{reader}, {held.requests} requests, {held.mails_with_address} waiting mails with the address, "
        f"{held.events} events of consent, suppression: {held.suppressed or 'none'}"
    )


def holding(address: str) -> Holding:
    """Count what is held on `address`. Raises ValueError for what is no address."""
    key = suppression.key_of(address)
    reader = Subscriber.objects.filter(lookup_key=key).first()
    mails = TransactionalMail.objects.filter(delivery__address_key=key).exclude(address="")
    return Holding(
        readers=int(reader is not None),
        state=reader.get_state_display() if reader else "",
        requests=PendingSignup.objects.filter(lookup_key=key).count(),
        mails_with_address=mails.count(),
        events=ConsentEvent.objects.filter(subject_key=key).count(),
        suppressed=suppression.reason_of(key),
    )


def story_of(address: str) -> list[str]:
    """Return what is held on `address` and all that happened under it, in sentences without the address."""
    key = suppression.key_of(address)
    told = [f"Held: {_in_words(holding(address))}."]
    for event in ConsentEvent.objects.filter(subject_key=key).order_by("id"):
        details = [event.wording_id, event.page_path, event.country, event.via, event.message_id, event.reply]
        told.append(
            f"{event.at:%Y-%m-%d %H:%M} UTC, event {event.pk}: {event.get_kind_display()}; "
            + ", ".join(filter(None, details))
        )
    if len(told) == 1:
        told.append("Nothing was ever asked for or confirmed under this address.")
    return told


@transaction.atomic
def act(action: str, address: str, now: dt.datetime) -> Proof:
    """Do `action` (a key of ACTIONS) for `address` and prove it. Raises ValueError for what is no address."""
    key = suppression.key_of(address)
    before = holding(address)
    last = ConsentEvent.objects.filter(subject_key=key).order_by("-id").values_list("id", flat=True).first() or 0
    mail = ACTIONS[action].run(address, key, now)
    event = ConsentEvent.objects.filter(subject_key=key, id__gt=last).order_by("-id").first()
    return Proof(
        action,
        key[:KEY_DIGITS],
        now,
        before,
        holding(address),
        event.pk if event else None,
        mail.message_id if mail else "",
    )


def _export(address: str, key: str, now: dt.datetime) -> Delivery | None:
    return rights.mail_copy(address, key, now, VIA)


def _unsubscribe(address: str, key: str, now: dt.datetime) -> None:
    reader = Subscriber.objects.filter(lookup_key=key).first()
    rights.erase_requests(key)
    if reader is None or not suppression.leave(reader, Suppression.Reason.UNSUBSCRIBED, VIA, now):
        suppression.suppress(key, Suppression.Reason.UNSUBSCRIBED, now)
        suppression.record_event(key, ConsentEvent.Kind.UNSUBSCRIBED, now, person=reader, via=VIA)


def _erase(address: str, key: str, now: dt.datetime) -> Delivery:
    reader = Subscriber.objects.filter(lookup_key=key).first()
    if reader is not None:
        return rights.erase(reader, now, VIA)
    suppression.suppress(key, Suppression.Reason.ERASED, now)
    suppression.record_event(key, ConsentEvent.Kind.ERASED, now, via=VIA)
    rights.erase_requests(key)
    return letters.queue("erased", TransactionalMail.Purpose.ERASED, address, now, {}, valid_for=rights.ANSWER_WITHIN)


def _allow(address: str, key: str, now: dt.datetime) -> None:
    Suppression.objects.filter(hmac=key).delete()
    reader = Subscriber.objects.exclude(state=Subscriber.State.CONFIRMED).filter(lookup_key=key).first()
    if reader is not None:
        Subscriber.objects.filter(pk=reader.pk).update(state=Subscriber.State.UNSUBSCRIBED)
    suppression.record_event(key, ConsentEvent.Kind.CHANGED, now, person=reader, via=VIA)


@dataclass(frozen=True)
class Action:
    """One thing that can be done for a person."""

    label: str
    done: str
    run: Callable[[str, str, dt.datetime], Delivery | None]


ACTIONS = {
    "export": Action("Mail them a copy of all we hold", "A copy was mailed", _export),
    "unsubscribe": Action("End their subscription", "Unsubscribed", _unsubscribe),
    "erase": Action("Erase everything", "Erased", _erase),
    "allow": Action("Let them sign up again", "Allowed to sign up again", _allow),
}
