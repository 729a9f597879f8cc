"""What a live source sent, made ready to be applied: dated, without what was left out, and as plain rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator
from dataclasses import replace
from decimal import Decimal

from importers.records import ABSENT, Batch, ModelRecord, PriceRecord, Record, ResultRecord
from importers.run_records import FigureRecord
from newsroom.import_rules import TABLE_OF

LISTS = (*TABLE_OF, "figures")
NAMED = ("models", "organizations", "benchmarks")


def prepared(batch: Batch, day: dt.date, left_out: Container[str] = ()) -> None:
    """Date prices that say no day by the arrival's own, and take out the rows whose keys are left out."""
    batch.prices = [_dated(price, day) for price in batch.prices]
    for target in LISTS:
        kept: list[Record] = []
        gone: list[Record] = []
        for record in getattr(batch, target):
            (gone if key_of(target, record) in left_out else kept).append(record)
        if gone:
            setattr(batch, target, kept)
            _forget_names(batch, target, gone)


def _dated(price: PriceRecord, day: dt.date) -> PriceRecord:
    if price.is_observation and price.observed_on in (ABSENT, None):
        return replace(price, observed_on=day)
    return price


def _forget_names(batch: Batch, target: str, gone: list[Record]) -> None:
    """Rows of a model that is left out are no news for the queue of unknown names."""
    for record in gone if target in NAMED else ():
        batch.refused_names.add((target, record.slug))
        if isinstance(record, ModelRecord) and hasattr(record, "source_id"):
            batch.refused_names.add((target, record.source_id))


def key_of(target: str, record: Record) -> str:
    """What names a row among the others of its file; `ImportLine.key` says the same."""
    return f"{'results' if target == 'figures' else target}|{record.place}"


def prices_only(batch: Batch, keys: Container[str]) -> Batch:
    """A batch of the prices with these keys and nothing else: no model, name or result is made."""
    prices = [price for price in batch.prices if key_of("prices", price) in keys]
    return Batch(names_are_slugs=batch.names_are_slugs, prices=prices)


def rows_of(batch: Batch) -> dict[str, str]:
    """Every figure the source gives, by a name that stays the same from run to run, as text to compare."""
    return dict(sorted(_rows(batch)))


def _rows(batch: Batch) -> Iterator[tuple[str, str]]:
    for price in batch.prices:
        figures = (price.input, price.output, price.cache_read, price.cache_write, price.terms)
        yield f"price of {price.model} at {price.provider}{_from(price)}", " / ".join(_text(each) for each in figures)
    for result in batch.results:
        yield _name_of(result), _text(result.score)
    for record in batch.figures:
        if isinstance(record, FigureRecord):
            figure = record.figure
            name = f"{figure.model} on {figure.benchmark}, {figure.metric}, {figure.variant} ({figure.file})"
            yield name, _text(figure.score)
    for model in batch.models:
        yield f"model {getattr(model, 'source_id', model.slug)}", ""


def _from(price: PriceRecord) -> str:
    return f" from {price.valid_from}" if price.valid_from else ""


def _name_of(result: ResultRecord) -> str:
    return f"{result.model} on {result.benchmark} ({result.row_id or result.place})"


def _text(value: object) -> str:
    if value is ABSENT or value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
