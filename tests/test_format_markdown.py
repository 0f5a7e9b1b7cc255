"""A report for a merge request: read back by a reader of Markdown, nothing in it is more than text."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from registry.formats import markdown
from registry.formats.markdown import LIMIT, render
from registry.gate import code
from registry.report_text import summary
from registry.words import word
from rules.text import Language
from tests.reports import CASES, HARMS, hostile, report_on
from tests.test_reporting import obeyed

READER = MarkdownIt("gfm-like", {"html": True})
OURS = {"heading_open", "heading_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
        "paragraph_open", "paragraph_close", "inline", "text", "code_inline"}  # fmt: skip


def tokens(text: str) -> list[Token]:
    """All tokens of a text, with those inside of others."""

    def flat(found: Iterable[Token]) -> Iterable[Token]:
        for token in found:
            yield token
            yield from flat(token.children or ())

    return list(flat(READER.parse(text)))


def strange(text: str) -> list[str]:
    """What is more than headings, lists, text and code; and what platforms would make of text that is not code."""
    found = tokens(text)
    outside = " ".join(token.content for token in found if token.type == "text")
    told = [token.type for token in found if token.type not in OURS]
    return told + [sign for sign in "@#!<>[]|$~&" if sign in outside]


def spans(text: str) -> list[str]:
    return [token.content for token in tokens(text) if token.type == "code_inline"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_wrong_and_what_is_open_is_there(language: Language) -> None:
    made = report_on("several", language)
    text = render(made, language)
    assert strange(text) == []
    said = " ".join(spans(text))
    for problem in made["problems"]:
        assert problem["message"] in said
        assert f"{problem['file']}:{problem['line']}:{problem['column']}" in said
    assert "6 lid 1 onderdeel a" in said
    [first] = [token.content for token in tokens(text) if token.type == "inline"][:1]
    assert first == f"Regelruimte: {summary(made, language)}"


def test_the_worst_comes_first() -> None:
    lines = render(report_on("several"), "nl").splitlines()
    marks = [line[2] for line in lines if line.startswith("- ")]
    assert marks == ["✗", "✗", "✗", "?", "✓"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("harm", HARMS)
def test_nothing_in_a_document_is_more_than_text(case: str, harm: str) -> None:
    plain, made = render(report_on(case), "nl"), render(hostile(case, harm), "nl")
    assert strange(made) == []
    assert [token.type for token in tokens(made)] == [token.type for token in tokens(plain)]
    assert obeyed(made) == []
    assert all(line.isprintable() for line in made.splitlines())


@pytest.mark.parametrize("harm", HARMS[3:6])
def test_the_negative_control(harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "code", lambda text: text)
    assert strange(render(hostile("several", harm), "nl"))


def test_escapes_would_not_do() -> None:
    """The gate for prose leaves a mention what it is; that is why all of it stands in code."""
    from registry.gate import markdown as escaped

    assert "@" in strange(escaped("ask @everyone"))
    assert strange(code("ask @everyone")) == []


@given(st.text(st.sampled_from("` \\a|\n@<\u202e")))
def test_a_code_span_holds_what_was_put_in(text: str) -> None:
    from registry.gate import show

    [span] = spans(code(text))
    assert span == (show(text) or "–")


def test_what_does_not_fit_is_counted() -> None:
    made = report_on("several")
    [problem] = report_on("unmet")["problems"]
    many: dict[str, Any] = {**made, "problems": [{**problem, "about": "document"}] * 1000}
    text = render(many, "en")
    told = sum(line.startswith("- ✗ error") for line in text.splitlines())
    assert 0 < told < 1000
    assert f"- … {word('and more', 'en').format(n=1000 - told)}\n" in text
    assert f"- … {word('and more', 'en').format(n=len(made['measures']))}\n" in text
    assert len(text) < LIMIT + 1000
