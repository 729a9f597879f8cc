"""import_data aider: the polyglot leaderboard."""

import datetime as dt
from decimal import Decimal

import pytest

from importers import formats
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
from models_catalog.models import LanguageModel, ModelAlias, Result, UnknownName
from models_catalog.tests.factories import make_benchmark, make_model

pytestmark = pytest.mark.django_db
FILE = "polyglot_leaderboard.yml"
RUN = "- dirname: run-1\n  model: Atlas\n  edit_format: diff\n  pass_rate_2: 50\n  date: 2026-01-01\n"


@pytest.fixture
def board(tmp_path):
    """The board's file, and a catalogue that knows its names."""
    make_benchmark(slug="aider-polyglot")
    make_open_benchmark("aider-polyglot-cost", "usd", direction="lower")
    make_open_benchmark("aider-polyglot-seconds", "seconds", direction="lower")
    for slug, name in (("atlas", "Atlas"), ("cirro", "Cirro Chat (prev)")):
        ModelAlias.objects.create(dataset="aider", source_id=name, model=make_model(slug=slug))
    return copy_of("aider", tmp_path)


def test_runs_become_results_with_effort_cost_and_seconds(board):
    report = take_tree("aider", board)
    assert refusals(report) == []
    assert report.last_line == "created=6 updated=0 unchanged=0 rejected=0"
    plain = Result.objects.get(row_id="aider:2026-01-05-10-00-00--atlas-diff")
    assert (plain.model.slug, plain.benchmark.slug, plain.score) == ("atlas", "aider-polyglot", Decimal("62.2"))
    assert (plain.effort, plain.variant, plain.method) == (12, "", "edit format diff; two tries")
    assert (plain.measured_on, plain.measured_on_kind) == (dt.date(2026, 1, 5), "evaluated")
    assert (plain.source_kind, plain.source_tier) == ("independent", 0)
    cost = Result.objects.get(row_id="aider:2026-01-05-10-00-00--atlas-diff~2")
    assert (cost.benchmark.slug, cost.score) == ("aider-polyglot-cost", Decimal("3.25"))
    high = Result.objects.get(row_id="aider:2026-01-06-10-00-00--atlas-high")
    assert (high.effort, high.variant, high.model.slug) == (40, "high", "atlas")


def test_bracket_without_effort_stays_in_the_name(board):
    take_tree("aider", board)
    run = Result.objects.get(row_id="aider:2026-01-07-10-00-00--cirro-32k")
    assert (run.model.slug, run.effort, run.variant) == ("cirro", 42, "32k thinking tokens")


def test_cost_of_zero_is_not_counted_as_free(board):
    take_tree("aider", board)
    assert not Result.objects.filter(row_id="aider:2026-01-06-10-00-00--atlas-high~2").exists()


def test_pair_of_models_is_passed_over_with_a_note(board):
    report = take_tree("aider", board)
    assert any("line 28" in note and "pair of models" in note for note in report.notes)
    assert not Result.objects.filter(score=Decimal("66.6")).exists()


def test_running_twice_changes_nothing(board):
    take_tree("aider", board)
    assert take_tree("aider", board).last_line == "created=0 updated=0 unchanged=6 rejected=0"


def test_alias_of_the_name_with_its_effort_wins(board):
    other = make_model(slug="atlas-deep")
    ModelAlias.objects.create(dataset="aider", source_id="Atlas (high)", model=other)
    take_tree("aider", board)
    assert Result.objects.get(row_id="aider:2026-01-06-10-00-00--atlas-high").model == other


def test_unknown_name_is_queued_without_its_effort_and_makes_no_model(board):
    ModelAlias.objects.filter(source_id="Atlas").delete()
    LanguageModel.objects.filter(slug="atlas").update(slug="zephyr", name="Zephyr")
    models = LanguageModel.objects.count()
    report = take_tree("aider", board)
    assert not report.written
    assert {(row.dataset, row.name) for row in UnknownName.objects.all()} == {("aider", "Atlas")}
    assert LanguageModel.objects.count() == models


def test_single_file_and_zip_say_the_same(board, tmp_path):
    folder, file = formats.read("aider", board), formats.read("aider", board / FILE)
    packed = formats.read("aider", zipped(board, tmp_path / "a.zip", "aider-main/website/"))
    rows = [[(each.row_id, each.score) for each in batch.results] for batch in (folder, file, packed)]
    assert rows[0] == rows[1] == rows[2]
    assert rows[0]


def test_byte_order_mark_is_taken_off(board):
    (board / FILE).write_bytes(b"\xef\xbb\xbf" + (board / FILE).read_bytes())
    assert take_tree("aider", board).rejected == 0


def test_run_given_twice_is_refused_with_its_line(board):
    (board / FILE).write_text(RUN + RUN)
    report = take_tree("aider", board)
    assert len(report.problems) == 1
    assert (report.problems[0].line, report.problems[0].column) == (6, "[1].dirname")
    assert "line 1" in report.problems[0].reason


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("pass_rate_2: 50", "pass_rate_2: .nan", "[0].pass_rate_2", "not a number"),
        ("pass_rate_2: 50", "pass_rate_2: =cmd()", "[0].pass_rate_2", "formula"),
        ("pass_rate_2: 50", "pass_rate_2: 50%", "[0].pass_rate_2", "percent sign"),
        ("pass_rate_2: 50", "pass_rate_2: 150", "[0].pass_rate_2", "outside the range"),
        ("pass_rate_2: 50", "pass_rate_2: [1]", "[0].pass_rate_2", "not a list"),
        ("  pass_rate_2: 50\n", "", "[0].pass_rate_2", "missing"),
        ("date: 2026-01-01", "date: 2026-02-30", "[0].date", "no day of the calendar"),
        ("date: 2026-01-01", "date: 1/2/2026", "[0].date", "not a date"),
        ("model: Atlas", "model: =cmd()", "[0].model", "formula"),
        ("  model: Atlas\n", "", "[0].model", "missing"),
    ],
)
def test_bad_value_is_refused_with_file_line_and_key(board, old, new, column, reason):
    (board / FILE).write_text(RUN)
    change(board / FILE, old, new)
    report = take_tree("aider", board)
    assert not report.written
    assert [(each.file, each.line, each.column) for each in report.problems] == [(FILE, 1, column)]
    assert reason in report.problems[0].reason


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (RUN.replace("50", ENDLESS), 4, "2000000 characters"),
        ("- &a [1]\n- *a\n", 1, "anchor or alias"),
        (RUN + "  pass_rate_2: 60\n", 6, "appears twice"),
        ("- model: [\n", 2, "not valid YAML"),
        ("- " + "[" * 3000 + "]" * 3000, None, "too deeply"),
        ("!!python/object/apply:os.system ['true']", 1, "An object is expected"),
        ("model: Atlas\n", 1, "A list is expected"),
        ("x" * 1_100_000, None, "more than 1,000,000 characters"),
    ],
)
def test_hostile_file_is_refused_with_its_line(board, text, line, reason):
    (board / FILE).write_text(text)
    report = take_tree("aider", board)
    assert report.problems[0].line == line
    assert reason in report.problems[0].reason
    assert not Result.objects.exists()


def test_latin_1_names_line_and_byte(board):
    (board / FILE).write_bytes(RUN.encode() + b"  note: caf\xe9\n")
    problem = take_tree("aider", board).problems[0]
    assert problem.line == 6
    assert "Byte 12" in problem.reason


def test_folder_without_the_file_says_which_file_is_wanted(tmp_path):
    with pytest.raises(UnreadableSource, match=FILE):
        formats.read("aider", tmp_path)
