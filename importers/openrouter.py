"""Reads OpenRouter's list of models (`/api/v1/models`): what OpenRouter itself asks for each.

    {"data": [{"id": "maker/model", "pricing": {"prompt": "0.000003", "completion": "0.000015", …}, …}]}

Prices are decimal strings in USD per token, per request or per image; -1 says that the price depends.
An id with a colon (“:free”, “:thinking”) is another way of serving the model before the colon. `overrides` lists
prices under conditions: {"min_prompt_tokens": 200000, "utc_start": "1630", "utc_end": "0030", "prompt": …}; what an
override does not name stays as it is. One that holds on some days of the week only has no place here, and is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from importers import archives, token_prices
from importers.records import Batch, UnreadableSource
from importers.source_fields import Fields, fields_of, objects
from importers.source_files import read_each, read_json
from importers.source_names import is_language_model
from models_catalog.core.price_terms import TOKENS, PriceTerm

DATASET = "openrouter"
PROVIDER = "openrouter"
SOURCE = "https://openrouter.ai/models"
# key of `pricing` → (item, minutes a cache entry is kept, unit, what a unit of ours is in theirs)
FIGURES = {
    "prompt": ("input", None, TOKENS, 1_000_000),
    "completion": ("output", None, TOKENS, 1_000_000),
    "input_cache_read": ("cache read", None, TOKENS, 1_000_000),
    "input_cache_write": ("cache write", None, TOKENS, 1_000_000),
    "input_cache_write_1h": ("cache write", 60, TOKENS, 1_000_000),
    "internal_reasoning": ("reasoning", None, TOKENS, 1_000_000),
    "audio": ("audio input", None, TOKENS, 1_000_000),
    "audio_output": ("audio output", None, TOKENS, 1_000_000),
    "input_audio_cache": ("audio cache read", None, TOKENS, 1_000_000),
    "image_token": ("image input", None, TOKENS, 1_000_000),
    "image": ("image input", None, "image", 1),
    "image_output": ("image output", None, "image", 1),
    "request": ("request", None, "request", 1),
    "web_search": ("web search", None, "1k requests", 1000),
}
OVERRIDES = "overrides"
CLOCK = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])")  # “1630”: hours and minutes, UTC


def read(path: Path) -> Batch:
    """Read the list at `path`. Raises `UnreadableSource` when it is no such list."""
    with archives.opened(path) as source:
        batch = Batch()
        for name, document in read_each([(source, source.name)], read_json, batch):
            whole = fields_of(batch, name, document.data)
            if whole is None or not isinstance(whole.raw("data"), list):
                raise UnreadableSource(f"{path.name} has no list “data” of models. It is not OpenRouter's list.")
            for index, each in objects(batch, name, 1, whole.raw("data"), "data"):
                where = f"{name}: {each.get('id') or f'data[{index}]'}"
                _read_model(Fields(batch, where, document.line(f"data[{index}]"), each))
    return batch


def _read_model(found: Fields) -> None:
    own_id = found.text("id", required=True)
    if found.refused or not is_language_model(own_id, found.words("architecture.output_modalities")):
        return
    pricing = found.raw("pricing")
    if not isinstance(pricing, dict):
        found.refuse("pricing", "An object with prices is expected here.")
        return
    if ":" in own_id:
        found.batch.notes.append(f"{found.file}: another way of serving the model; its prices were left out.")
        return
    terms, left = [], [key for key in pricing if key not in (*FIGURES, OVERRIDES) and _is_named(pricing[key])]
    for key, term in _figures(found, "pricing"):
        if term.amount < 0:
            found.batch.notes.append(f"{found.file}: its price depends on what serves it; left out.")
            return
        _sort_in(key, term, terms, left)
    for key, term in _overrides(found):
        _sort_in(key, term, terms, left)
    if found.refused:
        return
    token_prices.note_not_stored(found, left)
    token_prices.offer(found, own_id, PROVIDER, DATASET, SOURCE, terms)


def _is_named(value: object) -> bool:
    """Whether a figure nobody knows says anything; the list writes zeros for what costs nothing."""
    return value not in ("0", 0, "", None)


def _figures(found: Fields, path: str) -> Iterator[tuple[str, PriceTerm]]:
    """(key, term) of every figure below `path`; zeros of what few offers charge for are left out."""
    for key, (item, lasts, unit, times) in FIGURES.items():
        price = found.number(f"{path}.{key}" if path else key)
        if price is not None and (price or key in ("prompt", "completion")):
            yield key, PriceTerm(item, token_prices.without_dust(price * times), lasts=lasts, per=unit)


def _sort_in(key: str, term: PriceTerm | None, terms: list[PriceTerm], left: list[str]) -> None:
    """Put a price among those that can be stored, or its name among those that cannot."""
    if term is None or not token_prices.can_be_stored(term.amount):
        left.append(key)
        return
    terms[:] = [each for each in terms if each.key != term.key]  # of two overrides the later one holds
    terms.append(term)


def _overrides(found: Fields) -> Iterator[tuple[str, PriceTerm | None]]:
    """(key, price under its condition) of the list of overrides; None for one that has no place."""
    listed = found.raw(f"pricing.{OVERRIDES}")
    if not isinstance(listed, list):
        if _is_named(listed):
            yield OVERRIDES, None
        return
    for index, entry in enumerate(listed):
        name = f"{OVERRIDES}[{index}]"
        if not isinstance(entry, dict):
            yield name, None
            continue
        each = Fields(found.batch, found.file, found.line, entry, f"pricing.{name}")
        above, hours = each.whole("min_prompt_tokens"), _hours(each)
        if hours is None or each.raw("utc_days") or not (above or hours):
            yield name, None
            continue
        for key, term in _figures(each, ""):
            yield f"{name}.{key}", replace(term, above=above or None, hours=hours)
        found.refused = found.refused or each.refused


def _hours(each: Fields) -> str | None:
    """The period of the day as “16:30-00:30”, "" where there is none, None where it cannot be read."""
    ends = [each.raw(name) for name in ("utc_start", "utc_end")]
    if ends == [None, None]:
        return ""
    clocks = [CLOCK.fullmatch(_four_digits(end)) for end in ends]
    if not all(clocks):
        return None
    return "-".join(f"{clock[1]}:{clock[2]}" for clock in clocks)


def _four_digits(value: object) -> str:
    """A time of day as four digits; a number has lost its leading zeros."""
    if isinstance(value, Decimal) and value == int(value) and 0 <= value <= 2359:
        return f"{int(value):04}"
    return value if isinstance(value, str) else ""
