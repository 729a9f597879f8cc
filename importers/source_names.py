"""Names of sources that do not speak our slugs: what a declared model is here, before rows are written.

A source that declares models (LLM Stats, models.dev) names them by ids of its own. An id
means the model of its alias; else the model with the slug derived from the id; else a new
model under that slug. Either way the id becomes an alias, so an editor can point it
elsewhere later. What is already known of a model or organisation stays as it is: such a
source only fills gaps.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, fields, replace
from typing import Any

from importers.cells import shortened
from importers.records import (
    ABSENT,
    AliasRecord,
    ModelRecord,
    OrganizationRecord,
    Problem,
    ResultRecord,
)
from importers.run import Run
from importers.source_benchmarks import settle_benchmarks
from importers.source_fields import slug_of
from models_catalog.models import LanguageModel, ModelAlias, UnknownName

# Spellings of one laboratory in the data sets we read. The one the catalogue has wins.
SAME_ORGANIZATION = (
    ("zai", "zai-org", "z-ai", "zhipuai"),
    ("alibaba", "qwen"),
    ("mistral", "mistralai"),
    ("moonshotai", "moonshot-ai", "moonshot"),
    ("xai", "x-ai"),
    ("meta", "meta-llama"),
    ("ai21", "ai21labs"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredModel(ModelRecord):
    """A model as a source declares it: `source_id` is its name there, `slug` what our slug would be."""

    source_id: str
    dataset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResult(ResultRecord):
    """A result whose source writes settings into the model's name.

    `model` is the name without them, `full_name` the name as written; an alias of the full
    name is the more exact one and wins.
    """

    full_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredAlias(AliasRecord):
    """The id of a declared model; `model` is our slug."""


class RowIds:
    """Makes row ids that stay the same as long as the rows of one key keep their order."""

    def __init__(self, dataset: str):
        self.dataset = dataset
        self._times: Counter[str] = Counter()

    def next(self, key: str) -> str:
        """“dataset:key” for the first row of a key, then “dataset:key~2” and so on."""
        self._times[key] += 1
        times = self._times[key]
        return f"{self.dataset}:{key}" if times == 1 else f"{self.dataset}:{key}~{times}"


# Words of names of models that write no text for readers.
NOT_FOR_TEXT = re.compile(
    r"(?:^|[-_/. ])(?:embed(?:ding)?s?|rerank(?:er)?|whisper|tts|stt|asr|transcribe|dall-e|imagen|sora|veo"
    r"|stable-diffusion|flux|seedream|seedance|guard|shieldgemma|moderation)(?:$|[-_/. 0-9])",
    re.IGNORECASE,
)


def is_language_model(name: str, output_modalities: str = "") -> bool:
    """Whether a source's model answers in text: by what it gives, as far as that is said, and by its name."""
    gives = set(output_modalities.split())
    return (not gives or "text" in gives) and not NOT_FOR_TEXT.search(name)


def settle_names(run: Run) -> None:
    """Give every record of a batch that does not speak our slugs the names of the catalogue. One query.

    The run goes on with a batch of its own, so that the one it was given can be applied again.
    """
    if not run.batch.names_are_slugs:
        run.batch = replace(run.batch, aliases=list(run.batch.aliases))
        _settle_organizations(run)
        _settle_models(run)
        settle_benchmarks(run)
        run.batch.results = [_settled_result(run, record) for record in run.batch.results]


# --- organisations -------------------------------------------------------------------


def _settle_organizations(run: Run) -> None:
    """Use the catalogue's spelling, fill gaps only, and leave out whom no other row names."""
    batch, known = run.batch, run.names.organizations

    def spelling(slug: str) -> str:
        group = next((names for names in SAME_ORGANIZATION if slug in names), ())
        return slug if slug in known else next((name for name in group if name in known), slug)

    batch.models = [replace(record, lab=spelling(record.lab)) for record in batch.models]
    for name in ("offerings", "prices", "speeds"):
        setattr(batch, name, [replace(each, provider=spelling(each.provider)) for each in getattr(batch, name)])
    named = {each.lab for each in batch.models}
    named |= {each.provider for each in (*batch.offerings, *batch.prices, *batch.speeds)}
    settled: dict[str, OrganizationRecord] = {}
    for record in batch.organizations:
        slug = spelling(record.slug)
        if slug in named:
            stored = known.get(slug)
            settled.setdefault(slug, _filling_gaps(replace(record, slug=slug), stored, keep={"name"}))
    batch.organizations = list(settled.values())


# --- models --------------------------------------------------------------------------


def _settle_models(run: Run) -> None:
    """Replace declared models by plain ones under our slugs, and remember their ids as aliases."""
    batch = run.batch
    declared = [each for each in batch.models if isinstance(each, DeclaredModel)]
    batch.models = [each for each in batch.models if not isinstance(each, DeclaredModel)]
    by_key = {model.pk: model for model in run.names.models.values()}
    ignored = _ignored_names()
    new: dict[str, list[DeclaredModel]] = defaultdict(list)
    found: dict[str, list[DeclaredModel]] = defaultdict(list)
    for record in declared:
        if (record.dataset, record.source_id) in ignored:
            reason = f"An editor chose to ignore the model “{shortened(record.source_id)}”."
            run.report.skipped.append(Problem(record.place.file, record.place.line, "", reason))
            continue
        alias = _alias(run, record.dataset, record.source_id)
        stored = by_key.get(alias.model_id) if alias else run.names.by_old_or_new_slug(record.slug)
        if stored is None and alias is None:
            stored = run.names.model_by_letters(record.source_id, record.dataset)
        if stored is None:
            new[record.slug].append(record)
        else:
            found[stored.slug].append(record)
    lab_of = {row.pk: slug for slug, row in run.names.organizations.items()}
    drafts = 0
    for slug, records in found.items():
        stored = run.names.models[slug]
        first = replace(records[0], slug=slug, lab=lab_of[stored.lab_id])
        _take(run, slug, records, _filling_gaps(_plain_model(first), stored, keep={"name", "lab"}))
    for slug, records in new.items():
        if len({record.lab for record in records}) > 1:
            _refuse_clash(run, slug, records)
        else:
            drafts += not batch.trusted
            shown = {} if batch.trusted else {"published": False}
            _take(run, slug, records, replace(_plain_model(records[0]), **shown))
    if drafts:
        run.report.notes.append(
            f"New models are drafts until an editor publishes them: {drafts}. A source in TRUSTED_SOURCES, or --trust, "
            "publishes them at once."
        )


def _ignored_names() -> set[tuple[str, str]]:
    ignored = UnknownName.objects.filter(kind=UnknownName.Kind.MODEL, state=UnknownName.State.IGNORED)
    return set(ignored.values_list("dataset", "name"))


def _alias(run: Run, dataset: str, name: str) -> ModelAlias | None:
    return run.names.aliases.get((dataset, name)) or run.names.aliases.get(("", name))


def _take(run: Run, slug: str, records: list[DeclaredModel], model: ModelRecord) -> None:
    """Hand on one model and the ids of all records that mean it."""
    run.batch.models.append(model)
    for record in records:
        if ("", record.source_id) not in run.names.aliases:
            alias = DeclaredAlias(place=record.place, source_id=record.source_id, model=slug, dataset=record.dataset)
            run.batch.aliases.append(alias)
    for record in records[1:]:
        reason = f"“{shortened(record.source_id)}” is the same model as “{records[0].source_id}” ({slug})."
        run.report.skipped.append(Problem(record.place.file, record.place.line, "", reason))
        run.report.notes.append(
            f"{record.place}: “{shortened(record.source_id)}” is the same model as “{records[0].source_id}” "
            f"({slug}); its own facts were not read."
        )


def _refuse_clash(run: Run, slug: str, records: list[DeclaredModel]) -> None:
    """Two laboratories cannot both have made the model of one new address: an editor decides."""
    ids = " and ".join(f"“{record.source_id}”" for record in records)
    for record in records:
        run.report.note_unknown(UnknownName.Kind.MODEL, record.dataset, record.source_id, record.place)
        run.refuse(record, "slug", f"{ids} would share the address “{slug}”. Map each to a model in the newsroom.")
        run.batch.refused_names.add(("models", record.source_id))


def _plain_model(record: DeclaredModel) -> ModelRecord:
    return ModelRecord(**{each.name: getattr(record, each.name) for each in fields(ModelRecord)})


def _filling_gaps(record: Any, stored: Any, keep: set[str]) -> Any:
    """The record without what is already known of `stored`; `keep` names fields a record must have."""
    if stored is None:
        return record
    changes: dict[str, Any] = {}
    for name, value in record.given():
        if name == "slug":
            continue
        if name in keep:
            changes[name] = getattr(stored, name) if isinstance(getattr(stored, name), str) else value
        elif value in (None, "") or _is_known(stored, name):
            changes[name] = ABSENT
    return replace(record, **changes)


def _is_known(stored: Any, name: str) -> bool:
    value = getattr(stored, name)
    return value not in (None, "") and value != LanguageModel.Reasoning.UNKNOWN


def write_declared_aliases(run: Run) -> None:
    """Store the ids of declared models as aliases; rows of the batch then resolve through them."""
    batch, known = run.batch, run.names.aliases
    declared = [each for each in batch.aliases if isinstance(each, DeclaredAlias)]
    batch.aliases = [each for each in batch.aliases if not isinstance(each, DeclaredAlias)]
    writer = run.writer(ModelAlias)
    for record in declared:
        model = run.names.models.get(record.model)
        if model is None:
            batch.refused_names.add(("models", record.source_id))
            continue
        key = record.dataset, record.source_id
        values = {"source_id": record.source_id, "model": model, "dataset": record.dataset}
        row = run.save(writer, record, known.get(key), values, "aliases")
        if row is not None:
            known[key] = row
    writer.flush()


# --- results -------------------------------------------------------------------------


def _settled_result(run: Run, record: ResultRecord) -> ResultRecord:
    """The result with the exact name if that is known, and a benchmark's slug if its name spells one."""
    names, dataset = run.names, record.dataset
    changes: dict[str, str] = {}
    if isinstance(record, SourceResult):
        if _alias(run, dataset, record.full_name):
            changes["model"] = record.full_name
        record = ResultRecord(**{each.name: getattr(record, each.name) for each in fields(ResultRecord)})
    aliases = names.benchmark_aliases
    if (dataset, record.benchmark) not in aliases and ("", record.benchmark) not in aliases:
        slug = slug_of(record.benchmark)
        if slug in names.benchmarks:
            changes["benchmark"] = slug
    return replace(record, **changes) if changes else record
