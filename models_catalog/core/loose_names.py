"""Names that differ only in dress: case, punctuation, the host in front, a host's version behind. Pure rules.

“us.anthropic.claude-opus-4-5-v1:0”, “Claude Opus 4.5” and “anthropic/claude_opus_4.5” are one
name. Words are never left out or exchanged: a base model is not the chat model, a small one not
the large one, and “Qwen2-57B” not “Qwen25 7B”. A likeness is no match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

APOSTROPHES = re.compile(r"['’‘`]")
# Signs that tell names apart: HumanEval+ is no HumanEval, “<128k” no “>128k”, and Command R+ is Command R Plus.
SIGNS = str.maketrans({"+": " plus ", "<": " under ", ">": " over ", "≤": " up to ", "≥": " from "})
SEPARATORS = re.compile(r"[^0-9a-z]+")
# “us.anthropic.”, “anthropic.”: how hosts write the maker in front of a name
MAKER_IN_FRONT = re.compile(
    r"^(?:(?:us|eu|apac|au|jp|global)\.)?"
    r"(?:anthropic|meta|amazon|mistral|cohere|ai21|deepseek|openai|qwen|moonshot(?:ai)?|google|nvidia|minimax|zai)\.(?=[a-z])"
)
HOST_VERSION = re.compile(r"-v[0-9]+(?::[0-9]+)?$")
# brackets that only say which part of a benchmark everybody means
USUAL_PART = re.compile(r"\s*-?\((?:validation|val|test|standard)\)$")

Row = TypeVar("Row", bound=Hashable)


def spelt_out(name: str) -> str:
    """The name with words for the signs that tell names apart."""
    return name.translate(SIGNS)


def loose_key(name: str) -> str:
    """What is left of a name: letters and digits, with one hyphen kept between two digits."""
    text = spelt_out(unicodedata.normalize("NFKC", APOSTROPHES.sub("", name))).lower()
    parts = [part for part in SEPARATORS.split(text) if part]
    key = ""
    for part in parts:
        key += f"-{part}" if key and key[-1].isdigit() and part[0].isdigit() else part
    return key


def spellings(name: str) -> tuple[str, ...]:
    """The keys under which a name may be found, the most exact first."""
    lower = name.strip().lower()
    tail = lower.rpartition("/")[2]
    bare = HOST_VERSION.sub("", MAKER_IN_FRONT.sub("", tail))
    keys = (loose_key(each) for each in (lower, tail, bare, USUAL_PART.sub("", lower)))
    return tuple(dict.fromkeys(key for key in keys if key))


class LooseIndex(Generic[Row]):
    """Rows by the dress-free keys of their names; a key that two rows share finds neither."""

    def __init__(self, names: Iterable[tuple[str, Row]]):
        self._rows: dict[str, set[Row]] = {}
        for name, row in names:
            for key in {loose_key(name), loose_key(name.rpartition("/")[2])}:
                if key:
                    self._rows.setdefault(key, set()).add(row)

    def find(self, name: str) -> Row | None:
        """The one row that the name means, or None."""
        for key in spellings(name):
            rows = self._rows.get(key, set())
            if rows:
                return next(iter(rows)) if len(rows) == 1 else None
        return None
