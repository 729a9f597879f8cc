"""Mails that answer one request: their text from templates, their place in the outbox."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string

from newsletter import conf
from newsletter.bounces.suppression import key_of
from newsletter.delivery import outbox
from newsletter.models import Delivery, PendingSignup, TransactionalMail

SUBJECTS = {
    "confirm": "Please confirm: the {site} e-mail",
    "already": "You already get the {site} e-mail",
    "manage": "Your {site} e-mail preferences",
    "export": "What {site} holds on you",
    "erased": "Erased: what {site} held on you",
    "reconfirm": "Do you still want the {site} e-mail?",
    "flood": "Sign-ups at {site} come in a flood",
    "stopped": "The e-mail of {site} needs you",
}
LOCALE = "en"


def queue(
    letter: str,
    purpose: str,
    address: str,
    now: dt.datetime,
    context: dict,
    *,
    valid_for: dt.timedelta,
    not_before: dt.datetime | None = None,
    signup: PendingSignup | None = None,
    attachment: tuple[str, str] = ("", ""),
) -> Delivery:
    """Put the letter `templates/newsletter/email/LETTER.txt` and `.html` into the outbox, before any issue.

    `context` fills the templates; `attachment` is (file name, JSON text); after `valid_for` it is not
    tried any more. Call it in the transaction of what it tells.
    """
    begin = not_before or now
    words = {"contact": conf.contact(), "sender": conf.sender_in_words(), **context}
    mail = TransactionalMail(
        purpose=purpose,
        address=address,
        subject=SUBJECTS[letter].format(site=settings.SITE_NAME),
        text=render_to_string(f"newsletter/email/{letter}.txt", words).strip() + "\n",
        html=render_to_string(f"newsletter/email/{letter}.html", words),
        attachment_name=attachment[0],
        attachment=attachment[1],
        locale=LOCALE,
        signup=signup,
        expires_at=begin + valid_for,
    )
    return outbox.enqueue(mail, key_of(address), begin)
