"""How it is sent: the outbox, its buckets, its workers and what providers report back."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q

from newsletter.models.issues import Issue
from newsletter.models.people import PendingSignup, Subscriber


class TransactionalMail(models.Model):
    """One answer to one request, such as a confirmation mail. Emptied once it has gone.

    It may hold secrets of its reader (a token, an export), so address and text are wiped
    when its delivery ends; only purpose and times stay.
    """

    class Purpose(models.TextChoices):
        CONFIRM = "confirm", "confirm the address"
        MANAGE = "manage", "link to the preferences"
        MANAGE_OWN = "manage_own", "link to the preferences, asked for from a mail"
        EXPORT = "export", "copy of the data"
        ERASED = "erased", "erasure done"
        RECONFIRM = "reconfirm", "confirm again"
        TEST = "test", "test of an issue"
        NOTICE = "notice", "notice"

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    attachment_name = models.CharField(max_length=80, blank=True, help_text="JSON file beside the text.")
    attachment = models.TextField(blank=True)
    locale = models.CharField(max_length=12, default="en")
    signup = models.ForeignKey(PendingSignup, null=True, blank=True, on_delete=models.SET_NULL, related_name="mails")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(help_text="Not tried after this time.")

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.get_purpose_display()} ({self.pk})"


class Delivery(models.Model):
    """One message to one mailbox: either of an issue or a transactional mail.

    pending → claimed → submitting → sent | failed | uncertain, and back to pending for another
    attempt; pending or claimed → skipped. `outcome` is what the provider reported later.
    """

    class State(models.TextChoices):
        PENDING = "pending", "waiting"
        CLAIMED = "claimed", "taken by a worker"
        SUBMITTING = "submitting", "handed over, no answer yet"
        SENT = "sent", "accepted"
        FAILED = "failed", "refused"
        SKIPPED = "skipped", "not to be sent"
        UNCERTAIN = "uncertain", "handed over, answer lost"

    class Outcome(models.TextChoices):
        NONE = "", "nothing reported"
        DELIVERED = "delivered", "delivered"
        SOFT = "soft", "mailbox takes no mail now"
        REFUSED = "refused", "message refused"
        BOUNCED = "bounced", "mailbox gone"
        COMPLAINED = "complained", "marked as spam"

    class Priority(models.IntegerChoices):
        ANSWER = 0, "somebody waits for it"
        ISSUE = 10, "issue"

    issue = models.ForeignKey(
        Issue, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    mail = models.OneToOneField(
        TransactionalMail, null=True, blank=True, on_delete=models.CASCADE, related_name="delivery"
    )
    subscriber = models.ForeignKey(
        Subscriber, null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    address_key = models.CharField(max_length=64, help_text="Keyed hash of the address when prepared.")
    group_key = models.CharField(max_length=40, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.ISSUE)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.NONE, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=255, unique=True, help_text="Without angle brackets; never changes.")
    reason = models.CharField(max_length=60, blank=True, help_text="Why it was skipped, failed or repeated.")
    reply_code = models.PositiveSmallIntegerField(null=True, blank=True)
    reply = models.CharField(max_length=300, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["issue", "state", "not_before"], name="delivery_of_issue"),
            models.Index(
                fields=["priority", "not_before", "id"], condition=Q(state="pending"), name="delivery_waiting"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state__in=["claimed", "submitting"]), name="delivery_leased"
            ),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="delivery_at_provider"),
            models.Index(fields=["address_key"], condition=Q(mail__isnull=False), name="delivery_answers"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["issue", "subscriber"], name="one_delivery_a_subscriber"),
            models.CheckConstraint(
                condition=Q(issue__isnull=False, mail__isnull=True) | Q(issue__isnull=True, mail__isnull=False),
                name="delivery_is_of_an_issue_or_a_mail",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["claimed", "submitting"]) & Q(lease_until__isnull=False) & ~Q(owner=""))
                | (~Q(state__in=["claimed", "submitting"]) & Q(lease_until__isnull=True) & Q(owner="")),
                name="delivery_in_flight_has_an_owner",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="delivery_sent_has_a_time"
            ),
        ]

    def __str__(self):
        return f"delivery {self.pk} ({self.state})"


def new_message_token() -> str:
    """The random part before the @ of a Message-ID; the return path carries it too."""
    return secrets.token_hex(16)


class Bucket(models.Model):
    """A sending allowance: `global`, `provider`, `domain:gmail.com` or one of the sign-up's."""

    key = models.CharField(max_length=300, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField()
    paused_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Refusals in a row; lengthens the pause.")

    class Meta:
        ordering = ["key"]

    def __str__(self):
        return self.key


class WebhookEvent(models.Model):
    """A report of a provider, so that a repeated one counts once."""

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=20)
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.SET_NULL, related_name="webhook_events"
    )
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="one_row_a_webhook_event")]

    def __str__(self):
        return f"{self.provider} {self.kind}"


class IncomingReport(models.Model):
    """A mail that came back, once, as what it was: no address, no word of it.

    `set_aside`: a person finds it in the folder for mails that no rule understands.
    """

    digest = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the mail.")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField(db_index=True)
    detail = models.CharField(max_length=40, blank=True, help_text="Status or feedback type.")
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.SET_NULL, related_name="incoming_reports"
    )
    set_aside = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "digest"]

    def __str__(self):
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M} UTC"


class Worker(models.Model):
    """Heartbeat of a sending process; the newsroom shows its age."""

    name = models.CharField(max_length=80, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    doing = models.CharField(max_length=120, blank=True)
    sent = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self):
        return self.name


class CommandRun(models.Model):
    """The last run of a command of the newsletter, so that the newsroom sees when one stands still."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    said = models.CharField(max_length=300, blank=True)
    failed = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Lease(models.Model):
    """A role only one process may have, such as the sender on SQLite or the bounce reader."""

    role = models.CharField(max_length=40, primary_key=True)
    owner = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField()

    class Meta:
        ordering = ["role"]

    def __str__(self):
        return self.role


class Installation(models.Model):
    """Which installation may send from this database (one row); a restored copy may not."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    instance_id = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField()
    uid = models.CharField(max_length=32, default=new_message_token, editable=False, help_text="Name of the data.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="only_one_installation")]

    def __str__(self):
        return self.instance_id or "unnamed installation"
