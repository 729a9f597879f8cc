"""What a workload costs: tokens in and out at a price."""

from __future__ import annotations

import re
from decimal import Decimal

from models_catalog.core.display import count
from models_catalog.core.numbers import POINT, TwoReadings, UnreadableNumber, read_number, tidy
from models_catalog.core.price_terms import CACHE_READ, INPUT, OUTPUT, amount_of, tiers
from models_catalog.core.specs import PriceSpec

MOST_TOKENS = 10**15
PER = Decimal(1_000_000)
FACTORS = {"k": 10**3, "m": 10**6, "b": 10**9}
THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")


class WorkloadError(ValueError):
    """A workload that cannot be priced; the message says what to type instead."""


def parse_tokens(text: str) -> int:
    """Whole tokens from what a reader typed: “1200000”, “1,200,000”, “1.2M”, “1,5M”, “300k”. Raises WorkloadError.

    Signs mean what they mean in the newsroom (`models_catalog.core.numbers`). Without a letter only a
    whole number of tokens can be meant, so that “1,200” is no riddle; “1,200M” is one and is refused.
    """
    shown = tidy(text)
    factor = FACTORS.get(shown[-1:].lower(), 1)
    number = shown[:-1].rstrip() if factor > 1 else shown
    try:
        amount = read_number(number, POINT if factor == 1 and THOUSANDS.fullmatch(number) else "") * factor
    except TwoReadings as error:
        raise WorkloadError(f"{error} Or type the whole number of tokens.") from error
    except UnreadableNumber as error:
        raise WorkloadError(f"“{text[:40]}” is no number of tokens. Type, for example, 1200000 or 1.2M.") from error
    if amount < 0 or amount != amount.to_integral_value():
        raise WorkloadError(f"“{text[:40]}” is no whole number of tokens. Type, for example, 1200000 or 1.2M.")
    if amount > MOST_TOKENS:
        raise WorkloadError("That is more tokens than anyone has used. Type fewer than 10^15.")
    return int(amount)


def cost(
    price: PriceSpec, tokens_in: int, tokens_out: int, *, cached: int = 0, request: int | None = None
) -> Decimal | None:
    """USD for a workload, or None where a price that the workload needs is not known.

    `cached` tokens are a part of `tokens_in` and cost the cached price, or the full one where
    none is published. `request` is how many tokens go in with one request: above a tier of the
    offer all tokens of the request cost the tier's price.
    """
    if cached > tokens_in:
        raise WorkloadError("More tokens are cached than go in. Cached tokens are a part of the input.")
    above = tier_of(price, request)
    rate_in, rate_out = (_rate(price, item, above) for item in (INPUT, OUTPUT))
    rate_cached = _rate(price, CACHE_READ, above)
    needed = (
        (rate_in, tokens_in - cached),
        (rate_in if rate_cached is None else rate_cached, cached),
        (rate_out, tokens_out),
    )
    if any(rate is None and amount for rate, amount in needed):
        return None
    return sum(((rate or Decimal(0)) * amount / PER for rate, amount in needed), Decimal(0))


def tier_of(price: PriceSpec, request: int | None) -> int | None:
    """The tier in which a request of so many input tokens is priced; None for the plain prices."""
    reached = [above for above in tiers(price.terms) if request is not None and request > above]
    return max(reached, default=None)


def tier_words(price: PriceSpec | None, request: int | None) -> str:
    """Which of the offer's prices a request of so many input tokens is counted at; "" for the plain ones."""
    tier = None if price is None else tier_of(price, request)
    return "" if tier is None else f"at its prices for requests above {count(tier)} tokens"


def tier_label(price: PriceSpec | None, request: int | None) -> str:
    """The same in the few words that a cell of a table holds."""
    tier = None if price is None else tier_of(price, request)
    return "" if tier is None else f"tier above {count(tier)}"


def _rate(price: PriceSpec, item: str, above: int | None) -> Decimal | None:
    """The price of an item in a tier; what the tier does not name costs what the tier below says, at last the plain one."""
    plain = {INPUT: price.input, OUTPUT: price.output, CACHE_READ: price.cache_read}[item]
    for tier in sorted((each for each in tiers(price.terms) if above is not None and each <= above), reverse=True):
        found = amount_of(price.terms, item, above=tier)
        if found is not None:
            return found
    return plain
