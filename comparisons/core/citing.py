"""What is kept when a pair is cited, how it is cited, and what is different today. Pure: plain data in, plain data out.

A statement is a dictionary of format `FORMAT`: the printed words with their rows, the printed tables, the JSON twin
and the Markdown twin of one pair at one revision. It is stored as it is and never worked out again, so neither data
nor rules that change later can change it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models_catalog.core import display

FORMAT = 1
NOTHING = "nothing"
_REVISION = re.compile(r"([1-9][0-9]{0,17})(?:\.([1-9][0-9]{0,3}))?")
_BIBTEX = {"\\": r"\textbackslash{}", **{sign: "\\" + sign for sign in "&%$#_{}"}, "~": "{\\textasciitilde}"}
OF_THE_DAY = ("as_of", "links", "related")  # parts of the JSON twin that are no part of what is said


class BadRevision(ValueError):
    """A text that names no revision; the message says how one is written."""


@dataclass(frozen=True)
class Difference:
    """One thing that reads otherwise today; both are printed texts."""

    what: str
    then: str
    now: str


@dataclass(frozen=True)
class Differences:
    """What is different: things in page order, and sentences that are said on one of the two days only."""

    things: tuple[Difference, ...]
    no_longer_said: tuple[str, ...]
    said_now: tuple[str, ...]

    @property
    def none(self) -> bool:
        """Whether the page says today just what it said then."""
        return not (self.things or self.no_longer_said or self.said_now)


def parse_revision(text: str) -> tuple[int, int]:
    """Revision and edition of “412” or “412.2”. Raises BadRevision with a sentence."""
    match = _REVISION.fullmatch(text.strip())
    if match is None:
        raise BadRevision(f"“{text[:30]}” is no revision. Write its number, such as rev=412.")
    return int(match[1]), int(match[2] or 1)


def revision_text(revision: int, edition: int) -> str:
    """The number as addresses have it: “412”, or “412.2” for the second statement kept at that revision."""
    return str(revision) if edition == 1 else f"{revision}.{edition}"


def text_of(statement: Mapping[str, Any]) -> str:
    """The statement as the text that is stored."""
    return json.dumps(statement, ensure_ascii=False, separators=(",", ":"))


def fingerprint(statement: Mapping[str, Any]) -> str:
    """SHA-256 of what is said, whatever the day it is said on."""
    document = {name: value for name, value in statement["document"].items() if name not in OF_THE_DAY}
    said = {name: value for name, value in statement.items() if name not in ("document", "markdown")}
    text = json.dumps([said, document], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- What is different today ------------------------------------------------------------------------


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> Differences:
    """What two statements about one pair say differently; both name the same two models, in either order.

    `now["slugs"]` are in the order of `then["slugs"]`, whatever the models are called today.
    """
    names = dict(zip(then["names"], now["names"], strict=True))
    things = [
        *_changed((f"Name of {old}", old, new) for old, new in names.items()),
        *_changed([("Verdict", _renamed(then["call"], names), now["call"])]),
        *_changed([("Method version", then["document"]["methodology"], now["document"]["methodology"])]),
        *_changed([("Lane", then["document"]["lane"], now["document"]["lane"])]),
        *_changed(_tables(then, now, names)),
    ]
    before = {_renamed(sentence["text"], names): sentence["text"] for sentence in then["sentences"]}
    after = [sentence["text"] for sentence in now["sentences"]]
    return Differences(
        tuple(things),
        tuple(text for as_of_now, text in before.items() if as_of_now not in after),
        tuple(text for text in after if text not in before),
    )


def _changed(found: Iterable[tuple[str, str, str]]) -> list[Difference]:
    return [Difference(*entry) for entry in found if entry[1] != entry[2]]


def _tables(then: Mapping, now: Mapping, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Every cell of the printed tables, by table, row and model (or column), then and now."""
    before, after = _cells(then, names), _cells(now, {})
    return [
        (f"{what}, {column}", before.get((what, column), NOTHING), after.get((what, column), NOTHING))
        for what, column in dict.fromkeys([*before, *after])
    ]


def _cells(statement: Mapping, names: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Texts by what and column; names of then read as those of now."""
    found = {}
    for table in statement["tables"]:
        heads = [_renamed(head, names) for head in table["heads"]]
        for row in table["rows"]:
            texts = [_renamed(_text(cell), names) for cell in row]
            for column, text in list(zip(heads, texts, strict=True))[1:]:
                found[f"{table['title']}: {texts[0]}", column] = text or NOTHING
    return found


def _text(cell: str | Mapping[str, str]) -> str:
    return cell if isinstance(cell, str) else cell["text"]


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """`text` with the names of then replaced by those of now, all at once and longest first."""
    moved = sorted((old for old, new in names.items() if old != new), key=len, reverse=True)
    if not moved:
        return text
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(pattern, lambda match: names[match[0]], text)


# --- How it is cited --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """What a citation names: who says it, about which pair, where and when."""

    site: str
    title: str  # “A vs B”
    call: str
    url: str
    day: dt.date
    revision: str
    methodology: str
    lane: str

    @property
    def edition(self) -> str:
        """Revision, method and lane in words."""
        return f"dataset revision {self.revision}, method version {self.methodology}, {self.lane} lane"

    @property
    def plain(self) -> str:
        """The citation as a line of text."""
        return f"{self.site}, “{self.title}: {self.call}”, {display.date(self.day)}, {self.edition}. {self.url}"

    @property
    def bibtex(self) -> str:
        """The citation as BibTeX."""
        key = re.sub(r"[^a-z0-9]+", "-", f"{self.site} {self.title} {self.revision}".lower()).strip("-")
        fields = {
            "author": f"{{{_bibtex(self.site)}}}",
            "title": f"{{{_bibtex(f'{self.title}: {self.call}')}}}",
            "year": str(self.day.year),
            "month": str(self.day.month),
            "note": _bibtex(f"{self.edition}, {display.date(self.day)}"),
            "url": self.url,
        }
        return f"@misc{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}"

    @property
    def csl(self) -> list[dict[str, Any]]:
        """The citation as CSL-JSON."""
        return [
            {
                "id": f"{self.url}",
                "type": "webpage",
                "title": f"{self.title}: {self.call}",
                "container-title": self.site,
                "author": [{"literal": self.site}],
                "issued": {"date-parts": [[self.day.year, self.day.month, self.day.day]]},
                "version": self.edition,
                "URL": self.url,
            }
        ]

    def quoting(self, sentence: str) -> str:
        """A sentence in quotation marks with its citation."""
        return f"“{sentence}” ({self.plain})"


def _bibtex(text: str) -> str:
    return "".join(_BIBTEX.get(sign, sign) for sign in text)
