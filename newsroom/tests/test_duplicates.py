"""Likely duplicates: offered with a reason, and never two versions, sizes or kinds of one family."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_catalog.models import ModelAlias
from models_catalog.tests.factories import make_model, make_organization
from newsroom.core.duplicates import SAME_BUT_STAMP, SAME_NAME, SHARED_NAME, Known, likely_duplicates
from newsroom.duplicate_queue import duplicate_queue

DAY = dt.date(2026, 5, 1)


def known(pk, slug, *, name="", lab="north", released=DAY, aliases=()):
    return Known(pk, name or slug, slug, lab, released, aliases)


def reasons(*models):
    return [pair.reason for pair in likely_duplicates(models)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (known(1, "atlas-2", name="Atlas 2"), known(2, "atlas-two", name="ATLAS-2"), SAME_NAME),
        (known(1, "atlas-2"), known(2, "boreas", aliases=("north/Atlas_2",)), SHARED_NAME),
        (known(1, "atlas-2"), known(2, "atlas-2-20260501"), SAME_BUT_STAMP),
        (known(1, "atlas-2"), known(2, "atlas-2-2026-05-01"), SAME_BUT_STAMP),
        (known(1, "atlas-2"), known(2, "atlas-2-0501", released=None), SAME_BUT_STAMP),
        (known(1, "atlas-2"), known(2, "atlas-2-0501", released=DAY + dt.timedelta(days=3)), SAME_BUT_STAMP),
    ],
)
def test_pairs_worth_a_look(one, other, reason):
    assert reasons(one, other) == [reason]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (known(1, "atlas-2"), known(2, "atlas-2-preview")),
        (known(1, "atlas-2"), known(2, "atlas-2-base")),
        (known(1, "atlas-2"), known(2, "atlas-2-mini")),
        (known(1, "atlas-7b"), known(2, "atlas-70b")),
        (known(1, "atlas-2"), known(2, "atlas-2+")),
        (known(1, "atlas-2-20250501"), known(2, "atlas-2-20260501")),
        (known(1, "command-04-2024", name="Command"), known(2, "command-08-2024", name="Command")),
        (known(1, "atlas-2"), known(2, "atlas-2-1101", released=dt.date(2026, 11, 1))),
        (known(1, "atlas-2"), known(2, "atlas-2", lab="south")),
    ],
)
def test_versions_sizes_kinds_and_makers_are_no_duplicates(one, other):
    assert reasons(one, other) == []


@given(st.permutations([known(1, "atlas-2"), known(2, "atlas-2-20260501"), known(3, "boreas", name="Atlas 2")]))
def test_the_order_of_models_changes_nothing(models):
    found = likely_duplicates(models)
    assert found == likely_duplicates(sorted(models, key=lambda each: each.pk))
    assert len({(pair.one.pk, pair.other.pk) for pair in found}) == len(found) == 3


@pytest.mark.django_db
def test_the_queue_names_both_and_why(django_assert_num_queries):
    lab = make_organization(slug="north", name="North")
    make_model(slug="atlas-2", name="Atlas 2", lab=lab)
    draft = make_model(slug="boreas", name="Boreas", lab=lab, published=False)
    ModelAlias.objects.create(dataset="llm-stats", source_id="atlas.2", model=draft)
    with django_assert_num_queries(2):
        queue = duplicate_queue()
    assert queue.count == 1
    assert queue.items[0].text == "Atlas 2 (atlas-2) and Boreas (boreas)"
    assert queue.items[0].detail == SHARED_NAME
