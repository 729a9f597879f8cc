"""Replaying a history file: dated, traceable, idempotent, and honest about what it could not use."""

import csv
import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from comparisons.changes.replay import COLUMNS, read_events
from comparisons.core import changes
from comparisons.models import Change
from models_catalog.models import Result
from models_catalog.tests import world as worlds

pytestmark = pytest.mark.django_db

EVENTS = """\
2026-06-28,model_added,atlas,,,,,,tests,https://example.org/a,
2026-06-29,released,atlas,,,,,,tests,https://example.org/a,
2026-06-29,result_added,atlas,code-repair,,score,,72,tests,https://example.org/b,
2026-06-29,result_added,atlas,code-repair,,score,,72,tests,https://example.org/b,
2026-06-30,score_change,atlas,code-repair,,score,72,71.5,tests,https://example.org/c,
2026-07-01,price_change,borea,,north,input,3,2,tests,https://example.org/d,bulk commit
2026-07-01,price_change,borea,,north,output,15,10,tests,https://example.org/d,bulk commit
2026-07-01,host_price_change,atlas,,sky,input,0,0.5,tests,https://example.org/e,
2026-07-02,context_change,atlas,,north,context,128000,1000000,tests,https://example.org/f,
2026-07-03,deprecated,borea,,north,,,,tests,https://example.org/g,
2026-07-04,removed_by_provider_list,borea,,north,,,,tests,https://example.org/h,
2026-07-04,result_added,nobody,code-repair,,score,,1,tests,https://example.org/i,
2026-07-04,result_added,atlas,nothing,,score,,1,tests,https://example.org/i,
2026-07-04,result_added,atlas,code-repair,,score,,seventy,tests,https://example.org/i,
2026-07-04,eclipse,atlas,,,,,,tests,,
"""


@pytest.fixture
def history(tmp_path, db) -> Path:
    worlds.build_world()
    path = tmp_path / "history.csv"
    path.write_text(",".join(COLUMNS) + "\n" + EVENTS, encoding="utf-8")
    return path


def replay(path: Path, *options: str) -> str:
    """Run the command; return its last line."""
    out = StringIO()
    call_command("replay_history", str(path), *options, stdout=out)
    return out.getvalue().strip().splitlines()[-1]


def test_events_become_entries_dated_on_their_day(history):
    assert replay(history) == "added=9 known=0 ignored=1 left_out=4"
    told = {change.kind: change for change in Change.objects.all()}
    corrected = told[changes.RESULT_CORRECTED]
    assert str(corrected) == "Atlas 1 on Code Repair: 72 % → 71.5 %"
    assert corrected.at == dt.datetime(2026, 6, 30, tzinfo=dt.UTC)
    assert (corrected.source_url, corrected.dated_by) == ("https://example.org/c", "tests")
    assert str(told[changes.CONTEXT_CHANGED]) == "Atlas 1 at North Lab: context window 128K → 1M tokens"
    assert str(told[changes.MODEL_DEPRECATED]) == "Borea Pro at North Lab is deprecated"
    assert str(told[changes.LISTING_REMOVED]) == "Borea Pro is no longer listed by North Lab"


def test_input_and_output_that_changed_together_are_one_entry(history):
    replay(history)
    borea = Change.objects.get(kind=changes.PRICE_CHANGED, model="borea")
    assert str(borea) == "Borea Pro at North Lab: $3.00 in, $15.00 out → $2.00 in, $10.00 out"
    assert borea.reason == "part of a bulk commit in the source"
    atlas = Change.objects.get(kind=changes.PRICE_CHANGED, model="atlas")
    assert str(atlas) == "Atlas 1 at Sky Hosting: free in → $0.50 in"


def test_a_second_replay_adds_nothing_and_parts_add_up_to_the_whole(history):
    first = replay(history, "--until", "2026-06-30")
    rest = replay(history, "--from", "2026-07-01")
    assert (first, rest) == (
        "added=4 known=0 ignored=1 left_out=0",
        "added=5 known=0 ignored=0 left_out=4",
    )
    assert replay(history) == "added=0 known=9 ignored=1 left_out=4"


def test_equal_events_of_one_day_both_stand(history):
    replay(history)
    assert Change.objects.filter(kind=changes.RESULT_ADDED).count() == 2


def test_the_catalogue_is_not_touched(history):
    before = list(Result.objects.values_list("pk", "score", "updated_at"))
    replay(history)
    assert list(Result.objects.values_list("pk", "score", "updated_at")) == before


def test_a_file_that_is_no_history_is_refused_with_a_reason(history, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("date,event\n2026-01-01,x\n", encoding="utf-8")
    with pytest.raises(CommandError, match="lacks the column “model”"):
        replay(other)
    history.write_text(history.read_text(encoding="utf-8").replace("2026-07-04,eclipse", "soon,eclipse"))
    with pytest.raises(CommandError, match="line 16: “soon” is no date"):
        replay(history)
    with pytest.raises(CommandError, match="cannot be read"):
        replay(tmp_path / "absent.csv")
    assert not Change.objects.exists()


SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "catalogue" / "history.csv"


@pytest.mark.skipif(not SHARED.exists(), reason="SKIPPED: no ../shared beside the repository to replay.")
def test_every_price_event_of_the_shared_history_keeps_its_two_values():
    with SHARED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["event"].endswith("price_change")]
    events = [event for event in read_events(SHARED, None, None) if event.prices]
    told = [(event.row["model"], part, *values) for event in events for part, values in event.prices.items()]
    assert sorted(told) == sorted((row["model"], row["field"], row["old"], row["new"]) for row in rows)
