"""Score sheets: made from what an editor typed and pasted, saved, published and undone as one.

`newsroom.sheet_cells` describes `ScoreSheet.cells` and `answers`. `ScoreSheet.entries`, once saved, is a list of
    {"result", "action", "before", "after", "history", "applied", "seen"}
(scores as text; `history` is the history record that the sheet wrote last for the result;
`applied` is false for a correction that still waits for a publisher).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from models_catalog.actions import correct_result, publish_result, withdraw_result
from models_catalog.core import display
from models_catalog.core.specs import is_part
from models_catalog.models import Benchmark, LanguageModel, Result, ScoreSheet
from models_catalog.signals import collecting_changes
from newsroom.core.sheet import CHANGE, CREATE
from newsroom.core.table_text import UnreadableTable
from newsroom.names import queue_unknown
from newsroom.plans import Plan, PlanLine, build_plan, fingerprint, results_by_pair
from newsroom.publishing import may_publish, needs_second_pair
from newsroom.sheet_cells import (
    Cell,
    current_cells,
    pasted_cells,
    read_sheet,
    subject_of_sheet,
    typed_cells,
    unknown_names,
)

REASON_LENGTH = 80  # leaves room for “Sheet 123: ” in the history


class SheetRefused(Exception):
    """A sheet that cannot be saved, published or undone; `sentences` say why. Nothing was written."""

    def __init__(self, *sentences: str):
        super().__init__(" ".join(sentences))
        self.sentences = sentences


# --- making -------------------------------------------------------------------------


def read_cells(
    subject: LanguageModel | Benchmark | None,
    typed: Mapping[int, str],
    pasted: str,
    seen: Mapping[int, str],
    answers: Mapping[str, Any] | None = None,
) -> list[Cell]:
    """The cells of a sheet about `subject` (None: a whole table): what was typed, then what was pasted.

    Raises UnreadableTable with a sentence for a text that is no table.
    """
    answers = answers or {}
    cells = typed_cells(subject, typed, seen, answers.get("decimal", "")) if subject is not None else []
    if not pasted.strip():
        return cells
    reading = read_sheet(pasted, subject, answers)
    if reading.refusal:
        raise UnreadableTable(reading.refusal)
    found = pasted_cells(reading)
    _stamp(found, subject, seen)
    return [*cells, *found]


def _stamp(cells: list[Cell], subject, seen: Mapping[int, str]) -> None:
    """Give cells with known names the fingerprint of what the editor saw, or of what is stored now."""
    known = [cell for cell in cells if cell["model"] and cell["benchmark"]]
    stored = results_by_pair([cell["model"] for cell in known], [cell["benchmark"] for cell in known])
    other = "benchmark" if isinstance(subject, LanguageModel) else "model"
    for cell in known:
        now = fingerprint(stored.get((cell["model"], cell["benchmark"]), ()))
        cell["seen"] = now if subject is None else seen.get(cell[other], now)


def keep_preview(
    sheet: ScoreSheet | None,
    author,
    subject: LanguageModel | Benchmark | None,
    source: dict,
    cells: list[Cell],
    reason: str,
    *,
    pasted: str = "",
    answers: Mapping[str, Any] | None = None,
) -> ScoreSheet:
    """Store what was entered, unsaved, so that the preview has an address; unknown names are queued."""
    sheet = sheet or ScoreSheet(author=author)
    sheet.model = subject if isinstance(subject, LanguageModel) else None
    sheet.benchmark = subject if isinstance(subject, Benchmark) else None
    sheet.title = subject.name if subject else table_title(cells)
    sheet.source, sheet.cells, sheet.reason, sheet.pasted = source, cells, reason, pasted
    if answers is not None:
        sheet.answers = dict(answers)
    sheet.save()
    for kind, names in unknown_names(cells).items():
        queue_unknown(kind, names, f"score sheet {sheet.pk}")
    return sheet


def table_title(cells: Iterable[Cell]) -> str:
    """The title of a whole table: how much it holds."""
    cells = list(cells)
    models = {cell["model"] for cell in cells if cell["model"]}
    benchmarks = {cell["benchmark"] for cell in cells if cell["benchmark"]}
    return f"Table: {display.counted(len(models), 'model')}, {display.counted(len(benchmarks), 'benchmark')}"


def look_again(sheet: ScoreSheet) -> None:
    """Take what is stored now as seen: the editor has looked at the others' values and goes on."""
    sheet.cells, _ = current_cells(sheet)
    for cell in sheet.cells:
        cell["seen"] = None
    _stamp(sheet.cells, None, {})
    sheet.save(update_fields=["cells", "updated_at"])


def answer(sheet: ScoreSheet, answers: Mapping[str, Any]) -> ScoreSheet:
    """Read an unsaved sheet anew under an editor's answers about names, signs and single models."""
    if sheet.state != ScoreSheet.State.PREVIEW:
        raise SheetRefused("The sheet is saved by now. Nothing was done.")
    sheet.answers = {**sheet.answers, **answers}
    sheet.cells, _ = current_cells(sheet)
    unseen = [cell for cell in sheet.cells if cell["seen"] is None]
    _stamp(unseen, None, {})
    if subject_of_sheet(sheet) is None:
        sheet.title = table_title(sheet.cells)
    sheet.save(update_fields=["cells", "answers", "title", "updated_at"])
    return sheet


# --- saving ---------------------------------------------------------------------------


def why_not_publish_sheet(sheet: ScoreSheet, user) -> str | None:
    """A sentence that says why `user` may not publish the sheet, or None."""
    if not may_publish(user):
        return "Only a publisher can publish. Save the sheet as drafts; it then waits in the publishers' queue."
    if needs_second_pair() and sheet.author_id == user.pk:
        return "This site asks for a second pair of eyes: another publisher has to publish your sheet."
    return None


def save_sheet(
    sheet: ScoreSheet, user, reason: str, digest: str, *, publish: bool, leave_errors: bool = False
) -> ScoreSheet:
    """Write the previewed sheet in one transaction: as drafts, or published at once.

    `digest` is that of the plan the editor confirmed. New scores become drafts and drafts change;
    corrections of public results wait in the sheet for a publisher unless `publish`. Raises
    SheetRefused, writing nothing, if the plan differs from the confirmed one or has problems;
    `leave_errors` goes on without the cells that cannot be read.
    """
    if publish and (problem := why_not_publish_sheet(sheet, user)):
        raise SheetRefused(problem)
    reason = _checked_reason(reason)
    try:
        with transaction.atomic(), collecting_changes(reason):
            sheet = _locked(sheet, ScoreSheet.State.PREVIEW)
            plan = build_plan(sheet)
            _refuse_unless_confirmed(plan, digest, leave_errors)
            history_reason = f"Sheet {sheet.pk}: {reason}"
            sheet.entries = [_write(line, user, history_reason, publish) for line in plan.writes]
            sheet.reason, sheet.saved_at = reason, timezone.now()
            sheet.state = ScoreSheet.State.WAITING
            if publish:
                _mark_published(sheet, user)
            sheet.save()
    except IntegrityError as error:
        problem = "Somebody saved one of these results at the same moment. Look at the preview again."
        raise SheetRefused(problem) from error
    return sheet


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise SheetRefused("Say why: the reason is kept in the history of every result.")
    if len(reason) > REASON_LENGTH:
        raise SheetRefused(f"The reason has {len(reason)} characters; at most {REASON_LENGTH} fit.")
    return reason


def _locked(sheet: ScoreSheet, *states: str) -> ScoreSheet:
    """The sheet as it stands, held with its models until the transaction ends."""
    sheet = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.state not in states:
        raise SheetRefused(f"The sheet is {sheet.get_state_display()} by now. Nothing was done.")
    cells, _ = current_cells(sheet)
    models = {cell["model"] for cell in cells if cell["model"]}
    list(LanguageModel.objects.select_for_update().filter(pk__in=models).order_by("pk").values_list("pk", flat=True))
    return sheet


def _refuse_unless_confirmed(plan: Plan, digest: str, leave_errors: bool) -> None:
    blocks = plan.conflicts if leave_errors else plan.blocks
    if blocks:
        sentences = [f"{line.where}, {line.name}: {line.decision.message}" for line in blocks]
        raise SheetRefused("Nothing was saved: the sheet has problems.", *sentences)
    if not plan.writes:
        raise SheetRefused("There is nothing to save: every score is recorded already.")
    if plan.digest != digest:
        raise SheetRefused("What would be saved has changed since you looked. Check the preview again.")


def _write(line: PlanLine, user, reason: str, publish: bool) -> dict:
    if line.decision.action == CREATE:
        return _create(line, user, reason, publish)
    target = line.decision.target
    entry = {
        "result": target.id,
        "action": CHANGE,
        "before": {
            "score": f"{target.score.normalize():f}",
            "state": target.state,
            "withdrawn_reason": target.withdrawn_reason,
        },
        "after": {"score": f"{line.decision.score.normalize():f}"},
        "history": None,
        "applied": False,
        "seen": line.seen,
    }
    if line.needs_publisher and not publish:
        return entry
    return _correct(entry, user, reason, publish)


def _create(line: PlanLine, user, reason: str, publish: bool) -> dict:
    source = line.source
    result = Result(
        model=line.model,
        benchmark=line.benchmark,
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
        read_at=source.read_at,
        read_on=timezone.now().date(),
        note=source.note,
        state=Result.State.PUBLISHED if publish else Result.State.DRAFT,
    )
    result.clean_fields(exclude=["model", "benchmark"])
    result._history_user, result._change_reason = user, reason
    result.save()
    return {
        "result": result.pk,
        "action": CREATE,
        "before": None,
        "after": {"score": f"{result.score.normalize():f}"},
        "history": _last_history(result),
        "applied": True,
        "seen": "",
    }


def _correct(entry: dict, user, reason: str, publish: bool) -> dict:
    """Give a stored result its new score (and publish it if asked); the entry with what was written."""
    result = Result.objects.select_related("model", "benchmark").get(pk=entry["result"])
    score = Decimal(entry["after"]["score"])
    if result.score != score:
        result = correct_result(result, score, reason, user=user)
    if publish and result.state != Result.State.PUBLISHED:
        result = publish_result(result, reason=reason, user=user)
    return {**entry, "history": _last_history(result), "applied": True}


def _last_history(result: Result) -> int:
    return result.history.order_by("-history_date", "-history_id").values_list("history_id", flat=True).first()


def _mark_published(sheet: ScoreSheet, user) -> None:
    sheet.state, sheet.publisher, sheet.published_at = ScoreSheet.State.PUBLISHED, user, timezone.now()


# --- publishing and undoing ---------------------------------------------------------------


def publish_sheet(sheet: ScoreSheet, user, reason: str, *, leave_changed: bool = False) -> ScoreSheet:
    """Publish a waiting sheet in one transaction: its drafts, and the corrections that waited.

    A result that somebody touched after the sheet was saved is never overwritten: the sheet is
    refused, or with `leave_changed` published without it. Raises SheetRefused, writing nothing.
    """
    if problem := why_not_publish_sheet(sheet, user):
        raise SheetRefused(problem)
    reason = _checked_reason(reason)
    with transaction.atomic(), collecting_changes(reason):
        sheet = _locked(sheet, ScoreSheet.State.WAITING)
        results = results_with_history(sheet)
        _refuse_changed(sheet.entries, results, leave_changed)
        history_reason = f"Sheet {sheet.pk}: {reason}"
        sheet.entries = [
            entry if changed_since(entry, results) else _publish_entry(entry, results, user, history_reason)
            for entry in sheet.entries
        ]
        _mark_published(sheet, user)
        sheet.save()
    return sheet


def _publish_entry(entry: dict, results: Mapping[int, Result], user, reason: str) -> dict:
    if not entry["applied"]:
        return _correct(entry, user, reason, publish=True)
    result = results[entry["result"]]
    if result.state == Result.State.DRAFT:
        result = publish_result(result, reason=reason, user=user)
    return {**entry, "history": _last_history(result)}


def undo_sheet(sheet: ScoreSheet, user, reason: str, *, leave_changed: bool = False) -> ScoreSheet:
    """Take a saved sheet back in one transaction.

    New drafts are removed, new public results withdrawn with `reason` for readers, and changed
    ones get their old score back. A result that somebody touched since is never overwritten:
    see `publish_sheet`. Raises SheetRefused, writing nothing.
    """
    if sheet.state == ScoreSheet.State.PUBLISHED and not may_publish(user):
        raise SheetRefused("Only a publisher can undo a published sheet.")
    reason = _checked_reason(reason)
    with transaction.atomic(), collecting_changes(reason):
        sheet = _locked(sheet, ScoreSheet.State.WAITING, ScoreSheet.State.PUBLISHED)
        results = results_with_history(sheet)
        written = [entry for entry in sheet.entries if entry["applied"]]
        _refuse_changed(written, results, leave_changed)
        history_reason = f"Undo of sheet {sheet.pk}: {reason}"[:100]
        for entry in reversed(written):
            if not changed_since(entry, results):
                _take_back(entry, results[entry["result"]], user, reason, history_reason)
        sheet.state = ScoreSheet.State.UNDONE
        sheet.save()
    return sheet


def _take_back(entry: dict, result: Result, user, public_reason: str, reason: str) -> None:
    result._history_user, result._change_reason = user, reason
    if entry["action"] == CHANGE:
        before = entry["before"]
        result.score, result.state = Decimal(before["score"]), before["state"]
        result.withdrawn_reason = before["withdrawn_reason"]
        result.save()
    elif result.state == Result.State.DRAFT:
        result.delete()
    else:
        withdraw_result(result, public_reason, user=user)


def results_with_history(sheet: ScoreSheet) -> dict[int, Result]:
    """The sheet's results with their newest history id in `newest`. Two queries."""
    keys = [entry["result"] for entry in sheet.entries]
    results = {row.pk: row for row in Result.objects.select_related("model", "benchmark").filter(pk__in=keys)}
    newest = Result.history.filter(id__in=keys).order_by("history_date", "history_id").values_list("id", "history_id")
    for pk, history in newest:
        if pk in results:
            results[pk].newest = history
    return results


def changed_since(entry: dict, results: Mapping[int, Result]) -> str | None:
    """A sentence if the entry's result is no longer as the sheet left (or found) it, or None."""
    result = results.get(entry["result"])
    if result is None:
        return f"Result {entry['result']} has been deleted since."
    if entry["applied"]:
        touched = getattr(result, "newest", None) != entry["history"]
    else:
        before = entry["before"]
        touched = (result.score, result.state) != (Decimal(before["score"]), before["state"])
    return f"“{result}” was changed after the sheet was saved." if touched else None


def _refuse_changed(entries: Iterable[dict], results: Mapping[int, Result], leave_changed: bool) -> None:
    changed = [sentence for entry in entries if (sentence := changed_since(entry, results))]
    if changed and not leave_changed:
        raise SheetRefused(*changed, "Nothing was done. Tick “leave changed results alone” to go on without them.")


def discard(sheet: ScoreSheet) -> None:
    """Throw an unsaved preview away."""
    if sheet.state not in (ScoreSheet.State.PREVIEW, ScoreSheet.State.ENTRY):
        raise SheetRefused("A saved sheet is undone, not discarded.")
    sheet.delete()
