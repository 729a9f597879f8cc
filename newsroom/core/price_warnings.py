"""Warnings about prices and speeds: nothing here forbids, everything asks the editor to look again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

LEAST_USUAL = Decimal("0.001")  # USD per 1M tokens; what is cheaper is free or another unit
JUMP = 50  # times a price changes before it is questioned
PRICES = ("input", "output", "cache_read", "cache_write")


def price_warnings(new: Mapping[str, Decimal | None], old: Mapping[str, Decimal | None] | None = None) -> list[str]:
    """Sentences about prices in USD per 1M tokens that look like another unit, or jump from the old ones."""
    found = []
    for name in PRICES:
        value, before = new.get(name), (old or {}).get(name)
        words = name.replace("_", " ")
        if value is not None and 0 < value < LEAST_USUAL:
            found.append(
                f"{words}: {value.normalize():f} USD per 1M tokens is hardly a price. For one token it would be "
                f"{(value * 1_000_000).normalize():f} USD per 1M."
            )
        elif value and before and (value / before >= JUMP or before / value >= JUMP):
            found.append(
                f"{words}: {before.normalize():f} → {value.normalize():f} USD per 1M tokens is a jump. Same unit?"
            )
    return found
