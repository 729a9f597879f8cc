"""When two sources say different things of the same figure. No Django, no database."""

from __future__ import annotations

from decimal import Decimal

# Of the larger of the two. What rounding and currencies leave is smaller; a real change of price is larger.
TOLERANCE = Decimal("0.01")


def disagree(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two figures of the same thing differ by more than `TOLERANCE`; what one does not know is no dispute."""
    if one is None or other is None:
        return False
    return abs(one - other) > TOLERANCE * max(abs(one), abs(other))
