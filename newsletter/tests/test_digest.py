"""What a digest says: every number from its change, nothing lost, the same for the same snapshot."""

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparisons.core import changes
from comparisons.core.changes import ChangeFacts
from newsletter.core import digest
from newsletter.core.digest import MONTHLY, WEEKLY, last_period, month_of, period_named, week_of
from newsletter.tests.tracing import facts_of, hidden_are_counted, misplaced

WEEK = week_of(dt.date(2026, 7, 1))


def fact(number: int, kind: str, model: str = "atlas", **columns) -> ChangeFacts:
    """An entry of the week about a model of North Lab (South Lab for cirro)."""
    lab = "south" if model == "cirro" else "north"
    texts = {"old_text": "70 %", "new_text": "72 %"} if kind != changes.RESULT_ADDED else {"new_text": "72 %"}
    return ChangeFacts(
        **{
            "id": number,
            "key": f"k{number}",
            "at": WEEK.start + dt.timedelta(hours=number % 167),
            "kind": kind,
            "model": model,
            "model_name": model.capitalize(),
            "lab": lab,
            "lab_name": f"{lab.capitalize()} Lab",
            "benchmark": "code-repair",
            "benchmark_name": "Code Repair",
            "category": "coding",
            **texts,
            **columns,
        }
    )


def frozen(*facts: ChangeFacts) -> dict:
    """A snapshot that went through JSON, as a stored one does."""
    live = {change.id: True for change in facts}
    return json.loads(json.dumps(digest.snapshot_of(WEEK, facts, live, WEEK.end)))


@st.composite
def weeks(draw) -> dict:
    """A snapshot of 1 to 120 changes of all kinds about a few models."""
    number = draw(st.integers(1, 120))
    kinds = draw(st.lists(st.sampled_from(list(changes.KINDS)), min_size=number, max_size=number))
    models = draw(st.lists(st.sampled_from([f"model-{n}" for n in range(20)]), min_size=number, max_size=number))
    scores = draw(st.lists(st.integers(1, 4), min_size=number, max_size=number))
    loads = draw(st.lists(st.integers(0, 9), min_size=number, max_size=number))
    return frozen(
        *(
            fact(n + 1, kind, model, new_text=f"{score} %", bulk=load == 0, values={"results": 300})
            for n, (kind, model, score, load) in enumerate(zip(kinds, models, scores, loads, strict=True))
        )
    )


@given(weeks())
@settings(max_examples=60)
def test_every_change_is_printed_or_counted_as_left_out(snapshot):
    assert hidden_are_counted(snapshot)
    told = digest.build(snapshot)
    numbers = [mark.change for mark in told.marks]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) <= set(facts_of(snapshot))
    assert told.changes == len(snapshot["changes"])


@given(weeks())
@settings(max_examples=60)
def test_every_line_says_what_its_changes_say(snapshot):
    assert misplaced(snapshot) == []


@given(weeks())
@settings(max_examples=30)
def test_one_snapshot_makes_one_digest_and_one_fingerprint(snapshot):
    again = json.loads(json.dumps(snapshot, sort_keys=True))
    assert digest.build(snapshot) == digest.build(again)
    assert digest.sha256_of(snapshot) == digest.sha256_of(again)


@given(weeks(), st.lists(st.sampled_from(["lab:north", "lab:south", "category:coding", "prices"]), max_size=3))
@settings(max_examples=60)
def test_topics_pick_exactly_the_changes_that_belong_to_them(snapshot, topics):
    told = digest.build(snapshot, topics)
    fitting = [c for c in facts_of(snapshot).values() if not topics or c.topics & set(topics)]
    assert (told is None) == (not fitting)
    if told is not None:
        assert told.changes == len(fitting)
        assert {mark.change for mark in told.marks} <= {change.id for change in fitting}


def test_a_changed_snapshot_has_another_fingerprint():
    snapshot = frozen(fact(1, changes.RESULT_ADDED))
    other = frozen(fact(1, changes.RESULT_ADDED, new_text="72.1 %"))
    assert digest.sha256_of(snapshot) != digest.sha256_of(other)


def test_a_new_model_stands_once_with_both_entries_and_its_first_results():
    told = digest.build(
        frozen(
            fact(1, changes.MODEL_ADDED),
            fact(2, changes.MODEL_ADDED),
            fact(3, changes.RESULT_ADDED),
            fact(4, changes.RESULT_ADDED, "cirro"),
        )
    )
    models, results = told.sections
    (block,) = models.blocks
    assert (models.title, block.title) == ("New models", "Atlas by North Lab")
    assert [mark.change for mark in block.marks] == [1, 2]
    assert [line.text for line in block.lines] == ["Code Repair: 72 %"]
    assert results.blocks[0].title == "Cirro by South Lab"
    assert told.summary == "1 new model and 2 new results."


def test_makers_prices_come_before_those_of_hosts():
    told = digest.build(
        frozen(
            fact(1, changes.PRICE_CHANGED, "atlas", provider="sky", provider_name="Sky"),
            fact(2, changes.PRICE_CHANGED, "cirro", provider="south", provider_name="South Lab"),
        )
    )
    assert [line.marks[0].change for line in told.sections[0].blocks[0].lines] == [2, 1]


def test_a_long_week_is_shortened_and_says_by_how_much_and_where_the_rest_is():
    corrections = [
        fact(n, changes.RESULT_CORRECTED, benchmark_name=f"Test {n:03}") for n in range(1, digest.MOST_LINES + 213)
    ]
    (section,) = digest.build(frozen(*corrections)).sections
    assert section.more == "and 212 more changes in the log"
    assert section.more_path == "/changes/?kind=result_corrected&from=2026-06-29&to=2026-07-05"


def test_a_link_to_a_page_that_was_gone_is_not_printed():
    snapshot = digest.snapshot_of(WEEK, [fact(1, changes.RESULT_CORRECTED)], {}, WEEK.end)
    assert digest.build(snapshot).sections[0].blocks[0].lines[0].path == ""


def test_large_loads_belong_to_no_topic():
    load = fact(1, changes.RESULT_ADDED, model="", lab="", category="", bulk=True, values={"models": 3, "results": 400})
    (block,) = digest.build(frozen(load)).blocks
    assert [line.text for line in block.lines] == ["Catalogue loaded: 3 models, 400 results"]
    assert digest.build(frozen(load), ["lab:north"]) is None


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("2025-W21", "19 to 25 May 2025"),
        ("2026-W27", "29 June to 5 July 2026"),
        ("2026-W01", "29 December 2025 to 4 January 2026"),
        ("2026-07", "July 2026"),
    ],
)
def test_periods_in_words(slug, text):
    assert period_named(slug).text == text


@pytest.mark.parametrize("slug", ["2026-W54", "2026-W1", "2026-13", "2026-7", "yesterday", "", "2026-W27-1"])
def test_what_is_no_period_is_refused_with_an_example(slug):
    with pytest.raises(ValueError, match="2026-W27"):
        period_named(slug)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)))
def test_every_day_lies_in_one_week_and_one_month_and_their_names_lead_back(day):
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    for period in (week_of(day), month_of(day)):
        assert period.start <= noon < period.end
        assert period_named(period.slug) == period
    assert week_of(day).end - week_of(day).start == dt.timedelta(days=7)
    assert week_of(day).start.weekday() == 0
    for newsletter in (WEEKLY, MONTHLY):
        last = last_period(newsletter, noon)
        assert last.end <= noon
        assert (week_of if newsletter == WEEKLY else month_of)(last.end.date()).start == last.end


def test_the_last_week_is_over_from_its_first_second_on():
    monday = dt.datetime(2026, 7, 6, tzinfo=dt.UTC)
    assert last_period(WEEKLY, monday).slug == "2026-W27"
    assert last_period(WEEKLY, monday - dt.timedelta(seconds=1)).slug == "2026-W26"
    assert last_period(MONTHLY, dt.datetime(2026, 7, 1, tzinfo=dt.UTC)).slug == "2026-06"
