"""JSON-LD for search engines: dictionaries in schema.org's words, made safe for a <script>.

Every text in them also stands on the page. Functions return plain dictionaries; `script_text`
turns one into the markup that `PageMeta.json_ld` holds.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence

from django.conf import settings
from markupsafe import Markup

from comparisons.core.records import Answer
from comparisons.pages.base import absolute
from comparisons.pairs.comparison import ComparisonPage

CONTEXT = "https://schema.org"
# Inside a script element only these could end it, start a comment or break a line of JavaScript.
_UNSAFE = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def script_text(data: dict) -> Markup:
    """`data` as JSON that may stand inside <script type="application/ld+json"> as it is."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(str.maketrans(_UNSAFE)))  # noqa: S704 (every unsafe character is escaped above)


def comparison_json_ld(page: ComparisonPage) -> tuple[Markup, ...]:
    """What a pair page states: its questions with their answers, and where it stands on the site."""
    trail = (("Compare", "/compare/"), (" vs ".join(page.names), page.path))
    found = [breadcrumbs(trail)]
    if page.verdict.faq:
        found.insert(0, faq_page(page.verdict.faq))
    return tuple(script_text(item) for item in found)


def faq_page(answers: Iterable[Answer]) -> dict:
    """Questions and answers as they stand on the page."""
    return {
        "@context": CONTEXT,
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": answer.question,
                "acceptedAnswer": {"@type": "Answer", "text": answer.answer},
            }
            for answer in answers
        ],
    }


def breadcrumbs(trail: Sequence[tuple[str, str]]) -> dict:
    """The way from the home page: names and paths, the home page left out, the page itself last."""
    steps = [(settings.SITE_NAME, "/"), *trail]
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
            for position, (name, path) in enumerate(steps, start=1)
        ],
    }


def dataset(
    *,
    name: str,
    description: str,
    path: str,
    downloads: Iterable[tuple[str, str]] = (),
    licence: str = "",
    modified: dt.date | None = None,
    measures: Iterable[str] = (),
    based_on: Iterable[str] = (),
) -> dict:
    """A page whose content can be taken away as data.

    `downloads` are (media type, path) of its twins or files, `licence` and `based_on` absolute
    addresses, `measures` the names of what was measured. Unknown parts are left out.
    """
    found = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": name,
        "description": description,
        "url": absolute(path),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")},
        "license": licence,
        "dateModified": modified.isoformat() if modified else "",
        "variableMeasured": list(measures),
        "isBasedOn": list(based_on),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": absolute(where)}
            for media_type, where in downloads
        ],
    }
    return {key: value for key, value in found.items() if value not in ("", [])}
