"""Many unknown names answered at once: mapped to rows we have, made as drafts, ignored, or left in the queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from importers.source_fields import slug_of
from models_catalog.models import Benchmark, BenchmarkAlias, LanguageModel, ModelAlias, Organization, UnknownName
from newsroom.core.name_index import Named
from newsroom.name_answers import refuse_stolen_name
from newsroom.names import find_named, load_index

Kind, State = UnknownName.Kind, UnknownName.State
ALIASES = {Kind.MODEL: ModelAlias, Kind.BENCHMARK: BenchmarkAlias}
TABLES = {Kind.MODEL: LanguageModel, Kind.BENCHMARK: Benchmark}
NEW, IGNORE, LATER = "new", "ignore", ""
MOST = 100  # names on one page
REASON = "answered in bulk"


class NamesRefused(Exception):
    """Nothing was written; `problems` says why, a sentence for each name."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class NameQuestion:
    """A name with the rows it may mean, and for a model the laboratory its spelling points at (a slug, or "")."""

    entry: UnknownName
    suggestions: tuple[Named, ...]
    lab: str = ""

    @property
    def can_be_made(self) -> bool:
        return self.entry.kind in TABLES


def questions(entries: Iterable[UnknownName]) -> list[NameQuestion]:
    """What to ask about the first names of `entries`. A fixed number of queries."""
    listed = list(entries)[:MOST]
    indexes = {kind: load_index(kind) for kind in {each.kind for each in listed} & set(TABLES)}
    labs = set(Organization.objects.values_list("slug", flat=True))
    found = []
    for entry in listed:
        index = indexes.get(entry.kind)
        near = (index.find(entry.name).suggestions or index.like(entry.name)) if index else ()
        maker = slug_of(entry.name.partition("/")[0]) if "/" in entry.name else ""
        found.append(NameQuestion(entry, tuple(near), maker if maker in labs else ""))
    return found


@dataclass(frozen=True)
class Answer:
    """What an editor says of one name: `choice` is a key of ours, NEW, IGNORE or LATER; `other` is typed and wins."""

    choice: str
    other: str = ""
    lab: str = ""


def read_answers(post: Mapping[str, str], entries: Iterable[UnknownName]) -> dict[UnknownName, Answer]:
    """The answers of a posted form, without names left for later."""
    found = {}
    for entry in entries:
        said = {part: post.get(f"{part}-{entry.pk}", "").strip() for part in ("choice", "other", "lab")}
        if said["choice"] != LATER or said["other"]:
            found[entry] = Answer(**said)
    return found


def settle(answers: Mapping[UnknownName, Answer], user) -> dict[str, int]:
    """Carry out all answers or none; gives how many names were mapped, made and ignored.

    Raises NamesRefused.
    """
    problems: list[str] = []
    counts = {"mapped": 0, "made": 0, "ignored": 0}
    with transaction.atomic():
        for entry, answer in answers.items():
            try:
                counts[_settled(entry, answer, user)] += 1
            except ValidationError as error:
                problems.append(f"“{entry.name}”: {' '.join(error.messages)}")
        if problems:
            raise NamesRefused(problems)
    return counts


def _settled(entry: UnknownName, answer: Answer, user) -> str:
    """Carry out one answer. Raises ValidationError."""
    if answer.choice == IGNORE and not answer.other:
        _close(entry, State.IGNORED)
        return "ignored"
    if entry.kind not in TABLES:
        raise ValidationError("An organisation has no other names. Add it under its slug, or ignore the name.")
    if answer.choice == NEW and not answer.other:
        row = _made(entry, answer, user)
    else:
        row = _named(entry, answer)
        refuse_stolen_name(entry.kind, entry.name, row.pk)
    if row.slug != entry.name:
        _keep_alias(entry, row, user)
    _close(entry, State.MAPPED)
    return "made" if answer.choice == NEW and not answer.other else "mapped"


def _close(entry: UnknownName, state: str) -> None:
    entry.state = state
    entry.save(update_fields=["state", "updated_at"])


def _named(entry: UnknownName, answer: Answer) -> LanguageModel | Benchmark:
    table = TABLES[Kind(entry.kind)]
    if answer.other:
        match = find_named(entry.kind, answer.other)
        if match.row is None:
            raise ValidationError(match.problem)
        return table.objects.get(pk=match.row.pk)
    row = table.objects.filter(pk=int(answer.choice)).first() if answer.choice.isdecimal() else None
    if row is None:
        raise ValidationError("What it was mapped to is gone. Choose again.")
    return row


def _made(entry: UnknownName, answer: Answer, user) -> LanguageModel | Benchmark:
    """A draft model, or a benchmark that is shown and never scored, under the name of the source."""
    name = entry.name.rpartition("/")[2] if entry.kind == Kind.MODEL else entry.name
    slug = slug_of(name)
    if TABLES[Kind(entry.kind)].objects.filter(slug=slug).exists():
        raise ValidationError(f"The slug “{slug}” is taken already. Map the name to it, or make the row by hand.")
    row: LanguageModel | Benchmark
    if entry.kind == Kind.MODEL:
        lab = Organization.objects.filter(slug=answer.lab).first()
        if lab is None:
            raise ValidationError("A new model needs its laboratory. Type the slug of one we have.")
        row = LanguageModel(slug=slug, name=name, lab=lab, published=False)
    else:
        reason = Benchmark.DisplayReason.UNCLASSIFIED
        values = {"unit": Benchmark.Unit.SCORE, "kind": Benchmark.Kind.OTHER, "weight": 0, "display_reason": reason}
        row = Benchmark(slug=slug, name=name[:120], family=slug, **values)
    row._history_user, row._change_reason = user, REASON
    row.full_clean()
    row.save()
    return row


def _keep_alias(entry: UnknownName, row: LanguageModel | Benchmark, user) -> None:
    table = ALIASES[Kind(entry.kind)]
    alias = table.objects.filter(dataset=entry.dataset, source_id=entry.name).first()
    alias = alias or table(dataset=entry.dataset, source_id=entry.name)
    setattr(alias, entry.kind, row)
    alias._history_user, alias._change_reason = user, REASON
    alias.full_clean()
    alias.save()
