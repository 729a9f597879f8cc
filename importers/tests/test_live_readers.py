"""Readers of live sources, each against a small cut of its layout and what a person reads in it."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from importers import formats
from importers.records import UnreadableSource
from models_catalog.core import price_terms

CUTS = Path(__file__).parent / "data" / "live"


def read(format_name, name, tmp_path, change=None):
    """The batch of a cut, its plain data edited by `change`."""
    path = tmp_path / name
    if change is None:
        shutil.copy(CUTS / name, path)
    else:
        data = json.loads((CUTS / name).read_text())
        path.write_text(json.dumps(change(data)))
    return formats.read(format_name, path)


def prices(batch):
    """(model, provider) → its plain prices and terms as text."""
    return {
        (price.model, price.provider): (
            *(f"{value.normalize():f}" if value else "" for value in (price.input, price.output, price.cache_read)),
            price.terms.splitlines(),
        )
        for price in batch.prices
    }


# --- prices -----------------------------------------------------------------------------------


def test_litellm_prices_with_every_condition_there_is_a_place_for(tmp_path):
    batch = read("litellm", "litellm.json", tmp_path)
    assert prices(batch) == {
        ("atlas-2", "cumulus"): (
            *("1.25", "10", "0.125"),
            [
                "cache write for 1h = 2.5",
                "audio input = 0.7",
                "web search = 35 per 1k requests",
                "input batch = 0.625",
                "output batch = 5",
                "input above 200000 = 2.5",
                "output above 200000 = 15",
                "cache write above 200000 for 1h = 5",
                "input batch above 200000 = 1.25",
            ],
        ),
        ("gemini/atlas-2", "google"): ("14.994", "60", "", ["input flex = 7.5", "input priority = 30"]),
        ("cirro-1", "cumulus"): (
            *("0.4", "1.6", "0.1"),
            [
                "image input = 0.002 per image",
                "request = 0.005 per request",
                "file search = 2.5 per 1k requests",
                "code execution = 0.03 per session",
            ],
        ),
    }
    assert batch.prices[0].cache_write == Decimal("1.5625")
    assert all(price_terms.written(price_terms.parse(price.terms)) == price.terms for price in batch.prices)


def test_litellm_names_what_it_does_not_store_row_by_row(tmp_path):
    notes = read("litellm", "litellm.json", tmp_path).notes
    assert [note for note in notes if "not stored" in note] == [
        f"litellm.json: {row}: not stored, since there is no place for it: {field}."
        for row, field in (
            ("atlas-2", "google_maps_grounding_cost_per_query"),
            ("gemini/atlas-2", "input_cost_per_token_ultrafast"),
            ("cirro-1", "search_context_cost_per_query"),
        )
    ]


def test_litellm_rows_that_are_no_offer_of_a_text_model_are_left_out_with_a_word(tmp_path):
    batch = read("litellm", "litellm.json", tmp_path)
    assert [offer.model for offer in batch.offerings] == ["hostess/trial"]  # a zero is no gift
    [problem] = batch.problems
    assert (problem.file, problem.column) == ("litellm.json: atlas-bad", "input_cost_per_token")
    assert "Rows that write no text, fine-tunes and the sample were left out: 4." in batch.notes


def test_litellm_prices_of_one_region_step_back_behind_the_plain_row(tmp_path):
    def with_regions(data):
        row = data["cirro-1"]
        return data | dict.fromkeys(("us.cirro-1", "bedrock/eu-west-1/cirro-1", "eu.only-there"), row)

    batch = read("litellm", "litellm.json", tmp_path, with_regions)
    assert [price.model for price in batch.prices] == ["atlas-2", "gemini/atlas-2", "cirro-1", "eu.only-there"]
    assert [skipped.reason for skipped in batch.skipped] == ["A price of one region; “cirro-1” is the plain one."] * 2


def test_openrouter_prices(tmp_path):
    batch = read("openrouter", "openrouter.json", tmp_path)
    assert prices(batch) == {
        ("cumulus/atlas-2", "openrouter"): (
            *("1.25", "10", "0.125"),
            [
                "cache write for 1h = 2.5",
                "audio input = 0.7",
                "image input = 0.00516 per image",
                "web search = 10 per 1k requests",
            ],
        ),
        ("cumulus/cirro-1", "openrouter"): (
            *("0.4", "1.6", ""),
            ["input above 200000 = 0.9", "output above 200000 = 2.4", "input above 272000 at 16:30-00:30 = 0.5"],
        ),
    }
    assert [offer.model for offer in batch.offerings] == ["cumulus/gift"]
    assert [problem.column for problem in batch.problems] == ["pricing"]
    assert batch.notes == [
        "openrouter.json: cumulus/cirro-1: not stored, since there is no place for it: overrides[0], overrides[4].",
        "openrouter.json: cumulus/cirro-1:free: another way of serving the model; its prices were left out.",
        "openrouter.json: openrouter/auto: its price depends on what serves it; left out.",
    ]


def test_models_dev_api_prices(tmp_path):
    batch = read("models-dev-api", "api.json", tmp_path)
    assert prices(batch) == {
        ("cumulus/atlas-2", "cumulus"): (
            "1.25",
            "10",
            "0.125",
            ["input above 272000 = 2.5", "output above 272000 = 15"],
        ),
        ("cumulus/atlas-2-fast", "cumulus"): ("2.5", "20", "", []),
        ("cumulus/cirro-1", "hostess"): ("0.5", "14.994", "", ["audio input = 1"]),
    }
    assert [offer.model for offer in batch.offerings] == ["hostess/trial"]
    assert not batch.models
    assert not batch.organizations


# --- results ----------------------------------------------------------------------------------


def test_arena_ratings(tmp_path):
    batch = read("arena", "arena.json", tmp_path)
    found = [
        (row.model, row.full_name, row.benchmark, str(row.score), row.effort, str(row.stderr or ""))
        for row in batch.results
    ]
    assert found == [
        ("atlas-2", "atlas-2", "overall", "1480.12", 12, "2.50"),
        ("atlas-2", "atlas-2-thinking-32k", "overall", "1490.50", 42, "2.50"),
        ("qwen-max", "qwen-max", "overall", "1400.00", 12, ""),
        ("atlas-2", "atlas-2-high", "coding", "1500.00", 40, "2.50"),
        ("cirro-1", "cirro-1", "webdev", "1300.00", 12, "2.50"),
    ]
    assert batch.results[0].row_id == "arena:text/overall:atlas-2"
    assert {row.source_kind for row in batch.results} == {"independent"}
    [problem] = batch.problems
    assert problem.column == "model_name"


def test_benchpress_figures(tmp_path):
    batch = read("benchpress", "benchpress.json", tmp_path)
    found = [
        (
            row.model,
            row.benchmark,
            str(row.score),
            row.effort,
            row.standard,
            row.source_kind,
            row.source_tier,
            row.variant,
        )
        for row in batch.results
    ]
    assert found == [
        ("atlas-2", "gpqa_diamond", "81.5", 40, True, "provider-reported", 3, ""),
        ("atlas-2", "arena_hard", "77.25", 12, True, "independent", 1, ""),
        ("cirro-1", "gpqa_diamond", "55.0", 5, False, "unknown", 5, "sampling cons@64; tools: with tools"),
    ]
    assert batch.results[2].note == "BenchPress marks the setting as another than this model's usual one."
    assert [skipped.file for skipped in batch.skipped] == [
        "benchpress.json: cirro-1, mmlu_pro",
        "benchpress.json: cirro-1, arena_hard",
    ]


def test_predictions_are_never_results(tmp_path):
    def certain(data):
        data["predictions"] = [[99.0] * 3] * 2
        return data

    plain = read("benchpress", "benchpress.json", tmp_path)
    changed = read("benchpress", "benchpress.json", tmp_path, certain)
    assert changed.results == plain.results


# --- other layouts ----------------------------------------------------------------------------

OTHERS = ({}, [], {"data": {}}, {"a": 1}, {"models": [], "benchmarks": []}, {"acme": {"models": []}}, "text", 7, None)


@pytest.mark.parametrize("format_name", ["litellm", "openrouter", "models-dev-api", "arena", "benchpress"])
@pytest.mark.parametrize("document", OTHERS, ids=str)
def test_another_layout_is_refused_with_a_sentence(format_name, document, tmp_path):
    path = tmp_path / "file.json"
    path.write_text(json.dumps(document))
    with pytest.raises(UnreadableSource, match="It is not"):
        formats.read(format_name, path)


@pytest.mark.parametrize(
    ("format_name", "name"),
    [
        ("litellm", "litellm.json"),
        ("openrouter", "openrouter.json"),
        ("models-dev-api", "api.json"),
        ("arena", "arena.json"),
        ("benchpress", "benchpress.json"),
    ],
)
def test_values_of_any_kind_break_no_reader(format_name, name, tmp_path):
    """Each value of the cut in turn becomes something of another kind."""
    whole = json.loads((CUTS / name).read_text())
    for path in list(_paths(whole)):
        for wrong in ("word", -1, [], {}, None, True):
            data = json.loads((CUTS / name).read_text())
            _put(data, path, wrong)
            file = tmp_path / name
            file.write_text(json.dumps(data))
            try:
                formats.read(format_name, file)
            except UnreadableSource as refused:
                assert str(refused).endswith(".")


def _paths(data, path=()):
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from _paths(value, (*path, key))


def _put(data, path, value):
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value
