"""Reads a plain CSV of answers: `model, benchmark, item, score` and, when wanted, `attempt, group`.

It is the way in for a harness of one's own. Scores between 0 and 1 are shares; anything else
has no unit that the file states. A figure is the mean over items of the means over attempts.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator

from importers.runs import words
from importers.runs.figures import ASK, NOT_STATED, PERCENT, YES, BadRun, Figure, ItemScore
from importers.runs.sources import RunFile

TOOL = "items-csv"
NEEDED = ("model", "benchmark", "item", "score")
KNOWN = (*NEEDED, "attempt", "group")
LARGEST = 40_000_000  # bytes
MOST_ROWS = 1_000_000
LONGEST = 400  # characters of a cell


def matches(file: RunFile) -> bool:
    if not file.base.endswith(".csv"):
        return False
    with file.path.open("rb") as source:
        head = source.readline(1000).decode("utf-8-sig", "replace")
    return set(NEEDED) <= {name.strip().lower() for name in head.split(",")}


def read(file: RunFile) -> list[Figure]:
    """One figure for each model and benchmark of the file."""
    found: dict[tuple[str, str], list[ItemScore]] = {}
    seen: set[tuple[str, str, str, int]] = set()
    for line, model, benchmark, item in _rows(file):
        key = (model, benchmark, item.item, item.attempt)
        if key in seen:
            raise BadRun(
                f"Line {line}: item “{words.text(item.item, 40)}”, attempt {item.attempt} of “{model}” stands twice. "
                "Number the attempts."
            )
        seen.add(key)
        found.setdefault((model, benchmark), []).append(item)
    if not found:
        raise BadRun("The file has a header and no rows.")
    return [_figure(file, model, benchmark, items) for (model, benchmark), items in found.items()]


def _rows(file: RunFile) -> Iterator[tuple[int, str, str, ItemScore]]:
    raw = file.raw(LARGEST)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRun(
            f"Byte {error.start + 1} is 0x{raw[error.start]:02X}, which is not UTF-8. Save it as UTF-8."
        ) from error
    if "\x00" in text:
        raise BadRun("The file contains NUL characters, so it is no CSV text.")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        places = _places(header)
        for number, row in enumerate(reader):
            if number >= MOST_ROWS:
                raise BadRun(f"The file has more than {MOST_ROWS:,} rows. Split it.")
            if any(cell.strip() for cell in row):
                yield reader.line_num, *_row(reader.line_num, row, places, len(header))
    except csv.Error as error:
        raise BadRun(f"Line {reader.line_num} is no CSV: {error}.") from error


def _places(header: list[str]) -> dict[str, int]:
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise BadRun(
            f"The header lacks {', '.join(missing)}. It must name {', '.join(NEEDED)}; attempt and group may follow."
        )
    doubled = [name for name in KNOWN if header.count(name) > 1]
    if doubled:
        raise BadRun(f"The header names {doubled[0]} twice.")
    return {name: header.index(name) for name in KNOWN if name in header}


def _row(line: int, row: list[str], places: dict[str, int], width: int) -> tuple[str, str, ItemScore]:
    if len(row) != width:
        raise BadRun(f"Line {line} has {len(row)} cells, the header {width}.")
    cells = {name: row[at].strip() for name, at in places.items()}
    for name, cell in cells.items():
        if len(cell) > LONGEST:
            raise BadRun(
                f"Line {line}, column {name}: the cell has {len(cell)} characters; at most {LONGEST} are taken."
            )
        if not cell and name in NEEDED:
            raise BadRun(f"Line {line}, column {name} is empty.")
    try:
        score = float(cells["score"])
    except ValueError:
        score = math.nan
    if not math.isfinite(score) or "_" in cells["score"]:
        raise BadRun(f"Line {line}, column score: “{words.text(cells['score'], 30)}” is not a number.")
    attempt = cells.get("attempt") or "1"
    if not (attempt.isascii() and attempt.isdecimal() and 1 <= int(attempt[:7]) <= 10_000):
        raise BadRun(f"Line {line}, column attempt: “{words.text(attempt, 20)}” is no number from 1 on.")
    item = ItemScore(words.text(cells["item"], 200), int(attempt), score, words.text(cells.get("group", ""), 80))
    return words.text(cells["model"], 200), words.text(cells["benchmark"], 160), item


def _figure(file: RunFile, model: str, benchmark: str, items: list[ItemScore]) -> Figure:
    means = item_means(items)
    counts = {item.item: 0 for item in items}
    for item in items:
        counts[item.item] += 1
    number, mean = len(means), sum(means.values()) / len(means)
    share = all(0 <= item.score <= 1 for item in items)
    spread = math.sqrt(sum((value - mean) ** 2 for value in means.values()) / (number - 1)) if number > 1 else None
    factor = 100 if share else 1
    attempts = set(counts.values())
    return Figure(
        file=file.name,
        tool=TOOL,
        take=YES if share else ASK,
        why="" if share else "Scores outside 0 to 1: the file states no unit.",
        model=model,
        benchmark=benchmark,
        metric="mean",
        score=mean * factor,
        as_written=mean,
        unit=PERCENT if share else NOT_STATED,
        stderr=None if spread is None else factor * spread / math.sqrt(number),
        stderr_note="computed from the items" if spread is not None else "",
        items=number,
        attempts=attempts.pop() if len(attempts) == 1 else None,
        run_id=words.text(f"{model}:{benchmark}", 200),
        item_scores=tuple(items),
    )


def item_means(items: list[ItemScore]) -> dict[str, float]:
    """Item → mean of its attempts."""
    scores: dict[str, list[float]] = {}
    for item in items:
        scores.setdefault(item.item, []).append(item.score)
    return {item: math.fsum(values) / len(values) for item, values in scores.items()}
