"""Follows every number of a mail back to a change of its snapshot, or to a count of them."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

from comparisons.core import changes
from comparisons.core.changes import ChangeFacts
from newsletter.core import digest, digest_news

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class _Text(HTMLParser):
    """The words of a page without its head, styles and addresses."""

    def __init__(self):
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag, attrs):
        self._hidden += tag in ("head", "style", "title")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("head", "style", "title")

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(data)


def words_of(html: str) -> str:
    """What a reader sees of a page."""
    parser = _Text()
    parser.feed(html)
    return " ".join(parser.words)


def facts_of(snapshot: dict) -> dict[int, ChangeFacts]:
    """The changes of a snapshot by number."""
    found = {}
    for row in snapshot["changes"]:
        columns = {name: value for name, value in row.items() if name != "path"}
        found[row["id"]] = ChangeFacts(**{**columns, "at": dt.datetime.fromisoformat(row["at"])})
    return found


def untraced(text: str, snapshot: dict) -> list[str]:
    """Numbers in a text that no change, no count of changes and no date of the period accounts for."""
    facts = facts_of(snapshot)
    start, end, as_of = (dt.datetime.fromisoformat(snapshot[name]) for name in ("start", "end", "as_of"))
    last = end - dt.timedelta(seconds=1)
    sources = [f"{moment.day} {moment.year}" for moment in (start, last, as_of)]
    sources += [f"{as_of:%H:%M}".replace(":", " "), "1"]  # “USD per 1M tokens”
    for change in facts.values():
        sources += [
            changes.headline(change),
            changes.detail(change),
            digest_news.headline(change),
            str(change.id),
            str(change.day.day),
        ]
        sources += [change.model_name, change.lab_name, change.benchmark_name, change.provider_name]
    known = {number for source in sources for number in NUMBER.findall(source)}
    known |= {f"{number:,d}" for number in range(len(facts) + 1)}
    without_links = re.sub(r"https?://\S+", " ", text)
    return [number for number in NUMBER.findall(without_links) if number not in known]


def misplaced(snapshot: dict, topics: tuple[str, ...] = ()) -> list[str]:
    """Lines whose text is not that of the changes whose numbers they carry."""
    facts = facts_of(snapshot)
    told = digest.build(snapshot, topics)
    wrong = []
    for block in told.blocks:
        for line in block.lines:
            behind = sorted((facts[mark.change] for mark in line.marks), key=lambda change: (change.at, change.id))
            for change in behind:
                if not _reads(line.text, change, behind):
                    wrong.append(f"{line.text} #{change.id}")
                if block.title and change.model_name not in block.title:
                    wrong.append(f"{block.title} #{change.id}")
            if behind and (line.day or block.day) not in {f"{change.day.day} {change.day:%B}" for change in behind}:
                wrong.append(f"{line.day or block.day} #{behind[-1].id}")
    return wrong


def _reads(text: str, change: ChangeFacts, behind: list[ChangeFacts]) -> bool:
    """Whether a line tells a change: by itself, or as one of those `behind` it, from the first to the last."""
    first, last = behind[0], behind[-1]
    alone = (
        digest_news.headline(change),
        f"{change.benchmark_name}: {change.new_text}",
        f"{change.model_name} by {change.lab_name}",
    )
    if text in alone:
        return True
    if len(behind) == 1:
        return False
    ends_there = text.endswith(_side(last, "new"))
    begins_there = change is not last or f"{_side(first, 'old')} → " in text
    return ends_there and begins_there and (change.model_name in text or change.benchmark_name in text)


def _side(facts: ChangeFacts, side: str) -> str:
    """How one side of a change is written in a line."""
    if facts.kind in changes.MONEY_KINDS and facts.values.get(side):
        return digest_news.price_words(facts.values[side])
    return facts.new_text if side == "new" else facts.old_text


def hidden_are_counted(snapshot: dict, topics: tuple[str, ...] = ()) -> bool:
    """Whether the changes that are printed and those the mail says it leaves out are all there are."""
    told = digest.build(snapshot, topics)
    left_out = [block.more for block in told.blocks] + [section.more for section in told.sections]
    counted = sum(int(NUMBER.search(text)[0].replace(",", "")) for text in left_out if text)
    return len(told.marks) + counted + told.settled == told.changes
