"""Reads LiteLLM's price file (`model_prices_and_context_window.json`), one object a model and host.

    "KEY": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 3e-06,
            "cache_creation_input_token_cost_above_1hr": 6e-06, "output_cost_per_token_above_200k_tokens": …,
            "input_cost_per_token_batches": …, "search_context_cost_per_query": {…}}

A field's name says what is charged for, then how long a cache entry lasts, from which input on, and in which
mode. What there is no place for is named in the report, row by row.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from importers import archives, token_prices
from importers.records import Batch, UnreadableSource
from importers.source_fields import Fields, fields_of
from importers.source_files import read_each, read_json
from importers.source_names import is_language_model, slug_of
from models_catalog.core.price_terms import TOKENS, PriceTerm

DATASET = "litellm"
SOURCE = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"
SAMPLE = "sample_spec"
WRITES_TEXT = ("chat", "responses", "completion")
MODES = {"batches": "batch", "priority": "priority", "flex": "flex"}
# The hosts as the catalogue spells them; any other keeps its own name.
HOSTS = {
    "gemini": "google",
    "fireworks_ai": "fireworks-ai",
    "together_ai": "togetherai",
    "novita": "novita-ai",
    "bedrock": "amazon-bedrock",
    "bedrock_converse": "amazon-bedrock",
    "moonshot": "moonshotai",
    "cohere_chat": "cohere",
    "meta_llama": "meta",
    "text-completion-openai": "openai",
}
# prices per token, and what follows the name: “_above_1hr_above_200k_tokens_batches”
PER_TOKEN = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache read",
    "cache_creation_input_token_cost": "cache write",
    "output_cost_per_reasoning_token": "reasoning",
    "input_cost_per_audio_token": "audio input",
    "output_cost_per_audio_token": "audio output",
    "cache_read_input_audio_token_cost": "audio cache read",
    "input_cost_per_image_token": "image input",
    "output_cost_per_image_token": "image output",
    "cache_read_input_image_token_cost": "image cache read",
    "input_cost_per_video_token": "video input",
    "output_cost_per_video_token": "video output",
}
CONDITIONS = re.compile(
    r"(?:_above_(?P<hours>[0-9]{1,2})hr)?(?:_above_(?P<above>[0-9]{1,5})k_tokens)?"
    rf"(?:_(?P<mode>{'|'.join(MODES)}))?"
)
# field → (item, unit), prices in that very unit
PER_UNIT = {
    "input_cost_per_request": ("request", "request"),
    "input_cost_per_query": ("request", "request"),
    "input_cost_per_image": ("image input", "image"),
    "output_cost_per_image": ("image output", "image"),
    "input_cost_per_audio_per_second": ("audio input", "second"),
    "input_cost_per_video_per_second": ("video input", "second"),
    "code_interpreter_cost_per_session": ("code execution", "session"),
    "file_search_cost_per_1k_calls": ("file search", "1k requests"),
    "vector_store_cost_per_gb_per_day": ("storage", "GB a day"),
}
# “us.NAME”, “bedrock/eu-west-1/NAME”: the price of NAME in one region
REGION = re.compile(
    r"^(?:bedrock/|azure/)?(?:us-gov|us|eu|apac|au|jp|ca|global)\.|^bedrock/[a-z]{2}(?:-gov)?-[a-z]+-[0-9]/"
)
SEARCH = "search_context_cost_per_query"
CACHE_HIT = "input_cost_per_token_cache_hit"  # an older name of the price of cached input


def read(path: Path) -> Batch:
    """Read the file at `path`. Raises `UnreadableSource` when it is not this layout."""
    with archives.opened(path) as source:
        batch = Batch()
        for name, document in read_each([(source, source.name)], read_json, batch):
            whole = fields_of(batch, name, document.data)
            rows = {key: row for key, row in document.data.items() if isinstance(row, dict)} if whole else {}
            if not any("litellm_provider" in row for row in rows.values()):
                raise UnreadableSource(f"{path.name} has no rows with “litellm_provider”. It is not LiteLLM's file.")
            left_out = 0
            free = 0
            for key, row in rows.items():
                found = Fields(batch, f"{name}: {key}", document.line(key), row)
                if (plain := REGION.sub("", key)) != key and plain in rows:
                    batch.skip(found.file, found.line, f"A price of one region; “{plain}” is the plain one.")
                    continue
                kept = _is_read(found, key)
                left_out += not kept
                free += kept and _read_row(found, key) is False
            _tell(batch, left_out, free)
    return batch


def _tell(batch: Batch, left_out: int, free: int) -> None:
    if left_out:
        batch.notes.append(f"Rows that write no text, fine-tunes and the sample were left out: {left_out}.")
    if free:
        batch.notes.append(f"Offers at 0 were taken without a price: {free}. The source writes 0 for trials as well.")


def _is_read(found: Fields, key: str) -> bool:
    mode = found.data.get("mode")
    return key != SAMPLE and mode in WRITES_TEXT and not key.startswith("ft:") and is_language_model(key)


def _read_row(found: Fields, key: str) -> bool | None:
    """Add the offer of one row; gives whether it has a price, None when it is refused."""
    host = found.text("litellm_provider", required=True)
    terms, left = _terms(found)
    if found.refused:
        return None
    token_prices.note_not_stored(found, left)
    provider = HOSTS.get(host) or slug_of(host)
    return token_prices.offer(found, key, provider, DATASET, SOURCE, terms)


def _terms(found: Fields) -> tuple[list[PriceTerm], list[str]]:
    """(prices that can be stored, names of fields that cannot)."""
    terms: dict[tuple, PriceTerm] = {}
    left = []
    for field in found.data:
        if "cost" not in field:
            continue
        term = _search_term(found) if field == SEARCH else _term(found, field)
        if term is None or not token_prices.can_be_stored(term.amount):
            left += [field] * (found.raw(field) not in (0, Decimal(0), None, {}))
        elif term.amount or token_prices.is_plain(term):
            terms[term.key] = term
    hit = _term(found, CACHE_HIT) if CACHE_HIT in found.data else None
    if hit is not None:
        terms.setdefault(hit.key, hit)
    return list(terms.values()), left


def _term(found: Fields, field: str) -> PriceTerm | None:
    """The price one field states, or None where its name is not known."""
    if field == CACHE_HIT:
        price = found.number(field)
        return None if price is None else PriceTerm("cache read", token_prices.per_million(price))
    if field in PER_UNIT:
        item, unit = PER_UNIT[field]
        price = found.number(field)
        return None if price is None else PriceTerm(item, token_prices.without_dust(price), per=unit)
    base = next((name for name in PER_TOKEN if field.startswith(name)), None)
    match = CONDITIONS.fullmatch(field.removeprefix(base)) if base else None
    if base is None or match is None:
        return None
    price = found.number(field)
    if price is None:
        return None
    return PriceTerm(
        PER_TOKEN[base],
        token_prices.per_million(price),
        mode=MODES.get(match["mode"] or "", ""),
        above=int(match["above"]) * 1000 if match["above"] else None,
        lasts=int(match["hours"]) * 60 if match["hours"] else None,
        per=TOKENS,
    )


def _search_term(found: Fields) -> PriceTerm | None:
    """The price of a web search, where it is the same however much of the pages is read."""
    prices = found.raw(SEARCH)
    sizes = list(prices.values()) if isinstance(prices, dict) else []
    price = sizes[0] if sizes else None
    if not isinstance(price, Decimal) or any(other != price for other in sizes):
        return None
    return PriceTerm("web search", token_prices.without_dust(price * 1000), per="1k requests")
