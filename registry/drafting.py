"""Drafts of documents: new ones to start from, and one field changed in the text as it stands.

Pure: text in, text out. Where drafts are kept is registry/drafts.py.
"""

from collections.abc import Iterable
from datetime import date
from functools import partial

from registry.form import FormField, field_at, new_item, order_at, typed
from registry.yaml_edit import NoSuchPlace, with_value, without, written
from rules.check import Checked
from rules.reader import Path, Value, read

_WORDS = ("none", "unknown")


def new_measure(name: str, municipality: str = "") -> str:
    """A measure with nothing in it but what every measure has; the check asks for the rest."""
    return (
        "schema: regelruimte/measure/v1\n"
        f"measure: {written(name)}\n"
        "title:\n"
        '  nl: ""\n'
        '  en: ""\n'
        "domains: []\n"
        "place:\n"
        f"  municipality: {written(municipality)}\n"
    )


def new_decision(checked: Checked, role: str, ministry: str | None, decided: date) -> str:
    """A decision on that measure, with every judgement that its check awaits, still to be given."""
    measure = checked.measure.model.measure
    by = f"{{role: {written(role)}{f', competent: {written(ministry)}' if ministry else ''}}}"
    lines = [
        "schema: regelruimte/decision/v1",
        f"decision: {written(f'{measure}-decision')}",
        f"on_measure: {written(measure)}",
        f"by: {by}",
        f"decided: {decided.isoformat()}",
        'outcome: ""',
    ]
    if awaited := list(dict.fromkeys(_awaited(checked))):
        lines.append("judgements:")
        lines += [f'  - {{rule: {written(rule)}, outcome: "", reasons: ""}}' for rule in awaited]
    lines.append('source: {title: ""}')
    return "\n".join(lines) + "\n"


def _awaited(checked: Checked) -> Iterable[str]:
    """The rules on which a judgement is pending, as a decision names them."""
    for result in checked.results:
        for outcome in result.outcomes:
            if outcome.kind == "pending" and result.law:
                yield result.law.judgement_of(outcome.rule)


def edited(text: str, kind: str, path: Path, wrote: str) -> str:
    """The text with what the user wrote at that path; nothing written takes the value away. Raises NoSuchPlace."""
    field = _field(text, kind, path)
    if not wrote.strip():
        return _without(text, field)
    value = typed(field, wrote)
    order, around = partial(order_at, kind), field.path[:-1]
    if field.statement and value in _WORDS:
        return with_value(text, around, value, order)
    if field.statement and isinstance(_at(read(text.encode(), "draft").value, around), str):
        return with_value(text, around, {"text": value}, order)
    return with_value(text, field.path, value, order)


def with_item(text: str, kind: str, path: Path) -> tuple[str, Path]:
    """The text with one more, empty item in the list at that path, and where it stands. Raises NoSuchPlace."""
    field = _field(text, kind, path)
    if field.kind != "list":
        raise NoSuchPlace(path)
    item, listed = new_item(kind, field), field.value if isinstance(field.value, list) else []
    if not listed:
        return with_value(text, path, [item], partial(order_at, kind)), (*path, 0)
    return with_value(text, (*path, len(listed)), item), (*path, len(listed))


def removed(text: str, kind: str, path: Path) -> str:
    """The text without what stands at that path. Raises NoSuchPlace."""
    return _without(text, _field(text, kind, path))


def _without(text: str, field: FormField) -> str:
    if not field.present:
        return text
    if field.required and field.kind in ("text", "choice"):
        return with_value(text, field.path, "")
    return without(text, field.path[:-1] if field.statement else field.path)


def _field(text: str, kind: str, path: Path) -> FormField:
    field = field_at(kind, read(text.encode(), "draft").value, path)
    if field is None:
        raise NoSuchPlace(path)
    return field


def _at(value: Value, path: Path) -> Value:
    for step in path:
        value = value.get(step) if isinstance(value, dict) and isinstance(step, str) else (
            value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None
        )  # fmt: skip
    return value
