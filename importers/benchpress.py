"""Reads BenchPress' score matrix (`website/data.json`): what was published about models, each with its page.

    {"models": [{"id", "provider", …}], "benchmarks": [{"id", …}],
     "observed": [[score or null, …], …],          a row a model, a column a benchmark
     "sources": [[{"url", "type", "reported_setting", "matches_canonical", "audit_status", …} or null, …], …]}

`predictions` stand in the same file; they are nobody's results and are never read. Only cells that were checked
against a page of a maker or a board are taken.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from importers import archives
from importers.models_dev import LEFT_OUT
from importers.records import Batch, ResultRecord, UnreadableSource
from importers.source_fields import Fields, fields_of, fitted
from importers.source_files import read_each, read_json
from importers.source_names import slug_of
from models_catalog.core.setting_words import NOT_SAID, THINKING, is_standard, level

DATASET = "benchpress"
READ_AT = "github:microsoft/benchpress"
CHECKED = "verified"
BY_MAKERS = ("official_blog", "tech_report", "model_card")
BOARD = "leaderboard"
NOTHING = ("", "unknown", "n/a", "none", "default")


def read(path: Path) -> Batch:
    """Read the matrix at `path`. Raises `UnreadableSource` when it is none."""
    with archives.opened(path) as source:
        batch = Batch()
        for name, document in read_each([(source, source.name)], read_json, batch):
            whole = fields_of(batch, name, document.data)
            if whole is None or not _is_matrix(whole):
                raise UnreadableSource(
                    f"{path.name} has no matrix of models and benchmarks. It is not BenchPress' file."
                )
            for model, scores, sources in zip(
                *(whole.raw(key) for key in ("models", "observed", "sources")), strict=True
            ):
                for benchmark, score, cited in zip(whole.raw("benchmarks"), scores, sources, strict=True):
                    if score is not None:
                        _read_cell(batch, name, model, benchmark, {"score": score, "source": cited})
    return batch


def _is_matrix(whole: Fields) -> bool:
    models, benchmarks, *tables = (whole.raw(key) for key in ("models", "benchmarks", "observed", "sources"))
    named = all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in (models, benchmarks))
    return named and all(
        isinstance(table, list)
        and len(table) == len(models)
        and all(isinstance(row, list) and len(row) == len(benchmarks) for row in table)
        for table in tables
    )


def _read_cell(batch: Batch, file: str, model: dict, benchmark: dict, data: dict[str, Any]) -> None:
    names = Fields(batch, file, 1, {"model": model.get("id"), "benchmark": benchmark.get("id"), **model})
    own, test = names.text("model", required=True), names.text("benchmark", required=True)
    cell = Fields(batch, f"{file}: {own}, {test}", 1, data)
    audit, kind, link = cell.text("source.audit_status"), cell.text("source.type"), cell.link("source.url")
    score = cell.number("score", required=True)
    if names.refused or cell.refused or score is None:
        return
    host = link.partition("//")[2].partition("/")[0].removeprefix("www.")
    if reason := _why_not(audit, kind, host):
        batch.skip(cell.file, 1, reason)
        return
    variant, effort, standard = _setup(cell)
    who, tier = _who_measured(kind, host, names.text("provider"))
    batch.results.append(
        ResultRecord(
            place=cell.place(score="score", source_url="source.url"),
            model=own,
            benchmark=test,
            score=score,
            dataset=DATASET,
            row_id=fitted(f"{DATASET}:{own}#{test}", 200),
            variant=variant,
            standard=standard,
            effort=effort,
            source_kind=who,
            source_tier=tier,
            source_url=link,
            read_at=READ_AT,
            note=_note(cell),
        )
    )


def _why_not(audit: str, kind: str, host: str) -> str:
    """Why a cell is not taken, in a sentence; empty where it is."""
    if audit != CHECKED:
        return f"BenchPress did not check it against its page (“{audit or 'no word'}”)."
    if host in LEFT_OUT or kind not in (*BY_MAKERS, BOARD):
        return f"It repeats {host or 'a page that is not named'}. Take it from that board itself."
    return ""


def _setup(cell: Fields) -> tuple[str, int, bool]:
    """(variant, effort, whether one attempt without further tools) by the setting that the page reported."""
    words = {key: cell.text(f"source.reported_setting.{key}") for key in ("mode", "effort", "tools", "sampling")}
    said = level(words["effort"])
    unsaid = {"non-thinking": 5, "thinking": THINKING}.get(words["mode"], NOT_SAID)
    tools = words["tools"].lower()
    without_tools = tools.startswith("none") or tools in NOTHING
    told = [f"effort {words['effort']}"] if said is None and words["effort"].lower() not in NOTHING else []
    told += [f"sampling {words['sampling']}"] if words["sampling"].lower() not in (*NOTHING, "pass@1") else []
    told += [] if without_tools else [f"tools: {words['tools']}"]
    plain = without_tools or tools.startswith(("agentic", "varies"))
    effort = unsaid if said is None else said
    return fitted("; ".join(told), 160), effort, plain and is_standard(words["sampling"])


def _note(cell: Fields) -> str:
    other = cell.raw("source.matches_canonical") is False
    return "BenchPress marks the setting as another than this model's usual one." if other else ""


def _who_measured(kind: str, host: str, provider: str) -> tuple[str, int]:
    """(kind, tier): a board itself, the model's own maker, or a page that does not say who ran it."""
    if kind == BOARD:
        return "independent", 1
    lab = slug_of(provider).replace("-", "")
    by_maker = bool(lab) and lab in host.replace("-", "").replace(".", "")
    return ("provider-reported", 3) if by_maker else ("unknown", 5)
