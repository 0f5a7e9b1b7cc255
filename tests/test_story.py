"""The story of the README, run as it is printed, on both databases."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.samples import ROOT

TODAY = re.compile(r"\d{4}-\d\d-\d\d(?= \d\d:\d\d UTC| –$)|(?<=^vastgelegd op )\d{4}-\d\d-\d\d", re.MULTILINE)
CLOCK = re.compile(r"\d\d:\d\d UTC")


def printed() -> list[tuple[list[str], str]]:
    """Each command of the story, with what it prints."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## The register\n")[1].split("\n## ")[0]
    blocks = [block.split("```")[0] for block in section.split("```console\n")[1:]]
    told = [each.partition("\n") for block in blocks for each in block.split("$ uv run regelruimte ")[1:]]
    return [(shlex.split(command), output) for command, _, output in told]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_story_runs_as_printed(
    run: Run, kind: str, fresh: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = fresh(kind)
    monkeypatch.setenv("REGELRUIMTE_DATABASE", address)
    monkeypatch.chdir(ROOT)
    story = printed()
    assert len(story) > 30
    for command, output in story:
        _, out, err = run(*command)
        assert steady(shown(out + err)) == steady(output), command


def shown(told: str) -> str:
    """What was told, with the register named as in the README."""
    return re.sub(r"(?<=register gemaakt: ).*(\n\S*)?(?=\nmaatregelen)", "regelruimte.db", told)


def steady(told: str) -> str:
    """What was told, but for the clock."""
    return CLOCK.sub("", TODAY.sub("", told))


def test_the_documents_of_the_story_are_sound(run: Run) -> None:
    assert run("check", str(Path("tests/story")))[0] in (0, 1)
