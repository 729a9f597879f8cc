"""load_starter: fills an empty catalogue, and leaves any other alone."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Q

from importers import formats
from importers.apply import apply_batch
from importers.management.commands.load_starter import STARTER
from models_catalog.models import LanguageModel, Organization, Result
from models_catalog.tests.factories import make_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "providers.csv").write_text("slug,name\nnorth,North Lab\n")
    (tmp_path / "models.csv").write_text("slug,name,provider\natlas,Atlas,north\n")
    return tmp_path


def test_empty_catalogue_is_filled_and_a_second_call_leaves_it_alone(folder, capsys):
    call_command("load_starter", path=folder)
    assert "created=2" in capsys.readouterr().out
    LanguageModel.objects.update(name="Edited")
    call_command("load_starter", path=folder)
    assert "not loaded" in capsys.readouterr().out
    assert LanguageModel.objects.get().name == "Edited"


def test_catalogue_with_a_model_of_an_editor_is_left_alone(folder):
    model = make_model()
    call_command("load_starter", path=folder)
    assert LanguageModel.objects.get() == model


def test_refused_row_stops_it_with_the_place_and_nothing_loaded(folder):
    (folder / "models.csv").write_text("slug,name,provider\natlas,Atlas,nobody\n")
    with pytest.raises(CommandError, match=r"models\.csv, line 2, column provider"):
        call_command("load_starter", path=folder)
    assert not Organization.objects.exists()


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(CommandError, match="does not exist"):
        call_command("load_starter", path=tmp_path / "nowhere")


@pytest.mark.slow
def test_starter_data_of_the_repository_loads_whole():
    call_command("load_starter", path=STARTER)
    assert (LanguageModel.objects.count(), Result.objects.count()) == (126, 3411)
    assert not Result.objects.filter(Q(source_url="") | Q(read_at="")).exists()
    assert not Result.objects.filter(note__icontains="memory").exists()
    assert not Result.objects.filter(standard=True, items_run__lt=F("benchmark__items")).exists()
    assert not Result.objects.filter(method__contains="interval").exists()
    assert Result.objects.filter(benchmark__unit="elo", stderr=None).count() == 0
    report = apply_batch(formats.read("csv", STARTER), reason="Again")
    assert report.last_line == "created=0 updated=0 unchanged=5067 rejected=0"
