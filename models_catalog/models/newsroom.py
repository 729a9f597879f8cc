"""The newsroom's own records: score sheets, imports, and the names sources use for benchmarks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from models_catalog.models.base import TimeStamped
from models_catalog.models.catalog import LanguageModel
from models_catalog.models.evidence import Benchmark


class BenchmarkAlias(TimeStamped):
    """A name a source uses for one of our benchmarks; pasted tables resolve names through it."""

    dataset = models.CharField(
        max_length=60, blank=True, help_text="Which source uses the name; empty for every source."
    )
    source_id = models.CharField("name in the source", max_length=200)
    benchmark = models.ForeignKey(Benchmark, on_delete=models.CASCADE, related_name="aliases")

    history = HistoricalRecords()

    class Meta:
        ordering = ["dataset", "source_id"]
        verbose_name_plural = "benchmark aliases"
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "source_id"],
                name="benchmark_alias_is_unique_in_its_dataset",
                violation_error_message="This source's name already leads to a benchmark.",
            )
        ]

    def __str__(self):
        return f"{self.source_id} ({self.dataset or 'any source'})"


class ScoreSheet(TimeStamped):
    """Scores entered together: one source, one date, one reason; previewed, saved and undone as one.

    About one model, one benchmark, or (with neither) a whole table. `cells` is what the editor typed and
    saw; `entries` what saving it did, row by row (`newsroom.sheet_cells` and `newsroom.sheets` describe them).
    """

    class State(models.TextChoices):
        ENTRY = "entry", "being entered"
        PREVIEW = "preview", "not saved yet"
        WAITING = "waiting", "saved, waits for a publisher"
        PUBLISHED = "published", "published"
        UNDONE = "undone", "undone"

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="score_sheets"
    )
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="published_sheets",
    )
    title = models.CharField(max_length=200, help_text="The model or benchmark that the sheet is about.")
    model = models.ForeignKey(LanguageModel, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    benchmark = models.ForeignKey(Benchmark, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PREVIEW)
    source = models.JSONField(default=dict, help_text="Source, date and settings that hold for every score.")
    cells = models.JSONField(default=list)
    pasted = models.TextField(blank=True, help_text="The pasted table as it came; read anew whenever names change.")
    answers = models.JSONField(default=dict, help_text="What the editor said about names, signs and single columns.")
    entries = models.JSONField(default=list)
    reason = models.CharField(max_length=100, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"Sheet {self.pk}: {self.title}"


class Import(TimeStamped):
    """A file somebody brings in: checked, previewed, and written as one or not at all.

    `content` is the file itself, kept until the import is written or for an hour at most.
    `preview` is what the check found (`newsroom.imports` describes it), `digest`
    changes whenever what would be written changes.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "being checked"
        READY = "ready", "not written yet"
        UNREADABLE = "unreadable", "cannot be read"
        WRITING = "writing", "being written"
        WRITTEN = "written", "written"
        DISCARDED = "discarded", "discarded"
        UNDONE = "undone", "undone"

    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="imports")
    format = models.CharField(max_length=20)
    table = models.CharField(max_length=40, blank=True, help_text="The table that a single file holds.")
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True, editable=False)
    publish = models.BooleanField("new results are published", default=False)
    keep_going = models.BooleanField("refused rows are left out", default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    step_began_at = models.DateTimeField(null=True)
    preview = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    message = models.TextField(blank=True, help_text="Why it cannot be read, or was not written.")
    reason = models.CharField(max_length=100, blank=True)
    written_at = models.DateTimeField(null=True)
    source = models.CharField(
        max_length=40, blank=True, help_text="Key of the live source that it came from by itself; empty for uploads."
    )
    left_out = models.JSONField(default=list, help_text="Rows of an arrival that somebody chose not to write.")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"Import {self.pk}: {self.file_name}"


class ModelMerge(TimeStamped):
    """Two models that were found to be one: what was moved to the one that stayed, and what it takes to go back.

    `moved` maps a table to the keys that were moved, `left` holds the rows that could not stand beside the
    others and the model itself, as Django serialises them, and `made` the names that were added
    (`newsroom.merging` writes and reads all three).
    """

    kept = models.ForeignKey(LanguageModel, null=True, on_delete=models.SET_NULL, related_name="+")
    kept_name = models.CharField(max_length=120)
    old_slug = models.CharField(max_length=120)
    old_name = models.CharField(max_length=120)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=100)
    moved = models.JSONField(default=dict)
    left = models.JSONField(default=list)
    made = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "merge of models"
        verbose_name_plural = "merges of models"

    def __str__(self):
        return f"{self.old_name} ({self.old_slug}) into {self.kept_name}"


class LiveSource(TimeStamped):
    """What `sync` knows of one of `importers.sync.sources`: its switches, and how the last runs went.

    `rows` maps every row that the source gave and nobody has let go of to its figures, so that a row
    that vanishes is told until somebody has dealt with the arrival that told it.
    """

    key = models.CharField(max_length=40, unique=True)
    enabled = models.BooleanField(default=True, help_text="Asked when `sync` runs without names and it is due.")
    trusted_prices = models.BooleanField(
        "trusted with prices",
        default=False,
        help_text="Prices of offers we know are published without waiting, unless they are in conflict.",
    )
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of what was read last.")
    last_tried_at = models.DateTimeField(null=True, blank=True)
    last_good_at = models.DateTimeField("last good run", null=True, blank=True)
    next_due_at = models.DateTimeField("next due", null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="Failed runs since the last good one.")
    last_answer = models.TextField(blank=True)
    renewed_on = models.DateField(
        "prices last seen again", null=True, blank=True, help_text="Day its unchanged prices were last marked as seen."
    )
    rows = models.JSONField(default=dict)

    class Meta:
        ordering = ["key"]

    def __str__(self):
        return self.key
