"""Who ran a result and in what, from the words and the address of its source."""

import pytest

from models_catalog.core.evaluators import evaluator_of, harness_in
from models_catalog.core.setting_words import items_in


@pytest.mark.parametrize(
    ("kind", "method", "address", "who"),
    [
        ("provider-reported", "", "https://taubench.com/x", "north"),
        ("provider-reported", "Epoch AI run, task version 2", "https://epoch.ai/x", "north"),
        ("independent", "", "https://livebench.ai/#/", "LiveBench"),
        ("independent", "", "https://www.livebench.ai/", "LiveBench"),
        ("independent", "", "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset", "Arena"),
        ("independent", "", "https://huggingface.co/north/atlas", ""),
        ("independent", "", "https://arxiv.org/abs/2501.00001", ""),
        ("independent", "", "https://github.com/vectara/hallucination-leaderboard", "Vectara"),
        ("independent", "", "https://github.com/somebody/else", ""),
        ("independent", "", "https://tests.example.org/board", "tests.example.org"),
        ("independent", "Epoch AI run, task version 1.0.0", "https://livebench.ai/", "Epoch AI"),
        ("independent", "", "", ""),
        ("independent", "", "https://[broken", ""),
        ("unknown", "", "https://livebench.ai/", ""),
        ("generated", "", "https://livebench.ai/", ""),
    ],
)
def test_who_ran_it(kind, method, address, who):
    assert evaluator_of(kind, "north", method, address) == who


@pytest.mark.parametrize(
    ("method", "variant", "harness"),
    [
        ("effort high; harness: official (arcprize.org)", "", "official"),
        ("tools: agentic; harness: Terminus-2", "", "Terminus 2"),
        ("harness: Harbor scaffold + Terminus-2", "", "Harbor scaffold + Terminus-2"),
        ("Terminus 1, no extended thinking", "", "Terminus 1"),
        ("board, two tries", "Terminus 2", "Terminus 2"),
        ("", "OpenHands", "OpenHands"),
        ("mini-SWE-agent", "", "mini-SWE-agent"),
        ("tools: agentic (bash + edit)", "", ""),
        ("edit format diff", "high", ""),
    ],
)
def test_in_what_it_ran(method, variant, harness):
    assert harness_in(method, variant) == harness


@pytest.mark.parametrize(
    ("method", "items"),
    [
        ("477 of 500 tasks", 477),
        ("one attempt, 82 of the 108 questions", 82),
        ("500 of 500 tasks", None),
        ("0 of 5 tasks", None),
        ("mean of 5 trials", None),
        ("pass^1 of 4 trials", None),
    ],
)
def test_how_many_items_a_run_on_a_part_took(method, items):
    assert items_in(method) == items
