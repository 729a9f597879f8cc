"""The documents are true: every address in docs/addresses.md answers, every link and command they name exists."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import get_commands
from django.urls import URLResolver, get_resolver

from comparisons import standing_store
from models_catalog.core import item_codes
from models_catalog.models import EvaluationRun, ItemScore, ItemSet, Result, RunFigure
from models_catalog.tests.world import build_world
from newsletter.models import Subscriber
from newsletter.tests.people import make_subscriber
from newsletter.tests.web import ask_for_link, mails, path_in, sign_up
from newsletter.tests.weeks import MONDAY, build
from newsletter.tokens import unsubscribe_token

DOC = Path(settings.BASE_DIR) / "docs" / "addresses.md"
ROW = re.compile(r"^\| `(/[^`]*)` \|", re.MULTILINE)
PLACEHOLDER = re.compile(r"A-vs-B|\b(?:SLUG|RESULT|ISSUE|RUN|TOKEN|VERSION|N)\b")
PATTERN_PART = re.compile(r"\(\?P<\w+>[^)]*\)|<[^>]*>")
# Not for readers: the newsroom, reports of mail providers, the components page.
ELSEWHERE = (settings.ADMIN_URL, "anymail/", "styleguide/")
# Addresses that answer nothing unless they are asked something.
ASKED = dict.fromkeys(("/compare.json", "/compare.md"), "?m=atlas&m=borea&m=cirro")
SLUGS = {"models": "atlas", "badge": "atlas", "benchmarks": "code-repair", "categories": "coding"}
SLUGS |= {"labs": "north", "providers": "sky"}


def documented(part: str = "") -> list[str]:
    """Addresses of the document's tables; `part` cuts it to what stands before (get) or in (post) the POST table."""
    text = DOC.read_text(encoding="utf-8")
    before, _, posted = text.partition("| Only by POST |")
    return ROW.findall({"get": before, "post": posted}.get(part, text))


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every URL pattern of the code, whole."""
    for entry in resolver.url_patterns:
        whole = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, whole)
        else:
            yield whole


def public_patterns() -> set[str]:
    """Patterns for readers, with * for each changing part."""
    shapes = set()
    for whole in patterns(get_resolver()):
        if not whole.startswith(ELSEWHERE) and "<path:rest>" not in whole:
            plain = whole.replace("^", "").removesuffix("$").removesuffix("/?")
            shapes.add("/" + PATTERN_PART.sub("*", plain))
    return shapes


def test_the_document_and_the_code_name_the_same_addresses():
    told = {PLACEHOLDER.sub("*", address) for address in documented()}
    assert told == public_patterns()


def test_no_address_stands_in_the_document_twice():
    assert len(documented()) == len(set(documented()))


@pytest.fixture
def values(client, settings, tmp_path) -> dict[str, str]:
    """What the words in capitals stand for in a small world with an issue and two readers."""
    settings.STATIC_ROOT = tmp_path
    settings.SECURITY_CONTACT = "mailto:security@evenbench.example"
    with time_machine.travel(MONDAY, tick=False) as clock:
        world = build_world()
        standing_store.recompute()
        issue = build()
        make_subscriber("reader@example.org")
        ask_for_link(client, "reader@example.org")
        manage = path_in(mails("manage")[0])
        clock.shift(dt.timedelta(minutes=11))
        sign_up(client, "new@example.org")
        reader = Subscriber.objects.get(address="reader@example.org")
        yield {
            "A-vs-B": "atlas-vs-borea",
            "RESULT": str(world.results["atlas", "code-repair"].pk),
            "ISSUE": issue.slug,
            "RUN": str(_run_behind(world.results["atlas", "code-repair"])),
            "N": "1",
            "VERSION": "1",
            "confirm": path_in(mails("confirm")[0]).strip("/").split("/")[-1],
            "u": unsubscribe_token(reader.public_id, 0),
            "manage": manage.strip("/").split("/")[-1],
        }


def _run_behind(result: Result) -> int:
    """The number of a run with scores of two questions that stands behind a result."""
    run = EvaluationRun.objects.create(
        tool="items-csv", run_key="x", task="x", model_name="x", model=result.model, benchmark=result.benchmark
    )
    figure = RunFigure.objects.create(run=run, metric="mean", score=50, unit="percent", result=result)
    entries = [["1", "", ""], ["2", "", ""]]
    items = ItemSet.objects.create(digest=ItemSet.digest_of(entries), size=2, packed=ItemSet.pack(entries))
    ItemScore.objects.create(figure=figure, item_set=items, packed=item_codes.pack("10"))
    return run.pk


def filled(address: str, values: dict[str, str]) -> str:
    """An address of the document with real values."""
    folder = address.removeprefix("/api/v1").removeprefix("/newsletter").split("/")[1]

    def value(match: re.Match) -> str:
        if match[0] == "TOKEN":
            return values[folder]
        return SLUGS[folder] if match[0] == "SLUG" else values[match[0]]

    return PLACEHOLDER.sub(value, address)


@pytest.mark.django_db
def test_every_address_answers(client, values):
    paths = [filled(one, values) for one in documented("get")]
    answers = {path: client.get(path + ASKED.get(path, "")).status_code for path in paths}
    assert len(answers) > 60
    assert {path: status for path, status in answers.items() if status not in (200, 301, 302)} == {}


@pytest.mark.django_db
def test_addresses_of_buttons_answer_posts_only(client, values):
    paths = [filled(one, values) for one in documented("post")]
    assert len(paths) == 9
    assert {client.get(path).status_code for path in paths} == {405}
    own = {"HTTP_SEC_FETCH_SITE": "same-origin"}
    posted = {path: client.post(path, {"sure": "yes"}, **own).status_code for path in paths}
    assert set(posted.values()) <= {200, 302}, posted


GUIDES = sorted([DOC.parents[1] / "README.md", *DOC.parent.glob("*.md")])
LINK = re.compile(r"""(?:\]\(|src="|srcset=")(?!https?://|#)([^)#"\s]+)""")
COMMAND = re.compile(r"(?:manage\.py|/srv/run) ([a-z_]+)")


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_links_of_a_guide_lead_to_files(guide):
    links = LINK.findall(guide.read_text(encoding="utf-8"))
    assert [link for link in links if not (guide.parent / link).exists()] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_commands_of_a_guide_exist(guide):
    named = set(COMMAND.findall(guide.read_text(encoding="utf-8")))
    assert named - set(get_commands()) == set()
