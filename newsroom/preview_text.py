"""What a pasted text or file would become, without storing anything, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models_catalog.models import Benchmark, LanguageModel, ScoreSheet
from newsroom.core.sheet import CHANGE, CREATE, SKIP
from newsroom.plans import Plan, PlanLine, build_plan

AS_RECORDED = "recorded already"
TAKEN = (CREATE, CHANGE)


def preview_text(
    text: str, subject: LanguageModel | Benchmark | None, *, sign: str = "", notes: Iterable[str] = ()
) -> Plan:
    """The plan of a sheet about `subject` (None: a whole table) into which `text` is pasted. Writes nothing."""
    sheet = ScoreSheet(
        model=subject if isinstance(subject, LanguageModel) else None,
        benchmark=subject if isinstance(subject, Benchmark) else None,
        pasted=text,
        answers={"decimal": sign, "notes": list(notes)},
    )
    return build_plan(sheet)


def as_data(plan: Plan) -> list[dict[str, Any]]:
    """One entry for each pasted cell; `docs/editors.md` describes it."""
    return [_entry(line) for line in plan.lines]


def _entry(line: PlanLine) -> dict[str, Any]:
    decision = line.decision
    taken = decision.action in TAKEN or (decision.action == SKIP and decision.message == AS_RECORDED)
    number = float(decision.score) if taken else None
    source = line.source
    return {
        "line": line.line,
        "row": line.name,
        "column": line.column,
        "text": line.text,
        "model": line.model.slug if line.model else None,
        "benchmark": line.benchmark.slug if line.benchmark else None,
        "score": int(number) if number is not None and number.is_integer() else number,
        "unit": line.benchmark.unit if taken else None,
        "variant": source.variant if taken else None,
        "method": source.method if taken else None,
        "effort": source.effort if taken else None,
        "standard": source.standard if taken else None,
        "action": decision.action,
        "warnings": list(decision.warnings),
        "refused": None if taken else decision.message,
    }
