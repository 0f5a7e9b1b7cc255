"""A document as a form: every field that it has or could have, with help, and what is wrong with it.

Pure: values and a schema in, fields out. Writing a field into the document is registry/yaml_edit.py.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from rules.problems import Problem
from rules.reader import Path, Value, path_text
from rules.schema import Schema, schema

FieldKind = Literal["text", "choice", "choices", "list", "block"]
ABSENT = object()
_BOTH = " / "
_STEP = re.compile(r"\.?([A-Za-z_][\w-]*)|\[(\d+)\]")


class FormField(NamedTuple):
    """One row of a form. `path` is where its value belongs; a `list` takes one more item, a `block` holds other rows.

    A `statement` is the text of a block that may also be the word none or unknown in its place.

    `help`, `examples` and the readings of `choices` stand in both languages, as the schema has them ("nl / en").
    """

    path: Path
    kind: FieldKind
    help: str
    value: Any
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    examples: tuple[str, ...] = ()
    whole_number: bool = False
    statement: bool = False

    @property
    def name(self) -> str:
        """The path as people write it."""
        return path_text(self.path)

    @property
    def present(self) -> bool:
        """Whether the document states it."""
        return self.value is not ABSENT

    @property
    def shown(self) -> str:
        """The value in one line; empty where there is none."""
        match self.value:
            case bool():
                return "true" if self.value else "false"
            case list() if self.kind == "list":
                return str(len(self.value))
            case list():
                return ", ".join(map(str, self.value))
            case str() | int():
                return str(self.value)
        return ""


def in_language(both: str, language: str) -> str:
    """The half of a help text of the schema that is in that language."""
    nl, _, en = both.partition(_BOTH)
    return (en or nl) if language == "en" else nl


def path_of(written: str) -> Path | None:
    """The path that people write as `place.parts[0].name`; None where it is none."""
    steps: list[str | int] = []
    at = 0
    while at < len(written):
        found = _STEP.match(written, at)
        if not found:
            return None
        steps.append(found[1] or int(found[2]))
        at = found.end()
    return tuple(steps) or None


def fields(kind: str, value: Value, opened: Iterable[Path] = ()) -> tuple[FormField, ...]:
    """The rows of a document of that kind (measure, decision …), in the order of its schema.

    A block that the document lacks is one row, unless it is in `opened`: then its own rows are shown.
    """
    root = _schema(kind)
    return tuple(_block((), root, value, root, frozenset(opened)))


def field_at(kind: str, value: Value, path: Path) -> FormField | None:
    """The field at that path, whether or not the document has it; of a statement, that of its text."""
    around = [path[:n] for n in range(len(path))]
    return next((each for each in fields(kind, value, around) if each.path in (path, (*path, "text"))), None)


def order_at(kind: str, path: Path) -> tuple[str, ...]:
    """The keys of the block that the path ends in, in the order of the schema."""
    root = _schema(kind)
    node = root
    for step in path[:-1]:
        inner = _holding(node, root)
        node = inner.get("items", {}) if isinstance(step, int) else inner.get("properties", {}).get(step, {})
    return tuple(_holding(node, root).get("properties", ()))


def typed(field: FormField, written: str) -> Value:
    """What the user wrote, as the value of that field."""
    stripped = written.strip()
    match field.kind:
        case "choices":
            if stripped in ("none", "unknown"):
                return stripped
            return [each.strip() for each in stripped.split(",") if each.strip()]
        case "list" | "block":
            return stripped
    if (field.whole_number and stripped.isdigit() and len(stripped) < 18) or stripped in ("true", "false"):
        flags = any(word in ("true", "false") for word, _ in field.choices)
        return int(stripped) if stripped.isdigit() else stripped == "true" if flags else stripped
    return stripped


def new_item(kind: str, field: FormField) -> Value:
    """An empty item for that list: its required fields, empty. The check then asks for them one by one."""
    root = _schema(kind)
    node = root
    for step in field.path:
        inner = _holding(node, root)
        node = inner.get("items", {}) if isinstance(step, int) else inner.get("properties", {}).get(step, {})
    item = _holding(_listed(node, root).get("items", {}), root)
    return _empty(item, root)


def _empty(item: Schema, root: Schema) -> Value:
    if "properties" not in item:
        return ""
    made: dict[str, Value] = {}
    for name in item.get("required", ()):
        inner = _holding(item["properties"][name], root)
        made[name] = _empty(inner, root) if "properties" in inner else ""
    return made


def problems_at(fields: Sequence[FormField], problems: Iterable[Problem]) -> Mapping[Path, Problem]:
    """The first problem of each field; what no row stands for belongs to the first row inside it, else around it."""
    paths = [each.path for each in fields]
    found: dict[Path, Problem] = {}
    for problem in problems:
        where = path_of(problem.place.path or "") or ()
        at = (where[:n] for n in range(len(where), 0, -1))
        nearest = next((path for around in at for path in paths if path[: len(around)] == around), ())
        found.setdefault(nearest, problem)
    return found


# ---- reading the schema ----


@cache
def _schema(kind: str) -> Schema:
    return schema(kind)


def _block(path: Path, node: Schema, value: Any, root: Schema, opened: frozenset[Path]) -> Iterator[FormField]:
    stated = value if isinstance(value, dict) else {}
    required = node.get("required", ())
    for name, inner in node["properties"].items():
        if "const" in inner:
            continue
        yield from _field((*path, name), inner, stated.get(name, ABSENT), name in required, root, opened)


def _field(
    path: Path, node: Schema, value: Any, required: bool, root: Schema, opened: frozenset[Path]
) -> Iterator[FormField]:
    told = node.get("description", "")
    block, items = _holding(node, root), _listed(node, root)
    words, examples = tuple(_words(node, root)), tuple(str(each) for each in _examples(node, root))
    if "properties" in block:
        needs, whole = block.get("required", []), isinstance(value, dict)
        if needs == ["text"]:  # a statement: its text is what people want to write
            text = value.get("text", ABSENT) if whole else value
            yield FormField((*path, "text"), "text", told, text, required, words, examples, statement=True)
            if whole:
                yield from (
                    each
                    for each in _block(path, block, value, root, opened)
                    if each.path != (*path, "text") and (each.present or each.kind == "list")
                )
            return
        yield FormField(path, "block", told, value, required, words)
        if whole or path in opened or (required and value is ABSENT):
            yield from _block(path, block, value, root, opened)
        return
    if items:
        inner = _holding(items["items"], root)
        if "properties" in inner:
            yield FormField(path, "list", told, value, required, words)
            for number, each in enumerate(value if isinstance(value, list) else ()):
                yield FormField((*path, number), "block", told, each, False)
                yield from _block((*path, number), inner, each, root, opened)
            return
        listed = tuple(_words(items["items"], root))
        yield FormField(path, "choices", told, value, required, (*listed, *words), examples)
        return
    yield FormField(
        path, "choice" if words and _closed(node, root) else "text", told, value, required, words, examples,
        any(each.get("type") == "integer" for each in _alternatives(node, root)),
    )  # fmt: skip


def _alternatives(node: Schema, root: Schema) -> Iterator[Schema]:
    """Everything that the node may be, references followed."""
    if "$ref" in node:
        yield from _alternatives(root["$defs"][node["$ref"].rpartition("/")[2]], root)
    for each in node.get("anyOf", ()):
        yield from _alternatives(each, root)
    if "anyOf" not in node and "$ref" not in node:
        yield node


def _holding(node: Schema, root: Schema) -> Schema:
    """The alternative with fields; for a list, that of the list."""
    found = list(_alternatives(node, root))
    return next((each for each in found if "properties" in each), _listed(node, root))


def _listed(node: Schema, root: Schema) -> Schema:
    return next((each for each in _alternatives(node, root) if each.get("type") == "array"), {})


def _words(node: Schema, root: Schema) -> Iterator[tuple[str, str]]:
    for each in _alternatives(node, root):
        readings = each.get("enumDescriptions", ())
        for at, word in enumerate(each.get("enum", ())):
            yield _word(word), readings[at] if at < len(readings) else ""
        if each.get("type") == "boolean":
            yield from (("true", "ja / yes"), ("false", "nee / no"))
        if "const" in each:
            yield _word(each["const"]), ""


def _word(word: Any) -> str:
    return str(word).lower() if isinstance(word, bool) else str(word)


def _closed(node: Schema, root: Schema) -> bool:
    """Whether nothing but its words can be chosen."""
    kinds = [each for each in _alternatives(node, root) if each.get("type") != "null"]
    return all("enum" in each or each.get("type") == "boolean" or "const" in each for each in kinds)


def _examples(node: Schema, root: Schema) -> Iterator[Any]:
    yield from node.get("examples", ())
    if "examples" not in node:
        for each in _alternatives(node, root):
            yield from each.get("examples", ())
