"""What a change is, how it reads, and which moves of rank are worth telling.

A `ChangeFacts` is one entry of the public change log, with everything any output prints:
page, feed, API and mail word an entry through this module, so it reads the same everywhere.
Old and new values are texts in the unit readers see; `values` holds the exact ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from comparisons.core.records import CLEAR, LIKELY, MIXED, NOTHING_SHARED, TOO_CLOSE, TOO_LITTLE
from models_catalog.core import display

MODEL_ADDED, MODEL_REMOVED = "model_added", "model_removed"
RESULT_ADDED, RESULT_CORRECTED, RESULT_WITHDRAWN = "result_added", "result_corrected", "result_withdrawn"
OUR_CORRECTION, SCORING_CHANGED = "our_correction", "scoring_changed"
PRICE_CHANGED, PRICE_ADDED, LISTING_REMOVED = "price_changed", "price_added", "listing_removed"
MODEL_DEPRECATED, MODEL_RETIRED, STATUS_CHANGED = "model_deprecated", "model_retired", "status_changed"
CONTEXT_CHANGED = "context_changed"
RANK_CHANGED, VERDICT_FLIPPED = "rank_changed", "verdict_flipped"

WATCHED_RANKS = 30  # of a board in rank order, whose neighbours are asked whether their verdict turned

# kind → what readers call it, in the order of the filter
KINDS: Mapping[str, str] = {
    MODEL_ADDED: "model added",
    RESULT_ADDED: "result added",
    RESULT_CORRECTED: "result corrected",
    RESULT_WITHDRAWN: "result withdrawn",
    OUR_CORRECTION: "our correction",
    PRICE_CHANGED: "price changed",
    PRICE_ADDED: "price added",
    RANK_CHANGED: "rank changed",
    VERDICT_FLIPPED: "verdict turned",
    MODEL_DEPRECATED: "model deprecated",
    MODEL_RETIRED: "model retired",
    STATUS_CHANGED: "status changed",
    CONTEXT_CHANGED: "context window",
    LISTING_REMOVED: "listing removed",
    MODEL_REMOVED: "model removed",
    SCORING_CHANGED: "scoring changed",
}
MONEY_KINDS = (PRICE_CHANGED, PRICE_ADDED)
PRICES_TOPIC = "prices"
PRICE_PARTS = (("input", "input"), ("output", "output"))

BEGINNING = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)  # before any entry
BULK = 200  # more rows of one sort with one reason become a single entry


@dataclass(frozen=True)
class ChangeFacts:
    """One entry of the change log. Slugs and names are those of the time it was written.

    `id` is the public number of the entry (0 before it is stored), `key` its identity for ever.
    `other` is the second model of a pair. `result` is the id of the row on this site, None where
    the entry is about none. `dated_by` names the outside record that gave the date, if one did.
    `bulk` entries stand for many rows; `values` then counts them.
    """

    id: int
    key: str
    at: dt.datetime
    kind: str
    model: str = ""
    model_name: str = ""
    lab: str = ""
    lab_name: str = ""
    other: str = ""
    other_name: str = ""
    benchmark: str = ""
    benchmark_name: str = ""
    category: str = ""
    category_name: str = ""
    provider: str = ""
    provider_name: str = ""
    old_text: str = ""
    new_text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    settings: str = ""
    reason: str = ""
    source_url: str = ""
    result: int | None = None
    bulk: bool = False
    dated_by: str = ""

    @property
    def day(self) -> dt.date:
        """The day it happened, UTC."""
        return self.at.date()

    @property
    def topics(self) -> frozenset[str]:
        """What a reader may have asked to hear about that this entry belongs to."""
        if self.other:
            first, second = sorted((self.model, self.other))
            pair = f"pair:{first}-vs-{second}"
            if self.for_followers:
                return frozenset({pair})
        labs = {self.lab, str(self.values.get("other_lab") or "")}
        found = {f"lab:{lab}" for lab in labs if lab}
        if self.category:
            found.add(f"category:{self.category}")
        if self.kind in MONEY_KINDS:
            found.add(PRICES_TOPIC)
        if self.other:
            found.add(pair)
        return frozenset(found)

    @property
    def for_followers(self) -> bool:
        """Whether only those who asked for this very pair are told by mail; the log shows it to everybody."""
        return bool(self.values.get("followed"))

    @property
    def path(self) -> str:
        """Where on the site the thing itself stands, or empty."""
        if self.other:
            first, second = sorted((self.model, self.other))
            return f"/compare/{first}-vs-{second}/"
        if self.kind == MODEL_REMOVED:
            return ""
        if self.model:
            return f"/models/{self.model}/"
        if self.benchmark:
            return f"/benchmarks/{self.benchmark}/"
        return f"/categories/{self.category}/" if self.category else ""

    @property
    def permalink(self) -> str:
        """Path of this one entry in the change log."""
        return f"/changes/?id={self.id}"


# --- Worth telling ------------------------------------------------------------------------------


@dataclass(frozen=True)
class RankRange:
    """A printed rank and the range it may lie in."""

    rank: int
    best: int
    worst: int


def beyond_tie_band(before: RankRange | None, after: RankRange | None) -> bool:
    """Whether a move of rank is news: the two ranges share no rank, or a rank was gained or lost."""
    if before is None or after is None:
        return before is not after
    return before.worst < after.best or after.worst < before.best


# --- Texts of values ----------------------------------------------------------------------------


def score_text(score: Decimal | str | None, unit: str) -> str:
    """A reported score with its unit; empty for None."""
    return "" if score is None else display.benchmark_score(Decimal(score), unit)


def price_text(price: Mapping[str, str | None] | None) -> str:
    """“$3.00 in, $15.00 out”; a part nobody states is left out. Empty for None."""
    if price is None:
        return ""
    words = {"input": "in", "output": "out"}
    stated = [(part, price.get(part)) for part, _ in PRICE_PARTS if price.get(part) is not None]
    if len(stated) == 2 and all(Decimal(value) == 0 for _, value in stated):
        return display.FREE
    return ", ".join(f"{display.money(Decimal(value))} {words[part]}" for part, value in stated)


def price_moves(old: Mapping[str, str | None], new: Mapping[str, str | None]) -> str:
    """“input 33.3 % less, output 20 % more”; no percentage is taken of or to a free price."""
    moves = []
    for part, word in PRICE_PARTS:
        before, after = old.get(part), new.get(part)
        if before is None or after is None or Decimal(before) == Decimal(after):
            continue
        before, after = Decimal(before), Decimal(after)
        if before and after:
            moves.append(f"{word} {_percent(before, after)}")
    return ", ".join(moves)


def _percent(before: Decimal, after: Decimal) -> str:
    if after > before:
        return f"{display.weight_share(float(after / before - 1))} more"
    text = display.weight_share(float(1 - after / before))
    # A price that is not nothing never reads as 100 % less.
    return f"{display.saving(after, before) if text == '100 %' else text} less"


def rank_text(place: RankRange | None) -> str:
    """“rank 3 (2 to 5)”, or “not ranked”."""
    if place is None:
        return "not ranked"
    span = "" if place.best == place.worst else f" ({place.best} to {place.worst})"
    return f"rank {place.rank}{span}"


_OUTCOMES = {
    TOO_CLOSE: "too close to call",
    MIXED: "mixed evidence, no leader",
    TOO_LITTLE: "too little in common to call",
    NOTHING_SHARED: "no benchmark in common",
}


def outcome_text(outcome: str, leader_name: str) -> str:
    """The outcome of a pair in words: “Atlas 1 clearly ahead”, “too close to call”."""
    if outcome in (CLEAR, LIKELY):
        return f"{leader_name} {'clearly' if outcome == CLEAR else 'likely'} ahead"
    return _OUTCOMES[outcome]


def loaded_text(values: Mapping[str, int]) -> str:
    """What a bulk entry counts: “69 models, 1,427 results”."""
    nouns = (
        ("models", "model"),
        ("results", "result"),
        ("prices", "price"),
        ("ranks", "rank"),
        ("verdicts", "verdict"),
    )
    return ", ".join(display.counted(values[name], noun) for name, noun in nouns if values.get(name))


def moves_text(moves: Sequence[float]) -> str:
    """How far scores moved: “69 scores moved by 1.3 points on average, at most by 4.4”."""
    if not moves:
        return "no score moved"
    mean = display.margin(sum(moves) / len(moves))
    return f"{display.counted(len(moves), 'score')} moved by {mean} points on average, at most by {display.margin(max(moves))}"


# --- Sentences ----------------------------------------------------------------------------------


def headline(change: ChangeFacts) -> str:
    """The entry in one line, as page, feed and mail print it."""
    if change.bulk:
        return _bulk_headline(change)
    return _HEADLINES[change.kind](change)


def detail(change: ChangeFacts, *, brief: bool = False) -> str:
    """Settings, percentages, since when, and the reason: the second line. May be empty.

    `brief` leaves out what a heading and the day beside it say already (the unit of prices, since
    when if that is the day itself) and who dated it, which the entry in the log tells.
    """
    parts = [change.settings, _price_detail(change, brief), change.reason]
    if change.dated_by and not brief:
        parts.append(f"dated by {change.dated_by}")
    return "; ".join(part for part in parts if part)


def _price_detail(change: ChangeFacts, brief: bool) -> str:
    if change.kind not in MONEY_KINDS or change.bulk:
        return ""
    old, new, since = change.values.get("old"), change.values.get("new"), change.values.get("since")
    parts = [price_moves(old, new) if old and new else "", "" if brief else "USD per 1M tokens"]
    if since and not (brief and since == change.day.isoformat()):
        parts.append(f"since {display.date(dt.date.fromisoformat(since))}")
    return ", ".join(part for part in parts if part)


def _bulk_headline(change: ChangeFacts) -> str:
    counted = loaded_text(change.values)
    if change.kind == RESULT_ADDED:
        return f"Catalogue loaded: {counted}"
    return f"{KINDS[change.kind].capitalize()}: {counted} at once"


def _on(change: ChangeFacts) -> str:
    return f"{change.model_name} on {change.benchmark_name}"


def _at(change: ChangeFacts) -> str:
    return f"{change.model_name} at {change.provider_name}" if change.provider_name else change.model_name


def _moved(change: ChangeFacts) -> str:
    return f"{change.old_text} → {change.new_text}"


def _scoring_subject(change: ChangeFacts) -> str:
    if change.benchmark_name:
        return change.benchmark_name
    return f"Category {change.category_name or change.category}" if change.category else "Scoring method"


_HEADLINES = {
    MODEL_ADDED: lambda c: f"{c.model_name} by {c.lab_name} added",
    MODEL_REMOVED: lambda c: f"{c.model_name} by {c.lab_name} removed",
    RESULT_ADDED: lambda c: f"{_on(c)}: {c.new_text}",
    RESULT_CORRECTED: lambda c: f"{_on(c)}: {_moved(c)}",
    OUR_CORRECTION: lambda c: f"{_on(c)}: {_moved(c)}",
    RESULT_WITHDRAWN: lambda c: f"{_on(c)}: {c.old_text} withdrawn",
    PRICE_CHANGED: lambda c: f"{_at(c)}: {_moved(c)}",
    PRICE_ADDED: lambda c: f"{_at(c)}: {c.new_text}",
    LISTING_REMOVED: lambda c: f"{c.model_name} is no longer listed by {c.provider_name or 'its provider'}",
    MODEL_DEPRECATED: lambda c: f"{_at(c)} is deprecated",
    MODEL_RETIRED: lambda c: f"{c.model_name} is retired",
    STATUS_CHANGED: lambda c: f"{c.model_name}: {_moved(c)}",
    CONTEXT_CHANGED: lambda c: f"{_at(c)}: context window {_moved(c)} tokens",
    RANK_CHANGED: lambda c: f"{c.model_name}: {_moved(c)}",
    VERDICT_FLIPPED: lambda c: f"{c.model_name} vs {c.other_name}: {_moved(c)}",
    SCORING_CHANGED: lambda c: f"{_scoring_subject(c)}: {_moved(c)}",
}
