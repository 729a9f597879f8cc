"""Takes the dress off a pasted cell: HTML, Markdown, LaTeX. What could change its meaning stays."""

from __future__ import annotations

import html
import re

from models_catalog.core.numbers import tidy

ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
BREAK = re.compile(r"<br\s*/?>|\n|\r", re.IGNORECASE)
STRUCK = re.compile(r"~~[^~]+~~|<(del|s|strike)\b[^>]{0,200}>", re.IGNORECASE)
RAISED = re.compile(r"<(sup|sub)\b[^>]{0,200}>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
PLAIN_TAG = re.compile(
    r"</?(?:a|b|strong|i|em|u|span|code|font|mark|small|big|p|div|center|td|th|tt|kbd|abbr|nobr)\b[^<>]{0,400}>",
    re.IGNORECASE,
)
LINK = re.compile(r"!?\[([^\]\[]*)\]\((?:[^()]|\([^()]*\))*\)")
LATEX_COMMAND = re.compile(r"\\(?:textbf|textit|underline|mathbf|bm|emph|text|mathrm|textsc)\s*\{([^{}]*)\}")
LATEX_WORDS = {"\\tau": "τ", "\\pm": "±", "\\%": "%", "\\_": "_", "\\&": "&", "\\#": "#", "\\sim": "~", "\\alpha": "α"}
MATH_MODE = re.compile(r"\$([^$]+)\$")
REFERENCE = re.compile(r"\s*\[\^?[0-9]{1,3}\]\s*$")
EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|__|_|``|`)(?=\S)(.+?)(?<=\S)\1")
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
FOOTNOTE_MARKS = "†‡§*"


def without_dress(cell: str) -> str:
    """The words of a cell in one line, without emphasis, links and tags; raised figures stay raised.

    A figure in `<sup>` becomes its superscript character, so that “MATH<sup>2</sup>” stays
    “MATH²” and “50.2<sup>1</sup>” is no “50.21”. Struck-out text keeps its “~~”.
    """
    text = ENTITY.sub(lambda match: html.unescape(match.group()), cell)
    text = STRUCK.sub(_kept_struck, text)
    text = RAISED.sub(_raised, BREAK.sub(" ", text))
    text = PLAIN_TAG.sub("", text)
    text = LINK.sub(r"\1", text)
    for _ in range(3):  # commands stand inside each other
        text = LATEX_COMMAND.sub(r"\1", text)
    for command, sign in LATEX_WORDS.items():
        text = text.replace(command, sign)
    if "$" in text:
        text = MATH_MODE.sub(lambda match: re.sub(r"\^\{?([0-9])\}?", _power, match.group(1)), text)
    return tidy(_without_emphasis(tidy(text)))


def _kept_struck(match: re.Match) -> str:
    text = match.group()
    return text if text.startswith("~~") else "~~"


def _raised(match: re.Match) -> str:
    inside = tidy(PLAIN_TAG.sub("", match.group(2)))
    if inside.isascii() and inside.isdigit() and match.group(1).lower() == "sup":
        return inside.translate(SUPERSCRIPT)
    return inside if not inside or inside[0] in f"±[({FOOTNOTE_MARKS}" else f"^{inside}"


def _power(match: re.Match) -> str:
    return match.group(1).translate(SUPERSCRIPT)


def _without_emphasis(text: str) -> str:
    """`text` without marks of emphasis around the whole of it or around whole words."""
    for _ in range(3):
        match = EMPHASIS.fullmatch(text)
        if match is None or not match.group(2).strip("*_` "):
            break
        text = match.group(2)
    return re.sub(r"(?<![\w*])(\*\*|__|`)(?=\S)([^*_`]+?)(?<=\S)\1(?![\w*])", r"\2", text)


def is_struck(cell: str) -> bool:
    """Whether a part of the cell is struck out."""
    return bool(STRUCK.search(cell))


def without_footnotes(text: str) -> str:
    """A name without the marks of footnotes at its end: “MMLU-Pro†”, “GPQA [3]”; raised figures stay."""
    bare = text
    while True:
        shorter = REFERENCE.sub("", bare).rstrip("†‡§").rstrip()
        shorter = shorter[:-1].rstrip() if shorter.endswith("*") and not shorter.startswith("*") else shorter
        if shorter == bare or not shorter:
            return bare
        bare = shorter
