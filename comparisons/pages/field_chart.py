"""The field as a strip of dots: where one model stands among all ranked ones."""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.boards.store import BoardEntry
from comparisons.core import geometry, plots
from models_catalog.core import display

HEIGHT = 96
DOT = 9  # px between stacked dots
MOST_DOTS = 160  # of a larger field every second, third … model by rank is drawn


def _crowd(own: BoardEntry, others: int) -> str:
    """Whom a model stands among: a model without a rank is not one of the ranked."""
    if own.ranked:
        return display.counted(others, "other ranked model")
    return f"{display.counted(others, 'ranked model')}, itself not ranked"


def field_strip(own: BoardEntry, entries: Iterable[BoardEntry]) -> dict | None:
    """Overall scores of the ranked models and of `own` on one axis, for the strip component."""
    others = [e for e in entries if e.ranked and e.model.slug != own.model.slug]
    step = -(-len(others) // MOST_DOTS) or 1
    drawn = [*sorted(others, key=lambda entry: (entry.rank, entry.model.slug))[::step], own]
    if len(drawn) < 2:
        return None
    scale = geometry.scale_around([entry.overall for entry in drawn])
    places = [scale.place(entry.overall) for entry in drawn]
    heights = plots.stacked(places, apart=1.1, base=HEIGHT - 8, step=DOT, top=24)
    middle = plots.quantile([entry.overall for entry in others], 0.5) if others else None
    lines = []
    if middle is not None:
        lines.append({"x": scale.place(middle), "text": f"median {display.overall_score(middle)}", "anchor": "middle"})
    return {
        "height": HEIGHT,
        "title": f"{own.model.name} among {_crowd(own, len(others))}",
        "desc": f"overall score {display.overall_score(own.overall)}",
        "caption": "Overall scores of "
        + ("all ranked models" if step == 1 else f"every {display.ordinal(step)} ranked model")
        + "; the solid dot is this one.",
        "x_ticks": [{"x": tick.x, "text": tick.text} for tick in scale.ticks],
        "lines": lines,
        "points": [
            {
                "x": place,
                "y": height,
                "href": f"/models/{entry.model.slug}/",
                "title": f"{entry.model.name}: {display.overall_score(entry.overall)}",
                "side": None,
                "quiet": entry is not own,
            }
            for entry, place, height in zip(drawn, places, heights, strict=True)
        ],
    }
