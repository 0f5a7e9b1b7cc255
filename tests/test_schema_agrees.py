"""A check and a JSON Schema agree on what a document is, as check-jsonschema sees it: a program that others use.

Only one way is strict: a schema refuses nothing that a check accepts. What needs more than one place in a document, or
another document, a schema cannot see.
"""

import copy
import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from check_jsonschema import main
from click.testing import CliRunner

from rules.catalogue import catalogue_of, shipped_catalogue
from rules.documents import document
from rules.lawbook import Lawbook, shipped_lawbook
from rules.problems import Refused
from rules.reader import read
from rules.scenario import scenarios
from rules.schema import KINDS
from tests.samples import LAW_HEAD, MEASURE
from tests.test_schema import DOCUMENTS, kind_of
from tests.write_expected import ROOT, SCHEMAS

BY_KIND = {kind: [file for file in DOCUMENTS if kind_of(file) == kind] for kind in KINDS}
LAW = "rules/laws/wbmgp/2008-06-13.yaml"
ROTTERDAM = "measures/proposals/rotterdam/2018-designation.yaml"
DECISION = "measures/decisions/rotterdam/2018-designation.yaml"
ZUID = "measures/areas/rotterdam-zuid.yaml"

# one change each to a shipped document, that a check and an editor must both refuse
MISTAKES = [
    (ROTTERDAM, "record:", "recrod:"),
    (ROTTERDAM, "measure: rotterdam-2018-designation", "measure: Rotterdam 2018"),
    (ROTTERDAM, "measure: rotterdam-2018-designation\n", ""),
    (ROTTERDAM, "domains: [wonen]", "domains: [woonen]"),
    (ROTTERDAM, "domains: [wonen]", "domains: []"),
    (ROTTERDAM, "domains: [wonen]", "domains: wonen"),
    (ROTTERDAM, "municipality: GM0599", "municipality: '0599'"),
    (ROTTERDAM, "kind: street", "kind: strete"),
    (ROTTERDAM, "code: BU05991572", "code: BU0599"),
    (ROTTERDAM, "until: 2022-04-15", "until: 15-04-2022"),
    (ROTTERDAM, "until: 2022-04-15", "until: 20220415"),
    (ROTTERDAM, "wbmgp/income-requirement", "income-requirement"),
    (ROTTERDAM, "certainty: A", "certainty: E"),
    (ROTTERDAM, "effects:", "evaluation: {txt: goed}\neffects:"),
    (ROTTERDAM, "effects:", "evaluation: goed\neffects:"),
    (ROTTERDAM, "effects:", "teaching_time: {eight_years: 7520}\neffects:"),
    (ZUID, "indicator: inhabitants", "indicator: inhabitant"),
    (ZUID, "value: 215000", "value: '215.000'"),
    (ZUID, "value: 215000", "value: 25 %"),
    (ZUID, "rounded_to: 1000", "rounded_to: 1 %"),
    (ZUID, "as_of: 2025-01-01", "as_of: 1 januari 2025"),
    (DECISION, "outcome: granted", "outcome: approved"),
    (DECISION, "wbmgp@2017-07-01/6.1.a", "wbmgp/6.1.a"),
    (DECISION, "decided: 2018-04-05", "decided: unknown"),
    (LAW, "fact: part.inactive_share", "fact: part.inactive_shares"),
    (LAW, "part.inactive_share, at_least: 25 %", "part.inactive_share, at_least: 25"),
    (LAW, "part.inactive_share, at_least: 25 %", "part.inactive_share, in: [25 %]"),
    (LAW, "part.inactive_share, at_least: 25 %", "part.inactive_share"),
    (LAW, "part.inactive_share, at_least: 25 %", "part.inactive_share, at_least: 25 %, at_most: 30 %"),
    (LAW, "part.inhabitants, at_least: 5000", "part.inhabitants, at_least: 5.000 %"),
    (LAW, "measure.term, at_most: 4 years", "measure.term, at_least: 4 years"),
    (LAW, "measure.term, at_most: 4 years", "measure.term, at_most: four years"),
    (LAW, "measure.motivation.need, is: given", "measure.motivation.need, is: true"),
    (LAW, "      all:\n        - {fact: part.inhabitants", "      every:\n        - {fact: part.inhabitants"),
    (LAW, "require: {fact: part.inactive_share, at_least: 25 %}", "require: {all: []}"),
    (LAW, "require: {fact: part.inactive_share, at_least: 25 %}", "require: {not: {fact: x, is: given}}"),
    (LAW, 'cite: "3 lid 1 onderdeel b"', 'cite: "art. 3, eerste lid"'),
    (LAW, "stage: application", "stage: applying"),
    (LAW, "within: 13 weeks", "within: soon"),
    (LAW, "of: measure.asked.sent", "of: measure.term"),
    (LAW, "bwb: BWBR0019388", "bwb: BWB19388"),
    ("rules/catalogue.yaml", "type: percent", "type: percentage"),
    ("rules/catalogue.yaml", "year: 2013", "year: '2013'"),
]


def accepted(kind: str, data: bytes, folder: Path) -> bool:
    """Whether a check takes that document; laws as the lawbook takes them, alone in `folder`."""
    try:
        match kind:
            case "catalogue" | "schema-help":
                parsed = read(data, kind)
                catalogue_of(parsed) if kind == "catalogue" else document(data, kind)
            case "scenarios":
                scenarios(read(data, kind), shipped_lawbook())
            case "law":
                (folder / "wbmgp").mkdir(parents=True)
                (folder / "wbmgp/2008-06-13.yaml").write_bytes(data)
                Lawbook(folder, shipped_catalogue(), "laws").version("wbmgp", date(2008, 6, 13))
            case _:
                document(data, kind)
    except Refused:
        return False
    return True


def refused_by_schema(kind: str, files: list[Path]) -> set[Path]:
    """The files that check-jsonschema refuses; called in this process, for it is slow to start."""
    asked = ["--schemafile", str(SCHEMAS / f"{kind}.json"), "--output-format", "json", *map(str, files)]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code in (0, 1), done.output
    told = json.loads(done.stdout)
    assert not told.get("parse_errors"), told["parse_errors"]
    return {Path(error["filename"]) for error in told.get("errors", [])}


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each member of each block and list: what holds it, and its key."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from spots(value[key])


WRITTEN: list[Any] = [None, "", " ", "unknown", "none", "all", "any", "given", "x y", "Ä", 0, 12, 2018, True, False]
WRITTEN += ["25 %", "25%", "€ 5", "1 hour", " 940.5 hours ", "4 years", "1 year", "2018-04", "2018-04-05", "5000", "A"]
WRITTEN += [[], {}, [None], ["all"], {"text": "zo"}, {"nl": "zo", "en": "so"}, {"fact": "part.kind", "is": "area"}]
WRITTEN += [{"not": {"fact": "part.kind", "in": ["street", "area"]}}, "GM0599", "wbmgp/priority", "BU05991572"]
TRIED = {"law": 120, "catalogue": 60, "schema-help": 30}  # the larger ones take their time


def mutated(value: Any, chance: random.Random) -> Any:
    """The document with one or two things in it left out, renamed, swapped or written otherwise."""
    made = copy.deepcopy(value)
    for _ in range(chance.randint(1, 2)):
        if not (here := list(spots(made))):
            break
        holder, key = chance.choice(here)
        match chance.randrange(5):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[chance.choice([f"{key}s", *(str(k) for _, k in here)])] = holder.pop(key)
            case 2:
                other, name = chance.choice(here)
                holder[key] = copy.deepcopy(other[name]) if name in other or isinstance(other, list) else None
            case _:
                holder[key] = copy.deepcopy(chance.choice(WRITTEN))
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_documents_and_samples_pass_and_mistakes_do_not(kind: str, tmp_path: Path) -> None:
    samples = {"law": [LAW_HEAD], "measure": [MEASURE]}.get(kind, [])
    good, bad = list(BY_KIND[kind]), []
    assert good, "no document of this kind is shipped"
    for number, text in enumerate(samples):
        good.append(tmp_path / f"sample-{number}.yaml")
        good[-1].write_text(text, encoding="utf-8")
    for number, (file, old, new) in enumerate(MISTAKES):
        if ROOT / file in BY_KIND[kind]:
            text = (ROOT / file).read_text(encoding="utf-8")
            assert old in text, f"{file} no longer holds {old!r}"
            bad.append(tmp_path / f"mistake-{number}.yaml")
            bad[-1].write_text(text.replace(old, new, 1), encoding="utf-8")
            assert not accepted(kind, bad[-1].read_bytes(), tmp_path / str(number)), (file, old, new)
    assert refused_by_schema(kind, good + bad) == set(bad)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_check_accepts_no_schema_refuses(kind: str, tmp_path: Path) -> None:
    """Seeded random changes; written as JSON, which both sides read alike (YAML 1.1 has its own ideas of a date)."""
    chance = random.Random(20261124)
    files = [ROOT / LAW] if kind == "law" else BY_KIND[kind]  # a law that amends another needs the other
    sound = [read(file.read_bytes(), file.name).value for file in files]
    taken: list[Path] = []
    tried = TRIED.get(kind, 250)
    for number in range(tried):
        data = json.dumps(mutated(chance.choice(sound), chance), ensure_ascii=False).encode()
        if accepted(kind, data, tmp_path / str(number)):
            taken.append(tmp_path / f"{number}.json")
            taken[-1].write_bytes(data)
    assert tried / 50 < len(taken) < tried, "too few changed documents are still sound to tell anything"
    assert refused_by_schema(kind, taken) == set()


def test_the_schemas_are_schemas() -> None:
    done = CliRunner().invoke(main, ["--check-metaschema", *map(str, SCHEMAS.glob("*.json"))])
    assert done.exit_code == 0, done.output


def test_what_is_no_schema_is_caught(tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text('{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "text"}')
    assert CliRunner().invoke(main, ["--check-metaschema", str(tmp_path / "wrong.json")]).exit_code == 1
