"""What one version of a law changed against another: instruments and rules added, repealed, moved or replaced."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeVar

from rules.law import Instrument, LawVersion, NoRule, Rule, rule_content

T = TypeVar("T")

Aspect = Literal[
    "on", "stage", "cite", "when", "require", "readings", "judge", "conclude", "departs_from", "deadline", "says"
]
_ASPECTS: tuple[Aspect, ...] = (
    "cite", "on", "stage", "when", "require", "readings", "judge", "conclude", "departs_from", "deadline",
)  # fmt: skip


class RuleChange(NamedTuple):
    """A rule added (no `old`), repealed (no `new`) or changed in those aspects; moved where its citation changed."""

    old: Rule | None
    new: Rule | None
    aspects: tuple[Aspect, ...] = ()


class InstrumentChange(NamedTuple):
    old: Instrument | None
    new: Instrument | None


class ParagraphChange(NamedTuple):
    """A paragraph without a rule that came, went, or is passed over for another reason."""

    old: NoRule | None
    new: NoRule | None


class Difference(NamedTuple):
    """All that changed from one version to another, each list in the order of the law."""

    old: LawVersion
    new: LawVersion
    instruments: tuple[InstrumentChange, ...]
    rules: tuple[RuleChange, ...]
    paragraphs: tuple[ParagraphChange, ...]


def difference(old: LawVersion, new: LawVersion) -> Difference:
    """What changed from `old` to `new`; wording counts, places in files and other names for the same rule do not."""
    instruments = (InstrumentChange(*pair) for pair in _pairs(old.instruments, new.instruments))
    paragraphs = (ParagraphChange(*pair) for pair in _pairs(_unruled(old), _unruled(new)))
    return Difference(old, new, tuple(instruments), tuple(_rules(old, new)), tuple(paragraphs))


def _pairs(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[tuple[T | None, T | None]]:
    """What stands under the same name in both, where that is not the same."""
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield before, after


def _unruled(law: LawVersion) -> Mapping[str, NoRule]:
    return {str(entry.cite): entry for entry in law.no_rule}


def _rules(old: LawVersion, new: LawVersion) -> Iterator[RuleChange]:
    gone = [rule for name, rule in old.rules.items() if name not in new.rules]
    for name, rule in new.rules.items():
        before = old.rules.get(name) or next((each for each in gone if _same_thing(each, rule)), None)
        if before in gone:
            gone.remove(before)
        aspects = tuple(_aspects(before, rule)) if before else ()
        if before is None or aspects:
            yield RuleChange(before, rule, aspects)
    yield from (RuleChange(rule, None) for rule in gone)


def _aspects(before: Rule, after: Rule) -> Iterator[Aspect]:
    was, becomes = rule_content(before), rule_content(after)
    yield from (aspect for aspect in _ASPECTS if was[aspect] != becomes[aspect])
    if before.says != after.says:
        yield "says"


def _same_thing(before: Rule, after: Rule) -> bool:
    """Whether a repealed rule goes on under another number: the same words, the same due act, or the same own name."""
    if before.deadline and after.deadline:
        return before.deadline.act == after.deadline.act
    own = before.name.rpartition(".")[2]
    return before.says == after.says or (own.isalpha() and len(own) > 1 and own == after.name.rpartition(".")[2])
