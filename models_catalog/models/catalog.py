"""Organisations, categories, language models and the names sources use for them."""

from __future__ import annotations

import re

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from models_catalog.models.base import DatePrecision, SlugField, TimeStamped, slug_constraints
from models_catalog.querysets import LanguageModelQuerySet


class Organization(TimeStamped):
    """A lab (makes models), a provider (serves them), or both."""

    slug = SlugField()
    name = models.CharField(max_length=160)
    is_lab = models.BooleanField("lab", default=False, help_text="Trains models.")
    is_provider = models.BooleanField("provider", default=False, help_text="Serves models at a price.")
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Use the two-letter ISO 3166 code, for example FR.")],
        help_text="Two-letter ISO code of the head office. Empty if not known.",
    )
    website = models.URLField(max_length=500, blank=True)
    founded_on = models.DateField(
        null=True, blank=True, help_text="First day of the year or month if no more is known. Empty if not known."
    )

    history = HistoricalRecords()

    class Meta:
        ordering = [Lower("name"), "slug"]
        constraints = slug_constraints("organization")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/labs/{self.slug}/" if self.is_lab or not self.is_provider else f"/providers/{self.slug}/"


class Category(TimeStamped):
    """A kind of ability; its weight is its share of the overall score."""

    slug = SlugField(max_length=60)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order on pages; smallest first.")
    weight = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text="Share of the overall score on any scale; the site normalises the weights to 1.",
    )
    description = models.TextField(blank=True, help_text="One or two sentences for readers.")
    short_name = models.CharField(
        max_length=12, blank=True, help_text="For the head of a narrow column, such as Reason. Empty: made of the name."
    )
    colour = models.CharField(
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-f]{6}\Z", "Write a colour as # and six digits, for example #1f7a8c.")],
        help_text="Of the mark beside the name, such as #1f7a8c; readable on white and on black. Empty: no mark.",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "slug"]
        verbose_name_plural = "categories"
        constraints = [
            *slug_constraints("category"),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="category_weight_is_not_negative",
                violation_error_message="A category weight may not be negative.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/categories/{self.slug}/"


class LanguageModel(TimeStamped):
    """A language model that readers can compare."""

    class Reasoning(models.TextChoices):
        NO = "no", "no"
        OPTIONAL = "optional", "optional"
        ALWAYS = "always", "always"
        UNKNOWN = "unknown", "not known"

    class Status(models.TextChoices):
        ANNOUNCED = "announced", "announced"
        PREVIEW = "preview", "preview"
        AVAILABLE = "available", "available"
        DEPRECATED = "deprecated", "deprecated"
        RETIRED = "retired", "retired"

    slug = SlugField()
    name = models.CharField(max_length=120, help_text="As its maker writes it.")
    lab = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="models")
    family = models.CharField(max_length=80, blank=True, help_text="Siblings share it, for example “claude-sonnet”.")
    release_date = models.DateField(null=True, blank=True)
    release_date_precision = models.CharField(max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY)
    knowledge_cutoff = models.DateField(
        null=True,
        blank=True,
        help_text="Last date of its training data as published; first day of a month or year.",
    )
    knowledge_cutoff_precision = models.CharField(
        max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    context_window = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Tokens the model itself takes, not one host's cut."
    )
    max_output_tokens = models.PositiveBigIntegerField(null=True, blank=True, help_text="Tokens per answer.")
    reasoning = models.CharField(max_length=8, choices=Reasoning.choices, default=Reasoning.UNKNOWN)
    open_weights = models.BooleanField(null=True, blank=True, help_text="Can anyone download the weights?")
    licence = models.CharField(max_length=120, blank=True)
    total_parameters = models.PositiveBigIntegerField(null=True, blank=True)
    active_parameters = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Parameters used per token (mixture of experts)."
    )
    input_modalities = models.CharField(
        max_length=120, blank=True, help_text="Space-separated, for example “text image pdf”."
    )
    output_modalities = models.CharField(max_length=120, blank=True, help_text="Space-separated.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.AVAILABLE)
    announced_on = models.DateField(null=True, blank=True)
    deprecated_on = models.DateField(null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    weights_url = models.URLField("weights address", max_length=500, blank=True)
    source_url = models.URLField("source address", max_length=500, blank=True)
    read_at = models.CharField(
        max_length=300, blank=True, help_text="Where these facts were really read, if not at the source address itself."
    )
    read_on = models.DateField(null=True, blank=True, help_text="Day they were read.")
    published = models.BooleanField(default=True, help_text="Unpublished models appear nowhere public.")

    objects = LanguageModelQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = [Lower("name"), "slug"]
        verbose_name = "language model"
        constraints = [
            *slug_constraints("model"),
            models.CheckConstraint(
                condition=Q(deprecated_on__isnull=True)
                | Q(retired_on__isnull=True)
                | Q(retired_on__gte=F("deprecated_on")),
                name="model_retires_after_deprecation",
                violation_error_message="A model cannot be retired before it is deprecated. Check both dates.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/models/{self.slug}/"

    def clean(self):
        super().clean()
        self.name = re.sub(r"\s+", " ", self.name).strip()


class ModelSlugRedirect(models.Model):
    """A slug a model once had; old addresses lead to the new one."""

    old_slug = SlugField()
    model = models.ForeignKey(LanguageModel, on_delete=models.CASCADE, related_name="old_slugs")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["old_slug"]
        verbose_name = "old model slug"

    def __str__(self):
        return f"{self.old_slug} → {self.model_id}"


class GoneModel(models.Model):
    """A slug whose model is no longer compared here: its addresses answer 410 and say so."""

    old_slug = SlugField()
    successor = models.ForeignKey(
        LanguageModel,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="predecessors",
        help_text="The model that readers are pointed to, if any.",
    )
    note = models.CharField(max_length=300, blank=True, help_text="Shown to readers: why it is gone.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["old_slug"]
        verbose_name = "slug of a gone model"
        verbose_name_plural = "slugs of gone models"

    def __str__(self):
        return f"{self.old_slug} (gone)"


class ModelAlias(TimeStamped):
    """A name a source uses for one of our models; importers resolve names only here."""

    dataset = models.CharField(
        max_length=60, blank=True, help_text="Which source uses the name; empty for every source."
    )
    source_id = models.CharField("name in the source", max_length=200)
    model = models.ForeignKey(LanguageModel, on_delete=models.CASCADE, related_name="aliases")

    history = HistoricalRecords()

    class Meta:
        ordering = ["dataset", "source_id"]
        verbose_name_plural = "model aliases"
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "source_id"],
                name="alias_is_unique_in_its_dataset",
                violation_error_message="This source's name already leads to a model.",
            )
        ]

    def __str__(self):
        return f"{self.source_id} ({self.dataset or 'any source'})"


class UnknownName(TimeStamped):
    """A name an import met and could not resolve: an editor maps, creates or ignores it."""

    class Kind(models.TextChoices):
        MODEL = "model", "model"
        BENCHMARK = "benchmark", "benchmark"
        ORGANIZATION = "organization", "organisation"

    class State(models.TextChoices):
        OPEN = "open", "to do"
        MAPPED = "mapped", "mapped"
        IGNORED = "ignored", "ignored"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    dataset = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    seen_in = models.CharField(max_length=300, blank=True, help_text="File and line of the latest sighting.")
    sightings = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)

    class Meta:
        ordering = ["state", "kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "dataset", "name"], name="unknown_name_is_listed_once")]

    def __str__(self):
        return f"{self.name} ({self.kind})"
