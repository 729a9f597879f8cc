"""Signing up: one field, no script, no cookie, and the obstacles for robots."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from newsletter.consent import rights, words
from newsletter.consent.words import box_wording
from newsletter.core.proof_of_work import is_solved, leading_zero_bits, solve
from newsletter.core.wording import ShownWording
from newsletter.models import ConsentEvent, Delivery, PendingSignup, Subscriber, TransactionalMail
from newsletter.signup import limits
from newsletter.signup.box import signup_form
from newsletter.signup.form_tokens import day_token, is_fresh, second_token, trap_name, trap_names, work_challenge
from newsletter.tests.web import ADDRESS, confirm, mails, path_in, sign_up

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 8, 9, 0, tzinfo=dt.UTC)
CHECK = "/newsletter/check/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


# --- The way through -------------------------------------------------------------------------


def test_one_field_and_one_click_make_a_reader(client):
    assert sign_up(client).headers["Location"] == CHECK
    (mail,) = mails()
    answer = confirm(client, path_in(mail))
    reader = Subscriber.objects.get()
    assert answer.status_code == 200
    assert "You are on the list" in answer.content.decode()
    assert (reader.address, reader.state, reader.frequency) == (ADDRESS, "confirmed", "weekly")


def test_no_answer_sets_a_cookie(client):
    answers = [client.get("/newsletter/subscribe/"), sign_up(client), client.get(CHECK)]
    path = path_in(mails()[0])
    answers += [client.get(path), confirm(client, path), client.get("/newsletter/what-we-hold/")]
    assert all(not answer.cookies for answer in answers)


def test_the_box_holds_one_field_and_the_promise_and_is_the_same_all_day():
    morning, evening = NOW.replace(hour=0), NOW.replace(hour=23)
    boxes = [signup_form("/models/", now=moment) for moment in (morning, evening)]
    page = render_to_string("newsletter/subscribe.html", {"box": boxes[0]})
    form = page[page.index('<form class="signup"') : page.index("</form>")]
    visible = [tag for tag in re.findall(r"<input[^>]*>", form) if 'type="hidden"' not in tag and "tabindex" not in tag]
    assert boxes[0] == boxes[1]
    assert len(visible) == 1
    assert boxes[0].promise in page
    assert 'href="/newsletter/what-we-hold/"' in form
    assert "csrfmiddlewaretoken" not in page


def test_rendering_the_box_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        render_to_string("newsletter/subscribe.html", {"box": signup_form("/")})


@override_settings(NEWSLETTER_POSTAL_ADDRESS="1 Example Street, Exampletown")
def test_the_mail_carries_no_advertising_no_name_and_no_list_header(client):
    sign_up(client)
    (mail,) = mails()
    assert len(set(re.findall(r"https?://\S+?(?=[\s\"<]|$)", mail.text))) == 1
    assert "<img" not in mail.html
    assert "Ignore this mail; nothing will be sent." in mail.text
    assert "Ignore this mail; nothing will be sent." in mail.html
    assert mail.headers == {}
    assert path_in(mail) in mail.html


def test_the_token_of_the_mail_is_stored_as_a_hash_only(client):
    sign_up(client)
    token = path_in(mails()[0]).split("/")[-2]
    pending = PendingSignup.objects.get()
    assert len(token) >= 43
    assert token not in repr(vars(pending))


@pytest.mark.parametrize(
    "address", ["", "nobody", "a b@example.org", "a@", "a@@example.org", "x" * 300 + "@example.org"]
)
def test_an_address_that_cannot_be_right_is_explained_and_stored_nowhere(client, address):
    answer = sign_up(client, address)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not TransactionalMail.objects.exists()


def test_letters_our_mail_server_cannot_write_to_are_explained_and_foreign_domains_are_fine(client):
    assert "cannot write to letters like these" in sign_up(client, "j\u00f6rg@example.org").content.decode()
    assert sign_up(client, "joerg@b\u00fccher.example").headers["Location"] == CHECK
    assert PendingSignup.objects.get().address == "joerg@b\u00fccher.example"


# --- Pages that are too old, or not ours --------------------------------------------------------


@pytest.mark.parametrize("token", ["", "nonsense", day_token(NOW - dt.timedelta(days=2)), second_token(NOW)])
def test_a_missing_stale_or_too_quick_token_leads_to_one_more_button(client, clock, token):
    answer = sign_up(client, token=token)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "One more click" in page
    assert not mails()
    clock.shift(3)
    fresh = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert sign_up(client, token=fresh).headers["Location"] == CHECK
    assert len(mails()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "", "Referer": "https://elsewhere.example/page"},
        {"Origin": "", "Referer": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_of_another_site_sends_nothing_by_itself(client, headers):
    answer = sign_up(client, headers=headers)
    assert "One more click" in answer.content.decode()
    assert not mails()


@pytest.mark.parametrize(
    "headers", [{"Origin": "", "Referer": "http://testserver/models/?q=1"}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_a_browser_that_hides_the_origin_is_welcome(client, headers):
    assert sign_up(client, headers=headers).headers["Location"] == CHECK


def test_a_page_of_yesterday_still_works_just_before_midnight(client):
    token = day_token(NOW - dt.timedelta(days=1))
    assert is_fresh(token, NOW)
    assert sign_up(client, token=token).headers["Location"] == CHECK


def test_the_field_nobody_sees_catches_a_robot_and_changes_daily(client):
    answer = sign_up(client, **{trap_name(NOW): "http://spam.example"})
    assert "One more click" in answer.content.decode()
    assert not mails()
    names = {trap_name(NOW + dt.timedelta(days=day)) for day in range(30)}
    assert len(names) > 25
    assert trap_names(NOW)[1] == trap_name(NOW - dt.timedelta(days=1))


# --- How many mails ---------------------------------------------------------------------------------


def test_a_mailbox_gets_one_mail_in_ten_minutes_three_a_day_and_five_in_thirty_days(client, clock):
    sent = []
    for minutes in range(0, 60 * 24 * 40, 7 * 60 + 5):
        clock.move_to(NOW + dt.timedelta(minutes=minutes))
        before = len(mails())
        assert sign_up(client).headers["Location"] == CHECK
        sent += [minutes] * (len(mails()) - before)
    for window, most in ((10, 1), (60 * 24, 3), (60 * 24 * 30, 5)):
        assert max(sum(start <= time < start + window for time in sent) for start in sent) == most


def test_a_second_click_within_ten_minutes_sends_no_second_mail(client, clock):
    sign_up(client)
    clock.shift(599)
    sign_up(client)
    assert len(mails()) == 1
    clock.shift(2)
    sign_up(client)
    assert len(mails()) == 2


def test_a_person_signs_up_again_on_the_day_of_the_erasure_whatever_strangers_asked_for(client, clock):
    for _ in range(3):
        sign_up(client)
        clock.shift(dt.timedelta(minutes=11))
    confirm(client, path_in(mails("confirm")[-1]))
    rights.erase(Subscriber.objects.get(), timezone.now())
    clock.shift(1)
    before = len(mails("confirm"))
    sign_up(client)
    assert len(mails("confirm")) == before + 1
    confirm(client, path_in(mails("confirm")[-1]))
    assert Subscriber.objects.get().state == "confirmed"


def flood(client, number: int, domain: str = "gmail.com"):
    limits.connections.forget()
    return sign_up(client, f"robot{number}@{domain}")


@override_settings(NEWSLETTER_SIGNUPS_PER_HOUR=4, NEWSLETTER_PROOF_OF_WORK_BITS=6)
def test_a_flood_asks_for_work_and_the_work_lets_through(client):
    for number in range(2):
        assert flood(client, number).headers["Location"] == CHECK
    page = flood(client, 3).content.decode()
    challenge = re.search(r'name="challenge" value="([^"]+)"', page)[1]
    assert "A moment, please" in page
    assert len(mails()) == 2
    wrong = sign_up(client, "robot3@gmail.com", challenge=challenge, answer="x")
    assert "A moment, please" in wrong.content.decode()
    stolen = sign_up(client, "other@gmail.com", challenge=challenge, answer=solve(challenge, 6))
    assert "A moment, please" in stolen.content.decode()
    right = sign_up(client, "robot3@gmail.com", challenge=challenge, answer=solve(challenge, 6))
    assert right.headers["Location"] == CHECK
    assert len(mails()) == 3


@override_settings(NEWSLETTER_SIGNUPS_PER_HOUR=2, NEWSLETTER_PROOF_OF_WORK_BITS=6)
def test_one_solution_is_worth_one_sign_up(client, clock):
    flood(client, 1)
    page = flood(client, 2).content.decode()
    challenge = re.search(r'name="challenge" value="([^"]+)"', page)[1]
    answer = solve(challenge, 6)
    assert sign_up(client, "robot2@gmail.com", challenge=challenge, answer=answer).headers["Location"] == CHECK
    clock.shift(dt.timedelta(minutes=11))
    again = sign_up(client, "robot2@gmail.com", challenge=challenge, answer=answer)
    assert "A moment, please" in again.content.decode()
    assert len(mails("confirm")) == 2


@override_settings(NEWSLETTER_SIGNUPS_PER_HOUR=60, NEWSLETTER_PROOF_OF_WORK_BITS=6)
def test_later_counts_against_the_connection(client):
    answers = []
    for number in range(7):
        challenge = work_challenge(f"robot{number}@gmail.com", NOW)
        answers.append(sign_up(client, f"robot{number}@gmail.com", challenge=challenge, later="yes").status_code)
    assert answers == [302] * 5 + [429] * 2
    assert len(mails("confirm")) == 5


@override_settings(NEWSLETTER_SIGNUPS_PER_HOUR=2, NEWSLETTER_PROOF_OF_WORK_BITS=6)
def test_without_script_the_mail_comes_later_in_a_flood(client):
    flood(client, 1)
    page = flood(client, 2).content.decode()
    challenge = re.search(r'name="challenge" value="([^"]+)"', page)[1]
    answer = sign_up(client, "robot2@gmail.com", challenge=challenge, later="yes")
    delivery = Delivery.objects.latest("pk")
    assert answer.headers["Location"] == "/newsletter/later/"
    assert dt.timedelta(hours=2) <= delivery.not_before - NOW <= dt.timedelta(hours=6)
    assert delivery.mail.expires_at > delivery.not_before
    assert PendingSignup.objects.latest("pk").expires_at == delivery.not_before + dt.timedelta(days=7)


@override_settings(NEWSLETTER_SIGNUPS_PER_HOUR=2, NEWSLETTER_PROOF_OF_WORK_BITS=4)
def test_a_flood_that_does_its_work_closes_sign_up_and_tells_the_operators_once(client, caplog):
    flood(client, 0)
    answers = []
    for number in range(1, 6):
        page = flood(client, number).content.decode()
        challenge = re.search(r'name="challenge" value="([^"]+)"', page)[1]
        answers.append(sign_up(client, f"robot{number}@gmail.com", challenge=challenge, answer=solve(challenge, 4)))
    assert [answer.status_code for answer in answers] == [302, 302, 503, 503, 503]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert "takes a break" in answers[-1].content.decode()
    assert len(mails("notice")) == 1
    assert "flood" in caplog.text
    assert "robot" not in caplog.text


@override_settings(NEWSLETTER_SIGNUPS_PER_DOMAIN=2)
def test_one_mail_domain_cannot_be_flooded_but_large_providers_can(client):
    assert flood(client, 1, "small.example").headers["Location"] == CHECK
    assert "A moment, please" in flood(client, 2, "small.example").content.decode()
    assert flood(client, 3, "gmail.com").headers["Location"] == CHECK


def test_one_connection_cannot_sign_up_many_addresses(client):
    answers = [sign_up(client, f"robot{number}@gmail.com", REMOTE_ADDR="203.0.113.77") for number in range(11)]
    assert [answer.status_code for answer in answers] == [302] * 10 + [200]
    assert sign_up(client, "person@gmail.com", REMOTE_ADDR="203.0.113.78").status_code == 302


def test_connections_are_forgotten_with_their_salt_at_midnight(client, rf):
    limiter = limits.ConnectionLimiter(most=1)
    request = rf.get("/", REMOTE_ADDR="2001:db8:5::1")
    assert limiter.allows(request, NOW)
    assert not limiter.allows(request, NOW)
    assert limiter.allows(request, NOW + dt.timedelta(days=1))


def test_an_allowance_never_lets_more_through_than_it_says_in_any_window():
    allowance = limits.Allowance("signup:test", 6, 3600)
    taken = [
        second for second in range(0, 4 * 3600, 60) if limits.take((allowance,), NOW + dt.timedelta(seconds=second))
    ]
    assert max(sum(start <= time < start + 3600 for time in taken) for start in taken) <= 6
    assert len(taken) >= 3 + 3 * 3


def test_a_clock_set_back_takes_nothing_away():
    allowance = limits.Allowance("signup:test", 4, 3600)
    assert limits.take((allowance,), NOW)
    assert limits.take((allowance,), NOW - dt.timedelta(days=3))
    assert not limits.take((allowance,), NOW - dt.timedelta(days=3))


def test_allowances_are_taken_together_or_not_at_all():
    empty, full = limits.Allowance("signup:empty", 2, 3600), limits.Allowance("signup:full", 2, 3600)
    assert limits.take((empty,), NOW)
    assert not limits.take((empty, full), NOW)
    assert limits.take((full,), NOW)


# --- Proof of work ---------------------------------------------------------------------------------


def test_zero_bits_are_counted_from_the_left():
    assert leading_zero_bits(bytes([0, 0b00010000, 255])) == 11
    assert leading_zero_bits(bytes(2)) == 16


@pytest.mark.parametrize("answer", ["", "-1", "1.5", "١٢", " 12", "9" * 17])
def test_only_plain_digits_are_an_answer(answer):
    assert not is_solved("challenge", answer, 0)


def test_an_answer_of_more_bits_also_solves_fewer():
    answer = solve("challenge", 8)
    assert all(is_solved("challenge", answer, bits) for bits in range(9))


# --- What is written down ---------------------------------------------------------------------------


def test_the_request_is_recorded_with_its_words_and_page_without_query(client):
    sign_up(client, page="/compare/a-vs-b/?w=coding:40")
    event = ConsentEvent.objects.get()
    assert (event.kind, event.page_path, event.wording_id, event.regime) == (
        "requested",
        "/compare/a-vs-b/",
        "box-2",
        "XX",
    )
    assert event.at == timezone.now()


def test_the_event_names_the_words_of_the_form_that_was_posted(client, clock, settings, monkeypatch):
    yesterday = box_wording()
    token = day_token(NOW)
    sign_up(client)  # somebody's request keeps yesterday's words
    settings.NEWSLETTER_POSTAL_ADDRESS = "2 New Street"
    monkeypatch.setattr(words, "BOX_WORDING", "box-1")
    clock.shift(dt.timedelta(minutes=11))
    sign_up(client, "late@example.org", token=token)
    event = ConsentEvent.objects.latest("id")
    assert (event.wording_id, event.wording_sha256) == ("box-2", yesterday.sha256)
    assert PendingSignup.objects.latest("pk").wording_sha256 == yesterday.sha256


def test_words_nobody_can_say_any_more_are_shown_anew(client, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(words, "_shown", lambda *_, **__: ShownWording("box-0", "en", "Words of long ago."))
        token = day_token(NOW)
    assert "One more click" in sign_up(client, token=token).content.decode()
    assert not ConsentEvent.objects.exists()


@override_settings(NEWSLETTER_SIGNUPS_PER_HOUR=2, NEWSLETTER_PROOF_OF_WORK_BITS=6)
def test_the_words_travel_through_the_proof_of_work(client, monkeypatch):
    shown = box_wording()
    flood(client, 1)
    page = flood(client, 2).content.decode()
    challenge = re.search(r'name="challenge" value="([^"]+)"', page)[1]
    monkeypatch.setattr(words, "BOX_WORDING", "box-1")
    sign_up(client, "robot2@gmail.com", challenge=challenge, answer=solve(challenge, 6))
    assert ConsentEvent.objects.latest("id").wording_sha256 == shown.sha256


@pytest.mark.parametrize(
    "told",
    [
        "https://elsewhere.example",
        "https://elsewhere.example/models/",
        "//elsewhere.example/models/",
        "/no/such/page/",
        "javascript:alert(1)",
        "http://[",
        "/a\x1fb",
        "",
    ],
)
def test_a_page_that_is_none_is_not_recorded(client, told):
    sign_up(client, page=told)
    assert ConsentEvent.objects.get().page_path == ""


def test_pages_with_secrets_in_their_path_are_shortened(client):
    sign_up(client, page=reverse("newsletter:confirm", args=["secret"]))
    assert ConsentEvent.objects.get().page_path == "/newsletter/"
