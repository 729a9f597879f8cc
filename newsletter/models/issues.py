"""What is sent: issues, and their text once a group of equal preferences."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from newsletter.models.base import Frequency


class Issue(models.Model):
    """One mail to many. `snapshot` is the frozen digest everything is rendered from.

    draft → ready → scheduled → preparing → sending → (paused | held) → finished; draft, ready, scheduled → skipped.
    `candidates = prepared + excluded_total` once prepared. An issue without news is finished
    at once with `empty` set; nothing is sent and the archive says so.

    An erratum is an issue too: `corrects` names the one it corrects, the snapshot holds the numbers of
    the changes it concerns, the note says what was wrong, and those get it who got that one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        READY = "ready", "ready"
        SCHEDULED = "scheduled", "scheduled"
        PREPARING = "preparing", "preparing"
        SENDING = "sending", "sending"
        PAUSED = "paused", "paused"
        HELD = "held", "held"
        FINISHED = "finished", "finished"
        SKIPPED = "skipped", "not to be sent"

    newsletter = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.WEEKLY)
    slug = models.CharField(max_length=20, unique=True, help_text="2026-W27 or 2026-07: the archive's address.")
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="errata", editable=False
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    empty = models.BooleanField(default=False, help_text="Nothing changed in the period; nothing is sent.")
    send_at = models.DateTimeField(null=True, blank=True)
    by_hand = models.BooleanField(default=False, help_text="An editor took it in hand; no command schedules it.")
    max_lateness = models.DurationField(
        default=dt.timedelta(hours=12), help_text="An issue later than this is held instead of sent."
    )
    snapshot = models.JSONField(default=dict, blank=True)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    editor_note = models.TextField(blank=True, help_text="Markdown, shown above the changes.")
    subject = models.CharField(max_length=200, blank=True)
    html = models.TextField(blank=True, help_text="The issue with all topics, for the archive.")
    text = models.TextField(blank=True)
    candidates = models.PositiveIntegerField(null=True, blank=True)
    prepared = models.PositiveIntegerField(null=True, blank=True)
    excluded = models.JSONField(default=dict, blank=True, help_text="Reason to number of subscribers.")
    excluded_total = models.PositiveIntegerField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True, help_text="Totals, kept when deliveries are pruned.")
    instance_id = models.CharField(max_length=80, blank=True, help_text="Installation that prepared it.")
    stopped_because = models.CharField(max_length=300, blank=True, help_text="Why it is paused or held.")
    unsubscribes = models.PositiveIntegerField(default=0)
    archive_views = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    prepared_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True, help_text="When an editor last let it go on.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-period_start", "newsletter"]
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "period_start"], condition=Q(corrects__isnull=True), name="one_issue_a_period"
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(prepared_at__isnull=True) & ~Q(state="skipped"),
                name="one_open_erratum_an_issue",
            ),
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="issue_period_has_a_length"),
            models.CheckConstraint(
                condition=Q(candidates__isnull=True) | Q(candidates=F("prepared") + F("excluded_total")),
                name="issue_candidates_are_accounted_for",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "preparing", "sending"]) | Q(send_at__isnull=False),
                name="issue_scheduled_has_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.newsletter} {self.slug}"


class IssueRendering(models.Model):
    """An issue as one preference group reads it. `empty`: nothing of theirs changed, so no mail.

    `html` and `text` hold the placeholder of `newsletter.delivery.mail` where the link to unsubscribe goes.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="renderings")
    group_key = models.CharField(max_length=40)
    locale = models.CharField(max_length=12)
    topics = models.JSONField(default=list, blank=True)
    empty = models.BooleanField(default=False)
    subject = models.CharField(max_length=200, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["issue_id", "group_key"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "group_key"], name="one_rendering_a_group"),
            models.CheckConstraint(
                condition=Q(empty=True) | (~Q(subject="") & ~Q(html="") & ~Q(text="")),
                name="rendering_has_both_parts",
            ),
        ]

    def __str__(self):
        return f"issue {self.issue_id} for {self.group_key}"
