"""What saving a score sheet would do, read from the database: the page an editor confirms."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cached_property, partial
from operator import attrgetter
from statistics import median

from models_catalog.core import display
from models_catalog.core.specs import PUBLISHED, ResultRow, is_part
from models_catalog.models import Benchmark, LanguageModel, Result, ScoreSheet, score_problem
from models_catalog.snapshots import RESULT_FIELDS, result_row
from newsroom import impact as impacts
from newsroom.core import sheet_warnings
from newsroom.core.reading import EMPTY, SCORE, UNKNOWN
from newsroom.core.reading import LEFT_OUT as NOT_PLACED
from newsroom.core.run_words import RunWords
from newsroom.core.sheet import (
    BLOCKS,
    CHANGE,
    CONFLICT,
    CREATE,
    ERROR,
    LEFT_OUT,
    SKIP,
    UNKNOWN_NAME,
    WRITES,
    CellFacts,
    Decision,
    Recorded,
    SheetSource,
    decide,
    needs_publisher,
)
from newsroom.sheet_cells import Cell, current_cells

Pair = tuple[int, int]


@dataclass(frozen=True)
class PlanLine:
    """One cell of a sheet, as pasted and what becomes of it; texts are ready to print."""

    line: int  # of the pasted text; 0 in the grid
    name: str  # of the row, as pasted
    column: str
    text: str
    model: LanguageModel | None
    benchmark: Benchmark | None
    decision: Decision
    old_text: str
    new_text: str
    others: tuple[str, ...]
    seen: str
    source: SheetSource
    stored: Result | None = None  # the result that changes
    unknown_kind: str = ""
    unknown: str = ""  # the name on the side that is not known
    rows_are_models: bool = False

    @property
    def where(self) -> str:
        """The place of the cell in words."""
        return f"line {self.line}" if self.line else "the grid"

    @property
    def side_of_model(self) -> str:
        """The pasted name that was taken for the model: the column's, unless the rows name models."""
        return self.name if self.rows_are_models else self.column

    @property
    def pair(self) -> Pair:
        """Keys of model and benchmark."""
        return self.model.pk, self.benchmark.pk

    @property
    def run_words(self) -> str:
        """What the line says of its run."""
        return " · ".join(word for word in self.source.settings if word)

    @property
    def needs_publisher(self) -> bool:
        """Whether the line changes what readers see."""
        return needs_publisher(self.decision)


@dataclass(frozen=True)
class Plan:
    """Everything the preview shows."""

    lines: tuple[PlanLine, ...]
    warnings: tuple[str, ...]
    source: SheetSource

    def of(self, *actions: str) -> list[PlanLine]:
        """The lines with one of these actions."""
        return [line for line in self.lines if line.decision.action in actions]

    @cached_property
    def creates(self) -> list[PlanLine]:
        return self.of(CREATE)

    @cached_property
    def changes(self) -> list[PlanLine]:
        return self.of(CHANGE)

    @cached_property
    def writes(self) -> list[PlanLine]:
        return self.of(*WRITES)

    @cached_property
    def skips(self) -> list[PlanLine]:
        return self.of(SKIP)

    @cached_property
    def unknown(self) -> list[PlanLine]:
        return self.of(UNKNOWN_NAME)

    @cached_property
    def left_out(self) -> list[PlanLine]:
        """Pasted cells that belong to nothing of the sheet, with the reason."""
        return self.of(LEFT_OUT)

    @cached_property
    def blocks(self) -> list[PlanLine]:
        """Errors and conflicts: while there is one, nothing is saved unless the editor leaves errors out."""
        return self.of(*BLOCKS)

    @cached_property
    def errors(self) -> list[PlanLine]:
        """Cells that cannot be read or recorded; an editor may leave them out."""
        return self.of(ERROR)

    @cached_property
    def quiet(self) -> list[PlanLine]:
        """Cells without effect: empty, recorded already, of a name that is asked about, or of nothing in this sheet."""
        return self.of(SKIP, LEFT_OUT, UNKNOWN_NAME)

    @cached_property
    def shown(self) -> list[PlanLine]:
        """Every other cell, problems first."""
        return sorted(self.of(*WRITES, *BLOCKS), key=lambda line: line.decision.action not in BLOCKS)

    @cached_property
    def conflicts(self) -> list[PlanLine]:
        """Cells that somebody else changed after the sheet was opened."""
        return self.of(CONFLICT)

    @cached_property
    def corrections(self) -> list[PlanLine]:
        """Changes of what readers see; they wait for a publisher."""
        return [line for line in self.writes if line.needs_publisher]

    @property
    def can_save(self) -> bool:
        return bool(self.writes) and not self.conflicts

    @cached_property
    def summary(self) -> str:
        """Counts in one sentence."""
        parts = [
            f"{len(self.creates)} new",
            f"{len(self.changes)} changed",
            f"{len(self.skips)} left as they are",
        ]
        if self.unknown:
            names = {(line.unknown_kind, line.unknown) for line in self.unknown}
            parts.append(display.counted(len(names), "unknown name"))
        if self.blocks:
            parts.append(display.counted(len(self.blocks), "problem"))
        return ", ".join(parts)

    @cached_property
    def digest(self) -> str:
        """Changes whenever what would be saved changes: what was confirmed is what is written."""
        text = "\n".join(
            f"{line.where}|{line.name}|{line.column}|{line.decision.action}|{line.decision.score}|{line.seen}|"
            f"{line.source}|{line.decision.target.id if line.decision.target else ''}"
            for line in self.lines
        )
        return hashlib.sha256(f"{self.source}\n{text}".encode()).hexdigest()[:20]

    def proposal(self) -> impacts.Proposal:
        """The results that publishing the sheet would add or replace."""
        return impacts.Proposal(tuple(proposed_row(line) for line in self.writes))


def source_of(sheet: ScoreSheet) -> SheetSource:
    """The sheet's source as pure data."""
    stored = dict(sheet.source)
    day = stored.get("measured_on")
    stored["measured_on"] = dt.date.fromisoformat(day) if day else None
    return SheetSource(**stored)


def recorded(result: Result) -> Recorded:
    """A stored result as the rules of a sheet see it."""
    return Recorded(
        id=result.pk,
        score=result.score,
        state=result.state,
        variant=result.variant,
        method=result.method,
        source_url=result.source_url,
        measured_on=result.measured_on,
        withdrawn_reason=result.withdrawn_reason,
    )


def fingerprint(results: Iterable[Result]) -> str:
    """A short text that changes whenever one of a cell's results does; empty without results."""
    rows = sorted(results, key=lambda row: row.pk)
    if not rows:
        return ""
    text = "\n".join(f"{r.pk}|{r.score.normalize():f}|{r.state}|{r.updated_at.isoformat()}" for r in rows)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def results_by_pair(models: Iterable[int], benchmarks: Iterable[int]) -> dict[Pair, list[Result]]:
    """Stored results of these models on these benchmarks, newest first, by keys. One query."""
    found: dict[Pair, list[Result]] = defaultdict(list)
    rows = Result.objects.filter(model__in=set(models), benchmark__in=set(benchmarks))
    rows = rows.select_related("model", "benchmark")
    for row in rows.order_by("-measured_on", "-pk"):
        found[row.model_id, row.benchmark_id].append(row)
    return found


def typical_scores(benchmarks: Iterable[int]) -> dict[int, Decimal]:
    """Median published score of each benchmark. One query."""
    scores: dict[int, list[Decimal]] = defaultdict(list)
    published = Result.objects.published().filter(benchmark__in=set(benchmarks))
    for pk, score in published.values_list("benchmark", "score"):
        scores[pk].append(score)
    return {pk: median(values) for pk, values in scores.items()}


def build_plan(sheet: ScoreSheet) -> Plan:
    """What saving `sheet` would do now. A fixed number of queries, whatever its size."""
    source = source_of(sheet)
    cells, _ = current_cells(sheet)
    models = LanguageModel.objects.in_bulk({cell["model"] for cell in cells if cell["model"]})
    benchmarks = Benchmark.objects.in_bulk({cell["benchmark"] for cell in cells if cell["benchmark"]})
    stored = results_by_pair(models, benchmarks)
    typical = typical_scores(benchmarks)
    exceptions = sheet.answers.get("models", {})
    lines, taken = [], {}
    for cell in cells:
        model, benchmark = models.get(cell["model"]), benchmarks.get(cell["benchmark"])
        own = replace(source, **exceptions.get(str(cell["model"]), {})).of_run(run_of(cell))
        if cell["outcome"] != SCORE or model is None or benchmark is None:
            lines.append(_unwritten_line(cell, model, benchmark, own))
            continue
        line = _line(cell, model, benchmark, own, stored[model.pk, benchmark.pk], typical.get(benchmark.pk))
        earlier = taken.setdefault((line.pair, own.settings), line)
        if earlier is not line:
            line = _given_twice(line, earlier)
        lines.append(line)
    lines = _with_expectations(lines)
    return Plan(tuple(lines), (*sheet.answers.get("notes", ()), *sheet_warnings.source_warnings(source)), source)


def run_of(cell: Cell) -> RunWords:
    """What a stored cell says of its run."""
    return RunWords(cell["variant"], cell["method"], cell["effort"], cell["standard"])


ACTIONS = {EMPTY: SKIP, NOT_PLACED: LEFT_OUT, UNKNOWN: UNKNOWN_NAME}


def _unwritten_line(cell: Cell, model, benchmark, source: SheetSource) -> PlanLine:
    """A cell that becomes no score: empty, left out, of an unknown name, or refused."""
    action = ACTIONS.get(cell["outcome"], ERROR)
    decision = Decision(action, message=cell["message"] or "Its model or benchmark has been removed since.")
    return PlanLine(
        line=cell["line"],
        name=cell["row"],
        column=cell["column"],
        text=cell["text"],
        model=model,
        benchmark=benchmark,
        decision=decision,
        old_text="",
        new_text="",
        others=(),
        seen="",
        source=source,
        unknown_kind=cell["kind"],
        unknown=cell["unknown"],
    )


def _given_twice(line: PlanLine, earlier: PlanLine) -> PlanLine:
    """The second of two cells about one score: left out where it says the same, else refused."""
    if line.decision.score == earlier.decision.score:
        return replace(line, decision=Decision(SKIP, line.decision.score, message=f"as in {earlier.where}"))
    problem = f"The sheet gives this score twice: {earlier.where} says {earlier.text}."
    return replace(line, decision=Decision(ERROR, line.decision.score, message=problem))


def _line(cell: Cell, model, benchmark, source: SheetSource, results: list[Result], typical) -> PlanLine:
    now = fingerprint(results)
    facts = CellFacts(
        unit=benchmark.unit,
        recorded=tuple(recorded(row) for row in results),
        problem=partial(score_problem, benchmark=benchmark),
        typical=typical,
        seen=cell["seen"],
        now=now,
    )
    decision = decide(Decimal(cell["score"]), source, facts).warned(*cell["remarks"])
    stored = next((row for row in results if decision.target and row.pk == decision.target.id), None)
    if decision.action in WRITES:
        decision = decision.warned(*sheet_warnings.cell_warnings(decision, source, facts))
        if stored is not None and (kept := sheet_warnings.kept_header(_header_of(stored), source)):
            decision = decision.warned(kept)
    return PlanLine(
        line=cell["line"],
        name=cell["row"],
        column=cell["column"],
        text=cell["text"],
        model=model,
        benchmark=benchmark,
        decision=decision,
        old_text=display.benchmark_score(decision.target.score, benchmark.unit) if decision.target else "",
        new_text=display.benchmark_score(decision.score, benchmark.unit),
        others=tuple(describe(row, benchmark) for row in facts.recorded if row != decision.target),
        seen=now,
        source=source,
        stored=stored,
        rows_are_models=cell.get("turned", False),
    )


def _header_of(result: Result) -> SheetSource:
    """A stored result's own source, as a sheet's header says it."""
    return SheetSource(**{field.name: getattr(result, field.name) for field in fields(SheetSource)})


def describe(row: Recorded, benchmark: Benchmark) -> str:
    """A recorded result in a few words: value, settings, date, state."""
    words = [display.benchmark_score(row.score, benchmark.unit), row.variant, row.method]
    if row.measured_on:
        words.append(display.date(row.measured_on))
    if row.state != PUBLISHED:
        words.append(row.state)
    return " · ".join(word for word in words if word)


def proposed_row(line: PlanLine) -> ResultRow:
    """The published result that a line would make, as scoring reads it."""
    source = line.source
    if line.stored is not None:
        return published_row(line.stored, line.decision.score)
    return ResultRow(
        id=0,
        uid=f"~new-{line.model.pk}-{line.benchmark.pk}-{line.where}-{line.column}",
        model=line.model.slug,
        benchmark=line.benchmark.slug,
        score=line.decision.score,
        variant=source.variant,
        method=source.method,
        standard=source.standard and not is_part(source.items_run, line.benchmark.items),
        effort=source.effort,
        evaluator=source.evaluator,
        harness=source.harness,
        attempts=source.attempts,
        items_run=source.items_run,
        source_kind=source.source_kind,
        source_tier=source.source_tier,
        source_url=source.source_url,
        measured_on=source.measured_on,
    )


def published_row(result: Result, score: Decimal) -> ResultRow:
    """A stored result, with its model and benchmark loaded, as it would be published with `score`."""
    values = (attrgetter(name.replace("__", "."))(result) for name in RESULT_FIELDS)
    return replace(result_row(tuple(values)), score=score, state=PUBLISHED)


def _with_expectations(lines: list[PlanLine]) -> list[PlanLine]:
    """Add the outlier warning where somebody can predict the score."""
    rows = [proposed_row(line) for line in lines if line.decision.action in WRITES]
    expected = impacts.expectations_of(rows)
    if not expected:
        return lines
    answer = []
    for line in lines:
        if line.decision.action in WRITES and (found := expected.get((line.model.slug, line.benchmark.slug))):
            sentence = sheet_warnings.unusual(found, line.benchmark.unit)
            if sentence:
                line = replace(line, decision=line.decision.warned(sentence))
        answer.append(line)
    return answer
