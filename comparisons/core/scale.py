"""A scale that stays: the constant that keeps printed scores comparable from year to year.

As harder tests enter, the average benchmark gets harder, and with it every printed score sinks
although no model got worse: gaps stay, levels do not. So the level is read off models that were
well tested on one fixed day, `SCALE_REFERENCE`: what they scored on average by the results known
then is what they score on average today. The difference is the *scale link*. It is one number a
lane, part of every category's par and so of the course par; it moves no gap and no order.

Everything follows from the data, so whoever has the data gets the same link.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from comparisons.core.lane import reweigh
from comparisons.core.method import METHOD
from comparisons.core.standing import LaneFit, ModelStanding, ScaleLink


def anchors_among(standings: Iterable[ModelStanding]) -> dict[str, float]:
    """The models that were well tested on the reference day, with their overall scores of then.

    Well tested: ranked, with a standard error of at most that of the grade good.
    """
    return {
        standing.model: standing.overall
        for standing in standings
        if standing.ranked and standing.se <= METHOD.grade_good
    }


def link_of(day: dt.date, then: Mapping[str, float], now: Mapping[str, float | None]) -> ScaleLink:
    """The link that brings the anchors `then` back to the level they had on `day`.

    `now` are today's overall scores before any link; anchors without one take no part. The value
    is 0, and there is no level, where fewer than `METHOD.anchor_models` are left.
    """
    anchors = tuple(sorted(slug for slug in then if now.get(slug) is not None))
    if len(anchors) < METHOD.anchor_models:
        return ScaleLink(0.0, day.isoformat(), anchors, None)
    level, today = (math.fsum(scores[slug] for slug in anchors) / len(anchors) for scores in (then, now))
    return ScaleLink(level - today, day.isoformat(), anchors, level)


def with_link(fit: LaneFit, link: ScaleLink) -> LaneFit:
    """A fit that has no link yet, on the linked scale."""
    categories = tuple(
        category if category.par is None else category._replace(par=category.par + link.value)
        for category in fit.categories
    )
    linked = replace(fit, categories=categories, link=link)
    if fit.course_par is None:
        return linked
    return reweigh(linked, {category.slug: category.weight for category in fit.categories})
