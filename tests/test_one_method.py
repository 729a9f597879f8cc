"""The method stands in one place: with other constants the whole site says, draws and decides otherwise.

Two ways to look: no source outside `core/method.py` spells a threshold out, and a site built with
other constants shows no sentence, zone or word that still follows the usual ones.
"""

from __future__ import annotations

import ast
import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from comparisons import standing_store
from comparisons.core.method import METHOD, constants
from comparisons.core.method_words import said, words
from comparisons.core.rules import RULES, rule_texts
from comparisons.pairs.charts import ruler_zones
from comparisons.tests.other_method import method_in_use
from models_catalog.models import Result
from models_catalog.tests.world import build_world

ROOT = Path(settings.BASE_DIR)
PRODUCT = ("comparisons", "newsroom", "newsletter", "config")
SPELT_OUT = re.compile(
    r"(?<![\d.,])(?:80|90|95)(?:\.0)?(?: |\N{NO-BREAK SPACE})?%|\b80 to 95\b|\b(?:80 likely|95 clear)\b"
    r"|\b(?:from|below|at least) (?:80|95)\b|\b3 in, 1 out\b|\b3\.4 (?:points|to)|\b6\.6 points"
)
THRESHOLDS = {0.8, 0.95, 1.645, 0.842, 3.4, 6.6}
OTHER = {
    "likely": 0.85,
    "clear": 0.97,
    "report_scatter": 4.0,
    "price_in": 4,
    "noticeable": 0.08,
    "opinion_places": 12,
    "grade_moderate": 4.75,
    "saturated_percent": 96.0,
    "shared_benchmarks": 2,
    "kappa": 3.0,
}
PAGES = (
    "/",
    "/methodology/",
    "/llms.txt",
    "/about/",
    "/api/",
    "/leaderboard/",
    "/leaderboard.md",
    "/categories/coding/",
    "/models/",
    "/models/atlas/",
    "/models/atlas.md",
    "/benchmarks/",
    "/benchmarks/code-repair/",
    "/prices/",
    "/providers/sky/",
    "/labs/north/",
    "/changes/",
    "/compare/",
    "/compare/?m=atlas&m=borea&m=cirro",
    "/compare/atlas-vs-borea/",
    "/compare/atlas-vs-borea.md",
    "/compare/atlas-vs-borea.json",
    "/compare/atlas-vs-cirro/",
    "/compare/delta-vs-ember/",
    "/embed/compare/atlas-vs-borea/",
    "/badge/atlas.svg",
)


def sources() -> list[Path]:
    found = [path for app in PRODUCT for path in sorted((ROOT / app).rglob("*.py"))]
    return [
        path
        for path in found
        if not {"tests", "migrations"} & set(path.parts) and path.name not in ("method.py", "versions.py", "samples.py")
    ]


def spoken(tree: ast.Module) -> list[ast.Constant]:
    """Constants of a module, docstrings apart."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs]


def test_no_source_spells_a_threshold_out():
    for path in sources():
        for node in spoken(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if isinstance(node.value, str):
                assert not SPELT_OUT.search(node.value), f"{where} says “{node.value}”; use said() and METHOD."
            elif isinstance(node.value, float) and "core" in path.parts and "comparisons" in path.parts:
                assert node.value not in THRESHOLDS, f"{where} has {node.value}; it belongs to METHOD."


def test_no_template_spells_a_threshold_out():
    for folder in (ROOT / "templates", ROOT / "newsroom" / "templates"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != "styleguide.html":  # whose samples are no pages
                text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
                found = SPELT_OUT.search(text)
                assert found is None, f"{path.relative_to(ROOT)} says “{found.group()}”; use said()."


def test_every_rule_and_every_constant_can_be_printed():
    assert set(rule_texts()) == set(RULES)
    assert not any("{" in text for text in rule_texts().values())
    assert {constant.name for constant in constants()} <= set(words())


def test_a_name_that_is_no_constant_is_an_error():
    with pytest.raises(KeyError):
        said("at least {clearly} sure")


def test_the_zones_of_the_ruler_are_as_wide_as_the_thresholds_lie_apart():
    assert [(zone.x, zone.width, zone.text) for zone in ruler_zones()] == [
        (0, 60.0, "50 too close"),
        (60.0, 30.0, "80 likely"),
        (90.0, 10.0, "95 clear"),
    ]
    with method_in_use(likely=0.85, clear=0.97):
        assert [(zone.x, zone.width, zone.text) for zone in ruler_zones()] == [
            (0, 70.0, "50 too close"),
            (70.0, 24.0, "85 likely"),
            (94.0, 6.0, "97 clear"),
        ]


def text_of(path: str) -> str:
    """What a page says, in text and attributes; styles, addresses, positions and figures in cells apart."""
    answer = Client().get(path)
    assert answer.status_code == 200, f"{path} answers {answer.status_code}"
    text = html.unescape(answer.content.decode())
    return re.sub(r'(?:style|href|src|d|points)="[^"]*"|="-?[\d.]+%"|<td class="num">[\d., %–+−]*</td>', "", text)


@pytest.mark.django_db
def test_a_site_with_another_method_says_nothing_of_the_usual_one():
    build_world()
    for score in (80, 90, 95):  # no result of the world may read like a threshold
        Result.objects.filter(score=score).update(score=score - 1)
    with method_in_use(**OTHER):
        standing_store.recompute("another method")
        told = {path: text_of(path) for path in PAGES}
        for path, text in told.items():
            found = SPELT_OUT.search(text)
            assert found is None, f"{path} still says “{text[max(0, found.start() - 60) : found.end() + 20]}”"
        for rule in rule_texts().values():
            assert rule in told["/methodology/"]
    assert "at least 97 % sure" in told["/methodology/"]
    assert "85 to 97 % sure" in told["/methodology/"]
    assert "Intervals are 94 %." in told["/methodology/"]
    assert "“Likely” means at least 85 %" in told["/llms.txt"].replace('"Likely"', "“Likely”")
    assert "Clear from 97 %, likely from 85 %" in told["/"]
    assert "We name a leader from 85 % on." in told["/compare/atlas-vs-borea/"]
    assert "97 clear" in told["/compare/atlas-vs-borea/"]
    assert "4 in, 1 out" in told["/providers/sky/"]


@pytest.mark.django_db
def test_words_and_colours_follow_the_method_in_use():
    """A pair that is likely ahead by the usual rule is not, where likely begins above its probability."""
    build_world()
    pair = "/compare/cirro-vs-delta"
    standing_store.recompute("the usual method")
    usual = Client().get(f"{pair}.json").json()["overall"]
    assert usual["outcome"] == "likely"
    assert 0.80 <= usual["p_leader"] < 0.85
    assert "outcome--likely" in Client().get(f"{pair}/").content.decode()
    with method_in_use(likely=0.85, clear=0.97):
        standing_store.recompute("a stricter method")
        strict = Client().get(f"{pair}.json").json()["overall"]
        page = Client().get(f"{pair}/").content.decode()
    assert (strict["outcome"], strict["leader"]) == ("too_close", None)
    assert strict["p_leader"] == usual["p_leader"]
    assert "is likely ahead" not in page
    assert METHOD.likely == 0.80


def test_what_modules_cite_of_the_method_exists():
    text = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    heads = set(re.findall(r"^## (.+)$", text, re.MULTILINE))
    cited = set()
    for path in [*sources(), *sorted((ROOT / "models_catalog").rglob("*.py"))]:
        source = path.read_text(encoding="utf-8")
        assert "docs/methodology" not in source, path.relative_to(ROOT)
        for found in re.finditer(r'docs/method\.md((?:,| and|\s)+"[^"]+")+', source):
            cited.update(re.findall(r'"([^"]+)"', found.group()))
    assert len(cited) >= 6
    assert cited <= heads


def test_the_formulas_name_constants_that_there_are():
    text = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    known = {constant.name for constant in constants()}
    named = {name for name in re.findall(r"`([a-z_]+)`", text) if "_" in name}
    assert named - known <= {"check_verdicts"}
    assert len(named & known) >= 15
