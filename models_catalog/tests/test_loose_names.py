"""Names that differ only in dress are one name; names that differ in a word are not."""

import pytest

from models_catalog.core.loose_names import LooseIndex, loose_key

MODELS = LooseIndex(
    [
        ("claude-opus-4-5", 1),
        ("Claude Opus 4.5", 1),
        ("claude-opus-4-5-20251101", 1),
        ("qwen2-57b", 2),
        ("llama-3-1-405b-instruct", 3),
        ("gpt-4-1", 4),
        ("gpt-4-1-mini", 5),
        ("twin", 6),
        ("Twin!", 7),
        ("humanitys-last-exam", 8),
        ("mmmu", 9),
        ("mmmu-pro", 10),
        ("GPQA Diamond", 11),
    ]
)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("anthropic/claude_opus_4.5", 1),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", 1),
        ("claude-opus-4-5@20251101", 1),
        ("CLAUDE  OPUS 4.5", 1),
        ("accounts/fireworks/models/gpt-4.1", 4),
        ("openai/gpt-4.1-mini", 5),
        ("Qwen2 57B", 2),
        ("humanity's-last-exam", 8),
        ("Humanity’s Last Exam", 8),
        ("mmmu-(validation)", 9),
        ("gpqa_diamond", 11),
        ("qwen25-7b", None),
        ("qwen2-5-7b", None),
        ("llama-3.1-405b", None),
        ("gpt-4.1-nano", None),
        ("gpt-41", None),
        ("mmmu-(pro-only)", None),
        ("twin", None),
        ("", None),
        ("///", None),
    ],
)
def test_only_dress_may_differ(name, row):
    assert MODELS.find(name) == row


def test_a_separator_between_digits_counts():
    assert loose_key("GPT-4.1") == "gpt4-1" != loose_key("gpt-41")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("humaneval+", "HumanEval"),
        ("mbpp+", "mbpp"),
        ("graphwalks-bfs-<128k", "graphwalks-bfs->128k"),
        ("Atlas 2 Base", "Atlas 2"),
        ("atlas-2-preview", "atlas-2"),
        ("atlas-2-preview-05-06", "atlas-2"),
        ("atlas-2-exp", "Atlas 2"),
    ],
)
def test_signs_and_words_tell_names_apart(one, other):
    assert LooseIndex([(other, 1)]).find(one) is None
    assert LooseIndex([(one, 1)]).find(other) is None


def test_a_plus_sign_is_the_word():
    assert LooseIndex([("command-r-plus", 1)]).find("Command R+") == 1
