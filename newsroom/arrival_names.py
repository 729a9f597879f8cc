"""Which names of an arrival are news: those an editor could map, not the thousands that a price list knows besides."""

from __future__ import annotations

from importers.report import ImportReport
from importers.sync.sources import BY_KEY
from models_catalog.models import Import, LiveSource, Organization, UnknownName

UNKNOWN = ("No model is called", "No provider is called", "No organisation is called")


def pass_over_strangers(report: ImportReport, key: str) -> None:
    """Of a price list, tell the offers of models and hosts we do not keep in one note instead of row by row.

    A model that a laboratory we know offers itself stays in the queue of names: it may be a new one.
    """
    source = BY_KEY.get(key)
    if source is None or not source.has_prices:
        return
    labs = set(Organization.objects.filter(is_lab=True).values_list("slug", flat=True))
    news = {
        name: entry
        for name, entry in report.unknown_names.items()
        if name[0] == UnknownName.Kind.MODEL and name[2].rpartition("/")[0] in labs
    }
    told = {(str(place.file), place.line) for place, _ in news.values()}
    before = len(report.problems)
    report.problems = [
        problem
        for problem in report.problems
        if not problem.reason.startswith(UNKNOWN) or (problem.file, problem.line) in told
    ]
    report.unknown_names = news
    if before > len(report.problems):
        report.notes.append(
            f"Offers of models or hosts that this site does not keep were passed over: {before - len(report.problems)}."
        )


def let_go_of_vanished(entry: Import) -> None:
    """Once somebody has decided about an arrival, the rows it told as vanished are told no more."""
    gone = set(entry.preview.get("vanished", ())) if entry.source else ()
    if gone:
        for state in LiveSource.objects.filter(key=entry.source):
            state.rows = {name: figures for name, figures in state.rows.items() if name not in gone}
            state.save(update_fields=["rows", "updated_at"])
