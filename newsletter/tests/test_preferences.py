"""Preferences by a mailed link of half an hour."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from models_catalog.models import Category, LanguageModel, Organization
from newsletter.bounces import suppression
from newsletter.consent import exports
from newsletter.consent.views import masked
from newsletter.delivery import outbox
from newsletter.models import ConsentEvent, Delivery, Subscriber, Suppression
from newsletter.signup.forms import FOR_EVER, country_choices, country_name
from newsletter.tests.people import make_issue, make_signup, make_subscriber
from newsletter.tests.web import ADDRESS, ask_for_link, confirm, dump, mails, path_in, sign_up
from newsletter.tokens import unsubscribe_token

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


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_a_suppressed_reader_still_gets_the_link_a_copy_and_erasure(client, reader, reason):
    suppression.leave(reader, reason, "webhook", NOW)
    ask_for_link(client)
    path = path_in(mails("manage")[0])
    assert "Come back" in client.get(path).content.decode()
    client.post(path + "export/")
    client.post(path + "erase/", {"sure": "yes"})
    assert [mail.purpose for mail in mails()] == ["manage", "export", "erased"]
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("reason", ["bounced", "complained", "unsubscribed"])
def test_a_suppressed_reader_comes_back_by_the_link_and_one_click(client, reader, reason):
    suppression.leave(reader, reason, "webhook", NOW)
    ask_for_link(client)
    path = path_in(mails("manage")[0])
    for _ in range(2):
        assert client.post(path + "return/").headers["Location"] == "/newsletter/check/"
    (mail,) = mails("confirm")
    assert outbox.claim("w", NOW)
    assert Subscriber.objects.get().state == "unsubscribed"
    confirm(client, path_in(mail))
    assert Subscriber.objects.get().state == "confirmed"
    assert not Suppression.objects.exists()


def test_who_asked_the_editors_for_silence_is_told_whom_to_write_to(client, reader):
    suppression.leave(reader, Suppression.Reason.MANUAL, "page", NOW)
    ask_for_link(client)
    path = path_in(mails("manage")[0])
    assert "mailto:" in client.get(path).content.decode()
    client.post(path + "return/")
    assert not mails("confirm")
    assert Suppression.objects.get().reason == "manual"


def test_mails_of_a_right_leave_whatever_suppresses_the_address(client, reader):
    suppression.leave(reader, Suppression.Reason.COMPLAINED, "webhook", NOW)
    ask_for_link(client)
    (row,) = outbox.claim("w", NOW)
    assert outbox.commit_intent("w", row, NOW)


# --- Strangers and the reader's own allowance ------------------------------------------------------


def test_no_number_of_sign_ups_keeps_a_reader_from_the_link(client, reader, clock):
    for _ in range(8):
        sign_up(client)
        clock.shift(dt.timedelta(hours=6))
    for number in range(30):
        sign_up(client, f"stranger{number}@gmail.com")
    assert ask_for_link(client).headers["Location"] == "/newsletter/preferences/sent/"
    assert len(mails("manage")) == 1


def test_the_link_in_each_mail_asks_for_the_preferences_whatever_strangers_asked_for(client, reader, clock):
    for _ in range(5):
        ask_for_link(client)
        clock.shift(dt.timedelta(minutes=11))
    assert len(mails("manage")) == 3
    token = unsubscribe_token(reader.public_id, 0)
    assert "Mail me the link" in client.get(f"/newsletter/u/{token}").content.decode()
    for _ in range(2):
        client.post(f"/newsletter/u/{token}/preferences/")
    (mail,) = mails("manage_own")
    assert client.get(path_in(mail)).status_code == 200
    clock.shift(dt.timedelta(minutes=11))
    client.post(f"/newsletter/u/{token}/preferences/")
    assert len(mails("manage_own")) == 2
    assert len(mails("manage")) == 3


def test_a_link_that_names_nobody_mails_nobody(client, reader):
    assert client.post("/newsletter/u/nonsense/preferences/").status_code == 404
    token = unsubscribe_token(reader.public_id, 0)
    reader.delete()
    assert "Nothing is held" in client.post(f"/newsletter/u/{token}/preferences/").content.decode()
    assert not mails()


def test_a_link_of_somebody_who_left_says_so_and_offers_their_data(client, reader):
    token = unsubscribe_token(reader.public_id, 0)
    client.post(f"/newsletter/u/{token}")
    page = client.get(f"/newsletter/u/{token}").content.decode()
    assert "You get no e-mail from us" in page
    assert "Pause for four weeks" not in page
    assert "Mail me the link" in page
    assert "unsubscribed" in client.post(f"/newsletter/u/{token}/pause/").content.decode()


@pytest.mark.parametrize("data", [{"email": "nobody"}, {"email": ""}, {}])
def test_an_address_that_cannot_be_right_is_explained(client, data):
    answer = client.post("/newsletter/preferences/", data)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_stale_form_asks_for_one_more_press(client, reader):
    answer = client.post("/newsletter/preferences/", {"email": ADDRESS}, headers={"Origin": "http://testserver"})
    assert "press the button once more" in answer.content.decode()
    assert not mails()


def test_one_connection_cannot_ask_for_everybody(client):
    answers = [ask_for_link(client, f"a{number}@gmail.com").status_code for number in range(22)]
    assert answers == [302] * 20 + [429] * 2


def test_a_flood_of_sign_ups_closes_no_preferences(client, settings):
    settings.NEWSLETTER_SIGNUPS_PER_HOUR = 2
    for number in range(5):
        sign_up(client, f"a{number}@gmail.com")
    assert ask_for_link(client).status_code == 302


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
    held = json.loads(exports.export_text(Subscriber.objects.get().lookup_key, NOW))
    assert {row["wording_id"] for row in held["words_agreed_to"]} == {"box-2", "confirm-xx-1"}
    assert all("text" in row for row in held["words_agreed_to"])


def test_a_copy_costs_nothing_and_a_second_press_sends_no_second_mail(client, path):
    for _ in range(2):
        assert "On its way" in client.post(path + "export/").content.decode()
    assert len(mails("export")) == 1


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
