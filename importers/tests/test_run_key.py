"""Every figure of an outside collection of tool files reads to its answer key.

The collection is not part of this repository: name its folder in RUN_FILES to run these
tests. The samples the tools made for us are checked in test_run_samples.
"""

import csv
import os
from pathlib import Path

import pytest

from importers import runs

FOLDER = os.environ.get("RUN_FILES", "")
TAKEN_FOR = {"cannot know": {"yes", "refuse"}}  # the record itself does not say what its source was
CLOSE = 1e-5
pytestmark = pytest.mark.skipif(not FOLDER, reason="RUN_FILES names no folder with an answer_key.csv")


def key():
    if not FOLDER:
        return []
    with (Path(FOLDER) / "answer_key.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def number(text):
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value else None


def same(ours, theirs):
    return ours is None if theirs is None else ours is not None and abs(ours - theirs) < CLOSE


def fits(figure, row):
    """Whether the figure is the row's: all that names it, and score and error where several bear the name."""
    return (
        figure.benchmark == ("" if row["benchmark"].startswith("(") else row["benchmark"])
        and figure.metric == row["metric"]
        and (not row["filter_or_scorer"] or figure.filter == row["filter_or_scorer"])
        and figure.reducer == row["reducer"]
        and same(figure.score, number(row["score"]))
        and same(figure.stderr, number(row["stderr"]))
    )


@pytest.mark.parametrize("file", sorted({row["file"] for row in key()}))
def test_file_reads_to_its_key(file):
    rows = [row for row in key() if row["file"] == file]
    found = list(runs.read("auto", Path(FOLDER) / file).figures)
    matched = []
    for row in rows:
        figure = next((each for each in found if fits(each, row)), None)
        assert figure is not None, row
        found.remove(figure)
        matched.append(figure)
        assert figure.take in TAKEN_FOR.get(row["take"], {row["take"]}), (row, figure.why)
        if not row["model"].startswith("("):
            assert figure.model == row["model"]
        counts = {"items": figure.items, "attempts_per_item": figure.attempts, "shots": figure.settings.shots}
        for column, value in counts.items():
            if row[column].isdigit():
                assert value == int(row[column]), column
        if row["items_in_set"].isdigit() and figure.items_in_set is not None:
            assert figure.items_in_set == int(row["items_in_set"])
        if row["date_utc"]:
            assert figure.date.isoformat() == row["date_utc"][:10]
        if row["chat"]:
            assert figure.settings.chat_template is (row["chat"] == "yes")
        if row["partial"] in ("yes", "no"):
            assert figure.partial is (row["partial"] == "yes"), figure.partial_because
    assert not [each for each in found if each.is_taken], "figures taken that the key does not know"


def test_the_key_is_whole():
    assert len(key()) >= 158
