"""Writes that carry a rule. Each is one transaction, keeps its reason in the history, and is
announced to the rest of the site after commit (`models_catalog.signals`).

All raise `django.core.exceptions.ValidationError` with a sentence when the rule forbids the
write; nothing is changed then.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from models_catalog.models import LanguageModel, ModelSlugRedirect, Result, score_problem

SomeRow = TypeVar("SomeRow", bound=models.Model)


def publish_result(result: Result, *, reason: str = "Published", user=None) -> Result:
    """Show a draft or withdrawn result to readers as valid. A withdrawal's public reason is dropped."""
    with transaction.atomic():
        result = _locked(result)
        if result.state == Result.State.PUBLISHED:
            raise ValidationError("This result is published already.")
        result.state = Result.State.PUBLISHED
        result.withdrawn_reason = ""
        return _save_with_reason(result, reason, user)


def withdraw_result(result: Result, reason: str, *, user=None) -> Result:
    """Take a result out of every calculation; it stays visible to readers with `reason`."""
    with transaction.atomic():
        result = _locked(result)
        if not reason.strip():
            raise ValidationError("Say why the result is withdrawn; readers will see the reason.")
        if result.state == Result.State.WITHDRAWN:
            raise ValidationError("This result is withdrawn already.")
        result.state = Result.State.WITHDRAWN
        result.withdrawn_reason = reason.strip()
        return _save_with_reason(result, reason, user)


def correct_result(result: Result, score: Decimal, reason: str, *, user=None) -> Result:
    """Replace a wrong score, in the benchmark's own unit; the old one stays in the history."""
    with transaction.atomic():
        result = _locked(result)
        if not reason.strip():
            raise ValidationError("Say why the score is corrected; the public changelog shows the reason.")
        if result.score == score:
            raise ValidationError("The corrected score is the one already stored.")
        problem = score_problem(score, result.benchmark)
        if problem:
            raise ValidationError({"score": problem})
        result.score = score
        return _save_with_reason(result, reason, user)


def rename_model(model: LanguageModel, new_slug: str, *, reason: str, user=None) -> LanguageModel:
    """Give a model a new address; the old one leads to it for ever."""
    with transaction.atomic():
        model = _locked(model)
        old_slug = model.slug
        if new_slug == old_slug:
            raise ValidationError({"slug": "The model has this address already."})
        redirect = ModelSlugRedirect.objects.filter(old_slug=new_slug).first()
        if redirect is not None and redirect.model_id != model.pk:
            raise ValidationError({"slug": f"“{new_slug}” was the address of another model and still leads there."})
        if redirect is not None:
            redirect.delete()  # the model takes an old address of its own back
        model.slug = new_slug
        _save_with_reason(model, reason, user)
        ModelSlugRedirect.objects.create(old_slug=old_slug, model=model)
        return model


def _locked(row: SomeRow) -> SomeRow:
    """The row as it stands now, held until the transaction ends."""
    return type(row)._default_manager.select_for_update().get(pk=row.pk)


def _save_with_reason(row, reason: str, user):
    """Check every rule of the table, then save with the reason in the history."""
    row.full_clean()
    row._change_reason = reason.strip()
    row._history_user = user
    limit = row.history.model._meta.get_field("history_change_reason").max_length
    if limit is not None and len(row._change_reason) > limit:
        raise ValidationError(f"The reason has {len(row._change_reason)} characters; at most {limit} fit.")
    row.save()
    return row
