"""Everything we hold on one reader, as JSON a person and a machine can read."""

from __future__ import annotations

import datetime as dt
import json

from django.conf import settings

from newsletter.models import (
    ConsentEvent,
    ConsentWording,
    Delivery,
    IncomingReport,
    PendingSignup,
    Subscriber,
    Suppression,
)

# Of our own machinery only, or a key that would let somebody act in the reader's name.
NOT_EXPORTED = {"id", "token_sha256"}


def export_text(key: str, now: dt.datetime) -> str:
    """Return the JSON text of `what_we_hold`, indented."""
    return json.dumps(what_we_hold(key, now), indent=2, ensure_ascii=False, default=_as_text)


def what_we_hold(key: str, now: dt.datetime) -> dict:
    """Return all rows under the keyed hash `key`: reader, requests, events with their words, mails, suppression."""
    reader = Subscriber.objects.filter(lookup_key=key).first()
    events = list(ConsentEvent.objects.filter(subject_key=key))
    hashes = {event.wording_sha256 for event in events} - {""}
    return {
        "site": settings.SITE_URL,
        "made_at": now,
        "about": "All data this site holds on the owner of this address. There is no network address, "
        "no record of opened mails or followed links, and none is kept.",
        "reader": _row(reader) if reader else None,
        "requests": [_row(row) for row in PendingSignup.objects.filter(lookup_key=key)],
        "consent_events": [_row(event) for event in events],
        "words_agreed_to": [_row(row) for row in ConsentWording.objects.filter(sha256__in=hashes)],
        "suppression": [_row(row) for row in Suppression.objects.filter(hmac=key)],
        "mails_that_came_back": [
            {"kind": row.kind, "at": row.at, "detail": row.detail, "message_id": row.delivery.message_id}
            for row in IncomingReport.objects.filter(delivery__address_key=key).select_related("delivery")
        ],
        "mails": [
            {
                "issue": delivery.issue.slug if delivery.issue else None,
                "purpose": delivery.mail.purpose if delivery.mail else "issue",
                "state": delivery.state,
                "outcome": delivery.outcome,
                "message_id": delivery.message_id,
                "sent_at": delivery.sent_at,
                "reply_code": delivery.reply_code,
                "reply": delivery.reply,
            }
            for delivery in Delivery.objects.filter(address_key=key).select_related("issue", "mail")
        ],
    }


def _row(row) -> dict:
    fields = (field for field in row._meta.concrete_fields if field.name not in NOT_EXPORTED)
    return {field.name: field.value_from_object(row) for field in fields}


def _as_text(value) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds")
    return str(value)
