"""Reports of mail providers, by django-anymail's tracking signal.

Opens and clicks are not asked for and not stored: they would carry an IP and watch readers.
"""

from __future__ import annotations

import hashlib

from anymail.signals import tracking
from django.db import transaction
from django.utils import timezone

from newsletter.bounces import feedback
from newsletter.bounces.suppression import leave
from newsletter.core.replies import scrub
from newsletter.models import Delivery, Suppression

OUTCOMES = {
    "delivered": Delivery.Outcome.DELIVERED,
    "bounced": Delivery.Outcome.BOUNCED,
    "rejected": Delivery.Outcome.BOUNCED,
    "failed": Delivery.Outcome.BOUNCED,
    "complained": Delivery.Outcome.COMPLAINED,
}
# Reasons anymail normalises; others (blocked, timed out, unknown) leave the mailbox in the list.
MAILBOX_IS_GONE = {"invalid", "bounced"}


def connect() -> None:
    """Listen to anymail. Called once, when the app is ready."""
    tracking.connect(on_tracking, dispatch_uid="newsletter.bounces.webhooks")


@transaction.atomic
def on_tracking(sender, event, esp_name, **kwargs) -> None:
    """Write one report down; a repeated one changes nothing."""
    known = event.event_type in OUTCOMES or event.event_type == "unsubscribed"
    if not known:
        return
    metadata = event.metadata or {}
    delivery = feedback.delivery_of(str(metadata.get("delivery", "")), event.message_id or "")
    if delivery is None or not feedback.first_time(esp_name, _event_id(event), event.event_type, delivery):
        return
    now = timezone.now()
    if event.event_type == "unsubscribed":
        if delivery.subscriber is not None:
            leave(delivery.subscriber, Suppression.Reason.UNSUBSCRIBED, "webhook", now, delivery.issue)
        return
    feedback.note_outcome(
        delivery,
        OUTCOMES[event.event_type],
        "webhook",
        now,
        gone=event.reject_reason in MAILBOX_IS_GONE,
        reply=scrub(event.mta_response or event.description or ""),
    )


def _event_id(event) -> str:
    """Return the provider's id of the event, or one made of what tells it from others."""
    if event.event_id:
        return str(event.event_id)
    parts = f"{event.message_id}|{event.event_type}|{event.timestamp}"
    return hashlib.sha256(parts.encode()).hexdigest()
