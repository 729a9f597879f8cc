"""Worker processes against a real SMTP server: killed, stopped, refused, cut off.

The server kills and stops its clients itself, at exact points of the protocol, so the product
needs no hook for it. Bar: nothing lost, nothing doubled outside `uncertain`, at most one
`uncertain` for each killed worker.
"""

import mailbox
import os
import signal
import time

import pytest
from django.db import connection
from django.utils import timezone

from newsletter.delivery import outbox
from newsletter.tests.people import make_issue, make_subscribers, render
from newsletter.tests.sink import Drop, Sink, kill, no_faults, process_at
from newsletter.tests.strangers import About, dsn, failed, letter
from newsletter.tests.workers import SHORT_LEASE, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Where a worker dies, and how many rows are at the dot then. The answer to one message is written
# with the intent of the next, so that from the second message on there is always exactly one.
KILL_POINTS = [
    ("ehlo", 1, {0}),
    ("mail", 1, {0}),
    ("body", 1, {0, 1}),  # before or after the intent
    ("rcpt", 2, {1}),
    ("data", 3, {1}),
    ("body", 4, {1}),
    ("dot", 2, {1}),
    ("logged", 3, {1}),
    ("answered", 2, {1}),
    ("quit", 1, {0}),
]


def send_to(count: int):
    """`count` subscribers and an issue being sent to them, due now."""
    now = timezone.now()
    make_subscribers(count)
    issue = make_issue(send_at=now)
    outbox.render_missing(issue, render, now)
    outbox.prepare(issue, now)
    return issue


@pytest.fixture
def world(tmp_path):
    """Start a sink and a world for it: `world(sink)`."""
    worlds = []

    def build(sink, **options) -> World:
        worlds.append(World(tmp_path, sink.port, **options))
        return worlds[-1]

    yield build
    for built in worlds:
        built.close()


def assert_nothing_lost_or_doubled(here: World, sink: Sink, uncertain: int) -> None:
    """The sink's log against the database: the heart of every test here."""
    copies, state_of = sink.copies(), here.state_of()
    lost = [who for who, state in state_of.items() if state == "sent" and not copies[who]]
    doubled = [who for who, number in copies.items() if number > 1]
    unknown = [who for who in copies if state_of[who] not in ("sent", "uncertain")]
    assert (lost, doubled, unknown) == ([], [], [])
    assert here.states()["uncertain"] <= uncertain
    assert here.states()["sent"] + here.states()["uncertain"] == len(state_of)
    assert len(set(sink.message_ids)) == len(sink.message_ids)
    assert here.issue_state() == "finished"


def run_until_finished(here: World, attempts: int = 4) -> None:
    for _ in range(attempts):
        here.run("--once")
        if here.issue_state() == "finished":
            return
        here.wait_for_lease()
    pytest.fail(f"The issue does not finish: {here.states()}")


def test_a_quiet_run_sends_each_mail_once(world):
    send_to(45)
    with Sink() as sink:
        here = world(sink)
        assert "sent=45" in here.run("--once")
        assert_nothing_lost_or_doubled(here, sink, uncertain=0)
        assert "sent=0" in here.run("--once")
        assert len(sink.accepted) == 45


def kill_at(point: str, nth: int, here: World, killed: list[int]):
    """A plan that kills the worker that reaches `point` for the `nth` time."""

    def plan(moment):
        if not killed and (moment.point, moment.count) == (point, nth):
            killed.append(process_at(moment.port, here.pids()))
            kill(killed[0])

    return plan


@pytest.mark.parametrize("pipelining", [False, True])
def test_killed_at_ten_points_nothing_is_lost_or_doubled(world, pipelining):
    send_to(60)
    with Sink(pipelining=pipelining) as sink:
        here = world(sink, lease_seconds=SHORT_LEASE)
        for point, nth, rows_at_the_dot in KILL_POINTS:
            sink.reached.clear()
            sink.plan = kill_at(point, nth, here, killed=[])
            worker = here.start("--once")
            assert worker.wait(timeout=30) == -signal.SIGKILL, (point, worker.stderr.read())
            assert here.states()["submitting"] in rows_at_the_dot, point
            here.wait_for_lease()
        run_until_finished(here)
        assert_nothing_lost_or_doubled(here, sink, uncertain=len(KILL_POINTS))


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a copy of the database for forty processes")
def test_killed_forty_times_while_strangers_write_nothing_is_lost_or_doubled(world, tmp_path):
    send_to(400)
    box = mailbox.Maildir(str(tmp_path / "in"), create=True)
    reported, letters = set(), 0
    with Sink() as sink:
        here = world(sink, lease_seconds=SHORT_LEASE)
        for number in range(4):
            # Whoever quits has sent everything, so that point comes once, at the end.
            for point, nth, _ in KILL_POINTS if number == 3 else [*KILL_POINTS[:-1], ("mail", 2, {1})]:
                for key in [ident.strip("<>").partition("@")[0] for ident in sink.message_ids]:
                    if key not in reported:
                        reported.add(key)
                        about = About(key, "x", "somebody@example.org")
                        status = "5.1.1" if len(reported) % 3 else "5.2.2"
                        box.add(dsn(about, failed(about, status, "550 no")))
                        box.add(letter(about, f"Letter {len(reported)}", "Please erase my data."))
                        letters += 1
                reader = here.start(command="read_bounces", NEWSLETTER_INCOMING_URL=f"maildir://{tmp_path}/in")
                sink.reached.clear()
                sink.plan = kill_at(point, nth, here, killed=[])
                worker = here.start("--once")
                assert worker.wait(timeout=60) == -signal.SIGKILL, (point, worker.stderr.read())
                assert reader.wait(timeout=60) == 0, reader.stderr.read()
                here.wait_for_lease()
        sink.plan = no_faults
        run_until_finished(here)
        assert_nothing_lost_or_doubled(here, sink, uncertain=4 * len(KILL_POINTS))
    assert letters > 50
    assert len(box.get_folder("For-a-person")) == letters
    assert len(box) == 0
    outcomes = dict(here.rows("SELECT outcome, COUNT(*) FROM newsletter_delivery GROUP BY outcome"))
    assert outcomes["bounced"] + outcomes["soft"] == len(reported)


def test_a_relay_that_died_with_the_message_leaves_it_uncertain_and_never_calls_it_sent(world):
    send_to(8)
    with Sink() as sink:
        here = world(sink, lease_seconds=SHORT_LEASE)
        lost = []

        def plan(moment):
            if moment.point == "dot" and not lost:
                lost.append(moment.recipient)
                kill(process_at(moment.port, here.pids()))
                raise Drop

        sink.plan = plan
        here.start("--once").wait(timeout=30)
        here.wait_for_lease()
        run_until_finished(here)
        assert here.state_of()[lost[0]] == "uncertain"
        assert sink.copies()[lost[0]] == 0
        assert here.states() == {"sent": 7, "uncertain": 1}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="several workers need PostgreSQL")
def test_four_workers_killed_one_after_the_other_at_ten_points_lose_and_double_nothing(world):
    send_to(700)
    points = ["ehlo", "mail", "rcpt", "data", "body", "dot", "logged", "answered", "rcpt", "quit"]
    with Sink() as sink:
        here = world(sink, lease_seconds=SHORT_LEASE)
        left, killed_after = list(points), [0]

        def plan(moment):
            """Kill whoever comes to the next point, once 15 more messages were written down."""
            if left and moment.point == left[0] and len(sink.accepted) >= killed_after[0] + 15:
                left.pop(0)
                killed_after[0] = len(sink.accepted)
                kill(process_at(moment.port, here.pids()))

        sink.plan = plan
        deadline = time.monotonic() + 120
        while left and time.monotonic() < deadline:
            while len(here.pids()) < 4:
                here.start("--once")
            time.sleep(0.02)
        for worker in here.processes:
            worker.communicate(timeout=60)
        assert left == []
        assert sum(worker.returncode == -signal.SIGKILL for worker in here.processes) == len(points)
        here.wait_for_lease()
        run_until_finished(here)
        assert_nothing_lost_or_doubled(here, sink, uncertain=len(points))


def test_a_second_worker_is_idle_or_shares_the_work_but_never_repeats_it(world):
    send_to(60)
    with Sink() as sink:
        here = world(sink)
        workers = [here.start("--once") for _ in range(2)]
        printed = ["".join(worker.communicate(timeout=60)) for worker in workers]
        if connection.vendor == "sqlite":
            idle = ["Another process is sending" in text or "sent=0" in text for text in printed]
            assert sum(idle) == 1, printed
        assert_nothing_lost_or_doubled(here, sink, uncertain=0)


@pytest.mark.parametrize(("point", "nth"), [("rcpt", 3), ("logged", 3)])
def test_a_worker_that_was_stopped_and_wakes_up_late_sends_nothing_twice(world, point, nth):
    send_to(40)
    with Sink() as sink:
        here = world(sink, lease_seconds=SHORT_LEASE)
        stopped = []

        def plan(moment):
            if not stopped and (moment.point, moment.count) == (point, nth):
                stopped.append(process_at(moment.port, here.pids()))
                os.kill(stopped[0], signal.SIGSTOP)

        sink.plan = plan
        sleeper = here.start("--once")
        deadline = time.monotonic() + 30
        while not stopped and time.monotonic() < deadline:
            time.sleep(0.01)
        here.wait_for_lease()
        here.run("--once")
        os.kill(stopped[0], signal.SIGCONT)
        sleeper.communicate(timeout=60)
        run_until_finished(here)
        assert_nothing_lost_or_doubled(here, sink, uncertain=1)


@pytest.mark.parametrize("pipelining", [False, True])
def test_refusals_cut_connections_and_lost_answers_end_where_they_belong(world, pipelining):
    send_to(60)
    with Sink(pipelining=pipelining) as sink:
        here = world(sink)
        fate = {}

        def plan(moment):
            faults = {
                ("rcpt", 5): "450 4.2.1 grey",
                ("rcpt", 12): "550 5.1.1 nobody",
                ("dot", 20): "451 4.3.0 disk full",
                ("dot", 28): "554 5.6.0 spam",
                ("logged", 35): Drop,
                ("data", 45): Drop,
            }
            fault = faults.get((moment.point, moment.count))
            if fault is None:
                return None
            fate[moment.recipient] = fault
            if fault is Drop:
                raise Drop
            return fault

        sink.plan = plan
        here.run("--once")
        assert here.states() == {"sent": 54, "pending": 3, "failed": 2, "uncertain": 1}
        here.write("UPDATE newsletter_delivery SET not_before = '2020-01-01 00:00:00+00:00'")
        run_until_finished(here)
        assert here.states() == {"sent": 57, "failed": 2, "uncertain": 1}
        copies = sink.copies()
        assert max(copies.values()) == 1
        assert sum(copies.values()) == 58
        refused = [who for who, fault in fate.items() if fault in ("550 5.1.1 nobody", "554 5.6.0 spam")]
        assert not any(copies[who] for who in refused)
        assert here.rows("SELECT reason FROM newsletter_suppression") == [("bounced",)]


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_relay_that_closes_is_left_alone_and_then_gets_everything(world, pipelining):
    send_to(30)
    with Sink(pipelining=pipelining) as sink:
        here = world(sink)
        sink.plan = lambda moment: "421 4.3.2 busy" if (moment.point, moment.count) == ("mail", 10) else None
        here.run("--once")
        assert here.states() == {"sent": 9, "pending": 21}
        here.run("--once")
        assert len(sink.accepted) == 9
        here.write("UPDATE newsletter_bucket SET paused_until = NULL")
        run_until_finished(here)
        assert_nothing_lost_or_doubled(here, sink, uncertain=0)


def test_sigterm_finishes_the_message_in_hand_and_gives_back_the_rest(world):
    send_to(40)
    with Sink() as sink:
        here = world(sink)

        def plan(moment):
            if (moment.point, moment.count) == ("logged", 7):
                os.kill(process_at(moment.port, here.pids()), signal.SIGTERM)

        sink.plan = plan
        worker = here.start("--loop")
        worker.communicate(timeout=30)
        assert worker.returncode == 0
        assert here.states() == {"sent": 7, "pending": 33}
        run_until_finished(here)
        assert_nothing_lost_or_doubled(here, sink, uncertain=0)
