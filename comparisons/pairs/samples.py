"""Made-up parts of a pair page, of the same types as real ones, for the page of all components."""

from __future__ import annotations

from dataclasses import dataclass

from comparisons.core.geometry import Tick
from comparisons.pairs.parts import (
    AttributeRow,
    AttributeValue,
    Axis,
    Band,
    Bar,
    BenchmarkCell,
    BenchmarkGroup,
    BenchmarkRow,
    CategoryRow,
    CategoryScore,
    Choice,
    ClaimEntry,
    ClaimNumber,
    DuelSide,
    Fact,
    GapChart,
    Head,
    Measure,
    Par,
    Pip,
    ProofLink,
    ResultGroup,
    ResultLine,
    Rule,
    Ruler,
    ScoreCard,
    Zone,
)

A, B = "Aurora 2 mini", "Borealis Ultra 253B with a long name"
RULE = Rule("overall_even", "/methodology/#overall_even", "The order is less than 80 % sure, so nobody is named.")
ZONES = (
    Zone(0, 60, "close", "50 too close", "start"),
    Zone(60, 30, "likely", "80 likely", "start"),
    Zone(90, 10, "clear", "95 clear", "end"),
)


@dataclass(frozen=True)
class PairSamples:
    """One object of every part, in the states that look different."""

    names: tuple[str, str]
    heads: tuple[Head, Head]
    cards: tuple[tuple[str, ScoreCard], ...]
    lead: ClaimEntry
    facts: tuple[Fact, ...]
    claims: tuple[ClaimEntry, ...]
    choices: tuple[Choice, Choice]
    categories: tuple[CategoryRow, ...]
    attributes: tuple[AttributeRow, ...]
    benchmarks: tuple[BenchmarkGroup, ...]


def pair_samples() -> PairSamples:
    """The samples."""
    lead = _claim("overall", "Aurora 2 mini stands at 53.9 and Borealis Ultra 253B at 55.0, a gap of 1.1.")
    bare = ClaimEntry("missing", "Multimodal is not compared: one of them takes text only.", (), (), RULE)
    return PairSamples(
        names=(A, B),
        heads=(Head("a", A, "#top", ""), Head("b", B, "#top", "retired")),
        cards=(("Too close", _card()), ("Clear", _card(leader="b")), ("No score", _card(scored=False))),
        lead=lead,
        facts=(Fact("Input price", ("$0.40", "not published")), Fact("Context", ("1.05M", "128K"))),
        claims=(lead, bare),
        choices=(
            Choice("a", A, (_claim("price", "you want to pay less: $0.70 against $0.90"),), ""),
            Choice("b", B, (), "Nothing we track speaks for it."),
        ),
        categories=(_category("Coding", 0), _category("Multimodal", None)),
        attributes=(
            AttributeRow(
                "context_window",
                "Context window",
                "tokens",
                (AttributeValue("1.05M", False, "#top", ""), AttributeValue("not published", True, "", "")),
                "a",
                "8 times as long",
                A,
            ),
        ),
        benchmarks=(_benchmarks(),),
    )


def _claim(name: str, text: str) -> ClaimEntry:
    numbers = (ClaimNumber("Score", f"{A} 53.9, {B} 55.0"), ClaimNumber("Gap", "1.1"))
    return ClaimEntry(f"sample-{name}", text, numbers, (ProofLink("#r-sample-one", "AIME 2025"),), RULE)


def _card(leader: str | None = None, *, scored: bool = True) -> ScoreCard:
    word = "clear" if leader else ""
    return ScoreCard(
        call=f"{B} is ahead" if leader else "Too close to call",
        leader=leader,
        leader_name=B if leader else "",
        sure_word=word,
        why="",
        caveat="" if scored else "Borealis is tracked, not ranked: its score is an estimate.",
        sides=(_side("a", A, 27, scored), _side("b", B, 50 if leader else 22, scored)),
        axis=Axis((Tick(0, "45"), Tick(50, "55"), Tick(100, "65")), Par(51.5, "55.3"), "Bands are 90 % intervals.")
        if scored
        else None,
        gap=Measure("1.1", "± 6.6 points", "The margin covers zero: either could be the stronger."),
        gap_chart=GapChart(22.5, 66, 55.5, 50, leader, "A gap of 1.1", "Aurora ahead", "Borealis ahead")
        if scored
        else None,
        sure=Measure("61 %", "for Borealis", "We name a leader from 80 % on."),
        ruler=Ruler(22.4 if scored else None, "61 % on a scale from 50 to 100 %", ZONES),
        tally=Measure("0 : 2", "5 too close", ""),
        pips=(
            Pip("b", "clear", f"Math: clear, {B}"),
            Pip("a", "likely", f"Coding: likely, {A}"),
            Pip(None, "close", "Agentic: too close"),
        ),
    )


def _side(side: str, name: str, x: float, scored: bool) -> DuelSide:
    return DuelSide(
        side=side,
        name=name,
        href="#top",
        score_text="53.9" if scored else "",
        interval_text="50.4 to 57.4" if scored else "",
        notes=("high evidence, 44 results", "rank 27 to 50 of 101"),
        band=Band(x, 34.8, x + 17.4, side == "b") if scored else None,
        absent_text="no score",
        reason="Has 2 results in 1 category. A score needs 3 test families.",
        title=f"{name}: 53.9",
    )


def _category(name: str, lead: int | None) -> CategoryRow:
    known = lead is not None
    return CategoryRow(
        slug=f"sample-{name.lower()}",
        name=name,
        href="#tables",
        weight="20 %",
        scores=(CategoryScore("48.6", "± 4.0"), CategoryScore("39.6", "± 4.4") if known else None),
        lead="a" if known else None,
        gap="9.0" if known else "",
        gap_margin="± 5.9" if known else "",
        ahead="a" if known else None,
        ahead_name=A if known else "",
        word="clear" if known else "not comparable",
        word_side="a" if known else None,
        word_name=A if known else "",
        shared="4 shared" if known else "none shared",
        separator=f"LiveBench, for {A}" if known else "",
        separator_href="#r-sample-one",
        separator_side="a" if known else None,
        bar=Bar(20, 30, "a", "", 0, "start", 6, 34) if known else None,
    )


def _benchmarks() -> BenchmarkGroup:
    one = ResultLine(1, "40.2", "provider-reported", "pass@1", "example.org", "", "#top", "7 August 2025", "", "")
    two = ResultLine(2, "72.5", "independent", "reasoning on", "example.org", "", "#top", "8 April 2025", "", "")
    old = ResultLine(
        3,
        "70.1",
        "unknown",
        "settings not said",
        "no source given",
        "",
        "",
        "date not known",
        "",
        "another result has a source closer to the benchmark",
    )
    return BenchmarkGroup(
        "sample-math",
        "Math",
        "1 of 2 shared",
        (
            BenchmarkRow(
                "sample-one",
                "AIME 2025",
                "#tables",
                "%",
                "",
                (
                    BenchmarkCell(one, (), "", ()),
                    BenchmarkCell(two, (old,), "1 more result", (ResultGroup((old,)),)),
                ),
                "b",
                Bar(50, 36, "b", "32.3 points", 87.5, "start"),
                f"32.3 points for {B}",
                True,
            ),
            BenchmarkRow(
                "sample-two",
                "SWE-bench Verified",
                "#tables",
                "%",
                "",
                (BenchmarkCell(old, (), "", ()), BenchmarkCell(None, (), "", ())),
                None,
                None,
                "not comparable",
                False,
            ),
        ),
    )
