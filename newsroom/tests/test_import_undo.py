"""One button takes a written import back: drafts go, public results are withdrawn, old values return."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from models_catalog.models import Import, LanguageModel, Result
from newsroom import import_undo, imports
from newsroom.import_files import UploadedFile
from newsroom.tests.newsroom_world import World

pytestmark = pytest.mark.django_db

CARD = "https://acme.example/card"
HEAD = "model,benchmark,score,source_url,date\n"
NEW = f"{HEAD}acme-2,gpqa,61.5,{CARD},2026-06-01\n"
CORRECTION = f"{HEAD}acme-1,gpqa,61,https://board.example,2026-05-01\n"


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch):
    monkeypatch.setattr(imports, "_launch", lambda step, entry: step(entry.pk))


@pytest.fixture
def world():
    cache.clear()
    return World()


def written(user, text, *, publish=True, name="results.csv") -> Import:
    """An import of `text` that has been confirmed and written."""
    entry = imports.start(user, UploadedFile("table", name, text.encode(), "results"), publish=publish)
    entry.refresh_from_db()
    imports.confirm(entry, "card of June", entry.digest, keep_going=False)
    entry.refresh_from_db()
    assert entry.state == Import.State.WRITTEN, entry.message
    return entry


def test_public_result_is_withdrawn_and_a_draft_removed(world):
    shown = written(world.paul, NEW)
    assert import_undo.undo(shown, world.paul, "wrong card") == []
    result = Result.objects.get(source_url=CARD)
    assert (result.state, result.withdrawn_reason) == ("withdrawn", "wrong card")
    hidden = written(world.edith, NEW.replace("acme-2,gpqa", "zeta,run-cost"), publish=False)
    import_undo.undo(hidden, world.edith, "wrong card")
    assert not Result.objects.filter(model=world.zeta, benchmark=world.cost).exists()
    hidden.refresh_from_db()
    assert hidden.state == Import.State.UNDONE


def test_changed_row_gets_its_old_value_back(world):
    entry = written(world.paul, CORRECTION)
    assert world.result(world.acme_1, world.gpqa).score == 61
    import_undo.undo(entry, world.paul, "the card was right")
    result = world.result(world.acme_1, world.gpqa)
    assert (result.score, result.state) == (60, "published")
    assert result.history.first().history_change_reason == f"Undo of import {entry.pk}: the card was right"


def test_what_somebody_touched_since_is_left_only_when_said(world):
    entry = written(world.paul, CORRECTION)
    result = world.result(world.acme_1, world.gpqa)
    result.score = 62
    result.save()
    with pytest.raises(imports.ImportRefused, match="1 of its rows were changed"):
        import_undo.undo(entry, world.paul, "wrong")
    import_undo.undo(entry, world.paul, "wrong", leave_changed=True)
    assert world.result(world.acme_1, world.gpqa).score == 62


def test_new_model_with_later_scores_stays_and_is_said(world):
    text = "slug,name,provider\nacme-9,Acme 9,acme\n"
    entry = written(world.paul, text, name="models.csv")
    model = LanguageModel.objects.get(slug="acme-9")
    world.publish(model, world.gpqa, "50")
    [said] = import_undo.undo(entry, world.paul, "no such model")
    model.refresh_from_db()
    assert "1 result" in said
    assert not model.published


def test_only_the_author_of_drafts_or_a_publisher_may_undo(world):
    shown = written(world.paul, NEW)
    with pytest.raises(imports.ImportRefused, match="or a publisher"):
        import_undo.undo(shown, world.edith, "mine")
    assert import_undo.why_not_undo(shown, world.petra) is None
    with pytest.raises(imports.ImportRefused, match="Say why"):
        import_undo.undo(shown, world.paul, " ")


def test_page_offers_one_button(world, client):
    entry = written(world.paul, NEW)
    client.force_login(world.paul)
    where = reverse("admin:models_catalog_import_change", args=[entry.pk])
    assert "Undo the whole import" in client.get(where).content.decode()
    page = client.post(where, {"_undo": "1", "reason": "wrong card"}, follow=True)
    assert "Took the import back" in page.content.decode()
    assert "Taken back: wrong card" in page.content.decode()
    assert "Undo the whole import" not in page.content.decode()
