"""What becomes of a cell of a score sheet: pure rules, no database."""

import datetime as dt
from decimal import Decimal

import pytest

from newsroom.core.sheet import CellFacts, Recorded, SheetSource, decide, needs_publisher
from newsroom.core.sheet_warnings import (
    Expectation,
    cell_warnings,
    fraction_for_percent,
    source_warnings,
    unusual,
)

# --- one cell ---------------------------------------------------------------------------

CARD = SheetSource(source_url="https://acme.example", measured_on=dt.date(2026, 6, 1))


def row(score, **fields):
    given = {"state": "published", "source_url": CARD.source_url, "measured_on": CARD.measured_on, **fields}
    return Recorded(1, Decimal(score), **given)


def facts(*recorded, unit="percent", seen=None, now="", typical=None):
    def problem(score):
        return "outside the range" if score > 100 else None

    return CellFacts(unit, recorded, problem, typical, seen, now)


def test_new_score_is_created_and_the_same_one_skipped():
    assert decide(Decimal("81"), CARD, facts()).action == "create"
    assert decide(Decimal("81.0"), CARD, facts(row("81"))).action == "skip"


def test_other_score_of_the_same_source_and_settings_is_a_change():
    decision = decide(Decimal("82"), CARD, facts(row("81")))
    assert (decision.action, decision.target.score) == ("change", 81)
    assert needs_publisher(decision)
    assert not needs_publisher(decide(Decimal("82"), CARD, facts(row("81", state="draft"))))


@pytest.mark.parametrize(
    "other", [{"variant": "high"}, {"source_url": "https://other.example"}, {"measured_on": None}, {"method": "5-shot"}]
)
def test_score_of_another_source_or_setting_stands_beside(other):
    assert decide(Decimal("82"), CARD, facts(row("81", **other))).action == "create"


def test_cell_changed_by_somebody_else_is_a_conflict_even_with_the_same_value():
    assert decide(Decimal("82"), CARD, facts(row("81"), seen="a", now="b")).action == "conflict"
    assert decide(Decimal("81"), CARD, facts(row("81"), seen="a", now="b")).action == "conflict"
    assert decide(Decimal("82"), CARD, facts(row("81"), seen="a", now="a")).action == "change"


def test_withdrawn_result_is_published_again_by_a_publisher_only():
    decision = decide(Decimal("81"), CARD, facts(row("81", state="withdrawn", withdrawn_reason="wrong card")))
    assert decision.action == "change"
    assert "wrong card" in decision.message
    assert needs_publisher(decision)


def test_impossible_score_is_an_error():
    assert decide(Decimal("123"), CARD, facts()).message == "outside the range"


# --- warnings -----------------------------------------------------------------------------


def warnings(text, source, known):
    return " ".join(cell_warnings(decide(Decimal(text), source, known), source, known))


def test_fraction_typed_for_percent_is_noticed():
    assert "If 87.5 % is meant" in warnings("0.875", CARD, facts(typical=Decimal(60)))
    assert fraction_for_percent(Decimal("0.3"), "percent", Decimal("0.8")) is None
    assert fraction_for_percent(Decimal("0.3"), "usd", None) is None
    assert fraction_for_percent(Decimal(0), "percent", None) is None


def test_source_recorded_under_other_settings_is_noticed():
    known = facts(row("81", variant="high", measured_on=None))
    assert "This source already gives 81 % (high)" in warnings("82", CARD, known)
    assert "already gives" not in warnings("82", SheetSource(), facts(row("81", source_url="")))


def test_score_older_than_the_present_one_is_noticed():
    newer = facts(row("81", source_url="https://b.example", measured_on=dt.date(2026, 7, 1)))
    assert "Older than the present value: 81 % of 1 July 2026." in warnings("80", CARD, newer)
    older = facts(row("81", source_url="https://b.example", measured_on=dt.date(2026, 5, 1)))
    assert "Older" not in warnings("80", CARD, older)


def test_another_result_withdrawn_earlier_is_noticed():
    gone = row("99", state="withdrawn", withdrawn_reason="typing mistake", variant="high")
    assert "Withdrawn earlier: 99 % (typing mistake)." in warnings("82", CARD, facts(gone))


def test_outlier_is_named_from_four_usual_scatters():
    assert unusual(Expectation(Decimal(40), 39.9, 10), "percent") is None
    sentence = unusual(Expectation(Decimal(40), 41, 10), "percent")
    assert "predict about 40 %" in sentence
    assert "4.1 times the usual scatter above" in sentence
    assert "below" in unusual(Expectation(Decimal(40), -50, 10), "percent")
    assert unusual(Expectation(Decimal(40), 50, 0), "percent") is None


def test_sheet_without_source_date_or_kind_is_warned_about():
    assert len(source_warnings(SheetSource())) == 3
    assert source_warnings(SheetSource("https://a.example", "independent", 0, dt.date(2026, 1, 1))) == ()
