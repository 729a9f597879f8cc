"""Offerings with their prices and speeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from importers import price_conflicts, rows
from importers.price_periods import FIGURES, Period, plan_periods
from importers.records import OfferingRecord, PriceRecord, SpeedRecord
from importers.report import CREATED, UNCHANGED, row_outcome
from importers.run import Run
from importers.writing import TableWriter
from models_catalog.core.loose_names import loose_key, spellings
from models_catalog.models import Offering, Price, SpeedMeasurement

PRICE_FIELDS = (
    *(*FIGURES, "terms", "valid_from", "valid_from_basis", "valid_to", "observed_on"),
    *("source_url", "read_at", "note", "dataset"),
)
OFFERING_FIELDS = ("model", "provider", "first_party")


@dataclass(frozen=True, slots=True)
class Served:
    """A row with its offering, and what the row did to the offering."""

    record: OfferingRecord
    offering: Offering
    outcome: str


def write_offers(run: Run) -> None:
    """Offerings first, then the prices and speeds that hang on them."""
    batch = run.batch
    served = _write_offerings(run, [*batch.offerings, *batch.prices, *batch.speeds])
    _write_prices(run, [each for each in served if isinstance(each.record, PriceRecord)])
    _write_speeds(run, [each for each in served if isinstance(each.record, SpeedRecord)])


def _write_offerings(run: Run, records: list[OfferingRecord]) -> list[Served]:
    """Make or change the offerings that rows name; leaves out rows whose names are not known."""
    if not records:
        return []
    known = {(row.model_id, row.provider_id): row for row in Offering.objects.all()}
    said: dict[tuple[int, int], OfferingRecord] = {}  # the first row that says whether it is first party
    writer = run.writer(Offering)
    served = []
    for record in run.each("offerings", records):
        model = run.names.model(record.model, record.dataset, record.place)
        provider = run.names.organization(record.provider, record.dataset, record.place, "provider")
        if model is None or provider is None:
            continue
        key = model.pk, provider.pk
        first_party = record.first_party if record.first_party in (True, False) else None
        if first_party is not None and said.setdefault(key, record).first_party != first_party:
            reason = f"{said[key].place} says the opposite about this model and provider. Make them agree."
            run.refuse(record, "first_party", reason)
            continue
        stored = known.get(key)
        if first_party is None:
            first_party = stored.first_party if stored is not None else model.lab_id == provider.pk
        outcome = UNCHANGED
        if stored is not None and stored.pk is None:  # made by an earlier row of this import
            stored.first_party = first_party
        else:
            values = {"model": model, "provider": provider, "first_party": first_party}
            stored, outcome = writer.stage(stored, values)
            known[key] = stored
        served.append(Served(record, stored, outcome))
        if type(record) is OfferingRecord:
            run.report.count("offerings", outcome)
    writer.flush()
    return served


def _write_prices(run: Run, served: list[Served]) -> None:
    """Prices, as periods that never overlap."""
    if not served:
        return
    writer = run.writer(Price)
    asked: dict[Offering, list[Served]] = {}
    for each in served:
        if not _is_double_price(run, each) and _price_can_stand(run, writer, each.record):
            asked.setdefault(each.offering, []).append(each)
    stored: dict[int, list[Period]] = {}
    for price in Price.objects.all():
        values = {name: getattr(price, name) for name in PRICE_FIELDS}
        stored.setdefault(price.offering_id, []).append(Period(values, price))
    for offering, rows_of_it in asked.items():
        rows_of_it = _of_one_name(run, offering, rows_of_it)
        records = [each.record for each in rows_of_it]
        outcomes = {id(each.record): each.outcome for each in rows_of_it}
        before = _in_force(stored.get(offering.pk, []))
        price_conflicts.note(run.report, offering, before, records)
        for period in plan_periods(stored.get(offering.pk, []), records, run.refuse):
            _, outcome = writer.stage(period.stored, {"offering": offering, **period.values})
            for record in period.records:
                run.report.count("prices", row_outcome(outcome, outcomes[id(record)]))
                if outcome == CREATED:  # by the first row; the others only confirm it
                    outcome = UNCHANGED
            if period.records:
                run.told_price(period.records[0], offering, before, dict(period.values))
    writer.flush()


def _in_force(periods: list[Period]) -> dict[str, Any]:
    """The stored price without an end, as plain values; empty where there is none."""
    holding = next((period for period in periods if period.stored is not None and period.end is None), None)
    return dict(holding.values) if holding else {}


def _of_one_name(run: Run, offering: Offering, served: list[Served]) -> list[Served]:
    """The rows without those by which a source prices the model a second time, under another name.

    Of two names the one that spells the model's own speaks, else the shorter; never the first in
    the alphabet. Rows that agree, or that say since when they hold, all stay.
    """
    seen = [each for each in served if each.record.is_observation]
    own = loose_key(offering.model.slug)
    by_dataset: dict[str, dict[str, list[tuple]]] = {}
    for each in seen:
        by_dataset.setdefault(each.record.dataset, {}).setdefault(each.record.model, []).append(_figures(each.record))
    kept = []
    for each in served:
        rivals = by_dataset.get(each.record.dataset, {})
        best = min(rivals, key=lambda name: (own not in spellings(name), len(name), name), default=each.record.model)
        agrees = each.record.model == best or _figures(each.record) in rivals[best]
        if each.record.is_observation and not agrees:
            reason = f"The source offers the model as “{best}” too, at another price. Map one of the names elsewhere."
            run.refuse(each.record, "model", reason)
        else:
            kept.append(each)
    return kept


def _figures(record: PriceRecord) -> tuple:
    return tuple(getattr(record, name) for name in FIGURES)


def _is_double_price(run: Run, each: Served) -> bool:
    record = each.record
    # A source may offer a model under several names; `_of_one_name` chooses between those.
    seen = ("seen", record.dataset, record.model, record.observed_on or None)
    key = seen if record.is_observation else ("from", record.valid_from)
    what = "A price of the same offering and day"
    return run.is_double(("prices", each.offering.pk, *key), record, "", what)


def _price_can_stand(run: Run, writer: TableWriter, record: PriceRecord) -> bool:
    """Check the row on its own, before it is fitted between the others."""
    problems = list(writer.problems(None, rows.plain_values(record, without=OFFERING_FIELDS)))
    for field, reason in problems:
        run.refuse(record, field, reason)
    return not problems


def _write_speeds(run: Run, served: Iterable[Served]) -> None:
    """Speeds, one per offering, day, dataset and region."""
    if not served:
        return
    writer = run.writer(SpeedMeasurement)
    stored = SpeedMeasurement.objects.all()
    known = {(row.offering_id, row.measured_on, row.dataset, row.region): row for row in stored}
    for each in served:
        record = each.record
        key = each.offering.pk, record.measured_on, record.dataset, record.region
        if run.is_double(("speeds", *key), record, "", "A speed of the same offering, day, dataset and region"):
            continue
        values = {"offering": each.offering, **rows.plain_values(record, without=OFFERING_FIELDS)}
        run.save(writer, record, known.get(key), values, "speeds", of_parent=each.outcome)
    writer.flush()
