"""What several tables share: country and regime, the choices a subscriber has."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from newsletter.core.preferences import normal_topics


class Frequency(models.TextChoices):
    WEEKLY = "weekly", "every week"
    MONTHLY = "monthly", "once a month"


class GeoSource(models.TextChoices):
    VISITOR = "visitor", "chosen by the visitor"
    HEADER = "header", "trusted header of the delivery network"
    REGISTRY = "registry", "registry data of the network address"
    UNKNOWN = "unknown", "not known"


def valid_topics(topics) -> None:
    """Refuse anything but a list of topics. Raises ValidationError."""
    if not isinstance(topics, list):
        raise ValidationError("Topics are a list, for example [“lab:openai”, “prices”].", code="topics")
    try:
        normal_topics(topics)
    except ValueError as error:
        raise ValidationError(str(error), code="topics")


class Located(models.Model):
    """Where a reader said or seems to be: a country and the rules it brings. Never an IP address."""

    country = models.CharField(max_length=2, default="XX", help_text="ISO 3166 code; XX is unknown.")
    regime = models.CharField(max_length=8, default="XX", help_text="Row of the table of regimes.")
    geo_source = models.CharField(max_length=10, choices=GeoSource.choices, default=GeoSource.UNKNOWN)
    geo_db_version = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True
