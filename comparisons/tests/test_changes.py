"""How changes read, and which moves of rank are worth telling."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons.core import changes
from comparisons.core.changes import ChangeFacts, RankRange, beyond_tie_band, detail, headline

NOON = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)


def fact(kind: str, **facts) -> ChangeFacts:
    """An entry about Atlas 1 of North Lab on Code Repair."""
    values = {
        "id": 7,
        "key": "k",
        "at": NOON,
        "model": "atlas",
        "model_name": "Atlas 1",
        "lab": "north",
        "lab_name": "North Lab",
    }
    return ChangeFacts(kind=kind, **{**values, **facts})


ranges = st.tuples(st.integers(1, 60), st.integers(0, 20), st.integers(0, 20)).map(
    lambda r: RankRange(r[0] + r[1], r[0], r[0] + r[1] + r[2])
)


@given(ranges, ranges)
def test_a_move_is_news_exactly_when_the_two_ranges_share_no_rank(before, after):
    shared = set(range(before.best, before.worst + 1)) & set(range(after.best, after.worst + 1))
    assert beyond_tie_band(before, after) == (not shared)
    assert beyond_tie_band(before, after) == beyond_tie_band(after, before)


@given(ranges)
def test_standing_still_is_no_news_and_a_gained_or_lost_rank_is(place):
    assert not beyond_tie_band(place, place)
    assert not beyond_tie_band(None, None)
    assert beyond_tie_band(None, place)
    assert beyond_tie_band(place, None)


prices = st.decimals("0.0001", "500", places=4)


@given(prices, prices)
def test_a_paid_price_never_reads_as_all_of_it_less(before, after):
    text = changes.price_moves({"input": str(before), "output": None}, {"input": str(after), "output": None})
    if before == after:
        assert text == ""
    else:
        assert text.startswith("input ")
        assert text.endswith("more" if after > before else "less")
        assert "100 % less" not in text


def test_no_percentage_is_taken_of_a_free_price():
    assert changes.price_moves({"input": "0", "output": "4"}, {"input": "1", "output": "2"}) == "output 50 % less"
    assert changes.price_text({"input": "0", "output": "0"}) == "free"


def test_a_price_change_says_old_new_percent_and_since_when():
    change = fact(
        changes.PRICE_CHANGED,
        provider="north",
        provider_name="North Lab",
        old_text="$3.00 in, $15.00 out",
        new_text="$2.00 in, $10.00 out",
        values={
            "old": {"input": "3", "output": "15"},
            "new": {"input": "2", "output": "10"},
            "since": "2026-06-01",
        },
    )
    assert headline(change) == "Atlas 1 at North Lab: $3.00 in, $15.00 out → $2.00 in, $10.00 out"
    assert detail(change) == "input 33.3 % less, output 33.3 % less, USD per 1M tokens, since 1 June 2026"
    assert change.topics == {"lab:north", "prices"}


def test_a_correction_shows_old_new_and_why():
    change = fact(
        changes.RESULT_CORRECTED,
        benchmark="code-repair",
        benchmark_name="Code Repair",
        category="coding",
        old_text="72.5 %",
        new_text="71.9 %",
        settings="high effort",
        reason="Typing error in the source",
    )
    assert headline(change) == "Atlas 1 on Code Repair: 72.5 % → 71.9 %"
    assert detail(change) == "high effort; Typing error in the source"
    assert change.topics == {"lab:north", "category:coding"}


def test_a_pair_links_to_its_page_whichever_model_comes_first():
    change = fact(changes.VERDICT_FLIPPED, model="borea", other="atlas", values={"other_lab": "south"})
    assert change.path == "/compare/atlas-vs-borea/"
    assert change.topics == {"lab:north", "lab:south", "pair:atlas-vs-borea"}


@pytest.mark.parametrize("kind", changes.KINDS)
def test_every_kind_has_a_sentence_without_gaps(kind):
    text = headline(
        fact(kind, benchmark_name="Code Repair", other="borea", other_name="Borea", old_text="1", new_text="2")
    )
    assert text
    assert text == " ".join(text.split())
    assert "  " not in text
    assert "None" not in text


def test_a_large_load_is_one_sentence_with_its_counts():
    change = fact(changes.RESULT_ADDED, model="", bulk=True, values={"models": 69, "results": 1427})
    assert headline(change) == "Catalogue loaded: 69 models, 1,427 results"


def test_outcomes_and_ranks_in_words():
    assert changes.outcome_text("clear", "Atlas 1") == "Atlas 1 clearly ahead"
    assert changes.outcome_text("too_close", "") == "too close to call"
    assert changes.rank_text(RankRange(3, 2, 5)) == "rank 3 (2 to 5)"
    assert changes.rank_text(RankRange(1, 1, 1)) == "rank 1"
    assert changes.rank_text(None) == "not ranked"
    assert changes.score_text(Decimal("1310.4"), "elo") == "1,310.4 Elo"
