"""What a subscriber may choose, and the key of those who chose the same.

Pure: no Django. Subscribers with one key get the same rendering of an issue, so a mail is
rendered once a group and never once a person.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable

EVERYTHING = "everything"  # beside single comparisons: all the rest too
TOPIC_PATTERN = re.compile(
    r"^(?:lab:[a-z0-9_-]{1,120}|category:[a-z0-9_-]{1,120}|pair:[a-z0-9-]{1,250}|prices|everything)$"
)
FOLLOW_PATH = re.compile(r"^/newsletter/follow/([a-z0-9-]{1,250})/$")
MOST_TOPICS = 200


def normal_topics(topics: Iterable[str]) -> list[str]:
    """Return `topics` sorted and without repeats; an empty list means everything.

    A topic is `lab:SLUG`, `category:SLUG`, `pair:A-vs-B`, `prices` or `everything`. Raises ValueError with a sentence for
    anything else, and for more than `MOST_TOPICS` of them.
    """
    chosen = sorted(set(topics))
    for topic in chosen:
        if not isinstance(topic, str) or not TOPIC_PATTERN.match(topic):
            raise ValueError(f"“{topic}” is no topic. Use lab:SLUG, category:SLUG, pair:A-vs-B, prices or everything.")
    if len(chosen) > MOST_TOPICS:
        raise ValueError(f"{len(chosen)} topics are too many. Choose at most {MOST_TOPICS}, or none for all.")
    return chosen


def topics_of_page(path: str) -> list[str]:
    """The topics somebody wants who signs up at `path`: of one comparison at its own page, else everything."""
    match = FOLLOW_PATH.match(path)
    return [f"pair:{match[1]}"] if match else []


def pairs_among(topics: Iterable[str]) -> list[str]:
    """The comparisons among topics, as in their addresses."""
    return [topic.removeprefix("pair:") for topic in topics if topic.startswith("pair:")]


def group_key(locale: str, topics: Iterable[str], since: dt.datetime | None = None) -> str:
    """Return the key shared by all who read `locale` and chose `topics` (order does not matter).

    `LOCALE:all` for everything, else `LOCALE:` and 24 hexadecimal digits of a hash.
    """
    chosen = sorted(set(topics))
    begin = f":{since:%Y%m%d}" if since else ""
    if not chosen:
        return f"{locale}:all{begin}"
    digest = hashlib.sha256(json.dumps(chosen).encode()).hexdigest()
    return f"{locale}:{digest[:24]}{begin}"
