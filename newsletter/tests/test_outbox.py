"""Preparing, claiming, intending, recording: each step of the outbox by itself."""

import datetime as dt
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from newsletter.bounces import suppression
from newsletter.core.backoff import MOST_ATTEMPTS, RETRY_STEPS, provider_pause, retry_at
from newsletter.core.replies import Reply
from newsletter.core.token_bucket import Rate, parse_rates
from newsletter.delivery import buckets, outbox
from newsletter.delivery.outbox import guards
from newsletter.delivery.transport import End, Submission
from newsletter.models import (
    ConsentEvent,
    Delivery,
    Installation,
    Issue,
    Subscriber,
    Suppression,
    TransactionalMail,
)
from newsletter.tests.people import (
    NOW,
    enqueue_confirmation,
    make_issue,
    make_subscriber,
    make_subscribers,
    prepared_issue,
    render,
)

pytestmark = pytest.mark.django_db
State = Delivery.State
OK = Submission(End.ANSWERED, Reply(250, "2.0.0 queued as 4711"))


def answer(code: int, text: str = "") -> Submission:
    return Submission(End.ANSWERED, Reply(code, text))


def deliver(worker: str, row: Delivery, submission: Submission, now=NOW) -> None:
    """Intent and result of one row, as a sender does them."""
    assert outbox.commit_intent(worker, row, now)
    outbox.write(worker, [outbox.judge(row, submission, now)])
    row.refresh_from_db()


# --- Prepare ------------------------------------------------------------------------


def test_prepare_writes_one_row_for_everybody_who_is_due():
    readers = make_subscribers(3)
    issue = prepared_issue()
    assert set(issue.deliveries.values_list("subscriber_id", flat=True)) == {reader.pk for reader in readers}
    assert issue.state == Issue.State.SENDING
    assert (issue.candidates, issue.prepared, issue.excluded) == (3, 3, {})


def test_prepare_counts_everybody_it_leaves_out_under_a_reason():
    make_subscriber("due@example.org")
    make_subscriber("monthly@example.org", frequency="monthly")
    make_subscriber("break@example.org", paused_until=NOW + dt.timedelta(days=1))
    make_subscriber("back@example.org", paused_until=NOW - dt.timedelta(days=1))
    left = make_subscriber("left@example.org")
    suppression.leave(left, Suppression.Reason.UNSUBSCRIBED, "page", NOW)
    make_subscriber("spam@example.org")
    suppression.suppress(suppression.key_of("SPAM@example.org"), Suppression.Reason.COMPLAINED, NOW)
    make_subscriber("narrow@example.org", topics=["prices"])
    issue = make_issue()
    outbox.render_missing(issue, lambda issue, group: None if group.topics else render(issue, group), NOW)
    result = outbox.prepare(issue, NOW)
    assert result.excluded == {
        "not_confirmed": 1,
        "suppressed": 1,
        "other_frequency": 1,
        "paused": 1,
        "nothing_of_theirs": 1,
    }
    assert result.prepared == 2
    assert result.candidates == 7


def test_prepare_runs_once():
    make_subscribers(2)
    issue = prepared_issue()
    with pytest.raises(outbox.OutboxError, match="not scheduled"):
        outbox.prepare(issue, NOW)
    assert issue.deliveries.count() == 2


def test_a_group_without_a_text_stops_the_preparation_and_leaves_nothing_behind():
    make_subscriber()
    issue = make_issue()
    outbox.render_missing(issue, render, NOW)
    make_subscriber(topics=["lab:openai"])
    with pytest.raises(outbox.MissingRendering):
        outbox.prepare(issue, NOW)
    issue.refresh_from_db()
    assert issue.state == Issue.State.SCHEDULED
    assert issue.deliveries.count() == 0
    assert outbox.render_missing(issue, render, NOW) == 1
    assert outbox.prepare(issue, NOW).prepared == 2


def test_each_choice_of_topics_is_rendered_once():
    for _ in range(3):
        make_subscriber(topics=["prices", "lab:openai"])
        make_subscriber(topics=["lab:openai", "prices", "prices"])
        make_subscriber()
    groups = outbox.groups_due(make_issue(), NOW)
    assert sorted(group.topics for group in groups) == [(), ("lab:openai", "prices")]


def test_every_message_id_is_its_own_and_names_our_domain(settings):
    settings.NEWSLETTER_MAIL_DOMAIN = "news.example"
    make_subscribers(50)
    ids = list(prepared_issue().deliveries.values_list("message_id", flat=True))
    assert len(set(ids)) == 50
    assert all(len(value.partition("@")[0]) == 32 and value.endswith("@news.example") for value in ids)


def test_a_late_issue_is_held_instead_of_sent():
    make_subscriber()
    issue = make_issue(max_lateness=dt.timedelta(hours=2))
    assert guards.start_due(render, NOW + dt.timedelta(hours=3)) == []
    issue.refresh_from_db()
    assert issue.state == Issue.State.HELD
    assert "too late" in issue.stopped_because
    assert outbox.resume(issue, NOW + dt.timedelta(hours=3))
    assert len(guards.start_due(render, NOW + dt.timedelta(hours=3))) == 1


def test_an_issue_that_cannot_be_rendered_is_paused_before_anything_is_sent():
    make_subscriber()
    make_subscriber(topics=["prices"])
    issue = make_issue()

    def broken(issue, group):
        if group.topics:
            raise KeyError("price")
        return render(issue, group)

    guards.start_due(broken, NOW)
    issue.refresh_from_db()
    assert issue.state == Issue.State.PAUSED
    assert "KeyError" in issue.stopped_because
    assert issue.deliveries.count() == 0


def test_an_issue_that_stood_still_for_longer_than_it_may_be_late_is_held_whatever_kept_it():
    make_subscribers(2)
    issue = prepared_issue()
    assert guards.hold_late(NOW + dt.timedelta(hours=11)) == []
    assert guards.hold_late(NOW + dt.timedelta(hours=13)) == [issue]
    issue.refresh_from_db()
    assert issue.state == Issue.State.HELD
    outbox.resume(issue, NOW + dt.timedelta(hours=20))
    assert guards.hold_late(NOW + dt.timedelta(hours=31)) == []
    assert guards.hold_late(NOW + dt.timedelta(hours=33)) == [issue]


def test_an_issue_that_goes_on_slowly_or_only_tries_again_is_not_late():
    make_subscribers(3)
    issue = prepared_issue()
    first, second, third = issue.deliveries.all()
    sent_at = NOW + dt.timedelta(hours=20)
    Delivery.objects.filter(pk=first.pk).update(state=State.SENT, sent_at=sent_at)
    assert guards.hold_late(NOW + dt.timedelta(hours=25)) == []
    Delivery.objects.filter(pk__in=[second.pk, third.pk]).update(attempts=4)
    assert guards.hold_late(NOW + dt.timedelta(hours=40)) == []
    Delivery.objects.filter(pk=third.pk).update(attempts=0)
    assert guards.hold_late(NOW + dt.timedelta(hours=40)) == [issue]


def test_resuming_keeps_a_time_that_is_still_to_come():
    early, late = make_issue(send_at=NOW + dt.timedelta(days=1)), make_issue(send_at=NOW - dt.timedelta(days=1))
    for issue in (early, late):
        outbox.pause(issue, "a wrong number")
        outbox.resume(issue, NOW)
        issue.refresh_from_db()
    assert (early.state, early.send_at) == (Issue.State.SCHEDULED, NOW + dt.timedelta(days=1))
    assert (late.state, late.send_at) == (Issue.State.SCHEDULED, NOW)


def test_a_copied_database_sends_nothing(settings):
    make_subscriber()
    issue = prepared_issue()
    settings.INSTANCE_ID = "production"
    guards.check_installation(NOW)
    guards.check_installation(NOW)
    settings.INSTANCE_ID = "staging"
    with pytest.raises(guards.WrongInstallation, match="belongs to installation “production”"):
        guards.check_installation(NOW)
    issue.refresh_from_db()
    assert issue.state == Issue.State.HELD
    assert outbox.claim("w", NOW) == []
    guards.check_installation(NOW, adopt=True)
    assert Installation.objects.get().instance_id == "staging"


# --- Claim --------------------------------------------------------------------------


def test_a_claim_takes_at_most_twenty_rows_with_owner_and_lease():
    make_subscribers(25)
    prepared_issue()
    first, second = outbox.claim("one", NOW), outbox.claim("two", NOW)
    assert (len(first), len(second)) == (20, 5)
    assert not {row.pk for row in first} & {row.pk for row in second}
    row = Delivery.objects.get(pk=first[0].pk)
    assert (row.state, row.owner) == (State.CLAIMED, "one")
    assert row.lease_until > NOW


def test_a_confirmation_mail_overtakes_a_whole_issue():
    make_subscribers(30)
    prepared_issue()
    mail = enqueue_confirmation(now=NOW + dt.timedelta(minutes=1))
    assert outbox.claim("w", NOW + dt.timedelta(minutes=1))[0].pk == mail.pk


@pytest.mark.parametrize("state", [Issue.State.PAUSED, Issue.State.HELD])
def test_a_stopped_issue_gives_no_rows(state):
    make_subscriber()
    issue = prepared_issue()
    Issue.objects.filter(pk=issue.pk).update(state=state)
    assert outbox.claim("w", NOW) == []


def test_those_who_left_between_preparation_and_claim_are_skipped_with_the_reason():
    leaver, complainer, gone, moved, resting = make_subscribers(5)
    issue = prepared_issue()
    suppression.leave(leaver, Suppression.Reason.UNSUBSCRIBED, "one-click", NOW)
    suppression.suppress(complainer.lookup_key, Suppression.Reason.COMPLAINED, NOW)
    gone.delete()
    Subscriber.objects.filter(pk=moved.pk).update(lookup_key="f" * 64)
    Subscriber.objects.filter(pk=resting.pk).update(paused_until=NOW + dt.timedelta(days=9))
    assert outbox.claim("w", NOW) == []
    reasons = sorted(issue.deliveries.values_list("state", "reason"))
    assert reasons == [
        ("skipped", reason) for reason in ["address_changed", "erased", "paused", "suppressed", "unsubscribed"]
    ]
    assert outbox.account(issue).complete


def test_a_confirmation_reaches_somebody_who_once_unsubscribed_but_not_a_complainer():
    suppression.suppress(suppression.key_of("back@example.org"), Suppression.Reason.UNSUBSCRIBED, NOW)
    suppression.suppress(suppression.key_of("angry@example.org"), Suppression.Reason.COMPLAINED, NOW)
    back, angry = enqueue_confirmation("back@example.org"), enqueue_confirmation("angry@example.org")
    assert [row.pk for row in outbox.claim("w", NOW)] == [back.pk]
    angry.refresh_from_db()
    assert (angry.state, angry.mail.address, angry.mail.text) == (State.SKIPPED, "", "")


def test_a_slow_domain_waits_without_standing_in_the_way(settings):
    settings.NEWSLETTER_RATES = "domain:slow.example=10/hour"
    make_subscribers(5, "slow.example")
    make_subscribers(5, "fast.example")
    issue = prepared_issue()
    taken = outbox.claim("w", NOW)
    assert sorted(row.subscriber.domain for row in taken) == ["fast.example"] * 5 + ["slow.example"]
    waiting = issue.deliveries.filter(state=State.PENDING)
    assert set(waiting.values_list("not_before", flat=True)) == {NOW}
    assert waiting.count() == 4
    assert outbox.claim("w", NOW) == []
    assert 300 < outbox.seconds_until_more(NOW) < 420
    assert len(outbox.claim("w", NOW + dt.timedelta(minutes=7))) == 1


def test_a_paused_relay_gives_no_rows_and_each_refusal_doubles_the_pause():
    make_subscriber()
    prepared_issue()
    first = buckets.pause(buckets.PROVIDER, NOW)
    assert outbox.claim("w", NOW) == []
    second = buckets.pause(buckets.PROVIDER, first)
    assert second - first == 2 * (first - NOW)
    buckets.works([])
    assert len(outbox.claim("w", NOW)) == 1


def shares(rows) -> dict[str, int]:
    return dict(Counter(row.subscriber.domain for row in rows))


def test_a_paused_domain_leaves_the_others_alone():
    make_subscribers(25, "shut.example")
    make_subscribers(3, "open.example")
    prepared_issue()
    buckets.pause(buckets.domain_key("shut.example"), NOW)
    assert shares(outbox.claim("w", NOW)) == {"open.example": 3}
    assert outbox.claim("w", NOW) == []
    assert outbox.seconds_until_more(NOW) is None
    outbox.release("w")
    assert len(outbox.claim("w", NOW + dt.timedelta(hours=1))) == 20


def test_a_batch_is_filled_past_readers_who_left_and_past_a_domain_that_is_used_up(settings):
    settings.NEWSLETTER_RATES = "domain:slow.example=20/hour"
    gone = make_subscribers(30, "gone.example")
    make_subscribers(30, "slow.example")
    make_subscribers(30, "fast.example")
    issue = prepared_issue()
    Subscriber.objects.filter(pk__in=[reader.pk for reader in gone]).update(state="unsubscribed", left_at=NOW)
    assert shares(outbox.claim("w", NOW)) == {"slow.example": 2, "fast.example": 18}
    assert issue.deliveries.filter(state=State.SKIPPED).count() == 30


def test_a_rate_for_all_is_kept_and_told(settings):
    settings.NEWSLETTER_RATES = "global=60/minute,domain:example.org=6000/minute"
    make_subscribers(30)
    prepared_issue()
    assert len(outbox.claim("w", NOW)) == 6
    assert outbox.claim("w", NOW) == []
    assert 0.9 < outbox.seconds_until_more(NOW) < 1.2
    assert len(outbox.claim("w", NOW + dt.timedelta(seconds=2.3))) == 2


# --- Intent and result ----------------------------------------------------------------


def test_the_intent_is_granted_once_and_only_to_the_owner():
    make_subscriber()
    prepared_issue()
    (row,) = outbox.claim("owner", NOW)
    assert not outbox.commit_intent("stranger", row, NOW)
    assert outbox.commit_intent("owner", row, NOW)
    assert not outbox.commit_intent("owner", row, NOW)


def test_the_intent_is_refused_to_whoever_left_a_second_ago():
    reader = make_subscriber()
    prepared_issue()
    (row,) = outbox.claim("w", NOW)
    suppression.suppress(reader.lookup_key, Suppression.Reason.MANUAL, NOW)
    assert not outbox.commit_intent("w", row, NOW)


def test_the_intent_is_refused_when_the_issue_was_paused():
    make_subscriber()
    issue = prepared_issue()
    (row,) = outbox.claim("w", NOW)
    outbox.pause(issue, "a wrong number")
    assert not outbox.commit_intent("w", row, NOW)


def test_the_result_of_one_message_is_written_with_the_intent_of_the_next(django_assert_num_queries):
    make_subscribers(2)
    prepared_issue()
    first, second = outbox.claim("w", NOW)
    outbox.commit_intent("w", first, NOW)
    result = outbox.judge(first, OK, NOW)
    with django_assert_num_queries(4):  # savepoint, result, intent, release: one transaction
        assert outbox.commit_intent("w", second, NOW, [result])
    first.refresh_from_db()
    assert (first.state, first.reply_code, first.sent_at) == (State.SENT, 250, NOW)


def test_a_temporary_refusal_waits_longer_each_time_and_ends_after_six_attempts():
    make_subscriber()
    issue = prepared_issue()
    now, waits = NOW, []
    while True:
        (row,) = outbox.claim("w", now)
        deliver("w", row, answer(451, "4.3.0 try later"), now)
        if row.state == State.FAILED:
            break
        assert row.state == State.PENDING
        waits.append(row.not_before - now)
        now = row.not_before
    for wait, step in zip(waits, RETRY_STEPS, strict=True):
        assert step <= wait <= 1.2 * step
    assert row.reason == "gave up after 6 attempts"
    assert row.outcome == Delivery.Outcome.SOFT
    assert outbox.account(issue).complete


def test_a_mailbox_that_does_not_exist_is_never_written_to_again():
    reader = make_subscriber("gone@example.org")
    prepared_issue()
    (row,) = outbox.claim("w", NOW)
    deliver("w", row, answer(550, "5.1.1 <gone@example.org>: no such user, client 203.0.113.77"))
    reader.refresh_from_db()
    assert (row.state, reader.state) == (State.FAILED, Subscriber.State.BOUNCED)
    assert Suppression.objects.get(hmac=reader.lookup_key).reason == Suppression.Reason.BOUNCED
    event = ConsentEvent.objects.get(kind=ConsentEvent.Kind.BOUNCED)
    for text in (row.reply, event.reply):
        assert "gone" not in text
        assert "203.0.113.77" not in text


@pytest.mark.parametrize("text", ["5.7.1 blocked for policy", "5.1.8 bad sender", "go away"])
def test_a_refusal_that_is_not_about_the_mailbox_suppresses_nobody(text):
    reader = make_subscriber()
    prepared_issue()
    (row,) = outbox.claim("w", NOW)
    deliver("w", row, answer(554, text))
    reader.refresh_from_db()
    assert (row.state, reader.state) == (State.FAILED, Subscriber.State.CONFIRMED)
    assert not Suppression.objects.exists()


def test_a_lost_answer_is_uncertain_and_held():
    make_subscriber()
    issue = prepared_issue()
    (row,) = outbox.claim("w", NOW)
    deliver("w", row, Submission(End.LOST))
    assert row.state == State.UNCERTAIN
    assert outbox.claim("w", NOW + dt.timedelta(days=3)) == []
    assert outbox.finish(issue, NOW)
    assert "1 mails have no answer" in issue.stopped_because


def test_a_lost_answer_is_sent_again_where_the_operator_says_so(settings):
    settings.NEWSLETTER_UNCERTAIN = "resend"
    make_subscriber()
    prepared_issue()
    (row,) = outbox.claim("w", NOW)
    deliver("w", row, Submission(End.LOST))
    assert row.state == State.PENDING


def test_a_confirmation_mail_leaves_its_proof_and_no_secret():
    row = enqueue_confirmation("new@example.org")
    (row,) = outbox.claim("w", NOW)
    deliver("w", row, OK)
    event = ConsentEvent.objects.get(kind=ConsentEvent.Kind.CONFIRMATION_ACCEPTED)
    assert (event.message_id, event.reply) == (row.message_id, "2.0.0 queued as 4711")
    assert event.wording_id == "signup.2026-01"
    mail = TransactionalMail.objects.get(pk=row.mail_id)
    assert (mail.address, mail.subject, mail.text) == ("", "", "")


def test_an_expired_mail_is_emptied_and_not_sent():
    row = enqueue_confirmation("late@example.org")
    assert outbox.wipe_expired(NOW) == 0
    later = NOW + dt.timedelta(days=8)
    assert outbox.wipe_expired(later) == 1
    row.refresh_from_db()
    assert (row.state, row.mail.address) == (State.SKIPPED, "")
    assert outbox.claim("w", later) == []


# --- Guards ---------------------------------------------------------------------------


def test_the_eleventh_failure_among_two_hundred_pauses_the_issue():
    make_subscriber()
    issue = prepared_issue()
    breaker = guards.FailureBreaker()
    outcomes = [number % 20 == 0 for number in range(200)]
    assert not any(breaker.note(issue, failed) for failed in outcomes)
    assert breaker.note(issue, True) is False  # the oldest failure has left the window
    assert breaker.note(issue, True) is True
    issue.refresh_from_db()
    assert issue.state == Issue.State.PAUSED


@pytest.mark.parametrize(("complaints", "paused"), [(1, False), (3, False), (4, True)])
def test_complaints_above_three_in_a_thousand_pause_the_issue(complaints, paused):
    make_subscribers(1000)
    issue = prepared_issue()
    issue.deliveries.update(state=State.SENT, sent_at=NOW)
    chosen = list(issue.deliveries.values_list("pk", flat=True)[:complaints])
    issue.deliveries.filter(pk__in=chosen).update(outcome=Delivery.Outcome.COMPLAINED)
    assert guards.check_complaints(issue) is paused


def test_only_one_process_has_a_role_until_its_lease_is_over():
    assert guards.take_role("send", "one", NOW)
    assert not guards.take_role("send", "two", NOW)
    assert guards.take_role("send", "one", NOW)
    later = NOW + dt.timedelta(minutes=10)
    assert guards.take_role("send", "two", later)
    assert not guards.take_role("send", "one", later)
    guards.give_up_role("send", "two")
    assert guards.take_role("send", "one", later)


# --- Integrity ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"state": "claimed"}, {"owner": "w"}, {"state": "sent"}, {"issue_id": None}],
)
def test_the_database_refuses_impossible_rows(change):
    make_subscriber()
    issue = prepared_issue()
    with pytest.raises(IntegrityError), transaction.atomic():
        issue.deliveries.update(**change)


def test_consent_events_cannot_be_changed_even_by_sql():
    event = suppression.record_event("a" * 64, ConsentEvent.Kind.REQUESTED, NOW)
    event.kind = ConsentEvent.Kind.CONFIRMED
    with pytest.raises(Exception, match="never changed"):
        event.save()
    with pytest.raises(Exception, match="never changed"):
        ConsentEvent.objects.update(kind="confirmed")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE newsletter_consentevent SET kind = 'confirmed'")


def test_a_bad_topic_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="is no topic"):
        make_subscriber(topics=["colour:blue"])


def test_the_run_uses_the_database_it_was_asked_for():
    import os

    wanted = "postgresql" if os.environ["DATABASE_URL"].startswith("postgres") else "sqlite"
    assert connection.vendor == wanted


# --- Laws of the pure parts -------------------------------------------------------------


@given(st.integers(1, 10**6), st.integers(1, 9), st.integers(0, 48 * 60))
def test_a_retry_is_in_the_future_and_never_after_the_end(pk, attempts, minutes):
    now = NOW + dt.timedelta(minutes=minutes)
    end = NOW + dt.timedelta(hours=48)
    moment = retry_at(pk, attempts, now, end)
    assert moment == retry_at(pk, attempts, now, end)
    assert moment is None or now + RETRY_STEPS[0] <= moment <= end
    assert (retry_at(pk, attempts, now) is None) == (attempts >= MOST_ATTEMPTS)


@given(st.integers(1, 500))
def test_a_pause_grows_to_an_hour_and_no_further(failures):
    assert dt.timedelta(minutes=1) <= provider_pause(failures) <= provider_pause(failures + 1)
    assert provider_pause(failures) <= dt.timedelta(hours=1)


@given(
    st.integers(2, 2000),
    st.sampled_from([1, 60, 3600]),
    st.lists(st.floats(0, 4000), min_size=1, max_size=80),
)
def test_a_rate_holds_in_every_window(count, seconds, gaps):
    rate = Rate(count, seconds)
    clock, tokens, taken = 0.0, rate.capacity, []
    for gap in gaps:
        clock += gap
        tokens = rate.refilled(tokens, gap)
        while tokens >= 1:
            tokens -= 1
            taken.append(clock)
    for start in set(taken):
        assert sum(start <= moment < start + seconds for moment in taken) <= count


def test_rates_are_read_and_bad_ones_named():
    assert parse_rates("global=5000/day, domain:gmail.com=20/minute") == {
        "global": Rate(5000, 86400),
        "domain:gmail.com": Rate(20, 60),
    }
    with pytest.raises(ValueError, match="gmail=1/day"):
        parse_rates("gmail=1/day")
