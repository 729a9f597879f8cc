"""Finding models by typed words: every word must match, exact names first, then the newest.

Names keep every letter and digit of every script; signs and case do not count. A word matches a whole word
of the name, its beginning, or a part of it, in this order of worth; the lab and other known names count as
words too.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 200  # characters of a query that are read
WHOLE, START, INSIDE = range(3)
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A model as a search sees it: `others` are further names, such as aliases and old slugs."""

    slug: str
    name: str
    lab: str
    released: dt.date | None = None
    others: tuple[str, ...] = ()


def folded(text: str) -> str:
    """A name reduced to what people agree on: letters and digits of any script, without case."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text[:LONGEST]).casefold())


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name or query, each folded: “Claude Sonnet 4.5” is claude, sonnet, 45."""
    parts = re.split(r"[\s/_:,()\[\]-]+", unicodedata.normalize("NFKC", text[:LONGEST]))
    return tuple(word for word in map(folded, parts) if word)


def found(query: str, entries: Iterable[Entry]) -> list[Entry]:
    """The entries that match every word of a query, best first; nothing for an empty query."""
    wanted, whole = words_of(query), folded(query)
    if not wanted:
        return []
    matched = [(rank, entry) for entry in entries if (rank := _rank(wanted, whole, entry)) is not None]
    return [entry for _, entry in sorted(matched, key=lambda item: item[0])]


def meant(query: str, entries: Iterable[Entry]) -> Entry | None:
    """The one entry that a query names without doubt: an exact name, else the only one with all its whole words."""
    wanted, whole = words_of(query), folded(query)
    if not wanted:
        return None
    entries = tuple(entries)
    exact = [entry for entry in entries if whole in _exact(entry)]
    if exact:
        by_slug = [entry for entry in exact if entry.slug == query.strip().casefold()]
        return by_slug[0] if by_slug else exact[0] if len(exact) == 1 else None
    complete = [entry for entry in entries if set(wanted) <= _own_words(entry)]
    return complete[0] if len(complete) == 1 else None


def _exact(entry: Entry) -> set[str]:
    return {folded(name) for name in (entry.slug, entry.name, *entry.others)}


def _own_words(entry: Entry) -> set[str]:
    return {word for name in (entry.name, entry.slug, entry.lab, *entry.others) for word in words_of(name)}


def _rank(wanted: tuple[str, ...], whole: str, entry: Entry) -> tuple | None:
    """What an entry is sorted by; None where a word of the query is nowhere in it."""
    own = _own_words(entry)
    joined = [folded(name) for name in (entry.name, entry.slug, entry.lab, *entry.others)]
    levels = []
    for word in wanted:
        if word in own:
            levels.append(WHOLE)
        elif any(each.startswith(word) for each in own):
            levels.append(START)
        elif any(word in each for each in joined):
            levels.append(INSIDE)
        else:
            return None
    age = -entry.released.toordinal() if entry.released else 0
    return whole not in _exact(entry), sum(levels), age, entry.name.casefold(), entry.slug
