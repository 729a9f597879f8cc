"""Reports of mail providers, by django-anymail's tracking signal.

Opens and clicks are not asked for and not stored: they would carry an IP and watch readers.
"""

from __future__ import annotations

import hashlib
import logging

from anymail.signals import tracking
from django.db import transaction
from django.utils import timezone

from newsletter.bounces import failures, feedback
from newsletter.bounces.suppression import leave
from newsletter.core.provider_events import bounce_meaning, complaint_kind
from newsletter.core.replies import scrub
from newsletter.models import Delivery, Suppression

log = logging.getLogger("newsletter")
FAILURES = ("bounced", "rejected", "failed")
KNOWN = (*FAILURES, "delivered", "complained", "unsubscribed")
Outcome = Delivery.Outcome


def connect() -> None:
    """Listen to anymail. Called once, when the app is ready."""
    tracking.connect(on_tracking, dispatch_uid="newsletter.bounces.webhooks")


@transaction.atomic
def on_tracking(sender, event, esp_name, **kwargs) -> None:
    """Write one report down; a repeated one changes nothing."""
    if event.event_type not in KNOWN:
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
    words = scrub(event.mta_response or event.description or "")
    if event.event_type == "complained":
        _on_feedback(delivery, complaint_kind(esp_name, event.description or ""), words, now)
        return
    outcome = Outcome.DELIVERED
    if event.event_type in FAILURES:
        meaning = bounce_meaning(esp_name, event.esp_event, event.reject_reason or "", words)
        outcome = failures.OUTCOME_OF[meaning]
    feedback.note_outcome(delivery, outcome, "webhook", now, reply=words)


def _on_feedback(delivery: Delivery, kind: str, words: str, now) -> None:
    """A complaint is a complaint, “not spam” takes one back, anything else is for the operator."""
    if kind == "abuse":
        feedback.note_outcome(delivery, Outcome.COMPLAINED, "webhook", now, reply=words)
    elif kind == "not-spam":
        feedback.withdraw_complaint(delivery, "webhook", now)
    else:
        log.warning("A provider reports feedback of type “%s” about %s.", kind[:20], delivery)


def _event_id(event) -> str:
    """Return the provider's id of the event, or one made of what tells it from others."""
    if event.event_id:
        return str(event.event_id)
    parts = f"{event.message_id}|{event.event_type}|{event.timestamp}"
    return hashlib.sha256(parts.encode()).hexdigest()
