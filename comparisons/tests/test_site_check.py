"""Laws of what is said outside verdicts, each with a mutant that brings an old untruth back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core.management import call_command

from comparisons import benches, standing_store
from comparisons.boards import lacking, store
from comparisons.pages import data, field_chart
from comparisons.pairs import site_check, verdict_check
from comparisons.tests.board_world import fill
from models_catalog.core import display, specs
from models_catalog.models import Result
from models_catalog.tests.world import build_world

TODAY = dt.date(2026, 11, 29)


@pytest.fixture
def catalogue(db):
    build_world()
    Result.objects.update(dataset="starter", measured_on=dt.date(2026, 5, 3), measured_on_kind="published")
    some = list(Result.objects.published().order_by("pk"))
    Result.objects.filter(pk__in=[row.pk for row in some[:4]]).update(
        dataset="epoch", measured_on_kind="evaluated", read_at="github:microsoft/benchpress@108c099/data.json"
    )
    standing_store.recompute()


def problems() -> list[str]:
    bench = benches.load_bench("verified", today=TODAY)
    found = [str(problem) for _, problem in site_check.check_site(bench, "verified")]
    for pair in bench.pairs():
        found += [str(problem) for problem in site_check.dates_of(bench.pair(*pair), set())]
    return found + [str(item.contradiction) for item in verdict_check.check_pages("verified", ["atlas-vs-borea"])]


def test_without_a_mutant_nothing_is_contradicted(catalogue):
    assert problems() == []


def _every_date_is_one_of_measuring(patch):
    patch.setattr(display, "_DATE_WORDS", dict.fromkeys(display._DATE_WORDS, "measured"))


def _json_calls_every_date_one_of_measuring(patch):
    patch.setattr(specs.ResultRow, "evaluated_on", property(lambda row: row.measured_on))


def _a_collection_is_credited_to_each_of_its_sources(patch):
    genuine = data._credits

    def generous(counted):
        lines, collected, own = genuine(counted)
        whole = sum(collection.rows for collection in collected)
        return tuple(replace(line, rows=line.rows + whole) for line in lines), collected, own

    patch.setattr(data, "_credits", generous)


def _a_row_is_credited_to_its_data_set_instead_of_where_it_was_read(patch):
    patch.setattr(data, "sources_read", lambda read_at: ())


def _a_model_without_a_rank_is_among_other_ranked_ones(patch):
    patch.setattr(field_chart, "_crowd", lambda own, others: display.counted(others, "other ranked model"))


def _a_model_counts_itself_among_the_others(patch):
    genuine = field_chart._crowd
    patch.setattr(field_chart, "_crowd", lambda own, others: genuine(own, others + 1))


def _a_board_rounds_a_limit(patch):
    patch.setattr(lacking.rank_reasons, "figures", lambda reason: (f"{reason.found:.0f}", f"{reason.limit + 0.1:.1f}"))


def _a_board_gives_the_first_reason_only(patch):
    genuine = lacking.lacking
    patch.setattr(site_check, "lacking", lambda reasons: genuine(reasons)[:1])


MUTANTS = (
    _every_date_is_one_of_measuring,
    _json_calls_every_date_one_of_measuring,
    _a_collection_is_credited_to_each_of_its_sources,
    _a_row_is_credited_to_its_data_set_instead_of_where_it_was_read,
    _a_board_rounds_a_limit,
    _a_board_gives_the_first_reason_only,
)


@pytest.mark.parametrize("mutate", MUTANTS)
def test_a_law_catches_the_mutant(catalogue, mutate, monkeypatch):
    mutate(monkeypatch)
    assert problems()


@pytest.fixture
def field(db):
    """A settled board, one of its models without a rank."""
    fill(24)
    first, *others = [entry for entry in store.board_entries("verified") if entry.overall is not None]
    return (replace(first, ranked=False), *others)


def test_a_model_stands_among_those_it_belongs_to(field):
    assert sum(entry.ranked for entry in field) > 2
    assert list(site_check.fields(field)) == []


@pytest.mark.parametrize(
    "mutate", [_a_model_without_a_rank_is_among_other_ranked_ones, _a_model_counts_itself_among_the_others]
)
def test_a_law_catches_a_mutant_of_the_field(field, mutate, monkeypatch):
    mutate(monkeypatch)
    assert list(site_check.fields(field))


def test_the_command_runs_these_laws_too(field, capsys, monkeypatch):
    _a_model_counts_itself_among_the_others(monkeypatch)
    with pytest.raises(SystemExit):
        call_command("check_verdicts", "--sample", "1", "--processes", "1", "--pages", "0")
    assert "law 33" in capsys.readouterr().out
