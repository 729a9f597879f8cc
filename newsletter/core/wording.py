"""The texts readers agree to, as versioned data (`data/wordings.toml`).

Pure: no Django. A consent event names the wording's id and the SHA-256 of the full text as it
was shown, with the site's own name and address filled in; that text is kept once, word for word.
A changed text needs a new id: each entry carries the SHA-256 of its template and is checked.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DEFAULT_FILE = Path(__file__).resolve().parent.parent / "data" / "wordings.toml"


class WordingError(ValueError):
    """A wording is missing, changed under its id, or not filled completely."""


@dataclass(frozen=True)
class ShownWording:
    """A text as one reader saw it. `sha256` is of the UTF-8 text."""

    id: str
    locale: str
    text: str

    @property
    def sha256(self) -> str:
        return sha256_of(self.text)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n\n"))


@dataclass(frozen=True)
class Wording:
    """A text with places for `{site}`, `{sender}`, `{contact}` and `{age}`."""

    id: str
    locale: str
    template: str

    def shown(self, **values: object) -> ShownWording:
        """Fill the places. Raises `WordingError` naming one that got no value."""
        try:
            return ShownWording(self.id, self.locale, self.template.format(**values))
        except KeyError as missing:
            raise WordingError(f"Wording {self.id} needs a value for {missing}.") from missing


def sha256_of(text: str) -> str:
    """Return the SHA-256 of `text` in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def load_wordings(file: Path = DEFAULT_FILE) -> dict[str, Wording]:
    """Read all wordings by id. Raises `WordingError` when one was changed but kept its id."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    paragraphs = data["paragraph"]
    wordings = {}
    for row in data["wording"]:
        template = "\n\n".join(" ".join(paragraphs[key].split()) for key in row["paragraphs"])
        if sha256_of(template) != row["sha256"]:
            raise WordingError(
                f"The text of wording {row['id']} is not the one its SHA-256 stands for. Readers agreed to the old "
                f"text under this id: give the new text a new id, with sha256 = {sha256_of(template)}."
            )
        wordings[row["id"]] = Wording(row["id"], row["locale"], template)
    return wordings


def wording(wording_id: str) -> Wording:
    """Return one wording. Raises `WordingError` for an id that does not exist."""
    try:
        return load_wordings()[wording_id]
    except KeyError as missing:
        raise WordingError(f"There is no wording {missing} in {DEFAULT_FILE.name}.") from missing
