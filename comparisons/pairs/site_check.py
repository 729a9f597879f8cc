"""Laws of what is said outside verdicts: dates of results, credits of sources, the field of a model, reasons on boards.

Run by `check_verdicts` beside the laws over pairs. Everything is worked out again from the rows of the database,
one by one, and held against what pages and twins print.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from comparisons.boards import store as board_store
from comparisons.boards.lacking import lacking
from comparisons.boards.store import BoardEntry
from comparisons.core.bench import Bench
from comparisons.core.laws_case import Contradiction
from comparisons.core.records import Comparison, ResultCell, Side
from comparisons.core.standing import Reason
from comparisons.pages.data import DataPage, load_data
from comparisons.pages.field_chart import field_strip
from comparisons.pages.ledger import LedgerRow
from comparisons.pairs.benchmark_table import measured_text
from comparisons.pairs.json_twin import row_facts
from models_catalog.core import display
from models_catalog.core.sources import BY_DATASET, MAKERS, SOURCES, DataSource
from models_catalog.core.specs import BenchmarkSpec
from models_catalog.models import LanguageModel, Price, Result, SpeedMeasurement

_MEASURED = "evaluated"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DAY_OF_MEASURING = re.compile(r"\b[Mm]easured (?:on )?(\d{1,2} [A-Z]\w+ \d{4}|[A-Z]\w+ \d{4})")


# ------------------------------------------------------------------ (g) dates


def dates_of(comparison: Comparison, seen: set[int]) -> Iterator[Contradiction]:
    """(g) A result of the pair is called measured on a day only if that is the day, in page and JSON.

    Rows in `seen` were looked at before; a row reads the same beside every other model.
    """
    for line in comparison.benchmarks:
        for cell in (*line.cells, *line.counting, *(cell for others in line.others for cell in others)):
            if cell is not None and cell.row.id not in seen:
                seen.add(cell.row.id)
                yield from _date_of(cell, line.benchmark)


def _date_of(cell: ResultCell, benchmark: BenchmarkSpec) -> Iterator[Contradiction]:
    row = cell.row
    in_ledger = LedgerRow(row, benchmark, cell.counts, cell.why_not, chosen=False).date_text
    place = f"result {row.id}"
    measured = row.date_kind == _MEASURED and row.measured_on is not None
    facts = row_facts(row)
    if facts["measured_on"] != (row.measured_on.isoformat() if measured else None):
        yield Contradiction(31, place, f"is measured on {facts['measured_on']} in JSON, its date is {row.date_kind!r}")
    for text in (measured_text(cell), in_ledger):
        if text.startswith("measured") != measured:
            yield Contradiction(31, place, f"is printed as “{text}”, its date is {row.date_kind!r}")
        if row.measured_on is not None and display.date(row.measured_on) not in text:
            yield Contradiction(31, place, f"is printed as “{text}”, without its date")


def days_of_measuring(html_words: str, sides: Iterable[Side]) -> Iterator[Contradiction]:
    """(g) Every day of measuring that a page prints is one of a result or of a speed of its models."""
    sides = tuple(sides)
    days = {row.measured_on for side in sides for row in side.results if row.date_kind == _MEASURED}
    days |= {speed.measured_on for side in sides for speed in side.speeds}
    known = {display.date(day) for day in days if day is not None}
    for printed in _DAY_OF_MEASURING.findall(html_words):
        if printed not in known:
            yield Contradiction(31, "page", f"says “measured {printed}”, and nothing was measured then")


# ------------------------------------------------------------------ (h) credits


def credited(page: DataPage) -> Iterator[Contradiction]:
    """(h) A source is credited with the rows that name it, counted one by one, and with no collection."""
    counted: Counter[str] = Counter()
    for dataset, read_at in _rows():
        counted.update({source.name for source in _named(dataset, read_at)})
    for line in page.sources:
        if line.rows != counted[line.source.name]:
            rows = counted[line.source.name]
            yield Contradiction(32, line.source.name, f"is credited with {line.rows} rows, {rows} name it")
    missing = counted.keys() - {line.source.name for line in page.sources}
    if missing:
        yield Contradiction(32, ", ".join(sorted(missing)), "is not among the sources, although rows name it")


def _rows() -> Iterator[tuple[str, str]]:
    """Data set and place of reading of every public row."""
    yield from Result.objects.published().order_by().values_list("dataset", "read_at")
    yield from Price.objects.filter(offering__model__published=True).order_by().values_list("dataset", "read_at")
    speeds = SpeedMeasurement.objects.filter(offering__model__published=True).order_by()
    yield from ((dataset, "") for dataset in speeds.values_list("dataset", flat=True))
    facts = LanguageModel.objects.published().exclude(read_at="").order_by()
    yield from (("", read_at) for read_at in facts.values_list("read_at", flat=True))


def _named(dataset: str, read_at: str) -> set[DataSource]:
    """The sources that a single row names: where it was read, else the one source of its data set."""
    named = {source for source in SOURCES if any(_names(place, read_at) for place in source.places)}
    if named:
        return named
    if re.match("github:|https:", read_at):
        return {MAKERS}
    behind = [found for name, found in BY_DATASET.items() if dataset == name or dataset.startswith(f"{name}-")]
    longest = max(behind, key=len, default=())
    return set(longest) if len(longest) == 1 else set()


def _names(place: str, read_at: str) -> bool:
    """Whether a place stands in a text as a whole: at the start of a part, or after what it is a copy of."""
    whole = rf"(?:^|.*: ){re.escape(place)}(?:[@/ ]|$)"
    parts = [part.strip() for part in read_at.split(";")]
    return any(place in part if place.startswith("public cop") else re.match(whole, part) for part in parts)


# ------------------------------------------------------------------ (l) the field, (m) reasons


def fields(entries: Iterable[BoardEntry]) -> Iterator[Contradiction]:
    """(l) A model stands among “N other ranked models” only if it is ranked itself, and N is their number."""
    entries = tuple(entries)
    for own in entries:
        strip = field_strip(own, entries) if own.overall is not None else None
        if strip is None:
            continue
        others = sum(entry.ranked and entry.model.slug != own.model.slug for entry in entries)
        among = strip["title"].removeprefix(f"{own.model.name} among ")
        wanted = (
            (f"{display.count(others)} other ranked model",) if own.ranked else (f"{display.count(others)} ranked",)
        )
        if not among.startswith(wanted) or own.ranked == ("itself not ranked" in among):
            yield Contradiction(33, own.model.slug, f"stands “among {among}”; ranked: {own.ranked}, others: {others}")


def reasons(slug: str, missed: Iterable[Reason]) -> Iterator[Contradiction]:
    """(m) A board gives each condition that a model misses, with exact limit, what was found on its own side."""
    missed = tuple(missed)
    clauses = lacking(missed)
    if len(clauses) != len(missed):
        yield Contradiction(34, slug, f"misses {len(missed)} conditions, a board gives {len(clauses)}")
        return
    for clause, reason in zip(clauses, missed, strict=True):
        numbers = [Decimal(text.replace(",", "")) for text in _NUMBER.findall(clause)]
        if len(numbers) != 2:
            continue  # nothing is on the common scale: no figures to compare
        scale = 100 if "%" in clause else 1
        found, limit = numbers
        if float(limit) != round(reason.limit * scale, 6):
            yield Contradiction(34, slug, f"the limit {reason.limit} is printed in “{clause}”")
        if (found > limit) != (reason.found > reason.limit) or found == limit:
            yield Contradiction(34, slug, f"{reason.found} beside {reason.limit} reads “{clause}”")


def check_site(bench: Bench, lane: str) -> list[tuple[str, Contradiction]]:
    """Every contradiction outside pairs, with the page it is on."""
    found = [("/data/", problem) for problem in credited(load_data(()))]
    found += [("/models/", problem) for problem in fields(board_store.board_entries(lane))]
    for slug, side in bench.sides.items():
        if side.standing is not None and not side.standing.ranked:
            found += [("/leaderboard/", problem) for problem in reasons(slug, side.standing.reasons)]
    return found
