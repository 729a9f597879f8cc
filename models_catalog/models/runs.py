"""Runs of evaluation tools: what ran under which settings, its figures, and its scores question by question.

A run is one task and one model in one file. Its figures hold the scores the tool states; a
figure that became a `Result` points to it, and several runs of the same settings share one
result, as attempts. Questions are named once in an `ItemSet`, whatever number of models
answered them; an `ItemScore` holds one figure's scores in that order, packed. Prompts and
answers are not stored.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

from django.db import models
from django.db.models import Q

from models_catalog.core import item_codes
from models_catalog.models.base import TimeStamped
from models_catalog.models.catalog import LanguageModel
from models_catalog.models.evidence import Benchmark, Result
from models_catalog.querysets import EvaluationRunQuerySet


class EvaluationRun(TimeStamped):
    """One task and one model, as one file of a tool tells it."""

    tool = models.CharField(max_length=30)
    run_key = models.CharField(max_length=200, help_text="The same for a file that is imported again.")
    tool_version = models.CharField(max_length=80, blank=True)
    task = models.CharField(max_length=160)
    task_version = models.CharField(max_length=40, blank=True)
    model_name = models.CharField("model as named", max_length=200)
    model = models.ForeignKey(LanguageModel, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs")
    benchmark = models.ForeignKey(Benchmark, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs")
    settings = models.JSONField(default=dict, blank=True)
    variant = models.CharField(max_length=160, blank=True)
    evaluator = models.CharField("who ran it", max_length=120, blank=True)
    measured_on = models.DateField(null=True, blank=True)
    measured_on_note = models.CharField(max_length=60, blank=True)
    source_url = models.URLField("source address", max_length=500, blank=True)
    file_name = models.CharField(max_length=300)
    file_hash = models.CharField("SHA-256 of the file", max_length=64, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = EvaluationRunQuerySet.as_manager()

    class Meta:
        ordering = ["-measured_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "run_key"],
                name="run_is_unique_in_its_tool",
                violation_error_message="This run of the tool is already recorded.",
            )
        ]

    def __str__(self):
        return f"{self.model_name} on {self.task} ({self.tool})"

    def get_absolute_url(self):
        return f"/runs/{self.pk}/"


class RunFigure(models.Model):
    """One score that a run states, and the result it stands behind, if any."""

    run = models.ForeignKey(EvaluationRun, on_delete=models.CASCADE, related_name="figures")
    metric = models.CharField(max_length=160)
    filter = models.CharField(max_length=160, blank=True)
    reducer = models.CharField(max_length=40, blank=True)
    score = models.FloatField()
    unit = models.CharField(max_length=12)
    stderr = models.FloatField("standard error as reported", null=True, blank=True)
    stderr_of_items = models.FloatField("standard error of the items", null=True, blank=True)
    items = models.PositiveIntegerField("questions answered", null=True, blank=True)
    items_in_set = models.PositiveIntegerField("questions in the set", null=True, blank=True)
    attempts = models.PositiveIntegerField(null=True, blank=True)
    partial = models.BooleanField(null=True)
    reason = models.CharField("why it is partial or no standard", max_length=300, blank=True)
    standard = models.BooleanField(default=False)
    settings_key = models.CharField(max_length=64, db_index=True, help_text="The same for runs that repeat each other.")
    result = models.ForeignKey(Result, null=True, blank=True, on_delete=models.SET_NULL, related_name="run_figures")

    class Meta:
        ordering = ["run_id", "metric", "filter", "reducer"]
        constraints = [
            models.UniqueConstraint(fields=["run", "metric", "filter", "reducer"], name="run_has_one_figure_of_a_kind"),
            models.CheckConstraint(
                condition=Q(standard=False) | ~Q(partial=True), name="partial_run_is_never_standard",
                violation_error_message="A partial run is never the standard setting.",
            ),
        ]  # fmt: skip

    def __str__(self):
        return " / ".join(part for part in (self.metric, self.filter, self.reducer) if part)


class ItemSet(models.Model):
    """The questions of a task in one order: id, group and the start of the hash of each."""

    digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    packed = models.BinaryField()

    def __str__(self):
        return f"{self.size} questions"

    @property
    def entries(self) -> list[list[str]]:
        """[id, group, hash] of every question."""
        return json.loads(zlib.decompress(self.packed))

    @staticmethod
    def pack(entries: list[list[str]]) -> bytes:
        """Questions as they are stored."""
        return zlib.compress(_as_text(entries), 9)

    @staticmethod
    def digest_of(entries: list[list[str]]) -> str:
        """The name of a list of questions: the same list has the same everywhere."""
        return hashlib.sha256(_as_text(entries)).hexdigest()


def _as_text(entries: list[list[str]]) -> bytes:
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


class ItemScore(models.Model):
    """The scores of one figure, question by question in the order of its item set, packed into one column."""

    figure = models.OneToOneField(RunFigure, on_delete=models.CASCADE, related_name="item_scores")
    item_set = models.ForeignKey(ItemSet, on_delete=models.PROTECT, related_name="scores")
    attempts = models.PositiveSmallIntegerField(default=1)
    packed = models.BinaryField()

    def __str__(self):
        return f"Scores of {self.figure}"

    @property
    def scores(self) -> list[float | None]:
        """One score for each question and attempt, None where an answer is missing."""
        return item_codes.decode(item_codes.unpack(self.packed))

    def rows(self) -> list[tuple[Any, ...]]:
        """(id, group, hash, [scores of the attempts]) of every question. Queries the item set."""
        scores = item_codes.by_item(self.scores, self.attempts)
        return [(*entry, given) for entry, given in zip(self.item_set.entries, scores, strict=True)]
