"""Checking files loads no database, no screen and no frame of columns; exactly one module loads the rules engine."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.arguments import REPORTS

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("durable.lang", "polars", "rich", "rules.schema", "rules.schema_help", "sqlalchemy", "sqlmodel", "textual")
ENGINES = ("durable", "durable_rules_engine")
MEASURES = ROOT / "measures"
MEASURE = next((MEASURES / "proposals").rglob("*.yaml"))

# Runs in an interpreter of its own, where nothing was loaded before: runs the command, then tells what came with it.
PROBE = """
import sys

def command():
    from registry.cli import main
    return main(sys.argv[1:])

try:
    code = command() if len(sys.argv) > 1 else __import__("registry.cli") and 0
except SystemExit as stopped:
    code = stopped.code or 0
print()
print(code, *sorted(sys.modules))
"""


def loaded(*arguments: str, probe: str = PROBE) -> tuple[int, set[str]]:
    """The exit code of the command, and every module that it loaded."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", probe, *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    code, *modules = done.stdout.splitlines()[-1].split()
    return int(code), set(modules)


def heavy(modules: set[str]) -> list[str]:
    return [name for name in HEAVY if name in modules]


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ((), {0}),
        (("--version",), {0}),
        (("--help",), {0}),
        (("check", str(MEASURE)), {0, 1}),
        (("check", str(MEASURE), "--format", "json"), {0, 1}),
        (("explain", str(MEASURE)), {0, 1}),
        (("law", "list"), {0}),
        (("timeline", "rotterdam-zuid", "--portfolio", str(MEASURES)), {0}),
        (("deadlines", str(MEASURES)), {0}),
        (("area", "show", "rotterdam-zuid", "--portfolio", str(MEASURES)), {0}),
    ],
    ids=["import", "version", "help", "check", "check json", "explain", "law list", "timeline", "deadlines", "area"],
)
def test_what_only_checks_files_stays_light(arguments: tuple[str, ...], codes: set[int]) -> None:
    code, modules = loaded(*arguments)
    assert code in codes
    assert "registry.cli" in modules
    assert heavy(modules) == []


@pytest.mark.parametrize("form", REPORTS)
def test_a_format_is_loaded_only_when_it_is_asked_for(form: str) -> None:
    _, modules = loaded("check", str(MEASURE), "--format", form)
    assert heavy(modules) == []
    formats = {name.removeprefix("registry.formats.") for name in modules if name.startswith("registry.formats.")}
    assert formats - {"identity"} == {form} - {"text", "json"}


def test_check_really_checked() -> None:
    _, modules = loaded("check", str(MEASURE))
    assert {"yaml", "pydantic", "rules.check"} <= modules


@pytest.mark.parametrize("name", ["textual", "sqlmodel"])
def test_a_heavy_import_is_caught(name: str) -> None:
    _, modules = loaded("--version", probe=f"import {name}\n{PROBE}")
    assert name in heavy(modules)


def test_the_first_paint_waits_for_no_database_and_no_law() -> None:
    _, modules = loaded("--version", probe=f"import tui\n{PROBE}")
    assert {"textual", "registry.screens.measures"} <= modules
    assert [
        name for name in ("pydantic", "registry.desk", "rules.check", "sqlalchemy", "yaml") if name in modules
    ] == []


def engines_named(code: str) -> set[str]:
    """The engine's modules that this code imports, by an import or by a name in quotes (importlib)."""

    def names() -> Iterator[str]:
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value

    return {engine for name in names() for engine in ENGINES if name == engine or name.startswith(f"{engine}.")}


def test_one_module_imports_the_engine() -> None:
    files = [*(ROOT / "rules").rglob("*.py"), *(ROOT / "registry").rglob("*.py"), *ROOT.glob("*.py")]
    found = {file.relative_to(ROOT).as_posix() for file in files if engines_named(file.read_text(encoding="utf-8"))}
    assert found == {"rules/kernel.py"}


@pytest.mark.parametrize(
    "code",
    [
        "import durable_rules_engine",
        "def late():\n    from durable.lang import post",
        "import importlib\nengine = importlib.import_module('durable_rules_engine')",
    ],
    ids=["import", "late import", "import by name"],
)
def test_an_import_of_the_engine_is_caught(code: str) -> None:
    assert engines_named(code)


def test_the_name_of_the_package_is_no_import() -> None:
    assert not engines_named("version('durable-rules')  # durable_rules_engine")
