"""check_scores: rivals that do what they are named after, held-out tests that can fail, a report that is current."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from comparisons import standing_store
from comparisons.core import rivals, score_check
from comparisons.core.score_check import OURS, OURS_CATEGORY, Field, bands, hide_cells, leave_families_out, models_leave
from comparisons.core.score_check_reports import edition_of, makers_cover, other_editions, second_reports, sibling_tests
from comparisons.pages.score_check import score_check as stored_report
from comparisons.pages.score_check import sections
from comparisons.renderers.score_check import checked, score_check_markdown
from comparisons.tests.other_method import method_in_use
from comparisons.tests.worlds import make_benchmark, make_row, make_world
from models_catalog.models import LanguageModel, Result
from models_catalog.tests.world import build_world

NAN = np.nan
# Three models; the third took the hard test only, the second the easy one only.
HOLES = rivals.Table(np.array([[80.0, 40.0], [70.0, NAN], [NAN, 45.0]]), np.array([0, 1]), np.array([1.0, 3.0]))


def field_of(world, lane="verified") -> Field:
    return Field(world.categories, world.benchmarks, world.rows, lane)


@pytest.fixture(scope="module")
def field():
    return field_of(make_world(5, 24, 16, fill=0.6))


def test_the_rivals_are_what_they_are_named_after():
    assert rivals.plain_mean(HOLES).tolist() == [60.0, 70.0, 45.0]
    assert rivals.weighted_mean(HOLES).tolist() == [(80 + 3 * 40) / 4, 70.0, 45.0]
    assert rivals.win_rate(HOLES).tolist() == [0.5, 0.0, 1.0]
    strength = rivals.bradley_terry(HOLES)
    assert strength[2] > strength[0] > strength[1]


def test_bradley_terry_gives_even_players_the_same_strength():
    even = rivals.Table(np.array([[50.0, 60.0], [60.0, 50.0], [55.0, 55.0]]), np.array([0, 0]), np.array([1.0]))
    assert rivals.bradley_terry(even) == pytest.approx([0, 0, 0], abs=1e-9)


def test_held_out_families_are_ordered_better_than_by_the_plain_mean_on_a_table_with_holes(field):
    found = {line.method: line for line in leave_families_out(field)}
    assert set(found) == {OURS, OURS_CATEGORY, *rivals.RIVALS}
    assert found[OURS].groups == 16
    assert 0.5 < found["Plain mean"].right < found[OURS].right <= 1
    assert found[OURS].standing == ""


def test_scores_that_saw_the_hidden_results_would_be_noticed(field, monkeypatch):
    """With nothing really left out every method does better, so the check must be leaving it out."""
    honest = {line.method: line.right for line in leave_families_out(field)}
    monkeypatch.setattr(score_check, "without_tests", lambda seen, tests: dict(seen))
    peeking = {line.method: line.right for line in leave_families_out(field)}
    assert all(peeking[name] > honest[name] for name in ("Bradley-Terry", OURS, "Mean win rate"))


def test_hidden_cells_are_seeded_and_none_is_kept(field):
    assert hide_cells(field, seeds=2) == hide_cells(field, seeds=2)
    kept, hidden = score_check._split(field.seen, 1)
    results = sum(len(cells) for cells in field.seen.values())
    assert sum(len(cells) for cells in kept.values()) + sum(len(found) for found in hidden.values()) == results
    for slug, found in hidden.items():
        assert all(slug not in [cell.benchmark for cell in kept.get(model, ())] for model in found)


def test_bands_count_what_was_said_and_what_held():
    lines = bands([(0.6, True), (0.85, True), (0.85, False), (0.96, True), (1.0, True)])
    assert [(line.orders, line.held) for line in lines] == [(1, 1.0), (2, 0.5), (1, 1.0), (1, 1.0)]
    assert [line.stated for line in lines] == pytest.approx([0.6, 0.85, 0.96, 1.0])


def test_a_difference_smaller_than_two_errors_is_level():
    def word(ahead, se):
        return score_check.Accuracy("x", 0.8, 9, ahead, se).standing

    assert [word(0.03, 0.01), word(0.015, 0.01), word(-0.015, 0.01), word(-0.03, 0.01)] == [
        "ahead",
        "level",
        "level",
        "behind",
    ]


def test_means_of_own_results_turn_nothing_when_a_model_leaves_and_win_rates_do(field):
    turned = {line.method: line.per_10_000 for line in models_leave(field)}
    assert turned["Plain mean"] == 0
    assert turned["Mean win rate"] > turned[OURS]


def test_makers_rows_are_held_against_those_of_others_with_the_allowance_in_use():
    world = make_world(8, 30, 20, fill=0.9, kind="elo")
    wide = makers_cover(field_of(world))
    with method_in_use(maker_sd=0.0):
        narrow = makers_cover(field_of(world))
    assert wide.models == narrow.models > 10
    assert narrow.share < wide.share
    assert wide.stated == pytest.approx(0.9)


def test_a_second_report_comes_from_another_source_and_siblings_from_the_same_family():
    tests = (make_benchmark("one", family="twins"), make_benchmark("two", family="twins"), make_benchmark("other"))
    rows, number = [], 0
    for model, (one, two, again) in {"a": (60, 62, 48), "b": (50, 50, None), "c": (40, 45, None)}.items():
        for test, score in (("one", one), ("two", two)):
            number += 1
            rows.append(make_row(model, test, score, id=number, dataset="first"))
        if again is not None:
            number += 1
            rows.append(
                make_row(model, "one", again, id=number, dataset="second", source_url="https://other.example/",
                         source_tier=2)
            )  # fmt: skip
    field = Field(make_world(1, 4, 4, fill=1.0).categories, tests, rows, "verified")

    def judge(spec, a, b, offset):
        return 0.9, int(a.score < b.score)

    # a against b fails on a's second report (48), a against c holds.
    assert [(line.orders, line.held) for line in second_reports(field, judge)] == [(2, 0.5)]
    # Three pairs, asked both ways round, and all of them hold; “one” and “two” are no editions of one test.
    assert other_editions(field, judge) == ()
    assert edition_of("aime-2025") == edition_of("aime-2026") != edition_of("aime-hard")
    assert edition_of("hmmt-feb-2026") == edition_of("hmmt-2025")
    assert [(line.orders, line.held) for line in sibling_tests(field, judge)] == [(6, 1.0)]


def test_the_report_reads_back_as_it_was_written(field):
    text = score_check_markdown(checked(field))
    found = sections(text)
    assert found[0].title == "How well the order holds"
    tables = [part for part in found if part.head]
    assert [len(part.rows) for part in tables[:2]] == [7, 7]
    assert all(len(row) == len(part.head) for part in tables for row in part.rows)
    assert "| 80 to 95 % |" in text


@pytest.mark.django_db
def test_a_folder_is_checked_alone_and_the_database_stays_as_it_was(tmp_path):
    build_world()
    standing_store.recompute("test world")
    before = (LanguageModel.objects.count(), Result.objects.count())
    call_command("export_data", str(tmp_path / "out"), stdout=io.StringIO())
    out = io.StringIO()
    call_command("check_scores", str(tmp_path / "out"), "--lane", "provisional", stdout=out)
    inside = io.StringIO()
    call_command("check_scores", "--lane", "provisional", stdout=inside)
    assert out.getvalue().partition("method version")[2] == inside.getvalue().partition("method version")[2]
    assert (LanguageModel.objects.count(), Result.objects.count()) == before


@pytest.mark.django_db
def test_the_command_writes_a_file_and_refuses_what_it_cannot_check(tmp_path):
    with pytest.raises(CommandError, match="is no folder"):
        call_command("check_scores", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="nothing to check"):
        call_command("check_scores")
    build_world()
    target = tmp_path / "report.md"
    call_command("check_scores", "--lane", "provisional", "--output", str(target), stderr=io.StringIO())
    assert target.read_text(encoding="utf-8").startswith("# How well the order holds\n")


@pytest.mark.django_db
def test_the_methodology_page_shows_the_stored_report(client):
    build_world()
    standing_store.recompute("test world")
    text = client.get("/methodology/").content.decode()
    report = stored_report()
    assert report
    for part in report:
        for row in part.rows:
            assert row[0] in text
    with method_in_use(likely=0.85):
        assert stored_report() == ()
    assert (Path(settings.BASE_DIR) / "docs" / "score_check.md").read_text(encoding="utf-8").count("\n## ") >= 5
