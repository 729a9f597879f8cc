"""The command that proves the promise: it passes on true verdicts and notices untrue ones."""

import pytest
from django.core.management import CommandError, call_command

from comparisons import standing_store
from comparisons.core import wording
from comparisons.pairs import verdict_check
from models_catalog.core.specs import LANES
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    build_world()
    standing_store.recompute("test world")


@pytest.mark.parametrize("lane", LANES)
def test_every_pair_of_every_lane_is_free_of_contradictions(world, lane, capsys):
    call_command("check_verdicts", "--lane", lane, "--processes", "1")
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("pairs=15 claims=")
    assert last.endswith("contradictions=0")


def test_a_sample_checks_fewer_pairs(world, capsys):
    call_command("check_verdicts", "--sample", "4", "--processes", "1", "--pages", "1")
    assert "pairs=4 " in capsys.readouterr().out


def test_an_untrue_word_ends_with_exit_code_1_and_names_the_pair(world, capsys, monkeypatch):
    honest = wording.sentence
    monkeypatch.setattr(
        wording, "sentence", lambda claim, comparison: honest(claim, comparison) + " By 987.6 points, in fact."
    )
    with pytest.raises(SystemExit) as ended:
        call_command("check_verdicts", "--processes", "1", "--pages", "0")
    assert ended.value.code == 1
    out = capsys.readouterr().out
    assert "atlas-vs-borea" in out
    assert "law 3" in out


def test_a_page_that_says_something_else_is_found_out(world, monkeypatch):
    from comparisons.pairs.layout import PairLayout

    monkeypatch.setattr(
        PairLayout, "faq", property(lambda self: [{"id": "q", "question": "Who?", "answer": "Nobody knows."}])
    )
    assert any("Nobody knows." in found.what for found in verdict_check.check_page("atlas-vs-borea", "provisional"))


def test_without_standings_the_command_says_what_to_do():
    with pytest.raises(CommandError, match="recompute_standings"):
        call_command("check_verdicts")


def test_samples_for_reading_aloud_are_written(world, tmp_path):
    target = tmp_path / "samples.md"
    call_command("verdict_samples", "--output", str(target), "--number", "6")
    text = target.read_text(encoding="utf-8")
    assert text.startswith("# Verdict samples")
    assert text.count("\n## ") >= 4
