"""Citations: what was said at a revision is said for ever, whatever becomes of rows, models and method."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.core import citing
from comparisons.models import Citation, DatasetRevision
from comparisons.pairs import citations, cited_views
from comparisons.tests.log_entries import make_entry
from comparisons.tests.other_method import method_in_use
from models_catalog.models import LanguageModel, ModelSlugRedirect, Result
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db
PAIR = "/compare/atlas-vs-borea/"
HERE = {"HTTP_SEC_FETCH_SITE": "same-origin"}
NOON = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def frozen(time_machine):
    time_machine.move_to(NOON, tick=False)
    cited_views._throttle.forget()


@pytest.fixture
def world():
    world = build_world()
    standing_store.recompute("test world")
    return world


def cite(client, path: str = PAIR, **fields) -> str:
    """Press the button; the address it leads to, without its fragment."""
    answer = client.post(f"{path}cite/", fields, **HERE)
    assert answer.status_code == 302, answer.content
    return answer["Location"].partition("#")[0]


def printed(client, address: str) -> tuple[str, str, str]:
    """What was kept as the three representations print it: the article, the JSON without `citation`, the Markdown."""
    query = address.partition("?")[2]
    pair = address.partition("?")[0].rstrip("/")
    page, data, text = (client.get(f"{pair}{ending}?{query}") for ending in ("/", ".json", ".md"))
    assert {page.status_code, data.status_code, text.status_code} == {200}
    article = re.search(r"<article.*?</article>", page.content.decode(), re.S)[0]
    document = json.loads(data.content)
    del document["citation"]
    return article, json.dumps(document), text.content.decode().partition("\n## Cite this\n")[0]


def since(client, address: str) -> dict:
    return json.loads(client.get(address.replace("/?", ".json?")).content)["citation"]["since"]


def test_a_get_keeps_nothing(client, world):
    assert client.get(f"{PAIR}cite/").status_code == 405
    assert not Citation.objects.exists()
    assert f'action="{PAIR}cite/"' in client.get(PAIR).content.decode()


def test_what_is_kept_is_what_the_page_said(client, world):
    live = json.loads(client.get(f"{PAIR[:-1]}.json").content)
    text = client.get(f"{PAIR[:-1]}.md").content.decode()
    address = cite(client)
    assert address == f"{PAIR}?rev={live['revision']}"
    article, document, markdown = printed(client, address)
    assert json.loads(document) == live
    assert markdown == text
    for sentence in live["verdict"]["sentences"]:
        assert sentence in re.sub(r"&#39;", "'", article)


def test_pressing_twice_keeps_once(client, world):
    assert cite(client) == cite(client)
    assert Citation.objects.count() == 1


def test_a_citation_is_not_indexed_and_names_the_page_of_today(client, world):
    page = client.get(cite(client)).content.decode()
    assert '<meta name="robots" content="noindex">' in page
    assert re.search(rf'<link rel="canonical" href="[^"]*{PAIR}">', page)


def change_everything(world) -> None:
    """Edit, withdraw, delete, rename, hide: all that an editor can do to the rows behind a page."""
    shown = Result.objects.filter(model__slug__in=("atlas", "borea"), state="published").order_by("pk")
    edited, withdrawn, deleted = shown[0], shown[1], shown[2]
    edited.score += 1
    edited.save()
    withdrawn.state, withdrawn.withdrawn_reason = Result.State.WITHDRAWN, "Measured on other questions."
    withdrawn.save()
    deleted.delete()
    atlas = LanguageModel.objects.get(slug="atlas")
    atlas.slug, atlas.name = "zephyr", "Zephyr"
    atlas.save()
    ModelSlugRedirect.objects.get_or_create(old_slug="atlas", model=atlas)


def test_it_stays_to_the_letter_after_edits_withdrawal_deletion_and_renaming(client, world):
    address = cite(client)
    before = printed(client, address)
    change_everything(world)
    standing_store.recompute("everything else")
    assert printed(client, address) == before
    assert printed(client, address.replace("atlas-vs-borea", "borea-vs-zephyr")) == before
    told = since(client, address)
    assert not told["nothing"]
    assert {"of": "Name of Atlas 1", "then": "Atlas 1", "now": "Zephyr"} in told["changes"]
    assert told["page"].endswith("/compare/borea-vs-zephyr/")


def test_it_stays_to_the_letter_under_other_constants(client, world):
    address = cite(client)
    before = printed(client, address)
    with method_in_use(likely=0.999, clear=0.9999):
        standing_store.recompute("another method")
        assert client.get(f"{PAIR[:-1]}.md").content.decode() != before[2]
        assert printed(client, address) == before
        assert not since(client, address)["nothing"]


@pytest.mark.parametrize("end", ["hide", "delete"])
def test_it_answers_after_its_models_are_gone(client, world, end):
    address = cite(client)
    before = printed(client, address)
    borea = LanguageModel.objects.filter(slug="borea")
    if end == "hide":
        borea.update(published=False)
    else:
        Result.objects.filter(model__slug="borea").delete()
        borea.get().delete()
    standing_store.recompute("one model less")
    assert printed(client, address) == before
    page = client.get(address).content.decode()
    assert "What was said stays." in page
    assert re.search(rf'<link rel="canonical" href="[^"]*{PAIR}\?rev=\d+">', page)
    assert since(client, address)["page"] is None


def test_nothing_changed_is_said_in_all_three(client, world):
    address = cite(client)
    assert since(client, address)["nothing"]
    assert "Nothing changed: the page says the same today." in client.get(address).content.decode()
    assert "Nothing changed" in client.get(address.replace("/?", ".md?")).content.decode()


def test_what_changed_since_names_the_figure_and_the_entry_of_the_log(client, world, time_machine):
    address = cite(client)
    time_machine.move_to(NOON + dt.timedelta(days=1), tick=False)
    row = Result.objects.filter(model__slug="atlas", state="published").order_by("pk")[0]
    row.score += 1
    row.save()
    standing_store.recompute("a correction")
    make_entry(model="atlas", model_name="Atlas", at=NOON + dt.timedelta(hours=20))
    told = since(client, address)
    assert any(change["of"].startswith("Benchmarks: ") and "Atlas" in change["of"] for change in told["changes"])
    assert told["log"]
    page = client.get(address).content.decode()
    assert "What reads otherwise" in page
    assert told["log"][0]["text"] in page


@pytest.mark.parametrize(
    ("rev", "said"),
    [("999999", "There is no revision 999999"), ("abc", "“abc” is no revision"), ("0", "“0” is no revision")],
)
def test_an_unknown_revision_is_refused_in_a_sentence(client, world, rev, said):
    for ending in ("/", ".json", ".md"):
        answer = client.get(f"{PAIR[:-1]}{ending}?rev={rev}")
        assert answer.status_code == 404
        assert said in answer.content.decode().replace("\\", "")


def test_an_earlier_revision_nobody_kept_says_so_and_leads_on(client, world):
    number = DatasetRevision.objects.latest("number").number
    standing_store.recompute("a later one")
    answer = client.get(f"{PAIR}?rev={number}")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "Nobody kept what this comparison said" in page
    assert f"{PAIR}?on=2026-11-30" in page
    assert not Citation.objects.exists()


@pytest.mark.parametrize("ending", ["/", ".json", ".md"])
def test_asking_for_the_present_revision_keeps_it(client, world, ending):
    number = DatasetRevision.objects.latest("number").number
    assert client.get(f"{PAIR[:-1]}{ending}?rev={number}").status_code == 200
    before = printed(client, f"{PAIR}?rev={number}")
    change_everything(world)
    standing_store.recompute("everything else")
    assert printed(client, f"{PAIR}?rev={number}") == before
    assert Citation.objects.count() == 1


def test_a_full_day_keeps_nothing_by_asking_and_says_how(client, world, monkeypatch):
    monkeypatch.setattr(citations, "MOST_A_DAY", 0)
    number = DatasetRevision.objects.latest("number").number
    answer = client.get(f"{PAIR}?rev={number}")
    assert (answer.status_code, Citation.objects.exists()) == (404, False)
    assert "Nobody kept what this comparison said" in answer.content.decode()


def test_a_second_statement_at_one_revision_gets_an_edition_of_its_own(client, world):
    first = cite(client)
    before = printed(client, first)
    with method_in_use(likely=0.999, clear=0.9999):
        second = cite(client)
    assert second == f"{first}.2"
    assert printed(client, first) == before
    assert printed(client, second) != before
    assert cite(client) == first


def test_a_lane_has_citations_of_its_own(client, world):
    own, default = cite(client, lane="provisional"), cite(client)
    assert "lane=provisional" in own
    assert json.loads(client.get(own.replace("/?", ".json?")).content)["lane"] == "provisional"
    assert default != own


def test_a_program_is_refused_what_a_kept_page_cannot_change(client, world):
    address = cite(client)
    answer = client.get(address.replace("/?", ".json?") + "&w=coding:100")
    assert answer.status_code == 422


def test_a_page_that_moved_while_it_was_open_leads_to_the_new_button(client, world):
    LanguageModel.objects.filter(slug="borea").update(slug="zephyr")
    ModelSlugRedirect.objects.create(old_slug="borea", model=LanguageModel.objects.get(slug="zephyr"))
    standing_store.recompute("renamed")
    answer = client.post(f"{PAIR}cite/", **HERE)
    assert (answer.status_code, answer["Location"]) == (302, "/compare/atlas-vs-zephyr/#take")
    assert not Citation.objects.exists()


def test_other_sites_cannot_press_the_button(client, world):
    assert client.post(f"{PAIR}cite/", HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert client.post(f"{PAIR}cite/").status_code == 403
    assert not Citation.objects.exists()


def test_one_client_and_all_together_are_bounded(client, world, monkeypatch):
    monkeypatch.setattr(citations, "MOST_A_DAY", 1)
    cite(client)
    assert client.post(f"{PAIR}cite/", {"lane": "provisional"}, **HERE).status_code == 429
    cite(client)  # what is kept already is answered
    for _ in range(cited_views.A_MINUTE):
        last = client.post(f"{PAIR}cite/", **HERE)
    assert last.status_code == 429
    assert last["Retry-After"] == "60"


def test_a_citation_is_never_saved_again(client, world):
    cite(client)
    with pytest.raises(ValueError, match="never changes"):
        Citation.objects.get().save()


def test_nothing_about_who_asked_is_kept(client, world):
    client.post(f"{PAIR}cite/", REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT="Sentinel/1", **HERE)
    kept = Citation.objects.get()
    columns = {field.name for field in Citation._meta.fields}
    assert columns == {"id", "pair", "lane", "revision", "edition", "day", "kept_at", "sha256", "statement"}
    assert b"198.51.100.7" not in citations.zlib.decompress(bytes(kept.statement))


# --- Pure parts -------------------------------------------------------------------------------------

SOURCE = citing.Source(
    "Evenbench",
    "A & B_1 vs C",
    "A is 5 % ahead",
    "https://evenbench.example/compare/a-vs-c/?rev=7.2",
    dt.date(2026, 11, 30),
    "7.2",
    "2",
    "verified",
)


def test_the_three_forms_of_a_citation_name_the_same():
    assert SOURCE.plain == (
        "Evenbench, “A & B_1 vs C: A is 5 % ahead”, 30 November 2026, dataset revision 7.2, method version 2, "
        "verified lane. https://evenbench.example/compare/a-vs-c/?rev=7.2"
    )
    assert "@misc{evenbench-a-b-1-vs-c-7-2,\n" in SOURCE.bibtex
    assert r"A \& B\_1 vs C: A is 5 \% ahead" in SOURCE.bibtex
    assert SOURCE.csl[0]["issued"] == {"date-parts": [[2026, 11, 30]]}
    assert SOURCE.csl[0]["URL"] in SOURCE.plain
    assert SOURCE.quoting("A leads.").startswith("“A leads.” (Evenbench, ")


@pytest.mark.parametrize(("text", "read"), [("412", (412, 1)), ("412.2", (412, 2)), (" 7 ", (7, 1))])
def test_a_revision_is_read_and_written_back(text, read):
    assert citing.parse_revision(text) == read
    assert citing.parse_revision(citing.revision_text(*read)) == read


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1e5", "٣", "9" * 40, "1.2.3"])
def test_what_is_no_revision_is_refused(text):
    with pytest.raises(citing.BadRevision):
        citing.parse_revision(text)


WORDS = st.text("abcdefg 12.%", min_size=1, max_size=12).map(str.strip).filter(bool)


@st.composite
def statements(draw) -> dict:
    """A statement with one table; its models' names occur in no cell."""
    labels = draw(st.lists(WORDS, min_size=1, max_size=6, unique=True))
    rows = [[label, draw(WORDS), {"text": draw(WORDS), "href": ""}] for label in labels]
    return {
        "names": ["Xenon", "Yttrium 2"],
        "call": draw(WORDS),
        "sentences": [{"text": f"Xenon {text}"} for text in draw(st.lists(WORDS, max_size=4, unique=True))],
        "tables": [{"title": "Benchmarks", "heads": ["Benchmark", "Xenon", "Yttrium 2"], "rows": rows}],
        "document": {"methodology": "2", "lane": "verified"},
    }


@given(statements())
def test_a_statement_differs_from_itself_in_nothing(statement):
    assert citing.differences(statement, json.loads(citing.text_of(statement))).none


@given(statements(), st.data())
def test_one_other_figure_is_the_one_difference(statement, data):
    now = json.loads(citing.text_of(statement))
    row = data.draw(st.integers(0, len(now["tables"][0]["rows"]) - 1))
    label, before, _ = now["tables"][0]["rows"][row]
    now["tables"][0]["rows"][row][1] = "another figure"
    found = citing.differences(statement, now)
    assert found.things == (citing.Difference(f"Benchmarks: {label}, Xenon", before, "another figure"),)
    assert not found.no_longer_said + found.said_now


@given(statements())
def test_a_new_name_alone_is_told_once_and_changes_no_sentence(statement):
    text = citing.text_of(statement).replace("Xenon", "Argon")
    found = citing.differences(statement, json.loads(text))
    assert found.things == (citing.Difference("Name of Xenon", "Xenon", "Argon"),)
    assert not found.no_longer_said + found.said_now
