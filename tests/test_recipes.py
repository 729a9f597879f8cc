"""The developer documents are true: each file they name exists, and no recipe names more than five."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "CHANGELOG.md")
# `newsroom/core/` or `comparisons/core/method.py`, also without the app where a walk has named it before
PLACE = re.compile(r"`((?:[\w.]+/)+[\w.]*|[\w]+\.(?:md|toml|py))`")
APPS = ("", "comparisons/", "models_catalog/", "importers/", "newsletter/", "newsroom/")


def recipes() -> dict[str, list[str]]:
    """Title → files of every recipe that lists some."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Recipes")[2]
    parts = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0]: re.findall(r"^- `([^`]+)`", part, flags=re.MULTILINE) for part in parts}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_a_document_names_exists(document):
    places = PLACE.findall((ROOT / document).read_text(encoding="utf-8"))
    missing = [place for place in places if not any((ROOT / app / place).exists() for app in APPS)]
    assert not missing, f"{document} names what does not exist: {missing}"


def test_recipes_name_at_most_five_files_that_exist():
    found = recipes()
    assert len(found) >= 8
    for title, files in found.items():
        assert len(files) <= 5, f"{title} names {len(files)} files; reshape the code until five will do."
        assert all((ROOT / file).is_file() for file in files), f"{title}: {files}"
