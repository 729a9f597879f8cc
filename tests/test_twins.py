"""Twins equal: the page, its JSON and its Markdown carry the same sentences and notes on random pairs.

A few pairs of a generated catalogue by default; 200 of the data that come with the software in the
slow run.
"""

from __future__ import annotations

import html
import itertools
import random
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from comparisons import standing_store
from models_catalog.models import Result
from models_catalog.tests.world import build_world

PAIRS = 200


def plain(markup: str) -> str:
    """The words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def unescaped(markdown: str) -> str:
    """The words of a Markdown document, without its signs."""
    linked = re.sub(r"\[((?:\\.|[^\]\\])*)\]\([^)\s]*\)", r"\1", markdown)
    return " ".join(re.sub(r"\\(.)", r"\1", linked).split())


def tight(words: str) -> str:
    """Words without any space, which tags may put before a comma."""
    return re.sub(r"\s+", "", words)


def texts_of(document: dict) -> dict[str, list[str]]:
    """Every text of the JSON twin that the two others must carry, by where it stands."""
    said = document["verdict"]
    reasons = {name for names in said["choose_if"].values() for name in names}
    flips = set(said["flips"])
    by_id = {claim["id"]: claim["text"] for claim in document["claims"]}
    notes = [
        result["note"].rstrip(".")
        for line in document["benchmarks"]
        for side in document["models"]
        for result in (line["results"][side["slug"]], *line["other_results"][side["slug"]])
        if result and result["note"]
    ]
    return {
        "headline": [said["headline"]],
        "sentences": said["sentences"],
        "reasons": [by_id[name] for name in sorted(reasons)],
        "flips": [by_id[name] for name in sorted(flips)],
        "questions": [text for entry in document["faq"] for text in (entry["question"], entry["answer"])],
        "notes": notes,
    }


def differences(client: Client, one: str, other: str) -> list[str]:
    """What the three twins of a pair do not say alike."""
    path = f"/compare/{min(one, other)}-vs-{max(one, other)}"
    document = client.get(f"{path}.json").json()
    page = tight(plain(client.get(f"{path}/").content.decode()))
    written = tight(unescaped(client.get(f"{path}.md").content.decode()))
    found = []
    for where, texts in texts_of(document).items():
        for text in texts:
            found += [f"{path} {twin} lacks of {where}: {text}" for twin, body in (("HTML", page), ("Markdown", written))
                      if tight(" ".join(text.split())) not in body]  # fmt: skip
    if document["verdict"]["sentences"][0] != document["verdict"]["why"]:
        found.append(f"{path}: the first sentence is not the reason under the headline")
    if not document["faq"][0]["answer"].startswith(document["verdict"]["why"]):
        found.append(f"{path}: the first answer does not open with the first sentence")
    return found


@pytest.mark.django_db
def test_twins_say_the_same_of_pairs_of_the_test_world():
    build_world()
    noted = Result.objects.filter(model__slug__in=("atlas", "borea"), state="published")
    noted.update(note="Read from a chart; not yet compared with the table.")
    standing_store.recompute()
    client = Client()
    for one, other in itertools.combinations(("atlas", "borea", "cirro", "delta"), 2):
        assert differences(client, one, other) == []


@pytest.mark.slow
@pytest.mark.django_db
def test_twins_say_the_same_of_200_pairs_of_the_starter_data():
    call_command("load_starter", stdout=StringIO())
    standing_store.recompute()
    slugs = sorted(standing_store.placed_models("verified"))
    pairs = random.Random(17).sample(list(itertools.combinations(slugs, 2)), PAIRS)
    client = Client()
    assert [text for one, other in pairs for text in differences(client, one, other)] == []
