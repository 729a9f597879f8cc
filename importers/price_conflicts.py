"""Prices on which two sources disagree: noted while they are read, listed for editors afterwards.

It does not matter what becomes of the row: whether it was refused, or began a new period because it was seen later,
an import cannot know whether the price changed or one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from importers.price_periods import FIGURES
from importers.records import ABSENT, PriceRecord
from importers.report import ImportReport
from models_catalog.core.disagreement import disagree
from models_catalog.models import Offering, PriceConflict

AT_ONCE = 500


def note(report: ImportReport, offering: Offering, before: Mapping[str, Any], records: Iterable[PriceRecord]) -> None:
    """Note of every row that only says what was seen whether it disagrees with another source's price in force."""
    if offering.pk is None or not before:
        return
    for record in records:
        if not record.is_observation or record.dataset == before.get("dataset", ""):
            continue
        pairs = [(name, before.get(name), _known(getattr(record, name))) for name in FIGURES]
        apart = [(name, ours, theirs) for name, ours, theirs in pairs if disagree(ours, theirs)]
        told = None
        if apart:
            source = before.get("dataset", "") or "the newsroom"
            theirs = _words((name, figure) for name, _, figure in apart)
            told = theirs, f"{_words((name, figure) for name, figure, _ in apart)} from {source}", str(record.place)
        report.price_conflicts[offering.pk, record.dataset] = told
        if told is None:  # what the other source said against this one is over, too
            report.price_conflicts.setdefault((offering.pk, before.get("dataset", "")), None)


def _known(figure: Any) -> Decimal | None:
    return None if figure in (ABSENT, None) else figure


def _words(figures: Iterable[tuple[str, Decimal]]) -> str:
    """“input 3, cache read 0.3”."""
    return ", ".join(f"{name.replace('_', ' ')} {figure.normalize():f}" for name, figure in figures)


def queue_price_conflicts(report: ImportReport) -> None:
    """List what the import noted, and strike off what a source no longer says. A settled one stays unless it says new.

    Of an import that was refused as a whole too: the disagreement was seen all the same.
    """
    if not report.price_conflicts:
        return
    with transaction.atomic():
        keys = list(report.price_conflicts)
        known: dict[tuple[int, str], PriceConflict] = {}
        for start in range(0, len(keys), AT_ONCE):
            offers = {pk for pk, _ in keys[start : start + AT_ONCE]}
            rows = PriceConflict.objects.filter(offering__in=offers)
            known |= {(row.offering_id, row.dataset): row for row in rows}
        standing = set(Offering.objects.values_list("pk", flat=True))
        for (offering, dataset), told in report.price_conflicts.items():
            row = known.get((offering, dataset))
            if told is None:
                if row is not None:
                    row.delete()
            elif offering in standing:
                _list(row or PriceConflict(offering_id=offering, dataset=dataset), *told)


def _list(row: PriceConflict, says: str, against: str, place: str) -> None:
    if row.pk and row.says == says[:200] and row.state == PriceConflict.State.SETTLED:
        return
    row.says, row.against, row.seen_in = says[:200], against[:200], place[:300]
    row.state = PriceConflict.State.OPEN
    row.save()
