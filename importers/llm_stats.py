"""Reads the JSON tree of LLM Stats, in the layout of 2025-07 and later and in the one before.

    data/organizations/ORG/organization.json          data/providers/P/provider.json
    data/organizations/ORG/models/ID/model.json       data/providers/P/models.json
    data/organizations/ORG/models/ID/benchmarks.json  data/benchmarks/ID.json
    models/ORG/ID/model.json (earlier; results in `qualitative_metrics`)

Models and organisations are declared here; benchmarks are not, because the tree squeezes
every unit into fractions and has several ids for one test: their names resolve like any other.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

from importers import archives
from importers.llm_stats_scores import DATASET, Scores
from importers.records import (
    ABSENT,
    CAN_REASON,
    Batch,
    OfferingRecord,
    OrganizationRecord,
    PriceRecord,
    SpeedRecord,
    UnreadableSource,
)
from importers.source_fields import Fields, fields_of, fitted, objects
from importers.source_files import Document, read_each, read_json, tree_files
from importers.source_names import DeclaredModel, is_language_model, slug_of

NO_TEXT = "The model writes no text for readers: images, speech, embeddings, ranking or guarding."
SOURCE = "https://github.com/JonathanChavezTamales/llm-leaderboard"
SPEED_KEYS = {"output_tokens_per_second": "throughput", "time_to_first_token": "latency"}
OFTEN = 3  # models with the very same pair of speeds
ROUND_SPEEDS = frozenset({Decimal(10), Decimal(50), Decimal(100), Decimal(200)})  # tokens per second


def read(path: Path) -> Batch:
    """Read the tree at `path`, a folder or ZIP. Raises `UnreadableSource` when it holds no file of the layout."""
    with archives.opened(path) as source:
        batch = Batch()
        root = source / "data" if (source / "data").is_dir() else source
        tree = _Tree(batch, root, source)
        if not source.is_dir() or not tree.read():
            raise UnreadableSource(
                f"{path} holds no file of the LLM Stats layout. Name the folder that holds data/organizations, "
                "or models/ORG/ID/model.json."
            )
    return batch


class _Tree:
    """One tree while it is read."""

    def __init__(self, batch: Batch, root: Path, source: Path):
        self.batch, self.root, self.source = batch, root, source
        self.scores = Scores(batch)
        self.others: set[str] = set()  # ids of models that write no text
        self.other_rows = 0

    def read(self) -> bool:
        """Read every file of the layout; False when there was none."""
        found = 0
        for pattern, take in (
            ("organizations/*/organization.json", self._organization),
            ("providers/*/provider.json", self._provider),
            ("benchmarks/*.json", self.scores.learn_scale),
            ("organizations/*/models/*/model.json", self._model),
            ("organizations/*/models/*/benchmarks.json", self._benchmarks),
            ("providers/*/models.json", self._offers),
        ):
            found += self._each(self.root, pattern, take)
        found += self._each(self.source, "models/*/*/model.json", self._earlier_model)
        self._judge_speeds()
        self.scores.tell()
        self._tell_others()
        return bool(found or self.batch.problems)

    def _each(self, root: Path, pattern: str, take) -> int:
        """Hand every document of the pattern to `take`; returns how many files there were."""
        files = list(tree_files(root, pattern, self.batch))
        prefix = root.relative_to(self.source).as_posix()
        named = [(path, name if prefix == "." else f"{prefix}/{name}") for path, name in files]
        for name, document in read_each(named, read_json, self.batch, self._miss):
            take(name, document)
        return len(files)

    def _miss(self, file: str) -> None:
        """Rows that refer to what an unreadable file declares are no news for the queue of names."""
        if file.endswith("/model.json"):
            self.batch.refused_names.add(("models", _folder(file, 2)))
        elif file.endswith(("/organization.json", "/provider.json")):
            self.batch.refused_names.add(("organizations", slug_of(_folder(file, 2))))

    # --- who -------------------------------------------------------------------------

    def _organization(self, file: str, document: Document) -> None:
        self._add_organization(file, document, "organization_id")

    def _provider(self, file: str, document: Document) -> None:
        self._add_organization(file, document, "provider_id")

    def _add_organization(self, file: str, document: Document, key: str) -> None:
        found = fields_of(self.batch, file, document.data)
        if found is None:
            return
        own_id = found.text(key) or _folder(file, 2)
        name, country, website = found.text("name", required=True), found.text("country"), found.link("website")
        if found.refused:
            self.batch.refused_names.add(("organizations", slug_of(own_id)))
        else:
            self.batch.organizations.append(
                OrganizationRecord(
                    place=found.place(slug=key, name="name", country="country", website="website"),
                    slug=slug_of(own_id),
                    name=name,
                    country=country.upper() if len(country) == 2 else ABSENT,
                    website=website,
                )
            )

    # --- models ----------------------------------------------------------------------

    def _model(self, file: str, document: Document) -> None:
        found = fields_of(self.batch, file, document.data)
        if found is not None:
            self._add_model(
                found,
                own_id=found.text("model_id") or _folder(file, 2),
                lab=found.text("organization_id") or _folder(file, 4),
                licence=found.text("license_id"),
                links=("source_weights_link", "source_scorecard_blog_link", "source_paper"),
            )

    def _earlier_model(self, file: str, document: Document) -> None:
        found = fields_of(self.batch, file, document.data)
        if found is None:
            return
        own_id, lab = found.text("model_id") or _folder(file, 2), _folder(file, 3)
        self._add_model(
            found,
            own_id=own_id,
            lab=lab,
            licence=found.text("license"),
            links=("weights_link", "scorecard_blog_link", "paper_link"),
            context_window=found.whole("input_context_size"),
            max_output_tokens=found.whole("output_context_size"),
        )
        # The tree of that time names laboratories by folder only.
        if not any(each.slug == slug_of(lab) for each in self.batch.organizations):
            self.batch.organizations.append(
                OrganizationRecord(place=found.place(slug="", name=""), slug=slug_of(lab), name=lab)
            )
        metrics = objects(self.batch, file, 1, document.data.get("qualitative_metrics"), "qualitative_metrics")
        rows = []
        for index, metric in metrics:
            path = f"qualitative_metrics[{index}]"
            rows.append(Fields(self.batch, file, document.line(path), metric, path))
        if own_id in self.others:
            self._pass_over(file, [row.line for row in rows])
        else:
            self.scores.take(file, own_id, rows)

    def _pass_over(self, file: str, lines: list[int | None]) -> None:
        """Leave out rows of a model that writes no text."""
        self.other_rows += len(lines)
        for line in lines:
            self.batch.skip(file, line, NO_TEXT)

    def _tell_others(self) -> None:
        if self.others or self.other_rows:
            self.batch.notes.append(
                f"Models for images, speech, embeddings, ranking or guarding were left out: {len(self.others)}, with "
                f"{self.other_rows} results and offers."
            )

    def _add_model(
        self, found: Fields, *, own_id: str, lab: str, licence: str, links: tuple[str, str, str], **known
    ) -> None:
        """Add the model; `links` are the keys of its weights, its announcement and its paper."""
        name = found.text("name", required=True)
        weights, announcement, paper = (found.link(key) for key in links)
        multimodal = found.yes_no("multimodal")
        values = {
            "release_date": found.partial_day("release_date"),
            "knowledge_cutoff": found.partial_day("knowledge_cutoff"),
            "announced_on": found.day("announcement_date"),
            "total_parameters": found.whole("param_count"),
            "open_weights": _open_weights(licence, weights),
            "licence": fitted(licence, 120),
            "weights_url": weights,
            "source_url": announcement or paper,
            "reasoning": CAN_REASON if found.yes_no("reasoning") else ABSENT,
            **known,
        }
        if multimodal is not None:
            values["input_modalities"] = "text image" if multimodal else "text"
        if found.refused:
            self.batch.refused_names.add(("models", own_id))
            return
        if not is_language_model(own_id):
            self.others.add(own_id)
            self.batch.skip(found.file, found.line, NO_TEXT)
            return
        self.batch.models.append(
            DeclaredModel(
                place=found.place(slug="model_id", name="name", lab="organization_id", licence="license_id"),
                slug=slug_of(own_id),
                name=name,
                lab=slug_of(lab),
                source_id=own_id,
                dataset=DATASET,
                **{field: value for field, value in values.items() if value not in (None, "")},
            )
        )

    def _benchmarks(self, file: str, document: Document) -> None:
        rows = []
        if _folder(file, 2) in self.others:
            found = objects(self.batch, file, 1, document.data, "")
            self._pass_over(file, [document.line(f"[{index}]") for index, _ in found])
            return
        for index, row in objects(self.batch, file, 1, document.data, ""):
            rows.append(Fields(self.batch, file, document.line(f"[{index}]"), row, f"[{index}]"))
        self.scores.take(file, _folder(file, 2), rows)

    # --- offers ----------------------------------------------------------------------

    def _offers(self, file: str, document: Document) -> None:
        free = 0
        for index, row in objects(self.batch, file, 1, document.data, ""):
            found = Fields(self.batch, file, document.line(f"[{index}]"), row, f"[{index}]")
            free += self._add_offer(found, found.text("provider_id") or _folder(file, 2))
        if free:
            self.batch.notes.append(
                f"{file}: offers at 0 were taken without a price: {free}. The source writes 0 for trials as well."
            )

    def _add_offer(self, found: Fields, provider: str) -> bool:
        """Add price and speed of one offer; True when its price of 0 was left out."""
        model = found.text("model_id", required=True)
        if model in self.others:
            self._pass_over(found.file, [found.line])
            return False
        # Cents of a dollar for 1M tokens.
        cents = {key: found.number(f"{key}_cents_per_million_tokens") for key in ("input", "output")}
        seen_on = found.day("updated_at")
        rate, delay = found.number("throughput"), found.number("latency")
        if found.refused:
            return False
        served = {"model": model, "provider": slug_of(provider), "dataset": DATASET}
        prices = {key: value / 100 for key, value in cents.items() if value is not None}
        free = bool(prices) and not any(prices.values())
        if prices and not free:
            columns = {key: f"{key}_cents_per_million_tokens" for key in cents}
            place = found.place(model="model_id", provider="provider_id", observed_on="updated_at", **columns)
            self.batch.prices.append(
                PriceRecord(place=place, observed_on=seen_on, source_url=SOURCE, **served, **prices)
            )
        if rate is not None or delay is not None:
            place = found.place(model="model_id", **SPEED_KEYS)
            self.batch.speeds.append(
                SpeedRecord(
                    place=place,
                    output_tokens_per_second=rate,
                    time_to_first_token=delay,
                    source_url=SOURCE,
                    suspect="",
                    **served,
                )
            )
        elif not prices or free:
            place = found.place(model="model_id", provider="provider_id")
            self.batch.offerings.append(OfferingRecord(place=place, **served))
        return free

    def _judge_speeds(self) -> None:
        """Mark speeds that look like placeholders: nobody measures 100 tokens/s and 0.5 s for thirty models."""
        pairs = Counter(_speed_pair(each) for each in self.batch.speeds)
        for index, speed in enumerate(self.batch.speeds):
            reasons = []
            if pairs[_speed_pair(speed)] >= OFTEN:
                reasons.append(f"same pair on {OFTEN} or more rows")
            if speed.output_tokens_per_second in ROUND_SPEEDS:
                reasons.append("round number")
            if speed.output_tokens_per_second is not None and speed.output_tokens_per_second < 1:
                reasons.append("below 1 token/s")
            if reasons:
                self.batch.speeds[index] = _suspected(speed, "; ".join(reasons))


def _speed_pair(speed: SpeedRecord) -> tuple:
    return speed.output_tokens_per_second, speed.time_to_first_token


def _suspected(speed: SpeedRecord, reason: str) -> SpeedRecord:
    return SpeedRecord(**{**dict(speed.given()), "place": speed.place, "suspect": reason})


def _open_weights(licence: str, weights: str) -> bool | None:
    """LLM Stats has no such flag: a proprietary licence means no, a link to weights under another one yes."""
    if licence.lower() == "proprietary":
        return False
    return True if weights and licence else None


def _folder(file: str, up: int) -> str:
    """The name of the folder `up` steps above the end of a file's path."""
    parts = file.split("/")
    return parts[-up] if len(parts) >= up else ""
