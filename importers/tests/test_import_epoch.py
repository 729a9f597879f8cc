"""import_data epoch: Epoch AI's tables, whose units differ by file."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import formats
from importers.cells import BadCell
from importers.epoch import parse_day, split_name
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

RUNS = "benchmarks_runs.csv"
MMLU = "external_benchmark_mmlu.csv"
BALROG = "external_benchmark_balrog.csv"


@pytest.fixture
def tables(tmp_path, db):
    """The tables, and a catalogue that knows their names."""
    for slug in ("gpqa", "balrog", "aider-polyglot", "mmlu"):
        make_benchmark(slug=slug)
    make_open_benchmark("geobench", "points")
    for slug, name in (("atlas", "atlas-2026-01-01"), ("cirro", "cirro-1")):
        ModelAlias.objects.create(dataset="epoch", source_id=name, model=make_model(slug=slug))
    return copy_of("epoch", tmp_path)


def scores(report, benchmark):
    """model → score of one benchmark."""
    assert refusals(report) == []
    return {(row.model.slug, row.effort): row.score for row in Result.objects.filter(benchmark__slug=benchmark)}


def test_every_table_is_read_in_its_own_unit(tables):
    report = take_tree("epoch", tables)
    assert scores(report, "gpqa") == {("atlas", 40): Decimal("61.2"), ("atlas", 26): Decimal("59.8"), ("cirro", 12): 42}
    assert scores(report, "balrog") == {("atlas", 40): Decimal("43.6"), ("cirro", 12): Decimal("32.6")}
    assert scores(report, "aider-polyglot") == {("atlas", 40): 88, ("cirro", 12): Decimal("0.5")}
    assert scores(report, "mmlu") == {("cirro", 12): 85, ("atlas", 12): 90}
    assert scores(report, "geobench") == {("cirro", 12): 4093}
    assert report.last_line == "created=10 updated=0 unchanged=0 rejected=0"


def test_conversion_of_a_whole_table_is_noted(tables):
    notes = take_tree("epoch", tables).notes
    assert any(MMLU in note and "multiplied by 100" in note for note in notes)


def test_running_twice_changes_nothing(tables):
    take_tree("epoch", tables)
    assert take_tree("epoch", tables).last_line == "created=0 updated=0 unchanged=10 rejected=0"


def test_rows_in_another_order_change_nothing(tables):
    take_tree("epoch", tables)
    for name in (RUNS, MMLU):
        head, *rows = (tables / name).read_text(encoding="utf-8").splitlines()
        (tables / name).write_text("\n".join([head, *reversed(rows)]), encoding="utf-8")
    assert take_tree("epoch", tables).last_line == "created=0 updated=0 unchanged=10 rejected=0"


def test_settings_source_and_date_are_kept(tables):
    take_tree("epoch", tables)
    run = Result.objects.get(row_id="epoch:atlas-2026-01-01_high#aaa111")
    assert (run.variant, run.source_kind, run.source_tier) == ("Diamond; high", "independent", 1)
    assert (run.measured_on, run.measured_on_kind) == (dt.date(2026, 4, 24), "evaluated")
    assert run.source_url == "https://logs.example.net/aaa111"
    board = Result.objects.get(row_id="epoch:mmlu#rec202")
    assert (board.variant, board.source_kind) == ("0-shot", "independent")
    paper = Result.objects.get(row_id="epoch:mmlu#rec201")
    assert (paper.variant, paper.source_kind, paper.source_tier) == ("5-shot", "unknown", 5)
    assert Result.objects.get(row_id="epoch:balrog#rec001").measured_on == dt.date(2026, 7, 23)


def test_shifted_source_cells_of_balrog_are_put_right(tables):
    take_tree("epoch", tables)
    for row_id in ("epoch:balrog#rec001", "epoch:balrog#rec002"):
        row = Result.objects.get(row_id=row_id)
        assert (row.method, row.source_url) == ("Balrog Leaderboard", "https://balrogai.com/")
        assert row.source_kind == "independent"


def test_row_without_model_and_unheard_of_table_are_noted(tables):
    notes = take_tree("epoch", tables).notes
    assert any(BALROG in note and "without a model were passed over: 1" in note for note in notes)
    assert any("unheard_of" in note and "not read" in note for note in notes)


def test_unknown_name_is_queued_once_without_effort_and_makes_no_model(tables):
    ModelAlias.objects.filter(source_id="atlas-2026-01-01").delete()
    models = LanguageModel.objects.count()
    assert not take_tree("epoch", tables).written
    assert [(row.name, row.sightings) for row in UnknownName.objects.all()] == [("atlas-2026-01-01", 5)]
    assert LanguageModel.objects.count() == models


def test_unknown_task_is_queued_as_a_benchmark(tables):
    change(tables / RUNS, "GPQA diamond,cirro", "Riddles 2026,cirro")
    take_tree("epoch", tables)
    assert [(row.kind, row.name) for row in UnknownName.objects.all()] == [("benchmark", "Riddles 2026")]


def test_single_table_and_zip_are_taken(tables, tmp_path):
    assert take_tree("epoch", tables / MMLU).last_line == "created=2 updated=0 unchanged=0 rejected=0"
    packed = zipped(tables, tmp_path / "e.zip", "benchmark-stitching-main/data/")
    assert take_tree("epoch", packed).last_line == "created=8 updated=0 unchanged=2 rejected=0"


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "column", "reason"),
    [
        (RUNS, "0.612", "NaN", 2, "Best score (across scorers)", "not a number"),
        (RUNS, "0.612", "61.2", 2, "Best score (across scorers)", "no fraction of 1"),
        (RUNS, "0.612", "=cmd()", 2, "Best score (across scorers)", "formula"),
        (RUNS, "24 April", "31 April", 2, "started_at", "no day of the calendar"),
        (RUNS, "24 April 2026 3:01pm", "soon", 2, "started_at", "not a date"),
        (RUNS, "atlas-2026-01-01_high", "=cmd()", 2, "model", "formula"),
        (BALROG, "43.6%", "0.436", 2, "Average progress", "no percent sign, but other rows have"),
        (BALROG, "43.6%", "143.6%", 2, "Average progress", "outside the range"),
        (BALROG, "43.6%", "1e300%", 2, "Average progress", "outside the range"),
        (BALROG, "43.6%", "%", 2, "Average progress", "only a percent sign"),
        (BALROG, "23/7/2026", "7/23/2026", 2, "Date added", "day stands before the month"),
        (MMLU, "A Report on Cirro", "=cmd()", 2, "source", "formula"),
        (MMLU, "https://arxiv.org/abs/2601.00001,", "https://arxiv.org/abs/2601.00001,,", 2, "", "9 cells"),
        (MMLU, "EM", "Accuracy", 1, "EM", "must have this column once"),
        (MMLU, "A Report", '"A "Report', 2, "", "not valid CSV"),
    ],
)
def test_bad_cell_is_refused_with_file_line_and_column(tables, file, old, new, line, column, reason):
    change(tables / file, old, new)
    report = take_tree("epoch", tables)
    assert not report.written
    assert [(each.file, each.line, each.column) for each in report.problems] == [(file, line, column)]
    assert reason in report.problems[0].reason


def test_endless_number_is_refused_with_its_line(tables):
    change(tables / MMLU, "0.85", ENDLESS)
    problem = take_tree("epoch", tables).problems[0]
    assert (problem.file, problem.line) == (MMLU, 2)
    assert "2000000 characters" in problem.reason


def test_row_given_twice_is_refused_with_its_line(tables):
    text = (tables / RUNS).read_text(encoding="utf-8-sig")
    (tables / RUNS).write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    report = take_tree("epoch", tables)
    assert [(each.line, each.column) for each in report.problems] == [(5, "id")]
    assert "already" in report.problems[0].reason


def test_latin_1_names_line_and_byte(tables):
    (tables / MMLU).write_bytes((tables / MMLU).read_bytes().replace(b"A Report", b"Caf\xe9"))
    problem = take_tree("epoch", tables).problems[0]
    assert (problem.file, problem.line) == (MMLU, 2)
    assert "0xE9" in problem.reason


def test_folder_without_a_known_table_says_what_is_wanted(tmp_path):
    with pytest.raises(UnreadableSource, match=RUNS):
        formats.read("epoch", tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gpt-x_high", ("gpt-x", 40, "high")),
        ("claude-x_16K", ("claude-x", 26, "16k thinking")),
        ("gemini-x (24K thinking)", ("gemini-x", 34, "24K thinking")),
        ("glm_x", ("glm_x", 12, "")),
        ("atlas (new)", ("atlas (new)", 12, "")),
        ("deepseek_thinking", ("deepseek", 30, "thinking")),
        ("gpt-x_minimal", ("gpt-x", 10, "minimal")),
    ],
)
def test_effort_is_taken_off_the_name(name, expected):
    assert split_name(name) == expected


@given(st.dates(min_value=dt.date(1990, 1, 1)))
def test_a_day_reads_the_same_in_every_spelling(day):
    assert parse_day(f"{day.day}/{day.month}/{day.year:04d}") == day
    assert parse_day(f"{day.day} {day:%B} {day.year:04d} 3:01pm") == day
    assert parse_day(day.isoformat()) == day


@given(st.text(max_size=20))
def test_any_text_is_a_day_nothing_or_a_sentence(text):
    try:
        assert isinstance(parse_day(text), (dt.date, type(None)))
    except BadCell as problem:
        assert str(problem).endswith(".")


# --- what must not count, and the public ZIP ------------------------------------------------


def test_fiction_livebench_is_read_at_the_length_of_the_benchmark(tables):
    make_benchmark(slug="fiction-livebench")
    (tables / "external_benchmark_fictionlivebench.csv").write_text(
        "id,Model version,0 token score,16k token score,120k token score,192k token score,Source\n"
        "r1,cirro-1,100.0%,88.9%,62.5%,58.1%,Fiction.live leaderboard\n"
        "r2,atlas-2026-01-01_high,100.0%,77.8%,,,Fiction.live leaderboard\n"
    )
    report = take_tree("epoch", tables)
    assert scores(report, "fiction-livebench") == {("cirro", 12): Decimal("62.5")}
    assert any("fictionlivebench.csv: rows without a score were passed over: 1" in note for note in report.notes)


def test_public_subsets_never_count_and_runs_name_their_error_and_evaluator(tables):
    make_benchmark(slug="frontiermath")
    with (tables / RUNS).open("a", encoding="utf-8") as file:
        file.write("fm1,FrontierMath-2025-02-28-Public,cirro-1,0.4,accuracy:0.4±0.15,,,1 May 2026,Success\n")
        file.write("fm2,FrontierMath-2025-02-28-Private,cirro-1,0.2,a:0.2±0.02|b:0.1±0.01,,,1 May 2026,Success\n")
    take_tree("epoch", tables)
    public, private = Result.objects.filter(benchmark__slug="frontiermath").order_by("row_id")
    assert (public.standard, public.variant, public.stderr) == (False, "public set", 15)
    assert (private.standard, private.variant, private.stderr) == (True, "private set", None)
    assert {row.evaluator for row in (public, private)} == {"Epoch AI"}


def test_the_public_zip_is_read_whole(tables, tmp_path):
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "gpqa_diamond.csv").write_text(
        "Model version,mean_score,Started at,id\n"
        "cirro-1,0.42,2026-05-09T10:00:00.000Z,z1\n"
        "atlas-2026-01-01_high,0.612,2026-04-24,z2\n"
    )
    (folder / "balrog_external.csv").write_text("Model version,Average progress,id\ncirro-1,32.6%,z3\n")
    (folder / "mmlu_external.csv").write_text("Model version,EM,id\ncirro-1,0.85,z4\n")
    (folder / "hle_external.csv").write_text("Model version,Accuracy,id\ncirro-1,0.2,z5\n")
    (folder / "model_metadata.csv").write_text("model_version,display_name\ncirro-1,Cirro\n")
    for inside in ("", "benchmark_data/"):
        Result.objects.all().delete()
        report = take_tree("epoch", zipped(folder, tmp_path / "benchmark_data.zip", inside))
        assert scores(report, "gpqa") == {("cirro", 12): 42, ("atlas", 40): Decimal("61.2")}
        assert scores(report, "balrog") == {("cirro", 12): Decimal("32.6")}
        assert scores(report, "mmlu") == {("cirro", 12): 85}
        assert any("hle_external.csv is no table whose unit is known" in note for note in report.notes)
    assert Result.objects.get(benchmark__slug="gpqa", model__slug="cirro").measured_on == dt.date(2026, 5, 9)
