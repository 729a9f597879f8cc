"""The exported site: no link leads nowhere, nothing is written twice, forms and lanes lead to the live site."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command

from comparisons import standing_store
from models_catalog.models import LanguageModel
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    build_world()
    standing_store.recompute()


def export(folder: Path, capsys, *arguments: str) -> dict[str, int]:
    call_command("export_site", str(folder), *arguments)
    return {name: int(float(value)) for name, value in re.findall(r"(\w+)=([\d.]+)", capsys.readouterr().out)}


def broken(folder: Path, root: str = "http://files/") -> list[str]:
    """Links of every exported page that a plain file server could not answer."""
    found = []
    for page in folder.rglob("*.html"):
        here = urljoin(root, page.relative_to(folder).as_posix().removesuffix("index.html"))
        for link in re.findall(r'(?:href|src|action)="([^"#]+)', page.read_text()):
            whole = urljoin(here, link)
            if not whole.startswith(root):
                continue
            target = folder / whole.removeprefix(root)
            if not (target.is_file() or (target / "index.html").is_file()):
                found.append(f"{page}: {link}")
    return found


def test_a_plain_file_server_finds_every_link(world, tmp_path, capsys):
    told = export(tmp_path, capsys, "--pairs", "all")
    assert told["pages"] == told["written"] > 20
    assert (tmp_path / "compare" / "atlas-vs-borea" / "index.html").is_file()
    assert broken(tmp_path) == []


def test_what_needs_a_server_leads_to_the_live_site(world, tmp_path, capsys):
    export(tmp_path, capsys, "--pairs", "all")
    page = (tmp_path / "compare" / "atlas-vs-borea" / "index.html").read_text()
    assert f'href="{site.SITE_URL}/compare/atlas-vs-borea/?lane=provisional"' in page
    assert f'href="{site.SITE_URL}/report/' in page
    assert 'href="../../models/atlas/"' in page


def test_links_may_stand_below_a_base(world, tmp_path, capsys):
    export(tmp_path, capsys, "--base", "/models-site/")
    assert 'href="/models-site/leaderboard/"' in (tmp_path / "index.html").read_text()
    with pytest.raises(CommandError, match="is no base"):
        call_command("export_site", str(tmp_path), "--base", "models")


def test_a_second_run_writes_only_what_changed(world, tmp_path, capsys):
    first = export(tmp_path, capsys, "--twins")
    assert export(tmp_path, capsys, "--twins")["same"] > 0.9 * first["pages"]
    assert export(tmp_path, capsys, "--twins", "--resume")["kept"] == first["pages"]
    LanguageModel.objects.filter(slug="atlas").update(name="Atlas renamed")
    standing_store.recompute()
    again = export(tmp_path, capsys, "--twins", "--resume")
    assert again["written"] > 0
    assert "Atlas renamed" in (tmp_path / "models" / "atlas" / "index.html").read_text()
