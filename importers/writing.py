"""Writes checked rows of one table with their history, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from importers.checks import constraint_problems, field_problem
from importers.report import CREATED, UNCHANGED, UPDATED

ROWS_PER_UPDATE = 200  # an update names every row once per field; larger ones get slow, not fast


class TableWriter:
    """Collects new and changed rows of one table; `flush` writes them."""

    def __init__(self, table: type[models.Model], reason: str, user=None):
        self.table, self.reason, self.user = table, reason, user
        self.has_history = hasattr(table, "history")
        self._new: list[models.Model] = []
        self._changed: dict[Any, models.Model] = {}
        self._changed_fields: set[str] = set()
        self._attributes = {field.name: field.attname for field in table._meta.concrete_fields}

    def merged(self, stored: models.Model | None, values: Mapping[str, Any]) -> dict[str, Any]:
        """Every field of the row as it will stand: stored values or defaults under `values`."""
        if stored is not None:
            row = {name: getattr(stored, attribute) for name, attribute in self._attributes.items()}
        else:
            row = {field.name: field.get_default() for field in self.table._meta.concrete_fields if field.name != "id"}
        return {**row, **values}

    def problems(self, stored: models.Model | None, values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """(field, sentence) for everything that forbids the row."""
        found = [(name, field_problem(self.table, name, value)) for name, value in values.items()]
        found = [(name, problem) for name, problem in found if problem]
        return found or list(constraint_problems(self.table, self.merged(stored, values)))

    def stage(self, stored: models.Model | None, values: Mapping[str, Any]) -> tuple[models.Model, str]:
        """Remember the row for writing. Returns it and whether it is created, updated or unchanged."""
        if stored is None:
            row = self.table(**values)
            self._new.append(row)
            return row, CREATED
        changed = [name for name, value in values.items() if self._differs(stored, name, value)]
        if not changed:
            return stored, UNCHANGED
        for name in changed:
            setattr(stored, name, values[name])
        self._changed_fields.update(changed)
        self._changed[stored.pk] = stored
        return stored, UPDATED

    def _differs(self, stored: models.Model, name: str, value: Any) -> bool:
        if isinstance(value, models.Model):
            value = value.pk
        return getattr(stored, self._attributes[name]) != value

    def flush(self) -> None:
        """Write what was staged, each row with one history entry."""
        if self._new:
            self._create()
        if self._changed:
            self._update()
        self._new, self._changed, self._changed_fields = [], {}, set()

    def _create(self) -> None:
        if self.has_history:
            bulk_create_with_history(self._new, self.table, default_user=self.user, default_change_reason=self.reason)
        else:
            self.table._default_manager.bulk_create(self._new)

    def _update(self) -> None:
        rows = list(self._changed.values())
        fields = sorted(self._changed_fields)
        if "updated_at" in self._attributes:  # Django sets it in save() only
            now = timezone.now()
            for row in rows:
                row.updated_at = now
            fields.append("updated_at")
        if self.has_history:
            bulk_update_with_history(
                rows,
                self.table,
                fields,
                batch_size=ROWS_PER_UPDATE,
                default_user=self.user,
                default_change_reason=self.reason,
            )
        else:
            self.table._default_manager.bulk_update(rows, fields, batch_size=ROWS_PER_UPDATE)
