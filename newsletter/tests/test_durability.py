"""What a power cut leaves: a database that knows of a batch that was taken, and of nothing that became of it."""

import pytest
from django.db import connection

from newsletter.core.replies import Reply
from newsletter.delivery import durability, outbox
from newsletter.delivery.durability import make_durable, new_worker_name, without_waiting_for_the_disk
from newsletter.delivery.outbox import recovery
from newsletter.delivery.sender import Sender
from newsletter.delivery.transport import End, Submission
from newsletter.models import Delivery
from newsletter.tests.people import NOW, make_subscribers, prepared_issue

State = Delivery.State
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite itself")
NORMAL, FULL = 1, 2


def level() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        return cursor.fetchone()[0]


class Noting:
    """A transport that takes everything; `levels` are how commits waited at each intent."""

    def __init__(self):
        self.taken: list[str] = []
        self.levels: list[int] = []

    def submit(self, envelope, intent):
        if not intent():
            return Submission(End.WITHDRAWN)
        if connection.vendor == "sqlite":
            self.levels.append(level())
        self.taken.append(envelope.recipient)
        return Submission(End.ANSWERED, Reply(250, "ok"))

    def close(self):
        """Nothing to leave."""


@sqlite_only
@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_taking_a_batch_waits_for_the_disk_and_its_intents_do_not(monkeypatch):
    make_subscribers(25)
    prepared_issue()
    at_claims = []
    claim = outbox.claim
    monkeypatch.setattr(outbox, "claim", lambda *rest: at_claims.append(level()) or claim(*rest))
    make_durable()
    transport = Noting()
    sender = Sender(transport, clock=lambda: NOW)
    sender.send_due()
    sender.close()
    assert (len(transport.levels), set(transport.levels)) == (25, {NORMAL})
    assert (len(at_claims), set(at_claims)) == (3, {FULL})
    assert level() == FULL


@sqlite_only
@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_where_the_boot_is_not_told_every_commit_waits(monkeypatch):
    monkeypatch.setattr(durability, "boot", lambda: "")
    assert durability.BOOT_MARK not in new_worker_name()
    make_durable()
    with without_waiting_for_the_disk(new_worker_name()):
        assert level() == FULL


@pytest.mark.django_db
def test_a_worker_on_sqlite_names_its_boot():
    assert (f"~{durability.boot()}" in new_worker_name()) is (connection.vendor == "sqlite" and durability.boot() != "")
    assert len(new_worker_name()) <= 80


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("owner", "now_boot", "state"),
    [
        ("host:1:aa~before", "after", State.UNCERTAIN),
        ("host:1:aa~before", "", State.UNCERTAIN),
        ("host:1:aa~before", "before", State.PENDING),
        ("host:1:aa", "after", State.PENDING),  # its intents waited for the disk
    ],
)
def test_taken_rows_of_another_boot_may_have_left(monkeypatch, owner, now_boot, state):
    monkeypatch.setattr(recovery, "boot", lambda: now_boot)
    make_subscribers(3)
    issue = prepared_issue()
    taken = outbox.claim(owner, NOW)
    assert len(taken) == 3
    Delivery.objects.update(lease_until=NOW)
    outbox.recover(NOW.replace(hour=9))
    assert set(issue.deliveries.values_list("state", "owner")) == {(state, "")}


@pytest.mark.django_db
def test_after_a_power_cut_nobody_gets_a_mail_twice_and_only_one_batch_is_uncertain(monkeypatch):
    make_subscribers(50)
    issue = prepared_issue()
    before, after = Noting(), Noting()
    owner = "host:1:aa~before"
    sender = Sender(before, worker=owner, clock=lambda: NOW)
    on_disk = {}
    claim = outbox.claim

    def remember(*rest):
        """Whatever a claim commits is on the disk, with all that was committed before."""
        batch = claim(*rest)
        on_disk.update({row.pk: row for row in Delivery.objects.all()})
        if len(before.taken) >= 20:
            sender._transport = _CutAfter(before, 7)
        return batch

    monkeypatch.setattr(outbox, "claim", remember)
    with pytest.raises(PowerCut):
        sender.send_due()
    for row in on_disk.values():
        row.save()
    monkeypatch.setattr(recovery, "boot", lambda: "after")
    later = NOW.replace(hour=9)
    restarted = Sender(after, worker="host:2:bb~after", clock=lambda: later)
    restarted.send_due()
    assert len(before.taken) == 27
    assert not set(before.taken) & set(after.taken)
    assert dict(outbox.recovery.counts(issue)) == {"sent": 30, "uncertain": 20}


class PowerCut(Exception):
    """The machine stops."""


class _CutAfter:
    """Passes `left` messages on, then the machine stops."""

    def __init__(self, transport, left):
        self._transport, self._left = transport, left

    def submit(self, envelope, intent):
        if not self._left:
            raise PowerCut
        self._left -= 1
        return self._transport.submit(envelope, intent)
