"""The offers of models.dev: plain prices, tiers, audio, and the several files of one model at one provider.

    [cost]                      USD per 1M tokens
    [[cost.tiers]]              prices of longer inputs; tier = { size = 200_000 }
    [cost.context_over_200k]    the same in the older layout; the tiers, where there are any, know the true size
    [experimental.modes.fast]   cost = { … }: the same model, served faster

A provider may offer a model in several files (“gpt-5.4”, “gpt-5.4-fast”). The file named like the
model is the plain offer; one whose name ends in a mode gives prices under that mode; of any other
nobody can tell what it is, so it is named and left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from importers.records import Place
from importers.source_fields import Fields
from importers.source_files import Document
from importers.source_names import slug_of
from models_catalog.core.price_terms import PLACES, PriceTerm

FIGURES = ("input", "output", "cache_read", "cache_write")
ITEMS = {
    **{name: name.replace("_", " ") for name in FIGURES},
    "reasoning": "reasoning",
    "input_audio": "audio input",
    "output_audio": "audio output",
}
OVER_200K = 200_000
DUST = Decimal("1e-9")  # what binary fractions leave behind; no price is that small
# how a file's name says that it is the model under another mode
MODES = {
    "fast": "fast",
    "turbo": "fast",
    "highspeed": "fast",
    "high-speed": "fast",
    "lightning": "fast",
    "flex": "flex",
    "batch": "batch",
    "priority": "priority",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One file: `name` is its name, `figures` the four plain prices, `terms` the others."""

    name: str
    provider: str
    model: str
    place: Place
    figures: dict[str, Decimal]
    terms: tuple[PriceTerm, ...]


def read_offer(found: Fields, document: Document, provider: str, model: str, name: str) -> Offer | None:
    """The offer of one file; None when it is refused."""
    figures = _figures(found, "cost", FIGURES)
    terms = _terms(_figures(found, "cost", [key for key in ITEMS if key not in FIGURES]))
    tiers = _tiers(found, figures)
    if not tiers:
        tiers = _terms(_figures(found, "cost.context_over_200k", ITEMS), above=OVER_200K)
    terms += tiers
    terms += _terms(_figures(found, "experimental.modes.fast.cost", ITEMS), mode="fast")
    if found.refused:
        return None
    place = found.place(model="base_model", **{key: f"cost.{key}" for key in FIGURES})
    place = Place(found.file, document.line("cost") if figures else 1, place.columns)
    return Offer(name, slug_of(provider), model, place, figures, tuple(terms))


def _figures(found: Fields, path: str, keys: Sequence[str]) -> dict[str, Decimal]:
    """The prices under a key, without the dust of binary fractions."""
    numbers = {key: found.number(f"{path}.{key}" if path else key) for key in keys}
    return {key: without_dust(number) for key, number in numbers.items() if number is not None}


def without_dust(price: Decimal) -> Decimal:
    """14.993999999999998 as 14.994; a price that is really finer stays as it is."""
    rounded = round(price, PLACES)
    return rounded if abs(rounded - price) < DUST else price


def _tiers(found: Fields, plain: dict[str, Decimal]) -> list[PriceTerm]:
    """The prices of [[cost.tiers]] that differ from the plain ones."""
    tiers = found.raw("cost.tiers")
    if not isinstance(tiers, list):
        return []
    terms: list[PriceTerm] = []
    for index, entry in enumerate(tiers):
        path = f"cost.tiers[{index}]"
        if not isinstance(entry, dict):
            found.refuse(path, "It is no table with prices. Correct it.")
            continue
        inner = Fields(found.batch, found.file, found.line, entry, path)
        above = inner.whole("tier.size")
        if above:
            figures = _figures(inner, "", ITEMS)
            terms += _terms({key: price for key, price in figures.items() if plain.get(key) != price}, above=above)
        found.refused |= inner.refused
    return terms


def _terms(figures: dict[str, Decimal], *, mode: str = "", above: int | None = None) -> list[PriceTerm]:
    return [PriceTerm(ITEMS[key], price, mode=mode, above=above) for key, price in figures.items()]


def joined(offers: Sequence[Offer]) -> tuple[Offer, tuple[PriceTerm, ...], list[str]]:
    """The plain offer of one model at one provider, all its terms, and notes about what was left out."""
    ordered = sorted(
        offers, key=lambda offer: (mode_of(offer) is not None, _beyond(offer), len(offer.name), offer.name)
    )
    plain, *others = ordered
    terms = {term.key: term for term in plain.terms}
    notes = []
    for other in others:
        mode = mode_of(other)
        if mode:
            for term in _terms(other.figures, mode=mode):
                terms.setdefault(term.key, term)
        elif other.figures != plain.figures:
            notes.append(
                f"{other.place}: {other.provider} offers the model as “{plain.name}” already; what else "
                f"“{other.name}” is, nobody can tell, so its prices were left out."
            )
    return plain, tuple(terms.values()), notes


def mode_of(offer: Offer) -> str | None:
    """The mode that a file's name adds to the model's own; None for the plain offer."""
    return MODES.get(_beyond(offer))


def _beyond(offer: Offer) -> str:
    """What a file's name says beyond the model's own name; the whole name where it does not begin with it."""
    name, own = slug_of(offer.name.rpartition("/")[2]), slug_of(offer.model.rpartition("/")[2])
    return name if name != own and not name.startswith(f"{own}-") else name.removeprefix(own).strip("-")
