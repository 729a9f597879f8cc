"""WHAT WE SEND, stored: subscribers, consent, issues and deliveries. Never an IP address."""

from newsletter.models.base import Frequency, GeoSource
from newsletter.models.consent import AppendOnly, ConsentEvent, ConsentWording, Suppression
from newsletter.models.delivery import (
    Bucket,
    CommandRun,
    Delivery,
    IncomingReport,
    Installation,
    Lease,
    TransactionalMail,
    WebhookEvent,
    Worker,
    new_message_token,
)
from newsletter.models.issues import Issue, IssueRendering
from newsletter.models.people import PendingSignup, Subscriber, new_public_id

__all__ = [
    "AppendOnly",
    "Bucket",
    "CommandRun",
    "ConsentEvent",
    "ConsentWording",
    "Delivery",
    "Frequency",
    "GeoSource",
    "IncomingReport",
    "Installation",
    "Issue",
    "IssueRendering",
    "Lease",
    "PendingSignup",
    "Subscriber",
    "Suppression",
    "TransactionalMail",
    "WebhookEvent",
    "Worker",
    "new_message_token",
    "new_public_id",
]
