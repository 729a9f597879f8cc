"""What an import through the newsroom may do, and a record of every row it would write.

An import follows the rules of the pages: results of somebody who may not publish become drafts,
public results change by a publisher only, and a publisher's fields stay a publisher's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db import models

from importers.records import Batch, Problem, Record
from importers.report import UNCHANGED
from importers.run import Run
from models_catalog.core.specs import ResultRow
from models_catalog.models import Result
from models_catalog.snapshots import RESULT_FIELDS, result_row
from newsroom.core.sheet import CHANGE, CREATE
from newsroom.publishing import may_correct, may_publish

# list of a batch → table whose add and change permissions it needs
TABLE_OF = {
    "categories": "category",
    "organizations": "organization",
    "models": "languagemodel",
    "redirects": "modelslugredirect",
    "aliases": "modelalias",
    "benchmarks": "benchmark",
    "benchmark_aliases": "benchmarkalias",
    "results": "result",
    "offerings": "offering",
    "prices": "price",
    "speeds": "speedmeasurement",
}
# what stays as stored when somebody else than a publisher imports
PUBLISHERS_FIELDS = {
    "models": ("published",),
    "benchmarks": (
        *("kind", "floor", "best", "anchor", "weight", "display_reason", "category", "family"),
        *("unit", "maximum", "direction"),
    ),
}
UNTOLD = {"updated_at", "created_at"}
PRICE_FIGURES = ("input", "output", "cache_read", "cache_write", "terms")
PRICE_DAYS = ("valid_from", "valid_to")


@dataclass(frozen=True)
class Rights:
    """What one person's import may do. `publish`: new results are public at once, if the person may decide that."""

    is_publisher: bool
    may_change_public: bool
    publish: bool

    @classmethod
    def of(cls, user, wants_to_publish: bool) -> Rights:
        """The rights of `user`, who asked for new results to be published or not."""
        alone = may_correct(user)
        return cls(may_publish(user), alone, alone and wants_to_publish)

    def refusal(self, stored: models.Model | None, changes: bool) -> str | None:
        """Why a stored result may not be changed, or None."""
        if self.may_change_public or not changes or not isinstance(stored, Result):
            return None
        if stored.state == Result.State.DRAFT:
            return None
        who = "another publisher" if self.is_publisher else "a publisher"
        return (
            f"This would change a public result ({stored.score.normalize():f}), which takes {who}. Leave the row out."
        )

    def limited(self, stored: models.Model | None, values: Mapping[str, Any], target: str) -> dict[str, Any]:
        """The values that may be written."""
        values = dict(values)
        if target == "results":
            if stored is None and not self.publish:
                values["state"] = Result.State.DRAFT
                values.pop("withdrawn_reason", None)
            elif stored is not None and not self.may_change_public:
                values.pop("state", None)
                values.pop("withdrawn_reason", None)
        elif not self.is_publisher and target in PUBLISHERS_FIELDS:
            if stored is not None:
                values = {name: value for name, value in values.items() if name not in PUBLISHERS_FIELDS[target]}
            elif target == "models":
                values["published"] = False
            else:
                values["weight"] = 0.0
        return values


# Under these an arrival is looked at before anybody has taken it: everything is shown, nothing is published.
NOBODYS = Rights(is_publisher=True, may_change_public=True, publish=False)


def refuse_tables(batch: Batch, user) -> None:
    """Refuse every table of the batch that `user` may not add to and change."""
    for target, table in TABLE_OF.items():
        records = getattr(batch, target)
        needed = [f"models_catalog.{action}_{table}" for action in ("add", "change")]
        if records and not (may_publish(user) or user.has_perms(needed)):
            reason = "Your role may not change this table. Leave it out, or ask a publisher to import it."
            batch.problems.append(Problem(records[0].place.file, None, "", reason))
            batch.unread.add(target)
            records.clear()


@dataclass(frozen=True)
class ImportLine:
    """One row that would be created or changed. `fields` are (name, old text, new text)."""

    place: str
    table: str
    name: str
    action: str
    fields: tuple[tuple[str, str, str], ...]
    result: ResultRow | None = None  # of the table of results: as it would stand
    unit: str = ""  # of its score
    warnings: tuple[str, ...] = ()
    rival: str | None = None  # of a price: the other data set that the price in force came from

    @property
    def key(self) -> str:
        """What names the row among the others of its file."""
        return f"{self.table}|{self.place}"

    def warned(self, *sentences: str) -> ImportLine:
        """The same line with further warnings."""
        return replace(self, warnings=(*self.warnings, *sentences))


@dataclass
class Watch:
    """Collects the lines of one import under somebody's rights.

    `seen_again` are keys of prices that only confirm one of the same data set, by the day that one was seen.
    """

    rights: Rights
    lines: list[ImportLine] = field(default_factory=list)
    seen_again: dict[str, dt.date | None] = field(default_factory=dict)

    def run(self, *arguments) -> Run:
        """Make the run of an import, for `apply_batch`."""
        return WatchedRun(self, *arguments)

    def digest(self, report) -> str:
        """Changes whenever what would be written or refused changes."""
        rows = [repr((line.place, line.table, line.name, line.action, line.fields)) for line in self.lines]
        counts = sorted((table, sorted(outcomes.items())) for table, outcomes in report.tables.items())
        problems = sorted(str(problem) for problem in report.problems)
        return hashlib.sha256("\n".join([*rows, repr(counts), *problems]).encode()).hexdigest()


class WatchedRun(Run):
    """A run that asks for rights and remembers what it would write."""

    def __init__(self, watch: Watch, *arguments):
        super().__init__(*arguments)
        self.watch = watch

    def save(self, writer, record: Record, stored, values: Mapping[str, Any], target: str, of_parent: str = UNCHANGED):
        """Save a row within the rights; None when it is refused."""
        rights = self.watch.rights
        values = rights.limited(stored, values, target)
        old = {name: getattr(stored, stored._meta.get_field(name).attname) for name in values} if stored else {}
        changed = [name for name, value in values.items() if stored is None or old[name] != _key(value)]
        if refusal := rights.refusal(stored, bool(changed)):
            self.refuse(record, "", refusal)
            return None
        told = tuple((name, _text(old.get(name)), _text(values[name])) for name in changed if name not in UNTOLD)
        row = super().save(writer, record, stored, values, target, of_parent)
        if row is not None and told:
            self.watch.lines.append(_line(record, target, row, values, told, is_new=stored is None))
        return row

    def told_price(self, record: Record, offering, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Remember a price that differs from the one in force; that it was merely seen again is no change."""
        told = tuple(
            (name, _text(before.get(name)), _text(after.get(name)))
            for name in PRICE_FIGURES
            if _text(before.get(name)) != _text(after.get(name))
        )
        if told:
            action = CHANGE if before else CREATE
            told += tuple((name, "", _text(after[name])) for name in PRICE_DAYS if after.get(name))
            other = before.get("dataset", "") if before.get("dataset", "") != after.get("dataset", "") else ""
            self.watch.lines.append(
                ImportLine(str(record.place), "prices", str(offering), action, told, rival=other or None)
            )
        elif before and before.get("dataset", "") == record.dataset:
            self.watch.seen_again[f"prices|{record.place}"] = before.get("observed_on")


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _line(record: Record, target: str, row, values: Mapping[str, Any], told, *, is_new: bool) -> ImportLine:
    action = CREATE if is_new else CHANGE
    if target != "results":
        told = tuple(change for change in told if not is_new or change[2])
        return ImportLine(str(record.place), target, str(row), action, told)
    row.model, row.benchmark = values["model"], values["benchmark"]  # spares a query when a name is asked
    facts = [attrgetter(name.replace("__", "."))(row) for name in RESULT_FIELDS]
    facts[0] = 0 if is_new else facts[0]
    result = replace(result_row(tuple(facts)), uid=f"~import-{record.place}")
    name = f"{row.model.name} on {row.benchmark.name}"
    return ImportLine(str(record.place), target, name, action, told, result, row.benchmark.unit)
