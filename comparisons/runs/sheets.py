"""From stored answers to a paired comparison: several runs of one result are its attempts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from comparisons.core.paired import Item, NotPaired, Paired, compared, pair
from models_catalog.run_shelf import AnswerSheet


def pair_sheets(first: Sequence[AnswerSheet], second: Sequence[AnswerSheet]) -> Paired:
    """Compare two models on the questions both answered; the sheets of each are runs of one result.

    Raises `NotPaired` when there are none.
    """
    sets = {sheet.item_set for sheet in (*first, *second)}
    if len(sets) > 1:
        return pair(_items(first), _items(second))
    entries = first[0].entries
    rows = [
        (a, b, entry[1])
        for a, b, entry in zip(means_of(first), means_of(second), entries, strict=True)
        if a is not None and b is not None
    ]
    if not rows:
        raise NotPaired("The two sets of answers have no question in common.")
    a, b, groups = zip(*rows, strict=True)
    return compared(list(a), list(b), list(groups))


def means_of(sheets: Sequence[AnswerSheet]) -> list[float | None]:
    """The mean score of each question over all runs of one set of questions."""
    if len(sheets) == 1:
        return sheets[0].means
    joined = (
        [score for given in found for score in given] for found in zip(*(s.attempts for s in sheets), strict=True)
    )
    return [math.fsum(scores) / len(scores) if scores else None for scores in joined]


def _items(sheets: Sequence[AnswerSheet]) -> dict[str, Item]:
    scores: dict[str, list[float]] = {}
    facts: dict[str, tuple[str, str]] = {}
    for sheet in sheets:
        for (item, group, digest), given in zip(sheet.entries, sheet.attempts, strict=True):
            scores.setdefault(item, []).extend(given)
            facts[item] = (group, digest)
    return {item: Item(math.fsum(given) / len(given), *facts[item]) for item, given in scores.items() if given}
