"""The JSON Schemas say what a check says, in words that editors show, and everybody finds them."""

import copy
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rules.documents import model_of
from rules.reader import read
from rules.schema import _LATER, KINDS, schema
from rules.schema_help import shipped_help
from rules.vocabulary import READING
from tests.write_expected import EXPECTED, ROOT, SCHEMAS, written

DOCUMENTS = sorted([*(ROOT / "measures").rglob("*.yaml"), *(ROOT / "rules").rglob("*.yaml")])
# what editors that know draft 7 pass over, or what ties a schema to an address
UNKNOWN_TO_EDITORS = {"$id", "$anchor", "$dynamicRef", "prefixItems", "unevaluatedProperties", "dependentSchemas"}


@cache
def kind_of(file: Path) -> str:
    """The kind that a document says it is."""
    return str(read(file.read_bytes(), file.name).value["schema"]).split("/")[1]


def blocks(made: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Everything in a schema that has fields, by the name of its model."""
    model = model_of(KINDS[kind])
    assert model is not None
    return {model.__name__: made, **made.get("$defs", {})}


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(inner)


def undescribed(made: dict[str, Any], kind: str) -> list[str]:
    """Fields without a description, and words in closed lists without a reading."""
    fields = [
        f"{model}.{name}"
        for model, block in blocks(made, kind).items()
        for name, field in block.get("properties", {}).items()
        if " / " not in field.get("description", "")
    ]
    words = [
        str(word)
        for node in nodes(made)
        for word, says in zip(node.get("enum", ()), node.get("enumDescriptions", ()), strict=False)
        if not says
    ]
    return fields + words


# ---- committed, and up to date ----


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_that_of_the_model(kind: str) -> None:
    file = SCHEMAS / f"{kind}.json"
    stale = f"{file.relative_to(ROOT)} is not what the models say: `uv run python -m tests.write_expected` writes it"
    assert file.exists(), stale
    assert file.read_text(encoding="utf-8") == written(EXPECTED[file]()), stale


def test_no_schema_is_left_of_a_kind_that_is_gone() -> None:
    assert {file.name for file in SCHEMAS.iterdir()} == {f"{kind}.json" for kind in KINDS}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_shipped_document_names_its_schema_in_its_first_line(file: Path) -> None:
    points_at = Path(os.path.relpath(SCHEMAS / f"{kind_of(file)}.json", file.parent)).as_posix()
    modeline = f"# yaml-language-server: $schema={points_at}"
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    assert first == modeline, f"the first line of {file.relative_to(ROOT)} must be:\n{modeline}"
    assert (file.parent / points_at).resolve().is_file()


# ---- fit for editors ----


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_and_every_word_is_described_in_two_languages(kind: str) -> None:
    missing = undescribed(schema(kind), kind)
    assert not missing, f"not in rules/schema_help.yaml: {', '.join(missing)}"


def test_a_field_without_a_description_is_caught() -> None:
    made = copy.deepcopy(schema("law"))
    made["$defs"]["RuleEntry"]["properties"]["stage"].pop("description")
    made["properties"]["status"]["enumDescriptions"][0] = ""
    assert undescribed(made, "law") == ["RuleEntry.stage", "in-force"]


def test_the_help_names_nothing_that_is_gone() -> None:
    shown = {
        (model, name): field
        for kind in KINDS
        for model, block in blocks(schema(kind), kind).items()
        for name, field in block.get("properties", {}).items()
    }
    helped = {(model, name) for model, fields in shipped_help().models.items() for name in fields}
    assert helped - shown.keys() == set()
    listed = {name: {word for node in nodes(field) for word in node.get("enum", ())} for name, field in shown.items()}
    every_word = {word for words in listed.values() for word in words}
    assert shipped_help().words.keys() <= every_word
    assert not shipped_help().words.keys() & READING.keys(), "rules/vocabulary.py has these already"
    for model, fields in shipped_help().models.items():
        for name, about in fields.items():
            assert about.words.keys() <= listed[model, name], (model, name)


def test_what_is_looked_up_belongs_to_a_field() -> None:
    fields = {
        (model, name)
        for kind in KINDS
        for model, block in blocks(schema(kind), kind).items()
        for name in block.get("properties", {})
    }
    assert _LATER.keys() <= fields


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_older_editors_know_is_used(kind: str) -> None:
    made = schema(kind)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["title"] == KINDS[kind]
    for node in nodes(made):
        assert not UNKNOWN_TO_EDITORS & node.keys()
        assert str(node.get("$ref", "#/$defs/")).startswith("#/$defs/")
