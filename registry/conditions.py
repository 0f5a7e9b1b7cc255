"""Conditions as phrases: in words for people who read a verdict, or by the names of facts for those who write rules."""

from collections.abc import Callable

from registry.words import value_words, word
from rules.condition import Comparison, Condition, Every, Negation, Some
from rules.text import Language

_OPERATORS = {"at_least": "≥ ", "at_most": "≤ ", "is": "", "in": "", "includes": ""}
_SHOWN = 6  # of a long list of things that would do, enough to see what kind of thing


def threshold_words(comparison: Comparison, language: Language) -> str:
    """What a comparison asks for: ≥ 25 %, one of a list, present."""
    each = comparison.written.split(", ")
    listed = ", ".join(value_words(one, language) for one in each[:_SHOWN])
    return f"{_OPERATORS[comparison.operator]}{listed}" + (", …" if len(each) > _SHOWN else "")


def condition_words(condition: Condition, language: Language) -> str:
    """A condition in words: what each fact is, and what is asked of it."""
    return _phrase(
        condition, language, lambda one: f"{one.fact.means.read(language)}: {threshold_words(one, language)}"
    )


def condition_names(condition: Condition, language: Language) -> str:
    """A condition by the names of its facts, as a law file writes them."""
    return _phrase(condition, language, lambda one: f"{one.fact.name} {one.operator} {one.written}")


def _phrase(condition: Condition, language: Language, leaf: Callable[[Comparison], str], inside: bool = False) -> str:
    match condition:
        case Comparison():
            return leaf(condition)
        case Negation():
            return f"{word('not', language)} ({_phrase(condition.of, language, leaf)})"
        case Every() | Some():
            between = f" {word('and' if isinstance(condition, Every) else 'or', language)} "
            joined = between.join(_phrase(part, language, leaf, inside=True) for part in condition.of)
            return f"({joined})" if inside else joined
