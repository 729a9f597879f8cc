"""`/leaderboard.json`, `/categories/SLUG.json`, `/labs/SLUG.json`: a whole board as data."""

from __future__ import annotations

from comparisons.boards import rows
from comparisons.boards.leaderboard import LeaderboardPage
from comparisons.core.method import METHOD
from comparisons.pages.base import absolute
from comparisons.pairs.json_twin import plain, since_facts
from models_catalog.core.specs import CategorySpec, PriceSpec

SCHEMA = "evenbench.board/1"


def board_document(page: LeaderboardPage) -> dict:
    """The board uncut: models with a place first, then those without and what they lack."""
    found = page.board
    if found is None:
        return {"schema": SCHEMA, "revision": 0, "title": page.title, "summary": page.basis, "models": []}
    context, filters = found.context, found.filters
    return {
        "schema": SCHEMA,
        "methodology": context.fit.methodology,
        "revision": context.revision,
        "as_of": plain(found.today),
        "computed_at": context.computed_at.isoformat(),
        "title": page.title,
        "summary": page.basis,
        "lane": context.lane,
        "ranked_by": found.category.slug if found.category else "overall",
        "weights": filters.own_weights or None,
        "filters": {
            name: value
            for name, value in filters.parameters().items()
            if value and name not in ("lane", "category", "w", "page", "show", "on")
        },
        "with_a_place": found.places,
        "since": since_facts(found.as_of),
        "models": [line_facts(line, context.categories) for line in (*found.lines, *found.tracked)],
        "links": {"html": absolute(page.path)},
    }


def line_facts(line: rows.BoardLine, categories: tuple[CategorySpec, ...]) -> dict:
    """One model of a board; numbers are null where there are none."""
    entry, model, place = line.entry, line.entry.model, line.place
    half = None if line.se is None else METHOD.z_clear * line.se
    return {
        "slug": model.slug,
        "name": model.name,
        "lab": model.lab,
        "lab_name": model.lab_name,
        "rank": place.rank if place else None,
        "rank_best": place.best if place else None,
        "rank_worst": place.worst if place else None,
        "score": line.score,
        "low": None if half is None else line.score - half,
        "high": None if half is None else line.score + half,
        "text": None if line.score is None else line.score_text,
        "margin_text": line.margin_text or None,
        "grade": entry.grade or None,
        "results": line.results,
        "noted_results": entry.noted,
        "lacks": list(line.lacks),
        "categories": {category.slug: entry.scores.get(category.slug) for category in categories},
        "price": price_facts(line.price),
        "context_window": model.context_window,
        "open_weights": model.open_weights,
        "reasoning": model.reasoning,
        "status": model.status,
        "release_date": rows.iso_date(model.release_date, model.release_precision),
        "html": absolute(line.href),
    }


def price_facts(price: PriceSpec | None) -> dict | None:
    """A quoted price in USD per 1M tokens with whose it is, or null."""
    if price is None:
        return None
    return {
        "input": plain(price.input),
        "output": plain(price.output),
        "cached": plain(price.cache_read),
        "blended": plain(rows.mixed_price(price)),
        "provider": price.provider,
        "valid_from": plain(price.valid_from),
        "observed_on": plain(price.observed_on),
        "source_url": price.source_url or None,
    }
