"""Saving a sheet is all or nothing: when the process is killed, and when two editors press at once.

Real processes on a real database: the test's own on PostgreSQL, a copy of it in a file on SQLite.
"""

import os
import signal

import pytest

from models_catalog.models import ScoreSheet
from models_catalog.tests.processes import shared_url, start_python
from newsroom import sheets
from newsroom.plans import build_plan
from newsroom.tests.newsroom_world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SOURCE = {"source_url": "https://acme.example/card", "source_kind": "independent", "measured_on": "2026-06-01"}

START = """
import sys, time, django
django.setup()
from models_catalog.models import Result, ScoreSheet, User
from newsroom import sheets
sheet = ScoreSheet.objects.get(pk=int(sys.argv[1]))
user = User.objects.get(username=sys.argv[2])
"""
STOP_AFTER_FIRST = """
written = sheets._create
def pause(line, *args):
    entry = written(line, *args)
    print("written", flush=True)
    time.sleep(60)
    return entry
sheets._create = pause
"""
SAVE = """
print("ready", flush=True)
sys.stdin.readline()
try:
    sheets.save_sheet(sheet, user, "card", sys.argv[3], publish=True)
    print("saved", flush=True)
except sheets.SheetRefused as refusal:
    print("refused:", refusal.sentences[-1], flush=True)
"""
COUNT = "print(Result.objects.filter(source_url='https://acme.example/card').count(), sheet.state)"


@pytest.fixture
def database(tmp_path):
    """A function that publishes the test's data to other processes and gives their DATABASE_URL."""
    return lambda: shared_url(tmp_path)


def start(url, code, *args):
    """A process that knows the sheet and its user."""
    return start_python(url, START + code, *args)


def preview(world, author, scores):
    cells = sheets.read_cells(world.acme_2, {row.pk: text for row, text in scores.items()}, "", {})
    for cell in cells:
        cell["seen"] = None
    sheet = sheets.keep_preview(None, author, world.acme_2, SOURCE, cells, "card")
    return sheet, build_plan(sheet).digest


def test_killed_in_the_middle_of_publishing_leaves_nothing_and_the_sheet_can_be_saved_again(database):
    world = World()
    sheet, digest = preview(world, world.paul, {world.mmlu: "86", world.gpqa: "62"})
    url = database()
    process = start(url, STOP_AFTER_FIRST + SAVE, sheet.pk, "paul", digest)
    process.stdin.write("go\n")
    process.stdin.flush()
    assert [process.stdout.readline().strip() for _ in range(2)] == ["ready", "written"]
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert start(url, COUNT, sheet.pk, "paul").communicate()[0].strip() == "0 preview"
    output, _ = start(url, SAVE, sheet.pk, "paul", digest).communicate("go\n")
    assert output.split() == ["ready", "saved"]
    assert start(url, COUNT, sheet.pk, "paul").communicate()[0].strip() == "2 published"


def test_two_editors_saving_one_cell_at_the_same_moment_do_not_both_win(database):
    world = World()
    first, first_digest = preview(world, world.paul, {world.gpqa: "62"})
    second, second_digest = preview(world, world.petra, {world.gpqa: "63"})
    url = database()
    both = [
        start(url, SAVE, first.pk, "paul", first_digest),
        start(url, SAVE, second.pk, "petra", second_digest),
    ]
    for process in both:
        assert process.stdout.readline().strip() == "ready"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = sorted(process.communicate()[0].strip() for process in both)
    assert said[1] == "saved"
    assert said[0].startswith("refused:")
    assert start(url, COUNT, first.pk, "paul").communicate()[0].split()[0] == "1"
    assert ScoreSheet.objects.count() == 2
