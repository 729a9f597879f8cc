"""One pair, one set of facts: page, JSON, Markdown, JSON-LD, card, embed and API say the same."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from comparisons import standing_store
from comparisons.pairs import social_card
from comparisons.pairs.comparison import load_comparison_page
from comparisons.pairs.summary import pair_summary
from comparisons.renderers import structured_data
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db
PAIRS = ("atlas-vs-borea", "atlas-vs-cirro", "atlas-vs-delta", "cirro-vs-delta", "delta-vs-ember", "ember-vs-fable")


@pytest.fixture(autouse=True)
def _world():
    build_world()
    standing_store.recompute()


def page_of(pair):
    return load_comparison_page(pair, today=timezone.now().date())


def words(text):
    """Text without tags, entities and superfluous space."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text))).strip()


def printed(path):
    return words(Client().get(path).content.decode())


def unescaped(markdown):
    return re.sub(r"\\(.)", r"\1", markdown)


def card_words(summary):
    lines = re.findall(r"<text[^>]*>([^<]*)</text>", social_card.card_svg(summary))
    return html.unescape(" ".join(lines))


@pytest.mark.parametrize("pair", PAIRS)
def test_every_sentence_of_the_verdict_is_the_same_everywhere(pair):
    page = page_of(pair)
    twin = Client().get(f"/compare/{pair}.json").json()
    shown = printed(f"/compare/{pair}/")
    written = unescaped(Client().get(f"/compare/{pair}.md").content.decode())
    assert twin["verdict"]["headline"] == page.verdict.headline
    assert twin["verdict"]["paragraphs"] == list(page.verdict.paragraphs)
    assert page.verdict.headline in shown
    assert page.verdict.headline in written
    assert page.verdict.sentences
    for sentence in page.verdict.sentences:
        assert sentence.text in shown
        assert sentence.text in written
    for reasons in page.verdict.choose_if:
        for claim in reasons:
            assert claim.text in shown
            assert claim.text in written


@pytest.mark.parametrize("pair", PAIRS)
def test_questions_and_answers_are_the_same_everywhere(pair):
    page = page_of(pair)
    told = [(answer.question, answer.answer) for answer in page.verdict.faq]
    twin = Client().get(f"/compare/{pair}.json").json()
    assert [(item["question"], item["answer"]) for item in twin["faq"]] == told
    data = json.loads(structured_data.comparison_json_ld(page)[0])
    assert [(item["name"], item["acceptedAnswer"]["text"]) for item in data["mainEntity"]] == told
    shown = printed(f"/compare/{pair}/")
    written = unescaped(Client().get(f"/compare/{pair}.md").content.decode())
    for question, answer in told:
        assert question in shown
        assert answer in shown
        assert f"### {question}\n\n{answer}\n" in written


@pytest.mark.parametrize("pair", PAIRS)
def test_scores_gap_and_evidence_are_the_same_everywhere(pair):
    page = page_of(pair)
    twin = Client().get(f"/compare/{pair}.json").json()
    written = Client().get(f"/compare/{pair}.md").content.decode()
    summary = pair_summary(page)
    surfaces = {
        "page": printed(f"/compare/{pair}/"),
        "markdown": unescaped(written),
        "card": card_words(summary),
        "embed": printed(f"/embed/compare/{pair}/"),
    }
    facts = [page.verdict.headline, *page.names]
    for slug, score in zip(page.comparison.slugs, page.comparison.overall.scores, strict=True):
        assert twin["overall"][slug]["text"] == (score.text if score else None)
        if score:
            facts += [score.text, score.low_text, score.high_text]
    if page.comparison.overall.gap_text:
        assert twin["overall"]["gap_text"] == page.comparison.overall.gap_text
        facts += [page.comparison.overall.gap_text, page.comparison.overall.p_text]
    shared = page.comparison.shared
    assert (twin["shared"]["benchmarks"], twin["shared"]["of"]) == (len(shared.benchmarks), shared.of)
    facts.append(summary.basis.rstrip("."))
    for name, text in surfaces.items():
        for fact in facts:
            assert fact in text, f"{name} of {pair} lacks “{fact}”"


@pytest.mark.parametrize("pair", PAIRS)
def test_every_value_of_a_table_is_the_same_everywhere(pair):
    page = page_of(pair)
    twin = Client().get(f"/compare/{pair}.json").json()
    shown, written = printed(f"/compare/{pair}/"), unescaped(Client().get(f"/compare/{pair}.md").content.decode())
    for line, told in zip(page.comparison.operational, twin["operational"], strict=True):
        for slug, value in zip(page.comparison.slugs, line.values, strict=True):
            assert (told["values"][slug] or {}).get("text") == (value.text if value else None)
            if value:
                assert value.text in shown
                assert value.text in written
    for line, told in zip(page.comparison.benchmarks, twin["benchmarks"], strict=True):
        assert told["difference_text"] == line.difference_text
        assert line.difference_text in shown
        assert line.difference_text in written


@pytest.mark.parametrize("pair", PAIRS)
def test_the_api_hands_out_the_twin_itself(pair):
    assert Client().get(f"/api/v1/compare/{pair}").json() == Client().get(f"/compare/{pair}.json").json()


def test_a_model_has_one_score_on_its_badge_in_the_api_and_beside_a_rival():
    page = page_of("atlas-vs-borea")
    answer = Client().get("/api/v1/models/atlas").json()["standings"]["verified"]
    score = page.comparison.overall.scores[0]
    badge = words(Client().get("/badge/atlas.svg").content.decode())
    assert page.comparison.lane == "verified"
    assert score.text == answer["text"]
    assert f"{score.text} ± {score.margin_text}" in badge
