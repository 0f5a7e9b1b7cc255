"""JUnit XML, which nearly every runner of CI shows: a test case for each measure × part × instrument.

* Whatever makes the exit code other than 0 is a failure or an error here, and nothing else is.
* An error is a document that is not in order: it was not judged. All that is in order is one case that passes.
* A failure stands against the measure, and names the lines that do. An example that shows what it says it shows passes.
* Undecided is skipped, with what is open and for whom: nothing stands against it, and nothing says that it can stand.
  Where `--strict` makes that exit code 4, what nobody knows is a failure; a judgement that is awaited never is.

Source: https://github.com/testmoapp/junitxml describes what readers have in common; there is no standard. The schema of
Jenkins' xUnit plug-in (junit-10.xsd) knows all but `file` of a case, by which GitLab opens it, and the sum `skipped`.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from registry.gate import show
from registry.report import by_file, placed
from registry.report_text import blockers, questions
from registry.words import word
from rules.text import Language
from rules.vocabulary import reading

Row = dict[str, Any]
Weighing = Mapping[str, Sequence[str]]  # the codes of what stands against a measure, each with its places


def render(made: Row, language: Language) -> str:
    """One suite for the documents and one for each measure, in the order of the report."""
    root = _element("testsuites", name="regelruimte")
    root.append(_documents(made))
    strict = made["summary"]["exit"] == 4
    results = by_file(made["results"])
    weighing: dict[str, dict[str, list[str]]] = {}
    for problem in made["problems"]:
        if problem["about"] == "verdict" and problem["level"] == "error":
            weighing.setdefault(problem["measure"], {}).setdefault(problem["code"], []).append(placed(problem))
    unlike = by_file(problem for problem in made["problems"] if problem["code"] == "expectation-failed")
    for measure in made["measures"]:
        suite = _element("testsuite", name=measure["measure"])
        suite.extend(_unlike(problem, measure) for problem in unlike.get(measure["file"], ()))
        codes = weighing.get(measure["measure"], {})
        suite.extend(_case(each, measure, strict, codes, language) for each in results.get(measure["file"], ()))
        root.append(suite)
    for suite in (*root, root):
        for kind, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(kind, str(len(list(suite.iter(tag)))))
    indent(root)
    written = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_inert(written)}\n'


def _inert(written: str) -> str:
    """The same document, of which a runner that takes it for a log obeys nothing; no line begins with a colon here."""
    return re.sub(r"(?<=#)#(?=\w*\[)", "&#35;", written)


def _element(tag: str, text: str = "", **attributes: str) -> Element:
    made = Element(tag, {name: show(value) for name, value in attributes.items()})
    made.text = text or None
    return made


def _lines(texts: Iterable[str]) -> str:
    """One under the other, none of which begins with what a document says."""
    return "\n".join(f"– {show(text)}" for text in texts)


def _told(problem: Row) -> str:
    path = f"{problem['path']}: " if problem["path"] else ""
    return f"{placed(problem)} {path}{problem['message']} [{problem['code']}]"


def _documents(made: Row) -> Element:
    suite = _element("testsuite", name="documents")
    about = [problem for problem in made["problems"] if problem["about"] == "document"]
    wrong = [problem for problem in about if problem["level"] == "error"]
    for problem in wrong:
        name = " ".join(each for each in (problem["code"], problem["path"]) if each)
        case = _element("testcase", classname=problem["file"], name=name, file=problem["file"])
        case.append(_element("error", _lines([_told(problem)]), type=problem["code"], message=problem["message"]))
        suite.append(case)
    if not wrong:
        suite.append(_element("testcase", classname="documents", name="documents"))
    if told := [_told(problem) for problem in about if problem["level"] != "error"]:
        SubElement(suite, "system-out").text = _lines(told)
    return suite


def _unlike(problem: Row, measure: Row) -> Element:
    """An example that does not show what it says it shows."""
    case = _element("testcase", classname=measure["measure"], name="expect", file=measure["file"])
    case.append(_element("failure", _lines([_told(problem)]), type=problem["code"], message=problem["message"]))
    return case


def _case(result: Row, measure: Row, strict: bool, codes: Weighing, language: Language) -> Element:
    name = ": ".join(each for each in (result["part_name"], result["instrument"]) if each)
    case = _element("testcase", classname=measure["measure"], name=name, file=measure["file"])
    if not measure["expected"] and (found := _outcome(result, strict, codes, language)) is not None:
        case.append(found)
    return case


def _outcome(result: Row, strict: bool, codes: Weighing, language: Language) -> Element | None:
    """What a case has besides its name; None where it passes. `codes`: what of its measure was not passed over.

    That may stand in another file: a judgement in a decision, a figure in an area.
    """
    said, where = reading(result["verdict"]).read(language), f"{result['file']}:{result['line']}"
    against = list(_against(result, codes, language))
    asked = list(questions([result], language))
    unknown = strict and any(question["kind"] != "judgement" for question in result["open"])
    if against or (unknown and result["verdict"] == "undecided"):
        told = against or asked
        lines = [place for code in codes if any(_against(result, {code}, language)) for place in codes[code]]
        return _element(
            "failure", _lines([*(lines or [where]), *told]), type=result["verdict"], message=f"{said}: {told[0]}"
        )
    if result["verdict"] == "undecided":
        return _element("skipped", _lines([where, *asked]), type="undecided", message=f"{said}: {'; '.join(asked)}")
    return None


def _against(result: Row, codes: Container[str], language: Language) -> Iterable[str]:
    yield from blockers([result], codes)
    if result["no_power"] and "no-such-power" in codes:
        yield result["no_power"]
    for question in result["open"]:
        if question["proposer_can"] and "fact-missing" in codes:
            yield f"{question['citation']}: {word('lacking', language)}: {question['asks']}"
