"""Reads OpenRouter's list of models (`/api/v1/models`): what OpenRouter itself asks for each.

    {"data": [{"id": "maker/model", "pricing": {"prompt": "0.000003", "completion": "0.000015", …}, …}]}

Prices are decimal strings in USD per token, per request or per image; -1 says that the price depends.
An id with a colon (“:free”, “:thinking”) is another way of serving the model before the colon.
"""

from __future__ import annotations

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
    terms, left = [], [key for key, value in pricing.items() if key not in FIGURES and value not in ("0", 0, "", None)]
    for key, (item, lasts, unit, times) in FIGURES.items():
        price = found.number(f"pricing.{key}")
        if price is None or (price == 0 and key not in ("prompt", "completion")):
            continue
        if price < 0:
            found.batch.notes.append(f"{found.file}: its price depends on what serves it; left out.")
            return
        amount = token_prices.without_dust(price * times)
        if token_prices.can_be_stored(amount):
            terms.append(PriceTerm(item, amount, lasts=lasts, per=unit))
        else:
            left.append(key)
    if found.refused:
        return
    token_prices.note_not_stored(found, left)
    token_prices.offer(found, own_id, PROVIDER, DATASET, SOURCE, terms)
