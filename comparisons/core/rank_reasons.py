"""Why a model has no rank, in figures: what was found and what a rank asks for.

Both figures are printed so that they differ as their values do: a standard error of 4.2513 against
a limit of 4.25 reads “4.251” and “4.25”, never twice the same.
"""

from __future__ import annotations

from decimal import Decimal

from comparisons.core.standing import LITTLE_WEIGHT, ONE_FAMILY, WIDE_MARGIN, Reason
from models_catalog.core import display

_SHARES = (LITTLE_WEIGHT, ONE_FAMILY)


def figures(reason: Reason) -> tuple[str, str]:
    """What was found and the limit it missed, as texts with their per cent sign where they are shares."""
    if reason.code in _SHARES:
        found, limit = (display.decimal_of(value) * 100 for value in (reason.found, reason.limit))
        return f"{_apart(found, limit, 0)} %", f"{display.constant(limit)} %"
    if reason.code == WIDE_MARGIN:
        found, limit = map(display.decimal_of, (reason.found, reason.limit))
        return _apart(found, limit, 2), display.constant(limit)
    return display.count(round(reason.found)), display.count(round(reason.limit))


def _apart(found: Decimal, limit: Decimal, places: int) -> str:
    return display.beside(found, [limit], places=places)
