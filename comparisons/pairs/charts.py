"""Drawings of a pair: positions from geometry, texts from the comparison."""

from __future__ import annotations

from comparisons.core import geometry
from comparisons.core.method import METHOD
from comparisons.core.method_words import said, words
from comparisons.core.records import CLEAR, EVEN, LIKELY, BenchmarkLine, CategoryLine, Comparison
from comparisons.pages.base import side_letter
from comparisons.pairs.parts import Axis, Bar, Dot, GapChart, Par, Path, Radar, Ring, RingLabel, Ruler, SpokeLabel, Zone
from models_catalog.core import display

LONGEST_BAR = 0.72  # of half a drawing, so that the figure finds room at the end of every bar
LABEL_GAP = 1.5  # percent between a bar and its figure
RADAR_NAMES = {"Instruction following": "Instructions"}  # names too long for the rim


def interval_axis(comparison: Comparison) -> tuple[geometry.Scale | None, Axis | None]:
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
        par = Par(scale.place(course), display.overall_score(course))
        key += f" Dotted: {par.text}, an average tracked model."
    return scale, Axis(scale.ticks, par, key)


def gap_chart(comparison: Comparison) -> GapChart | None:
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
    return GapChart(
        x=interval.x,
        width=interval.width,
        dot=interval.dot,
        zero=50,
        side=side_letter(overall.leader),
        title=(
            f"A gap of {overall.gap_text}{who} with a {words()['interval']} margin of {overall.margin_text}, "
            f"which {'covers' if covers else 'stays clear of'} zero"
        ),
        left=f"{_short(names[0])} ahead",
        right=f"{_short(names[1])} ahead",
    )


def ruler(comparison: Comparison) -> Ruler:
    """The scale of certainty from 50 to 100 % with the pair's place on it."""
    overall = comparison.overall
    if overall.p_leader is None:
        title = said("How sure: not worked out, too close below {likely}, likely from {likely}, clear from {clear}")
        return Ruler(None, title, ruler_zones())
    scale = said(
        "on a scale from 50 to 100 %: too close below {likely_number}, likely from {likely_number}, "
        "clear from {clear_number}"
    )
    return Ruler(_certainty(overall.p_leader), f"{overall.p_text} {scale}", ruler_zones())


def ruler_zones() -> tuple[Zone, ...]:
    """The zones of the ruler, as wide as the thresholds of the method lie apart."""
    likely, clear = _certainty(METHOD.likely), _certainty(METHOD.clear)
    return (
        Zone(0, likely, "close", "50 too close", "start"),
        Zone(likely, round(clear - likely, 2), "likely", said("{likely_number} likely"), "start"),
        Zone(clear, round(100 - clear, 2), "clear", said("{clear_number} clear"), "end"),
    )


def _certainty(p: float) -> float:
    """A probability's place on the ruler, in percent of its length."""
    return geometry.place(p, 0.5, 1.0)


def category_radar(comparison: Comparison) -> Radar | None:
    """Radar of the category scores; None where fewer than three categories have any score."""
    lines = [line for line in comparison.categories if any(line.scores)]
    values = [score.score for line in lines for score in line.scores if score is not None]
    if len(lines) < 3 or not values:
        return None
    low, high = geometry.radar_limits(values)
    series = [[line.scores[side].score if line.scores[side] else None for line in lines] for side in (0, 1)]
    drawn = geometry.radar(series, low=low, high=high)
    names = [side.model.name for side in comparison.sides]
    outlines = tuple(enumerate(drawn.outlines))
    return Radar(
        width=drawn.width,
        height=drawn.height,
        title=f"Category scores of {names[0]} and {names[1]}",
        desc="The scores stand in the table of categories.",
        cx=drawn.centre[0],
        cy=drawn.centre[1],
        rings=tuple(Ring(ring, ring == drawn.rings[-1]) for ring in drawn.rings),
        ticks=tuple(RingLabel(x, y, text) for x, y, text in drawn.ring_labels),
        spokes=drawn.spokes,
        areas=tuple(Path("a", path) for outline in drawn.outlines[:1] if outline.closed for path in outline.paths),
        lines=tuple(
            Path("ab"[side], _closed(path) if outline.closed else path)
            for side, outline in outlines
            for path in outline.paths
        ),
        dots=tuple(Dot("ab"[side], x, y) for side, outline in outlines for x, y in outline.dots),
        labels=tuple(
            SpokeLabel(
                spoke.label_x,
                spoke.label_y,
                spoke.label_y + 15,
                spoke.anchor,
                RADAR_NAMES.get(line.name, line.name),
                " and ".join(score.text if score else "–" for score in line.scores),
            )
            for spoke, line in zip(drawn.spokes, lines, strict=True)
        ),
        caption=(
            f"Centre {low:g}, rim {high:g}. {names[0]} solid, {names[1]} dashed."
            + (" A category that either lacks stays open." if any(spoke.open for spoke in drawn.spokes) else "")
        ),
    )


def _closed(points: str) -> str:
    return f"{points} {points.split(' ', 1)[0]}"


def _short(name: str) -> str:
    return name if len(name) <= 18 else name[:17].rstrip() + "…"


def category_bars(comparison: Comparison) -> dict[str, Bar]:
    """The difference of each compared category from one zero line, with its margin, by slug."""
    measured = [line for line in comparison.categories if line.gap is not None and ahead_in(line) is not None]
    reach = max((abs(line.gap) + line.margin for line in measured), default=1.0)
    return {line.slug: _category_bar(line, reach) for line in measured}


def _category_bar(line: CategoryLine, reach: float) -> Bar:
    # As in the gap chart: what favours the first model goes left.
    signed = -line.gap if ahead_in(line) == 0 else line.gap
    bar = geometry.bar_from_zero(signed, reach)
    named = line.leader if line.strength not in (EVEN, None) else None
    low, high = (geometry.place(signed + end, -reach, reach) for end in (-line.margin, line.margin))
    return Bar(bar.x, bar.width, side_letter(named), "", 0, "start", low, high)


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


class DifferenceBars:
    """The differences on benchmarks on a common scale of points; texts stay in the benchmark's own unit."""

    def __init__(self, comparison: Comparison):
        points = [abs(line.points) for line in comparison.benchmarks if line.points is not None]
        self._reach = max(points, default=1.0) / LONGEST_BAR
        self._names = [side.model.name for side in comparison.sides]

    def of(self, line: BenchmarkLine) -> tuple[Bar | None, str]:
        """The bar of a benchmark, None where nothing is ahead, and the difference in words.

        Only a difference that may be named has a colour. The unit stands with the benchmark's name.
        """
        if line.difference is None:
            return None, line.reason
        if line.favours is None:
            return None, "equal"
        left = line.favours == 0
        length = abs(line.points) if line.points else 1e-9
        bar = geometry.bar_from_zero(-length if left else length, self._reach)
        return (
            Bar(
                bar.x,
                bar.width,
                side_letter(line.call.favours),
                display.benchmark_score(abs(line.difference), line.benchmark.unit, with_unit=False),
                text_x=geometry.place(bar.x - LABEL_GAP if left else bar.x + bar.width + LABEL_GAP, 0, 100),
                anchor="end" if left else "start",
            ),
            f"{line.difference_text} for {self._names[line.favours]}"
            + (f" ({line.call_text})" if line.call_text else ""),
        )
