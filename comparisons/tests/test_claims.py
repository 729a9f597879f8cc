"""The ledger: which claims are made, with which numbers and evidence, and which are not."""

from __future__ import annotations

import pytest

from comparisons.core.rules import RULES, rule_texts
from comparisons.tests.catalogues import (
    benchmark,
    category,
    generated_world,
    grown_world,
    mixed_world,
    model,
    price,
    reference_world,
    result,
    world,
)

KINDS = {
    "overall_lead", "overall_even", "overall_mixed", "not_ranked", "too_little", "nothing_shared", "category_lead",
    "category_even", "category_missing", "category_tally", "sharpest_category", "biggest_swing", "shared",
    "shared_too_few", "benchmark_lead", "flip_weight", "flip_shift", "flip_none", "hinge", "needed", "ops_lead",
    "ops_even", "ops_unknown", "caveat", "family_note", "pick", "choose_if",
}  # fmt: skip


def claims_of(some_world, a, b):
    return {claim.id: claim for claim in some_world.verdict(a, b).claims}


def every_claim():
    worlds = [generated_world(seed, 12, 26, 0.3 + 0.1 * seed, 0.1, "provisional") for seed in range(6)]
    worlds += [
        generated_world(10, 10, 10, 0.6, 0.1, "provisional"),
        grown_world(),
        mixed_world(),
        mixed_world(shared=0),
        mixed_world(shared=1),
        reference_world(),
    ]
    for some_world in worlds:
        for a, b in some_world.pairs():
            yield from some_world.verdict(a, b).claims


def test_every_kind_of_claim_occurs_and_every_rule_is_explained():
    kinds, rules = set(), set()
    for claim in every_claim():
        kinds.add(claim.kind)
        rules.add(claim.rule)
    assert kinds == KINDS
    assert rules <= set(RULES)
    assert all(text.endswith(".") for text in rule_texts().values())


def test_the_swing_on_mmlu_is_named_for_gpt_4_1_mini():
    claims = claims_of(reference_world(), "nemotron-ultra-253b", "gpt-4-1-mini")
    swing = claims["biggest_swing:gpt-4-1-mini"]
    assert (swing.scope, swing.favours, swing.strength) == ("mmlu", "gpt-4-1-mini", "clear")
    assert (
        swing.text
        == "The shared result that favours GPT-4.1 mini most is MMLU, 87.5 % to 49 % (± 9.2, questions unknown: clear)."
    )
    assert {item.text for item in swing.evidence} == {"87.5 %", "49 %"}
    assert claims["biggest_swing:nemotron-ultra-253b"].scope == "aime"


def test_a_knowledge_lead_rests_on_the_two_shared_tests_only():
    lead = claims_of(reference_world(), "nemotron-ultra-253b", "gpt-4-1-mini")["category_lead:knowledge"]
    assert lead.favours == "gpt-4-1-mini"
    assert {item.benchmark for item in lead.evidence} == {"mmlu", "gpqa"}
    assert lead.number("shared").value == 2
    assert not [number for number in lead.numbers if number.label == "score"]


def test_nothing_is_claimed_about_coding_where_gemma_and_mini_share_no_test():
    verdict = reference_world().verdict("gemma-4-12b", "gpt-4-1-mini")
    about = [claim for claim in verdict.claims if claim.scope == "coding"]
    assert [(claim.kind, claim.favours) for claim in about] == [("category_missing", None)]
    assert "coding" not in " ".join(verdict.paragraphs).lower()


def test_an_overall_lead_names_scores_gap_margin_probability_and_what_is_shared():
    grown = grown_world()
    leads = [claim for a, b in grown.pairs() for claim in grown.verdict(a, b).claims if claim.kind == "overall_lead"]
    assert leads
    for lead in leads:
        labels = [number.label for number in lead.numbers]
        assert labels == ["score", "score", "gap", "margin", "p", "confidence", "shared", "of", "sources", *labels[9:]]
        assert lead.evidence


def test_a_mixed_pair_names_nobody_and_gives_both_numbers():
    claims = claims_of(mixed_world(), "all-round", "shared-star")
    mixed = claims["overall_mixed"]
    assert mixed.favours is None
    assert mixed.number("score", "all-round").value > mixed.number("score", "shared-star").value
    assert mixed.number("shared_gap").value > 0
    assert claims["shared"].favours == "shared-star"
    assert not [claim for claim in claims.values() if claim.kind in ("overall_lead", "pick")]


def test_each_category_with_results_has_exactly_one_claim():
    for seed in range(4):
        some_world = generated_world(seed, 6, 20, 0.6, 5.0)
        for a, b in some_world.pairs():
            comparison = some_world.compare(a, b)
            scopes = [
                claim.scope
                for claim in some_world.verdict(a, b).claims
                if claim.kind in ("category_lead", "category_even", "category_missing")
            ]
            assert sorted(scopes) == sorted(line.slug for line in comparison.categories if any(line.results))


# ------------------------------------------------------------------ caveats


def test_a_model_without_a_rank_says_what_it_lacks():
    claims = claims_of(reference_world(), "nemotron-ultra-253b", "gpt-4-1-mini")
    text = claims["not_ranked:gpt-4-1-mini"].text
    assert "1 test family on the common scale, a rank needs 6" in text
    assert "0 test families with a result its maker did not report, a rank needs 2" in text


def test_figures_that_are_mostly_the_makers_own_are_said_to_be():
    claims = claims_of(reference_world(), "nemotron-ultra-253b", "gpt-4-1-mini")
    assert claims["caveat:self_reported:gpt-4-1-mini"].text == (
        "All 5 results of GPT-4.1 mini are its maker’s own or of unchecked origin."
    )


def test_a_second_opinion_is_mentioned_from_eleven_places_on():
    grown = grown_world()
    slug = grown.board.board[0].model
    other = grown.board.board[1].model
    for place, mentioned in ((11, False), (12, True), (1, False)):
        verdict = grown.verdict(slug, other, second_opinion={slug: place})
        found = [claim for claim in verdict.claims if claim.rule == "second_opinion"]
        assert bool(found) == mentioned
    said = next(
        c.text for c in grown.verdict(slug, other, second_opinion={slug: 30}).claims if c.rule == "second_opinion"
    )
    assert said.endswith("30th; here it is 1st.")


@pytest.mark.parametrize("status", ["deprecated", "retired"])
def test_a_model_on_its_way_out_is_said_to_be(status):
    rows = [result("a", "one", 50), result("b", "one", 60)]
    leaving = world([category("math")], [benchmark("one")], rows, models=[model("a", status=status)])
    assert leaving.verdict("a", "b").paragraphs[-1].startswith(f"A is {status}.")


def test_siblings_are_noted():
    kin = [model("a", family="alpha"), model("b", family="alpha")]
    rows = [result("a", "one", 50), result("b", "one", 60)]
    family = world([category("math")], [benchmark("one")], rows, models=kin)
    assert claims_of(family, "a", "b")["family_note"].text == "Both belong to the alpha family of A Lab."


# ------------------------------------------------------------------ reasons to choose


def priced(**amounts):
    return world(
        [category("math")],
        [benchmark("one")],
        [result("a", "one", 50), result("b", "one", 50)],
        prices=[price(slug, amount, amount) for slug, amount in amounts.items()],
    )


def test_a_cheaper_model_says_whose_prices_and_which_mix():
    reasons = priced(a="1", b="2").verdict("a", "b").choose_if[0]
    assert [claim.text for claim in reasons] == [
        "you want to pay less: $1.00 at The Maker against $2.00 at The Maker, per 1M tokens blended at 3 input to 1 output"
    ]


def test_a_free_model_is_free_and_no_number_of_times_cheaper():
    verdict = priced(a="0", b="2").verdict("a", "b")
    texts = " ".join(claim.text for claim in verdict.claims)
    assert verdict.choose_if[0][0].text.startswith(
        "you want to pay nothing: listed as free at The Maker, within limits"
    )
    assert "times" not in texts
    assert "100 %" not in texts


def test_with_one_price_unknown_nobody_is_cheaper():
    verdict = priced(a="1").verdict("a", "b")
    assert [claim.favours for reasons in verdict.choose_if for claim in reasons] == [None, None]
    assert "not published for B" in next(c.text for c in verdict.claims if c.id == "ops_unknown:price_blended")


def test_a_model_nothing_speaks_for_gets_no_invented_reason():
    verdict = priced(a="1", b="2").verdict("a", "b")
    assert [claim.text for claim in verdict.choose_if[1]] == ["Nothing we track speaks for B"]
    assert verdict.picks[1] == "Nothing we track speaks for B"


def test_a_pick_follows_from_the_lead_and_lists_every_reason_against():
    grown = grown_world()
    for a, b in grown.pairs():
        verdict = grown.verdict(a, b)
        for pick in (claim for claim in verdict.claims if claim.kind == "pick"):
            other = 1 - (a, b).index(pick.favours)
            against = {claim.id for claim in verdict.choose_if[other] if claim.reasons}
            assert set(pick.reasons) == {"overall_lead", *against}
