"""WHAT WE SAY, stored: standings, the dataset revision, the change log.

A `DatasetRevision` is made whenever public data changed; one `StandingSnapshot` a lane
holds the fit of that revision (pars, spreads, constants), one `Standing` a model holds
its scores and counting cells. The newest snapshot of a lane has `current` set.
A `Citation` holds what one pair's page said at one revision, for ever.
"""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from comparisons.core import citing, pairs
from comparisons.core.changes import ChangeFacts, headline
from models_catalog.models import LanguageModel


class DatasetRevision(models.Model):
    """A state of the public data; its number is the ETag and the cache key of every page."""

    number = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self):
        return f"revision {self.number}"


class StandingSnapshot(models.Model):
    """The fit of one lane at one revision.

    The key is random, so that no process can mistake one snapshot for another it remembers
    under the same number, after a restored backup for example.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.ForeignKey(DatasetRevision, on_delete=models.CASCADE, related_name="snapshots")
    lane = models.CharField(max_length=12)
    methodology = models.CharField(max_length=12)
    current = models.BooleanField(default=False)
    computed_at = models.DateTimeField(auto_now_add=True)
    fit = models.JSONField(help_text="LaneFit as a dictionary; see comparisons.core.scoring.")

    class Meta:
        ordering = ["-revision_id", "lane"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "lane"], name="one_snapshot_a_lane_and_revision"),
            models.UniqueConstraint(fields=["lane"], condition=Q(current=True), name="one_current_snapshot_a_lane"),
        ]

    def __str__(self):
        return f"{self.lane}, revision {self.revision_id}"


class Standing(models.Model):
    """One model in one snapshot: scores in columns for boards, everything in `detail`."""

    snapshot = models.ForeignKey(StandingSnapshot, on_delete=models.CASCADE, related_name="standings")
    model = models.ForeignKey(LanguageModel, on_delete=models.CASCADE, related_name="standings")
    overall = models.FloatField(null=True)
    se = models.FloatField(null=True)
    grade = models.CharField(max_length=10, blank=True)
    ranked = models.BooleanField(default=False)
    rank = models.PositiveIntegerField(null=True)
    rank_best = models.PositiveIntegerField(null=True)
    rank_worst = models.PositiveIntegerField(null=True)
    results = models.PositiveIntegerField(default=0)
    categories = models.JSONField(default=dict, help_text="Category slug to score, own results only.")
    detail = models.JSONField(
        null=True, help_text="ModelStanding as a dictionary; dropped once the snapshot is no longer current."
    )

    class Meta:
        ordering = ["snapshot_id", "rank", "model_id"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "model"], name="one_standing_a_model_and_snapshot")]

    def __str__(self):
        return f"{self.model_id} in {self.snapshot_id}"


class Change(models.Model):
    """One entry of the public change log; never edited, worded by `comparisons.core.changes`.

    Slugs and names are copies: an entry says what was true when it was written, also after a
    model got another address.
    """

    key = models.CharField(
        max_length=120, unique=True, help_text="What it came from; the same thing never enters twice."
    )
    at = models.DateTimeField(help_text="When it happened.")
    day = models.DateField(help_text="The UTC day of it.")
    kind = models.CharField(max_length=20, help_text="One of comparisons.core.changes.KINDS.")
    model = models.CharField(max_length=120, blank=True, help_text="Slug.")
    model_name = models.CharField(max_length=120, blank=True)
    lab = models.CharField(max_length=120, blank=True, help_text="Slug of the model's lab.")
    lab_name = models.CharField(max_length=160, blank=True)
    other = models.CharField(max_length=120, blank=True, help_text="Slug of the second model of a pair.")
    other_name = models.CharField(max_length=120, blank=True)
    benchmark = models.CharField(max_length=120, blank=True, help_text="Slug.")
    benchmark_name = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=60, blank=True, help_text="Slug.")
    category_name = models.CharField(max_length=80, blank=True)
    provider = models.CharField(max_length=120, blank=True, help_text="Slug.")
    provider_name = models.CharField(max_length=160, blank=True)
    old_text = models.CharField(max_length=200, blank=True)
    new_text = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict, help_text="Exact old and new values; counts in a bulk entry.")
    settings = models.CharField(max_length=470, blank=True, help_text="Variant and method of a result.")
    reason = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    result = models.BigIntegerField(null=True, blank=True, help_text="Id of the result, which may be gone.")
    revision = models.BigIntegerField(null=True, blank=True, help_text="Dataset revision that first held it.")
    bulk = models.BooleanField(default=False, help_text="Stands for many rows.")
    dated_by = models.CharField(max_length=60, blank=True, help_text="The outside record that gave the date.")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="change_newest_first"),
            models.Index(fields=["model", "-at"], name="change_of_model"),
            models.Index(fields=["other"], name="change_of_other", condition=~Q(other="")),
            models.Index(fields=["lab", "-at"], name="change_of_lab"),
            models.Index(fields=["category", "-at"], name="change_of_category"),
            models.Index(fields=["kind", "-at"], name="change_of_kind"),
        ]

    def __str__(self):
        return headline(self.facts)

    def get_absolute_url(self):
        return self.facts.permalink

    @property
    def facts(self) -> ChangeFacts:
        """The entry as everything that prints it reads it."""
        copied = {name: getattr(self, name) for name in ChangeFacts.__dataclass_fields__ if name != "id"}
        return ChangeFacts(id=self.pk or 0, **copied)


class ChangeLogState(models.Model):
    """How far the change log has read (one row), and the ranks and verdicts it compares with next time."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    positions = models.JSONField(default=dict, help_text="History table to {last, open}; see comparisons.changes.log.")
    revision = models.BigIntegerField(null=True)
    lane = models.CharField(max_length=12, blank=True)
    ranks = models.JSONField(default=dict, help_text="Model slug to rank, best and worst.")
    verdicts = models.JSONField(default=dict, help_text="Pair to outcome and leader's slug.")

    class Meta:
        verbose_name_plural = "change log state"

    def __str__(self):
        return f"read up to revision {self.revision}"


class Citation(models.Model):
    """What a pair page said at one revision, kept for ever because somebody wanted to cite it.

    Words and numbers are stored as they were printed and never worked out again. Slugs are copies, as in the
    change log, so a citation answers after models were renamed, hidden or deleted. Nothing about who asked is kept.
    A second statement at the same revision (another day's prices, another release's words) has edition 2.
    """

    pair = models.CharField(max_length=250, help_text="As in its address when it was kept.")
    lane = models.CharField(max_length=12, blank=True, help_text="As the address asked for it; empty for none.")
    revision = models.BigIntegerField(help_text="Dataset revision, which may be pruned.")
    edition = models.PositiveSmallIntegerField(default=1)
    day = models.DateField(help_text="The UTC day the page was about.")
    kept_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, help_text="Of what is said; see comparisons.core.citing.")
    statement = models.BinaryField(help_text="zlib of the statement as JSON; see comparisons.core.citing.")

    class Meta:
        ordering = ["-kept_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["pair", "lane", "revision", "edition"], name="one_citation_an_address"),
            models.UniqueConstraint(fields=["pair", "lane", "revision", "sha256"], name="one_citation_a_statement"),
        ]
        indexes = [models.Index(fields=["-kept_at"], name="citation_newest_first")]

    def __str__(self):
        return f"{self.pair}, revision {self.revision}"

    def save(self, *args, **kwargs):
        """Store it once. Raises ValueError for a citation that is stored already: it never changes."""
        if not self._state.adding:
            raise ValueError("A citation never changes. Keep a new one instead.")
        super().save(*args, **kwargs)

    @property
    def number(self) -> str:
        """The revision as its address has it: “412”, or “412.2” for a second statement."""
        return citing.revision_text(self.revision, self.edition)


class CuratedPair(models.Model):
    """A pair of models whose verdict the change log watches, beside neighbours on the leaderboard."""

    pair = models.CharField(max_length=250, unique=True, help_text="As in its address: one-model-vs-another-model.")

    class Meta:
        ordering = ["pair"]

    def __str__(self):
        return self.pair

    def clean(self):
        super().clean()
        try:
            slugs = pairs.split(self.pair.strip().lower())
        except pairs.NotAPair as error:
            raise ValidationError({"pair": str(error)}) from error
        known = set(LanguageModel.objects.published().filter(slug__in=slugs).values_list("slug", flat=True))
        for slug in slugs:
            if slug not in known:
                raise ValidationError({"pair": f"No published model has the slug “{slug}”."})
        self.pair = pairs.join(*slugs)
