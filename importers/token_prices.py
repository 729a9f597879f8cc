"""What the readers of price lists share: prices per token, and rows for offers with or without a price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from importers.models_dev_offers import without_dust
from importers.records import OfferingRecord, PriceRecord
from importers.source_fields import Fields
from models_catalog.core import price_terms
from models_catalog.core.price_terms import LARGEST, PLACES, PriceTerm

PER_MILLION = Decimal(1_000_000)
PLAIN = {"input": "input", "output": "output", "cache read": "cache_read", "cache write": "cache_write"}


def per_million(price: Decimal) -> Decimal:
    """USD per token as USD per 1M tokens, without what binary fractions left behind."""
    return without_dust(price * PER_MILLION)


def can_be_stored(amount: Decimal) -> bool:
    """Whether a term can say the amount: neither too large nor finer than its decimal places."""
    return 0 <= amount <= LARGEST and amount == round(amount, PLACES)


def told_apart(terms: Iterable[PriceTerm]) -> tuple[dict[str, Decimal], tuple[PriceTerm, ...]]:
    """(the four plain prices by field, the other terms), without terms that only repeat a plain price."""
    terms = list(terms)
    plain = {PLAIN[term.item]: term.amount for term in terms if is_plain(term)}
    others = [term for term in terms if not is_plain(term) and not _repeats(term, plain)]
    return plain, tuple(others)


def is_plain(term: PriceTerm) -> bool:
    """Whether the term is one of the four prices every offer may have."""
    return term.item in PLAIN and term.key == (term.item, "", None, None, "", price_terms.TOKENS)


def _repeats(term: PriceTerm, plain: Mapping[str, Decimal]) -> bool:
    """Tokens of thought at the price of output, or a tier at the plain price; a mode is told even then."""
    field = "output" if term.item == "reasoning" else PLAIN.get(term.item)
    of_tokens = not term.mode and term.lasts is None and not term.hours and term.per == price_terms.TOKENS
    return field is not None and of_tokens and plain.get(field) == term.amount


def offer(found: Fields, model: str, provider: str, dataset: str, url: str, terms: Iterable[PriceTerm]) -> bool:
    """Add an offer to the batch, with its price unless all of it is 0; gives whether it has one.

    A zero is a gift only where the offer says so, and a price list does not.
    """
    plain, others = told_apart(terms)
    served = {"place": found.place(model="id"), "model": model, "provider": provider, "dataset": dataset}
    if not any(plain.values()):
        found.batch.offerings.append(OfferingRecord(**served))
        return False
    text = price_terms.written(others)
    found.batch.prices.append(PriceRecord(source_url=url, terms=text, **served, **plain))
    return True


def note_not_stored(found: Fields, fields: Iterable[str]) -> None:
    """Name in the import's report the price fields of a row that this site has no place for."""
    names = sorted(fields)
    if names:
        found.batch.notes.append(f"{found.file}: not stored, since there is no place for it: {', '.join(names)}.")
