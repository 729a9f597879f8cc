"""Search by words: every word must match, exact and newest first, in every script."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core.search import Entry, found, meant


def entry(name: str, lab: str = "Lab", year: int = 2025, *others: str) -> Entry:
    slug = name.lower().replace(" ", "-").replace(".", "-").replace("(", "").replace(")", "")
    return Entry(slug, name, lab, dt.date(year, 6, 1), others)


SHELF = (
    entry("Claude Sonnet 4", "Anthropic", 2025),
    entry("Claude Sonnet 4.5", "Anthropic", 2025, "sonnet-4-5-20250929"),
    entry("Claude 3.5 Sonnet", "Anthropic", 2024),
    entry("Claude Opus 4.5", "Anthropic", 2025),
    entry("GPT-4.5", "OpenAI", 2025),
    entry("GPT-5", "OpenAI", 2025),
    entry("GPT-5 mini", "OpenAI", 2025),
    entry("GPT-5.5", "OpenAI", 2026),
    entry("Qwen3 235B A22B", "Alibaba", 2025),
    entry("Qwen3 235B A22B (2507)", "Alibaba", 2026),
    entry("Qwen2.5 72B", "Alibaba", 2024),
    entry("通义千问", "Alibaba", 2024),
)


def names(query: str) -> list[str]:
    return [each.name for each in found(query, SHELF)]


def test_every_word_must_match_and_the_exact_model_comes_first():
    assert names("sonnet 4.5")[0] == "Claude Sonnet 4.5"
    assert "Claude Opus 4.5" not in names("sonnet 4.5")
    assert "Claude Sonnet 4" not in names("sonnet 4.5")
    assert names("gpt-5")[0] == "GPT-5"
    assert names("openai 5 mini") == ["GPT-5 mini"]


def test_newer_models_come_before_older_ones_that_match_as_well():
    assert names("qwen 235b") == ["Qwen3 235B A22B (2507)", "Qwen3 235B A22B"]
    assert names("sonnet")[-1] == "Claude 3.5 Sonnet"


def test_other_names_and_other_scripts_are_found():
    assert names("sonnet-4-5-20250929") == ["Claude Sonnet 4.5"]
    assert names("通义") == ["通义千问"]
    assert names("文心一言") == []


def test_signs_and_case_do_not_count_and_nothing_finds_nothing():
    assert names("GPT 5")[0] == names("gpt5")[0] == "GPT-5"
    assert names("") == names("  - ") == []


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("GPT-5", "gpt-5"),
        ("sonnet 4.5", "claude-sonnet-4-5"),
        ("sonnet", None),
        ("235b", None),
        ("5 mini", "gpt-5-mini"),
    ],
)
def test_what_is_meant_is_an_exact_name_or_the_only_one_with_all_the_words(text, slug):
    said = meant(text, SHELF)
    assert (said and said.slug) == slug


def test_two_models_of_one_name_are_never_guessed_between():
    twins = (Entry("atlas", "Atlas", "North"), Entry("atlas-south", "Atlas", "South"))
    assert meant("Atlas South", twins).slug == "atlas-south"
    assert meant("atlas", twins).slug == "atlas"
    assert meant("ATLAS ", (Entry("a-1", "Atlas", "North"), Entry("a-2", "Atlas", "South"))) is None


@given(st.sampled_from(SHELF), st.data())
def test_any_words_of_a_name_in_any_order_find_it(wanted, data):
    words = wanted.name.split()
    some = data.draw(st.permutations(words))[: data.draw(st.integers(1, len(words)))]
    assert wanted in found(" ".join(some), SHELF)


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text):
    assert set(found(text, SHELF)) <= set(SHELF)
    assert meant(text, SHELF) in (None, *SHELF)
