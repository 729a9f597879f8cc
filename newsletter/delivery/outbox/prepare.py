"""From an issue to its rows in the outbox, and single mails into the same outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Case, CharField, Exists, Min, OuterRef, Q, QuerySet, Value, When

from newsletter import conf
from newsletter.models import (
    Delivery,
    Issue,
    IssueRendering,
    Subscriber,
    Suppression,
    TransactionalMail,
    new_message_token,
)

RANDOM_TOKEN = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
}


class OutboxError(Exception):
    """The outbox refuses; the message says why and what to do."""


class MissingRendering(OutboxError):
    """A group has no rendering; call `render_missing` and prepare again."""


@dataclass(frozen=True)
class Group:
    """Subscribers who read the same: one language, one choice of topics (empty: everything), one beginning.

    `since` is where the issue begins for readers who changed between weekly and monthly.
    """

    key: str
    locale: str
    topics: tuple[str, ...]
    since: dt.datetime | None = None


@dataclass(frozen=True)
class Rendered:
    """An issue as one group reads it, with `mail.UNSUBSCRIBE_PLACEHOLDER` in both parts."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Preparation:
    """Who gets an issue: `candidates = prepared + sum(excluded)`."""

    candidates: int
    prepared: int
    excluded: dict[str, int]


RenderGroup = Callable[[Issue, Group], Rendered | None]


def groups_due(issue: Issue, now: dt.datetime) -> list[Group]:
    """Return the preference groups among those who are to get `issue`. One query."""
    due = Subscriber.objects.confirmed().not_paused(now).filter(meant_for(issue))
    speakers = due.order_by().values("group_key").annotate(first=Min("pk")).values("first")
    rows = Subscriber.objects.filter(pk__in=speakers).order_by("group_key")
    return [
        Group(key, locale, tuple(topics), since)
        for key, locale, topics, since in rows.values_list("group_key", "locale", "topics", "tell_from")
    ]


def meant_for(issue: Issue) -> Q:
    """Readers an issue is for: those of its frequency who were not told yet, or who got the issue it corrects."""
    if issue.corrects_id is not None:
        return Q(Exists(got_the_corrected(issue)))
    return not_told(issue) & Q(frequency=issue.newsletter)


def got_the_corrected(erratum: Issue) -> QuerySet:
    """The mail of the corrected issue that a subscriber (outer query) got or may have got; came it back, they did not."""
    came_back = (Delivery.Outcome.SOFT, Delivery.Outcome.REFUSED, Delivery.Outcome.BOUNCED)
    went_out = (Delivery.State.SENT, Delivery.State.UNCERTAIN)
    rows = Delivery.objects.filter(issue=erratum.corrects_id, subscriber=OuterRef("pk"), state__in=went_out)
    return rows.exclude(outcome__in=came_back)


def not_told(issue: Issue) -> Q:
    """Readers whose next issue begins before `issue` ends (`core.coverage`)."""
    return Q(tell_from__isnull=True) | Q(tell_from__lt=issue.period_end)


def render_missing(issue: Issue, render: RenderGroup, now: dt.datetime) -> int:
    """Render `issue` for every group that has no text yet. Return how many; repeats render nothing.

    `render` returns None when nothing in the issue concerns the group. What it raises passes
    through: nothing has been sent by then.
    """
    done = set(issue.renderings.values_list("group_key", flat=True))
    missing = [group for group in groups_due(issue, now) if group.key not in done]
    rows = [_rendering(issue, group, render(issue, group)) for group in missing]
    IssueRendering.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _rendering(issue: Issue, group: Group, rendered: Rendered | None) -> IssueRendering:
    row = IssueRendering(
        issue=issue, group_key=group.key, locale=group.locale, topics=list(group.topics), empty=rendered is None
    )
    if rendered is not None:
        row.subject, row.html, row.text = rendered.subject, rendered.html, rendered.text
    return row


def prepare(issue: Issue, now: dt.datetime) -> Preparation:
    """Write the rows of a scheduled `issue` and start sending it: one transaction, all or nothing.

    Raises OutboxError when the issue is not scheduled (another worker was first) and
    MissingRendering when somebody joined a group that has no text yet.
    """
    with transaction.atomic():
        if not _move(issue, Issue.State.SCHEDULED, Issue.State.PREPARING):
            raise OutboxError(f"Issue {issue.slug} is not scheduled. Schedule it before it is prepared.")
        _wait_for_the_corrected(issue)
        counts = _insert_deliveries(issue, now)
        if counts.get("unrendered"):
            raise MissingRendering(f"{counts['unrendered']} subscribers belong to a group without a text.")
        if issue.corrects_id is None:
            _note_told(issue)
        excluded = {reason: number for reason, number in sorted(counts.items()) if reason}
        result = Preparation(
            candidates=sum(counts.values()),
            prepared=Delivery.objects.filter(issue=issue).count(),
            excluded=excluded,
        )
        if result.candidates != result.prepared + sum(excluded.values()):
            raise OutboxError(
                f"Issue {issue.slug}: {result.candidates} candidates, but {result.prepared} rows and "
                f"{sum(excluded.values())} excluded. Nothing was written; run the command again."
            )
        Issue.objects.filter(pk=issue.pk).update(
            state=Issue.State.SENDING,
            candidates=result.candidates,
            prepared=result.prepared,
            excluded=excluded,
            excluded_total=sum(excluded.values()),
            instance_id=conf.instance_id(),
            prepared_at=now,
            stopped_because="",
        )
    issue.refresh_from_db()
    return result


def _wait_for_the_corrected(issue: Issue) -> None:
    """Refuse to correct an issue that still goes out: who gets it later would miss the correction."""
    under_way = (Issue.State.SCHEDULED, Issue.State.PREPARING, Issue.State.SENDING)
    if issue.corrects_id and Issue.objects.filter(pk=issue.corrects_id, state__in=under_way).exists():
        raise OutboxError(f"Issue {issue.slug} waits: the issue it corrects is still being sent.")


def _note_told(issue: Issue) -> None:
    """Remember that everybody `issue` was for is told until its end (`Coverage.after`)."""
    readers = Subscriber.objects.confirmed().filter(not_told(issue), frequency=issue.newsletter)
    changed = list(readers.filter(tell_from__isnull=False))
    readers.filter(Q(told_until__isnull=True) | Q(told_until__lt=issue.period_end)).update(told_until=issue.period_end)
    for reader in changed:
        reader.tell_from = None
        reader.save(update_fields=["tell_from"])


def _move(issue: Issue, before: str, after: str) -> bool:
    return bool(Issue.objects.filter(pk=issue.pk, state=before).update(state=after))


def judged_subscribers(issue: Issue, now: dt.datetime) -> QuerySet:
    """Every subscriber with `exclusion`: why they do not get `issue`, empty for those who do."""
    rendering = IssueRendering.objects.filter(issue=issue, group_key=OuterRef("group_key"))
    return Subscriber.objects.order_by().annotate(
        exclusion=Case(
            When(~Q(state=Subscriber.State.CONFIRMED), then=Value("not_confirmed")),
            When(Exists(Suppression.objects.filter(hmac=OuterRef("lookup_key"))), then=Value("suppressed")),
            *_not_meant_for(issue),
            When(paused_until__gt=now, then=Value("paused")),
            When(~Exists(rendering), then=Value("unrendered")),
            When(Exists(rendering.filter(empty=True)), then=Value("nothing_of_theirs")),
            default=Value(""),
            output_field=CharField(),
        )
    )


def _not_meant_for(issue: Issue) -> list[When]:
    if issue.corrects_id is not None:
        return [When(~Exists(got_the_corrected(issue)), then=Value("did_not_get_it"))]
    return [
        When(~Q(frequency=issue.newsletter), then=Value("other_frequency")),
        When(~not_told(issue), then=Value("already_told")),
    ]


def _insert_deliveries(issue: Issue, now: dt.datetime) -> dict[str, int]:
    """Insert a row for everybody who gets `issue`; return subscribers by reason of exclusion."""
    judged = judged_subscribers(issue, now).values_list("pk", "lookup_key", "group_key", "exclusion")
    judged_sql, judged_params = judged.query.sql_with_params()
    judged_sql = f"judged (id, address_key, group_key, exclusion) AS ({judged_sql})"
    constants = {
        "issue_id": issue.pk,
        "priority": int(Delivery.Priority.ISSUE),
        "state": str(Delivery.State.PENDING),
        "outcome": "",
        "attempts": 0,
        "not_before": issue.send_at,
        "owner": "",
        "reason": "",
        "reply": "",
        "provider_id": "",
    }
    # Column names and the random expression are ours; every value is a parameter.
    insert_sql = (
        f"INSERT INTO {Delivery._meta.db_table} "  # noqa: S608
        f"(subscriber_id, address_key, group_key, message_id, {', '.join(constants)}) "
        f"SELECT id, address_key, group_key, {RANDOM_TOKEN[connection.vendor]} || %s, "
        f"{', '.join(['%s'] * len(constants))} FROM judged WHERE exclusion = '' ON CONFLICT DO NOTHING"
    )
    insert_params = [f"@{conf.mail_domain()}", *_adapted(constants.values())]
    count_sql = "SELECT exclusion, COUNT(*) FROM judged GROUP BY exclusion"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One statement sees one state of the table, whatever others commit meanwhile.
            cursor.execute(
                f"WITH {judged_sql}, inserted AS ({insert_sql}) {count_sql}",
                [*judged_params, *insert_params],
            )
            return dict(cursor.fetchall())
        # SQLite: the transaction holds the only write lock, so both statements see one state.
        cursor.execute(f"WITH {judged_sql} {insert_sql}", [*judged_params, *insert_params])
        cursor.execute(f"WITH {judged_sql} {count_sql}", judged_params)
        return dict(cursor.fetchall())


def _adapted(values) -> list:
    adapt = connection.ops.adapt_datetimefield_value
    return [adapt(value) if isinstance(value, dt.datetime) else value for value in values]


def enqueue(
    mail: TransactionalMail, address_key: str, now: dt.datetime, subscriber: Subscriber | None = None
) -> Delivery:
    """Save `mail` and put it at the head of the outbox. Call it inside the transaction that needs it."""
    mail.save()
    return Delivery.objects.create(
        mail=mail,
        subscriber=subscriber,
        address_key=address_key,
        priority=Delivery.Priority.ANSWER,
        not_before=now,
        message_id=f"{new_message_token()}@{conf.mail_domain()}",
    )
