"""Leaving the list, and the keyed hash that outlives everything else."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.bounces import suppression
from newsletter.core.addresses import address_key, canonical, domain_of
from newsletter.core.preferences import group_key, normal_topics
from newsletter.core.replies import scrub
from newsletter.delivery import outbox
from newsletter.models import ConsentEvent, Delivery, Issue, Subscriber, Suppression
from newsletter.tests.people import NOW, enqueue_confirmation, make_issue, make_subscriber, prepared_issue, render

Reason = Suppression.Reason
LATER = NOW + dt.timedelta(days=1)


@pytest.mark.django_db
def test_leaving_sets_state_suppression_event_and_empties_the_outbox():
    reader = make_subscriber("reader@example.org", country="DE", regime="DE")
    issue = prepared_issue()
    assert suppression.leave(reader, Reason.UNSUBSCRIBED, "one-click", LATER, issue)
    reader.refresh_from_db()
    issue.refresh_from_db()
    assert (reader.state, reader.left_at) == (Subscriber.State.UNSUBSCRIBED, LATER)
    assert Suppression.objects.get().reason == Reason.UNSUBSCRIBED
    event = ConsentEvent.objects.get()
    assert (event.kind, event.via, event.regime, event.at) == ("unsubscribed", "one-click", "DE", LATER)
    assert issue.deliveries.get().state == Delivery.State.SKIPPED
    assert issue.unsubscribes == 1


@pytest.mark.django_db
def test_leaving_twice_is_leaving_once():
    reader = make_subscriber()
    issue = prepared_issue()
    assert suppression.leave(reader, Reason.UNSUBSCRIBED, "page", NOW, issue)
    assert not suppression.leave(reader, Reason.UNSUBSCRIBED, "one-click", LATER, issue)
    assert ConsentEvent.objects.count() == 1
    issue.refresh_from_db()
    assert issue.unsubscribes == 1


@pytest.mark.django_db
def test_a_complaint_after_leaving_weighs_more_and_is_never_weakened():
    reader = make_subscriber()
    suppression.leave(reader, Reason.UNSUBSCRIBED, "page", NOW)
    suppression.leave(reader, Reason.COMPLAINED, "webhook", LATER)
    assert Suppression.objects.get().reason == Reason.COMPLAINED
    suppression.suppress(reader.lookup_key, Reason.ERASED, LATER)
    assert Suppression.objects.get().reason == Reason.COMPLAINED


@pytest.mark.django_db
def test_suppression_outlives_erasure_and_blocks_an_import_of_the_same_address():
    reader = make_subscriber("Reader@Example.org")
    suppression.leave(reader, Reason.ERASED, "page", NOW)
    reader.delete()
    assert Suppression.objects.filter(hmac=suppression.key_of(" reader@EXAMPLE.ORG ")).exists()
    make_subscriber("reader@example.org")
    issue = make_issue()
    outbox.render_missing(issue, render, NOW)
    assert outbox.prepare(issue, NOW).excluded == {"suppressed": 1}


@pytest.mark.django_db
def test_a_delivery_of_an_erased_reader_stays_as_a_number_without_a_person():
    reader = make_subscriber()
    issue = prepared_issue()
    suppression.leave(reader, Reason.ERASED, "page", NOW)
    reader.delete()
    assert issue.deliveries.get().subscriber is None
    assert outbox.account(issue).complete


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "lifted"),
    [("unsubscribed", True), ("erased", True), ("bounced", True), ("complained", False), ("manual", False)],
)
def test_a_new_consent_lifts_all_but_complaints_and_manual_rows(reason, lifted):
    key = suppression.key_of("reader@example.org")
    suppression.suppress(key, reason, NOW)
    assert suppression.is_blocked(key) is (reason in ("bounced", "complained", "manual"))
    assert suppression.lift(key) is lifted
    assert Suppression.objects.exists() is not lifted


@pytest.mark.django_db
def test_a_wrong_address_in_a_sign_up_is_suppressed_without_a_subscriber():
    row = enqueue_confirmation("nobody@example.org")
    assert row.subscriber is None
    from newsletter.core.replies import Reply
    from newsletter.delivery.transport import End, Submission

    (row,) = outbox.claim("w", NOW)
    outbox.commit_intent("w", row, NOW)
    outbox.write("w", [outbox.judge(row, Submission(End.ANSWERED, Reply(550, "5.1.1 no such user")), NOW)])
    assert Suppression.objects.get().hmac == suppression.key_of("nobody@example.org")
    assert Issue.objects.count() == 0


@pytest.mark.django_db
def test_the_hash_does_not_change_with_the_secret_key_when_it_has_a_pepper(settings):
    settings.NEWSLETTER_PEPPER = "salt and pepper"
    before = suppression.key_of("reader@example.org")
    settings.SECRET_KEY = "another-key-" + "9" * 40
    assert suppression.key_of("reader@example.org") == before
    settings.NEWSLETTER_PEPPER = "other"
    assert suppression.key_of("reader@example.org") != before


def test_without_a_pepper_the_oldest_key_keeps_the_hashes(settings):
    before = suppression.key_of("reader@example.org")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" + "9" * 40
    assert suppression.key_of("reader@example.org") == before


LOCAL = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789.+-_", min_size=1, max_size=20)


@given(LOCAL, st.sampled_from(["example.org", "EXAMPLE.org", "Bücher.example", "example.org."]))
def test_spellings_of_one_mailbox_share_a_key_and_others_do_not(local, domain):
    address = f"{local}@{domain}"
    key = address_key(address, b"pepper")
    assert key == address_key(f"  {local.upper()}@{domain.upper()} ", b"pepper")
    assert canonical(canonical(address)) == canonical(address)
    assert key != address_key(f"x{address}", b"pepper")
    assert key != address_key(address, b"other pepper")
    assert canonical(address).endswith("@" + domain_of(address))


@pytest.mark.parametrize("text", ["", "reader", "@example.org", "reader@"])
def test_what_is_no_address_has_no_key(text):
    with pytest.raises(ValueError, match="no mail address"):
        address_key(text, b"pepper")


@given(st.lists(st.sampled_from(["prices", "lab:openai", "lab:meta", "category:coding"])), st.randoms())
def test_the_order_of_topics_makes_no_new_group(topics, random):
    shuffled = [*topics, *topics]
    random.shuffle(shuffled)
    assert group_key("en", topics) == group_key("en", shuffled) == group_key("en", normal_topics(topics))
    assert group_key("en", topics) != group_key("de", topics)


@pytest.mark.parametrize(
    "text",
    [
        "550 <reader@example.org>: rejected",
        "client [203.0.113.77] blocked",
        "client host 2001:db8:5::77 blocked using list",
        "::ffff:203.0.113.77 refused",
        "see 77-113-0-203 or 203.0.113.77.",
    ],
)
def test_replies_are_kept_without_mailboxes_and_ip_addresses(text):
    kept = scrub(text)
    for secret in ("reader@", "203.0.113.77", "2001:db8", "77-113-0-203"):
        assert secret not in kept


@pytest.mark.parametrize("text", ["2.0.0 Ok: queued as 4F1A2B3C", "5.7.515 access denied", "4.3.0 at 10:22:31"])
def test_the_rest_of_a_reply_is_kept(text):
    assert scrub(text) == text
