"""Makes one model of two that were found to be the same, and takes that back (`newsroom.core.merging` decides).

Everything that hangs on the model that goes moves to the one that stays, each row with the reason in its history;
the old address leads to the new one. Facts do not move: they stand under the other's source. What could not move
is kept in the record of the merge, so that taking it back restores every row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from models_catalog.core import display
from models_catalog.models import (
    EvaluationRun,
    GoneModel,
    LanguageModel,
    ModelAlias,
    ModelMerge,
    ModelSlugRedirect,
    Offering,
    Price,
    Result,
    ScoreSheet,
    SpeedMeasurement,
    User,
    periods_overlap,
)
from models_catalog.signals import announce_change, collecting_changes
from models_catalog.snapshots import RESULT_FIELDS, result_row
from newsroom.core.merging import (
    LEAVE,
    MARK,
    Decision,
    PriceFacts,
    ResultFacts,
    SpeedFacts,
    of_prices,
    of_results,
    of_speeds,
)
from newsroom.core.name_index import name_key
from newsroom.impact import Impact, Proposal, impact_of

REASON_LENGTH = 100
CHUNK = 500
# relation of a model → how its rows follow; a relation that is new has to be decided here (a test asks)
FOLLOW = {
    "models_catalog.Result.model": "each by newsroom.core.merging",
    "models_catalog.Offering.model": "whole, or its prices and speeds where the provider offers both",
    "models_catalog.ModelAlias.model": "moved",
    "models_catalog.ModelSlugRedirect.model": "moved",
    "models_catalog.GoneModel.successor": "moved",
    "models_catalog.EvaluationRun.model": "moved",
    "models_catalog.ScoreSheet.model": "moved",
    "models_catalog.ModelMerge.kept": "moved",
    "comparisons.Standing.model": "computed anew",
}
PLAIN = (
    (ModelAlias, "model"),
    (ModelSlugRedirect, "model"),
    (GoneModel, "successor"),
    (EvaluationRun, "model"),
    (ScoreSheet, "model"),
    (ModelMerge, "kept"),
)
FACTS = (
    *("lab_id", "release_date", "knowledge_cutoff", "context_window", "max_output_tokens", "reasoning"),
    *("open_weights", "licence", "total_parameters", "active_parameters", "input_modalities", "status"),
)


class MergeRefused(Exception):
    """The message is a sentence for the person who asked; nothing was written."""


@dataclass(frozen=True)
class Left:
    """A row that does not move, in words."""

    text: str
    reason: str


@dataclass
class MergePlan:
    """What a merge would do: decisions by table, and the same in words."""

    kept: LanguageModel
    other: LanguageModel
    results: list[Decision] = field(default_factory=list)
    offers: list[tuple[Offering, Offering | None]] = field(default_factory=list)  # theirs, and ours of that provider
    prices: list[Decision] = field(default_factory=list)
    speeds: list[Decision] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    facts: list[tuple[str, str, str]] = field(default_factory=list)  # name, of the one that stays, of the other

    @property
    def sentences(self) -> list[str]:
        """What moves, each in a few words."""
        return [display.counted(number, *noun.split("|")) for noun, number in self.counts.items() if number]

    @property
    def digest(self) -> str:
        """Changes whenever what would be done changes."""
        parts = [self.kept.pk, self.kept.updated_at, self.other.pk, self.other.updated_at]
        parts += [self.results, self.prices, self.speeds, sorted(self.counts.items())]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def impact(self) -> Impact | None:
        """What readers would see differently."""
        moving = [each.pk for each in self.results if each.fate != LEAVE]
        return impact_of(Proposal(tuple(_as_of(self.kept.slug, moving))))


def _as_of(slug: str, keys: Sequence[int]) -> Iterable[Any]:
    """The published results of these keys as they would stand under another model."""
    for start in range(0, len(keys), CHUNK):
        rows = Result.objects.published().filter(pk__in=keys[start : start + CHUNK]).values_list(*RESULT_FIELDS)
        yield from (replace(result_row(row), model=slug) for row in rows)


# --- the plan -------------------------------------------------------------------------------


def plan_of(kept: LanguageModel, other: LanguageModel) -> MergePlan:
    """What merging `other` into `kept` would do. A fixed number of queries. Raises MergeRefused."""
    _require_alike(kept, other)
    plan = MergePlan(kept, other)
    facts = [_result_facts(Result.objects.filter(model=each)) for each in (kept, other)]
    plan.results = of_results(*facts)
    ours = {offer.provider_id: offer for offer in Offering.objects.filter(model=kept)}
    theirs = Offering.objects.filter(model=other).select_related("provider")
    plan.offers = [(offer, ours.get(offer.provider_id)) for offer in theirs]
    for offer, there in plan.offers:
        if there is not None:
            plan.prices += of_prices(_price_facts(there), _price_facts(offer), periods_overlap)
            plan.speeds += of_speeds(_speed_facts(there), _speed_facts(offer))
    _count(plan)
    _word_what_is_left(plan)
    for name in FACTS:
        mine, its = getattr(kept, name), getattr(other, name)
        if mine != its and its not in (None, "", "unknown"):
            plan.facts.append((LanguageModel._meta.get_field(name).verbose_name, _shown(mine), _shown(its)))
    return plan


def _require_alike(kept: LanguageModel, other: LanguageModel) -> None:
    if kept.pk == other.pk:
        raise MergeRefused("Both names are the same model. Name the one that stays and the one that goes.")
    if kept.lab_id != other.lab_id:
        raise MergeRefused(
            f"{kept.name} is of {kept.lab} and {other.name} of {other.lab}. Correct the laboratory first, if they are one."
        )
    if other.published and not kept.published:
        raise MergeRefused(f"{kept.name} is hidden and {other.name} is public. Let the public one stay.")


def _result_facts(rows: models.QuerySet[Result]) -> list[ResultFacts]:
    names = (
        "pk",
        "benchmark_id",
        "variant",
        "method",
        "effort",
        "score",
        "source_url",
        "measured_on",
        "state",
        "row_id",
    )
    with_runs = set(rows.filter(run_figures__isnull=False).values_list("pk", flat=True))
    return [
        ResultFacts(pk, (benchmark, variant, method, effort), score, url, day, state, bool(row_id), pk in with_runs)
        for pk, benchmark, variant, method, effort, score, url, day, state, row_id in rows.order_by("pk").values_list(
            *names
        )
    ]


def _price_facts(offer: Offering) -> list[PriceFacts]:
    return [
        PriceFacts(each.pk, each.valid_from, each.valid_to, (each.input, each.output, each.cache_read, each.terms))
        for each in offer.prices.order_by("pk")
    ]


def _speed_facts(offer: Offering) -> list[SpeedFacts]:
    rows = SpeedMeasurement.objects.filter(offering=offer).order_by("pk")
    return [SpeedFacts(each.pk, (each.measured_on, each.dataset, each.region)) for each in rows]


def _count(plan: MergePlan) -> None:
    def moving(decided: list[Decision]) -> int:
        return sum(each.fate != LEAVE for each in decided)

    whole = [offer for offer, there in plan.offers if there is None]
    plan.counts = {
        "result": moving(plan.results),
        "offer": len(whole),
        "price": moving(plan.prices) + Price.objects.filter(offering__in=whole).count(),
        "speed": moving(plan.speeds) + SpeedMeasurement.objects.filter(offering__in=whole).count(),
        "alias|aliases": ModelAlias.objects.filter(model=plan.other).count(),
        "old address|old addresses": ModelSlugRedirect.objects.filter(model=plan.other).count(),
        "run of your own|runs of your own": EvaluationRun.objects.filter(model=plan.other).count(),
    }


def _word_what_is_left(plan: MergePlan) -> None:
    tables: tuple[tuple[type[models.Model], list[Decision], Callable[[Any], str]], ...] = (
        (Result, plan.results, lambda row: f"{row.benchmark.name}: {row.score.normalize():f}"),
        (
            Price,
            plan.prices,
            lambda row: f"price at {row.offering.provider.name}: {_shown(row.input)} / {_shown(row.output)}",
        ),
        (SpeedMeasurement, plan.speeds, lambda row: f"speed at {row.offering.provider.name} of {row.measured_on}"),
    )
    joined = {Result: ("benchmark",), Price: ("offering__provider",), SpeedMeasurement: ("offering__provider",)}
    for table, decided, words in tables:
        reasons = {each.pk: each.reason for each in decided if each.fate == LEAVE}
        rows = table._default_manager.filter(pk__in=reasons).select_related(*joined[table]).order_by("pk")
        plan.left += [Left(words(row), reasons[row.pk]) for row in rows]


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return display.count(value)
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


# --- the merge -----------------------------------------------------------------------------------


def merge(kept: LanguageModel, other: LanguageModel, user: User, reason: str, digest: str) -> ModelMerge:
    """Carry the plan out in one transaction; gives its record. Raises MergeRefused, writing nothing.

    `digest` is of the plan that was seen: when something changed since, the plan is to be looked at again.
    """
    reason = reason.strip()
    if not reason:
        raise MergeRefused("Say why they are one: the reason is kept in the history of every row.")
    if len(reason) > REASON_LENGTH:
        raise MergeRefused(f"The reason has {len(reason)} characters; at most {REASON_LENGTH} fit.")
    with transaction.atomic(), collecting_changes(reason):
        locked = LanguageModel.objects.select_for_update().in_bulk([kept.pk, other.pk])
        if len(locked) < 2:
            raise MergeRefused("One of the two is gone since you looked. Nothing was done.")
        plan = plan_of(locked[kept.pk], locked[other.pk])
        if plan.digest != digest:
            raise MergeRefused("Something about the two changed since you looked. Nothing was done; look again.")
        entry = _Merging(plan, user, reason).done()
        announce_change(reason, bulk=True)
    return entry


class _Merging:
    """One merge while it is written."""

    def __init__(self, plan: MergePlan, user: User, reason: str):
        self.plan, self.user = plan, user
        self.why = f"Merged into {plan.kept.name}: {reason}"[:REASON_LENGTH]
        self.entry = ModelMerge(
            kept=plan.kept, kept_name=plan.kept.name, old_slug=plan.other.slug, old_name=plan.other.name
        )
        self.entry.author, self.entry.reason = user, reason
        self.moved: dict[str, list[int]] = {}
        self.left: list[dict] = []

    def done(self) -> ModelMerge:
        plan, kept, other = self.plan, self.plan.kept, self.plan.other
        self._leave(Result, [each.pk for each in plan.results if each.fate == LEAVE])
        marked = {each.pk for each in plan.results if each.fate == MARK}
        moving = list(Result.objects.filter(model=other))
        for row in moving:
            row.model = kept
            if row.pk in marked:
                row.row_id = _mark(other.slug, row.pk)
        self._save(Result, moving, ["model", "row_id"])
        self.entry.made["marked"] = sorted(marked)
        for offer, there in plan.offers:
            self._offer(offer, there)
        for table, name in PLAIN:
            rows = list(table._default_manager.filter(**{name: other}))
            for row in rows:
                setattr(row, name, kept)
            self._save(table, rows, [name])
        self.left.append(_plain(other))
        other._history_user, other._change_reason = self.user, self.why
        other.delete()
        redirect = ModelSlugRedirect.objects.create(old_slug=self.entry.old_slug, model=kept)
        self.entry.made["redirect"] = redirect.pk
        self._keep_name()
        self.entry.moved, self.entry.left = self.moved, self.left
        self.entry.save()
        return self.entry

    def _offer(self, offer: Offering, there: Offering | None) -> None:
        """Move an offer whole, or what hangs on it to the one that stands there."""
        if there is None:
            offer.model = self.plan.kept
            self._save(Offering, [offer], ["model"])
            return
        for table, decided in ((Price, self.plan.prices), (SpeedMeasurement, self.plan.speeds)):
            staying = {each.pk for each in decided if each.fate == LEAVE}
            rows = list(table._default_manager.filter(offering=offer))
            moving = [row for row in rows if row.pk not in staying]
            for row in moving:
                row.offering = there
            self._save(table, moving, ["offering"], of=offer.pk)
            self._leave(table, [row.pk for row in rows if row.pk in staying])
        self._leave(Offering, [offer.pk])

    def _save(self, table: type[models.Model], rows: list[Any], names: list[str], of: int | None = None) -> None:
        if not rows:
            return
        label = table._meta.label if of is None else f"{table._meta.label}:{of}"
        self.moved.setdefault(label, []).extend(row.pk for row in rows)
        _update(table, rows, names, self.user, self.why)

    def _leave(self, table: type[models.Model], keys: list[int]) -> None:
        """Keep the rows in the record and take them out of their table, each with the reason in its history."""
        for row in table._default_manager.filter(pk__in=keys).order_by("pk"):
            self.left.append(_plain(row))
            row._history_user, row._change_reason = self.user, self.why  # type: ignore[attr-defined]
            row.delete()

    def _keep_name(self) -> None:
        """Let sources go on calling the model by the name that went, unless it is a name already."""
        name = self.entry.old_name
        if name_key(name) == name_key(self.plan.kept.name) or ModelAlias.objects.filter(source_id=name).exists():
            return
        alias = ModelAlias(source_id=name, model=self.plan.kept)
        alias._history_user, alias._change_reason = self.user, self.why
        alias.save()
        self.entry.made["alias"] = alias.pk


def _mark(slug: str, pk: int) -> str:
    """The row id of a result that stands beside another in its place."""
    return f"merged:{slug}:{pk}"


def _plain(row: models.Model) -> dict:
    """A row as plain data that `_bring_back` reads."""
    return json.loads(serializers.serialize("json", [row]))[0]


def _update(table: type[models.Model], rows: list[Any], names: list[str], user, reason: str) -> None:
    if hasattr(table, "history"):
        bulk_update_with_history(rows, table, names, default_user=user, default_change_reason=reason, batch_size=CHUNK)
    else:
        table._default_manager.bulk_update(rows, names, batch_size=CHUNK)


# --- and back ------------------------------------------------------------------------------------


def why_not_undo(entry: ModelMerge) -> str | None:
    """A sentence that says why the merge cannot be taken back, or None. Queries once."""
    if entry.undone_at:
        return "The merge was taken back already."
    if entry.kept is None:
        return f"{entry.kept_name} is gone, so there is nothing to divide."
    if LanguageModel.objects.filter(slug=entry.old_slug).exists():
        return f"Another model has the address “{entry.old_slug}” by now. Rename it first."
    return None


def undo(entry: ModelMerge, user: User, reason: str) -> list[str]:
    """Divide the two again in one transaction; gives sentences about rows that had to stay. Raises MergeRefused.

    A row that was moved on or removed since stays as it is now, and is counted.
    """
    if not reason.strip():
        raise MergeRefused("Say why: the reason is kept in the history of every row.")
    with transaction.atomic(), collecting_changes(reason.strip()):
        entry = ModelMerge.objects.select_for_update().get(pk=entry.pk)
        if problem := why_not_undo(entry):
            raise MergeRefused(problem)
        stayed = _Dividing(entry, user, f"Merge taken back: {reason.strip()}"[:REASON_LENGTH]).done()
        ModelMerge.objects.filter(pk=entry.pk).update(undone_at=timezone.now(), undone_by=user)
        announce_change(reason.strip(), bulk=True)
    return stayed


class _Dividing:
    """One merge while it is taken back."""

    def __init__(self, entry: ModelMerge, user: User, why: str):
        self.entry, self.user, self.why = entry, user, why
        self.missing = 0

    def done(self) -> list[str]:
        entry = self.entry
        ModelSlugRedirect.objects.filter(pk=entry.made.get("redirect")).delete()
        ModelAlias.objects.filter(pk=entry.made.get("alias")).delete()
        *rows, other = entry.left
        self._bring_back(other)
        pk = other["pk"]
        offers = [row for row in rows if row["model"] == Offering._meta.label_lower]
        for row in offers:
            self._bring_back(row)
        tables = {table._meta.label: (table, name) for table, name in (*PLAIN, (Result, "model"), (Offering, "model"))}
        parts = {table._meta.label: table for table in (Price, SpeedMeasurement)}
        for label, keys in entry.moved.items():
            name, _, offer = label.partition(":")
            if offer:
                self._move_back(parts[name], "offering", keys, int(offer), None)
            else:
                table, column = tables[name]
                self._move_back(table, column, keys, pk, entry.kept_id)
        for row in rows:
            if row not in offers:
                self._bring_back(row)
        return (
            [f"{display.counted(self.missing, 'row')} moved on or removed since; left alone."] if self.missing else []
        )

    def _move_back(self, table, column: str, keys: list[int], to: int, now: int | None) -> None:
        """Rows that still stand where the merge put them go back."""
        found = list(table._default_manager.filter(pk__in=keys))
        rows = [row for row in found if now is None or getattr(row, f"{column}_id") == now]
        self.missing += len(keys) - len(rows)
        marked = set(self.entry.made.get("marked", ())) if table is Result else set()
        for row in rows:
            setattr(row, f"{column}_id", to)
            if row.pk in marked and row.row_id == _mark(self.entry.old_slug, row.pk):
                row.row_id = ""
        if rows:
            names = [column, "row_id"] if table is Result else [column]
            _update(table, rows, names, self.user, self.why)

    def _bring_back(self, data: dict) -> None:
        """Make a row again under its old key, with a line in its history."""
        for found in serializers.deserialize("json", json.dumps([data])):
            row = found.object
            if type(row)._default_manager.filter(pk=row.pk).exists():
                self.missing += 1
                continue
            row._history_user, row._change_reason = self.user, self.why
            try:
                row.full_clean()
            except ValidationError as problem:
                raise MergeRefused(
                    f"“{row}” cannot come back: {' '.join(problem.messages)} Nothing was done."
                ) from None
            made = getattr(row, "created_at", None)
            row.save(force_insert=True)
            if made is not None:  # Django dates every insert anew
                type(row)._default_manager.filter(pk=row.pk).update(created_at=made)
