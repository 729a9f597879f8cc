"""How delivery stands, in numbers for the newsroom: no address, no name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from newsletter.delivery import buckets
from newsletter.models import Bucket, CommandRun, Delivery, IncomingReport, Issue, Worker

ISSUES = 8
UNCERTAIN = 50
LATELY = dt.timedelta(days=30)
SILENT = dt.timedelta(minutes=10)
State, Outcome = Delivery.State, Delivery.Outcome


@dataclass(frozen=True)
class IssueNumbers:
    """One issue: its rows by state, what was reported about them, and complaints as a share of those sent."""

    issue: Issue
    states: tuple[tuple[str, int], ...]
    outcomes: tuple[tuple[str, int], ...]
    complaints: str


@dataclass(frozen=True)
class Numbers:
    """What `newsroom_mail/deliveries.html` prints."""

    issues: tuple[IssueNumbers, ...]
    uncertain: QuerySet[Delivery]
    came_back: tuple[tuple[str, int], ...]
    set_aside: int
    workers: tuple[tuple[Worker, bool], ...]
    commands: QuerySet[CommandRun]
    paused: tuple[tuple[str, dt.datetime], ...]


def load_numbers(now: dt.datetime) -> Numbers:
    """Gather the page. Queries: 7 and 2 for each of the latest issues."""
    latest = Issue.objects.filter(prepared_at__isnull=False).defer("html", "text", "snapshot")[:ISSUES]
    reports = IncomingReport.objects.filter(at__gt=now - LATELY).order_by()
    paused = Bucket.objects.filter(paused_until__gt=now).values_list("key", "paused_until")
    return Numbers(
        issues=tuple(_issue(issue) for issue in latest),
        uncertain=Delivery.objects.filter(state=State.UNCERTAIN).select_related("issue", "mail")[:UNCERTAIN],
        came_back=tuple(reports.values_list("kind").annotate(number=Count("pk")).order_by("-number", "kind")),
        set_aside=reports.filter(set_aside=True).count(),
        workers=tuple((worker, now - worker.seen_at > SILENT) for worker in Worker.objects.all()),
        commands=CommandRun.objects.all(),
        paused=tuple(("the relay" if key == buckets.PROVIDER else key, until) for key, until in paused),
    )


def _issue(issue: Issue) -> IssueNumbers:
    rows = Delivery.objects.filter(issue=issue).order_by()
    states = dict(rows.values_list("state").annotate(number=Count("pk")))
    outcomes = dict(rows.exclude(outcome="").values_list("outcome").annotate(number=Count("pk")))
    kept = issue.counts if not states else {}  # rows were pruned
    states = states or {name: kept[name] for name in State.values if name in kept}
    outcomes = outcomes or {name: kept[name] for name in Outcome.values if name in kept}
    sent, complaints = states.get(State.SENT, 0), outcomes.get(Outcome.COMPLAINED, 0)
    return IssueNumbers(
        issue,
        tuple((State(name).label, number) for name, number in sorted(states.items())),
        tuple((Outcome(name).label, number) for name, number in sorted(outcomes.items())),
        f"{100 * complaints / sent:.2f} %" if sent else "",
    )
