"""export_data: the round trip, the order, and the folders it leaves alone."""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from importers import formats
from importers.apply import apply_batch
from importers.csv_layout import FILES
from importers.exporters import export_catalogue, write_atomically
from importers.management.commands.load_starter import STARTER
from models_catalog.actions import rename_model
from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    Category,
    GoneModel,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    Offering,
    Organization,
    Result,
)
from models_catalog.tests.factories import make_offering, make_organization, make_price, make_result
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def empty_database():
    """What a fresh database holds: the eight default categories."""
    for table in (Result, Offering, ModelAlias, ModelSlugRedirect, GoneModel, LanguageModel, Benchmark, Organization):
        table.objects.all().delete()


def round_trip(tmp_path):
    """Export, empty, import, export; returns both exports and the import's report."""
    first, second = tmp_path / "first", tmp_path / "second"
    export_catalogue(first)
    empty_database()
    report = apply_batch(formats.read("csv", first), reason="Back again")
    export_catalogue(second)
    return contents(first), contents(second), report


def test_round_trip_of_the_world_is_the_same_byte_for_byte(tmp_path):
    world = build_world()
    rename_model(world.models["atlas"], "atlas-1", reason="Its maker renamed it")
    ModelAlias.objects.create(dataset="board", source_id="Atlas (high)", model=world.models["atlas"])
    BenchmarkAlias.objects.create(source_id="CR", benchmark=world.benchmarks["code-repair"])
    make_offering(model=world.models["fable"], provider=world.labs["sky"])
    GoneModel.objects.create(old_slug="elder", successor=world.models["fable"], note="It was retired.")
    GoneModel.objects.create(old_slug="elder-2")
    Category.objects.filter(slug="math").update(weight=Decimal("7.25"), position=1)
    first, second, report = round_trip(tmp_path)
    assert report.problems == []
    assert first == second
    assert set(first) == set(FILES)
    assert b"atlas,atlas-1,false,\nelder,fable,true,It was retired.\nelder-2,,true,\n" in first["redirects.csv"]
    assert b",CR,code-repair" in first["benchmark_aliases.csv"]
    assert b"fable,sky,false" in first["offerings.csv"]


def test_round_trip_keeps_what_editors_can_type(tmp_path):
    lab = make_organization(slug="north", name="  North “Lab”, Inc. ", is_lab=False)
    model = LanguageModel.objects.create(
        slug="odd",
        name="=SUM(A1)",
        lab=lab,
        release_date=dt.date(2025, 1, 1),
        release_date_precision="year",
        licence="'-quoted",
        open_weights=None,
        published=False,
        status="retired",
        deprecated_on=dt.date(2025, 5, 1),
        retired_on=dt.date(2025, 6, 1),
    )
    Benchmark.objects.create(
        slug="odd-test",
        name="Odd",
        weight=0,
        kind="other",
        unit="minutes",
        description='Two lines,\r\n"quoted"; ünï · 数学',
        floor=0.1,
        best=1e-7,
        items=4,
        attempts=2,
        items_source="-page",
        retired_on=dt.date(2026, 2, 3),
        superseded_by=Benchmark.objects.create(slug="a-next", name="Next", weight=0, kind="other"),
    )
    make_result(
        model=model,
        benchmark=Benchmark.objects.get(slug="odd-test"),
        score=Decimal("12345678.123456"),
        method="- evaluation",
        row_id="",
        state="draft",
        evaluator="north",
        harness="=agent",
        attempts=64,
        items_run=3,
        stderr=Decimal("0.000001"),
        read_at="repo@1/file, page 2",
        read_on=dt.date(2026, 1, 2),
        note="@home",
    )
    make_price(
        model=model,
        provider=lab,
        input=None,
        output=Decimal("0.000001"),
        valid_to=dt.date(2026, 1, 1),
        terms="input batch = 0.4\naudio input above 9 = 1\ninput above 128000 = 2\noutput above 400000 = 0",
        note="peak, says the page",
    )
    first, second, report = round_trip(tmp_path)
    assert [str(problem) for problem in report.problems] == []
    assert first == second
    again = LanguageModel.objects.get()
    assert (again.name, again.licence, again.published) == ("=SUM(A1)", "'-quoted", False)
    assert Organization.objects.get(slug="north").is_lab is False
    assert Result.objects.get().score == Decimal("12345678.123456")


def test_import_of_an_export_changes_nothing(tmp_path):
    build_world()
    export_catalogue(tmp_path / "export")
    report = apply_batch(formats.read("csv", tmp_path / "export"), reason="Again")
    assert report.last_line.startswith("created=0 updated=0 ")
    assert report.last_line.endswith("rejected=0")


def test_cells_that_a_spreadsheet_would_run_are_guarded(tmp_path):
    make_organization(name="=1+1")
    export_catalogue(tmp_path)
    assert b",'=1+1," in (tmp_path / "providers.csv").read_bytes()


def test_folder_with_other_files_is_refused_untouched(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear reader")
    with pytest.raises(CommandError, match=r"letter\.txt"):
        call_command("export_data", tmp_path)
    assert contents(tmp_path) == {"letter.txt": b"Dear reader"}


def test_file_in_place_of_the_folder_is_refused(tmp_path):
    target = tmp_path / "place"
    target.write_text("x")
    with pytest.raises(CommandError, match="is a file"):
        call_command("export_data", target)


def test_earlier_export_is_replaced_and_the_command_counts(tmp_path, capsys):
    target = tmp_path / "new" / "export"
    call_command("export_data", target)
    make_organization(slug="north")
    call_command("export_data", target)
    assert "providers.csv: 1 rows" in capsys.readouterr().out
    assert b"north" in (target / "providers.csv").read_bytes()
    assert set(contents(target)) == set(FILES)


def test_failed_write_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch):
    target = tmp_path / "models.csv"
    target.write_text("old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(target, "new")
    assert contents(tmp_path) == {"models.csv": b"old"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["catalogue", "reference_pages"])
def test_round_trip_of_the_shared_folder_is_the_same_byte_for_byte(tmp_path, name):
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: the round trip of that data was not tried")
    apply_batch(formats.read("csv", folder), reason="Test")
    first, second, report = round_trip(tmp_path)
    assert report.rejected == 0
    assert first == second


@pytest.mark.slow
def test_round_trip_of_the_starter_data_is_the_same_byte_for_byte(tmp_path):
    apply_batch(formats.read("csv", STARTER), reason="Test")
    first, second, report = round_trip(tmp_path)
    assert report.rejected == 0
    assert first == second
