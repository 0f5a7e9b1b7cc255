"""Changing one value in a YAML document and leaving every other byte as it is: comments, order, quotes and layout.

The text is cut where PyYAML's composer marks the value; the reader then has to read back that change and no other.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rules.reader import Path, Value, path_text, read

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN: Final = re.compile(r"[A-Za-zÀ-ÿ€0-9](?:[\w À-ÿ€.()/%'&=<>;+~-]|:(?=\S))*")
_QUOTED: Final = re.compile(r"[-+]?[\d.][\d.eE+_:-]*|true|false|null|yes|no|on|off|~", re.IGNORECASE)


class NoSuchPlace(Exception):
    """The path leads nowhere in the document, or to something that cannot hold the value."""

    def __init__(self, path: Path) -> None:
        self.path = path_text(path)
        super().__init__(self.path)


Order = Callable[[Path], Sequence[str]]


def with_value(text: str, path: Path, value: Value, order: Order = lambda _: ()) -> str:
    """The text with that value at the path: replaced, or added; a list takes one more at its length.

    Blocks on the way that are missing are made. `order` gives the keys of the block that a path ends in, in their
    order: a new key goes behind those before it; what `order` does not know comes last.
    """
    document = _composed(text)
    node, depth = _deepest(document, path)
    if depth == len(path):
        edited = _replaced(text, document, path, value)
    else:
        for key in reversed(path[depth + 1 :]):
            value = [value] if key == 0 else {str(key): value}
        edited = _added(text, document, node, path[: depth + 1], value, order(path[: depth + 1]))
    return _sound(text, edited, path[: depth + 1] if depth < len(path) else path, value)


def without(text: str, path: Path) -> str:
    """The text without the value at the path; a block or list that is left empty goes with it."""
    while len(path) > 1 and len(_children(_node(_composed(text), path[:-1]))) == 1:
        path = path[:-1]
    document = _composed(text)
    parent, node = _node(document, path[:-1]), _node(document, path)
    edited = (
        _cut_flow(text, parent, path[-1])
        if getattr(parent, "flow_style", True)
        else _cut_block(text, parent, path[-1], node)
    )
    return _sound(text, edited, path, None, gone=True)


def written(value: Value) -> str:
    """The value as it is written inside a line."""
    match value:
        case bool() | None:
            return json.dumps(value)
        case int():
            return str(value)
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {written(inner)}' for key, inner in value.items())}}}"
        case str():
            plain = _PLAIN.fullmatch(value) and not value.endswith((" ", ":")) and not _reads_as_other(value)
            return value if plain else json.dumps(value, ensure_ascii=False)


def _reads_as_other(value: str) -> bool:
    day = re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", value)
    return not day and _QUOTED.fullmatch(value) is not None


# ---- where things stand ----


def _composed(text: str) -> MappingNode:
    node = yaml.compose(text, Loader=_LOADER)
    if not isinstance(node, MappingNode):
        raise NoSuchPlace(())
    return node


def _children(node: Node) -> list[tuple[str | int, Node | None, Node]]:
    """What the node holds: name or number, the node of its key, and that of its value."""
    match node:
        case MappingNode():
            return [(key.value, key, value) for key, value in node.value]
        case SequenceNode():
            return [(at, None, value) for at, value in enumerate(node.value)]
    return []


def _deepest(document: MappingNode, path: Path) -> tuple[Node, int]:
    """The last node on the path that exists, and how many steps lead to it."""
    node: Node = document
    for depth, step in enumerate(path):
        inner = next((value for name, _, value in _children(node) if name == step), None)
        if inner is None:
            holds = isinstance(node, MappingNode) if isinstance(step, str) else isinstance(node, SequenceNode)
            if _empty(node) or (holds and (isinstance(step, str) or step == len(_children(node)))):
                return node, depth
            raise NoSuchPlace(path)
        node = inner
    return node, len(path)


def _empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.start_mark.index == node.end_mark.index


def _node(document: MappingNode, path: Path) -> Node:
    node, depth = _deepest(document, path)
    if depth < len(path):
        raise NoSuchPlace(path)
    return node


def _last_leaf(node: Node) -> Node:
    """What is written last of it; a block ends only where the next thing starts, which may be pages on."""
    while not getattr(node, "flow_style", True) and _children(node):
        node = _children(node)[-1][2]
    return node


def _after(text: str, node: Node) -> int:
    """Where the next line starts after the value, and what stands behind it on its own line."""
    end = _last_leaf(node).end_mark.index
    if end and text[end - 1] == "\n":
        return int(end)
    newline = text.find("\n", end)
    return len(text) if newline < 0 else newline + 1


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


# ---- changing ----


def _replaced(text: str, document: MappingNode, path: Path, value: Value) -> str:
    node = _node(document, path)
    start, end = node.start_mark.index, node.end_mark.index
    if not getattr(node, "flow_style", True):  # a block: it starts on a line of its own, and all of it goes
        last = _last_leaf(node).end_mark.index
        head, beside = text[:start].rstrip(" \n"), ""
        if path and isinstance(path[-1], str):  # a comment behind the key stays behind the value
            key = next(key for name, key, _ in _children(_node(document, path[:-1])) if name == path[-1] and key)
            colon = text.index(":", key.end_mark.index) + 1
            head, beside = text[:colon], text[colon : text.index("\n", colon)].rstrip()
        return f"{head} {written(value)}{beside}{text[last:]}" if path else text
    space = " " if start == end and not text[:start].endswith(" ") else ""
    block_text = end > start and text[end - 1] == "\n"  # | or >: takes the end of its last line along
    return f"{text[:start]}{space}{written(value)}{chr(10) if block_text else ''}{text[end:]}"


def _added(
    text: str, document: MappingNode, node: Node, path: Path, value: Value, order: Sequence[str]
) -> str:  # fmt: skip
    step = path[-1]
    if _empty(node):
        return _replaced(text, document, path[:-1], [value] if step == 0 else {str(step): value})
    children = _children(node)
    before = [child for child in children if step in order and child[0] in order[: order.index(str(step))]]
    after = (before or children)[-1] if children and (before or step not in order) else None
    if getattr(node, "flow_style", True):
        entry = written(value) if isinstance(step, int) else f"{step}: {written(value)}"
        if after:
            end = after[2].end_mark.index
            return f"{text[:end]}, {entry}{text[end:]}"
        start = node.start_mark.index + 1
        return f"{text[:start]}{entry}{', ' if children else ''}{text[start:]}"
    first = children[0][1] or children[0][2]
    indent = " " * (_dash(text, node) if isinstance(step, int) else first.start_mark.column)
    lines = _lines(step, value, indent)
    if after is None:
        start = first.start_mark.index  # before all others, also where the block starts behind a dash
        return f"{text[:start]}{lines.removeprefix(indent)}{indent}{text[start:]}"
    end = _after(text, after[2])
    newline = "" if text[:end].endswith("\n") else "\n"
    return f"{text[:end]}{newline}{lines}{text[end:]}"


def _dash(text: str, node: Node) -> int:
    """The column of the dashes of a list."""
    start = _children(node)[0][2].start_mark.index
    return text.rindex("-", 0, start) - _line_start(text, text.rindex("-", 0, start))


def _lines(step: str | int, value: Value, indent: str) -> str:
    """A new entry of a block: what holds others takes lines of its own, as far as that stays readable."""
    lead = f"{indent}- " if isinstance(step, int) else f"{indent}{step}:"
    one = f"{lead}{'' if isinstance(step, int) else ' '}{written(value)}"
    if isinstance(step, str) and isinstance(value, dict) and (len(one) > 100 or any(map(_holds, value.values()))):
        return f"{lead}\n" + "".join(_lines(key, inner, f"{indent}  ") for key, inner in value.items())
    if isinstance(step, str) and isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return f"{lead}\n" + "".join(_lines(at, inner, f"{indent}  ") for at, inner in enumerate(value))
    return f"{one}\n"


def _holds(value: Value) -> bool:
    return isinstance(value, dict | list) and bool(value)


def _cut_flow(text: str, parent: Node, step: str | int) -> str:
    children = _children(parent)
    at = next(n for n, (name, _, _) in enumerate(children) if name == step)
    starts = [(key or value).start_mark.index for _, key, value in children]
    if at + 1 < len(children):
        return text[: starts[at]] + text[starts[at + 1] :]
    if at:
        return text[: children[at - 1][2].end_mark.index] + text[children[at][2].end_mark.index :]
    return text[: starts[0]] + text[children[0][2].end_mark.index :]


def _cut_block(text: str, parent: Node, step: str | int, node: Node) -> str:
    children = _children(parent)
    at = next(n for n, (name, _, _) in enumerate(children) if name == step)
    start = (children[at][1] or node).start_mark.index
    line = _line_start(text, start)
    if text[line:start].strip(" -" if isinstance(step, int) else " ") == "" and text[line:start].count("-") <= 1:
        return text[:line] + text[_after(text, node) :]
    following = (children[at + 1][1] or children[at + 1][2]).start_mark.index  # first behind a dash: never alone
    return text[:start] + text[following:]


# ---- never another change ----


def _sound(before: str, after: str, path: Path, value: Value, *, gone: bool = False) -> str:
    """The edited text, when the reader finds that change in it and no other; NoSuchPlace when it does not."""
    wanted = _changed(read(before.encode(), "before").value, path, value, gone)
    if read(after.encode(), "after").value != wanted:
        raise NoSuchPlace(path)
    return after


def _changed(whole: Value, path: Path, value: Value, gone: bool) -> Value:
    if not path:
        return value
    step, *rest = path
    if isinstance(step, str):
        block = dict(whole) if isinstance(whole, dict) else {}
        if gone and not rest:
            block.pop(step)
        else:
            block[step] = _changed(block.get(step), tuple(rest), value, gone)
        return block
    items = list(whole) if isinstance(whole, list) else []
    if gone and not rest:
        del items[step]
    else:
        items[step : step + 1] = [_changed(items[step] if step < len(items) else None, tuple(rest), value, gone)]
    return items
