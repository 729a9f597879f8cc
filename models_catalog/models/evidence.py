"""Benchmarks, the results on them, and readers' reports about a result."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from models_catalog.core.specs import is_part, returns_to_itself
from models_catalog.models.base import SlugField, TimeStamped, at_least, date_or_earliest, slug_constraints
from models_catalog.models.catalog import Category, LanguageModel
from models_catalog.querysets import BenchmarkQuerySet, ResultQuerySet


class Benchmark(TimeStamped):
    """A test, how its raw scores become points, and whether it counts."""

    class Unit(models.TextChoices):
        PERCENT = "percent", "percent"
        ELO = "elo", "Elo"
        RATING = "rating", "rating"
        SCORE = "score", "score"
        POINTS = "points", "points"
        USD = "usd", "USD"
        SECONDS = "seconds", "seconds"
        MINUTES = "minutes", "minutes"

    class Direction(models.TextChoices):
        HIGHER = "higher", "higher is better"
        LOWER = "lower", "lower is better"
        NOT_COMPARABLE = "not_comparable", "not comparable"

    class Kind(models.TextChoices):
        PERCENT = "percent", "share between floor and best"
        ELO = "elo", "Elo rating"
        DOUBLING = "doubling", "twice as much is one step"
        OTHER = "other", "never scored"

    class DisplayReason(models.TextChoices):
        SATURATED = "saturated", "saturated"
        SUPERSEDED = "superseded", "superseded"
        TOO_THIN = "too thin", "too thin"
        NOT_ABILITY = "not ability", "not an ability"
        NO_CATEGORY = "no category", "fits no category"
        UNCLASSIFIED = "unclassified", "new, not classified yet"

    slug = SlugField()
    name = models.CharField(max_length=120)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="benchmarks")
    family = models.CharField(
        "test family",
        max_length=80,
        blank=True,
        help_text="Boards on the same items share a family and one vote. Empty: the slug.",
    )
    unit = models.CharField(max_length=8, choices=Unit.choices, default=Unit.PERCENT)
    direction = models.CharField(max_length=14, choices=Direction.choices, default=Direction.HIGHER)
    maximum = models.FloatField(
        null=True, blank=True, help_text="Largest score the test can give; empty for open scales."
    )
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PERCENT)
    floor = models.FloatField(null=True, blank=True, help_text="Score of a guesser (for lower is better: the bad end).")
    best = models.FloatField(null=True, blank=True, help_text="Best attainable score.")
    anchor = models.FloatField(null=True, blank=True, help_text="Elo and doubling scales: the value worth 50 points.")
    weight = models.FloatField(
        default=1, validators=[MinValueValidator(0)], help_text="1 counts, 0 is shown but never counts."
    )
    display_reason = models.CharField(
        max_length=12,
        choices=DisplayReason.choices,
        blank=True,
        help_text="Why it is only displayed (weight 0).",
    )
    version = models.CharField(max_length=60, blank=True)
    description = models.TextField(blank=True)
    source_url = models.URLField("source address", max_length=500, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    items = models.PositiveIntegerField(
        "scored items",
        null=True,
        blank=True,
        help_text="Questions or tasks that one full run scores; empty: not known.",
    )
    attempts = models.PositiveSmallIntegerField(
        "usual attempts",
        null=True,
        blank=True,
        help_text="Over how many attempts at each item a result is usually averaged; empty: not known.",
    )
    items_source = models.CharField(max_length=300, blank=True, help_text="Where the number of items was read.")
    retired_on = models.DateField(null=True, blank=True, help_text="Day its makers stopped keeping it.")
    superseded_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="supersedes",
        help_text="The version or benchmark that took its place.",
    )

    objects = BenchmarkQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = [Lower("name"), "slug"]
        constraints = [
            *slug_constraints("benchmark"),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="benchmark_weight_is_not_negative",
                violation_error_message="A benchmark weight may not be negative.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="percent") | (Q(floor__isnull=False) & Q(best__isnull=False) & ~Q(floor=F("best"))),
                name="percent_benchmark_has_floor_and_best",
                violation_error_message="A percent scale needs a floor and a best score that differ.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["elo", "doubling"]) | Q(anchor__isnull=False),
                name="open_scale_has_anchor",
                violation_error_message="An Elo or doubling scale needs an anchor: the value worth 50 points.",
            ),
            models.CheckConstraint(
                condition=Q(weight=0) | (Q(category__isnull=False) & ~Q(kind="other")),
                name="weighted_benchmark_has_category_and_scale",
                violation_error_message=(
                    "A benchmark that counts needs a category and a scale. Set its weight to 0 or fill both."
                ),
            ),
            at_least(1, "benchmark", "items", "A benchmark has at least 1 scored item. Leave it empty if not known."),
            at_least(1, "benchmark", "attempts", "There is at least 1 attempt. Leave it empty if not known."),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/benchmarks/{self.slug}/"

    def clean(self):
        super().clean()
        if self.superseded_by_id is None:
            return
        follows = dict(Benchmark.objects.exclude(superseded_by=None).values_list("slug", "superseded_by__slug"))
        if returns_to_itself(self.slug, {**follows, self.slug: self.superseded_by.slug}):
            problem = f"{self.name} would in the end follow itself. Name a later benchmark, or leave it empty."
            raise ValidationError({"superseded_by": problem})

    def save(self, *args, **kwargs):
        if not self.family:
            self.family = self.slug
        super().save(*args, **kwargs)


class Result(TimeStamped):
    """One reported score, with who measured it, where, when and under which settings."""

    class SourceKind(models.TextChoices):
        INDEPENDENT = "independent", "independent"
        PROVIDER = "provider-reported", "reported by its maker"
        UNKNOWN = "unknown", "not known"
        GENERATED = "generated", "generated (takes part in nothing)"

    class Tier(models.IntegerChoices):
        BOARD = 0, "the benchmark's own board"
        INDEPENDENT = 1, "independent evaluator"
        PAPER = 2, "a third party's paper"
        MAKER = 3, "the model's maker"
        AGGREGATOR = 4, "aggregator"
        UNKNOWN = 5, "unknown"

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        PUBLISHED = "published", "published"
        WITHDRAWN = "withdrawn", "withdrawn"

    model = models.ForeignKey(LanguageModel, on_delete=models.CASCADE, related_name="results")
    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="results")
    score = models.DecimalField(
        max_digits=14, decimal_places=6, help_text="In the benchmark's own unit: 87.5 for 87.5 percent."
    )
    variant = models.CharField(max_length=160, blank=True, help_text="Effort, split, shots, agent, checkpoint.")
    method = models.CharField(max_length=300, blank=True, help_text="Harness and settings in the source's words.")
    standard = models.BooleanField(
        "standard setting", default=True, help_text="The benchmark's own protocol, one attempt, full version."
    )
    effort = models.PositiveSmallIntegerField(
        default=12, help_text="Reasoning effort as an order: 5 none … 12 not said … 50 highest."
    )
    evaluator = models.CharField(
        max_length=80,
        blank=True,
        help_text="Who ran it: the maker's slug or the name of the board or body; empty: not known.",
    )
    harness = models.CharField(
        max_length=120, blank=True, help_text="Software, agent or board it ran in; empty: not said."
    )
    attempts = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Averaged over so many attempts at each item; empty: not said."
    )
    items_run = models.PositiveIntegerField(
        null=True, blank=True, help_text="Items of a run on a part of the benchmark; empty: all of them, or not said."
    )
    stderr = models.DecimalField(
        "standard error",
        max_digits=14,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="As published, in the benchmark's unit: a 95 % interval is 3.92 of them wide.",
    )
    source_kind = models.CharField(max_length=17, choices=SourceKind.choices, default=SourceKind.UNKNOWN)
    source_tier = models.PositiveSmallIntegerField(choices=Tier.choices, default=Tier.UNKNOWN)
    source_url = models.URLField("source address", max_length=500, blank=True)
    measured_on = models.DateField(null=True, blank=True)
    measured_on_kind = models.CharField(
        "date means",
        max_length=10,
        blank=True,
        choices=[("evaluated", "evaluated"), ("published", "published"), ("recorded", "recorded")],
    )
    read_at = models.CharField(
        max_length=300, blank=True, help_text="Where the figure was really read, if not at the source address itself."
    )
    read_on = models.DateField(null=True, blank=True, help_text="Day it was read.")
    dataset = models.CharField(max_length=60, blank=True)
    row_id = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PUBLISHED)
    withdrawn_reason = models.CharField(max_length=300, blank=True, help_text="Shown to readers.")
    note = models.CharField(max_length=300, blank=True)

    objects = ResultQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["model_id", "benchmark_id", "id"]
        permissions = [("publish_result", "Can publish, withdraw and correct results")]
        indexes = [models.Index(fields=["model", "state"]), models.Index(fields=["benchmark", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "row_id"],
                condition=~Q(row_id=""),
                name="result_row_is_unique_in_its_dataset",
                violation_error_message="This dataset already has a result with this row id.",
            ),
            models.UniqueConstraint(
                "model",
                "benchmark",
                "variant",
                "method",
                "source_url",
                date_or_earliest("measured_on"),
                condition=Q(row_id=""),
                name="result_without_row_id_is_unique",
                violation_error_message=(
                    "The same model, benchmark, settings, source and date are already recorded. Edit that result."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawn_reason=""),
                name="withdrawn_result_has_a_public_reason",
                violation_error_message="Say why the result is withdrawn; readers will see the reason.",
            ),
            at_least(1, "result", "attempts", "There is at least 1 attempt. Leave it empty if not said."),
            at_least(1, "result", "items_run", "A run has at least 1 item. Leave it empty if not said."),
            at_least(0, "result", "stderr", "A standard error may not be negative."),
        ]

    def __str__(self):
        return f"{self.model} on {self.benchmark}: {self.score.normalize():f}"

    def clean(self):
        super().clean()
        if self.benchmark_id and self.score is not None:
            problem = score_problem(self.score, self.benchmark)
            if problem:
                raise ValidationError({"score": problem})
        if self.benchmark_id and self.standard and is_part(self.items_run, self.benchmark.items):
            raise ValidationError(
                {
                    "standard": f"{self.items_run} of {self.benchmark.items} items were run, which is not the standard "
                    "setting. Untick it, or correct the number."
                }
            )


def score_problem(score, benchmark) -> str | None:
    """Why `score` is impossible on `benchmark`, as a sentence, or None.

    A score lies within 0 and the maximum; floor and best widen that range (cost and
    error scales). Open scales have no upper end.
    """
    ends = [0.0] + [end for end in (benchmark.floor, benchmark.best) if end is not None]
    low, high = min(ends), benchmark.maximum
    if high is None and benchmark.kind == "percent":
        high = max(ends)
    value = float(score)
    if value < low or (high is not None and value > high):
        top = "no upper end" if high is None else f"at most {high:g}"
        return f"{value:g} is outside the range of {benchmark.name}: at least {low:g}, {top} ({benchmark.unit})."
    return None


class Report(TimeStamped):
    """A reader's “this number is wrong”."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        ACCEPTED = "accepted", "accepted, corrected"
        CLOSED = "closed", "closed"

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="reports")
    text = models.TextField(max_length=2000)
    email = models.EmailField(blank=True, help_text="Only to answer the reader; erased when the report is closed.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)

    history = HistoricalRecords(excluded_fields=["email"])

    class Meta:
        ordering = ["state", "-created_at"]

    def __str__(self):
        return f"Report on {self.result}"
