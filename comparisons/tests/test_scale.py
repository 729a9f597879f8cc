"""The scale link: printed scores stay where they are while harder tests enter, and no gap moves.

The rank numbers of two scores within rounding of a tie may, as they do whenever all scores move together."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from comparisons.core.history import known_rows, score_history, standings_on
from comparisons.core.method import METHOD, SCALE_REFERENCE
from comparisons.core.scale import link_of
from comparisons.core.scoring import LaneFit, reweigh
from comparisons.core.standing import NO_LINK
from comparisons.tests.other_method import method_in_use
from comparisons.tests.worlds import make_elo, make_row, make_world
from models_catalog.core.specs import VERIFIED

BEFORE, AFTER = SCALE_REFERENCE - dt.timedelta(days=60), SCALE_REFERENCE + dt.timedelta(days=200)


def old_world(models: int = 24):
    """A well-tested catalogue, all of it known on the reference day."""
    world = make_world(2, models, 24, fill=0.95, kind="elo")
    return world.with_rows([replace(row, measured_on=BEFORE, source_tier=1) for row in world.rows])


def grown_world():
    """The same with twelve harder tests, taken later by half of the old models and by eight stronger new ones."""
    world = old_world()
    tests = [
        make_elo(f"hard-{place:02}", category=world.benchmarks[place % 4].category, family=f"hard-{place:02}")
        for place in range(12)
    ]
    level = {row.model: 0 for row in world.rows if int(row.model[-2:]) % 2} | {f"new-{n}": 90 + 6 * n for n in range(8)}
    rows, number = list(world.rows), len(world.rows)
    for slug, strength in level.items():
        old = [] if slug in {row.model for row in world.rows} else [test.slug for test in world.benchmarks[:6]]
        for place, test in enumerate([*old, *(test.slug for test in tests)]):
            number += 1
            hard = 240 if test.startswith("hard") else 0
            score = 1000 + strength - hard + (37 * place + 11 * number) % 60
            rows.append(make_row(slug, test, score, id=number, measured_on=AFTER))
    return replace(world, benchmarks=(*world.benchmarks, *tests), rows=tuple(rows))


def mean_move(before, after, models):
    return sum(abs(after[slug].overall - before[slug].overall) for slug in models) / len(models)


def test_old_models_stay_where_they_were_while_harder_tests_enter():
    before, after = old_world().standings(), grown_world().standings()
    anchors = after.fit.link.anchors
    assert before.fit.link.value == 0
    assert len(anchors) >= METHOD.anchor_models
    assert after.fit.link.value > 2
    unlinked = {
        slug: replace(s, overall=s.overall - after.fit.link.value) for slug, s in after.by_model.items() if s.overall
    }
    assert mean_move(before.by_model, unlinked, anchors) > 3 * mean_move(before.by_model, after.by_model, anchors)
    level = sum(after.by_model[slug].overall for slug in anchors) / len(anchors)
    assert level == pytest.approx(after.fit.link.level)
    assert level == pytest.approx(sum(before.by_model[slug].overall for slug in anchors) / len(anchors))


def test_the_link_moves_no_gap_no_range_and_no_error():
    linked = grown_world().standings()
    with method_in_use(anchor_models=10**6):
        bare = grown_world().standings()
    value = linked.fit.link.value
    assert bare.fit.link.value == 0
    assert bare.fit.course_par == pytest.approx(linked.fit.course_par - value)
    for mine, theirs in zip(linked.models, bare.models, strict=True):
        assert (mine.best, mine.worst, mine.ranked) == (theirs.best, theirs.worst, theirs.ranked)
        assert (mine.se, mine.own, mine.cells) == (theirs.se, theirs.own, theirs.cells)
        if mine.overall is not None:
            assert mine.overall - theirs.overall == pytest.approx(value)
            parts = [linked.fit.by_category[slug].share * line.score for slug, line in mine.categories.items()]
            assert sum(parts) == pytest.approx(mine.overall)


def test_readers_weights_keep_the_link():
    fit = grown_world().standings().fit
    even = reweigh(fit, {category.slug: 1.0 for category in fit.categories})
    assert even.link == fit.link
    pars = [category.par for category in fit.categories]
    assert even.course_par == pytest.approx(sum(pars) / len(pars))


def test_earlier_days_and_histories_stand_on_the_linked_scale():
    world = grown_world()
    board = world.standings()
    then = standings_on(board.fit, world.rows, world.benchmarks, BEFORE)
    published = world.with_rows(known_rows(world.rows, BEFORE)).standings().by_model
    anchors = board.fit.link.anchors
    value = board.fit.link.value
    unlinked = {slug: replace(found, overall=found.overall - value) for slug, found in then.items() if found.overall}
    assert 2 * mean_move(published, then, anchors) < mean_move(published, unlinked, anchors)
    own = [row for row in world.rows if row.model == anchors[0]]
    benchmarks = {benchmark.slug: benchmark for benchmark in world.benchmarks}
    points = score_history(board.fit, own, benchmarks, VERIFIED, [BEFORE, AFTER])
    assert points[0].overall == pytest.approx(then[anchors[0]].overall)
    assert points[-1].overall == pytest.approx(board.by_model[anchors[0]].overall)


def test_too_few_well_tested_models_fix_no_level():
    few = METHOD.anchor_models - 1
    scores = {f"model-{n:02}": 50.0 for n in range(few)}
    link = link_of(SCALE_REFERENCE, scores, dict.fromkeys(scores, 40.0))
    assert (link.value, link.level) == (0.0, None)
    more = scores | {"model-99": 50.0}
    assert link_of(SCALE_REFERENCE, more, dict.fromkeys(more, 40.0)).value == pytest.approx(10.0)
    lost = dict.fromkeys(more, 40.0) | {"model-99": None}
    assert link_of(SCALE_REFERENCE, more, lost).value == 0.0


def test_a_late_result_of_an_old_model_is_no_part_of_the_reference():
    world = old_world()
    row = world.rows[0]
    later = world.with_rows([replace(row, measured_on=AFTER, score=row.score + Decimal(60)), *world.rows[1:]])
    board = later.standings()
    assert board.fit.link.level == pytest.approx(
        sum(world.with_rows(world.rows[1:]).standings().by_model[slug].overall for slug in board.fit.link.anchors)
        / len(board.fit.link.anchors)
    )


def test_the_link_survives_json_and_a_fit_of_version_1_can_still_be_read():
    fit = grown_world().standings().fit
    stored = json.loads(json.dumps(fit.to_dict()))
    assert LaneFit.from_dict(stored) == fit
    del stored["link"]
    assert LaneFit.from_dict({**stored, "methodology": "1"}).link == NO_LINK
