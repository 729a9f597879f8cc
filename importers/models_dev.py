"""Reads the TOML tree of models.dev.

    models/LAB/ID.toml            a model: facts, and results in [[benchmarks]]
    providers/P/provider.toml     who serves models
    providers/P/models/ID.toml    an offer: [cost] in USD per 1M tokens, often `base_model = "LAB/ID"`

Models are declared by the files in models/. Some files are symbolic links, followed inside
the tree only; `…-latest` points at another model every few months and is passed over.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from django.utils import timezone

from importers import archives
from importers.models_dev_offers import Offer, joined, read_offer
from importers.records import (
    CAN_REASON,
    Batch,
    OfferingRecord,
    OrganizationRecord,
    Place,
    PriceRecord,
    ResultRecord,
    UnreadableSource,
)
from importers.source_fields import Fields, fields_of, fitted, objects
from importers.source_files import Document, read_each, read_toml, tree_files
from importers.source_names import DeclaredModel, RowIds, is_language_model, slug_of
from models_catalog.core import price_terms
from models_catalog.core.setting_words import effort_in, is_standard

DATASET = "models.dev"
NO_TEXT = "The model writes no text for readers: images, speech, embeddings, ranking or guarding."
SOURCE = "https://models.dev/"
POINTER = "-latest"
# Boards that measure models of others themselves.
EVALUATORS = frozenset({"labs.scale.com", "scale.com", "arcprize.org", "epoch.ai", "livebench.ai", "tbench.ai"})
# Boards the tree only repeats; their own terms decide, so their figures are not taken from here.
LEFT_OUT = frozenset({"artificialanalysis.ai", "openrouter.ai", "swebench.com"})
PERCENT_WORDS = ("percent", "%")


def read(path: Path) -> Batch:
    """Read the tree at `path`, a folder or ZIP. Raises `UnreadableSource` when it holds no file of the layout."""
    with archives.opened(path) as source:
        tree = _Tree(source)
        if not source.is_dir() or not tree.read():
            raise UnreadableSource(
                f"{path} holds no file of the models.dev layout. Name the folder that holds models/ and providers/."
            )
    return tree.batch


class _Tree:
    """One tree while it is read."""

    def __init__(self, root: Path):
        self.root, self.batch = root, Batch()
        self.row_ids = RowIds(DATASET)
        self.known: set[str] = set()  # ids LAB/ID of models/
        self.second_names: dict[str, str] = {}  # id of a link → id of the model it points at
        self.left_out: Counter[str] = Counter()
        self.offers: dict[tuple[str, str], list[Offer]] = {}  # (provider, model) → what its files offer
        self.others: set[str] = set()  # ids of models that write no text
        self.other_offers = 0
        self.pointers = self.free = 0
        self.stood_on: dt.date | None = None  # the newest day the tree speaks of

    def read(self) -> bool:
        """Read every file of the layout; False when there was none."""
        models = self._without_links(self._files("models/**/*.toml"))
        providers = self._files("providers/*/provider.toml")
        offers = self._files("providers/*/models/**/*.toml")
        self.known = {_id_of(name, "models") for _, name in models}
        for name, document in read_each(providers, read_toml, self.batch):
            self._add_provider(name, document)
        for name, document in read_each(models, read_toml, self.batch, self._miss):
            self._add_model(name, document)
        for name, document in read_each(offers, read_toml, self.batch):
            self._add_offer(name, document)
        self._write_offers()
        self._name_laboratories()
        if self.stood_on:
            self.batch.prices = [replace(each, observed_on=self.stood_on) for each in self.batch.prices]
        self._tell()
        return bool(models or offers or self.batch.problems)

    def _note_day(self, found: Fields) -> None:
        """Remember the newest `last_updated`: on that day at least, the tree's prices were seen to hold."""
        day = found.partial_day("last_updated")
        if day is not None and day.date <= timezone.localdate() and (not self.stood_on or day.date > self.stood_on):
            self.stood_on = day.date

    def _miss(self, file: str) -> None:
        """Rows that refer to the model of an unreadable file are no news for the queue of names."""
        self.batch.refused_names.add(("models", _id_of(file, "models")))

    def _files(self, pattern: str) -> list[tuple[Path, str]]:
        """The files of a pattern without the pointers."""
        files = list(tree_files(self.root, pattern, self.batch))
        real = [(path, name) for path, name in files if not Path(name).stem.endswith(POINTER)]
        for _, name in files:
            if Path(name).stem.endswith(POINTER):
                self.batch.skip(name, None, "It points at another model every few months.")
        self.pointers += len(files) - len(real)
        return real

    def _without_links(self, files: list[tuple[Path, str]]) -> list[tuple[Path, str]]:
        """The files without those that are links to another model: they are second names of it."""
        ids = {path.resolve(): _id_of(name, "models") for path, name in files if not path.is_symlink()}
        real = []
        for path, name in files:
            meant = ids.get(path.resolve())
            if path.is_symlink() and meant:
                self.second_names[_id_of(name, "models")] = meant
            else:
                real.append((path, name))
        return real

    def _tell(self) -> None:
        """Note what was passed over in the whole tree."""
        notes = self.batch.notes
        if self.pointers:
            notes.append(f"Files named …{POINTER} point at changing models and were passed over: {self.pointers}.")
        if self.others or self.other_offers:
            notes.append(
                f"Models for images, speech, embeddings, ranking or guarding were left out: {len(self.others)}, with "
                f"{self.other_offers} offers."
            )
        if self.free:
            notes.append(
                f"Offers at 0 were taken without a price: {self.free}. The source writes 0 for plans and trials as well."
            )
        for host, count in sorted(self.left_out.items()):
            notes.append(f"Results that repeat {host} were passed over: {count}. Take them from that board itself.")

    # --- organisations ---------------------------------------------------------------

    def _add_provider(self, file: str, document: Document) -> None:
        found = fields_of(self.batch, file, document.data)
        if found is None:
            return
        name = found.text("name", required=True)
        if not found.refused:
            slug = slug_of(file.split("/")[1])
            self.batch.organizations.append(OrganizationRecord(place=found.place(name="name"), slug=slug, name=name))

    def _name_laboratories(self) -> None:
        """A laboratory that serves nothing has no file of its own: its folder names it."""
        named = {each.slug for each in self.batch.organizations}
        for model in self.batch.models:
            if model.lab not in named:
                named.add(model.lab)
                place = Place(f"models/{model.source_id}.toml", 1)
                name = model.source_id.split("/")[0]
                self.batch.organizations.append(OrganizationRecord(place=place, slug=model.lab, name=name))

    # --- models ----------------------------------------------------------------------

    def _add_model(self, file: str, document: Document) -> None:
        found = fields_of(self.batch, file, document.data)
        own_id = _id_of(file, "models")
        lab, _, name_there = own_id.partition("/")
        if found is None or not name_there:
            return
        if not is_language_model(own_id, found.words("modalities.output")):
            self.others.add(own_id)
            self.batch.skip(file, None, NO_TEXT)
            return
        reasoning, weights = found.yes_no("reasoning"), self._first_link(found, document, "weights")
        values = {
            "family": found.text("family", most=80),
            "release_date": found.partial_day("release_date"),
            "knowledge_cutoff": found.partial_day("knowledge"),
            "context_window": found.whole("limit.context") or None,
            "max_output_tokens": found.whole("limit.output") or None,
            "open_weights": found.yes_no("open_weights"),
            "licence": found.text("license", most=120),
            "total_parameters": found.whole("parameters.total"),
            "active_parameters": found.whole("parameters.active"),
            "input_modalities": found.words("modalities.input"),
            "output_modalities": found.words("modalities.output"),
            "weights_url": weights,
            "source_url": self._first_link(found, document, "links") or weights,
        }
        if reasoning is not None:
            values["reasoning"] = CAN_REASON if reasoning else "no"
        name = found.text("name", required=True)
        self._note_day(found)
        if found.refused:
            self.batch.refused_names.add(("models", own_id))
        else:
            self.batch.models.append(
                DeclaredModel(
                    place=found.place(
                        context_window="limit.context",
                        max_output_tokens="limit.output",
                        knowledge_cutoff="knowledge",
                        licence="license",
                        total_parameters="parameters.total",
                        active_parameters="parameters.active",
                        input_modalities="modalities.input",
                        output_modalities="modalities.output",
                        weights_url="weights",
                        source_url="links",
                    ),
                    slug=slug_of(name_there),
                    name=name,
                    lab=slug_of(lab),
                    source_id=own_id,
                    dataset=DATASET,
                    **{field: value for field, value in values.items() if value not in (None, "")},
                )
            )
        pages = self._own_pages(document)
        for index, row in objects(self.batch, file, document.line("benchmarks"), found.raw("benchmarks"), "benchmarks"):
            path = f"benchmarks[{index}]"
            self._add_result(Fields(self.batch, file, document.line(path), row, path), own_id, pages)

    def _first_link(self, found: Fields, document: Document, key: str) -> str:
        """The address of the first entry of [[weights]] or [[links]]."""
        for index, entry in objects(self.batch, found.file, document.line(key), found.raw(key), key):
            path = f"{key}[{index}]"
            inner = Fields(self.batch, found.file, document.line(path), entry, path)
            link = inner.link("url")
            found.refused |= inner.refused
            return link
        return ""

    def _own_pages(self, document: Document) -> set[str]:
        """Addresses the file gives as the maker's own."""
        entries = [
            entry
            for key in ("weights", "links")
            if isinstance(document.data.get(key), list)
            for entry in document.data[key]
            if isinstance(entry, dict)
        ]
        return {entry["url"] for entry in entries if isinstance(entry.get("url"), str)}

    def _add_result(self, row: Fields, own_id: str, own_pages: set[str]) -> None:
        benchmark, score = row.text("name", required=True), row.number("score", required=True)
        metric, variant = row.text("metric"), row.text("variant", most=160)
        link = row.link("source")
        measured_on = row.day("date")
        more = [(word, row.text(word)) for word in ("harness", "dataset")]
        host = _host(link)
        if host in LEFT_OUT:
            self.left_out[host] += 1
            self.batch.skip(row.file, row.line, f"It repeats {host}. Take it from that board itself.")
            return
        if score is not None and 0 < score < 1 and not any(word in metric.lower() for word in PERCENT_WORDS):
            row.refuse(
                "score",
                f"{score} may be a fraction or less than one percent. Write it in the benchmark's unit, and "
                "metric = “percent” if it is below one percent.",
            )
        if row.refused:
            return
        words = "; ".join([f"metric {metric}"] * bool(metric) + [f"{word} {text}" for word, text in more if text])
        kind, tier = _who_measured(host, link, own_id, own_pages)
        self.batch.results.append(
            ResultRecord(
                place=row.place(
                    benchmark="name",
                    score="score",
                    variant="variant",
                    method="metric",
                    source_url="source",
                    measured_on="date",
                ),
                model=own_id,
                benchmark=benchmark,
                score=score,
                dataset=DATASET,
                row_id=fitted(self.row_ids.next(f"{own_id}#{benchmark}"), 200),
                variant=variant,
                method=fitted(words, 300),
                standard=is_standard(f"{benchmark} {metric} {variant}"),
                effort=effort_in(f"{variant} {benchmark}"),
                source_kind=kind,
                source_tier=tier,
                source_url=link,
                measured_on=measured_on,
                measured_on_kind="published" if measured_on else "",
            )
        )

    # --- offers ----------------------------------------------------------------------

    def _add_offer(self, file: str, document: Document) -> None:
        found = fields_of(self.batch, file, document.data)
        if found is None:
            return
        provider = file.split("/")[1]
        model = found.text("base_model") or self._model_served(provider, _id_of(file, f"providers/{provider}/models"))
        model = self.second_names.get(model, model)
        if model.endswith(POINTER):
            self.pointers += 1
            self.batch.skip(file, None, "It points at another model every few months.")
            return
        if model in self.others or not is_language_model(model, found.words("modalities.output")):
            self.other_offers += 1
            self.batch.skip(file, None, NO_TEXT)
            return
        self._note_day(found)
        offer = read_offer(found, document, provider, model, _id_of(file, f"providers/{provider}/models"))
        if offer is not None:
            self.offers.setdefault((offer.provider, model), []).append(offer)

    def _write_offers(self) -> None:
        """One offering with its prices for each model of a provider, however many files offer it."""
        for (provider, model), offers in self.offers.items():
            plain, terms, notes = joined(offers)
            self.batch.notes += notes
            served = {"place": plain.place, "model": model, "provider": provider, "dataset": DATASET}
            if any(plain.figures.values()):
                text = price_terms.written(terms)
                self.batch.prices.append(PriceRecord(source_url=SOURCE, terms=text, **served, **plain.figures))
            else:
                self.free += bool(plain.figures)
                self.batch.offerings.append(OfferingRecord(**served))

    def _model_served(self, provider: str, own_id: str) -> str:
        """The model of an offer that names none: the laboratory's own, or the one its path spells.

        Any other is called PROVIDER/ID, for an alias to say what it is.
        """
        candidates = (f"{provider}/{own_id}", own_id)
        return next((each for each in candidates if each in self.known or each in self.second_names), candidates[0])


def _id_of(file: str, folder: str) -> str:
    return file.removeprefix(f"{folder}/").removesuffix(".toml")


def _host(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _who_measured(host: str, link: str, own_id: str, own_pages: set[str]) -> tuple[str, int]:
    """(kind, tier) of a result by the page it stands on; unknown unless the page tells."""
    if host in EVALUATORS:
        return "independent", 1
    lab = slug_of(own_id.split("/")[0]).replace("-", "")
    page = link.lower().replace("-", "").replace("_", "").split("?")[0]
    by_lab = lab in host.replace("-", "") or (host == "huggingface.co" and f"huggingface.co/{lab}" in page)
    return ("provider-reported", 3) if by_lab or link in own_pages else ("unknown", 5)
