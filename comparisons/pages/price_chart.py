"""The scatter of score against price, with the front and few enough labels to read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from comparisons.boards.store import BoardEntry
from comparisons.core import geometry, plots
from models_catalog.core import display

HEIGHT = 380
MARGIN = 14
LABEL_WIDTH = 15.0  # percent of the chart a label may take beside its dot
LABEL_HEIGHT = 17.0  # px
LONGEST_LABEL = 24  # characters
FREE_AT, PAID_FROM = 4.0, 10.0  # percent of a logarithmic axis that has free models on it


def price_scatter(
    points: Sequence[tuple[BoardEntry, Decimal]], on_front: set[str], *, logarithmic: bool
) -> dict | None:
    """Score over blended price for the scatter component; None with fewer than two models to draw.

    A logarithmic axis has no place for a price of 0: free models have one of their own left of it.
    """
    drawn = list(points)
    paid = [float(price) for _, price in drawn if price > 0]
    if len(drawn) < 2 or not paid:
        return None
    x_scale = plots.log_scale(paid) if logarithmic else plots.linear_from_zero(paid)
    y_scale = geometry.scale_around([entry.overall for entry, _ in drawn])
    free = logarithmic and any(price == 0 for _, price in drawn)

    def across(price: float) -> float:
        """Position of a price; with free models the axis proper begins further right."""
        if not free:
            return x_scale.place(price)
        return (
            FREE_AT if price == 0 else geometry.place(PAID_FROM + x_scale.place(price) * (1 - PAID_FROM / 100), 0, 100)
        )

    placed = [
        (entry, price, across(float(price)), plots.down(y_scale.place(entry.overall), HEIGHT, MARGIN))
        for entry, price in drawn
    ]
    front = sorted((item for item in placed if item[0].model.slug in on_front), key=lambda item: (item[2], -item[3]))
    labelled = _labels(front)
    return {
        "height": HEIGHT,
        "title": "Overall score against blended price",
        "desc": f"{display.counted(len(drawn), 'ranked model')}, {display.count(len(front))} of them on the front",
        "y_title": "Overall score",
        "x_title": "Blended price, USD per 1M tokens" + (", logarithmic" if logarithmic else ""),
        "y_ticks": [{"y": plots.down(tick.x, HEIGHT, MARGIN), "text": tick.text} for tick in y_scale.ticks],
        "x_ticks": [
            *([{"x": FREE_AT, "text": display.FREE}] if free else []),
            *({"x": across(float(tick.text)), "text": tick.text} for tick in x_scale.ticks),
        ],
        "front": _front_line(front),
        "points": [
            {
                "x": x,
                "y": y,
                "href": f"/models/{entry.model.slug}/",
                "title": f"{entry.model.name}: {display.overall_score(entry.overall)} at {display.money(price)}",
                "side": None,
                "quiet": entry.model.slug not in on_front,
                **labelled.get(entry.model.slug, _no_label()),
            }
            for entry, price, x, y in sorted(placed, key=lambda item: item[0].model.slug in on_front)
        ],
    }


def _no_label() -> dict:
    return {"label": None, "label_dx": 0, "label_dy": 0, "anchor": "start", "minor": True}


def _front_line(front: list[tuple]) -> str | None:
    """The front as steps: up to each model at its own price."""
    points: list[str] = []
    for _, _, x, y in front:
        if points:
            points.append(f"{x:g},{points[-1].split(',')[1]}")
        points.append(f"{x:g},{y:g}")
    return " ".join(points) if len(front) > 1 else None


def _labels(front: list[tuple]) -> dict[str, dict]:
    """Names for the front where there is room: no label over another one.

    Left above the dot, where the front leaves the room free; the cheapest and the strongest first.
    """
    taken: list[tuple[float, float, float, float]] = []
    found: dict[str, dict] = {}
    order = sorted(range(len(front)), key=lambda index: (index not in (0, len(front) - 1), index))
    for index in order:
        entry, _, x, y = front[index]
        name = (
            entry.model.name if len(entry.model.name) <= LONGEST_LABEL else entry.model.name[: LONGEST_LABEL - 1] + "…"
        )
        width = LABEL_WIDTH * len(name) / LONGEST_LABEL * 1.2
        box = (x - width, y - LABEL_HEIGHT - 6, x, y - 4)
        if x - width < 0:
            box = (x, y - LABEL_HEIGHT - 6, x + width, y - 4)
        if any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        left = box[0] < x
        found[entry.model.slug] = {
            "label": name,
            "label_dx": -6 if left else 6,
            "label_dy": -8,
            "anchor": "end" if left else "start",
            "minor": index not in (0, len(front) - 1),
        }
    return found


def _overlap(one: tuple, other: tuple) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
