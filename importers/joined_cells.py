"""Where a CSV row's columns and a record's fields differ: the one becomes the other and back. No database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from importers.cells import BadCell
from models_catalog.core import price_terms
from models_catalog.core.price_terms import BATCH, INPUT, OUTPUT, PriceTerm
from models_catalog.core.setting_words import items_in, without_interval

Values = dict[str, Any]  # field → value

# The commonest price terms have columns of their own.
BATCH_COLUMNS = {"batch_input": INPUT, "batch_output": OUTPUT}
TIER_COLUMNS = {"tier_input": INPUT, "tier_output": OUTPUT}
TERM_COLUMNS = (*BATCH_COLUMNS, "tier_above", *TIER_COLUMNS, "terms")


def result_values(values: Values) -> Values:
    """What the words of a method say has a field of its own, unless the row fills that itself.

    A 95 % interval is a standard error and leaves the words; “477 of 500 tasks” are the items run.
    """
    method, stderr = without_interval(values.get("method", ""))
    values = dict(values)
    if stderr is not None:
        values["method"] = method
        if values.get("stderr") is None:
            values["stderr"] = stderr
    items_run = items_in(method)
    if items_run is not None and values.get("items_run") is None:
        values |= {"items_run": items_run, "standard": False}
    return values


def redirect_values(values: Values) -> Values:
    """A row that names no model, or the word “gone” in its place, is of a model that is gone. Raises BadCell."""
    if values.get("model", "").lower() == "gone":
        values = {**values, "model": "", "gone": True}
    if not values.get("model") and not values.get("gone"):
        raise BadCell("Name the model that the address leads to, or write true into the column gone.")
    return values


def price_values(values: Values) -> Values:
    """Batch and tier prices join the row's other terms. Raises BadCell."""
    given = {name: values[name] for name in TERM_COLUMNS if name in values}
    if not given:
        return values
    above = given.get("tier_above")
    if above is None and any(given.get(name) is not None for name in TIER_COLUMNS):
        raise BadCell("The row has a tier price, but tier_above_tokens is empty. Say from how many tokens it holds.")
    terms = list(price_terms.parse(given.get("terms") or ""))
    terms += [
        PriceTerm(item, given[name], mode=BATCH) for name, item in BATCH_COLUMNS.items() if given.get(name) is not None
    ]
    terms += [
        PriceTerm(item, given[name], above=above) for name, item in TIER_COLUMNS.items() if given.get(name) is not None
    ]
    try:
        text = price_terms.written(price_terms.parse("\n".join(str(term) for term in terms)))
    except price_terms.BadTerm as problem:
        raise BadCell(str(problem)) from None
    return {**{name: value for name, value in values.items() if name not in TERM_COLUMNS}, "terms": text}


def price_cells(row: Values) -> Values:
    """The row of a price with batch prices and the lowest tier in columns of their own."""
    terms = price_terms.parse(row["terms"])
    cells: Values = {}
    for name, item in BATCH_COLUMNS.items():
        cells[name] = price_terms.amount_of(terms, item, mode=BATCH)
    above = _lowest_tier(terms)
    cells["tier_above"] = above
    for name, item in TIER_COLUMNS.items():
        cells[name] = None if above is None else price_terms.amount_of(terms, item, above=above)
    in_columns = {PriceTerm(item, Decimal(0), mode=BATCH).key for item in BATCH_COLUMNS.values()}
    if above is not None:
        in_columns |= {PriceTerm(item, Decimal(0), above=above).key for item in TIER_COLUMNS.values()}
    rest = price_terms.written(term for term in terms if term.key not in in_columns)
    return {**row, **cells, "terms": rest}


def _lowest_tier(terms: tuple[PriceTerm, ...]) -> int | None:
    """The smallest input size from which an input or output price changes."""
    keys = {term.key: term.above for term in terms if term.above is not None and term.item in (INPUT, OUTPUT)}
    plain = [above for key, above in keys.items() if key == PriceTerm(key[0], Decimal(0), above=above).key]
    return min(plain, default=None)
