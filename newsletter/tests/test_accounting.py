"""The accounting equation under random crashes: at every SQL statement and every point of a session."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.bounces import suppression
from newsletter.core.replies import Reply
from newsletter.delivery import outbox
from newsletter.delivery.sender import Sender, SenderBusy
from newsletter.delivery.transport import End, Submission
from newsletter.models import Bucket, ConsentEvent, Delivery, Issue, Lease, Subscriber, Suppression, Worker
from newsletter.tests.people import NOW, make_issue, make_subscribers, render

# Real transactions: what a crash rolls back must be what the database would roll back.
pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State
READERS = 3
FINISHING_SQL = ("ROLLBACK TO", "RELEASE")  # the database cleans up after a dead client by itself
TABLES = (Delivery, Issue, Subscriber, Suppression, ConsentEvent, Bucket, Worker, Lease)


class Crash(BaseException):
    """The process is gone: not even its `finally` blocks reach the database any more."""


@dataclass
class Machine:
    """A process that dies after `lives` steps; a step is an SQL statement or a point of a session."""

    lives: int | None = None
    dead: bool = False

    def step(self) -> None:
        if self.dead:
            raise Crash
        if self.lives is not None:
            self.lives -= 1
            if self.lives < 0:
                self.dead = True
                raise Crash

    def on_sql(self, execute, sql, params, many, context):
        if not (self.dead and sql.startswith(FINISHING_SQL)):
            self.step()
        return execute(sql, params, many, context)


@dataclass
class Relay:
    """Answers as told and remembers what it took. A transport without a network."""

    machine: Machine
    answers: list[str]
    copies: Counter
    lost_answers: list[str] = field(default_factory=list)

    def submit(self, envelope, intent):
        self.machine.step()
        answer = self.answers.pop(0) if self.answers else "ok"
        if answer == "unreachable":
            return Submission(End.UNREACHABLE, Reply(421, "closed"))
        if answer == "broken":
            return Submission(End.BROKEN_BEFORE, Reply(451, "gone"))
        if not intent():
            return Submission(End.WITHDRAWN)
        self.machine.step()
        if answer in ("4xx", "5xx"):
            return Submission(End.ANSWERED, Reply(451 if answer == "4xx" else 554, "no"))
        self.copies[envelope.recipient] += 1
        self.machine.step()
        if answer == "lost":
            self.lost_answers.append(envelope.recipient)
            return Submission(End.LOST)
        return Submission(End.ANSWERED, Reply(250, "taken"))

    def close(self):
        """Nothing to close."""


class Story:
    """An issue, its readers and a clock; each step may be a crash."""

    def __init__(self):
        for table in TABLES:
            table.objects.all().delete()
        self.now = NOW
        self.readers = make_subscribers(READERS)
        self.issue = make_issue(max_lateness=dt.timedelta(days=365))
        self.copies: Counter[str] = Counter()
        self.resent: Counter[str] = Counter()
        self.crashes = self.lost = 0

    def run(self, lives: int | None, answers: list[str]) -> None:
        machine = Machine(lives)
        relay = Relay(machine, list(answers), self.copies)
        try:
            with connection.execute_wrapper(machine.on_sql):
                sender = Sender(relay, render=render, clock=lambda: self.now)
                sender.send_due()
                sender.close()
        except Crash:
            self.crashes += 1
        except SenderBusy:
            """The dead process still has its lease; a later run goes on."""
        self.lost += len(relay.lost_answers)
        self.check()

    def wait(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    def leave(self, number: int) -> None:
        reader = Subscriber.objects.get(pk=self.readers[number].pk)
        suppression.leave(reader, Suppression.Reason.UNSUBSCRIBED, "page", self.now)
        self.check()

    def decide(self, how: str) -> None:
        rows = outbox.uncertain_rows(self.issue)
        if how == "resend":
            self.resent.update(rows.values_list("subscriber__address", flat=True))
            outbox.resend(rows, self.now)
        else:
            outbox.mark_sent(rows, self.now)
        self.check()

    def check(self) -> None:
        """What must hold at any moment, whatever died where."""
        self.issue.refresh_from_db()
        rows = list(self.issue.deliveries.values_list("subscriber__address", "state", "reason"))
        if self.issue.prepared is None:
            assert rows == []
            return
        total = outbox.account(self.issue)
        assert total.balanced
        assert total.candidates == READERS
        for address, state, reason in rows:
            copies, resent = self.copies[address], self.resent[address]
            assert copies <= 1 + resent, "a mail went out twice by itself"
            if state == State.SENT and reason != "marked as sent":
                assert copies >= 1, "a mail that never went out counts as sent"
            if copies > resent:
                assert state in (State.SENT, State.UNCERTAIN, State.SUBMITTING), "a mail that went out may go again"
        assert total.uncertain + total.submitting <= self.crashes + self.lost

    def end(self) -> None:
        """Let healthy workers finish: the issue closes and the equation holds."""
        for _ in range(12):
            self.run(None, [])
            if self.issue.state == Issue.State.FINISHED:
                break
            self.wait(60)
            Bucket.objects.update(paused_until=None)
            later = self.issue.deliveries.filter(state=State.PENDING).order_by("-not_before").first()
            if later is not None and later.not_before > self.now:
                self.now = later.not_before
        assert self.issue.state == Issue.State.FINISHED
        assert outbox.account(self.issue).complete


ANSWERS = st.lists(st.sampled_from(["ok", "ok", "4xx", "5xx", "lost", "broken", "unreachable"]), max_size=READERS + 2)
STEPS = st.one_of(
    st.tuples(st.just("run"), st.one_of(st.none(), st.integers(0, 120)), ANSWERS),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 3, 40, 180])),
    st.tuples(st.just("leave"), st.integers(0, READERS - 1)),
    st.tuples(st.just("decide"), st.sampled_from(["resend", "mark_sent"])),
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=1, max_size=7))
def test_whatever_crashes_where_every_reader_is_accounted_for(steps):
    story = Story()
    for name, *arguments in steps:
        getattr(story, name)(*arguments)
    story.end()


def test_a_crash_at_every_single_step_of_a_run_is_survived():
    lives = 0
    while True:
        story = Story()
        story.run(lives, [])
        crashed = story.crashes == 1
        story.wait(10)
        story.end()
        assert story.issue.counts.get("uncertain", 0) <= story.crashes
        assert sum(story.copies.values()) <= READERS
        if not crashed:
            break
        lives += 1
    assert lives > 50, "the run has fewer steps than it must have; is the wrapper still in place?"
