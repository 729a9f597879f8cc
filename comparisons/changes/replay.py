"""Dated events of a history file as entries of the change log, for tests and demonstrations.

The file is a CSV with the columns of COLUMNS. The catalogue is not touched: an event only becomes
an entry dated on its day, naming models and benchmarks the catalogue knows.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from comparisons.changes.from_history import about_benchmark, about_model, make_change
from comparisons.core import changes
from comparisons.models import Change
from models_catalog.core import display
from models_catalog.models import Benchmark, LanguageModel, Organization

COLUMNS = (
    "date",
    "event",
    "model",
    "benchmark",
    "served_by",
    "field",
    "old",
    "new",
    "dataset",
    "source_url",
    "note",
)
IGNORED = {"released"}  # the release day of a model is no change of a catalogue
PRICE_EVENTS = {"price_change", "host_price_change"}
BULK_NOTE = "bulk commit"


class ReplayError(Exception):
    """The file cannot be replayed; the message says where and what to do."""


@dataclass
class Replay:
    """What became of the events: entries stored now, known before, ignored, and names nobody knows."""

    added: int = 0
    known: int = 0
    ignored: int = 0
    unknown: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Event:
    """One event; a price event holds both parts that changed together in `prices`."""

    line: int
    day: dt.date
    row: dict[str, str]
    prices: dict[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    occurrence: int = 0

    @property
    def key(self) -> str:
        """Identity of the event: its own content, so that a second replay finds it."""
        prices = sorted(self.prices.items())
        content = [self.row[name] for name in COLUMNS if not (prices and name in ("field", "old", "new"))]
        digest = hashlib.sha256(repr((content, prices, self.occurrence)).encode()).hexdigest()
        return f"replay:{digest[:32]}"


def replay(path: Path, start: dt.date | None = None, end: dt.date | None = None) -> Replay:
    """Store the events of the days `start` to `end` (both included) that are not in the log yet.

    Raises ReplayError when the file cannot be read; nothing is stored then.
    """
    outcome, made = Replay(), []
    names = _Names()
    for event in read_events(path, start, end):
        if event.row["event"] in IGNORED:
            outcome.ignored += 1
            continue
        change = _change(event, names, outcome)
        if change is not None:
            made.append(change)
    known = set(Change.objects.filter(key__startswith="replay:").values_list("key", flat=True))
    new = [change for change in made if change.key not in known]
    Change.objects.bulk_create(new, batch_size=200, ignore_conflicts=True)
    outcome.added, outcome.known = len(new), len(made) - len(new)
    return outcome


def read_events(path: Path, start: dt.date | None, end: dt.date | None) -> list[Event]:
    """The events of a file within some days, in its order. Raises ReplayError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise ReplayError(f"{path} lacks the column “{missing[0]}”. It needs: {', '.join(COLUMNS)}.")
            rows = [(reader.line_num, {name: row[name] or "" for name in COLUMNS}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReplayError(f"{path} cannot be read: {error}. Give the path of a history CSV.") from error
    dated = [(line, _day(path, line, row), row) for line, row in rows]
    wanted = [item for item in dated if (not start or item[1] >= start) and (not end or item[1] <= end)]
    return _numbered(_joined(wanted))


def _day(path: Path, line: int, row: dict[str, str]) -> dt.date:
    try:
        return dt.date.fromisoformat(row["date"])
    except ValueError:
        raise ReplayError(f"{path}, line {line}: “{row['date']}” is no date. Write it as 2026-07-03.") from None


def _joined(rows: Iterable[tuple[int, dt.date, dict[str, str]]]) -> Iterator[Event]:
    """Events; input and output price that changed together become one."""
    together: dict[tuple, Event] = {}
    for line, day, row in rows:
        if row["event"] not in PRICE_EVENTS:
            yield Event(line, day, row)
            continue
        change = tuple(row[name] for name in COLUMNS if name not in ("field", "old", "new"))
        found = together.get(change)
        if found is None or row["field"] in found.prices:
            found = together[change] = Event(line, day, row)
        found.prices[row["field"]] = (row["old"], row["new"])
    yield from together.values()


def _numbered(events: Iterable[Event]) -> list[Event]:
    """The events in the file's order; equal ones are told apart by a number."""
    seen: Counter[str] = Counter()
    numbered = []
    for event in sorted(events, key=lambda event: event.line):
        seen[event.key] += 1
        again = seen[event.key] - 1
        numbered.append(event if not again else Event(event.line, event.day, event.row, event.prices, again))
    return numbered


class _Names:
    """All models, benchmarks and organisations by slug. Three queries."""

    def __init__(self):
        self.models = {
            model.slug: about_model(
                {"slug": model.slug, "name": model.name, "lab_slug": model.lab.slug, "lab_name": model.lab.name}
            )
            for model in LanguageModel.objects.for_catalog()
        }
        self.benchmarks = {row.slug: row for row in Benchmark.objects.for_catalog()}
        self.organizations = dict(Organization.objects.values_list("slug", "name"))

    def benchmark(self, row: Benchmark) -> dict:
        category = row.category
        return about_benchmark(
            {
                "slug": row.slug,
                "name": row.name,
                "category_slug": category.slug if category else "",
                "category_name": category.name if category else "",
            }
        )


def _change(event: Event, names: _Names, outcome: Replay) -> Change | None:
    row = event.row
    model = names.models.get(row["model"])
    benchmark = names.benchmarks.get(row["benchmark"])
    if model is None:
        outcome.unknown[f"model {row['model']}"] += 1
        return None
    if row["benchmark"] and benchmark is None:
        outcome.unknown[f"benchmark {row['benchmark']}"] += 1
        return None
    try:
        told = _told(event, benchmark)
    except InvalidOperation:
        outcome.unknown[f"value in line {event.line}"] += 1
        return None
    if told is None:
        outcome.unknown[f"event {row['event']}"] += 1
        return None
    kind, facts = told
    if row["served_by"]:
        facts |= {
            "provider": row["served_by"],
            "provider_name": names.organizations.get(row["served_by"], row["served_by"]),
        }
    if benchmark is not None:
        facts |= names.benchmark(benchmark)
    return make_change(
        event.key,
        dt.datetime.combine(event.day, dt.time(), dt.UTC),
        kind,
        **model,
        **facts,
        source_url=row["source_url"],
        reason="part of a bulk commit in the source" if row["note"] == BULK_NOTE else row["note"],
        dated_by=row["dataset"],
    )


def _told(event: Event, benchmark: Benchmark | None) -> tuple[str, dict] | None:
    """Kind and values of an event; None for an event of an unknown sort. Raises InvalidOperation."""
    row, name = event.row, event.row["event"]
    if name == "model_added":
        return changes.MODEL_ADDED, {}
    if name == "result_added" and benchmark is not None:
        unit = benchmark.unit
        return changes.RESULT_ADDED, {
            "new_text": changes.score_text(row["new"], unit),
            "values": {"new": row["new"], "unit": unit},
        }
    if name == "score_change" and benchmark is not None:
        unit = benchmark.unit
        return changes.RESULT_CORRECTED, {
            "old_text": changes.score_text(row["old"], unit),
            "new_text": changes.score_text(row["new"], unit),
            "values": {"old": row["old"], "new": row["new"], "unit": unit},
        }
    if name in PRICE_EVENTS:
        return _price(event)
    if name == "context_change":
        old, new = int(Decimal(row["old"])), int(Decimal(row["new"]))
        return changes.CONTEXT_CHANGED, {
            "old_text": display.tokens(old),
            "new_text": display.tokens(new),
            "values": {"old": old, "new": new},
        }
    if name == "deprecated":
        return changes.MODEL_DEPRECATED, {"values": {"new": "deprecated"}}
    if name == "removed_by_provider_list":
        return changes.LISTING_REMOVED, {}
    return None


def _price(event: Event) -> tuple[str, dict]:
    """A price event: only the parts that changed are known."""
    old: dict[str, str | None] = {"input": None, "output": None}
    new = dict(old)
    for part, (before, after) in event.prices.items():
        if part in old:
            old[part], new[part] = (format(Decimal(text), "f") if text else None for text in (before, after))
    values = {"old": old, "new": new, "since": event.day.isoformat()}
    return changes.PRICE_CHANGED, {
        "old_text": changes.price_text(old) or display.NOT_PUBLISHED,
        "new_text": changes.price_text(new) or display.NOT_PUBLISHED,
        "values": values,
    }
