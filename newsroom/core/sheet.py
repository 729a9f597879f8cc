"""What saving a score sheet would do, cell by cell: create, change, skip, or refuse with a sentence.

Pure rules: `newsroom.plans` fills them from the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from models_catalog.core.specs import DRAFT, WITHDRAWN
from newsroom.core.run_words import RunWords, joined_words

CREATE, CHANGE, SKIP, ERROR, CONFLICT, UNKNOWN_NAME = "create", "change", "skip", "error", "conflict", "unknown"
LEFT_OUT = "left out"
LONGEST_VARIANT, LONGEST_METHOD = 160, 300  # what a stored result holds
WRITES = (CREATE, CHANGE)
BLOCKS = (ERROR, CONFLICT)


@dataclass(frozen=True)
class SheetSource:
    """What holds for every score of a sheet: where it stands, who measured, when and how."""

    source_url: str = ""
    source_kind: str = "unknown"
    source_tier: int = 5
    measured_on: dt.date | None = None
    variant: str = ""
    method: str = ""
    standard: bool = True
    effort: int = 12
    note: str = ""
    evaluator: str = ""
    harness: str = ""
    attempts: int | None = None
    items_run: int | None = None
    read_at: str = ""

    @property
    def settings(self) -> tuple[str, str]:
        """Variant and method: what tells two results of one source apart."""
        return self.variant, self.method

    def of_run(self, run: RunWords) -> SheetSource:
        """The source of one row, whose own words about its run come on top of the sheet's."""
        if not run:
            return self
        return replace(
            self,
            variant=joined_words(self.variant, run.variant),
            method=joined_words(self.method, run.method),
            effort=run.effort if run.effort != RunWords().effort else self.effort,
            standard=self.standard and run.standard,
        )

    def problem(self) -> str | None:
        """Why no result can carry this source, as a sentence, or None."""
        if len(self.variant) > LONGEST_VARIANT or len(self.method) > LONGEST_METHOD:
            return f"The words about the run are too long: at most {LONGEST_VARIANT} and {LONGEST_METHOD} characters."
        return None


@dataclass(frozen=True)
class Recorded:
    """A stored result of the cell's model on its benchmark."""

    id: int
    score: Decimal
    state: str
    variant: str = ""
    method: str = ""
    source_url: str = ""
    measured_on: dt.date | None = None
    withdrawn_reason: str = ""

    @property
    def settings(self) -> tuple[str, str]:
        """Variant and method."""
        return self.variant, self.method


@dataclass(frozen=True)
class CellFacts:
    """What is known about a cell apart from what was typed.

    `problem` says why a score is impossible on the benchmark (None if possible); `typical`
    is the median published score on it; `seen` and `now` are fingerprints of the recorded
    results when the editor opened the sheet and at present (`seen` None: not opened yet).
    """

    unit: str
    recorded: tuple[Recorded, ...]
    problem: Callable[[Decimal], str | None]
    typical: Decimal | None = None
    seen: str | None = None
    now: str = ""


@dataclass(frozen=True)
class Decision:
    """What becomes of one cell. `target` is the result that changes; `message` explains a refusal or skip."""

    action: str
    score: Decimal | None = None
    target: Recorded | None = None
    message: str = ""
    warnings: tuple[str, ...] = field(default=())

    def warned(self, *sentences: str) -> Decision:
        """The same decision with further warnings."""
        return replace(self, warnings=(*self.warnings, *sentences))


def same_result(source: SheetSource, recorded: Iterable[Recorded]) -> Recorded | None:
    """The recorded result that a sheet with this source speaks about: same settings, address and date."""
    for row in recorded:
        if (row.settings, row.source_url, row.measured_on) == (source.settings, source.source_url, source.measured_on):
            return row
    return None


def decide(score: Decimal, source: SheetSource, facts: CellFacts) -> Decision:
    """What saving `score` in a cell would do."""
    if problem := source.problem():
        return Decision(ERROR, score, message=problem)
    if problem := facts.problem(score):
        return Decision(ERROR, score, message=problem)
    target = same_result(source, facts.recorded)
    if facts.seen is not None and facts.seen != facts.now:
        return Decision(CONFLICT, score, target, "Somebody changed this cell after you opened the sheet.")
    if target is None:
        return Decision(CREATE, score)
    if target.state == WITHDRAWN:
        return Decision(CHANGE, score, target, f"Publishes a withdrawn result again ({target.withdrawn_reason}).")
    if target.score == score:
        return Decision(SKIP, score, target, "recorded already")
    return Decision(CHANGE, score, target)


def needs_publisher(decision: Decision) -> bool:
    """Whether only a publisher may write the decision: it changes what readers see."""
    return decision.action == CHANGE and decision.target is not None and decision.target.state != DRAFT
