"""How verdicts read: headline, sentences, length, grammar, questions and answers."""

from __future__ import annotations

import re
from functools import cache
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core import words
from comparisons.core.records import CLEAR, EVEN, LEANING, LIKELY, Sentence
from comparisons.core.sentences import SINGLE_RESULTS, within
from comparisons.core.verdict import verdict as words_of
from comparisons.tests.catalogues import (
    benchmark,
    category,
    generated_world,
    grown_world,
    mixed_world,
    model,
    reference_world,
    result,
    world,
)
from models_catalog.core import display

MOST_WORDS = 110  # of a verdict in which a name counts as one word


@cache
def all_verdicts():
    worlds = [generated_world(seed, 10, 24, 0.35 + 0.1 * seed, 0.1, "provisional") for seed in range(6)]
    worlds += [grown_world(), reference_world(), mixed_world(), mixed_world(shared=0)]
    made = []
    for some_world in worlds:
        for a, b in some_world.pairs():
            made.append((some_world, some_world.compare(a, b), some_world.verdict(a, b)))
    return made


def named(some_world, *pair):
    return some_world.verdict(*pair)


def test_the_reference_pair_reads_as_written_here():
    verdict = named(reference_world(), "nemotron-ultra-253b", "gpt-4-1-mini")
    assert verdict.headline == "Too close to call"
    assert verdict.paragraphs == (
        "Too close to call: GPT-4.1 mini and Nemotron Ultra 253B are 6.7 points apart on the 5 of 11 benchmarks they "
        "share, with a margin of 13.6.",
        "On the tests both have there, GPT-4.1 mini is likely ahead in knowledge (by 23.9 points), and in instruction "
        "following, Nemotron Ultra 253B in math (by 18.1 points).",
        "Neither is ranked: too few kinds of tests.",
    )


def test_too_little_in_common_says_what_the_one_test_says_and_what_would_tell_more():
    verdict = named(reference_world(), "gemma-4-12b", "gpt-4-1-mini")
    assert verdict.headline == "Too little in common to call"
    assert verdict.paragraphs[0] == (
        "Too little in common to call: Gemma 4 12B and GPT-4.1 mini share 1 of 6 benchmarks. On GPQA Gemma 4 12B "
        "has 78.8 % and GPT-4.1 mini 64.2 % (± 9.9, questions unknown: clear). A result of Gemma 4 12B on AIME 2024, which 3 tracked models have, "
        "would tell most."
    )


def test_mixed_evidence_gives_both_numbers_once():
    verdict = named(mixed_world(), "all-round", "shared-star")
    assert verdict.headline == "Mixed evidence, so no leader"
    assert re.fullmatch(
        r"Mixed evidence, so no leader: All Round stands higher overall, [\d.]+ to [\d.]+, but the 4 of 40 benchmarks "
        r"they share favour Shared Star by [\d.]+ points\..*",
        verdict.paragraphs[0],
    )


def test_nothing_in_common_says_so_and_names_nobody():
    verdict = named(mixed_world(shared=0), "all-round", "shared-star")
    assert verdict.headline == "No benchmark in common to compare"
    assert "none of the 22 counting results of All Round can be set beside one of the 18 of Shared Star" in verdict.why
    assert "ahead" not in " ".join(verdict.paragraphs)


def test_a_lead_without_a_category_says_where_it_comes_from():
    found = [
        sentence.text
        for _, _, verdict in all_verdicts()
        for sentence in verdict.sentences
        if sentence.claims[0].rule == "no_category_lead"
    ]
    assert found
    assert all("its lead adds up from" in text for text in found)


def test_n_of_m_benchmarks_stand_in_the_first_sentence():
    for _, comparison, verdict in all_verdicts():
        if comparison.shared.benchmarks and not comparison.overall.unmeasured:
            some, every = len(comparison.shared.benchmarks), comparison.shared.of
            said = (
                f"{some} of {every} benchmarks" if some < every else {1: "the only", 2: "both"}.get(every, f"{every}")
            )
            assert said in verdict.why
        assert verdict.paragraphs[0].startswith(verdict.why)


def test_verdicts_stay_short():
    lengths = []
    for _, comparison, verdict in all_verdicts():
        text = " ".join(verdict.paragraphs)
        for side in comparison.sides:
            text = text.replace(side.model.name, "Name")
        lengths.append(len(text.split()))
    assert max(lengths) <= MOST_WORDS
    assert sorted(lengths)[len(lengths) // 2] <= 60


def test_sentences_are_whole_and_plain():
    for _, _, verdict in all_verdicts():
        for sentence in verdict.sentences:
            assert re.fullmatch(r"[^!{}]+\.", sentence.text), sentence.text
            assert "  " not in sentence.text
            assert " ." not in sentence.text
            assert " ," not in sentence.text
        for answer in verdict.faq:
            assert answer.question.endswith("?")
            assert answer.answer.endswith(".")
            assert answer.claims


def test_no_claim_is_said_twice():
    for _, _, verdict in all_verdicts():
        said = [claim.id for sentence in verdict.sentences for claim in sentence.claims]
        assert len(said) == len(set(said))
        texts = [sentence.text for sentence in verdict.sentences]
        assert len(texts) == len(set(texts))


def test_counts_agree_with_their_nouns():
    nouns = "test famil(?:y|ies)|tests?|results?|benchmarks?|categor(?:y|ies)|tracked models?"
    counted = re.compile(rf"(?<![\d.,])(\d+) ({nouns})\b")
    out_of = re.compile(r"\d+ of (?:the )?\d+ \w+")
    seen = set()
    for _, _, verdict in all_verdicts():
        for claim in verdict.claims:
            for number, noun in counted.findall(out_of.sub("", claim.text)):
                plural = noun.endswith("s")
                assert plural == (number != "1"), claim.text
                seen.add(plural)
    assert seen == {True, False}


def test_a_name_keeps_its_small_first_letter_at_the_start_of_a_sentence():
    rows = [result(slug, f"t{k}", 90 if slug == "o3" else 20) for slug in ("o3", "rest") for k in range(4)]
    tests = [benchmark(f"t{k}") for k in range(4)]
    named_small = world([category("math")], tests, rows, models=[model("o3", name="o3")])
    assert named_small.verdict("o3", "rest").headline == "o3 is likely ahead"


@pytest.mark.parametrize(
    ("name", "printed"), [("Math", "math"), ("QA", "QA"), ("Instruction following", "instruction following")]
)
def test_category_names_fit_into_a_sentence(name, printed):
    assert display.in_sentence(name) == printed


def test_strong_and_weak_words_never_share_a_table_entry():
    """Words are looked up by strength, so a clear lead cannot be worded as a close one."""
    soft, strong = ("too close", "likely", "lean"), ("clearly",)
    for (kind, strength), entry in {**words.SENTENCES, **words.REASONS}.items():
        for template in [entry] if isinstance(entry, str) else entry.values():
            if strength == CLEAR:
                assert not any(word in template for word in soft), (kind, template)
            if strength in (LIKELY, LEANING, EVEN):
                assert not any(word in template for word in strong), (kind, template)


def test_every_graded_kind_has_words_for_every_strength_it_can_have():
    possible = {
        "overall_lead": {CLEAR, LIKELY},
        "category_lead": {CLEAR, LIKELY, LEANING},
        "sharpest_category": {CLEAR, LIKELY, LEANING},
        "biggest_swing": {CLEAR, LIKELY},
        "benchmark_lead": {CLEAR, LIKELY},
        "shared": {LIKELY, EVEN},
        "pick": {CLEAR, LIKELY},
    }
    for kind, strengths in possible.items():
        assert {strength for known, strength in words.SENTENCES if known == kind} == strengths


def test_a_verdict_asks_the_questions_it_can_answer():
    verdict = named(reference_world(), "nemotron-ultra-253b", "gpt-4-1-mini")
    questions = [answer.question for answer in verdict.faq]
    assert questions[0] == "Which is better, GPT-4.1 mini or Nemotron Ultra 253B?"
    assert "Which is better at knowledge?" in questions
    assert "Which takes more context?" in questions
    assert "Which is cheaper?" not in questions  # one price is not published
    assert verdict.faq[0].answer == verdict.why


def test_reweighing_rewords_the_verdict():
    reference = reference_world()
    pair = ("nemotron-ultra-253b", "gpt-4-1-mini")
    by_math = words_of(reference.reweighed(*pair, {"math": 1.0}))
    by_knowledge = words_of(reference.reweighed(*pair, {"knowledge": 1.0}))
    assert by_math.headline != by_knowledge.headline
    assert by_knowledge.headline == "GPT-4.1 mini is likely ahead"


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=3), st.lists(st.integers(1, 40), max_size=3), st.integers(20, 120)
)
def test_what_decides_is_shortened_by_its_last_single_results_only(facts, caveats, longest):
    def said(kind, words, number):
        return Sentence(" ".join([f"{kind}{number}"] * words), (SimpleNamespace(kind=kind, rule="low_grade"),))

    own = [said(SINGLE_RESULTS[number], words, number) for number, words in enumerate(facts)]
    always = [said("too_little", words, number) for number, words in enumerate(caveats)]
    kept, rest = within([own, always], 60, longest)
    assert rest == always
    assert kept == own[: len(kept)]
    assert kept, "the first result stays whatever its length"
    total = sum(facts[: len(kept)]) + sum(caveats)
    assert total <= longest or len(kept) == 1
    assert len(kept) == len(own) or total + facts[len(kept)] > longest
