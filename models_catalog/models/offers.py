"""Who serves a model, at which price and speed."""

from __future__ import annotations

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from models_catalog.core import price_terms
from models_catalog.models.base import TimeStamped, date_or_earliest
from models_catalog.models.catalog import LanguageModel, Organization
from models_catalog.models.evidence import Result
from models_catalog.querysets import PriceQuerySet


def terms_validator(text: str) -> None:
    """Refuse a text that is no list of price terms. Raises ValidationError with a sentence."""
    try:
        price_terms.parse(text)
    except price_terms.BadTerm as error:
        raise ValidationError("%(reason)s", params={"reason": str(error)}, code="terms") from error


class Offering(TimeStamped):
    """A model served by a provider."""

    model = models.ForeignKey(LanguageModel, on_delete=models.CASCADE, related_name="offerings")
    provider = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="offerings")
    first_party = models.BooleanField(default=False, help_text="The provider is the model's own maker.")

    history = HistoricalRecords()

    class Meta:
        ordering = ["model_id", "-first_party", "provider_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "provider"],
                name="offering_is_unique",
                violation_error_message="This provider already offers this model.",
            )
        ]

    def __str__(self):
        return f"{self.model} at {self.provider}"


class Price(TimeStamped):
    """USD per 1M tokens over the period [valid_from, valid_to)."""

    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="prices")
    input = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    output = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    cache_read = models.DecimalField("cached read", max_digits=12, decimal_places=6, null=True, blank=True)
    cache_write = models.DecimalField("cache write", max_digits=12, decimal_places=6, null=True, blank=True)
    terms = models.TextField(
        "further prices",
        blank=True,
        validators=[terms_validator],
        help_text="One a line, USD per 1M tokens: “input batch = 0.4”, “output above 200000 = 22.5”, "
        "“cache write for 1h = 10”, “web search = 10 per 1k requests”.",
    )
    valid_from = models.DateField(null=True, blank=True, help_text="First day; empty if not known.")
    valid_from_basis = models.CharField(max_length=40, blank=True, help_text="How the first day is known.")
    valid_to = models.DateField(null=True, blank=True, help_text="First day it no longer holds; empty if current.")
    observed_on = models.DateField(null=True, blank=True, help_text="Day the price was last seen.")
    source_url = models.URLField("source address", max_length=500, blank=True)
    read_at = models.CharField(
        max_length=300, blank=True, help_text="Where it was really read, if not at the source address itself."
    )
    note = models.CharField(max_length=300, blank=True, help_text="Shown to readers beside the price.")
    dataset = models.CharField(max_length=60, blank=True)

    objects = PriceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["offering_id", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="price_period_is_in_order",
                violation_error_message="A price period must end after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(input__isnull=False) | Q(output__isnull=False),
                name="price_names_input_or_output",
                violation_error_message="Give an input price, an output price, or both (0 for free).",
            ),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
                    name=f"price_{field}_is_not_negative",
                    violation_error_message="A price may not be negative; 0 means free.",
                )
                for field in ("input", "output", "cache_read", "cache_write")
            ],
            models.UniqueConstraint(
                "offering",
                date_or_earliest("valid_from"),
                name="price_begins_once_per_offering",
                violation_error_message="This offering already has a price from that day on.",
            ),
        ]

    def __str__(self):
        return f"{self.offering}: {self.input} / {self.output}"

    judged_together = False  # a form of all prices of an offering compares them among themselves

    def clean(self):
        super().clean()
        with suppress(price_terms.BadTerm):  # the field's validator has said so
            self.terms = price_terms.written(price_terms.parse(self.terms))
        if self.offering_id and not self.judged_together:
            others = Price.objects.filter(offering=self.offering_id).exclude(pk=self.pk)
            for other in others:
                if periods_overlap(self.valid_from, self.valid_to, other.valid_from, other.valid_to):
                    raise ValidationError(
                        "This period overlaps the price from %(start)s to %(end)s. End one before the other begins.",
                        params={
                            "start": other.valid_from or "the beginning",
                            "end": other.valid_to or "now",
                        },
                    )


class PriceConflict(TimeStamped):
    """What another source asks for an offer than the price in force, more than 1 % away; an editor looks which is right.

    One for each offer and source. It goes when the source agrees; settled, it comes back only with other figures.
    """

    class State(models.TextChoices):
        OPEN = "open", "to do"
        SETTLED = "settled", "settled"

    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="conflicts")
    dataset = models.CharField(max_length=60, blank=True, help_text="Which source says otherwise.")
    says = models.CharField(max_length=200, help_text="Its price, USD per 1M tokens.")
    against = models.CharField(max_length=200, help_text="The price in force when it was read, and its source.")
    seen_in = models.CharField(max_length=300, blank=True, help_text="File and line of the latest sighting.")
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)

    class Meta:
        ordering = ["state", "offering", "dataset"]
        constraints = [models.UniqueConstraint(fields=["offering", "dataset"], name="price_conflict_is_listed_once")]

    def __str__(self):
        return f"{self.offering}: {self.says} in {self.dataset}"


def periods_overlap(start_a, end_a, start_b, end_b) -> bool:
    """Whether [start_a, end_a) and [start_b, end_b) share a day; None means unbounded."""
    a_before_b = end_a is not None and start_b is not None and end_a <= start_b
    b_before_a = end_b is not None and start_a is not None and end_b <= start_a
    return not (a_before_b or b_before_a)


FIRST_OBSERVED = "first observed"


def days_when_seen_again(valid_from, valid_to, observed_on, day) -> dict:
    """The fields of a price that change when it is seen on `day`; none where it was seen later already.

    A price without a period keeps the day it was first seen as its begin: it was known from then on.
    """
    if observed_on is None:
        return {"observed_on": day}
    if observed_on >= day:
        return {}
    begin = {"valid_from": observed_on, "valid_from_basis": FIRST_OBSERVED}
    return {"observed_on": day, **(begin if valid_from is None and valid_to is None else {})}


class SpeedMeasurement(TimeStamped):
    """Output speed and latency of an offering on one day.

    Of several runs the two figures are the medians, and low and high the least and the most of a run.
    """

    class TokenBasis(models.TextChoices):
        USAGE = "usage", "as the endpoint counts them"
        CHUNKS = "chunks", "pieces of the stream, counted"

    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="speeds")
    output_tokens_per_second = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    time_to_first_token = models.DecimalField(
        max_digits=12, decimal_places=4, null=True, blank=True, help_text="Seconds."
    )
    speed_low = models.DecimalField("slowest run", max_digits=12, decimal_places=4, null=True, blank=True)
    speed_high = models.DecimalField("fastest run", max_digits=12, decimal_places=4, null=True, blank=True)
    first_token_low = models.DecimalField("shortest wait", max_digits=12, decimal_places=4, null=True, blank=True)
    first_token_high = models.DecimalField("longest wait", max_digits=12, decimal_places=4, null=True, blank=True)
    runs = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Runs that count; empty: not said.")
    warm_ups = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Runs before them that do not count.")
    prompt_tokens = models.PositiveIntegerField(null=True, blank=True, help_text="Length of the prompt; median.")
    output_tokens = models.PositiveIntegerField(null=True, blank=True, help_text="Length of the answer; median.")
    token_basis = models.CharField(
        "tokens counted by", max_length=6, choices=TokenBasis.choices, blank=True, help_text="Empty: not said."
    )
    region = models.CharField(max_length=120, blank=True, help_text="From where it was measured: “Frankfurt, DE”.")
    method = models.CharField(max_length=300, blank=True, help_text="Endpoint, limits and settings in words.")
    source_kind = models.CharField(
        "measured by",
        max_length=17,
        choices=[choice for choice in Result.SourceKind.choices if choice[0] != Result.SourceKind.GENERATED],
        default=Result.SourceKind.UNKNOWN,
    )
    measured_on = models.DateField(null=True, blank=True)
    source_url = models.URLField("source address", max_length=500, blank=True)
    dataset = models.CharField(max_length=60, blank=True)
    suspect = models.CharField(
        max_length=160, blank=True, help_text="Why this is no measurement (round placeholder, copied pair)."
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["offering_id", "measured_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(output_tokens_per_second__isnull=False) | Q(time_to_first_token__isnull=False),
                name="speed_measures_something",
                violation_error_message="Give tokens per second, seconds to the first token, or both.",
            ),
            models.CheckConstraint(
                condition=(Q(output_tokens_per_second__isnull=True) | Q(output_tokens_per_second__gt=0))
                & (Q(time_to_first_token__isnull=True) | Q(time_to_first_token__gte=0)),
                name="speed_is_positive",
                violation_error_message="A speed must be above 0 and a latency not negative.",
            ),
            *[
                models.CheckConstraint(
                    condition=(Q(**{f"{low}__isnull": True}) | Q(**{f"{low}__lte": F(middle)}))
                    & (Q(**{f"{high}__isnull": True}) | Q(**{f"{high}__gte": F(middle)})),
                    name=f"{low}_and_high_surround_it",
                    violation_error_message="The median of the runs must lie between the least and the most.",
                )
                for low, middle, high in (
                    ("speed_low", "output_tokens_per_second", "speed_high"),
                    ("first_token_low", "time_to_first_token", "first_token_high"),
                )
            ],
            models.UniqueConstraint(
                "offering",
                date_or_earliest("measured_on"),
                "dataset",
                "region",
                name="speed_is_measured_once_a_day",
                violation_error_message="This offering already has a measurement of that day and place from that "
                "source.",
            ),
        ]

    def __str__(self):
        return f"{self.offering}: {self.output_tokens_per_second} tokens/s"
