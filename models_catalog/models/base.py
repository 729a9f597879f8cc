"""What several tables share: slugs, timestamps, dates of which only a part is known."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

SLUG_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
slug_validator = RegexValidator(
    SLUG_PATTERN,
    "Use lower-case letters, digits and single hyphens only, for example “gpt-4-1-mini”.",
)


def refuse_versus(slug: str) -> None:
    """Refuse a slug that would make pair addresses ambiguous. Raises ValidationError."""
    if "-vs-" in f"-{slug}-":
        raise ValidationError(
            "“%(slug)s” contains “-vs-”, which separates two models in an address. Choose a slug without it.",
            params={"slug": slug},
            code="versus",
        )


class SlugField(models.CharField):
    """A public address part: lower-case ASCII, stable for ever, without “-vs-”."""

    default_validators = [slug_validator, refuse_versus]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("help_text", "Part of public addresses. Lower-case letters, digits, hyphens. Keep it stable.")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        """Always say whether the field is unique: history tables copy it without uniqueness."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "unique": self.unique}


def date_or_earliest(field: str) -> Coalesce:
    """A date expression in which “not known” is one value, so that uniqueness holds for it too."""
    return Coalesce(field, models.Value(dt.date.min, output_field=models.DateField()))


def at_least(least: int, table: str, field: str, sentence: str) -> models.CheckConstraint:
    """The constraint that a figure, where it is known, is not below `least`."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": least}),
        name=f"{table}_{field}_is_at_least_{least}",
        violation_error_message=sentence,
    )


def slug_constraints(table: str) -> list[models.BaseConstraint]:
    """Constraints every public slug shares; `table` names them."""
    return [
        models.CheckConstraint(
            condition=Q(slug__regex=SLUG_PATTERN) & ~Q(slug__contains="-vs-"),
            name=f"{table}_slug_is_an_address",
            violation_error_message="The slug must be lower-case ASCII with hyphens and may not contain “-vs-”.",
        )
    ]


class TimeStamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class DatePrecision(models.TextChoices):
    DAY = "day", "day"
    MONTH = "month", "month"
    YEAR = "year", "year"
