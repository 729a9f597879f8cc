"""What a workload costs: tokens in and out at a price."""

from __future__ import annotations

import re
from decimal import Decimal

from models_catalog.core.numbers import POINT, TwoReadings, UnreadableNumber, read_number, tidy
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


def cost(price: PriceSpec, tokens_in: int, tokens_out: int) -> Decimal | None:
    """USD for a workload, or None where a price that the workload needs is not known."""
    needed = ((price.input, tokens_in), (price.output, tokens_out))
    if any(rate is None and amount for rate, amount in needed):
        return None
    return sum((rate or Decimal(0)) * amount / PER for rate, amount in needed)
