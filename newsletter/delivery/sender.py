"""One sending process: takes rows, hands them over, writes what became of them."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from newsletter import conf
from newsletter.core.replies import scrub
from newsletter.delivery import buckets, marker, outbox
from newsletter.delivery.durability import new_worker_name, without_waiting_for_the_disk
from newsletter.delivery.mail import (
    Envelope,
    Pattern,
    Unwritable,
    issue_envelope,
    pattern_of,
    transactional_envelope,
    variant,
)
from newsletter.delivery.outbox import guards
from newsletter.delivery.outbox.claims import domain_of_reader, why_unwanted
from newsletter.delivery.outbox.results import Result, judge
from newsletter.delivery.transport import End, Submission, Transport
from newsletter.models import Delivery, Installation, Issue, IssueRendering, Worker

log = logging.getLogger("newsletter")

ROLE = "send"
MARK_EACH = dt.timedelta(minutes=1)
HOUSEKEEPING_EACH = dt.timedelta(seconds=5)
FORGET_WORKERS_AFTER = dt.timedelta(days=1)
MOST_CACHED_RENDERINGS = 64
MOST_BREAKS_IN_A_ROW = 3
SHORTEST_SLEEP, LONGEST_SLEEP = 0.05, 2.0
State = Delivery.State


class SenderBusy(Exception):
    """Another process sends; on SQLite only one may."""


def transport_from_settings() -> Transport:
    """Return the way mail travels here: our SMTP when EMAIL_BACKEND is Django's, else that backend."""
    if issubclass(import_string(settings.EMAIL_BACKEND), EmailBackend):
        from newsletter.delivery.smtp import SMTPTransport

        return SMTPTransport(timeout=conf.smtp_timeout())
    from newsletter.delivery.esp import BackendTransport

    return BackendTransport(settings.EMAIL_BACKEND)


def render_group(issue: Issue, group: outbox.Group) -> outbox.Rendered | None:
    """Render by the function NEWSLETTER_RENDER_GROUP names; it is loaded when first needed."""
    return import_string(conf.render_group_path())(issue, group)


class Sender:
    """Sends what is due. `stop()` lets it finish the message in hand and give back the rest."""

    def __init__(
        self,
        transport: Transport,
        *,
        worker: str = "",
        issue: Issue | None = None,
        render: outbox.prepare.RenderGroup = render_group,
        clock: Callable[[], dt.datetime] = timezone.now,
        sleep: Callable[[float], object] | None = None,
    ):
        self.worker = worker or new_worker_name()
        self.tally: Counter[str] = Counter()
        self._transport = transport
        self._issue = issue
        self._render = render
        self._clock = clock
        self._woken = threading.Event()
        self._sleep = sleep or self._woken.wait
        self._unwritten: list[Result] = []
        self._renderings: dict[tuple[int, str, str, bool], tuple[IssueRendering, Pattern | None]] = {}
        self._breaker = guards.FailureBreaker()
        self._broken: list[str] = []
        self._taken_for: set[str] = set()
        self._shut: set[str] = set()
        self._started_at = clock()
        self._housekept_at: dt.datetime | None = None
        self._leased_at = self._marked_at = self._started_at

    def stop(self) -> None:
        """Ask to end after the message in hand; safe in a signal handler."""
        self._woken.set()

    @property
    def stopping(self) -> bool:
        return self._woken.is_set()

    def send_due(self, seconds: float = 0) -> int:
        """Send until nothing is due or `stop` was called. Return how many attempts were made.

        Where only a rate stands in the way it waits for it, for `seconds` in all. Raises SenderBusy on
        SQLite while another process sends.
        """
        attempts = 0
        until = self._clock() + dt.timedelta(seconds=seconds)
        self._housekeep(force=True)
        while not self.stopping:
            batch = outbox.claim(self.worker, self._clock(), self._issue)
            if batch:
                attempts += self._send_batch(batch)
            elif not self._wait_for_a_rate(until):
                break
            self._housekeep()
        self._finish_issues()
        if attempts:
            self._leave_a_marker()
        return attempts

    def _wait_for_a_rate(self, until: dt.datetime) -> bool:
        """Sleep until one more message may leave, if that is before `until`. Return whether it was worth it."""
        now = self._clock()
        wait = outbox.seconds_until_more(now, self._issue)
        if wait is None or now + dt.timedelta(seconds=wait) >= until:
            return False
        # In short naps, so that an answer somebody waits for leaves meanwhile.
        self._sleep(min(max(wait, SHORTEST_SLEEP), LONGEST_SLEEP))
        return True

    def close(self) -> None:
        """Write what is known, give back what is held, leave the relay."""
        self._flush()
        outbox.release(self.worker)
        guards.give_up_role(ROLE, self.worker)
        self._transport.close()
        Worker.objects.filter(name=self.worker).update(doing="stopped", sent=self.tally[State.SENT])

    # --- Around the sending ---------------------------------------------------------

    def _housekeep(self, force: bool = False) -> None:
        now = self._clock()
        each = min(HOUSEKEEPING_EACH, conf.lease() / 3)
        if not force and self._housekept_at is not None and now - self._housekept_at < each:
            return
        if connection.vendor == "sqlite" and not guards.take_role(ROLE, self.worker, now):
            raise SenderBusy("Another process is sending. On SQLite one is enough; this one has nothing to do.")
        self._housekept_at = now
        self._beat(now)
        outbox.recover(now)
        outbox.wipe_expired(now)
        if force or now - self._marked_at > MARK_EACH:
            self._marked_at = now
            self._leave_a_marker()
        guards.hold_late(now)
        guards.start_due(self._render, now, self._issue)

    def _beat(self, now: dt.datetime) -> None:
        Worker.objects.filter(seen_at__lt=now - FORGET_WORKERS_AFTER).exclude(name=self.worker).delete()
        Worker.objects.update_or_create(
            name=self.worker,
            defaults={
                "started_at": self._started_at,
                "seen_at": now,
                "doing": f"issue {self._issue.slug}" if self._issue else "all mail that is due",
                "sent": self.tally[State.SENT],
            },
        )

    def _leave_a_marker(self) -> None:
        uid = Installation.objects.filter(id=1).values_list("uid", flat=True).first()
        if uid:
            marker.write(uid)

    def _finish_issues(self) -> None:
        for issue in Issue.objects.filter(state=Issue.State.SENDING):
            if outbox.finish(issue, self._clock()):
                log.info("Issue %s is finished. %s", issue.slug, issue.stopped_because)

    # --- Sending ----------------------------------------------------------------------

    def _send_batch(self, batch: list[Delivery]) -> int:
        self._leased_at = self._clock()
        self._shut.clear()
        try:
            with without_waiting_for_the_disk(self.worker):
                return self._send_each(batch)
        finally:
            self._flush()
            outbox.release(self.worker)

    def _send_each(self, batch: list[Delivery]) -> int:
        attempts = 0
        for delivery in batch:
            if self.stopping:
                break
            if domain_of_reader(delivery) in self._shut:
                continue  # given back afterwards
            attempts += 1
            if not self._send(delivery):
                break
        return attempts

    def _send(self, delivery: Delivery) -> bool:
        """Make one attempt. Return whether the relay may be asked for the next."""
        try:
            envelope = self._envelope(delivery)
            submission = self._transport.submit(envelope, lambda: self._intent(delivery))
        except Unwritable as error:
            self._note(Result(delivery, State.FAILED, self._clock(), reason=str(error)))
            return True
        now = self._clock()
        if submission.end is End.WITHDRAWN:
            self._note(self._withdrawn(delivery, now))
            return True
        self._note(judge(delivery, submission, now))
        return not self._relay_needs_a_pause(submission, domain_of_reader(delivery), now)

    def _intent(self, delivery: Delivery) -> bool:
        now = self._clock()
        renew = now - self._leased_at > conf.lease() / 3
        granted = outbox.commit_intent(self.worker, delivery, now, self._unwritten, renew_others=renew)
        self._unwritten = []
        if renew:
            self._leased_at = now
        return granted

    def _withdrawn(self, delivery: Delivery, now: dt.datetime) -> Result:
        reason = why_unwanted(delivery.pk, now)
        state = State.SKIPPED if reason else State.PENDING
        return Result(delivery, state, now, attempted=False, reason=reason)

    def _note(self, result: Result) -> None:
        self._unwritten.append(result)
        self.tally[result.state] += 1
        if result.state == State.SENT:
            self._broken.clear()
            self._taken_for.add(domain_of_reader(result.delivery))
        settled = result.state in (State.SENT, State.FAILED, State.UNCERTAIN)
        if (
            settled
            and result.delivery.issue is not None
            and self._breaker.note(result.delivery.issue, failed=result.state != State.SENT)
        ):
            log.error("Issue %s is paused: too many mails fail.", result.delivery.issue.slug)

    def _relay_needs_a_pause(self, submission: Submission, domain: str, now: dt.datetime) -> bool:
        """Pause what does not work: the relay, or mail for one domain. Return whether it is the relay.

        One message that breaks off sets back itself only; three in a row are no accident. If all of them
        were for one domain, it is that domain.
        """
        if submission.end is End.UNREACHABLE:
            self._pause(buckets.PROVIDER, submission.cause, now)
            return True
        if not submission.breaks_off:
            return False
        self._broken.append(domain)
        if len(self._broken) < MOST_BREAKS_IN_A_ROW:
            return False
        said = f"{len(self._broken)} messages in a row broke off, the last with: {_last_words(submission)}"
        one_domain = len(set(self._broken)) == 1 and submission.reply is not None and submission.reply.closes_service
        self._pause(buckets.domain_key(domain) if one_domain else buckets.PROVIDER, said, now)
        if one_domain:
            self._shut.add(domain)
        return not one_domain

    def _pause(self, key: str, cause: str, now: dt.datetime) -> None:
        self._broken.clear()
        self._forget_old_refusals()
        until = buckets.pause(key, now)
        whom = "The relay takes no mail now" if key == buckets.PROVIDER else f"No mail is taken for {key} now"
        log.error("%s: %s Next attempt after %s UTC.", whom, cause, f"{until:%Y-%m-%d %H:%M:%S}")
        Worker.objects.filter(name=self.worker).update(doing=f"waiting: {cause}"[:120])

    def _flush(self) -> None:
        outbox.write(self.worker, self._unwritten)
        self._unwritten = []
        self._forget_old_refusals()

    def _forget_old_refusals(self) -> None:
        if self._taken_for:
            buckets.works(self._taken_for)
            self._taken_for.clear()

    def _envelope(self, delivery: Delivery) -> Envelope:
        if delivery.mail is not None:
            return transactional_envelope(delivery, delivery.mail)
        return issue_envelope(delivery, *self._rendering(delivery))

    def _rendering(self, delivery: Delivery) -> tuple[IssueRendering, Pattern | None]:
        key = (delivery.issue_id, delivery.group_key, *variant(delivery.subscriber.regime))
        if key not in self._renderings:
            if len(self._renderings) >= MOST_CACHED_RENDERINGS:
                self._renderings.clear()
            rendering = IssueRendering.objects.get(issue_id=delivery.issue_id, group_key=delivery.group_key)
            self._renderings[key] = (rendering, pattern_of(delivery.issue, rendering, delivery.subscriber.regime))
        return self._renderings[key]


def _last_words(submission: Submission) -> str:
    reply = submission.reply
    return scrub(f"{reply.code} {reply.text}.") if reply is not None else "no answer."
