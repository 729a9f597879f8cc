"""The constants of the method as texts, for every sentence that names one.

A sentence about the method is a template: `"at least {clear} sure"`. `said` fills it with the
constants in use, so that no page can print another threshold than the one that decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from types import MappingProxyType

from comparisons.core.method import METHOD, Method
from models_catalog.core import display

_AS_PERCENT = ("probability", "share", "quantile")


def said(template: str) -> str:
    """A sentence about the method with the values in use. Raises KeyError for a name there is none of."""
    return template.format_map(words())


def words(method: Method = METHOD) -> Mapping[str, str]:
    """Every constant by name as it is printed, and what follows from them.

    Probabilities and shares are percentages ("95 %"); `clear_number` and so on are the same
    without the sign. `interval` is the share a margin covers, `price_mix` the blended price's.
    """
    return _words(method)


@lru_cache(maxsize=4)
def _words(method: Method) -> Mapping[str, str]:
    found = {}
    for item in fields(method):
        value = getattr(method, item.name)
        if item.metadata["unit"] in _AS_PERCENT:
            found[item.name] = display.weight_share(value)
            found[f"{item.name}_number"] = found[item.name].removesuffix(" %")
        else:
            found[item.name] = display.constant(value)
    found["interval"] = display.weight_share(method.interval)
    found["outside"] = display.weight_share(1 - method.clear)
    found["z_clear"] = display.constant(display.rounded(method.z_clear, 3))
    found["z_likely"] = display.constant(display.rounded(method.z_likely, 3))
    found["price_mix"] = f"{method.price_in} in, {method.price_out} out"
    return MappingProxyType(found)
