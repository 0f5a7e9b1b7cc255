"""Foreign text before it meets a screen: all visible, nothing gone."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.gate import show
from rules.problems import Refused
from rules.reader import read


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rotterdam-Zuid, artikel 3 lid 1", "Rotterdam-Zuid, artikel 3 lid 1"),
        ("café 25 % €", "café 25 % €"),
        ("25\u00a0%", "25 %"),
        ("\x1b]52;c;ZWNobw==\x07", "⟨U+001B⟩]52;c;ZWNobw==⟨U+0007⟩"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\u200bb\ufeff", "a⟨U+200B⟩b⟨U+FEFF⟩"),
        ("a\ufe0fb\u3164", "a⟨U+FE0F⟩b⟨U+3164⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("a\tb\r\nc\0", "a⟨U+0009⟩b⟨U+000D⟩⟨U+000A⟩c⟨U+0000⟩"),
        ("[red]markup[/] is left alone", "[red]markup[/] is left alone"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_gets_a_mark(text: str, shown: str) -> None:
    assert show(text) == shown


def test_line_feeds_stay_only_on_request() -> None:
    assert show("a\nb\r\n", newlines=True) == "a\nb⟨U+000D⟩\n"
    assert show("a\nb") == "a⟨U+000A⟩b"


# every character on its own would be slow to draw; hostile ones are drawn as often as ordinary ones
hostile = st.sampled_from(
    "\0\x07\x1b\r\n\t\x85\x9b\u00a0\u00ad\u034f\u200b\u202e\u2028\u2800\u3164\ufe0f\ufeff\ud800\U000e0041"
)
texts = st.text(st.one_of(hostile, st.characters(), st.sampled_from("abc ⟨U+202E⟩")))


@given(texts, st.booleans())
def test_the_result_is_printable_and_stable(text: str, newlines: bool) -> None:
    shown = show(text, newlines=newlines)
    assert all(c.isprintable() or (newlines and c == "\n") for c in shown)
    assert show(shown, newlines=newlines) == shown


@given(texts)
def test_each_character_is_still_there_or_has_its_mark(text: str) -> None:
    rest = show(text)
    for character in text:
        expected = next(
            form
            for form in (" " if character == "\u00a0" else character, f"⟨U+{ord(character):04X}⟩")
            if rest.startswith(form)
        )
        rest = rest.removeprefix(expected)
    assert rest == ""


def test_whatever_the_reader_refuses_to_read_the_gate_makes_visible() -> None:
    passed_by_gate = []
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        if unicodedata.category(character) in ("Ll", "Lu", "So", "Cn", "Co", "Cs") or character in "\t\n\u00a0":
            continue
        if show(character) == character:
            passed_by_gate.append(character)
    # one document with them all: the reader has nothing against any character that the gate lets through
    for start in range(0, len(passed_by_gate), 100_000):
        text = "".join(passed_by_gate[start : start + 100_000]).replace("'", "")
        try:
            read(f"a: '{text}'".encode(), "all.yaml")
        except Refused as refused:
            pytest.fail(refused.problems[0].message.en)
