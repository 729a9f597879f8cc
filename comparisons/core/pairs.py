"""Addresses of pairs: `a-vs-b`, the two slugs in alphabetical order.

No slug contains `-vs-`, so an address splits in one way only.
"""

from __future__ import annotations

import re

SEPARATOR = "-vs-"
SHARED_WORTH_LISTING = 3  # below this a pair's page has no comparison to offer to search engines

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class NotAPair(ValueError):
    """The text is no address of two models; the message says what one looks like."""


class SamePair(NotAPair):
    """Both halves name one model; `slug` is that model."""

    def __init__(self, slug: str):
        super().__init__(f"{slug} cannot be compared with itself; choose a second model.")
        self.slug = slug


def canonical(one: str, other: str) -> tuple[str, str]:
    """Put two slugs in the order every page uses. Raises SamePair when they are equal."""
    if one == other:
        raise SamePair(one)
    return (one, other) if one < other else (other, one)


def join(one: str, other: str) -> str:
    """Name the pair as its address does, whatever the order given. Raises SamePair."""
    return SEPARATOR.join(canonical(one, other))


def split(pair: str) -> tuple[str, str]:
    """Read the two slugs out of an address, in the order they stand there.

    Raises NotAPair when it is not two slugs with `-vs-` between, SamePair when both are equal.
    """
    halves = pair.split(SEPARATOR)
    if len(halves) != 2 or not all(_SLUG.fullmatch(half) for half in halves):
        raise NotAPair("An address of a comparison names two models: one-model-vs-another-model.")
    if halves[0] == halves[1]:
        raise SamePair(halves[0])
    return halves[0], halves[1]


def is_canonical(pair: str) -> bool:
    """Tell whether an address names its models in alphabetical order. Raises like `split`."""
    one, other = split(pair)
    return one < other


def worth_listing(shared_benchmarks: int) -> bool:
    """Tell whether a pair shares enough benchmarks to be listed in the sitemap."""
    return shared_benchmarks >= SHARED_WORTH_LISTING
