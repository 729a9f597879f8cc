"""Writes a batch of any format: resolve names, check, compare with what is stored, write once.

One transaction holds it all. With any refused row nothing is written unless `keep_going`;
a dry run does the same work and rolls back. The rules are in docs/adr/0003-import.md.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from importers import catalog_steps, evidence_steps, offer_steps, run_settling, run_steps, source_names
from importers.checks import forget_answers
from importers.names import queue_unknown_names
from importers.price_conflicts import queue_price_conflicts
from importers.records import Batch
from importers.report import ImportReport
from importers.run import Progress, Run
from models_catalog.models import LanguageModel
from models_catalog.signals import announce_change

# Parents before children: a step resolves names that earlier steps have written.
STEPS = (
    source_names.settle_names,
    catalog_steps.write_categories,
    catalog_steps.write_organizations,
    catalog_steps.write_models,
    source_names.write_declared_aliases,
    catalog_steps.write_redirects,
    catalog_steps.write_aliases,
    evidence_steps.write_benchmarks,
    evidence_steps.write_benchmark_aliases,
    run_settling.settle_figures,
    evidence_steps.write_results,
    run_steps.write_runs,
    offer_steps.write_offers,
)


def longest_reason() -> int | None:
    """Characters the history keeps of a reason; None when it keeps any text."""
    return LanguageModel.history.model._meta.get_field("history_change_reason").max_length


def apply_batch(
    batch: Batch,
    *,
    reason: str,
    dry_run: bool = False,
    keep_going: bool = False,
    user=None,
    progress: Progress = lambda target, done, total: None,
    make_run: Callable[..., Run] = Run,
) -> ImportReport:
    """Write `batch` and return what happened; `reason` and `user` go into the history.

    After a commit that changed something `signals.public_data_changed` is sent once. Names
    nobody knows are queued for editors even when the rows are rolled back, but not on a dry
    run. `make_run` makes the run, as the newsroom does to watch and limit what is written.
    Raises ValueError for a reason that the history cannot hold.
    """
    limit = longest_reason()
    if limit is not None and len(reason) > limit:
        raise ValueError(f"The reason has {len(reason)} characters; at most {limit} fit. Shorten it.")
    report = ImportReport(
        dry_run=dry_run, problems=list(batch.problems), notes=list(batch.notes), skipped=list(batch.skipped)
    )
    try:
        with transaction.atomic():
            run = make_run(batch, report, reason, user, progress)
            for step in STEPS:
                step(run)
            run.names.tell()
            report.written = not dry_run and (keep_going or not report.problems)
            if not report.written:
                transaction.set_rollback(True)
            elif report.changed:
                announce_change(reason, bulk=True)
    finally:
        forget_answers()
    if not dry_run and not report.written:
        report.take_back()
    if not dry_run:
        queue_unknown_names(report)
        queue_price_conflicts(report)
    report.problems.sort(key=lambda problem: (problem.file, problem.line or 0))
    return report
