"""Chainable querysets named for meaning; every page's query plan starts here."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q


class LanguageModelQuerySet(models.QuerySet):
    def published(self):
        """Models readers may see."""
        return self.filter(published=True)

    def for_catalog(self):
        """Published models with their lab, in one query."""
        return self.published().select_related("lab")


class BenchmarkQuerySet(models.QuerySet):
    def for_catalog(self):
        """Benchmarks with their category and successor, in one query."""
        return self.select_related("category", "superseded_by")


class ResultQuerySet(models.QuerySet):
    def published(self):
        """Results readers may see as valid."""
        return self.filter(state="published", model__published=True).exclude(source_kind="generated")

    def public(self):
        """Published results and withdrawn ones, which stay visible with their reason."""
        return self.filter(state__in=["published", "withdrawn"], model__published=True).exclude(source_kind="generated")


class PriceQuerySet(models.QuerySet):
    def on(self, day: dt.date):
        """Prices that hold on `day`."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        )


class EvaluationRunQuerySet(models.QuerySet):
    def public(self):
        """Runs readers may see: of a published model and a known benchmark."""
        return self.filter(model__published=True, benchmark__isnull=False)
