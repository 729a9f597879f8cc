"""Preferences by a mailed link of half an hour."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from models_catalog.models import Category, LanguageModel, Organization
from newsletter import actions
from newsletter.bounces import suppression
from newsletter.models import ConsentEvent, Delivery, Subscriber, Suppression
from newsletter.signup.forms import FOR_EVER, country_choices, country_name
from newsletter.tests.people import make_issue, make_signup, make_subscriber
from newsletter.tests.web import ADDRESS, ask_for_link, dump, mails, path_in
from newsletter.views import masked

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 8, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reader():
    return make_subscriber(ADDRESS, country="FR", regime="EEA", geo_source="registry")


@pytest.fixture
def path(client, reader):
    ask_for_link(client)
    return path_in(mails("manage")[0])


def choose(client, path, **values):
    return client.post(path, {"frequency": "weekly", "pause": "", "country": "FR", **values})


def test_the_link_shows_the_choices_and_changes_nothing(client, path):
    before = dump()
    page = client.get(path)
    client.head(path)
    assert dump() == before
    assert "r…@example.org" in page.content.decode()
    assert ADDRESS not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.cookies


def test_the_link_is_over_after_half_an_hour(client, path, clock):
    clock.shift(dt.timedelta(minutes=29))
    assert client.get(path).status_code == 200
    clock.shift(dt.timedelta(minutes=2))
    before = dump()
    for name in ("", "export/", "erase/", "leave/"):
        answer = client.post(path + name, {"sure": "yes"})
        assert answer.status_code == 404
        assert "Send a new link" in answer.content.decode()
    assert dump() == before


def test_monthly_topics_and_country_are_stored_and_recorded(client, path, reader):
    lab = Organization.objects.create(slug="acme", name="Acme", is_lab=True)
    LanguageModel.objects.create(slug="acme-1", name="Acme 1", lab=lab, published=True)
    category = Category.objects.first()
    topics = [f"category:{category.slug}", "lab:acme", "prices"]
    answer = choose(client, path, frequency="monthly", topics=topics, country="CA")
    reader.refresh_from_db()
    assert "Saved." in answer.content.decode()
    assert (reader.frequency, reader.topics) == ("monthly", sorted(topics))
    assert (reader.country, reader.regime, reader.geo_source) == ("CA", "CA", "visitor")
    event = ConsentEvent.objects.get(kind="changed")
    assert (event.country, event.regime, event.via) == ("CA", "CA", "page")


def test_keeping_the_country_keeps_how_we_came_to_it(client, path, reader):
    choose(client, path, frequency="monthly")
    reader.refresh_from_db()
    assert (reader.country, reader.regime, reader.geo_source) == ("FR", "EEA", "registry")


@pytest.mark.parametrize(
    ("word", "until"), [("", None), ("28", NOW + dt.timedelta(days=28)), ("stop", FOR_EVER), ("keep", None)]
)
def test_a_break_ends_when_it_says(client, path, reader, word, until):
    answer = choose(client, path, pause=word)
    reader.refresh_from_db()
    assert reader.paused_until == until
    if word == "28":
        assert "On a break until 5 August 2026" in answer.content.decode()
    if word == "stop":
        assert "On a break until you come back here" in answer.content.decode()
        choose(client, path, pause="keep")
        reader.refresh_from_db()
        assert reader.paused_until == FOR_EVER


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"frequency": "daily"}, "Choose weekly or monthly."),
        ({"topics": ["lab:nobody"]}, "is no topic of the list"),
        ({"pause": "5"}, "Choose one of the breaks"),
        ({"country": "QQ"}, "Choose a country of the list"),
    ],
)
def test_a_choice_that_does_not_exist_changes_nothing_and_is_explained(client, path, values, words):
    before = dump()
    answer = choose(client, path, **values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert dump() == before


def test_leaving_by_the_preferences(client, path, reader):
    assert "You are unsubscribed" in client.post(path + "leave/").content.decode()
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"
    page = client.get(path).content.decode()
    assert "You get no e-mail" in page
    before = dump()
    choose(client, path, frequency="monthly")
    assert dump() == before


def test_an_unknown_address_gets_no_mail(client):
    assert ask_for_link(client).headers["Location"] == "/newsletter/preferences/sent/"
    assert not mails()


def test_a_mailbox_that_complained_gets_no_mail(client, reader):
    suppression.leave(reader, Suppression.Reason.COMPLAINED, "webhook", NOW)
    ask_for_link(client)
    assert not mails()


@pytest.mark.parametrize("data", [{"email": "nobody"}, {"email": ""}, {}])
def test_an_address_that_cannot_be_right_is_explained(client, data):
    answer = client.post("/newsletter/preferences/", data)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_stale_form_asks_for_one_more_press(client, reader):
    answer = client.post("/newsletter/preferences/", {"email": ADDRESS}, headers={"Origin": "http://testserver"})
    assert "press the button once more" in answer.content.decode()
    assert not mails()


def test_a_flood_of_requests_is_told_to_wait(client, settings):
    settings.NEWSLETTER_SIGNUPS_PER_HOUR = 2
    assert [ask_for_link(client, f"a{number}@gmail.com").status_code for number in range(3)] == [302, 429, 429]


# --- Export -------------------------------------------------------------------------------------------


def test_the_export_goes_to_the_mailbox_and_never_onto_a_page(client, path, reader, clock):
    issue = make_issue()
    Delivery.objects.create(
        issue=issue,
        subscriber=reader,
        address_key=reader.lookup_key,
        state="sent",
        sent_at=NOW,
        not_before=NOW,
        message_id="x@example.org",
    )
    make_signup(ADDRESS, token_sha256="f" * 64)
    clock.shift(dt.timedelta(minutes=11))
    page = client.post(path + "export/").content.decode()
    (mail,) = mails("export")
    held = json.loads(mail.attachment)
    assert "On its way" in page
    assert reader.lookup_key not in page
    assert (mail.address, mail.attachment_name) == (ADDRESS, "what-we-hold.json")
    assert held["reader"]["address"] == ADDRESS
    assert (issue.slug, "sent") in [(mail["issue"], mail["state"]) for mail in held["mails"]]
    assert held["requests"][0]["address"] == ADDRESS
    assert "f" * 64 not in mail.attachment
    assert [event["kind"] for event in held["consent_events"]] == ["exported"]


def test_the_export_holds_the_words_that_were_agreed_to(client, clock):
    from newsletter.tests.web import become_reader

    become_reader(client)
    held = json.loads(actions.export_text(Subscriber.objects.get(), NOW))
    assert {row["wording_id"] for row in held["words_agreed_to"]} == {"box-1", "confirm-xx-1"}
    assert all("text" in row for row in held["words_agreed_to"])


def test_a_copy_too_soon_after_another_mail_is_explained(client, path):
    answer = client.post(path + "export/")
    assert answer.status_code == 429
    assert "again in ten minutes" in answer.content.decode()
    assert not mails("export")


# --- Small things ----------------------------------------------------------------------------------------


@given(st.emails())
def test_a_masked_address_shows_its_owner_only_what_is_needed(address):
    local, _, domain = address.rpartition("@")
    assert masked(address) == f"{local[0]}…@{domain}"


def test_countries_have_the_names_people_use():
    names = dict(country_choices())
    assert names["XX"] == "I would rather not say"
    assert country_name("TW") == "Taiwan"
    assert country_name("XX") == "not known"
    assert len(names) == 250
