"""Categories, organisations, models, their old addresses and their aliases: one step each."""

from __future__ import annotations

from importers import rows
from importers.records import RedirectRecord
from importers.report import UPDATED
from importers.run import Run
from importers.writing import TableWriter
from models_catalog.models import Category, GoneModel, LanguageModel, ModelAlias, ModelSlugRedirect, Organization


def write_categories(run: Run) -> None:
    """Categories; a file of them replaces the defaults as long as nothing rests on those."""
    known = run.names.categories
    if run.batch.categories and not run.names.models and not run.names.benchmarks:
        _remove_defaults_left_out(run)
    writer = run.writer(Category)
    for record in run.each("categories", run.batch.categories):
        if run.is_double(("categories", record.slug), record, "slug", f"“{record.slug}”"):
            continue
        values = rows.plain_values(record)
        row = run.save(writer, record, known.get(record.slug), values, "categories")
        if row is not None:
            known[record.slug] = row
    writer.flush()


def _remove_defaults_left_out(run: Run) -> None:
    listed = {record.slug for record in run.batch.categories}
    for slug in sorted(set(run.names.categories) - listed):
        category = run.names.categories.pop(slug)
        category._change_reason = run.reason
        category.delete()
        run.report.notes.append(f"The default category “{slug}” was removed: the file does not list it.")


def write_organizations(run: Run) -> None:
    """Organisations, with the roles that the batch's models, prices and speeds show."""
    batch, known = run.batch, run.names.organizations
    served = (*batch.offerings, *batch.prices, *batch.speeds)
    holders = {
        "is_lab": {record.lab for record in batch.models},
        "is_provider": {record.provider for record in served},
    }
    writer = run.writer(Organization)
    listed = set()
    for record in run.each("organizations", batch.organizations):
        if run.is_double(("organizations", record.slug), record, "slug", f"“{record.slug}”"):
            continue
        listed.add(record.slug)
        stored = known.get(record.slug)
        values = rows.plain_values(record)
        for role, slugs in holders.items():
            if values.get(role) is None:
                values[role] = record.slug in slugs or (stored is not None and getattr(stored, role))
        row = run.save(writer, record, stored, values, "organizations")
        if row is not None:
            known[record.slug] = row
    for slug in sorted(set().union(*holders.values()) - listed):
        stored = known.get(slug)
        if stored is not None:
            roles = {role: getattr(stored, role) or slug in slugs for role, slugs in holders.items()}
            if writer.stage(stored, roles)[1] == UPDATED:
                run.report.count("organizations", UPDATED)
    writer.flush()


def write_models(run: Run) -> None:
    """Models; a row with an address the model once had means that model."""
    writer = run.writer(LanguageModel)
    for record in run.each("models", run.batch.models):
        stored = run.names.by_old_or_new_slug(record.slug)
        slug = record.slug if stored is None else stored.slug
        if run.is_double(("models", slug), record, "slug", f"The model “{slug}”"):
            continue
        lab = run.names.organization(record.lab, "", record.place, "lab")
        if lab is None:
            run.batch.refused_names.add(("models", record.slug))
            continue
        values = {"lab": lab, **rows.model_values(record, stored)}
        row = run.save(writer, record, stored, values, "models")
        if row is not None:
            run.names.models[slug] = row
    writer.flush()
    run.names.remember_models()


def write_redirects(run: Run) -> None:
    """Slugs that models once had, and slugs of models that are gone."""
    moved, gone = run.writer(ModelSlugRedirect), run.writer(GoneModel)
    for record in run.each("redirects", run.batch.redirects):
        old = record.old_slug
        if run.is_double(("redirects", old), record, "old_slug", f"“{old}”"):
            continue
        model = run.names.model(record.model, "", record.place) if record.model else None
        if model is None and record.model:
            continue
        if old in run.names.models:
            run.refuse(record, "old_slug", f"“{old}” is the address of a model today. Remove the row.")
        elif record.gone:
            _write_gone(run, gone, record, model)
        else:
            _write_moved(run, moved, record, model)
    moved.flush()
    gone.flush()


def _write_moved(run: Run, writer: TableWriter, record: RedirectRecord, model: LanguageModel) -> None:
    known = run.names.old_slugs
    if record.old_slug in run.names.gone:
        run.refuse(record, "gone", f"“{record.old_slug}” is known as a model that is gone. Remove it there first.")
        return
    values = {"old_slug": record.old_slug, "model": model}
    row = run.save(writer, record, known.get(record.old_slug), values, "redirects")
    if row is not None:
        known[record.old_slug] = row


def _write_gone(run: Run, writer: TableWriter, record: RedirectRecord, successor: LanguageModel | None) -> None:
    known = run.names.gone
    if record.old_slug in run.names.old_slugs:
        run.refuse(record, "gone", f"“{record.old_slug}” leads to a model today. Remove that redirect first.")
        return
    values = {"old_slug": record.old_slug, "successor": successor, "note": record.note}
    row = run.save(writer, record, known.get(record.old_slug), values, "redirects")
    if row is not None:
        known[record.old_slug] = row


def write_aliases(run: Run) -> None:
    """Names that sources use for models; results and prices of the same batch resolve through them."""
    known = run.names.aliases
    writer = run.writer(ModelAlias)
    for record in run.each("aliases", run.batch.aliases):
        key = record.dataset, record.source_id
        if run.is_double(("aliases", *key), record, "source_id", f"“{record.source_id}”"):
            continue
        model = run.names.model(record.model, record.dataset, record.place)
        if model is not None:
            values = {**rows.plain_values(record), "model": model}
            row = run.save(writer, record, known.get(key), values, "aliases")
            if row is not None:
                known[key] = row
    writer.flush()
