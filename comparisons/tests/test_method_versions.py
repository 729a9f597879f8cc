"""A new version of the method: the old one stays readable, and the change log says what moved and why."""

from __future__ import annotations

import pytest

from comparisons import standing_store
from comparisons.changes import log
from comparisons.core.changes import detail, headline, moves_text
from comparisons.core.method import METHODOLOGY
from comparisons.core.standing import Cell, ModelStanding
from comparisons.core.versions import VERSIONS, version
from comparisons.models import Change, Standing, StandingSnapshot
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db


def test_the_last_version_is_the_one_in_force_and_every_earlier_one_says_how_it_differed():
    assert VERSIONS[-1].number == METHODOLOGY
    assert version(METHODOLOGY).why
    for earlier in VERSIONS[:-1]:
        assert earlier.rules
        assert earlier.since < VERSIONS[-1].since


def test_an_earlier_method_has_a_page_and_today_s_has_the_plain_address(client):
    page = client.get("/methodology/1/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "called clear from 6.6" in text
    assert version("2").why in text
    assert client.get(f"/methodology/{METHODOLOGY}/").headers["Location"] == "/methodology/"
    for never in ("/methodology/0/", "/methodology/3/", "/methodology/01/", "/methodology/99999999999999999999/"):
        assert client.get(never).status_code == 404, never


def test_the_methodology_page_lists_both_and_links_the_earlier_one(client):
    build_world()
    standing_store.recompute("test world")
    text = client.get("/methodology/").content.decode()
    assert '<a href="/methodology/1/">Version 1</a>' in text
    assert f"<strong>Version {METHODOLOGY}</strong>" in text
    assert "this lane has fewer, so it is 0" in text


def test_a_recomputation_under_a_new_version_is_one_entry_with_the_reason_and_the_moves():
    build_world()
    standing_store.recompute("test world")
    log.record()
    StandingSnapshot.objects.update(methodology="1")
    Standing.objects.filter(overall__isnull=False).update(overall=40)
    standing_store.recompute("new release")
    log.record()
    entry = Change.objects.get(kind="scoring_changed")
    assert headline(entry.facts) == f"Scoring method: version 1 → version {METHODOLOGY}"
    assert version(METHODOLOGY).why in detail(entry.facts)
    assert "points on average, at most by" in detail(entry.facts)
    log.record()
    standing_store.recompute("nothing new")
    log.record()
    assert Change.objects.filter(kind="scoring_changed").count() == 1


def test_how_far_scores_moved_in_words():
    assert moves_text([]) == "no score moved"
    assert moves_text([1.0]) == "1 score moved by 1.0 points on average, at most by 1.0"
    assert moves_text([0.5, 1.5]) == "2 scores moved by 1.0 points on average, at most by 1.5"


def test_a_standing_stored_by_version_1_can_still_be_read():
    old = ["bench", 1, 50.0, 50.0, 0.0, 48.0, 1.0, 2.0, 1.0, 1.0, False, True]
    assert Cell(*old).full_lead == 2.0
    data = dict.fromkeys(ModelStanding.__dataclass_fields__) | {"reasons": [], "cells": [old], "categories": {}}
    assert ModelStanding.from_dict(data).cells[0].held_from is None
