"""What of a period is news, in which order and in which words. Pure: no Django.

Entries that cancel out within the period are no news. What readers care about comes first: models
that are new and strong, or of a lab whose models are. Prices are told to the last digit, and notes
of the sources we read are not told at all.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from comparisons.core import changes
from comparisons.core.changes import ChangeFacts
from models_catalog.core import display

NO_PLACE = 100_000
BEHIND_ITS_LAB = 20
DAYS_A_PLACE = 3
UNKNOWN_AGE = 365


@dataclass(frozen=True)
class Told:
    """A change of a snapshot, or several that are one in the end; `path` was good when it was frozen.

    `numbers` are the numbers in the log of all of them, `first` is the earliest.
    """

    facts: ChangeFacts
    path: str
    numbers: tuple[int, ...]
    first: ChangeFacts


def told_of(snapshot: Mapping[str, Any]) -> list[Told]:
    """Every change of a snapshot by itself, in its order."""
    told = []
    for row in snapshot["changes"]:
        columns = {name: value for name, value in row.items() if name != "path"}
        columns["at"] = dt.datetime.fromisoformat(row["at"])
        facts = ChangeFacts(**columns)
        told.append(Told(facts, row["path"], (facts.id,), facts))
    return told


# --- What cancels out ---------------------------------------------------------------------------

RESULT_KINDS = (changes.RESULT_ADDED, changes.RESULT_CORRECTED, changes.OUR_CORRECTION, changes.RESULT_WITHDRAWN)
MODEL_KINDS = (changes.MODEL_ADDED, changes.MODEL_REMOVED)
FAMILY = {
    **dict.fromkeys(changes.MONEY_KINDS, "price"),
    **dict.fromkeys(RESULT_KINDS, "result"),
    **dict.fromkeys(MODEL_KINDS, "model"),
}
ONE_BY_ONE = (changes.MODEL_DEPRECATED, changes.MODEL_RETIRED, changes.LISTING_REMOVED)


def settled(told: Iterable[Told]) -> tuple[list[Told], list[Told]]:
    """Join the changes of one thing within the period; return what is news, and what came to nothing.

    A price that went up and came back, a rank lost and regained, a result entered and withdrawn: none of
    them is news on the last day.
    """
    chains: dict[tuple, list[Told]] = defaultdict(list)
    for item in told:
        chains[_thing(item.facts)].append(item)
    news, nothing = [], []
    for chain in chains.values():
        chain.sort(key=lambda item: (item.facts.at, item.facts.id))
        joined = _joined(chain)
        if joined is None:
            nothing += chain
        else:
            news += joined
    news.sort(key=lambda item: (item.facts.at, item.facts.id))
    return news, nothing


def _thing(facts: ChangeFacts) -> tuple:
    """What an entry is about; entries about one thing follow each other."""
    family = FAMILY.get(facts.kind, facts.kind)
    if facts.bulk or facts.kind in ONE_BY_ONE:
        return "alone", facts.id
    if family == "result" and facts.result is not None:
        return family, facts.result
    return (
        family,
        facts.model,
        facts.other,
        facts.benchmark,
        facts.category,
        facts.provider,
        facts.settings,
    )


def _joined(chain: list[Told]) -> list[Told] | None:
    """Return the chain as it reads in the end, or None when nothing is left of it."""
    first, last = chain[0], chain[-1]
    kinds = [item.facts.kind for item in chain]
    numbers = tuple(number for item in chain for number in item.numbers)
    if kinds[0] in MODEL_KINDS:
        if changes.MODEL_ADDED in kinds and changes.MODEL_REMOVED in kinds:
            return None if kinds[-1] == changes.MODEL_REMOVED else [replace(last, numbers=numbers, first=first.facts)]
        return chain
    if kinds[0] == changes.RESULT_ADDED:
        return _new_result(chain, numbers)
    if kinds[0] in changes.MONEY_KINDS:
        return _price(chain, numbers)
    if len(chain) > 1 and first.facts.old_text == last.facts.new_text:
        return None
    if len(chain) == 1 or not _follows(chain):
        return chain
    facts = replace(last.facts, old_text=first.facts.old_text)
    return [replace(last, facts=facts, numbers=numbers, first=first.facts)]


def _follows(chain: list[Told]) -> bool:
    return all(before.facts.new_text == after.facts.old_text for before, after in itertools.pairwise(chain))


def _new_result(chain: list[Told], numbers: tuple[int, ...]) -> list[Told] | None:
    """A result entered in this period: with its last value, or not at all when it was withdrawn."""
    first, last = chain[0], chain[-1]
    if len(chain) == 1:
        return chain
    if last.facts.kind == changes.RESULT_WITHDRAWN:
        return None
    if any(item.facts.kind == changes.RESULT_ADDED for item in chain[1:]):
        return chain  # several runs under one description
    facts = replace(first.facts, new_text=last.facts.new_text, at=last.facts.at)
    return [replace(first, facts=facts, numbers=numbers)]


def _price(chain: list[Told], numbers: tuple[int, ...]) -> list[Told] | None:
    """A price from the first word of the period to the last, part by part."""
    last = chain[-1]
    values = [item.facts.values for item in chain]
    if not any(value.get("new") for value in values):
        same = len(chain) > 1 and chain[0].facts.old_text == last.facts.new_text
        return None if same else chain
    old, new = {}, {}
    for part, _ in changes.PRICE_PARTS:
        before = [part_of(value, "old", part) for value in values if part_of(value, "new", part) is not None]
        after = [part_of(value, "new", part) for value in values if part_of(value, "new", part) is not None]
        if after and (before[0] is None or Decimal(before[0]) != Decimal(after[-1])):
            old[part], new[part] = before[0], after[-1]
    if not new:
        return None
    is_new = chain[0].facts.kind == changes.PRICE_ADDED
    facts = replace(
        last.facts,
        kind=changes.PRICE_ADDED if is_new else last.facts.kind,
        values={**last.facts.values, "old": {} if is_new else old, "new": new},
    )
    return [replace(last, facts=facts, numbers=numbers, first=chain[0].facts)]


def part_of(values: Mapping[str, Any], side: str, part: str) -> str | None:
    """Return one part of the old or new price of an entry; None where it does not say."""
    return (values.get(side) or {}).get(part)


# --- What matters ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weight:
    """What was known of a model when the issue was frozen: its rank, its lab's best rank, its release.

    `lab_rank` is None for small models, which nobody looks for because of their lab.
    """

    rank: int | None = None
    lab_rank: int | None = None
    released: dt.date | None = None


def weights_of(snapshot: Mapping[str, Any]) -> dict[str, Weight]:
    """The weights of a snapshot by model; snapshots of earlier versions have none."""
    return {
        slug: Weight(rank, lab_rank, dt.date.fromisoformat(released) if released else None)
        for slug, (rank, lab_rank, released) in snapshot.get("weights", {}).items()
    }


def place_of(weight: Weight) -> float:
    """How high readers look for it: its own rank, or some way behind the best of its lab while it has none."""
    if weight.rank is not None:
        return float(weight.rank)
    return NO_PLACE if weight.lab_rank is None else weight.lab_rank + BEHIND_ITS_LAB


def importance(weight: Weight, name: str, end: dt.date) -> tuple:
    """A sorting key, most important first: what is strong and new, one place for three days of age."""
    age = (end - weight.released).days if weight.released else UNKNOWN_AGE
    return place_of(weight) + max(age, 0) / DAYS_A_PLACE, -age, name.casefold()


# --- Words and money --------------------------------------------------------------------------------

# Notes about the files we read; nothing a reader could do with.
INTERNAL = re.compile(
    r"\bcommit\b|\bbulk\b|models\.dev|llm-stats|\bgithub\b|\bdocumented\b|\b[0-9a-f]{12,40}\b", re.IGNORECASE
)
EXPLAINED = (
    changes.OUR_CORRECTION,
    changes.RESULT_CORRECTED,
    changes.RESULT_WITHDRAWN,
    changes.SCORING_CHANGED,
    changes.MODEL_REMOVED,
    changes.MODEL_RETIRED,
    changes.MODEL_DEPRECATED,
    changes.RANK_CHANGED,
    changes.VERDICT_FLIPPED,
    changes.RESULT_ADDED,
)


def reason_of(facts: ChangeFacts) -> str:
    """The reason as a reader may see it; empty for notes of the source."""
    return "" if facts.kind not in EXPLAINED or INTERNAL.search(facts.reason) else facts.reason


def exact_money(value: Decimal) -> str:
    """A price to the last digit it has, with two decimals at least: never another price."""
    if value == 0:
        return display.FREE
    text = f"{value.normalize():f}"
    whole, _, decimals = text.partition(".")
    return f"${int(whole):,}.{decimals.ljust(2, '0')}"


def price_words(price: Mapping[str, str | None]) -> str:
    """“$3.00 in, $15.00 out”; parts nobody states are left out."""
    words = {"input": "in", "output": "out"}
    stated = [(word, Decimal(price[part])) for part, word in words.items() if price.get(part) is not None]
    if len(stated) == 2 and all(value == 0 for _, value in stated):
        return display.FREE
    return ", ".join(f"{exact_money(value)} {word}" for word, value in stated)


def headline(facts: ChangeFacts) -> str:
    """The entry in one line; a price with every digit."""
    new = facts.values.get("new")
    if facts.kind not in changes.MONEY_KINDS or facts.bulk or not new:
        return changes.headline(facts)
    old = facts.values.get("old") or {}
    return changes.headline(replace(facts, old_text=price_words(old) or facts.old_text, new_text=price_words(new)))


def detail(facts: ChangeFacts) -> str:
    """The second line: settings, percentages, the reason if it is one for readers."""
    return changes.detail(replace(facts, reason=reason_of(facts)), brief=True)


# --- The subject --------------------------------------------------------------------------------------

LONGEST_SUBJECT = 90


def subject_of(news: Sequence[Told], new_models: Sequence[str], fallback: str) -> str:
    """Name the news, most telling first, as far as a subject line goes; `fallback` when nothing has a name.

    Both `news` and the names in `new_models` come most important first.
    """
    parts = [
        part for part in (_new_words(new_models), _verdict_words(news), _price_words(news), _end_words(news)) if part
    ]
    if not parts:
        return fallback
    subject = parts[0]
    for part in parts[1:]:
        if len(subject) + 2 + len(part) <= LONGEST_SUBJECT:
            subject = f"{subject}; {part}"
    return subject


def _new_words(names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = list(names[:3])
    while len(shown) > 1 and len(", ".join(shown)) > LONGEST_SUBJECT - 30:
        shown.pop()
    rest = len(names) - len(shown)
    return f"New: {display.listed([*shown, display.counted(rest, 'more model')] if rest else shown)}"


def _verdict_words(news: Sequence[Told]) -> str:
    turned = [item.facts for item in news if item.facts.kind == changes.VERDICT_FLIPPED and not item.facts.bulk]
    if not turned:
        return ""
    first = turned[0]
    rest = f" and {display.counted(len(turned) - 1, 'more verdict')} turned" if len(turned) > 1 else ""
    return f"{first.model_name} vs {first.other_name}: {first.new_text}{rest}"


def _price_words(news: Sequence[Told]) -> str:
    """The largest move of a maker's own price, in words; else how many prices moved."""
    moved = [item.facts for item in news if item.facts.kind == changes.PRICE_CHANGED and not item.facts.bulk]
    own = [facts for facts in moved if facts.provider == facts.lab and _fall(facts)]
    if not own:
        return f"{display.counted(len(moved), 'price')} changed" if moved else ""
    best = max(own, key=_fall)  # of equal ones the first, whose model matters most
    fall = _fall_words(best)
    rest = len(moved) - 1
    more = f", {display.counted(rest, 'other price')} changed" if rest else ""
    return f"{best.model_name} up to {fall} cheaper{more}"


def _fall(facts: ChangeFacts) -> Decimal:
    """By which part the price fell at most; 0 when nothing fell, or became free."""
    falls = [Decimal(0)]
    for part, _ in changes.PRICE_PARTS:
        old, new = part_of(facts.values, "old", part), part_of(facts.values, "new", part)
        if old and new and Decimal(old) > Decimal(new) > 0:
            falls.append(1 - Decimal(new) / Decimal(old))
    return max(falls)


def _fall_words(facts: ChangeFacts) -> str:
    """The largest fall of a part in percent, as the site prints savings."""
    pairs = [
        (part_of(facts.values, "old", part), part_of(facts.values, "new", part)) for part, _ in changes.PRICE_PARTS
    ]
    falls = [
        (1 - Decimal(new) / Decimal(old), Decimal(new), Decimal(old))
        for old, new in pairs
        if old and new and Decimal(old)
    ]
    _, new, old = max(falls)
    return display.saving(new, old)


def _end_words(news: Sequence[Told]) -> str:
    gone = [item.facts for item in news if item.facts.kind in (changes.MODEL_RETIRED, changes.MODEL_DEPRECATED)]
    names = list(dict.fromkeys(facts.model_name for facts in gone if not facts.bulk))
    if not names:
        return ""
    shown = names[:2] if len(names) <= 2 else [names[0], display.counted(len(names) - 1, "more model")]
    return f"{display.listed(shown)} deprecated"
