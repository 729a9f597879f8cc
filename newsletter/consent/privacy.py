"""What is kept about readers and how long: the one table the privacy page, the page “What we hold
on you” and `newsletter_prune` all follow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

REQUESTS_AFTER_LINK = dt.timedelta(days=1)
READERS_WHO_LEFT = dt.timedelta(days=30)
ANSWERS = dt.timedelta(days=30)
STRANGERS = dt.timedelta(days=30)
DELIVERIES = dt.timedelta(days=396)
COUNTERS = dt.timedelta(days=30)


@dataclass(frozen=True)
class Holding:
    """One kind of data: what it holds, what for, and until when."""

    title: str
    fields: str
    purpose: str
    until: str


def holdings() -> tuple[Holding, ...]:
    """Return all kinds of data we hold on readers of the newsletter."""
    return (
        Holding(
            "A request not confirmed yet",
            "your address, a hash of the link we mailed, the words and the page you saw, country and rules",
            "to know whose click confirms what",
            "the link works for 7 days, the request is deleted on day 8",
        ),
        Holding(
            "A reader",
            "your address as you typed it, how often and about what you want mail, breaks, country and rules, dates",
            "to send what you asked for",
            f"you erase it, at once; or {READERS_WHO_LEFT.days} days after you unsubscribe, without being asked",
        ),
        Holding(
            "The record of your consent",
            "what happened and when (asked, confirmed, changed, left, copied, erased), the exact words and their hash, "
            "the page without its query, country, rules and how we came to the country; a keyed hash stands for you",
            "to prove that you asked for the mail",
            f"the end of the time the privacy page names for your country, counted from the day you left; if you never "
            f"confirmed, {STRANGERS.days} days",
        ),
        Holding(
            "The list of those who left",
            "a keyed hash of your address, the reason and the date",
            "so that nobody, by mistake or by an import, writes to you again",
            "the newsletter exists; it outlives erasure, and cannot be turned back into an address",
        ),
        Holding(
            "Mails that went out",
            "which issue or answer, when, whether your mail server took it, what it replied or sent back later",
            "to find out why a mail did not arrive, and to send none twice",
            f"issues: {DELIVERIES.days // 30} months, then only totals; answers to a form: {ANSWERS.days} days, "
            "their text and address only until they are sent",
        ),
        Holding(
            "Counters against robots",
            "a keyed hash of an address or mail domain, and a number",
            "so that nobody floods a mailbox with confirmations",
            f"{COUNTERS.days} days",
        ),
    )
