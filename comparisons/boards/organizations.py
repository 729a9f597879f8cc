"""Labs and providers: who makes the models, who serves them at which price."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings

from comparisons import standing_store
from comparisons.boards import board, rows
from comparisons.boards import store as board_store
from comparisons.boards.board import Board
from comparisons.boards.catalogue import ModelLine, model_line
from comparisons.boards.filters import BoardFilters
from comparisons.boards.leaderboard import LeaderboardPage, twins
from comparisons.core.method import METHOD
from comparisons.core.operations import blended, current_prices
from comparisons.core.result_words import host
from comparisons.pages import price_history
from comparisons.pages.base import Near, PageMeta, UnknownPage, absolute, shortened
from models_catalog import directory
from models_catalog.core import display
from models_catalog.directory import OrganizationFacts


@dataclass(frozen=True)
class LabPage(LeaderboardPage):
    """A lab's models: those with a rank among all, and those without."""

    lab: OrganizationFacts

    nav = "models"

    @property
    def crumbs(self) -> list[dict]:
        """Where the page hangs."""
        return [{"text": "Models", "href": "/models/"}]

    @property
    def notes(self) -> list[dict]:
        """Country, website, and the page of the same organisation as a provider."""
        notes = organization_notes(self.lab)
        if self.lab.is_provider:
            notes.append({"text": "Prices as a provider", "href": f"/providers/{self.lab.slug}/", "iso": None})
        return notes


def organization_notes(found: OrganizationFacts) -> list[dict]:
    """Country and website of an organisation."""
    notes = []
    if found.country:
        notes.append({"text": f"Country: {found.country}", "href": None, "iso": None})
    if found.website:
        notes.append({"text": host(found.website), "href": found.website, "iso": None})
    return notes


def load_lab(slug: str, filters: BoardFilters, *, today: dt.date, whole: bool = False) -> LabPage:
    """The board of a lab's models. At most five queries. Raises UnknownPage where there is no such lab."""
    lab = directory.organization(slug)
    if lab is None:
        raise UnknownPage("lab", slug)
    path = f"/labs/{slug}/"
    filters = replace(filters, lab=slug, fixed=("lab",))
    try:
        found = board.load_board(filters, path=path, today=today, whole=whole)
    except standing_store.NoStandings:
        text = "No model of this lab has standings yet."
        return LabPage(path, lab.name, text, None, PageMeta(lab.name, text, absolute(path), robots="noindex"), lab)
    return LabPage(path, lab.name, _lab_basis(found, lab), found, _lab_meta(found, lab), lab)


def _lab_basis(found: Board, lab: OrganizationFacts) -> str:
    models = [entry for entry in found.field.values() if entry.model.lab == lab.slug]
    if not models:
        return "No model of this lab is published here."
    ranked = [entry for entry in models if entry.ranked]
    basis = f"{display.counted(len(models), 'model')}, {display.count(len(ranked))} of them ranked."
    if ranked and not found.category:
        first = min(ranked, key=lambda entry: (entry.rank, entry.model.slug))
        of = display.count(sum(entry.ranked for entry in found.field.values()))
        basis += f" Highest: {first.model.name}, rank {rows.range_text(first.best, first.worst)} of {of}."
    return basis


def _lab_meta(found: Board, lab: OrganizationFacts) -> PageMeta:
    own_view = any(value for name, value in found.filters.parameters().items() if name != "page")
    return PageMeta(
        title=f"{lab.name}: language models with scores and prices",
        description=shortened(f"{lab.name}: {_lab_basis(found, lab)}"),
        canonical=absolute(f"/labs/{lab.slug}/"),
        robots="noindex" if own_view else None,
        alternates=twins(found, f"/labs/{lab.slug}"),
    )


@dataclass(frozen=True)
class ServedModel:
    """A model at a provider: what it costs there today, and where it stands."""

    line: ModelLine
    offer: price_history.OfferLine


@dataclass(frozen=True)
class ProviderPage:
    """A provider's price list."""

    provider: OrganizationFacts
    served: tuple[ServedModel, ...]
    meta: PageMeta

    @property
    def path(self) -> str:
        """Path of the page."""
        return f"/providers/{self.provider.slug}/"

    @property
    def title(self) -> str:
        """Name of the provider."""
        return self.provider.name

    @property
    def basis(self) -> str:
        """How many models it serves."""
        if not self.served:
            return "No current price of this provider is recorded."
        cheapest = self.served[0]
        return (
            f"Serves {display.counted(len(self.served), 'model')} of the catalogue at a known price. "
            f"The lowest blended price is {cheapest.offer.blended_text} USD per 1M tokens, for {cheapest.line.name}."
            if cheapest.offer.blended_text not in (rows.DASH, display.FREE)
            else f"Serves {display.counted(len(self.served), 'model')} of the catalogue at a known price."
        )

    @property
    def notes(self) -> list[dict]:
        """Country, website, and the page of the same organisation as a lab."""
        notes = organization_notes(self.provider)
        if self.provider.is_lab:
            notes.append({"text": "Models of this lab", "href": f"/labs/{self.provider.slug}/", "iso": None})
        return notes

    @property
    def crumbs(self) -> list[dict]:
        """Where the page hangs."""
        return [{"text": "Prices", "href": "/prices/"}]


def load_provider(slug: str, *, today: dt.date) -> ProviderPage:
    """A provider's prices. Three queries. Raises UnknownPage where there is no such provider."""
    provider = directory.organization(slug, provider=True)
    if provider is None:
        raise UnknownPage("provider", slug)
    entries = {entry.model.slug: entry for entry in board_store.board_entries(settings.DEFAULT_LANE)}
    ranked = sum(entry.ranked for entry in entries.values())
    served = []
    for model, prices in directory.provider_prices(slug).items():
        current = current_prices(prices, today)
        if current and model in entries:
            mixed = blended(current[0], METHOD.price_mix)
            line = model_line(entries[model], current[0], ranked)
            served.append(
                (
                    mixed is None,
                    mixed or 0,
                    line.name.casefold(),
                    ServedModel(line, price_history.offer_line(current[0], None)),
                )
            )
    served.sort(key=lambda item: item[:3])
    listed = tuple(item[3] for item in served)
    description = (
        f"What {provider.name} charges for {display.counted(len(listed), 'language model')}, USD per 1M tokens."
    )
    meta = PageMeta(f"{provider.name}: prices per model", description, absolute(f"/providers/{slug}/"))
    return ProviderPage(provider, listed, meta)


def near_organizations(slug: str, *, provider: bool = False) -> tuple[Near, ...]:
    """Labs or providers whose slug or name is closest to what was asked for. One query."""
    return near_names(slug, (Near(o.slug, o.name) for o in directory.organizations(provider=provider)))


def near_names(wanted: str, names: Iterable[Near], limit: int = 6) -> tuple[Near, ...]:
    """The subjects whose slug or name is closest to `wanted`, best first."""

    def likeness(near: Near) -> float:
        texts = [text.casefold() for text in (near.slug, near.name)]
        return max(difflib.SequenceMatcher(None, wanted.casefold(), text).ratio() for text in texts) + (
            0.5 if any(wanted.casefold() in text for text in texts) else 0.0
        )

    scored = sorted(((likeness(near), near) for near in names), key=lambda item: (-item[0], item[1].slug))
    return tuple(near for score, near in scored[:limit] if score > 0.45)
