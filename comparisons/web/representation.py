"""What an address asks for: a page, or one of its twins. Every representation has addresses of its own."""

from __future__ import annotations

from enum import Enum


class Representation(Enum):
    """The forms in which the site says something; the value is how their addresses end."""

    HTML = "/"
    JSON = ".json"
    MARKDOWN = ".md"
    CSV = ".csv"
    ATOM = ".atom"
    SVG = ".svg"
    TEXT = ".txt"  # whatever has no form of its own for a sentence: pictures, sitemaps


_ENDINGS = {kind.value: kind for kind in Representation} | {
    ".png": Representation.TEXT,
    ".xml": Representation.TEXT,
}


def asked(path: str) -> Representation:
    """The representation that the path of a request asks for; a page where it names none."""
    last = path.rpartition("/")[2]
    dot, ending = last.rpartition(".")[1:]
    return _ENDINGS.get(dot + ending, Representation.HTML)
