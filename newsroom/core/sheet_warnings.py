"""Warnings of a score sheet: nothing here forbids, everything asks the editor to look again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from models_catalog.core import display
from models_catalog.core.specs import PUBLISHED, WITHDRAWN
from newsroom.core.sheet import CellFacts, Decision, Recorded, SheetSource

USUAL_SCATTERS = 4  # scoring method, “check this row”


@dataclass(frozen=True)
class Expectation:
    """What a model's other results predict on a benchmark, in its own unit.

    `scatter` is the benchmark's usual distance between prediction and result, in the same
    points as `distance`, how far the typed score lies from `predicted`.
    """

    predicted: Decimal
    distance: float
    scatter: float


def cell_warnings(decision: Decision, source: SheetSource, facts: CellFacts) -> tuple[str, ...]:
    """Every warning about one cell that is to be written, most serious first."""
    found = [
        fraction_for_percent(decision.score, facts.unit, facts.typical),
        duplicate_source(source, facts.recorded, decision.target, facts.unit),
        older_than_present(source, facts.recorded, decision.target, facts.unit),
        withdrawn_before(facts.recorded, decision.target, facts.unit),
    ]
    return tuple(sentence for sentence in found if sentence)


def fraction_for_percent(score: Decimal, unit: str, typical: Decimal | None) -> str | None:
    """A percentage of at most 1 on a benchmark whose usual scores are well above."""
    if unit != "percent" or not 0 < score <= 1 or (typical is not None and typical <= 5):
        return None
    percent = display.benchmark_score(score * 100, unit)
    return f"{score.normalize():f} looks like a fraction. If {percent} is meant, type it so."


def duplicate_source(
    source: SheetSource, recorded: Iterable[Recorded], target: Recorded | None, unit: str
) -> str | None:
    """The same address already gives a score for this cell, under other settings or another date."""
    others = [row for row in recorded if row is not target and row.source_url and row.source_url == source.source_url]
    if not others:
        return None
    row = others[0]
    how = " · ".join(word for word in (*row.settings, display.date(row.measured_on) if row.measured_on else "") if word)
    known = display.benchmark_score(row.score, unit) + (f" ({how})" if how else "")
    return f"This source already gives {known} here. Correct that result unless the settings differ."


def older_than_present(
    source: SheetSource, recorded: Iterable[Recorded], target: Recorded | None, unit: str
) -> str | None:
    """A public result of the cell is newer than the sheet's date."""
    if source.measured_on is None:
        return None
    newer = [
        row
        for row in recorded
        if row is not target and row.state == PUBLISHED and row.measured_on and row.measured_on > source.measured_on
    ]
    if not newer:
        return None
    newest = max(newer, key=lambda row: row.measured_on)
    return (
        f"Older than the present value: {display.benchmark_score(newest.score, unit)} "
        f"of {display.date(newest.measured_on)}."
    )


def kept_header(recorded: SheetSource, sheet: SheetSource) -> str | None:
    """A correction changes the score alone: says what else the sheet's header gives and the result keeps."""
    words = {
        "source_kind": "who measured",
        "source_tier": "the kind of source",
        "standard": "the standard setting",
        "effort": "the effort",
        "note": "the note",
        "evaluator": "the evaluator",
        "harness": "the harness",
        "attempts": "the attempts",
        "items_run": "the items run",
        "read_at": "where it was read",
    }
    kept = [word for name, word in words.items() if getattr(recorded, name) != getattr(sheet, name)]
    if not kept:
        return None
    return f"Only the score changes; {display.listed(kept)} stay as recorded, not as in the sheet's header."


def unusual(expectation: Expectation, unit: str) -> str | None:
    """The score lies four usual scatters or more from what the model's other results predict."""
    times = expectation.distance / expectation.scatter if expectation.scatter else 0.0
    if abs(times) < USUAL_SCATTERS:
        return None
    return (
        f"Unusual: the model's other results predict about {display.benchmark_score(expectation.predicted, unit)}; "
        f"this is {display.rounded(abs(times), 1)} times the usual scatter {'above' if times > 0 else 'below'}."
    )


def source_warnings(source: SheetSource) -> tuple[str, ...]:
    """Warnings about the whole sheet."""
    found = []
    if not source.source_url:
        found.append("The sheet names no source address: its results will not count in the verified lane.")
    if source.measured_on is None:
        found.append("The sheet has no date: readers cannot tell how old these results are.")
    if source.source_kind == "unknown":
        found.append("It is not said who measured: these results count like a maker's own word.")
    return tuple(found)


def withdrawn_before(recorded: Iterable[Recorded], target: Recorded | None, unit: str) -> str | None:
    """Another result of the cell was withdrawn earlier: worth knowing before adding one."""
    rows = [row for row in recorded if row.state == WITHDRAWN and row is not target]
    if not rows:
        return None
    return f"Withdrawn earlier: {display.benchmark_score(rows[0].score, unit)} ({rows[0].withdrawn_reason})."
