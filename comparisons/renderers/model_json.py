"""`/models/SLUG.json`: a model's page as data."""

from __future__ import annotations

import dataclasses

from comparisons.boards.rows import iso_date
from comparisons.pages.base import absolute
from comparisons.pages.ledger import LedgerRow
from comparisons.pages.model import ModelPage
from comparisons.pairs.json_twin import plain, row_facts, since_facts

SCHEMA = "evenbench.model/1"


def model_document(page: ModelPage) -> dict:
    """Facts, standing with its cells, categories, every result, prices, rivals and alternatives."""
    entry, standing = page.entry, page.standing
    facts = {name: plain(value) for name, value in dataclasses.asdict(page.model).items()}
    facts["release_date"] = iso_date(page.model.release_date, page.model.release_precision)
    facts["knowledge_cutoff"] = iso_date(page.model.knowledge_cutoff, page.model.knowledge_cutoff_precision)
    return {
        "schema": SCHEMA,
        "methodology": page.context.fit.methodology,
        "revision": page.context.revision,
        "as_of": plain(page.today),
        "lane": page.context.lane,
        "summary": page.basis,
        "model": facts,
        "standing": {
            "ranked": entry.ranked,
            "overall": entry.overall,
            "low": entry.low,
            "high": entry.high,
            "grade": entry.grade or None,
            "rank": entry.rank,
            "rank_best": entry.best,
            "rank_worst": entry.worst,
            "of": page.context.ranked,
            "results": entry.results,
            "lacks": list(page.lacks),
            "cells": [cell._asdict() for cell in standing.cells] if standing is not None else [],
        },
        "categories": [
            {
                "slug": line.slug,
                "name": line.name,
                "score": line.score,
                "text": line.score_text,
                "se": line.se,
                "results": line.results,
                "median_of_ranked": line.median,
                "against_median": line.compared,
            }
            for line in page.categories
        ],
        "results": [result_facts(line) for line in page.results],
        "prices": [
            {name: plain(value) for name, value in dataclasses.asdict(price).items() if name != "model"}
            for price in page.prices
        ],
        "rivals": [
            {
                "slug": rival.model.slug,
                "gap": rival.gap,
                "margin": rival.margin,
                "p_leader": rival.p_leader,
                "too_close": rival.too_close,
                "comparison": absolute(rival.pair_href),
            }
            for rival in page.nearest
        ],
        "alternatives": {
            name: [{"slug": a.rival.model.slug, "why": a.why} for a in getattr(page.alternatives, name)]
            for name in ("cheaper", "open", "longer")
        },
        "since": since_facts(page.as_of),
        "links": {"html": absolute(page.path)},
    }


def result_facts(line: LedgerRow) -> dict:
    """A reported result with its settings, source, and whether it counts."""
    return {
        **row_facts(line.row),
        "model": line.row.model,
        "benchmark": line.row.benchmark,
        "text": line.value_text,
        "unit": line.benchmark.unit,
        "counts": line.counts,
        "why_not": line.why_not or None,
        "share_text": line.share_text or None,
    }
