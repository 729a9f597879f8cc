"""How price rows become periods that never overlap (docs/adr/0003-import.md, "Prices")."""

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import formats
from importers.apply import apply_batch
from importers.price_periods import Period, plan_periods
from importers.records import Place, PriceRecord
from models_catalog.models import Offering, Price, PriceConflict, periods_overlap
from models_catalog.tests.factories import make_model, make_organization

HEADER = "model,served_by,price_in,price_out,valid_from,valid_to,observed_on,dataset\n"


@pytest.fixture
def take(tmp_path, db):
    """Import price rows of one offering, given as the cells after its name; returns the report."""
    lab = make_organization(slug="north")
    make_model(slug="atlas", lab=lab)
    turns = itertools.count()

    def run(*rows, **options):
        folder = tmp_path / f"source-{next(turns)}"
        folder.mkdir()
        (folder / "prices.csv").write_text(HEADER + "".join(f"atlas,north,{row}\n" for row in rows))
        return apply_batch(formats.read("csv", folder), reason="Test", **options)

    return run


def stored():
    """(input price, first day, end, last seen) of every price, in order of time."""
    prices = Price.objects.all()
    rows = [
        (int(price.input), str(price.valid_from or ""), str(price.valid_to or ""), str(price.observed_on or ""))
        for price in prices
    ]
    return sorted(rows, key=lambda row: row[1])


def test_undated_price_alone_is_stored_without_dates(take):
    row = "3,15,,,2026-01-05,board"
    assert take(row).last_line == "created=1 updated=0 unchanged=0 rejected=0"
    assert take(row).last_line == "created=0 updated=0 unchanged=1 rejected=0"
    assert stored() == [(3, "", "", "2026-01-05")]


def test_undated_price_of_the_same_source_and_day_is_corrected_in_place(take):
    take("3,15,,,2026-01-05,board")
    assert take("4,15,,,2026-01-05,board").total("updated") == 1
    assert stored() == [(4, "", "", "2026-01-05")]


def test_same_figures_seen_later_move_the_day_they_were_last_seen(take):
    take("3,15,2025-01-01,,2026-01-05,vendor")
    take("3,,,,2026-02-01,board")
    assert stored() == [(3, "2025-01-01", "", "2026-02-01")]


def test_same_figures_seen_earlier_change_nothing(take):
    take("3,15,2025-01-01,,2026-01-05,vendor")
    assert take("3,15,,,2025-06-01,board").last_line == "created=0 updated=0 unchanged=1 rejected=0"


def test_other_figures_seen_later_end_the_price_and_begin_a_new_one(take):
    rows = "3,15,2025-01-01,,2026-01-05,vendor", "2,10,,,2026-03-01,board"
    take(rows[0])
    assert take(rows[1]).problems == []
    assert stored() == [(3, "2025-01-01", "2026-03-01", "2026-01-05"), (2, "2026-03-01", "", "2026-03-01")]
    assert Price.objects.get(input=2).valid_from_basis == "first observed"
    assert take(rows[1]).last_line == "created=0 updated=0 unchanged=1 rejected=0"


def test_source_read_before_a_price_was_seen_to_end_does_not_undo_that_end(take):
    documented = "3,15,2025-01-01,,2026-01-05,vendor"
    take(documented, "2,10,,,2026-03-01,board")
    assert take(documented).last_line == "created=0 updated=0 unchanged=1 rejected=0"
    assert "overlaps" in take("3,15,2025-01-01,,2026-04-01,vendor").problems[0].reason


def test_other_figures_for_a_day_already_documented_are_refused(take):
    take("3,15,2025-01-01,,2026-01-05,vendor")
    report = take("2,10,,,2025-06-01,board")
    assert report.problems[0].column == "observed_on"
    assert "says otherwise" in report.problems[0].reason
    assert stored() == [(3, "2025-01-01", "", "2026-01-05")]


def test_price_seen_in_a_gap_lasts_to_the_next_known_period(take):
    take("3,15,2026-01-01,,,vendor")
    take("5,20,,,2025-06-01,board")
    assert stored() == [(5, "2025-06-01", "2026-01-01", "2025-06-01"), (3, "2026-01-01", "", "")]


def test_observations_are_taken_in_the_order_of_their_days(take):
    rows = "2,10,,,2026-03-01,b", "3,15,,,2025-03-01,a"
    take(*rows)
    assert stored() == [(3, "", "2026-03-01", "2025-03-01"), (2, "2026-03-01", "", "2026-03-01")]
    assert take(*rows).last_line == "created=0 updated=0 unchanged=2 rejected=0"


def test_documented_periods_outweigh_a_bare_observation(take):
    take("3,15,,,2026-01-05,board")
    report = take("9,15,2024-01-01,2025-06-01,,vendor", "3,15,2025-06-01,,,vendor")
    assert report.problems == []
    assert [row[:3] for row in stored()] == [(9, "2024-01-01", "2025-06-01"), (3, "2025-06-01", "")]


def test_bare_observation_outside_the_documented_periods_becomes_a_period(take):
    take("3,15,,,2026-01-05,board")
    take("9,15,2024-01-01,2025-06-01,,vendor")
    assert [row[:3] for row in stored()] == [(9, "2024-01-01", "2025-06-01"), (3, "2026-01-05", "")]


def test_dated_rows_that_overlap_in_one_file_are_refused_with_both_lines(take):
    report = take("3,15,2025-01-01,2025-07-01,,v", "2,10,2025-06-01,,,v")
    problem = report.problems[0]
    assert (problem.file, problem.line, problem.column) == ("prices.csv", 3, "valid_from")
    assert "line 2" in problem.reason
    assert not Price.objects.exists()
    assert not Offering.objects.exists()


def test_dated_row_that_overlaps_a_stored_period_is_refused_until_that_one_ends(take):
    take("3,15,2025-01-01,,,v")
    assert "from 2025-01-01 to now" in take("2,10,2025-06-01,,,v").problems[0].reason
    assert take("3,15,2025-01-01,2025-06-01,,v", "2,10,2025-06-01,,,v").problems == []
    assert [row[:3] for row in stored()] == [(3, "2025-01-01", "2025-06-01"), (2, "2025-06-01", "")]


def test_observation_without_a_day_after_all_periods_have_ended_is_refused(take):
    take("3,15,2025-01-01,2025-06-01,,v")
    assert "Say since when" in take("2,10,,,,board").problems[0].reason


def conflicts():
    """(source, what it says, against what, state) of every listed conflict."""
    return list(PriceConflict.objects.values_list("dataset", "says", "against", "state"))


def test_sources_that_disagree_by_more_than_one_percent_are_listed_however_the_row_ends(take):
    take("3,15,,,2026-01-05,vendor")
    take("3.02,15,,,2026-01-05,board")  # refused, but no dispute: within 1 %
    assert conflicts() == []
    assert take("2,10,,,2026-01-05,board").problems  # refused: another price of the same day
    listed = [("board", "input 2, output 10", "input 3, output 15 from vendor", "open")]
    assert conflicts() == listed
    assert not take("2,10,,,2026-03-01,board").problems  # begins a new period
    assert conflicts() == listed
    take("2,10,,,2026-03-02,board")
    assert conflicts() == listed


def test_a_conflict_goes_when_the_sources_agree(take):
    take("3,15,,,2026-01-05,vendor")
    take("2,10,,,2026-03-01,board")
    take("2,10,,,2026-03-02,vendor")
    assert conflicts() == []


def test_a_settled_conflict_comes_back_only_with_other_figures(take):
    take("3,15,2025-01-01,,2026-01-05,vendor")
    take("2,15,,,2025-06-01,board")
    PriceConflict.objects.update(state="settled")
    take("2,15,,,2025-06-01,board")
    assert [state for *_, state in conflicts()] == ["settled"]
    take("1,15,,,2025-06-01,board")
    assert conflicts() == [("board", "input 1", "input 3 from vendor", "open")]


def test_a_dry_run_lists_no_conflict_and_a_source_never_disputes_itself(take):
    take("3,15,,,2026-01-05,vendor")
    take("2,10,,,2026-03-01,vendor")
    assert conflicts() == []
    take("1,10,,,2026-03-01,board", dry_run=True)
    assert conflicts() == []


def test_free_is_a_price(take):
    take("0,0,,,2026-01-05,board")
    assert Price.objects.get().input == 0


DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2025, 1, 20))


@st.composite
def price_records(draw):
    """A plausible row: dated, open at either end, or only seen."""
    start, end = draw(st.none() | DAYS), draw(st.none() | DAYS)
    if start and end and end <= start:
        start, end = end, start + dt.timedelta(days=1)
    return PriceRecord(
        place=Place("prices.csv", 1),
        model="atlas",
        provider="north",
        input=Decimal(draw(st.integers(1, 3))),
        valid_from=start,
        valid_to=end,
        observed_on=draw(st.none() | DAYS),
        dataset=draw(st.sampled_from(["a", "b"])),
    )


def in_time(periods):
    """The periods as plain values, in order of time."""
    rows = [(p.start or dt.date.min, p.end, p.values.get("input"), p.seen_on) for p in periods]
    return sorted(rows, key=lambda row: row[0])


@given(st.lists(price_records(), max_size=5), st.lists(price_records(), max_size=5))
def test_periods_never_overlap_and_every_row_is_kept_or_refused(first, second):
    periods = []
    for records in (first, second):
        refused = []
        periods = [Period(dict(period.values), stored=period) for period in periods]
        periods = plan_periods(periods, records, lambda record, field, reason, bin=refused: bin.append(record))
        spoken = [id(record) for period in periods for record in period.records]
        assert sorted(spoken + [id(record) for record in refused]) == sorted(map(id, records))
        for one, other in itertools.combinations(periods, 2):
            assert not periods_overlap(one.start, one.end, other.start, other.end)
        assert len({period.start for period in periods}) == len(periods)


@given(st.lists(price_records(), max_size=4, unique_by=lambda r: (r.dataset, r.observed_on, r.valid_from)))
def test_accepted_rows_taken_again_change_nothing(records):
    refused = []
    periods = plan_periods([], records, lambda record, field, reason: refused.append(id(record)))
    accepted = [record for record in records if id(record) not in refused]
    again = plan_periods(
        [Period(dict(period.values), stored=period) for period in periods],
        accepted,
        lambda record, field, reason: pytest.fail(f"{record} was refused the second time: {reason}"),
    )
    assert in_time(again) == in_time(periods)
