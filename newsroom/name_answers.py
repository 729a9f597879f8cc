"""What an editor answers about pasted names inside a preview: which row each means, or that it is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from models_catalog.models import BenchmarkAlias, ModelAlias, ScoreSheet, UnknownName
from newsroom import sheets
from newsroom.core.layout import BENCHMARK, MODEL
from newsroom.core.name_index import LEAVE_OUT, Named
from newsroom.names import exact_owner, find_named, load_index
from newsroom.plans import Plan
from newsroom.table_page import read_exceptions

ALIASES = {MODEL: ModelAlias, BENCHMARK: BenchmarkAlias}
MOST_NAMES = 400


@dataclass(frozen=True)
class Question:
    """A pasted name that nobody knows, with the rows it may mean."""

    number: int
    kind: str
    name: str
    reason: str
    cells: int
    suggestions: tuple[Named, ...]


def questions_of(plan: Plan) -> list[Question]:
    """The names a preview asks about, in the order of the table. Queries once for each kind."""
    counts: dict[tuple[str, str], int] = {}
    reasons: dict[tuple[str, str], str] = {}
    for line in plan.unknown:
        if line.unknown_kind:
            key = line.unknown_kind, line.unknown
            counts[key] = counts.get(key, 0) + 1
            reasons.setdefault(key, line.decision.message)
    indexes = {kind: load_index(kind) for kind in {kind for kind, _ in counts}}
    return [
        Question(number, kind, name, reasons[kind, name], cells, indexes[kind].find(name).suggestions)
        for number, ((kind, name), cells) in enumerate(counts.items())
    ][:MOST_NAMES]


def read_answers(sheet: ScoreSheet, post: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, dict[str, int]]]:
    """The sheet's answers with those of a posted form, and which of them shall be kept as aliases.

    Raises SheetRefused with a sentence for each name that cannot be settled so.
    """
    names = {kind: dict(sheet.answers.get("names", {}).get(kind, {})) for kind in ALIASES}
    aliases: dict[str, dict[str, int]] = {kind: {} for kind in ALIASES}
    problems = []
    for number in range(MOST_NAMES):
        kind, name = post.get(f"name-{number}-kind"), post.get(f"name-{number}-text", "").strip()
        if kind not in ALIASES or not name:
            continue
        choice, other = post.get(f"name-{number}-choice", ""), post.get(f"name-{number}-other", "").strip()
        try:
            key = _settled(kind, choice, other)
        except ValidationError as error:
            problems.append(" ".join(error.messages))
            continue
        if key is None:
            continue
        names[kind][name] = key
        if key != LEAVE_OUT and f"name-{number}-keep" in post:
            aliases[kind][name] = key
    for key in post.get("models", "").split(","):
        if f"model-{key}-leave" in post:
            names[MODEL].update(dict.fromkeys(post.get(f"model-{key}-pasted", "").split("\n"), LEAVE_OUT))
    if problems:
        raise sheets.SheetRefused(*problems)
    return {"names": names, "models": read_exceptions(post, sheet.answers.get("models", {}))}, aliases


def left_names(sheet: ScoreSheet) -> list[str]:
    """Pasted names that the editor left out of this sheet."""
    names = sheet.answers.get("names", {})
    return [name for kind in ALIASES for name, key in names.get(kind, {}).items() if key == LEAVE_OUT]


def ask_again(sheet: ScoreSheet) -> dict[str, Any]:
    """The sheet's answers without those that leave a name out."""
    names = sheet.answers.get("names", {})
    return {"names": {kind: {name: key for name, key in names.get(kind, {}).items() if key} for kind in ALIASES}}


def _settled(kind: str, choice: str, other: str) -> int | None:
    """The row that was chosen or typed, LEAVE_OUT, or None where nothing was answered."""
    if other:
        match = find_named(kind, other)
        if match.row is None:
            raise ValidationError(match.problem)
        return match.row.pk
    if choice == "leave":
        return LEAVE_OUT
    return int(choice) if choice.isascii() and choice.isdigit() else None


def keep_aliases(aliases: Mapping[str, Mapping[str, int]], user) -> None:
    """Keep names for next time; close their entries in the queue. Raises ValidationError for a stolen name."""
    with transaction.atomic():
        for kind, names in aliases.items():
            for name, pk in names.items():
                refuse_stolen_name(kind, name, pk)
                alias = ALIASES[kind].objects.filter(dataset="", source_id=name).first() or ALIASES[kind](
                    dataset="", source_id=name
                )
                setattr(alias, f"{kind}_id", pk)
                alias._history_user, alias._change_reason = user, "mapped in a preview"
                alias.full_clean()
                alias.save()
                UnknownName.objects.filter(kind=kind, dataset="", name=name).update(state=UnknownName.State.MAPPED)


def refuse_stolen_name(kind: str, name: str, pk: int) -> None:
    """Refuse an alias that is the exact name or slug of another row. Raises ValidationError."""
    owner = exact_owner(kind, name, other_than=pk) if kind in ALIASES else None
    if owner is not None:
        raise ValidationError(
            "“%(name)s” is the name of %(owner)s itself and cannot stand for another %(kind)s.",
            params={"name": name, "owner": owner.shown, "kind": kind},
        )
