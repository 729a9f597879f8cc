"""Twins of a cited pair: what was kept, unchanged, with how to cite it and what changed since beside it."""

from __future__ import annotations

from typing import Any

from comparisons.pages.base import absolute
from comparisons.pairs.citations import CitedPage, Since
from comparisons.renderers.markdown import bullets, escape, link, table


def cited_document(page: CitedPage) -> dict[str, Any]:
    """The JSON twin as it was kept, key by key; `citation` is the one thing that is of today."""
    return {
        **page.statement["document"],
        "citation": {
            "revision": page.revision,
            "day": page.day.isoformat(),
            "kept_at": page.kept_at.isoformat(),
            "url": page.source.url,
            "text": page.source.plain,
            "bibtex": page.source.bibtex,
            "csl": page.source.csl,
            "since": since_document(page.since),
        },
    }


def since_document(since: Since) -> dict[str, Any]:
    """What changed since, as data."""
    different = since.differences
    return {
        "today": since.today.isoformat(),
        "page": absolute(since.live_href) if since.live_href else None,
        "nothing": since.nothing,
        "gone": since.gone or None,
        "changes": [{"of": one.what, "then": one.then, "now": one.now} for one in different.things]
        if different
        else None,
        "no_longer_said": list(different.no_longer_said) if different else None,
        "said_now": list(different.said_now) if different else None,
        "log": [
            {"id": entry.id, "kind": entry.kind, "text": entry.text, "detail": entry.detail or None}
            for entry in since.entries
        ],
    }


def cited_markdown(page: CitedPage) -> str:
    """The Markdown twin as it was kept, to the letter; citation and changes follow it."""
    since, source = page.since, page.source
    blocks = [
        "## Cite this",
        f"{escape(source.plain)}",
        f"```bibtex\n{source.bibtex}\n```",
        f"## {escape(page.since_title)}",
        *since_blocks(since),
    ]
    return page.statement["markdown"] + "\n" + "\n\n".join(block for block in blocks if block) + "\n"


def since_blocks(since: Since) -> list[str]:
    """What changed since, as blocks of Markdown."""
    if since.nothing:
        return ["Nothing changed: the page says the same today."]
    blocks = [escape(since.gone)]
    different = since.differences
    if different is not None:
        rows = [[escape(one.what), escape(one.then), escape(one.now)] for one in different.things]
        blocks.append(table(["What", "Then", "Today"], rows) if rows else "")
        for title, texts in (("No longer said", different.no_longer_said), ("Said today", different.said_now)):
            blocks += [f"### {title}", bullets(map(escape, texts))] if texts else []
    if since.entries:
        blocks += ["### From the change log", bullets(link(e.text, absolute(e.permalink)) for e in since.entries)]
        blocks.append(escape(since.left_out))
    if since.live_href:
        blocks.append(link("The page of today", absolute(since.live_href)))
    return blocks
