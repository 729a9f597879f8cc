"""What a workload costs: tokens in and out at a price."""

from __future__ import annotations

from decimal import Decimal

from models_catalog.core.specs import PriceSpec

MOST_TOKENS = 10**15
PER = Decimal(1_000_000)


class WorkloadError(ValueError):
    """A workload that cannot be priced; the message says what to type instead."""


def parse_tokens(text: str) -> int:
    """Whole tokens from what a reader typed: “1200000”, “1,200,000”, “1.2M”, “300k”. Raises WorkloadError."""
    cleaned = text.strip().replace(",", "").replace(" ", "").lower()
    factor = {"k": 10**3, "m": 10**6, "b": 10**9}.get(cleaned[-1:], 1)
    number = cleaned[:-1] if factor > 1 else cleaned
    if len(number) > 20 or not number.isascii() or not number.replace(".", "", 1).isdigit():
        raise WorkloadError(f"“{text[:40]}” is no number of tokens. Type, for example, 1200000 or 1.2M.")
    tokens = int(Decimal(number) * factor)
    if tokens > MOST_TOKENS:
        raise WorkloadError("That is more tokens than anyone has used. Type fewer than 10^15.")
    return tokens


def cost(price: PriceSpec, tokens_in: int, tokens_out: int) -> Decimal | None:
    """USD for a workload, or None where a price that the workload needs is not known."""
    needed = ((price.input, tokens_in), (price.output, tokens_out))
    if any(rate is None and amount for rate, amount in needed):
        return None
    return sum((rate or Decimal(0)) * amount / PER for rate, amount in needed)
