"""Every version is pinned once more than it needs to be; here the places are held to one another.

What we declare, what uv is bound to ([tool.uv] constraint-dependencies) and what pip installs (requirements.txt, with
hashes) must be one set of packages. `.ci/pin` writes the last two.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[0-9][A-Za-z0-9.!+]*)")
MARKER = re.compile(r";.*?(?=--hash=|$)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
HASHES = r"(?: +--hash=.*\n)+"  # the lines of hashes behind a requirement


def pin(written: str) -> tuple[str, str]:
    """Name, as PEP 503 has it, and version of `name==version`; a range or an extra is not a pin."""
    if not (found := PIN.fullmatch(written)):
        raise ValueError(f"not an exact version: {written}")
    return re.sub(r"[-_.]+", "-", found["name"]).lower(), found["version"]


def declared(project: dict[str, Any]) -> list[str]:
    """What this project asks for itself: to run, to develop, to build."""
    groups = [entry for group in project["dependency-groups"].values() for entry in group]
    return [*project["project"]["dependencies"], *groups]


def required(requirements: str) -> Iterator[tuple[str, list[str]]]:
    """Each requirement, without its marker, and what stands behind it on the lines that continue it."""
    for line in requirements.replace("\\\n", " ").splitlines():
        if line.strip():
            requirement, *rest = MARKER.sub("", line).split()
            yield requirement, rest


def pinned(entries: Iterable[str], where: str, wrong: list[str]) -> dict[str, str]:
    """The versions by name; what is no pin, or is there twice, is put to `wrong`."""
    found: dict[str, str] = {}
    for entry in entries:
        try:
            name, version = pin(entry)
        except ValueError as error:
            wrong.append(f"{where}: {error}")
            continue
        if name in found:
            wrong.append(f"{where}: {name} is there twice")
        found[name] = version
    return found


def disagreements(project: dict[str, Any], requirements: str) -> list[str]:
    """Everything in which the places differ; none, if they are one set."""
    wrong: list[str] = []
    bound = pinned(project["tool"]["uv"]["constraint-dependencies"], "constraint-dependencies", wrong)
    building = pinned(project["tool"]["uv"]["build-constraint-dependencies"], "build-constraint-dependencies", wrong)
    hashed = pinned((name for name, _ in required(requirements)), "requirements.txt", wrong)
    asked = pinned(declared(project), "declared", wrong)
    builders = pinned(project["build-system"]["requires"], "build-system", wrong)

    wrong += [
        f"{name}: bound to {bound.get(name)}, requirements.txt has {hashed.get(name)}"
        for name in sorted({*bound, *hashed})
        if bound.get(name) != hashed.get(name)
    ]
    for ours, theirs, where in ((asked, bound, "bound to"), (builders, building, "built with")):
        wrong += [f"{n}: declared {v}, {where} {theirs.get(n)}" for n, v in ours.items() if theirs.get(n) != v]
    for name, options in required(requirements):
        if not options or not all(HASH.fullmatch(option) for option in options):
            wrong.append(f"requirements.txt: {name} has no hash, or something else behind it")
    if "http" in requirements:
        wrong.append("requirements.txt: names an address")
    return wrong


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements() -> str:
    return (ROOT / "requirements.txt").read_text(encoding="utf-8")


def test_one_set_of_pins() -> None:
    assert disagreements(project(), requirements()) == []
    assert len(list(required(requirements()))) > 20  # and it is not the empty set


def test_the_command_tells_the_version_of_the_package() -> None:
    assert project()["project"]["version"] == VERSION


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ("pydantic: bound to", lambda text: re.sub(r"(?m)^pydantic==\S+", "pydantic==1.0.0", text)),
        ("sqlalchemy: bound to", lambda text: re.sub(rf"(?m)^sqlalchemy==.*\n{HASHES}", "", text)),
        ("leftpad: bound to None", lambda text: f"{text}leftpad==1.0 --hash=sha256:{'0' * 64}\n"),
        (r"rich==\S+ has no hash", lambda text: re.sub(rf"(?m)^(rich==.*) \\\n{HASHES}", r"\1\n", text)),
        (r"colorama==\S+ has no hash", lambda text: re.sub(rf"(?m)^(colorama==.*) \\\n{HASHES}", r"\1\n", text)),
        ("not an exact version: rich>=15", lambda text: re.sub(r"(?m)^rich==\S+", "rich>=15", text)),
        ("rich is there twice", lambda text: f"{text}Rich==1.0 --hash=sha256:{'0' * 64}\n"),
        ("names an address", lambda text: f"--index-url https://example.org/simple\n{text}"),
    ],
    ids=["version", "missing", "extra", "hash", "hash after a marker", "range", "twice", "index"],
)
def test_a_mutated_copy_is_caught(where: str, change: Callable[[str], str]) -> None:
    found = disagreements(project(), change(requirements()))
    assert any(re.search(where, wrong) for wrong in found), found


def test_a_declaration_that_moved_is_caught() -> None:
    moved = project()
    moved["project"]["dependencies"] = ["pydantic==2.0.0", "polars==1.0.0", "textual>=8"]
    moved["build-system"]["requires"] = ["hatchling==1.0.0"]
    found = disagreements(moved, requirements())
    for name in ("pydantic: declared 2.0.0", "polars: declared 1.0.0", "not an exact version: textual>=8", "hatchling"):
        assert any(name in wrong for wrong in found), (name, found)
