"""JSON-LD: what the page says in schema.org's words, and never the end of its own script element."""

import datetime as dt
import json

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.pairs.comparison import load_comparison_page
from comparisons.renderers import structured_data
from models_catalog.tests.world import build_world

values = st.recursive(
    st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@settings(max_examples=40)
@given(st.dictionaries(st.text(), values))
def test_nothing_can_end_the_script_and_nothing_is_lost(data):
    text = structured_data.script_text(data)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == data


def test_the_home_page_begins_the_way():
    steps = structured_data.breadcrumbs([("Compare", "/compare/"), ("A vs B", "/compare/a-vs-b/")])["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert steps[0]["item"].endswith("/")
    assert steps[2] == {
        "@type": "ListItem",
        "position": 3,
        "name": "A vs B",
        "item": steps[0]["item"] + "compare/a-vs-b/",
    }


def test_a_dataset_names_its_files_and_leaves_out_what_is_not_known():
    found = structured_data.dataset(
        name="Code Repair",
        description="Results",
        path="/benchmarks/code-repair/",
        downloads=[("application/json", "/benchmarks/code-repair.json")],
        modified=dt.date(2026, 5, 4),
    )
    assert found["distribution"][0]["contentUrl"].endswith("/benchmarks/code-repair.json")
    assert found["dateModified"] == "2026-05-04"
    assert not {"license", "variableMeasured", "isBasedOn"} & found.keys()


@pytest.mark.django_db
def test_a_pair_gives_its_questions_and_its_place():
    build_world()
    standing_store.recompute()
    page = load_comparison_page("atlas-vs-borea", today=timezone.now().date())
    questions, trail = (json.loads(text) for text in structured_data.comparison_json_ld(page))
    assert questions["@type"] == "FAQPage"
    told = [(item["name"], item["acceptedAnswer"]["text"]) for item in questions["mainEntity"]]
    assert told == [(answer.question, answer.answer) for answer in page.verdict.faq]
    assert trail["itemListElement"][-1]["name"] == "Atlas 1 vs Borea Pro"
