"""A person who writes to the contact: what was done is proved, and nobody sees an address."""

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.urls import reverse

from models_catalog.roles import NEWSLETTER_MANAGER, grant, make_roles
from newsletter.bounces import suppression
from newsletter.consent import persons
from newsletter.models import ConsentEvent, PendingSignup, Subscriber, Suppression, TransactionalMail
from newsletter.tests.people import NOW, make_signup, make_subscriber
from newsletter.tests.web import mails

pytestmark = pytest.mark.django_db
ADDRESS = "Quill.Feather@mailbox-of-mine.example"
TYPED = "quill.feather@mailbox-of-mine.example"


def told(capsys, *arguments: str) -> str:
    call_command("newsletter_person", *arguments)
    return capsys.readouterr().out


@pytest.fixture
def reader():
    make_signup(ADDRESS)
    return make_subscriber(ADDRESS)


def test_erasing_proves_what_was_there_and_what_is_left(capsys, reader):
    said = told(capsys, TYPED, "--erase")
    assert "one reader (confirmed), 1 requests" in said
    assert "After: no reader, 0 requests" in said
    assert f"Recorded as event {ConsentEvent.objects.get(kind='erased').pk}" in said
    assert not Subscriber.objects.exists()
    assert not PendingSignup.objects.exists()
    assert Suppression.objects.get().reason == "erased"
    (mail,) = mails("erased")
    assert mail.delivery.message_id in said
    assert "quill" not in said.lower()


def test_a_copy_goes_to_the_address_of_the_reader_and_not_to_the_screen(capsys, reader):
    said = told(capsys, TYPED, "--export")
    (mail,) = mails("export")
    assert mail.address == ADDRESS
    assert "Message-ID" in said
    assert "quill" not in said.lower()


def test_unsubscribing_ends_reader_and_requests_and_outlives_a_new_form(capsys, reader):
    told(capsys, TYPED, "--unsubscribe")
    assert Subscriber.objects.get().state == "unsubscribed"
    assert not PendingSignup.objects.exists()
    assert Suppression.objects.get().reason == "unsubscribed"
    assert ConsentEvent.objects.get().via == "letter"


@pytest.mark.parametrize("action", persons.ACTIONS)
def test_every_action_works_for_an_address_nobody_knows_and_twice(action):
    for _ in range(2):
        proof = persons.act(action, TYPED, NOW)
        assert proof.event is not None
        assert not any("quill" in line.lower() for line in proof.lines)
    assert Subscriber.objects.count() == 0


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_letting_in_again_lifts_whatever_kept_an_address_out(capsys, reader, reason):
    suppression.leave(reader, reason, "dsn", NOW)
    told(capsys, TYPED, "--allow")
    assert not Suppression.objects.exists()
    assert Subscriber.objects.get().state == "unsubscribed"


def test_the_story_of_an_address_names_every_event(capsys, reader):
    suppression.leave(reader, "complained", "dsn", NOW)
    said = told(capsys, TYPED)
    assert "Held: one reader (marked as spam)" in said
    assert "marked as spam; " in said
    assert "Nothing was ever asked for" in told(capsys, "nobody@example.org")


def test_what_is_no_address_is_explained():
    with pytest.raises(CommandError, match="does not look like an e-mail address"):
        call_command("newsletter_person", "nobody", "--erase")


# --- In the newsroom ----------------------------------------------------------------------------------


@pytest.fixture
def manager(client):
    # Roles come from migrations, and a test with transactions of its own empties them for those after it.
    make_roles(apps)
    grant(apps, NEWSLETTER_MANAGER, "newsletter", {"issue": ("view", "change"), "subscriber": ("view", "answer")})
    user = get_user_model().objects.create_user("mia", is_staff=True)
    user.groups.add(Group.objects.get(name=NEWSLETTER_MANAGER))
    client.force_login(user)
    return client


def test_the_manager_acts_for_a_person_and_sees_no_address(manager, reader):
    assert "A person wrote to us" in manager.get(reverse("admin:newsletter_subscriber_changelist")).content.decode()
    answer = manager.post(reverse("admin:newsletter_person"), {"address": TYPED, "action": "erase"})
    page = answer.content.decode()
    assert "Before: one reader" in page
    assert "quill" not in page.lower()
    assert not Subscriber.objects.exists()
    entry = LogEntry.objects.get()
    assert entry.user.username == "mia"
    assert "Erased" in entry.change_message
    assert "quill" not in f"{entry.change_message}{entry.object_repr}".lower()


def test_the_page_changes_nothing_for_what_is_no_address_and_for_who_may_not(manager, client, reader):
    answer = manager.post(reverse("admin:newsletter_person"), {"address": "nobody", "action": "erase"})
    assert "Write it like name@example.org" in answer.content.decode()
    client.force_login(get_user_model().objects.create_user("eve", is_staff=True))
    assert client.get(reverse("admin:newsletter_person")).status_code == 403
    assert Subscriber.objects.exists()
    assert not TransactionalMail.objects.exists()
