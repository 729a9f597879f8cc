"""What a digest says: every number from its change, nothing lost, the same for the same snapshot."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparisons.core import changes
from comparisons.core.changes import ChangeFacts
from newsletter.core import digest, digest_news
from newsletter.core.digest_parts import SHORTER, WHOLE
from newsletter.core.periods import MONTHLY, WEEKLY, last_period, month_of, period_named, week_of
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
    models, first, results = told.sections
    ((line,),) = (block.lines for block in models.blocks)
    assert (models.title, line.text) == ("New models", "Atlas by North Lab")
    assert [mark.change for mark in line.marks] == [1, 2]
    assert [line.text for line in first.blocks[0].lines] == ["Code Repair: 72 %"]
    assert (first.blocks[0].title, results.blocks[0].title) == ("Atlas by North Lab", "Cirro by South Lab")
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
        fact(n, changes.RESULT_CORRECTED, benchmark_name=f"Test {n:03}") for n in range(1, WHOLE.lines + 213)
    ]
    (section,) = digest.build(frozen(*corrections)).sections
    assert section.more == "and 212 more changes on the changes page"
    assert section.more_path == "/changes/?kind=result_corrected&from=2026-06-29&to=2026-07-05"


def test_a_link_to_a_page_that_was_gone_is_not_printed():
    snapshot = digest.snapshot_of(WEEK, [fact(1, changes.RESULT_CORRECTED)], {}, WEEK.end)
    assert digest.build(snapshot).sections[0].blocks[0].lines[0].path == ""


def test_large_loads_belong_to_no_topic():
    load = fact(1, changes.RESULT_ADDED, model="", lab="", category="", bulk=True, values={"models": 3, "results": 400})
    (block,) = digest.build(frozen(load)).blocks
    assert [line.text for line in block.lines] == ["Catalogue loaded: 3 models, 400 results"]
    assert digest.build(frozen(load), ["lab:north"]) is None


# --- What is news ---------------------------------------------------------------------------------


def price(number: int, old: tuple, new: tuple, **columns) -> ChangeFacts:
    """A price of Atlas at its maker that went from (input, output) to (input, output)."""
    values = {side: dict(zip(("input", "output"), pair, strict=True)) for side, pair in (("old", old), ("new", new))}
    about = {"provider": "north", "provider_name": "North Lab", "values": values, "benchmark": "", "category": ""}
    return fact(number, changes.PRICE_CHANGED, **{**about, **columns})


def lines(told: digest.Digest) -> list[str]:
    return [line.text for block in told.blocks for line in block.lines]


def test_a_price_that_came_back_is_no_news_and_is_counted():
    told = digest.build(
        frozen(price(1, ("0.55", "3.2"), ("0.66", "3.41")), price(2, ("0.66", "3.41"), ("0.55", "3.2")))
    )
    assert (told.sections, told.changes, told.settled) == ((), 2, 2)


def test_two_steps_of_a_price_are_one_line_with_both_numbers():
    told = digest.build(frozen(price(1, ("0.95", None), ("0.94", None)), price(2, ("0.94", None), ("0.93", None))))
    (line,) = told.blocks[0].lines
    assert line.text == "Atlas at North Lab: $0.95 in → $0.93 in"
    assert [mark.change for mark in line.marks] == [1, 2]


def test_the_part_of_a_price_that_came_back_is_left_out():
    told = digest.build(frozen(price(1, ("1", "2"), ("3", "4")), price(2, ("3", None), ("1", None))))
    assert lines(told) == ["Atlas at North Lab: $2.00 out → $4.00 out"]


@pytest.mark.parametrize(
    "chain",
    [
        [(changes.RANK_CHANGED, "rank 3", "rank 7"), (changes.RANK_CHANGED, "rank 7", "rank 3")],
        [(changes.VERDICT_FLIPPED, "a", "b"), (changes.VERDICT_FLIPPED, "b", "c"), (changes.VERDICT_FLIPPED, "c", "a")],
        [(changes.CONTEXT_CHANGED, "1M", "2M"), (changes.CONTEXT_CHANGED, "2M", "1M")],
        [(changes.STATUS_CHANGED, "preview", "available"), (changes.STATUS_CHANGED, "available", "preview")],
        [(changes.RESULT_CORRECTED, "70 %", "71 %"), (changes.RESULT_CORRECTED, "71 %", "70 %")],
        [(changes.RESULT_ADDED, "", "70 %"), (changes.RESULT_WITHDRAWN, "70 %", "")],
        [(changes.MODEL_ADDED, "", ""), (changes.MODEL_REMOVED, "", "")],
    ],
    ids=lambda chain: chain[0][0],
)
def test_what_comes_back_within_the_week_is_no_news(chain):
    facts = [fact(n, kind, old_text=old, new_text=new) for n, (kind, old, new) in enumerate(chain, 1)]
    told = digest.build(frozen(*facts))
    assert (told.sections, told.settled) == ((), len(chain))


def test_a_result_entered_and_corrected_has_its_last_value_once():
    told = digest.build(
        frozen(
            fact(1, changes.RESULT_ADDED, new_text="70 %"),
            fact(2, changes.RESULT_CORRECTED, old_text="70 %", new_text="71 %"),
        )
    )
    assert lines(told) == ["Code Repair: 71 %"]
    assert told.summary == "1 new result."


@pytest.mark.parametrize(
    ("exact", "text"),
    [
        ("0.2596", "$0.2596"),
        ("2.385", "$2.385"),
        ("1.005", "$1.005"),
        ("15", "$15.00"),
        ("0.435", "$0.435"),
        ("0.00000012", "$0.00000012"),
        ("1234.5", "$1,234.50"),
        ("0", "free"),
        ("2.40", "$2.40"),
        ("100", "$100.00"),
    ],
)
def test_money_is_never_another_price(exact, text):
    assert digest_news.exact_money(Decimal(exact)) == text


@given(st.decimals("0.0000001", 100_000, places=7))
def test_money_says_the_whole_price(value):
    assert Decimal(digest_news.exact_money(value).replace("$", "").replace(",", "")) == value


@pytest.mark.parametrize(
    "reason",
    [
        "models.dev commit",
        "part of a bulk commit in the source",
        "bulk commit",
        "documented",
        "llm-stats 2b4b019a8249c386",
    ],
)
def test_notes_of_our_sources_reach_no_reader(reason):
    told = digest.build(
        frozen(
            fact(1, changes.RESULT_CORRECTED, reason=reason, dated_by="models.dev"),
            price(2, ("1", "2"), ("3", "4"), reason=reason, dated_by="models.dev"),
            fact(3, changes.RESULT_ADDED, "cirro", reason=reason, dated_by="llm-stats"),
        )
    )
    assert not any(word in repr(told) for word in ("commit", "models.dev", "llm-stats", "documented"))


def test_a_reason_an_editor_gave_is_told():
    told = digest.build(frozen(fact(1, changes.OUR_CORRECTION, reason="We had read the wrong column.")))
    assert "wrong column" in told.blocks[0].lines[0].detail


# --- Order, length and subject ----------------------------------------------------------------------


def with_weights(snapshot: dict, weights: dict) -> dict:
    return {**snapshot, "weights": weights}


def test_new_models_stand_by_what_readers_look_for_and_not_by_number_of_results():
    facts = [fact(n, changes.MODEL_ADDED, name) for n, name in enumerate(("many", "strong", "flagship", "old"), 1)]
    facts += [fact(n, changes.RESULT_ADDED, "many", benchmark_name=f"Test {n}") for n in range(10, 22)]
    week = {
        "many": [40, 3, "2026-06-30"],
        "strong": [2, 2, "2026-06-01"],
        "flagship": [None, 1, "2026-07-01"],
        "old": [1, 1, "2025-01-01"],
    }
    told = digest.build(with_weights(frozen(*facts), week))
    assert [text.split()[0] for text in lines(told)[:4]] == ["Strong", "Flagship", "Many", "Old"]
    assert told.subject == "New: Strong, Flagship, Many and 1 more model"


def many(models: int, results: int) -> dict:
    """A week with so many new models and results."""
    added = [fact(n, changes.MODEL_ADDED, f"model-{n:03}") for n in range(1, models + 1)]
    scored = [
        fact(1000 + n, changes.RESULT_ADDED, f"model-{n % models + 1:03}", benchmark_name=f"Benchmark {n:04}")
        for n in range(results)
    ]
    return frozen(*scored, *added)


@pytest.mark.parametrize("limits", SHORTER)
def test_every_new_model_is_named_before_the_first_single_result(limits):
    snapshot = many(60, 717)
    told = digest.build(snapshot, limits=limits)
    texts = lines(told)
    first_result = next(n for n, text in enumerate(texts) if text.startswith("Benchmark"))
    named = " ".join(texts[:first_result])
    assert all(f"Model-{n:03}" in named for n in range(1, 61))
    assert told.changes == 777


def test_each_limit_is_shorter_than_the_one_before():
    sizes = [len(lines(digest.build(many(60, 717), limits=limits))) for limits in SHORTER]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1]


def test_a_subject_names_what_happened():
    verdict = fact(1, changes.VERDICT_FLIPPED, other="borea", other_name="Borea", new_text="Borea likely ahead")
    told = digest.build(frozen(verdict, price(2, ("1", "2"), ("0.5", "2")), fact(3, changes.MODEL_DEPRECATED, "cirro")))
    assert told.subject == "Atlas vs Borea: Borea likely ahead; Atlas up to 50 % cheaper; Cirro deprecated"
    assert digest.build(frozen(fact(1, changes.RESULT_ADDED))).subject == "1 new result: 29 June to 5 July 2026"


@given(weeks())
@settings(max_examples=40)
def test_a_subject_fits_a_line(snapshot):
    assert 0 < len(digest.build(snapshot).subject) <= 200


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
