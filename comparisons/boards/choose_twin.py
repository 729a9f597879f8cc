"""`/choose.json`: an answer of `/choose/` as data."""

from __future__ import annotations

from comparisons.boards.choose import ChoosePage, Offer
from comparisons.pages.base import absolute
from comparisons.pairs.json_twin import plain

SCHEMA = "evenbench.choice/1"


def choose_document(page: ChoosePage) -> dict:
    """Question, answer in a sentence, models that will do with how sure that is, and the nearest where none will."""
    asked, choice = page.question, page.choice
    return {
        "schema": SCHEMA,
        "as_of": plain(page.today),
        "lane": asked.lane_in_force,
        "question": {
            "for": asked.case or None,
            "weights": {category.slug: plain(category.share) for category in page.fit.categories} if page.fit else {},
            "not_clearly_worse_than": page.yardstick.model.slug if page.yardstick else None,
            "price": plain(asked.price),
            "context": asked.context,
            "open_weights": asked.open_weights,
            "modality": asked.modality or None,
            "tokens": list(asked.tokens) if asked.tokens else None,
            "request": asked.request,
            "budget": plain(asked.budget),
        },
        "answer": page.answer,
        "cost_is_for": page.unit,
        "models": [_facts(offer) for offer in page.offers],
        "nearest": [] if page.offers else [_facts(offer) for offer in page.nearest],
        "not_listed": list(page.rest),
        "counts": {
            "will_do": len(choice.does) if choice else 0,
            "miss_a_limit": len(choice.nearest) if choice else 0,
            "clearly_worse": len(choice.worse) if choice else 0,
            "cannot_be_judged": len(choice.unknown) if choice else 0,
        },
        "links": {"html": absolute(asked.href())},
    }


def _facts(offer: Offer) -> dict:
    judged = offer.judged
    return {
        "slug": offer.entry.model.slug,
        "name": offer.name,
        "lab": offer.entry.model.lab,
        "cost": plain(judged.candidate.cost),
        "cost_text": offer.cost_text,
        "provider": offer.price.provider if offer.price else None,
        "tier": offer.tier or None,
        "score": offer.entry.overall,
        "against": judged.against,
        "p": judged.p,
        "against_text": offer.against_text,
        "misses": list(judged.candidate.misses),
        "comparison": absolute(offer.pair_href) if offer.pair_href else None,
    }
