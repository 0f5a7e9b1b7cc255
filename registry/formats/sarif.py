"""SARIF 2.1.0, which code scanning and editors read: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

Files are named from the root of the checkout, so that no machine is in it; `partialFingerprints` stay when lines move.
Rules are the codes of the problems, and every rule of law that was weighed, with its place in the law.
"""

import os
from typing import Any
from urllib.parse import quote

from registry.codes import code_entries
from registry.formats.identity import fingerprints
from registry.gate import address, show
from registry.printing import json_lines
from registry.words import word
from rules.text import Language

Row = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
RESOLVER = "https://wetten.overheid.nl/"  # takes a Juriconnect link as its path


def render(made: Row, language: Language) -> str:
    """One run with a result for each problem, in the order of the report."""
    problems = made["problems"]
    rules = _rules(made, language)
    at = {rule["id"]: number for number, rule in enumerate(rules)}
    named = zip(problems, fingerprints(problems), strict=True)
    tool = {"name": "regelruimte", "version": made["regelruimte"], "language": language, "rules": rules}
    run = {
        "tool": {"driver": tool},
        "invocations": [{"executionSuccessful": True, "exitCode": made["summary"]["exit"]}],
        "originalUriBaseIds": {ROOT: {"description": _text(word("root of the checkout", language))}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, fingerprint, at) for problem, fingerprint in named],
    }
    return json_lines({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _result(problem: Row, fingerprint: str, at: dict[str, int]) -> Row:
    code = show(problem["code"])
    return {
        "ruleId": code,
        "ruleIndex": at[code],
        "level": problem["level"],
        "message": _text(problem["message"]),
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(problem["file"]), "uriBaseId": ROOT},
                    "region": {"startLine": problem["line"], "startColumn": problem["column"]},
                }
            }
        ],
        "partialFingerprints": {"regelruimte/v1": fingerprint},
    }


def _rules(made: Row, language: Language) -> list[Row]:
    """By code: its page (registry/codes.yaml), or of the law what it says, where, and the link to that place."""
    rules = {}
    for problem in made["problems"]:
        rules[problem["code"]] = _page(problem, language)
    for result in made["results"]:
        for outcome in result["outcomes"]:
            if name := outcome["rule"]:
                code = name if "/" in name else f"{result['law'].partition('@')[0]}/{name}"
                says = f"{outcome['citation']}: {outcome['says']}"
                rules[code] = _rule(code, says, f"{says} {outcome['jci']}".rstrip(), _link(outcome["jci"]))
    return [rules[code] for code in sorted(rules)]


def _page(problem: Row, language: Language) -> Row:
    code = problem["code"]
    if page := code_entries().get(code):
        means, do = page.means.text.read(language), page.do.text.read(language)
        return _rule(code, means, f"{means} {do}")
    says = f"{word('wrong ' + problem['about'], language)}: {code}"
    return _rule(code, says, says)


def _rule(code: str, says: str, helps: str, link: str | None = None) -> Row:
    made = {"id": show(code), "shortDescription": _text(says), "fullDescription": _text(says), "help": _text(helps)}
    return made | ({"helpUri": link} if link else {})


def _link(jci: str) -> str | None:
    """Where the provision can be read: the address that the law file gives, or that of a Juriconnect link."""
    link = address(jci)
    if link.startswith(("https://", "http://")):
        return link
    return f"{RESOLVER}{link}" if link.startswith("jci") else None


def _uri(file: str) -> str:
    return quote(os.fsencode(file), safe="/")


def _text(text: str) -> Row:
    """A message in which nothing is a placeholder or a link (SARIF 3.11.5 and 3.11.6)."""
    shown = show(text).replace("{", "{{").replace("}", "}}")
    return {"text": shown.replace("](", "]⟨U+0028⟩")}
