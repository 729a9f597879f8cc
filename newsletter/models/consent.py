"""The proof of consent, and the list of those who must never be written to again.

Neither table knows an address: both hold its keyed hash, so both outlive erasure.
"""

from __future__ import annotations

from django.db import models

from newsletter.models.base import Located


class AppendOnly(Exception):
    """Somebody tried to change a row that may only be added."""


class ConsentWording(models.Model):
    """A text exactly as readers saw it, kept word for word."""

    sha256 = models.CharField(max_length=64, primary_key=True, help_text="Of the text in UTF-8.")
    wording_id = models.CharField(max_length=60)
    locale = models.CharField(max_length=12)
    text = models.TextField()
    first_shown_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["wording_id", "locale", "first_shown_at"]

    def __str__(self):
        return f"{self.wording_id} ({self.locale})"


class ConsentEventQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise AppendOnly("Consent events are never changed. Add a new event instead.")

    def bulk_update(self, *args, **kwargs):
        raise AppendOnly("Consent events are never changed. Add a new event instead.")


class ConsentEvent(Located):
    """Something that happened to a consent. Added, never changed; deleted only after `keep_until`."""

    class Kind(models.TextChoices):
        REQUESTED = "requested", "asked for the mail"
        CONFIRMATION_ACCEPTED = "confirmation_accepted", "confirmation mail accepted by the relay"
        CONFIRMED = "confirmed", "confirmed"
        CHANGED = "changed", "changed preferences"
        UNSUBSCRIBED = "unsubscribed", "unsubscribed"
        BOUNCED = "bounced", "mailbox refused"
        COMPLAINED = "complained", "marked as spam"
        NOT_SPAM = "not_spam", "took a complaint back"
        RECONFIRMED = "reconfirmed", "confirmed again"
        EXPORTED = "exported", "asked for a copy of the data"
        ERASED = "erased", "erased"

    subject_key = models.CharField(max_length=64, help_text="Keyed hash of the canonical address.")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    at = models.DateTimeField()
    wording_id = models.CharField(max_length=60, blank=True)
    wording_sha256 = models.CharField(max_length=64, blank=True)
    locale = models.CharField(max_length=12, blank=True)
    page_path = models.CharField(max_length=300, blank=True, help_text="Without the query.")
    via = models.CharField(max_length=20, blank=True, help_text="one-click, page, mailto, webhook, smtp, dsn.")
    message_id = models.CharField(max_length=255, blank=True)
    reply = models.CharField(max_length=300, blank=True, help_text="What the relay answered.")
    keep_until = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_key", "id"], name="consent_of_subject")]

    def __str__(self):
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M} UTC"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly("Consent events are never changed. Add a new event instead.")
        super().save(*args, **kwargs)


class Suppression(models.Model):
    """An address, as keyed hash, that gets no issue any more."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", "unsubscribed"
        ERASED = "erased", "asked for erasure"
        BOUNCED = "bounced", "mailbox refuses"
        COMPLAINED = "complained", "marked as spam"
        MANUAL = "manual", "asked the editors"

    hmac = models.CharField(max_length=64, primary_key=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    since = models.DateTimeField()

    class Meta:
        ordering = ["-since"]

    def __str__(self):
        return f"{self.reason} since {self.since:%Y-%m-%d}"
