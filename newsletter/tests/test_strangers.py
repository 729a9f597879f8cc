"""A stranger's mailbox: every mail has its documented effect, none is lost, none stops the next."""

import datetime as dt
import mailbox
import os
import random

import pytest
from django.core.management import call_command
from django.db import OperationalError

from newsletter import tokens
from newsletter.bounces import feedback
from newsletter.bounces import mailbox as bounces
from newsletter.core.reports import Kind, classify
from newsletter.models import ConsentEvent, Delivery, IncomingReport, Subscriber, Suppression
from newsletter.tests.people import NOW, make_subscriber, make_subscribers, prepared_issue
from newsletter.tests.strangers import DEAD, FEEDBACK, FULL, STRANGERS, About, arf, dsn, failed, letter

State, Outcome = Delivery.State, Delivery.Outcome
SOMEBODY = About("0123456789abcdef" * 2, "someone.1.abc", "someone@example.org")


def by_name(name: str):
    return next(stranger for stranger in STRANGERS if stranger.name == name)


def sent_to(address: str = "someone@example.org", **issue) -> tuple[Delivery, About]:
    """A mail that went out to a reader, and what a stranger may know of it."""
    reader = Subscriber.objects.filter(address=address).first() or make_subscriber(address)
    row = prepared_issue(**issue).deliveries.select_related("subscriber", "issue", "mail").get(subscriber=reader)
    Delivery.objects.filter(pk=row.pk).update(state=State.SENT, sent_at=row.issue.send_at)
    row.refresh_from_db()
    token = tokens.mail_token(row.subscriber.public_id, row.issue_id)
    return row, About(row.message_id.partition("@")[0], token, address)


# --- The table --------------------------------------------------------------------------------------


def test_the_table_has_enough_of_every_kind():
    groups = [stranger.group for stranger in STRANGERS]
    wanted = {"dead": 18, "soft": 8, "feedback": 6, "absent": 6, "person": 8, "malformed": 14}
    assert {name: groups.count(name) >= least for name, least in wanted.items()} == dict.fromkeys(wanted, True)
    assert len(STRANGERS) >= 60


@pytest.mark.django_db
@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda stranger: f"{stranger.group}: {stranger.name}")
def test_each_mail_has_its_effect_and_a_second_reading_changes_nothing(stranger):
    _row, about = sent_to()
    raw = stranger.write(about)
    for _ in range(2):
        handled = bounces.handle(raw, NOW)
        assert (handled.kind, handled.set_aside) == (stranger.kind, stranger.set_aside)
        assert Subscriber.objects.get().state == stranger.state
    assert IncomingReport.objects.get().kind == stranger.kind.name.lower()
    events = list(ConsentEvent.objects.values_list("kind", flat=True))
    assert events == ([] if stranger.state == "confirmed" else [stranger.state])


@pytest.mark.django_db
def test_a_box_of_all_of_them_is_read_to_the_end_and_nothing_that_a_person_needs_is_gone(tmp_path, settings, capsys):
    box = mailbox.Maildir(str(tmp_path / "in"), create=True)
    make_subscribers(len(STRANGERS))
    rows = prepared_issue().deliveries.select_related("subscriber")
    for row, stranger in zip(rows, STRANGERS, strict=True):
        token = tokens.mail_token(row.subscriber.public_id, row.issue_id)
        about = About(row.message_id.partition("@")[0], token, row.subscriber.address)
        box.add(stranger.write(about) or b"\n")
    rows.update(state=State.SENT, sent_at=NOW)
    settings.NEWSLETTER_INCOMING_URL = f"maildir://{tmp_path}/in"
    call_command("read_bounces")
    found = dict(word.split("=") for word in capsys.readouterr().out.split())
    aside = sum(stranger.set_aside for stranger in STRANGERS)
    assert int(found.pop("set_aside")) == aside
    assert sum(map(int, found.values())) == len(STRANGERS)
    assert len(mailbox.Maildir(str(tmp_path / "in"), create=False)) == 0
    assert len(box.get_folder("For-a-person")) == aside
    call_command("read_bounces")
    assert capsys.readouterr().out == "nothing new\n"


# --- Any bytes -----------------------------------------------------------------------------------------


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """`raw` with a few bytes, lines or stretches changed, doubled, cut or moved."""
    data = bytearray(raw or b"x")
    for _ in range(chance.randint(1, 6)):
        at, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        match chance.randrange(7):
            case 0:
                data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 8)))
            case 1:
                del data[at : min(end, at + 60)]
            case 2:
                data[at:at] = data[at : min(end, at + 200)]
            case 3:
                data = data[:at] or bytearray(b"x")
            case 4:
                rows = bytes(data).split(b"\r\n")
                chance.shuffle(rows)
                data = bytearray(b"\r\n".join(rows))
            case 5:
                data = data.replace(b"\r\n", chance.choice([b"\n", b"\r", b"\r\n\r\n", b" \r\n", b""]), 3)
            case 6:
                word = chance.choice([b"=?x?q?", b"boundary*0*=", b"\0", b"--=_b/1", b"Status:", b":", b'"', b"\xff"])
                data[at:at] = word
    return bytes(data)


def mutations(number: int, seed: int):
    chance = random.Random(seed)
    for _ in range(number):
        yield mutated(chance.choice(STRANGERS).write(SOMEBODY)[:20_000], chance)


def test_no_mutation_of_any_of_them_raises():
    for raw in mutations(1_000, seed=14):
        assert classify(raw, "bounce", "unsubscribe").kind in Kind


@pytest.mark.slow
def test_twenty_thousand_mutations_raise_nothing():
    for raw in mutations(int(os.environ.get("MUTATIONS", 20_000)), seed=20_000):
        assert classify(raw, "bounce", "unsubscribe").kind in Kind


@pytest.mark.parametrize(
    "raw",
    [
        b"From: <" * 60_000,
        b"Subject: " + b"=?a?q?" * 60_000 + b"\n\nx",
        b"X: y\n" + b" z\n" * 200_000,
        b"Content-Type: text/html\nTo: unsubscribe+a@x\n\n" + b"<style" * 80_000,
        b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n" * 150_000,
        b"Content-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822;" + b"a" * 500_000,
        b"From: mailer-daemon\nTo: bounce+x@y\n\n" + b"user " * 100_000 + b"\n",
    ],
    ids=["header", "words", "folded", "tags", "parts", "address", "reason"],
)
def test_no_mail_costs_more_than_a_few_steps_through_it(raw):
    # Each of these takes minutes where a pattern looks at the rest of the mail from every place in it.
    assert classify(raw, "bounce", "unsubscribe").kind in Kind


# --- One bad mail and the next ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_mail_whose_handling_fails_is_set_aside_and_counted_and_the_next_is_read(tmp_path, settings, monkeypatch):
    _row, about = sent_to()
    real = feedback.note_outcome
    asked = []

    def broken(*args, **values):
        asked.append(1)
        if len(asked) == 1:
            raise ValueError("cannot be")
        return real(*args, **values)

    monkeypatch.setattr(feedback, "note_outcome", broken)
    box = mailbox.Maildir(str(tmp_path / "in"), create=True)
    for name in ("postfix, user unknown", "account closed"):
        box.add(by_name(name).write(about))
    found = bounces.read_mailbox(f"maildir://{tmp_path}/in", NOW)
    assert found == {"bounced": 1, "unreadable": 1, "set_aside": 1}
    assert Subscriber.objects.get().state == Subscriber.State.BOUNCED
    assert IncomingReport.objects.filter(kind="unreadable", set_aside=True).count() == 1


@pytest.mark.django_db
def test_a_database_that_is_away_leaves_every_mail_where_it_is(tmp_path, monkeypatch):
    def away(*args, **values):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(IncomingReport.objects, "filter", away)
    box = mailbox.Maildir(str(tmp_path / "in"), create=True)
    box.add(letter(SOMEBODY, "hello"))
    with pytest.raises(OperationalError):
        bounces.read_mailbox(f"maildir://{tmp_path}/in", NOW)
    assert len(box) == 1


# --- Soft failures -----------------------------------------------------------------------------------------


def week(number: int) -> dt.datetime:
    return NOW + dt.timedelta(weeks=number)


def soft_weeks(*weeks: int) -> None:
    for number in weeks:
        _, about = sent_to(send_at=week(number))
        bounces.handle(dsn(about, failed(about, "5.2.2", f"552 full {number}")), week(number))


@pytest.mark.django_db
def test_a_full_mailbox_ends_the_subscription_only_after_five_in_a_row_over_three_weeks():
    soft_weeks(0, 1, 2, 3)
    assert Subscriber.objects.get().state == Subscriber.State.CONFIRMED
    soft_weeks(4)
    assert Subscriber.objects.get().state == Subscriber.State.BOUNCED
    assert Suppression.objects.get().reason == Suppression.Reason.BOUNCED


@pytest.mark.django_db
def test_one_mail_that_arrived_starts_the_count_anew():
    soft_weeks(0, 1, 2)
    sent_to(send_at=week(3))
    soft_weeks(4, 5, 6, 7)
    assert Subscriber.objects.get().state == Subscriber.State.CONFIRMED
    soft_weeks(8)
    assert Subscriber.objects.get().state == Subscriber.State.BOUNCED


@pytest.mark.django_db
def test_many_soft_failures_within_days_end_nothing(settings):
    settings.NEWSLETTER_SOFT_BOUNCES = 2
    for day in range(4):
        _, about = sent_to(send_at=NOW + dt.timedelta(days=day))
        bounces.handle(dsn(about, failed(about, "5.2.2", f"552 full {day}")), NOW)
    assert Subscriber.objects.get().state == Subscriber.State.CONFIRMED
    settings.NEWSLETTER_SOFT_BOUNCE_DAYS = 3
    _, about = sent_to(send_at=NOW + dt.timedelta(days=4))
    bounces.handle(dsn(about, failed(about, "5.2.2", "552 full")), NOW)
    assert Subscriber.objects.get().state == Subscriber.State.BOUNCED


@pytest.mark.django_db
def test_a_later_report_of_delivery_takes_a_soft_failure_back():
    row, about = sent_to()
    bounces.handle(FULL[0][1](about), NOW)
    bounces.handle(by_name("delivered, told unasked").write(about), NOW)
    row.refresh_from_db()
    assert row.outcome == Outcome.DELIVERED


# --- Complaints taken back ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_not_spam_undoes_the_complaint_and_the_reader_reads_on():
    row, about = sent_to()
    bounces.handle(arf(about, "abuse"), NOW)
    assert Subscriber.objects.get().state == Subscriber.State.COMPLAINED
    bounces.handle(arf(about, "not-spam"), NOW)
    reader = Subscriber.objects.get()
    row.refresh_from_db()
    assert (reader.state, reader.left_at, row.outcome) == ("confirmed", None, Outcome.DELIVERED)
    assert not Suppression.objects.exists()
    assert list(ConsentEvent.objects.values_list("kind", flat=True)) == ["complained", "not_spam"]


@pytest.mark.django_db
def test_not_spam_brings_nobody_back_who_had_left_before():
    _row, about = sent_to()
    bounces.handle(by_name("empty").write(about), NOW)
    bounces.handle(arf(about, "abuse"), NOW)
    assert Suppression.objects.get().reason == Suppression.Reason.COMPLAINED
    bounces.handle(arf(about, "not-spam"), NOW)
    assert Subscriber.objects.get().state == Subscriber.State.UNSUBSCRIBED
    assert Suppression.objects.get().reason == Suppression.Reason.UNSUBSCRIBED


@pytest.mark.django_db
def test_the_same_complaint_read_again_after_it_was_taken_back_stays_taken_back():
    # The reader may die between acting on a mail and removing it.
    _, about = sent_to()
    for kind in ("abuse", "not-spam", "abuse"):
        bounces.handle(arf(about, kind), NOW)
    assert Subscriber.objects.get().state == Subscriber.State.CONFIRMED


def test_the_documentation_lists_what_each_kind_does():
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "newsletter.md").read_text()
    for kind in Kind:
        assert f"`{kind.name.lower()}`" in page


def test_the_lists_name_each_mail_once():
    names = [(stranger.group, stranger.name) for stranger in STRANGERS]
    assert len(names) == len(set(names))
    assert len(DEAD) >= 18
    assert len(FEEDBACK) >= 6
