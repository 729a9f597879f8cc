"""Double opt-in for everybody, and the proof of it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from email import message_from_bytes, policy
from html import unescape

import pytest
import time_machine
from css_inline import CSSInliner
from django.db import DatabaseError, connection, transaction
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import reverse

from newsletter import actions, conf
from newsletter.bounces import suppression
from newsletter.consent import retention
from newsletter.consent.location import Place, place_of
from newsletter.core.regimes import load_regimes
from newsletter.core.replies import Reply
from newsletter.core.wording import sha256_of
from newsletter.delivery import mail as mail_module
from newsletter.delivery import outbox
from newsletter.delivery import sender as sender_module
from newsletter.delivery.mail import UNSUBSCRIBE_PLACEHOLDER
from newsletter.delivery.outbox import Rendered
from newsletter.delivery.transport import End, Submission
from newsletter.models import (
    AppendOnly,
    Bucket,
    ConsentEvent,
    ConsentWording,
    Delivery,
    GeoSource,
    PendingSignup,
    Subscriber,
    Suppression,
)
from newsletter.signup.form_tokens import Shown, read_shown, sign_shown
from newsletter.signup.forms import FOR_EVER
from newsletter.tests import people
from newsletter.tests.people import make_subscriber, prepared_issue, render
from newsletter.tests.web import ADDRESS, become_reader, confirm, dump, mails, path_in, sign_up

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 8, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def link_of(client) -> str:
    sign_up(client)
    return path_in(mails("confirm")[-1])


def test_the_event_names_the_words_that_were_shown_and_they_are_kept(client):
    path = link_of(client)
    page = client.get(path).content.decode()
    confirm(client, path)
    event = ConsentEvent.objects.get(kind="confirmed")
    kept = ConsentWording.objects.get(sha256=event.wording_sha256)
    assert event.wording_id == kept.wording_id == "confirm-xx-1"
    assert sha256_of(kept.text) == kept.sha256
    for paragraph in kept.text.split("\n\n"):
        assert f"<p>{paragraph}</p>" in page
    assert (event.locale, event.via, event.regime, event.country) == ("en", "page", "XX", "XX")


def test_opening_the_link_changes_nothing_and_keeps_the_address_of_the_page_secret(client):
    path = link_of(client)
    before = dump()
    for _ in range(2):
        answer = client.get(path)
        client.head(path)
    assert dump() == before
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("shown", ["", "nonsense"])
def test_a_press_without_the_words_shows_them_again(client, shown):
    path = link_of(client)
    answer = client.post(path, {"shown": shown})
    assert "Yes, send me the e-mail" in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_words_that_changed_since_the_page_was_opened_are_shown_again(client):
    path = link_of(client)
    shown = re.search(r'name="shown" value="([^"]+)"', client.get(path).content.decode())[1]
    with override_settings(NEWSLETTER_POSTAL_ADDRESS="2 Other Street"):
        answer = client.post(path, {"shown": shown})
    assert "Not confirmed yet" in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_the_visitors_country_counts_and_brings_its_words(client):
    path = link_of(client)
    page = client.get(path, {"country": "CA"}).content.decode()
    assert "This request is separate from any other terms." in page
    confirm(client, path, country="CA")
    reader = Subscriber.objects.get()
    assert (reader.country, reader.regime, reader.geo_source) == ("CA", "CA", GeoSource.VISITOR)


def test_from_two_countries_both_are_noted_and_the_stricter_rules_stay(client):
    sign_up(client, REMOTE_ADDR="8.8.8.8")
    confirm(client, path_in(mails()[-1]), REMOTE_ADDR="203.0.113.77")
    requested, confirmed = ConsentEvent.objects.order_by("id")
    assert (requested.country, requested.regime) == ("US", "US")
    assert (confirmed.country, confirmed.regime) == ("XX", "XX")
    assert Subscriber.objects.get().regime == "XX"


@pytest.mark.parametrize(("asked", "opened"), [("DE", "US"), ("US", "DE"), ("DE", "DE"), ("DE", "FR"), ("GB", "DE")])
def test_the_reader_carries_the_country_of_the_stricter_rules(client, asked, opened):
    actions.ask(ADDRESS, Place(asked, GeoSource.REGISTRY, "test"), "/", NOW)
    pending = PendingSignup.objects.get()
    page = actions.confirm_page(pending, Place(opened, GeoSource.REGISTRY, "test"))
    assert actions.confirm(pending, page.shown, NOW) is actions.Confirmed.DONE
    reader = Subscriber.objects.get()
    assert (reader.regime, reader.country) == ("DE", "DE")


def test_what_was_shown_survives_its_signature_and_nothing_else():
    shown = Shown("confirm-de-1", "0" * 64, "DE", "visitor", "")
    token = sign_shown(shown)
    assert read_shown(token) == shown
    assert read_shown(token[:-1]) is None
    assert read_shown("") is None


@pytest.mark.parametrize("regime", load_regimes().regimes, ids=lambda regime: regime.code)
def test_no_rules_make_a_reader_without_the_press_of_a_button(regime, client):
    country = regime.countries[0]
    actions.ask(ADDRESS, Place(country, GeoSource.REGISTRY), "/", NOW)
    assert not Subscriber.objects.exists()
    path = path_in(mails()[0])
    assert client.get(path).status_code == 200
    assert not Subscriber.objects.exists()


# --- Used, old and unknown links ---------------------------------------------------------------------


def test_a_used_link_says_so_kindly(client):
    path = link_of(client)
    confirm(client, path)
    before = dump()
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 200
        assert "Already confirmed" in answer.content.decode()
    assert dump() == before


def test_an_old_link_offers_a_new_one(client, clock):
    path = link_of(client)
    clock.shift(dt.timedelta(days=7, seconds=1))
    answer = client.post(path)
    assert "This link is too old" in answer.content.decode()
    assert not Subscriber.objects.exists()
    again = re.search(r'action="([^"]+/again/)"', answer.content.decode())[1]
    assert client.post(again).headers["Location"] == "/newsletter/check/"
    assert confirm(client, path_in(mails("confirm")[-1])).status_code == 200
    assert Subscriber.objects.get().state == "confirmed"


def test_a_link_used_before_leaving_offers_a_new_one(client, clock):
    become_reader(client)
    path = path_in(mails("confirm")[0])
    suppression.leave(Subscriber.objects.get(), Suppression.Reason.UNSUBSCRIBED, "page", NOW)
    assert "This link was used before" in client.get(path).content.decode()
    clock.shift(dt.timedelta(hours=1))
    client.post(path + "again/")
    assert len(mails("confirm")) == 2


@pytest.mark.parametrize("token", ["nonsense", "a" * 43, "%00", "é"])
def test_an_unknown_link_shows_the_form(client, token):
    for answer in (client.get(f"/newsletter/confirm/{token}/"), client.post(f"/newsletter/confirm/{token}/again/")):
        assert answer.status_code in (200, 302)
    assert 'class="signup"' in client.get(f"/newsletter/confirm/{token}/").content.decode()
    assert not mails()


def test_somebody_else_can_have_the_request_deleted(client):
    path = link_of(client)
    assert "The request is deleted" in client.post(path + "forget/").content.decode()
    assert ADDRESS not in dump()
    assert "We do not know this link" in client.get(path).content.decode()


def test_two_links_make_one_reader_and_one_confirmation(client, clock):
    first = link_of(client)
    clock.shift(dt.timedelta(minutes=11))
    second = link_of(client)
    confirm(client, second)
    assert "Already confirmed" in client.get(first).content.decode()
    assert Subscriber.objects.count() == 1
    assert ConsentEvent.objects.filter(kind="confirmed").count() == 1


def test_leaving_and_coming_back_is_a_new_consent(client, clock):
    become_reader(client)
    Subscriber.objects.update(paused_until=FOR_EVER, frequency="monthly")
    suppression.leave(Subscriber.objects.get(), Suppression.Reason.UNSUBSCRIBED, "page", NOW)
    clock.shift(dt.timedelta(days=2))
    become_reader(client)
    reader = Subscriber.objects.get()
    assert (reader.state, reader.left_at) == ("confirmed", None)
    assert (reader.paused_until, reader.frequency) == (None, "monthly")
    assert reader.confirmed_at == NOW + dt.timedelta(days=2)
    assert not Suppression.objects.exists()
    kinds = list(ConsentEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["requested", "confirmed", "unsubscribed", "requested", "confirmed"]


def test_a_complaint_between_request_and_click_wins(client):
    path = link_of(client)
    suppression.suppress(suppression.key_of(ADDRESS), Suppression.Reason.COMPLAINED, NOW)
    assert "We do not write to this mailbox" in confirm(client, path).content.decode()
    assert not Subscriber.objects.exists()


# --- Append-only -----------------------------------------------------------------------------------------


def test_an_event_is_never_changed(client):
    sign_up(client)
    event = ConsentEvent.objects.get()
    event.kind = "confirmed"
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        ConsentEvent.objects.update(kind="confirmed")
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("UPDATE newsletter_consentevent SET kind = 'confirmed'")
    assert ConsentEvent.objects.get().kind == "requested"


# --- Asking again where a country wants it -------------------------------------------------------------------


@pytest.fixture
def two_years(monkeypatch):
    """The table of regimes as counsel might want it: Korea asks again every two years."""
    from dataclasses import replace

    table = load_regimes()
    rows = tuple(replace(row, reconfirm_months=24) if row.code == "KR" else row for row in table.regimes)
    monkeypatch.setattr(actions, "load_regimes", lambda: replace(table, regimes=rows))


def test_nobody_is_asked_again_while_no_row_wants_it(client, clock):
    become_reader(client, country="KR")
    clock.shift(dt.timedelta(days=3000))
    assert actions.reconfirm_where_due(NOW + dt.timedelta(days=3000)) == (0, 0)


def test_a_reader_is_asked_once_and_stays_by_one_press(client, clock, two_years):
    become_reader(client, country="KR")
    later = NOW + dt.timedelta(days=731)
    clock.move_to(later)
    assert actions.reconfirm_where_due(later) == (1, 0)
    assert actions.reconfirm_where_due(later) == (0, 0)
    assert "Confirmed again" in confirm(client, path_in(mails("reconfirm")[0])).content.decode()
    reader = Subscriber.objects.get()
    assert (reader.state, reader.confirmed_at, reader.reconfirmed_at) == ("confirmed", NOW, later)
    assert ConsentEvent.objects.latest("id").kind == "reconfirmed"
    assert actions.reconfirm_where_due(later + dt.timedelta(days=30)) == (0, 0)


def test_silence_ends_the_e_mail_after_three_weeks(client, clock, two_years):
    become_reader(client, country="KR")
    later = NOW + dt.timedelta(days=731)
    clock.move_to(later)
    actions.reconfirm_where_due(later)
    Delivery.objects.filter(mail__purpose="reconfirm").update(state="sent", sent_at=later)
    assert actions.reconfirm_where_due(later + dt.timedelta(days=20)) == (0, 0)
    assert actions.reconfirm_where_due(later + dt.timedelta(days=21)) == (0, 1)
    assert Subscriber.objects.get().state == "unsubscribed"


@pytest.mark.parametrize(
    "fate",
    [
        {"state": "failed"},
        {"state": "skipped", "reason": "expired"},
        {"state": "sent", "sent_at": NOW, "outcome": "soft"},
        {"state": "sent", "sent_at": NOW, "outcome": "refused"},
    ],
)
def test_a_reader_whose_question_never_arrived_is_asked_again_and_stays(client, clock, two_years, fate):
    become_reader(client, country="KR")
    later = NOW + dt.timedelta(days=731)
    clock.move_to(later)
    assert actions.reconfirm_where_due(later) == (1, 0)
    Delivery.objects.filter(mail__purpose="reconfirm").update(**fate)
    assert actions.reconfirm_where_due(later + dt.timedelta(days=40)) == (1, 0)
    assert Subscriber.objects.get().state == "confirmed"


def test_a_question_that_waits_in_the_outbox_ends_nothing(client, clock, two_years):
    become_reader(client, country="KR")
    later = NOW + dt.timedelta(days=731)
    clock.move_to(later)
    actions.reconfirm_where_due(later)
    assert actions.reconfirm_where_due(later + dt.timedelta(days=40)) == (0, 0)


def test_the_label_of_a_regime_stands_before_the_subject_of_its_readers_only(monkeypatch):
    table = load_regimes()
    rows = tuple(replace(row, subject_label="(광고)") if row.code == "KR" else row for row in table.regimes)
    monkeypatch.setattr(mail_module, "load_regimes", lambda: replace(table, regimes=rows))
    make_subscriber("a@example.org", country="KR", regime="KR")
    make_subscriber("b@example.org")
    prepared_issue()
    transport = Collecting()
    sender_module.Sender(transport, render=render, clock=lambda: people.NOW).send_due()
    subjects = {str(message["To"]): str(message["Subject"]) for message in transport.messages}
    assert subjects["a@example.org"] == "(광고) " + subjects["b@example.org"]
    assert "광고" not in subjects["b@example.org"]


@pytest.mark.parametrize("topics", [[], ["prices"]])
@pytest.mark.parametrize("postal", ["1 Data Street, 1000 Town", "O'Hara & Söhne, <2> Lane"])
def test_the_postal_address_stands_in_the_mails_of_regimes_that_ask_for_it_only(settings, postal, topics):
    settings.NEWSLETTER_POSTAL_ADDRESS = postal
    wants = {row.code: row.postal_address for row in load_regimes().regimes}
    for code in wants:
        make_subscriber(f"{code.lower()}@example.org", regime=code, topics=topics)
    issue = people.make_issue()
    outbox.render_missing(issue, with_foot, people.NOW)
    outbox.prepare(issue, people.NOW)
    transport = Collecting()
    sender_module.Sender(transport, clock=lambda: people.NOW).send_due()
    seen = {str(message["To"]).partition("@")[0].upper(): message for message in transport.messages}
    assert seen.keys() == wants.keys()
    for code, message in seen.items():
        for kind in ("plain", "html"):
            part = unescape(message.get_body((kind,)).get_content())
            assert (postal in part) is wants[code], (code, kind)
            assert settings.SITE_NAME in part
    assert len(set(wants.values())) == 2


def with_foot(issue, group):
    """The real foot of both parts."""
    words = {
        "postal": conf.postal_address(),
        "contact": "us@example.org",
        "site_url": "https://evenbench.example",
        "unsubscribe": UNSUBSCRIBE_PLACEHOLDER,
    }
    html, text = (render_to_string(f"newsletter/email/list_foot.{kind}", words) for kind in ("html", "txt"))
    inlined = CSSInliner().inline(f"<html><body>{html}</body></html>") if group.topics else html
    return Rendered("What changed", inlined, text)


class Collecting:
    """A transport that keeps what it was given."""

    def __init__(self):
        self.messages = []

    def submit(self, envelope, intent):
        assert intent()
        self.messages.append(message_from_bytes(envelope.as_bytes(), policy=policy.default))
        return Submission(End.ANSWERED, Reply(250, "ok"))

    def close(self):
        """Nothing to close."""


@pytest.mark.parametrize("code", ["QQ", "ZY", "EU", "AP", "T1", "XX", "A1", "usa", "", "ÄÖ"])
def test_a_country_that_does_not_exist_is_unknown(code, rf):
    assert place_of(rf.get("/", REMOTE_ADDR=""), code).country == "XX"


def test_hashes_of_strangers_who_never_confirmed_go_after_a_month(client):
    with time_machine.travel(NOW, tick=False):
        become_reader(client, "reader@example.org")
        sign_up(client, "stranger@example.org")
        sign_up(client, "angry@example.org")
        key = suppression.key_of("stranger@example.org")
        suppression.suppress(key, "bounced", NOW)
        suppression.suppress(suppression.key_of("angry@example.org"), "complained", NOW)
    retention.prune(NOW + dt.timedelta(days=29))
    assert ConsentEvent.objects.filter(subject_key=key).exists()
    retention.prune(NOW + dt.timedelta(days=31))
    assert set(ConsentEvent.objects.values_list("subject_key", flat=True)) == {suppression.key_of("reader@example.org")}
    assert [row.reason for row in Suppression.objects.all()] == ["complained"]
    assert not Bucket.objects.filter(key__contains=key).exists()


def test_the_link_in_the_mail_is_absolute_and_resolves(client, settings):
    sign_up(client)
    (mail,) = mails()
    assert f"{settings.SITE_URL}{path_in(mail)}" in mail.text
    assert path_in(mail).startswith(reverse("newsletter:confirm", args=["x"])[:-2])
