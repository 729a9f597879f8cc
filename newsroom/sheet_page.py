"""What the page of a saved sheet shows: every entry with its old, new and present value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from models_catalog.core import display
from models_catalog.models import Result, ScoreSheet
from newsroom.core.sheet import CREATE
from newsroom.impact import Impact, Proposal, impact_of
from newsroom.plans import published_row
from newsroom.sheets import changed_since, results_with_history


@dataclass(frozen=True)
class SavedLine:
    """One entry of a saved sheet, ready to print."""

    result: Result | None
    name: str
    action: str
    old_text: str
    new_text: str
    state: str
    note: str


@dataclass(frozen=True)
class SavedPage:
    """A saved sheet; `impact` tells what publishing it would do while it waits."""

    lines: tuple[SavedLine, ...]
    changed: int
    impact: Impact | None


def saved_page(sheet: ScoreSheet) -> SavedPage:
    """Read the sheet's results and describe each. Two queries, and those of the impact while it waits."""
    results = results_with_history(sheet)
    lines = tuple(_line(sheet, entry, results) for entry in sheet.entries)
    waiting = sheet.state == ScoreSheet.State.WAITING
    changed = sum(bool(changed_since(entry, results)) for entry in sheet.entries)
    return SavedPage(lines, changed, impact_of(_proposal(sheet, results)) if waiting else None)


def _line(sheet: ScoreSheet, entry: dict, results: dict[int, Result]) -> SavedLine:
    result = results.get(entry["result"])
    if result is None:
        return SavedLine(None, f"Result {entry['result']}", entry["action"], "", entry["after"]["score"], "removed", "")
    unit = result.benchmark.unit
    old = entry["before"]
    undone = sheet.state == ScoreSheet.State.UNDONE
    waits = not entry["applied"] and sheet.state == ScoreSheet.State.WAITING
    note = "waits for a publisher" if waits else ("" if undone else changed_since(entry, results) or "")
    return SavedLine(
        result=result,
        name=_name(sheet, result),
        action="new" if entry["action"] == CREATE else "change",
        old_text=display.benchmark_score(Decimal(old["score"]), unit) if old else "",
        new_text=display.benchmark_score(Decimal(entry["after"]["score"]), unit),
        state=result.get_state_display(),
        note=note,
    )


def _name(sheet: ScoreSheet, result: Result) -> str:
    """What tells the result apart inside its sheet."""
    if sheet.model_id:
        side = str(result.benchmark)
    else:
        side = str(result.model) if sheet.benchmark_id else f"{result.model} · {result.benchmark}"
    return " · ".join(word for word in (side, result.variant, result.method) if word)


def _proposal(sheet: ScoreSheet, results: dict[int, Result]) -> Proposal:
    scores = {entry["result"]: Decimal(entry["after"]["score"]) for entry in sheet.entries}
    return Proposal(tuple(published_row(result, scores[pk]) for pk, result in results.items()))
