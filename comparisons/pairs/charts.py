"""Charts of a pair as the components want them: positions from geometry, texts from the comparison."""

from __future__ import annotations

from comparisons.core import geometry
from comparisons.core.method import METHOD
from comparisons.core.method_words import said, words
from comparisons.core.records import CLEAR, EVEN, LIKELY, CategoryLine, Comparison
from comparisons.pages.base import side_letter
from models_catalog.core import display


def interval_axis(comparison: Comparison) -> tuple[geometry.Scale | None, dict | None]:
    """The axis both intervals stand on, and the same for the template; None without any score."""
    scores = [score for score in comparison.overall.scores if score is not None]
    if not scores:
        return None, None
    course = comparison.fit.course_par
    values = [value for score in scores for value in (score.low, score.high)]
    scale = geometry.scale_around(values)
    par = None
    key = said("Bands are {interval} intervals.")
    if course is not None and scale.low <= course <= scale.high:
        par = {"x": scale.place(course), "text": display.overall_score(course)}
        key += f" Dotted: {par['text']}, an average tracked model."
    return scale, {"ticks": scale.ticks, "par": par, "key": key}


def gap_chart(comparison: Comparison) -> dict | None:
    """The gap with its margin against zero; the first model's side is left."""
    overall = comparison.overall
    if overall.gap is None or overall.margin is None:
        return None
    names = [side.model.name for side in comparison.sides]
    # The axis runs from the first model ahead (left) to the second ahead (right).
    gap = -overall.gap if overall.ahead == 0 else overall.gap
    reach = max(abs(gap) + overall.margin, 1.0) * 1.1
    scale = geometry.Scale(-reach, reach, ())
    interval = geometry.band(scale, gap - overall.margin, gap, gap + overall.margin)
    covers = abs(gap) < overall.margin
    who = f" for {names[overall.ahead]}" if overall.ahead is not None else ""
    return {
        "x": interval.x,
        "width": interval.width,
        "dot": interval.dot,
        "zero": 50,
        "side": side_letter(overall.leader),
        "title": (
            f"A gap of {overall.gap_text}{who} with a {words()['interval']} margin of {overall.margin_text}, "
            f"which {'covers' if covers else 'stays clear of'} zero"
        ),
        "left": {"side": "a", "text": f"{_short(names[0])} ahead"},
        "right": {"side": "b", "text": f"{_short(names[1])} ahead"},
    }


def ruler(comparison: Comparison) -> dict:
    """The scale of certainty from 50 to 100 % with the pair's place on it."""
    overall = comparison.overall
    return {
        "pin": None if overall.p_leader is None else _certainty(overall.p_leader),
        "title": (
            said("How sure: not worked out, too close below {likely}, likely from {likely}, clear from {clear}")
            if overall.p_leader is None
            else f"{overall.p_text} "
            + said(
                "on a scale from 50 to 100 %: too close below {likely_number}, likely from {likely_number}, "
                "clear from {clear_number}"
            )
        ),
        "zones": ruler_zones(),
    }


def ruler_zones() -> list[dict]:
    """The zones of the ruler, as wide as the thresholds of the method lie apart."""
    likely, clear = _certainty(METHOD.likely), _certainty(METHOD.clear)
    return [
        {"x": 0, "width": likely, "form": "close", "text": "50 too close", "anchor": "start"},
        {
            "x": likely,
            "width": round(clear - likely, 2),
            "form": "likely",
            "text": said("{likely_number} likely"),
            "anchor": "start",
        },
        {
            "x": clear,
            "width": round(100 - clear, 2),
            "form": "clear",
            "text": said("{clear_number} clear"),
            "anchor": "end",
        },
    ]


def _certainty(p: float) -> float:
    """A probability's place on the ruler, in percent of its length."""
    return geometry.place(p, 0.5, 1.0)


def category_radar(comparison: Comparison) -> dict | None:
    """Radar of the category scores; None where fewer than three categories have any score."""
    lines = [line for line in comparison.categories if any(line.scores)]
    values = [score.score for line in lines for score in line.scores if score is not None]
    if len(lines) < 3 or not values:
        return None
    low, high = geometry.radar_limits(values)
    series = [[line.scores[side].score if line.scores[side] else None for line in lines] for side in (0, 1)]
    drawn = geometry.radar(series, low=low, high=high)
    names = [side.model.name for side in comparison.sides]

    def both(line) -> str:
        return " and ".join(score.text if score else "–" for score in line.scores)

    return {
        "width": drawn.width,
        "height": drawn.height,
        "title": f"Category scores of {names[0]} and {names[1]}",
        "desc": "; ".join(
            f"{line.name} " + " and ".join(s.text if s else display.NOT_MEASURED for s in line.scores) for line in lines
        ),
        "cx": drawn.centre[0],
        "cy": drawn.centre[1],
        "rings": [{"points": ring, "outer": ring == drawn.rings[-1]} for ring in drawn.rings],
        "ticks": [{"x": x, "y": y, "text": text} for x, y, text in drawn.ring_labels],
        "spokes": drawn.spokes,
        "areas": [
            {"side": "a", "points": path} for outline in drawn.outlines[:1] if outline.closed for path in outline.paths
        ],
        "lines": [
            {"side": side_letter(side), "points": _closed(path) if outline.closed else path}
            for side, outline in enumerate(drawn.outlines)
            for path in outline.paths
        ],
        "dots": [
            {"side": side_letter(side), "x": x, "y": y}
            for side, outline in enumerate(drawn.outlines)
            for x, y in outline.dots
        ],
        "labels": [
            {
                "x": spoke.label_x,
                "y": spoke.label_y,
                "sub_y": spoke.label_y + 15,
                "anchor": spoke.anchor,
                "text": _radar_name(line.name),
                "sub": both(line),
            }
            for spoke, line in zip(drawn.spokes, lines, strict=True)
        ],
        "caption": (
            f"Centre {low:g}, rim {high:g}. {names[0]} solid, {names[1]} dashed."
            + (" A category that either lacks stays open." if any(spoke.open for spoke in drawn.spokes) else "")
        ),
        "table": {
            "label": "Category scores",
            "heads": [
                {"text": "Category", "num": False, "side": None},
                {"text": names[0], "num": True, "side": "a"},
                {"text": names[1], "num": True, "side": "b"},
            ],
            "rows": [
                {
                    "label": line.name,
                    "href": f"/categories/{line.slug}/",
                    "cells": [score.text if score else display.NOT_MEASURED for score in line.scores],
                }
                for line in lines
            ],
        },
    }


def _closed(points: str) -> str:
    return f"{points} {points.split(' ', 1)[0]}"


def _radar_name(name: str) -> str:
    return "Instructions" if name == "Instruction following" else name


def _short(name: str) -> str:
    return name if len(name) <= 18 else name[:17].rstrip() + "…"


def head_to_head(comparison: Comparison) -> dict:
    """Bars of category differences from a common zero line, with their margins and an equal table."""
    names = [side.model.name for side in comparison.sides]
    measured = [line for line in comparison.categories if line.gap is not None]
    reach = max((abs(line.gap) + line.margin for line in measured), default=1.0)
    rows, table = [], []
    for line in comparison.categories:
        ahead = ahead_in(line)
        if line.gap is None or ahead is None:
            word = "not comparable" if line.gap is None else strength_word(line.strength)
            rows.append({"name": line.name, "href": f"#cat-{line.slug}", "x": None, "missing": word})
            table.append({"label": line.name, "href": None, "cells": [word, "", ""]})
            continue
        # As in the gap chart: what favours the first model goes left.
        signed = -line.gap if ahead == 0 else line.gap
        bar = geometry.bar_from_zero(signed, reach)
        named = line.strength != EVEN
        who = names[line.leader] if named and line.leader is not None else None
        rows.append(
            {
                "name": line.name,
                "href": f"#cat-{line.slug}",
                "x": bar.x,
                "width": bar.width,
                "side": side_letter(line.leader) if named else None,
                "lo": geometry.place(signed - line.margin, -reach, reach),
                "hi": geometry.place(signed + line.margin, -reach, reach),
                "title": (
                    f"{line.name}: {line.gap_text} for {names[ahead]}, margin {line.margin_text}, "
                    f"{strength_word(line.strength)}" + (f" for {who}" if who else "")
                ),
            }
        )
        table.append(
            {
                "label": line.name,
                "href": None,
                "cells": [f"{line.gap_text} for {names[ahead]}", f"± {line.margin_text}", strength_word(line.strength)],
            }
        )
    return {
        "left": {"side": "a", "text": names[0]},
        "right": {"side": "b", "text": names[1]},
        "rows": rows,
        "table": {
            "label": "Category differences",
            "heads": [
                {"text": "Category", "num": False, "side": None},
                {"text": "Difference", "num": True, "side": None},
                {"text": "Margin", "num": True, "side": None},
                {"text": "Outcome", "num": True, "side": None},
            ],
            "rows": table,
        },
    }


def ahead_in(line: CategoryLine) -> int | None:
    """The side with the better category score as printed, named or not; None when nobody is."""
    if line.leader is not None:
        return line.leader
    first, second = line.scores
    if first is None or second is None or first.text == second.text:
        return None
    return 0 if first.score > second.score else 1


def strength_word(strength: str | None) -> str:
    """How a strength reads in a tag."""
    return {CLEAR: "clear", LIKELY: "likely", EVEN: "too close", None: "not comparable"}.get(strength, strength)


def difference_bars(comparison: Comparison) -> dict[str, dict]:
    """One bar per benchmark on a common scale of points; texts stay in the benchmark's own unit."""
    reach = max((abs(line.points) for line in comparison.benchmarks if line.points is not None), default=1.0)
    return {line.benchmark.slug: _bar(line, comparison, reach) for line in comparison.benchmarks}


def _bar(line, comparison: Comparison, reach: float) -> dict:
    if line.difference is None:
        return {"x": None, "says": line.reason}
    if line.favours is None:
        return {"x": None, "says": "equal"}
    # Like the category bars: what favours the first model goes left.
    signed = (line.points if line.points is not None else 0.0) or (1e-9 if line.favours == 0 else -1e-9)
    length = abs(signed)
    bar = geometry.bar_from_zero(-length if line.favours == 0 else length, reach)
    left = line.favours == 0
    return {
        "x": bar.x,
        "width": bar.width,
        "side": side_letter(line.favours),
        "text": line.difference_text,
        "text_x": 51 if left else 49,
        "anchor": "start" if left else "end",
        "says": f"{line.difference_text} for {comparison.sides[line.favours].model.name}",
    }
