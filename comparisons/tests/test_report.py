"""“Report this number”: the form, its guards without a cookie, and what is kept."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from comparisons.web import form_guard
from comparisons.web.form_guard import TRAP, form_token, token_problem
from models_catalog import reports
from models_catalog.models import Report, Result
from models_catalog.tests.factories import make_result

pytestmark = pytest.mark.django_db
SHOWN = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
SENT = SHOWN + dt.timedelta(seconds=40)
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}


def send(client, result: Result, at: dt.datetime = SENT, headers: dict = OURS, **fields):
    """Send the form as a browser does some time after it was shown."""
    with time_machine.travel(SHOWN, tick=False):
        token = form_token(f"report-{result.pk}")
    with time_machine.travel(at, tick=False):
        return client.post(
            f"/report/{result.pk}/", {"token": token, "text": "It is 71.9 there.", "email": "", **fields}, **headers
        )


def test_form_shows_the_number_and_sets_no_cookie(client):
    result = make_result(score=71, note="", method="pass@1")
    response = client.get(f"/report/{result.pk}/")
    text = response.content.decode()
    assert response.status_code == 200
    assert result.model.name in text
    assert result.benchmark.name in text
    assert "71 %" in text
    assert "pass@1" in text
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


def test_report_is_kept_with_words_and_address_and_nothing_else(client):
    result = make_result()
    response = send(client, result, email="reader@example.org")
    assert response.status_code == 302
    assert response["Location"] == f"/report/{result.pk}/?sent=1"
    report = Report.objects.get()
    assert (report.result, report.text, report.email) == (result, "It is 71.9 there.", "reader@example.org")
    assert {field.name for field in Report._meta.fields} == {
        "id", "created_at", "updated_at", "result", "text", "email", "state", "answer",
    }  # fmt: skip
    assert "with the editors" in client.get(response["Location"]).content.decode()
    assert not response.cookies


def test_empty_or_endless_words_and_a_broken_address_are_said_beside_their_field(client):
    result = make_result()
    empty = send(client, result, text="  ")
    assert empty.status_code == 422
    assert "Say what is wrong with the number" in empty.content.decode()
    long = send(client, result, text="x" * 2001)
    assert "The report has 2001 characters; 2000 is the most we take." in long.content.decode()
    broken = send(client, result, email="nobody")
    assert "This is no e-mail address." in broken.content.decode()
    assert "It is 71.9 there." in broken.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_REFERER": "https://evil.example/report/1/"},
        {"HTTP_REFERER": "http://[broken"},
    ],
)
def test_forms_of_other_sites_are_refused(client, headers):
    result = make_result()
    response = send(client, result, headers=headers)
    assert response.status_code == 403
    assert "was not sent by one of our pages" in response.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"HTTP_ORIGIN": "http://testserver"}, {"HTTP_REFERER": "http://testserver/report/1/"}]
)
def test_older_browsers_prove_themselves_by_origin_or_referer(client, headers):
    assert send(client, make_result(), headers=headers).status_code == 302


def test_a_machine_in_the_trap_is_thanked_and_ignored(client):
    result = make_result()
    response = send(client, result, **{TRAP: "https://spam.example"})
    assert response["Location"].endswith("?sent=1")
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (SHOWN + dt.timedelta(seconds=1), "That was very fast."),
        (SHOWN + dt.timedelta(days=2), "open for more than a day"),
    ],
)
def test_too_fast_and_too_old_forms_come_back_with_what_was_typed(client, at, words):
    result = make_result()
    response = send(client, result, at=at)
    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert "It is 71.9 there." in text
    assert not Report.objects.exists()


def test_token_of_another_result_or_a_forged_one_is_no_token():
    assert "could not be recognised" in token_problem(form_token("report-1"), "report-2")
    assert "could not be recognised" in token_problem("open:forged", "report-1")
    assert form_guard.LEAST_SECONDS > 0


def test_same_words_twice_are_one_report(client):
    result = make_result()
    send(client, result)
    send(client, result)
    assert Report.objects.count() == 1


def test_flood_is_stopped_with_a_sentence(client, monkeypatch):
    monkeypatch.setattr(reports, "MOST_OPEN", 2)
    result = make_result()
    for number in range(3):
        response = send(client, result, text=f"Wrong, number {number}")
    assert response.status_code == 429
    assert "already have many reports" in response.content.decode()
    monkeypatch.setattr(reports, "MOST_AN_HOUR", 2)
    other = send(client, make_result(), text="Wrong too")
    assert "More reports came in this hour" in other.content.decode()
    assert Report.objects.count() == 2


@pytest.mark.parametrize("hidden", [{"state": "draft"}, {"source_kind": "generated"}])
def test_results_that_are_not_public_cannot_be_reported(client, hidden):
    result = make_result(**hidden)
    assert client.get(f"/report/{result.pk}/").status_code == 404
    assert send(client, result).status_code == 404
    assert client.get("/report/999999/").status_code == 404


def test_withdrawn_result_can_still_be_reported_and_is_called_withdrawn(client):
    result = make_result(state="withdrawn", withdrawn_reason="typing error")
    assert ", withdrawn" in client.get(f"/report/{result.pk}/").content.decode()


def test_words_of_a_reader_are_escaped(client):
    result = make_result()
    text = send(client, result, text="<script>alert(1)</script>", email="x").content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
