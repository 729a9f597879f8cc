"""import_data llm-stats: the JSON tree of LLM Stats, in its two layouts."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from importers import formats
from importers.apply import apply_batch
from importers.records import UnreadableSource
from importers.tests.source_trees import (
    ENDLESS,
    change,
    copy_of,
    make_open_benchmark,
    refusals,
    take_tree,
    zipped,
)
from models_catalog.core.setting_words import effort_in, is_standard
from models_catalog.models import (
    LanguageModel,
    ModelAlias,
    Offering,
    Organization,
    Price,
    Result,
    SpeedMeasurement,
    UnknownName,
)
from models_catalog.tests.factories import make_benchmark, make_model

FOLDER = "data/organizations/north/models/atlas-2.1"
ROWS = f"{FOLDER}/benchmarks.json"
MODEL = f"{FOLDER}/model.json"
OFFERS = "data/providers/hostly/models.json"
PERCENT_ROWS = "data/organizations/south/models/cirro-1/benchmarks.json"


@pytest.fixture
def tree(tmp_path, db):
    """The tree, and a catalogue that knows its benchmarks only."""
    make_benchmark(slug="facts")
    make_open_benchmark("codeforces")
    return copy_of("llm_stats", tmp_path)


def row(row_id):
    return Result.objects.get(row_id=f"llm-stats:{row_id}")


def test_tree_declares_models_and_organisations(tree):
    report = take_tree("llm-stats", tree)
    assert refusals(report) == []
    atlas = LanguageModel.objects.get(slug="atlas-2-1")
    assert (atlas.name, atlas.lab.name, atlas.lab.country) == ("Atlas 2.1", "North Lab", "US")
    assert (atlas.release_date, atlas.announced_on) == (dt.date(2026, 2, 20), dt.date(2026, 2, 19))
    assert (atlas.knowledge_cutoff, atlas.knowledge_cutoff_precision) == (dt.date(2025, 6, 1), "month")
    assert (atlas.open_weights, atlas.licence, atlas.input_modalities) == (False, "proprietary", "text image")
    cirro = LanguageModel.objects.get(slug="cirro-1")
    assert (cirro.open_weights, cirro.total_parameters) == (True, 12_000_000_000)
    assert Organization.objects.get(slug="south").website == ""
    assert {alias.source_id for alias in ModelAlias.objects.filter(dataset="llm-stats")} == {"atlas-2.1", "cirro-1"}


def test_fractions_become_the_benchmarks_unit(tree):
    take_tree("llm-stats", tree)
    plain = row("atlas-2.1#facts")
    assert (plain.score, plain.source_kind, plain.source_tier) == (Decimal("73.3"), "provider-reported", 3)
    assert (plain.standard, plain.effort, plain.measured_on) == (True, 12, None)
    several = row("atlas-2.1#facts~2")
    assert (several.score, several.standard, several.effort) == (Decimal("85.666667"), False, 40)
    assert row("atlas-2.1#codeforces").score == 2100


def test_link_to_an_example_domain_is_no_source(tree):
    take_tree("llm-stats", tree)
    found = row("atlas-2.1#codeforces")
    assert (found.source_url, found.source_kind, found.source_tier) == ("", "unknown", 5)


def test_percent_among_fractions_is_taken_with_a_note(tree):
    report = take_tree("llm-stats", tree)
    assert row("cirro-1#facts").score == Decimal("72.8")
    assert any(PERCENT_ROWS in note and "read as percent" in note for note in report.notes)


def test_fraction_among_percent_is_refused_because_nobody_can_tell(tree):
    rows = json.loads((tree / PERCENT_ROWS).read_text())
    rows += [{**rows[0], "score": 64.5}, {**rows[0], "score": 0.9}]
    (tree / PERCENT_ROWS).write_text(json.dumps(rows, indent=1))
    report = take_tree("llm-stats", tree)
    assert [(each.file, each.column) for each in report.problems] == [(PERCENT_ROWS, "[2].score")]
    assert "0.9 % or 90.0 %" in report.problems[0].reason


def test_doubles_and_unusable_benchmarks_are_passed_over_with_notes(tree):
    report = take_tree("llm-stats", tree)
    assert any(f"{ROWS}, line 18: the same result stands above" in note for note in report.notes)
    assert any("fleurs" in note and "error rates" in note for note in report.notes)
    assert Result.objects.count() == 4


def test_unknown_maximum_is_refused_not_guessed(tree):
    change(tree / "data/benchmarks/facts.json", "1.0", "500")
    report = take_tree("llm-stats", tree)
    assert all("maximum is 500" in line for line in refusals(report))
    assert report.problems


def test_prices_are_cents_and_zero_is_no_price(tree):
    report = take_tree("llm-stats", tree)
    price = Price.objects.get()
    assert (price.input, price.output, price.observed_on) == (Decimal("0.8"), 4, dt.date(2026, 3, 1))
    assert Offering.objects.filter(model__slug="cirro-1").exists()
    assert any("offers at 0 were taken without a price: 1" in note for note in report.notes)


def test_placeholder_speed_is_suspect(tree):
    take_tree("llm-stats", tree)
    speed = SpeedMeasurement.objects.get()
    assert (speed.output_tokens_per_second, speed.time_to_first_token) == (100, Decimal("0.5"))
    assert speed.suspect == "round number"


def test_running_twice_changes_nothing(tree):
    take_tree("llm-stats", tree)
    report = take_tree("llm-stats", tree)
    assert (report.changed, report.rejected) == (False, 0)


def test_batch_can_be_tried_and_then_applied(tree):
    batch = formats.read("llm-stats", tree)
    tried = apply_batch(batch, reason="Test", dry_run=True)
    assert apply_batch(batch, reason="Test").last_line == tried.last_line


def test_alias_decides_before_the_slug(tree):
    mapped = make_model(slug="atlas-two-one")
    ModelAlias.objects.create(dataset="", source_id="atlas-2.1", model=mapped)
    take_tree("llm-stats", tree)
    assert not LanguageModel.objects.filter(slug="atlas-2-1").exists()
    assert mapped.results.count() == 3


def test_unknown_benchmark_is_queued(tree):
    change(tree / ROWS, '"benchmark_id": "facts"', '"benchmark_id": "riddles-(hard)"')
    take_tree("llm-stats", tree)
    assert [(entry.kind, entry.name) for entry in UnknownName.objects.all()] == [("benchmark", "riddles-(hard)")]


def test_earlier_layout_is_read_with_its_dates(tmp_path, db):
    make_benchmark(slug="facts")
    make_benchmark(slug="riddles")
    report = take_tree("llm-stats", copy_of("llm_stats_earlier", tmp_path))
    assert refusals(report) == []
    atlas = LanguageModel.objects.get(slug="atlas-1")
    assert (atlas.context_window, atlas.max_output_tokens, atlas.lab.slug) == (128_000, 4096, "north")
    facts = row("atlas-1#Facts")
    assert (facts.score, facts.effort) == (Decimal("88.7"), 30)
    assert (facts.measured_on, facts.measured_on_kind) == (dt.date(2025, 5, 9), "recorded")
    assert row("atlas-1#Riddles").source_kind == "unknown"


def test_zip_says_the_same_as_the_folder(tree, tmp_path):
    take_tree("llm-stats", tree)
    assert not take_tree("llm-stats", zipped(tree, tmp_path / "l.zip", "llm-leaderboard-main/")).changed
    assert not take_tree("llm-stats", zipped(tree, tmp_path / "bare.zip")).changed


def test_byte_order_mark_is_taken_off(tree):
    (tree / MODEL).write_bytes(b"\xef\xbb\xbf" + (tree / MODEL).read_bytes())
    assert take_tree("llm-stats", tree).rejected == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "column", "reason"),
    [
        (ROWS, "0.733", "NaN", 2, "[0].score", "not a number"),
        (ROWS, "0.733", "-Infinity", 2, "[0].score", "not a number"),
        (ROWS, "0.733", "1e400", 2, "[0].score", "not a number"),
        (ROWS, "0.733", '"=cmd()"', 2, "[0].score", "formula"),
        (ROWS, "0.733", '"73%"', 2, "[0].score", "percent sign"),
        (ROWS, "0.733", "null", 2, "[0].score", "missing"),
        (ROWS, "0.733", "true", 2, "[0].score", "not true or false"),
        (ROWS, "0.733", "-0.5", 2, "[0].score", "neither a fraction"),
        (ROWS, "0.733", "7280", 2, "[0].score", "neither a fraction"),
        (ROWS, '"standard"', '"=cmd()"', 2, "[0].analysis_method", "formula"),
        (ROWS, '"score": 0.733,', '"score": 0.733, "score": 0.1,', 2, "[0].score", "appears twice"),
        (ROWS, '"score": 0.733,', '"score": 0.733', 6, "", "not valid JSON"),
        (ROWS, "https://north.example.net/atlas", "javascript:alert(1)", 2, "[0].self_reported_source_link", ""),
        (MODEL, "2026-02-20", "2026-02-30", 1, "release_date", "no day of the calendar"),
        (MODEL, "2026-02-19", "19/02/2026", 1, "announcement_date", "not a date"),
        (MODEL, '"Atlas 2.1"', '"=cmd()"', 1, "name", "formula"),
        (OFFERS, "80,", "-80,", 2, "[0].input_cents_per_million_tokens", ""),
        (OFFERS, '"latency": 0.5', '"latency": "fast"', 2, "[0].latency", "not a number"),
    ],
)
def test_bad_value_is_refused_with_file_line_and_key(tree, file, old, new, line, column, reason):
    change(tree / file, old, new)
    report = take_tree("llm-stats", tree)
    assert not report.written
    first = next(each for each in report.problems if each.file == file)
    assert (first.line, first.column) == (line, column)
    assert reason in first.reason


def test_endless_number_is_refused_with_line_and_key(tree):
    change(tree / ROWS, "0.733", ENDLESS)
    first = take_tree("llm-stats", tree).problems[0]
    assert (first.file, first.line, first.column) == (ROWS, 5, "score")
    assert "2000000 characters" in first.reason


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
def test_deep_nesting_is_refused(tree, text):
    (tree / ROWS).write_text(text)
    assert any("JSON" in line or "too deeply" in line for line in refusals(take_tree("llm-stats", tree)))


def test_rows_of_an_unreadable_model_are_no_news_for_the_queue(tree):
    (tree / MODEL).write_text("{")
    report = take_tree("llm-stats", tree)
    assert not UnknownName.objects.exists()
    assert any("was refused itself" in line for line in refusals(report))


def test_folder_without_the_layout_says_what_is_wanted(tmp_path):
    with pytest.raises(UnreadableSource, match="data/organizations"):
        formats.read("llm-stats", tmp_path)


@pytest.mark.parametrize(
    ("words", "effort", "standard"),
    [
        ("Pass@1, Non-Thinking mode", 5, True),
        ("Extended thinking (up to 64K tokens)", 30, True),
        ("32k thinking", 42, True),
        ("high reasoning effort", 40, True),
        ("o3-mini high", 40, True),
        ("Cons@64", 12, False),
        ("maj@1, 5-shot", 12, True),
        ("Pass@5", 12, False),
        ("parallel test-time compute", 12, False),
        ("high school questions", 12, True),
        ("", 12, True),
    ],
)
def test_words_about_a_run_are_understood(words, effort, standard):
    assert (effort_in(words), is_standard(words)) == (effort, standard)
