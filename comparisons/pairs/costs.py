"""What a typed workload costs at some models: one calculator for pairs and for several models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from comparisons.core import workload
from comparisons.core.method import METHOD
from comparisons.core.operations import quoted_price
from comparisons.core.records import Side
from models_catalog.core import display


@dataclass(frozen=True)
class Workload:
    """A typed workload and what it costs at each model in turn, as texts."""

    tokens_in: str = ""
    tokens_out: str = ""
    cached: str = ""
    request: str = ""
    error: str = ""
    costs: tuple[str, ...] | None = None


def work_out(sides: Iterable[Side], today: dt.date, typed: tuple[str, str, str, str]) -> Workload:
    """What was typed: tokens in, out, cached, and in one request; and what it costs at each model."""
    if not any(text.strip() for text in typed[:2]):
        return Workload()
    try:
        amounts = [workload.parse_tokens(text) if text.strip() else 0 for text in typed]
        costs = tuple(_cost_text(side, today, amounts) for side in sides)
    except workload.WorkloadError as error:
        return Workload(*(text[:40] for text in typed), error=str(error))
    return Workload(*(text.strip() for text in typed), costs=costs)


def _cost_text(side: Side, today: dt.date, amounts: list[int]) -> str:
    """The cost, at whom, and in which tier of the offer."""
    tokens_in, tokens_out, cached, request = amounts
    price = quoted_price(side.prices, today, METHOD.price_mix)
    if price is None:
        return display.money(None)
    amount = workload.cost(price, tokens_in, tokens_out, cached=cached, request=request)
    if amount is None:
        return display.money(None)
    tier = workload.tier_words(price, request)
    at = f"{display.money(amount)} at {price.provider_name}"
    if tier:
        at += f", {tier}"
    if cached and price.cache_read is None:
        at += ", which publishes no cached price"
    return at
