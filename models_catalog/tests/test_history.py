"""Who changed what, when and why: the audit log, versions of a day, and reverting one change."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.urls import reverse

from models_catalog.models import LanguageModel
from newsroom import audit
from newsroom.audit import Filters
from newsroom.tests.newsroom_world import World

pytestmark = pytest.mark.django_db


def moment(day, hour=12):
    return time_machine.travel(dt.datetime(2026, 5, day, hour, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def world():
    with moment(1):
        return World()


def rename(model, name, user=None, reason=""):
    model.name = name
    model._history_user, model._change_reason = user, reason
    model.save()


def lines(filters):
    return list(csv.DictReader(io.StringIO("".join(audit.csv_lines(filters)))))


def test_log_names_who_when_why_old_and_new(world):
    with moment(3):
        rename(world.zeta, "Zeta Pro", world.paul, "new name")
    (line,) = lines(Filters(since=dt.date(2026, 5, 2)))
    assert line == {
        "when": "2026-05-03T12:00:00+00:00",
        "who": "paul",
        "table": "language model",
        "id": str(world.zeta.pk),
        "object": "Zeta Pro",
        "what": "changed",
        "field": "name",
        "old": "Zeta",
        "new": "Zeta Pro",
        "why": "new name",
    }


def test_log_is_one_stream_of_all_tables_newest_first(world):
    with moment(3):
        rename(world.zeta, "Zeta Pro")
    with moment(4):
        world.gpqa.version = "2"
        world.gpqa.save()
    with moment(5):
        world.cost.results.all().delete()
        world.cost.delete()
    found = [(change.table, change.what) for change in audit.changes(Filters(since=dt.date(2026, 5, 2)))]
    assert found[-2:] == [("benchmark", "changed"), ("language model", "changed")]
    moments = [change.record.history_date for change in audit.changes(Filters())]
    assert moments == sorted(moments, reverse=True)


def test_log_can_be_narrowed_by_day_user_and_table(world):
    with moment(3):
        rename(world.zeta, "Zeta Pro", world.paul)
    with moment(4):
        rename(world.zeta, "Zeta Max", world.edith)
    assert len(lines(Filters(since=dt.date(2026, 5, 3), until=dt.date(2026, 5, 3)))) == 1
    assert [line["new"] for line in lines(Filters(user=world.edith.pk))] == ["Zeta Max"]
    assert lines(Filters(table="price")) == []


def test_values_are_told_from_the_previous_version_even_outside_the_period(world):
    with moment(3):
        rename(world.zeta, "Zeta Pro")
    with moment(6):
        rename(world.zeta, "Zeta Max")
    (line,) = lines(Filters(since=dt.date(2026, 5, 5)))
    assert (line["old"], line["new"]) == ("Zeta Pro", "Zeta Max")


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=cmd()", "'=cmd()"), ("@x", "'@x"), ("-5.5", "-5.5"), ("-x", "'-x"), ("Zeta", "Zeta"), ("", "")],
)
def test_no_cell_of_the_download_is_a_formula(text, safe):
    assert audit.safe_cell(text) == safe


def test_download_is_csv_for_publishers_only(world, client):
    client.force_login(world.paul)
    response = client.get(reverse("admin:audit"), {"csv": "1", "table": "languagemodel"})
    assert response.headers["Content-Type"].startswith("text/csv")
    assert b"".join(response.streaming_content).startswith(b"when,who,table")
    client.force_login(world.edith)
    assert client.get(reverse("admin:audit")).status_code == 403


def test_page_shows_the_newest_changes_and_survives_a_bad_date(world, client):
    rename(world.zeta, "Zeta Pro", world.paul, "new name")
    client.force_login(world.paul)
    html = client.get(reverse("admin:audit")).content.decode()
    assert "new name" in html
    assert "Enter a valid date" in client.get(reverse("admin:audit"), {"since": "soon"}).content.decode()


def test_log_costs_queries_by_table_not_by_change(world, django_assert_max_num_queries):
    for number in range(40):
        rename(world.zeta, f"Zeta {number}")
    with django_assert_max_num_queries(4):
        assert len(lines(Filters(table="languagemodel"))) > 40


# --- an object as of a day ------------------------------------------------------------------


def test_object_as_of_a_day_is_the_version_that_held_at_its_end(world):
    with moment(3, hour=9):
        rename(world.zeta, "Zeta Pro")
    with moment(3, hour=18):
        rename(world.zeta, "Zeta Max")
    with moment(5):
        world.acme_2.results.all().delete()
        pk = world.acme_2.pk
        world.acme_2.delete()
    names = [audit.version_on(LanguageModel, world.zeta.pk, dt.date(2026, 5, day)).name for day in (2, 3, 4)]
    assert names == ["Zeta", "Zeta Max", "Zeta Max"]
    assert audit.version_on(LanguageModel, world.zeta.pk, dt.date(2026, 4, 30)) is None
    assert audit.version_on(LanguageModel, pk, dt.date(2026, 5, 4)).name == "Acme 2"
    assert audit.version_on(LanguageModel, pk, dt.date(2026, 5, 5)) is None


def test_history_page_leads_to_the_version_of_a_day(world, client):
    with moment(3):
        rename(world.zeta, "Zeta Pro")
    client.force_login(world.paul)
    where = reverse("admin:models_catalog_languagemodel_history", args=[world.zeta.pk])
    response = client.get(where, {"on": "2026-05-02"}, follow=True)
    assert ("Name", "Zeta", "Zeta Pro", True) in [
        (field.capitalize(), *rest) for field, *rest in response.context["lines"]
    ]
    assert (
        "There was no such object on 1 April 2026."
        in client.get(where, {"on": "2026-04-01"}, follow=True).content.decode()
    )
    assert "is no date" in client.get(where, {"on": "soon"}, follow=True).content.decode()
