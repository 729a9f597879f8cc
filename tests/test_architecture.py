"""The arrows between rooms stay true: read from the imports, not from good intentions.

newsroom and newsletter -> comparisons -> importers -> models_catalog, never back; `core` knows neither Django nor
anything outside other `core` modules; templates belong to one engine.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("models_catalog", "importers", "comparisons", "newsletter", "newsroom")
ALLOWED = {
    "models_catalog": {"models_catalog"},
    "importers": {"importers", "models_catalog"},
    "comparisons": {"comparisons", "importers", "models_catalog"},
    "newsletter": {"newsletter", "comparisons", "models_catalog"},
    "newsroom": {"newsroom", "comparisons", "importers", "models_catalog"},
}
CORE_MAY_IMPORT = {"numpy", "idna"}  # arithmetic, and the tables of IDNA 2008
STANDARD_LIBRARY = __import__("sys").stdlib_module_names


def modules(*parts: str) -> list[Path]:
    """Every module below a folder, tests apart."""
    found = sorted(ROOT.joinpath(*parts).rglob("*.py"))
    return [path for path in found if "tests" not in path.parts and "migrations" not in path.parts]


def imported(path: Path) -> set[str]:
    """Dotted names a module imports, wherever in the file the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError(f"{path.relative_to(ROOT)} uses a relative import; write the whole name.")
    return names


@pytest.mark.parametrize("app", APPS)
def test_apps_import_only_along_the_arrows(app):
    for path in modules(app):
        apps = {name.partition(".")[0] for name in imported(path)} & set(APPS)
        assert apps <= ALLOWED[app], f"{path.relative_to(ROOT)} imports {apps - ALLOWED[app]}"


@pytest.mark.parametrize("app", APPS)
def test_core_is_pure(app):
    for path in modules(app, "core"):
        for name in imported(path):
            top = name.partition(".")[0]
            pure = top in STANDARD_LIBRARY or top in CORE_MAY_IMPORT
            other_core = top in APPS and name.split(".")[1:2] == ["core"]
            assert pure or other_core, f"{path.relative_to(ROOT)} imports {name}; core stays pure Python."


@pytest.mark.parametrize("app", APPS)
def test_models_know_no_views_pages_or_commands(app):
    for path in [*modules(app, "models"), ROOT / app / "models.py"]:
        if not path.exists():
            continue
        for name in imported(path):
            assert not name.startswith((f"{app}.views", f"{app}.pages", f"{app}.admin", f"{app}.management")), path


# --- arrows inside an app -----------------------------------------------------------------

CORE, TABLES, MIDDLE, EDGE, ADDRESSES = range(5)
TABLES_MAY_USE = {"models_catalog.querysets"}


def layer(module: str) -> int:
    """How near to the outside a module stands: core, tables, the middle, the edge (views, admin), addresses."""
    parts = module.split(".")
    name = parts[-1]
    if "core" in parts:
        return CORE
    if "management" in parts or name.endswith("urls"):
        return ADDRESSES
    if name.endswith(("views", "admin")) or parts[:2] == ["comparisons", "web"] or "admin" in parts:
        return EDGE
    return TABLES if "models" in parts else MIDDLE


def product() -> dict[str, Path]:
    """Dotted name → file of every module of the product."""
    found = [path for app in APPS for path in modules(app)]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in found}


def test_inside_an_app_the_edge_knows_the_middle_and_the_middle_the_core():
    known = product()
    for module, path in known.items():
        for name in (imported(path) & known.keys()) - TABLES_MAY_USE - set(APPS):
            assert layer(name) <= layer(module), f"{module} imports {name}, which stands nearer to the outside."


def test_core_asks_neither_clock_nor_chance_nor_disk():
    """What core needs to know is handed to it: `today`, a seed, text."""
    for app in APPS:
        for path in modules(app, "core"):
            where = path.relative_to(ROOT)
            used = {name.partition(".")[0] for name in imported(path)} & {"os", "time", "random", "secrets", "socket"}
            assert not used, f"{where} imports {sorted(used)}."
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                    assert called not in {"open", "print", "now", "today", "utcnow"}, (
                        f"{where}:{node.lineno}: {called}()"
                    )


# --- templates and numbers ------------------------------------------------------------


def test_rounding_has_one_room():
    """Formatting a float belongs to display.py: no `:.1f` in pages, renderers, views or templates."""
    for app in APPS:
        for path in modules(app):
            if path.name == "display.py" or "commands" in path.parts or "perf" in path.parts:
                continue
            if path.parent.name in ("renderers",) or path.name in ("pages.py", "views.py"):
                text = path.read_text(encoding="utf-8")
                assert "round(" not in text, f"{path.relative_to(ROOT)} rounds; use display.py"
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "|round" not in text, f"{path.relative_to(ROOT)} rounds; use display.py"


def test_templates_have_no_inline_script_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        if "email" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text, path
        assert " onclick=" not in text, path
        assert "<style" not in text, path
