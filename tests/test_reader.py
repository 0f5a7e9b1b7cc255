"""The reader: what scalars mean, what is refused, where things stand; and what a plain loader would have done."""

import hashlib
import random
import subprocess
import sys
import textwrap
import unicodedata
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import reader
from rules.hidden import HIDDEN
from rules.problems import Place, Problem, Refused
from rules.reader import CODES, MAX_BYTES, MAX_DEPTH, MAX_KEY, MAX_PROBLEMS, Parsed, Spot, path_text, read, spot_of

ROOT = FilePath(__file__).parents[1]


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers of PyYAML: the one in C, and the one that is there where no wheel is."""
    name = str(request.param)
    monkeypatch.setattr(reader, "_LOADER", getattr(yaml, name))
    return name


def value_of(text: str | bytes) -> dict[str, Any]:
    return read(text if isinstance(text, bytes) else text.encode(), "f.yaml").value


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        value_of(text)
    problems = refused.value.problems
    assert {p.code for p in problems} <= CODES.keys()
    assert all(p.message.nl and p.message.en and p.place.file == "f.yaml" for p in problems)
    return problems


def found(text: str | bytes) -> list[tuple[str, int, int, str]]:
    return [(p.code, p.place.line, p.place.column, p.place.path) for p in problems_of(text)]


def in_a_child(program: str, seconds: int = 60) -> subprocess.CompletedProcess[str]:
    """Run a program on its own, because it may end its process."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip


# ---- meaning ----


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("12", 12),
        ("-7", -7),
        ("+7", 7),
        ("9" * 18, 10**18 - 1),
        # text: long, odd or dated numbers, and the words that YAML 1.1 takes for booleans
        *(
            (word, word)
            for word in (
                "9" * 19, "012", "-012", "1_000", "12:30", "12:30:45", "0x10", "0o7", "0b1", "1e5", ".inf", "-.inf",
                ".nan", "3.10.1", "1,5", ".", "+", "25 %", "€ 5", "2018-04-05", "2026-13-45", "2018-04-05T12:00:00Z",
                "yes", "no", "on", "off", "NO", "Yes", "y", "n", "True", "TRUE", "Null", "NULL", "=",
            )
        ),
        ("'3.10'", "3.10"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("''", ""),
        ('"null"', "null"),
        ("|\n  12", "12"),
        (">-\n  3.10", "3.10"),
        ('"\\u00e9"', "é"),
        ('"\\t\\n"', "\t\n"),
    ],
)  # fmt: skip
def test_scalars_mean_what_they_look_like(parser: str, written: str, meant: object) -> None:
    value = value_of(f"a: {written}")["a"]
    assert (type(value), value) == (type(meant), meant)


def test_words_of_yaml_1_1_are_good_keys(parser: str) -> None:
    assert value_of("on: 1\nno: 2\nYES: 3\n'1': 4\n\"null\": 5\n'<<': 6") == {
        "on": 1, "no": 2, "YES": 3, "1": 4, "null": 5, "<<": 6,
    }  # fmt: skip


def test_the_hash_is_of_the_bytes_received_and_a_byte_order_mark_is_no_text(parser: str) -> None:
    data = b"\xef\xbb\xbfa: 1\r\nb: 2\r\n"
    parsed = read(data, "f.yaml")
    assert parsed == Parsed(
        "f.yaml",
        hashlib.sha256(data).hexdigest(),
        {"a": 1, "b": 2},
        Spot(1, 1, None, {"a": Spot(1, 4, (1, 1)), "b": Spot(2, 4, (2, 1))}),
    )


# ---- refusals ----


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("yaml-empty", 1, 1, "")]),
        ("# only a comment\n", [("yaml-empty", 1, 1, "")]),
        ("---\n", [("yaml-empty", 2, 1, "")]),
        ("- a", [("yaml-root", 1, 1, "")]),
        ("just text", [("yaml-root", 1, 1, "")]),
        ("12", [("yaml-root", 1, 1, "")]),
        ("a: 1\n---\nb: 2", [("yaml-documents", 2, 1, "")]),
        ("a: 1\n---\n", [("yaml-documents", 2, 1, "")]),
        ("a: &x 1", [("yaml-alias", 1, 4, "a")]),
        ("a: *x", [("yaml-alias", 1, 4, "a")]),
        ("*x : 1", [("yaml-alias", 1, 1, "")]),
        ("a: !!set {b}", [("yaml-tag", 1, 4, "a")]),
        ("a: ! 12", [("yaml-tag", 1, 4, "a")]),
        ("a: !!python/object/apply:os.system [ls]", [("yaml-tag", 1, 4, "a")]),
        ("a: !mine!b x", [("yaml-tag", 1, 4, "a")]),
        ("%TAG ! tag:x,2000:\n---\na: 1", [("yaml-tag", 1, 1, "")]),
        ("a:\n  <<: {b: 1}", [("yaml-merge-key", 2, 3, 'a["<<"]')]),
        ("a: 1\nb: 2\na: 3", [("yaml-duplicate-key", 3, 1, "a")]),
        ("x: [{a: 1, 'a': 2}]", [("yaml-duplicate-key", 1, 12, "x[0].a")]),
        ("caf\u00e9: 1\ncafe\u0301: 2", [("yaml-duplicate-key", 2, 1, "cafe\u0301")]),
        ("\u212a: 1\nK: 2", [("yaml-duplicate-key", 2, 1, "K")]),
        ("1: a", [("yaml-key", 1, 1, '["1"]')]),
        ("null: a", [("yaml-key", 1, 1, "null")]),
        ("true: a", [("yaml-key", 1, 1, "true")]),
        ("~: a", [("yaml-key", 1, 1, '["~"]')]),
        ("3.10: a", [("yaml-key", 1, 1, '["3.10"]')]),
        ("? [x]\n: 1", [("yaml-key", 1, 3, "")]),
        ("a: {{b: 1}: 2}", [("yaml-key", 1, 5, "a")]),
        (f"? {'k' * (MAX_KEY + 1)}\n: 1", [("yaml-key", 1, 3, "k" * MAX_KEY)]),
        ("a: 3.10", [("yaml-unquoted-decimal", 1, 4, "a")]),
        ("a: [-1.5, .5, 5., 1.5e3]",
         [("yaml-unquoted-decimal", 1, c, f"a[{i}]") for i, c in enumerate((5, 11, 15, 19))]),
        ("a: b\0c", [("yaml-control-character", 1, 5, "")]),
        ("a: b\n# \x1b[31m", [("yaml-control-character", 2, 3, "")]),
        ("a: \x85", [("yaml-control-character", 1, 4, "")]),
        ("a: 1\rb: 2", [("yaml-control-character", 1, 5, "")]),
        ("a: b\u202ec", [("yaml-invisible-character", 1, 5, "")]),
        ("a: b\u200b", [("yaml-invisible-character", 1, 5, "")]),
        ("a: b\nb: \ufeff", [("yaml-invisible-character", 2, 4, "")]),
        ("a: b\u2028c: d", [("yaml-invisible-character", 1, 5, "")]),
        ('a: ["x", "\\0"]', [("yaml-control-character", 1, 10, "a[1]")]),
        ('a: "\\u202e"', [("yaml-invisible-character", 1, 4, "a")]),
        ('"\\e": 1', [("yaml-control-character", 1, 1, '["\\u001b"]')]),
        (b"a: 1\nb: caf\xe9", [("yaml-encoding", 2, 7, "")]),
        ("a: 1".encode("utf-16"), [("yaml-encoding", 1, 1, "")]),
        (b"a: " + b"x" * MAX_BYTES, [("yaml-too-large", 1, 1, "")]),
    ],
)  # fmt: skip
def test_refused_with_the_place(parser: str, text: str | bytes, expected: list[tuple[str, int, int, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("title: Maatregel: iets", 1, 17, "quote text that holds ': '"),
        ("a:\n\tb: 1", 2, 1, "indent with spaces"),
        ("a: @x", 1, 4, "begins with @"),
        ("a: `x`", 1, 4, "begins with `"),
        ("a: **b**", 1, 5, "begins with * or &"),
        ("x: 1\na: 'b\nc: 1", 2, 4, "closing quote"),
        ('a: "C:\\dir"', 1, None, "single quotes"),
        ("a:\n  b: 2\n c: 3", 3, 2, "indentation"),
        ("a: 1\nfoo\nb: 2", 2, 1, "without a colon"),
        ("a: [1, 2\nb: 3", 2, 2, "closing bracket"),
        ("a: [b,,c]", 1, 7, "double commas"),
        ("a: - b", 1, 4, "new line"),
        ("a: ? b", 1, 4, "not valid YAML"),
    ],
)
def test_syntax_errors_say_what_to_do(parser: str, text: str, line: int, column: int | None, words: str) -> None:
    (problem,) = problems_of(text)
    assert problem.code == "yaml-syntax"
    assert problem.place.line == line
    assert column is None or problem.place.column == column
    assert words in problem.message.en


def test_hidden_characters_are_named_and_never_shown(parser: str) -> None:
    for text in ("a: \u202e", 'a: "\\u202e"'):
        (problem,) = problems_of(text)
        for said in (problem.message.nl, problem.message.en):
            assert "U+202E (RIGHT-TO-LEFT OVERRIDE)" in said
            assert said.isprintable()


def test_all_problems_of_a_document_at_once(parser: str) -> None:
    text = "a: 3.10\nb: {c: &x 1, d: *x}\nb: 2\n1: [4.20, !!str 5]\nsyntax: x: y"
    assert found(text) == [
        ("yaml-unquoted-decimal", 1, 4, "a"),
        ("yaml-alias", 2, 8, "b.c"),
        ("yaml-alias", 2, 17, "b.d"),
        ("yaml-duplicate-key", 3, 1, "b"),
        ("yaml-key", 4, 1, '["1"]'),
        ("yaml-unquoted-decimal", 4, 5, '["1"][0]'),
        ("yaml-tag", 4, 11, '["1"][1]'),
        ("yaml-syntax", 5, 10, ""),
    ]
    assert "line 2" in problems_of(text)[3].message.en


@pytest.mark.parametrize("text", ["a: [" + "1.5, " * 10_000 + "]", "a: '" + "\u200b" * 10_000 + "'"])
def test_reading_stops_when_there_is_no_end_of_problems(parser: str, text: str) -> None:
    problems = problems_of(text)
    assert len(problems) == MAX_PROBLEMS + 1
    assert "yaml-too-many-problems" in {p.code for p in problems}


def test_depth(parser: str) -> None:
    deepest = "{a: " * MAX_DEPTH + "1" + "}" * MAX_DEPTH
    assert value_of(deepest)
    assert found("{a: " + deepest + "}") == [("yaml-too-deep", 1, 4 * MAX_DEPTH + 1, ".".join("a" * MAX_DEPTH))]


# ---- what would have happened: each of these ends, or fools, a plain loader ----

BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=False)
)
# one line opens the file, so that the root is a mapping and nothing but depth stands against it
BRACKETS = "a: " + "[" * 60_000
DIRECTIVES = "".join(f"%TAG !a{n}! tag:x\n" for n in range(50_000)) + "---\na: 1\n"


@pytest.mark.parametrize(
    ("name", "code"), [("BRACKETS", "yaml-too-deep"), ("BOMB", "yaml-alias"), ("DIRECTIVES", "yaml-tag")]
)
def test_bombs_are_refused(name: str, code: str) -> None:
    child = in_a_child(f"""
        from rules.problems import Refused
        from rules.reader import read
        from tests.test_reader import {name} as text
        try:
            read(text.encode(), "f.yaml")
        except Refused as refused:
            print(refused.problems[0].code)
    """)
    assert (child.returncode, child.stdout.strip()) == (0, code), child.stderr


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_control_brackets_end_a_plain_loader(loader: str) -> None:
    child = in_a_child(f"""
        import yaml
        yaml.load("[" * 60_000, yaml.{loader})
    """)
    assert child.returncode < 0 or "RecursionError" in child.stderr


def test_control_the_alias_bomb_explodes_after_a_plain_loader() -> None:
    child = in_a_child("""
        import yaml
        from tests.test_reader import BOMB
        def size(value, seen={}):
            if not isinstance(value, list):
                return 1
            if id(value) not in seen:
                seen[id(value)] = sum(size(item) for item in value)
            return seen[id(value)]
        print(size(yaml.load(BOMB, yaml.CSafeLoader)["i"]))
    """)
    assert int(child.stdout) == 2 * 9**8


def test_control_a_plain_loader_changes_what_is_written() -> None:
    written = "a: [3.10, NO, 012, 12:30:45]\na: [3.10, NO, 012, 12:30:45]"
    assert yaml.load(written, yaml.CSafeLoader) == {"a": [3.1, False, 10, 45045]}
    assert value_of("a: ['3.10', NO, 012, 12:30:45]") == {"a": ["3.10", "NO", "012", "12:30:45"]}


def test_reading_needs_no_heavy_import() -> None:
    child = in_a_child("import sys, rules.reader; print('pydantic' in sys.modules)")
    assert child.stdout.strip() == "False"


# ---- where things stand ----

MEASURE = """\
# comment
title: {nl: Maatregel}
asks:
  - instrument: designation
    parts: [a, b, "c"]
  -
    empty:
"a.b": >
  folded
"""


@pytest.mark.parametrize(
    ("path", "key", "line", "column", "text"),
    [
        ((), False, 2, 1, ""),
        ((), True, 2, 1, ""),
        (("title",), False, 2, 8, "title"),
        (("title", "nl"), True, 2, 9, "title.nl"),
        (("asks",), False, 4, 3, "asks"),
        (("asks",), True, 3, 1, "asks"),
        (("asks", 0), False, 4, 5, "asks[0]"),
        (("asks", 0), True, 4, 5, "asks[0]"),
        (("asks", 0, "parts", 2), False, 5, 19, "asks[0].parts[2]"),
        (("asks", 1, "empty"), True, 7, 5, "asks[1].empty"),
        (("asks", 1, "empty"), False, 7, 11, "asks[1].empty"),
        (("a.b",), False, 8, 8, '["a.b"]'),
        # nearest around it
        (("asks", 0, "term"), False, 4, 5, "asks[0]"),
        (("asks", 0, "term"), True, 4, 5, "asks[0]"),
        (("asks", 7, "term", 3), True, 4, 3, "asks"),
        (("asks", 0, "instrument", "x"), False, 4, 17, "asks[0].instrument"),
        (("nothing",), True, 2, 1, ""),
    ],
)
def test_places(parser: str, path: reader.Path, key: bool, line: int, column: int, text: str) -> None:
    parsed = read(MEASURE.encode(), "m.yaml")
    assert spot_of(parsed, path, key=key) == Place("m.yaml", line, column, text)


def test_paths_as_text() -> None:
    assert path_text(("a", 0, 1, "b-c", "d e", "1", "é")) == 'a[0][1].b-c["d e"]["1"].é'
    assert path_text(()) == ""


# ---- anything at all ----

plain_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"]), max_size=20
)
scalars = st.one_of(
    st.booleans(), st.none(), st.integers(-(10**18) + 1, 10**18 - 1), plain_text,
    st.sampled_from(["NO", "3.10", "012", "12:30", "2018-04-05", "1e5", "a\nb", " x ", "- a", "#", "é: [", "7"]),
)  # fmt: skip
keys = plain_text
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)


def spots(spot: Spot) -> Iterator[tuple[int, int]]:
    yield spot.line, spot.column
    if spot.key:
        yield spot.key
    for inner in (spot.inside or {}).values():
        yield from spots(inner)


class Dumper(yaml.SafeDumper):
    """yaml.safe_dump without aliases for equal lists."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def same_keys(value: Any) -> bool:
    """Whether two keys of one mapping would be the same once normalised."""
    if isinstance(value, dict):
        normal = {unicodedata.normalize("NFC", key) for key in value}
        return len(normal) < len(value) or any(map(same_keys, value.values()))
    return isinstance(value, list) and any(map(same_keys, value))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(keys, values, max_size=5), st.booleans(), st.sampled_from([None, False, True]))
def test_what_pyyaml_writes_is_read_back(document: dict[str, Any], wide: bool, flow: bool | None) -> None:
    text = yaml.dump(document, Dumper=Dumper, allow_unicode=wide, default_flow_style=flow, sort_keys=False)
    parsed = outcome(text.encode())
    if not isinstance(parsed, Parsed):
        unseen = {"yaml-invisible-character"} if any(map(HIDDEN.__contains__, characters(document))) else set()
        double = {"yaml-duplicate-key"} if same_keys(document) else set()
        assert {p.code for p in parsed} <= unseen | double
        return
    assert parsed.value == document
    lines = text.split("\n")
    assert all(
        1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1 for line, column in spots(parsed.spots)
    )


def characters(value: Any) -> Iterator[str]:
    """Every character of every text in a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from key
            yield from characters(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from characters(inner)
    elif isinstance(value, str):
        yield from value


def outcome(data: bytes) -> Parsed | tuple[Problem, ...]:
    try:
        return read(data, "f.yaml")
    except Refused as refused:
        return refused.problems


def parsed_or_refused(data: bytes) -> None:
    read_as = outcome(data)
    if isinstance(read_as, Parsed):
        assert isinstance(read_as.value, dict)
        return
    lines = data.count(b"\n") + 1
    assert read_as
    assert all(1 <= p.place.line <= lines and p.place.column >= 1 for p in read_as)
    assert list(read_as) == sorted(read_as, key=Problem.order)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200) | st.text("ab:-? \n\t\"'[]{}&*!|>%@#,.0123~<=\\\0é\u202e", max_size=120).map(str.encode))
def test_anything_is_parsed_or_refused(data: bytes) -> None:
    parsed_or_refused(data)


def test_damaged_documents_are_parsed_or_refused(parser: str) -> None:
    chance = random.Random(2018)
    pieces = [
        b"\n",
        b"\t",
        b": ",
        b"- ",
        b"&a ",
        b"*a ",
        b"!x ",
        b"{",
        b"]",
        b'"',
        b"'",
        b"|",
        b"%TAG",
        b"\xff",
        b"\0",
        b"---\n",
    ]
    for _ in range(1000):
        data = bytearray(MEASURE.encode())
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            if chance.random() < 0.3:
                del data[at : at + chance.randint(1, 10)]
            else:
                data[at:at] = chance.choice(pieces)
        parsed_or_refused(bytes(data))
