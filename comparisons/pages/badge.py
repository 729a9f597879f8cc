"""What a badge says about a model: one figure of its standing, as its page prints it. One query."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from comparisons import standing_store
from comparisons.boards.rows import range_text
from comparisons.core.method import METHOD
from comparisons.core.standing import ModelStanding
from comparisons.pages import lookup
from comparisons.pages.base import PageError
from models_catalog.core import display

OVERALL, RANK = "overall", "rank"


class UnknownMetric(PageError):
    """A figure that badges do not have; the message names those they do."""


@dataclass(frozen=True)
class Badge:
    """A label and a value; `known` is false where the value says that there is none."""

    label: str
    value: str
    title: str
    known: bool


def load_badge(slug: str, metric: str = "", lane: str | None = None) -> Badge:
    """The badge of a model for `overall` (the default), `rank` or a category's slug.

    Raises UnknownModel or MovedModel for the slug, UnknownMetric for the metric.
    """
    metric = metric or OVERALL
    placed = standing_store.placed_models(lane or settings.DEFAULT_LANE, (slug,)).get(slug)
    if placed is None:
        lookup.raise_unknown((slug,))
    context = standing_store.lane_context(placed.snapshot)
    names = {category.slug: category.name for category in context.categories}
    if metric == OVERALL:
        value = _score(placed.standing and placed.standing.overall, placed.standing and placed.standing.se)
        return _badge(placed.model.name, "overall", value, "no score")
    if metric == RANK:
        return _badge(placed.model.name, "rank", _rank(placed.standing, context.ranked), "not ranked")
    if metric in names:
        value = _category(placed.standing, metric)
        return _badge(placed.model.name, names[metric].lower(), value, display.NOT_MEASURED)
    choices = display.listed((OVERALL, RANK, *names), "or")
    raise UnknownMetric(f"There is no metric “{metric[:40]}”. Write {choices}.")


def _badge(name: str, what: str, value: str, otherwise: str) -> Badge:
    text = value or otherwise
    return Badge(f"{settings.SITE_NAME} {what}", text, f"{name}, {what}: {text}", bool(value))


def _score(score: float | None, se: float | None) -> str:
    if score is None or se is None:
        return ""
    return f"{display.overall_score(score)} ± {display.margin(METHOD.z_clear * se)}"


def _rank(standing: ModelStanding | None, ranked: int) -> str:
    if standing is None or standing.rank is None:
        return ""
    return f"{range_text(standing.best, standing.worst)} of {display.count(ranked)}"


def _category(standing: ModelStanding | None, slug: str) -> str:
    line = standing.categories.get(slug) if standing else None
    return "" if line is None or line.carried else _score(line.score, line.se)
