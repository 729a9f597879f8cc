"""A change whose process ended before its standings were stored is taken up by another, and said meanwhile."""

import datetime as dt
import logging
import signal
from contextlib import suppress
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, transaction

from comparisons import caretaker, standing_store
from comparisons.models import DatasetRevision, StandingSnapshot
from comparisons.web.identity import WAITING, revision
from models_catalog.models import PendingChange, Result
from models_catalog.tests import world as worlds
from models_catalog.tests.processes import shared_url, start_python

pytestmark = pytest.mark.django_db(transaction=True)

NOW = dt.timedelta(0)
START = """
import os, signal, sys, time, django
django.setup()
from django.db import transaction
from comparisons import caretaker, standing_store
from models_catalog.models import PendingChange, Result
"""
# The change is committed; its process is killed when it begins to recompute, or when it is about to commit that.
KILLED_BEFORE = """
standing_store.recompute_pending = lambda: os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_INSIDE = """
standing_store._forget_old = lambda revision: os.kill(os.getpid(), signal.SIGKILL)
"""
SAVE = """
with transaction.atomic():
    result = Result.objects.get(model__slug="atlas", benchmark__slug="code-repair")
    result.score = 10
    result.save()
"""
LOOK = """
def shown():
    placed = standing_store.placed_models("provisional")
    return round(placed["atlas"].standing.overall, 6)
score = Result.objects.get(model__slug="atlas", benchmark__slug="code-repair").score
"""
HEAL = """
before = shown()
done = caretaker.take_up(__import__("datetime").timedelta(0))
print(int(score), done, PendingChange.objects.count(), shown() < before, flush=True)
"""
WRITE = """
print("ready", flush=True)
sys.stdin.readline()
for turn in range(3):
    with transaction.atomic():
        result = Result.objects.get(model__slug="atlas", benchmark__slug="code-repair")
        result.note = f"{sys.argv[1]} {turn}"
        result.save()
print("written", flush=True)
"""


@pytest.fixture
def world():
    worlds.build_world()
    standing_store.recompute("start")
    revision.forget()
    yield
    revision.forget()


@pytest.fixture
def abandoned(world, monkeypatch):
    """A committed change whose process ended before it computed anything."""
    with monkeypatch.context() as patch:
        patch.setattr(standing_store, "recompute_pending", lambda: None)
        result = Result.objects.get(model__slug="atlas", benchmark__slug="code-repair")
        result.score, result._change_reason = 10, "typing error"
        result.save()
    return result


def overall() -> float:
    return standing_store.placed_models("provisional")["atlas"].standing.overall


def test_a_change_leaves_nothing_behind_once_its_standings_are_stored(world):
    before, revisions = overall(), DatasetRevision.objects.count()
    Result.objects.get(model__slug="atlas", benchmark__slug="code-repair").delete()
    assert DatasetRevision.objects.count() == revisions + 1
    assert not PendingChange.objects.exists()
    assert overall() != before


def test_a_change_that_is_rolled_back_leaves_nothing_to_take_up(world):
    with transaction.atomic():
        with suppress(ZeroDivisionError), transaction.atomic():
            Result.objects.first().save()
            raise ZeroDivisionError
        assert not PendingChange.objects.exists()
        Result.objects.last().save()
        assert PendingChange.objects.count() == 1
    assert not PendingChange.objects.exists()


def test_an_abandoned_change_is_taken_up_once_with_its_reason(abandoned):
    before = overall()
    assert caretaker.take_up(NOW)
    assert overall() < before
    assert DatasetRevision.objects.first().reason == "typing error"
    assert not caretaker.take_up(NOW)


def test_the_process_that_changed_something_is_given_time(abandoned):
    assert not caretaker.take_up()
    PendingChange.objects.update(created_at=PendingChange.objects.first().created_at - caretaker.PATIENCE)
    assert caretaker.take_up()


@pytest.mark.parametrize("bulk", [True, False])
def test_only_an_abandoned_import_estimates_the_offset_afresh(abandoned, monkeypatch, bulk):
    PendingChange.objects.create(bulk=bulk)
    asked = []
    monkeypatch.setattr(standing_store, "recompute", lambda reason, estimate_offset: asked.append(estimate_offset))
    standing_store.recompute_pending()
    assert asked == [bulk]


def test_a_failed_computation_leaves_the_change_waiting(abandoned, monkeypatch, caplog):
    stop = Event()

    def broken(revision):
        stop.set()
        raise OperationalError("disk full")

    with monkeypatch.context() as patch, caplog.at_level(logging.INFO, "comparisons"):
        patch.setattr(standing_store, "_forget_old", broken)
        patch.setattr(caretaker, "PATIENCE", NOW)
        patch.setattr(caretaker, "take_up", lambda: standing_store.recompute_pending())
        patch.setattr(caretaker.connection, "close", lambda: None)
        caretaker.watch(stop, seconds=0)
    assert "disk full" in caplog.text
    assert StandingSnapshot.objects.filter(current=True).count() == 3
    assert caretaker.take_up(NOW)


def test_the_worker_takes_up_what_waits_and_says_so(abandoned, capsys):
    call_command("worker", "--once")
    call_command("worker", "--once")
    assert capsys.readouterr().out.splitlines() == ["Standings recomputed.", "Nothing was waiting."]


def test_no_verdict_is_proved_of_standings_that_miss_a_change(abandoned):
    with pytest.raises(CommandError, match="recompute_standings"):
        call_command("check_verdicts", "--processes", "1")
    call_command("recompute_standings", "--keep-offset")
    assert not PendingChange.objects.exists()


def test_a_page_made_meanwhile_says_so_and_is_not_the_one_shown_after(abandoned, client, settings):
    settings.PAGE_CACHE = True
    address, words = "/compare/atlas-vs-borea/", "being recomputed"
    revision.forget()
    meanwhile = client.get(address)
    assert revision.state().endswith(WAITING)
    assert words in meanwhile.text
    caretaker.take_up(NOW)
    after = client.get(address, headers={"if-none-match": meanwhile["ETag"]})
    assert after.status_code == 200
    assert words not in after.text
    assert after["ETag"] != meanwhile["ETag"]


def test_a_web_process_starts_to_watch_with_its_first_request_and_once(monkeypatch):
    started = []

    class Started:
        def __init__(self, **options):
            self.options = options

        def start(self):
            started.append(self.options["daemon"])

    monkeypatch.setattr(caretaker, "Thread", Started)
    application = caretaker.CaringApplication(lambda environ, start_response: [b"page"])
    assert started == []
    assert [application({}, None), application({}, None)] == [[b"page"], [b"page"]]
    assert started == [True]


@pytest.mark.slow
@pytest.mark.parametrize("moment", [KILLED_BEFORE, KILLED_INSIDE], ids=["before", "inside"])
def test_killed_between_a_save_and_its_standings_another_process_finishes(world, tmp_path, moment):
    url = shared_url(tmp_path)
    process = start_python(url, START + moment + SAVE)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    said, _ = start_python(url, START + LOOK + HEAL).communicate()
    assert said.split() == ["10", "True", "0", "True"]


@pytest.mark.slow
def test_many_writers_at_once_neither_fail_nor_leave_a_change_behind(world, tmp_path):
    url = shared_url(tmp_path)
    writers = [start_python(url, START + WRITE, number) for number in range(5)]
    for writer in writers:
        assert writer.stdout.readline().strip() == "ready"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert [writer.communicate()[0].strip() for writer in writers] == ["written"] * 5
    left, _ = start_python(url, START + LOOK + "print(PendingChange.objects.count(), shown())").communicate()
    assert left.split() == ["0", str(round(overall(), 6))]
