"""Changing between weekly and monthly: no gap, no repeat, whatever the order of changes, breaks and dates."""

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparisons.core import changes
from newsletter.consent import rights
from newsletter.core import digest
from newsletter.core.coverage import Coverage
from newsletter.core.periods import MONTHLY, WEEKLY, month_of, week_of
from newsletter.delivery import outbox
from newsletter.digest.rendering import render_group
from newsletter.models import Issue, Subscriber
from newsletter.tests.people import make_subscriber
from newsletter.tests.test_digest import fact

FIRST = dt.date(2026, 1, 5)


def calendar(days: int) -> list:
    """Every week and month that ends within `days` of FIRST, in the order they end."""
    found = set()
    for number in range(days):
        day = FIRST + dt.timedelta(days=number)
        found |= {week_of(day), month_of(day)}
    end = dt.datetime.combine(FIRST + dt.timedelta(days=days), dt.time(), dt.UTC)
    start = dt.datetime.combine(FIRST, dt.time(), dt.UTC)
    return sorted((p for p in found if start < p.end <= end), key=lambda period: (period.end, period.newsletter))


@given(
    st.sampled_from([WEEKLY, MONTHLY]),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from([WEEKLY, MONTHLY])), max_size=12),
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 90)), max_size=4),
    st.integers(0, 3),
)
@settings(max_examples=300)
def test_what_is_told_or_missed_in_a_break_follows_without_gap_or_repeat(frequency, changes_of_mind, breaks, late):
    reader = Coverage(frequency)
    wishes = sorted(changes_of_mind, key=lambda wish: wish[0])
    covered = []
    for period in calendar(400):
        day = (period.end.date() - FIRST).days + late
        while wishes and wishes[0][0] < day:
            reader = reader.changed(wishes.pop(0)[1])
        interval = reader.interval(period.newsletter, period.start, period.end)
        if interval is not None:
            paused = any(begin <= day < begin + length for begin, length in breaks)
            covered.append((*interval, paused))
        reader = reader.after(period.newsletter, period.start, period.end)
    for (_, before, _), (after, _, _) in itertools.pairwise(covered):
        assert after == before


# --- The same in the database -------------------------------------------------------------------------


def issue_of(period, *facts) -> Issue:
    """A scheduled issue of a period with some changes."""
    inside = [change for change in facts if period.start <= change.at < period.end]
    return Issue.objects.create(
        newsletter=period.newsletter,
        slug=period.slug,
        period_start=period.start,
        period_end=period.end,
        state=Issue.State.SCHEDULED,
        send_at=period.end,
        snapshot=digest.snapshot_of(period, inside, {}, period.end),
    )


def send(issue: Issue) -> None:
    outbox.render_missing(issue, render_group, issue.period_end)
    outbox.prepare(issue, issue.period_end)


def day(number: int, month: int = 7) -> dt.datetime:
    return dt.datetime(2026, month, number, 12, tzinfo=dt.UTC)


def told_to(reader: Subscriber) -> list[list[str]]:
    """Names of the benchmarks each of the reader's mails tells, in order."""
    found = []
    for row in reader.deliveries.select_related("issue").order_by("pk"):
        text = row.issue.renderings.get(group_key=row.group_key).text
        found.append([name for name in NAMES if f"{name}:" in text])
    return found


NAMES = ("First", "Second", "Third", "Fourth", "Fifth")


@pytest.fixture
def five_changes(settings):
    settings.NEWSLETTER_POSTAL_ADDRESS = "1 Data Street"
    days = (day(3), day(8), day(15), day(22), day(30))
    return [
        fact(n, changes.RESULT_ADDED, f"model-{n}", at=at, benchmark_name=name)
        for n, (at, name) in enumerate(zip(days, NAMES, strict=True), 1)
    ]


def choose(reader: Subscriber, frequency: str) -> None:
    reader.refresh_from_db()
    values = {"topics": [], "paused_until": None, "country": reader.country}
    rights.choose(reader, frequency=frequency, now=day(16), **values)


@pytest.mark.django_db
def test_from_weekly_to_monthly_the_month_begins_where_the_last_week_ended(five_changes):
    reader, other = make_subscriber(), make_subscriber(frequency="monthly")
    for number in (3, 8):
        send(issue_of(week_of(day(number).date()), *five_changes))
    choose(reader, MONTHLY)
    send(issue_of(month_of(day(3).date()), *five_changes))
    assert told_to(reader) == [["First"], ["Second"], ["Third", "Fourth", "Fifth"]]
    assert told_to(other) == [list(NAMES)]
    reader.refresh_from_db()
    assert (reader.tell_from, reader.group_key) == (None, "en:all")


@pytest.mark.django_db
def test_from_monthly_to_weekly_the_week_tells_what_the_weeks_before_it_told_others(five_changes):
    reader, other = make_subscriber(frequency="monthly"), make_subscriber()
    send(issue_of(month_of(dt.date(2026, 6, 5)), *five_changes))
    for number in (3, 8):
        send(issue_of(week_of(day(number).date()), *five_changes))
    choose(reader, WEEKLY)
    send(issue_of(week_of(day(15).date()), *five_changes))
    send(issue_of(week_of(day(22).date()), *five_changes))
    assert told_to(reader)[-2:] == [["First", "Second", "Third"], ["Fourth"]]
    assert told_to(other) == [["First"], ["Second"], ["Third"], ["Fourth"]]


@pytest.mark.django_db
def test_a_month_that_ended_before_the_last_week_told_is_not_repeated(five_changes):
    reader = make_subscriber()
    send(issue_of(week_of(dt.date(2026, 7, 30)), *five_changes))  # ends on 3 August
    choose(reader, MONTHLY)
    late = issue_of(month_of(day(3).date()), *five_changes)
    send(late)
    late.refresh_from_db()
    assert late.excluded == {"already_told": 1}
    reader.refresh_from_db()
    assert reader.tell_from == dt.datetime(2026, 8, 3, tzinfo=dt.UTC)
