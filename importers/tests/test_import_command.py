"""The command line of import_data: what it prints, how it ends, what it leaves behind."""

import json

import pytest
from django.core.management import CommandError, call_command

from importers.management.commands.import_data import Progress
from models_catalog.models import LanguageModel, Organization, UnknownName

pytestmark = pytest.mark.django_db

LABS = "slug,name\nnorth,North Lab\n"
MODELS = "slug,name,provider\natlas,Atlas,north\n"


@pytest.fixture
def folder(tmp_path):
    """A folder that takes files as keyword arguments: folder(models="…")."""
    target = tmp_path / "source"
    target.mkdir()

    def fill(**files):
        for name, text in files.items():
            (target / f"{name}.csv").write_text(text, encoding="utf-8")
        return target

    return fill


def run(*arguments):
    """Run import_data; returns its exit code."""
    try:
        call_command("import_data", *arguments)
    except SystemExit as stop:
        return stop.code
    return 0


def test_last_line_counts_and_the_second_run_changes_nothing(folder, capsys):
    path = folder(providers=LABS, models=MODELS)
    assert run("csv", path) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "created=2 updated=0 unchanged=0 rejected=0"
    assert run("csv", path) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "created=0 updated=0 unchanged=2 rejected=0"


def test_refused_row_ends_with_1_names_its_place_and_writes_nothing(folder, capsys):
    path = folder(providers=LABS, models=MODELS + "bad-vs-name,Bad,north\n")
    assert run("csv", path) == 1
    printed = capsys.readouterr()
    assert "models.csv, line 3, column slug" in printed.err
    assert "-vs-" in printed.err
    assert "Nothing was written" in printed.out
    assert printed.out.splitlines()[-1] == "created=0 updated=0 unchanged=0 rejected=1"
    assert not Organization.objects.exists()


def test_keep_going_writes_the_good_rows_and_ends_with_0(folder, capsys):
    path = folder(providers=LABS, models=MODELS + "bad-vs-name,Bad,north\n")
    assert run("csv", path, "--keep-going") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "created=2 updated=0 unchanged=0 rejected=1"
    assert LanguageModel.objects.get().slug == "atlas"


def test_dry_run_counts_but_writes_nothing_and_says_so(folder, capsys):
    path = folder(providers=LABS, models=MODELS, results="model,benchmark,score\natlas,nowhere,1\n")
    assert run("csv", path, "--dry-run") == 1
    lines = capsys.readouterr().out.splitlines()
    assert "Dry run: nothing was written." in lines
    assert lines[-1] == "created=2 updated=0 unchanged=0 rejected=1"
    assert not LanguageModel.objects.exists()
    assert not UnknownName.objects.exists()


def test_unknown_names_are_queued_although_the_rows_are_rolled_back(folder):
    path = folder(providers=LABS, models=MODELS, results="model,benchmark,score,dataset\nghost,nowhere,1,board\n" * 1)
    assert run("csv", path) == 1
    assert run("csv", path) == 1
    ghost = UnknownName.objects.get(kind="model")
    assert (ghost.name, ghost.dataset, ghost.sightings) == ("ghost", "board", 2)
    assert ghost.seen_in == "results.csv, line 2"
    assert UnknownName.objects.get(kind="benchmark").name == "nowhere"
    assert not LanguageModel.objects.exists()


def test_report_file_lists_every_refused_row_and_note(folder, tmp_path):
    report = tmp_path / "report.json"
    path = folder(providers=LABS + "south,South,x\n", models="slug,name,provider,colour\na,A,north,red\n")
    assert run("csv", path, "--report", report) == 1
    document = json.loads(report.read_text(encoding="utf-8"))
    assert document["rejected"] == len(document["refused"]) == 1
    assert document["refused"][0]["file"] == "providers.csv"
    assert document["refused"][0]["line"] == 3
    assert "colour" in document["notes"][0]
    assert document["written"] is False


def test_unknown_format_lists_the_known_ones(tmp_path):
    with pytest.raises(CommandError, match=r"“xlsx” is no known format\. Choose one of: aider, arena, auto, "):
        call_command("import_data", "xlsx", tmp_path)


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_text("x"), lambda path: None])
def test_path_without_known_files_is_refused_with_the_list_of_them(tmp_path, make):
    path = tmp_path / "place"
    make(path)
    with pytest.raises(CommandError, match=r"models\.csv"):
        call_command("import_data", "csv", path)


def test_reason_too_long_for_the_history_is_refused_before_anything_is_written(folder):
    with pytest.raises(CommandError, match="at most 100"):
        call_command("import_data", "csv", folder(providers=LABS), reason="x" * 101)
    assert not Organization.objects.exists()


def test_report_in_a_missing_folder_is_refused_before_anything_is_written(folder, tmp_path):
    with pytest.raises(CommandError, match="does not exist"):
        call_command("import_data", "csv", folder(providers=LABS), report=tmp_path / "no" / "report.json")
    assert not Organization.objects.exists()


def test_reason_stands_in_the_history_of_created_and_updated_rows(folder):
    run("csv", folder(providers=LABS), "--reason", "First look")
    run("csv", folder(providers="slug,name\nnorth,North Labs\n"), "--reason", "Renamed")
    reasons = Organization.objects.get().history.values_list("history_change_reason", "history_type")
    assert list(reasons) == [("Renamed", "~"), ("First look", "+")]


class Terminal:
    """A stream that says whether it is a terminal and remembers what was written."""

    def __init__(self, on_terminal):
        self.on_terminal, self.text = on_terminal, ""

    def isatty(self):
        return self.on_terminal

    def write(self, text, ending="\n"):
        self.text += text + ending

    def flush(self):
        pass


def test_progress_is_a_bar_on_a_terminal_and_plain_lines_elsewhere():
    bar, plain = Terminal(True), Terminal(False)
    for stream in (bar, plain):
        progress = Progress(stream)
        progress("results", 100, 200)
        progress("results", 200, 200)
    assert bar.text.startswith("\rresults")
    assert bar.text.endswith("200/200\n")
    assert plain.text == "results: checked 200 rows\n"
