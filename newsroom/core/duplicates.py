"""Models that two sources may have brought in as two: pairs worth a look, each with its reason. No Django.

A pair is offered, never merged: a likeness is no proof. Words are not left out, so that a base model, a preview or
another size is no duplicate; what may differ is dress, a maker in front, and a date behind.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from models_catalog.core.loose_names import loose_key

# “-20251101”, “-2024-08-06”, “-08-2024”, “-0528”, “-05-06” at the end of a name
STAMP = re.compile(r"[-_ @](?:20[0-9]{2}-?[01][0-9]-?[0-3][0-9]|[01][0-9]-20[0-9]{2}|[01][0-9]-?[0-3][0-9])$")
SAME_DAYS = dt.timedelta(days=7)  # sources date one release by its announcement, its card or its first host
SAME_NAME = "the same name but for case and punctuation"
SHARED_NAME = "one name stands for both, in different sources"
SAME_BUT_STAMP = "the same name but for a date behind it"


@dataclass(frozen=True, slots=True)
class Known:
    """A model with everything it is called here and in sources."""

    pk: int
    name: str
    slug: str
    lab: str
    released: dt.date | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likely:
    """Two models that may be one, and why."""

    one: Known
    other: Known
    reason: str


def likely_duplicates(models: Iterable[Known]) -> list[Likely]:
    """Pairs of one laboratory, the surest reason of each, in the order of their slugs.

    Two dates in the slugs are two versions. Where only one has a date behind, the days of release must not lie apart;
    where either is not known the pair is offered.
    """
    own: dict[tuple[str, str], set[Known]] = defaultdict(set)
    named: dict[tuple[str, str], set[Known]] = defaultdict(set)
    bare: dict[tuple[str, str], set[Known]] = defaultdict(set)
    for model in models:
        for name in (model.slug, model.name, *model.aliases):
            tail = name.rpartition("/")[2]
            named[model.lab, loose_key(tail)].add(model)
            if name in (model.slug, model.name):
                own[model.lab, loose_key(tail)].add(model)
            bare[model.lab, loose_key(STAMP.sub("", tail.strip()))].add(model)
    found: dict[tuple[int, int], Likely] = {}
    for groups, reason in ((own, SAME_NAME), (named, SHARED_NAME), (bare, SAME_BUT_STAMP)):
        for (_, key), group in groups.items():
            for one, other in combinations(sorted(group, key=lambda each: each.slug), 2):
                apart = _stamped_apart(one, other) or (reason == SAME_BUT_STAMP and _released_apart(one, other))
                if key and not apart:
                    found.setdefault((one.pk, other.pk), Likely(one, other, reason))
    return sorted(found.values(), key=lambda pair: (pair.one.slug, pair.other.slug))


def _stamped_apart(one: Known, other: Known) -> bool:
    """Whether the slugs carry different dates."""
    stamps = [re.sub("[^0-9]", "", found.group()) for each in (one, other) if (found := STAMP.search(each.slug))]
    return len(set(stamps)) > 1


def _released_apart(one: Known, other: Known) -> bool:
    """Whether both were released on known days that are no likely spellings of one."""
    return bool(one.released and other.released) and abs(one.released - other.released) > SAME_DAYS
