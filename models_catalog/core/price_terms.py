"""What an offer charges beyond its four plain prices: one line each, as text and as records.

    input batch = 0.4
    output above 200000 = 22.5
    cache write for 1h = 10
    input at 16:30-00:30 = 0.135
    audio input = 1
    web search = 10 per 1k requests

A line names what is charged for, then under which conditions, then USD per 1M tokens or per
the unit named. Editors type it, CSV files carry it, histories keep it; `parse` reads it and
`written` gives the one canonical text of the same terms. No Django, no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

TOKENS = "1M tokens"
INPUT, OUTPUT, CACHE_READ, CACHE_WRITE, REASONING = "input", "output", "cache read", "cache write", "reasoning"
# What can be charged for, in the order in which lines stand. Text tokens carry no further word.
ITEMS = (
    *(INPUT, OUTPUT, CACHE_READ, CACHE_WRITE, REASONING),
    *("audio input", "audio output", "audio cache read", "audio cache write"),
    *("image input", "image output", "image cache read"),
    *("video input", "video output", "pdf input"),
    *("request", "web search", "file search", "code execution", "storage"),
)
BATCH = "batch"
MODES = ("", BATCH, "flex", "priority", "fast")
UNITS = (
    TOKENS,
    *("request", "1k requests", "image", "second", "minute", "hour", "day", "page", "character", "pixel"),
    *("session", "GB a day", "1M tokens an hour"),
)
LARGEST = Decimal(1_000_000)  # USD; the four plain prices take no more
PLACES = 6
LONGEST_LINE = 120

_LINE = re.compile(
    rf"(?P<item>{'|'.join(sorted(ITEMS, key=len, reverse=True))})"
    rf"(?: (?P<mode>{'|'.join(mode for mode in MODES if mode)}))?"
    r"(?: above (?P<above>[0-9]{1,12}))?"
    r"(?: for (?P<lasts>[0-9]{1,4})(?P<span>m|h))?"
    r"(?: at (?P<hours>(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:[01][0-9]|2[0-3]):[0-5][0-9]))?"
    r" ?= ?(?P<amount>[0-9]{1,7}(?:\.[0-9]{1,12})?)"
    rf"(?: per (?P<per>{'|'.join(UNITS)}))?"
)


class BadTerm(ValueError):
    """A line that is no price term; the message is a sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class PriceTerm:
    """One price under conditions, in USD per `per`.

    `above`: holds for the whole request once its input has more tokens than that. `lasts`:
    minutes that a cache entry is kept. `hours`: UTC, from the first up to the second.
    """

    item: str
    amount: Decimal
    mode: str = ""
    above: int | None = None
    lasts: int | None = None
    hours: str = ""
    per: str = TOKENS

    @property
    def key(self) -> tuple:
        """What the term is about; two terms of one offer may not share it."""
        return self.item, self.mode, self.above, self.lasts, self.hours, self.per

    @property
    def order(self) -> tuple:
        """Plain conditions first, then by what is charged for."""
        mode, unit = MODES.index(self.mode), UNITS.index(self.per)
        return bool(self.above), mode, self.hours, self.above or 0, ITEMS.index(self.item), self.lasts or 0, unit

    def __str__(self) -> str:
        words = [self.item]
        if self.mode:
            words.append(self.mode)
        if self.above is not None:
            words.append(f"above {self.above}")
        if self.lasts is not None:
            words.append(f"for {self.lasts // 60}h" if self.lasts % 60 == 0 else f"for {self.lasts}m")
        if self.hours:
            words.append(f"at {self.hours}")
        amount = f"{self.amount.normalize() + 0:f}"
        return f"{' '.join(words)} = {amount}" + ("" if self.per == TOKENS else f" per {self.per}")


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[PriceTerm, ...]:
    """The terms of a text, one a line or separated by semicolons, in canonical order. Raises BadTerm."""
    found: dict[tuple, PriceTerm] = {}
    for line in re.split(r"[;\n]", text):
        if not line.strip():
            continue
        term = _term(" ".join(line.split()))
        if term.key in found and found[term.key] != term:
            raise BadTerm(f"“{term}” and “{found[term.key]}” are two prices for the same thing. Keep one.")
        found[term.key] = term
    return tuple(sorted(found.values(), key=lambda term: term.order))


def _term(line: str) -> PriceTerm:
    match = _LINE.fullmatch(line)
    if match is None:
        raise BadTerm(
            f"“{line[:LONGEST_LINE]}” is no price. Write what is charged for, its conditions and USD per 1M tokens, such as "
            f"“input batch = 0.4” or “output above 200000 = 22.5”. What can be charged for: {', '.join(ITEMS)}."
        )
    amount = Decimal(match["amount"])
    if amount > LARGEST or amount != round(amount, PLACES):
        raise BadTerm(f"“{line}”: give at most {LARGEST} USD, with at most {PLACES} decimal places.")
    lasts = match["lasts"]
    return PriceTerm(
        item=match["item"],
        amount=amount,
        mode=match["mode"] or "",
        above=int(match["above"]) if match["above"] else None,
        lasts=int(lasts) * (60 if match["span"] == "h" else 1) if lasts else None,
        hours=match["hours"] or "",
        per=match["per"] or TOKENS,
    )


def written(terms: Iterable[PriceTerm]) -> str:
    """The canonical text of some terms: what `parse` reads back as the same, one line each."""
    return "\n".join(str(term) for term in sorted(terms, key=lambda term: term.order))


def amount_of(terms: Iterable[PriceTerm], item: str, *, mode: str = "", above: int | None = None) -> Decimal | None:
    """USD per 1M tokens of `item` under exactly these conditions, or None where no term says."""
    key = item, mode, above, None, "", TOKENS
    return next((term.amount for term in terms if term.key == key), None)


def tiers(terms: Iterable[PriceTerm]) -> tuple[int, ...]:
    """Input sizes (tokens) from which dearer prices hold in the ordinary mode, smallest first."""
    plain = {term.above for term in terms if term.above is not None and not term.mode and not term.hours}
    return tuple(sorted(plain))
