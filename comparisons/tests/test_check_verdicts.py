"""The command that proves the promise: it passes on true verdicts and notices untrue ones."""

import pytest
from django.core.management import CommandError, call_command

from comparisons import standing_store
from comparisons.core import wording
from comparisons.pairs import verdict_check
from comparisons.pairs.proof_progress import remaining
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


# ------------------------------------------------------------------ stopped and gone on


def finished_in_parts(monkeypatch, stop_after: int | None):
    """Parts of four pairs; the run is stopped before part `stop_after`."""
    checked = []
    genuine = verdict_check._check_chunk

    def counted(chunk):
        if stop_after is not None and len(checked) >= stop_after:
            raise KeyboardInterrupt
        checked.append(chunk[0])
        return genuine(chunk)

    monkeypatch.setattr(verdict_check, "CHUNK", 4)
    monkeypatch.setattr(verdict_check, "_check_chunk", counted)
    return checked


def check(target, capsys):
    call_command("check_verdicts", "--processes", "1", "--pages", "0", "--lane", "verified", "--resume", str(target))
    return capsys.readouterr()


def test_a_stopped_run_goes_on_where_it_was_and_counts_everything_once(world, tmp_path, monkeypatch, capsys):
    call_command("check_verdicts", "--processes", "1", "--pages", "0", "--lane", "verified")
    whole = capsys.readouterr().out.splitlines()[-1]
    target = tmp_path / "progress.json"
    with monkeypatch.context() as patch:
        finished_in_parts(patch, stop_after=2)
        with pytest.raises(KeyboardInterrupt):
            check(target, capsys)
    assert target.exists()
    capsys.readouterr()
    with monkeypatch.context() as patch:
        checked = finished_in_parts(patch, stop_after=None)
        said = check(target, capsys)
    assert checked == [2, 3]
    assert "8 of 15 pairs were checked before, 7 are left." in said.err
    assert said.out.splitlines()[-1] == whole
    assert not target.exists()


def test_contradictions_found_before_the_stop_are_told_after_it(world, tmp_path, monkeypatch, capsys):
    honest = wording.sentence
    monkeypatch.setattr(
        wording, "sentence", lambda claim, comparison: honest(claim, comparison) + " By 987.6, in fact."
    )
    target = tmp_path / "progress.json"
    with monkeypatch.context() as patch:
        finished_in_parts(patch, stop_after=1)
        with pytest.raises(KeyboardInterrupt):
            check(target, capsys)
    monkeypatch.setattr(wording, "sentence", honest)
    with monkeypatch.context() as patch:
        finished_in_parts(patch, stop_after=None)
        with pytest.raises(SystemExit):
            check(target, capsys)
    assert "987.6" in capsys.readouterr().out


def test_progress_about_other_data_is_not_believed(world, tmp_path, monkeypatch, capsys):
    target = tmp_path / "progress.json"
    with monkeypatch.context() as patch:
        finished_in_parts(patch, stop_after=2)
        with pytest.raises(KeyboardInterrupt):
            check(target, capsys)
    standing_store.recompute("something changed")
    with monkeypatch.context() as patch:
        checked = finished_in_parts(patch, stop_after=None)
        check(target, capsys)
    assert checked == [0, 1, 2, 3]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"question": {}, "done": [1]}', "\x00"])
def test_a_file_that_holds_something_else_is_left_alone(world, tmp_path, capsys, content):
    target = tmp_path / "notes.txt"
    target.write_text(content)
    with pytest.raises(CommandError, match="holds no progress"):
        check(target, capsys)
    assert target.read_text() == content


def test_the_time_left_is_said_in_minutes_or_seconds():
    assert remaining(0, 100, 5) == ""
    assert remaining(10, 100, 5) == ", about 45 s left"
    assert remaining(10, 1000, 5) == ", about 8 min left"
