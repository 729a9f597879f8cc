"""The tables' own rules, asked of plain values: many rows, no query.

`full_clean()` asks the database several questions for every row. Here the same field
definitions and check constraints of `models_catalog.models` are read and evaluated in
Python, so every rule and its sentence still has one place: the model.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator, MaxLengthValidator
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import F, Q

from importers.cells import shortened


def field_problem(model: type[models.Model], name: str, value: Any) -> str | None:
    """Why `value` cannot stand in the field, as a sentence, or None. Asks no database."""
    field = _field(model, name)
    if field.is_relation or isinstance(field, models.JSONField):
        return None
    if value is None:
        return None if field.null else "The cell is empty, but this figure must be known."
    if value == "":
        return None if field.blank else "The cell is empty, but this text must be given."
    return _value_problem(model, name, type(value), value)


@cache
def _field(model: type[models.Model], name: str) -> models.Field:
    return model._meta.get_field(name)


@cache
def _value_problem(model: type[models.Model], name: str, _type: type, value: Any) -> str | None:
    """The remembered answer for one value: most cells of a column repeat."""
    field = _field(model, name)
    if field.choices and value not in dict(field.flatchoices):
        words = ", ".join(str(word) for word, _ in field.flatchoices)
        return f"“{shortened(str(value))}” is none of: {words}."
    if field.max_length and isinstance(value, str) and len(value) > field.max_length:
        return f"The text has {len(value)} characters; at most {field.max_length} fit. Shorten it."
    if isinstance(field, models.DecimalField):
        problem = _decimal_problem(field, value)
        if problem:
            return problem
    if isinstance(field, models.IntegerField):
        # SQLite would take any whole number; the limits of the other databases hold everywhere.
        low, high = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
        if not low <= value <= high:
            return f"{value} is outside the range {low} to {high}."
    for validator in field.validators:
        if not isinstance(validator, (DecimalValidator, MaxLengthValidator)):
            try:
                validator(value)
            except ValidationError as error:
                shown, reason = f"“{shortened(str(value))}”", " ".join(error.messages)
                return reason if shown in reason else f"{shown}: {reason}"
    return None


def _decimal_problem(field: models.DecimalField, value: Decimal) -> str | None:
    whole_digits = field.max_digits - field.decimal_places
    if abs(value) >= Decimal(10) ** whole_digits:
        return f"{shortened(str(value))} has more than {whole_digits} digits before the point."
    if value != round(value, field.decimal_places):
        return f"{value} has more than {field.decimal_places} decimal places. Round it."
    return None


def forget_answers() -> None:
    """Empty the memory of `field_problem`; called when an import ends."""
    _value_problem.cache_clear()


def constraint_problems(model: type[models.Model], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, sentence) of every check constraint that the row `values` breaks.

    `values` holds every field a condition names. As in SQL, a condition that cannot be
    decided because a value is not known is not broken. The field is the first one the
    condition names; rules about slugs are left to the slug field's own validators.
    """
    for constraint in _row_rules(model):
        if _holds(constraint.condition, values) is False:
            yield _first_field(constraint.condition), str(constraint.violation_error_message)


@cache
def _row_rules(model: type[models.Model]) -> list[models.CheckConstraint]:
    return [
        constraint
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint) and not constraint.name.endswith("_is_an_address")
    ]


def _first_field(condition: Q) -> str:
    child = condition.children[0]
    return _first_field(child) if isinstance(child, Q) else child[0].split("__")[0]


def _holds(condition: Q, values: Mapping[str, Any]) -> bool | None:
    """Whether the condition is true, false, or (None) not decided, by SQL's three-valued logic."""
    answers = [
        _holds(child, values) if isinstance(child, Q) else _compare(*child, values) for child in condition.children
    ]
    decisive = condition.connector == Q.OR  # one true decides an OR, one false an AND
    if decisive not in answers and None in answers:
        return None
    answer = decisive if decisive in answers else not decisive
    return not answer if condition.negated else answer


COMPARISONS = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, options: value in options,
    "contains": lambda value, part: part in value,
    "regex": lambda value, pattern: re.search(pattern, value) is not None,
}


def _compare(lookup: str, wanted: Any, values: Mapping[str, Any]) -> bool | None:
    name, _, comparison = lookup.partition("__")
    value = values[name]
    if comparison == "isnull":
        return (value is None) == wanted
    if isinstance(wanted, F):
        wanted = values[wanted.name]
    if value is None or wanted is None:
        return None
    return COMPARISONS[comparison or "exact"](value, wanted)
