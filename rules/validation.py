"""A document that was read to a checked model: all that is wrong with it at once, each at its own line.

Parsed ── pydantic ──▶ model, or ValidationError ── where it stands, in people's words ──▶ Refused

pydantic names the way to an error by `loc`, which also holds names of union members and validators that are
not in the file, and such a name may equal a real key. So `loc` is matched against the document itself. Of the
members of a union only the one that a block comes nearest to is heard.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel, RootModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from rules.problems import Problem, Refused, Wrong, nearest
from rules.reader import Parsed, Path, Value, short, spot_of
from rules.text import Text

M = TypeVar("M", bound=BaseModel)

MAX_ERRORS: Final = 1_000

CODES: Final[dict[str, Text]] = {
    "unknown-key": Text(nl="een sleutel die hier niet bestaat", en="a key that does not exist here"),
    "missing-key": Text(nl="een verplichte sleutel ontbreekt", en="a required key is missing"),
    "wrong-type": Text(nl="een waarde van de verkeerde soort", en="a value of the wrong kind"),
    "wrong-choice": Text(nl="een waarde die niet in de lijst staat", en="a value that is not on the list"),
    "wrong-value": Text(nl="een waarde die niet mag", en="a value that is not allowed"),
    "too-many-problems": Text(
        nl=f"alleen de eerste {MAX_ERRORS} fouten zijn genoemd", en=f"only the first {MAX_ERRORS} errors are named"
    ),
}


def checked(model: type[M], parsed: Parsed, context: Any = None) -> M:
    """The document as that model; Refused with every problem, in the order of the file."""
    try:
        return model.model_validate(parsed.value, context=context)
    except ValidationError as error:
        raise Refused(_problems(model, parsed, error)) from None


@dataclass(frozen=True, slots=True)
class _Finding:
    """One error of pydantic, brought home to a path.

    `members` are the positions in `loc` that name a member of a union (or a validator), not a part of the document.
    `expected` and `choices` are there when the value as a whole is not of the kind or on the list that is asked for:
    such findings about one value come from the members of a union, and are told as one.
    """

    code: str
    path: Path
    message: Text
    loc: Path
    members: tuple[int, ...] = ()
    expected: Text | None = None
    choices: tuple[str, ...] = ()
    at_key: bool = False

    @property
    def of_member(self) -> bool:
        """Whether this is what one member of a union says of the whole value."""
        return len(self.loc) - 1 in self.members


def _problems(model: type[BaseModel], parsed: Parsed, error: ValidationError) -> set[Problem]:
    details = error.errors(include_url=False)
    findings = [finding for detail in details[:MAX_ERRORS] for finding in _findings(model, parsed, detail)]
    problems = {
        Problem(f.code, spot_of(parsed, f.path, key=f.at_key), f.message)
        for f in _told_once(parsed, _of_meant_members(parsed, findings))
    }
    if len(details) > MAX_ERRORS:
        message = Text(
            nl=f"nog {len(details) - MAX_ERRORS} fouten niet genoemd: los deze eerst op",
            en=f"{len(details) - MAX_ERRORS} more errors not named: solve these first",
        )
        problems.add(Problem("too-many-problems", spot_of(parsed, ()), message))
    return problems


# ---- from an error of pydantic to a finding ----


def _findings(model: type[BaseModel], parsed: Parsed, detail: ErrorDetails) -> Iterator[_Finding]:
    kind, loc, found = detail["type"], detail["loc"], detail["input"]
    given = detail.get("ctx", {})
    if kind == "missing":
        path, members = _path(model, parsed.value, loc[:-1], found)
        yield _Finding("missing-key", path, _missing(loc[-1]), loc, members)
        return
    at_key = bool(loc) and loc[-1] == "[key]"
    path, members = _path(model, parsed.value, loc[:-1] if at_key else loc, _NOWHERE if at_key else found)
    reason = given.get("error")
    if kind == "extra_forbidden":
        valid = [name for form in _forms(model, parsed.value, path[:-1]) for name in _names(form)]
        message = _unknown(str(loc[-1]), valid, _value_at(parsed.value, path[:-1]))
        yield _Finding("unknown-key", path, message, loc, members, at_key=True)
    elif kind == "union_tag_not_found":
        yield from _without_tag(model, parsed, detail, path, members)
    elif kind == "union_tag_invalid":
        choices = _quoted(given["expected_tags"])
        key = next((k for k in _quoted(given["discriminator"]) if isinstance(found, dict) and k in found), None)
        inner = path if key is None else (*path, key)
        message = _expected(_one_of(choices, given["expected_tags"]), given["tag"], choices)
        yield _Finding("wrong-choice", inner, message, loc, members)
    elif isinstance(reason, Wrong):
        yield _Finding(reason.code, (*path, *reason.path), reason.message, loc, members, at_key=at_key)
    elif isinstance(reason, (ValueError, AssertionError)):
        said = next(iter(str(reason).splitlines()), "not accepted")
        yield _Finding("wrong-value", path, Text(nl=said, en=said), loc, members, at_key=at_key)
    elif kind in ("literal_error", "enum"):
        choices = _quoted(given["expected"])
        expected = _one_of(choices, given["expected"])
        message = _expected(expected, found, choices)
        yield _Finding("wrong-choice", path, message, loc, members, expected, choices, at_key)
    elif kind in _TYPES:
        yield _Finding("wrong-type", path, _expected(_TYPES[kind], found), loc, members, _TYPES[kind], (), at_key)
    else:
        yield _Finding("wrong-value", path, _limit(kind, given, detail["msg"], found), loc, members, at_key=at_key)


def _without_tag(
    model: type[BaseModel], parsed: Parsed, detail: ErrorDetails, path: Path, members: tuple[int, ...]
) -> Iterator[_Finding]:
    """A value that shows by nothing which member of a union it is."""
    loc, found = detail["loc"], detail["input"]
    if not isinstance(found, dict):
        block = _TYPES["dict_type"]
        yield _Finding("wrong-type", path, _expected(block, found), loc, members, block)
        return
    if keys := _quoted(detail.get("ctx", {})["discriminator"]):
        yield _Finding("missing-key", path, _missing(keys[0]), loc, members)
        return
    # the members are told apart by their keys: most likely one of those is misspelt
    forms = [list(_names(form)) for form in _forms(model, parsed.value, path, narrow=False)]
    known = [name for names in forms for name in names]
    unknown = [key for key in found if key not in known]
    for key in unknown:
        yield _Finding("unknown-key", (*path, key), _unknown(key, known, found), loc, members, at_key=True)
    if not unknown:
        shown = "; ".join(dict.fromkeys(", ".join(names) for names in forms if names))
        message = Text(
            nl=f"niet te zien wat dit is; verwacht sleutels als: {shown}",
            en=f"cannot tell what this is; expected keys such as: {shown}",
        )
        yield _Finding("wrong-value", path, message, loc, members)


# ---- a union complains once ----


def _of_meant_members(parsed: Parsed, findings: list[_Finding]) -> list[_Finding]:
    """Without what members of a union say of a block that was plainly meant for another member.

    The meant member is the one that takes the block as a whole and has the least to say about its parts.
    """
    for index in reversed(range(max((len(f.loc) for f in findings), default=0))):
        unions: dict[Path, dict[str | int, list[_Finding]]] = {}
        for finding in findings:
            if index in finding.members:
                members = unions.setdefault(finding.loc[:index], {})
                members.setdefault(finding.loc[index], []).append(finding)
        for loc, members in unions.items():
            some = next(iter(members.values()))[0]
            path = tuple(part for number, part in enumerate(loc) if number not in some.members)
            if len(members) < 2 or not isinstance(_value_at(parsed.value, path), (dict, list)):
                continue
            cost = {
                member: (
                    any(f.of_member and f.expected is not None and len(f.loc) == index + 1 for f in said),
                    len(said),
                )
                for member, said in members.items()
            }
            meant = min(cost, key=lambda member: cost[member])
            if not cost[meant][0]:
                others = {id(f) for member, said in members.items() if member != meant for f in said}
                findings = [f for f in findings if id(f) not in others]
    return findings


def _told_once(parsed: Parsed, findings: list[_Finding]) -> Iterator[_Finding]:
    """The findings, with those that ask for another kind of value at one place told as one."""
    groups: dict[Path, list[_Finding]] = {}
    others: dict[Path, list[_Finding]] = {}
    for finding in findings:
        (others if finding.expected is None else groups).setdefault(finding.path, []).append(finding)
    for path, group in groups.items():
        found = _value_at(parsed.value, path)
        merged = _merged(group, found)
        if path in others and merged.of_member:
            # one member has said what is wrong; only a near miss shows that another was meant
            if not (isinstance(found, str) and _near(found, merged.choices)):
                continue
            del others[path]
        yield merged
    for group in others.values():
        yield from group


def _merged(group: list[_Finding], found: object) -> _Finding:
    if len(group) == 1:
        return group[0]
    texts = list(dict.fromkeys(f.expected for f in group if f.expected))
    expected = Text(nl=" of ".join(t.nl for t in texts), en=" or ".join(t.en for t in texts))
    choices = tuple(dict.fromkeys(choice for f in group for choice in f.choices))
    code = "wrong-choice" if choices and isinstance(found, str) else "wrong-type"
    message = _expected(expected, found, choices)
    return replace(group[0], code=code, message=message, expected=expected, choices=choices)


# ---- where an error stands ----


_NOWHERE: Any = object()


def _path(model: type[BaseModel], value: Value, loc: Path, found: object) -> tuple[Path, tuple[int, ...]]:
    """The way in the document that `loc` means, and the positions in `loc` that are no part of it.

    All ways that use parts of `loc` in their order are tried. Of those the one wins that leads to the very value
    the error is about, then the one that uses the last part, then one that the model knows, then the longest.
    """
    ways: dict[Path, tuple[Value, tuple[int, ...]]] = {(): (value, ())}
    for number, part in enumerate(loc):
        for way, (node, used) in list(ways.items()):
            inner = _value_at(node, (part,), default=_NOWHERE)
            if inner is not _NOWHERE and len(ways) < MAX_ERRORS:
                ways[(*way, part)] = (inner, (*used, number))

    def score(way: Path) -> tuple[bool, bool]:
        node, used = ways[way]
        same = node is found or (type(node) is type(found) and not isinstance(found, (dict, list)) and node == found)
        return same, used[-1:] == (len(loc) - 1,)

    top = max(map(score, ways))
    best = [way for way in ways if score(way) == top]
    if len(best) > 1:
        best.sort(key=lambda way: (_known(model, value, way), len(way)))
    way = best[-1]
    return way, tuple(number for number in range(len(loc)) if number not in ways[way][1])


def _value_at(value: Any, path: Path, default: Any = None) -> Any:
    for part in path:
        held = part in value if isinstance(value, dict) else isinstance(value, list) and part in range(len(value))
        if not held:
            return default
        value = value[part]
    return value


# ---- what the model has at some place ----


def _known(model: type[BaseModel], value: Value, path: Path) -> bool:
    return not path or any(True for kind in _kinds(model, value, path[:-1]) for _ in _inside(kind, path[-1]))


def _forms(model: type[BaseModel], value: Value, path: Path, narrow: bool = True) -> list[type[BaseModel]]:
    """The models that the mapping at `path` can be; with `narrow`, only those it comes nearest to."""
    forms = [kind for kind in _kinds(model, value, path) if _is_model(kind)]
    return _nearest_forms(forms, _value_at(value, path)) if narrow else forms


def _kinds(model: type[BaseModel], value: Value, path: Path) -> list[Any]:
    """The types that the model allows at `path`, unions taken apart."""
    kinds = list(_members(model))
    for depth, part in enumerate(path):
        here = _value_at(value, path[:depth])
        forms = _nearest_forms([kind for kind in kinds if _is_model(kind)], here)
        others = [kind for kind in kinds if not _is_model(kind)]
        kinds = [kind for outer in (*forms, *others) for inner in _inside(outer, part) for kind in _members(inner)]
    return kinds


def _nearest_forms(forms: list[type[BaseModel]], value: object) -> list[type[BaseModel]]:
    """The models that fit a mapping best: no fixed field differs, and most keys in common."""
    if len(forms) < 2 or not isinstance(value, dict):
        return forms

    def fit(form: type[BaseModel]) -> tuple[int, int]:
        fields = [(name, field) for field_name, field in _fields(form) for name in _aliases(field_name, field)]
        fixed = [
            (name, get_args(field.annotation)) for name, field in fields if get_origin(field.annotation) is Literal
        ]
        differ = sum(name in value and value[name] not in allowed for name, allowed in fixed)
        return -differ, sum(name in value for name, _ in fields)

    best = max(map(fit, forms))
    return [form for form in forms if fit(form) == best]


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and get_origin(kind) is None and issubclass(kind, BaseModel)


def _members(annotation: Any) -> Iterator[Any]:
    """The plain types in an annotation: aliases, Annotated, unions and root models taken apart."""
    if hasattr(annotation, "__value__"):
        yield from _members(annotation.__value__)
    elif get_origin(annotation) is Annotated:
        yield from _members(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    elif _is_model(annotation) and issubclass(annotation, RootModel):
        yield from _members(annotation.model_fields["root"].annotation)
    else:
        yield annotation


def _inside(kind: Any, part: str | int) -> Iterator[Any]:
    """What a plain type allows for its member `part`."""
    if _is_model(kind):
        yield from (field.annotation for name, field in _fields(kind) if part in _aliases(name, field))
        return
    origin, arguments = get_origin(kind), get_args(kind)
    if not (isinstance(origin, type) and arguments):
        return
    if issubclass(origin, Mapping):
        yield arguments[-1]
    elif isinstance(part, int) and issubclass(origin, tuple) and arguments[-1] is not Ellipsis:
        yield from arguments[part : part + 1]
    elif isinstance(part, int) and issubclass(origin, Iterable):
        yield arguments[0]


def _fields(form: type[BaseModel]) -> Iterable[tuple[str, FieldInfo]]:
    if (
        not form.__pydantic_fields_complete__
    ):  # a name used before it was defined: pydantic looks it up only when it must
        form.model_rebuild(raise_errors=False)
    return form.model_fields.items()


def _names(form: type[BaseModel]) -> Iterator[str]:
    for name, field in _fields(form):
        yield from _aliases(name, field)


def _aliases(name: str, field: FieldInfo) -> tuple[str, ...]:
    """The keys under which a field may stand in a document."""
    alias = field.validation_alias or field.alias
    if isinstance(alias, AliasChoices):
        return tuple(choice for choice in alias.choices if isinstance(choice, str))
    return (alias,) if isinstance(alias, str) else (name,)


# ---- in people's words ----

_TYPES: Final[dict[str, Text]] = {
    kind: text
    for kinds, text in (
        ("string_type", Text(nl="tekst", en="text")),
        ("int_type int_parsing int_parsing_size int_from_float", Text(nl="een geheel getal", en="a whole number")),
        ("bool_type bool_parsing", Text(nl="true of false", en="true or false")),
        ("float_type float_parsing decimal_type decimal_parsing", Text(nl="een getal", en="a number")),
        (
            "date_type date_parsing date_from_datetime_parsing date_from_datetime_inexact",
            Text(nl="een datum zoals 2018-04-05", en="a date such as 2018-04-05"),
        ),
        (
            "datetime_type datetime_parsing datetime_from_date_parsing",
            Text(nl="een tijdstip zoals 2018-04-05T12:30:00+02:00", en="a moment such as 2018-04-05T12:30:00+02:00"),
        ),
        ("list_type tuple_type set_type frozen_set_type iterable_type", Text(nl="een lijst", en="a list")),
        (
            "dict_type mapping_type model_type model_attributes_type dataclass_type",
            Text(nl="een blok van sleutels met waarden", en="a block of keys with values"),
        ),
        ("none_required", Text(nl="niets", en="nothing")),
    )
    for kind in kinds.split()
}

_LIMITS: Final[dict[str, Text]] = {
    "greater_than": Text(nl="meer dan {gt}", en="more than {gt}"),
    "greater_than_equal": Text(nl="minstens {ge}", en="at least {ge}"),
    "less_than": Text(nl="minder dan {lt}", en="less than {lt}"),
    "less_than_equal": Text(nl="hoogstens {le}", en="at most {le}"),
    "multiple_of": Text(nl="een veelvoud van {multiple_of}", en="a multiple of {multiple_of}"),
    "string_too_short": Text(nl="minstens {min_length} teken(s)", en="at least {min_length} character(s)"),
    "string_too_long": Text(nl="hoogstens {max_length} teken(s)", en="at most {max_length} character(s)"),
    "string_pattern_mismatch": Text(nl="tekst volgens het patroon {pattern}", en="text of the pattern {pattern}"),
    "too_short": Text(nl="een lijst van minstens {min_length}", en="a list of at least {min_length}"),
    "too_long": Text(nl="een lijst van hoogstens {max_length}", en="a list of at most {max_length}"),
}

_DATE_LIKE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")


def _quoted(names: str) -> tuple[str, ...]:
    """The names in pydantic's enumeration, such as `'a', 'b' or 'c'`."""
    return tuple(single or double for single, double in _QUOTED.findall(names))


def _near(value: str, choices: Iterable[str]) -> str | None:
    return nearest(value, choices) if len(value) <= 200 else None


def _meant(value: object, choices: Iterable[str]) -> Text:
    near = _near(value, choices) if isinstance(value, str) else None
    return Text(nl=f"; bedoelde u «{near}»?", en=f"; did you mean '{near}'?") if near else Text(nl="", en="")


def _one_of(choices: tuple[str, ...], written: str) -> Text:
    shown = written if len(choices) <= 12 else ", ".join(f"'{choice}'" for choice in choices[:12]) + ", …"
    before, last, after = shown.rpartition(" or ")
    return Text(nl=f"{before} of {after}" if last else shown, en=shown)


def _found(value: object) -> Text:
    match value:
        case None:
            return Text(nl="niets", en="nothing")
        case bool():
            return Text(nl=str(value).lower(), en=str(value).lower())
        case int():
            return Text(nl=f"het getal {value}", en=f"the number {value}")
        case str():
            return Text(nl=f"«{short(value)}»", en=f"'{short(value)}'")
        case list():
            return Text(nl=f"een lijst van {len(value)}", en=f"a list of {len(value)}")
        case dict():
            return Text(nl="een blok van sleutels met waarden", en="a block of keys with values")
        case _:
            return Text(nl=f"«{short(str(value))}»", en=f"'{short(str(value))}'")


def _expected(expected: Text, value: object, choices: Iterable[str] = ()) -> Text:
    found, more = _found(value), _meant(value, choices)
    if expected == _TYPES["string_type"] and isinstance(value, int):
        written = str(value).lower() if isinstance(value, bool) else str(value)
        more = Text(nl=f'; zet het tussen aanhalingstekens, "{written}"', en=f'; write it in quotes, "{written}"')
    elif expected == _TYPES["date_type"] and isinstance(value, str) and _DATE_LIKE.fullmatch(value):
        more = Text(nl=": die dag bestaat niet", en=": there is no such day")
    return Text(
        nl=f"verwacht {expected.nl}, gevonden {found.nl}{more.nl}",
        en=f"expected {expected.en}, found {found.en}{more.en}",
    )


def _limit(kind: str, given: Mapping[str, Any], said: str, value: object) -> Text:
    """A value that is of the right kind and still not allowed; pydantic's own words where we have none."""
    if limit := _LIMITS.get(kind):
        return _expected(Text(nl=limit.nl.format_map(given), en=limit.en.format_map(given)), value)
    found = _found(value)
    return Text(nl=f"gevonden {found.nl}, niet toegestaan: {said}", en=f"found {found.en}, not allowed: {said}")


def _missing(name: str | int) -> Text:
    if isinstance(name, int):
        return Text(nl=f"onderdeel {name + 1} van de lijst ontbreekt", en=f"item {name + 1} of the list is missing")
    return Text(nl=f"sleutel «{name}» ontbreekt: voeg haar toe", en=f"key '{name}' is missing: add it")


def _unknown(key: str, valid: list[str], around: object) -> Text:
    """An unknown key: the name that was meant, else all names that are still free."""
    taken = around if isinstance(around, dict) else {}
    free = [name for name in dict.fromkeys(valid) if name not in taken]
    if near := nearest(key, free) or nearest(key, valid):
        return Text(
            nl=f"onbekende sleutel «{short(key)}»; bedoelde u «{near}»?",
            en=f"unknown key '{short(key)}'; did you mean '{near}'?",
        )
    if not free:
        return Text(nl=f"onbekende sleutel «{short(key)}»: haal haar weg", en=f"unknown key '{short(key)}': remove it")
    shown = ", ".join(islice(free, 12)) + (", …" if len(free) > 12 else "")
    return Text(
        nl=f"onbekende sleutel «{short(key)}»; hier kan nog: {shown}",
        en=f"unknown key '{short(key)}'; still possible here: {shown}",
    )
