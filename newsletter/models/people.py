"""Who gets the mail: subscribers, and those who asked but have not confirmed yet."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import models
from django.db.models import Q

from newsletter.core.addresses import domain_of
from newsletter.core.coverage import Coverage
from newsletter.core.preferences import group_key, normal_topics
from newsletter.models.base import Frequency, Located, valid_topics


def new_public_id() -> str:
    """A random name for links: says nothing about the person and cannot be guessed.

    Lower-case hexadecimal and short, because it also travels in the local part of a mailto address.
    """
    return secrets.token_hex(10)


class SubscriberQuerySet(models.QuerySet):
    def confirmed(self) -> SubscriberQuerySet:
        """Those who confirmed and have not left."""
        return self.filter(state=Subscriber.State.CONFIRMED)

    def not_paused(self, now: dt.datetime) -> SubscriberQuerySet:
        """Those who take no break at `now`."""
        return self.filter(Q(paused_until__isnull=True) | Q(paused_until__lte=now))


class Subscriber(Located):
    """One address that confirmed. `lookup_key` is the keyed hash of its canonical form."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", "confirmed"
        UNSUBSCRIBED = "unsubscribed", "unsubscribed"
        BOUNCED = "bounced", "mailbox refuses"
        COMPLAINED = "complained", "marked as spam"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    address = models.EmailField(max_length=254, help_text="As typed by its owner.")
    lookup_key = models.CharField(max_length=64, unique=True, editable=False)
    domain = models.CharField(max_length=255, editable=False, help_text="Mail domain, for sending rates.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.CONFIRMED)
    locale = models.CharField(max_length=12, default="en")
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.WEEKLY)
    paused_until = models.DateTimeField(null=True, blank=True)
    topics = models.JSONField(default=list, blank=True, validators=[valid_topics])
    group_key = models.CharField(max_length=40, editable=False)
    told_until = models.DateTimeField(null=True, blank=True, help_text="End of the last period this reader was told.")
    tell_from = models.DateTimeField(null=True, blank=True, help_text="Where the next issue begins, after a change.")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField()
    reconfirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True, help_text="Unsubscribed, bounced or complained.")

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        permissions = [("answer_subscriber", "Can act for a person who writes to the contact")]
        indexes = [models.Index(fields=["state", "frequency"], name="subscriber_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="confirmed", left_at__isnull=True) | ~Q(state="confirmed"),
                name="subscriber_confirmed_has_not_left",
            )
        ]

    def __str__(self):
        return f"subscriber {self.public_id}"

    @property
    def coverage(self) -> Coverage:
        """What this reader was told so far."""
        return Coverage(self.frequency, self.told_until, self.tell_from)

    def derive(self) -> Subscriber:
        """Set the columns that follow from others. `save` does; call it before `bulk_create`."""
        self.topics = normal_topics(self.topics)
        self.group_key = group_key(self.locale, self.topics, self.tell_from)
        self.domain = domain_of(self.address)
        return self

    def save(self, *args, update_fields=None, **kwargs):
        self.derive()
        if update_fields is not None:
            update_fields = {*update_fields, "topics", "group_key", "domain"}
        super().save(*args, update_fields=update_fields, **kwargs)


class PendingSignup(Located):
    """A request that waits for its confirmation. The token itself exists only in the mail."""

    address = models.EmailField(max_length=254)
    lookup_key = models.CharField(max_length=64, db_index=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    wording_id = models.CharField(max_length=60)
    wording_sha256 = models.CharField(max_length=64)
    locale = models.CharField(max_length=12, default="en")
    page_path = models.CharField(max_length=300, blank=True, help_text="Without the query.")
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.WEEKLY)
    topics = models.JSONField(default=list, blank=True, validators=[valid_topics])
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    consumed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"request {self.pk}"
