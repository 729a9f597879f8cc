"""Writes that carry a rule: publish, withdraw, correct, rename."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from models_catalog.actions import correct_result, publish_result, rename_model, withdraw_result
from models_catalog.models import ModelSlugRedirect, Result, User
from models_catalog.tests.factories import make_model, make_result

pytestmark = pytest.mark.django_db


def latest(row):
    """(kind of change, reason, who) of the newest history entry."""
    entry = row.history.first()
    return entry.history_type, entry.history_change_reason, entry.history_user


def test_draft_is_published_with_reason_and_name():
    editor = User.objects.create(username="editor")
    result = publish_result(make_result(state="draft"), reason="Checked", user=editor)
    assert Result.objects.get().state == "published"
    assert latest(result) == ("~", "Checked", editor)


def test_published_result_cannot_be_published_again():
    with pytest.raises(ValidationError, match="published already"):
        publish_result(make_result())


def test_withdrawn_result_shows_its_reason_and_loses_it_when_published_again():
    result = withdraw_result(make_result(), " Copied from another model ")
    assert (result.state, result.withdrawn_reason) == ("withdrawn", "Copied from another model")
    assert publish_result(result).withdrawn_reason == ""


@pytest.mark.parametrize("reason", ["", "  "])
def test_withdrawal_and_correction_need_a_reason(reason):
    result = make_result()
    with pytest.raises(ValidationError, match="Say why"):
        withdraw_result(result, reason)
    with pytest.raises(ValidationError, match="Say why"):
        correct_result(result, Decimal(1), reason)


def test_correction_keeps_the_old_score_in_the_history():
    result = correct_result(make_result(score=Decimal(40)), Decimal(41), "Typing error")
    assert list(result.history.values_list("score", flat=True)) == [41, 40]
    assert latest(result)[1] == "Typing error"


@pytest.mark.parametrize(("score", "sentence"), [(123, "outside the range"), (50, "already stored")])
def test_impossible_or_empty_correction_is_refused(score, sentence):
    with pytest.raises(ValidationError, match=sentence):
        correct_result(make_result(), Decimal(score), "Because")
    assert Result.objects.get().score == 50


def test_reason_that_the_history_cannot_hold_is_refused():
    with pytest.raises(ValidationError, match="characters"):
        correct_result(make_result(), Decimal(1), "x" * 5000)
    assert Result.objects.get().score == 50


def test_renamed_model_is_reached_by_its_old_address():
    model = rename_model(make_model(slug="atlas"), "atlas-1", reason="Its maker renamed it")
    assert model.slug == "atlas-1"
    assert ModelSlugRedirect.objects.get(old_slug="atlas").model == model


def test_model_may_take_its_old_address_back():
    model = rename_model(make_model(slug="atlas"), "atlas-1", reason="One")
    model = rename_model(model, "atlas", reason="Two")
    assert model.slug == "atlas"
    assert list(ModelSlugRedirect.objects.values_list("old_slug", flat=True)) == ["atlas-1"]


@pytest.mark.parametrize("slug", ["cirro", "a-vs-b", "Atlas", "atlas", "borea"])
def test_address_that_is_taken_or_no_address_is_refused(slug):
    make_model(slug="cirro")
    rename_model(make_model(slug="borea"), "borea-2", reason="Away")
    model = make_model(slug="atlas")
    with pytest.raises(ValidationError):
        rename_model(model, slug, reason="Try")
    model.refresh_from_db()
    assert model.slug == "atlas"
