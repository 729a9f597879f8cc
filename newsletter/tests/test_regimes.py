"""The reviewed table of countries, and the texts it names."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.core import regimes as module
from newsletter.core import wording as wording_module
from newsletter.core.regimes import RegimeTableError, load_regimes, normal_country
from newsletter.core.wording import WordingError, load_wordings, wording

TABLE = load_regimes()
COUNTRIES = sorted(country.alpha_2 for country in pycountry.countries)
START = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
moments = st.integers(0, 90 * 365 * 24 * 60).map(lambda minutes: START + dt.timedelta(minutes=minutes))


def test_every_country_stands_in_exactly_one_row():
    listed = sorted(country for regime in TABLE.regimes for country in regime.countries)
    assert listed == COUNTRIES


@pytest.mark.parametrize("code", ["", None, "XX", "T1", "ZZ", "EU", "AP", "eu", "QQ", "USA", "1", "D\u00c9", "<b>"])
def test_what_names_no_country_gets_the_strictest_row(code):
    regime = TABLE.for_country(normal_country(code))
    assert regime.code == "XX"
    assert regime.strictness == max(row.strictness for row in TABLE.regimes)


@pytest.mark.parametrize(
    "pair",
    [
        "DE:DE",
        "AT:DE",
        "FR:EEA",
        "NO:EEA",
        "RE:EEA",
        "GB:UK",
        "JE:UK",
        "CH:CH",
        "CA:CA",
        "US:US",
        "PR:US",
        "AU:AU_NZ",
        "NZ:AU_NZ",
        "BR:BR",
        "JP:JP",
        "KR:KR",
        "IN:IN",
        "SG:SG",
        "ZA:ZA",
        "IL:IL",
        "TR:TR",
        "CN:CN",
        "MX:XX",
    ],
)
def test_countries_of_the_design_stand_where_it_says(pair):
    country, code = pair.split(":")
    assert TABLE.for_country(country).code == code


def test_rows_a_lawyer_has_not_settled_are_flagged():
    assert {regime.code for regime in TABLE.in_need_of_review()} >= {"DE", "KR", "IN", "SG", "ZA", "IL", "TR", "CN"}


def test_postal_address_and_age_follow_the_design():
    assert {"US", "CA", "JP", "XX"} <= {regime.code for regime in TABLE.regimes if regime.postal_address}
    assert {regime.code: regime.age for regime in TABLE.regimes if regime.age != 16} == {"IN": 18}


@given(st.sampled_from(TABLE.regimes), st.sampled_from(TABLE.regimes))
def test_the_stricter_of_two_rows_does_not_depend_on_their_order(first, second):
    chosen = TABLE.stricter(first.code, second.code)
    assert chosen == TABLE.stricter(second.code, first.code)
    assert chosen in (first, second)
    assert chosen.strictness >= max(first.strictness, second.strictness)


@given(st.sampled_from(TABLE.regimes), moments)
def test_proof_is_kept_the_named_years_and_at_most_one_more(regime, left_at):
    until = regime.keep_proof_until(left_at)
    assert until.year - left_at.year in (regime.proof_years, regime.proof_years + 1)
    assert until > left_at + dt.timedelta(days=365 * regime.proof_years - 1)
    if regime.proof_to_year_end:
        assert (until.month, until.day, until.hour) == (1, 1, 0)


def test_proof_to_the_end_of_the_year():
    left_at = dt.datetime(2026, 7, 8, 9, tzinfo=dt.UTC)
    assert TABLE.by_code("DE").keep_proof_until(left_at) == dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    assert TABLE.by_code("JP").keep_proof_until(left_at) == dt.datetime(2027, 7, 8, 9, tzinfo=dt.UTC)
    assert TABLE.by_code("JP").proof_in_words == "1 year"
    assert TABLE.by_code("DE").proof_in_words == "3 years, to the end of that calendar year"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: [*rows, rows[0]], "stands in the table twice"),
        (lambda rows: [replace(rows[0], countries=rows[1].countries), *rows[1:]], "Remove it from one"),
        (lambda rows: [replace(rows[0], strictness=rows[1].strictness), *rows[1:]], "equally strict"),
        (lambda rows: rows[:-1], "must exist and be the strictest"),
        (lambda rows: [replace(rows[0], strictness=1000), *rows[1:]], "must exist and be the strictest"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(change, words):
    with pytest.raises(RegimeTableError, match=words):
        module._check(change(list(TABLE.regimes)))


def test_a_row_with_a_missing_field_is_refused(tmp_path):
    text = module.DEFAULT_FILE.read_text().replace("strictness = 80\n", "", 1)
    (tmp_path / "regimes.toml").write_text(text)
    with pytest.raises(RegimeTableError, match=r"Row DE .* strictness"):
        load_regimes(tmp_path / "regimes.toml")


# --- Wordings ---------------------------------------------------------------------------------


def test_every_row_names_a_wording_that_exists_and_is_used():
    named = {regime.wording for regime in TABLE.regimes}
    assert named | {"box-1", "box-2"} == set(load_wordings())


@pytest.mark.parametrize("wording_id", sorted(load_wordings()))
def test_a_wording_fills_completely_and_names_its_hash(wording_id):
    shown = wording(wording_id).shown(site="Site", sender="Sender", contact="a@b.org", age=16)
    assert "{" not in shown.text
    assert len(shown.sha256) == 64
    assert "\n\n".join(shown.paragraphs) == shown.text
    other = wording(wording_id).shown(site="Other", sender="Other", contact="c@d.org", age=18)
    assert (other.sha256 == shown.sha256) == (other.text == shown.text)


@pytest.mark.parametrize("regime", TABLE.regimes, ids=lambda regime: regime.code)
def test_everybody_agrees_to_purpose_rhythm_sender_withdrawal_and_age(regime):
    text = wording(regime.wording).shown(site="Site", sender="Sender", contact="a@b.org", age=regime.age).text
    for needed in ("At most one mail a week", "withdraw at any time", "Sender", "a@b.org", f"{regime.age} or older"):
        assert needed in text


def test_a_place_without_a_value_is_named():
    with pytest.raises(WordingError, match="confirm-xx-1 needs a value for 'site'"):
        wording("confirm-xx-1").shown()
    with pytest.raises(WordingError, match="no wording 'nothing'"):
        wording("nothing")


def test_a_text_changed_under_its_id_stops_the_start(tmp_path):
    text = wording_module.DEFAULT_FILE.read_text().replace("or older", "or so")
    (tmp_path / "wordings.toml").write_text(text)
    assert tomllib.loads(text)
    with pytest.raises(WordingError, match="give the new text a new id"):
        load_wordings(tmp_path / "wordings.toml")
