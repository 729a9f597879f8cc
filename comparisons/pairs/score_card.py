"""The score header of a pair page, laid out for its macro: the answer in one frame."""

from __future__ import annotations

from comparisons.core.method_words import said, words
from comparisons.core.records import CLEAR, EVEN, LIKELY
from comparisons.pages.base import side_letter
from comparisons.pairs import charts
from comparisons.pairs.comparison import ComparisonPage
from models_catalog.core import display

GRADE_WORDS = {"high": "high evidence", "good": "good evidence", "moderate": "moderate evidence", "low": "low evidence"}


def odds_against(p: float) -> int:
    """In how many cases of this kind an order that is right with probability `p` is wrong once."""
    return round(1 / (1 - p)) if p < 1 else 0


class ScoreCard:
    """The score header of one page; `card` is what the macro `score_header` prints."""

    def __init__(self, page: ComparisonPage):
        self.page = page
        self.comparison = page.comparison
        self.verdict = page.verdict

    @property
    def card(self) -> dict:
        """The score header."""
        overall, verdict = self.comparison.overall, self.verdict
        names = self.page.names
        scale, axis = charts.interval_axis(self.comparison)
        return {
            "id": "call",
            "call": verdict.headline,
            "leader": side_letter(overall.leader),
            "sure_word": overall.outcome if overall.outcome in (CLEAR, LIKELY) else None,
            "leader_name": names[overall.leader] if overall.leader is not None else None,
            "why": verdict.why,
            "caveat": self._caveat,
            "picks": [
                {"side": side_letter(side), "name": names[side], "text": text}
                for side, text in enumerate(verdict.picks)
                if text
            ],
            "sides": [self._duel_side(side, scale) for side in (0, 1)],
            "axis": axis,
            "gap": {
                "value": overall.gap_text or "–",
                "unit": f"± {overall.margin_text} points" if overall.margin_text else "",
                "note": self._gap_note,
                "chart": charts.gap_chart(self.comparison),
            },
            "sure": {
                "value": overall.p_text or "–",
                "unit": f"for {names[overall.ahead]}" if overall.p_text and overall.ahead is not None else "",
                "note": said("We name a leader from {likely} on."),
                **charts.ruler(self.comparison),
            },
            "tally": self._tally,
        }

    @property
    def _caveat(self) -> str | None:
        said = [
            sentence.text
            for sentence in self.verdict.sentences
            if any(claim.kind == "not_ranked" for claim in sentence.claims)
        ]
        return " ".join(filter(None, [self.page.lane_reason, *said])) or None

    @property
    def _gap_note(self) -> str:
        overall = self.comparison.overall
        if overall.gap is None:
            return "No common measure to take a gap on."
        on = "" if overall.basis in ("ranked", "estimate") else "Measured on shared benchmarks only. "
        if overall.leader is not None and overall.margin is not None and abs(overall.gap) >= overall.margin:
            return f"{on}The gap is larger than its margin."
        if overall.leader is not None:
            return f"{on}The order would be wrong about 1 time in {odds_against(overall.p_leader)}."
        return f"{on}The margin covers zero: either could be the stronger."

    @property
    def _tally(self) -> dict:
        tally, names = self.comparison.tally, self.page.names
        rest = []
        if tally.even:
            rest.append(f"{tally.even} too close")
        if tally.not_comparable:
            rest.append(f"{tally.not_comparable} not comparable")
        pips = []
        order = {0: 0, 1: 1}
        lines = sorted(
            self.comparison.categories,
            key=lambda line: order.get(line.leader, 2 if line.strength == EVEN else 3) if line.strength else 3,
        )
        for line in lines:
            word = charts.strength_word(line.strength)
            led = line.leader if line.strength not in (EVEN, None) else None
            pips.append(
                {
                    "side": side_letter(led),
                    "form": "none" if line.strength is None else "close" if line.strength == EVEN else line.strength,
                    "text": f"{line.name}: {word}" + (f", {names[led]}" if led is not None else ""),
                }
            )
        return {
            "value": f"{tally.leads[0]} : {tally.leads[1]}",
            "unit": ", ".join(rest),
            "note": self._tally_note,
            "pips": pips,
        }

    @property
    def _tally_note(self) -> str:
        found = next((claim.text for claim in self.verdict.claims if claim.kind == "category_tally"), "")
        return found or "No category has results of both."

    def _duel_side(self, number: int, scale) -> dict:
        side, score = self.comparison.sides[number], self.comparison.overall.scores[number]
        standing, name = side.standing, side.model.name
        notes = []
        if standing is not None and score is not None:
            grade = GRADE_WORDS.get(standing.grade or "", "")
            notes.append(", ".join(filter(None, [grade, display.counted(standing.results, "result")])))
        elif standing is not None:
            notes.append(display.counted(len(standing.cells), "counting result"))
        if standing is not None and standing.rank is not None:
            span = (
                f"rank {standing.best}"
                if standing.best == standing.worst
                else f"rank {standing.best} to {standing.worst}"
            )
            notes.append(f"{span} of {self.page.context.ranked}")
        elif standing is not None and not ((self.page.weights_text or self.page.as_of) and standing.ranked):
            notes.append("tracked, not ranked")
        base = {
            "side": side_letter(number),
            "name": name,
            "href": f"/models/{side.model.slug}/",
            "note_lines": notes,
            "band": None,
            "score_text": None,
            "absent_text": "no score",
            "reason": "No counting result in this lane."
            if standing is None
            else "Its results share too few benchmarks with other models for a common scale.",
            "title": "",
        }
        if score is None or scale is None:
            return base
        interval = charts.geometry.band(scale, score.low, score.score, score.high)
        return {
            **base,
            "score_text": score.text,
            "band": {
                "x": interval.x,
                "width": interval.width,
                "dot": interval.dot,
                "open": standing is None or not standing.ranked,
            },
            "title": f"{name}: {score.text}, {words()['interval']} interval {score.low_text} to {score.high_text}",
        }
