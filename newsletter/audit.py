"""Who did what in the newsroom's part of the newsletter: entries of the admin's own log."""

from __future__ import annotations

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest


def log_action(request: HttpRequest, row: models.Model | None, words: str, model: type[models.Model] | None = None):
    """Write that the user of `request` did what `words` say to `row`, or to no row in particular of `model`."""
    LogEntry.objects.create(
        user_id=request.user.pk,
        content_type=ContentType.objects.get_for_model(model or type(row)),
        object_id=str(row.pk) if row is not None else None,
        object_repr=str(row if row is not None else model._meta.verbose_name)[:200],
        action_flag=CHANGE,
        change_message=words,
    )
