"""How pasted tables are read and what becomes of a cell: pure rules, no database."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.core.pasted import (
    LONGEST_TEXT,
    UnreadableScore,
    UnreadableTable,
    name_key,
    pasted_scores,
    read_score,
    table_rows,
)
from newsroom.core.sheet import CellFacts, Recorded, SheetSource, decide, needs_publisher
from newsroom.core.sheet_warnings import (
    Expectation,
    cell_warnings,
    fraction_for_percent,
    source_warnings,
    unusual,
)

ACME = {"acme1"}


def scores(text, subject=ACME, name="Acme 1"):
    return [(row.line, row.name, row.text) for row in pasted_scores(text, subject, name)]


# --- numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("87.5", "87.5"),
        (" 87.5 % ", "87.5"),
        ("**87.5**", "87.5"),
        ("87,5", "87.5"),
        ("1,322.5", "1322.5"),
        ("1,322", "1322"),
        ("$6.06", "6.06"),
        ("1325 Elo", "1325"),
        ("87.5 ± 0.4", "87.5"),
        ("−3.2", "-3.2"),
        ("87.5†", "87.5"),
        (".5", "0.5"),
        ("0", "0"),
    ],
)
def test_scores_are_read_as_people_write_them(text, value):
    assert read_score(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "n/a", "N/A", "None", "**-**"])
def test_words_for_no_value_are_empty(text):
    assert read_score(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("=cmd()", "formula"),
        ("@SUM(A1)", "formula"),
        ("NaN", "no number"),
        ("inf", "no number"),
        ("1e400", "no number"),
        ("12 34", "no number"),
        ("about 80", "no number"),
        ("80/100", "no number"),
        ("9" * 41, "too long"),
        ("123456789", "too large"),
        ("0.1234567", "too many decimals"),
    ],
)
def test_other_texts_are_refused_with_a_sentence(text, says):
    with pytest.raises(UnreadableScore, match=says):
        read_score(text)


@given(st.decimals(min_value=-9_999_999, max_value=9_999_999, places=3))
def test_any_plain_number_is_read_exactly(value):
    assert read_score(f"{value:f}") == value


@given(st.text(max_size=60))
def test_any_text_gives_a_finite_number_nothing_or_a_sentence(text):
    try:
        value = read_score(text)
    except UnreadableScore as error:
        assert str(error).endswith(".")
    else:
        assert value is None or value.is_finite()


# --- tables -----------------------------------------------------------------------------


def test_markdown_table_of_a_model_card_is_read_by_the_models_column():
    text = """
| Benchmark | Acme 1 | Rival |
|:----------|-------:|------:|
| **MMLU-Pro** | 81.0 | 70 |
| GPQA | — | 50 |
"""
    assert scores(text) == [(4, "MMLU-Pro", "81.0"), (5, "GPQA", "—")]


def test_spreadsheet_rows_and_plain_lines_are_read():
    assert scores("MMLU-Pro\t81.0\nGPQA\t60") == [(1, "MMLU-Pro", "81.0"), (2, "GPQA", "60")]
    assert scores("MMLU-Pro: 81.0 %\nGPQA Diamond 60.2") == [(1, "MMLU-Pro", "81.0 %"), (2, "GPQA Diamond", "60.2")]
    assert scores("MMLU-Pro;81,0\nGPQA;60") == [(1, "MMLU-Pro", "81,0"), (2, "GPQA", "60")]
    assert scores("MMLU-Pro, 81.0\nGPQA, 60") == [(1, "MMLU-Pro", "81.0"), (2, "GPQA", "60")]


def test_table_with_the_model_in_a_row_is_turned():
    text = "Model\tMMLU-Pro\tGPQA\nAcme 1\t81\t60\nRival\t70\t50"
    assert scores(text) == [(2, "MMLU-Pro", "81"), (2, "GPQA", "60")]


def test_several_columns_without_the_models_name_are_refused_not_guessed():
    with pytest.raises(UnreadableTable, match=r"“Rival”, “Other”.*none is headed like Acme 1"):
        scores("Benchmark\tRival\tOther\nGPQA\t50\t60")


def test_two_columns_with_the_models_name_are_refused():
    with pytest.raises(UnreadableTable, match="Two columns are headed"):
        scores("Benchmark\tAcme 1\tACME-1\nGPQA\t50\t60")


def test_table_without_numbers_is_refused():
    with pytest.raises(UnreadableTable, match="No column of the pasted text holds numbers"):
        scores("one two\nthree four")


def test_too_long_a_text_and_too_many_rows_are_refused():
    with pytest.raises(UnreadableTable, match="longer than"):
        table_rows("x" * (LONGEST_TEXT + 1))
    with pytest.raises(UnreadableTable, match="at most 3,000"):
        table_rows("a 1\n" * 3001)


@given(st.text(max_size=300))
def test_any_pasted_text_gives_rows_or_a_sentence(text):
    try:
        found = pasted_scores(text, ACME, "Acme 1")
    except UnreadableTable as error:
        assert str(error).endswith(".")
    else:
        assert all(row.name and row.text for row in found)


@given(st.lists(st.tuples(st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True), st.integers(0, 100)), min_size=1))
def test_a_table_says_the_same_in_every_notation(rows):
    tabs = "\n".join(f"{name}\t{score}" for name, score in rows)
    bars = "\n".join(f"| {name} | {score} |" for name, score in rows)
    words = "\n".join(f"{name} {score}" for name, score in rows)
    assert scores(tabs) == scores(bars) == scores(words)


def test_names_are_compared_by_letters_and_digits():
    assert name_key("**MMLU-Pro**") == name_key("mmlu pro") == "mmlupro"
    assert name_key("GPT-4.1") != name_key("GPT-41")


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
    assert decide("81", CARD, facts()).action == "create"
    assert decide("81.0", CARD, facts(row("81"))).action == "skip"
    assert decide("", CARD, facts(row("81"))).action == "skip"


def test_other_score_of_the_same_source_and_settings_is_a_change():
    decision = decide("82", CARD, facts(row("81")))
    assert (decision.action, decision.target.score) == ("change", 81)
    assert needs_publisher(decision)
    assert not needs_publisher(decide("82", CARD, facts(row("81", state="draft"))))


@pytest.mark.parametrize(
    "other", [{"variant": "high"}, {"source_url": "https://other.example"}, {"measured_on": None}, {"method": "5-shot"}]
)
def test_score_of_another_source_or_setting_stands_beside(other):
    assert decide("82", CARD, facts(row("81", **other))).action == "create"


def test_cell_changed_by_somebody_else_is_a_conflict_even_with_the_same_value():
    assert decide("82", CARD, facts(row("81"), seen="a", now="b")).action == "conflict"
    assert decide("81", CARD, facts(row("81"), seen="a", now="b")).action == "conflict"
    assert decide("82", CARD, facts(row("81"), seen="a", now="a")).action == "change"


def test_withdrawn_result_is_published_again_by_a_publisher_only():
    decision = decide("81", CARD, facts(row("81", state="withdrawn", withdrawn_reason="wrong card")))
    assert decision.action == "change"
    assert "wrong card" in decision.message
    assert needs_publisher(decision)


def test_impossible_score_is_an_error():
    assert decide("123", CARD, facts()).message == "outside the range"
    assert decide("x", CARD, facts()).action == "error"


# --- warnings -----------------------------------------------------------------------------


def warnings(text, source, known):
    return " ".join(cell_warnings(decide(text, source, known), source, known))


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
