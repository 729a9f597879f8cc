"""Text that may stand in an SVG, in an element or an attribute, whatever it came from."""

from __future__ import annotations

import re
from html import escape

# XML 1.0 allows no other characters, not even escaped ones.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def safe(text: str) -> str:
    """`text` without characters XML forbids, and with its own signs escaped."""
    return escape(_NOT_XML.sub("", text))
