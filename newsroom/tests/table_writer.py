"""Writes a known truth as a table in many dialects, as vendors, spreadsheets and pages do."""

from __future__ import annotations

import csv
import html
import io
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from newsroom.tests.paste_world import BENCHMARKS, MODELS

Truth = dict[tuple[str, str], Decimal | None]
CATEGORY = {
    "math": "Math",
    "aime-2025": "Math",
    "livecodebench": "Coding",
    "mmlu": "Knowledge",
    "mmlu-pro": "Knowledge",
}
NO_VALUE = ("—", "-", "n/a", "")
FITTING = {"percent": ("", "%", " %"), "elo": ("", " Elo"), "usd": ("", "$"), "minutes": ("", " min")}


@dataclass(frozen=True)
class Dialect:
    """How a table is written down."""

    notation: str  # tsv, csv, semicolon, markdown, bare, html
    turned: bool  # models in rows
    sign: str  # of decimals
    mark: str  # of thousands
    category: str  # none, repeated, merged
    rank: bool
    empty_column: bool
    title: bool
    sections: bool
    note_column: bool
    corner: str
    dress: str  # none, bold, footnote, spread
    units: bool
    quoted: bool
    no_value: str


dialects = st.builds(
    Dialect,
    notation=st.sampled_from(["tsv", "csv", "semicolon", "markdown", "bare", "html"]),
    turned=st.booleans(),
    sign=st.sampled_from([".", ","]),
    mark=st.sampled_from(["", "other", " ", "'"]),
    category=st.sampled_from(["none", "none", "repeated", "merged"]),
    rank=st.booleans(),
    empty_column=st.booleans(),
    title=st.booleans(),
    sections=st.booleans(),
    note_column=st.booleans(),
    corner=st.sampled_from(["", "Benchmark", "Model", "Name", "Eval"]),
    dress=st.sampled_from(["none", "none", "bold", "footnote", "spread"]),
    units=st.booleans(),
    quoted=st.booleans(),
    no_value=st.sampled_from(NO_VALUE),
)


@st.composite
def truths(draw) -> Truth:
    """Scores of a few models on a few benchmarks, some of them missing."""
    models = draw(st.lists(st.sampled_from(sorted(MODELS)), min_size=1, max_size=4, unique=True))
    benchmarks = draw(st.lists(st.sampled_from(sorted(BENCHMARKS)), min_size=1, max_size=6, unique=True))
    places = draw(st.integers(0, 3))
    found: Truth = {}
    for model in models:
        for benchmark in benchmarks:
            high = {"percent": 99, "elo": 1600, "usd": 300, "minutes": 3000}[BENCHMARKS[benchmark][1]]
            missing = draw(st.integers(0, 5)) == 0
            whole = draw(st.integers(0, high))
            fraction = draw(st.integers(0, 10**places - 1))
            found[model, benchmark] = None if missing else Decimal(whole * 10**places + fraction).scaleb(-places)
    return found


def number(value: Decimal, dialect: Dialect) -> str:
    """A number in the dialect's signs."""
    whole, _, fraction = f"{value:f}".partition(".")
    mark = {",": ".", ".": ","}[dialect.sign] if dialect.mark == "other" else dialect.mark
    whole = f"{int(whole):,}".replace(",", mark)
    return whole + (dialect.sign + fraction if fraction else "")


def cell(value: Decimal | None, unit: str, dialect: Dialect) -> str:
    """A score as the dialect dresses it."""
    if value is None:
        return dialect.no_value
    text = number(value, dialect)
    sign = FITTING[unit][-1] if dialect.units else ""
    text = f"{sign}{text}" if sign == "$" else f"{text}{sign}"
    if dialect.dress == "bold":
        return f"<b>{text}</b>" if dialect.notation == "html" else f"**{text}**"
    if dialect.dress == "footnote":
        return f"{text}†"
    return f"{text} ± 1" if dialect.dress == "spread" and not sign else text


def rows_of(truth: Truth, dialect: Dialect) -> list[list[str]]:
    """The table as rows of cells, head and title rows included."""
    models = list(dict.fromkeys(model for model, _ in truth))
    benchmarks = list(dict.fromkeys(benchmark for _, benchmark in truth))
    down, across = (models, benchmarks) if dialect.turned else (benchmarks, models)
    name = {**MODELS, **{slug: name for slug, (name, _) in BENCHMARKS.items()}}
    before = (dialect.category != "none") + dialect.rank + dialect.empty_column
    head = [
        *([""] if dialect.empty_column else []),
        *(["Rank"] if dialect.rank else []),
        *(["Category"] if dialect.category != "none" else []),
        dialect.corner,
        *(name[slug] for slug in across),
        *(["Source"] if dialect.note_column else []),
    ]
    rows = [head]
    last = None
    for place, slug in enumerate(down, start=1):
        group = CATEGORY.get(slug, "Other")
        if dialect.sections and group != last and not dialect.turned and dialect.category == "none":
            rows.append(
                [*[""] * before, f"Section {place}", *[""] * len(across), *([""] if dialect.note_column else [])]
            )
        shown = "" if dialect.category == "merged" and group == last else group
        last = group
        scores = [
            cell(
                truth[(slug, other) if dialect.turned else (other, slug)],
                BENCHMARKS[other if dialect.turned else slug][1],
                dialect,
            )
            for other in across
        ]
        rows.append(
            [
                *([""] if dialect.empty_column else []),
                *([str(place)] if dialect.rank else []),
                *([shown] if dialect.category != "none" else []),
                name[slug],
                *scores,
                *(["card"] if dialect.note_column else []),
            ]
        )
    if dialect.title and dialect.notation != "csv":
        rows.insert(0, ["Results of the model card", *[""] * (len(head) - 1)])
    return rows


def write(truth: Truth, dialect: Dialect) -> str:
    """The truth as text in the dialect."""
    rows = rows_of(truth, dialect)
    if dialect.notation == "html":
        lines = ("".join(f"<td>{_escaped(text)}</td>" for text in row) for row in rows)
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
    if dialect.notation in ("markdown", "bare"):
        outer = dialect.notation == "markdown" or any(not row[0] for row in rows)
        return _barred(rows, outer)
    out = io.StringIO()
    sign = {"tsv": "\t", "csv": ",", "semicolon": ";"}[dialect.notation]
    quoting = csv.QUOTE_ALL if dialect.quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=sign, quoting=quoting, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _escaped(text: str) -> str:
    return text if text.startswith("<b>") else html.escape(text)


def _barred(rows: list[list[str]], outer: bool) -> str:
    lines = [" | ".join(text.replace("|", "\\|") for text in row) for row in rows]
    lines.insert(1, " | ".join("---" for _ in rows[0]))
    return "\n".join(f"| {line} |" for line in lines) if outer else "\n".join(lines)
