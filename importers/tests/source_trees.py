"""Copies of the small source trees in `data/`, to be read as they are or spoiled first."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from importers import formats
from importers.apply import apply_batch
from importers.report import ImportReport
from models_catalog.tests.factories import make_benchmark

DATA = Path(__file__).parent / "data"
ENDLESS = "9" * 2_000_000  # a number nobody can mean


def copy_of(name: str, folder: Path) -> Path:
    """A copy of one tree that a test may change."""
    return Path(shutil.copytree(DATA / name, folder / name))


def change(file: Path, old: str, new: str) -> None:
    """Replace text that must be in the file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def zipped(folder: Path, archive: Path, inside: str = "") -> Path:
    """The folder as a ZIP, inside an outer folder if `inside` names one."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                packed.write(file, f"{inside}{file.relative_to(folder).as_posix()}")
    return archive


def take_tree(format_name: str, path: Path, **options) -> ImportReport:
    """Import a tree and return the report."""
    return apply_batch(formats.read(format_name, path), reason="Test", **options)


def refusals(report: ImportReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def make_open_benchmark(slug: str, unit: str = "rating", **overrides):
    """A benchmark without an upper end that counts nowhere."""
    values = {"kind": "other", "unit": unit, "floor": None, "best": None, "maximum": None, "weight": 0}
    return make_benchmark(slug=slug, name=slug.title(), **values | overrides)
