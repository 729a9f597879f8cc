"""Reads api.json of models.dev: who serves which model at which prices. Facts and results are in its tree.

    {"PROVIDER": {"id", "name", "models": {"ID": {"id", "cost": {…}, "modalities": {…}, …}}}}

`cost` is as in the tree (`models_dev_offers`): USD per 1M tokens, with tiers. An ID is the provider's own; one
with a slash names the laboratory in front. Which model it means, aliases and spelling say. Hosts are not declared:
whoever wants the prices of a further host adds it first.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from importers import archives
from importers.models_dev import DATASET, POINTER, SOURCE
from importers.models_dev_offers import Offer, joined, read_offer
from importers.records import Batch, OfferingRecord, PriceRecord, UnreadableSource
from importers.source_fields import Fields, fields_of
from importers.source_files import Document, read_each, read_json
from importers.source_names import is_language_model
from models_catalog.core import price_terms


def read(path: Path) -> Batch:
    """Read the file at `path`. Raises `UnreadableSource` when it is not this layout."""
    with archives.opened(path) as source:
        batch = Batch()
        for name, document in read_each([(source, source.name)], read_json, batch):
            if fields_of(batch, name, document.data) is None or not _is_layout(document.data):
                raise UnreadableSource(f"{path.name} has no providers with models. It is not api.json of models.dev.")
            for provider, data in document.data.items():
                _read_provider(Fields(batch, f"{name}: {provider}", document.line(provider), data), document)
    return batch


def _is_layout(data: Mapping) -> bool:
    return bool(data) and all(isinstance(each, dict) and isinstance(each.get("models"), dict) for each in data.values())


def _read_provider(found: Fields, document: Document) -> None:
    batch, provider = found.batch, found.file.rpartition(": ")[2]
    offers: dict[str, list[Offer]] = {}
    for own_id, data in found.raw("models").items():
        where = f"{found.file}/{own_id}"
        if not isinstance(data, dict):
            found.refuse("models", f"“{own_id}” is no object.")
            continue
        row = Fields(batch, where, document.line(f"{provider}.models.{own_id}"), data)
        model = own_id if "/" in own_id else f"{provider}/{own_id}"
        if own_id.endswith(POINTER) or not is_language_model(own_id, row.words("modalities.output")):
            continue
        if (offer := read_offer(row, document, provider, model, own_id)) is not None:
            offers.setdefault(model, []).append(offer)
    for model, several in offers.items():
        _add(batch, model, several)


def _add(batch: Batch, model: str, offers: list[Offer]) -> None:
    plain, terms, notes = joined(offers)
    batch.notes += notes
    served = {"place": plain.place, "model": model, "provider": plain.provider, "dataset": DATASET}
    if any(plain.figures.values()):
        text = price_terms.written(terms)
        batch.prices.append(PriceRecord(source_url=SOURCE, terms=text, **served, **plain.figures))
    else:
        batch.offerings.append(OfferingRecord(**served))
