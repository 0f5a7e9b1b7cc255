"""Edits of YAML text: that change and no other, every other line as it was."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path as File

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.yaml_edit import NoSuchPlace, with_value, without
from rules.reader import Path, Value, read
from tests.samples import ROOT

FILES = sorted((ROOT / "measures").rglob("*.yaml"))
VALUES: list[Value] = [
    "x", "10.5", "2026-01-01", "a: b, c # d", "€ 500", "true", True, 12, "", "- a", "'quoted'", "two\nlines",
    ["a", "b, c"], {"nl": "a, b", "en": "c"}, {"a": {"b": "c"}}, [{"a": "b"}],
]  # fmt: skip


def paths(value: Value, at: Path = ()) -> Iterator[Path]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*at, key)
        yield from paths(inner, (*at, key))


def holder(value: Value, path: Path) -> dict[str, Value] | list[Value]:
    for step in path[:-1]:
        value = value[step]  # type: ignore[index]
    assert isinstance(value, dict | list)
    return value


@given(st.sampled_from(FILES), st.data())
def test_every_shipped_document_takes_a_change_and_no_other(file: File, data: st.DataObject) -> None:
    text = file.read_text(encoding="utf-8")
    value = read(text.encode(), file.name).value
    path = data.draw(st.sampled_from(list(paths(value))))
    new = data.draw(st.sampled_from(VALUES))
    wanted = deepcopy(value)
    holder(wanted, path)[path[-1]] = new  # type: ignore[index]
    assert read(with_value(text, path, new).encode(), "after").value == wanted
    left = without(text, path)
    assert set(map(str.strip, left.splitlines())) - set(map(str.strip, text.splitlines())) == set() or "{" in text


@pytest.mark.parametrize(
    ("text", "path", "value", "after"),
    [
        ("a: 1 # one\nb: 2\n", ("a",), "x", "a: x # one\nb: 2\n"),
        ("a:\n  - p: 1\n    q: 2\n#c\nb: 3\n", ("a", 1), {"p": "x"}, "a:\n  - p: 1\n    q: 2\n  - {p: x}\n#c\nb: 3\n"),
        ("a: |\n  long\n  text\nb: 3\n", ("a",), "short", "a: short\nb: 3\n"),
        ("a: # one\n  - p: 1\nb: 3\n", ("a",), "x", "a: x # one\nb: 3\n"),
        ("a: {b: 1}\n", ("a", "c", "d"), "e", "a: {b: 1, c: {d: e}}\n"),
        ("a:\n", ("a", 0), "x", "a: [x]\n"),
        ("a: 1", ("b",), "2024", 'a: 1\nb: "2024"\n'),
        ("a: 1\r\nb: 2\r\n", ("a",), "x", "a: x\r\nb: 2\r\n"),
    ],
    ids=["comment", "item", "literal", "comment-behind-a-block", "missing-block", "empty", "no-newline", "crlf"],
)  # fmt: skip
def test_the_text_stays_as_people_wrote_it(text: str, path: Path, value: Value, after: str) -> None:
    assert with_value(text, path, value) == after


def test_a_new_key_goes_where_it_belongs() -> None:
    order = lambda path: ("first", "second", "third") if len(path) == 1 else ("x", "y")  # noqa: E731
    assert with_value("first: 1\nthird: 3\n", ("second",), 2, order) == "first: 1\nsecond: 2\nthird: 3\n"
    assert with_value("third: 3\n", ("first",), 1, order) == "first: 1\nthird: 3\n"
    assert with_value("first: {y: 2}\n", ("first", "x"), 1, order) == "first: {x: 1, y: 2}\n"


def test_what_is_left_empty_goes_too() -> None:
    assert without("a:\n  b:\n    - c: 1\nd: 2\n", ("a", "b", 0, "c")) == "d: 2\n"
    assert without("a: {b: 1, c: 2}\n", ("a", "b")) == "a: {c: 2}\n"
    assert without("a:\n  - x: 1 # one\n    y: 2\n", ("a", 0, "x")) == "a:\n  - y: 2\n"


@pytest.mark.parametrize("path", [("a", "b"), ("c", 0), ("d", 5)], ids=["under-a-text", "no-list", "past-the-end"])
def test_a_place_that_is_none_is_refused(path: Path) -> None:
    with pytest.raises(NoSuchPlace):
        with_value("a: x\nc: y\nd: [1]\n", path, "v")
