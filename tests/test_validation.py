"""From a document to a model: every problem at once, at its own line, in words that say what to do."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    StringConstraints,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from rules.problems import Problem, Refused, Wrong
from rules.reader import read
from rules.text import Text
from rules.validation import CODES, MAX_ERRORS, checked


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def tag_of(value: object) -> str | None:
    """The tag of a condition is one of its own keys: the case in which `loc` misleads."""
    if isinstance(value, dict):
        return next((tag for tag in ("all", "fact") if tag in value), None)
    return None


class All(Strict):
    all: tuple["Condition", ...]


class Fact(Strict):
    fact: str
    at_least: int | None = None
    value: int


Condition = Annotated[
    Annotated[All, Tag("all")] | Annotated[Fact, Tag("fact")],
    Discriminator(tag_of),
]


class Figure(Strict):
    kind: Literal["figure"]
    figure: dict[str, int] = {}
    amount: int


class Note(Strict):
    kind: Literal["note"]
    text: str


class Statement(Strict):
    text: str
    by: str = ""


class Names(RootModel[dict[str, Statement]]):
    pass


def even(value: int) -> int:
    if value % 2:
        raise Wrong(Text(nl=f"{value} is oneven", en=f"{value} is odd"), code="odd-number")
    return value


def known(value: object) -> object:
    if value == "never":
        raise Wrong(Text(nl="nooit", en="never ever"), code="wrong-date")
    return value


class Part(Strict):
    code: str
    number: Annotated[int, AfterValidator(even)] = 0


class Document(Strict):
    title: str = ""
    count: int = 0
    share: Decimal = Decimal(0)
    agreed: bool = False
    day: date | None = None
    colour: Colour = Colour.RED
    size: Literal["small", "large"] = "small"
    tested: Annotated[int, Field(ge=3)] = 3
    code: Annotated[str, StringConstraints(pattern="^GM[0-9]{4}$")] = "GM0599"
    parts: list[Part] = []
    pair: tuple[str, int] = ("", 0)
    two: Annotated[list[int], Field(min_length=2)] = [1, 2]
    figures: dict[Annotated[str, StringConstraints(pattern="^[a-z]+$")], int] = {}
    item: Annotated[Figure | Note, Field(discriminator="kind")] | None = None
    condition: Condition | None = None
    evaluation: Statement | Literal["none", "unknown"] = "none"
    mixed: int | list[int] | None = None
    either: Statement | Part | None = None
    names: Names = Names({})
    on: Annotated[date, BeforeValidator(known)] | Literal["unknown"] = "unknown"
    called: str = Field("", alias="name")
    chosen: str = Field("", validation_alias=AliasChoices("choice", "option"))

    @field_validator("title")
    @classmethod
    def _not_shouted(cls, title: str) -> str:
        if title.isupper():
            raise ValueError("do not shout")
        if title == "assert":
            raise AssertionError("asserted\nwith details")
        if title == "bare":
            raise AssertionError
        return title

    @model_validator(mode="after")
    def _parts_differ(self, info: ValidationInfo) -> "Document":
        codes = [part.code for part in self.parts]
        for number, code in enumerate(codes):
            if code in codes[:number]:
                raise Wrong(Text(nl="dubbel", en="double"), code="double-part", path=("parts", number, "code"))
        if isinstance(info.context, dict) and self.code not in info.context:
            raise Wrong(Text(nl="onbekend", en="not known"), path=("code",))
        return self


def refused(text: str, context: Any = None, model: type[BaseModel] = Document) -> list[tuple[str, int, int, str, str]]:
    with pytest.raises(Refused) as raised:
        checked(model, read(text.encode(), "f.yaml"), context)
    assert all(p.message.nl and p.message.nl.isprintable() for p in raised.value.problems)
    return [(p.code, p.place.line, p.place.column, p.place.path, p.message.en) for p in raised.value.problems]


def test_a_good_document_is_a_model() -> None:
    document = checked(Document, read(b"title: x\nname: y\noption: z\non: 2018-04-05\nagreed: true", "f.yaml"))
    assert (document.title, document.called, document.chosen, document.on) == ("x", "y", "z", date(2018, 4, 5))


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "path", "words"),
    [
        # kinds of value
        ("\ntitle: 12", "wrong-type", 2, 8, "title", 'expected text, found the number 12; write it in quotes, "12"'),
        ("title: true", "wrong-type", 1, 8, "title", 'expected text, found true; write it in quotes, "true"'),
        ("title:", "wrong-type", 1, 7, "title", "expected text, found nothing"),
        ("title: [a]", "wrong-type", 1, 8, "title", "expected text, found a list of 1"),
        ("count: x", "wrong-type", 1, 8, "count", "expected a whole number, found 'x'"),
        ("count: {a: 1}", "wrong-type", 1, 8, "count", "expected a whole number, found a block of keys with values"),
        ("share: x", "wrong-type", 1, 8, "share", "expected a number, found 'x'"),
        ("agreed: perhaps", "wrong-type", 1, 9, "agreed", "expected true or false, found 'perhaps'"),
        ("day: abc", "wrong-type", 1, 6, "day", "expected a date such as 2018-04-05, found 'abc'"),
        ("day: 2018-02-30", "wrong-type", 1, 6, "day",
         "expected a date such as 2018-04-05, found '2018-02-30': there is no such day"),
        ("parts: x", "wrong-type", 1, 8, "parts", "expected a list, found 'x'"),
        ("parts:\n  - x", "wrong-type", 2, 5, "parts[0]", "expected a block of keys with values, found 'x'"),
        ("figures: 3", "wrong-type", 1, 10, "figures", "expected a block of keys with values, found the number 3"),
        ("mixed: x", "wrong-type", 1, 8, "mixed", "expected a whole number or a list, found 'x'"),
        # choices
        ("colour: bleu", "wrong-choice", 1, 9, "colour",
         "expected 'red' or 'blue', found 'bleu'; did you mean 'blue'?"),
        ("size: smal", "wrong-choice", 1, 7, "size",
         "expected 'small' or 'large', found 'smal'; did you mean 'small'?"),
        ("size: x", "wrong-choice", 1, 7, "size", "expected 'small' or 'large', found 'x'"),
        ("evaluation: unkown", "wrong-choice", 1, 13, "evaluation",
         "expected a block of keys with values or 'none' or 'unknown', found 'unkown'; did you mean 'unknown'?"),
        # limits
        ("tested: 1", "wrong-value", 1, 9, "tested", "expected at least 3, found the number 1"),
        ("code: GM1", "wrong-value", 1, 7, "code", "expected text of the pattern ^GM[0-9]{4}$, found 'GM1'"),
        ("two: [1]", "wrong-value", 1, 6, "two", "expected a list of at least 2, found a list of 1"),
        ("pair: [a, 1, b]", "wrong-value", 1, 7, "pair", "expected a list of at most 2, found a list of 3"),
        # keys
        ("pair: [a]", "missing-key", 1, 7, "pair", "item 2 of the list is missing"),
        ("parts:\n  - number: 2", "missing-key", 2, 5, "parts[0]", "key 'code' is missing: add it"),
        ("parts:\n  - code: a\n    nummer: 2", "unknown-key", 3, 5, "parts[0].nummer",
         "unknown key 'nummer'; did you mean 'number'?"),
        ("parts: [{code: a, zzz: 2}]", "unknown-key", 1, 19, "parts[0].zzz",
         "unknown key 'zzz'; still possible here: number"),
        ("called: x", "unknown-key", 1, 1, "called",
         f"unknown key 'called'; still possible here: {', '.join([*Document.model_fields][:12])}, …"),
        ("nam: x", "unknown-key", 1, 1, "nam", "unknown key 'nam'; did you mean 'name'?"),
        ("opton: x", "unknown-key", 1, 1, "opton", "unknown key 'opton'; did you mean 'option'?"),
        ("names: {a: {text: b, bi: c}}", "unknown-key", 1, 22, "names.a.bi",
         "unknown key 'bi'; still possible here: by"),
        ("figures:\n  a: 1\n  B: 2", "wrong-value", 3, 3, "figures.B",
         "expected text of the pattern ^[a-z]+$, found 'B'"),
        # tagged unions
        ("item: {text: x}", "missing-key", 1, 7, "item", "key 'kind' is missing: add it"),
        ("item: {text: x, kind: notes}", "wrong-choice", 1, 23, "item.kind",
         "expected 'figure', 'note', found 'notes'; did you mean 'note'?"),
        ("item: x", "wrong-type", 1, 7, "item", "expected a block of keys with values, found 'x'"),
        ("item: {kind: note, text: x, tekst: y}", "unknown-key", 1, 29, "item.tekst",
         "unknown key 'tekst'; did you mean 'text'?"),
        # the tag equals a key, and what stands there has a key of the same name as the one that is wrong
        ("item: {kind: figure, figure: {amount: 1}, amount: x}", "wrong-type", 1, 51, "item.amount",
         "expected a whole number, found 'x'"),
        ("item: {kind: figure, figure: {amount: x}, amount: 1}", "wrong-type", 1, 39, "item.figure.amount",
         "expected a whole number, found 'x'"),
        ("condition: {fact: x, value: y}", "wrong-type", 1, 29, "condition.value",
         "expected a whole number, found 'y'"),
        ("condition:\n  all:\n    - {fact: x, value: 1}\n    - all: [{fact: y}]", "missing-key", 4, 13,
         "condition.all[1].all[0]", "key 'value' is missing: add it"),
        ("condition: {all: [{all: x}]}", "wrong-type", 1, 25, "condition.all[0].all", "expected a list, found 'x'"),
        ("condition: {all: [{fact: x, value: 1, at_most: 2}]}", "unknown-key", 1, 39, "condition.all[0].at_most",
         "unknown key 'at_most'; did you mean 'at_least'?"),
        ("condition: {al: []}", "unknown-key", 1, 13, "condition.al", "unknown key 'al'; did you mean 'all'?"),
        ("condition: {value: 1}", "wrong-value", 1, 12, "condition",
         "cannot tell what this is; expected keys such as: all; fact, at_least, value"),
        ("condition: x", "wrong-type", 1, 12, "condition", "expected a block of keys with values, found 'x'"),
        # a union complains about the member that was meant, and once
        ("evaluation: {by: x}", "missing-key", 1, 13, "evaluation", "key 'text' is missing: add it"),
        ("evaluation: [x]", "wrong-type", 1, 13, "evaluation",
         "expected a block of keys with values or 'none' or 'unknown', found a list of 1"),
        ("mixed: [1, x]", "wrong-type", 1, 12, "mixed[1]", "expected a whole number, found 'x'"),
        ("either: {text: a, bye: b}", "unknown-key", 1, 19, "either.bye", "unknown key 'bye'; did you mean 'by'?"),
        ("either: {code: a, numbr: 2}", "unknown-key", 1, 19, "either.numbr",
         "unknown key 'numbr'; did you mean 'number'?"),
        # what validators say
        ("title: SHOUT", "wrong-value", 1, 8, "title", "do not shout"),
        ("title: assert", "wrong-value", 1, 8, "title", "asserted"),
        ("title: bare", "wrong-value", 1, 8, "title", "not accepted"),
        ("parts: [{code: a, number: 3}]", "odd-number", 1, 27, "parts[0].number", "3 is odd"),
        ("parts:\n- code: a\n- code: b\n- {code: a}", "double-part", 4, 10, "parts[2].code", "double"),
        ("on: never", "wrong-date", 1, 5, "on", "never ever"),
        ("on: unknwn", "wrong-choice", 1, 5, "on",
         "expected a date such as 2018-04-05 or 'unknown', found 'unknwn'; did you mean 'unknown'?"),
    ],
)  # fmt: skip
def test_one_problem(text: str, code: str, line: int, column: int, path: str, words: str) -> None:
    assert refused(text) == [(code, line, column, path, words)]


def test_dutch() -> None:
    with pytest.raises(Refused) as raised:
        checked(Document, read(b"colour: bleu\nday: abc\nparts: [{}]\nnam: x\nmixed: x", "f.yaml"))
    assert [p.message.nl for p in raised.value.problems] == [
        "verwacht 'red' of 'blue', gevonden «bleu»; bedoelde u «blue»?",
        "verwacht een datum zoals 2018-04-05, gevonden «abc»",
        "sleutel «code» ontbreekt: voeg haar toe",
        "onbekende sleutel «nam»; bedoelde u «name»?",
        "verwacht een geheel getal of een lijst, gevonden «x»",
    ]


def test_all_problems_at_once_in_the_order_of_the_file() -> None:
    text = """\
        title: 12
        parts:
          - {code: a, number: 1}
          - {number: 4}
        condition: {all: [{fact: x}, {fact: y, value: 1, vlaue: 2}]}
        colur: red
        count: many
        evaluation: perhaps
        """.replace("        ", "")
    assert [problem[:4] for problem in refused(text)] == [
        ("wrong-type", 1, 8, "title"),
        ("odd-number", 3, 23, "parts[0].number"),
        ("missing-key", 4, 5, "parts[1]"),
        ("missing-key", 5, 19, "condition.all[0]"),
        ("unknown-key", 5, 50, "condition.all[1].vlaue"),
        ("unknown-key", 6, 1, "colur"),
        ("wrong-type", 7, 8, "count"),
        ("wrong-choice", 8, 13, "evaluation"),
    ]


def test_the_context_reaches_the_validators() -> None:
    assert checked(Document, read(b"code: GM0363", "f.yaml"), {"GM0363": 1}).code == "GM0363"
    assert refused("title: x\ncode: GM0599", {"GM0363": 1}) == [("wrong-value", 2, 7, "code", "not known")]
    # what the path points at is left out of the file: the nearest block around it
    assert refused("title: x", {"GM0363": 1}) == [("wrong-value", 1, 1, "", "not known")]


def test_no_end_of_problems() -> None:
    problems = refused("parts:\n" + "- {number: x}\n" * 3_000)
    assert len(problems) == MAX_ERRORS + 1
    assert problems[0][:4] == ("too-many-problems", 1, 1, "")


def test_a_chain_of_the_same_key_is_found_in_time() -> None:
    class Chain(Strict):
        a: "Chain | None" = None
        b: "Chain | None" = None
        n: int = 0

    deep = "{a: {b: " * 15 + "{n: x}" + "}}" * 15
    ((code, _, _, path, _),) = refused(deep, model=Chain)
    assert (code, path) == ("wrong-type", "a.b." * 15 + "n")


def test_each_code_has_a_meaning() -> None:
    assert all(meaning.nl and meaning.en for meaning in CODES.values())


words = st.sampled_from(["fact", "all", "value", "text", "kind", "figure", "note", "unknown", "code", "amount", "x"])
anything = st.recursive(
    words | st.integers(0, 3) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return "null" if value is None else str(value)


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.sampled_from([*Document.model_fields, "name", "choice", "x"]), anything, max_size=4))
def test_anything_is_checked_or_refused_and_the_place_is_that_of_the_path(document: dict[str, Any]) -> None:
    text = written(document)
    for problem in problems_of(text):
        assert problem.code in CODES.keys() | {"odd-number", "double-part", "wrong-date"}
        assert problem.place.line == 1
        assert 1 <= problem.place.column <= len(text)


def problems_of(text: str) -> tuple[Problem, ...]:
    parsed = read(text.encode(), "f.yaml")
    try:
        checked(Document, parsed)
    except Refused as raised:
        return raised.problems
    return ()
